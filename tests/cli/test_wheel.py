"""The command's wheel, in an environment of its own: it installs without a clone and an index."""

import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kwtools import runtime, sources
from kwtools.cluster import Place, set_up
from tests.cli.conftest import Kwtools

ROOT = Path(__file__).parents[2]


def run(*command: object, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a program far from the checkout."""
    words = [str(word) for word in command]
    return subprocess.run(words, cwd="/", env=environment, capture_output=True, text=True)


def no_index(folder: Path) -> dict[str, str]:
    """Return an environment in which pip reaches nothing, whatever this machine's settings are."""
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0",
    }


def contents(wheel: Path) -> dict[str, bytes]:
    """Return the files of a wheel but for the list, which the order of lines tells apart."""
    with zipfile.ZipFile(wheel) as opened:
        return {
            name: opened.read(name)
            for name in opened.namelist()
            if not name.endswith(("/RECORD", "/"))
        }


def test_a_machine_without_index_and_clone_installs_from_a_wheelhouse(
    kwtools: Kwtools, own_cluster: Callable[..., Place], tmp_path: Path
) -> None:
    wheels = tmp_path / "wheels"
    code, out, err = kwtools("wheelhouse", wheels)
    assert (code, err) == (0, "")
    assert f"pip install --no-index --find-links DIR {sources.DISTRIBUTION}" in out

    offline = no_index(tmp_path / "home")
    environment = tmp_path / "environment"
    assert run("/usr/bin/python3", "-m", "venv", environment, environment=offline).returncode == 0
    pip = [environment / "bin" / "pip", "install", "--no-index", "--find-links", wheels]
    done = run(*pip, sources.DISTRIBUTION, environment=offline)
    assert done.returncode == 0, done.stderr
    command = environment / "bin" / "kwtools"
    where = run(environment / "bin" / "python", "-c", "import kwtools; print(kwtools.__file__)",
                environment=offline)  # fmt: skip
    assert where.stdout.startswith(str(environment))

    place = own_cluster()
    shutil.rmtree(place.destdir)
    shutil.rmtree(place.module_path)
    install = [
        command, "install", "--destdir", place.destdir, "--module-path", place.module_path,
        "--providers-file", place.providers_file, "--keystore", place.keystore,
    ]  # fmt: skip
    done = run(*install, environment=offline)
    assert done.returncode == 3
    assert "--wheelhouse" in done.stderr  # so no index can be reached
    done = run(*install, "--wheelhouse", wheels, environment=offline)
    assert (done.returncode, done.stderr) == (0, "")
    staged = place.destdir / place.module_path.relative_to("/")
    staged.rename(place.module_path)
    with place.connect() as connection:
        set_up(connection, "wheel")
        row = connection.execute("select kw.unwrap(kw.wrap()) is not null").fetchone()
        assert row == (True,)

    # The installed command fills a wheelhouse, too, with the same wheel.
    again = tmp_path / "again"
    source = offline | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}
    done = run(command, "wheelhouse", again, environment=source)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in again.iterdir()} == {path.name for path in wheels.iterdir()}
    (name,) = (path.name for path in again.glob("kwtools_postgresql-*.whl"))
    assert contents(again / name) == contents(wheels / name)
    pip = [environment / "bin" / "pip", "install", "--no-index", "--no-deps", "--force-reinstall"]
    assert run(*pip, again / name, environment=offline).returncode == 0
    done = run(command, "--help", environment=offline)
    assert "wheelhouse" in done.stdout


def test_a_package_with_another_checksum_is_refused(
    kwtools: Kwtools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    for lock in runtime.locks():
        runtime.pip(
            runtime.server_python(), "download", "--quiet", "--no-deps", "--only-binary=:all:",
            "--dest", str(wheels), "--requirement", str(lock),
        )  # fmt: skip
    (changed,) = wheels.glob("cryptography-*.whl")
    with zipfile.ZipFile(changed, "a") as wheel:
        wheel.writestr("cryptography/more.py", "import os\n")
    monkeypatch.setattr(sources, "build_directory", lambda: tmp_path / "build")
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    for name, value in no_index(tmp_path).items():
        monkeypatch.setenv(name, value)
    code, out, err = kwtools("install", "--wheelhouse", wheels, "--destdir", tmp_path / "stage")
    assert (code, out) == (3, "")
    assert "DO NOT MATCH THE HASHES" in err
    assert not (tmp_path / "stage").exists()


def test_a_wheelhouse_that_is_not_there_is_named(kwtools: Kwtools, tmp_path: Path) -> None:
    code, out, err = kwtools(
        "install", "--destdir", tmp_path / "stage", "--wheelhouse", tmp_path / "none"
    )
    assert (code, out) == (2, "")
    assert f"{tmp_path / 'none'} is not a folder" in err
    assert not (tmp_path / "stage").exists()
