"""``kwtools install --all`` and ``uninstall --all``, where several servers are installed."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kwtools import runtime, sources
from tests.packaging.machine import Machine, copy_of_this_machine
from tests.upgrade.test_pg_upgrade import FOUND, server

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root installs into servers"),
    pytest.mark.skipif(
        len(FOUND) < 2, reason=f"PL/Python of two versions of PostgreSQL is not installed: {FOUND}"
    ),
]

KWTOOLS = str(Path(sys.executable).with_name("kwtools"))
RUNTIMES = "/usr/local/lib/kwtools"
# Which runtime a session has loaded, once it has made and opened a data key.
LOADED = """
select kw.unwrap(kw.wrap()) is not null as opened;
create function pg_temp.loaded() returns text language plpython3u
    as 'import sys; return sys.modules["kwruntime"].__file__';
select pg_temp.loaded()"""


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A machine with all servers of this one, and no network; the packages are at hand."""
    for major in FOUND:
        runtime.prepare(python=runtime.embedded_python(server(major)))
    for folder in ("machine", "nothing"):
        (tmp_path / folder).mkdir()
    with copy_of_this_machine(tmp_path / "machine", tmp_path / "nothing") as machine:
        yield machine


def port(major: int) -> str:
    return str(6000 + major)


def ask(machine: Machine, major: int, sql: str) -> str:
    """Return what a server answers in a new session."""
    to = ("-h", "/run/postgresql", "-p", port(major), "-U", "postgres")
    return machine.run("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", *to, "-c", sql)


def folder_of(major: int) -> str:
    return f"/usr/share/postgresql/{major}/extension"


def tag(major: int) -> str:
    return runtime.python_tag(runtime.embedded_python(server(major)))


def files(machine: Machine, *folders: str) -> list[str]:
    """Return the names of kwtools in folders that may not exist."""
    return [path.name for folder in folders for path in machine.path(folder).glob("kwtools*")]


def check_works(machine: Machine, major: int) -> None:
    """Check that a new session has the runtime of its own Python."""
    loaded = f"{RUNTIMES}/{sources.version()}/{tag(major)}/kwruntime/__init__.py"
    assert ask(machine, major, LOADED).split() == ["t", loaded]


def test_every_server_gets_extension_and_runtime_for_its_python(machine: Machine) -> None:
    said = machine.run(KWTOOLS, "install", "--all")
    for major in FOUND:
        assert f"installing into PostgreSQL {major}, which has PL/Python" in said
        cluster = ("kwtools", "--start", "--port", port(major), "--", "--auth=trust", "--no-sync")
        machine.run("pg_createcluster", str(major), *cluster)
        dsn = f"host=/run/postgresql port={port(major)} user=postgres dbname=postgres"
        keys = ("--key", f"a{major}", "--key", f"b{major}")  # the keystore is one
        machine.run(KWTOOLS, "init", "--dsn", dsn, *keys)
        check_works(machine, major)

    said = machine.run(KWTOOLS, "uninstall", "--all", fails=True)
    for major in FOUND:
        data = f"/var/lib/postgresql/{major}/kwtools"
        assert f'database "postgres" of the server in {data}' in said
    older, newest = FOUND[:-1], FOUND[-1]
    drop = "set kwtools.allow_drop = 'all keys'; drop extension kwtools"
    ask(machine, newest, drop)
    said = machine.run(KWTOOLS, "uninstall")
    assert f"PostgreSQL {' and '.join(map(str, older))} still has it" in said
    assert files(machine, folder_of(newest)) == []
    for major in older:
        check_works(machine, major)
        ask(machine, major, drop)
    machine.run(KWTOOLS, "uninstall", "--all")
    assert files(machine, *map(folder_of, FOUND), "/usr/local/lib") == []
    assert len(list(machine.path("/var/lib/kwtools/keys").iterdir())) == 2 * len(FOUND)


def test_a_server_without_plpython_is_left_out_and_named(machine: Machine) -> None:
    oldest, others = FOUND[0], FOUND[1:]
    machine.run("dpkg", "--remove", f"postgresql-plpython3-{oldest}")
    said = machine.run(KWTOOLS, "install", "--all")
    assert f"leaving out PostgreSQL {oldest}: it has no PL/Python" in said
    assert f"Debian's package is postgresql-plpython3-{oldest}" in said
    assert files(machine, folder_of(oldest)) == []
    runtimes = machine.path(f"{RUNTIMES}/{sources.version()}").iterdir()
    assert sorted(path.name for path in runtimes) == sorted({tag(major) for major in others})
    for major in others:
        assert "kwtools.control" in files(machine, folder_of(major))
    machine.run(KWTOOLS, "uninstall", "--all")
    assert files(machine, *map(folder_of, FOUND), "/usr/local/lib") == []
