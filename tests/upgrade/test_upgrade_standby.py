"""``kwtools upgrade`` and standbys: none is left without the runtime of the version to come."""

import shutil
import time
from collections.abc import Callable

import psycopg
import pytest

from kwtools import server_files, sources
from kwtools.cluster import Place
from kwtools.connections import Connection
from kwtools.postgres import pg_config
from tests.upgrade.conftest import RELEASED, Kwtools
from tests.upgrade.test_upgrade import RELEASES

LAST = RELEASES[-1]


def refused(out: str) -> dict[str, str]:
    """Return what a plan refuses, with its reason."""
    lines = [line.split("\t") for line in out.splitlines()]
    return {line[2]: line[3] for line in lines if line[1] == "refused"}


def test_standbys_are_checked_or_accepted(
    own_cluster: Callable[..., Place],
    kwtools: Kwtools,
    cluster: Place,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    primary = own_cluster()
    scripts = primary.destdir / pg_config("--sharedir").relative_to("/") / "extension"
    for script in RELEASED.glob("*.sql"):
        shutil.copy(script, scripts)
    with primary.connect() as connection:
        connection.execute("create extension plpython3u")
        connection.execute(f"create extension kwtools version '{LAST}'")
    standby = own_cluster(standby_of=primary)
    with primary.connect() as connection:  # a standby takes sessions before it streams
        streams = "select count(*) from pg_stat_replication where state = 'streaming'"
        while connection.execute(streams).fetchone() != (1,):
            time.sleep(0.05)
    upgrade = ("upgrade", "--dsn", primary.dsn())
    named = ("--standby", standby.dsn())

    # as a target
    code, out, err = kwtools("upgrade", "--dsn", standby.dsn())
    assert (code, out) == (1, "")
    assert err == "kwtools: the server of postgres is a standby. Upgrade on its primary.\n"

    # connected and not named
    code, out, _ = kwtools(*upgrade)
    assert code == 1
    assert refused(out) == {
        "standby walreceiver": "its runtime was not checked; it is at the local socket. Name it"
        " with --standby, or accept it by name (--accept)."
    }
    assert kwtools(*upgrade, "--plan", "--accept", "standby walreceiver")[0] == 0

    # named, and not what it should be
    for wrong, why in (
        (primary.dsn(), "it is not a standby"),
        (cluster.dsn(), "it is of another cluster"),
        (f"host={primary.base} port=1", "connection"),
    ):
        _, out, _ = kwtools(*upgrade, "--standby", wrong)
        assert refused(out).keys() == {"standby 1", "standby walreceiver"}
        assert why in refused(out)["standby 1"]

    # a slot whose standby is away
    with primary.connect() as connection:
        connection.execute("select pg_create_physical_replication_slot('away')")
        _, out, _ = kwtools(*upgrade, *named)
        assert refused(out).keys() == {"slot away"}
        connection.execute("select pg_drop_replication_slot('away')")

    # without the runtime: both servers of this test see the same files, so its look is turned away
    look = server_files.look

    def look_elsewhere(
        connection: Connection, module_path: str, versions: list[str]
    ) -> server_files.Seen:
        row = connection.execute("select pg_catalog.pg_is_in_recovery()").fetchone()
        return look(connection, "/nowhere" if row == (True,) else module_path, versions)

    with monkeypatch.context() as patch:
        patch.setattr(server_files, "look", look_elsewhere)
        code, out, _ = kwtools(*upgrade, *named)
        assert code == 1
        assert refused(out).keys() == {"standby 1"}
        folder = f"/nowhere/{sources.version()}/"
        assert refused(out)["standby 1"].startswith(folder)
        assert "No such file or directory" in refused(out)["standby 1"]

    with primary.connect() as connection:
        version = "select extversion from pg_extension where extname = 'kwtools'"
        assert connection.execute(version).fetchone() == (LAST,)
        assert kwtools(*upgrade, *named)[0] == 0
        assert connection.execute(version).fetchone() == (sources.version(),)
    with psycopg.connect(standby.dsn(), autocommit=True) as connection:
        while connection.execute(version).fetchone() != (sources.version(),):
            pass
        assert connection.execute("select kw.version() ->> 'runtime'").fetchone() == (
            sources.version(),
        )
