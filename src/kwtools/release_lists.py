"""Writing the lists of ``kwtools.catalog``: on a throw-away server, release by release."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from kwtools import catalog, reprinting
from kwtools.cluster import Cluster, Place
from kwtools.connections import connect, transaction
from kwtools.errors import CheckFailed
from kwtools.output import tell
from kwtools.postgres import installed, pg_config
from kwtools.sources import rank

_REFUSED = (psycopg.errors.WrongObjectType, psycopg.errors.SyntaxError)
"""How PostgreSQL refuses scripts that change the owner of a row type or of its array, since 17."""


def write_missing(released: Path) -> Iterator[Path]:
    """Write the list of each release in ``released`` that has none for this PostgreSQL.

    A release that cannot be created on this PostgreSQL gets none. Raises ``CheckFailed`` where
    the list for PostgreSQL 15, which has to be made first, is missing or names other objects.
    """
    major = installed().major
    versions = [
        path.stem.removeprefix("kwtools--")
        for path in released.glob("kwtools--*.sql")
        if path.stem.count("--") == 1
    ]
    versions.sort(key=rank)
    missing = [one for one in versions if not catalog.list_path(one, major, released).exists()]
    if not missing:
        return
    reprinted: reprinting.Reprinted = {}
    with Cluster() as cluster:
        scripts = cluster.place.destdir / pg_config("--sharedir").relative_to("/") / "extension"
        for script in released.glob("*.sql"):
            shutil.copy(script, scripts)
        for version in missing:
            try:
                made = _made(cluster.place, version, reprinted)
            except _REFUSED as error:
                why = error.diag.message_primary
                tell(f"{version} cannot be created on PostgreSQL {major}: {why}")
                continue
            if major != catalog.WHOLE:
                made = _what_differs(made, catalog.list_path(version, catalog.WHOLE, released))
            path = catalog.list_path(version, major, released)
            path.write_text(catalog.as_text(made))
            yield path
    yield reprinting.write(reprinting.path(released.parent), reprinted)


def _what_differs(made: catalog.Catalog, whole: Path) -> catalog.Catalog:
    if not whole.exists():
        raise CheckFailed(
            f"{whole.name} does not exist", f"Run make release on PostgreSQL {catalog.WHOLE} first."
        )
    expected = json.loads(whole.read_text())
    if other := expected.keys() ^ made.keys():
        raise CheckFailed(
            f"objects are there on one of two versions of PostgreSQL only: {', '.join(other)}",
            "See src/kwtools/catalog.py: what it reads must be there on each version.",
        )
    return {name: one for name, one in made.items() if one != expected[name]}


def _made(place: Place, version: str, reprinted: reprinting.Reprinted) -> catalog.Catalog:
    """Return the catalog that a release makes; add what of it is printed otherwise later."""
    name = f"release_{version}"
    with place.connect() as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    with connect(place.dsn(name), "release") as connection:
        connection.execute("create extension plpython3u")
        create = sql.SQL("create extension kwtools version {}").format(sql.Literal(version))
        connection.execute(create)
        for name, text, again in reprinting.of_database(connection):
            definitions = reprinted.setdefault(name, {})
            definitions[_shortened(text)] = _shortened(again)
        with transaction(connection):
            return catalog.read(connection)


def _shortened(definition: str) -> str:
    return catalog.shortened("definition", definition)
