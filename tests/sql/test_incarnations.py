"""A restore is acknowledged: a new incarnation, whose log begins with what was lost."""

import contextlib
import json
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from kwtools.evidence import public_keys, receipts
from kwtools.evidence.checkpoints import Trust, open_checkpoint
from tests.conftest import Database, copy_database, unique
from tests.deployment import MAKE_KEY, fork, make_log, seal, trust
from tests.sql.sealed import CHECK
from tests.sql.session import Session
from tests.sql.test_sealing import entries

ACKNOWLEDGE = "select kw.acknowledge_restore(%s, %s)"
BASE = 2**40
NUMBERS = "select max(change_no) from kw.encryption_bindings"


@pytest.fixture
def sealed(session: Session) -> Session:
    """A sealed database with a log."""
    session.rows("select kw.create_deployment(), kw.seal_rows()")
    session.rows("select kw.seal_deployment()")
    make_log(session)
    session.bind("people", "1", "ssn")
    seal(session)
    return session


class Restored(NamedTuple):
    """A database as it was at a backup, and the checkpoint that is left of what came after."""

    session: Session
    connect: Callable[[], Session]
    note: str


@pytest.fixture
def restore(db: Database, sealed: Session) -> Iterator[Callable[[], Restored]]:
    """``restore()``: copy the database as it is, have it go on, and return the copy."""
    with contextlib.ExitStack() as stack:

        def made() -> Restored:
            sealed.connection.close()
            name = unique("restored")
            with db.place.connect("postgres", autocommit=True) as connection:
                copy_database(connection, name, db.name)

            def connect() -> Session:
                one = db.place.connect(name, autocommit=True)
                return Session(stack.enter_context(contextlib.closing(one)))

            lost = Session(db.connect())
            for seconds in (11, 12, 13):
                lost.rows("select kw.set_setting('cache_seconds', %s)", seconds)
            _, note = seal(lost)
            return Restored(connect(), connect, note)

        yield made


def trust_of_log(session: Session, log: int) -> Trust:
    """Return what an auditor trusts of one log."""
    texts = session.values("select verifier_key from kw.log_keys where log_id = %s", log)
    keys = tuple(map(public_keys.read, texts))
    return Trust(keys[0].name, keys)


def test_the_first_entry_names_the_checkpoint_the_restored_log_and_the_reason(
    sealed: Session, restore: Callable[[], Restored]
) -> None:
    old = trust(sealed)
    before, root = sealed.rows("select size, note from kw.log_checkpoints order by id desc")[0]
    sealed, _, note = restore()
    lost = open_checkpoint(note.encode(), old)
    said = sealed.refused("KW211", "select kw.check_state(%s)", note)
    assert f"the log has {before} entries, and its checkpoint {lost.size}" in said
    assert "kwtools deployment acknowledge" in said
    origin = sealed.value(ACKNOWLEDGE, note, "a disk was lost")
    assert origin == old.origin.removesuffix("0") + "1"
    seal(sealed)
    first, state = map(json.loads, entries(sealed, 2))
    assert state["action"] == "state"
    assert first["action"] == "acknowledge_restore"
    assert first["incarnation"] == 1
    details = first["details"]
    assert details["reason"] == "a disk was lost"
    assert details["checkpoint"]["origin"] == details["restored"]["origin"] == old.origin
    assert details["checkpoint"]["size"] == lost.size
    assert details["restored"]["size"] == before
    assert details["restored"]["root"] == root.splitlines()[2]
    assert details["is_continued"] is False
    assert details["keys"] == sealed.values("select verifier_key from kw.log_keys where log_id = 2")
    assert lost.size == before + 4, "with the state"


def test_events_that_were_not_sealed_go_into_the_new_log(
    sealed: Session, restore: Callable[[], Restored]
) -> None:
    known = trust(sealed)
    sealed.rows("select kw.set_setting('cache_seconds', 10)")
    event = sealed.value("select max(id) from kw.audit_events")
    sealed, _, note = restore()
    sealed.rows(ACKNOWLEDGE, note, "a disk was lost")
    size, signed = seal(sealed)
    assert size == 3
    new = trust_of_log(sealed, 2)
    assert open_checkpoint(signed.encode(), new).origin != known.origin
    proof = sealed.value("select kw.audit_proof(%s)", event)
    assert receipts.open_receipt(proof.encode(), new).index == 1


def test_rows_keep_their_numbers_and_changes_get_those_of_the_new_incarnation(
    restore: Callable[[], Restored],
) -> None:
    sealed, connect, note = restore()
    before = sealed.value(NUMBERS)
    sealed.rows(ACKNOWLEDGE, note, "a disk was lost")
    assert sealed.value(NUMBERS) == before
    for number, one in enumerate((sealed, connect()), 2):
        one.bind("people", str(number), "ssn")
        assert BASE < one.value(NUMBERS) < BASE + 1000
    assert connect().rows(CHECK) == []
    assert connect().values("select incarnation from kw.deployments") == [1]


def test_a_restore_is_acknowledged_while_a_key_is_replaced(
    restore: Callable[[], Restored],
) -> None:
    sealed, connect, note = restore()
    sealed.rows("select kw.replace_deployment_key()")
    connect().rows(ACKNOWLEDGE, note, "a disk was lost")
    connect().bind("people", "2", "ssn")
    connect().rows("select kw.reseal_rows()")
    connect().rows("select kw.seal_deployment()")
    sealed.bind("people", "3", "ssn")
    assert connect().rows(CHECK) == []
    rows = "select key_no, incarnation from kw.deployments order by 1"
    assert sealed.rows(rows) == [(1, 0), (2, 1)]


def test_a_sequence_of_an_earlier_incarnation_is_moved_to_the_present_one(
    restore: Callable[[], Restored],
) -> None:
    sealed, _, note = restore()
    sealed.rows(ACKNOWLEDGE, note, "a disk was lost")
    sealed.rows("select setval('kw.change_numbers', 5)")
    said = sealed.refused("KW102", "select kw.bind('people', '2', 'ssn')")
    assert "another incarnation" in said
    sealed.rows("select kw.check_restore()")
    sealed.bind("people", "2", "ssn")
    assert sealed.value(NUMBERS) > BASE


def test_a_call_that_is_rolled_back_changes_nothing(restore: Callable[[], Restored]) -> None:
    sealed, _, note = restore()
    sealed.rows("begin")
    sealed.rows(ACKNOWLEDGE, note, "a disk was lost")
    sealed.rows("rollback")
    sealed.bind("people", "2", "ssn")
    assert sealed.value(NUMBERS) < BASE
    assert sealed.rows(CHECK) == []
    assert sealed.value("select count(*) from kw.logs") == 1
    assert sealed.value(ACKNOWLEDGE, note, "a disk was lost").endswith("/1")


def test_a_restore_is_acknowledged_once_and_by_a_checkpoint_of_this_log_only(
    restore: Callable[[], Restored],
) -> None:
    sealed, _, note = restore()
    text, _, signature = note.partition("\n\n")
    origin, size, *rest = text.split("\n")
    for odd in (
        "x",
        text,
        note.replace(origin, "other.example.com/kwtools/x/0"),
        note.replace(origin, origin[:-1] + "1"),
    ):
        sealed.refused("KW003", ACKNOWLEDGE, odd, "a disk was lost")
    larger = "\n".join([origin, str(int(size) + 1), *rest]) + "\n\n" + signature
    assert "is refused" in sealed.refused("KW211", ACKNOWLEDGE, larger, "a disk was lost")
    sealed.refused("KW003", ACKNOWLEDGE, note, " ")
    assert sealed.values("select incarnation from kw.deployments") == [0]
    sealed.rows(ACKNOWLEDGE, note, "a disk was lost")
    assert "acknowledged once" in sealed.refused("KW003", ACKNOWLEDGE, note, "again")


def test_a_checkpoint_by_a_compromised_key_is_refused(restore: Callable[[], Restored]) -> None:
    sealed, _, note = restore()
    sealed.rows(MAKE_KEY, "next", "Ed25519")
    sealed.rows("select kw.set_log_keys('{next}')")
    sealed.rows("select kw.set_signing_key_status('log Ed25519', 'retired')")
    sealed.rows("begin")
    sealed.rows(ACKNOWLEDGE, note, "a disk was lost")
    sealed.rows("rollback")
    sealed.rows("select kw.set_signing_key_status('log Ed25519', 'compromised')")
    assert "no known key" in sealed.refused("KW211", ACKNOWLEDGE, note, "a disk was lost")


def test_a_checkpoint_that_the_restored_log_continues_is_told_so(sealed: Session) -> None:
    _, note = seal(sealed)
    sealed.rows(ACKNOWLEDGE, note, "moved to another machine")
    details = json.loads(entries(sealed, 2)[0])["details"]
    assert details["is_continued"] is True


def test_without_a_log_there_is_nothing_to_acknowledge(session: Session) -> None:
    session.refused("KW101", ACKNOWLEDGE, "x", "r")
    session.rows("select kw.create_deployment()")
    assert "does not have a log" in session.refused("KW101", ACKNOWLEDGE, "x", "r")


def test_a_checkpoint_of_another_deployment_is_refused(sealed: Session) -> None:
    _, note = seal(sealed)
    fork(sealed)
    sealed.refused("KW101", ACKNOWLEDGE, note, "r")
