"""``kwtools upgrade``."""

import argparse
from collections.abc import Iterator
from typing import Any

import psycopg

from kwtools import attempts, script_effects, upgrade_plan
from kwtools.commands._parser import Subparsers
from kwtools.connections import connect, transaction
from kwtools.errors import EXIT_ENVIRONMENT, EXIT_OK, EXIT_PROBLEM, CheckFailed, KwtoolsError
from kwtools.output import print_json, print_rows, say, say_block, tell
from kwtools.script_effects import Effect
from kwtools.targets import Target, targets
from kwtools.upgrade_plan import Plan, Step, Wanted
from kwtools.upgrading import UPGRADED, Result, Upgrade

_COLUMNS = ("database", "what", "of", "detail")
_MOST_SAMPLED = 10_000
# Neither readers nor writers wait for these locks.
_QUIET = script_effects.MODES[: script_effects.MODES.index("SHARE")]

Row = tuple[str, str, str, str]


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "upgrade",
        help="bring the extension of one, several or all databases to another version",
        description="Shows what the upgrade would run, lock and rewrite and which sessions have"
        " older code, then runs ALTER EXTENSION kwtools UPDATE, one transaction for each database."
        " It refuses if the catalog is not what the installed release made, or if the runtime is"
        " missing here or on a standby. Before it commits, it opens a sample of wrappers by each"
        " leg with the new version. If anything fails, the old version stays. Any number of"
        " runs may start at once. Run it as a superuser. Exit code 1 means that something was"
        " refused or failed.",
    )
    add_targets(parser)
    parser.add_argument(
        "--to", metavar="VERSION", help="the version (default: that of the server's control file)"
    )
    parser.add_argument(
        "--standby", action="append", default=[], metavar="DSN",
        help="check the runtime of this standby, too; may be given again",
    )  # fmt: skip
    parser.add_argument(
        "--accept", action="append", default=[], metavar="NAME",
        help="upgrade in spite of the problem of this name, as the plan shows it; may be given"
        " again",
    )  # fmt: skip
    parser.add_argument(
        "--sample", type=sample, default=100, metavar="N",
        help=f"open so many wrappers by each leg, 0 to {_MOST_SAMPLED} (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--lock-timeout", type=seconds, default=10.0, metavar="SECONDS",
        help="how long one attempt waits for tables that others use (%(default)g)",
    )  # fmt: skip
    parser.add_argument("--plan", action="store_true", help="show all this and change nothing")
    parser.add_argument(
        "--sql", action="store_true", help="print the SQL for psql instead of running it"
    )
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=_run)


def add_targets(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which databases."""
    parser.add_argument(
        "--dsn", action="append", default=[], metavar="DSN",
        help="a database, as a connection string or URI; may be given again (default: PGHOST,"
        " PGDATABASE, …)",
    )  # fmt: skip
    parser.add_argument(
        "--all-databases", action="store_true",
        help="every database of the cluster that --dsn leads to",
    )  # fmt: skip


def sample(text: str) -> int:
    value = int(text)
    if not 0 <= value <= _MOST_SAMPLED:
        raise ValueError
    return value


def seconds(text: str) -> float:
    value = float(text)
    if not 0.001 <= value <= 86400:
        raise ValueError
    return value


def _run(options: argparse.Namespace) -> int:
    wanted = Wanted(options.to, tuple(options.standby), tuple(options.accept))
    found = targets("upgrade", options.dsn, all_databases=options.all_databases)
    plans = list(_plans(found, wanted, in_all=options.all_databases))
    refused = any(plan.refusals for _, plan in plans)
    report: list[dict[str, Any]] = [plan.report() for _, plan in plans]
    if options.sql and not refused:
        _print_sql(plans, options)
        return EXIT_OK
    if not options.json:
        print_rows(_COLUMNS, [row for _, plan in plans for row in _rows(plan)])
    code = EXIT_PROBLEM if refused else EXIT_OK
    if refused:
        tell("refused, and no database was changed")
    elif not options.plan:
        code = max(
            (
                _upgrade(target, plan, one, options)
                for (target, plan), one in zip(plans, report, strict=True)
            ),
            default=EXIT_OK,
        )
    if options.json:
        print_json({"databases": report})
    return code


def _plans(found: list[Target], wanted: Wanted, *, in_all: bool) -> Iterator[tuple[Target, Plan]]:
    for target in found:
        if not target.allows_connections:
            tell(f"{target.name} allows no connections, so it was not looked at")
            continue
        with connect(target.dsn, "upgrade") as connection, transaction(connection):
            plan = upgrade_plan.make(connection, target.name, wanted)
        if plan is not None:
            yield target, plan
        elif not in_all:
            raise CheckFailed(
                f"extension kwtools does not exist in database {target.name}",
                "Run CREATE EXTENSION kwtools CASCADE there, or name another database.",
            )


def _upgrade(
    target: Target, plan: Plan, report: dict[str, Any], options: argparse.Namespace
) -> int:
    """Upgrade one database; tell of it and return the exit code for it."""
    if plan.is_current:
        report["outcome"] = "current"
        return EXIT_OK
    try:
        result = Upgrade(target.dsn, plan, options.sample, options.lock_timeout).run()
    except (psycopg.Error, KwtoolsError) as error:
        report |= {"outcome": "failed", "error": _told(error)}
        if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
            tell(f"{plan.database}: {_told(error)}. kwtools status shows its version")
            return EXIT_ENVIRONMENT
        tell(f"{plan.database} stays at version {plan.installed}: {_told(error)}")
        return EXIT_PROBLEM
    report |= result.report()
    if not options.json:
        print_rows(_COLUMNS, list(_result_rows(plan, result)))
    return EXIT_PROBLEM if result.problems or _new_drift(plan, result) else EXIT_OK


def _print_sql(plans: list[tuple[Target, Plan]], options: argparse.Namespace) -> None:
    for target, plan in plans:
        if plan.is_current:
            say(f"-- {plan.database} is at version {plan.target}")
            continue
        name = plan.database if len(plans) > 1 else ""
        if name:
            quoted = name.replace("\\", "\\\\").replace("'", "\\'")
            say(f"\\connect -reuse-previous=on \"dbname='{quoted}'\"")
        say_block(Upgrade(target.dsn, plan, options.sample, options.lock_timeout).statements())


def _rows(plan: Plan) -> Iterator[Row]:
    name = plan.database
    if plan.is_current:
        yield name, "current", plan.target, "nothing to do"
        return
    yield name, "upgrade", f"from {plan.installed}", f"to {plan.target}"
    for step in plan.steps:
        yield from ((name, what, step.name, detail) for what, detail in _effects(step))
    for session in plan.older_sessions:
        version = "that cannot be told" if session.version is None else session.version
        told = f"{session.role} {session.application}: code of version {version}"
        then = plan.next_calls[session.version]
        yield name, "session", str(session.pid), f"{told}; next call: {then}"
    for check in plan.checks:
        what = "accepted" if plan.accepts(check) else "refused"
        yield name, what, check.name, f"{check.problem}. {check.hint}".strip()


def _effects(step: Step) -> Iterator[tuple[str, str]]:
    yield "step", f"kwtools--{step.name}.sql"
    for mode in reversed(script_effects.MODES):
        named = [table for table in _tables(step, mode) if _is_name(table)]
        if named and mode in _QUIET:
            count = "1 table" if len(named) == 1 else f"{len(named)} tables and views"
            yield "lock", f"{mode} on {count}: readers and writers go on"
        elif named:
            yield "lock", f"{mode} on {', '.join(named)}"
        for other in _tables(step, mode):
            if not _is_name(other):
                yield "lock", f"{mode} on what is {other}"
    for effect in step.effects:
        if effect.kind != script_effects.LOCK:
            yield effect.kind, _described(effect)


def _tables(step: Step, mode: str) -> list[str]:
    wanted = script_effects.LOCK, mode
    return [one.table for one in step.effects if (one.kind, one.detail) == wanted]


def _is_name(table: str) -> bool:
    return " " not in table


def _described(effect: Effect) -> str:
    return f"{effect.table}: {effect.detail}" if effect.detail else effect.table


def _result_rows(plan: Plan, result: Result) -> Iterator[Row]:
    name = plan.database
    opened = f"{result.checked} wrappers opened by each leg"
    yield name, result.outcome, plan.target, opened if result.outcome == UPGRADED else ""
    for wrapper, leg, sqlstate in result.problems:
        yield name, "problem", f"wrapper {wrapper}", f"leg {leg or ''} does not open: {sqlstate}"
    for check in result.drift:
        yield name, "differs", check.name, check.problem


def _new_drift(plan: Plan, result: Result) -> bool:
    """Return whether something is not what the release made and was not accepted before."""
    return any(check.name not in plan.wanted.accepted for check in result.drift)


def _told(error: Exception) -> str:
    if isinstance(error, KwtoolsError):
        return f"{error.message}. {error.hint}".strip()
    assert isinstance(error, psycopg.Error)
    return " ".join(attempts.told(error).split())
