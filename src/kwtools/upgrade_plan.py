"""What an upgrade of one database would do, and what speaks against it. It changes nothing."""

import itertools
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from kwtools import catalog, own_grants, server_files, sources, standbys
from kwtools.build import build
from kwtools.connections import Connection
from kwtools.errors import CheckFailed
from kwtools.script_effects import Effect, Reader
from kwtools.server_files import Files, Session

_INSTALLED = "select e.extversion from pg_catalog.pg_extension e where e.extname = 'kwtools'"
_STATE = """
select pg_catalog.pg_is_in_recovery(), r.rolsuper
from pg_catalog.pg_roles r where r.rolname = current_user
"""
_PATH = """
select p.path from pg_catalog.pg_extension_update_paths('kwtools') p
where p.source = %s and p.target = %s
"""


class Check(NamedTuple):
    """One thing that speaks against the upgrade."""

    name: str
    """What ``--accept`` takes, where it may be accepted."""
    problem: str
    hint: str = ""
    may_be_accepted: bool = True


class Step(NamedTuple):
    """A script of the path."""

    name: str
    """``FROM--TO``."""
    effects: list[Effect]


class Wanted(NamedTuple):
    """What the caller asks for."""

    version: str | None = None
    standbys: Sequence[str] = ()
    accepted: Sequence[str] = ()


@dataclass
class Plan:
    """An upgrade that could be run."""

    database: str
    installed: str
    target: str
    wanted: Wanted
    steps: list[Step] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    next_calls: dict[str | None, str] = field(default_factory=dict)
    """What a session does at its next call after the upgrade, by the version of its code."""
    checks: list[Check] = field(default_factory=list)

    @property
    def is_current(self) -> bool:
        """Whether nothing is to be done."""
        return self.installed == self.target

    @property
    def refusals(self) -> list[Check]:
        """What speaks against it and was not accepted."""
        return [one for one in self.checks if not self.accepts(one)]

    def accepts(self, check: Check) -> bool:
        """Return whether the caller has accepted what speaks against it."""
        return check.may_be_accepted and check.name in self.wanted.accepted

    @property
    def older_sessions(self) -> list[Session]:
        """The sessions with the code of another version, or of which that cannot be told."""
        return [one for one in self.sessions if one.version not in ("", self.target)]

    def report(self) -> dict[str, Any]:
        """Return all of it, for programs."""
        return {
            "database": self.database,
            "from": self.installed,
            "to": self.target,
            "steps": [
                {"step": step.name, "effects": [effect._asdict() for effect in step.effects]}
                for step in self.steps
            ],
            "sessions": [
                {**session._asdict(), "next_call": self.next_calls[session.version]}
                for session in self.older_sessions
            ],
            "checks": [
                {**check._asdict(), "accepted": self.accepts(check)} for check in self.checks
            ],
        }


def installed(connection: Connection) -> str | None:
    """Return the version of the extension in a database, or null."""
    row = connection.execute(_INSTALLED).fetchone()
    return row[0] if row else None


def installed_version(connection: Connection) -> str:
    """Return the version of the extension; raises ``CheckFailed`` where it is not installed.

    Without it the schema kw is of somebody else, whose code would run with the caller's rights.
    """
    version = installed(connection)
    if version is None:
        raise CheckFailed(
            f'extension kwtools is not installed in database "{connection.info.dbname}"',
            "Run kwtools init there, or name another database with --dsn.",
        )
    return version


def major(connection: Connection) -> int:
    """Return the server's major version."""
    return connection.info.server_version // 10000


def make(connection: Connection, database: str, wanted: Wanted) -> Plan | None:
    """Return what an upgrade would do, or null where the extension is not installed.

    Run it in a transaction of READ COMMITTED. Raises ``CheckFailed`` where the server or the role
    cannot upgrade.
    """
    _check_target(connection, database)
    while True:
        version = installed(connection)
        if version is None:
            return None
        plan = _made(connection, database, version, wanted)
        if installed(connection) == version:  # nobody upgraded while the catalog was read
            return plan


def _made(connection: Connection, database: str, version: str, wanted: Wanted) -> Plan:
    files = server_files.files(connection)
    if files is None:
        raise CheckFailed(
            "the control file of kwtools was not found on the server", "Run kwtools install there."
        )
    plan = Plan(database, version, wanted.version or files.default_version, wanted)
    if not plan.is_current:
        _add_steps(plan, connection, files)
        _add_runtime(plan, connection, files)
        plan.checks += drift(connection, version)
        found = standbys.check(
            connection, connection.info.dbname, wanted.standbys, files.module_path, plan.target
        )
        plan.checks += [Check(one.name, one.problem, one.hint) for one in found if one.problem]
    return plan


def has_list(connection: Connection, version: str) -> bool:
    """Return whether it can be told what the release made on this PostgreSQL."""
    return catalog.list_path(version, major(connection)).exists()


def drift(connection: Connection, version: str) -> list[Check]:
    """Return in what the catalog is not what the release made, an object each.

    Grants of ``own_grants`` are none.
    """
    expected = catalog.of_release(version, major(connection))
    if expected is None:
        return [
            Check(
                "catalog",
                f"release {version} has no list for PostgreSQL {major(connection)}, so changes of"
                " the catalog cannot be told",
                "Use a command that knows the release.",
            )
        ]
    told: dict[str, list[str]] = {}
    for one in catalog.differences(expected, catalog.read(connection)):
        if not own_grants.is_own(one):
            told.setdefault(one.object, []).append(str(one))
    hint = "Change it back, or accept it by name (--accept)."
    return [Check(name, "; ".join(lines), hint) for name, lines in told.items()]


def _check_target(connection: Connection, database: str) -> None:
    row = connection.execute(_STATE).fetchone()
    assert row is not None
    in_recovery, is_superuser = row
    if in_recovery:
        raise CheckFailed(f"the server of {database} is a standby", "Upgrade on its primary.")
    if not is_superuser:
        raise CheckFailed(
            f"role {connection.info.user} is not a superuser", "Upgrade as a superuser."
        )


def _add_steps(plan: Plan, connection: Connection, files: Files) -> None:
    row = connection.execute(_PATH, (plan.installed, plan.target)).fetchone()
    if row is None or row[0] is None:
        plan.checks.append(
            Check(
                "path",
                f"the server has no scripts from {plan.installed} to {plan.target}",
                f"Run kwtools install of version {plan.target} on the server.",
                may_be_accepted=False,
            )
        )
        return
    versions = row[0].split("--")
    own = own_scripts()
    reader = Reader()
    for source, target in itertools.pairwise(versions):
        name = f"{source}--{target}"
        file = f"kwtools--{name}.sql"
        text = server_files.text_of(connection, f"{files.folder}/{file}")
        if text is None:
            plan.checks.append(
                Check(f"script {file}", "does not exist", "Run kwtools install.", False)
            )
            continue
        if text != own.get(file):
            told = "was changed" if file in own else "is not of a release that this command knows"
            plan.checks.append(
                Check(f"script {file}", told, "Run kwtools install of that version.")
            )
        plan.steps.append(Step(name, _effects(plan, reader, file, text)))


def _effects(plan: Plan, reader: Reader, file: str, text: str) -> list[Effect]:
    from pglast.parser import ParseError

    try:
        return reader.read(text)
    except ParseError as error:
        plan.checks.append(
            Check(f"script {file}", f"cannot be read: {error}", "Run kwtools install.", False)
        )
        return []


def own_scripts() -> dict[str, str]:
    """Return the upgrade scripts that this command installs."""
    extension = sources.extension()
    with tempfile.TemporaryDirectory() as scratch:
        built = build(extension, sources.version(), Path(scratch))
        edges = (*(extension / "released").glob("kwtools--*--*.sql"), *built)
        return {path.name: path.read_text() for path in edges}


def _add_runtime(plan: Plan, connection: Connection, files: Files) -> None:
    seen = server_files.look(connection, files.module_path, [plan.target])
    plan.sessions = seen.sessions
    plan.next_calls = {
        one.version: seen.next_call(one.version, plan.target) for one in plan.older_sessions
    }
    found = seen.runtimes[plan.target]
    hint = f"Run kwtools install of version {plan.target} on the server."
    if found.problem:
        plan.checks.append(Check("runtime", found.problem, hint, may_be_accepted=False))
    elif plan.target == sources.version() and (changed := server_files.differing(found)):
        told = f"in {found.folder} are not what this command installs: {', '.join(changed)}"
        plan.checks.append(Check("runtime files", told, hint))
