"""Statements that have so long."""

import contextlib
from collections.abc import Iterator

import psycopg


@contextlib.contextmanager
def timeout(connection: psycopg.Connection, milliseconds: int) -> Iterator[None]:
    """Give each statement so long, in a transaction of their own; one may be cancelled.

    A statement that is cancelled ends the setting, too. A session that must run another to end
    it could be cancelled in that.
    """
    with contextlib.suppress(psycopg.errors.QueryCanceled), connection.transaction():
        connection.execute(f"set local statement_timeout = {milliseconds}")
        yield
    connection.rollback()  # where COMMIT took too long
