"""``kwtools rewrap plan``, ``schedule`` and ``rotate``: what goes into the queue."""

import argparse
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from kwtools.commands._kms_key import kms_key
from kwtools.commands._parser import Subparsers
from kwtools.commands._session import Notice, call, heard, jobs, session, wrappers
from kwtools.connections import Connection, transaction
from kwtools.errors import BadUsage
from kwtools.output import print_json, print_rows, say


def age(text: str) -> str:
    """Return an age as PostgreSQL takes it. A number alone would mean seconds, 1m a minute."""
    if not re.search(r"[A-Za-z]{2}", text):
        raise argparse.ArgumentTypeError(f"{text} has no unit such as days, months or years")
    return text


class _Option(NamedTuple):
    """An option of a selection, and the parameter of the SQL functions that it gives."""

    name: str
    parameter: str
    metavar: str
    meaning: str
    selects: bool = False
    is_key: bool = False
    type: Callable[[str], str] = str

    def of(self, options: argparse.Namespace) -> str | None:
        """Return what was given for it."""
        value: str | None = getattr(options, self.name.replace("-", "_"), None)
        return value


_KEY = "KEY"
_OPTIONS = (
    _Option(
        "key", "kms_key_id", _KEY, "wrappers with a leg under this KMS key; that leg changes",
        selects=True, is_key=True,
    ),
    _Option(
        "provider", "provider", "NAME", "wrappers with a leg under a key of this provider",
        selects=True,
    ),
    _Option("policy", "policy", "NAME", "wrappers that this policy made", selects=True),
    _Option(
        "table", "entity_table", "SCHEMA.TABLE", "wrappers that protect something in this table",
        selects=True,
    ),
    _Option("field", "field_name", "NAME", "wrappers of this field of the table"),
    _Option(
        "older-than", "older_than", "AGE", "wrappers with a leg wrapped longer ago: '1 year'",
        selects=True, type=age,
    ),
    _Option(
        "to-key", "new_kms_key_id", _KEY, "the key that takes the place of the selected ones",
        is_key=True,
    ),
    _Option("to-key1", "kms1_key_id", _KEY, "the new key of leg 1", is_key=True),
    _Option("to-key2", "kms2_key_id", _KEY, "the new key of leg 2", is_key=True),
    _Option(
        "to-policy", "to_policy", "NAME", "relayer: the policy whose layers they get", selects=True
    ),
)  # fmt: skip
_NAMED = {one.parameter: f"--{one.name}" for one in _OPTIONS}
_USES = ("key", "provider", "reference", "opens", "wraps", "checks", "calls")


def register(actions: Subparsers) -> None:
    """Add the actions."""
    plan = actions.add_parser(
        "plan",
        help="say what jobs would cost",
        description="Counts the wrappers that would get a job, and the KMS calls and bytes that"
        " the jobs would take (kw.plan_rewrap). Changes nothing. KEY is the id of a key in"
        " kw.kms_keys, or PROVIDER/REFERENCE. Exit code 1 means that some of them cannot be"
        " rewrapped.",
    )
    schedule = actions.add_parser(
        "schedule",
        help="put jobs into the queue",
        description="Puts a job into the queue for each selected wrapper that has no open one"
        " (kw.schedule_rewrap), and says how many were left out. kwtools rewrap run runs them. KEY"
        " is the id of a key in kw.kms_keys, or PROVIDER/REFERENCE. Exit code 1 means that nothing"
        " was scheduled, although wrappers were selected that cannot be rewrapped.",
    )
    for action in (plan, schedule):
        for one in _OPTIONS:
            action.add_argument(
                f"--{one.name}", type=one.type, metavar=one.metavar, help=one.meaning
            )
    schedule.add_argument(
        "--due", action="store_true",
        help="what is older than its policy allows (kw.schedule_due_rewraps), and nothing else",
    )  # fmt: skip
    plan.set_defaults(run=_plan)
    schedule.set_defaults(run=_schedule)
    _add_rotate(actions)


def _add_rotate(actions: Subparsers) -> None:
    rotate = actions.add_parser(
        "rotate",
        help="put jobs into the queue that give bindings new data keys",
        description="Puts a job into the queue for each data key that bindings of a table encrypt"
        " with now, to give these bindings a new one (kw.schedule_rotate). kwtools rewrap run runs"
        " them, and kwtools reencrypt takes the values over.",
    )
    rotate.add_argument("--table", required=True, metavar="SCHEMA.TABLE", help="the table")
    rotate.add_argument("--field", metavar="NAME", help="only the bindings of this field")
    rotate.add_argument(
        "--older-than", type=age, metavar="AGE",
        help="only data keys that were made longer ago: '1 year'",
    )  # fmt: skip
    rotate.set_defaults(run=_rotate)


# -- plan -------------------------------------------------------------------------------------


def _plan(options: argparse.Namespace) -> int:
    _check_selection(options)
    with session(options, "rewrap plan", named=_NAMED) as connection:
        plan = call(connection, "kw.plan_rewrap", _given(connection, options), writes=False)
    stuck = plan["details"]["stuck"]
    if options.json:
        print_json(plan)
        return 1 if stuck else 0
    for names, rows in (
        (("class", "mode", "layers", "wrappers"), plan["details"]["groups"]),
        (_USES, plan["details"]["kms"]),
    ):
        if rows:
            print_rows(names, [[row[name] for name in names] for row in rows])
    say(
        f"{wrappers(plan['wrappers'])} to rewrap, {plan['branches']} of them branches:"
        f" {plan['kms_operations']} KMS operations in {plan['kms_calls']} calls,"
        f" {plan['bytes']} bytes of wraps"
    )
    for one in stuck:
        say(f"{wrappers(one['wrappers'])} cannot be rewrapped: {one['why']}")
    return 1 if stuck else 0


def _check_selection(options: argparse.Namespace) -> None:
    selectors = [one for one in _OPTIONS if one.selects]
    if all(one.of(options) is None for one in selectors):
        listed = ", ".join(f"--{one.name}" for one in selectors)
        raise BadUsage("no wrappers are selected", f"Give at least one of {listed}.")


def _given(connection: Connection, options: argparse.Namespace) -> dict[str, Any]:
    """Return the parameters that options give. Keys are looked up."""
    given: dict[str, Any] = {}
    with transaction(connection):
        for one in _OPTIONS:
            value = one.of(options)
            if value is not None:
                given[one.parameter] = kms_key(connection, value)[0] if one.is_key else value
    return given


# -- schedule, rotate -------------------------------------------------------------------------


def _schedule(options: argparse.Namespace) -> int:
    if options.due:
        _check_only_due(options)
    else:
        _check_selection(options)
    with session(options, "rewrap schedule", named=_NAMED) as connection:
        if options.due:
            row, notices = heard(connection, "kw.schedule_due_rewraps", {})
        else:
            row, notices = heard(connection, "kw.schedule_rewrap", _given(connection, options))
    return _tell_scheduled(row["value"], notices, as_json=options.json)


def _check_only_due(options: argparse.Namespace) -> None:
    others = [f"--{one.name}" for one in _OPTIONS if one.of(options) is not None]
    if others:
        raise BadUsage(
            f"--due cannot be combined with {others[0]}",
            "Policies say what is due. Use --older-than for a selection.",
        )


def _rotate(options: argparse.Namespace) -> int:
    given = {one.parameter: one.of(options) for one in _OPTIONS if one.of(options) is not None}
    with session(options, "rewrap rotate", named=_NAMED) as connection:
        row, notices = heard(connection, "kw.schedule_rotate", given)
    return _tell_scheduled(row["value"], notices, as_json=options.json)


def _tell_scheduled(made: int, notices: list[Notice], *, as_json: bool) -> int:
    if as_json:
        print_json({"jobs": made, "left_out": [one.message for one in notices]})
    else:
        say(f"{jobs(made)} scheduled")
    for one in notices:
        one.tell(_NAMED)
    # What has such a job already is scheduled: that is told by a notice, not by a warning.
    return 1 if not made and any(one.is_warning for one in notices) else 0
