"""Targets that refuse: each command says what is wrong and what to do, and writes nothing."""

import shutil
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from psycopg.conninfo import make_conninfo

from kwtools.cluster import Cluster, Place
from kwtools.initializing import LOCAL, Key, Setup, statements
from tests.cli.conftest import Kwtools

COMMANDS = {
    "init": ["init", "--client", "newcomer"],
    "upgrade": ["upgrade"],
    "upgrade of all": ["upgrade", "--all-databases"],
    "doctor": ["doctor"],
    "doctor of all": ["doctor", "--all-databases"],
    "status": ["status"],
    "status of all": ["status", "--all-databases"],
    "diff": ["diff"],
}
VERSION = "select extversion from pg_extension where extname = 'kwtools'"


class Servers(NamedTuple):
    """A server with databases that refuse something, and its standby."""

    primary: Place
    standby: Place


@pytest.fixture(scope="module")
def servers(cluster: Place) -> Iterator[Servers]:
    """Database ``ready`` has the extension, ``bare`` has not, ``closed`` allows no connections."""
    with Cluster() as primary:
        place = primary.place
        run(
            place, "create role plain login password 'right'", "create database ready",
            "create database bare", "create database closed allow_connections false",
            "create database readonly",
            "alter database readonly set default_transaction_read_only = on",
        )  # fmt: skip
        for name in ("ready", "readonly"):
            with place.connect(name, autocommit=True) as connection:
                connection.execute("set default_transaction_read_only = off")
                for step in statements(Setup((Key(LOCAL, f"{name}-1"), Key(LOCAL, f"{name}-2")))):
                    connection.execute(step.sql.encode())
        hba = place.data / "pg_hba.conf"
        hba.write_text("local ready,bare plain scram-sha-256\n" + hba.read_text())
        run(place, "select pg_reload_conf()")
        with Cluster(standby_of=place) as standby:
            shutil.copytree(place.destdir, standby.place.destdir)
            yield Servers(place, standby.place)


def run(place: Place, *queries: str) -> None:
    """Run statements as the superuser."""
    with place.connect() as connection:
        for query in queries:
            connection.execute(query.encode())


def state(place: Place) -> list[object]:
    """Return what a command could have written: roles, extensions, schemas, what is in kw."""
    with place.connect() as connection:
        found: list[object] = [connection.execute("select rolname from pg_roles").fetchall()]
    for name in ("ready", "bare", "readonly"):
        with place.connect(name) as connection:
            for query in ("select extname from pg_extension", "select nspname from pg_namespace"):
                found.append(connection.execute(query).fetchall())
            if name != "bare":
                found += connection.execute("select count(*) from kw.audit_events").fetchall()
    return found


CANNOT_CONNECT = {
    "closed": "is not currently accepting connections. ALTER DATABASE … ALLOW_CONNECTIONS true",
    "wrong password": 'password authentication failed for user "plain". Check role and password',
    "no password": "no password supplied. Check role and password",
    "down": "accepting connections on that socket. Start the server if it is down.",
    "no database": 'database "nodb" does not exist. Name another database (--dsn, PGDATABASE)',
    "no role": 'role "nobody" does not exist. Name another role (--dsn, PGUSER)',
    "no login": 'role "kw_client" is not permitted to log in. ALTER ROLE … LOGIN lets it',
}


@pytest.mark.parametrize("fault", CANNOT_CONNECT)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_server_that_cannot_be_reached(
    kwtools: Kwtools, servers: Servers, command: str, fault: str
) -> None:
    place = servers.primary
    dsn = {
        "closed": place.dsn("closed"),
        "wrong password": make_conninfo(place.dsn("ready", "plain"), password="wrong"),
        "no password": place.dsn("ready", "plain"),
        "down": make_conninfo(host=str(place.base / "nowhere")),
        "no database": place.dsn("nodb"),
        "no role": place.dsn("ready", "nobody"),
        "no login": place.dsn("ready", "kw_client"),
    }[fault]
    code, out, err = kwtools(*COMMANDS[command], "--dsn", dsn)
    assert (code, out) == (3, "")
    assert CANNOT_CONNECT[fault] in err
    assert err.count("\n") == 1


NOT_A_SUPERUSER = {
    "init": (1, "permission denied for schema kw. Run it as a superuser."),
    "upgrade": (1, "role plain is not a superuser. Upgrade as a superuser."),
    "upgrade of all": (1, "role plain is not a superuser. Upgrade as a superuser."),
    "doctor": (
        3,
        "server side\tunknown\tcould not run: permission denied for schema kw\tRun it as",
    ),
    "doctor of all": (3, "bare\tsetup\tok\textension kwtools is not installed"),
    "status": (3, "the control file of kwtools is not seen by this role"),
    "status of all": (3, "ready\tunknown\t"),
}


@pytest.mark.parametrize("command", NOT_A_SUPERUSER)
def test_a_role_that_is_not_a_superuser(kwtools: Kwtools, servers: Servers, command: str) -> None:
    before = state(servers.primary)
    dsn = make_conninfo(servers.primary.dsn("ready", "plain"), password="right")
    code, out, err = kwtools(*COMMANDS[command], "--dsn", dsn)
    assert code == NOT_A_SUPERUSER[command][0]
    assert NOT_A_SUPERUSER[command][1] in out + err
    assert state(servers.primary) == before


def test_init_as_another_role_makes_nothing(kwtools: Kwtools, servers: Servers) -> None:
    before = state(servers.primary)
    dsn = make_conninfo(servers.primary.dsn("bare", "plain"), password="right")
    code, out, err = kwtools("init", "--dsn", dsn)
    assert (code, out) == (1, "")
    assert "permission denied to create extension" in err
    assert "superuser" in err.split(". ", 1)[1]
    assert state(servers.primary) == before


ON_A_STANDBY = {
    "init": (1, "server is a standby. Run it on the primary."),
    "upgrade": (1, "the server of ready is a standby. Upgrade on its primary."),
    "upgrade of all": (1, "is a standby. Upgrade on its primary."),
    "doctor": (0, "runtime files\tok\t"),
    "doctor of all": (0, "ready\truntime files\tok\t"),
    "status": (0, "ready\tcurrent\t"),
    "status of all": (3, "closed\tunknown\t"),
}


@pytest.mark.parametrize("command", ON_A_STANDBY)
def test_a_standby(kwtools: Kwtools, servers: Servers, command: str) -> None:
    before = state(servers.primary)
    code, out, err = kwtools(*COMMANDS[command], "--dsn", servers.standby.dsn("ready"))
    assert ON_A_STANDBY[command][1] in out + err
    assert code == ON_A_STANDBY[command][0]
    assert state(servers.primary) == before


@pytest.mark.parametrize("command", ["upgrade", "doctor", "status"])
def test_a_session_that_only_reads_by_default(
    kwtools: Kwtools, servers: Servers, command: str
) -> None:
    """Each transaction says whether it reads or writes, so the default does no harm."""
    before = state(servers.primary)
    code, _, err = kwtools(*COMMANDS[command], "--dsn", servers.primary.dsn("readonly"))
    assert (code, err) == (3 if command == "doctor" else 0, "")  # the standby was not named
    assert state(servers.primary) == before


def test_init_where_sessions_only_read_by_default(kwtools: Kwtools, servers: Servers) -> None:
    code, out, err = kwtools("init", "--dsn", servers.primary.dsn("readonly"), "--client", "late")
    assert (code, err) == (0, "")
    assert 'role "late"  made' in out
