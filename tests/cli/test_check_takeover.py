"""``kwtools check-takeover``: what a column of another tool holds, with the key from a file."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kwtools import old_keys
from tests.cli.conftest import Kwtools
from tests.conftest import Database
from tests.sql.session import Session
from tests.unit.test_foreign import vector_of

KEY = "an-old-passw0rd-4711"


@pytest.fixture
def people(session: Session) -> Session:
    """A session of a database with a column that pgcrypto encrypted."""
    session.rows("create extension pgcrypto")
    session.rows("create table people (id bigint primary key, ssn bytea)")
    query = "insert into people select n, pgp_sym_encrypt('x', %s) from generate_series(1, 3) n"
    session.rows(query, KEY)
    return session


@pytest.fixture
def check(kwtools: Kwtools, db: Database) -> Callable[..., tuple[int, str, str]]:
    """``check(key file, …)``: run the command for the column."""

    def run(key: object, *more: object) -> tuple[int, str, str]:
        given = ("--key-file", key) if key else ()
        column = ("people", "ssn", "--source", "pgcrypto-pgp", "--dsn", db.dsn)
        return kwtools("check-takeover", *column, *given, *more)

    return run


def on_stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))


@pytest.mark.usefixtures("people")
def test_the_key_comes_from_a_file_or_from_stdin(
    check: Callable[..., tuple[int, str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.key"
    path.write_text(f"{KEY}\n")
    assert check(path) == (0, "opens\t3\t\n", "")
    on_stdin(monkeypatch, KEY.encode())
    assert check("-") == (0, "opens\t3\t\n", "")
    path.write_text("another")
    assert check(path, "--max-rows", 2) == (1, "does not open\t2\t1, 2\n", "")


@pytest.mark.usefixtures("people")
def test_a_key_that_cannot_be_is_refused(
    check: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    path = tmp_path / "old.key"
    for content in (b"", b"x" * (old_keys.MAX_BYTES + 1)):
        path.write_bytes(content)
        code, out, err = check(path)
        assert (code, out) == (1, "")
        assert f"the key in {path} must have 1 to" in err
    assert check(tmp_path / "missing")[0] == 3


def test_what_pgcrypto_left_in_the_clear_needs_no_key(
    people: Session, check: Callable[..., tuple[int, str, str]]
) -> None:
    clear = bytes.fromhex(vector_of("pgcrypto-pgp", "bf")["value"])
    people.rows("insert into people values (4, %s)", clear)
    code, out, _ = check(None, "--json")
    assert code == 1
    assert json.loads(out) == [
        {"finding": "not tried", "values": 3, "example_keys": ["1", "2", "3"]},
        {"finding": "in the clear", "values": 1, "example_keys": ["4"]},
    ]


def test_other_columns_and_options_are_passed_on(
    session: Session, kwtools: Kwtools, db: Database, tmp_path: Path
) -> None:
    session.rows("create table boxes (a text primary key, b text, email text, iv bytea)")
    vector = vector_of("lockbox", "associated data")
    text = bytes.fromhex(vector["value"]).decode()
    session.rows("insert into boxes values ('4', '2', %s)", text)
    path = tmp_path / "old.key"
    path.write_bytes(bytes.fromhex(vector["key"]))
    given = ("boxes", "email", "--source", "lockbox", "--key-file", path, "--dsn", db.dsn)
    more = ("--options", json.dumps(vector["options"]))
    columns = ("--associated-column", "a", "--associated-column", "b")
    assert kwtools("check-takeover", *given, *more, *columns)[0] == 0
    assert kwtools("check-takeover", *given, *more, *columns, "--nonce-column", "iv")[0] == 0
    code, _, err = kwtools("check-takeover", *given, *more, "--nonce-column", "x")
    assert (code, 'column "x"' in err) == (1, True)
    code, _, err = kwtools("check-takeover", *given, "--options", "[]")
    assert (code, "must be a JSON object" in err) == (2, True)


@pytest.mark.usefixtures("people")
def test_the_key_is_not_in_the_log_or_the_command_says_so(
    check: Callable[..., tuple[int, str, str]],
    kwtools: Kwtools,
    db: Database,
    tmp_path: Path,
    make_role: Callable[..., str],
) -> None:
    db.sql(f"alter database {db.name} set log_statement = 'all'")
    path, begin = tmp_path / "old.key", db.place.log.stat().st_size
    path.write_text(KEY)
    assert check(path) == (0, "opens\t3\t\n", "")
    with db.place.log.open(errors="replace") as log:
        log.seek(begin)
        logged = log.read()
    assert "from kw.check_takeover(" in logged
    assert KEY not in logged
    assert KEY.encode().hex() not in logged
    name = make_role("kw_client")
    db.sql(f"grant select on people to {name}")
    _, out, err = kwtools(
        *("check-takeover", "people", "ssn", "--source", "pgcrypto-pgp", "--key-file", path),
        *("--dsn", db.place.dsn(db.name, name)),
    )
    assert out == "opens\t3\t\n"
    assert "logs parameters" in err
