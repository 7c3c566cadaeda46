"""``kwtools install``: what is put where, with which rights; and the wheel that can do it too."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from kwshared.servers import POSTGRESQL

from kwtools import checksums, postgres, runtime, sources
from kwtools.errors import KwtoolsError
from kwtools.install import Layout, _check_the_server_gets_there, install
from kwtools.postgres import installed, pg_config, server_user
from tests.cli.conftest import Kwtools


def test_a_staged_installation(kwtools: Kwtools, tmp_path: Path) -> None:
    code, out, _ = kwtools("install", "--destdir", tmp_path)
    assert code == 0
    assert "kwtools init --dsn dbname=NAME" in out
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


# -- what goes wrong while installing ----------------------------------------------------------


class Stage:
    """An installation below a folder, by the command as another process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.layout = Layout(pg_config("--sharedir") / "extension", stage=folder)
        self.extension = self.layout.staged(self.layout.extension_directory)
        self.version = self.layout.staged(self.layout.module_path) / sources.version()
        self.runtime = self.version / runtime.python_tag()
        self.command = [sys.executable, "-m", "kwtools", "install", "--destdir", str(folder)]

    def install(self) -> tuple[int, str]:
        """Return its exit code and its error output."""
        done = subprocess.run(self.command, capture_output=True, text=True)
        return done.returncode, done.stderr

    def files(self) -> dict[str, str]:
        """Return the checksum of every file that is not of an unfinished installation."""
        return {
            path: digest
            for folder in (self.runtime, self.extension)
            for path, digest in checksums.of_files(folder).items()
            if not path.startswith(".")
        }

    def is_whole(self) -> bool:
        """Ask sha256sum, and look for what an unfinished installation leaves."""
        for folder, name in ((self.runtime, "SHA256SUMS"), (self.extension, "kwtools.sha256")):
            done = subprocess.run(
                ["sha256sum", "--check", "--strict", "--quiet", name], cwd=folder,
                capture_output=True,
            )  # fmt: skip
            if done.returncode != 0:
                return False
        listed = (self.runtime / "SHA256SUMS").read_text().splitlines()
        return len(listed) == len(checksums.of_files(self.runtime)) and not [
            path for folder in (self.version, self.extension) for path in folder.glob(".*")
        ]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """An installation that is there and whole."""
    made = Stage(tmp_path / "stage")
    assert made.install() == (0, "")
    assert made.is_whole()
    return made


def test_every_installed_file_is_listed_with_its_checksum(stage: Stage) -> None:
    for path in (stage.runtime / "kwshared/__init__.py", stage.extension / "kwtools.control"):
        with path.open("a") as file:
            file.write("# changed\n")
        assert not stage.is_whole()
        assert stage.install()[0] == 0
        assert stage.is_whole()


def test_a_half_installed_version_is_made_whole_by_installing_again(stage: Stage) -> None:
    before = sources_of(stage.files())
    shutil.rmtree(stage.runtime / "cryptography")
    (stage.extension / "kwtools.control").unlink()
    (stage.version / ".new-left").mkdir()
    (stage.extension / ".kwtools-left").mkdir()
    assert stage.install()[0] == 0
    assert stage.is_whole()
    assert sources_of(stage.files()) == before


@pytest.mark.parametrize("moment", [0, 200])
def test_a_kill_while_installing_leaves_what_was_there(stage: Stage, moment: int) -> None:
    """``moment``: how many files of the new runtime are there when it is killed."""
    before = stage.files()
    running = subprocess.Popen(stage.command, stdout=subprocess.DEVNULL)
    try:
        while len(list(stage.version.glob(".new-*/new/**/*.py"))) < moment or not list(
            stage.version.glob(".new-*")
        ):
            assert running.poll() is None
    finally:
        running.kill()
        running.wait()
    assert list(stage.version.glob(".new-*"))
    assert stage.files() == before
    assert stage.install()[0] == 0
    assert stage.is_whole()


def sources_of(files: dict[str, str]) -> dict[str, str]:
    """Leave out what Python compiles, which differs each time."""
    return {path: digest for path, digest in files.items() if not path.endswith(".pyc")}


def mount(folder: Path, megabytes: int) -> None:
    """Mount a small file system, which the test unmounts; skip the test where none can be."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", folder],
        capture_output=True,
    )
    if mounted.returncode != 0:
        pytest.skip("no file system can be mounted here")


def test_no_control_file_leads_to_a_runtime_that_found_no_room(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "stage")
    folder = stage.version.parent
    folder.mkdir(parents=True)
    mount(folder, 4)
    try:
        code, told = stage.install()
        assert code == 3
        assert f"the file system of {stage.version} has" in told
        assert not stage.extension.exists()
        assert not list(stage.version.glob(".new-*"))
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.parametrize("where", ["runtime", "extension"])
def test_a_full_disk_leaves_what_was_there_and_says_how_much_to_free(
    tmp_path: Path, where: str
) -> None:
    stage = Stage(tmp_path / "stage")
    folder = stage.version.parent if where == "runtime" else stage.extension
    folder.mkdir(parents=True)
    mount(folder, 64 if where == "runtime" else 8)
    try:
        assert stage.install()[0] == 0
        filling = folder / "filling"
        status = os.statvfs(folder)
        almost_all = status.f_bavail * status.f_frsize - 300_000
        filling.write_bytes(b"x" * almost_all)
        before = stage.files()
        code, told = stage.install()
        assert code == 3
        named = stage.version if where == "runtime" else stage.extension
        assert f"no space left on device: the file system of {named} has 0 MB free" in told
        assert re.search(r"Free at least \d+ MB there", told)
        assert "What was installed before is unchanged" in told
        assert stage.is_whole()
        assert sources_of(stage.files()) == sources_of(before)
        filling.unlink()
        assert stage.install()[0] == 0
        assert stage.is_whole()
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_copy_that_differs_from_its_source_is_refused(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = stage.files()
    compiled = runtime._compile

    def damage(folder: Path, python: str) -> None:
        compiled(folder, python)
        if (folder / "keyfile.py").exists():
            (folder / "keyfile.py").write_text("")

    monkeypatch.setattr(runtime, "_compile", damage)
    with pytest.raises(KwtoolsError, match=r"kwshared/keyfile.py differs from its source"):
        install(stage.layout, server_user())
    assert stage.files() == before


# -- which server ------------------------------------------------------------------------------


class Versions:
    """Makes installations of PostgreSQL: for each a pg_config that knows its folders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self, *majors: int) -> None:
        for major in majors:
            self.program(major).parent.mkdir(parents=True)
            self.program(major).write_text(
                "#!/bin/sh\ncase $1 in"
                f" --version) echo PostgreSQL {major}.1;;"
                f" --pkglibdir) echo {self.folder / str(major)};;"
                f" *) echo /usr/share/postgresql/{major};;"
                " esac\n"
            )
            self.program(major).chmod(0o755)

    def add_plpython(self, major: int, embeds: str = "") -> None:
        library = self.folder / str(major) / "plpython3.so"
        library.write_bytes(b"\x7fELF\0libc.so.6\0" + embeds.encode() + b"\0")

    def program(self, major: int) -> Path:
        return self.folder / str(major) / "bin" / "pg_config"


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Versions:
    """The machine has the versions of PostgreSQL that the test makes, and no other."""
    monkeypatch.delenv("PG_CONFIG", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path / 'nowhere'}")
    monkeypatch.setattr(postgres, "_VERSIONS", tmp_path / "versions")
    return Versions(tmp_path / "versions")


def test_the_newest_supported_version_is_taken_and_said(
    kwtools: Kwtools, tmp_path: Path, versions: Versions
) -> None:
    versions.make(14, 15, 17, 99)
    code, out, err = kwtools("install", "--destdir", tmp_path / "stage")
    assert code == 0
    assert "/usr/share/postgresql/17/extension/kwtools.control" in out
    assert "/15/" not in out
    assert err == (
        "kwtools: installing into PostgreSQL 17, the newest that kwtools supports;"
        " 14, 15 and 99 are installed, too. --pg-config takes another\n"
    )


def test_a_version_with_plpython_comes_before_a_newer_one_without(
    kwtools: Kwtools, tmp_path: Path, versions: Versions
) -> None:
    versions.make(15, 16, 18)  # of 18 perhaps only the client
    versions.add_plpython(15)
    versions.add_plpython(16)
    code, out, err = kwtools("install", "--destdir", tmp_path / "stage")
    assert code == 0
    assert "/usr/share/postgresql/16/extension/kwtools.control" in out
    assert "PostgreSQL 16, the newest that has PL/Python" in err


def test_all_servers_with_plpython_are_taken_and_the_others_named(
    kwtools: Kwtools, tmp_path: Path, versions: Versions
) -> None:
    versions.make(14, 15, 16, 17)
    code, out, err = kwtools("install", "--destdir", tmp_path / "stage", "--all")
    assert (code, out) == (3, "")
    assert "no PostgreSQL of this machine has PL/Python" in err
    versions.add_plpython(14)
    versions.add_plpython(15)
    versions.add_plpython(17)
    code, out, err = kwtools("install", "--destdir", tmp_path / "stage", "--all")
    assert code == 0
    for major in (14, 15, 16, 17):
        control = tmp_path / f"stage/usr/share/postgresql/{major}/extension/kwtools.control"
        assert control.exists() == (major in (15, 17))
    assert err.splitlines() == [
        "kwtools: installing into PostgreSQL 15, which has PL/Python",
        "kwtools: leaving out PostgreSQL 16: it has no PL/Python"
        f" ({versions.folder}/16/plpython3.so); Debian's package is postgresql-plpython3-16",
        "kwtools: installing into PostgreSQL 17, which has PL/Python",
    ]
    assert kwtools("install", "--all", "--pg-config", versions.program(15))[0] == 2


@pytest.mark.parametrize("major", POSTGRESQL)
def test_one_version_needs_no_words(
    kwtools: Kwtools, tmp_path: Path, versions: Versions, major: int
) -> None:
    versions.make(major)
    code, out, err = kwtools("install", "--destdir", tmp_path / "stage")
    assert (code, err) == (0, "")
    assert f"/usr/share/postgresql/{major}/extension/kwtools.control" in out


@pytest.mark.parametrize("how", ["alone", "option", "variable"])
def test_a_version_that_is_not_supported_is_refused(
    kwtools: Kwtools,
    tmp_path: Path,
    versions: Versions,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    versions.make(*((99,) if how == "alone" else (15, 99)))
    options = ["--pg-config", versions.program(99)] if how == "option" else []
    if how == "variable":
        monkeypatch.setenv("PG_CONFIG", str(versions.program(99)))
    code, out, err = kwtools("install", "--destdir", tmp_path / "stage", *options)
    assert (code, out) == (3, "")
    for told in ("does not support PostgreSQL 99", "PG_CONFIG", "--pg-config"):
        assert told in err
    assert not (tmp_path / "stage").exists()


@pytest.mark.parametrize("how", ["option", "variable"])
def test_another_version_is_taken_where_it_is_named(
    kwtools: Kwtools,
    tmp_path: Path,
    versions: Versions,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    versions.make(15, 17)
    options = ["--pg-config", versions.program(15)] if how == "option" else []
    if how == "variable":
        monkeypatch.setenv("PG_CONFIG", str(versions.program(15)))
    code, out, err = kwtools("install", "--destdir", tmp_path / "stage", *options)
    assert code == 0
    assert "/usr/share/postgresql/15/extension/kwtools.control" in out
    said = "--pg-config" if how == "option" else "PG_CONFIG"
    assert f"installing into PostgreSQL 15, as {said} says; 17 is installed, too" in err


def test_the_runtime_is_for_the_python_that_plpython_embeds(
    kwtools: Kwtools, tmp_path: Path, versions: Versions
) -> None:
    own = f"{sys.version_info[0]}.{sys.version_info[1]}"
    versions.make(15)
    versions.add_plpython(15, f"libpython{own}.so.1.0")
    assert runtime.embedded_python(installed()) == f"/usr/bin/python{own}"
    for embeds, told in (
        ("libpython3.9.so.1.0", "embeds Python 3.9"),
        ("libpython3.99.so.1.0", "/usr/bin/python3.99, which PL/Python of PostgreSQL 15 embeds"),
    ):
        versions.add_plpython(15, embeds)
        code, out, err = kwtools("install", "--destdir", tmp_path / "stage")
        assert (code, out) == (3, "")
        assert told in err
        assert not (tmp_path / "stage").exists()


def test_setup_knows_the_same_versions() -> None:
    setup = (sources.extension().parent / "scripts" / "setup").read_text()
    assert f"majors=({' '.join(map(str, sorted(POSTGRESQL, reverse=True)))})" in setup


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
