"""A transaction that was prepared and forgotten holds locks without any session."""

from collections.abc import Callable

import pytest
from psycopg import errors

from kwtools.cluster import Place, set_up


def test_who_waits_for_a_prepared_transaction_is_told_how_to_end_it(
    own_cluster: Callable[..., Place],
) -> None:
    place = own_cluster(settings={"max_prepared_transactions": "5"})
    with place.connect() as session, place.connect() as other:
        set_up(session, "prepared")
        session.execute("create table t (id bigint primary key, a bytea)")
        session.execute("select kw.bind('t', 1, 'a'), kw.bind('t', '*', 'a')")
        other.execute("begin")
        other.execute("select kw.rotate('t', 1, 'a')")
        other.execute("prepare transaction 'it''s of \\ \"mine\"'")
        session.execute("set lock_timeout = '300ms'")
        with pytest.raises(errors.LockNotAvailable) as caught:
            session.execute("select kw.shred('t', 1, 'a')")
        quoted = "E'it''s of \\\\ \"mine\"'"
        detail, hint = caught.value.diag.message_detail, caught.value.diag.message_hint
        assert f'prepared transaction {quoted} of role "postgres"' in (detail or "")
        assert f"ROLLBACK PREPARED {quoted} to end it." in (hint or "")
        assert "pg_terminate_backend" not in (hint or "")

        told: list[str] = []
        session.add_notice_handler(lambda diag: told.append(diag.message_detail or ""))
        session.execute("select kw.shred('t', '*', 'a', whole => true)")
        assert quoted in told[0]
        session.execute(f"rollback prepared {quoted}")
        row = session.execute("select kw.shred('t', '*', 'a', whole => true)").fetchone()
        assert row == (1,)
