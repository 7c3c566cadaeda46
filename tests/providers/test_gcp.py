"""Provider gcp, against a faithful fake, and drongo for the protocol: what is special to it."""

import json
from collections.abc import Iterator

import pytest

from kwtools.cluster import Place
from tests.conftest import Database, unique
from tests.providers.conftest import MakePolicy
from tests.providers.gcp_harness import GcpHarness
from tests.providers.harness import error_of
from testservers.drongo import drongo
from testservers.fake_gcp_kms import RING, FakeGcpKms
from testservers.faulty_proxy import Refusal
from testservers.provider_file import write_for_server

WRAP, UNWRAP = "select kw.wrap(policy => %s)", "select kw.unwrap(%s)"
ADD_PROVIDER = "select kw.add_provider(%s, 'gcp')"
ADD_KEY = "select kw.add_kms_key(%s, %s)"


@pytest.fixture(scope="session")
def fake(cluster: Place) -> Iterator[FakeGcpKms]:
    """The fake."""
    with FakeGcpKms(cluster.base / unique("gcp")) as server:
        yield server


@pytest.fixture
def gcp(cluster: Place, fake: FakeGcpKms) -> Iterator[GcpHarness]:
    """An entry for it in the provider file."""
    harness = GcpHarness(cluster, fake)
    yield harness
    harness.close()


def refusal(code: int, status: str) -> Refusal:
    """What Google's APIs say."""
    error = {"code": code, "status": status, "message": "not to be repeated"}
    return Refusal(code, json.dumps({"error": error}).encode())


@pytest.mark.parametrize(
    ("fault", "sqlstate"),
    [
        (refusal(400, "FAILED_PRECONDITION"), "KW206"),
        (refusal(404, "NOT_FOUND"), "KW201"),
        (refusal(400, "INVALID_ARGUMENT"), "KW207"),
        (refusal(403, "PERMISSION_DENIED"), "KW205"),
        (refusal(401, "UNAUTHENTICATED"), "KW205"),
        (refusal(429, "RESOURCE_EXHAUSTED"), "KW208"),
        (refusal(503, "UNAVAILABLE"), "KW204"),
        (refusal(412, "OUT_OF_RANGE"), "KW203"),
        (Refusal(400, b"<html>"), "KW209"),
        (Refusal(200, b"[]"), "KW209"),
        (Refusal(200, b'{"plaintext": "AAAA", "plaintextCrc32c": "0"}'), "KW209"),
        (Refusal(200, b'{"plaintext": 7}'), "KW209"),
    ],
    ids=str,
)
def test_every_failure_has_its_own_sqlstate(
    db: Database, gcp: GcpHarness, make_policy: MakePolicy, fault: Refusal, sqlstate: str
) -> None:
    wrapper = db.sql(WRAP, make_policy("single", gcp.register(db)))[0][0]
    gcp.proxy.fault = fault
    connection = db.connect()
    failure = error_of(connection, UNWRAP, wrapper)
    assert failure.sqlstate == sqlstate
    assert gcp.name in str(failure)
    assert "repeated" not in str(failure)
    gcp.proxy.fault = None
    connection.execute(UNWRAP, (wrapper,))


@pytest.mark.parametrize(
    ("fault", "sqlstate"),
    [
        (refusal(401, "UNAUTHENTICATED"), "KW205"),
        (Refusal(403, b"<html>"), "KW205"),
        (Refusal(404, b"<html>"), "KW209"),
        (Refusal(302, b""), "KW209"),
    ],
    ids=str,
)
def test_what_does_not_answer_as_google_does_is_no_provider(
    db: Database, gcp: GcpHarness, fault: Refusal, sqlstate: str
) -> None:
    gcp.proxy.fault = fault
    assert error_of(db.connect(), ADD_PROVIDER, gcp.name).sqlstate == sqlstate
    gcp.proxy.fault = refusal(403, "PERMISSION_DENIED")
    assert db.sql(ADD_PROVIDER, gcp.name)


@pytest.mark.parametrize("missing", ["verifiedPlaintextCrc32c", "ciphertextCrc32c"])
def test_a_wrap_whose_checksums_were_not_checked_is_not_stored(
    db: Database, gcp: GcpHarness, make_policy: MakePolicy, missing: str
) -> None:
    policy = make_policy("single", gcp.register(db))
    answer = {
        "ciphertext": "AAAA",
        "ciphertextCrc32c": "4080611155",
        "verifiedPlaintextCrc32c": True,
        "verifiedAdditionalAuthenticatedDataCrc32c": True,
    }
    del answer[missing]
    gcp.proxy.fault = Refusal(200, json.dumps(answer).encode())
    failure = error_of(db.connect(), WRAP, policy)
    assert failure.sqlstate == "KW209"
    assert "checksum" in str(failure)
    assert db.sql("select count(*) from kw.key_wrappers") == [(0,)]


def test_tokens_are_fetched_once_a_session_and_again_when_they_are_refused(
    db: Database, gcp: GcpHarness, make_policy: MakePolicy
) -> None:
    wrapper = db.sql(WRAP, make_policy("single", gcp.register(db)))[0][0]
    connection = db.connect()
    for _ in range(2):
        gcp.proxy.requests.clear()
        connection.execute(UNWRAP, (wrapper,))
        assert len(gcp.proxy.requests) == 1
    gcp.server.revoke_tokens(gcp.account)
    connection.execute(UNWRAP, (wrapper,))
    assert len(gcp.proxy.requests) == 3  # one was refused


@pytest.mark.parametrize(
    "answer",
    [
        Refusal(429, b"{}"),
        Refusal(408, b""),
        Refusal(503, b""),
        Refusal(400, b'{"error": "server_error"}'),
    ],
    ids=str,
)
def test_a_service_of_tokens_that_cannot_now_is_asked_once_and_is_an_outage(
    db: Database, gcp: GcpHarness, answer: Refusal
) -> None:
    account = json.loads(gcp.file.read_text())
    write_for_server(gcp.file, json.dumps(account | {"token_uri": f"{gcp.proxy.address}/token"}))
    gcp.proxy.fault = answer
    failure = error_of(db.connect(), ADD_PROVIDER, gcp.name)
    assert failure.sqlstate == "KW204"
    assert gcp.name in str(failure)
    assert gcp.proxy.requests == ["POST /token"]  # google-auth would have slept, and asked again


def test_a_machine_gives_the_token_of_its_service_account(db: Database, gcp: GcpHarness) -> None:
    gcp.set(credentials_file=None, metadata_endpoint=gcp.proxy.address)
    gcp.set(endpoint=gcp.server.address)
    gcp.proxy.fault = Refusal(200, b'{"access_token": "unknown"}')
    assert error_of(db.connect(), ADD_PROVIDER, gcp.name).sqlstate == "KW205"
    path = "/computeMetadata/v1/instance/service-accounts/default/token"
    assert gcp.proxy.requests == [f"GET {path}"] * 2  # the second because KMS refused the first
    for answer, sqlstate in (
        (Refusal(404, b""), "KW205"),
        (Refusal(503, b""), "KW204"),
        (Refusal(200, b"[]"), "KW209"),
    ):
        gcp.proxy.fault = answer
        assert error_of(db.connect(), ADD_PROVIDER, gcp.name).sqlstate == sqlstate


def test_drongo_understands_the_protocol(
    db: Database, gcp: GcpHarness, make_policy: MakePolicy
) -> None:
    with drongo(RING) as address:
        gcp.set(endpoint=address)
        db.sql("select kw.add_provider(%s, 'gcp', probe => false)", gcp.name)  # it has no such path
        key = db.sql("select kw.create_kms_key(%s, %s)", gcp.name, gcp.reference)[0][0]
        policy, dek = make_policy("single", key), bytes(range(32))
        wrapper = db.sql("select kw.wrap(%s::bytea, %s)", dek, policy)[0][0]
        assert db.sql(UNWRAP, wrapper) == [(dek,)]
        other = db.sql(WRAP, policy)[0][0]
        db.sql(
            "update kw.key_wrappers w set dek_wrap1 = o.dek_wrap1 from kw.key_wrappers o"
            " where w.wrapper_uuid = %s::text and o.wrapper_uuid = %s::text",
            wrapper,
            other,
        )
        assert error_of(db.connect(), UNWRAP, wrapper).sqlstate == "KW207"


def test_making_a_key_that_is_there_is_a_conflict(db: Database, gcp: GcpHarness) -> None:
    gcp.register(db)
    make = "select kw.create_kms_key(%s, %s)"
    assert error_of(db.connect(), make, gcp.name, gcp.reference).sqlstate == "KW102"


@pytest.mark.parametrize(
    "reference", ["customers", f"{RING}/cryptoKeys/a?x=1", f"{RING}/cryptoKeys/../a", ""]
)
def test_a_reference_of_no_known_form_is_not_sent(
    db: Database, gcp: GcpHarness, reference: str
) -> None:
    gcp.add_provider(db)
    gcp.proxy.requests.clear()
    assert error_of(db.connect(), ADD_KEY, gcp.name, reference).sqlstate == "KW003"
    assert gcp.proxy.requests == []


@pytest.mark.parametrize("content", ["{}", "not JSON", '{"type": "magic"}'])
def test_a_credentials_file_of_another_form_is_refused_and_not_repeated(
    db: Database, gcp: GcpHarness, content: str
) -> None:
    write_for_server(gcp.file, content)
    failure = error_of(db.connect(), ADD_PROVIDER, gcp.name)
    assert failure.sqlstate == "KW203"
    assert "magic" not in str(failure)
    gcp.file.chmod(0o644)
    assert error_of(db.connect(), ADD_PROVIDER, gcp.name).sqlstate == "KW203"
