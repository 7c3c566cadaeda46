"""``kwtools health``: what it shows of the keys, and how it ends."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kwtools.cli import main
from tests.conftest import Database
from tests.providers.conftest import MakePolicy, VaultEntry
from testservers.faulty_proxy import FaultyProxy

Shown = tuple[int, list[dict[str, object]]]


@pytest.fixture
def health(db: Database, capsys: pytest.CaptureFixture[str]) -> Callable[..., Shown]:
    """``health('--recorded')``: its exit code, and the rows that it prints as JSON."""

    def run(*options: str, user: str | None = None) -> Shown:
        dsn = db.dsn if user is None else db.place.dsn(db.name, user)
        code = main(["health", "--json", "--dsn", dsn, *options])
        return code, json.loads(capsys.readouterr().out)

    return run


def test_it_probes_and_tells_of_a_key_that_is_down_what_it_closes(
    db: Database,
    vault: VaultEntry,
    proxy: FaultyProxy,
    make_policy: MakePolicy,
    health: Callable[..., Shown],
) -> None:
    vault.set(address=proxy.address)
    key = vault.register(db)
    policy = make_policy("single", key)
    for _ in range(3):
        db.sql("select kw.wrap(policy => %s)", policy)
    code, rows = health()
    assert (code, {row["status"] for row in rows}) == (0, {"up"})
    proxy.fault = "sealed"
    code, rows = health()
    (row,) = [row for row in rows if row["key"] == key]
    assert code == 1
    assert (row["provider"], row["reference"], row["status"]) == (vault.name, vault.key, "down")
    assert (row["uptime"], row["closed"]) == (50.0, 3)
    assert str(row["error"]).startswith("KW204")
    assert {other["status"] for other in rows if other is not row} == {"up"}


def test_recorded_probes_nothing_and_is_for_auditors_too(
    db: Database, health: Callable[..., Shown], make_role: Callable[..., str]
) -> None:
    auditor = make_role("kw_auditor")
    code, rows = health("--recorded", user=auditor)
    assert (code, {row["status"] for row in rows}) == (0, {"never probed"})
    assert db.sql("select count(*) from kw.kms_health_checks") == [(0,)]
    health()
    code, rows = health("--recorded", user=auditor)
    assert (code, {row["status"] for row in rows}) == (0, {"up"})


def test_a_key_that_is_only_called_down_is_up(db: Database, health: Callable[..., Shown]) -> None:
    db.sql("select kw.create_kms_key('local', 'down')")
    code, rows = health()
    assert (code, rows[-1]["reference"], rows[-1]["status"]) == (0, "down", "up")


@pytest.mark.parametrize(("every", "rounds"), [("0.1", 3), ("600", 1)])
def test_watch_goes_on_until_it_is_interrupted_and_a_pipe_sees_each_round_at_its_end(
    db: Database, every: str, rounds: int
) -> None:
    command = [sys.executable, "-m", "kwtools", "health", "--json", "--watch", every]
    with subprocess.Popen(
        [*command, "--dsn", db.dsn], stdout=subprocess.PIPE, text=True
    ) as watching:
        assert watching.stdout is not None
        for line in watching.stdout:
            rounds -= line.rstrip() == "]"
            if rounds == 0:
                break
        watching.send_signal(signal.SIGINT)
        assert watching.wait(60) == 130


def test_watch_goes_on_when_the_database_comes_back(db: Database) -> None:
    command = [sys.executable, "-m", "kwtools", "health", "--json", "--watch", "0.1"]
    with subprocess.Popen(
        [*command, "--dsn", db.dsn], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as watching, db.place.connect() as other:  # fmt: skip
        assert watching.stdout is not None
        assert watching.stderr is not None
        assert "]\n" in watching.stdout
        other.execute(f"alter database {db.name} allow_connections false")
        assert "trying again" in watching.stderr.readline()
        other.execute(f"alter database {db.name} allow_connections true")
        while watching.stdout.readline() != "]\n":  # rounds that ended before it was closed
            assert watching.poll() is None
        for _ in range(3):
            assert "]\n" in watching.stdout
        watching.send_signal(signal.SIGINT)
        assert watching.wait(60) == 130


def test_watch_ends_at_once_where_there_is_no_server(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["health", "--watch", "--dsn", f"host={tmp_path}"]) == 3
    assert "set PGHOST" in capsys.readouterr().err
