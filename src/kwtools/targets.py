"""The databases that a command works on: one, several, or all of a cluster."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from psycopg.conninfo import make_conninfo

from kwtools.connections import Connection, connect, ended_after, transaction
from kwtools.errors import BadUsage

_LONGEST = 60.0  # seconds; a server that stands still accepts connections
_ALL = """
select d.datname::text, d.datallowconn from pg_catalog.pg_database d
where d.datname <> 'template0' order by 1
"""


class Target(NamedTuple):
    """A database to work on."""

    name: str
    """Shown to people. Databases of one name have their server's address beside it."""
    dsn: str
    allows_connections: bool = True


def targets(command: str, dsns: Sequence[str], *, all_databases: bool) -> list[Target]:
    """Return the databases that the options name, in order; raises ``BadUsage``."""
    check_targets(dsns, all_databases=all_databases)
    if all_databases:
        dsn = dsns[0] if dsns else ""
        with connect(dsn, command) as connection, ended_after(connection, _LONGEST):
            return of_cluster(connection, dsn)
    found = []
    for dsn in dsns or [""]:
        with connect(dsn, command) as connection:
            info = connection.info
            found.append((info.dbname, f"{info.dbname} on {info.host}:{info.port}", dsn))
    count = Counter(name for name, _, _ in found)
    return [Target(name if count[name] == 1 else full, dsn) for name, full, dsn in found]


def of_cluster(connection: Connection, dsn: str) -> list[Target]:
    """Return all databases of the cluster that a connection is to, in order."""
    with transaction(connection):
        rows = connection.execute(_ALL).fetchall()
    return [Target(name, make_conninfo(dsn, dbname=name), allows) for name, allows in rows]


def check_targets(dsns: Sequence[str], *, all_databases: bool) -> None:
    """Raise ``BadUsage`` where the options contradict each other."""
    if all_databases and len(dsns) > 1:
        raise BadUsage("--all-databases takes one --dsn", "Run the command once for each cluster.")
