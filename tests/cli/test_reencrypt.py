"""``kwtools reencrypt``: values move to the present key, beside writers, and can be resumed."""

import contextlib
import json
import os
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

from kwtools import protected_column, reencrypting
from tests.cli.conftest import Kwtools
from tests.conftest import Database

KWTOOLS = Path(sys.executable).parent / "kwtools"
OPENED = "select id, kw.decrypt_text('people', id, 'ssn', ssn) from people order by id"
EARLIER = """
select coalesce(sum(values), 0)::int from kw.field_generations('people', 'ssn')
where state = 'earlier'
"""
RUNNING = """
from pg_stat_activity
where application_name = 'kwtools reencrypt' and datname = current_database()
"""
Run = Callable[..., tuple[int, Any]]


def people(db: Database, count: int, pk: str = "*") -> None:
    """Make a table with a binding and that many values under it, and rotate the binding."""
    db.sql("create table public.people (id bigint primary key, name text, ssn bytea)")
    db.sql("select kw.bind('people', %s, 'ssn')", pk)
    db.sql(
        "insert into people (id, ssn) select n, kw.encrypt_text('people', n, 'ssn', 'v' || n)"
        " from generate_series(1::bigint, %s) n",
        count,
    )
    db.sql("select kw.rotate('people', %s, 'ssn')", pk)


def expected(count: int) -> list[tuple[int, str]]:
    return [(n, f"v{n}") for n in range(1, count + 1)]


@pytest.fixture
def run(kwtools: Kwtools, db: Database) -> Run:
    """``run('people', 'ssn', …)``: exit code, and the JSON that it prints, or its error."""

    def run(*arguments: object) -> tuple[int, Any]:
        code, out, err = kwtools("reencrypt", "--json", "--dsn", db.dsn, *arguments)
        return code, json.loads(out) if out else err

    return run


def test_the_table_below_a_view_that_has_its_name_is_found(run: Run, db: Database) -> None:
    db.sql("create table public.people (id bigint primary key, ssn text)")
    db.sql("insert into people select n, 'v' || n from generate_series(1, 20) n")
    with db.connect() as session:
        session.execute(
            "call kw.protect('people', 'ssn', until => 'contracted', shown_by => 'view')"
        )
    db.sql("select kw.rotate('people', '*', 'ssn')")
    code, found = run("people", "ssn")
    assert (code, found) == (0, found)
    assert db.sql(EARLIER) == [(0,)]
    assert db.sql("select id, ssn from people order by id") == expected(20)


def started(db: Database, *arguments: str) -> subprocess.Popen[str]:
    command = [str(KWTOOLS), "reencrypt", "people", "ssn", "--dsn", db.dsn, *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def until(condition: Callable[[], bool]) -> None:
    for _ in range(6000):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError


# -- what it does ---------------------------------------------------------------------------------


def test_values_of_a_column_of_ciphertext_move_too(db: Database, kwtools: Kwtools) -> None:
    people(db, 25)
    db.sql("alter table people alter column ssn type kw.ciphertext using ssn::kw.ciphertext")
    arguments = ("reencrypt", "people", "ssn", "--dsn", db.dsn, "--batch", 10, "--retire")
    code, out, err = kwtools(*arguments)
    assert (code, err) == (0, "")
    assert out == (
        "25 values of people.ssn re-encrypted\n1 wrapper of earlier generations retired\n"
    )
    assert db.sql(OPENED.replace(", ssn)", ", ssn::bytea)")) == expected(25)


def test_values_move_in_batches_and_their_wrappers_retire(db: Database, kwtools: Kwtools) -> None:
    people(db, 25)
    db.sql(
        "insert into people (id, ssn) values (100, kw.encrypt_text('people', 100, 'ssn', 'new'))"
    )
    new = db.sql("select ssn from people where id = 100")
    arguments = ("reencrypt", "people", "ssn", "--dsn", db.dsn)
    code, out, err = kwtools(*arguments, "--dry-run")
    assert (code, err) == (0, "")
    assert out == (
        "current\tcolumn\t2\tactive\t1\t1\nearlier\tcolumn\t1\trotated\t1\t25\n"
        "25 values to re-encrypt in column ssn of people\n"
    )
    before = db.sql("select xmin::text from people")
    assert kwtools(*arguments, "--batch", 10) == (0, "25 values of people.ssn re-encrypted\n", "")
    transactions = db.sql("select xmin::text, count(*)::int from people group by 1")
    assert sorted(count for _, count in transactions) == [1, 5, 10, 10]
    assert before != transactions
    assert db.sql("select ssn from people where id = 100") == new
    assert db.sql(OPENED) == [*expected(25), (100, "new")]
    assert db.sql(EARLIER) == [(0,)]
    state = db.sql("select xmin::text from people")
    code, out, err = kwtools(*arguments, "--retire")
    assert (code, err) == (0, "")
    assert out == (
        "0 values of people.ssn re-encrypted\n1 wrapper of earlier generations retired\n"
    )
    assert db.sql("select xmin::text from people") == state
    assert db.sql(OPENED) == [*expected(25), (100, "new")]


def test_cells_of_a_composite_key_of_several_types_move(
    db: Database, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protected_column, "PAGE", 3)
    db.sql('create schema "My.Schema"')
    db.sql(
        'create table "My.Schema"."T%(x)s ""q""" (gone int, "Id" uuid, b text, c timestamptz,'
        ' d numeric(6, 2), "The %s ""f""" bytea, primary key (c, "Id", b, d))'
    )
    db.sql('alter table "My.Schema"."T%(x)s ""q""" drop column gone')
    table, field = '"My.Schema"."T%(x)s ""q"""', 'The %s "f"'
    parts = """'2026-01-01 10:00+02'::timestamptz + make_interval(hours => n),
        ('00000000-0000-4000-8000-00000000000' || n)::uuid, 'b' || E'"\\\\\\n*' || n, n / 4.0"""
    key = """kw.entity_key((c at time zone 'UTC')::text || '+00', "Id"::text, b, d::text)"""
    with db.connect() as session:
        session.execute("set timezone = 'UTC'")
        session.execute(
            f"""
            insert into {table} (c, "Id", b, d)
            select {parts} from generate_series(1, 8) n
            """
        )
        query = f"select {key} from {table} order by c"
        keys = [row[0] for row in session.execute(query)]
        for pk in keys[:4]:
            session.execute("select kw.bind(%s, %s, %s)", (table, pk, field))
        session.execute("select kw.bind(%s, '*', %s)", (table, field))
        quoted = '"The %s ""f"""'.replace("%", "%%")
        fill = f"update {table.replace('%', '%%')} set {quoted} = kw.encrypt_text(%s, {key}, %s, b)"
        session.execute(fill, (table, field))
        for pk in (*keys[:4], "*"):
            session.execute("select kw.rotate(%s, %s, %s)", (table, pk, field))
        code, result = run(table, field, "--batch", 2)
        assert (code, result["reencrypted"], result["failed"]) == (0, 8, [])
        states = [(one["state"], one["scope"], one["values"]) for one in result["generations"]]
        assert states == [
            ("current", "cell", 4),
            ("current", "column", 4),
            ("earlier", "column", 0),
        ]
        decrypted = f"kw.decrypt_text(%s, {key}, %s, {quoted})"
        same = f"select bool_and({decrypted} = b) from {table.replace('%', '%%')}"
        assert session.execute(same, (table, field)).fetchone() == (True,)


@pytest.mark.parametrize("kind", ["text", "uuid", "integer", "varchar(40)", "date"])
def test_keys_of_every_type_are_paged(
    db: Database, run: Run, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(protected_column, "PAGE", 2)
    value = {
        "uuid": "('00000000-0000-4000-8000-00000000000' || n)::uuid",
        "integer": "n - 4",
        "date": "date '2026-01-01' + n",
    }.get(kind, "case n when 5 then '*' when 6 then repeat('x', 40) else '[' || n end")
    db.sql(f"create table t (id {kind} primary key, f bytea)")
    db.sql("select kw.bind('t', '*', 'f')")
    db.sql(
        "insert into t select v, kw.encrypt_text('t', kw.entity_key(v::text), 'f', 'x')"
        f" from (select {value} as v from generate_series(1, 7) n) n"
    )
    db.sql("select kw.rotate('t', '*', 'f')")
    code, result = run("t", "f")
    assert (code, result["reencrypted"], result["failed"]) == (0, 7, [])


@pytest.mark.parametrize("pk", ["*", "3"])
def test_values_of_wider_bindings_move(db: Database, run: Run, pk: str) -> None:
    db.sql("create table people (id bigint primary key, ssn bytea)")
    db.sql("select kw.bind('people', %s)", pk)
    db.sql("insert into people values (3, kw.encrypt_text('people', 3, 'ssn', 'v'))")
    for _ in range(3):
        db.sql("select kw.rotate('people', %s)", pk)
    code, result = run("people", "ssn")
    assert (code, result["reencrypted"]) == (0, 1)
    assert db.sql(OPENED) == [(3, "v")]


def test_partitions_children_and_dropped_columns(
    db: Database, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protected_column, "PAGE", 3)
    db.sql(
        """
        create table people (id bigint primary key, gone int, ssn bytea);
        alter table people drop column gone;
        create table child () inherits (people);
        create table parts (id bigint primary key, gone int, ssn bytea) partition by range (id);
        alter table parts drop column gone;
        create table p1 partition of parts for values from (0) to (5);
        create table p2 (ssn bytea, id bigint primary key);
        alter table parts attach partition p2 for values from (5) to (100)
        """
    )
    db.sql("select kw.bind(t, '*', 'ssn') from unnest(array['people', 'parts']) t")
    for table in ("parts", "people", "child"):
        name = "people" if table == "child" else table
        db.sql(
            f"insert into {table} (id, ssn) select n, kw.encrypt_text(%s, n, 'ssn', 'v')"
            " from generate_series(1::bigint, 9) n",
            name,
        )
    db.sql("select kw.rotate(t, '*', 'ssn') from unnest(array['people', 'parts']) t")
    assert run("parts", "ssn", "--batch", 4)[1]["reencrypted"] == 9
    code, result = run("public.people", "ssn", "--batch", 4)  # each key twice
    assert (code, result["reencrypted"], result["left"]) == (0, 18, 0)
    for table in ("only people", "child"):  # of the same key, one value is old
        db.sql("select kw.rotate('people', '*', 'ssn')")
        db.sql(f"update {table} set ssn = kw.reencrypt('people', id, 'ssn', ssn)")
        code, result = run("people", "ssn")
        assert (code, result["generations"][0]["values"]) == (0, 18)


def test_the_rate_is_kept(db: Database, run: Run) -> None:
    people(db, 30)
    began = time.monotonic()
    assert run("people", "ssn", "--rate", 10)[1]["reencrypted"] == 30
    assert time.monotonic() - began >= 3.0
    sizes = "select count(*)::int from people group by xmin::text"
    assert db.sql(sizes) == [(10,)] * 3


# -- what fails -----------------------------------------------------------------------------------


def test_a_value_that_does_not_decrypt_is_listed_and_the_rest_goes_on(
    db: Database, kwtools: Kwtools, run: Run
) -> None:
    people(db, 12)
    db.sql("update people set ssn = (select ssn from people where id = 1) where id = 3")
    db.sql("update people set ssn = set_byte(ssn, 50, get_byte(ssn, 50) # 1) where id = 7")
    db.sql("select kw.bind('people', 5, 'ssn')")
    db.sql("update people set ssn = kw.reencrypt('people', id, 'ssn', ssn) where id = 5")
    db.sql("select kw.shred('people', 5, 'ssn')")
    db.sql("update people set ssn = 'plain' where id = 8")
    code, result = run("people", "ssn", "--batch", 5)
    assert code == 1
    assert (result["reencrypted"], result["failures"]) == (8, 2)
    failed = [(one["key"], one["sqlstate"]) for one in result["failed"]]
    assert failed == [("3", "KW300"), ("7", "KW300")]
    code, out, _ = kwtools("reencrypt", "people", "ssn", "--dsn", db.dsn, "--retire")
    assert code == 1
    assert "2 values failed: repair them and run it again\n" in out
    assert "2 values of earlier generations remain: run it again\n" in out
    assert "left out: 1 value: under keys that were shredded\n" in out
    assert "left out: 1 value: not ciphertexts\n" in out
    assert "0 wrappers of earlier generations retired\n" in out


@pytest.mark.parametrize(
    ("setup", "arguments", "said"),
    [
        ("alter table people drop constraint people_pkey", ["people", "ssn"], "primary key"),
        ("select 1", ["people", "name"], "not a column of type kw.ciphertext or bytea"),
        ("select 1", ["people", "none"], 'column "none" of table "people" does not exist'),
        ("select 1", ["nowhere", "ssn"], 'table "nowhere" does not exist in this database'),
        ("select 1", ["crm.people", "ssn"], 'table "crm.people" does not exist'),
        (
            "create view people_seen as select * from people",
            ["people_seen", "ssn"],
            '"people_seen" is not a table',
        ),
        (
            "alter table people add g bytea generated always as (ssn) stored",
            ["people", "g"],
            "generated",
        ),
        ("select kw.bind('crm.people', '*', 'ssn')", ["crm.people", "ssn"], "crm.people"),
    ],
)
def test_what_cannot_be_moved_is_exit_code_1(
    db: Database, kwtools: Kwtools, setup: str, arguments: list[str], said: str
) -> None:
    people(db, 1)
    db.sql(setup)
    code, out, err = kwtools("reencrypt", "--dsn", db.dsn, *arguments)
    assert (code, out) == (1, "")
    assert said in err


def test_hidden_rows_are_refused(db: Database, run: Run, make_role: Callable[..., str]) -> None:
    people(db, 3)
    role = make_role("kw_client")
    db.sql(f"grant select, update on people to {role}")
    dsn = db.place.dsn(db.name, role)
    db.sql("alter table people enable row level security")
    db.sql("create policy below on people using (id < 3)")
    code, message = run("people", "ssn", "--dsn", dsn)
    assert code == 1
    assert "row-level security of public.people hides rows" in message
    db.sql("alter table people disable row level security")
    code, result = run("people", "ssn", "--dsn", dsn)
    assert (code, result["reencrypted"]) == (0, 3)
    code, message = run("people", "ssn", "--dsn", dsn, "--retire")
    assert code == 1


def test_a_role_that_may_not_update_is_refused(
    db: Database, run: Run, make_role: Callable[..., str]
) -> None:
    people(db, 3)
    role = make_role("kw_client")
    db.sql(f"grant select on people to {role}")
    code, message = run("people", "ssn", "--dsn", db.place.dsn(db.name, role))
    assert code == 1
    assert "permission denied" in message


@pytest.mark.parametrize(
    ("option", "given", "allowed"),
    [
        ("--batch", "0", "1 to 10000"), ("--batch", "10001", "1 to 10000"),
        ("--rate", "0", "1 to 1000000"), ("--wait", "x", "0 to 86400"),
    ],
)  # fmt: skip
def test_a_number_out_of_range_is_exit_code_2_and_the_range_is_named(
    kwtools: Kwtools, option: str, given: str, allowed: str
) -> None:
    code, _, err = kwtools("reencrypt", "people", "ssn", option, given)
    assert (code, f"{given} is not a whole number from {allowed}\n" in err) == (2, True)


def test_a_deadlock_is_tried_again_and_an_outage_stops_the_run(
    db: Database, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(db, 4)
    real = psycopg.Connection.execute
    errors: list[psycopg.Error] = []

    class Throttled(psycopg.Error):
        sqlstate = "KW208"

    def execute(self: Any, query: Any, *rest: Any, **named: Any) -> Any:
        if "kw.reencrypt_many" in str(query) and errors:
            raise errors.pop()
        return real(self, query, *rest, **named)

    monkeypatch.setattr(psycopg.Connection, "execute", execute)
    errors += [psycopg.errors.DeadlockDetected("again"), psycopg.errors.SerializationFailure("")]
    errors.append(psycopg.errors.LockNotAvailable("in use"))
    code, result = run("people", "ssn", "--batch", 2)
    assert (code, result["reencrypted"], errors) == (0, 4, [])
    db.sql("select kw.rotate('people', '*', 'ssn')")
    errors.append(Throttled("too many"))
    code, message = run("people", "ssn")
    assert code == 3
    assert "a KMS is not available" in message
    assert "0 values were re-encrypted before" in message


# -- beside others --------------------------------------------------------------------------------


def test_what_another_transaction_changes_is_left_and_its_change_stays(
    db: Database, kwtools: Kwtools, run: Run
) -> None:
    people(db, 6)
    writer = db.connect()
    writer.execute("begin")
    writer.execute(
        "update people set ssn = kw.encrypt_text('people', 2, 'ssn', 'theirs') where id = 2"
    )
    writer.execute("update people set name = 'x' where id = 4")
    code, out, _ = kwtools("reencrypt", "people", "ssn", "--dsn", db.dsn)
    assert code == 1
    assert "4 values of people.ssn re-encrypted\n" in out
    assert "2 values left: another transaction" in out
    writer.execute("commit")
    code, result = run("people", "ssn")
    assert (code, result["reencrypted"]) == (0, 1)
    assert dict(db.sql(OPENED)) == {**dict(expected(6)), 2: "theirs"}


def test_what_changes_between_reading_and_storing_is_never_overwritten(
    db: Database, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The value changes, and its transaction commits, after the statement has read it."""
    people(db, 2)
    holder = db.connect()
    holder.execute("select pg_advisory_lock(7)")
    read = "from old o\n        )"
    assert read in protected_column._MOVE
    waits = protected_column._MOVE.replace(
        read, "from old o where pg_advisory_xact_lock(7) is not null\n        )"
    )
    monkeypatch.setattr(protected_column, "_MOVE", waits)
    monkeypatch.setattr(reencrypting, "_PATIENCE", "set local lock_timeout = '300s'")

    def write() -> None:
        waiting = (
            "select exists (select from pg_locks where locktype = 'advisory' and not granted"
            " and database = (select oid from pg_database where datname = current_database()))"
        )
        until(lambda: holder.execute(waiting).fetchone() == (True,))
        holder.execute(
            "update people set ssn = kw.encrypt_text('people', 1, 'ssn', 'theirs') where id = 1"
        )
        holder.execute("select pg_advisory_unlock(7)")

    writer = threading.Thread(target=write)
    writer.start()
    code, result = run("people", "ssn")
    writer.join()
    assert db.sql(OPENED) == [(1, "theirs"), (2, "v2")]
    assert (code, result["left"]) == (0, 0)


def test_no_update_of_many_writers_is_lost(db: Database) -> None:
    count, writers = 300, 4
    people(db, count)
    wanted: dict[int, str] = dict(expected(count))
    stop = threading.Event()

    def write(worker: int) -> None:
        with db.place.connect(db.name) as session:
            number = 0
            while not stop.is_set():
                number += 1
                pk = 1 + (number * writers + worker) % count
                pk -= (pk - worker) % writers  # each writer has rows of its own
                if pk < 1:
                    continue
                wanted[pk] = f"w{worker}-{number}"
                session.execute(
                    "update people set ssn = kw.encrypt_text('people', %s::bigint, 'ssn', %s)"
                    " where id = %s",
                    (pk, wanted[pk], pk),
                )

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(writers)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(3):
            db.sql("select kw.rotate('people', '*', 'ssn')")
            done = started(db, "--batch", "20")
            _, err = done.communicate(timeout=300)
            assert done.returncode in (0, 1), err
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert dict(db.sql(OPENED)) == wanted
    done = started(db, "--retire")
    out, err = done.communicate(timeout=300)
    assert done.returncode == 0, out + err
    assert dict(db.sql(OPENED)) == wanted


def test_a_trigger_fires_and_one_that_keeps_a_row_is_told(db: Database, kwtools: Kwtools) -> None:
    people(db, 3)
    db.sql(
        """
        create function public.keep() returns trigger language plpgsql as $$
        begin
            if new.id = 2 then return null; end if;
            if new.id = 3 then raise exception 'not this one'; end if;
            new.name := 'moved';
            return new;
        end $$;
        create trigger keep before update on people for each row execute function keep()
        """
    )
    code, out, _ = kwtools("reencrypt", "people", "ssn", "--dsn", db.dsn)
    assert code == 1
    assert "3\tP0001\tnot this one\n" in out
    assert "1 value left: another transaction, or a trigger, kept them" in out
    assert db.sql("select name from people order by id") == [("moved",), (None,), (None,)]


# -- interrupted ----------------------------------------------------------------------------------


@contextlib.contextmanager
def slow(db: Database) -> Iterator[None]:
    """Make each batch last, after its values are stored."""
    db.sql(
        """
        create function public.slow() returns trigger language plpgsql as $$
        begin perform pg_sleep(0.05); return null; end $$;
        create trigger slow after update on people for each row execute function slow()
        """
    )
    yield
    db.sql("drop trigger slow on people")


@pytest.mark.parametrize("how", ["kill", "terminate"])
def test_a_run_that_was_ended_goes_on_when_run_again(db: Database, run: Run, how: str) -> None:
    people(db, 60)
    with slow(db):
        process = started(db, "--batch", "5")
        until(lambda: 0 < db.sql(EARLIER)[0][0] < 60)
        if how == "kill":
            process.kill()
        else:
            db.sql(f"select pg_terminate_backend(pid) {RUNNING}")
        _, err = process.communicate(timeout=300)
        if how == "terminate":
            assert process.returncode == 3
            assert "the connection was lost" in err
        left = f"select count(*)::int {RUNNING}"
        until(lambda: db.sql(left) == [(0,)])
    remaining = db.sql(EARLIER)[0][0]
    assert 0 < remaining < 60
    assert remaining % 5 == 0
    code, result = run("people", "ssn")
    assert (code, result["reencrypted"]) == (0, remaining)
    assert db.sql(OPENED) == expected(60)


def test_ctrl_c_finishes_the_batch_and_says_so(db: Database, run: Run) -> None:
    people(db, 60)
    with slow(db):
        process = started(db, "--batch", "20")
        until(lambda: db.sql(EARLIER)[0][0] < 60)
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=300)
    assert process.returncode == 130
    assert "the batch in progress is finished" in err
    done = 60 - db.sql(EARLIER)[0][0]
    assert done in (20, 40)
    assert f"interrupted: {done} of 60 values are re-encrypted. Run it again to go on." in err
    assert out == f"{done} values of people.ssn re-encrypted\n"
    assert run("people", "ssn")[1]["reencrypted"] == 60 - done


def test_progress_is_told(db: Database, kwtools: Kwtools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kwtools.progress._SECONDS_BETWEEN_LINES", 0.0)
    people(db, 5)
    _, _, err = kwtools("reencrypt", "people", "ssn", "--dsn", db.dsn, "--batch", 3)
    assert re.findall(r"^Re-encrypting: (\d of 5)", err, re.MULTILINE) == ["3 of 5", "5 of 5"]


# -- retiring -------------------------------------------------------------------------------------


def test_an_older_transaction_is_named_and_the_values_are_moved(
    db: Database, kwtools: Kwtools, run: Run
) -> None:
    people(db, 3)
    reader = db.connect()
    reader.execute("begin isolation level repeatable read")
    reader.execute("select 1")
    arguments = ("reencrypt", "people", "ssn", "--dsn", db.dsn, "--retire", "--wait", 0)
    code, out, err = kwtools(*arguments)
    assert code == 1
    assert out == "3 values of people.ssn re-encrypted\n"
    assert f"process {reader.info.backend_pid} of role" in err
    assert reader.execute(OPENED).fetchall() == expected(3)
    reader.execute("commit")
    code, result = run("people", "ssn", "--retire")
    assert (code, result["retired"]) == (0, 1)
