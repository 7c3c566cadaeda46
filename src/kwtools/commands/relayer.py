"""``kwtools relayer``."""

import argparse

import psycopg
from psycopg import IsolationLevel

from kwtools.commands._parser import Subparsers, add_dsn
from kwtools.connections import connect, transaction
from kwtools.errors import CheckFailed
from kwtools.output import print_json, print_rows, say, tell
from kwtools.progress import Progress
from kwtools.relayering import BATCH, MOST_BATCH, Plan, Relayering, Stuck

_PLANNED = ("what", "class", "mode", "layers", "wrappers", "wraps", "to seal")
_ASKED = ("what", "key", "provider", "reference", "opens", "wraps", "checks", "calls")
_FAILED = ("wrapper", "SQLSTATE", "message")
_MAY_REFUSE = {
    "modes": "modes below branches whose keys would not be independent (KW103)",
    "floors": "floors of fields (KW104)",
}


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "relayer",
        help="give the data keys of a database the KEM layers that a policy requires",
        description="Takes every wrapper that is of another policy, or has fewer or more layers"
        " than the policy wants, to that policy, in place: with kw.relayer_many(), a batch a"
        " transaction, branches first. Data keys, modes and the keys of legs stay. What fails is"
        " listed and the rest goes on; what another transaction is changing is tried once more at"
        " the end; where a KMS is not there, it stops. Interrupted or stopped,"
        " it goes on where it was when run again. Run it as a superuser or kw_admin. Exit code 1"
        " means that some wrappers were not changed.",
        epilog="The dry run counts for each remote key: an opening for each wrapper (mode both:"
        " of each leg; else of leg 1), a wrap and a check (the wrap opened again) for each leg,"
        " and for each branch above them one opening; and the calls that carry them, as many"
        " items in each as batch_items of vault (249) and kmip (100) has by default, one with"
        " other kinds. Logins, look-ups of keys and private keys that are sealed under a remote"
        " key come on top, a few a session. Keys that are held locally cost no call. It does not"
        " foresee what floors (KW104) or the modes below a branch (KW103) refuse.",
    )
    add_dsn(parser)
    parser.add_argument(
        "--policy", required=True, metavar="NAME", help="the policy to take them to"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="change nothing: count wraps and KMS calls"
    )
    parser.add_argument(
        "--batch", type=batch, default=BATCH, metavar="N",
        help=f"wrappers of one transaction, 1 to {MOST_BATCH} (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--table", metavar="SCHEMA.TABLE",
        help="only wrappers that are or were bound to this table, and no branches",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=_run)


def batch(text: str) -> int:
    value = int(text)
    if not 1 <= value <= MOST_BATCH:
        raise ValueError
    return value


def _run(options: argparse.Namespace) -> int:
    with connect(options.dsn, "relayer") as connection:
        try:
            # The counts are of one moment.
            with transaction(connection, isolation=IsolationLevel.REPEATABLE_READ):
                work = Relayering.of(connection, options.policy, options.batch, options.table)
                retired, stuck = work.retired(), work.stuck()
                if options.dry_run:
                    _print_plan(work, work.plan(), retired, stuck, as_json=options.json)
                    return 1 if stuck else 0
                total = work.ready()
            return _relayer(work, total, retired, stuck, as_json=options.json)
        except psycopg.errors.InsufficientPrivilege as error:
            raise CheckFailed(
                error.diag.message_primary or str(error), "Run it as a superuser or kw_admin."
            ) from None
        except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedFunction) as error:
            raise CheckFailed(
                error.diag.message_primary or str(error),
                "Run CREATE EXTENSION kwtools CASCADE, or ALTER EXTENSION kwtools UPDATE, in this"
                " database.",
            ) from None


def _relayer(
    work: Relayering, total: int, retired: int, stuck: list[Stuck], *, as_json: bool
) -> int:
    try:
        with Progress("Relayering", total) as progress:
            work.run(progress.advance)
    except KeyboardInterrupt:
        _print_result(work, retired, stuck, as_json=as_json)
        tell(f"interrupted: {work.done} of {total} wrappers are relayered. Run it again to go on.")
        raise
    except Exception:
        if work.done or work.failed or work.in_use:
            _print_result(work, retired, stuck, as_json=as_json)
        raise
    _print_result(work, retired, stuck, as_json=as_json)
    if not (as_json or work.done or work.failed or work.in_use or stuck):
        say(f"nothing to do: every wrapper has the layers that policy {work.policy.name} requires")
    return 1 if work.failed or work.in_use or stuck else 0


def _print_result(work: Relayering, retired: int, stuck: list[Stuck], *, as_json: bool) -> None:
    """Print what was done, also where it came to no end."""
    if as_json:
        result = {
            "policy": work.policy.name,
            "relayered": work.done,
            "failed": [one._asdict() for one in work.failed],
            "in_use": len(work.in_use),
            "stuck": [one._asdict() for one in stuck],
            "retired": retired,
        }
        print_json(result)
        return
    if work.failed:
        print_rows(_FAILED, work.failed)
    if work.done:
        say(f"{_wrappers(work.done)} relayered to policy {work.policy.name}")
    if work.failed:
        say(f"{_wrappers(len(work.failed))} failed, as listed: repair them and run it again")
    if work.in_use:
        say(
            f"{_wrappers(len(work.in_use))} left, in use by another transaction: run it again when"
            f" that has ended. {work.in_the_way}"
        )
    _print_left_out(retired, stuck)


def _print_plan(
    work: Relayering, plan: Plan, retired: int, stuck: list[Stuck], *, as_json: bool
) -> None:
    layers = work.policy.layers
    wrappers = sum(group.wrappers for group in plan.groups)
    total = {
        "wraps": sum(group.wraps for group in plan.groups),
        "layers": wrappers * layers,
        "operations": sum(use.opens + use.wraps + use.checks for use in plan.uses.values()),
        "calls": sum(use.calls for use in plan.uses.values()),
    }
    if as_json:
        kms = [
            {
                "key": key_id,
                "provider": work.keys[key_id].provider,
                "kind": work.keys[key_id].kind,
                "reference": work.keys[key_id].reference,
                **vars(use),
            }
            for key_id, use in plan.uses.items()
        ]
        result = {
            "policy": work.policy.name,
            "wrappers": wrappers,
            **total,
            "may_refuse": plan.may_refuse,
            "groups": [group._asdict() for group in plan.groups],
            "kms": kms,
            "stuck": [one._asdict() for one in stuck],
            "retired": retired,
        }
        print_json(result)
        return
    if plan.groups:
        groups = [
            ("wrappers", *group, group.wraps, group.wrappers * layers) for group in plan.groups
        ]
        print_rows(_PLANNED, groups)
    if plan.uses:
        asked = [
            (
                "kms",
                key_id,
                key.provider,
                key.reference,
                use.opens,
                use.wraps,
                use.checks,
                use.calls,
            )
            for key_id, use in plan.uses.items()
            for key in (work.keys[key_id],)
        ]
        print_rows(_ASKED, asked)
    say(
        f"{_wrappers(wrappers)} to relayer to policy {work.policy.name}: {total['wraps']} wraps,"
        f" {total['layers']} layers, {total['operations']} KMS operations in {total['calls']} calls"
    )
    if plan.may_refuse:
        say(
            f"not foreseen: {', '.join(_MAY_REFUSE[one] for one in plan.may_refuse)}."
            " What they stand against is left as it is by the run, and listed"
        )
    _print_left_out(retired, stuck)


def _print_left_out(retired: int, stuck: list[Stuck]) -> None:
    for one in stuck:
        say(
            f"{_wrappers(one.wrappers)} cannot be changed: {one.why}."
            " kw.rewrap takes them to another key"
        )
    if retired:
        say(
            f"left out: {_wrappers(retired)} retired."
            " kw.set_wrapper_status(wrapper, 'active') puts one back"
        )


def _wrappers(count: int) -> str:
    return "1 wrapper" if count == 1 else f"{count} wrappers"
