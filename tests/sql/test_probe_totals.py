"""kw.kms_probe_totals: what is counted is never counted twice, lost, or waited for."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import Database, Keystore
from tests.sql.session import Session
from tests.sql.test_health import add_store, lose

PROBE = "select from kw.check_kms(1)"
COUNTED = "select sum(probes)::int, sum(timed)::int from kw.kms_probe_totals where kms_key_id = 1"
ROWS = "select count(*) from kw.kms_probe_totals where kms_key_id = 1"


def test_probes_that_do_not_wait_for_each_other_are_all_counted(db: Database) -> None:
    first, second = Session(db.connect()), Session(db.connect())
    first.rows(PROBE)
    first.rows("begin")
    first.rows(PROBE)
    second.rows("set statement_timeout = '60s'")
    second.rows(PROBE)
    assert second.rows(COUNTED) == [(2, 2)]  # its own, and the first
    first.rows("commit")
    assert second.rows(COUNTED) == [(3, 3)]
    for _ in range(20):
        second.rows(PROBE)
    assert second.rows(COUNTED) == [(23, 23)]


def test_what_is_rolled_back_is_not_counted(session: Session) -> None:
    session.rows(PROBE)
    session.rows("begin")
    session.rows(PROBE)
    session.rows("rollback")
    assert session.rows(COUNTED) == [(1, 1)]


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
def test_a_transaction_with_an_older_snapshot_counts_too(db: Database, isolation: str) -> None:
    old, other = Session(db.connect()), Session(db.connect())
    other.rows(PROBE)
    old.rows(f"begin isolation level {isolation}")
    old.rows("select count(*) from kw.kms_probe_totals")
    other.rows(PROBE)
    old.rows(PROBE)
    old.rows("commit")
    assert other.rows(COUNTED) == [(3, 3)]


def test_rows_of_one_kind_become_one(db: Database, session: Session) -> None:
    session.rows("set role kw_owner")
    session.rows(
        "insert into kw.kms_probe_totals (kms_key_id, sqlstate, upper_ms, probes, timed, total_ms)"
        " select 1, '00000', b.upper_ms, 1, 1, 0 from kw.probe_buckets b, generate_series(1, 9)"
    )
    session.rows("reset role")
    session.rows(PROBE)
    assert session.value(ROWS) == 1 + 9 * 11  # of the bucket of this probe
    assert session.rows(COUNTED) == [(109, 109)]


def test_many_at_once_lose_none(db: Database) -> None:
    def probe(_: int) -> None:
        session = Session(db.connect())
        for _ in range(10):
            session.rows(PROBE)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(probe, range(8)))
    session = Session(db.connect())
    assert session.rows(COUNTED) == [(80, 80)]
    session.rows(PROBE)
    kinds = session.value("select count(distinct upper_ms) from kw.kms_probe_totals")
    assert session.value(ROWS) < 80
    assert kinds >= 1


def test_errors_are_counted_by_their_sqlstate_and_slowness_is_none(
    session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    store, key, _ = add_store(session, make_keystore)
    lose(store, "a")
    session.rows("select kw.set_setting('degraded_ms', 0)")
    session.rows("select from kw.check_kms()")
    found = session.rows(
        "select kms_key_id, sqlstate, probes::int from kw.kms_probe_totals"
        " where kms_key_id in (1, %s) order by 1",
        key,
    )
    assert found == [(1, "00000", 1), (key, "KW201", 1)]
    assert session.value(
        "select bool_and(split_part(error, ':', 1) = 'KW201') from kw.kms_health_checks"
        " where status = 'down'"
    )


def test_a_read_only_transaction_counts_nothing(session: Session) -> None:
    session.rows("begin read only")
    session.rows(PROBE)
    session.rows("commit")
    assert session.value(ROWS) == 0
