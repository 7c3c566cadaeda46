"""``kwtools wrappers export`` and ``import``."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from kwshared.bundles import MAX_ITEMS
from psycopg import Connection

from kwtools import bundle_files, sealing
from kwtools.bundle_files import BundleFiles
from kwtools.commands import _moves
from kwtools.commands._parser import Subparsers, absolute, add_dsn, file, whole_number
from kwtools.commands._session import connected
from kwtools.connections import transaction
from kwtools.errors import BadUsage
from kwtools.output import print_rows, say, tell

_DAY = 86_400
_EXPORT = """
select x.note, x.bundle
from kw.export_wrapper_many(%s::uuid[], %s, %s, valid_seconds => %s) x
"""
_IMPORT = """
select x.foreign_uuid::text, x.wrapper_uuid::text
from kw.import_wrapper_many(%s, %s, %s) x
"""
_MAY_READ = """
select has_table_privilege('kw.imported_wrappers', 'select')
    and has_column_privilege('kw.key_wrappers', 'wrapper_uuid', 'select')
"""
_KNOWN = """
select i.foreign_uuid::text, w.wrapper_uuid::text
from unnest(%s::uuid[]) with ordinality n (foreign_uuid, place)
join kw.imported_wrappers i on i.foreign_uuid = n.foreign_uuid and i.number = %s
join kw.signing_keys s on s.id = i.signing_key_id and s.name = %s
join kw.key_wrappers w on w.id = i.key_wrapper_id
order by n.place
"""
_PLAN = ("bundle", "signer", "number", "valid until", "data keys", "imported")
_IMPORTED = ("foreign uuid", "wrapper")

Rows = list[tuple[str, str]]


def register(actions: Subparsers) -> None:
    """Add the two actions."""
    exporting = actions.add_parser(
        "export",
        help="have a database seal data keys of its own for another one",
        description="Reads the uuids of wrappers from standard input, one a line, and writes"
        " NAME-1.note, NAME-1.bundle and so on: their data keys, sealed in the server. Run it as a"
        " superuser or kw_unwrap. With --table it writes a folder: rows, bindings and values.",
    )
    add_dsn(exporting)
    exporting.add_argument(
        "--to", type=absolute, required=True, metavar="FILE",
        help="the recipient, which kwtools wrappers recipient printed",
    )  # fmt: skip
    exporting.add_argument(
        "--signer", required=True, metavar="NAME", help="the signing key, of scope export"
    )
    exporting.add_argument(
        "--valid-seconds", type=whole_number(1, 10 * 366 * _DAY), default=_DAY, metavar="N",
        help="how long the bundles can be imported (default: %(default)s, a day)",
    )  # fmt: skip
    exporting.add_argument(
        "--out", type=file, required=True, metavar="NAME", help="how the files' names begin"
    )
    _moves.add_export(exporting)
    exporting.set_defaults(run=_export)
    importing = actions.add_parser(
        "import",
        help="import data keys that were sealed for this database",
        description="Imports the bundles NAME.note and NAME.bundle in the order given, each in a"
        " transaction of its own. Prints the maker's uuid of each data key, and its wrapper. Run it"
        " as a superuser or kw_unwrap.",
    )
    add_dsn(importing)
    importing.add_argument("names", nargs="+", type=absolute, metavar="NAME", help="the bundles")
    importing.add_argument("--policy", metavar="NAME", help="the policy to wrap by (default)")
    importing.add_argument("--plan", action="store_true", help="import nothing, show the bundles")
    importing.add_argument("--json", action="store_true", help="print JSON, for programs")
    _moves.add_import(importing)
    importing.set_defaults(run=_import)


def _export(options: argparse.Namespace) -> int:
    to = sealing.recipient(options.to.read_text(encoding="utf-8", errors="replace"))
    if options.table:
        return _moves.run_export(options, to)
    if options.where is not None or options.keys or options.plain:
        raise BadUsage(
            "--where, --keys and --plain are of the rows of a table", "Name it with --table."
        )
    uuids = [_uuid(number, line) for number, line in enumerate(sys.stdin, 1) if line.strip()]
    if not uuids:
        raise BadUsage("standard input has no wrapper", "Give their uuids, one a line.")
    with connected(options.dsn, "wrappers export") as connection:
        for number, start in enumerate(range(0, len(uuids), MAX_ITEMS), 1):
            part = uuids[start : start + MAX_ITEMS]
            values = (part, str(to), options.signer, options.valid_seconds)
            with transaction(connection, writes=True):
                row = connection.execute(_EXPORT, values).fetchone()
            assert row is not None
            name = options.out.with_name(f"{options.out.name}-{number}")
            for ending, data in zip(("note", "bundle"), row, strict=True):
                bundle_files.write(bundle_files.named(name, ending), data)
            say(f"{name}.note, {name}.bundle: {len(part)} data keys")
    return 0


def _uuid(number: int, line: str) -> UUID:
    try:
        return UUID(line.strip())
    except ValueError:
        raise BadUsage(f"line {number} of the input is not a uuid") from None


def _import(options: argparse.Namespace) -> int:
    if any(name.is_dir() for name in options.names):
        if len(options.names) > 1:
            raise BadUsage("a move is imported by itself", "Name one folder.")
        return _moves.run_import(options)
    if options.renamed:
        raise BadUsage("--as is of the tables of a move", "Name the folder of one.")
    given = [bundle_files.read(name) for name in options.names]
    with connected(options.dsn, "wrappers import") as connection:
        if options.plan:
            with transaction(connection):
                rows = [_planned(one, _known(connection, one)) for one in given]
            print_rows(_PLAN, rows, as_json=options.json)
            return 0
        done: Rows = []
        try:
            for one in given:
                with transaction(connection, writes=True):
                    done += _taken(connection, one, options.policy)
        finally:  # the earlier ones are imported, whatever becomes of a later one
            if done:
                print_rows(_IMPORTED, done, as_json=options.json)
    return 0


def _taken(connection: Connection, one: BundleFiles, policy: str | None) -> Rows:
    """Import a bundle, or return what became of it when it was imported before."""
    known = _known(connection, one)
    if known is not None and len(known) == len(one.items):
        tell(f"{one.name}: all {len(known)} data keys were imported before")
        return known
    return connection.execute(_IMPORT, (one.note, one.bundle, policy)).fetchall()


def _known(connection: Connection, one: BundleFiles) -> Rows | None:
    """Return those data keys of a bundle that are imported; null if the role may not know."""
    row = connection.execute(_MAY_READ).fetchone()
    if row is None or not row[0]:
        return None
    foreign = [item.foreign_uuid for item in one.items]
    return connection.execute(_KNOWN, (foreign, one.said.number, one.signer)).fetchall()


def _planned(one: BundleFiles, known: Rows | None) -> Sequence[object]:
    try:
        until = datetime.fromtimestamp(one.said.valid_until, UTC).isoformat(" ", "seconds")
    except (ValueError, OverflowError, OSError):
        until = "later than the year 9999"
    imported = None if known is None else len(known)
    return [str(one.name), one.signer, one.said.number, until, len(one.items), imported]
