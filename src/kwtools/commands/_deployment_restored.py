"""``kwtools deployment acknowledge``: what follows a restore that lost sealed events."""

import argparse
import sys
from pathlib import Path

from kwshared.tlog import notes

from kwtools.commands._deployment_state import current_deployment, pin_lines
from kwtools.commands._parser import Subparsers
from kwtools.commands._session import call, session
from kwtools.connections import transaction
from kwtools.errors import EXIT_OK, CheckFailed
from kwtools.output import print_json, say

_MAX_BYTES = 1_000_000
_KEYS = """
select k.verifier_key
from kw.log_keys k
join kw.logs l on l.id = k.log_id
where l.origin = %s and k.removed_at is null
order by 1
"""


def register(actions: Subparsers) -> None:
    """Add the action."""
    parser = actions.add_parser(
        "acknowledge",
        help="acknowledge a restore, and begin a new log",
        description="Acknowledges a restore (kw.acknowledge_restore). It begins the next"
        " incarnation of the deployment, with a log whose first entry names the last checkpoint"
        " from outside, and seals the audit into it. Prints the new verifier keys, and the lines"
        " for the provider file. Run it once, as a superuser, before the application writes again.",
    )
    parser.add_argument(
        "checkpoint", metavar="CHECKPOINT",
        help="the file with the last checkpoint that was kept outside; - for standard input",
    )  # fmt: skip
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why, for the audit")
    parser.set_defaults(run=_acknowledge)


def _acknowledge(options: argparse.Namespace) -> int:
    given = {
        "checkpoint": notes.without_dashes(_note(options.checkpoint)),
        "reason": options.reason,
    }
    with session(options, "deployment acknowledge", "Run it as a superuser.") as connection:
        origin = call(connection, "kw.acknowledge_restore", given)["value"]
        connection.execute("call kw.seal_audit()")
        with transaction(connection):
            keys = [key for (key,) in connection.execute(_KEYS.encode(), (origin,)).fetchall()]
        current = current_deployment(connection)
    if options.json:
        print_json({**current, "origin": origin, "keys": keys})
        return EXIT_OK
    say(f"incarnation {current['incarnation']} of deployment {current['deployment']} has begun")
    say("verifier keys of its log, for auditors:")
    for line in (*keys, *pin_lines(current)):
        say(line)
    say("next: audit seal --checkpoint to a new file, audit export to a new folder")
    return EXIT_OK


def _note(name: str) -> str:
    try:
        if name == "-":
            return sys.stdin.read(_MAX_BYTES)
        with Path(name).open(encoding="utf-8") as file:
            return file.read(_MAX_BYTES)
    except (OSError, UnicodeDecodeError) as error:
        raise CheckFailed(
            f"{name} cannot be read: {error}", "It is a checkpoint: a signed note."
        ) from None
