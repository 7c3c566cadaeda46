"""Audited reads where a transaction is prepared, on a standby, and when the server crashes."""

from collections.abc import Callable

import psycopg
import pytest

from kwtools.cluster import Place, set_up
from tests.ops.crashes import reachable
from tests.ops.standbys import MANY, ONE, SET_UP, catch_up, with_standby
from tests.ops.test_sealing import crash

AUDITED = "select kw.set_read_audit('t', 'a', 'statements')"
VALUES = (
    "select coalesce(sum((details ->> 'values')::int), 0) from kw.audit_events"
    " where action = 'read'"
)


def _values(session: psycopg.Connection) -> int:
    row = session.execute(VALUES).fetchone()
    assert row is not None
    return int(row[0])


def test_a_prepared_transaction_writes_when_it_is_prepared(
    own_cluster: Callable[..., Place],
) -> None:
    place = own_cluster(settings={"max_prepared_transactions": "5"})
    with place.connect() as session:
        set_up(session, "prepared")
        session.execute(SET_UP)
        session.execute(AUDITED)
        session.execute("begin")
        session.execute(MANY)
        session.execute("prepare transaction 'reads'")
        assert _values(session) == 0
        session.execute("commit prepared 'reads'")
        assert _values(session) == 2


def test_a_standby_refuses_what_it_cannot_write_and_its_primary_does_not(
    own_cluster: Callable[..., Place],
) -> None:
    unaudited = """
        create table u (b bytea);
        select kw.bind('u', 1, 'b');
        insert into u select kw.encrypt_text('u', 1, 'b', 'other');
    """
    with with_standby(own_cluster, unaudited) as (primary, standby, _):
        assert standby.execute(ONE, [1]).fetchone() == ("value 1",)
        primary.execute(AUDITED)
        catch_up(primary, standby)
        for query in (ONE.replace("%s", "1"), MANY, "select kw.lookup('t', 1, 'a')"):
            with pytest.raises(psycopg.Error) as refused:
                standby.execute(query)
            assert refused.value.sqlstate == "KW106"
        row = standby.execute("select kw.decrypt_text('u', 1, 'b', b) from u").fetchone()
        assert row == ("other",)
        assert primary.execute(MANY).fetchone() == (["value 1", "value 2"],)
        assert _values(primary) == 2


def test_a_crash_leaves_no_row_behind(own_cluster: Callable[..., Place]) -> None:
    place = own_cluster(settings={"synchronous_commit": "on"})
    with place.connect() as session:
        set_up(session, "crash")
        session.execute(SET_UP)
        session.execute(AUDITED)
        session.execute(MANY)
    dying = place.connect()
    dying.execute("begin")
    dying.execute(MANY)
    crash(place, dying.info.backend_pid)
    dying.close()
    reachable(place)
    with place.connect() as session:
        assert _values(session) == 2  # what was committed
        assert session.execute("select count(*) from kw.audited_reads").fetchone() == (0,)
        session.execute(ONE, [1])
        assert _values(session) == 3
