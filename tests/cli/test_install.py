"""``kwtools install``: what is put where, with which rights; and the wheel that can do it too."""

import os
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kwtools import postgres, runtime, sources
from kwtools.errors import KwtoolsError
from kwtools.install import Layout, _check_the_server_gets_there
from kwtools.postgres import pg_config, server_user
from tests.cli.conftest import Kwtools


def test_a_staged_installation(kwtools: Kwtools, tmp_path: Path) -> None:
    code, out, _ = kwtools("install", "--destdir", tmp_path)
    assert code == 0
    assert "CREATE EXTENSION kwtools CASCADE" in out
    version = sources.version()
    layout = Layout(pg_config("--sharedir") / "extension", stage=tmp_path)
    extension = layout.staged(layout.extension_directory)
    control = (extension / "kwtools.control").read_text()
    assert "module_pathname = '/usr/local/lib/kwtools'" in control
    assert f"default_version = '{version}'" in control
    assert (extension / f"kwtools--{version}.sql").exists()

    module_path = layout.staged(layout.module_path)
    site = tomllib.loads((module_path / "site.toml").read_text())
    assert site == {"providers_file": "/etc/kwtools/providers.toml"}
    (runtime,) = (module_path / version).iterdir()
    for package in ("kwruntime", "kwshared", "cryptography"):
        assert list((runtime / package / "__pycache__").glob("__init__.cpython-*.pyc"))
    assert f'VERSION = "{version}"' in (runtime / "kwruntime/_version.py").read_text()
    for path in (module_path, *module_path.rglob("*")):
        status = path.stat()
        assert status.st_mode & 0o7777 == (0o755 if path.is_dir() else 0o644), path
        assert status.st_uid == os.geteuid()


def test_the_keystore_and_the_providers_file_are_closed_and_stay(
    kwtools: Kwtools, tmp_path: Path
) -> None:
    kwtools("install", "--destdir", tmp_path)
    providers = tmp_path / "etc/kwtools/providers.toml"
    keystore = tmp_path / "var/lib/kwtools/keys"
    user = server_user()
    assert keystore.stat().st_mode & 0o7777 == 0o700
    assert keystore.stat().st_uid == user.uid
    assert providers.stat().st_mode & 0o7777 == 0o640
    assert (providers.stat().st_uid, providers.stat().st_gid) == (os.geteuid(), user.gid)
    entry = tomllib.loads(providers.read_text())["providers"]["local"]
    assert entry == {
        "kind": "local",
        "directory": "/var/lib/kwtools/keys",
        "sql_may_create": True,
    }
    providers.write_text("# mine\n")
    (keystore / "a.jwk").write_text("kept")
    assert kwtools("install", "--destdir", tmp_path)[0] == 0
    assert providers.read_text() == "# mine\n"
    assert (keystore / "a.jwk").read_text() == "kept"


def test_other_folders(kwtools: Kwtools, tmp_path: Path) -> None:
    code, _, _ = kwtools(
        "install", "--destdir", tmp_path, "--module-path", "/opt/kw", "--providers-file",
        "/srv/kw/providers.toml", "--keystore", "/srv/kw/keys",
    )  # fmt: skip
    assert code == 0
    assert 'directory = "/srv/kw/keys"' in (tmp_path / "srv/kw/providers.toml").read_text()
    assert (tmp_path / "opt/kw/site.toml").read_text().endswith('"/srv/kw/providers.toml"\n')


@pytest.mark.skipif(os.geteuid() != 0, reason="needs a user without rights")
def test_missing_rights_are_named_before_anything_is_written() -> None:
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    script = (
        "from pathlib import Path; from kwtools.install import *; "
        "from kwtools.postgres import server_user; "
        "install(Layout(Path('/usr/share/postgresql')), server_user())"
    )
    environment = {"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [*nobody, sys.executable, "-c", script], env=environment, capture_output=True, text=True
    )
    assert "denied to write to /usr/share/postgresql, /usr/local/lib/kwtools" in done.stderr


def test_the_wheel_holds_the_sources(tmp_path: Path) -> None:
    root = sources.extension().parent
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=root, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for name in (
        "extension/order.txt", "extension/kwtools.control.in", "plpython/requirements.lock",
        "plpython/kwruntime/api/__init__.py", "plpython/kwshared/keyfile.py",
    ):  # fmt: skip
        assert f"kwtools/_sources/{name}" in names
    assert "kwshared/keyfile.py" in names
    assert not [name for name in names if name.endswith(".pyc")]

    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = (
        "from kwtools import sources; from kwtools.build import build; from pathlib import Path; "
        "import kwtools.keystore; "
        "build(sources.extension(), sources.version(), Path('built')); print(sources.version())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True,
        env={"PYTHONPATH": str(tmp_path / "site"), "PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert done.stdout.strip() == sources.version(), done.stderr
    assert (tmp_path / "built/kwtools.control").exists()


def test_packages_that_are_there_are_used_where_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = runtime.prepare().name
    (tmp_path / "packages" / name).mkdir(parents=True)
    monkeypatch.setattr(sources, "build_directory", lambda: tmp_path)
    assert runtime.prepare() == tmp_path / "packages" / name
    assert [path.name for path in (tmp_path / "packages").iterdir()] == [name]  # no lock, no more


@pytest.mark.parametrize("umask", [0o022, 0o027, 0o077])
def test_the_server_reads_what_is_installed_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kwtools", "install", "--destdir", str(tmp_path / "new" / "stage"),
         "--module-path", "/opt/company/kw/lib", "--providers-file", "/srv/a/b/providers.toml",
         "--keystore", "/srv/c/d/keys"],
        umask=umask, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    closed = {"srv/a/b/providers.toml": 0o640, "srv/c/d/keys": 0o700}
    for path in (tmp_path / "new").rglob("*"):
        name = str(path.relative_to(tmp_path / "new" / "stage")) if "stage/" in str(path) else ""
        expected = closed.get(name, 0o755 if path.is_dir() else 0o644)
        assert path.stat().st_mode & 0o7777 == expected, path
    assert (tmp_path / "new").stat().st_mode & 0o7777 == 0o755


def test_a_folder_that_the_server_cannot_enter_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0o700)
    user = server_user()
    outsider = user._replace(uid=4_000_000, gid=4_000_000)
    layout = Layout(
        tmp_path / "extension", closed / "lib", tmp_path / "providers.toml", tmp_path / "keys"
    )
    with pytest.raises(KwtoolsError, match=f"{user.name} of the server cannot enter .*{closed}"):
        _check_the_server_gets_there(layout, outsider)


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """``versions(15, 17)``: the machine has these, each a pg_config that knows its folders."""
    monkeypatch.delenv("PG_CONFIG", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path / 'nowhere'}")

    def make(*majors: int) -> None:
        for major in majors:
            folder = tmp_path / "versions" / str(major) / "bin"
            folder.mkdir(parents=True)
            (folder / "pg_config").write_text(
                "#!/bin/sh\ncase $1 in"
                f" --version) echo PostgreSQL {major}.1;; *) echo /usr/share/postgresql/{major};;"
                " esac\n"
            )
            (folder / "pg_config").chmod(0o755)
        monkeypatch.setattr(postgres, "_VERSIONS", tmp_path / "versions")

    return make


def test_the_version_that_it_is_for_is_taken_and_said(
    kwtools: Kwtools, tmp_path: Path, versions: Callable[..., None]
) -> None:
    versions(14, 15, 17)
    code, out, err = kwtools("install", "--destdir", tmp_path / "stage")
    assert code == 0
    assert "/usr/share/postgresql/15/extension/kwtools.control" in out
    assert "/17/" not in out
    assert err.startswith("kwtools: installing into PostgreSQL 15")
    assert "14 and 17" in err
    assert "--pg-config" in err


def test_one_version_needs_no_words(
    kwtools: Kwtools, tmp_path: Path, versions: Callable[..., None]
) -> None:
    versions(15)
    assert kwtools("install", "--destdir", tmp_path / "stage")[2] == ""


def test_another_version_alone_is_not_taken_silently(
    kwtools: Kwtools, tmp_path: Path, versions: Callable[..., None]
) -> None:
    versions(17)
    code, out, err = kwtools("install", "--destdir", tmp_path / "stage")
    assert (code, out) == (3, "")
    for told in ("PostgreSQL 15 is not installed", "17 (", "PG_CONFIG", "--pg-config"):
        assert told in err
    assert not (tmp_path / "stage").exists()


@pytest.mark.parametrize("how", ["option", "variable"])
def test_another_version_is_taken_where_it_is_named(
    kwtools: Kwtools,
    tmp_path: Path,
    versions: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    versions(15, 17)
    program = tmp_path / "versions" / "17" / "bin" / "pg_config"
    options = ["--pg-config", program] if how == "option" else []
    if how == "variable":
        monkeypatch.setenv("PG_CONFIG", str(program))
    code, out, err = kwtools("install", "--destdir", tmp_path / "stage", *options)
    assert code == 0
    assert "/usr/share/postgresql/17/extension/kwtools.control" in out
    assert "installing into PostgreSQL 17" in err
    assert "is for 15" in err


@pytest.mark.parametrize("says", ["", "exit 1"])
def test_a_program_that_is_not_pg_config_is_named(
    kwtools: Kwtools, tmp_path: Path, says: str
) -> None:
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\n{says}\n")
    program.chmod(0o755)
    for name in (program, tmp_path / "none"):
        code, _, err = kwtools("install", "--destdir", tmp_path / "stage", "--pg-config", name)
        assert code == 3
        assert str(name) in err
