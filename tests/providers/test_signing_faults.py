"""What each call with a signing key does while the KMS that holds it fails, and as keys change.

The KMS is OpenBao behind a proxy; what others do differently is in the last part.
"""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from kwruntime.crypto import note_signatures
from kwshared.tlog.keys import SignatureType, VerifierKey

from tests.conftest import Database
from tests.providers.conftest import VaultEntry
from tests.providers.harness import Harness, error_of
from testservers.faulty_proxy import FaultyProxy, Refusal
from testservers.openbao import OpenBao

SIGN = "select kw.sign('k', %s, 'c')"
SIGN_MANY = "select kw.sign_many('k', %s::bytea[], 'c')"
VERIFY = "select kw.verify_signature('k', %s, %s, 'c')"
CREATE = "select kw.create_kms_key(%s, %s, 'sign', %s)"
ADD = "select kw.add_kms_key(%s, %s, 'sign')"
MAKE = "select kw.create_signing_key(%s, %s, 'application:a', %s)"
POINT = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
THREE = [b"one", b"two", b"three"]

FAULTS: dict[str, tuple[str | Refusal, str]] = {
    "down": ("closing", "KW204"),
    "hung": ("hang before headers", "KW204"),
    "hung in its answer": ("hang in body", "KW204"),
    "cut short": ("truncated", "KW209"),
    "not HTTP": ("not HTTP", "KW209"),
    "not JSON": ("not JSON", "KW209"),
    "lying": ("lying", "KW209"),
    "throttled": ("throttled", "KW208"),
    "sealed": ("sealed", "KW204"),
    "without rights": ("refused", "KW205"),
    "an empty answer": (Refusal(200, b"{}"), "KW209"),
    "no results": (Refusal(200, b'{"data": {"batch_results": []}}'), "KW209"),
    "no signature": (Refusal(200, b'{"data": {"batch_results": [{}]}}'), "KW209"),
    "an unknown key": (Refusal(400, b'{"errors": ["signing key not found"]}'), "KW201"),
}


@pytest.fixture
def held(db: Database, vault: VaultEntry, proxy: FaultyProxy) -> int:
    """The id of a KMS key behind the proxy; the signing key ``k`` is of it."""
    vault.set(address=proxy.address)
    db.sql("select kw.add_provider(%s, 'vault')", vault.name)
    key = int(db.sql(CREATE, vault.name, vault.key, "Ed25519")[0][0])
    db.sql(MAKE, "k", "Ed25519", key)
    return key


@pytest.mark.parametrize("fault", FAULTS)
def test_each_call_ends_as_the_fault_of_its_kms_says(
    db: Database, vault: VaultEntry, proxy: FaultyProxy, held: int, fault: str
) -> None:
    made = db.sql(SIGN, b"m")[0][0]
    other = db.sql(CREATE, vault.name, f"{vault.key}-other", "ECDSA-P-256")[0][0]
    rows = db.sql("select * from kw.signing_keys")
    proxy.fault, sqlstate = FAULTS[fault]
    vault.set(total_seconds=1 if fault.startswith("hung") else 60)
    for query, *arguments in (
        (SIGN, b"m"),
        (SIGN_MANY, [b"m"]),
        (MAKE, "other", "ECDSA-P-256", other),
    ):
        error = error_of(db.connect(), query, *arguments)
        # Making one asks for a public key first, of which these answers say nothing.
        if query != MAKE or fault not in ("no results", "no signature"):
            assert error.sqlstate == sqlstate, (query, error)
        assert vault.name in str(error)
    assert db.sql(VERIFY, b"m", made) == [(True,)]
    assert db.sql("select sqlstate from kw.verify()") == [(sqlstate,)]
    health = db.sql("select status, error from kw.check_kms(%s)", held)[0]
    assert health[0] == "down"
    assert health[1].startswith(sqlstate)
    assert db.sql("select * from kw.signing_keys") == rows
    proxy.fault = None
    vault.set(total_seconds=60)
    assert db.sql(SIGN, b"m") == [(made,)]
    assert db.sql("select * from kw.verify()") == []


Change = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]
PARTIAL: dict[str, tuple[Change, str]] = {
    "one fewer": (lambda results: results[:-1], "KW209"),
    "one more": (lambda results: [*results, results[0]], "KW209"),
    "another order": (lambda results: results[::-1], "KW209"),
    "one twice": (lambda results: [results[0], results[0], results[2]], "KW209"),
    "one failed": (lambda results: [*results[:2], {"error": "internal error"}], "KW209"),
    "one of another version": (
        lambda results: [
            *results[:2],
            {"signature": str(results[2]["signature"]).replace(":v1:", ":v2:")},
        ],
        "KW209",
    ),
    "one disallowed": (
        lambda results: [{"error": "requested version is less than the minimum"}, *results[1:]],
        "KW206",
    ),
}


@pytest.mark.parametrize("change", PARTIAL)
def test_a_batch_that_is_answered_in_part_is_not_signed(
    db: Database,
    vault: VaultEntry,
    bao: OpenBao,
    held: int,
    change: str,
) -> None:
    changed, sqlstate = PARTIAL[change]

    def lie(content: bytes) -> bytes:
        message = json.loads(content)
        data = message.get("data") or {}
        if "batch_results" in data:
            data["batch_results"] = changed(data["batch_results"])
        return json.dumps(message).encode()

    with FaultyProxy(bao.address, bao.ca_file, lie) as proxy:
        vault.set(address=proxy.address)
        proxy.fault = "lying"
        error = error_of(db.connect(), SIGN_MANY, THREE)
        assert error.sqlstate == sqlstate, error
        assert vault.name in str(error)
        proxy.fault = None
        assert len(db.sql(SIGN_MANY, THREE)[0][0]) == 3


def test_a_thousand_messages_are_signed_in_few_requests(
    db: Database, vault: VaultEntry, proxy: FaultyProxy, held: int
) -> None:
    connection = db.connect()
    connection.execute(SIGN, [b"m"])
    proxy.requests.clear()
    row = connection.execute(SIGN_MANY, [[str(n).encode() for n in range(1000)]]).fetchone()
    assert row is not None
    assert len(set(row[0])) == 1000
    assert [request.split("/")[3] for request in proxy.requests] == ["sign"] * 5


def test_a_provider_that_did_not_answer_is_not_asked_again_in_the_call(
    db: Database, vault: VaultEntry, proxy: FaultyProxy, held: int
) -> None:
    db.sql(MAKE, "other", "Ed25519", db.sql(CREATE, vault.name, f"{vault.key}-2", "Ed25519")[0][0])
    proxy.fault = "closing"
    proxy.requests.clear()
    assert db.sql("select sqlstate from kw.verify()") == [("KW204",)] * 2
    asked = len(proxy.requests)
    db.sql("delete from kw.signing_keys where name = 'other'")
    proxy.requests.clear()
    assert db.sql("select sqlstate from kw.verify()") == [("KW204",)]
    assert len(proxy.requests) == asked


# -- the key changes in its KMS ------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["Ed25519", "ECDSA-P-256"])
def test_a_key_that_was_rotated_goes_on_signing_with_the_version_that_was_registered(
    db: Database, vault: VaultEntry, bao: OpenBao, algorithm: str
) -> None:
    db.sql("select kw.add_provider(%s, 'vault')", vault.name)
    key = db.sql(CREATE, vault.name, vault.key, algorithm)[0][0]
    db.sql(MAKE, "k", algorithm, key)
    bao.call("POST", f"/v1/transit/keys/{vault.key}/rotate")
    assert db.sql(VERIFY, b"m", db.sql(SIGN, b"m")[0][0]) == [(True,)]
    assert db.sql("select status from kw.check_kms(%s)", key) == [("up",)]
    assert db.sql("select count(*) from kw.doctor() where not ok") == [(0,)]
    # The new version is another key, and overlaps with the old one.
    second = db.sql(ADD, vault.name, f"{vault.key}/2")[0][0]
    db.sql(MAKE, "new", algorithm, second)
    made = db.sql("select kw.sign('new', 'm', 'c')")[0][0]
    assert db.sql("select kw.verify_signature('new', 'm', %s, 'c')", made) == [(True,)]
    assert db.sql(VERIFY, b"m", made) == [(False,)]
    error = error_of(db.connect(), ADD, vault.name, f"{vault.key}/3")
    assert error.sqlstate == "KW201"
    # The first version by its number is the same key, which has one name.
    again = db.sql(ADD, vault.name, f"{vault.key}/1")[0][0]
    error = error_of(db.connect(), MAKE, "again", algorithm, again)
    assert error.sqlstate == "KW102"
    assert 'as signing key "k"' in str(error)


@pytest.mark.parametrize(
    "options", [{"type": "rsa-2048"}, {"type": "ed25519", "derived": True}, {"type": "hmac"}]
)
def test_a_key_of_a_type_that_does_not_sign_here_is_not_registered(
    db: Database, vault: VaultEntry, bao: OpenBao, options: dict[str, Any]
) -> None:
    db.sql("select kw.add_provider(%s, 'vault')", vault.name)
    options = {"key_size": 32, **options} if options["type"] == "hmac" else options
    bao.call("POST", f"/v1/transit/keys/{vault.key}", options)
    error = error_of(db.connect(), ADD, vault.name, vault.key)
    assert error.sqlstate == "KW203"
    assert vault.key in str(error)


def test_a_message_that_the_kms_does_not_take_is_refused_by_its_size(
    db: Database, vault: VaultEntry, held: int
) -> None:
    query = "select kw.sign('k', convert_to(repeat('x', {}), 'UTF8'), 'c')"
    assert db.sql(query.format(13_000_000))
    error = error_of(db.connect(), query.format(15_000_000))
    assert error.sqlstate == "KW003"
    assert "14000000 bytes" in str(error)
    assert vault.name in str(error)
    second = db.sql(CREATE, vault.name, f"{vault.key}-p256", "ECDSA-P-256")[0][0]
    db.sql(MAKE, "digests", "ECDSA-P-256", second)
    assert db.sql(query.replace("'k'", "'digests'").format(15_000_000))


@pytest.mark.parametrize(
    "reference", ["", "a/b", "k/0", "k/01", "k/2/3", "../k", "k/9999999999", "k/-1"]
)
def test_a_reference_of_no_known_form_is_refused(
    db: Database, vault: VaultEntry, reference: str
) -> None:
    db.sql("select kw.add_provider(%s, 'vault')", vault.name)
    assert error_of(db.connect(), ADD, vault.name, reference).sqlstate == "KW003"


# -- what may use the key ------------------------------------------------------------------------


def test_the_status_of_the_kms_key_counts_at_the_next_call(
    db: Database, vault: VaultEntry, held: int
) -> None:
    session = db.connect()
    session.execute(SIGN, [b"m"])
    for status in ("retired", "disabled"):
        db.sql("select kw.set_kms_key_status(%s, %s)", held, status)
        assert error_of(session, SIGN, b"m").sqlstate == "KW200"
        assert db.sql("select 1 from kw.check_kms() where kms_key_id = %s", held) == []
    db.sql("select kw.set_kms_key_status(%s, 'active')", held)
    db.sql("select kw.set_provider_enabled(%s, false)", vault.name)
    assert error_of(session, SIGN, b"m").sqlstate == "KW200"
    db.sql("select kw.set_provider_enabled(%s, true)", vault.name)
    session.execute(SIGN, [b"m"])


def test_a_key_that_signs_is_not_safe_to_destroy_while_its_signing_key_is_active(
    db: Database, held: int
) -> None:
    db.sql("select kw.set_kms_key_status(%s, 'retired')", held)
    query = "select to_jsonb(d) ->> 'check' from kw.safe_to_destroy(%s) d where not ok"
    assert ("signing keys",) in db.sql(query, held)
    dependents = db.sql("select kind, name, opens_without from kw.key_dependents(%s)", held)
    assert dependents == [("signing key", "k", False)]
    db.sql("select kw.set_signing_key_status('k', 'retired')")
    assert ("signing keys",) not in db.sql(query, held)


def test_a_drill_without_its_kms_says_that_a_signing_key_is_lost(
    db: Database, vault: VaultEntry, held: int
) -> None:
    (problem,) = db.sql(
        "select problems from kw.verify_page(without_providers => array[%s])", vault.name
    )[0][0]
    assert 'signing key "k"' in problem["problem"]


def test_a_public_key_that_was_changed_beneath_the_triggers_signs_no_more(
    db: Database, held: int
) -> None:
    other = db.sql("select kw.import_signing_key('other', 'Ed25519', 'import', %s)", POINT)
    assert other
    db.sql("drop index kw.signing_keys_public_key")
    db.sql("alter table kw.signing_keys disable trigger guard_immutable")
    db.sql(
        "update kw.signing_keys set public_key = (select public_key from kw.signing_keys"
        " where name = 'other') where name = 'k'"
    )
    assert error_of(db.connect(), SIGN, b"m").sqlstate == "KW211"


def test_an_algorithm_other_than_the_keys_is_refused(db: Database, vault: VaultEntry) -> None:
    db.sql("select kw.add_provider(%s, 'vault')", vault.name)
    key = db.sql(CREATE, vault.name, vault.key, "Ed25519")[0][0]
    for algorithm in ("ECDSA-P-256", "ML-DSA-65"):
        error = error_of(db.connect(), MAKE, "k", algorithm, key)
        assert error.sqlstate == "KW003"
        assert "is for Ed25519" in str(error)
    query = "select kw.add_kms_key(%s, %s, 'sign', 'ES256')"
    assert error_of(db.connect(), query, vault.name, vault.key).sqlstate == "KW003"
    again = "select kw.create_kms_key(%s, %s, 'sign', 'ed25519', if_not_exists => true)"
    assert db.sql(again, vault.name, vault.key) == [(key,)]
    assert error_of(db.connect(), CREATE, vault.name, vault.key, "Ed25519").sqlstate == "KW102"


def test_a_key_that_a_rolled_back_call_made_is_taken_up(db: Database, vault: VaultEntry) -> None:
    db.sql("select kw.add_provider(%s, 'vault')", vault.name)
    with db.connect() as connection:
        connection.execute("begin")
        connection.execute(CREATE, (vault.name, vault.key, "Ed25519"))
        connection.execute("rollback")
    assert error_of(db.connect(), CREATE, vault.name, vault.key, "Ed25519").sqlstate == "KW102"
    again = "select kw.create_kms_key(%s, %s, 'sign', %s, if_not_exists => true)"
    error = error_of(db.connect(), again, vault.name, vault.key, "ECDSA-P-256")
    assert error.sqlstate == "KW102"
    assert db.sql(again, vault.name, vault.key, "Ed25519")


# -- what other kinds do differently -------------------------------------------------------------


@pytest.mark.parametrize("kms", ["aws"], indirect=True)
def test_aws_is_given_digests_and_its_refusals_are_told_apart(db: Database, kms: Any) -> None:
    db.sql(MAKE, "k", "ECDSA-P-256", kms.register_signing(db, "ECDSA-P-256"))
    kms.proxy.bodies.clear()
    session = db.connect()
    session.execute(SIGN, [bytes(1_000_000)])
    (request,) = map(json.loads, kms.proxy.bodies)
    assert request["MessageType"] == "DIGEST"
    assert len(base64.b64decode(request["Message"])) == 32
    assert request["KeyId"].startswith("arn:")
    for name, sqlstate in (
        ("DisabledException", "KW206"),
        ("InvalidKeyUsageException", "KW206"),
        ("NotFoundException", "KW201"),
        ("AccessDeniedException", "KW205"),
    ):
        kms.proxy.fault = Refusal(400, json.dumps({"__type": name}).encode())
        assert error_of(session, SIGN, b"m").sqlstate == sqlstate
    kms.proxy.fault = Refusal(200, b'{"Signature": "AAAA"}')
    assert error_of(session, SIGN, b"m").sqlstate == "KW209"


@pytest.mark.parametrize("kms", ["pkcs11"], indirect=True)
def test_a_pair_of_keys_of_a_token_goes_by_its_id(db: Database, kms: Harness) -> None:
    key = kms.register_signing(db, "Ed25519")
    db.sql(MAKE, "k", "Ed25519", key)
    external = db.sql("select external_key_id from kw.kms_keys where id = %s", key)[0][0]
    key_id = external.partition("#")[0].rpartition("/")[2]
    by_id = db.sql(ADD, kms.name, f"id:{key_id}")[0][0]
    assert error_of(db.connect(), MAKE, "again", "Ed25519", by_id).sqlstate == "KW102"
    error = error_of(db.connect(), CREATE, kms.name, "id:0123", "Ed25519")
    assert error.sqlstate == "KW003"


# -- the log -------------------------------------------------------------------------------------

# What signs the log has the bytes signed as they are.
RAW = """
create function pg_temp.raw(role oid, data bytea) returns bytea language plpython3u as $$
plpy.execute("select kw.version()")
from kwruntime.call import SESSION, Call
from kwruntime.keys import signing_keys
call = Call(SESSION, role, "sign")
def work():
    row = signing_keys.named(call, "log")
    signing_keys.check_signs(call, row)
    return signing_keys.private_key(call, row).sign(data)
return call.read_as_owner(work)
$$
"""


@pytest.mark.parametrize("kms", ["vault", "pkcs11"], indirect=True)
def test_a_key_of_the_log_signs_a_note_as_it_is(db: Database, kms: Harness) -> None:
    key = kms.register_signing(db, "Ed25519")
    db.sql("select kw.create_signing_key('log', 'Ed25519', 'log', %s)", key)
    public = db.sql("select public_key from kw.signing_keys")[0][0]
    note = b"example.org/kwtools/log\n1\nAAAA\n"
    with db.connect() as connection:
        connection.execute(RAW)
        made = connection.execute(
            "select pg_temp.raw(current_user::regrole, %s)", [note]
        ).fetchone()
    assert made is not None
    verifier = VerifierKey("example.org", SignatureType.ED25519, public)
    assert note_signatures.is_signed(verifier, note, made[0])
    assert not note_signatures.is_signed(verifier, note + b"\n", made[0])
    error = error_of(db.connect(), "select kw.sign('log', 'm', 'c')")
    assert error.sqlstate == "KW102"  # an application has no use of it
