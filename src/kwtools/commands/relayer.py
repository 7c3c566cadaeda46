"""``kwtools relayer``."""

import argparse
from typing import Any, NamedTuple

from kwshared import usability

from kwtools.commands._parser import Subparsers, add_dsn, whole_number
from kwtools.commands._session import call, session, wrappers
from kwtools.connections import Connection, transaction
from kwtools.errors import CheckFailed, KwtoolsError
from kwtools.output import print_json, print_rows, say, tell
from kwtools.progress import Progress
from kwtools.rewrap_queue import BATCH, MOST_WORKERS, Work

_DEFAULT_BATCH = 249
"""As many leg keys as provider vault sends in one request, where nothing else is configured."""

_PLANNED = ("what", "class", "mode", "layers", "wrappers", "wraps", "to seal")
_ASKED = ("what", "key", "provider", "reference", "opens", "wraps", "checks", "calls")
_FAILED = ("wrapper", "SQLSTATE", "message")
_MAY_REFUSE = {
    "modes": "modes below branches whose keys would not be independent (KW103)",
    "floors": "floors of fields (KW104)",
}
_IS_BOUND = """
select exists (
    select
    from kw.entities e
    join kw.encryption_bindings b on b.entity_table = e.bound_as
    where e.entity_table = %s
)
"""
_LAYERS = """
select least(p.max_layers, count(l.kms_key_id)) as layers
from kw.encryption_policies p
left join kw.policy_layer_keys l on l.policy_id = p.id
where p.policy_name = %s
group by p.id
"""
_OF_POLICY = """
from kw.rewrap_jobs j
join kw.encryption_policies p on p.id = j.target_policy_id and p.policy_name = %s
join kw.key_wrappers w on w.id = j.key_wrapper_id
"""
_OPEN = f"select coalesce(array_agg(j.id), '{{}}') {_OF_POLICY} where j.finished_at is null"
_LATEST = "select coalesce(max(j.id), 0) from kw.rewrap_jobs j"
# Of the jobs of this run, and of open ones: what failed, and what is tried again later.
_BROKEN = f"""
select w.wrapper_uuid, j.last_error
{_OF_POLICY}
where (j.finished_at is null or j.id > %s) and j.last_error is not null and j.status = any(%s)
order by w.id
"""
# What others lock says so.
_BLOCKED = "55P03"


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "relayer",
        help="give the data keys of a database the KEM layers that a policy requires",
        description="Takes every wrapper that is of another policy, or has fewer or more layers"
        " than the policy wants, to that policy, in place: it schedules a job of the queue for"
        " each, and runs those jobs, a batch a transaction, branches first. Data keys, modes and"
        " the keys of legs stay. What fails is listed and the rest goes on; where a KMS is not"
        " there, it stops. Interrupted or stopped, it goes on where it was when run again. Run it"
        " as a superuser or kw_admin. Exit code 1 means that some wrappers were not changed.",
        epilog="The dry run counts for each remote key: an opening for each wrapper (mode both:"
        " of each leg; else of leg 1), a wrap and a check (the wrap opened again) for each leg,"
        " and for each branch above them one opening; and the calls that carry them, as many"
        " items in each as the provider sends (batch_items), one with kinds that have no batches."
        " Logins, look-ups of keys and private keys that are sealed under a remote key come on"
        " top, a few a session. Keys that are held locally cost no call. It does not foresee what"
        " floors (KW104) or the modes below a branch (KW103) refuse.",
    )
    add_dsn(parser)
    parser.add_argument(
        "--policy", required=True, metavar="NAME", help="the policy to take them to"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="change nothing: count wraps and KMS calls"
    )
    parser.add_argument(
        "--batch", type=whole_number(1, BATCH), default=_DEFAULT_BATCH, metavar="N",
        help=f"wrappers of one transaction, 1 to {BATCH} (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--workers", type=whole_number(1, MOST_WORKERS), default=1, metavar="N",
        help=f"sessions that work side by side, 1 to {MOST_WORKERS} (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--table", metavar="SCHEMA.TABLE",
        help="only wrappers that are or were bound to this table, and no branches",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=_run)


class Failed(NamedTuple):
    """A wrapper that was not relayered, and why."""

    wrapper: str
    sqlstate: str
    message: str


class Result(NamedTuple):
    """What a run did, and what it left."""

    policy: str
    relayered: int
    failed: list[Failed]
    in_use: int
    in_the_way: str
    """What a job says of who uses its wrapper."""


def _run(options: argparse.Namespace) -> int:
    with session(options, "relayer", "Run it as a superuser or kw_admin.") as connection:
        given = {"to_policy": options.policy}
        if options.table is not None:
            _check_bound(connection, options.table)
            given["entity_table"] = options.table
        plan = call(
            connection, "kw.plan_rewrap", {**given, "max_jobs": options.batch}, writes=False
        )
        details = plan["details"]
        if options.dry_run:
            _print_plan(connection, options, plan)
            return 1 if details["stuck"] else 0
        return _relayer(connection, options, given, details)


def _check_bound(connection: Connection, table: str) -> None:
    with transaction(connection):
        row = connection.execute(_IS_BOUND, (table,)).fetchone()
    if row is None or not row[0]:
        raise CheckFailed(
            f'nothing is bound to "{table}"',
            "Name it as kw.entities.entity_table does, such as public.customers.",
        )


def _relayer(
    connection: Connection, options: argparse.Namespace, given: dict[str, Any], details: Any
) -> int:
    latest = _value(connection, _LATEST)
    call(connection, "kw.schedule_rewrap", given)
    earlier = _value(connection, _OPEN, options.policy)
    call(connection, "kw.retry_rewrap_jobs", {"jobs": earlier})
    with Progress("Relayering", len(earlier)) as progress:
        work = Work(options.dsn, "relayer", progress.advance, options.policy, options.batch)
        try:
            work.run(options.workers)
        except KeyboardInterrupt:
            _print_result(_result(connection, work, latest, ended=False), details, options)
            tell(
                f"interrupted: {work.outcomes.done} of {len(earlier)} wrappers are relayered."
                " Run it again to go on."
            )
            raise
    result = _result(connection, work, latest, ended=work.outage is None)
    _print_result(result, details, options)
    if work.outage is not None:
        raise KwtoolsError(
            f"a KMS is not available: {work.outage.removesuffix('.')};"
            f" {work.outcomes.done} wrappers were relayered before",
            "Run it again when that is fixed. It continues where it stopped.",
        )
    return 1 if result.failed or result.in_use or details["stuck"] else 0


def _result(connection: Connection, work: Work, latest: int, *, ended: bool) -> Result:
    """Return what became of the jobs; of a run that did not end only what failed for good."""
    statuses = ["failed", "pending"] if ended else ["failed"]
    with transaction(connection):
        query = _BROKEN.encode()
        found = connection.execute(query, (work.policy, latest, statuses)).fetchall()
    broken = [Failed(wrapper, *said.split(": ", 1)) for wrapper, said in found]
    failed = [one for one in broken if one.sqlstate != _BLOCKED]
    in_use = [one for one in broken if one.sqlstate == _BLOCKED]
    why = in_use[0].message if in_use else ""
    return Result(work.policy or "", work.outcomes.done, failed, len(in_use), why)


def _value(connection: Connection, query: str, *params: object) -> Any:
    with transaction(connection):
        row = connection.execute(query.encode(), params).fetchone()
    assert row is not None
    return row[0]


def _print_result(result: Result, details: Any, options: argparse.Namespace) -> None:
    """Print what was done, also where it came to no end."""
    stuck, retired = details["stuck"], details["retired"]
    if options.json:
        told = {
            "policy": result.policy,
            "relayered": result.relayered,
            "failed": [one._asdict() for one in result.failed],
            "in_use": result.in_use,
            "stuck": stuck,
            "retired": retired,
        }
        print_json(told)
        return
    if result.failed:
        print_rows(_FAILED, result.failed)
    if result.relayered:
        say(f"{wrappers(result.relayered)} relayered to policy {result.policy}")
    if result.failed:
        say(f"{wrappers(len(result.failed))} failed, as listed: repair them and run it again")
    if result.in_use:
        say(
            f"{wrappers(result.in_use)} left, in use by another transaction: run it again when"
            f" that has ended. {result.in_the_way}"
        )
    if not (result.relayered or result.failed or result.in_use or stuck):
        say(f"nothing to do: every wrapper has the layers that policy {result.policy} requires")
    _print_left_out(details)


def _print_plan(connection: Connection, options: argparse.Namespace, plan: dict[str, Any]) -> None:
    layers, details = int(_value(connection, _LAYERS, options.policy)), plan["details"]
    groups = [
        {**group, "wraps": group["wrappers"] * usability.LEGS.get(group["mode"], 2)}
        for group in details["groups"]
    ]
    total = {
        "wraps": sum(group["wraps"] for group in groups),
        "layers": plan["wrappers"] * layers,
        "operations": plan["kms_operations"],
        "calls": plan["kms_calls"],
    }
    if options.json:
        print_json(
            {"policy": options.policy, "wrappers": plan["wrappers"], **total, **details}
            | {"groups": groups}
        )
        return
    if groups:
        counted = ("class", "mode", "layers", "wrappers", "wraps")
        rows = [
            ("wrappers", *(group[name] for name in counted), group["wrappers"] * layers)
            for group in groups
        ]
        print_rows(_PLANNED, rows)
    if details["kms"]:
        names = ("key", "provider", "reference", "opens", "wraps", "checks", "calls")
        print_rows(_ASKED, [("kms", *(use[name] for name in names)) for use in details["kms"]])
    say(
        f"{wrappers(plan['wrappers'])} to relayer to policy {options.policy}: {total['wraps']}"
        f" wraps, {total['layers']} layers, {total['operations']} KMS operations in"
        f" {total['calls']} calls"
    )
    if details["may_refuse"]:
        say(
            f"not foreseen: {', '.join(_MAY_REFUSE[one] for one in details['may_refuse'])}."
            " What they stand against is left as it is by the run, and listed"
        )
    _print_left_out(details)


def _print_left_out(details: Any) -> None:
    for one in details["stuck"]:
        say(
            f"{wrappers(one['wrappers'])} cannot be changed: {one['why']}."
            " kw.rewrap takes them to another key"
        )
    if details["retired"]:
        say(
            f"left out: {wrappers(details['retired'])} retired."
            " kw.set_wrapper_status(wrapper, 'active') puts one back"
        )
