"""``kwtools relayer`` goes on beside transactions that change wrappers, and says what it left."""

import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from kwtools import rewrap_queue
from kwtools.connections import Connection
from tests.cli.conftest import Kwtools
from tests.cli.test_relayer import LAYERS, hybrid, spoil, wrap
from tests.conftest import Database


@pytest.fixture
def low(db: Database, make_role: Callable[..., str]) -> psycopg.Connection:
    """A session whose open transaction changes the second of six wrappers."""
    role = make_role("kw_client")
    db.sql("create table public.mine (id bigint primary key, f bytea)")
    db.sql(f"alter table public.mine owner to {role}")
    session = db.connect(role)
    wrap(db)
    session.execute("select kw.bind('mine', 1, 'f')")
    wrap(db, 4)
    hybrid(db)
    session.execute("begin")
    session.execute("select kw.rotate('mine', 1, 'f')")
    return session


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many jobs each call of kw.run_rewrap_jobs was given."""
    made: list[int] = []
    real = rewrap_queue.Work._run

    def counted(
        self: rewrap_queue.Work, connection: Connection, jobs: list[int]
    ) -> rewrap_queue.Outcomes:
        made.append(len(jobs))
        return real(self, connection, jobs)

    monkeypatch.setattr(rewrap_queue.Work, "_run", counted)
    return made


def relayer(kwtools: Kwtools, db: Database, *more: str) -> tuple[int, str, str]:
    return kwtools("relayer", "--policy", "hybrid", "--dsn", db.dsn, *more)


@pytest.mark.parametrize(
    ("size", "expected"), [("10", [6, 1, 1, 1]), ("1", [1] * 9), ("2", [2, 2, 2, 1, 1, 1])]
)
def test_what_is_in_use_is_left_and_tried_a_few_times_more(
    db: Database,
    kwtools: Kwtools,
    low: psycopg.Connection,
    calls: list[int],
    size: str,
    expected: list[int],
) -> None:
    code, out, _ = relayer(kwtools, db, "--batch", size)
    assert calls == expected
    assert code == 1
    assert "5 wrappers relayered to policy hybrid\n" in out
    assert "1 wrapper left, in use by another transaction: run it again when that has ended" in out
    assert f"process {low.info.backend_pid} of role" in out
    assert db.sql(LAYERS) == [(0, 1), (1, 5)]
    code, out, _ = relayer(kwtools, db, "--json")
    assert code == 1
    assert (json.loads(out)["relayered"], json.loads(out)["in_use"]) == (0, 1)
    low.execute("commit")
    code, out, _ = relayer(kwtools, db, "--json")
    assert code == 0
    result = json.loads(out)
    assert (result["relayered"], result["in_use"], result["failed"]) == (2, 0, [])


def test_what_is_free_at_the_end_is_done(
    db: Database,
    kwtools: Kwtools,
    low: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kwtools.progress._SECONDS_BETWEEN_LINES", 0.0)
    real = rewrap_queue.Work._claim

    def claim(self: rewrap_queue.Work, connection: Connection) -> list[int]:
        if self.outcomes.done and low.info.transaction_status:
            low.execute("rollback")
        return real(self, connection)

    monkeypatch.setattr(rewrap_queue.Work, "_claim", claim)
    code, out, err = relayer(kwtools, db)
    assert (code, out) == (0, "6 wrappers relayered to policy hybrid\n")
    assert "Relayering: 6 of 6, " in err


def test_what_fails_beside_what_is_in_use_is_found(
    db: Database, kwtools: Kwtools, low: psycopg.Connection
) -> None:
    bad = db.sql("select wrapper_uuid from kw.key_wrappers order by id")[3][0]
    spoil(db, bad)
    code, out, _ = relayer(kwtools, db, "--json")
    result: dict[str, Any] = json.loads(out)
    assert code == 1
    assert [one["wrapper"] for one in result["failed"]] == [bad]
    assert (result["relayered"], result["in_use"]) == (4, 1)


def test_a_lock_that_a_batch_waits_for_holds_up_no_other_job(
    db: Database, kwtools: Kwtools, calls: list[int]
) -> None:
    """As that of another administrator who changes a branch: field keys go on."""
    db.sql("select kw.add_provider('branches', 'wrapper')")
    db.sql("select kw.create_kms_key('branches', 'default')")
    wrap(db, 3)
    hybrid(db)
    other = db.connect()
    other.execute("begin")
    other.execute("lock table kw.key_graph_lock in share row exclusive mode")
    code, out, _ = relayer(kwtools, db)
    assert code == 1
    assert calls[:2] == [1, 3]
    assert set(calls[2:]) == {1}
    assert "3 wrappers relayered" in out
    assert "1 wrapper left, in use by another transaction" in out
    assert f"process {other.info.backend_pid} of role" in out
    other.execute("rollback")
    assert relayer(kwtools, db)[0] == 0
