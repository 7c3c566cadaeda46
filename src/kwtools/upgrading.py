"""An upgrade of one database: one transaction, which a check of the new version ends."""

import random
from dataclasses import dataclass, field
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from kwtools import attempts, upgrade_plan
from kwtools.connections import Connection, connect, transaction
from kwtools.errors import CheckFailed
from kwtools.output import tell
from kwtools.upgrade_plan import Check, Plan

UPGRADED, DONE_BEFORE = "upgraded", "already done"

# Every version has this table. Only an upgrade locks it in this mode: other roles may
# read it, and change it through functions of kw.
LOCK: LiteralString = "lock table kw.settings in share row exclusive mode"
_LONGEST_UPGRADE = 900.0  # seconds that another run is waited for
_TRIES = 5

_COUNT: LiteralString = "select count(*) from kw.key_wrappers"
# Who upgrades by hand takes no lock of ours: ALTER EXTENSION waits for it and then does nothing.
_IS_OURS: LiteralString = """
select e.xmin = pg_catalog.pg_current_xact_id()::xid
from pg_catalog.pg_extension e where e.extname = 'kwtools'
"""
_HAS_PAGES: LiteralString = "select pg_catalog.to_regproc('kw.verify_page') is not null"
_PAGE: LiteralString = "select p.checked, p.problems from kw.verify_page(0, %s, %s, %s) p"
_FIRST: LiteralString = "select pg_catalog.to_jsonb(v) from kw.verify(null, 0, %s) v"
_ONE: LiteralString = "select v.leg, v.sqlstate from kw.verify(%s::uuid) v"
_BLOCKERS: LiteralString = """
select distinct a.pid, a.usename::text, a.application_name, a.xact_start::text
from pg_catalog.pg_locks l
join pg_catalog.pg_class c on c.oid = l.relation
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_stat_activity a on a.pid = l.pid
join pg_catalog.pg_database d on d.oid = l.database and d.datname = current_database()
where n.nspname = 'kw' and l.granted and l.pid <> pg_catalog.pg_backend_pid()
order by 1
"""
_STATEMENTS = """\
begin;
<lock>;
do $check$ begin
    if not exists (
        select from pg_catalog.pg_extension e where e.extname = 'kwtools' and e.extversion = <from>
    ) then
        raise exception 'kwtools is not at version %', <from>;
    end if;
end $check$;
set local lock_timeout = <timeout>;
alter extension kwtools update to <to>;
select kw.version();
commit;
"""

Problem = tuple[str, int | None, str]
"""A wrapper, its leg, and the SQLSTATE with which it does not open."""


class _DoNotOpen(Exception):
    """Wrappers of the sample do not open with the new version. The upgrade is rolled back."""

    def __init__(self, problems: set[Problem]) -> None:
        super().__init__()
        self.problems = problems


@dataclass
class Result:
    """What became of an upgrade."""

    outcome: str
    checked: int = 0
    """Wrappers that were opened by each leg."""
    problems: list[Problem] = field(default_factory=list)
    drift: list[Check] = field(default_factory=list)

    def report(self) -> dict[str, Any]:
        """Return all of it, for programs."""
        return {
            "outcome": self.outcome,
            "checked": self.checked,
            "problems": [
                {"wrapper": wrapper, "leg": leg, "sqlstate": sqlstate}
                for wrapper, leg, sqlstate in self.problems
            ],
            "drift": [check._asdict() for check in self.drift],
        }


@dataclass
class Upgrade:
    """An upgrade that a plan describes."""

    dsn: str
    plan: Plan
    sample: int
    lock_timeout: float
    """Seconds that one attempt waits for the tables."""
    _seed: int = field(default_factory=lambda: random.getrandbits(31))
    """Of the sample: the same for each attempt."""
    _known: set[Problem] = field(default_factory=set)
    """What does not open with the old version, either."""

    def run(self) -> Result:
        """Upgrade; raises ``CheckFailed`` where the old version stays."""
        for tries in range(_TRIES + 1):
            try:
                result = self._attempt()
            except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
                blockers = self._blockers()
                if tries == _TRIES:
                    raise CheckFailed(
                        f"tables of kw are in use: {blockers}",
                        "End these transactions, or give a longer --lock-timeout.",
                    ) from None
                tell(f"{self.plan.database}: tables of kw are in use: {blockers}; trying again")
                attempts.pause(tries)
            except _DoNotOpen as error:
                self._compare_with_old(error.problems)
            else:
                return result
        raise CheckFailed("wrappers of the samples do not open", "Run kwtools verify first.")

    def statements(self) -> str:
        """Return the SQL that does it."""
        values = {
            "<lock>": LOCK,
            "<from>": _literal(self.plan.installed),
            "<to>": _literal(self.plan.target),
            "<timeout>": f"'{round(self.lock_timeout * 1000)}ms'",
        }
        text = _STATEMENTS
        for name, value in values.items():
            text = text.replace(name, value)
        return text

    def _attempt(self) -> Result:
        with connect(self.dsn, "upgrade") as connection, transaction(connection, writes=True):
            _set_lock_timeout(connection, _LONGEST_UPGRADE)
            connection.execute(LOCK)
            version = upgrade_plan.installed(connection)
            if version == self.plan.target:
                return Result(DONE_BEFORE)
            self._check_again(connection, version)
            result = self._upgrade(connection)
        self._look_afterwards(result)
        return result

    def _look_afterwards(self, result: Result) -> None:
        """Look as a new client does. The upgrade has been committed."""
        try:
            with connect(self.dsn, "upgrade") as fresh, transaction(fresh):
                fresh.execute("select kw.version()")
                if upgrade_plan.has_list(fresh, self.plan.target):
                    result.drift = upgrade_plan.drift(fresh, self.plan.target)
        except psycopg.Error as error:
            result.drift = [Check("new session", attempts.told(error))]

    def _check_again(self, connection: Connection, version: str | None) -> None:
        """Raise ``CheckFailed`` where the database changed between the plan and the lock."""
        if version != self.plan.installed:
            raise CheckFailed(
                f"kwtools was at version {self.plan.installed} and is at {version}",
                "Run the command again.",
            )
        known = {check.name for check in self.plan.checks}
        for check in upgrade_plan.drift(connection, self.plan.installed):
            if check.name not in known:
                raise CheckFailed(f"{check.name} {check.problem}", check.hint)

    def _upgrade(self, connection: Connection) -> Result:
        _set_lock_timeout(connection, self.lock_timeout)
        total = _value(connection, _COUNT)
        update = sql.SQL("alter extension kwtools update to {}")
        connection.execute(update.format(sql.Literal(self.plan.target)))
        if not _value(connection, _IS_OURS):
            return Result(DONE_BEFORE)
        self._check_runtime(connection)
        checked, problems = self._open_sample(connection, total)
        outages = {one for one in problems if one[2] in attempts.OUTAGE}
        if not problems - outages <= self._known:
            raise _DoNotOpen(problems - outages)
        return Result(UPGRADED, checked, sorted(problems, key=str))

    def _check_runtime(self, connection: Connection) -> None:
        """Raise an error unless this session can load the new version's code."""
        version = _value(connection, "select kw.version()")
        if version.get("runtime") != self.plan.target:
            raise CheckFailed(f"the server loads the runtime {version.get('runtime')}")

    def _open_sample(self, connection: Connection, total: int) -> tuple[int, set[Problem]]:
        """Return how many wrappers were opened by each leg, and what does not open."""
        if total == 0 or self.sample == 0:
            return 0, set()
        if _value(connection, _HAS_PAGES):
            share = min(1.0, self.sample / total)
            given = self.sample, share, self._seed
            row = connection.execute(_PAGE, given).fetchone()
            assert row is not None
            checked, rows = row
        else:
            rows = [row for (row,) in connection.execute(_FIRST, (self.sample,))]
            checked = min(self.sample, total)
        # Not signing keys, which have no wrapper, and not wrappers that are retired.
        found = {(row["wrapper"], row["leg"], row["sqlstate"]) for row in rows if row["wrapper"]}
        return checked, {one for one in found if one[2] != "KW212"}

    def _compare_with_old(self, problems: set[Problem]) -> None:
        """Remember the problems that the old version has, too; raise ``CheckFailed`` for others."""
        try:
            before = self._problems_before({wrapper for wrapper, _, _ in problems})
        except psycopg.Error as error:
            wrapper, leg, sqlstate = min(problems, key=str)
            raise CheckFailed(
                f"leg {leg} of wrapper {wrapper} does not open ({sqlstate}), and version"
                f" {self.plan.installed} could not be asked: {attempts.primary(error)}",
                "Repair it, or upgrade without a sample (--sample 0).",
            ) from None
        new = sorted(problems - before, key=str)
        if new:
            wrapper, leg, sqlstate = new[0]
            raise CheckFailed(
                f"version {self.plan.target} does not open leg {leg} of wrapper {wrapper}"
                f" ({sqlstate}), and version {self.plan.installed} does",
                "The upgrade was rolled back. Report it.",
            )
        self._known |= before & problems

    def _problems_before(self, wrappers: set[str]) -> set[Problem]:
        """Return what the installed version does not open of some wrappers."""
        found: set[Problem] = set()
        with connect(self.dsn, "upgrade") as connection:
            for wrapper in sorted(wrappers):
                with transaction(connection):
                    rows = connection.execute(_ONE, (wrapper,)).fetchall()
                found |= {(wrapper, leg, sqlstate) for leg, sqlstate in rows}
        return found

    def _blockers(self) -> str:
        with connect(self.dsn, "upgrade") as connection, transaction(connection):
            rows = connection.execute(_BLOCKERS).fetchall()
        told = [
            f"pid {pid} ({role}, {name or 'no name'}) since {since}"
            for pid, role, name, since in rows
        ]
        return ", ".join(told) or "their transactions have ended"


def _set_lock_timeout(connection: Connection, seconds: float) -> None:
    timeout = f"{round(seconds * 1000)}ms"
    connection.execute("select pg_catalog.set_config('lock_timeout', %s, true)", (timeout,))


def _value(connection: Connection, query: LiteralString) -> Any:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
