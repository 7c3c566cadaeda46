"""Rows that are put back together with the records of the last state: the next state refuses."""

import json
from collections.abc import Callable

import pytest
from kwruntime.crypto import state
from kwruntime.crypto.state import Bucket
from kwruntime.store import states

from tests.deployment import HOST, MAKE_KEY, seal
from tests.sql.sealed import begin
from tests.sql.session import Session
from tests.sql.test_state_root import CHECK, by_hand, put_back

OLD = ("settings", "state_buckets", "logs", "log_leaves", "audit_events")


@pytest.fixture
def later(session: Session) -> Session:
    """A database whose log has a setting of 10, then one of 20; what was before is public.old_…"""
    begin(session)
    session.rows(MAKE_KEY, "log", "Ed25519")
    session.rows("select kw.create_log(%s, '{log}')", HOST)
    session.rows("select kw.set_setting('cache_seconds', 10)")
    session.rows("create table public.kept as select %s as note", seal(session)[1])
    session.rows("create table public.old as select * from kw.settings")
    for table in OLD:
        session.rows(f"create table public.old_{table} as table kw.{table}")
    session.rows("select kw.set_setting('cache_seconds', 20)")
    seal(session)
    return session


def no_state(session: Session) -> None:
    by_hand(session, "update kw.logs set state_leaf = null")


def no_texts_either(session: Session) -> None:
    no_state(session)
    by_hand(session, "update kw.logs set first_entry = size")


def nothing_to_check(session: Session) -> None:
    by_hand(session, "update kw.logs set state_leaf = size - 2")


def earlier_digests(session: Session) -> None:
    by_hand(session, "update kw.logs l set state_leaf = o.state_leaf from public.old_logs o")
    by_hand(session, "delete from kw.state_buckets")
    by_hand(session, "insert into kw.state_buckets table public.old_state_buckets")


def earlier_digests_and_no_event(session: Session) -> None:
    earlier_digests(session)
    by_hand(
        session,
        "delete from kw.audit_events where id not in (select id from public.old_audit_events)"
        " and action = 'set_setting'",
    )


def earlier_digests_and_no_changes(session: Session) -> None:
    earlier_digests(session)
    by_hand(session, "update kw.audit_events set changes = null where action = 'set_setting'")


def other_text(session: Session) -> None:
    """Have the entry of the last state say the root of the rows as they are."""
    rows = session.rows(states.DIGESTS.text)
    root = state.root({Bucket(table, number): bytes(digest) for table, number, digest in rows})
    leaf = session.value("select state_leaf from kw.logs")
    entry = bytes(session.value("select entry from kw.log_leaves where leaf_index = %s", leaf))
    said = json.loads(entry)["details"]["root"]
    new = entry.replace(said.encode(), root.hex().encode()).hex()
    by_hand(session, f"update kw.log_leaves set entry = '\\x{new}' where leaf_index = {leaf}")
    by_hand(session, "delete from kw.state_buckets")
    by_hand(session, f"insert into kw.state_buckets {states.DIGESTS.text}")


def no_text(session: Session) -> None:
    """Have the entries since the state of before without text."""
    no_state(session)
    by_hand(
        session,
        "update kw.log_leaves set entry = null"
        " where leaf_index not in (select leaf_index from public.old_log_leaves)",
    )


@pytest.mark.parametrize(
    "edit",
    [
        no_state,
        no_texts_either,
        nothing_to_check,
        earlier_digests,
        earlier_digests_and_no_event,
        earlier_digests_and_no_changes,
        other_text,
        no_text,
    ],
    ids=lambda edit: edit.__name__,
)
def test_no_state_is_appended_over_rows_that_were_put_back(
    later: Session, edit: Callable[[Session], None]
) -> None:
    put_back(later, "settings")
    edit(later)
    later.rows("select kw.append_audit()")
    later.refused("KW211", "select kw.append_state()")
    later.rows("select kw.accept_state('the rows are right')")
    later.rows("select kw.append_audit(), kw.append_state()")
    later.rows("select kw.sign_checkpoint()")
    assert later.rows(CHECK, None) == []


def test_an_accepted_state_is_appended_once_its_event_is(later: Session) -> None:
    later.rows("select kw.accept_state('the rows are right')")
    assert "kw.append_audit" in later.refused("KW211", "select kw.append_state()")
    seal(later)
    assert later.rows(CHECK, None) == []
