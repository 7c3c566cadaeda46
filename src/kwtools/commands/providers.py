"""``kwtools providers``: the server's provider file."""

import argparse

from kwtools.commands._parser import Subparsers, add_provider_file
from kwtools.output import print_rows, say_block
from kwtools.providers import KINDS, checked_entries, example

_COLUMNS = ("provider", "kind", "location", "problem", "hint")


def register(subparsers: Subparsers) -> None:
    """Add the subcommand and its own."""
    parser = subparsers.add_parser(
        "providers",
        help="check the server's provider file, list it, show examples of it",
        description="The provider file names the KMSs that SQL may use, their addresses and the"
        " files of their credentials. Run check as root or as the server's user: it looks with"
        " the server's eyes.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    check = actions.add_parser(
        "check",
        help="check every entry, its options, files and permissions",
        description="Checks every entry with the runtime that the server loads, as the server's"
        " user: options, files, owners and modes, and whether the packages of its kind are"
        " installed. Exit code 1 means that something is wrong.",
    )
    check.add_argument(
        "--reach", action="store_true", help="also log in to every KMS, as kw.add_provider does"
    )
    check.set_defaults(run=_check)

    listing = actions.add_parser("list", help="list the entries")
    listing.set_defaults(run=_list, reach=False)

    showing = actions.add_parser("example", help="print an entry with every option explained")
    showing.add_argument("kind", choices=KINDS, help="the kind of KMS")
    showing.set_defaults(run=_example)

    for action in (check, listing):
        add_provider_file(action)
        action.add_argument("--json", action="store_true", help="print JSON, for programs")


def _check(options: argparse.Namespace) -> int:
    rows = _rows(options, _COLUMNS)
    print_rows(_COLUMNS, rows, as_json=options.json)
    return 1 if any(row[_COLUMNS.index("problem")] for row in rows) else 0


def _list(options: argparse.Namespace) -> int:
    columns = _COLUMNS[:3]
    print_rows(columns, _rows(options, columns), as_json=options.json)
    return 0


def _rows(options: argparse.Namespace, columns: tuple[str, ...]) -> list[list[object]]:
    found = checked_entries(options.providers_file, options.module_path, reach=options.reach)
    return [[row[column] for column in columns] for row in found]


def _example(options: argparse.Namespace) -> int:
    say_block(example(options.kind))
    return 0
