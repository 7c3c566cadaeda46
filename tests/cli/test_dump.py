"""``kwtools dump``: a whole dump with what opening it needs, or nothing."""

import json
import os
import shlex
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql

from kwtools import dump_report, dumping, sources
from kwtools.connections import connect
from kwtools.errors import BadUsage
from tests.cli import stored
from tests.cli.conftest import Kwtools
from tests.conftest import Database, copy_database, unique
from tests.deployment import happen, make_log, seal
from tests.sql.importing import Maker, take
from tests.sql.session import Session

FORMATS = ("custom", "directory", "tar", "plain")
TABLES = """
select c.relname::text from pg_class c
where c.relnamespace = 'kw'::regnamespace and c.oid = any (
    select unnest(e.extconfig) from pg_extension e where e.extname = 'kwtools'
) and c.relkind = 'r'
"""


def row_counts(db: Database) -> dict[str, int]:
    """Count the rows that are dumped; those of the catalogue come with the extension."""
    names = [name for (name,) in db.sql(TABLES) if name != "crypto_algorithms"]
    return {name: db.sql(f"select count(*) from kw.{name}")[0][0] for name in names}


def report_of(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(f"{path}.kwtools.json").read_text())
    return found


@pytest.mark.parametrize("jobs", [1, 4])
@pytest.mark.parametrize("format_", FORMATS)
def test_a_dump_comes_back_with_every_row_and_value(
    db: Database, target: Database, kwtools: Kwtools, tmp_path: Path, format_: str, jobs: int
) -> None:
    stored.fill(db)
    session = Session(db.connect())
    maker = Maker.of(session)
    take(session, maker.seal())
    session.rows(
        "insert into kw.generation_usage (binding_id, generation, nonces, is_full)"
        " select b.id, b.generation, 1, false from kw.encryption_bindings b limit 1"
    )
    session.rows("create table shown (id int primary key, f bytea)")
    session.rows("select kw.set_protected_field('shown', 'f', 'date', 'cell')")
    session.rows("select kw.create_protected_view('shown')")
    session.rows(
        "create table visits (id bigint primary key, place text);"
        " insert into visits select g, 'p' || g from generate_series(1, 20) g;"
        " select kw.protect_expand('visits', 'place'), kw.protect_backfill('visits', 'place', 10)"
    )
    session.rows(
        "create table stays (id bigint primary key, room text unique);"
        " insert into stays select g, 'r' || g from generate_series(1, 20) g"
    )
    chosen = "until => 'cut_over', shown_by => 'view', search => 'equality'"
    session.rows(f"call kw.protect('stays', 'room', {chosen})")
    make_log(session)
    happen(session, 300)
    seal(session)
    path = tmp_path / "shop dump"
    parallel = ["-j", jobs] if format_ == "directory" else []
    code, out, err = kwtools("dump", path, "--dsn", db.dsn, "--format", format_, *parallel)
    assert (code, err) == (0, "")
    assert f"dump\t{path}\t{format_}, database {db.name}\n" in out
    counted = row_counts(db)
    assert {name for name, count in counted.items() if not count} == {
        "log_cosignatures",
        "witnesses",
    }
    assert report_of(path)["rows"] == counted
    code, out, err = kwtools("restore", path, "--dsn", target.dsn, "-j", jobs, "--reclaim")
    assert (code, err) == (0, ""), out
    assert "rows\tok\tall " in out
    restored = row_counts(target)
    audited = restored.pop("audit_events") - counted.pop("audit_events")
    assert audited == 5  # the check and four names
    assert restored == counted
    assert target.sql(stored.READ) == db.sql(stored.READ)
    found = "select room from stays where room_token = kw.blind_index('stays', 'room', 'r7')"
    assert target.sql(found) == [("r7",)]
    target.sql("update stays set room = 'other' where id = 7")
    code, _, err = kwtools("encrypt-column", "stays", "room", "--undo", "--dsn", target.dsn)
    assert (code, err) == (0, "")
    assert target.sql("select room from stays where id = 7") == [("other",)]
    # what has begun goes on
    code, _, err = kwtools("encrypt-column", "visits", "place", "--dsn", target.dsn)
    assert (code, err) == (0, "")
    assert target.sql("select * from kw.verify() where sqlstate <> 'KW212'") == []


def test_the_report_says_what_opens_the_dump_and_has_no_key(
    db: Database, kwtools: Kwtools, tmp_path: Path, make_role: Callable[..., str]
) -> None:
    owner, member, granted = make_role(), make_role("kw_client"), make_role()
    stored.fill(db)
    with db.place.connect(db.name) as connection:
        for text, name in (
            ("create table owned (id integer); alter table owned owner to {}", owner),
            ("grant select on people to {}", granted),
        ):
            connection.execute(sql.SQL(text).format(sql.Identifier(name)))
    path = tmp_path / "shop.dump"
    code, out, _ = kwtools("dump", path, "--dsn", db.dsn, "--json")
    assert code == 0
    report = json.loads(out)
    assert report == report_of(path)
    assert report["extension"] == db.sql("select extversion from pg_extension "
                                         "where extname = 'kwtools'")[0][0]  # fmt: skip
    kids = db.sql("select external_key_ref, external_key_id from kw.kms_keys where id < 3")
    assert [(key["reference"], key["fingerprint"]) for key in report["keys"]] == kids
    assert all(key["wraps"] > 0 for key in report["keys"])
    assert report["wrappers"] == dict(
        db.sql("select status, count(*) from kw.key_wrappers group by status")
    )
    assert {owner, member, granted} <= set(report["roles_not_in_it"])
    assert not any(name.startswith(("pg_", "kw_")) for name in report["roles_not_in_it"])
    wraps = db.sql("select encode(dek_wrap1, 'hex') from kw.key_wrappers where status <> 'invalid'")
    assert not any(wrap in out for (wrap,) in wraps)
    # Plaintext of other columns is in a dump: it is the caller's alone.
    for one in (path, Path(f"{path}.kwtools.json")):
        assert stat.S_IMODE(one.stat().st_mode) == 0o600
    with db.place.connect(db.name) as connection:
        connection.execute("drop table owned")


@pytest.mark.parametrize("taken", ["shop.dump", "shop.dump.kwtools.json"])
def test_nothing_is_overwritten(db: Database, kwtools: Kwtools, tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_text("mine")
    code, out, err = kwtools("dump", tmp_path / "shop.dump", "--dsn", db.dsn)
    assert (code, out) == (2, "")
    assert f"{tmp_path / taken} already exists" in err
    assert [one.name for one in tmp_path.iterdir()] == [taken]


def test_a_format_that_one_connection_writes_refuses_more(kwtools: Kwtools, tmp_path: Path) -> None:
    code, _, err = kwtools("dump", tmp_path / "x", "-j", 2)
    assert code == 2
    assert "use --format directory" in err


def test_a_database_without_the_extension_is_not_dumped(
    target: Database, kwtools: Kwtools, tmp_path: Path
) -> None:
    code, _, err = kwtools("dump", tmp_path / "x", "--dsn", target.dsn)
    assert code == 1
    assert "extension kwtools is not installed" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format_", ["custom", "directory"])
def test_a_dump_that_fails_leaves_no_file(
    db: Database, kwtools: Kwtools, tmp_path: Path, make_role: Callable[..., str], format_: str
) -> None:
    role = make_role("kw_auditor")
    db.sql("create table closed (id integer)")
    dsn = db.place.dsn(db.name, role)
    code, out, err = kwtools("dump", tmp_path / "x", "--dsn", dsn, "--format", format_)
    assert (code, out) == (1, "")
    assert "pg_dump failed" in err
    assert "permission denied" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format_", ["plain", "directory"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_dump_leaves_no_file_and_no_program(
    db: Database, tmp_path: Path, format_: str, number: signal.Signals
) -> None:
    db.sql("create table held (id integer)")
    with db.connect(autocommit=False) as holder:
        holder.execute("lock table held in access exclusive mode")
        command = [sys.executable, "-m", "kwtools", "dump", str(tmp_path / "x")]
        running = subprocess.Popen(
            [*command, "--dsn", db.dsn, "--format", format_],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        waiting = (
            "select count(*) from pg_stat_activity where application_name = 'pg_dump'"
            " and datname = current_database() and wait_event_type = 'Lock'"
        )
        wait_for(lambda: db.sql(waiting) == [(1,)], running)
        running.send_signal(number)
        _, err = running.communicate(timeout=600)
        assert running.returncode == (130 if number == signal.SIGINT else 128 + number), err
        assert list(tmp_path.iterdir()) == []
        wait_for(lambda: db.sql(waiting) == [(0,)])


@pytest.mark.parametrize("name", ["host=/nowhere port=1 x={}", "postgresql://nowhere/{}", "-{}"])
@pytest.mark.parametrize("format_", ["directory", "plain"])
def test_a_name_that_looks_like_a_connection_string_is_a_name(
    db: Database, kwtools: Kwtools, tmp_path: Path, name: str, format_: str
) -> None:
    stored.fill(db)
    called = name.format(unique("odd"))
    with db.place.connect() as connection:
        copy_database(connection, called, db.name)
    dsn = db.place.dsn(called)
    try:
        path = tmp_path / "x"
        code, out, err = kwtools("dump", path, "--dsn", dsn, "--format", format_)
        assert (code, err) == (0, "")
        assert f"{format_}, database {called}\n" in out
    finally:
        with db.place.connect() as connection:
            connection.execute(sql.SQL("drop database {}").format(sql.Identifier(called)))
    to = ("restore", path, "--dsn", db.place.dsn(), f"--dbname={called}", "--create")
    code, out, _ = kwtools(*to, "--plan", "--json")
    assert code == 0
    steps = {row["step"]: shlex.split(row["command"]) for row in json.loads(out)}
    assert steps.pop("create")[-2:] == ["--", called]
    assert all(f"dbname='{called}'" in words or f"dbname={called}" in words
               for words in steps.values())  # fmt: skip
    try:
        assert kwtools(*to, "-j", 2, "--reclaim")[0] == 0
        with db.place.connect(called) as connection:
            assert connection.execute(stored.READ).fetchall() == db.sql(stored.READ)
    finally:
        with db.place.connect() as connection:
            connection.execute(
                sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(called))
            )


def test_a_dump_grows_where_nobody_else_can_write(
    db: Database, kwtools: Kwtools, tmp_path: Path
) -> None:
    tmp_path.chmod(0o1777)
    for number in (os.getpid(), os.getpid() + 1):  # what others could have guessed
        (tmp_path / f".x.{number}.part").mkdir(mode=0o777)
    planted = {one.name for one in tmp_path.iterdir()}
    modes: list[int] = []

    def look(_: int) -> None:
        growing = [one for one in tmp_path.iterdir() if one.name not in planted]
        modes.extend(stat.S_IMODE(one.stat().st_mode) for one in growing)

    _dump(db, tmp_path / "x", look)
    assert modes
    assert set(modes) == {0o700}
    assert {one.name for one in tmp_path.iterdir()} == planted | {"x", "x.kwtools.json"}
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o700
    assert any((tmp_path / "x").iterdir())


def test_of_two_dumps_to_one_name_the_later_leaves_the_earlier_alone(
    db: Database, tmp_path: Path
) -> None:
    report = dump_report.beside(tmp_path / "x")

    def take(_: int) -> None:
        report.write_text("of the other")

    with pytest.raises(BadUsage, match=r"x\.kwtools\.json already exists"):
        _dump(db, tmp_path / "x", take)
    assert [one.name for one in tmp_path.iterdir()] == [report.name]
    assert report.read_text() == "of the other"


def test_a_dump_whose_name_is_taken_meanwhile_leaves_no_report(
    db: Database, tmp_path: Path
) -> None:
    def take(_: int) -> None:
        (tmp_path / "x").mkdir(exist_ok=True)
        (tmp_path / "x" / "others").touch()

    with pytest.raises(OSError, match="not empty"):
        _dump(db, tmp_path / "x", take)
    assert [one.name for one in tmp_path.rglob("*")] == ["x", "others"]


def _dump(db: Database, path: Path, advance: Callable[[int], None]) -> None:
    with connect(db.dsn, "dump") as connection:
        wanted = dumping.Wanted(path, "directory", 1)
        dumping.dump(connection, db.dsn, wanted, sources.version(), advance)


def wait_for(is_so: Callable[[], bool], running: "subprocess.Popen[str] | None" = None) -> None:
    deadline = time.monotonic() + 300
    while not is_so():
        assert time.monotonic() < deadline
        assert running is None or running.poll() is None
        time.sleep(0.05)
