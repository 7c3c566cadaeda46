"""Provider azure, against a faithful fake: what is special to it."""

import json
from collections.abc import Iterator

import pytest
from cryptography import x509

from kwtools.cluster import Place
from tests.conftest import Database, unique
from tests.providers.azure_harness import AzureHarness
from tests.providers.conftest import MakePolicy
from tests.providers.harness import error_of
from testservers.certificates import Authority
from testservers.fake_azure_key_vault import FakeAzureKeyVault
from testservers.faulty_proxy import Refusal
from testservers.provider_file import write_for_server

WRAP, UNWRAP = "select kw.wrap(policy => %s)", "select kw.unwrap(%s)"
ADD_PROVIDER = "select kw.add_provider(%s, 'azure')"
ADD_KEY = "select kw.add_kms_key(%s, %s)"


@pytest.fixture(scope="session")
def fake(cluster: Place) -> Iterator[FakeAzureKeyVault]:
    """The fake."""
    with FakeAzureKeyVault(cluster.base / unique("azure")) as server:
        yield server


@pytest.fixture
def azure(cluster: Place, fake: FakeAzureKeyVault) -> Iterator[AzureHarness]:
    """An entry for it in the provider file."""
    harness = AzureHarness(cluster, fake)
    yield harness
    harness.close()


def refusal(status: int, code: str, inner: str | None = None) -> Refusal:
    """What Azure says."""
    error: dict[str, object] = {"code": code, "message": "not to be repeated"}
    if inner:
        error["innererror"] = {"code": inner}
    return Refusal(status, json.dumps({"error": error}).encode())


@pytest.mark.parametrize(
    ("fault", "sqlstate"),
    [
        (refusal(403, "Forbidden", "KeyDisabled"), "KW206"),
        (refusal(403, "Forbidden", "KeyNotYetValid"), "KW206"),
        (refusal(403, "Forbidden", "ForbiddenByFirewall"), "KW205"),
        (refusal(403, "Forbidden"), "KW205"),
        (refusal(401, "Unauthorized"), "KW205"),
        (refusal(404, "KeyNotFound"), "KW201"),
        (refusal(400, "BadParameter"), "KW207"),
        (refusal(429, "Throttled"), "KW208"),
        (refusal(503, "ServiceUnavailable"), "KW204"),
        (refusal(412, "PreconditionFailed"), "KW203"),
        (Refusal(400, b"<html>"), "KW209"),
        (Refusal(200, b"[]"), "KW209"),
        (Refusal(200, b'{"value": "AAAA"}'), "KW209"),
        (Refusal(200, b'{"value": 7}'), "KW209"),
    ],
    ids=str,
)
def test_every_failure_has_its_own_sqlstate(
    db: Database, azure: AzureHarness, make_policy: MakePolicy, fault: Refusal, sqlstate: str
) -> None:
    wrapper = db.sql(WRAP, make_policy("single", azure.register(db)))[0][0]
    azure.proxy.fault = fault
    connection = db.connect()
    failure = error_of(connection, UNWRAP, wrapper)
    assert failure.sqlstate == sqlstate
    assert azure.name in str(failure)
    assert "repeated" not in str(failure)
    azure.proxy.fault = None
    connection.execute(UNWRAP, (wrapper,))


@pytest.mark.parametrize(
    ("fault", "sqlstate"),
    [
        (refusal(403, "Forbidden", "ForbiddenByFirewall"), "KW205"),
        (refusal(403, "Forbidden", "ForbiddenByConnection"), "KW205"),
        (Refusal(403, b"<html>"), "KW205"),
        (Refusal(404, b"<html>"), "KW209"),
    ],
    ids=str,
)
def test_a_vault_that_keeps_the_server_out_is_no_provider(
    db: Database, azure: AzureHarness, fault: Refusal, sqlstate: str
) -> None:
    azure.proxy.fault = fault
    assert error_of(db.connect(), ADD_PROVIDER, azure.name).sqlstate == sqlstate
    azure.proxy.fault = refusal(403, "Forbidden", "ForbiddenByRbac")
    assert db.sql(ADD_PROVIDER, azure.name)


def test_old_wraps_open_by_their_version_after_a_rotation(
    db: Database, azure: AzureHarness, make_policy: MakePolicy
) -> None:
    policy = make_policy("single", azure.register(db))
    old = db.sql(WRAP, policy)[0][0]
    azure.server.keys[azure.reference].rotate()
    new = db.sql(WRAP, policy)[0][0]
    azure.proxy.requests.clear()
    for wrapper in (old, new):
        assert db.sql(UNWRAP, wrapper)
    versions = list(azure.server.keys[azure.reference].versions)
    used = [request.split("/")[3] for request in azure.proxy.requests]
    assert used == versions
    del azure.server.keys[azure.reference].versions[versions[0]]
    assert error_of(db.connect(), UNWRAP, old).sqlstate == "KW201"
    assert db.sql(UNWRAP, new)


def test_a_symmetric_key_of_a_managed_hsm_wraps_by_aes_key_wrap(
    db: Database, azure: AzureHarness, make_policy: MakePolicy
) -> None:
    azure.server.make(azure.reference, "oct-HSM")
    azure.add_provider(db)
    key = db.sql(ADD_KEY, azure.name, azure.reference)[0][0]
    assert db.sql("select algorithm from kw.kms_keys where id = %s", key) == [("A256KW",)]
    wrapper = db.sql(WRAP, make_policy("single", key))[0][0]
    assert db.sql(UNWRAP, wrapper)


@pytest.mark.parametrize("edit", ["A256KW:", "RSA1_5:", "RSA-OAEP-256:../../x:"])
def test_a_stored_version_cannot_lead_elsewhere(
    db: Database, azure: AzureHarness, make_policy: MakePolicy, edit: str
) -> None:
    wrapper = db.sql(WRAP, make_policy("single", azure.register(db)))[0][0]
    db.sql(
        "update kw.key_wrappers set dek_wrap1 ="
        " overlay(dek_wrap1 placing %s::bytea from position('RSA-OAEP-256:' in dek_wrap1))",
        edit.encode(),
    )
    azure.proxy.requests.clear()
    assert error_of(db.connect(), UNWRAP, wrapper).sqlstate in ("KW207", "KW211")
    assert azure.proxy.requests == []


@pytest.mark.parametrize(
    ("attributes", "sqlstate"),
    [
        ({"enabled": False}, "KW206"),
        ({"enabled": True, "nbf": 4_000_000_000}, "KW206"),
        ({"enabled": True, "exp": 1_000_000_000}, "KW206"),
    ],
    ids=str,
)
def test_a_key_that_is_disabled_or_out_of_its_time_is_not_registered(
    db: Database, azure: AzureHarness, attributes: dict[str, object], sqlstate: str
) -> None:
    azure.server.make(azure.reference, "RSA").attributes = attributes
    azure.add_provider(db)
    failure = error_of(db.connect(), ADD_KEY, azure.name, azure.reference)
    assert failure.sqlstate == sqlstate


def test_a_key_that_may_not_wrap_or_is_of_another_type_is_refused(
    db: Database, azure: AzureHarness
) -> None:
    azure.server.make(azure.reference, "RSA").operations = ["sign", "verify"]
    azure.server.make("curve", "EC")
    azure.add_provider(db)
    for name in (azure.reference, "curve"):
        assert error_of(db.connect(), ADD_KEY, azure.name, name).sqlstate == "KW203"


@pytest.mark.parametrize("reference", ["../secrets/x", "a/b", "a?x=1", "", "x" * 128, "ключ"])
def test_a_reference_of_no_known_form_is_not_sent(
    db: Database, azure: AzureHarness, reference: str
) -> None:
    azure.add_provider(db)
    azure.proxy.requests.clear()
    assert error_of(db.connect(), ADD_KEY, azure.name, reference).sqlstate == "KW003"
    assert azure.proxy.requests == []


def test_making_a_key_never_makes_a_version_of_another(db: Database, azure: AzureHarness) -> None:
    azure.server.make(azure.reference, "RSA")
    azure.add_provider(db)
    make = "select kw.create_kms_key(%s, %s)"
    assert error_of(db.connect(), make, azure.name, azure.reference).sqlstate == "KW102"
    assert len(azure.server.keys[azure.reference].versions) == 1
    azure.server.deleted.add(azure.reference)
    failure = error_of(db.connect(), make, azure.name, azure.reference)
    assert failure.sqlstate == "KW102"
    assert "recovered" in str(failure)


def test_tokens_are_fetched_once_a_session_and_again_when_they_are_refused(
    db: Database, azure: AzureHarness, make_policy: MakePolicy
) -> None:
    wrapper = db.sql(WRAP, make_policy("single", azure.register(db)))[0][0]
    connection = db.connect()
    azure.set(authority=azure.proxy.address)
    connection.execute(UNWRAP, (wrapper,))
    azure.proxy.requests.clear()
    connection.execute(UNWRAP, (wrapper,))
    assert len(azure.proxy.requests) == 1
    azure.server.revoke_tokens(azure.client)
    connection.execute(UNWRAP, (wrapper,))
    assert len(azure.proxy.requests) == 4  # refused, a token, opened


def test_a_certificate_signs_for_the_application(db: Database, azure: AzureHarness) -> None:
    folder = azure.cluster.base / unique("certificates")
    folder.mkdir()
    certificate, key = Authority(folder).sign("client", rsa=True)
    azure.server.trust(azure.client, x509.load_pem_x509_certificate(certificate.read_bytes()))
    file = azure.cluster.base / f"{azure.name}.client.pem"
    write_for_server(file, certificate.read_text() + key.read_text())
    azure.set(
        client_secret_file=None,
        client_certificate_file=str(file),
        authority=azure.server.address,
    )
    azure.add_provider(db)
    other, other_key = Authority(folder, "other").sign("client2", rsa=True)
    write_for_server(file, other.read_text() + other_key.read_text())
    assert error_of(db.connect(), ADD_KEY, azure.name, "any").sqlstate == "KW205"


def test_a_machine_gives_the_token_of_its_identity(db: Database, azure: AzureHarness) -> None:
    azure.set(
        client_secret_file=None,
        metadata_endpoint=azure.proxy.address,
        address=azure.server.address,
    )
    azure.proxy.fault = Refusal(200, b'{"access_token": "unknown", "expires_in": "3600"}')
    assert error_of(db.connect(), ADD_PROVIDER, azure.name).sqlstate == "KW205"
    assert len(azure.proxy.requests) == 2  # the second because the vault refused the first
    assert all("/metadata/identity/oauth2/token?" in one for one in azure.proxy.requests)
    for answer, sqlstate in ((Refusal(400, b""), "KW205"), (Refusal(200, b"[]"), "KW209")):
        azure.proxy.fault = answer
        assert error_of(db.connect(), ADD_PROVIDER, azure.name).sqlstate == sqlstate


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"address": None}, "address"),
        ({"tenant_id": None}, "tenant_id"),
        ({"tenant_id": "../x"}, "tenant_id"),
        ({"client_id": "a b"}, "client_id"),
        ({"federated_token_file": "/x"}, "federated_token_file"),
        ({"region": "x"}, "region"),
    ],
    ids=str,
)
def test_a_wrong_entry_is_refused_by_the_name_of_its_option(
    db: Database, azure: AzureHarness, options: dict[str, object], named: str
) -> None:
    azure.set(**options)
    failure = error_of(db.connect(), ADD_PROVIDER, azure.name)
    assert failure.sqlstate == "KW203"
    assert named in str(failure)
