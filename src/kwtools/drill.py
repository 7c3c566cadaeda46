"""A drill: a dump restored into a server that is thrown away, and everything in it opened."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg import sql

from kwtools import ciphertexts, dump_report, providers, restored
from kwtools.checks import restore as incomplete
from kwtools.cluster import PLAIN_ENVIRONMENT, SUPERUSER, Cluster
from kwtools.connections import Connection, connect, transaction
from kwtools.errors import CheckFailed
from kwtools.progress import Progress
from kwtools.restored import NOT_COMPARED, OK, PROBLEM, Found
from kwtools.restoring import Dump, Step, run
from kwtools.verifying import Verification

_DATABASE = "drill"
_BATCH = 1000
_NO_ROLE = re.compile(r'role "(.+)" does not exist')
# A retired wrapper opens for nobody until an admin puts it back. Here, it is put back.
_PUT_BACK = "update kw.key_wrappers set status = 'rotated' where status = 'retired'"


class Wanted(NamedTuple):
    """What to try, and by which keys."""

    dump: Dump
    jobs: int
    providers_file: Path
    without: Sequence[str] = ()
    """Providers that count as gone, as of ``kwtools verify``."""
    wheelhouse: Path | None = None
    """The folder of the packages of the throw-away server, as of ``Cluster``."""


class Result(NamedTuple):
    """What a drill found."""

    found: list[Found]
    work: Verification

    @property
    def is_readable(self) -> bool:
        """Whether all that is in the dump opens, and nothing that was dumped is missing."""
        return (
            self.work.is_complete
            and not self.work.problems
            and not any(one.result == PROBLEM for one in self.found)
        )

    @property
    def is_compared(self) -> bool:
        """Whether it is known what was dumped."""
        return not any(one.result == NOT_COMPARED for one in self.found)


def drill(wanted: Wanted) -> Result:
    """Restore a dump, check it and open every wrapper; nothing of the server is left.

    The providers file and the keys are only read. Raises ``CheckFailed`` where the dump cannot be
    restored.
    """
    report = dump_report.read(wanted.dump.path)
    kinds = providers.kinds_with_packages(wanted.providers_file)
    with Cluster(
        kinds=kinds, providers_file=wanted.providers_file, wheelhouse=wanted.wheelhouse
    ) as cluster:
        with Progress("Restoring", wanted.dump.tables) as progress:
            _restore(cluster, wanted, progress.advance)
        with connect(cluster.place.dsn(_DATABASE), "restore") as connection:
            with transaction(connection, writes=True):
                found = restored.counted(connection, report)
                found += restored.checked(connection, reclaim=True)
                connection.execute(_PUT_BACK)
            with transaction(connection):
                found += _incomplete(connection)
                found += _values(connection)
            work = Verification(connection, _BATCH, 1.0, 0, wanted.without, 0)
            with Progress("Verifying", work.total()) as progress:
                work.run(progress.advance)
    return Result([*found, *_opened(work)], work)


def _restore(cluster: Cluster, wanted: Wanted, advance: Callable[[int], None]) -> None:
    with cluster.place.connect() as connection:
        connection.execute(f"create database {_DATABASE} template template0".encode())
        for name in sorted(wanted.dump.superusers - {SUPERUSER}):
            connection.execute(sql.SQL("create role {} superuser").format(sql.Identifier(name)))
        for step in wanted.dump.steps(_DATABASE, wanted.jobs, for_a_look=True):
            _run(_without_root(step, cluster), cluster, connection, advance)


def _without_root(step: Step, cluster: Cluster) -> Step:
    """Let psql, whose scripts can hold more than SQL, run as the user of the server.

    pg_restore reads archives that may be the caller's alone, and runs nothing of them itself.
    """
    return step._replace(command=[*cluster.become, *step.command]) if step.reads else step


def _run(
    step: Step, cluster: Cluster, connection: psycopg.Connection, advance: Callable[[int], None]
) -> None:
    """Run a step. Where it names a role that is not there, make the role and run it again.

    A dump has no roles. Such a step is one transaction.
    """
    made: set[str] = set()
    variables = {**PLAIN_ENVIRONMENT, **cluster.place.environment(_DATABASE)}
    while True:
        try:
            run(step, variables, advance)
        except CheckFailed as error:
            name = _NO_ROLE.search(error.message)
            if name is None or name[1] in made:
                raise CheckFailed(error.message, "The dump cannot be restored as it is.") from None
            made.add(name[1])
            connection.execute(sql.SQL("create role {}").format(sql.Identifier(name[1])))
        else:
            return


def _incomplete(connection: Connection) -> Iterator[Found]:
    for finding in incomplete.references(connection):
        yield Found(finding.check, PROBLEM, finding.detail, finding.hint)


def _values(connection: Connection) -> Iterator[Found]:
    """Count the ciphertexts of each column, and those without keys."""
    for column in list(ciphertexts.columns(connection)):
        check = f"values of {column.label}"
        state = ciphertexts.state(connection, column)
        if not state.ciphertexts:
            continue
        bound = f"{state.ciphertexts} of {state.values} values are ciphertexts"
        if state.lacks_keys:
            yield Found(
                check,
                PROBLEM,
                f"{bound}, {state.without_keys} of them without a key",
                "The dump has newer values than keys. Dump the whole database at once.",
            )
        elif state.without_keys:
            few = f"{state.without_keys} of {state.values} values look like ciphertexts by chance"
            yield Found(check, OK, f"{few}, and have no key", "")
        else:
            yield Found(check, OK, f"{bound}, each with its key", "")


def _opened(work: Verification) -> Iterator[Found]:
    if work.problems:
        yield Found(
            "wrappers",
            PROBLEM,
            f"{work.problems} problems in {work.checked} wrappers",
            "A leg that could not be tried counts as one. Put its KMS or keystore within reach of"
            " this machine.",
        )
    else:
        how = " by what remains" if work.without else " by each leg"
        yield Found("wrappers", OK, f"all {work.checked} open{how}", "")
