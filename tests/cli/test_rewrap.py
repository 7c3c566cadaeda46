"""``kwtools rewrap``: the queue from the command line.

KEYS_UNDER_BRANCHES and KEYS_UNDER_A_SERVER in the environment make two tests as large as an estate.
"""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from kwtools.connections import connect
from kwtools.job_errors import most_frequent_errors
from tests.cli.conftest import Kwtools
from tests.cli.test_relayer import Bao, asked, deks, spoil, wrap
from tests.conftest import Database, unique
from testservers.faulty_proxy import FaultyProxy
from testservers.openbao import OpenBao

KWTOOLS = Path(sys.executable).parent / "kwtools"
Rewrap = Callable[..., tuple[int, str, str]]
UNDER_BRANCHES = int(os.environ.get("KEYS_UNDER_BRANCHES", "1000"))
UNDER_A_SERVER = int(os.environ.get("KEYS_UNDER_A_SERVER", "2000"))


@pytest.fixture
def rewrap(kwtools: Kwtools, db: Database) -> Rewrap:
    """``rewrap('run', …)``: exit code, output, errors."""

    def run(action: str, *arguments: object) -> tuple[int, str, str]:
        return kwtools("rewrap", action, "--dsn", db.dsn, *arguments)

    return run


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBao]:
    with OpenBao(tmp_path_factory.mktemp("openbao") / "bao") as running:
        yield running


@pytest.fixture
def proxy(server: OpenBao) -> Iterator[FaultyProxy]:
    with FaultyProxy(server.address, server.ca_file) as standing:
        yield standing


def third(db: Database) -> int:
    return int(db.sql("select kw.create_kms_key('local', %s)", unique("key"))[0][0])


def test_a_key_is_left_from_plan_to_status(db: Database, rewrap: Rewrap) -> None:
    wrap(db, 7)
    key, before = third(db), deks(db)
    moving = ("--key", 1, "--to-key", key)
    said = "7 wrappers to rewrap, 0 of them branches: 0 KMS operations in 0 calls, "
    code, out, err = rewrap("plan", *moving)
    assert (code, err) == (0, "")
    assert out.startswith(f"field\teither\t0\t7\n{said}")
    assert rewrap("status") == (0, "the queue is empty\n", "")
    assert rewrap("schedule", *moving) == (0, "7 jobs scheduled\n", "")
    left = "kwtools: 7 wrappers were left out: they have such a job already\n"
    assert rewrap("schedule", *moving) == (0, "0 jobs scheduled\n", left)
    assert rewrap("status")[1] == f"rewrap\t{key}\t\t\t7\t0\t0\t7\t0\t0\t0.0\t0\n"
    assert rewrap("run") == (0, "7 jobs done\n", "")
    assert rewrap("run") == (0, "0 jobs done\n", "")
    assert rewrap("status")[1] == f"rewrap\t{key}\t\t\t7\t7\t0\t0\t0\t0\t100.0\t0\n"
    assert deks(db) == before
    assert db.sql("select count(*) from kw.key_wrappers where 1 in (kms1_key_id, kms2_key_id)") == [
        (0,)
    ]


def test_everything_is_said_in_json_too(db: Database, rewrap: Rewrap) -> None:
    wrappers = wrap(db, 3)
    spoil(db, wrappers[0])
    assert json.loads(rewrap("plan", "--policy", "default", "--json")[1])["wrappers"] == 3
    scheduled = rewrap("schedule", "--policy", "default", "--json")
    assert (scheduled[0], json.loads(scheduled[1])) == (0, {"jobs": 3, "left_out": []})
    code, out, _ = rewrap("run", "--json")
    counts = {
        "done": 2, "failed": 1, "failed_earlier": 0, "delayed": 0, "waiting": 0, "running": 0,
    }  # fmt: skip
    result = json.loads(out)
    (error,) = result.pop("errors")
    assert (code, result) == (1, counts)
    assert (error["status"], error["jobs"], error["first_job"]) == ("failed", 1, 1)
    status = json.loads(rewrap("status", "--json")[1])
    (row,) = status["queue"]
    assert (row["jobs"], row["done"], row["failed"], row["percent"]) == (3, 2, 1, 100)
    assert status["errors"] == [error]
    assert wrappers[0] in error["error"]
    assert json.loads(rewrap("retry", "--json")[1]) == {"jobs": 1, "left": []}
    left = [{"job": 9, "why": "it does not exist"}]
    for action in ("retry", "cancel"):
        said = json.loads(rewrap(action, "--job", 9, "--json")[1])
        assert said == {"jobs": 0, "left": left}
    assert json.loads(rewrap("cancel", "--all", "--json")[1]) == {"jobs": 1, "left": []}
    again = json.loads(rewrap("schedule", "--policy", "default", "--json")[1])
    rewrap("schedule", "--policy", "default")
    assert again == {"jobs": 3, "left_out": []}
    again = json.loads(rewrap("schedule", "--policy", "default", "--json")[1])
    assert again == {
        "jobs": 0, "left_out": ["3 wrappers were left out: they have such a job already"],
    }  # fmt: skip


def test_what_failed_is_shown_and_retried_or_cancelled(db: Database, rewrap: Rewrap) -> None:
    wrappers = wrap(db, 3)
    spoil(db, wrappers[1])
    rewrap("schedule", "--policy", "default")
    code, out, _ = rewrap("run")
    assert code == 1
    said = f"1 job: KW210: wrapper {wrappers[1]} "
    assert out.startswith(f"2 jobs done\n1 job failed: see kwtools rewrap status\n{said}")
    assert re.search(r"\nfailed\tKW210: .*\t1\t2\n$", rewrap("status")[1])
    earlier = "0 jobs done\n1 job of earlier runs rest as failed: kwtools rewrap retry, or cancel\n"
    assert rewrap("run") == (0, earlier, "")
    left = "kwtools: job 1 was left: it is done\n"
    assert rewrap("retry", "--job", 1) == (1, "0 jobs will be tried again\n", left)
    spoil(db, wrappers[1])
    assert rewrap("retry", "--job", 2) == (0, "1 job will be tried again\n", "")
    assert rewrap("run") == (0, "1 job done\n", "")
    rewrap("schedule", "--policy", "default")
    assert rewrap("cancel")[0] == 2
    assert rewrap("cancel", "--job", 4) == (0, "1 job cancelled\n", "")
    assert rewrap("cancel", "--all") == (0, "2 jobs cancelled\n", "")


def test_errors_that_differ_by_their_wrapper_count_as_one(db: Database, rewrap: Rewrap) -> None:
    wrappers = wrap(db, 5)
    for one in wrappers[:3]:
        spoil(db, one)
    rewrap("schedule", "--policy", "default")
    _, out, _ = rewrap("run")
    lines = out.splitlines()
    assert lines[:2] == ["2 jobs done", "3 jobs failed: see kwtools rewrap status"]
    (common,) = lines[2:]
    assert common.startswith("3 jobs: KW210: wrapper ... (mode either) cannot be opened: ")
    status, error, count, first = rewrap("status")[1].splitlines()[1].split("\t")
    assert (status, f"3 jobs: {error}", count, first) == ("failed", common, "3", "1")


def test_a_run_tells_its_three_most_frequent_errors_and_none_of_earlier_runs(
    db: Database, rewrap: Rewrap
) -> None:
    wrap(db, 12)
    db.sql("select kw.schedule_rewrap(policy => 'default')")
    said = "case when id < 4 then 'A' when id < 6 then 'B' when id < 10 then 'C' else 'D' || id end"
    db.sql("update kw.rewrap_jobs set status = 'running' where id < 12")
    db.sql(
        "update kw.rewrap_jobs set status = 'failed', finished_at = now(), started_at = now(),"
        f" last_error = {said} where id < 12"
    )
    began = db.sql("select min(started_at) from kw.rewrap_jobs")[0][0]
    with connect(db.dsn, "test") as connection:
        found = most_frequent_errors(connection, 3, began)
        assert [(one.error, one.jobs) for one in found] == [("C", 4), ("A", 3), ("B", 2)]
    earlier = "11 jobs of earlier runs rest as failed: kwtools rewrap retry, or cancel\n"
    assert rewrap("run") == (0, f"1 job done\n{earlier}", "")


@pytest.mark.parametrize("action", ["retry", "cancel"])
def test_a_job_that_cannot_be_changed_is_named(db: Database, rewrap: Rewrap, action: str) -> None:
    wrappers = wrap(db, 4)
    spoil(db, wrappers[1])
    spoil(db, wrappers[2])
    rewrap("schedule", "--policy", "default")
    db.sql("update kw.rewrap_jobs set scheduled_at = 'infinity' where id = 4")
    rewrap("run")
    changed = {"retry": "1 job will be tried again\n", "cancel": "1 job cancelled\n"}[action]
    with db.connect(autocommit=False) as other:
        other.execute("select from kw.rewrap_jobs where id = 3 for update")
        given = [part for job in (99, 3, 1, 2, 2) for part in ("--job", job)]
        code, out, err = rewrap(action, *given)
    assert (code, out) == (1, changed)
    assert err.splitlines() == [
        "kwtools: job 1 was left: it is done",
        "kwtools: job 3 was left: another transaction works at it",
        "kwtools: job 99 was left: it does not exist",
    ]
    assert rewrap(action, "--job", 0)[0] == 2


def test_a_job_that_need_not_be_retried_is_named(db: Database, rewrap: Rewrap) -> None:
    wrappers = wrap(db, 3)
    spoil(db, wrappers[1])
    rewrap("schedule", "--policy", "default")
    db.sql("update kw.rewrap_jobs set scheduled_at = 'infinity' where id = 3")
    rewrap("run")
    rewrap("schedule", "--policy", "default")
    db.sql("update kw.rewrap_jobs set attempts = 1 where id = 5")
    code, _, err = rewrap("retry", *(part for job in (2, 3, 5) for part in ("--job", job)))
    assert (code, err.splitlines()) == (
        1,
        [
            "kwtools: job 2 was left: its wrapper has a later job",
            "kwtools: job 3 was left: it has not failed",
            "kwtools: job 5 was left: it is due already",
        ],
    )


def test_status_fits_a_terminal_of_80_columns(
    db: Database, rewrap: Rewrap, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrappers = wrap(db, 8)
    third(db)
    db.sql("select kw.create_policy('hybrid-of-all-customers', 'either', 1, 2)")
    db.sql("select kw.schedule_rewrap(wrappers => %s::uuid[])", wrappers)
    targets = [
        "target_kms1_key_id = 3", "target_kms2_key_id = 3",
        "target_kms1_key_id = 3, target_kms2_key_id = 1", "kind = 'rotate'",
        "kind = 'relayer', target_policy_id ="
        " (select id from kw.encryption_policies where policy_name like 'hybrid%')",
    ]  # fmt: skip
    for job, target in enumerate(targets, 1):
        db.sql(f"update kw.rewrap_jobs set {target} where id = {job}")
    db.sql("update kw.rewrap_jobs set status = 'running', worker_pid = 7 where id = 4")
    for module in ("kwtools.output", "kwtools.commands._rewrap_status"):
        monkeypatch.setattr(f"{module}.is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = rewrap("status")
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert lines[1] == "job jobs done running due later failed % workers"
    assert {
        "rewrap leg 1 to 3 1 0 0 1 0 0 0.0 0",
        "rewrap leg 2 to 3 1 0 0 1 0 0 0.0 0",
        "rewrap to 3 and 1 1 0 0 1 0 0 0.0 0",
        "rotate 1 0 1 0 0 0 0.0 1",
        "rewrap 3 0 0 3 0 0 0.0 0",
    } <= set(lines)
    job_column = "".join(line[1:].split("  ")[0].strip() for line in out.splitlines())
    assert "relayer tohybrid-of-all-customers" in job_column


def test_a_key_is_named_by_provider_and_reference_too(db: Database, rewrap: Rewrap) -> None:
    wrap(db, 2)
    key = third(db)
    reference = db.sql("select external_key_ref from kw.kms_keys where id = %s", key)[0][0]
    first = db.sql("select external_key_ref from kw.kms_keys where id = 1")[0][0]
    moving = ("--key", f"local/{first}", "--to-key", f"local/{reference}")
    assert rewrap("plan", *moving)[1].startswith("field\teither\t0\t2\n2 wrappers to rewrap")
    assert rewrap("schedule", *moving) == (0, "2 jobs scheduled\n", "")
    assert rewrap("run")[0] == 0
    legs = "select distinct kms1_key_id, kms2_key_id from kw.key_wrappers"
    assert db.sql(legs) == [(key, 2)]
    for option in ("--to-key1", "--to-key2"):
        scheduled = rewrap("schedule", "--policy", "default", option, f"local/{first}")
        assert scheduled == (0, "2 jobs scheduled\n", "")
        rewrap("cancel", "--all")
    for option in ("--key", "--to-key", "--to-key1", "--to-key2"):
        selected = () if option == "--key" else ("--key", 1)
        for action in ("plan", "schedule"):
            code, _, err = rewrap(action, *selected, option, "local/none")
            said = 'kwtools: key "local/none" does not exist. Look it up in kw.kms_keys.\n'
            assert (code, err) == (1, said)


def test_an_error_that_names_parameters_names_the_options(db: Database, rewrap: Rewrap) -> None:
    wrap(db)
    key = third(db)
    for action in ("plan", "schedule"):
        code, _, err = rewrap(action, "--policy", "default", "--to-key", key)
        assert code == 1
        assert "new_kms_key_id requires kms_key_id or provider" in err
        assert (
            "The options: --key (kms_key_id), --to-key (new_kms_key_id), --to-key1 (kms1_key_id),"
            " --to-key2 (kms2_key_id).\n"
        ) in err
        code, _, err = rewrap(action, "--field", "email", "--policy", "default")
        assert (code, err) == (
            1,
            "kwtools: field_name requires entity_table. The options: --table (entity_table),"
            " --field (field_name).\n",
        )
    code, _, err = rewrap("schedule", "--provider", "local", "--to-key", 1)
    assert (code, "kms2_key_id. The options: --to-key1 (kms1_key_id), " in err) == (1, True)


def test_what_is_due_by_its_policy_is_scheduled(
    db: Database, kwtools: Kwtools, rewrap: Rewrap, make_role: Callable[..., str]
) -> None:
    wrap(db, 3)
    assert rewrap("schedule", "--due") == (0, "0 jobs scheduled\n", "")
    db.sql("select kw.set_policy_renewal('default', max_wrap_age => '1 year')")
    db.sql("update kw.key_wrappers set wrap1_at = wrap1_at - interval '13 months' where id < 3")
    dsn = db.place.dsn(db.name, make_role("kw_operator"))
    due = ("rewrap", "schedule", "--due", "--dsn", dsn)
    assert kwtools(*due) == (0, "2 jobs scheduled\n", "")
    left = "kwtools: 2 wrappers were left out: they have such a job already\n"
    assert kwtools(*due) == (0, "0 jobs scheduled\n", left)
    code, _, err = rewrap("schedule", "--due", "--policy", "default")
    assert code == 2
    assert "--due cannot be combined with --policy" in err


def test_bindings_get_new_data_keys(db: Database, rewrap: Rewrap) -> None:
    db.sql("create table public.people (id bigint primary key, email bytea, ssn bytea)")
    db.sql("select kw.bind('people', '*', 'email'), kw.bind('people', '*', 'ssn')")
    generations = "select field_name, generation from kw.encryption_bindings order by 1"
    assert rewrap("rotate", "--table", "people", "--older-than", "1 day")[1] == "0 jobs scheduled\n"
    assert rewrap("rotate", "--table", "people", "--field", "ssn")[1] == "1 job scheduled\n"
    assert rewrap("run")[1] == "1 job done\n"
    assert db.sql(generations) == [("email", 1), ("ssn", 2)]
    assert json.loads(rewrap("rotate", "--table", "people", "--json")[1])["jobs"] == 2
    assert rewrap("run")[1] == "2 jobs done\n"
    assert db.sql(generations) == [("email", 2), ("ssn", 3)]
    assert rewrap("rotate")[0] == 2
    code, _, err = rewrap("rotate", "--table", "peple")
    assert (code, err.startswith("kwtools: nothing is bound to public.peple. ")) == (1, True)


def test_what_cannot_be_planned_is_told(db: Database, rewrap: Rewrap) -> None:
    wrap(db, 2)
    code, _, err = rewrap("plan", "--policy", "none")
    assert code == 1
    assert 'kwtools: policy "none" does not exist' in err
    for action in ("plan", "schedule"):
        for nothing in ((), ("--field", "email"), ("--to-key", 1)):
            code, _, err = rewrap(action, *nothing)
            assert (code, err) == (
                2,
                "kwtools: no wrappers are selected. Give at least one of --key, --provider,"
                " --policy, --table, --older-than, --to-policy.\n",
            )
    db.sql("select kw.set_kms_key_status(2, 'retired')")
    code, out, _ = rewrap("plan", "--policy", "default")
    assert code == 1
    assert "2 wrappers cannot be rewrapped: key 2" in out
    code, out, err = rewrap("schedule", "--policy", "default")
    assert (code, out) == (1, "0 jobs scheduled\n")
    assert "2 wrappers were left out: a key that would wrap them is not active" in err
    db.sql("select kw.create_policy('one', 'single', 1)")
    wrap(db, 1, "one")
    code, out, err = rewrap("schedule", "--key", 1, "--to-key1", 1, "--provider", "local")
    assert (code, out, err) == (0, "0 jobs scheduled\n", "")
    code, out, err = rewrap("schedule", "--older-than", "1 microsecond")
    assert (code, out) == (0, "1 job scheduled\n")
    assert "2 wrappers were left out: a key that would wrap them is not active" in err


@pytest.mark.parametrize("age", ["30", "1.5", "1m", ""])
def test_an_age_without_a_unit_is_exit_code_2(rewrap: Rewrap, age: str) -> None:
    assert rewrap("plan", "--older-than", age)[0] == 2


@pytest.mark.parametrize("place", [("peple", None), ("people", "emial")])
def test_what_nothing_is_bound_to_is_told(
    db: Database, rewrap: Rewrap, place: tuple[str, str | None]
) -> None:
    db.sql("create table public.people (id bigint primary key, email bytea)")
    db.sql("select kw.bind('people', '*', 'email')")
    table, field = place
    where = ("--table", table, *(("--field", field) if field else ()))
    for action in ("plan", "schedule"):
        code, _, err = rewrap(action, *where)
        assert code == 1
        assert f"nothing is bound to public.{table}{'.' + field if field else ''}" in err
    db_error = "select kw.schedule_rotate(%s, %s)"
    with pytest.raises(psycopg.Error) as caught:
        db.sql(db_error, table, field)
    assert caught.value.sqlstate == "KW101"


@pytest.mark.parametrize(
    "arguments", [("--workers", 0), ("--workers", 1001), ("--batch", 1001), ("--batch", "many")]
)
def test_a_number_out_of_range_is_exit_code_2_and_the_range_is_named(
    rewrap: Rewrap, arguments: tuple[str, object]
) -> None:
    code, _, err = rewrap("run", *arguments)
    option, given = arguments
    assert code == 2
    assert f"argument {option}: {given} is not a whole number from 1 to 1000\n" in err


def test_who_may_not_is_told_which_role_may(
    db: Database, kwtools: Kwtools, make_role: Callable[..., str]
) -> None:
    dsn = db.place.dsn(db.name, make_role("kw_client"))
    for action in ("plan", "schedule", "rotate", "run", "status", "retry", "cancel"):
        given = {"plan": "--policy=default", "schedule": "--policy=default", "cancel": "--all"}
        given["rotate"] = "--table=people"
        selection = [given[action]] if action in given else []
        code, _, err = kwtools("rewrap", action, *selection, "--dsn", dsn)
        assert code == 1
        assert "kw_admin" in err


def start(db: Database, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [KWTOOLS, "rewrap", "run", "--dsn", db.dsn, *map(str, arguments)],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def finished(db: Database) -> int:
    return int(db.sql("select count(*) from kw.rewrap_jobs where status = 'done'")[0][0])


def until_some_are_done(db: Database, process: subprocess.Popen[str]) -> None:
    while not finished(db):
        assert process.poll() is None
        time.sleep(0.02)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupted_run_finishes_its_batches_and_goes_on_where_it_was(
    db: Database, rewrap: Rewrap, workers: int
) -> None:
    wrap(db, 6000)
    before = deks(db)
    rewrap("schedule", "--policy", "default")
    process = start(db, "--workers", workers, "--batch", 300)
    until_some_are_done(db, process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=300)
    assert process.returncode == 130
    (said,) = re.findall(r"interrupted: (\d+) jobs? done\. Run it again to go on\.", err)
    done = finished(db)
    assert int(said) == done < 6000
    assert db.sql("select count(*) from kw.rewrap_jobs where status = 'running'") == [(0,)]
    assert rewrap("run", "--workers", 3)[:2] == (0, f"{6000 - done} jobs done\n")
    assert db.sql("select distinct wrap_version from kw.key_wrappers") == [(2,)]
    assert deks(db) == before


def test_a_killed_run_is_taken_up_by_the_next(db: Database, rewrap: Rewrap) -> None:
    wrap(db, 2000)
    before = deks(db)
    rewrap("schedule", "--policy", "default")
    process = start(db, "--workers", 2, "--batch", 20)
    until_some_are_done(db, process)
    process.kill()
    process.communicate()
    assert rewrap("run")[0] == 0
    assert finished(db) == 2000
    assert db.sql("select distinct wrap_version from kw.key_wrappers") == [(2,)]
    assert deks(db) == before


def test_a_run_stops_where_a_kms_is_not_there_and_with_wait_goes_on_when_it_is(
    db: Database, rewrap: Rewrap, server: OpenBao, proxy: FaultyProxy
) -> None:
    bao = Bao(db, server, proxy)
    db.sql("select kw.create_policy('remote', 'single', %s)", bao.key)
    wrap(db, 30, "remote")
    rewrap("schedule", "--policy", "remote")
    proxy.fault = "closing"
    code, out, err = rewrap("run", "--batch", 10)
    assert code == 3
    assert out.startswith("0 jobs done\n10 jobs to be tried again later: kwtools rewrap retry")
    assert "a KMS is not available: KW204: " in err
    assert ".." not in err
    process = start(db, "--batch", 10, "--wait")
    proxy.requests.clear()
    while len(proxy.requests) < 3:
        assert process.poll() is None
        time.sleep(0.02)
    proxy.fault = None
    out, _ = process.communicate(timeout=300)
    assert (process.returncode, out) == (0, "30 jobs done\n")
    assert db.sql("select distinct wrap_version from kw.key_wrappers") == [(2,)]


def test_one_leg_is_renewed_where_the_policy_allows_it_and_the_job_says_so(
    db: Database, rewrap: Rewrap, server: OpenBao, proxy: FaultyProxy
) -> None:
    bao = Bao(db, server, proxy)
    db.sql("select kw.create_policy('two', 'either', 1, %s)", bao.key)
    db.sql("select kw.create_policy('three', 'either', %s, 1)", bao.key)
    db.sql("select kw.create_policy('apart', 'both', 1, %s)", bao.key)
    for policy in ("two", "three", "apart"):
        wrap(db, 2, policy)
        rewrap("schedule", "--policy", policy)
    proxy.fault = "closing"
    versions = """
        select p.policy_name, w.wrap1_version, w.wrap2_version, w.kms1_key_id = 1, count(*)::int
        from kw.key_wrappers w join kw.encryption_policies p on p.id = w.policy_id
        group by 1, 2, 3, 4 order by 1
    """
    before = db.sql(versions)
    assert rewrap("run")[0] == 3
    assert db.sql(versions) == before
    db.sql("select kw.set_policy_renewal(%s, renews_one_leg => true)", "two")
    db.sql("select kw.set_policy_renewal(%s, renews_one_leg => true)", "three")
    db.sql("select kw.set_policy_renewal(%s, renews_one_leg => true)", "apart")
    rewrap("retry")
    assert rewrap("run")[0] == 3
    after: list[tuple[Any, ...]] = db.sql(versions)
    moved = {(name, one, two) for name, one, two, _, _ in after}
    assert ("apart", 1, 1) in moved
    for name, first, second, local_first, count in after:
        if name != "apart":
            assert (first, second) == ((2, 1) if local_first else (1, 2))
            assert count == 2
    said = db.sql("select distinct last_error from kw.rewrap_jobs where status = 'done'")
    assert all(re.match(r"leg [12] was not renewed: KW204: ", one) for (one,) in said)
    assert said
    proxy.fault = None
    rewrap("retry")
    assert rewrap("run") == (0, "2 jobs done\n", "")


def wrap_thousands(db: Database, count: int, policy: str) -> None:
    for _ in range(count // 1000):
        wrap(db, 1000, policy)
    wrap(db, count % 1000, policy)


def digest(db: Database) -> str:
    """Return one digest of all data keys."""
    query = """
        select kw.unwrap_many(array_agg(w.wrapper_uuid::uuid order by w.id))
        from kw.key_wrappers w where w.dek_class = 'field' group by w.id / 1000 order by min(w.id)
    """
    found = hashlib.sha256()
    for (keys,) in db.sql(query):
        assert None not in keys
        found.update(b"".join(keys))
    return found.hexdigest()


def test_a_remote_key_is_renewed_by_what_lies_directly_under_it(
    db: Database, rewrap: Rewrap, server: OpenBao, proxy: FaultyProxy
) -> None:
    bao = Bao(db, server, proxy)
    db.sql("select kw.create_policy('root', 'single', %s)", bao.key)
    db.sql("select kw.add_provider('branches', 'wrapper')")
    for number in range(10):
        branch = "kw.create_kms_key('branches', 'root')"
        db.sql(f"select kw.create_policy('b{number}', 'single', {branch})")
        wrap_thousands(db, UNDER_BRANCHES // 10, f"b{number}")
    before = digest(db)
    plan = json.loads(rewrap("plan", "--key", bao.key, "--json")[1])
    assert (plan["wrappers"], plan["branches"], plan["kms_operations"]) == (10, 10, 30)
    asked(proxy)
    assert rewrap("schedule", "--key", bao.key)[1] == "10 jobs scheduled\n"
    assert rewrap("run")[:2] == (0, "10 jobs done\n")
    # Ten are opened, ten are wrapped, and each new wrap is opened again before it is stored.
    assert asked(proxy) == {"encrypt": (10, 1), "decrypt": (20, 2)}
    assert plan["kms_calls"] == 3
    assert digest(db) == before


def test_keys_straight_under_a_remote_key_take_calls_as_large_as_the_server_allows(
    db: Database, rewrap: Rewrap, server: OpenBao, proxy: FaultyProxy
) -> None:
    bao = Bao(db, server, proxy)
    db.sql("select kw.create_policy('remote', 'single', %s)", bao.key)
    count = UNDER_A_SERVER
    wrap_thousands(db, count, "remote")
    plan = json.loads(rewrap("plan", "--key", bao.key, "--json")[1])
    asked(proxy)
    rewrap("schedule", "--key", bao.key)
    assert rewrap("run")[0] == 0
    met = asked(proxy)
    # In each batch of 1,000 the provider sends 249, 249, 249, 249 and 4.
    calls = 5 * count // 1000
    assert met == {"encrypt": (count, calls), "decrypt": (2 * count, 2 * calls)}
    assert plan["kms_calls"] == 3 * calls
    assert plan["kms_operations"] == 3 * count


def test_jobs_that_others_hold_end_a_run_and_are_told(db: Database, rewrap: Rewrap) -> None:
    wrap(db, 4)
    db.sql("select kw.schedule_rewrap(policy => 'default', scheduled_at => '2020-01-01')")
    db.sql("update kw.rewrap_jobs set scheduled_at = 'infinity' where id = 4")
    with db.connect(autocommit=False) as other:
        other.execute("select kw.claim_rewrap_jobs(2)")
        said = "1 job done\n3 jobs waiting: scheduled for later, or in use by others\n"
        assert rewrap("run") == (0, said, "")
    assert rewrap("run", "--workers", 2)[1].startswith("2 jobs done\n1 job waiting")
    holder = db.connect(autocommit=False)
    wrap(db, 2)
    db.sql("select kw.schedule_rewrap(policy => 'default')")
    db.sql("select kw.claim_rewrap_jobs()")
    holder.execute("select from kw.rewrap_jobs where status = 'running' for update")
    assert "running: other workers have them\n" in rewrap("run")[1]
    holder.rollback()
