"""pg_upgrade to a later PostgreSQL, or to the one that is there: keys, names and grants go on."""

import os
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from kwtools import catalog, reprinting, runtime
from kwtools.cluster import PORT, SUPERUSER, Cluster, Place, set_up
from kwtools.connections import connect, transaction
from kwtools.install import Layout, install
from kwtools.postgres import Installed, server_user
from tests.cli import stored

FOUND = sorted(int(one.parts[-3]) for one in Path("/usr/lib/postgresql").glob("*/lib/plpython3.so"))
pytestmark = pytest.mark.skipif(not FOUND, reason="PL/Python of PostgreSQL is not installed")

TYPED = """
create table typed (id bigint primary key, note kw.ciphertext);
select kw.bind('typed', '*', 'note');
insert into typed values (1, kw.encrypt_text('typed', 1, 'note', 'a'));
"""
READ_TYPED = "select kw.decrypt_text('typed', id, 'note', note::bytea) from typed"


def server(major: int) -> Installed:
    return Installed(f"/usr/lib/postgresql/{major}/bin/pg_config", major)


class Old(NamedTuple):
    """A server that is stopped, and its catalog."""

    place: Place
    catalog: catalog.Catalog
    reprinted: reprinting.Reprinted


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> Iterator[Old]:
    """A server of the oldest version, stopped, with something in every table."""
    monkeypatch.setenv("PG_CONFIG", server(FOUND[0]).program)
    runtime.server_python.cache_clear()
    try:
        with Cluster() as cluster:
            with cluster.place.connect() as connection:
                set_up(connection, "test")
                connection.execute(stored.FILL)
                connection.execute(TYPED)
            with connect(cluster.place.dsn(), "test") as reading:
                reprinted: reprinting.Reprinted = {}
                for name, *texts in reprinting.of_database(reading):
                    text, again = (catalog.shortened("definition", one) for one in texts)
                    reprinted[name] = {text: again}
                with transaction(reading):
                    before = catalog.read(reading)
            cluster.terminate()
            yield Old(cluster.place, before, reprinted)
    finally:
        runtime.server_python.cache_clear()


def settings(place: Place, of: Installed) -> list[str]:
    """Return the options by which a server finds our files; ``kwtools.base`` says whose it is."""
    folder = place.destdir / of.path("--sharedir").relative_to("/")
    extensions = {
        True: f"extension_destdir={place.destdir}",
        False: f"extension_control_path={folder}:$system",
    }[of.major < 18]
    return ["-c", extensions, "-c", f"kwtools.base={place.base}"]


def run(place: Place, *command: str | Path) -> None:
    """Run a program as the server's user; it must succeed."""
    user = server_user()
    given = {"user": user.uid, "group": user.gid, "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run(
        command, cwd=place.socket_directory, env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        **given,  # type: ignore[call-overload]
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_after_pg_upgrade_everything_opens_and_nothing_is_to_be_reclaimed(
    stopped: Old, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, made, reprinted = stopped
    before, after = server(FOUND[0]), server(FOUND[-1])
    bindir, data = after.path("--bindir"), old.socket_directory / "upgraded"
    extensions = old.destdir / after.path("--sharedir").relative_to("/") / "extension"
    if after.major != before.major:
        install(
            Layout(
                extension_directory=extensions,
                module_path=old.module_path,
                providers_file=old.providers_file,
                keystore=old.keystore,
                python=runtime.embedded_python(after),
            ),
            server_user(),
        )  # fmt: skip
    checksums = ["--no-data-checksums"] if before.major < 18 <= after.major else []
    run(
        old, bindir / "initdb", "--pgdata", data, "--username", SUPERUSER, "--auth", "trust",
        "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", *checksums,
    )  # fmt: skip
    run(
        old, bindir / "pg_upgrade", "--old-bindir", before.path("--bindir"), "--new-bindir", bindir,
        "--old-datadir", old.data, "--new-datadir", data, "--username", SUPERUSER,
        "--socketdir", old.socket_directory,
        "--old-options", shlex.join(settings(old, before)),
        "--new-options", shlex.join(settings(old, after)),
    )  # fmt: skip
    options = [
        *settings(old, after), "-c", "listen_addresses=", "-c", f"port={PORT}",
        "-c", f"unix_socket_directories={old.socket_directory}",
    ]  # fmt: skip
    started = (bindir / "pg_ctl", "--pgdata", data, "--log", old.socket_directory / "upgraded.log")
    run(old, *started, "--wait", "--options", shlex.join(options), "start")
    try:
        with old.connect() as connection:
            ((version,),) = connection.execute("show server_version_num")
            assert int(version) // 10000 == after.major
            ((values,),) = connection.execute(stored.READ)
            assert len(values) == 119
            assert connection.execute(READ_TYPED).fetchall() == [("a",)]
            with pytest.raises(psycopg.errors.CheckViolation):
                connection.execute("update typed set note = 'plaintext'")
            assert connection.execute(
                "select * from kw.verify() where sqlstate <> 'KW212'"
            ).fetchall() == []  # fmt: skip
            assert connection.execute("select * from kw.entities_to_reclaim()").fetchall() == []
            granted = "select counts, reason from kw.list_grants()"
            assert connection.execute(granted).fetchall() == [(True, None)]
            assert connection.execute("select * from kw.doctor() where not ok").fetchall() == []
            connection.execute("select kw.bind('people', 61, 'note'), kw.wrap()")
        if after.major == before.major:  # else a list of the release says how it is printed
            monkeypatch.setattr(reprinting, "load", lambda: reprinted)
            with connect(old.dsn(), "test") as connection, transaction(connection):
                assert catalog.differences(made, catalog.read(connection)) == []
    finally:
        run(old, *started, "--mode", "immediate", "stop")
