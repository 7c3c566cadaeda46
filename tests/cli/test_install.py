"""``kwtools install``: what is put where, with which rights; and the wheel that can do it too."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from kwtools import runtime, sources
from kwtools.install import Layout
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
    for package in ("kwruntime", "cryptography"):
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
    assert "no right to write to /usr/share/postgresql, /usr/local/lib/kwtools" in done.stderr


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
        "plpython/kwruntime/api.py",
    ):  # fmt: skip
        assert f"kwtools/_sources/{name}" in names
    assert not [name for name in names if name.endswith(".pyc")]

    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = (
        "from kwtools import sources; from kwtools.build import build; from pathlib import Path; "
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
