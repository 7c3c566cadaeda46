"""``kwtools restore``: a dump comes back with its keys, checked, and says what is left to do."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Kwtools
from tests.conftest import Database, unique
from tests.deployment import make_log, seal
from tests.sql.session import Session

SET_UP = """
create table people (id bigint primary key, ssn bytea);
insert into people select g from generate_series(1, 300) g;
select kw.bind_many('people', array_agg(id::text), 'ssn') from people;
update people set ssn = kw.encrypt_text('people', id, 'ssn', 'n' || id);
select kw.grant_field('people', 'ssn', 'pg_monitor');
"""
READ = "select string_agg(kw.decrypt_text('people', id, 'ssn', ssn), ',' order by id) from people"
FORMATS = {
    "custom": ["-Fc"],
    "folder": ["-Fd"],
    "tar": ["-Ft"],
    "plain": ["-Fp"],
    "inserts": ["--inserts"],
}


@pytest.fixture
def filled(db: Database) -> Database:
    """A database with something to protect."""
    db.sql("select")
    with db.place.connect(db.name) as connection:
        connection.execute(SET_UP)
    return db


def dump(db: Database, path: Path, *options: str) -> Path:
    """Return the path of a dump, made."""
    environment = {**os.environ, **db.place.environment(db.name)}
    subprocess.run(["pg_dump", *options, "-f", path], env=environment, check=True)
    return path


@pytest.mark.parametrize("format_", FORMATS)
def test_a_dump_of_any_format_comes_back_with_its_keys(
    filled: Database, target: Database, kwtools: Kwtools, tmp_path: Path, format_: str
) -> None:
    path = dump(filled, tmp_path / "the dump", *FORMATS[format_])
    code, out, err = kwtools("restore", path, "--dsn", target.dsn, "-j", "3")
    assert (code, err) == (0, "")
    lines = [line.split("\t") for line in out.splitlines()]
    assert [line[:2] for line in lines[:2]] == [["rows", "not compared"], ["restore", "ok"]]
    assert ["name public.people", "to re-claim"] in [line[:2] for line in lines]
    assert "pg_monitor" in out
    assert ["grant of public.people", "to confirm"] in [line[:2] for line in lines]
    target.sql("select kw.reclaim_entities()")
    target.sql("select kw.confirm_grants()")
    assert target.sql(READ) == filled.sql(READ)
    assert target.sql("select * from kw.doctor() where not ok") == []


def test_it_reclaims_where_it_is_asked_to_and_prints_json(
    filled: Database, target: Database, kwtools: Kwtools, tmp_path: Path
) -> None:
    path = dump(filled, tmp_path / "db.dump", "-Fc")
    code, out, _ = kwtools(
        "restore", path, "--dsn", target.place.dsn(), "-d", target.name, "--reclaim", "--json"
    )
    assert code == 0
    found = {row["check"]: row["result"] for row in json.loads(out)}
    assert found == {
        "rows": "not compared",
        "restore": "ok",
        "name public.people": "re-claimed",
        "grant of public.people": "to confirm",
    }
    assert target.sql(READ) == filled.sql(READ)


def test_the_data_alone_goes_into_a_schema_that_is_there(
    filled: Database, target: Database, kwtools: Kwtools, tmp_path: Path
) -> None:
    path = dump(filled, tmp_path / "db.dump", "-Fc")
    target.sql("create table people (id bigint primary key, ssn bytea)")
    code, _, err = kwtools("restore", path, "--dsn", target.dsn, "--data-only")
    assert code == 1
    assert f"extension kwtools does not exist in database {target.name}" in err
    target.sql("create extension kwtools cascade")
    assert kwtools("restore", path, "--dsn", target.dsn, "--data-only", "--reclaim")[0] == 0
    assert target.sql(READ) == filled.sql(READ)
    code, _, err = kwtools("restore", path, "--dsn", target.dsn, "--data-only")
    assert code == 1
    assert "already has data keys" in err


def test_the_plan_prints_the_commands_and_changes_nothing(
    filled: Database, target: Database, kwtools: Kwtools, tmp_path: Path
) -> None:
    path = dump(filled, tmp_path / "db.dump", "-Fc")
    code, out, err = kwtools("restore", path, "--dsn", target.dsn + " password=secret", "--plan")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["schema", "keys", "data", "indexes"]
    assert all("pg_restore --exit-on-error" in line and str(path) in line for line in lines)
    assert "secret" not in out
    assert target.sql("select extname from pg_extension") == [("plpgsql",)]


def test_what_is_not_empty_is_left_alone_and_an_interrupted_restore_begins_again(
    filled: Database, target: Database, kwtools: Kwtools, tmp_path: Path
) -> None:
    path = dump(filled, tmp_path / "db.dump", "-Fc")
    target.sql("create table somebodys (id int)")
    code, _, err = kwtools("restore", path, "--dsn", target.dsn)
    assert code == 1
    assert "is not empty" in err
    assert f"createdb -- {target.name}" in err
    assert target.sql("select extname from pg_extension") == [("plpgsql",)]


def test_a_step_that_fails_names_its_cause_and_the_way_out(
    filled: Database,
    target: Database,
    kwtools: Kwtools,
    tmp_path: Path,
    make_role: Callable[..., str],
) -> None:
    role = make_role()
    filled.sql(f"create table owned (id int); alter table owned owner to {role}")
    path = dump(filled, tmp_path / "db.dump", "-Fc")
    text = path.read_bytes()
    assert role.encode() in text
    path.write_bytes(text.replace(role.encode(), b"x" * len(role)))
    code, out, err = kwtools("restore", path, "--dsn", target.dsn)
    assert (code, out) == (1, "")
    assert "step schema failed" in err
    assert "does not exist" in err
    assert "run it again" in err
    # The schema is one transaction: nothing of it stays, so that it can simply be run again.
    assert target.sql("select extname from pg_extension") == [("plpgsql",)]
    path.write_bytes(text)
    assert kwtools("restore", path, "--dsn", target.dsn)[0] == 0
    filled.sql("drop table owned")
    target.sql("drop table owned")


def test_only_a_superuser_restores(
    filled: Database,
    target: Database,
    kwtools: Kwtools,
    tmp_path: Path,
    make_role: Callable[..., str],
) -> None:
    path = dump(filled, tmp_path / "db.dump", "-Fc")
    code, _, err = kwtools("restore", path, "--dsn", target.place.dsn(target.name, make_role()))
    assert code == 2
    assert "is not a superuser" in err


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (None, 2, "does not exist"),
        (b"", 2, "is not a dump"),
        (b"\x1f\x8b\x08", 2, "is compressed"),
        (b"--\n-- PostgreSQL database cluster dump\n--\n", 2, "is a dump of all databases"),
        (b"--\n-- PostgreSQL database dump\n--\n\\connect shop\n", 2, "is a dump of all databases"),
        (b"PGDMP\x01", 1, "cannot be read"),
    ],
)
def test_what_is_not_a_dump_is_told(
    kwtools: Kwtools, tmp_path: Path, content: bytes | None, code: int, said: str
) -> None:
    path = tmp_path / "file"
    if content is not None:
        path.write_bytes(content)
    found, out, err = kwtools("restore", path)
    assert (found, out) == (code, "")
    assert said in err


def test_a_dump_without_the_keys_is_refused(
    filled: Database, target: Database, kwtools: Kwtools, tmp_path: Path
) -> None:
    path = dump(filled, tmp_path / "public.dump", "-Fc", "-n", "public")
    code, _, err = kwtools("restore", path, "--dsn", target.dsn)
    assert code == 1
    assert "holds no kwtools" in err


def test_a_dump_in_sql_without_its_end_or_without_keys_is_refused(
    filled: Database, target: Database, kwtools: Kwtools, tmp_path: Path
) -> None:
    for name, options, said in (
        ("public.sql", ("-n", "public"), "holds no kwtools"),
        ("schema.sql", ("-s",), "holds no data of kwtools"),
        ("data.sql", ("-a", "-N", "kw"), "holds no kwtools"),
    ):
        path = dump(filled, tmp_path / name, *options)
        code, _, err = kwtools("restore", path, "--dsn", target.dsn)
        assert code == 1
        assert said in err
    path = dump(filled, tmp_path / "whole.sql")
    path.write_bytes(path.read_bytes()[:-200])
    code, _, err = kwtools("restore", path, "--dsn", target.dsn)
    assert code == 1
    assert "its last line is missing" in err
    assert target.sql("select extname from pg_extension") == [("plpgsql",)]


def test_a_report_of_an_earlier_dump_is_told(
    filled: Database, target: Database, kwtools: Kwtools, tmp_path: Path
) -> None:
    path = tmp_path / "db.dump"
    assert kwtools("dump", path, "--dsn", filled.dsn)[0] == 0
    filled.sql("insert into people select g from generate_series(301, 3000) g")
    dump(filled, path, "-Fc")
    code, _, err = kwtools("restore", path, "--dsn", target.dsn)
    assert code == 1
    assert "is not the dump that db.dump.kwtools.json is of" in err
    Path(f"{path}.kwtools.json").unlink()
    assert kwtools("restore", path, "--dsn", target.dsn)[0] == 0


def test_it_creates_the_database_and_drops_it_where_it_fails(
    filled: Database, kwtools: Kwtools, tmp_path: Path
) -> None:
    name = unique("created")
    path = dump(filled, tmp_path / "db.dump", "-Fc")
    create = ("--dsn", filled.place.dsn(), "-d", name, "--create")
    exists = f"select count(*) from pg_database where datname = '{name}'"
    assert kwtools("restore", path, *create, "--plan")[0] == 0
    assert filled.sql(exists) == [(0,)]
    damaged = tmp_path / "damaged.dump"
    damaged.write_bytes(path.read_bytes()[:-3000])
    code, _, err = kwtools("restore", damaged, *create)
    assert code == 1
    assert "failed" in err
    assert filled.sql(exists) == [(0,)]
    try:
        code, out, err = kwtools("restore", path, *create, "--reclaim")
        assert (code, err) == (0, ""), out
        with filled.place.connect(name) as connection:
            assert connection.execute(READ).fetchall() == filled.sql(READ)
        code, _, err = kwtools("restore", path, *create)
        assert code == 3
        assert "already exists" in err
    finally:
        filled.sql(f"drop database {name} with (force)")


def test_it_creates_no_database_without_a_name(kwtools: Kwtools, tmp_path: Path) -> None:
    for options in ((), ("-d", "x", "--data-only")):
        code, _, err = kwtools("restore", tmp_path, "--create", *options)
        assert code == 2
        assert "--create requires --dbname" in err


# -- the log ------------------------------------------------------------------------------------


def results(out: str) -> dict[str, list[str]]:
    """Return result, detail and hint of each check."""
    return {one["check"]: [one["result"], one["detail"], one["hint"]] for one in json.loads(out)}


def test_entries_that_a_restore_has_lost_are_told(
    filled: Database, target: Database, kwtools: Kwtools, tmp_path: Path
) -> None:
    session = Session(filled.connect())
    make_log(session)
    size, note = seal(session)
    kept, newest = tmp_path / "kept", tmp_path / "newest"
    kept.write_text(note)
    path = dump(filled, tmp_path / "db.dump", "-Fc")
    session.rows("select kw.set_setting('cache_seconds', 10)")
    later, note = seal(session)
    newest.write_text(note)
    arguments = ("restore", path, "--json", "--dsn")
    code, out, _ = kwtools(*arguments, target.dsn, "--checkpoint", newest)
    assert code == 1
    result, detail, hint = results(out)["log"]
    assert (result, f"has {size} entries, {size} of them signed" in detail) == ("ok", True)
    assert "kwtools verify --state FILE" in hint
    assert "kwtools deployment acknowledge FILE" in hint
    result, detail, hint = results(out)["log and checkpoint"]
    assert (result, f"{newest} has {later} entries, but the log has {size}" in detail) == (
        "problem",
        True,
    )
    assert "kwtools deployment acknowledge" in hint
    name = unique("restored")
    code, out, _ = kwtools(
        *arguments, target.place.dsn(), "-d", name, "--create", "--checkpoint", kept
    )
    assert (code, results(out)["log and checkpoint"][0]) == (0, "ok")


def test_a_dump_without_a_checkpoint_has_lost_every_entry(
    filled: Database, target: Database, kwtools: Kwtools, tmp_path: Path
) -> None:
    path = dump(filled, tmp_path / "db.dump", "-Fc")
    session = Session(filled.connect())
    make_log(session)
    (tmp_path / "kept").write_text(seal(session)[1])
    arguments = ("restore", path, "--dsn", target.dsn, "--json", "--checkpoint")
    assert kwtools(*arguments, tmp_path / "none")[0] == 2
    assert kwtools(*arguments, tmp_path / "kept", "--verify-only")[0] == 2
    code, out, _ = kwtools(*arguments, tmp_path / "kept")
    assert (code, results(out)["log and checkpoint"][0]) == (1, "problem")
    assert "log" not in results(out)
