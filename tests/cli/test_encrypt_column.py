"""``kwtools encrypt-column``: plans, phases, progress and undo."""

import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests.cli.conftest import Kwtools
from tests.conftest import Database

Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def people(db: Database) -> Database:
    """A database with a table of plaintext."""
    db.sql("create table public.people (id bigint primary key, email text)")
    db.sql("insert into people select n, 'm' || n from generate_series(1, 500) n; analyze people")
    return db


@pytest.fixture
def run(kwtools: Kwtools, people: Database) -> Run:
    """``run('people', 'email', …)``: exit code, and the JSON that it prints, or its error."""

    def run(*arguments: object) -> tuple[int, Any]:
        code, out, err = kwtools("encrypt-column", "--json", "--dsn", people.dsn, *arguments)
        return code, json.loads(out) if out else err

    return run


def test_a_column_goes_through_its_phases_and_back(run: Run, people: Database) -> None:
    code, found = run("people", "email", "--batch", 100)
    assert (code, found["status"], found["encrypted"], found["verified"]) == (
        *(0, "verified"),
        *(500, 500),
    )
    for until in ("verified", "cut_over"):
        assert run("people", "email", "--until", until)[1]["status"] == until
    query = "select kw.decrypt_text('people', 7, 'email', email) from people where id = 7"
    assert people.sql(query) == [("m7",)]
    assert run("people", "email", "--undo")[1]["status"] == "undone"
    assert people.sql("select email from people where id = 7") == [("m7",)]
    code, found = run("people", "email", "--until", "contracted")
    assert (code, found["status"]) == (0, "contracted")
    code, found = run("people", "email", "--undo")
    assert code == 1
    assert "plaintext is gone" in found
    code, found = run("--status")
    assert [one["status"] for one in found["columns"]] == ["undone", "contracted"]


def test_a_plan_changes_nothing_and_tells_of_obstacles(
    run: Run, people: Database, make_role: Callable[..., str]
) -> None:
    code, found = run("people", "email", "--plan")
    assert code == 0
    assert {"lock", "size", "time"} <= {step["kind"] for step in found["steps"]}
    role = make_role()
    people.sql(f"grant insert on people to {role}")
    code, found = run("people", "email", "--plan")
    assert code == 1
    assert [step["name"] for step in found["steps"] if step["is_obstacle"]] == [f"role {role}"]
    code, message = run("people", "email")
    assert code == 1
    assert f"cannot be protected yet. role {role}: may write the column" in message
    assert people.sql("select count(*) from kw.protections") == [(0,)]


def test_a_view_takes_the_name_of_the_table_and_values_are_found(
    run: Run, people: Database, kwtools: Kwtools
) -> None:
    people.sql("create unique index on people (email)")
    chosen = "--shown-by", "view", "--search", "equality", "--normaliser", "email"
    code, found = run("people", "email", "--plan", *chosen)
    assert code == 0
    assert {"view", "search"} <= {step["kind"] for step in found["steps"]}
    assert run("people", "email", "--until", "backfilled", *chosen)[1]["index_statements"] == [
        'create unique index concurrently "kw_protect_1_search" on public.people ("email_token")'
    ]
    code, found = run("people", "email", "--until", "contracted", *chosen)
    assert (code, found["status"], found["shown_by"], found["search"]) == (
        *(0, "contracted"),
        *("view", "equality"),
    )
    query = "select email from people where email_token = kw.blind_index('people', 'email', 'M7')"
    assert people.sql(query) == [("m7",)]
    code, out, _ = kwtools("encrypt-column", "--status", "--dsn", people.dsn)
    assert code == 0
    assert "view\tequality" in out
    code, message = run("people", "email", "--normaliser", "none")
    assert code == 1
    assert "normaliser must be one of" in message


def test_values_that_are_equal_when_normalised_are_named(run: Run, people: Database) -> None:
    people.sql("create unique index on people (email); update people set email = 'M3' where id = 4")
    chosen = "--search", "equality", "--normaliser", "ascii-lower"
    code, message = run("people", "email", *chosen)
    assert code == 1
    assert "equal when normalised" in message
    people.sql("update people set email = 'm4' where id = 4")
    code, found = run("people", "email", *chosen)
    assert (code, found["status"]) == (0, "verified")


def test_rows_that_differ_end_it_with_exit_code_1(run: Run, people: Database) -> None:
    run("people", "email", "--until", "backfilled")
    people.sql(
        "alter table people disable trigger zz_kw_protect_1;"
        " update people set email_encrypted = kw.encrypt_text('people', id, 'email', 'x')"
        " where id = 7;"
        " alter table people enable always trigger zz_kw_protect_1"
    )
    code, message = run("people", "email", "--until", "contracted")
    assert code == 1
    assert "1 rows of public.people.email differ from their ciphertexts: 7" in message


def test_a_row_that_somebody_holds_is_waited_for_at_the_end(run: Run, people: Database) -> None:
    code, found = run("people", "email", "--until", "expanded")
    assert (code, found["status"]) == (0, "expanded")
    holder = people.connect(autocommit=False)
    holder.execute("select from people where id = 3 for update")
    with people.connect() as session:
        passed = [
            session.execute(
                "select kw.protect_backfill('people', 'email', 10000),"
                " clock_timestamp() - statement_timestamp() >= '0.1 s'"
            ).fetchone()
            for _ in range(5)
        ]
        # A pass ends with a pause, so that the next ones do not keep the server busy.
        assert [row for row in passed if row and row[0] == 1] == [(1, True)] * 2
        counts = session.execute(
            "select count(*) filter (where email_encrypted is null) from people"
        ).fetchone()
    assert counts == (1,)
    holder.rollback()
    code, found = run("people", "email")
    assert (code, found["status"], found["encrypted"]) == (0, "verified", 500)


def test_only_the_owner_may_and_the_error_says_so(
    kwtools: Kwtools, people: Database, make_role: Callable[..., str]
) -> None:
    role = make_role("kw_client")
    dsn = people.place.dsn(people.name, role)
    code, _, err = kwtools("encrypt-column", "people", "email", "--dsn", dsn)
    assert code == 1
    assert "must be owner" in err
    code, _, err = kwtools("encrypt-column", "people", "--dsn", dsn)
    assert code == 2
    code, out, _ = kwtools("encrypt-column", "--status", "--dsn", dsn)
    assert (code, out) == (0, "no column has begun\n")


def test_triggers_of_the_table_find_the_search_path_of_the_database(
    run: Run, people: Database
) -> None:
    people.sql(
        "create schema app; create table app.changes (id bigint);"
        " create function app.note() returns trigger language plpgsql as"
        " 'begin insert into changes values (new.id); return new; end';"
        " create trigger note after update on people for each row execute function app.note()"
    )
    people.sql(f"alter database {people.name} set search_path = app, public")
    assert run("people", "email", "--until", "backfilled")[0] == 0
    assert people.sql("select count(*) from app.changes") == [(500,)]


def test_a_table_that_stays_in_use_is_told_of(people: Database) -> None:
    holder = people.connect(autocommit=False)
    holder.execute("select from people")
    session = people.connect()
    session.execute("set statement_timeout = '3s'")
    with pytest.raises(psycopg.errors.QueryCanceled):
        session.execute("select kw.protect_expand('people', 'email')")
    assert people.sql("select count(*) from kw.protections") == [(0,)]
