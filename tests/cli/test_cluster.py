"""The throw-away server that playground, demo and tests share."""

import os
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from kwtools.cluster import Cluster, Place, set_up
from kwtools.errors import KwtoolsError
from kwtools.postgres import server_user


def test_it_listens_on_its_socket_only_and_has_the_settings(
    own_cluster: Callable[..., Place],
) -> None:
    place = own_cluster(settings={"log_statement": "all"})
    with place.connect() as connection:
        for name, value in (("listen_addresses", ""), ("log_statement", "all")):
            assert connection.execute(f"show {name}").fetchone() == (value,)
    assert "show log_statement" in place.log.read_text()


def test_only_the_server_gets_into_its_folder_and_it_writes_nothing_there(
    own_cluster: Callable[..., Place],
) -> None:
    place = own_cluster()
    user, base = server_user(), place.base.stat()
    for folder in (place.data, place.socket_directory, place.keystore):
        assert folder.stat().st_uid == user.uid
        assert folder.stat().st_mode & 0o7777 == 0o700
    assert base.st_uid == place.log.stat().st_uid == os.geteuid()
    if user.uid == os.geteuid():
        assert base.st_mode & 0o7777 == 0o700
        return
    assert (base.st_gid, base.st_mode & 0o7777) == (user.gid, 0o710)
    for write in ("ln -s /etc/passwd Cluster.log.1", "mv tmp away", "rm -f Cluster.log"):
        with place.connect() as connection, pytest.raises(psycopg.Error, match="failed"):
            connection.execute(f"copy (select 1) to program 'cd {place.base} && {write}'".encode())


def test_a_server_that_shares_has_the_same_keys(
    own_cluster: Callable[..., Place],
) -> None:
    first = own_cluster()
    second = own_cluster(providers_file=first.providers_file)
    with first.connect() as connection:
        set_up(connection, "shared")
    with second.connect() as connection:
        connection.execute("create extension kwtools cascade")
        connection.execute("select kw.add_provider('local', 'local')")
        connection.execute("select kw.add_kms_key('local', 'shared-1')")
    kids = [
        place.connect()
        .execute("select external_key_id from kw.kms_keys where external_key_ref = 'shared-1'")
        .fetchone()
        for place in (first, second)
    ]
    assert kids[0] == kids[1] is not None


def test_a_standby_runs_the_functions_of_its_primary(own_cluster: Callable[..., Place]) -> None:
    primary = own_cluster()  # what is said of standbys is said of the whole server
    with primary.connect() as connection:
        connection.execute("create extension kwtools cascade")
    standby = own_cluster(standby_of=primary)
    with standby.connect() as connection:
        row = connection.execute(
            "select pg_is_in_recovery(), kw.version() ->> 'runtime' is not null"
        ).fetchone()
    assert row == (True, True)


def test_a_server_that_cannot_start_says_why_and_leaves_nothing() -> None:
    cluster = Cluster(settings={"no_such_setting": "1"})
    with pytest.raises(KwtoolsError, match=r"did not start: .*no_such_setting"):
        cluster.__enter__()
    assert not Path(cluster.base_dir).exists()


def test_nothing_is_left_of_it() -> None:
    with Cluster() as cluster:
        base = cluster.place.base
        assert base.exists()
    assert not base.exists()
