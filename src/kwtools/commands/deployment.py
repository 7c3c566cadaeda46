"""``kwtools deployment``: the key that seals the rows of a database."""

import argparse
from collections.abc import Iterator
from typing import Any, NamedTuple

from kwtools.commands import _deployment_replacing, _deployment_restored
from kwtools.commands._deployment_state import (
    SealedTable,
    advice,
    current_deployment,
    pin_lines,
    sealed_tables,
)
from kwtools.commands._parser import Subparsers, add_dsn, whole_number
from kwtools.commands._session import call, session
from kwtools.connections import transaction
from kwtools.errors import EXIT_OK, EXIT_PROBLEM
from kwtools.output import print_json, print_rows, say, tell
from kwtools.progress import Progress

_BATCH = 1000
_MOST_BATCH = 100_000
_SUPERUSER = "Run it as a superuser."
_READER = "Run it as a superuser, kw_admin or kw_auditor."
_CHECKER = "Run it as a superuser, kw_admin, kw_operator or kw_auditor."


class _Problem(NamedTuple):
    """A row that does not match its seal."""

    table_name: str
    row_key: str
    sqlstate: str
    problem: str


def register(subparsers: Subparsers) -> None:
    """Add the subcommand and its own."""
    parser = subparsers.add_parser(
        "deployment",
        help="seal the rows of a database, so that edits of its tables are found",
        description="Creates the deployment key, seals the rows that exist, and checks seals.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    create = actions.add_parser(
        "create",
        help="create the deployment key",
        description="Creates the deployment key (kw.create_deployment). From then on every change"
        " of a row is sealed; rows without a seal are accepted. Run it as a superuser.",
    )
    create.add_argument(
        "--policy", metavar="NAME", help="the policy that wraps the key (default: default)"
    )
    create.set_defaults(run=_create)
    adopt = actions.add_parser(
        "adopt",
        help="seal the rows that have no seal, as they are",
        description="Seals the rows that have no seal (kw.seal_rows), a batch a transaction. It"
        " takes what it finds for right: check the database first. No KMS is asked but that of the"
        " deployment key. Interrupted, it goes on where it was when run again. Run it as a"
        " superuser.",
    )
    adopt.add_argument(
        "--batch", type=whole_number(1, _MOST_BATCH), default=_BATCH, metavar="N",
        help=f"rows of one transaction, 1 to {_MOST_BATCH} (%(default)s)",
    )  # fmt: skip
    adopt.set_defaults(run=_adopt)
    seal = actions.add_parser(
        "seal",
        help="end the adoption: refuse rows without a seal",
        description="Ends the adoption (kw.seal_deployment): from then on a row without a seal is"
        " refused. It fails while rows without a seal are left. Run it as a superuser.",
    )
    seal.set_defaults(run=_seal)
    status = actions.add_parser(
        "status",
        help="show the deployment, and how many rows have no seal",
        description="Shows the deployment and its phase, whether it is pinned, how far a"
        " replacement of its key is, and how many rows have no seal. It asks kw.doctor(). Run it as"
        " a superuser, kw_admin or kw_auditor.",
    )
    status.set_defaults(run=_status)
    _add_check_and_accept(actions)
    _deployment_replacing.register(actions)
    _deployment_restored.register(actions)
    for action in actions.choices.values():
        add_dsn(action)
        action.add_argument("--json", action="store_true", help="print JSON, for programs")


def _add_check_and_accept(actions: Subparsers) -> None:
    check = actions.add_parser(
        "check",
        help="show the rows that do not match their seals",
        description="Checks the seal of every row (kw.check_seals), and shows the rows that were"
        " changed, moved or added by hand. Run it as a superuser, kw_admin, kw_operator or"
        " kw_auditor. Exit code 1 means that a row does not match.",
    )
    check.add_argument("--table", metavar="NAME", help="check this table of kw only")
    check.set_defaults(run=_check)
    accept = actions.add_parser(
        "accept",
        help="seal rows as they are, although their seals do not match",
        description="Seals rows as they are (kw.accept_rows). Use it only for rows that you have"
        " checked. It is audited. Run it as a superuser.",
    )
    accept.add_argument("table", metavar="TABLE", help="the table of kw, as check shows it")
    accept.add_argument("rows", metavar="ROW", nargs="+", help="the rows, as check shows them")
    accept.add_argument("--reason", required=True, metavar="TEXT", help="why, for the audit")
    accept.set_defaults(run=_accept)


def _create(options: argparse.Namespace) -> int:
    with session(options, "deployment create", _SUPERUSER) as connection:
        made = call(connection, "kw.create_deployment", {"policy": options.policy})
    if options.json:
        print_json({"deployment": str(made["value"])})
    else:
        say(f"deployment {made['value']} created: next, kwtools deployment adopt")
    return EXIT_OK


def _adopt(options: argparse.Namespace) -> int:
    with session(options, "deployment adopt", _SUPERUSER) as connection:
        left = sum(one.unsealed for one in sealed_tables(connection))
        with Progress("Sealing", left) as progress:
            try:
                while sealed := call(connection, "kw.seal_rows", {"most": options.batch})["value"]:
                    progress.advance(sealed)
            except KeyboardInterrupt:
                tell(f"interrupted: {progress.done} rows sealed. Run it again to go on.")
                raise
    if options.json:
        print_json({"sealed": progress.done})
    else:
        say(f"{progress.done} rows sealed: next, kwtools deployment seal")
    return EXIT_OK


def _seal(options: argparse.Namespace) -> int:
    with session(options, "deployment seal", _SUPERUSER) as connection:
        call(connection, "kw.seal_deployment", {})
        current = current_deployment(connection)
    if options.json:
        print_json(current)
    else:
        say(
            f"deployment {current['deployment']} is {current['phase']}: next, add the lines of"
            " kwtools deployment status to the provider file"
        )
    return EXIT_OK


def _status(options: argparse.Namespace) -> int:
    with session(options, "deployment status", _READER) as connection:
        current, tables = current_deployment(connection), sealed_tables(connection)
        told = advice(connection)
    if options.json:
        shown = [one._asdict() for one in tables]
        print_json({**current, **told._asdict(), "tables": shown})
        return EXIT_OK
    print_rows(SealedTable._fields, tables)
    say(
        f"deployment {current['deployment']} is {current['phase']} (key {current['key_no']},"
        f" incarnation {current['incarnation']})"
    )
    for line in _replacement(current, sum(one.earlier_key for one in tables)):
        say(line)
    say(f"the server says: {told.state}")
    if told.next:
        say(f"next: {told.next}")
    for line in pin_lines(current):
        say(line)
    return EXIT_OK


def _replacement(current: dict[str, Any], earlier: int) -> Iterator[str]:
    """Yield how far the replacement of the key is, if one is under way."""
    if current["next_key_no"] is not None:
        yield f"key {current['next_key_no']} is to replace key {current['key_no']}: pin it first"
    if current["phase"] in ("replacing", "recovering"):
        yield (
            f"key {current['key_no']} replaces the key before: {earlier} rows have a seal by an"
            " earlier key"
        )


def _check(options: argparse.Namespace) -> int:
    query = f"select {', '.join(_Problem._fields)} from kw.check_seals(%s)"  # noqa: S608
    with session(options, "deployment check", _CHECKER) as connection, transaction(connection):
        found = connection.execute(query.encode(), (options.table,)).fetchall()
    print_rows(_Problem._fields, found, as_json=options.json)
    if not found and not options.json:
        say("every row matches its seal")
    return EXIT_PROBLEM if found else EXIT_OK


def _accept(options: argparse.Namespace) -> int:
    given = {"table_name": options.table, "row_keys": options.rows, "reason": options.reason}
    with session(options, "deployment accept", _SUPERUSER) as connection:
        accepted = call(connection, "kw.accept_rows", given)["value"]
    if options.json:
        print_json({"accepted": accepted})
    else:
        say(f"{accepted} rows accepted")
    left = len(set(options.rows)) - accepted
    if left:
        tell(f"{left} of the names are of no row: use those that kwtools deployment check shows")
    return EXIT_PROBLEM if left else EXIT_OK
