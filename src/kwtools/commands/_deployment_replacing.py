"""``kwtools deployment replace``: a new deployment key, and every row resealed."""

import argparse

from kwtools.commands._deployment_state import current_deployment, pin_lines, sealed_tables
from kwtools.commands._parser import Subparsers, whole_number
from kwtools.commands._session import call, session
from kwtools.connections import Connection
from kwtools.errors import EXIT_OK, EXIT_PROBLEM
from kwtools.output import print_json, say, tell
from kwtools.progress import Progress

_BATCH = 1000
_MOST_BATCH = 100_000
_SUPERUSER = "Run it as a superuser."


def register(actions: Subparsers) -> None:
    """Add the action."""
    replace = actions.add_parser(
        "replace",
        help="replace the deployment key, and reseal every row",
        description="Creates a new deployment key (kw.replace_deployment_key) and reseals every row"
        " with it, a batch a transaction, while readers and writers go on. A row that does not"
        " match its seal stops it. Where the provider file pins commitments, it prints the lines"
        " that list the new key, and goes on when it is run again. Interrupted, it goes on when it"
        " is run again. In the end it destroys the wrapper of the key before. Run it as a"
        " superuser. Exit code 1 means that the new key is not pinned yet.",
    )
    replace.add_argument(
        "--policy", metavar="NAME", help="the policy that wraps the key (default: default)"
    )
    replace.add_argument(
        "--lost", action="store_true",
        help="the key can no longer be opened: reseal the rows as they are. Check them first",
    )  # fmt: skip
    replace.add_argument(
        "--reason", metavar="TEXT", help="why, for the audit; required with --lost"
    )
    replace.add_argument(
        "--batch", type=whole_number(1, _MOST_BATCH), default=_BATCH, metavar="N",
        help=f"rows of one transaction, 1 to {_MOST_BATCH} (%(default)s)",
    )  # fmt: skip
    replace.set_defaults(run=_replace)


def _replace(options: argparse.Namespace) -> int:
    given = {"policy": options.policy, "lost": options.lost, "reason": options.reason}
    with session(options, "deployment replace", _SUPERUSER) as connection:
        phase = call(connection, "kw.replace_deployment_key", given)["value"]
        if phase == "next":
            return _told(options, connection, 0, is_done=False)
        with Progress("Resealing", sum(one.rows for one in sealed_tables(connection))) as progress:
            try:
                _reseal(connection, options.batch, progress)
            except KeyboardInterrupt:
                tell(f"interrupted: {progress.done} rows resealed. Run it again to go on.")
                raise
        call(connection, "kw.seal_deployment", {})
        return _told(options, connection, progress.done, is_done=True)


def _reseal(connection: Connection, batch: int, progress: Progress) -> None:
    place = None
    while True:
        row = call(connection, "kw.reseal_rows", {"place": place, "most": batch})
        progress.advance(row["resealed"])
        place = row["place"]
        if place is None:
            return


def _told(
    options: argparse.Namespace, connection: Connection, resealed: int, *, is_done: bool
) -> int:
    current = current_deployment(connection)
    if options.json:
        print_json({**current, "resealed": resealed, "is_replaced": is_done})
    else:
        done = f"{resealed} rows resealed: deployment {current['deployment']} has a new key"
        say(done if is_done else "the new key is not pinned yet. When it is, run this again")
        for line in pin_lines(current):
            say(line)
    return EXIT_OK if is_done else EXIT_PROBLEM
