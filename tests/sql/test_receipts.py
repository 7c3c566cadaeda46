"""kw.audit_receipt: what an event of the log says of one wrapper, for an auditor with its keys."""

from collections.abc import Callable
from hashlib import sha256
from uuid import UUID

import pytest
from kwshared.changes import Change, packed
from kwshared.tlog import notes

from kwtools.cluster import Place
from kwtools.evidence.wrapper_receipts import EventReceipt, open_event
from tests.deployment import make_log, seal, trust
from tests.security.test_encodings import ENCODINGS, encoded_database
from tests.security.test_encodings import connect as connect_as_utf8
from tests.sql.session import Session

Connect = Callable[..., Session]
MakeRole = Callable[..., str]

RECEIPT = "select kw.audit_receipt(%s)"
OF_EVENT = "select kw.audit_receipt(%s, %s)"
SHRED = "select kw.shred_many('people', %s, 'ssn')"
LAST = "select max(id) from kw.audit_events"


def opened(session: Session, *given: object) -> EventReceipt:
    """Open the receipt that kw.audit_receipt returns, with the keys of the log alone."""
    text = notes.with_dashes(session.value(OF_EVENT if len(given) > 1 else RECEIPT, *given))
    assert text.partition("\n\n")[0].isascii()
    return open_event(text.encode(), trust(session))


def shredded(session: Session, count: int) -> list[str]:
    """Bind so many rows, shred them in one call, and seal; return their wrappers."""
    make_log(session)
    pks = [f"{pk}" for pk in range(count)]
    wrappers = [session.bind("people", pk, "ssn") for pk in pks]
    assert session.value(SHRED, pks) == count
    seal(session)
    return wrappers


def with_changes(session: Session, changes: bytes | None) -> int:
    """Record an event with changes that no call made, and sign it; return its id."""
    event = session.value(
        "insert into kw.audit_events (acting_role, action, object, changes)"
        " values ('someone', 'rewrap', 'x', %s) returning id",
        changes,
    )
    session.rows("select kw.append_audit()")
    session.rows("select kw.sign_checkpoint()")
    return int(event)


@pytest.mark.parametrize("count", [1, 2, 7, 33])
def test_each_wrapper_of_a_shred_has_a_receipt_with_the_digest_of_its_wraps(
    session: Session, count: int
) -> None:
    wrappers = shredded(session, count)
    rows = session.rows(
        "select wrapper_uuid::text, digest, binding_id, generation, entity_table, entity_pk,"
        " field_name from kw.shred_receipts order by id"
    )
    assert [row[0] for row in rows] == wrappers
    for wrapper, *row in rows:
        receipt = opened(session, wrapper)
        assert receipt.wrapper == UUID(wrapper)
        assert receipt.destroyed == (UUID(wrapper), *row)
        assert receipt.changed is not None
        assert receipt.changed[0] == UUID(wrapper)
        assert receipt.event["action"] == "shred"
        assert receipt.event["details"]["wrappers"] == count


def test_a_shred_of_one_key_and_of_all_below_it_has_receipts_too(session: Session) -> None:
    make_log(session)
    row, cell = session.bind("people", "1"), session.bind("people", "1", "ssn")
    former = session.bind("people", "2", "ssn")
    session.rows("select kw.rotate('people', '2', 'ssn')")
    assert session.value("select kw.shred('people', '1')") == 2
    assert session.value("select kw.shred('people', '2', 'ssn')") == 2
    seal(session)
    found = [opened(session, wrapper) for wrapper in (row, cell, former)]
    assert [one.event["object"] for one in found[:2]] == ["public.people of key '1'"] * 2
    gone = [one.destroyed for one in found]
    assert [one and one.field_name for one in gone] == [None, "ssn", "ssn"]
    assert gone[2] is not None
    assert gone[2].generation == 1


def test_names_beyond_ascii_are_proved_as_they_are(session: Session) -> None:
    make_log(session)
    session.rows("create table words (word text primary key, f bytea)")
    wrapper = session.bind("words", "Zoë\n\U0001f511", "f")
    session.rows("select kw.shred('words', %s::text, 'f')", "Zoë\n\U0001f511")
    seal(session)
    gone = opened(session, wrapper).destroyed
    assert gone is not None
    assert gone.entity_pk == "Zoë\n\U0001f511"


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "WIN1252"])
def test_names_are_proved_in_utf8_whatever_the_encoding(cluster: Place, encoding: str) -> None:
    name = ENCODINGS[encoding]
    with (
        encoded_database(cluster, encoding) as database,
        connect_as_utf8(cluster, database) as connection,
    ):
        session = Session(connection)
        session.rows("create extension kwtools cascade")
        session.rows("select kw.add_provider('local', 'local'), kw.add_kms_key('local', 'test-1')")
        session.rows("select kw.create_policy('default', 'single', 1)")
        session.rows("create table t (id text primary key, a bytea)")
        make_log(session)
        wrapper = session.bind("t", name, "a")
        session.rows("select kw.shred('t', %s::text, 'a')", name)
        session.rows("select kw.record_safe_to_destroy(1), kw.record_verify()")
        seal(session)
        gone = opened(session, wrapper).destroyed
        assert gone is not None
        assert gone.entity_pk == name


def test_a_shred_that_destroyed_nothing_has_no_batch(session: Session) -> None:
    session.bind("people", "2", "ssn", wrapper=session.bind("people", "1", "ssn"))
    assert session.value("select kw.shred('people', '1', 'ssn', shared => true)") == 1
    assert session.value("select kw.shred('people', '2', 'ssn')") == 0
    batches = session.values(
        "select details ->> 'batch' from kw.audit_events where action = 'shred' order by id"
    )
    assert len(batches) == 2
    assert batches[1] is None


@pytest.mark.parametrize("place", range(5))
def test_the_change_of_a_wrapper_is_proved_among_those_of_its_event(
    session: Session, place: int
) -> None:
    make_log(session)
    wrapper = UUID(session.bind("people", "1", "ssn"))
    other = sha256(b"other").digest()[:16]
    changes = [Change(2, 9, 0, n, n + 1) for n in range(5)]
    changes[place] = Change(1, 4711, 0, 17, 18, wrapper.bytes)
    event = with_changes(session, packed([*changes, Change(1, 4712, 0, 1, 2, other)]))
    receipt = opened(session, str(wrapper), event)
    assert receipt.changed == (wrapper, 4711, 17, 18)
    assert receipt.destroyed is None
    assert receipt.event["event"] == str(event)
    again = with_changes(session, packed([*changes, Change(1, 4711, 0, 18, 20, wrapper.bytes)]))
    assert opened(session, str(wrapper), again).changed == (wrapper, 4711, 18, 20)


def test_an_event_that_does_not_name_the_wrapper_gives_no_receipt(session: Session) -> None:
    gone, other = shredded(session, 1)[0], session.bind("people", "99", "ssn")
    shred = session.value("select id from kw.audit_events where action = 'shred'")
    assert "does not name wrapper" in session.refused("KW101", OF_EVENT, other, shred)
    assert "was not shredded" in session.refused("KW101", RECEIPT, other)
    for changes in (None, b"", packed([Change(2, 1, 0, 0, 1)])):
        session.refused("KW101", OF_EVENT, gone, with_changes(session, changes))
    session.refused("KW101", OF_EVENT, gone, 10**9)
    session.refused("KW003", RECEIPT, None)


def test_a_shred_that_is_not_sealed_yet_has_no_receipt(session: Session) -> None:
    make_log(session)
    wrapper = session.bind("people", "1", "ssn")
    session.rows("select kw.shred('people', '1', 'ssn')")
    assert "is not in the log" in session.refused("KW101", RECEIPT, wrapper)
    session.rows("select kw.append_audit()")
    session.refused("KW102", RECEIPT, wrapper)
    session.rows("select kw.sign_checkpoint()")
    assert opened(session, wrapper).destroyed


def test_rows_that_were_edited_give_no_receipt(session: Session) -> None:
    wrapper = shredded(session, 3)[0]
    event = with_changes(session, packed([Change(1, 1, 0, 1, 2, UUID(wrapper).bytes)]))
    for table in ("shred_receipts", "audit_events"):
        session.rows(f"alter table kw.{table} disable trigger all")
    for edit in (
        "update kw.shred_receipts set digest = sha256('') where wrapper_uuid <> %s",
        "update kw.shred_receipts set entity_pk = 'x' where wrapper_uuid = %s",
        "delete from kw.shred_receipts where wrapper_uuid <> %s",
    ):
        session.rows("begin")
        session.rows(edit, wrapper)
        session.refused("KW211", RECEIPT, wrapper)
        session.rows("rollback")
    for edit in ("changes || changes", "null", "'x'", "''"):
        session.rows(f"update kw.audit_events set changes = {edit} where id = %s", event)
        session.refused("KW211", OF_EVENT, wrapper, event)
    shred = session.value("select id from kw.audit_events where action = 'shred'")
    session.rows("delete from kw.shred_receipts where wrapper_uuid = %s", wrapper)
    session.refused("KW211", OF_EVENT, wrapper, shred)


def test_a_shred_of_an_older_version_or_one_whose_event_is_gone_is_told_apart(
    session: Session,
) -> None:
    wrapper = shredded(session, 1)[0]
    for table in ("shred_receipts", "audit_events"):
        session.rows(f"alter table kw.{table} disable trigger all")
    session.rows("delete from kw.audit_events where action = 'shred'")
    assert "was deleted" in session.refused("KW101", RECEIPT, wrapper)
    session.rows("update kw.shred_receipts set batch = null")
    assert "before version 0.8.0" in session.refused("KW102", RECEIPT, wrapper)


def test_admins_and_auditors_get_receipts_and_others_do_not(
    session: Session, connect: Connect, make_role: MakeRole
) -> None:
    wrapper = shredded(session, 1)[0]
    for role in ("kw_admin", "kw_auditor"):
        assert connect(make_role(role)).value(RECEIPT, wrapper)
    for role in ("kw_client", "kw_operator", "kw_signer", "kw_unwrap"):
        connect(make_role(role)).refused("42501", RECEIPT, wrapper)
