"""``kwtools lint``."""

import argparse
from pathlib import Path

from kwtools import sources
from kwtools.commands._parser import Subparsers, absolute
from kwtools.errors import KwtoolsError
from kwtools.output import print_rows

_COLUMNS = ("rule", "file", "what", "remedy")


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "lint",
        help="check the extension's SQL by the house rules",
        description="Reads the SQL sources of the extension with PostgreSQL's own parser (pglast)"
        " and shows each place that breaks a house rule. It needs no server. Exit code 1 means"
        " that a rule is broken.",
    )
    parser.add_argument(
        "folder", type=absolute, nargs="?", metavar="DIR",
        help="the folder of the sources (extension/ of the checkout)",
    )  # fmt: skip
    parser.add_argument(
        "--rules", action="store_true", help="show the rules and why they are, and check nothing"
    )
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    try:
        from kwtools import linting  # pglast comes with the packages of a checkout only
    except ModuleNotFoundError as error:
        raise KwtoolsError(
            f"package {error.name} is not installed, which reads SQL",
            "Run it from a checkout, after make setup.",
        ) from None
    if options.rules:
        rows = [(rule.name, rule.why, rule.remedy) for rule in linting.RULES]
        print_rows(("rule", "why", "remedy"), rows, as_json=options.json)
        return 0
    folder: Path = options.folder or sources.extension()
    if not (folder / "order.txt").is_file():
        raise KwtoolsError(f"{folder} has no order.txt, so it is not the extension's folder")
    found = linting.findings(linting.Sources.read(folder, sources.version()))
    print_rows(_COLUMNS, found, as_json=options.json)
    return 1 if found else 0
