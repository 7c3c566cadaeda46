"""Signing keys: made, enrolled, used, retired and compromised, by whom and with which."""

import base64
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import cryptography_vectors
import pytest
from kwruntime.crypto import signatures
from kwshared.algorithms import SIGNATURES

from tests.conftest import Keystore
from tests.sql.session import Session

NAMES = tuple(SIGNATURES)
ROLES = (
    "kw_admin", "kw_operator", "kw_client", "kw_unwrap", "kw_grantor", "kw_auditor", "kw_signer",
)  # fmt: skip
MAKE = "select kw.create_signing_key(%s, %s, %s, %s)"
ENROL = "select kw.import_signing_key(%s, %s, %s, %s)"
SIGN = "select kw.sign(%s, %s, %s)"
VERIFY = "select kw.verify_signature(%s, %s, %s, %s)"
VERIFY_AT = "select kw.verify_signature(%s, %s, %s, %s, %s)"
STATUS = "select kw.set_signing_key_status(%s, %s)"
TIMES = "select activated_at, retired_at, compromised_at from kw.signing_keys where name = %s"

Connect = Callable[..., Session]
MakeRole = Callable[..., str]


def make(
    session: Session, name: str = "k", algorithm: str = "Ed25519", scope: str = "application:a",
    key: int = 1,
) -> int:  # fmt: skip
    """Make a signing key; return its id."""
    return int(session.value(MAKE, name, algorithm, scope, key))


def pair(algorithm: str) -> tuple[signatures.PrivateKey, bytes]:
    """Return a private key that is made elsewhere, and the bytes of its public key."""
    one = SIGNATURES[algorithm]
    private = signatures.private_key(one, signatures.generate(one))
    return private, signatures.public_bytes(private)


def sign(session: Session, name: str = "k", message: bytes = b"m", context: bytes = b"c") -> bytes:
    """``kw.sign``."""
    return bytes(session.value(SIGN, name, message, context))


def now(session: Session) -> datetime:
    """The server's clock."""
    return session.value("select clock_timestamp()")  # type: ignore[no-any-return]


# -- every algorithm --------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", NAMES)
def test_a_key_signs_and_its_signature_is_good_for_that_message_and_context_only(
    session: Session, connect: Connect, algorithm: str
) -> None:
    make(session, algorithm=algorithm)
    make(session, "other", algorithm)
    for one in (session, connect()):
        made = sign(one, message=b"message", context=b"context")
        assert len(made) == SIGNATURES[algorithm].signature_bytes
        changed = bytes([made[0] ^ 1]) + made[1:]
        for expected, name, message, signature, context in (
            (True, "k", b"message", made, b"context"),
            (False, "k", b"messagE", made, b"context"),
            (False, "k", b"message", changed, b"context"),
            (False, "k", b"message", made[:-1], b"context"),
            (False, "k", b"message", made + b"\0", b"context"),
            (False, "k", b"message", b"", b"context"),
            (False, "k", b"message", made, b"contexT"),
            (False, "k", b"message", made, b""),
            (False, "other", b"message", made, b"context"),
        ):
            assert session.value(VERIFY, name, message, signature, context) is expected


@pytest.mark.parametrize("algorithm", NAMES)
def test_a_signature_is_what_the_format_says(session: Session, algorithm: str) -> None:
    """Made there it verifies by the enrolled public key, made here by the stored one."""
    private, public = pair(algorithm)
    session.value(ENROL, "away", algorithm, "application:a", public)
    made = signatures.sign_message(private, b"message", b"context")
    assert session.value(VERIFY, "away", b"message", made, b"context") is True
    bare = private.sign(b"message")
    assert session.value(VERIFY, "away", b"message", bare, b"") is algorithm.startswith("ML-DSA")
    make(session, algorithm=algorithm)
    stored = session.value("select public_key from kw.signing_keys where name = 'k'")
    held = signatures.public_key(SIGNATURES[algorithm], stored)
    made = sign(session, message=b"message", context=b"context")
    assert signatures.verify_message(held, made, b"message", b"context")


@pytest.mark.parametrize("algorithm", [name for name in NAMES if name.startswith("ML-DSA")])
def test_the_published_vectors_of_ml_dsa_verify(session: Session, algorithm: str) -> None:
    file = f"asymmetric/MLDSA/kat_MLDSA_{algorithm[-2:]}_det_pure.rsp"
    with cryptography_vectors.open_vector_file(file, "r") as opened:
        records = opened.read().split("count = ")[1:6]
    for number, record in enumerate(records):
        lines = dict(line.partition(" = ")[::2] for line in record.splitlines())
        public, context, message, signed = (
            bytes.fromhex(lines[member]) for member in ("pk", "ctx", "msg", "sm")
        )
        name = f"vector {number}"
        session.value(ENROL, name, algorithm, "application:vectors", public)
        signature = signed[: SIGNATURES[algorithm].signature_bytes]
        assert session.value(VERIFY, name, message, signature, context) is True
        assert session.value(VERIFY, name, message, signature, b"other") is False


def test_the_published_vector_of_dsse_verifies(session: Session) -> None:
    x = 46950820868899156662930047687818585632848591499744589407958293238635476079160
    y = 5640078356564379163099075877009565129882514886557779369047442380624545832820
    public = b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")
    session.value(ENROL, "dsse", "ES256", "application:dsse", public)
    signature = base64.b64decode(
        "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="
    )
    context = b"http://example.com/HelloWorld"
    assert session.value(VERIFY, "dsse", b"hello world", signature, context) is True
    assert session.value(VERIFY, "dsse", b"hello worlD", signature, context) is False


@pytest.mark.parametrize("algorithm", NAMES)
def test_many_are_signed_and_verified_in_order(session: Session, algorithm: str) -> None:
    make(session, algorithm=algorithm)
    messages = [b"one", None, b"", b"three"]
    made = session.value("select kw.sign_many('k', %s::bytea[], 'c')", messages)
    assert [one is None for one in made] == [False, True, False, False]
    query = "select kw.verify_signature_many('k', %s::bytea[], %s::bytea[], %s)"
    assert session.value(query, messages, made, b"c") == [True, False, True, True]
    assert session.value(query, messages, made[::-1], b"c") == [False] * 4
    assert session.value(query, messages, made, b"d") == [False] * 4
    assert session.value(query, [], [], b"c") == []
    for call in ("kw.sign_many('k', null)", "kw.verify_signature_many('k', null, '{}')"):
        assert session.value(f"select {call}") is None


# -- arguments --------------------------------------------------------------------------------


def test_null_is_never_a_good_signature(session: Session) -> None:
    make(session)
    assert session.value(SIGN, "k", None, b"c") is None
    made = sign(session)
    for message, signature in ((None, None), (None, made), (b"m", None)):
        assert session.value(VERIFY, "k", message, signature, b"c") is False
    for query in (SIGN, "select kw.verify_signature(%s, %s, 'x', %s)"):
        assert "context is null" in session.refused("KW003", query, "k", b"m", None)
        assert "name is null" in session.refused("KW003", query, None, b"m", b"c")


def test_a_context_is_at_most_255_bytes_and_a_message_any_size(session: Session) -> None:
    for algorithm in NAMES:
        make(session, algorithm, algorithm)
        longest = b"c" * 255
        made = sign(session, algorithm, b"", longest)
        assert session.value(VERIFY, algorithm, b"", made, longest) is True
        query = "select kw.sign(%s, convert_to(repeat('x', 20000000), 'UTF8'), 'c')"
        made = session.value(query, algorithm)
        query = "select kw.verify_signature(%s, convert_to(repeat('x', {}), 'UTF8'), %s, 'c')"
        assert session.value(query.format(20000000), algorithm, made) is True
        assert session.value(query.format(19999999), algorithm, made) is False
    session.refused("KW003", SIGN, NAMES[0], b"m", b"c" * 256)
    session.refused("KW003", VERIFY, NAMES[0], b"m", b"s", b"c" * 256)


def test_lists_of_different_lengths_or_more_dimensions_are_refused(session: Session) -> None:
    make(session)
    many = "select kw.verify_signature_many('k', %s::bytea[], %s::bytea[], 'c', %s::timestamptz[])"
    session.refused("KW003", many, [b"a", b"b"], [b"s"], None)
    session.refused("KW003", many, [b"a"], [b"s"], [None, None])
    session.refused("KW003", many, [[b"a"]], [[b"s"]], None)
    session.refused("KW003", "select kw.sign_many('k', %s::bytea[])", [[b"a"]])


@pytest.mark.parametrize(
    ("name", "algorithm", "scope"),
    [
        ("", "Ed25519", "log"),
        ("n" * 121, "Ed25519", "log"),
        (None, "Ed25519", "log"),
        ("k", None, "log"),
        ("k", "Ed25519", None),
        ("k", "Ed448", "log"),
        ("k", "X25519", "log"),
        ("k", "AES-256-GCM", "log"),
        ("k", "Ed25519", ""),
        ("k", "Ed25519", "application:"),
        ("k", "Ed25519", "Application:a"),
        ("k", "Ed25519", "logs"),
        ("k", "Ed25519", "application:" + "a" * 109),
    ],
)
def test_a_key_of_no_name_algorithm_or_scope_is_refused(
    session: Session, name: str | None, algorithm: str | None, scope: str | None
) -> None:
    session.refused("KW003", MAKE, name, algorithm, scope, 1)
    session.refused("KW003", ENROL, name, algorithm, scope, pair("Ed25519")[1])
    assert session.rows("select * from kw.signing_keys") == []


@pytest.mark.parametrize("algorithm", NAMES)
def test_a_public_key_that_is_none_is_refused(session: Session, algorithm: str) -> None:
    _, public = pair(algorithm)
    for wrong in (b"", public[:-1], public + b"\0", None):
        session.refused("KW003", ENROL, "k", algorithm, "application:a", wrong)
    if algorithm == "Ed25519":  # under which one signature is good for any message
        session.refused("KW003", ENROL, "k", algorithm, "application:a", b"\1" + bytes(31))
    if algorithm == "ECDSA-P-256":
        wrong = public[:-1] + bytes([public[-1] ^ 1])
        session.refused("KW003", ENROL, "k", algorithm, "application:a", wrong)


def test_names_of_algorithms_are_those_of_the_catalogue_in_any_case(session: Session) -> None:
    for number, name in enumerate(("es256", "ECDSA P-256", "mldsa44", "ed25519")):
        make(session, f"k{number}", name)
    query = (
        "select a.name::text from kw.signing_keys s join kw.crypto_algorithms a on a.id = s.algo_id"
        " order by s.id"
    )
    assert session.values(query) == ["ECDSA-P-256", "ECDSA-P-256", "ML-DSA-44", "Ed25519"]


# -- one key, one name, one scope -------------------------------------------------------------


def test_a_name_or_a_public_key_is_enrolled_once(session: Session) -> None:
    _, public = pair("Ed25519")
    session.value(ENROL, "one", "Ed25519", "application:a", public)
    answer = session.refused("KW102", ENROL, "two", "Ed25519", "application:b", public)
    assert 'as signing key "one"' in answer
    session.refused("KW102", ENROL, "one", "Ed25519", "application:a", pair("Ed25519")[1])
    session.refused("KW102", MAKE, "one", "Ed25519", "application:a", 1)
    make(session)
    own = session.value("select public_key from kw.signing_keys where name = 'k'")
    session.refused("KW102", ENROL, "k too", "Ed25519", "import", own)


def test_if_not_exists_returns_the_key_that_is_as_asked_for(session: Session) -> None:
    again = "select kw.create_signing_key(%s, %s, %s, %s, if_not_exists => true)"
    made = session.value(again, "k", "Ed25519", "application:a", 1)
    assert session.value(again, "k", "ed25519", "application:a", 1) == made
    for algorithm, scope in (("ML-DSA-44", "application:a"), ("Ed25519", "log")):
        assert "differs" in session.refused("KW102", again, "k", algorithm, scope, 1)
    assert "its KMS key is 1, not 2" in session.refused(
        "KW102", again, "k", "Ed25519", "application:a", 2
    )
    again = "select kw.import_signing_key(%s, %s, %s, %s, if_not_exists => true)"
    _, public = pair("Ed25519")
    made = session.value(again, "p", "Ed25519", "application:a", public)
    assert session.value(again, "p", "Ed25519", "application:a", public) == made
    other = pair("Ed25519")[1]
    assert "public key differs" in session.refused(
        "KW102", again, "p", "Ed25519", "application:a", other
    )
    assert "origin" in session.refused("KW102", again, "k", "Ed25519", "application:a", other)


def test_one_of_two_who_enrol_a_public_key_at_once_finds_the_other(
    session: Session, connect: Connect
) -> None:
    _, public = pair("Ed25519")
    first = connect(autocommit=False)
    first.value(ENROL, "one", "Ed25519", "application:a", public)
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(session.refused, "KW102", ENROL, "two", "Ed25519", "import", public)
        waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and pid = %s"
        while first.value(waits, session.connection.info.backend_pid) == 0:
            time.sleep(0.01)
        first.connection.commit()
        assert 'as signing key "one"' in late.result()


def test_an_application_neither_signs_nor_verifies_with_keys_of_other_scopes(
    session: Session,
) -> None:
    make(session, "log", scope="log")
    private, public = pair("Ed25519")
    session.value(ENROL, "import", "Ed25519", "import", public)
    made = signatures.sign_message(private, b"m", b"c")
    for name in ("log", "import"):
        for query in (
            SIGN,
            "select kw.sign_many(%s, array[%s]::bytea[], %s)",
            "select kw.verify_signature(%s, %s, '', %s)",
            "select kw.verify_signature_many(%s, array[%s]::bytea[], array['']::bytea[], %s)",
        ):
            assert "scope" in session.refused("KW102", query, name, b"m", b"c")
        session.refused("KW102", VERIFY, name, b"m", made, b"c")
    assert "import_signing_key" in session.refused("KW003", MAKE, "i", "Ed25519", "import", 1)


def test_a_key_that_does_not_exist_or_cannot_seal_is_refused(session: Session) -> None:
    session.refused("KW101", MAKE, "k", "Ed25519", "log", 99)
    session.refused("KW200", MAKE, "k", "Ed25519", "log", session.kem())
    create = "select kw.create_kms_key('local', 'signs', 'sign', 'Ed25519')"
    assert "does not hold signing keys" in session.refused("KW203", create)
    of_earlier = (  # earlier versions registered such keys, which nothing could use
        "insert into kw.kms_keys (provider_id, external_key_ref, purpose)"
        " select provider_id, 'signs', 'sign' from kw.kms_keys where id = 1 returning id"
    )
    session.refused("KW203", MAKE, "k", "Ed25519", "log", session.value(of_earlier))
    retired = session.key()
    session.rows("select kw.set_kms_key_status(%s, 'retired')", retired)
    session.refused("KW200", MAKE, "k", "Ed25519", "log", retired)
    for query in (SIGN, "select kw.verify_signature(%s, %s, '', %s)"):
        assert 'signing key "none"' in session.refused("KW101", query, "none", b"m", b"c")
    session.refused("KW101", STATUS, "none", "retired")


def test_a_key_whose_private_key_is_elsewhere_does_not_sign(session: Session) -> None:
    session.value(ENROL, "away", "Ed25519", "application:a", pair("Ed25519")[1])
    assert "only its public key" in session.refused("KW200", SIGN, "away", b"m", b"c")


# -- statuses ---------------------------------------------------------------------------------


def test_a_key_signs_and_counts_only_after_it_was_activated(session: Session) -> None:
    query = "select kw.create_signing_key('k', 'Ed25519', 'application:a', 1, activate => false)"
    session.value(query)
    assert session.rows(TIMES, "k") == [(None, None, None)]
    assert "not activated" in session.refused("KW102", SIGN, "k", b"m", b"c")
    before = now(session)
    session.rows(STATUS, "k", "active")
    made, (activated, *_) = sign(session), session.rows(TIMES, "k")[0]
    assert before < activated < now(session)
    assert session.value(VERIFY, "k", b"m", made, b"c") is True
    assert session.value(VERIFY_AT, "k", b"m", made, b"c", before) is False
    assert session.value(VERIFY_AT, "k", b"m", made, b"c", now(session)) is True
    session.rows(STATUS, "k", "active")
    assert session.rows(TIMES, "k") == [(activated, None, None)]


def test_what_is_not_activated_does_not_verify(session: Session) -> None:
    query = "select kw.create_signing_key('k', 'Ed25519', 'application:a', 1, activate => false)"
    session.value(query)
    session.rows("begin")
    session.rows(STATUS, "k", "active")
    made = sign(session)
    session.rows("rollback")
    assert session.value(VERIFY, "k", b"m", made, b"c") is False
    assert session.value(VERIFY_AT, "k", b"m", made, b"c", now(session)) is False


def test_a_retired_key_verifies_beside_its_successor_and_signs_no_more(
    session: Session, connect: Connect
) -> None:
    other = connect()
    make(session, "old")
    made = sign(other, "old")
    make(session, "new", "ML-DSA-65")
    assert sign(other, "old") == made  # both sign
    successor = sign(other, "new")
    session.rows(STATUS, "old", "retired")
    (_, retired, _) = session.rows(TIMES, "old")[0]
    for one in (session, other):
        assert "is retired" in one.refused("KW200", SIGN, "old", b"m", b"c")
        assert one.value(VERIFY, "old", b"m", made, b"c") is True
        assert one.value(VERIFY, "new", b"m", successor, b"c") is True
        assert one.value(VERIFY_AT, "old", b"m", made, b"c", retired) is True
        assert one.value(VERIFY_AT, "old", b"m", made, b"c", now(session)) is False
    assert "cannot become active" in session.refused("KW102", STATUS, "old", "active")
    session.rows(STATUS, "old", "retired")
    assert session.rows(TIMES, "old")[0][1] == retired


def test_a_compromised_key_counts_only_for_what_is_known_to_be_older(
    session: Session, connect: Connect
) -> None:
    other = connect()
    make(session)
    made, before = sign(other), now(session)
    moment, after = now(session), now(session)
    session.rows("select kw.set_signing_key_status('k', 'compromised', %s)", moment)
    for one in (session, other):
        assert one.value(VERIFY, "k", b"m", made, b"c") is False
        assert one.value(VERIFY_AT, "k", b"m", made, b"c", before) is True
        assert one.value(VERIFY_AT, "k", b"m", made, b"c", moment) is False
        assert one.value(VERIFY_AT, "k", b"m", made, b"c", after) is False
        assert "is compromised" in one.refused("KW200", SIGN, "k", b"m", b"c")
        many = (
            "select kw.verify_signature_many('k', %s::bytea[], %s::bytea[], 'c', %s::timestamptz[])"
        )
        found = one.value(many, [b"m"] * 3, [made] * 3, [before, None, after])
        assert found == [True, False, False]
    for status in ("active", "retired"):
        session.refused("KW102", STATUS, "k", status)


def test_the_moment_of_a_compromise_is_past_and_moves_back_only(session: Session) -> None:
    compromise = "select kw.set_signing_key_status('k', 'compromised', %s)"
    make(session)
    made = sign(session)
    first, second = now(session), now(session)
    session.refused("KW003", compromise, "2999-01-01")
    for infinite in ("infinity", "-infinity"):
        session.refused("KW003", compromise, infinite)
    session.refused("KW003", "select kw.set_signing_key_status('k', 'retired', now())")
    session.rows(compromise, second)
    session.rows(compromise, second)
    assert session.value(VERIFY_AT, "k", b"m", made, b"c", first) is True
    session.rows(compromise, first)
    assert session.value(VERIFY_AT, "k", b"m", made, b"c", first) is False
    assert "earlier" in session.refused("KW102", compromise, second)
    session.rows(compromise, None)  # since it was activated
    activated, _, compromised = session.rows(TIMES, "k")[0]
    assert compromised == activated
    assert session.value(VERIFY_AT, "k", b"m", made, b"c", activated) is False
    session.refused("KW003", STATUS, "k", "lost")


def test_times_do_not_depend_on_the_settings_of_the_session(session: Session) -> None:
    """PL/Python gets times as text; 'IST' would be read as another zone than it was written."""
    make(session)
    made = sign(session)
    at = now(session)
    for style in ("ISO, DMY", "SQL, DMY", "German", "Postgres, MDY"):
        session.rows(f"set datestyle = '{style}'")
        for zone in ("Asia/Kolkata", "America/New_York", "UTC"):
            session.rows(f"set timezone = '{zone}'")
            query = "select kw.verify_signature('k', 'm', %s, 'c', clock_timestamp())"
            assert session.value(query, made) is True
            query = "select kw.verify_signature('k', 'm', %s, 'c', %s::timestamptz - interval '1h')"
            assert session.value(query, made, at.isoformat()) is False
    session.rows("set datestyle = 'SQL, DMY'")
    session.rows("set timezone = 'Asia/Kolkata'")
    query = "select kw.set_signing_key_status('k', 'compromised', %s::timestamptz)"
    session.rows(query, at.isoformat())
    same = "select compromised_at = %s::timestamptz from kw.signing_keys"
    assert session.value(same, at.isoformat()) is True


def test_the_table_keeps_the_times_and_the_key_whoever_writes_it(session: Session) -> None:
    make(session)
    session.value(ENROL, "away", "Ed25519", "application:a", pair("Ed25519")[1])
    for change in (
        "activated_at = '2000-01-01'",
        "activated_at = null",
        "retired_at = now()",
        "name = name || 'x'",
        "scope = 'log'",
        "origin = 'kms', private_key_enc = null",
        "public_key = sha256(public_key)",
        "private_key_enc = 'x'",
        "kms_key_id = 2",
        "algo_id = 1",
        "created_at = '2000-01-01'",
        "id = 99",
    ):
        session.refused("KW102", f"update kw.signing_keys set {change} where name = 'k'")
    session.rows("update kw.signing_keys set notes = 'for people'")
    # The times that an update says are not those that it gets.
    session.rows(
        "update kw.signing_keys set status = 'retired', retired_at = '2000-01-01' where name = 'k'"
    )
    assert session.value("select retired_at > created_at from kw.signing_keys where name = 'k'")
    session.refused("KW102", "update kw.signing_keys set retired_at = now() where name = 'k'")
    session.refused("23514", "update kw.signing_keys set compromised_at = now() where name = 'k'")
    session.refused("23514", "update kw.signing_keys set status = 'compromised' where name = 'k'")
    for moment in ("now() + interval '1 hour'", "'infinity'"):
        change = f"status = 'compromised', compromised_at = {moment}"
        session.refused("KW102", f"update kw.signing_keys set {change} where name = 'k'")
    session.rows(
        "update kw.signing_keys set status = 'compromised', compromised_at = '2001-01-01'"
        " where name = 'k'"
    )
    later = "update kw.signing_keys set compromised_at = '2002-01-01' where name = 'k'"
    session.refused("KW102", later)
    session.rows("update kw.signing_keys set compromised_at = '2000-01-01' where name = 'k'")


@pytest.mark.parametrize(
    "row",
    [
        "'k', null, 'imported', null, null, 'active', null, null",
        "'k', 'other', 'imported', null, null, 'active', null, null",
        "'k', 'application:', 'imported', null, null, 'active', null, null",
        "'k', 'import', 'local', 'x', 1, 'active', null, null",
        "'k', 'log', 'local', null, 1, 'active', null, null",
        "'k', 'log', 'local', 'x', null, 'active', null, null",
        "'k', 'log', 'kms', 'x', 1, 'active', null, null",
        "'k', 'log', 'kms', null, null, 'active', null, null",
        "'k', 'log', 'imported', 'x', null, 'active', null, null",
        "'k', 'log', 'imported', null, 1, 'active', null, null",
        "'k', 'log', 'imported', null, null, 'active', now(), null",
        "'k', 'log', 'imported', null, null, 'retired', null, null",
        "'k', 'log', 'imported', null, null, 'retired', now(), now()",
        "'k', 'log', 'imported', null, null, 'compromised', now(), null",
        "'k', 'log', 'imported', null, null, 'compromised', null, now()",
    ],
)
def test_a_key_that_could_not_be_is_refused_by_the_table(session: Session, row: str) -> None:
    session.refused(
        "23514",
        "insert into kw.signing_keys (algo_id, public_key, name, scope, origin, private_key_enc,"
        f" kms_key_id, status, retired_at, compromised_at) values (9, 'x', {row})",
    )


def test_two_who_change_one_status_do_not_both_succeed(session: Session, connect: Connect) -> None:
    make(session)
    late = connect(autocommit=False)
    late.rows("set transaction isolation level repeatable read")
    late.rows("select 1 from kw.signing_keys")
    session.rows(STATUS, "k", "retired")
    late.rows(STATUS, "k", "retired")  # it is so already, as of now
    late.connection.rollback()
    assert session.value("select count(*) from kw.audit_events where object = 'k'") == 2


# -- the sealing key --------------------------------------------------------------------------


def test_the_status_of_the_sealing_key_bites_at_the_next_call_of_every_session(
    session: Session, connect: Connect
) -> None:
    sealing, other = session.key(), connect()
    make(session, key=sealing)
    made = sign(other)
    assert sign(session) == made
    session.heard()
    session.rows("select kw.set_kms_key_status(%s, 'disabled')", sealing)
    assert f"key {sealing} disabled; 1 signing keys cannot sign" in session.heard()
    for one in (session, other, connect()):
        assert "disabled" in one.refused("KW200", SIGN, "k", b"m", b"c")
        assert one.value(VERIFY, "k", b"m", made, b"c") is True  # it needs no private key
    session.rows("select kw.set_kms_key_status(%s, 'retired')", sealing)
    for one in (session, other):
        assert sign(one) == made  # a retired key opens
    session.rows("select kw.set_provider_enabled('local', false)")
    for one in (session, other):
        one.refused("KW200", SIGN, "k", b"m", b"c")


def test_a_key_below_a_branch_closes_with_what_is_above_the_branch(
    session: Session, connect: Connect
) -> None:
    root, other = session.key(), connect()
    session.policy("root", "single", root)
    branch, uuid = session.branch("root")
    make(session, key=branch)
    made = sign(other)
    session.rows("select kw.set_kms_key_status(%s, 'disabled')", root)
    other.refused("KW200", SIGN, "k", b"m", b"c")
    session.rows("select kw.set_kms_key_status(%s, 'active')", root)
    assert sign(other) == made
    session.rows("select kw.set_wrapper_status(%s, 'retired')", uuid)
    other.refused("KW212", SIGN, "k", b"m", b"c")


def test_a_key_whose_kms_key_is_lost_does_not_sign_once_its_time_is_over(
    session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    store = make_keystore()
    session.rows("select kw.add_provider(%s, 'local')", store.name)
    make(session, key=session.key(store.name))
    made = sign(session)
    (file,) = store.directory.iterdir()
    file.rename(file.with_suffix(".lost"))
    assert sign(session) == made  # opened before
    session.rows("select kw.set_setting('cache_seconds', 0)")
    session.refused("KW201", SIGN, "k", b"m", b"c")


@pytest.mark.parametrize(
    "change",
    [
        "private_key_enc = set_byte(private_key_enc, 40, get_byte(private_key_enc, 40) # 1)",
        "name = 'renamed'",
        "scope = 'application:b'",
        "kms_key_id = 2",
        "public_key = (select public_key from kw.signing_keys where name = 'other')",
        "private_key_enc = (select private_key_enc from kw.signing_keys where name = 'other')",
        "algo_id = (select id from kw.crypto_algorithms where name = 'ML-DSA-44')",
        "private_key_enc = ''",
    ],
)
def test_a_row_that_was_changed_beneath_the_triggers_does_not_sign(
    session: Session, connect: Connect, change: str
) -> None:
    make(session)
    make(session, "other")
    other = connect()
    sign(other)  # what it keeps is of the row as it was
    session.rows("drop index kw.signing_keys_public_key")
    session.rows("alter table kw.signing_keys disable trigger guard_immutable")
    session.rows(f"update kw.signing_keys set {change} where name = 'k'")
    name = "renamed" if change.startswith("name") else "k"
    for one in (session, other):
        one.refused("KW211", SIGN, name, b"m", b"c")


def test_verify_opens_the_private_keys_that_will_be_needed(session: Session) -> None:
    make(session)
    make(session, "old")
    session.value(ENROL, "away", "Ed25519", "application:a", pair("Ed25519")[1])
    assert session.rows("select * from kw.verify()") == []
    session.rows("alter table kw.signing_keys disable trigger guard_immutable")
    session.rows("update kw.signing_keys set private_key_enc = 'x' where origin = 'local'")
    problems = session.rows("select id, wrapper, kms_key_id, sqlstate, problem from kw.verify()")
    assert [row[:4] for row in problems] == [(None, None, 1, "KW211")] * 2
    assert 'signing key "k"' in problems[0][4]
    page = "select problems from kw.verify_page(most => %s)"
    session.rows("select kw.wrap()")
    assert session.value(page, 0) == []
    assert session.value(page, 1) == []  # it does not come to the end
    assert len(session.value(page, 2)) == 2
    session.rows(STATUS, "old", "retired")  # its private key is not used again
    assert len(session.value(page, 2)) == 1


def test_a_drill_without_the_kms_of_a_signing_key_says_that_it_is_lost(
    session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    store = make_keystore()
    session.rows("select kw.add_provider(%s, 'local')", store.name)
    make(session, key=session.key(store.name))
    made = sign(session)
    page = "select problems from kw.verify_page(without_providers => array[%s])"
    (problem,) = session.value(page, store.name)
    assert 'signing key "k"' in problem["problem"]
    assert sign(session) == made


def test_a_key_that_seals_an_active_signing_key_is_not_safe_to_destroy(session: Session) -> None:
    sealing = session.key()
    make(session, key=sealing)
    session.rows("select kw.set_kms_key_status(%s, 'retired')", sealing)
    query = "select * from kw.safe_to_destroy(%s) where not ok"
    assert session.values(query, sealing) == ["safe to destroy", "signing keys"]
    (row,) = session.values("select to_jsonb(d) from kw.key_dependents(%s) d", sealing)
    assert (row["kind"], row["name"], row["opens_without"]) == ("signing key", "k", False)
    session.rows(STATUS, "k", "retired")
    assert "signing keys" not in session.values(query, sealing)


# -- algorithms and levels --------------------------------------------------------------------


def test_a_deprecated_algorithm_verifies_and_signs_no_more(
    session: Session, connect: Connect
) -> None:
    other = connect()
    make(session)
    made = sign(other)
    session.rows("select kw.set_algorithm_status('ed25519', 'deprecated')")
    for one in (session, other):
        assert "is deprecated" in one.refused("KW200", SIGN, "k", b"m", b"c")
        assert one.value(VERIFY, "k", b"m", made, b"c") is True
    session.refused("KW200", MAKE, "n", "Ed25519", "application:a", 1)
    session.refused("KW200", ENROL, "n", "Ed25519", "application:a", pair("Ed25519")[1])
    make(session, "n", "ML-DSA-44")
    session.rows("select kw.set_algorithm_status('Ed25519', 'active')")
    assert sign(other) == made
    answer = session.refused("KW003", "select kw.set_algorithm_status('Ed25519', 'experimental')")
    assert "no policy" in answer


def test_signatures_have_a_level_that_admins_require(session: Session, connect: Connect) -> None:
    other = connect()
    for algorithm in ("Ed25519", "ML-DSA-44", "ML-DSA-65"):
        make(session, algorithm, algorithm)
    made = sign(other, "Ed25519")
    session.rows("select kw.set_setting('signature_level', 3)")
    for one in (session, other):
        assert "has no level" in one.refused("KW104", SIGN, "Ed25519", b"m", b"c")
        assert "has level 2" in one.refused("KW104", SIGN, "ML-DSA-44", b"m", b"c")
        assert sign(one, "ML-DSA-65")
        assert one.value(VERIFY, "Ed25519", b"m", made, b"c") is True
    session.refused("KW104", MAKE, "n", "Ed25519", "application:a", 1)
    session.refused("KW104", ENROL, "n", "ECDSA-P-256", "import", pair("ECDSA-P-256")[1])
    make(session, "log", "Ed25519", "log")  # whose formats prescribe it
    session.rows("select kw.set_setting('signature_level', 0)")
    assert sign(other, "Ed25519") == made


def test_the_inventory_has_every_signing_key_with_what_it_depends_on(session: Session) -> None:
    make(session, "pq", "ML-DSA-65")
    make(session, "classical", "ECDSA-P-256", "log")
    session.value(ENROL, "away", "ML-DSA-87", "import", pair("ML-DSA-87")[1])
    session.policy("root", "single", 1, layers=[session.kem("ML-KEM-768+X25519")])
    branch, _ = session.branch("root")
    make(session, "below", "ML-DSA-44", key=branch)
    query = "select name, origin, nist_level, is_post_quantum, algorithms from kw.signing_inventory"
    sealed = ["AES-256-GCM", "HKDF-SHA-256"]
    rows = session.rows(f"{query} order by signing_key_id")
    assert rows[:3] == [
        ("pq", "local", 3, True, [*sealed, "ML-DSA-65", "SHA-256"]),
        ("classical", "local", None, False, [sealed[0], "ECDSA-P-256", sealed[1], "SHA-256"]),
        ("away", "imported", 5, True, ["ML-DSA-87"]),
    ]
    assert rows[3][:4] == ("below", "local", 2, True)
    assert {"ML-KEM-768", "X25519", "ML-KEM-768+X25519", "ML-DSA-44"} <= set(rows[3][4])


def test_a_key_sealed_by_less_than_aes_256_has_no_level(session: Session) -> None:
    make(session, "pq", "ML-DSA-65")
    session.rows("alter table kw.kms_keys disable trigger guard_immutable")
    session.rows("update kw.kms_keys set algorithm = 'RSA-OAEP-256' where id = 1")
    query = "select nist_level, is_post_quantum from kw.signing_inventory"
    assert session.rows(query) == [(None, False)]


# -- roles ------------------------------------------------------------------------------------


def test_signers_sign_everybody_verifies_and_admins_administer(
    session: Session, connect: Connect, make_role: MakeRole
) -> None:
    make(session)
    made = sign(session)
    for role in ROLES:
        one = connect(make_role(role))
        assert one.value(VERIFY, "k", b"m", made, b"c") is True
        many = "select kw.verify_signature_many('k', array['m']::bytea[], array[%s], 'c')"
        assert one.value(many, made) == [True]
        if role == "kw_signer":
            assert sign(one) == made
            assert one.value("select kw.sign_many('k', array['m']::bytea[], 'c')") == [made]
        else:
            one.refused("42501", SIGN, "k", b"m", b"c")
            one.refused("42501", "select kw.sign_many('k', array['m']::bytea[])")
        name = f"of {role}"
        if role == "kw_admin":
            make(one, name)
            one.value(ENROL, f"{name} too", "Ed25519", "import", pair("Ed25519")[1])
            one.rows(STATUS, name, "retired")
        else:
            one.refused("42501", MAKE, name, "Ed25519", "log", 1)
            one.refused("42501", ENROL, name, "Ed25519", "log", b"")
            one.refused("42501", STATUS, "k", "retired")
        one.refused("42501", "select private_key_enc from kw.signing_keys")
    nobody = connect(make_role())
    nobody.refused("42501", VERIFY, "k", b"m", made, b"c")


def test_it_signs_and_verifies_where_nothing_can_be_written(
    session: Session, connect: Connect, make_role: MakeRole
) -> None:
    make(session)
    signer = connect(make_role("kw_signer"))
    signer.rows("set default_transaction_read_only = on")
    made = sign(signer)
    assert signer.value(VERIFY, "k", b"m", made, b"c") is True


def test_an_old_snapshot_does_not_bring_a_key_back(session: Session, connect: Connect) -> None:
    make(session)
    old = connect(autocommit=False)
    old.rows("set transaction isolation level repeatable read")
    made = sign(old)
    session.rows(STATUS, "k", "compromised")
    old.refused("KW200", SIGN, "k", b"m", b"c")
    old.connection.rollback()
    old.rows("set transaction isolation level repeatable read")
    old.rows("select 1")
    assert old.value(VERIFY, "k", b"m", made, b"c") is False


# -- the audit --------------------------------------------------------------------------------


def test_changes_are_audited_and_signatures_are_lines_of_the_log(session: Session) -> None:
    make(session, algorithm="ML-DSA-44")
    session.value(ENROL, "p", "Ed25519", "import", pair("Ed25519")[1])
    before = session.value("select max(id) from kw.audit_events")
    sign(session)
    assert session.value("select max(id) from kw.audit_events") == before
    session.rows(STATUS, "k", "retired")
    session.rows(STATUS, "k", "retired")
    session.rows(STATUS, "k", "compromised")
    events = session.rows(
        "select action, object, details from kw.audit_events order by id desc limit 4"
    )
    assert [row[:2] for row in events[::-1]] == [
        ("create_signing_key", "k"),
        ("import_signing_key", "p"),
        ("set_signing_key_status", "k"),
        ("set_signing_key_status", "k"),
    ]
    assert events[3][2] == {
        "algorithm": "ML-DSA-44", "scope": "application:a", "key": 1, "activated": True,
    }  # fmt: skip
    assert events[1][2] == {"old": "active", "new": "retired"}
    assert events[0][2] == {"old": "retired", "new": "compromised", "since": "activation"}
