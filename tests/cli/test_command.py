"""The command as a whole: help, exit codes, one line for an error, version."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kwtools import commands, sources
from kwtools.cluster import Place
from tests.cli.conftest import Kwtools
from tests.conftest import Database

COMMANDS = [
    *("playground", "install", "init", "keys", "doctor", "verify", "relayer", "version", "build"),
]


def test_help_names_every_command_and_exit_code(kwtools: Kwtools) -> None:
    code, out, _ = kwtools("--help")
    assert code == 0
    for word in (*COMMANDS, "exit codes:", "  3  "):
        assert word in out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(kwtools: Kwtools, command: str) -> None:
    code, out, _ = kwtools(command, "--help")
    assert code == 0
    assert f"kwtools {command}" in out


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["keys"], ["version", "--what"]])
def test_wrong_usage_is_exit_code_2(kwtools: Kwtools, arguments: list[str]) -> None:
    code, _, err = kwtools(*arguments)
    assert code == 2
    assert "usage: kwtools" in err


def test_an_error_is_one_line_and_debug_shows_the_traceback(
    kwtools: Kwtools, tmp_path: Path
) -> None:
    code, _, err = kwtools("keys", "list", "--directory", tmp_path / "none")
    assert code == 3
    assert err.startswith("kwtools: keystore")
    assert err.count("\n") == 1
    _, _, err = kwtools("--debug", "keys", "list", "--directory", tmp_path / "none")
    assert "Traceback" in err


def test_no_server_is_exit_code_3_for_doctor(kwtools: Kwtools, tmp_path: Path) -> None:
    code, _, err = kwtools("doctor", "--dsn", f"host={tmp_path}")
    assert code == 3
    assert err.startswith("kwtools: ")
    assert "give --dsn" in err
    assert err.count("\n") == 1


def test_version_without_a_server(
    kwtools: Kwtools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGHOST", str(tmp_path))
    code, out, _ = kwtools("version", "--json")
    assert code == 0
    assert json.loads(out)["command"] == sources.version()
    assert kwtools("version", "--dsn", f"host={tmp_path}")[0] == 3


def test_version_with_a_server(kwtools: Kwtools, db: Database) -> None:
    code, out, _ = kwtools("version", "--json", "--dsn", db.dsn)
    assert code == 0
    versions = json.loads(out)
    assert versions["command"] == versions["extension"] == versions["runtime"]
    assert versions["cryptography"].startswith("50.")


def test_the_command_does_not_import_the_runtime() -> None:
    modules = "import sys, kwtools.cli, kwtools.commands; print('kwruntime' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", modules], capture_output=True, text=True)
    assert done.stdout == "False\n"
    for path in Path(commands.__file__).parents[1].rglob("*.py"):
        assert "import kwruntime" not in path.read_text()
        assert "from kwruntime" not in path.read_text()


def test_build_writes_what_the_server_gets(kwtools: Kwtools, tmp_path: Path) -> None:
    code, out, _ = kwtools("build", "--output", tmp_path)
    assert code == 0
    names = {path.name for path in tmp_path.iterdir()}
    assert {"kwtools.control", f"kwtools--{sources.version()}.sql"} <= names
    assert str(tmp_path / "kwtools.control") in out


def test_the_server_of_the_tests_is_of_this_build(cluster: Place) -> None:
    assert (cluster.module_path / sources.version()).is_dir()
