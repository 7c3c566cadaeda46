"""What the database has, and what needs attention first."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from psycopg.rows import class_row

from kwtools.connections import Connection
from kwtools.console.section import Section

_DATABASE = """
select
    current_database()::text as database,
    current_user::text as role,
    (select e.extversion from pg_catalog.pg_extension e where e.extname = 'kwtools') as extension,
    kw.version() as versions,
    current_setting('server_version') as server,
    pg_is_in_recovery() as is_standby,
    now() as read_at
"""
_COUNTS = """
select
    (select count(*) from kw.kms_providers) as providers,
    (select count(*) from kw.kms_keys) as kms_keys,
    (select count(*) from kw.encryption_policies) as policies,
    (select count(*) from kw.entity_fields) as fields,
    (select count(*) from kw.encryption_bindings) as bindings,
    w.active, w.rotated, w.retired, w.destroyed
from (
    select
        count(*) filter (where status = 'active') as active,
        count(*) filter (where status = 'rotated') as rotated,
        count(*) filter (where status = 'retired') as retired,
        count(*) filter (where status = 'invalid') as destroyed
    from kw.key_wrappers
) w
"""


class DatabaseFacts(NamedTuple):
    """Which database this is, and its versions."""

    database: str
    role: str
    extension: str
    versions: dict[str, str]
    server: str
    is_standby: bool
    read_at: datetime


class Counts(NamedTuple):
    """How many there are of what the extension keeps; ``active`` and so on are wrappers."""

    providers: int
    kms_keys: int
    policies: int
    fields: int
    bindings: int
    active: int
    rotated: int
    retired: int
    destroyed: int


class Overview(NamedTuple):
    """The first page."""

    facts: DatabaseFacts
    counts: Counts


def read(connection: Connection, query: Mapping[str, str]) -> Overview:
    """Return what the first page shows."""
    with connection.cursor(row_factory=class_row(DatabaseFacts)) as cursor:
        facts = cursor.execute(_DATABASE).fetchone()
    with connection.cursor(row_factory=class_row(Counts)) as cursor:
        counts = cursor.execute(_COUNTS).fetchone()
    assert facts is not None
    assert counts is not None
    return Overview(facts, counts)


SECTION = Section("overview", "Overview", read, "overview.html")
