"""Provider aws, against moto: what is special to it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError

import pytest

from kwtools.cluster import Place
from tests.conftest import Database
from tests.providers.aws_harness import AwsHarness
from tests.providers.conftest import MakePolicy
from tests.providers.harness import error_of
from testservers.faulty_proxy import Refusal
from testservers.moto import Moto
from testservers.provider_file import write_for_server

WRAP, UNWRAP = "select kw.wrap(policy => %s)", "select kw.unwrap(%s)"
ADD_PROVIDER = "select kw.add_provider(%s, 'aws')"
ADD_KEY = "select kw.add_kms_key(%s, %s)"


@pytest.fixture
def aws(cluster: Place, moto: Moto) -> Iterator[AwsHarness]:
    """An entry for it in the provider file."""
    harness = AwsHarness(cluster, moto)
    yield harness
    harness.close()


def refusal(kind: str, status: int = 400) -> Refusal:
    """What KMS says in its JSON protocol."""
    return Refusal(status, json.dumps({"__type": kind, "message": "not to be repeated"}).encode())


@pytest.mark.parametrize(
    ("fault", "sqlstate"),
    [
        (refusal("DisabledException"), "KW206"),
        (refusal("KMSInvalidStateException"), "KW206"),
        (refusal("NotFoundException"), "KW201"),
        (refusal("com.amazonaws.kms#NotFoundException"), "KW201"),
        (refusal("IncorrectKeyException"), "KW207"),
        (refusal("InvalidCiphertextException"), "KW207"),
        (refusal("AccessDeniedException"), "KW205"),
        (refusal("ExpiredTokenException"), "KW205"),
        (refusal("ThrottlingException"), "KW208"),
        (refusal("KMSInternalException", 500), "KW204"),
        (refusal("DependencyTimeoutException", 503), "KW204"),
        (refusal("ValidationException"), "KW203"),
        (Refusal(400, b"<html>"), "KW209"),
        (Refusal(200, b"[]"), "KW209"),
        (Refusal(200, b"{}"), "KW209"),
        (Refusal(200, b'{"Plaintext": "AAAA"}'), "KW209"),
        (Refusal(200, b'{"Plaintext": 7}'), "KW209"),
    ],
    ids=str,
)
def test_every_failure_has_its_own_sqlstate(
    db: Database, aws: AwsHarness, make_policy: MakePolicy, fault: Refusal, sqlstate: str
) -> None:
    wrapper = db.sql(WRAP, make_policy("single", aws.register(db)))[0][0]
    aws.proxy.fault = fault
    connection = db.connect()
    failure = error_of(connection, UNWRAP, wrapper)
    assert failure.sqlstate == sqlstate
    assert aws.name in str(failure)
    assert "repeated" not in str(failure)
    aws.proxy.fault = None
    connection.execute(UNWRAP, (wrapper,))


def test_an_access_key_that_is_refused_is_not_sent_again(
    db: Database, aws: AwsHarness, make_policy: MakePolicy
) -> None:
    wrapper = db.sql(WRAP, make_policy("single", aws.register(db)))[0][0]
    aws.proxy.fault = refusal("UnrecognizedClientException")
    aws.proxy.requests.clear()
    assert error_of(db.connect(), UNWRAP, wrapper).sqlstate == "KW205"
    assert len(aws.proxy.requests) == 1


def test_a_key_goes_by_alias_id_and_arn_and_all_are_one_root(db: Database, aws: AwsHarness) -> None:
    by_alias = aws.register(db)
    arn = db.sql("select external_key_id from kw.kms_keys where id = %s", by_alias)[0][0]
    for name in (arn, arn.rpartition("/")[2]):
        other = db.sql(ADD_KEY, aws.name, name)[0][0]
        make = "select kw.create_policy('twice', 'either', %s, %s)"
        assert error_of(db.connect(), make, by_alias, other).sqlstate == "KW103"


def test_an_alias_that_moves_takes_no_wrap_with_it(
    db: Database, aws: AwsHarness, make_policy: MakePolicy
) -> None:
    policy = make_policy("single", aws.register(db))
    old = db.sql(WRAP, policy)[0][0]
    other = aws.server.kms("CreateKey")["KeyMetadata"]
    aws.server.kms("UpdateAlias", AliasName=aws.reference, TargetKeyId=other["KeyId"])
    new = db.sql(WRAP, policy)[0][0]
    assert db.sql(UNWRAP, old)
    assert db.sql(UNWRAP, new)
    ((detail,),) = db.sql("select detail from kw.doctor() where not ok")
    assert other["Arn"] in detail


def test_a_key_that_is_disabled_or_asymmetric_is_not_registered(
    db: Database, aws: AwsHarness
) -> None:
    aws.add_provider(db)
    key = aws.server.kms("CreateKey")["KeyMetadata"]["KeyId"]
    aws.server.kms("DisableKey", KeyId=key)
    assert error_of(db.connect(), ADD_KEY, aws.name, key).sqlstate == "KW206"
    aws.server.kms("ScheduleKeyDeletion", KeyId=key)
    assert "deletion" in (error_of(db.connect(), ADD_KEY, aws.name, key).diag.message_hint or "")
    rsa = aws.server.kms("CreateKey", KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")
    failure = error_of(db.connect(), ADD_KEY, aws.name, rsa["KeyMetadata"]["KeyId"])
    assert failure.sqlstate == "KW203"


def test_making_a_key_takes_an_alias_that_is_free(db: Database, aws: AwsHarness) -> None:
    aws.register(db)
    make = "select kw.create_kms_key(%s, %s)"
    assert error_of(db.connect(), make, aws.name, aws.reference).sqlstate == "KW102"
    assert error_of(db.connect(), make, aws.name, "customers").sqlstate == "KW003"


def test_a_throttled_request_is_sent_again_four_times_at_most(
    db: Database, aws: AwsHarness, make_policy: MakePolicy
) -> None:
    wrapper = db.sql(WRAP, make_policy("single", aws.register(db)))[0][0]
    aws.set(total_seconds=60)
    aws.proxy.requests.clear()
    aws.proxy.fault, aws.proxy.passes_after = refusal("ThrottlingException"), 2
    connection = db.connect()
    connection.execute(UNWRAP, (wrapper,))
    assert len(aws.proxy.requests) == 3
    aws.proxy.requests.clear()
    aws.proxy.fault = refusal("ThrottlingException")
    assert error_of(connection, UNWRAP, wrapper).sqlstate == "KW208"
    assert len(aws.proxy.requests) == 4
    aws.proxy.requests.clear()
    aws.proxy.fault = refusal("NotFoundException")  # what cannot succeed is not tried again
    assert error_of(connection, UNWRAP, wrapper).sqlstate == "KW201"
    assert len(aws.proxy.requests) == 1


def test_the_encryption_context_of_each_request_names_the_wrapper(
    db: Database, aws: AwsHarness, make_policy: MakePolicy
) -> None:
    policy = make_policy("single", aws.register(db))
    aws.proxy.bodies.clear()
    wrappers = [str(db.sql(WRAP, policy)[0][0]) for _ in range(2)]
    for wrapper in wrappers:
        db.sql(UNWRAP, wrapper)
    sent = [json.loads(body) for body in aws.proxy.bodies]
    contexts = [one["EncryptionContext"] for one in sent if "EncryptionContext" in one]
    assert {name for one in contexts for name in one} == {"kwtools:wrapper", "kwtools:context"}
    assert [one["kwtools:wrapper"] for one in contexts] == [
        wrappers[0], wrappers[0], wrappers[1], wrappers[1], *wrappers
    ]  # fmt: skip
    assert len({one["kwtools:context"] for one in contexts}) == 2
    blob = next(one["CiphertextBlob"] for one in sent if "CiphertextBlob" in one)
    with pytest.raises(HTTPError):  # the KMS itself binds it
        aws.server.kms("Decrypt", CiphertextBlob=blob)
    assert aws.server.kms("Decrypt", CiphertextBlob=blob, EncryptionContext=contexts[0])


@pytest.mark.parametrize("reference", ["../x", "alias/a?b", "", "arn:aws:s3:::bucket", "ключ"])
def test_a_reference_of_no_known_form_is_not_sent(
    db: Database, aws: AwsHarness, reference: str
) -> None:
    aws.add_provider(db)
    aws.proxy.requests.clear()
    assert error_of(db.connect(), ADD_KEY, aws.name, reference).sqlstate == "KW003"
    assert aws.proxy.requests == []


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"region": None}, "region"),
        ({"region": "eu/../x"}, "region"),
        ({"credentials": "magic"}, "credentials"),
        ({"credentials": "file", "credentials_file": None}, "credentials_file"),
        ({"credentials": "environment"}, "AWS_ACCESS_KEY_ID"),
        ({"credentials": "container"}, "AWS_CONTAINER"),
        ({"credentials": "web-identity"}, "role_arn"),
        ({"profile": "other"}, "profile"),
        ({"endpoint": "ftp://x"}, "https://"),
        ({"token_file": "/x"}, "token_file"),
    ],
    ids=str,
)
def test_a_wrong_entry_is_refused_by_the_name_of_its_option(
    db: Database, aws: AwsHarness, options: dict[str, object], named: str
) -> None:
    aws.set(**options)
    failure = error_of(db.connect(), ADD_PROVIDER, aws.name)
    assert failure.sqlstate == "KW203"
    assert named in str(failure)


def test_credentials_come_of_the_instance_and_are_fetched_once_a_session(
    db: Database, aws: AwsHarness
) -> None:
    # moto's instance gives credentials that its own IAM does not take: so it is asked again, once
    aws.set(credentials="instance", metadata_endpoint=aws.proxy.address, credentials_file=None)
    aws.proxy.requests.clear()
    assert error_of(db.connect(), ADD_PROVIDER, aws.name).sqlstate == "KW205"
    role = "GET /latest/meta-data/iam/security-credentials/default-role"
    assert aws.proxy.requests.count("PUT /latest/api/token") == 2
    assert aws.proxy.requests.count(role) == 2


def test_credentials_come_of_a_web_identity(db: Database, aws: AwsHarness) -> None:
    token = aws.cluster.base / f"{aws.name}.jwt"
    write_for_server(token, "a.b.c")
    aws.set(
        credentials="web-identity",
        role_arn="arn:aws:iam::123456789012:role/kwtools",
        web_identity_token_file=str(token),
        sts_endpoint=aws.proxy.address,
        endpoint=aws.server.address,
    )
    # moto's STS takes no unsigned request while its IAM checks: so what STS says is given here
    expires = datetime.now(UTC) + timedelta(hours=1)
    aws.proxy.fault = Refusal(
        200,
        '<R xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Credentials>'
        f"<AccessKeyId>{aws.key.key_id}</AccessKeyId>"
        f"<SecretAccessKey>{aws.key.secret}</SecretAccessKey><SessionToken>t</SessionToken>"
        f"<Expiration>{expires.isoformat()}</Expiration></Credentials></R>".encode(),
    )
    failure = error_of(db.connect(), ADD_PROVIDER, aws.name)
    assert "does not accept our credentials" in str(failure)  # KMS, which knows no such session
    assert aws.proxy.requests == ["POST /"] * 2  # the second because KMS refused the first
    aws.proxy.fault = Refusal(403, b"<ErrorResponse/>")
    failure = error_of(db.connect(), ADD_PROVIDER, aws.name)
    assert failure.sqlstate == "KW205"
    assert "gets no credentials" in str(failure)
    aws.proxy.fault = Refusal(503, b"<ErrorResponse/>")
    assert error_of(db.connect(), ADD_PROVIDER, aws.name).sqlstate == "KW204"
    token.chmod(0o644)
    assert error_of(db.connect(), ADD_PROVIDER, aws.name).sqlstate == "KW203"


def test_an_access_key_that_others_may_read_is_refused(db: Database, aws: AwsHarness) -> None:
    Path(str(aws.options["credentials_file"])).chmod(0o644)
    failure = error_of(db.connect(), ADD_PROVIDER, aws.name)
    assert failure.sqlstate == "KW203"
