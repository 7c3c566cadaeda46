"""How findings name things."""

import shlex
from collections.abc import Sequence

from psycopg.conninfo import make_conninfo

from kwtools.connections import Connection

_MOST_NAMED = 8


def listed(names: Sequence[str], separator: str = ", ") -> str:
    """Return the first of some names, and how many there are beside them."""
    told = separator.join(names[:_MOST_NAMED])
    left = len(names) - _MOST_NAMED
    return f"{told}{separator}and {left} more" if left > 0 else told


def dsn_option(connection: Connection) -> str:
    """Return the option that names this database to a command, after a space."""
    named = make_conninfo(dbname=connection.info.dbname)
    return f" --dsn {shlex.quote(named)}"
