"""A dump that PostgreSQL 15 and an earlier release wrote, restored under this release and server.

``data/RELEASE/dump.sql`` is what pg_dump 15 made of a database of that release.
"""

import json
from pathlib import Path

import pytest

from kwtools import sources
from tests.cli.conftest import Kwtools
from tests.conftest import Database
from tests.upgrade.test_upgrade import DATA, PROBLEMS, RELEASES, TOLD_OF, restore


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
    assert problems == TOLD_OF.get(release, [])
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
