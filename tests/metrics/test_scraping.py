"""Readings: shared, bounded, and ended in time."""

import contextlib
import os
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from kwtools import connections
from kwtools.cluster import Place, set_up
from kwtools.connections import Connection, ended_after
from kwtools.metrics import database as metrics_of
from kwtools.metrics import reading
from kwtools.metrics.database import View
from kwtools.metrics.scraping import CONNECTIONS, Scraping
from tests.conftest import Database, fresh_database
from tests.metrics.conftest import stopped
from tests.sql.session import Session


def scraped(scraping: Scraping, seconds: float = 60) -> dict[str, View]:
    """Return what a scrape shows of each database."""
    return {view.name: view for view in scraping.scrape(seconds)}


def test_scrapes_at_one_time_share_one_reading(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    group = reading.group

    def counted(connection: Connection, name: str) -> reading.Group | reading.Failure:
        begun.append(name)
        time.sleep(0.02)
        return group(connection, name)

    monkeypatch.setattr(reading, "group", counted)
    monkeypatch.setattr(metrics_of, "FRESH", 600.0)  # however late a thread begins
    with Scraping([db.dsn], all_databases=False) as scraping:
        found: list[dict[str, View]] = []
        threads = [
            threading.Thread(target=lambda: found.append(scraped(scraping))) for _ in range(20)
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert sorted(begun) == sorted(reading.GROUPS)
    assert len(found) == 20
    assert all(set(one[db.name].groups) == set(reading.GROUPS) for one in found)


def test_a_group_that_takes_long_is_read_rarely(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    group = reading.group

    def slow(connection: Connection, name: str) -> reading.Group | reading.Failure:
        begun.append(name)
        time.sleep(3 if name == "wrappers" else 0)
        return group(connection, name)

    monkeypatch.setattr(reading, "group", slow)
    with Scraping([db.dsn], all_databases=False) as scraping:
        first = scraped(scraping)[db.name].groups
        end = time.monotonic() + 240
        while begun.count("jobs") < 2 and time.monotonic() < end:
            second = scraped(scraping)[db.name].groups
            time.sleep(0.2)
    assert begun.count("wrappers") == 1
    assert second["jobs"].read_at > first["jobs"].read_at
    assert second["wrappers"] == first["wrappers"]


class Clock:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


def test_databases_share_what_a_group_may_take(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(metrics_of, "time", clock)

    def slow(*_: object) -> reading.Group:
        clock.now += 0.5
        return reading.Group((), clock.now)

    monkeypatch.setattr(reading, "group", slow)
    database = metrics_of.Database(
        db.name, db.dsn, contextlib.nullcontext(), may_lack_extension=False
    )
    assert database.due(1) == list(reading.GROUPS)
    database.read(["wrappers"])
    clock.now += 49
    assert "wrappers" not in (database.due(1) or ())
    clock.now += 2  # now a hundred times as long as it took
    assert "wrappers" in (database.due(1) or ())
    assert "wrappers" not in (database.due(3) or ())
    clock.now += 100
    assert "wrappers" in (database.due(3) or ())


def test_connections_are_bounded_however_many_databases_and_scrapes_there_are(
    cluster: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 0
    lock = threading.Lock()
    together = threading.Event()
    running = 0
    group = reading.group

    def counted(connection: Connection, name: str) -> reading.Group | reading.Failure:
        nonlocal most, running
        if name != "keys":
            return group(connection, name)
        with lock:
            running += 1
            most = max(most, running)
            if running > 1:
                together.set()
        assert together.wait(120)  # the first waits for a second
        time.sleep(0.2)
        with lock:
            running -= 1
        return group(connection, name)

    monkeypatch.setattr(reading, "group", counted)
    with contextlib.ExitStack() as stack:
        databases = [stack.enter_context(fresh_database(cluster)) for _ in range(CONNECTIONS + 2)]
        dsns = [one.dsn for one in databases]
        scraping = stack.enter_context(Scraping(dsns, all_databases=False))
        threads = [threading.Thread(target=lambda: scraped(scraping)) for _ in range(10)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert all(view.is_up for view in scraped(scraping).values())
    assert 1 < most <= CONNECTIONS


def test_a_scrape_ends_though_a_server_stands_still_and_goes_on_when_that_does(
    db: Database, own_cluster: Callable[..., Place]
) -> None:
    place = own_cluster()
    with place.connect() as connection:
        set_up(connection, "one")
    dsn = place.dsn("postgres")
    with Scraping([dsn, db.dsn], all_databases=False) as scraping:
        names = scraped(scraping).keys()
        (standing,) = names - {db.name}
        assert all(view.is_up for view in scraped(scraping).values())
        time.sleep(1.1)
        with stopped(int((place.data / "postmaster.pid").read_text().splitlines()[0])):
            begun = time.monotonic()
            found = scraped(scraping, 4)
            assert time.monotonic() - begun < 30
            assert not found[standing].is_up
            assert found[db.name].is_up
        end = time.monotonic() + 60
        while not scraped(scraping)[standing].is_up:
            assert time.monotonic() < end
            time.sleep(0.5)


def test_many_scrapes_wait_for_a_server_that_stands_still_no_longer_than_one(
    own_cluster: Callable[..., Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics_of, "CONNECTING", 60)
    place = own_cluster()
    pid = int((place.data / "postmaster.pid").read_text().splitlines()[0])
    with Scraping([place.dsn("postgres")], all_databases=False) as scraping, stopped(pid):
        begun = time.monotonic()
        for _ in range(20):
            (view,) = scraping.scrape(2)
            assert not view.is_up
        assert time.monotonic() - begun < 20


def test_a_server_that_stands_still_in_the_middle_is_given_up(
    own_cluster: Callable[..., Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = own_cluster()
    with place.connect() as connection:
        set_up(connection, "one")
    with (
        place.connect(autocommit=True) as connection,
        stopped(connection.info.backend_pid),
        ended_after(connection, 0.5),
        pytest.raises(psycopg.OperationalError),
    ):
        connection.execute("select 1")


def test_a_database_that_was_dropped_is_shown_no_more(
    cluster: Place, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kwtools.metrics.scraping.LIST_AGAIN", 0.0)
    with Scraping([db.dsn], all_databases=True) as scraping:
        with fresh_database(cluster) as other:
            assert scraped(scraping)[other.name].is_up
            with Scraping([other.dsn], all_databases=False) as alone:
                assert scraped(alone)[other.name].is_up
        assert other.name not in scraped(scraping)
        assert scraped(scraping)[db.name].is_up


def test_a_database_that_fails_is_told_once_and_comes_back(
    db: Database,
    session: Session,
    make_role: Callable[..., str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for pause in ("TRY_AGAIN", "FRESH"):
        monkeypatch.setattr(f"kwtools.metrics.database.{pause}", 0.0)
    role = make_role("kw_auditor")
    with Scraping([f"{db.dsn} user={role}"], all_databases=False) as scraping:
        assert scraped(scraping)[db.name].is_up
        session.rows(f"revoke kw_auditor from {role}")
        for _ in range(3):
            assert not scraped(scraping)[db.name].is_up
        told = capsys.readouterr().err.splitlines()
        why = "permission denied for schema kw. Grant kw_auditor to the role"
        assert told == [f'kwtools: database "{db.name}": {why}']
        session.rows(f"grant kw_auditor to {role}")
        assert scraped(scraping)[db.name].is_up
        assert "could be read again" in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() != 0, reason="is about root")
def test_root_is_the_servers_user_only_where_no_role_is_named(
    own_cluster: Callable[..., Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    for pause in ("TRY_AGAIN", "FRESH"):
        monkeypatch.setattr(f"kwtools.metrics.database.{pause}", 0.0)
    opened = connections._opened

    def slowly(dsn: str, options: dict[str, Any]) -> Connection:
        time.sleep(0.3 if os.geteuid() else 0.1 if "user=" in dsn else 0)  # at the worst moment
        return opened(dsn, options)

    monkeypatch.setattr(connections, "_opened", slowly)
    place = own_cluster()
    with place.connect() as connection:
        set_up(connection, "root")
    (place.data / "pg_hba.conf").write_text("local all all peer\n")
    with place.connect("template1", autocommit=True) as connection:
        connection.execute("create database other template postgres")
        connection.execute("select pg_reload_conf()")
    given = conninfo_to_dict(place.dsn("postgres"))
    plain = f"host={given['host']} port={given['port']} dbname=postgres"
    by_name = make_conninfo(plain, dbname="other", user="postgres")  # root may not be it
    with Scraping([plain, by_name], all_databases=False) as scraping:
        end = time.monotonic() + 60
        while scraped(scraping)["other"].is_up:
            assert time.monotonic() < end
            time.sleep(0.1)  # the server has not read its new rules yet
        for _ in range(5):
            assert [view.is_up for view in scraping.scrape(60)] == [True, False]
    assert os.geteuid() == 0


def test_it_works_on_a_standby(own_cluster: Callable[..., Place]) -> None:
    primary = own_cluster()
    with primary.connect() as connection:
        set_up(connection, "one")
        connection.execute("select kw.wrap(), kw.check_kms()")
    standby = own_cluster(standby_of=primary)
    with Scraping([standby.dsn("postgres")], all_databases=False) as scraping:
        (view,) = scraping.scrape(60)
    assert view.is_up
    assert view.failed == frozenset()
    assert view.groups.keys() == reading.GROUPS.keys()
