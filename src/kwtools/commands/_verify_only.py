"""``kwtools restore --verify-only``."""

import argparse
import time
from typing import NoReturn

from kwtools import junit
from kwtools.drill import Result, Wanted, drill
from kwtools.errors import EXIT_OK, EXIT_PROBLEM, BadUsage
from kwtools.interrupts import ended_in_order
from kwtools.output import print_json, print_rows, say
from kwtools.restored import PROBLEM, Found
from kwtools.restoring import read
from kwtools.verifying import MOST_LISTED, Problem

_OF_A_SERVER = ("dsn", "dbname", "create", "data_only", "reclaim", "plan")
"""Options that mean nothing for a server that is thrown away."""


def run(options: argparse.Namespace) -> int:
    """Carry out the drill that the options ask for; return the exit code."""
    given = [name for name in _OF_A_SERVER if getattr(options, name)]
    if given:
        _refuse(given)
    if options.junit is not None:
        options.junit.open("a").close()  # that it can be written is better known before
    began = time.monotonic()
    wanted = Wanted(
        read(options.dump),
        options.jobs,
        options.providers_file,
        options.without_provider,
        options.wheelhouse,
    )
    with ended_in_order():
        result = drill(wanted)
    seconds = time.monotonic() - began
    summary = _summary(options, result)
    if options.junit is not None:
        cases = [_case(one) for one in result.found]
        junit.write(options.junit, result.work, summary, seconds, cases)
    if options.json:
        print_json(
            {
                "readable": result.is_readable,
                "checks": [one._asdict() for one in result.found],
                "wrappers": result.work.report(),
            }
        )
    else:
        _print(result, summary)
    return EXIT_OK if result.is_readable else EXIT_PROBLEM


def _refuse(given: list[str]) -> NoReturn:
    named = ", ".join(f"--{name.replace('_', '-')}" for name in given)
    raise BadUsage(f"--verify-only starts a server of its own: {named} cannot be used with it")


def _print(result: Result, summary: str) -> None:
    print_rows(Found._fields, result.found)
    if result.work.listed:
        print_rows(Problem._fields, result.work.listed)
    if result.work.problems > len(result.work.listed):
        say(f"the first {MOST_LISTED} problems are listed; --json counts all by key and SQLSTATE")
    say(summary)


def _summary(options: argparse.Namespace, result: Result) -> str:
    if not result.is_readable:
        return f"{options.dump} cannot be read completely"
    if not result.is_compared:
        return (
            f"{options.dump} can be read: what is in it was restored and opened. Whether rows are"
            " missing is not known without its report"
        )
    return f"{options.dump} can be read: all of it was restored and opened"


def _case(one: Found) -> junit.Case:
    return junit.Case(one.check, f"{one.detail}. {one.hint}" if one.result == PROBLEM else None)
