"""What subcommands that call functions of kw share: their errors, warnings and counts."""

import argparse
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import dict_row

from kwtools import upgrade_plan
from kwtools.attempts import with_detail
from kwtools.connections import Connection, connect, transaction
from kwtools.errors import CheckFailed
from kwtools.output import tell


@contextmanager
def connected(dsn: str, command: str) -> Iterator[Connection]:
    """Connect to a database that has the extension; raises ``CheckFailed``."""
    with connect(dsn, command) as connection:
        with transaction(connection):
            upgrade_plan.installed_version(connection)
        yield connection


@contextmanager
def session(
    options: argparse.Namespace,
    command: str,
    who: str = "Run it as a superuser or kw_admin; kw_operator may plan, run, retry, schedule what"
    " is due and see the status.",
    named: Mapping[str, str] | None = None,
) -> Iterator[Connection]:
    """Connect; tell of missing rights and of a missing extension as the command does.

    ``named``: the options that give the parameters which errors of the server name.
    """
    try:
        with connected(options.dsn, command) as connection:
            yield connection
    except psycopg.errors.InsufficientPrivilege as error:
        raise CheckFailed(
            error.diag.message_primary or str(error),
            who,
        ) from None
    except (
        psycopg.errors.UndefinedTable,
        psycopg.errors.UndefinedFunction,
        psycopg.errors.InvalidSchemaName,
    ) as error:
        raise CheckFailed(
            error.diag.message_primary or str(error),
            "Run CREATE EXTENSION kwtools CASCADE, or ALTER EXTENSION kwtools UPDATE, in this"
            " database.",
        ) from None
    except psycopg.Error as error:
        if not (error.sqlstate or "").startswith("KW"):
            raise
        message = with_detail(error).removeprefix("kwtools: ")
        hint = error.diag.message_hint or ""
        raise CheckFailed(message, with_options(message, hint, named or {})) from None


def with_options(message: str, hint: str, named: Mapping[str, str]) -> str:
    """Return a hint, and which options give the SQL parameters that it or its message names."""
    found = [
        f"{option} ({parameter})"
        for parameter, option in named.items()
        if "_" in parameter and re.search(rf"\b{parameter}\b", f"{message} {hint}")
    ]
    return f"{hint} The options: {', '.join(found)}.".lstrip() if found else hint


class Notice(NamedTuple):
    """A notice or warning of the server."""

    message: str
    hint: str
    is_warning: bool

    def tell(self, named: Mapping[str, str] | None = None) -> None:
        """Show it on stderr; ``named`` as of ``session``."""
        hint = with_options(self.message, self.hint, named or {})
        tell(f"{self.message}. {hint}" if hint else self.message)


def call(
    connection: Connection, function: str, given: dict[str, Any], *, writes: bool = True
) -> dict[str, Any]:
    """Call a function with named arguments and return its row. Its warnings are told."""
    row, notices = heard(connection, function, given, writes=writes)
    for one in notices:
        if one.is_warning:
            one.tell()
    return row


def heard(
    connection: Connection, function: str, given: dict[str, Any], *, writes: bool = True
) -> tuple[dict[str, Any], list[Notice]]:
    """Call a function with named arguments; return its row, and its notices and warnings."""
    named = ", ".join(f"{name} => %({name})s" for name in given)
    notices: list[Notice] = []

    def hear(notice: psycopg.errors.Diagnostic) -> None:
        severity = notice.severity_nonlocalized
        if severity in ("NOTICE", "WARNING"):
            message = notice.message_primary or ""
            notices.append(Notice(message, notice.message_hint or "", severity == "WARNING"))

    connection.add_notice_handler(hear)
    try:
        with transaction(connection, writes=writes), connection.cursor(row_factory=dict_row) as one:
            query = f"select * from {function}({named}) as value"  # noqa: S608
            row = one.execute(query.encode(), given).fetchone()
    finally:
        connection.remove_notice_handler(hear)
    assert row is not None
    return row, notices


def wrappers(count: int) -> str:
    """Name so many wrappers."""
    return "1 wrapper" if count == 1 else f"{count} wrappers"


def jobs(count: int) -> str:
    """Name so many jobs."""
    return "1 job" if count == 1 else f"{count} jobs"
