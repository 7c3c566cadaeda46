"""The versions of the runtime, which may not answer."""

from typing import NamedTuple

import psycopg

from kwtools.connections import Connection


class Versions(NamedTuple):
    """What ``kw.version()`` returns; ``error`` says why there is nothing."""

    components: dict[str, str]
    error: str = ""


def of_runtime(connection: Connection) -> Versions:
    """Ask the runtime, in a transaction that goes on where it does not answer."""
    try:
        with connection.transaction():
            row = connection.execute("select kw.version()").fetchone()
    except psycopg.Error as error:
        if connection.closed:
            raise
        said = (error.diag.message_primary or str(error)).removeprefix("kwtools: ")
        return Versions({}, f"{error.sqlstate}: {said}")
    assert row is not None
    return Versions(dict(row[0]))
