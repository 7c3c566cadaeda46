"""``kwtools relayer``: a database of classical wrappers becomes a hybrid one, in place."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from kwtools import rewrap_queue
from kwtools.connections import Connection
from tests.cli.conftest import Kwtools
from tests.conftest import Database, unique
from testservers.faulty_proxy import FaultyProxy
from testservers.openbao import OpenBao
from testservers.provider_file import add_entry, write_for_server

KWTOOLS = Path(sys.executable).parent / "kwtools"
STATE = """
select wrapper_uuid, wrap_version, policy_id, status, crypto_suite::text, md5(dek_wrap1),
    md5(dek_wrap2)
from kw.key_wrappers order by id
"""
LAYERS = """
select jsonb_array_length(crypto_suite -> 'layers'), count(*)::int from kw.key_wrappers
where status <> 'invalid' group by 1 order by 1
"""


def hybrid(db: Database, mode: str = "either", *keys: int, name: str = "hybrid") -> int:
    """Make a KEM key and a policy with a layer of it; return the key's id."""
    kem = db.sql(
        "select kw.create_kms_key('local', %s, 'wrap', 'ML-KEM-768+X25519')", unique("pq")
    )[0][0]
    first, second = (*(keys or (1, 2)), None)[:2]
    db.sql(
        "select kw.create_policy(%s, %s, %s, %s, array[%s::bigint])", name, mode, first, second, kem
    )
    return int(kem)


def wrap(db: Database, count: int = 1, policy: str = "default") -> list[str]:
    """Make wrappers; return their uuids."""
    query = "select unnest(kw.wrap_many(array_fill(null::bytea, array[%s]), %s))::text"
    return [row[0] for row in db.sql(query, count, policy)]


def deks(db: Database) -> list[tuple[Any, ...]]:
    return db.sql(
        "select wrapper_uuid, kw.unwrap(wrapper_uuid::uuid) from kw.key_wrappers"
        " where dek_class = 'field' and status = 'active' order by id"
    )


def spoil(db: Database, wrapper: str) -> None:
    """Change a wrapper so that it does not open."""
    db.sql(
        "update kw.key_wrappers set"
        " dek_wrap1 = set_byte(dek_wrap1, 40, get_byte(dek_wrap1, 40) # 1),"
        " dek_wrap2 = set_byte(dek_wrap2, 40, get_byte(dek_wrap2, 40) # 1)"
        " where wrapper_uuid = %s",
        wrapper,
    )


@pytest.fixture
def run(kwtools: Kwtools, db: Database) -> Callable[..., tuple[int, Any]]:
    """``run('--dry-run', …)``: relayer to policy hybrid; exit code, and the JSON that it prints."""

    def run(*arguments: object) -> tuple[int, Any]:
        code, out, err = kwtools(
            "relayer", "--policy", "hybrid", "--json", "--dsn", db.dsn, *arguments
        )
        return code, json.loads(out) if out else err

    return run


Run = Callable[..., tuple[int, Any]]


# -- what it does ---------------------------------------------------------------------------------


def test_classical_wrappers_become_hybrid_and_what_they_protect_stays(
    db: Database, run: Run, make_role: Callable[..., str]
) -> None:
    db.sql("create table public.people (id bigint primary key, email bytea)")
    db.sql("select kw.bind('people', '*', 'email')")
    sealed = db.sql("select kw.encrypt_text('people', '1', 'email', 'ada@example.org')")[0][0]
    db.sql("select kw.rotate('people', '*', 'email')")
    wrap(db, 6)
    hybrid(db)
    before = deks(db)
    admin = db.place.dsn(db.name, make_role("kw_admin"))
    code, result = run("--dsn", admin, "--batch", 3)
    assert code == 0
    assert result == {
        "policy": "hybrid", "relayered": 8, "failed": [], "in_use": 0, "stuck": [], "retired": 0,
    }  # fmt: skip
    assert db.sql(LAYERS) == [(1, 8)]
    assert deks(db) == before
    opened = db.sql("select kw.decrypt_text('people', '1', 'email', %s)", sealed)
    assert opened == [("ada@example.org",)]
    assert db.sql("select count(*) from kw.verify()") == [(0,)]


def test_a_second_run_has_nothing_to_do_and_says_so(db: Database, kwtools: Kwtools) -> None:
    wrap(db, 3)
    hybrid(db)
    arguments = ("relayer", "--policy", "hybrid", "--dsn", db.dsn)
    assert kwtools(*arguments) == (0, "3 wrappers relayered to policy hybrid\n", "")
    state = db.sql(STATE)
    done = (0, "nothing to do: every wrapper has the layers that policy hybrid requires\n", "")
    assert kwtools(*arguments) == done
    assert db.sql(STATE) == state


def test_a_policy_that_got_layers_takes_its_own_wrappers_there_and_back(
    db: Database, kwtools: Kwtools
) -> None:
    wrap(db, 3)
    kem = hybrid(db)
    db.sql("select kw.add_policy_key('default', %s)", kem)
    db.sql("select kw.set_policy_layers('default', 1, 1)")
    arguments = ("relayer", "--policy", "default", "--dsn", db.dsn)
    assert kwtools(*arguments)[0] == 0
    assert db.sql(LAYERS) == [(1, 3)]
    db.sql("select kw.set_policy_layers('default', 0, 0)")
    assert kwtools(*arguments)[0] == 0
    assert db.sql(LAYERS) == [(0, 3)]


def test_every_wrapper_keeps_its_mode(db: Database, run: Run) -> None:
    db.sql("select kw.create_policy('two', 'both', 1, 2), kw.create_policy('one', 'single', 1)")
    wrap(db, 2, "two")
    wrap(db, 3, "one")
    hybrid(db)
    code, plan = run("--dry-run")
    assert code == 0
    assert [(one["mode"], one["wrappers"]) for one in plan["groups"]] == [
        ("both", 2),
        ("single", 3),
    ]
    assert (plan["wraps"], plan["layers"]) == (7, 5)
    assert run()[1]["relayered"] == 5
    modes = "select crypto_suite ->> 'mode', count(*) from kw.key_wrappers group by 1 order by 1"
    assert db.sql(modes) == [("both", 2), ("single", 3)]
    assert db.sql(LAYERS) == [(1, 5)]


def test_branches_are_changed_before_what_hangs_on_them(db: Database, run: Run) -> None:
    wrap(db)
    db.sql("select kw.add_provider('branches', 'wrapper')")
    branch = db.sql("select kw.create_kms_key('branches', 'default')")[0][0]
    db.sql("select kw.create_policy('under', 'single', %s)", branch)
    wrap(db, 4, "under")
    hybrid(db)
    before = deks(db)
    assert run("--batch", 2)[1]["relayered"] == 6
    assert db.sql(LAYERS) == [(1, 6)]
    assert deks(db) == before
    order = db.sql("select is_branch from kw.rewrap_jobs order by finished_at")
    assert order == [(True,)] + [(False,)] * 5


def test_only_what_is_or_was_bound_to_the_table(db: Database, run: Run) -> None:
    for table in ("people", "orders"):
        db.sql(f"create table public.{table} (id bigint primary key, secret bytea)")
        db.sql(f"select kw.bind('{table}', '*', 'secret')")
    db.sql("select kw.rotate('people', '*', 'secret')")
    hybrid(db)
    assert run("--table", "public.people", "--dry-run")[1]["wrappers"] == 2
    assert run("--table", "public.people")[1]["relayered"] == 2
    bound = db.sql(
        "select b.entity_table, jsonb_array_length(w.crypto_suite -> 'layers')"
        " from kw.encryption_bindings b join kw.key_wrappers w on w.id = b.key_wrapper_id"
        " order by 1"
    )
    assert bound == [("public.orders", 0), ("public.people", 1)]
    code, message = run("--table", "people")
    assert code == 1
    assert 'nothing is bound to "people"' in message


def test_retired_wrappers_are_left_out_and_counted(db: Database, kwtools: Kwtools) -> None:
    retired, _ = wrap(db, 2)
    db.sql("select kw.set_wrapper_status(%s, 'retired')", retired)
    hybrid(db)
    code, out, _ = kwtools("relayer", "--policy", "hybrid", "--dsn", db.dsn)
    assert code == 0
    assert "1 wrapper relayered" in out
    assert "left out: 1 wrapper retired. kw.set_wrapper_status" in out
    assert db.sql(LAYERS) == [(0, 1), (1, 1)]


# -- what can fail --------------------------------------------------------------------------------


def test_a_wrapper_that_fails_is_listed_and_the_rest_goes_on(db: Database, run: Run) -> None:
    wrappers = wrap(db, 9)
    for index in (2, 6):
        spoil(db, wrappers[index])
    hybrid(db)
    code, result = run("--batch", 5)
    assert code == 1
    assert result["relayered"] == 7
    assert [one["wrapper"] for one in result["failed"]] == [wrappers[2], wrappers[6]]
    assert {one["sqlstate"] for one in result["failed"]} == {"KW210"}
    assert wrappers[2] in result["failed"][0]["message"]
    assert db.sql(LAYERS) == [(0, 2), (1, 7)]


def test_wrappers_whose_key_wraps_no_more_are_not_tried(db: Database, kwtools: Kwtools) -> None:
    wrap(db, 2)
    third = db.sql("select kw.create_kms_key('local', 'third')")[0][0]
    db.sql("select kw.create_policy('other', 'single', %s)", third)
    wrap(db, 3, "other")
    hybrid(db)
    db.sql("select kw.set_kms_key_status(%s, 'retired')", third)
    for more in (["--dry-run"], []):
        code, out, _ = kwtools("relayer", "--policy", "hybrid", "--dsn", db.dsn, *more)
        assert code == 1
        assert f'3 wrappers cannot be changed: key {third} ("third" of provider "local")' in out
        assert "kw.rewrap" in out
    assert db.sql(LAYERS) == [(0, 3), (1, 2)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--policy", "nobody"], 'policy "nobody" does not exist'),
        (["--policy", "hybrid", "--table", "public.none"], 'nothing is bound to "public.none"'),
    ],
)
def test_what_does_not_exist_is_exit_code_1(
    db: Database, kwtools: Kwtools, arguments: list[str], said: str
) -> None:
    hybrid(db)
    code, _, err = kwtools("relayer", "--dsn", db.dsn, *arguments)
    assert code == 1
    assert said in err


def test_a_policy_without_usable_kem_keys_changes_nothing(db: Database, run: Run) -> None:
    wrap(db)
    db.sql("select kw.set_kms_key_status(%s, 'disabled')", hybrid(db))
    code, message = run()
    assert code == 1
    assert "requires 1 usable KEM keys and has 0. Use kw.add_policy_key" in message
    assert db.sql(LAYERS) == [(0, 1)]


@pytest.mark.parametrize("size", ["0", "1001", "many"])
def test_a_batch_of_no_size_is_exit_code_2(kwtools: Kwtools, size: str) -> None:
    code, _, err = kwtools("relayer", "--policy", "hybrid", "--batch", size)
    assert (code, f"{size} is not a whole number from 1 to 1000\n" in err) == (2, True)


def test_who_may_not_is_told_which_role_may(
    db: Database, run: Run, make_role: Callable[..., str]
) -> None:
    wrap(db)
    hybrid(db)
    for role in ("kw_client", "kw_auditor"):
        code, message = run("--dsn", db.place.dsn(db.name, make_role(role)))
        assert code == 1
        assert "kw_admin" in message


def test_a_deadlock_is_tried_again(db: Database, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    wrap(db, 3)
    hybrid(db)
    real = psycopg.Cursor.execute
    met: list[object] = []

    def execute(self: Any, query: Any, *rest: Any, **named: Any) -> Any:
        if "run_rewrap_jobs" in str(query) and len(met) < 2:
            met.append(query)
            raise (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)[
                len(met) - 1
            ]("again")
        return real(self, query, *rest, **named)

    monkeypatch.setattr(psycopg.Cursor, "execute", execute)
    code, result = run()
    assert (code, result["relayered"], len(met)) == (0, 3, 2)


# -- the dry run ----------------------------------------------------------------------------------


def test_a_dry_run_changes_nothing(db: Database, kwtools: Kwtools) -> None:
    wrap(db, 3)
    hybrid(db)
    state = db.sql(STATE)
    code, out, err = kwtools("relayer", "--policy", "hybrid", "--dry-run", "--dsn", db.dsn)
    assert (code, err) == (0, "")
    assert out == (
        "wrappers\tfield\teither\t0\t3\t6\t3\n"
        "3 wrappers to relayer to policy hybrid: 6 wraps, 3 layers, 0 KMS operations in 0 calls\n"
    )
    assert db.sql(STATE) == state
    assert db.sql("select count(*) from kw.audit_events where action = 'relayer'") == [(0,)]


class Bao:
    """A provider ``vault`` with a key, behind a proxy that counts."""

    def __init__(self, db: Database, server: OpenBao, proxy: FaultyProxy) -> None:
        self.name, place = unique("vault"), db.place
        files = {"ca_file": server.ca_file.read_text(), "token_file": server.token()}
        options = {}
        for option, text in files.items():
            path = place.base / f"{self.name}.{option}"
            write_for_server(path, text)
            options[option] = str(path)
        add_entry(
            place, self.name, "vault", address=proxy.address, connect_seconds=1, total_seconds=5,
            **options,
        )  # fmt: skip
        db.sql("select kw.add_provider(%s, 'vault')", self.name)
        self.key = int(db.sql("select kw.create_kms_key(%s, %s)", self.name, unique("key"))[0][0])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBao]:
    with OpenBao(tmp_path_factory.mktemp("openbao") / "bao") as running:
        yield running


@pytest.fixture
def proxy(server: OpenBao) -> Iterator[FaultyProxy]:
    with FaultyProxy(server.address, server.ca_file) as standing:
        yield standing


@pytest.fixture
def bao(db: Database, server: OpenBao, proxy: FaultyProxy) -> Bao:
    return Bao(db, server, proxy)


def asked(proxy: FaultyProxy) -> dict[str, tuple[int, int]]:
    """How many items and requests of each kind passed, and forget them."""
    found: dict[str, tuple[int, int]] = {}
    for request, sent in zip(proxy.requests, proxy.bodies, strict=True):
        kind = request.split("/")[3]
        if kind in ("encrypt", "decrypt"):
            items, calls = found.get(kind, (0, 0))
            found[kind] = items + len(json.loads(sent)["batch_input"]), calls + 1
    proxy.requests.clear()
    proxy.bodies.clear()
    return found


def test_a_dry_run_says_what_it_does_not_foresee(db: Database, kwtools: Kwtools, run: Run) -> None:
    db.sql("create table public.people (id bigint primary key, email bytea)")
    strong = "kw.create_kms_key('local', %s, algorithm => 'ML-KEM-1024')"
    db.sql(
        f"select kw.create_policy('strong', 'either', 1, 2, layers => array[{strong}])",
        unique("strong"),
    )
    db.sql("select kw.bind('people', '*', 'email', policy => 'strong')")
    hybrid(db)
    dry = ("relayer", "--policy", "hybrid", "--dsn", db.dsn, "--dry-run")
    assert "not foreseen" not in kwtools(*dry)[1]
    db.sql("select kw.set_floor('people', 'email', 5)")
    assert "not foreseen: floors of fields (KW104)." in kwtools(*dry)[1]
    db.sql("select kw.add_provider('branches', 'wrapper')")
    db.sql("select kw.create_kms_key('branches', 'default')")
    said = kwtools(*dry)[1]
    assert "branches whose keys would not be independent (KW103), floors" in said
    assert run("--dry-run")[1]["may_refuse"] == ["modes", "floors"]
    code, result = run()
    assert (code, result["relayered"]) == (1, 1)
    assert [one["sqlstate"] for one in result["failed"]] == ["KW104"]
    db.sql("select kw.set_floor('people', 'email', null)")
    assert run()[1]["relayered"] == 1
    assert run("--dry-run")[1]["may_refuse"] == []


def test_a_dry_run_counts_what_a_run_asks_of_the_kms(
    db: Database, run: Run, bao: Bao, proxy: FaultyProxy
) -> None:
    db.sql("select kw.create_policy('single', 'single', %s)", bao.key)
    db.sql("select kw.create_policy('either', 'either', 1, %s)", bao.key)
    db.sql("select kw.create_policy('remote first', 'either', %s, 1)", bao.key)
    db.sql("select kw.add_policy_key('remote first', %s, priority => 9)", bao.key)
    db.sql("select kw.create_policy('both', 'both', 1, %s)", bao.key)
    db.sql("select kw.add_provider('branches', 'wrapper')")
    branch = db.sql("select kw.create_kms_key('branches', 'single')")[0][0]
    db.sql("select kw.create_policy('branch', 'single', %s)", branch)
    below = db.sql("select kw.create_kms_key('branches', 'branch')")[0][0]
    db.sql("select kw.create_policy('below', 'single', %s)", below)
    for policy, count in (
        ("single", 300), ("either", 7), ("remote first", 5), ("both", 30), ("branch", 40),
        ("below", 3), ("single", 270), ("default", 3),
    ):  # fmt: skip
        wrap(db, count, policy)
    hybrid(db)
    for size in (60, 300):
        code, plan = run("--dry-run", "--batch", size)
        assert code == 0
        (counted,) = plan["kms"]
        assert (counted["key"], counted["kind"]) == (bao.key, "vault")
        proxy.requests.clear()
        proxy.bodies.clear()
        code, result = run("--batch", size)
        assert (code, result["relayered"]) == (0, plan["wrappers"])
        met = asked(proxy)
        assert met["encrypt"][0] == counted["wraps"]
        assert met["decrypt"][0] == counted["opens"] + counted["checks"]
        assert met["encrypt"][1] + met["decrypt"][1] == counted["calls"] == plan["calls"]
        assert counted["opens"] + counted["wraps"] + counted["checks"] == plan["operations"]
        # Back to where it was, for the other size.
        db.sql("select kw.set_policy_layers('hybrid', 0, 0)")
        assert run()[0] == 0
        db.sql("select kw.set_policy_layers('hybrid', 1, 1)")


# -- outage, interrupt, progress ------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["single", "either", "both", "branch"])
def test_it_stops_where_a_kms_is_not_there_and_goes_on_later(
    db: Database, kwtools: Kwtools, run: Run, bao: Bao, proxy: FaultyProxy, mode: str
) -> None:
    db.sql("select kw.create_policy('single', 'single', %s)", bao.key)
    db.sql("select kw.create_policy('either', 'either', 1, %s)", bao.key)
    db.sql("select kw.create_policy('both', 'both', 1, %s)", bao.key)
    db.sql("select kw.add_provider('branches', 'wrapper')")
    branch = db.sql("select kw.create_kms_key('branches', 'single')")[0][0]
    db.sql("select kw.create_policy('branch', 'both', 1, %s)", branch)
    hybrid(db)
    assert run()[1]["relayered"] == 1  # the branch
    wrap(db, 2)
    wrap(db, 3, mode)
    proxy.fault = "closing"
    code, out, err = kwtools(
        "relayer", "--policy", "hybrid", "--batch", 2, "--json", "--dsn", db.dsn
    )
    assert code == 3
    assert json.loads(out)["relayered"] == 2
    assert json.loads(out)["failed"] == []
    assert "a KMS is not available" in err
    assert "; 2 wrappers were relayered before. Run it again" in err
    assert ".;" not in err
    proxy.fault = None
    code, result = run()
    assert (code, result["relayered"], result["failed"]) == (0, 3, [])


def start(db: Database, *arguments: str, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [KWTOOLS, "relayer", "--policy", "hybrid", "--dsn", db.dsn, *arguments],
        text=True,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
    )


def until_some_are_done(db: Database) -> None:
    deadline = time.monotonic() + 300
    while db.sql(LAYERS)[-1][0] == 0:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_an_interrupted_run_is_exit_code_130_and_is_taken_up_again(db: Database, run: Run) -> None:
    wrap(db, 2000)
    hybrid(db)
    before = deks(db)
    process = start(db, "--batch", "5")
    until_some_are_done(db)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 130
    (said,) = re.findall(r"interrupted: (\d+) of 2000 wrappers are relayered\. Run it again", err)
    counts = dict(db.sql(LAYERS))
    assert 0 < counts[1] < 2000
    # At most the batch whose commit was not heard of any more.
    assert int(said) in (counts[1], counts[1] - 5)
    assert out == f"{said} wrappers relayered to policy hybrid\n"
    assert run()[1]["relayered"] == counts[0]
    assert db.sql(LAYERS) == [(1, 2000)]
    assert deks(db) == before


def test_two_runs_at_once_share_the_work_and_writers_go_on(db: Database) -> None:
    wrap(db, 300)
    db.sql("create table public.people (id bigint primary key, email bytea)")
    db.sql("select kw.bind('people', '*', 'email')")
    hybrid(db)
    runs = [start(db, "--batch", "10", "--json") for _ in range(2)]
    with db.connect() as connection:
        while any(one.poll() is None for one in runs):
            connection.execute("select kw.encrypt_text('people', '1', 'email', 'x')")
    results = [json.loads(one.communicate()[0]) for one in runs]
    assert [one.returncode for one in runs] == [0, 0]
    assert sum(result["relayered"] for result in results) == 301
    assert db.sql("select distinct wrap_version from kw.key_wrappers") == [(2,)]
    assert db.sql(LAYERS) == [(1, 301)]


def test_what_is_shredded_or_made_during_a_run_is_no_failure(
    db: Database, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    db.sql("create table public.people (id bigint primary key, email bytea)")
    for pk in "12":
        db.sql("select kw.bind('people', %s, 'email')", pk)
    hybrid(db)
    real = rewrap_queue.Work._claim

    def claim(self: rewrap_queue.Work, connection: Connection) -> list[int]:
        if self.outcomes.done == 0:
            db.sql("select kw.shred('people', '2', 'email')")
            wrap(db)
        return real(self, connection)

    monkeypatch.setattr(rewrap_queue.Work, "_claim", claim)
    assert run("--batch", 1)[1]["relayered"] == 1
    assert db.sql(LAYERS) == [(0, 1), (1, 1)]


def test_progress_is_lines_on_stderr_now_and_then(
    db: Database, kwtools: Kwtools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kwtools.progress._SECONDS_BETWEEN_LINES", 0.0)
    wrap(db, 4)
    hybrid(db)
    _, out, err = kwtools("relayer", "--policy", "hybrid", "--batch", 2, "--dsn", db.dsn)
    rate = r", \d+/s"
    assert re.fullmatch(rf"Relayering: 2 of 4{rate}\nRelayering: 4 of 4{rate}\n", err)
    assert out == "4 wrappers relayered to policy hybrid\n"


def test_progress_is_a_bar_on_a_terminal(db: Database) -> None:
    wrap(db, 4)
    hybrid(db)
    ours, theirs = pty.openpty()
    shown = bytearray()

    def read() -> None:
        try:
            while part := os.read(ours, 4096):
                shown.extend(part)
        except OSError:  # the other end was closed
            pass

    reader = threading.Thread(target=read)
    reader.start()
    process = start(db, "--batch", "2", stderr=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    out, _ = process.communicate(timeout=300)
    reader.join()
    os.close(ours)
    assert out == "4 wrappers relayered to policy hybrid\n"
    assert b"4/4" in shown


def test_a_database_that_keeps_snapshots_by_default_is_relayered(db: Database, run: Run) -> None:
    db.sql("select kw.add_provider('branches', 'wrapper')")
    db.sql("select kw.create_kms_key('branches', 'default')")
    hybrid(db)
    db.sql(f"alter database {db.name} set default_transaction_isolation = 'repeatable read'")
    code, result = run()
    assert (code, result["relayered"], result["failed"]) == (0, 1, [])
