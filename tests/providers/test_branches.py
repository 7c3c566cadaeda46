"""Branch keys under a remote key: what they cost in calls, and their grace in an outage."""

import time
from functools import partial

import psycopg
import pytest

from tests.conftest import Database, unique
from tests.providers.conftest import MakePolicy, VaultEntry
from tests.providers.harness import error_of
from testservers.faulty_proxy import FaultyProxy

READ = "select kw.decrypt_text('people', id, 'ssn', ssn) from people"


@pytest.fixture
def branch(db: Database, vault: VaultEntry, proxy: FaultyProxy, make_policy: MakePolicy) -> int:
    """The id of a branch key under a key of OpenBao, behind the proxy."""
    vault.set(address=proxy.address)
    above = make_policy("single", vault.register(db))
    branches = unique("branches")
    db.sql("select kw.add_provider(%s, 'wrapper')", branches)
    return int(db.sql("select kw.create_kms_key(%s, %s)", branches, above)[0][0])


@pytest.fixture
def people(db: Database, branch: int, make_policy: MakePolicy) -> int:
    """How many rows ``people`` has, each with a data key of its own under the branch."""
    rows = 1000
    policy = make_policy("single", branch)
    with db.connect() as connection:
        connection.execute("create table people (id bigint primary key, ssn bytea)")
        connection.execute(
            "select kw.bind_many('people', array_agg(n::text), 'ssn', policy => %s)"
            " from generate_series(1, %s) n",
            (policy, rows),
        )
        connection.execute(
            "insert into people select n, kw.encrypt_text('people', n, 'ssn', 'x' || n)"
            " from generate_series(1, %s) n",
            (rows,),
        )
    return rows


def test_a_new_session_reads_a_thousand_rows_with_two_calls_and_a_warm_one_with_none(
    db: Database, people: int, proxy: FaultyProxy
) -> None:
    connection = db.connect()
    proxy.requests.clear()
    assert len(connection.execute(READ).fetchall()) == people
    assert len(proxy.requests) <= 2
    proxy.requests.clear()
    assert len(connection.execute(READ).fetchall()) == people
    assert proxy.requests == []


def read_late(db: Database, grace: int, proxy: FaultyProxy, fault: str) -> psycopg.Connection:
    """Open a branch key, let its time pass, then have the KMS fail."""
    db.sql("select kw.set_setting('cache_seconds', 1)")
    db.sql("select kw.set_setting('branch_grace_seconds', %s)", grace)
    connection = db.connect()
    connection.execute(READ)
    time.sleep(1.1)
    proxy.fault = fault
    return connection


@pytest.mark.parametrize("fault", ["closing", "throttled", "hang before headers"])
def test_within_its_grace_a_branch_key_serves_while_its_kms_is_away_with_a_warning(
    db: Database, people: int, vault: VaultEntry, proxy: FaultyProxy, fault: str
) -> None:
    vault.set(total_seconds=6)  # a try takes longer than nobody tries again after it
    connection = read_late(db, 3600, proxy, fault)
    warnings: list[str] = []
    connection.add_notice_handler(lambda found: warnings.append(found.message_primary or ""))
    few = f"{READ} limit 5"
    assert len(connection.execute(few).fetchall()) == min(people, 5)
    proxy.requests.clear()
    for _ in range(2):  # within the time for which nobody tries again
        assert len(connection.execute(few).fetchall()) == min(people, 5)
    assert len(warnings) == 1
    assert "branch_grace_seconds" in warnings[0]
    assert proxy.requests == []


@pytest.mark.parametrize("fault", ["refused", "lying", "not JSON"])
def test_a_kms_that_refuses_or_lies_is_no_outage(
    db: Database, people: int, proxy: FaultyProxy, fault: str
) -> None:
    connection = read_late(db, 3600, proxy, fault)
    assert (error_of(connection, READ).sqlstate or "").startswith("KW20")


def test_without_a_grace_and_after_it_a_branch_key_closes(
    db: Database, people: int, proxy: FaultyProxy
) -> None:
    for grace in (0, 1):
        connection = read_late(db, grace, proxy, "closing")
        time.sleep(grace)
        assert error_of(connection, READ).sqlstate == "KW204"
        proxy.fault = None
        connection.execute(READ)


# When the session asks the KMS again; the clock is that of the whole machine.
RENEWAL = """do $$
from kwruntime.call import SESSION
from kwruntime.keys.branch_keys import BranchKeys
(branch,) = SESSION.epoch.of(BranchKeys).kept._entries.values()
plpy.notice(branch.expires)
$$ language plpython3u"""


def _note(said: list[str | None], notice: psycopg.errors.Diagnostic) -> None:
    said.append(notice.message_primary)


def test_sessions_that_began_together_renew_their_branch_keys_apart(
    db: Database, people: int
) -> None:
    kept, lives = 1000.0, []
    db.sql("select kw.set_setting('cache_seconds', %s)", int(kept))
    for _ in range(12):
        connection = db.connect()
        said: list[str | None] = []
        connection.add_notice_handler(partial(_note, said))
        start = time.monotonic()
        connection.execute(READ)
        opened = time.monotonic()
        connection.execute(RENEWAL)
        lives.append(float(said[0] or "") - start)
        assert 0.8 * kept <= lives[-1] <= kept + (opened - start)
        connection.close()
    assert max(lives) - min(lives) > 0.05 * kept


def test_a_key_that_is_disabled_closes_in_its_grace_too(
    db: Database, people: int, branch: int, proxy: FaultyProxy
) -> None:
    connection = read_late(db, 3600, proxy, "closing")
    connection.execute(READ)
    db.sql("select kw.set_kms_key_status(%s, 'disabled')", branch)
    assert error_of(connection, READ).sqlstate == "KW200"
