"""Which version a database has, which versions are installed for it, and what is behind."""

from typing import NamedTuple

import psycopg

from kwtools import catalog, refused_connections, server_files, sources, upgrade_plan
from kwtools.connections import Connection, connect, transaction
from kwtools.targets import Target

CURRENT, BEHIND, WRONG, UNKNOWN, ABSENT = "current", "behind", "wrong", "unknown", "not installed"

_STATE = """
select
    (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user),
    (select a.default_version from pg_catalog.pg_available_extensions a where a.name = 'kwtools')
"""


class Status(NamedTuple):
    """What a database has."""

    database: str
    state: str
    extension: str | None = None
    """The version of the extension that is there."""
    scripts: str | None = None
    """The version that the server's scripts lead to."""
    runtime: str | None = None
    """The version of the runtime that the extension loads, if it is there."""
    older_sessions: int | None = None
    """How many sessions have the code of another version."""
    detail: str = ""


def of(target: Target) -> Status:
    """Return what a database has."""
    if not target.allows_connections:
        return Status(target.name, UNKNOWN, detail="the database allows no connections")
    try:
        with connect(target.dsn, "status") as connection, transaction(connection):
            return _of(connection, target.name)
    except psycopg.Error as error:
        told = error.diag.message_primary or str(error)
        if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
            told = f"{told}. {refused_connections.hint(error)}"
        return Status(target.name, UNKNOWN, detail=" ".join(told.split()))


def _of(connection: Connection, name: str) -> Status:
    extension = upgrade_plan.installed(connection)
    if extension is None:
        return Status(name, ABSENT)
    row = connection.execute(_STATE).fetchone()
    assert row is not None
    is_superuser, scripts = row
    if is_superuser:
        files = server_files.files(connection)
        scripts = files.default_version if files else None
    problems: list[tuple[str, str]] = []
    if scripts is None:
        state = WRONG if is_superuser else UNKNOWN
        sees = "was not found" if is_superuser else "is not seen by this role"
        problems.append((state, f"the control file of kwtools {sees}"))
    elif scripts != extension:
        problems.append((BEHIND, f"the scripts lead to {scripts}"))
    if extension != sources.version():
        problems.append((BEHIND, f"the command is of version {sources.version()}"))
    runtime = older = None
    path = catalog.module_path(connection) if is_superuser else None
    if path is None:
        why = "the extension names no folder" if is_superuser else "it takes a superuser to see it"
        problems.append((UNKNOWN, f"runtime not known: {why}"))
    else:
        seen = server_files.look(connection, path, [extension])
        found = seen.runtimes[extension]
        runtime = None if found.problem else extension
        if found.problem:
            problems.append((WRONG, f"runtime: {found.problem}"))
        older = sum(one.version not in ("", extension, None) for one in seen.sessions)
        if older:
            problems.append((BEHIND, f"{older} sessions have other code until their next call"))
    states = {state for state, _ in problems}
    worst = next((one for one in (WRONG, BEHIND, UNKNOWN) if one in states), CURRENT)
    detail = "; ".join(told for _, told in problems)
    return Status(name, worst, extension, scripts, runtime, older, detail)
