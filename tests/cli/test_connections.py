"""The command's connections: what ``--dsn`` takes, and that no setting from outside matters."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from psycopg import IsolationLevel

from kwtools import connections, output
from kwtools.cluster import Place, set_up
from kwtools.connections import connect, transaction
from tests.cli.conftest import Kwtools
from tests.cli.hostile import environment
from tests.conftest import Database, unique

KWTOOLS = [sys.executable, "-m", "kwtools"]
READING = [["doctor"], ["inventory"], ["version"], ["health", "--recorded"]]
WRITING = [["health"], ["relayer", "--policy", "default"]]

# What a role, a database or the environment could set, and each breaks something.
HOSTILE = {
    "standard_conforming_strings": "off",
    "quote_all_identifiers": "on",
    "array_nulls": "off",
    "transform_null_equals": "on",
    "DateStyle": "German",
    "IntervalStyle": "sql_standard",
    "TimeZone": "<+0545>-5:45",
    "bytea_output": "escape",
    "extra_float_digits": "-15",
    "row_security": "off",
    "client_encoding": "LATIN1",
    "search_path": "shadow, pg_catalog",
    "default_transaction_read_only": "on",
    "default_transaction_isolation": "serializable",
    "default_transaction_deferrable": "on",
    "session_replication_role": "replica",
    "lock_timeout": "1ms",
    "idle_in_transaction_session_timeout": "1h",
    "statement_timeout": "1h",
}
PINNED = {
    "standard_conforming_strings": "on",
    "quote_all_identifiers": "off",
    "DateStyle": "ISO, YMD",
    "TimeZone": "UTC",
    "bytea_output": "hex",
    "row_security": "on",
    "client_encoding": "UTF8",
    "search_path": "pg_catalog, pg_temp",
    "transaction_read_only": "off",
    "transaction_isolation": "read committed",
    "transaction_deferrable": "off",
    "session_replication_role": "origin",
    "lock_timeout": "0",
    "statement_timeout": "0",
}


@pytest.fixture
def hostile(db: Database) -> Database:
    """A database whose settings are those above, with functions that shadow the catalog's."""
    db.sql("create schema shadow")
    for function, kind in (("current_database()", "name"), ("pg_is_in_recovery()", "boolean")):
        db.sql(
            f"create function shadow.{function} returns {kind}"
            f" language sql as 'select null::{kind}'"
        )
    db.sql("select kw.bind('public.people', '*', 'name')")
    with db.connect() as connection:
        for name, value in HOSTILE.items():
            written = value if name == "search_path" else f"'{value}'"
            connection.execute(f"alter database {db.name} set {name} = {written}")
    return db


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql+psycopg://postgres:secret@/postgres",
        "postgresql+asyncpg://u:secret@h/x",
        "postgres+aiopg://u:secret@h/x",
        "jdbc:postgresql://localhost/x?password=secret",
        "sqlite:///secret",
        "mysql://u:secret@h",
        "postgres",
        "service=none-of-this-name",
        "host=h password=secret dbname",
        "password=secret host='h",
        "postgresql://u:secret@[::1/x",
        "postgresql://u:%zzsecret@/x",
        "postgresql://u:secret@h:port/x",
        "postgresql://u:pa@secret@localhost/x",
        "password=pa secret=1",
        "port=99999",
        "port=five",
        "sslmode=sure",
        "target_session_attrs=best",
        "foo=bar",
        "postgresql://h/x?foo=bar",
        "host=\udce9",
    ],
)
def test_another_spelling_of_a_connection_is_called_wrongly(kwtools: Kwtools, dsn: str) -> None:
    for command in (*READING, *WRITING):
        code, out, err = kwtools(*command, "--dsn", dsn)
        assert (code, out) == (2, ""), command
        assert err.startswith("kwtools: --dsn ")
        assert "It takes what libpq does" in err
        assert "secret" not in err
        assert err.count("\n") == 1


@pytest.mark.parametrize("form", ["keywords", "uri", "uri with a query", "service", "variables"])
def test_every_spelling_of_libpq_is_taken(
    kwtools: Kwtools, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    host, name = db.place.socket_directory, db.name
    services = tmp_path / "services"
    services.write_text(f"[mine]\nhost={host}\nport=5432\nuser=postgres\ndbname={name}\n")
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    for variable, value in db.place.environment(name).items():
        if form == "variables" and not variable.endswith("FILE"):
            monkeypatch.setenv(variable, value)
    dsn = {
        "keywords": db.dsn,
        "uri": f"postgresql://postgres@{str(host).replace('/', '%2F')}:5432/{name}",
        "uri with a query": f"postgres:///{name}?host={host}&user=postgres",
        "service": "service=mine",
        "variables": "",
    }[form]
    code, out, _ = kwtools("version", "--json", "--dsn", dsn)
    assert code == 0
    assert "extension" in json.loads(out)


def test_the_settings_hold_whatever_was_set(hostile: Database) -> None:
    with connect(hostile.dsn, "test") as connection:
        for _ in range(2):  # and nothing stays for the next transaction of a pooled session
            with transaction(connection, writes=True):
                found = {name: connection.execute(f"show {name}").fetchone() for name in PINNED}
            assert found == {name: (value,) for name, value in PINNED.items()}
        rows = connection.execute("select current_setting('search_path')").fetchone()
        assert rows == (HOSTILE["search_path"],)
        with transaction(connection, isolation=IsolationLevel.REPEATABLE_READ):
            assert connection.execute("show transaction_read_only").fetchone() == ("on",)
            assert connection.execute("show transaction_isolation").fetchone() == (
                "repeatable read",
            )
        name = connection.execute("show application_name").fetchone()
        assert name == ("kwtools test",)


@pytest.mark.parametrize("command", [*READING, *WRITING], ids=" ".join)
def test_a_command_gives_the_same_whatever_was_set(
    kwtools: Kwtools, hostile: Database, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c search_path=nowhere -c bytea_output=escape")
    monkeypatch.setenv("PGCLIENTENCODING", "EUC_JP")
    monkeypatch.setenv("PGDATESTYLE", "Postgres, DMY")
    code, out, err = kwtools(*command, "--dsn", hostile.dsn)
    assert (code, err) == (0, ""), out
    if command == ["inventory"]:
        assert out.startswith("public.people\tname\tfield\tkwtools/2\tXAES-256-GCM\teither\t")
    if command == ["doctor"]:
        assert "problem" not in out


@pytest.fixture
def make_database(cluster: Place) -> Iterator[Callable[[str], Database]]:
    """``make_database('LATIN1')``: a database of that encoding with the extension."""
    made: list[str] = []

    def make(encoding: str) -> Database:
        name = unique("encoded")
        made.append(name)
        with cluster.connect() as connection:
            connection.execute(
                f"create database {name} template template0 encoding '{encoding}'"
                " lc_collate 'C' lc_ctype 'C'"
            )
        with cluster.connect(name) as connection:
            connection.execute("create extension kwtools cascade")
            connection.execute("select kw.add_provider('local', 'local')")
            connection.execute(
                "select kw.add_kms_key('local', 'test-1'), kw.add_kms_key('local', 'test-2')"
            )
            connection.execute("select kw.create_policy('default', 'either', 1, 2)")
        return Database(cluster, name, contextlib.ExitStack())

    yield make
    with cluster.connect() as connection:
        for name in made:
            connection.execute(f"drop database {name} with (force)")


@pytest.mark.parametrize(
    "encoding", ["SQL_ASCII", "LATIN1", "WIN1252", "EUC_JP", "EUC_KR", "KOI8R"]
)
def test_a_database_of_another_encoding(
    kwtools: Kwtools, make_database: Callable[[str], Database], tmp_path: Path, encoding: str
) -> None:
    db = make_database(encoding)
    db.sql("create table plain (id bigint, name bytea)")
    db.sql("select kw.bind('plain', '*', 'name')")
    # A name that came before, or past our functions: bytes that are not of UTF-8, or of nothing.
    name = b"caf\xad\xfe" if encoding.startswith("EUC") else b"caf\x81\xe9"
    with db.place.connect(db.name) as connection:
        connection.execute(f"set client_encoding = '{encoding}'")
        connection.execute(
            b"update kw.encryption_bindings set field_name = '" + name + b"'"
            b" where entity_table = 'public.plain'"
        )
    for command in (*READING, *WRITING):
        code, out, err = kwtools(*command, "--dsn", db.dsn)
        assert err == ""
        assert "b'" not in out
        if command == ["doctor"]:
            assert "command\tok\t" in out
            if name.startswith(b"caf\xad"):  # what the runtime cannot read is a finding
                continue
        assert code == 0, (command, out)
        if command == ["inventory"]:
            assert out.startswith("public.plain\tcaf" + ("" if encoding == "KOI8R" else "\\x"))
    code, out, err = kwtools("inventory", "--dsn", db.dsn, "--cbom", tmp_path / "cbom.json")
    assert (code, err) == (0, "")
    assert json.loads((tmp_path / "cbom.json").read_text())["bomFormat"] == "CycloneDX"
    assert kwtools("inventory", "--json", "--dsn", db.dsn)[0] == 0
    code, _, err = kwtools("relayer", "--policy", "\N{SNOWMAN}", "--dsn", db.dsn)
    assert code in (1, 2)
    assert "bug" not in err
    assert "report it" not in err


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "koi8-r", "utf-8"])
@pytest.mark.parametrize("command", ["inventory", "doctor", "relayer --policy Я"])
def test_a_terminal_of_any_encoding(db: Database, encoding: str, command: str) -> None:
    db.sql('create table "Клиенты" (id bigint, "メモ" bytea)')
    db.sql("select kw.bind('Клиенты', '*', 'メモ')")
    done = subprocess.run(
        [*KWTOOLS, *command.split(), "--dsn", db.dsn],
        env=environment(PYTHONIOENCODING=encoding), capture_output=True,
    )  # fmt: skip
    shown = done.stdout.decode(encoding) + done.stderr.decode(encoding)
    assert "Traceback" not in shown
    assert "report it" not in shown
    assert done.returncode == (1 if command.startswith("relayer") else 0), shown
    if command == "inventory":
        table = "Клиенты" if encoding in ("koi8-r", "utf-8") else "\\u041a\\u043b"
        assert table in shown


def test_a_reader_that_has_seen_enough_is_no_error(db: Database) -> None:
    done = subprocess.run(
        ["bash", "-c", 'set -o pipefail; "$@" | true; echo "${PIPESTATUS[0]}"', "bash",
         *KWTOOLS, "version", "--dsn", db.dsn],
        env=environment(), capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout in ("0\n", "141\n")  # it may have written all before
    assert done.stderr == ""


def test_a_result_that_cannot_be_written_is_told(db: Database) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*KWTOOLS, "version", "--dsn", db.dsn],
            env=environment(), stdout=full, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    assert done.returncode == 3
    assert done.stderr.startswith("kwtools: No space left on device")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"), ("Ünï", "Ünï"), ("a\tb", "a\\tb"), ("a\nb", "a\\nb"),
        ("\x1b[2J", "\\x1b[2J"), ("\x9b2J", "\\x9b2J"), ("\u202eab", "\\u202eab"),
        ("\u2028", "\\u2028"), ("\udce9", "\\udce9"), ("\x7f", "\\x7f"),
    ],
)  # fmt: skip
def test_what_would_steer_a_terminal_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert output.printable(text) == shown


def test_names_forge_no_lines(kwtools: Kwtools, db: Database) -> None:
    name = "x\x1b[31m\n\tforged\r\x9b"
    db.sql("select kw.bind('ops.notes', '*', %s)", "text")
    db.sql("update kw.encryption_bindings set field_name = %s", name)
    code, out, _ = kwtools("inventory", "--dsn", db.dsn)
    assert code == 0
    assert out.count("\n") == 1
    assert out.startswith("ops.notes\tx\\x1b[31m\\n\\tforged\\r\\x9b\tfield")


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="is about root")


@needs_root
def test_root_who_names_no_role_is_the_servers_user(
    kwtools: Kwtools, own_cluster: Callable[..., Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = own_cluster()
    (place.data / "pg_hba.conf").write_text("local all all peer\n")
    with place.connect() as connection:
        set_up(connection, "root")
        connection.execute("select pg_reload_conf()")
    monkeypatch.setenv("PGHOST", str(place.socket_directory))
    code, out, err = kwtools("doctor")
    assert (code, err) == (0, ""), out
    assert "command\tok" in out
    assert os.geteuid() == 0
    assert kwtools("version", "--dsn", "user=root")[0] == 3  # who names a role gets that role
    monkeypatch.setenv("PGUSER", "root")
    code, _, err = kwtools("doctor")
    assert code == 3
    assert 'role "root" does not exist' in err or "Peer authentication failed" in err
    assert "Name another role" in err


@needs_root
def test_root_is_told_what_the_servers_user_is_told(
    kwtools: Kwtools, own_cluster: Callable[..., Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = own_cluster()
    monkeypatch.setenv("PGHOST", str(place.socket_directory))
    (place.data / "pg_hba.conf").write_text("local all all peer\n")
    with place.connect() as connection:
        connection.execute("select pg_reload_conf()")
    for command in (["doctor"], ["init"], ["status"]):
        _, out, err = kwtools(*command, "--dsn", "dbname=nowhere")
        assert 'database "nowhere" does not exist' in out + err, command
        assert "Name another database" in out + err, command
    code, _, err = kwtools("dump", "x.dump", "--dsn", "dbname=postgres")
    assert code == 3
    assert "sudo -u postgres" in err


def test_texts_as_stored_have_a_codec() -> None:
    for name in (
        "LATIN1",
        "LATIN10",
        "ISO_8859_5",
        "KOI8R",
        "KOI8U",
        "WIN866",
        "WIN1258",
        "EUC_JP",
        "EUC_CN",
    ):
        codec = connections._CODECS.get(name) or name.replace("WIN", "cp")
        assert b"x".decode(codec) == "x"
