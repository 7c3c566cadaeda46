"""``kwtools wrappers export --table`` and ``import`` of a folder: rows that move."""

import argparse
from collections.abc import Sequence

from kwshared.moves import Manifest

from kwtools import sealing
from kwtools.commands._parser import absolute, whole_number
from kwtools.commands._session import connected
from kwtools.errors import BadUsage
from kwtools.moving.exporting import Selection, export
from kwtools.moving.folder import Folder
from kwtools.moving.importing import Importing
from kwtools.output import print_rows, say, tell
from kwtools.progress import Progress

_BATCH = 1000
_MOST_BATCH = 10_000
_COLUMNS = (
    "table", "rows", "values", "unreadable", "bindings", "shredded", "left", "sha256"
)  # fmt: skip


def add_export(parser: argparse.ArgumentParser) -> None:
    """Add the options of a selection of rows."""
    parser.add_argument(
        "--table", action="append", default=[], metavar="TABLE",
        help="move rows of this table, with bindings and values; repeat it, parents first",
    )  # fmt: skip
    parser.add_argument(
        "--where", metavar="CONDITION", help="of every table, only rows for which this is true"
    )
    parser.add_argument(
        "--keys", type=absolute, metavar="FILE",
        help="of one table, only these keys, one a line as kw.entity_key returns them",
    )  # fmt: skip
    parser.add_argument(
        "--plain", action="append", default=[], metavar="COLUMN",
        help="a column of bytes that holds no ciphertexts",
    )  # fmt: skip
    _add_batch(parser)


def add_import(parser: argparse.ArgumentParser) -> None:
    """Add the options of an import of rows."""
    parser.add_argument(
        "--as", action="append", default=[], dest="renamed", metavar="TABLE=NAME",
        help="a table of a move that has another name here",
    )  # fmt: skip
    _add_batch(parser)


def _add_batch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--batch", type=whole_number(1, _MOST_BATCH), default=_BATCH, metavar="N",
        help="rows of a move that are read at once (default: %(default)s)",
    )  # fmt: skip


def run_export(options: argparse.Namespace, to: sealing.Recipient) -> int:
    """Write the folder of a move."""
    if options.keys and (len(options.table) > 1 or options.where is not None):
        raise BadUsage("--keys is of one table, without --where", "Move each table by itself.")
    selection = Selection(
        tables=options.table,
        where=options.where,
        keys=options.keys.read_text(encoding="utf-8").splitlines() if options.keys else None,
        plain=options.plain,
        to=to,
        signer=options.signer,
        valid_seconds=options.valid_seconds,
        batch=options.batch,
    )
    with connected(options.dsn, "wrappers export") as connection:
        manifest = export(connection, selection, options.out, lambda _: None)
    say(f"{options.out}: {_total(manifest)}, manifest {manifest.digest.hex()}")
    for one in manifest.tables:
        if one.left:
            tell(f"{one.left} keys of {one.table} have bindings but no row, and were left")
    return 0


def run_import(options: argparse.Namespace) -> int:
    """Import the folder of a move, or show its manifest."""
    folder = Folder.read(options.names[0])
    if options.plan:
        print_rows(_COLUMNS, _listed(folder.manifest), as_json=options.json)
        return 0
    renamed = dict(_renamed(one) for one in options.renamed)
    keys = folder.manifest.totals.keys
    with connected(options.dsn, "wrappers import") as connection, Progress(
        "Importing and comparing", 2 * keys
    ) as progress:  # fmt: skip
        importing = Importing(connection, folder, renamed, options.policy, options.batch)
        before = importing.run(progress.advance)
    if before is not None:
        tell(f"{folder.path} was imported before, at {before}")
    print_rows(_COLUMNS, _listed(folder.manifest), as_json=options.json)
    return 0


def _renamed(text: str) -> tuple[str, str]:
    name, equal, here = text.partition("=")
    if not (name and equal and here):
        raise BadUsage(f'--as "{text}" is not TABLE=NAME')
    return name if "." in name else f"public.{name}", here


def _listed(manifest: Manifest) -> list[Sequence[object]]:
    return [
        (one.table, *(getattr(one.counts, name) for name in _COLUMNS[1:6]), one.left, one.sha256)
        for one in manifest.tables
    ]


def _total(manifest: Manifest) -> str:
    found = manifest.totals
    return f"{found.rows} rows, {found.values} values, {found.bindings} bindings"
