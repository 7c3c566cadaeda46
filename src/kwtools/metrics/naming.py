"""The names of databases that may not be reached now."""

import getpass
import os
from collections import Counter
from collections.abc import Sequence
from typing import Any

from kwtools.connections import read
from kwtools.targets import Target


def named(dsns: Sequence[str]) -> list[Target]:
    """Return the databases of connection strings by the names that libpq would connect to."""
    given = [(dsn, _name(one := read(dsn)), one) for dsn in dsns or [""]]
    count = Counter(name for _, name, _ in given)
    return [
        Target(name if count[name] == 1 else f"{name} on {_server(one)}", dsn)
        for dsn, name, one in given
    ]


def _name(given: dict[str, Any]) -> str:
    service = given.get("service") or os.environ.get("PGSERVICE")
    name = given.get("dbname") or (f"service {service}" if service else None)
    return str(
        name or os.environ.get("PGDATABASE") or given.get("user") or os.environ.get("PGUSER")
        or getpass.getuser()
    )  # fmt: skip


def _server(given: dict[str, Any]) -> str:
    host = given.get("host") or given.get("hostaddr") or os.environ.get("PGHOST") or "localhost"
    return f"{host}:{given.get('port') or os.environ.get('PGPORT') or 5432}"
