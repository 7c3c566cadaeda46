"""A dump is restored although events were sealed after it: found, acknowledged, and verified."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from kwtools.cluster import Place
from tests.conftest import Database, unique
from tests.deployment import make_log, seal
from tests.sql.sealed import CHECK
from tests.sql.session import Session
from testservers.provider_file import pin_deployment

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """``run('audit', 'verify', …)``: exit code and output of the command."""
    from kwtools.cli import main

    def ran(*arguments: object) -> tuple[int, str]:
        code = main([str(one) for one in arguments])
        return code, capsys.readouterr().out

    return ran


def _program(place: Place, database: str, *command: str) -> None:
    environment = {**os.environ, **place.environment(database)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_dump_that_is_restored_is_found_acknowledged_and_verified(
    db: Database, run: Run, tmp_path: Path
) -> None:
    session = Session(db.connect())
    session.rows("create table public.people (id bigint primary key, ssn bytea)")
    session.rows("select kw.create_deployment(), kw.seal_rows()")
    session.rows("select kw.seal_deployment()")
    make_log(session)
    session.bind("people", "1", "ssn")
    value = session.encrypt("people", "1", "ssn", b"kept")
    seal(session)
    session.rows("select kw.set_setting('cache_seconds', 10)")  # and not sealed
    (key,) = session.values("select verifier_key from kw.log_keys")
    dump, outside = str(tmp_path / "dump"), tmp_path / "checkpoint"
    _program(db.place, db.name, "pg_dump", "-Fc", "-f", dump)
    session.bind("people", "2", "ssn")
    _, note = seal(session)
    outside.write_text(note)

    name = unique("restored")
    with db.place.connect("postgres", autocommit=True) as connection:
        connection.execute(f"create database {name} template template0")
    _program(db.place, name, "pg_restore", "--exit-on-error", "-d", name, dump)
    dsn = db.place.dsn(name)
    with db.place.connect(name, autocommit=True) as connection:
        restored = Session(connection)
        restored.rows("select * from kw.check_restore()")
        verify = ("audit", "verify", "--database", "--dsn", dsn)
        assert run(*verify, "--key", key, "--older", outside)[0] == 1
        assert run("audit", "seal", "--dsn", dsn, "--checkpoint", outside)[0] == 1
        assert outside.read_text() == note, "what contradicts it does not replace it"
        arguments = ("deployment", "acknowledge", outside, "--reason", "a lost disk")
        code, out = run(*arguments, "--dsn", dsn, "--json")
        assert code == 0
        told = json.loads(out)
        assert (told["incarnation"], told["origin"][-2:]) == (1, "/1")
        (new_key,) = told["keys"]
        assert run(*verify, "--key", new_key)[0] == 0
        pin = {"deployment_uuid": told["deployment"], "commitments": told["commitments"]}
        pin_deployment(db.place, name, **pin, sealed=True)
        status = json.loads(run("deployment", "status", "--dsn", dsn, "--json")[1])
        assert "pinned as incarnation 0, not 1" in status["state"]
        assert "Raise incarnation" in status["next"]
        pin_deployment(db.place, name, **pin, sealed=True, incarnation=1)
        assert json.loads(run("deployment", "status", "--dsn", dsn, "--json")[1])["next"] == ""
    with db.place.connect(name, autocommit=True) as connection:
        restored = Session(connection)
        restored.rows("select kw.reclaim_entities()")
        assert restored.decrypt("people", "1", "ssn", value) == b"kept"
        restored.bind("people", "3", "ssn")
        assert restored.rows(CHECK) == []
        after = tmp_path / "after"
        seal(restored)
        assert run("audit", "seal", "--dsn", dsn, "--checkpoint", after)[0] == 0
        assert run(*verify, "--key", new_key, "--older", after)[0] == 0
        first = json.loads(
            restored.value(
                "select convert_from(f.entry, 'utf8') from kw.log_leaves f"
                " where f.log_id = 2 and f.leaf_index = 0"
            )
        )
        assert first["details"]["checkpoint"]["size"] == int(note.splitlines()[1])
    code, _ = run(*arguments, "--dsn", dsn)
    assert code == 1, "a restore is acknowledged once"
