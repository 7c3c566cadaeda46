"""The throw-away server that playground, demo and tests share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kwtools.cluster import Cluster, Place, set_up
from kwtools.errors import KwtoolsError
from tests.conftest import Database


def test_it_listens_on_its_socket_only_and_has_the_settings(
    own_cluster: Callable[..., Place],
) -> None:
    place = own_cluster(settings={"log_statement": "all"})
    with place.connect() as connection:
        for name, value in (("listen_addresses", ""), ("log_statement", "all")):
            assert connection.execute(f"show {name}").fetchone() == (value,)
    assert "show log_statement" in place.log.read_text()
    assert place.base.stat().st_mode & 0o7777 == 0o700


def test_a_server_that_shares_has_the_same_keys(
    own_cluster: Callable[..., Place],
) -> None:
    first = own_cluster()
    second = own_cluster(share=first)
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


def test_a_standby_runs_the_functions_of_its_primary(
    own_cluster: Callable[..., Place], db: Database
) -> None:
    standby = own_cluster(standby_of=db.place)
    with standby.connect(db.name) as connection:
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
