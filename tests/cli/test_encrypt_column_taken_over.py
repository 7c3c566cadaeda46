"""``kwtools encrypt-column --taken-over-from``: columns that another tool encrypted."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Kwtools
from tests.conftest import Database
from tests.unit.test_foreign import vector_of

KEY = "an-0ld-passw0rd-4711"
FROM = ("--taken-over-from", "pgcrypto-pgp")
Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def users(db: Database) -> Database:
    """A database with a column that pgcrypto encrypted."""
    db.sql("create extension pgcrypto")
    db.sql("create table public.users (id bigint primary key, ssn bytea)")
    db.sql(
        "insert into users select n, pgp_sym_encrypt('of ' || n, %s, 's2k-mode=1')"
        " from generate_series(1, 500) n",
        KEY,
    )
    db.sql("analyze users")
    return db


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "old.key"
    path.write_text(f"{KEY}\n")
    return path


@pytest.fixture
def run(kwtools: Kwtools, users: Database, key_file: Path) -> Run:
    """``run(…)``: exit code of the command with the key, and its JSON, or its error."""

    def run(*arguments: object, key: object = key_file) -> tuple[int, Any]:
        given = ("users", "ssn", *(("--old-key-file", key) if key else ()), *arguments)
        code, out, err = kwtools("encrypt-column", "--json", "--dsn", users.dsn, *given)
        return code, json.loads(out) if out else err

    return run


def decrypted(users: Database, key: int) -> object:
    query = "select kw.decrypt_text('users', id, 'ssn', ssn) from users where id = %s"
    return users.sql(query, key)[0][0]


def test_a_column_is_taken_over_in_phases_and_goes_on(run: Run, users: Database) -> None:
    code, found = run(*FROM, "--until", "expanded", key=None)
    assert (code, found["status"], found["taken_over_from"]) == (0, "expanded", "pgcrypto-pgp")
    code, message = run(key=None)
    assert code == 1
    assert "old_key is null" in message
    assert "--old-key-file (old_key)" in message
    code, found = run("--batch", 100)
    assert (code, found["status"], found["encrypted"], found["verified"]) == (
        *(0, "verified"),
        *(500, 500),
    )
    users.sql("update users set ssn = pgp_sym_encrypt('new', %s) where id = 7", KEY)
    code, found = run("--until", "cut_over")
    assert (code, found["status"], found["encrypted"]) == (0, "cut_over", 501)
    assert [decrypted(users, key) for key in (7, 8)] == ["new", "of 8"]
    assert run("--until", "contracted", key=None)[1]["status"] == "contracted"
    assert [decrypted(users, key) for key in (7, 8)] == ["new", "of 8"]


def test_an_undo_asks_before_it_loses_values(run: Run, users: Database) -> None:
    assert run(*FROM, "--until", "cut_over")[0] == 0
    users.sql("update users set ssn = kw.encrypt_text('users', 7, 'ssn', 'new') where id = 7")
    code, message = run("--undo", key=None)
    assert code == 1
    assert "undo would lose 1 value" in message
    assert "--discard-newer (discard_newer)" in message
    code, found = run("--undo", "--discard-newer", key=None)
    assert (code, found["status"]) == (0, "undone")
    assert users.sql("select count(*) from users where ssn is null") == [(1,)]


def test_a_plan_counts_what_opens_and_stops(run: Run, users: Database) -> None:
    clear = bytes.fromhex(vector_of("pgcrypto-pgp", "bf")["value"])
    users.sql("update users set ssn = %s where id = 7", clear)
    code, found = run(*FROM, "--plan")
    assert code == 1
    obstacles = [(step["name"], step["detail"]) for step in found["steps"] if step["is_obstacle"]]
    assert [name for name, _ in obstacles] == ["in the clear"]
    assert obstacles[0][1].endswith("keys of rows: 7")
    code, message = run(*FROM)
    assert code == 1
    assert "1 value of public.users.ssn cannot be taken over" in message
    options = ("--takeover-options", '{"accept_in_the_clear": true}')
    assert run(*FROM, *options, "--plan")[0] == 0
    assert run(*FROM, *options)[1]["status"] == "verified"
    assert users.sql("select count(*) from kw.protections") == [(1,)]


def test_options_that_do_not_fit_are_refused(run: Run) -> None:
    code, message = run("--takeover-options", "{}{")
    assert (code, "must be a JSON object" in message) == (2, True)
    code, message = run("--takeover-options", '{"binary": true}')
    assert (code, "requires --taken-over-from" in message) == (2, True)
    code, message = run(*FROM, "--discard-newer")
    assert (code, "requires --undo" in message) == (2, True)


def test_the_key_is_read_from_stdin(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(KEY.encode())))
    assert run(*FROM, key="-")[1]["status"] == "verified"


def test_the_key_is_in_no_log_or_statistic(run: Run, users: Database, key_file: Path) -> None:
    """Also where the server logs each statement, and the parameters of those that fail."""
    users.sql(
        f"alter database {users.name} set log_statement = 'all';"
        f" alter database {users.name} set log_parameter_max_length_on_error = -1;"
        f" alter database {users.name} set log_min_duration_statement = 0"
    )
    begin = users.place.log.stat().st_size
    assert run(*FROM, "--plan")[0] == 0
    key_file.write_text(f"{KEY}-but-wrong")
    code, message = run(*FROM)
    assert code == 1
    assert KEY not in message
    key_file.write_text(KEY)
    assert run("--until", "contracted")[0] == 0
    with users.place.log.open(errors="replace") as log:
        log.seek(begin)
        logged = log.read()
    for what in ("kw.plan_protection(", "kw.protect_backfill(", "cannot be taken over"):
        assert what in logged
    assert KEY not in logged
    assert KEY.encode().hex() not in logged
