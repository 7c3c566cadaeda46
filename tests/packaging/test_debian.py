"""The Debian packages: built by Debian's tools, installed by apt, used by a real server."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kwtools import runtime, sources
from kwtools.build import build
from kwtools.cluster import set_up
from kwtools.postgres import installed
from kwtools.release import freeze
from scripts import deb
from tests.packaging.machine import Machine, copy_of_this_machine

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root installs packages")

NEXT = "99.0"
PROVIDERS = "/etc/kwtools/providers.toml"
KEYS = "/var/lib/kwtools/keys"
READ = "select kw.decrypt_text('people', id, 'ssn', ssn) from people"

# apt with the repository of the test only; nothing is downloaded.
APT = (
    "apt-get", "-o", "Dir::Etc::sourcelist=/repository/sources.list",
    "-o", "Dir::Etc::sourceparts=/dev/null", "--yes",
)  # fmt: skip


def extension_package() -> str:
    return f"postgresql-{installed().major}-kwtools"


def runtime_package(version: str) -> str:
    return f"kwtools-runtime-{version}-{runtime.python_tag()}"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages of this version."""
    folder = tmp_path_factory.mktemp("packages")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DPKG_DEB_COMPRESSOR_LEVEL", "0")  # a tenth of the time
        patch.setenv("SOURCE_DATE_EPOCH", "1900000000")  # a copy of the tree has no commit
        deb.build(folder)
    return folder


@pytest.fixture
def next_packages(tmp_path: Path) -> Path:
    """A folder with the packages of a release after this one."""
    tree, folder = _next_release(tmp_path / "next"), tmp_path / "next-packages"
    code = "import sys, pathlib; from scripts import deb; deb.build(pathlib.Path(sys.argv[1]))"
    environment = {
        **os.environ,
        "DPKG_DEB_COMPRESSOR_LEVEL": "0",
        "SOURCE_DATE_EPOCH": "2000000000",  # without a commit
        "PYTHONPATH": f"{tree}:{tree / 'src'}:{tree / 'plpython'}",
    }
    subprocess.run([sys.executable, "-c", code, str(folder)], cwd=tree, env=environment, check=True)
    return folder


def _next_release(tree: Path) -> Path:
    """Make the sources of a release after this one, with this one released."""
    for name in ("src", "extension", "plpython", "packaging", "scripts"):
        shutil.copytree(deb.ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(deb.ROOT / "CHANGELOG.md", tree)
    project = (deb.ROOT / "pyproject.toml").read_text()
    this = sources.version()
    assert f'\nversion = "{this}"\n' in project
    (tree / "pyproject.toml").write_text(
        project.replace(f'\nversion = "{this}"\n', f'\nversion = "{NEXT}"\n')
    )
    freeze(build(sources.extension(), this, tree / "built"), tree / "extension" / "released")
    (tree / "build").mkdir()
    (tree / "build" / "packages").symlink_to(runtime.prepare().parent)
    return tree


@pytest.fixture
def repository(packages: Path, tmp_path: Path) -> Path:
    """An apt repository with the packages of this version."""
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "sources.list").write_text("deb [trusted=yes] file:/repository ./\n")
    publish(folder, packages)
    return folder


def publish(repository: Path, packages: Path) -> None:
    """Put packages into a repository."""
    for package in packages.glob("*.deb"):
        shutil.copy(package, repository)
    listed = subprocess.run(
        ["dpkg-scanpackages", "--multiversion", "."], cwd=repository,
        check=True, capture_output=True,
    )  # fmt: skip
    (repository / "Packages").write_bytes(listed.stdout)


@pytest.fixture
def machine(tmp_path: Path, repository: Path) -> Iterator[Machine]:
    """A machine with a server of Debian's, and with the packages of this version."""
    scratch = tmp_path / "machine"
    scratch.mkdir()
    with copy_of_this_machine(scratch, repository) as machine:
        machine.run(*APT, "update")
        machine.run(*APT, "install", extension_package())
        major = str(installed().major)
        cluster = ("packaged", "--start", "--port", "5999", "--", "--auth=trust")
        machine.run("pg_createcluster", major, *cluster)
        yield machine


def connect(machine: Machine, database: str = "postgres") -> psycopg.Connection:
    """Open a session as superuser."""
    return psycopg.connect(
        host=str(machine.path("/run/postgresql")),
        port=5999,
        user="postgres",
        dbname=database,
        autocommit=True,
    )


def make_database(machine: Machine, name: str) -> None:
    """Make a database with one protected row, its keys in the packages' keystore."""
    with connect(machine) as connection:
        connection.execute(f"create database {name}")
    with connect(machine, name) as connection:
        set_up(connection, name)
        connection.execute("create table people (id bigint primary key, ssn bytea)")
        connection.execute("select kw.bind('people', '*', 'ssn')")
        connection.execute(
            "insert into people values (1, kw.encrypt_text('people', 1, 'ssn', 'one'))"
        )


def read(machine: Machine, database: str) -> list[tuple[str]]:
    """Open the row in a new session."""
    with connect(machine, database) as connection:
        return connection.execute(READ).fetchall()


def wait_until_sessions_ended(machine: Machine) -> None:
    """A backend ends some time after its client has closed."""
    with connect(machine) as connection:
        for _ in range(600):
            (left,) = connection.execute(
                "select count(*) from pg_stat_activity"
                " where backend_type = 'client backend' and pid <> pg_backend_pid()"
            ).fetchone() or (0,)
            if left == 0:
                return
            time.sleep(0.1)
    pytest.fail("sessions did not end")


def mode_and_owner(machine: Machine, path: str) -> str:
    return machine.run("stat", "--format", "%a %U:%G", path).strip()


def test_lintian_finds_no_error(packages: Path) -> None:
    deb.check(sorted(packages.glob("*.deb")))


def test_each_override_has_its_reason() -> None:
    files = list((deb.ROOT / "packaging" / "debian").glob("*.lintian-overrides"))
    assert files
    for file in files:
        before = ""
        for line in file.read_text().splitlines():
            assert line.startswith("#") or before, f"{file.name}: {line}"
            before = line


def test_databases_of_two_versions_go_on_after_an_upgrade(
    machine: Machine, repository: Path, next_packages: Path
) -> None:
    this = runtime_package(sources.version())
    make_database(machine, "stays")
    make_database(machine, "moves")
    machine.run("sed", "-i", "1i # mine", PROVIDERS)
    before = connect(machine, "stays")
    assert before.execute(READ).fetchall() == [("one",)]

    publish(repository, next_packages)
    machine.run(*APT, "update")
    said = machine.run(*APT, "upgrade", "--with-new-pkgs")  # as "apt upgrade" does
    assert "ALTER EXTENSION kwtools UPDATE" in said
    assert machine.run("head", "-n", "1", PROVIDERS) == "# mine\n"
    assert mode_and_owner(machine, PROVIDERS) == "640 root:postgres"
    assert "kwtools" not in machine.run(*APT, "--simulate", "autoremove")

    # The old session, a new one in a database of the old version, and an upgraded database.
    assert before.execute("select kw.verify()").fetchall() == []
    assert read(machine, "stays") == [("one",)]
    with connect(machine, "moves") as connection:
        connection.execute("alter extension kwtools update")
    assert read(machine, "moves") == [("one",)]
    with connect(machine, "moves") as connection:
        assert connection.execute(
            "select extversion from pg_extension where extname = 'kwtools'"
        ).fetchall() == [(NEXT,)]

    said = machine.run(*APT, "remove", this, fails=True)
    assert f"Sessions of PostgreSQL have loaded /usr/lib/kwtools/{sources.version()}/" in said
    assert f"(processes {before.info.backend_pid})" in said
    assert before.execute(READ).fetchall() == [("one",)]
    before.close()
    with connect(machine, "stays") as connection:
        connection.execute("alter extension kwtools update")
    wait_until_sessions_ended(machine)
    machine.run(*APT, "remove", this)
    assert read(machine, "stays") == read(machine, "moves") == [("one",)]


def test_keys_outlive_the_packages(machine: Machine) -> None:
    this = runtime_package(sources.version())
    make_database(machine, "one")
    assert mode_and_owner(machine, PROVIDERS) == "640 root:postgres"
    assert mode_and_owner(machine, KEYS) == "700 postgres:postgres"
    keys = machine.run("ls", KEYS)
    assert len(keys.split()) == 2
    machine.run("sed", "-i", "1i # mine", PROVIDERS)

    machine.run(*APT, "remove", extension_package())
    assert read(machine, "one") == [("one",)]  # the runtime is still there
    wait_until_sessions_ended(machine)
    machine.run(*APT, "remove", "kwtools-common")
    with pytest.raises(psycopg.Error, match=f"runtime of kwtools {sources.version()} cannot be"):
        read(machine, "one")
    assert machine.run("head", "-n", "1", PROVIDERS) == "# mine\n"
    assert machine.run("ls", KEYS) == keys

    machine.run(*APT, "install", this)
    assert machine.run("head", "-n", "1", PROVIDERS) == "# mine\n"
    assert mode_and_owner(machine, PROVIDERS) == "640 root:postgres"
    assert read(machine, "one") == [("one",)]

    wait_until_sessions_ended(machine)
    said = machine.run(*APT, "purge", "kwtools-common")
    assert f"{KEYS} keeps its keys" in said
    machine.run("test", "-e", PROVIDERS, fails=True)
    assert machine.run("ls", KEYS) == keys
    machine.run(*APT, "install", this)
    assert read(machine, "one") == [("one",)]


def test_an_empty_keystore_goes_with_the_packages(machine: Machine) -> None:
    assert "keeps its keys" not in machine.run(*APT, "purge", "kwtools-common")
    for path in ("/var/lib/kwtools", "/etc/kwtools", "/usr/lib/kwtools"):
        machine.run("test", "-e", path, fails=True)
