"""``kwtools status``: what each database has, what is behind, and the exit codes."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kwtools import runtime, sources
from kwtools.cluster import Place, set_up
from kwtools.postgres import pg_config
from tests.conftest import Database
from tests.upgrade.conftest import RELEASED, Kwtools
from tests.upgrade.test_upgrade import OLDEST, RELEASES, create

LAST, THIS = RELEASES[-1], sources.version()


def status(kwtools: Kwtools, *options: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """Return exit code and rows by database."""
    code, out, err = kwtools("status", "--json", *options)
    assert err == ""
    return code, {row["database"]: row for row in json.loads(out)}


def test_a_current_database(kwtools: Kwtools, db: Database) -> None:
    code, rows = status(kwtools, "--dsn", db.dsn)
    assert (code, rows[db.name]) == (
        0,
        {
            "database": db.name, "state": "current", "extension": THIS, "scripts": THIS,
            "runtime": THIS, "older_sessions": 0, "detail": "",
        },
    )  # fmt: skip
    assert (
        kwtools("status", "--dsn", db.dsn)[1]
        == f"{db.name}\tcurrent\t{THIS}\t{THIS}\t{THIS}\t0\t\n"
    )


def test_a_database_without_the_extension(kwtools: Kwtools, empty: Database) -> None:
    code, rows = status(kwtools, "--dsn", empty.dsn)
    assert (code, rows[empty.name]["state"]) == (1, "not installed")


def test_an_ordinary_role_sees_versions_and_not_the_runtime(
    kwtools: Kwtools, db: Database, make_role: Callable[..., str]
) -> None:
    code, rows = status(kwtools, "--dsn", db.place.dsn(db.name, make_role()))
    row = rows[db.name]
    assert (code, row["state"], row["extension"], row["runtime"]) == (3, "unknown", THIS, None)
    assert "it takes a superuser" in row["detail"]


def test_a_database_that_cannot_be_reached(kwtools: Kwtools, db: Database) -> None:
    code, out, err = kwtools("status", "--dsn", db.place.dsn("no_such_database"))
    assert code == 3
    assert "no_such_database" in out + err


def test_all_databases_of_a_cluster(kwtools: Kwtools, own_cluster: Callable[..., Place]) -> None:
    place = own_cluster()
    scripts = place.destdir / pg_config("--sharedir").relative_to("/") / "extension"
    for script in RELEASED.glob("*.sql"):
        shutil.copy(script, scripts)
    databases = {"behind": LAST, "current": THIS, "Old one": OLDEST}
    for name, version in databases.items():
        with place.connect() as connection:
            connection.execute(f'create database "{name}"')
        with place.connect(name) as connection:
            connection.execute("create extension plpython3u")
            connection.execute(f"create extension kwtools version '{version}'")
    everything = ("--dsn", place.dsn(), "--all-databases")
    code, rows = status(kwtools, *everything)
    assert code == 1
    assert {name: (row["state"], row["extension"]) for name, row in rows.items()} == {
        "behind": ("wrong", LAST), "current": ("current", THIS), "Old one": ("wrong", OLDEST),
        "postgres": ("not installed", None), "template1": ("not installed", None),
    }  # fmt: skip
    assert f"the scripts lead to {THIS}" in rows["behind"]["detail"]
    assert f"/{LAST}/{runtime.python_tag()}: No such file" in rows["behind"]["detail"]
    for older in (LAST, OLDEST):  # as an earlier installation left it
        a_runtime(place, older)
    states = {name: row["state"] for name, row in status(kwtools, *everything)[1].items()}
    assert (states["behind"], states["Old one"]) == ("behind", "behind")

    # one that is refused keeps all of them as they are
    with place.connect("Old one") as connection:
        connection.execute("grant insert on kw.settings to kw_admin")
    code, out, err = kwtools("upgrade", *everything)
    assert (code, err) == (1, "kwtools: refused, and no database was changed\n")
    assert "Old one\trefused\ttable kw.settings\t" in out
    assert status(kwtools, *everything)[1]["behind"]["extension"] == LAST

    code, out, _ = kwtools("upgrade", *everything, "--accept", "table kw.settings")
    results = [line.split("\t")[:3] for line in out.splitlines() if "\tupgraded\t" in line]
    assert results == [["Old one", "upgraded", THIS], ["behind", "upgraded", THIS]]
    assert code == 0
    code, rows = status(kwtools, *everything)
    assert code == 0
    assert {row["extension"] for row in rows.values()} == {THIS, None}

    # what cannot be looked at
    with place.connect() as connection:
        connection.execute("alter database behind allow_connections false")
    code, rows = status(kwtools, *everything)
    assert (code, rows["behind"]["state"]) == (3, "unknown")
    code, _, err = kwtools("upgrade", *everything)
    assert (code, err) == (0, "kwtools: behind allows no connections, so it was not looked at\n")


def a_runtime(place: Place, version: str) -> Path:
    """Make this version's runtime stand for another's."""
    here, there = place.module_path / THIS, place.module_path / version
    shutil.copytree(here, there, ignore=shutil.ignore_patterns("__pycache__"))
    file = there / runtime.python_tag() / "kwruntime" / "_version.py"
    file.write_text(file.read_text().replace(THIS, version))
    return there


def test_sessions_with_older_code_are_counted_until_they_end(
    kwtools: Kwtools, own_cluster: Callable[..., Place]
) -> None:
    place = own_cluster()
    with place.connect() as connection:
        set_up(connection, "status")
    a_runtime(place, "99.0.0")
    scripts = place.destdir / pg_config("--sharedir").relative_to("/") / "extension"
    (scripts / f"kwtools--{THIS}--99.0.0.sql").write_text("select 1;\n")
    older = place.connect()
    older.execute("select kw.version()")
    with place.connect() as connection:
        connection.execute("alter extension kwtools update to '99.0.0'")
        load = "select prosrc from pg_proc where oid = 'kw._load'::regproc"
        (source,) = connection.execute(load).fetchone() or ("",)
        assert THIS in source
    code, rows = status(kwtools, "--dsn", place.dsn())
    row = rows["postgres"]
    assert (code, row["state"], row["older_sessions"]) == (1, "behind", 1)
    assert "1 sessions have other code until their next call" in row["detail"]
    older.close()


def test_several_databases_are_named(kwtools: Kwtools, db: Database, empty: Database) -> None:
    create(empty, LAST)
    code, rows = status(kwtools, "--dsn", db.dsn, "--dsn", empty.dsn)
    assert code == 1
    assert list(rows) == [db.name, empty.name]
    code, out, _ = kwtools("upgrade", "--dsn", db.dsn, "--dsn", empty.dsn)
    assert code == 0
    assert f"{empty.name}\tupgraded\t{THIS}\t" in out
    assert f"{db.name}\tcurrent\t{THIS}\tnothing to do" in out


@pytest.mark.parametrize("command", ["status", "upgrade"])
def test_all_databases_are_those_of_one_cluster(kwtools: Kwtools, command: str) -> None:
    code, out, err = kwtools(command, "--all-databases", "--dsn", "dbname=a", "--dsn", "dbname=b")
    assert (code, out) == (2, "")
    assert "--all-databases takes one --dsn" in err
