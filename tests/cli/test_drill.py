"""``kwtools restore --verify-only``: the proof that a dump can be read, which leaves nothing."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from psycopg import sql

from kwtools import sources
from kwtools.cluster import Place
from kwtools.postgres import server_user
from tests.cli import stored
from tests.cli.conftest import Kwtools
from tests.conftest import Database, Keystore

Drill = Callable[..., tuple[int, Any]]


@pytest.fixture
def drill(cluster: Place, kwtools: Kwtools) -> Drill:
    """``drill(path, "-j", 2)``: the exit code, and what --json gives, or the error."""

    def call(path: Path, *arguments: object) -> tuple[int, Any]:
        options = ("--verify-only", "--providers-file", cluster.providers_file, "--json")
        code, out, err = kwtools("restore", path, *options, *arguments)
        return code, json.loads(out) if out else err

    return call


@pytest.fixture
def dumped(db: Database, kwtools: Kwtools, tmp_path: Path) -> Callable[..., Path]:
    """``dumped("plain")``: the path of a dump of the database, made by the command."""

    def make(format_: str = "custom") -> Path:
        path = tmp_path / f"dump.{format_}"
        assert kwtools("dump", path, "--dsn", db.dsn, "--format", format_)[0] == 0
        return path

    return make


def problems(report: dict[str, Any]) -> dict[str, str]:
    assert report["readable"] is False
    return {one["check"]: one["detail"] for one in report["checks"] if one["result"] == "problem"}


def fingerprint(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Return what would show a write: inodes, times and contents."""
    found = {}
    for one in [folder, *sorted(folder.rglob("*"))]:
        status = one.stat()
        content = hashlib.sha256(one.read_bytes()).hexdigest() if one.is_file() else ""
        found[str(one)] = (status.st_ino, status.st_mtime_ns, content)
    return found


@pytest.mark.parametrize("format_", ["custom", "directory", "tar", "plain"])
def test_a_dump_that_can_be_read_is_proved_and_the_keys_are_only_read(
    db: Database,
    dumped: Callable[..., Path],
    drill: Drill,
    make_role: Callable[..., str],
    make_keystore: Callable[..., Keystore],
    format_: str,
) -> None:
    store = make_keystore()
    stored.fill(db)
    role = sql.Identifier(make_role())
    with db.connect() as connection:  # roles that the throw-away server does not have
        connection.execute("select kw.add_provider(%s, 'local')", (store.name,))
        connection.execute("select kw.create_kms_key(%s, 'own')", (store.name,))
        connection.execute(
            "select kw.create_policy('own', 'single', (select max(id) from kw.kms_keys)),"
            " kw.wrap(policy => 'own')"
        )
        connection.execute(sql.SQL("alter table people owner to {}").format(role))
        connection.execute(sql.SQL("create policy mine on devices to {} using (true)").format(role))
    path = dumped(format_)
    # Of this test only: others add to the file of the run.
    providers_file = store.directory.with_suffix(".toml")
    shutil.copy(db.place.providers_file, providers_file)
    os.chown(providers_file, 0 if os.geteuid() == 0 else -1, server_user().gid)
    before = fingerprint(store.directory), fingerprint(providers_file)
    code, report = drill(path, "-j", 2, "--providers-file", providers_file)
    assert (code, report["readable"]) == (0, True), report
    assert (fingerprint(store.directory), fingerprint(providers_file)) == before
    found = {one["check"]: (one["result"], one["detail"]) for one in report["checks"]}
    assert found["restore"] == ("ok", "all foreign keys are valid")
    # By chance a table has the same oid there, and needs no re-claiming.
    assert {result for check, (result, _) in found.items() if check.startswith("name ")} <= {
        "re-claimed"
    }
    count = "60 of 60 values are ciphertexts, each with its key"
    assert found["values of public.people.ssn"] == ("ok", count)
    assert found["rows"][0] == "ok"
    # Retired wrappers, too, and all but the destroyed.
    ((wrappers,),) = db.sql("select count(*) from kw.key_wrappers where status <> 'invalid'")
    assert (report["wrappers"]["checked"], report["wrappers"]["retired"]) == (wrappers, 0)
    assert found["wrappers"] == ("ok", f"all {wrappers} open by each leg")


def test_a_key_that_is_gone_is_a_problem_of_each_leg(
    db: Database,
    dumped: Callable[..., Path],
    drill: Drill,
    make_keystore: Callable[..., Keystore],
    tmp_path: Path,
) -> None:
    store = make_keystore()
    with db.connect() as connection:
        connection.execute("select kw.add_provider(%s, 'local')", (store.name,))
        connection.execute("select kw.create_kms_key(%s, 'own')", (store.name,))
        connection.execute("select kw.create_policy('own', 'either', 1, 3), kw.wrap()")
        connection.execute("select kw.wrap_many(array_fill(null::bytea, array[3]), 'own')")
    path = dumped()
    shutil.move(store.directory / "own.jwk", tmp_path / "away")
    junit = tmp_path / "junit.xml"
    code, report = drill(path, "--junit", junit)
    assert code == 1
    assert problems(report) == {"wrappers": "3 problems in 4 wrappers"}
    assert {(one["leg"], one["kms_key_id"]) for one in report["wrappers"]["listed"]} == {(2, 3)}
    suite = ElementTree.fromstring(junit.read_text())  # noqa: S314
    failed = [
        case.get("name") for case in suite.iter("testcase") if case.find("failure") is not None
    ]
    assert {"all wrappers", "wrappers"} < set(failed)
    assert suite.get("failures") == str(len(failed))
    # Decided: by what remains.
    code, report = drill(path, "--without-provider", store.name)
    assert (code, report["readable"]) == (0, True)
    assert report["wrappers"]["without_providers"] == [store.name]
    code, report = drill(path, "--without-provider", "local")
    assert code == 1
    assert report["wrappers"]["problems"] == 4


@pytest.mark.parametrize("format_", ["custom", "plain"])
def test_functions_of_indexes_run_as_owners_of_their_tables(
    db: Database,
    dumped: Callable[..., Path],
    drill: Drill,
    make_role: Callable[..., str],
    format_: str,
) -> None:
    owner = make_role()
    db.sql("select kw.wrap()")
    with db.connect() as connection:
        for text in (
            "create function public.user_of() returns integer language plpgsql as $$ begin"
            " if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then"
            " raise 'run by a superuser'; end if; return 1; end $$",
            "create function public.f(integer) returns integer immutable language plpgsql as"
            " $$ begin return public.user_of(); end $$",
            "create table public.docs (id integer)",
            "insert into public.docs values (1)",
        ):
            connection.execute(text.encode())
        connection.execute(
            sql.SQL("alter table public.docs owner to {}").format(sql.Identifier(owner))
        )
        connection.execute("create index on public.docs (public.f(id))")
    code, report = drill(dumped(format_))
    assert (code, report["readable"]) == (0, True), report


def test_what_only_superusers_can_own_comes_back(
    db: Database, dumped: Callable[..., Path], drill: Drill, make_role: Callable[..., str]
) -> None:
    admin = sql.Identifier(make_role())
    db.sql("select kw.wrap()")
    with db.connect() as connection:
        connection.execute(sql.SQL("alter role {} superuser").format(admin))
        connection.execute("create foreign data wrapper theirs")
        connection.execute(sql.SQL("alter foreign data wrapper theirs owner to {}").format(admin))
        code, report = drill(dumped())
        connection.execute("drop foreign data wrapper theirs")
    assert (code, report["readable"]) == (0, True), report


COMMAND = "\\! id > {}\n"


@pytest.mark.parametrize("is_drill", [True, False])
@pytest.mark.parametrize("restriction", ["its own", "none", "lifted early"])
def test_a_script_runs_no_command_of_the_shell(
    db: Database,
    target: Database,
    dumped: Callable[..., Path],
    drill: Drill,
    kwtools: Kwtools,
    tmp_path: Path,
    restriction: str,
    *,
    is_drill: bool,
) -> None:
    db.sql("select kw.wrap()")
    path, proof = dumped("plain"), tmp_path / "proof"
    Path(f"{path}.kwtools.json").unlink()
    tmp_path.chmod(0o777)
    lines = path.read_text().splitlines(keepends=True)
    (own,) = (line for line in lines if line.startswith("\\restrict "))
    if restriction == "none":
        lines = [line for line in lines if not line.startswith(("\\restrict", "\\unrestrict"))]
    command = [COMMAND.format(proof)]
    if restriction == "lifted early":
        command = [own.replace("restrict", "unrestrict"), *command, own]
    at = lines.index("SET statement_timeout = 0;\n")
    path.write_text("".join([*lines[:at], *command, *lines[at:]]))
    path.chmod(0o600)
    if is_drill:
        code, err = drill(path)
    else:
        code, _, err = kwtools("restore", path, "--dsn", target.dsn)
    assert code == 1
    refused = "before its end" if restriction == "lifted early" else "commands are restricted"
    assert refused in err
    assert not proof.exists()


@pytest.mark.parametrize("is_drill", [True, False])
def test_a_script_of_an_older_program_is_restored(
    db: Database,
    target: Database,
    dumped: Callable[..., Path],
    drill: Drill,
    kwtools: Kwtools,
    *,
    is_drill: bool,
) -> None:
    db.sql("select kw.wrap()")
    path = dumped("plain")
    Path(f"{path}.kwtools.json").unlink()
    lines = path.read_text().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(("\\restrict", "\\unrestrict"))]
    assert len(kept) == len(lines) - 2
    path.write_text("".join(kept))
    if is_drill:
        code, report = drill(path)
        assert (code, report["readable"]) == (0, True), report
    else:
        assert kwtools("restore", path, "--dsn", target.dsn)[0] == 0


def test_without_the_providers_file_nothing_is_proved(
    db: Database, dumped: Callable[..., Path], kwtools: Kwtools, tmp_path: Path
) -> None:
    db.sql("select kw.wrap()")
    path, missing = dumped(), tmp_path / "none.toml"
    code, out, err = kwtools("restore", path, "--verify-only", "--providers-file", missing)
    assert (code, out) == (3, "")
    assert f"provider file {missing} does not exist" in err
    assert not missing.exists()
    empty = db.place.base / "empty.toml"
    empty.write_text("")
    code, out, _ = kwtools("restore", path, "--verify-only", "--providers-file", empty)
    assert code == 1
    assert "cannot be read completely" in out


def test_a_changed_wrap_is_a_problem(
    db: Database, dumped: Callable[..., Path], drill: Drill
) -> None:
    db.sql("select kw.wrap()")
    db.sql(
        "update kw.key_wrappers"
        " set dek_wrap1 = set_byte(dek_wrap1, 40, get_byte(dek_wrap1, 40) # 1)"
    )
    code, report = drill(dumped())
    assert code == 1
    assert [(one["leg"], one["sqlstate"]) for one in report["wrappers"]["listed"]] == [(1, "KW211")]


def test_values_that_are_newer_than_the_keys_are_a_problem(
    db: Database, dumped: Callable[..., Path], drill: Drill
) -> None:
    stored.fill(db)
    db.sql("update people set ssn = set_byte(ssn, 13, 9) where id < 20")  # of generation 9
    db.sql("create table others (id bigint, v bytea)")
    db.sql("insert into others select id, set_byte(note, 5, get_byte(note, 5) # 1) from people")
    code, report = drill(dumped())
    assert code == 1
    assert problems(report) == {
        "values of public.others.v": "60 of 60 values are ciphertexts, 60 of them without a key",
        "values of public.people.ssn": "60 of 60 values are ciphertexts, 19 of them without a key",
    }


def test_each_value_without_a_key_is_told(
    db: Database, dumped: Callable[..., Path], drill: Drill
) -> None:
    stored.fill(db)
    db.sql("create table mixed (v bytea)")
    db.sql("insert into mixed select 'plain' from generate_series(1, 60)")
    lost = "set_byte(note, 5, get_byte(note, 5) # 1)"
    db.sql(f"insert into mixed select {lost} from people where id <= 40")
    db.sql("create table pictures (v bytea)")
    db.sql("insert into pictures select 'plain' from generate_series(1, 98)")
    db.sql(f"insert into pictures select {lost} from people where id <= 2")
    db.sql("update people set ssn = set_byte(ssn, 13, 9) where id = 1")  # of generation 9
    code, report = drill(dumped())
    assert code == 1
    assert problems(report) == {
        "values of public.mixed.v": "40 of 100 values are ciphertexts, 40 of them without a key",
        "values of public.people.ssn": "60 of 60 values are ciphertexts, 1 of them without a key",
    }
    found = {one["check"]: (one["result"], one["detail"]) for one in report["checks"]}
    few = "2 of 100 values look like ciphertexts by chance, and have no key"
    assert found["values of public.pictures.v"] == ("ok", few)


def test_without_a_report_the_drill_claims_less(
    db: Database, dumped: Callable[..., Path], drill: Drill, kwtools: Kwtools
) -> None:
    db.sql("select kw.wrap()")
    path = dumped()
    Path(f"{path}.kwtools.json").unlink()
    code, report = drill(path)
    assert (code, report["readable"]) == (0, True)
    (rows,) = [one for one in report["checks"] if one["check"] == "rows"]
    assert (rows["result"], rows["detail"]) == ("not compared", "no report beside the dump")
    options = ("--verify-only", "--providers-file", db.place.providers_file)
    code, out, err = kwtools("restore", path, *options)
    assert code == 0
    assert "all of it" not in out + err
    assert "not known without its report" in out + err


@pytest.mark.parametrize(
    ("table", "check"),
    [
        ("key_wrappers", "foreign key fk_enc_bind_kw"),
        ("key_wrapper_layers", "rows of kw.key_wrapper_layers"),
        ("binding_generations", "rows of kw.binding_generations"),
        ("entities", "restore"),
    ],
)
def test_a_dump_that_lacks_a_table_of_ours_is_a_problem(
    db: Database, dumped: Callable[..., Path], drill: Drill, table: str, check: str
) -> None:
    stored.fill(db)
    path = dumped("plain")
    text = path.read_text()
    begin = text.index(f"COPY kw.{table} (")
    end = text.index("\\.\n", begin)
    path.write_text(text[: text.index("\n", begin) + 1] + text[end:])
    report_path = Path(f"{path}.kwtools.json")
    told = json.loads(report_path.read_text())
    report_path.write_text(json.dumps({**told, "size": path.stat().st_size}))
    for report_is_there in (True, False):
        if not report_is_there:
            report_path.unlink()
        code, report = drill(path)
        assert code == 1
        found = problems(report)
        assert check in found, found
        assert ("rows" in found) is report_is_there


def test_a_damaged_dump_is_told(
    db: Database, dumped: Callable[..., Path], drill: Drill, tmp_path: Path
) -> None:
    stored.fill(db)
    custom, folder, plain = dumped(), dumped("directory"), dumped("plain")
    os.truncate(custom, custom.stat().st_size * 2 // 3)
    code, err = drill(custom)
    assert code == 1
    assert "cannot be read" in err or "it has another size" in err
    Path(f"{custom}.kwtools.json").unlink()
    code, err = drill(custom)
    assert code == 1
    assert "cannot be read" in err or "failed: pg_restore: error: " in err
    largest = max(folder.glob("*.dat.gz"), key=lambda one: one.stat().st_size)
    largest.unlink()
    code, err = drill(folder)
    assert code == 1
    assert "failed: pg_restore: error: could not open" in err
    os.truncate(plain, plain.stat().st_size - 200)
    code, err = drill(plain)
    assert code == 1
    assert "is incomplete: its last line is missing" in err
    newer = bytearray(dumped("tar").read_bytes())
    custom.write_bytes(b"PGDMP\x01\x63\x00" + newer[8:100])  # of a pg_dump of the future
    code, err = drill(custom)
    assert code == 1
    assert "a newer pg_dump wrote it" in err
    report = Path(f"{tmp_path}/dump.tar.kwtools.json")
    report.write_text(report.read_text().replace(sources.version(), "9.10.0"))
    code, err = drill(tmp_path / "dump.tar")
    assert code == 1
    assert "Install kwtools 9.10.0 or later" in err
    report.write_text("{}")
    code, err = drill(tmp_path / "dump.tar")
    assert code == 1
    assert "is not a report of kwtools dump" in err


def test_what_only_a_server_that_stays_can_have_is_refused(
    kwtools: Kwtools, tmp_path: Path
) -> None:
    for options in (("--dsn", "dbname=x"), ("-d", "x"), ("--reclaim",), ("--plan",), ("--create",)):
        code, _, err = kwtools("restore", tmp_path, "--verify-only", *options)
        assert code == 2
        assert "--verify-only starts a server of its own" in err
    for options in (("--junit", "x"), ("--without-provider", "x")):
        code, _, err = kwtools("restore", tmp_path, *options)
        assert code == 2
        assert "require --verify-only" in err


# -- nothing stays -------------------------------------------------------------------------------


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder for temporary files, short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="kw", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, None])
def test_nothing_of_the_server_stays(
    db: Database,
    dumped: Callable[..., Path],
    scratch: Path,
    number: signal.Signals | None,
) -> None:
    db.sql("create table slow (id integer)")
    db.sql("insert into slow values (1)")
    if number is not None:  # the restore of the view waits for as long as nobody ends it
        db.sql("create function waits(i integer) returns integer immutable language sql return i")
        db.sql("create index on slow (waits(id))")
        db.sql("create or replace function waits(i integer) returns integer immutable language sql"
               " return case when pg_sleep(600) is null then i else i end")  # fmt: skip
    path = dumped()
    command = [sys.executable, "-m", "kwtools", "restore", str(path), "--verify-only"]
    running = subprocess.Popen(
        [*command, "--providers-file", str(db.place.providers_file)],
        env={**os.environ, "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    if number is not None:
        wait_for_program(running, "--section=post-data")
        running.send_signal(number)
    out, err = running.communicate(timeout=600)
    expected = {None: 0, signal.SIGINT: 130, signal.SIGTERM: 143}[number]
    assert running.returncode == expected, out + err
    assert list(scratch.iterdir()) == []
    assert processes(str(scratch)) == []
    assert processes(str(path)) == []


def wait_for_program(running: "subprocess.Popen[str]", argument: str) -> None:
    """Wait until the command runs a program with an argument."""
    deadline = time.monotonic() + 300
    while not any(str(running.pid) == parent for parent in processes(argument)):
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)


def processes(word: str) -> list[str]:
    """Return the parents of the processes whose command line has a word."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if word in (entry / "cmdline").read_bytes().decode():
                found.append((entry / "stat").read_text().rpartition(") ")[2].split()[1])
        except OSError:
            continue
    return found
