"""What signing keys do whose private key stays in a KMS, for each kind that holds such keys.

The same behaviours as those of keys that wrap, in ``test_behaviours``; docs/providers.md has the
same table.
"""

import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.conftest import Database
from tests.providers.harness import (
    HARNESSES,
    OF_SIGNING,
    Harness,
    error_of,
    harness_of,
    why_not_signing,
)
from tests.timeouts import timeout

SIGN = "select kw.sign('k', %s, 'c')"
SIGN_MANY = "select kw.sign_many('k', %s::bytea[], 'c')"
VERIFY = "select kw.verify_signature('k', %s, %s, 'c')"
VERIFY_MANY = "select kw.verify_signature_many('k', %s::bytea[], %s::bytea[], 'c')"
MAKE = "select kw.create_signing_key('k', %s, 'application:a', %s)"
HANG_SECONDS = 60.0
TEST = Callable[..., None]
_shown: set[str] = set()


def shows(behaviour: str) -> Callable[[TEST], TEST]:
    """Mark a test as the one of a behaviour, for each algorithm of the kinds that can show it."""
    assert behaviour in OF_SIGNING
    _shown.add(behaviour)
    cases = [
        pytest.param(kind, algorithm, id=f"{kind}-{algorithm}")
        for kind in HARNESSES
        if why_not_signing(kind, behaviour) is None
        for algorithm in harness_of(kind).signs
    ]
    return pytest.mark.parametrize(("kms", "algorithm"), cases, indirect=["kms"])


def make(db: Database, kms: Harness, algorithm: str) -> int:
    """Make the signing key ``k`` of a key in the KMS; return the id of that key."""
    key = kms.register_signing(db, algorithm)
    db.sql(MAKE, algorithm, key)
    return key


def failure_of(kms: Harness, connection: psycopg.Connection, query: str, *params: object) -> str:
    """Run a statement that must fail by the provider, and say so; return its SQLSTATE."""
    error = error_of(connection, query, *params)
    assert kms.name in str(error)
    return error.sqlstate or ""


@shows("round trip")
def test_it_signs_in_its_kms_and_verifies_here(db: Database, kms: Harness, algorithm: str) -> None:
    key = make(db, kms, algorithm)
    row = db.sql("select origin, private_key_enc, kms_key_id, status from kw.signing_keys")
    assert row == [("kms", None, key, "active")]
    for connection in (db.connect(), db.connect()):
        for message in (b"", b"message", bytes(60_000)):
            made = connection.execute(SIGN, [message]).fetchone()
            assert made is not None
            assert len(made[0]) == 64
            assert db.sql(VERIFY, message, made[0]) == [(True,)]
            assert db.sql(VERIFY, message + b"!", made[0]) == [(False,)]
    assert db.sql("select * from kw.verify()") == []
    assert db.sql("select status, error from kw.check_kms(%s)", key) == [("up", None)]
    assert db.sql("select count(*) from kw.doctor() where not ok") == [(0,)]
    assert db.sql("select origin, algorithm from kw.signing_inventory") == [("kms", algorithm)]


@shows("batch")
def test_a_batch_is_signed_in_its_order(db: Database, kms: Harness, algorithm: str) -> None:
    make(db, kms, algorithm)
    messages = [None if n == 3 else bytes([n]) * n for n in range(12)]
    made = db.sql(SIGN_MANY, messages)[0][0]
    assert [one is None for one in made] == [one is None for one in messages]
    assert db.sql(VERIFY_MANY, messages, made)[0][0] == [one is not None for one in messages]


@shows("unknown key")
def test_an_unknown_signing_key_is_not_registered(
    db: Database, kms: Harness, algorithm: str
) -> None:
    kms.add_provider(db)
    add = "select kw.add_kms_key(%s, %s, 'sign')"
    assert failure_of(kms, db.connect(), add, kms.name, kms.unknown_reference()) == "KW201"


@shows("key made again")
def test_a_signing_key_that_was_deleted_and_made_again_is_another_key(
    db: Database, kms: Harness, algorithm: str
) -> None:
    key = make(db, kms, algorithm)
    made = db.sql(SIGN, b"m")[0][0]
    kms.make_signing_again(algorithm)
    connection = db.connect()
    # Where the version that was registered is gone with the key, it is lost.
    found = failure_of(kms, connection, SIGN, b"m")
    assert found == ("KW201" if kms.kind == "azure" else "KW202")
    assert found in db.sql("select error from kw.check_kms(%s)", key)[0][0]
    assert db.sql("select kms_key_id, sqlstate from kw.verify()") == [(key, found)]
    assert db.sql("select count(*) from kw.doctor() where not ok") == [(1,)]
    assert db.sql(VERIFY, b"m", made) == [(True,)]


@shows("disabled key")
def test_a_disabled_signing_key_is_told_as_such(db: Database, kms: Harness, algorithm: str) -> None:
    make(db, kms, algorithm)
    made = db.sql(SIGN, b"m")[0][0]
    kms.disable_signing()
    assert failure_of(kms, db.connect(), SIGN, b"m") == "KW206"
    assert db.sql(VERIFY, b"m", made) == [(True,)]


@shows("expired then renewed credentials")
def test_a_session_signs_again_with_renewed_credentials(
    db: Database, kms: Harness, algorithm: str
) -> None:
    make(db, kms, algorithm)
    connection = db.connect()
    connection.execute(SIGN, [b"m"])
    kms.expire_credentials()
    assert failure_of(kms, connection, SIGN, b"m") == "KW205"
    kms.renew_credentials()
    connection.execute(SIGN, [b"m"])


@shows("server stopped")
def test_a_session_signs_again_when_the_server_is_back(
    db: Database, kms: Harness, algorithm: str
) -> None:
    make(db, kms, algorithm)
    connection = db.connect()
    made = connection.execute(SIGN, [b"m"]).fetchone()
    assert made is not None
    kms.stop()
    try:
        assert failure_of(kms, connection, SIGN, b"m") == "KW204"
        assert connection.execute(VERIFY, [b"m", made[0]]).fetchone() == (True,)
        assert [row[1] for row in db.sql("select kms_key_id, sqlstate from kw.verify()")] == [
            "KW204"
        ]
    finally:
        kms.start()
    connection.execute(SIGN, [b"m"])


@shows("hung")
def test_a_hung_kms_gives_a_signer_back_at_the_deadline_and_at_a_cancel(
    db: Database, kms: Harness, algorithm: str
) -> None:
    make(db, kms, algorithm)
    kms.set(total_seconds=2)
    kms.inject("hung")
    connection = db.connect()
    start = time.monotonic()
    assert failure_of(kms, connection, SIGN, b"m") == "KW204"
    kms.set(total_seconds=2 * HANG_SECONDS)
    with timeout(connection, 300):
        assert error_of(connection, SIGN, b"m").sqlstate == "57014"
    assert time.monotonic() - start < HANG_SECONDS
    kms.inject(None)
    connection.execute(SIGN, [b"m"])


@shows("slow")
def test_a_slow_kms_is_waited_for(db: Database, kms: Harness, algorithm: str) -> None:
    make(db, kms, algorithm)
    kms.inject("slow")
    assert db.sql(SIGN, b"m")


@shows("truncated answer")
def test_a_truncated_signature_is_a_wrong_answer(
    db: Database, kms: Harness, algorithm: str
) -> None:
    make(db, kms, algorithm)
    kms.inject("truncated answer")
    connection = db.connect()
    assert failure_of(kms, connection, SIGN, b"m") == "KW209"
    kms.inject(None)
    connection.execute(SIGN, [b"m"])


@shows("wrong answer")
def test_a_signature_that_does_not_verify_is_never_returned(
    db: Database, kms: Harness, algorithm: str
) -> None:
    key = kms.register_signing(db, algorithm)
    kms.inject("wrong answer")
    connection = db.connect()
    assert failure_of(kms, connection, MAKE, algorithm, key) == "KW209"
    kms.inject(None)
    db.sql(MAKE, algorithm, key)
    kms.inject("wrong answer")
    for query, argument in ((SIGN, b"m"), (SIGN_MANY, [b"one", b"two"])):
        assert failure_of(kms, connection, query, argument) == "KW209"
    assert [row[1] for row in db.sql("select kms_key_id, sqlstate from kw.verify()")] == ["KW209"]


# -- which keys sign -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kms", [kind for kind in HARNESSES if harness_of(kind).signs], indirect=True
)
def test_a_key_that_signs_never_wraps_and_one_that_wraps_never_signs(
    db: Database, kms: Harness
) -> None:
    algorithm = kms.signs[-1]
    signing = kms.register_signing(db, algorithm)
    connection = db.connect()
    for query in (
        "select kw.create_policy('p', 'single', %s)",
        "select kw.create_kem_key('kem', 'X25519', %s)",
    ):
        error = error_of(connection, query, signing)
        assert error.sqlstate == "KW200"
        assert "purpose sign" in str(error)
    wrapping = f"{kms.reference}-wraps"
    key = db.sql("select kw.create_kms_key(%s, %s)", kms.name, wrapping)[0][0]
    db.sql("select kw.create_signing_key('sealed', 'ML-DSA-65', 'application:a', %s)", key)
    assert db.sql("select origin from kw.signing_keys") == [("local",)]
    # Nor can one be registered for what it is not for in its KMS.
    for reference, purpose in ((kms.reference, "wrap"), (wrapping, "sign")):
        other = db.connect()
        other.execute("begin")
        other.execute("set local session_replication_role = replica")
        other.execute("delete from kw.kms_keys where external_key_ref = %s", [reference])
        add = "select kw.add_kms_key(%s, %s, %s)"
        assert failure_of(kms, other, add, kms.name, reference, purpose) in ("KW201", "KW203")
        other.execute("rollback")


@pytest.mark.parametrize("kms", HARNESSES, indirect=True)
def test_an_algorithm_that_a_kms_cannot_sign_with_is_refused_by_its_name(
    db: Database, kms: Harness
) -> None:
    kms.add_provider(db)
    create = "select kw.create_kms_key(%s, %s, 'sign', %s)"
    for algorithm in {"Ed25519", "ECDSA-P-256", "ML-DSA-65"} - set(kms.signs):
        error = error_of(db.connect(), create, kms.name, kms.reference, algorithm)
        assert error.sqlstate == "KW203"
        assert kms.name in str(error)
        assert "kw.create_signing_key" in (error.diag.message_hint or "")
    error = error_of(db.connect(), create, kms.name, kms.reference, None)
    assert error.sqlstate == "KW003"


# -- the page ------------------------------------------------------------------------------------


def test_every_behaviour_of_signing_has_a_test() -> None:
    assert set(OF_SIGNING) == _shown


def test_the_page_of_providers_has_the_table_of_signing() -> None:
    page = (Path(__file__).parents[2] / "docs" / "providers.md").read_text()
    kinds = [kind for kind in HARNESSES if harness_of(kind).signs]
    table = [
        f"| signing | {' | '.join(kinds)} |",
        f"| --- |{' --- |' * len(kinds)}",
        *(
            f"| {behaviour} | "
            + " | ".join("no" if why_not_signing(kind, behaviour) else "yes" for kind in kinds)
            + " |"
            for behaviour in OF_SIGNING
        ),
    ]
    assert "\n".join(table) in page
    for kind in kinds:
        for reason in set(harness_of(kind).cannot_sign.values()):
            assert f"`{kind}`: {reason}" in page
