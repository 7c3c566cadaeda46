"""A throw-away server on a machine that reaches no index: its packages are those of the server."""

import re
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kwtools import checksums, installed_runtime, runtime, sources
from kwtools.cluster import Place
from kwtools.postgres import installed
from tests.cli import stored
from tests.cli.conftest import Kwtools
from tests.cli.test_wheel import no_index
from tests.conftest import Database

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
READ = "select kw.unwrap(kw.wrap()) is not null"


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No index, no package in a cache, and no runtime that is installed."""
    monkeypatch.setattr(sources, "build_directory", lambda: tmp_path / "cache")
    monkeypatch.setattr(installed_runtime, "installed", lambda: _server(tmp_path))
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    for name, value in no_index(tmp_path).items():
        if name.startswith("PIP_"):
            monkeypatch.setenv(name, value)


def _server(folder: Path) -> object:
    program = folder / "pg_config"
    program.write_text(f"#!/bin/sh\necho {folder}/stage{installed().path('--sharedir')}\n")
    program.chmod(0o755)
    return installed()._replace(program=str(program))


@pytest.fixture
def runtime_folder(kwtools: Kwtools, tmp_path: Path) -> Path:
    """The runtime as ``kwtools install`` has put it."""
    stage = tmp_path / "stage"
    assert kwtools("install", "--destdir", stage)[0] == 0
    module_path = stage / "usr/local/lib/kwtools"
    (control,) = stage.rglob("kwtools.control")
    control.write_text(control.read_text().replace("/usr/local/lib/kwtools", str(module_path)))
    return module_path / sources.version() / runtime.python_tag()


@pytest.fixture
def providers_file(db: Database) -> Iterator[Path]:
    """The provider file without entries that other tests added: their kinds need packages."""
    text = db.place.providers_file.read_text()
    (entry,) = re.findall(r"^\[providers\.local\]\n(?:[^\[].*\n)+", text, re.MULTILINE)
    made = db.place.base / "only-local.toml"  # a folder that the server can read
    made.write_text(entry)
    made.chmod(0o644)
    yield made
    made.unlink()


def playground(kwtools: Kwtools, tmp_path: Path, *options: object) -> tuple[int, str]:
    answer = tmp_path / "answer"
    code, _, err = kwtools(
        "playground", *options, "--", "psql", "-XAtq", "-o", answer, "-c", READ
    )  # fmt: skip
    if code == 0:
        assert answer.read_text() == "t\n"
    return code, err


def test_the_packages_of_a_playground_are_those_of_the_installed_runtime(
    kwtools: Kwtools, runtime_folder: Path, offline: None, tmp_path: Path
) -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    assert playground(kwtools, tmp_path) == (0, "")
    assert [signal.getsignal(number) for number in SIGNALS] == before
    assert not (tmp_path / "cache").exists()
    shutil.rmtree(runtime_folder)
    code, err = playground(kwtools, tmp_path)
    assert code == 3
    assert "--wheelhouse" in err  # so no index can be reached


def test_what_runs_is_of_the_command_and_only_packages_are_of_the_installed_runtime(
    kwtools: Kwtools, runtime_folder: Path, offline: None, own_cluster: Callable[..., Place]
) -> None:
    place = own_cluster()
    (made,) = (place.module_path / sources.version()).iterdir()
    assert (made / "SHA256SUMS").read_text() == (runtime_folder / "SHA256SUMS").read_text()
    # An installation of other sources has the same version while one develops.
    (runtime_folder / "kwruntime" / "more.py").write_text("")
    _list_again(runtime_folder)
    place = own_cluster()
    (made,) = (place.module_path / sources.version()).iterdir()
    assert not (made / "kwruntime" / "more.py").exists()


def _list_again(folder: Path) -> None:
    digests = checksums.of_files(folder)
    (folder / "SHA256SUMS").write_text(checksums.listed(digests))


@pytest.mark.parametrize("change", ["changed", "missing", "one too many", "no list"])
def test_an_installed_runtime_that_was_changed_is_not_used(
    kwtools: Kwtools, runtime_folder: Path, offline: None, tmp_path: Path, change: str
) -> None:
    file = runtime_folder / "cryptography" / "fernet.py"
    match change:
        case "changed":
            file.write_text("import os\n")
        case "missing":
            file.unlink()
        case "one too many":
            file.with_name("more.py").write_text("import os\n")
        case "no list":
            (runtime_folder / "SHA256SUMS").unlink()
    code, err = playground(kwtools, tmp_path)
    assert code == 3
    is_told = f"{runtime_folder} is not used: its files differ from its SHA256SUMS" in err
    assert is_told == (change != "no list")


def test_an_installed_runtime_without_a_locked_package_is_not_used(
    runtime_folder: Path, offline: None
) -> None:
    tag = runtime.python_tag()
    assert installed_runtime.packages(tag, runtime.locks()) == runtime_folder
    assert installed_runtime.packages(tag, runtime.locks(["pkcs11"])) is None
    assert installed_runtime.packages("cp399", runtime.locks()) is None
    (metadata,) = runtime_folder.glob("cryptography-*.dist-info/METADATA")
    text = metadata.read_text().replace("\nVersion: ", "\nVersion: 1", 1)
    metadata.write_text(text)
    _list_again(runtime_folder)
    assert installed_runtime.packages(tag, runtime.locks()) is None


def test_a_drill_works_without_an_index(
    kwtools: Kwtools,
    runtime_folder: Path,
    offline: None,
    db: Database,
    providers_file: Path,
    tmp_path: Path,
) -> None:
    stored.fill(db)
    dump = tmp_path / "nightly.dump"
    assert kwtools("dump", dump, "--dsn", db.dsn)[0] == 0
    drill = ("restore", dump, "--verify-only", "--providers-file", providers_file)
    code, out, err = kwtools(*drill)
    assert (code, err) == (0, "")
    assert "can be read: all of it was restored and opened" in out


def test_a_wheelhouse_serves_a_playground_and_a_drill(
    kwtools: Kwtools,
    db: Database,
    providers_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    wheels = tmp_path / "wheels"
    assert kwtools("wheelhouse", wheels)[0] == 0
    dump = tmp_path / "nightly.dump"
    assert kwtools("dump", dump, "--dsn", db.dsn)[0] == 0
    request.getfixturevalue("offline")
    assert playground(kwtools, tmp_path, "--wheelhouse", wheels) == (0, "")
    shutil.rmtree(tmp_path / "cache")
    drill = ("restore", dump, "--verify-only", "--providers-file", providers_file)
    assert kwtools(*drill)[0] == 3
    assert kwtools(*drill, "--wheelhouse", wheels)[0] == 0
    for command in (("playground",), drill):
        code, _, err = kwtools(*command, "--wheelhouse", tmp_path / "none")
        assert code == 2
        assert f"{tmp_path / 'none'} is not a folder" in err
    code, _, err = kwtools("restore", dump, "--dsn", db.dsn, "--wheelhouse", wheels)
    assert code == 2
    assert "require --verify-only" in err
