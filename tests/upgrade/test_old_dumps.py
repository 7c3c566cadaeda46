"""A dump that PostgreSQL 15 and an earlier release wrote, restored under this release and server.

``data/RELEASE/dump.sql`` is what pg_dump 15 made of a database of that release.
"""

import json
from pathlib import Path

import pytest

from kwtools import sources
from tests.cli.conftest import Kwtools
from tests.conftest import Database
from tests.upgrade.test_upgrade import DATA, PROBLEMS, RELEASES, TOLD_OF_RESTORED, restore


def test_the_dumps_are_those_of_postgresql_15() -> None:
    for release in RELEASES:
        head = (DATA / release / "dump.sql").read_text()[:1000]
        assert "-- Dumped by pg_dump version 15." in head, release


@pytest.mark.parametrize("release", RELEASES)
def test_a_dump_of_a_release_on_15_is_restored_here_and_opens(
    with_releases: object, target: Database, kwtools: Kwtools, release: str
) -> None:
    code, out, err = kwtools(
        "restore", DATA / release / "dump.sql", "--dsn", target.dsn, "--reclaim", "--json"
    )
    problems = [(one["check"],) for one in json.loads(out) if one["result"] == "problem"]
    assert problems == TOLD_OF_RESTORED.get(release, [])
    assert (code, err) == (1 if problems else 0, "")
    assert target.sql("select extversion from pg_extension where extname = 'kwtools'") == [
        (sources.version(),)
    ]
    read = "select kw.decrypt_text('people', id, 'ssn', ssn) from people order by id"
    assert target.sql(read) == [("one",), ("two",), ("three",)]
    assert target.sql(PROBLEMS) == []


@pytest.mark.parametrize("release", RELEASES)
def test_the_database_of_a_release_is_dumped_before_its_upgrade(
    empty: Database, target: Database, kwtools: Kwtools, tmp_path: Path, release: str
) -> None:
    restore(empty, release)
    path = tmp_path / "before.dump"
    code, out, err = kwtools("dump", path, "--dsn", empty.dsn, "--json")
    if release in ("0.1.0", "0.2.0"):  # without private keys of KEM layers
        assert (code, out) == (1, "")
        assert "Use pg_dump of the whole database" in err
        assert list(tmp_path.iterdir()) == []
        return
    assert (code, err) == (0, "")
    assert json.loads(out)["extension"] == release
    _, out, err = kwtools("restore", path, "--dsn", target.dsn, "--json")
    found = {one["check"]: one["result"] for one in json.loads(out)}
    assert (found["rows"], found["restore"], err) == ("ok", "ok", "")
    assert target.sql(PROBLEMS) == []


@pytest.mark.parametrize("release", RELEASES)
def test_a_drill_proves_a_dump_of_a_release_on_15(
    with_releases: object, kwtools: Kwtools, release: str, target: Database
) -> None:
    code, out, err = kwtools(
        "restore", DATA / release / "dump.sql", "--verify-only",
        "--providers-file", target.place.providers_file, "--json",
    )  # fmt: skip
    assert (code, err) == (0, ""), out
    report = json.loads(out)
    assert report["readable"] is True
    assert report["wrappers"]["checked"] > 0
    assert Path(f"{DATA / release}/dump.sql.kwtools.json").exists() is False


@pytest.mark.parametrize("release", RELEASES)
def test_tables_of_a_restored_dump_of_a_release_are_renamed(
    with_releases: object, target: Database, kwtools: Kwtools, release: str
) -> None:
    kwtools("restore", DATA / release / "dump.sql", "--dsn", target.dsn, "--reclaim")
    names = "select entity_table, bound_as from kw.entities"
    assert target.sql(f"{names} where bound_as <> entity_table") == []
    target.sql("alter table people rename to persons")
    target.sql("select kw.rebind('people', 'persons')")
    target.sql("create table people (id bigint primary key, ssn bytea)")
    target.sql("select kw.bind('people', '*', 'ssn')")
    target.sql("insert into people values (1, kw.encrypt_text('people', 1, 'ssn', 'new'))")
    read = "select kw.decrypt_text('{0}', id, 'ssn', ssn) from {0} order by id"
    assert target.sql(read.format("persons")) == [("one",), ("two",), ("three",)]
    assert target.sql(read.format("people")) == [("new",)]
    bound = dict(target.sql(f"{names} where entity_table in ('public.people', 'public.persons')"))
    assert bound["public.persons"] == "public.people"
    assert bound["public.people"].startswith("~.")
    assert target.sql(PROBLEMS) == []


@pytest.mark.parametrize("release", RELEASES)
def test_bindings_follow_a_rename_from_before_the_upgrade(empty: Database, release: str) -> None:
    restore(empty, release)
    empty.sql("alter table people rename to persons")
    empty.sql("alter extension kwtools update")
    empty.sql("select kw.rebind('people', 'persons')")
    read = "select kw.decrypt_text('persons', id, 'ssn', ssn) from persons order by id"
    assert empty.sql(read) == [("one",), ("two",), ("three",)]
    assert empty.sql(PROBLEMS) == []
