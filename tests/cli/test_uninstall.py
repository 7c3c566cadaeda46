"""``kwtools uninstall``: it removes what install has put, and nothing that a database needs."""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from kwtools import running, uninstall
from kwtools.cluster import Place, set_up
from kwtools.install import Layout
from kwtools.postgres import installed, pg_config
from kwtools.running import Running
from tests.cli.conftest import Kwtools
from tests.cli.test_install import Versions, versions

__all__ = ["versions"]


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_what_install_has_put_is_removed_but_for_keys_and_providers(
    kwtools: Kwtools, tmp_path: Path
) -> None:
    stage = ("--destdir", tmp_path, "--module-path", "/opt/kw")
    keys = ("--keystore", "/srv/keys", "--providers-file", "/srv/providers.toml")
    assert kwtools("install", *stage, *keys)[0] == 0
    (tmp_path / "srv/keys/a.jwk").write_text("kept")
    killed = tmp_path / "opt/kw/0.6.0/.new-abc"
    killed.mkdir(parents=True)
    code, out, err = kwtools("uninstall", *stage)
    assert code == 0
    assert str(tmp_path / "opt/kw/site.toml") in out
    assert files(tmp_path) == ["srv/keys/a.jwk", "srv/providers.toml"]
    assert not (tmp_path / "opt/kw").exists()
    assert f"{tmp_path}/srv/providers.toml, {tmp_path}/srv/keys are kept" in err
    code, out, err = kwtools("uninstall", *stage)
    assert (code, out) == (3, "")
    assert "kwtools is not installed in" in err


def test_a_runtime_that_another_server_needs_stays(
    kwtools: Kwtools, tmp_path: Path, versions: Versions
) -> None:
    versions.make(15, 17)
    stage = ("--destdir", tmp_path / "stage")
    for major in (15, 17):
        program = versions.program(major)
        assert kwtools("install", *stage, "--pg-config", program)[0] == 0
    runtimes = tmp_path / "stage/usr/local/lib/kwtools"
    folders = tmp_path / "stage/usr/share/postgresql"
    code, _, err = kwtools("uninstall", *stage, "--pg-config", versions.program(17))
    assert code == 0
    assert "PostgreSQL 15 still has it. --all removes it there, too" in err
    assert files(folders / "17") == []
    assert (folders / "15/extension/kwtools.control").exists()
    assert (runtimes / "site.toml").exists()
    assert kwtools("uninstall", *stage, "--pg-config", versions.program(15))[0] == 0
    assert files(folders) == []
    assert not runtimes.exists()


def test_all_removes_it_from_every_server_that_has_it(
    kwtools: Kwtools, tmp_path: Path, versions: Versions
) -> None:
    versions.make(15, 16, 17)
    stage = ("--destdir", tmp_path / "stage")
    for major in (15, 16):
        assert kwtools("install", *stage, "--pg-config", versions.program(major))[0] == 0
    code, out, err = kwtools("uninstall", *stage, "--all")
    assert code == 0
    assert "still has it" not in err
    assert "/15/extension/kwtools.control" in out
    assert "/16/extension/kwtools.control" in out
    assert sorted(files(tmp_path / "stage")) == ["etc/kwtools/providers.toml"]
    code, _, err = kwtools("uninstall", *stage, "--all")
    assert code == 3
    assert "kwtools is not installed in" in err
    assert kwtools("uninstall", "--all", "--pg-config", versions.program(15))[0] == 2


def of(place: Place) -> tuple[Layout, Running]:
    """Return the installation of a throw-away server, and the server."""
    folder = place.destdir / pg_config("--sharedir").relative_to("/") / "extension"
    layout = Layout(folder, place.module_path, place.providers_file, place.keystore)
    return layout, Running(place.data, place.dsn())


def test_a_server_that_runs_is_found(own_cluster: Callable[..., Place]) -> None:
    place = own_cluster()
    (dsn,) = [one.dsn for one in running.running(installed()) if one.data == place.data]
    with psycopg.connect(dsn, user="postgres") as connection:
        row = connection.execute("show data_directory").fetchone()
    assert row == (str(place.data),)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs programs as another user")
def test_what_another_user_runs_is_not_believed() -> None:
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    programs = installed().path("--bindir")
    with tempfile.TemporaryDirectory() as base:
        data = Path(base) / "data"
        data.mkdir()
        for folder in (base, data):
            os.chown(folder, 65534, 65534)
        subprocess.run(
            [*nobody, programs / "initdb", "-D", data, "--no-sync"],
            cwd=base, check=True, capture_output=True,
        )  # fmt: skip
        process = subprocess.Popen(
            [*nobody, programs / "postgres", "--single", "-D", data, "postgres"],
            cwd=data, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            while not (data / "postmaster.pid").exists():
                assert process.poll() is None
                time.sleep(0.01)
            found = [one for one in running.running(installed()) if one.data == data]
        finally:
            process.kill()
            process.wait()
    assert found == [Running(data, "")]
    ((name, why),) = uninstall.uses(Layout(data), found)[1]
    assert (name, why) == (str(data), "another user than the server's runs it")


def test_a_pipe_in_the_place_of_a_lock_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "postmaster.pid")
    with pytest.raises(OSError, match=r"postmaster\.pid"):
        running._lines(tmp_path / "postmaster.pid")


def test_every_database_is_asked_whether_it_uses_the_installation(
    own_cluster: Callable[..., Place], cluster: Place
) -> None:
    place = own_cluster()
    layout, server = of(place)
    assert uninstall.uses(layout, [server]) == ([], [])
    with place.connect() as connection:
        connection.execute('create database "Old one"')
    with place.connect("Old one") as connection:
        connection.execute("create extension kwtools cascade")
    told = f'database "Old one" of the server in {place.data}'
    assert uninstall.uses(layout, [server]) == ([told], [])
    other, _ = of(cluster)
    assert uninstall.uses(other, [server]) == ([], [])

    with place.connect() as connection:
        connection.execute('alter database "Old one" allow_connections false')
    (unasked,) = uninstall.uses(layout, [server])[1]
    assert unasked.name == f"{place.data}/Old one"
    # a server that is not the one of the process
    _, unasked_too = uninstall.uses(layout, [Running(place.base, place.dsn())])
    assert "another server answered" in [one.why for one in unasked_too]
    # and one that does not answer
    nowhere = Running(place.base, f"host={place.base} dbname=postgres")
    ((name, why),) = uninstall.uses(layout, [nowhere])[1]
    assert name == str(place.base)
    assert "No such file" in why


def test_it_is_refused_while_a_database_uses_it_or_cannot_tell(
    kwtools: Kwtools,
    own_cluster: Callable[..., Place],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = own_cluster()
    layout, server = of(place)
    program = tmp_path / "pg_config"
    program.write_text(
        f"#!/bin/sh\n[ $1 != --sharedir ] || exec echo {layout.extension_directory.parent}\n"
        f'exec {installed().program} "$@"\n'
    )
    program.chmod(0o755)
    # The servers of tests beside this one are none of its business.
    monkeypatch.setattr(running, "running", lambda _: [server])
    monkeypatch.setattr(running, "stopped", lambda _: ["15/main"])
    command = ("uninstall", "--pg-config", program, "--module-path", place.module_path)
    with place.connect() as connection:
        set_up(connection, "kept")
    before = files(place.base / "lib"), files(place.destdir)
    code, out, err = kwtools(*command, "--accept", "15/main", "--accept", "postgres")
    assert (code, out) == (1, "")
    assert f'kwtools is in use: database "postgres" of the server in {place.data}' in err
    assert before == (files(place.base / "lib"), files(place.destdir))
    with place.connect() as connection:
        connection.execute("drop extension kwtools")
    code, out, err = kwtools(*command)
    assert (code, out) == (1, "")
    assert "15/main (the cluster does not run)" in err
    assert err.endswith("accept it as it is: --accept 15/main.\n")
    assert before == (files(place.base / "lib"), files(place.destdir))
    code, _, err = kwtools(*command, "--accept", "15/main")
    assert code == 0
    assert f"{place.providers_file}, {place.keystore} are kept" in err
    assert files(place.destdir) == []
    assert not place.module_path.exists()
    # Nothing is there to be in use: a second time no server has a say.
    code, out, err = kwtools(*command)
    assert (code, out) == (3, "")
    folders = f"{layout.extension_directory} and {place.module_path}"
    assert f"kwtools is not installed in {folders}. Name the server" in err


def test_clusters_of_debian_that_do_not_run_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "pg_lsclusters"
    program.write_text(
        "#!/bin/sh\ncat <<'END'\n"
        "15 main 5432 down          postgres /var/lib/postgresql/15/main /var/log/main.log\n"
        "15 spare 5433 down,recovery postgres /var/lib/postgresql/15/spare /var/log/spare.log\n"
        "15 work 5434 online        postgres /var/lib/postgresql/15/work /var/log/work.log\n"
        "17 main 5435 down          postgres /var/lib/postgresql/17/main /var/log/17.log\n"
        "END\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert running.stopped(installed()._replace(major=15)) == ["15/main", "15/spare"]
