"""An edited row of kw.signing_keys or kw.log_keys: nothing signs or verifies by it.

The edits are a superuser's, in a session where triggers, foreign keys and checks are off.
"""

from collections.abc import Callable

import pytest
from kwruntime.crypto import signatures

from tests.conftest import FORGET, Database
from tests.deployment import HOST, MAKE_KEY, make_deployment
from tests.security.test_edits_of_tables import without_guards
from tests.sql.session import Session
from tests.sql.signing import ENROL, SIGN, VERIFY, VERIFY_AT, make, pair, sign

Connect = Callable[..., Session]
VERIFY_MANY = "select kw.verify_signature_many('k', array[%s::bytea], array[%s::bytea], 'c')"
SIGN_MANY = "select kw.sign_many('k', array['m'::bytea], 'c')"
EDIT = "update kw.signing_keys set {} where name = 'k'"


@pytest.fixture
def session(db: Database) -> Session:
    """The superuser's session."""
    return Session(db.connect())


@pytest.fixture
def connect(db: Database) -> Connect:
    """``connect()``: another session of the superuser."""
    return lambda: Session(db.connect())


@pytest.fixture
def sealed(session: Session) -> Session:
    """A superuser's session in a sealed database that has the signing key k."""
    make_deployment(session)
    make(session)
    session.rows("select kw.seal_rows()")
    session.rows("select kw.seal_deployment()")
    return session


def edit(session: Session, statement: str) -> None:
    """Edit a table; the session knows nothing of before."""
    without_guards(session)
    assert session.connection.execute(statement).rowcount == 1
    session.connection.execute(FORGET)


def test_a_forged_signature_does_not_verify_by_an_exchanged_public_key(
    sealed: Session, connect: Connect
) -> None:
    mine, public = pair("Ed25519")
    good = sign(sealed)
    forged = signatures.sign_message(mine, b"m", b"c")
    assert sealed.value(VERIFY, "k", b"m", forged, b"c") is False
    edit(sealed, EDIT.format(f"public_key = '\\x{public.hex()}'"))
    for one in (sealed, connect()):
        for signature in (forged, good):
            said = one.refused("KW211", VERIFY, "k", b"m", signature, b"c")
            assert "row 1 of kw.signing_keys does not match its seal" in said
            one.refused("KW211", VERIFY_MANY, b"m", signature)


@pytest.mark.parametrize(
    "changes",
    [
        "name = 'k2', scope = 'application:other'",
        "scope = 'application:other'",
        "activated_at = activated_at - interval '1 year'",
        "retired_at = 'infinity'",
        "status = 'retired'",
        "status = 'compromised', compromised_at = now()",
        "seal = null, change_no = null",
        "change_no = change_no + 1",
    ],
)
def test_nothing_signs_or_verifies_by_an_edited_row(
    sealed: Session, connect: Connect, changes: str
) -> None:
    good = sign(sealed)
    name = "k2" if "k2" in changes else "k"
    edit(sealed, EDIT.format(changes))
    for one in (sealed, connect()):
        one.refused("KW211", VERIFY, name, b"m", good, b"c")
        one.refused("KW211", VERIFY_AT, name, b"m", good, b"c", "2001-01-01")
        one.refused("KW211", SIGN, name, b"m", b"c")
    if name == "k":
        sealed.refused("KW211", SIGN_MANY)


def test_a_row_of_a_signing_key_that_somebody_inserts_verifies_nothing(
    sealed: Session, connect: Connect
) -> None:
    mine, public = pair("Ed25519")
    edit(
        sealed,
        "insert into kw.signing_keys (algo_id, name, scope, origin, public_key, activated_at)"
        f" select algo_id, 'mine', scope, 'imported', '\\x{public.hex()}', activated_at"
        " from kw.signing_keys",
    )
    forged = signatures.sign_message(mine, b"m", b"c")
    for one in (sealed, connect()):
        said = one.refused("KW211", VERIFY, "mine", b"m", forged, b"c")
        assert "has no seal" in said


def test_a_key_that_is_put_back_from_compromised_is_refused(sealed: Session) -> None:
    """As an edit of single columns; the whole old row is found by kw.check_state."""
    good = sign(sealed)
    sealed.rows("select kw.set_signing_key_status('k', 'compromised')")
    assert sealed.value(VERIFY, "k", b"m", good, b"c") is False
    edit(sealed, EDIT.format("status = 'active', compromised_at = null, retired_at = null"))
    sealed.refused("KW211", VERIFY, "k", b"m", good, b"c")


def test_without_seals_a_key_verifies_as_before(session: Session) -> None:
    _, public = pair("Ed25519")
    session.rows(ENROL, "k", "Ed25519", "application:a", public)
    assert session.value(VERIFY, "k", b"m", b"x" * 64, b"c") is False


# -- the keys of a log --------------------------------------------------------------------------


LOG_EDITS = {
    "another key signs": "update kw.log_keys set signing_key_id = 2",
    "a removed key signs again": "update kw.log_keys set removed_at = null"
    " where removed_at is not null",
    "another key signs, too": "insert into kw.log_keys (log_id, signing_key_id, verifier_key)"
    " select log_id, 1, verifier_key from kw.log_keys limit 1",
    "another verifier key": "update kw.log_keys set verifier_key = verifier_key || 'x'"
    " where removed_at is null",
}  # fmt: skip


@pytest.fixture
def logged(session: Session) -> Session:
    """A superuser's session in a sealed database with a log, whose first key was replaced."""
    make_deployment(session)
    make(session)
    for name in ("first", "second"):
        session.rows(MAKE_KEY, name, "Ed25519")
    session.rows("select kw.create_log(%s, '{first}')", HOST)
    session.rows("select kw.seal_rows()")
    session.rows("select kw.seal_deployment()")
    session.rows("select kw.set_log_keys('{second}')")
    session.rows("call kw.seal_audit()")
    return session


@pytest.mark.parametrize("statement", list(LOG_EDITS.values()), ids=list(LOG_EDITS))
def test_no_checkpoint_is_signed_by_keys_that_nobody_set(logged: Session, statement: str) -> None:
    if "signing_key_id = 2" in statement:
        statement += " where removed_at is null"
        logged.rows("alter table kw.log_keys drop constraint log_keys_pkey")
    edit(logged, statement)
    said = logged.refused("KW211", "select kw.sign_checkpoint(true)")
    assert "kw.log_keys" in said
    assert "log_keys" in logged.values("select table_name from kw.check_seals()")


def test_no_checkpoint_is_signed_by_an_edited_signing_key(logged: Session) -> None:
    edit(logged, "update kw.signing_keys set retired_at = 'infinity' where name = 'second'")
    said = logged.refused("KW211", "select kw.sign_checkpoint(true)")
    assert "kw.signing_keys" in said


def test_no_checkpoint_is_signed_by_no_key(logged: Session) -> None:
    edit(logged, "delete from kw.log_keys where removed_at is null")
    assert "has no key" in logged.refused("KW211", "select kw.sign_checkpoint(true)")


def test_an_edit_of_what_wrappers_depend_on_does_not_stop_the_log(logged: Session) -> None:
    """The log is the evidence of it."""
    logged.rows("select kw.set_setting('cache_seconds', 60)")
    edit(logged, "update kw.settings set value = 9")
    assert logged.value("select kw.sign_checkpoint(true)").startswith(HOST)
