"""A hot standby reads what its primary wrote, and closes what its primary closed."""

from collections.abc import Callable

import psycopg
import pytest
from psycopg import errors

from kwtools.cluster import Place, set_up
from tests.ops.standbys import MANY, ONE, SET_UP, catch_up, with_standby


def test_a_hot_standby_reads_and_closes_with_its_primary(
    own_cluster: Callable[..., Place],
) -> None:
    with with_standby(own_cluster) as (primary, standby, _):
        assert standby.execute("select pg_is_in_recovery()").fetchone() == (True,)
        assert standby.execute(ONE, [1]).fetchone() == ("value 1",)
        assert standby.execute(MANY).fetchone() == (["value 1", "value 2"],)
        row = standby.execute("select kw.lookup('t', 1, 'a')").fetchone()
        assert row is not None
        assert standby.execute("select octet_length(kw.unwrap(%s))", row).fetchone() == (32,)
        assert standby.execute("select count(*) from kw.verify()").fetchone() == (0,)
        assert standby.execute("select bool_and(ok) from kw.doctor()").fetchone() == (True,)
        for write in ("select kw.wrap()", "select kw.bind('t', 3, 'a')"):
            with pytest.raises(errors.ReadOnlySqlTransaction):
                standby.execute(write)

        standby.execute("begin isolation level repeatable read")
        assert standby.execute(ONE, [1]).fetchone() == ("value 1",)
        primary.execute("select kw.shred('t', 1, 'a')")
        primary.execute("select kw.set_kms_key_status(id, 'disabled') from kw.kms_keys")
        catch_up(primary, standby)
        standby.execute("savepoint s")  # of a snapshot from before
        with pytest.raises(psycopg.Error) as old:
            standby.execute(ONE, [1])
        assert old.value.sqlstate == "KW301"
        standby.execute("rollback")
        with pytest.raises(psycopg.Error) as shredded:
            standby.execute(ONE, [1])
        assert shredded.value.sqlstate == "KW301"
        with pytest.raises(psycopg.Error) as disabled:
            standby.execute(ONE, [2])
        assert disabled.value.sqlstate == "KW210"


def test_an_imported_snapshot_on_a_standby_keeps_no_key_open(
    own_cluster: Callable[..., Place],
) -> None:
    """Any role may keep a snapshot from before and lend it to new sessions."""
    with (
        with_standby(own_cluster) as (primary, keeper, below),
        below.connect() as used,
        below.connect() as fresh,
    ):
        keeper.execute("begin isolation level repeatable read")
        row = keeper.execute("select pg_export_snapshot()").fetchone()
        assert row is not None
        importing = f"set transaction snapshot '{row[0]}'"
        assert used.execute(ONE, [1]).fetchone() == ("value 1",)  # its keys are opened
        primary.execute("select kw.shred('t', 1, 'a')")
        primary.execute("select kw.set_kms_key_status(id, 'disabled') from kw.kms_keys")
        catch_up(primary, keeper)
        for session in (used, fresh):
            session.execute("begin isolation level repeatable read")
            session.execute(importing)
            # the snapshot shows both as they were
            status = "select status from kw.kms_keys union all select status from kw.key_wrappers"
            assert {one for (one,) in session.execute(status)} == {"active"}
            session.execute("savepoint s")
            for key, states in ((1, {"KW301"}), (2, {"KW200", "KW210"})):
                for query in (ONE, ONE.replace("decrypt_text", "try_decrypt_text")):
                    if "try" in query and key == 1:
                        assert session.execute(query, [key]).fetchone() == (None,)
                        continue
                    with pytest.raises(psycopg.Error) as closed:
                        session.execute(query, [key])
                    assert closed.value.sqlstate in states, (query, key)
                    session.execute("rollback to s")
            session.execute("rollback")


def test_reading_works_in_a_read_only_transaction(own_cluster: Callable[..., Place]) -> None:
    with own_cluster().connect() as connection:
        set_up(connection, "readonly")
        connection.execute(SET_UP)
        connection.execute("set default_transaction_read_only = on")
        assert connection.execute(MANY).fetchone() == (["value 1", "value 2"],)
        with pytest.raises(errors.ReadOnlySqlTransaction):
            connection.execute("select kw.rotate('t', 1, 'a')")


def test_a_standby_makes_the_tokens_of_its_primary_until_the_key_is_shredded(
    own_cluster: Callable[..., Place],
) -> None:
    token = "select kw.blind_index('t', 'a', 'x')"
    with with_standby(own_cluster) as (primary, standby, _):
        primary.execute("select kw.create_index_key('t', 'a', 'email')")
        catch_up(primary, standby)
        made = standby.execute(token).fetchone()
        assert made == primary.execute(token).fetchone()
        assert standby.execute(token).fetchone() == made
        primary.execute("select kw.shred_index_key('t', 'a')")
        catch_up(primary, standby)
        with pytest.raises(psycopg.Error) as shredded:
            standby.execute(token)
        assert shredded.value.sqlstate == "KW301"
