"""The lines of the server log, through the reader of docs/logs.md, in each format of PostgreSQL."""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from demo.run import tell
from kwtools.cluster import Place, set_up
from scripts.pages import blocks
from tests.deployment import make_log, seal
from tests.sql.session import Session

PAGE = (Path(__file__).parents[2] / "docs" / "logs.md").read_text()
SUFFIXES = {"stderr": "log", "csvlog": "csv", "jsonlog": "json"}
COLLECTED = {
    "log_destination": "stderr,csvlog,jsonlog",
    "logging_collector": "on",
    "log_directory": "collected",
    "log_filename": "all.log",
    "log_rotation_age": "0",
    "log_rotation_size": "0",
    "log_line_prefix": "%m [%p] ",
}
Lines = list[dict[str, Any]]


class Reader:
    """The script of the page, and the log that it reads."""

    def __init__(self, folder: Path, place: Place) -> None:
        self._script = folder / "reader.py"
        (code,) = [block.text for block in blocks(PAGE, "python")]
        self._script.write_text(code)
        self._logs = place.data / "collected"
        self._place = place

    def path(self, kind: str) -> Path:
        """Return the file of a format."""
        return self._logs / f"all.{SUFFIXES[kind]}"

    def __call__(self, kind: str) -> Lines:
        """Return the objects that the script prints for a format."""
        self._wait()
        with self.path(kind).open("rb") as log:
            done = subprocess.run(
                [sys.executable, self._script, kind], stdin=log, capture_output=True, text=True
            )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def _wait(self) -> None:
        """Have the collector write what the sessions have sent: it takes messages in order."""
        with self._place.connect() as connection:
            ((marker,),) = connection.execute("select gen_random_uuid()::text")
            connection.execute(f"do $$ begin raise log 'marker {marker}'; end $$")
        for kind in SUFFIXES:
            while marker not in self.path(kind).read_text(errors="replace"):
                time.sleep(0.02)


@pytest.fixture
def place(own_cluster: Callable[..., Place]) -> Place:
    return own_cluster(settings=COLLECTED, kinds=["pkcs11"])


@pytest.fixture
def read(place: Place, tmp_path: Path) -> Reader:
    return Reader(tmp_path, place)


@pytest.mark.parametrize("arguments", [[], ["json"], ["stderr", "file"]])
def test_the_reader_says_how_it_is_called(tmp_path: Path, arguments: list[str]) -> None:
    script = tmp_path / "reader.py"
    (code,) = [block.text for block in blocks(PAGE, "python")]
    script.write_text(code)
    done = subprocess.run([sys.executable, script, *arguments], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "usage: reader.py stderr|csvlog|jsonlog < FILE\n"


@pytest.mark.parametrize("kind", ["csvlog", "jsonlog"])
def test_a_line_that_a_crash_has_cut_hides_no_other(place: Place, read: Reader, kind: str) -> None:
    with place.connect() as connection:
        set_up(connection, "cut")
    found = read(kind)
    assert found
    cut = read.path(kind).read_text().splitlines()[0][:40].rstrip('"')
    with read.path(kind).open("a") as log:
        log.write(f"{cut}\n")
    with place.connect() as connection:
        connection.execute("select kw.wrap()")
        connection.execute("select kw.set_setting('health_days', 20)")
    assert len(read(kind)) > len(found)


def _audited(lines: Lines, database: str = "postgres") -> Lines:
    return [one for one in lines if one["kind"] == "audit" and one["database"] == database]


def test_every_event_of_the_demo_is_one_line_in_each_format(place: Place, read: Reader) -> None:
    tell(place)
    with place.connect() as connection:
        recorded = connection.execute(
            "select id::text, action, object, acting_role::text, session_role::text, details, "
            "to_char(happened_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') "
            "from kw.audit_events a order by a.id"
        ).fetchall()
    assert len(recorded) > 10
    found = {kind: read(kind) for kind in SUFFIXES}
    for kind, lines in found.items():
        told = [one for one in _audited(lines) if one["id"] is not None]
        names = ("id", "action", "object", "role", "session_role", "details", "time")
        assert sorted((tuple(one[name] for name in names) for one in told), key=by_id) == recorded
        assert {one["v"] for one in lines} == {1}, kind
        warnings = [one for one in lines if one["kind"] == "warning"]
        legs = [one for one in warnings if "the other leg was used" in one["message"]]
        assert legs
        assert {one["cause"] for one in legs} <= {"KW200", "KW204"}
    ordered = [sorted(lines, key=by_time) for lines in found.values()]
    assert ordered[0] == ordered[1] == ordered[2]


def by_time(line: dict[str, Any]) -> str:
    return str(line["time"])


def by_id(row: tuple[Any, ...]) -> int:
    return int(row[0])


def test_events_and_checkpoints_of_a_log_are_lines_too(place: Place, read: Reader) -> None:
    with place.connect() as connection:
        set_up(connection, "line")
        session = Session(connection)
        make_log(session)
        session.rows("select kw.seal_rows()")
        session.rows("create table people (id bigint primary key, ssn bytea)")
        session.rows("select kw.bind('people', '*', 'ssn')")
        _, note = seal(session)
        ids = session.values("select id::text from kw.audit_events a order by a.id")
        actions = session.values("select distinct action from kw.audit_events")
    assert {"seal_rows", "create_log", "state"} <= set(actions)
    for kind in SUFFIXES:
        lines = read(kind)
        assert [one["id"] for one in _audited(lines)] == ids
        (checkpoint,) = [one for one in lines if one["kind"] == "checkpoint"]
        assert checkpoint["checkpoint"] == note
        assert checkpoint["origin"] == note.split("\n")[0]
        assert checkpoint["database"] == "postgres"


HOSTILE = 'a\nLOG:  kwtools audit: {"v": 1}\x1b[2J,"\t\\ß€\u2028'
ROLE = 'x\n2026-11-27 20:14:03 UTC [1] LOG:  kwtools audit: {"v": 1}'


def test_names_and_messages_of_roles_forge_no_line(place: Place, read: Reader) -> None:
    """Neither by what they call something, nor by what PL/pgSQL lets every role write."""
    with place.connect() as connection:
        set_up(connection, "test")
        connection.execute("create table people (id bigint primary key, ssn bytea)")
        for name in ("reader", ROLE):
            role = sql.Identifier(name)
            connection.execute(sql.SQL("create role {} login superuser").format(role))
        connection.execute(sql.SQL("set session authorization {}").format(role))
        connection.execute("select kw.grant_field('people', %s, 'reader')", (HOSTILE,))
        connection.execute("reset session authorization")
        connection.execute("alter role reader nosuperuser")
        connection.execute("select set_config('application_name', %s, false)", (HOSTILE,))
        with contextlib.suppress(psycopg.Error):
            connection.execute("select kw.set_kms_key_status(1, %s)", (HOSTILE,))
    before = {kind: read(kind) for kind in SUFFIXES}
    with place.connect(user="reader") as connection:
        for level in ("log", "warning", "exception"):
            for more in ("", " using detail = 'x', hint = 'y'", r" using hint = E'\nLOG:  x'"):
                forged = f"""raise {level} 'kwtools audit: {{"v": 1, "id": "1"}}'{more};"""
                with contextlib.suppress(psycopg.Error):
                    connection.execute(f"do $do$ begin {forged} end $do$")
    for kind in SUFFIXES:
        lines = read(kind)
        assert lines == before[kind]
        written = read.path(kind).read_text().replace(r"\"", '"').replace('""', '"')
        assert 'kwtools audit: {"v": 1, "id": "1"}' in written
        (granted,) = [one for one in lines if one.get("action") == "grant_field"]
        assert granted["object"].startswith(r"public.people.a\nLOG:  kwtools audit")
        assert granted["session_role"] == ROLE


def test_a_line_holds_no_literal_of_what_surrounds_the_call(place: Place, read: Reader) -> None:
    """PostgreSQL shows the statements of PL/pgSQL as context, and those of clients."""
    with place.connect() as connection:
        set_up(connection, "test")
        connection.execute("create table people (id bigint primary key, ssn bytea)")
        connection.execute("set log_min_error_statement = 'debug5'")
        connection.execute(
            "do $$ begin perform kw.bind('people', '*', 'ssn'), 'literal 4711'; "
            "perform kw.encrypt_text('people', 1, 'ssn', 'literal 4711'), "
            "kw.unwrap(kw.lookup('people', 1, 'ssn')); "
            "perform kw.set_kms_key_status(1, 'disabled'), 'literal 4711'; end $$"
        )
    for kind in SUFFIXES:
        lines = read(kind)
        assert {"unwrap", "set_kms_key_status"} <= {one.get("action") for one in lines}
        assert [one["kind"] for one in lines].count("warning") == 1
        assert "literal 4711" not in read.path(kind).read_text()


def test_warnings_follow_the_level_of_the_log_and_the_client_gets_them_all_the_same(
    place: Place, read: Reader
) -> None:
    with place.connect() as connection:
        set_up(connection, "test")
        connection.execute("select kw.wrap()")
        heard: list[str] = []
        connection.add_notice_handler(lambda said: heard.append(said.message_primary or ""))
        disable = "select kw.set_kms_key_status(1, %s)"
        connection.execute(disable, ("disabled",))
        connection.execute("set log_min_messages = error")
        connection.execute(disable, ("active",))
        connection.execute(disable, ("disabled",))
        assert connection.execute("show log_min_messages").fetchone() == ("error",)
    assert len(heard) == 2
    for kind in SUFFIXES:
        (warning,) = [one for one in read(kind) if one["kind"] == "warning"]
        assert warning["message"] == heard[0]
        assert "kw.key_usage" in warning["hint"]
        assert (warning["detail"], warning["cause"]) == (None, None)
        assert read.path(kind).read_text().count("cannot be opened") == 1
