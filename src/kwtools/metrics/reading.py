"""Reads the metrics of one database by the views of kw."""

import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import psycopg

from kwtools import upgrade_plan
from kwtools.connections import Connection, ended_after, transaction
from kwtools.errors import CheckFailed

GROUPS = {
    "keys": "kw.key_metrics",
    "jobs": "kw.job_metrics",
    "audit": "kw.audit_metrics",
    "sessions": "kw.session_metrics",
    "fields": "kw.field_metrics",
    "wrappers": "kw.wrapper_metrics",
}
"""The view of each group, those that take longest last."""

SECONDS = 120
"""How long the view of a group may take."""
LONGEST = len(GROUPS) * (SECONDS + 5.0)
"""How long all of a database may take."""

# By the catalog: who may not use the schema is told so by the next query.
_HAS_METRICS = """
select exists (
    select
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'kw' and c.relname = 'metric_names'
)
"""
_NAMES = "select n.metric, n.type, n.help from kw.metric_names n order by n.metric"
_LIMITS = f"""
select
    set_config('statement_timeout', '{SECONDS}s', true),
    set_config('lock_timeout', '2s', true),
    set_config('max_parallel_workers_per_gather', '0', true)
"""


class Definition(NamedTuple):
    """What a metric is."""

    metric: str
    type: str
    help: str


class Sample(NamedTuple):
    """A value of a metric."""

    metric: str
    suffix: str
    labels: Mapping[str, str | None]
    value: float


class Group(NamedTuple):
    """The samples of a group, and when they were read."""

    samples: Sequence[Sample]
    read_at: float


class Failure(NamedTuple):
    """Why a group could not be read."""

    error: psycopg.Error
    is_timeout: bool
    """Whether earlier samples still count: the server was busy, or somebody held a lock."""


class NotInstalled(Exception):
    """The database does not have the extension."""


def definitions(connection: Connection) -> list[Definition]:
    """Return the metrics of the extension of a database."""
    with transaction(connection):
        connection.execute(_LIMITS.encode())
        version = upgrade_plan.installed(connection)
        if version is None:
            raise NotInstalled
        if connection.execute(_HAS_METRICS).fetchone() == (False,):
            raise CheckFailed(f"extension kwtools {version} has no metrics", "Run kwtools upgrade.")
        return [Definition(*row) for row in connection.execute(_NAMES).fetchall()]


def group(connection: Connection, name: str) -> Group | Failure:
    """Return the samples of a group, or why there are none."""
    query = f"select m.metric, m.suffix, m.labels, m.value from {GROUPS[name]} m"  # noqa: S608
    try:
        with ended_after(connection, SECONDS + 5.0), transaction(connection):
            connection.execute(_LIMITS.encode())
            samples = [Sample(*row) for row in connection.execute(query.encode()).fetchall()]
    except (psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable) as error:
        return Failure(error, is_timeout=True)
    except psycopg.Error as error:
        if connection.closed:
            raise
        return Failure(error, is_timeout=False)
    return Group(samples, time.monotonic())
