"""Definitions that PostgreSQL prints otherwise once it has parsed its own text.

pg_upgrade and a dump make views and constraints again of the text that the server prints. Some of
them are then printed in another way: branches of a union get names for their columns, and nested
conditions are joined. They are the same all the same.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from kwtools import sources
from kwtools.connections import Connection

Reprinted = dict[str, dict[str, str]]
"""Of each object, its definitions as releases made them, and how each is printed afterwards."""

_VIEWS = """
select format('rule %s.%I', c.oid::regclass, '_RETURN'), pg_get_viewdef(c.oid)
from pg_class c
where c.relnamespace = 'kw'::regnamespace and c.relkind = 'v'
"""
_CHECKS = """
select
    format('constraint %s.%I', n.conrelid::regclass, n.conname), n.conrelid::regclass::text,
    pg_get_constraintdef(n.oid)
from pg_constraint n
where n.connamespace = 'kw'::regnamespace and n.contype = 'c' and n.conrelid <> 0
"""


def path(extension: Path) -> Path:
    """Return the file that has them, of all releases."""
    return extension / "reprinted.json"


def load() -> Reprinted:
    """Return those of all releases."""
    return _read(path(sources.extension()))


def _read(file: Path) -> Reprinted:
    found: Reprinted = json.loads(file.read_text()) if file.exists() else {}
    return found


def of_database(connection: Connection) -> Iterator[tuple[str, str, str]]:
    """Yield the objects of kw that are printed otherwise, and both definitions.

    It makes objects, for a moment: use a server that is thrown away.
    """
    for name, text in connection.execute(_VIEWS).fetchall():
        connection.execute(f"create view pg_temp.reprinted as {text}".encode())
        ((again,),) = connection.execute("select pg_get_viewdef('pg_temp.reprinted'::regclass)")
        connection.execute("drop view pg_temp.reprinted")
        if again != text:
            yield name, text, again
    for name, table, text in connection.execute(_CHECKS).fetchall():
        connection.execute(f"create temporary table reprinted (like {table})".encode())
        connection.execute(f"alter table reprinted add constraint reprinted {text}".encode())
        ((again,),) = connection.execute(
            "select pg_get_constraintdef(oid) from pg_constraint where conname = 'reprinted'"
        )
        connection.execute("drop table reprinted")
        if again != text:
            yield name, text, again


def write(file: Path, found: Reprinted) -> Path:
    """Add definitions to the file, and return it."""
    known = _read(file)
    for name, definitions in found.items():
        known[name] = dict(sorted((known.get(name, {}) | definitions).items()))
    file.write_text(json.dumps(dict(sorted(known.items())), indent=1) + "\n")
    return file
