"""What the database has, and what needs attention first."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from psycopg.rows import class_row

from kwtools.connections import Connection
from kwtools.console.section import Section
from kwtools.console.versions import Versions, of_runtime

_DATABASE = """
select
    current_database()::text as database,
    current_user::text as role,
    (select e.extversion from pg_catalog.pg_extension e where e.extname = 'kwtools') as extension,
    current_setting('server_version') as server,
    pg_is_in_recovery() as is_standby,
    now() as read_at
"""
# To count a million wrappers reads some gigabytes. So from a number on the server's estimate does.
_MOST_COUNTED = 20_000
_COUNTS = """
select
    (select count(*) from kw.kms_providers) as providers,
    (select count(*) from kw.kms_keys) as kms_keys,
    (select count(*) from kw.encryption_policies) as policies,
    (select count(*) from kw.entity_fields where policy_id is not null) as fields,
    (select count(*) from (select from kw.encryption_bindings limit %(most)s) b) as bindings,
    about.bindings as about_bindings,
    w.wrappers, about.wrappers as about_wrappers, w.active, w.rotated, w.retired, w.destroyed
from (
    select
        count(*) as wrappers,
        count(*) filter (where status = 'active') as active,
        count(*) filter (where status = 'rotated') as rotated,
        count(*) filter (where status = 'retired') as retired,
        count(*) filter (where status = 'invalid') as destroyed
    from (select status from kw.key_wrappers limit %(most)s) w
) w
cross join (
    select
        max(reltuples) filter (where oid = 'kw.encryption_bindings'::regclass) as bindings,
        max(reltuples) filter (where oid = 'kw.key_wrappers'::regclass) as wrappers
    from pg_catalog.pg_class
    where oid in ('kw.encryption_bindings'::regclass, 'kw.key_wrappers'::regclass)
) about
"""
# Each is quick, so that the first page stays quick with a million wrappers and jobs: what is
# counted has an index, and a limit. A job that failed has an error: an index of 0.11.0 has those.
_ATTENTION = """
with latest as materialized (
    select l.status, l.checked_at
    from kw.kms_keys k
    join kw.kms_providers p on p.id = k.provider_id and p.is_enabled
    left join lateral (
        select c.status, c.checked_at
        from kw.kms_health_checks c
        where c.kms_key_id = k.id
        order by c.id desc
        limit 1
    ) l on true
    where k.status = 'active' and k.purpose <> 'encrypt'
)
select
    (select count(*) from latest where status = 'down') as keys_down,
    (select count(*) from latest where status = 'degraded') as keys_slow,
    (
        select count(*) from latest
        where checked_at is null or checked_at < now() - interval '1 day'
    ) as keys_not_probed,
    (
        select count(distinct p.id)
        from kw.kms_providers p
        join kw.kms_keys k on k.provider_id = p.id and k.status = 'active'
        where not p.is_enabled
    ) as kmss_disabled,
    (
        select count(*) from (
            select from kw.rewrap_jobs
            where finished_at is not null and last_error is not null and status = 'failed'
            limit %(most)s
        ) j
    ) as jobs_failed,
    (
        select count(*) from (
            select from kw.rewrap_jobs
            where finished_at is null and status = 'pending'
                and coalesce(scheduled_at, created_at) < now() - interval '1 hour'
            limit %(most)s
        ) j
    ) as jobs_late,
    (select count(*) from kw.loads_to_check) as loads_to_check,
    (
        select count(*) from (
            select from kw.audit_events e
            where e.leaf_index is null and exists (select from kw.logs)
                and e.happened_at < now() - interval '1 day'
            limit %(most)s
        ) e
    ) as events_not_sealed
"""
_MOST_ITEMS = 100_000
_SUMMARY = "select exists (select from kw.encryption_policies), pg_is_in_recovery()"
# Nothing is wrapped under a signing key, so its loss closes no data keys.
_DOWN = """
select
    k.id, p.name as provider, k.external_key_ref as reference, k.purpose = 'sign' as signs,
    l.error, l.checked_at
from kw.kms_keys k
join kw.kms_providers p on p.id = k.provider_id and p.is_enabled
cross join lateral (
    select c.status, c.error, c.checked_at
    from kw.kms_health_checks c
    where c.kms_key_id = k.id
    order by c.id desc
    limit 1
) l
where k.status = 'active' and l.status = 'down'
order by k.id
limit %s
"""
_MOST_DOWN = 10


class DatabaseFacts(NamedTuple):
    """Which database this is, and who reads it."""

    database: str
    role: str
    extension: str
    server: str
    is_standby: bool
    read_at: datetime


class Counts(NamedTuple):
    """How many there are of what the extension keeps; ``active`` and so on are wrappers.

    What is more than ``_MOST_COUNTED`` was not counted: then ``about_…`` says how many.
    """

    providers: int
    kms_keys: int
    policies: int
    fields: int
    bindings: int
    about_bindings: float
    wrappers: int
    about_wrappers: float
    active: int
    rotated: int
    retired: int
    destroyed: int

    @property
    def is_counted(self) -> bool:
        """Whether the wrappers were counted."""
        return self.wrappers <= _MOST_COUNTED

    @property
    def estimates(self) -> tuple[int, int]:
        """About how many bindings and wrappers there are, at least what was seen."""
        return (
            max(self.bindings, round(self.about_bindings)),
            max(self.wrappers, round(self.about_wrappers)),
        )


class Attention(NamedTuple):
    """How many there are of what somebody should look at."""

    keys_down: int
    keys_slow: int
    keys_not_probed: int
    kmss_disabled: int
    jobs_failed: int
    jobs_late: int
    loads_to_check: int
    events_not_sealed: int


class DownKey(NamedTuple):
    """A KMS key that its last probe found down."""

    id: int
    provider: str
    reference: str
    signs: bool
    error: str | None
    checked_at: datetime


class Item(NamedTuple):
    """Something that needs attention: ``result`` is problem or warning."""

    result: str
    number: int
    text: str
    section: str
    heading: str = ""
    """In docs/operations.md: what to do."""

    @property
    def amount(self) -> str:
        """The number, or that there are more than are counted."""
        if self.number > _MOST_ITEMS:
            return f"more than {_MOST_ITEMS:,}"
        return f"{self.number:,}"


class Overview(NamedTuple):
    """The first page."""

    items: list[Item]
    down: list[DownKey]
    """The first of the keys that are down."""
    facts: DatabaseFacts
    versions: Versions
    counts: Counts


class Summary(NamedTuple):
    """The overview in one line."""

    items: list[Item]
    has_policies: bool
    is_standby: bool
    error: str
    """Why the runtime does not answer."""

    @property
    def result(self) -> str:
        """The worst of what it found: problem, warning or ok."""
        if self.error or any(item.result == "problem" for item in self.items):
            return "problem"
        return "ok" if self.has_policies and not self.items else "warning"


def read_summary(connection: Connection, query: Mapping[str, str]) -> Summary:
    """Return what an engineer on call must know first."""
    row = connection.execute(_SUMMARY).fetchone()
    assert row is not None
    has_policies, is_standby = row
    error = of_runtime(connection).error
    return Summary(_items(_attention(connection)), has_policies, is_standby, error)


def _attention(connection: Connection) -> Attention:
    with connection.cursor(row_factory=class_row(Attention)) as cursor:
        found = cursor.execute(_ATTENTION, {"most": _MOST_ITEMS + 1}).fetchone()
    assert found is not None
    return found


def read(connection: Connection, query: Mapping[str, str]) -> Overview:
    """Return what the first page shows."""
    attention = _attention(connection)
    with connection.cursor(row_factory=class_row(DownKey)) as cursor:
        down = cursor.execute(_DOWN, (_MOST_DOWN,)).fetchall()
    with connection.cursor(row_factory=class_row(DatabaseFacts)) as cursor:
        facts = cursor.execute(_DATABASE).fetchone()
    with connection.cursor(row_factory=class_row(Counts)) as cursor:
        counts = cursor.execute(_COUNTS, {"most": _MOST_COUNTED + 1}).fetchone()
    assert facts is not None
    assert counts is not None
    return Overview(_items(attention), down, facts, of_runtime(connection), counts)


def _items(found: Attention) -> list[Item]:
    """Return what needs attention, the worst first."""
    items = (
        Item("problem", found.keys_down, "KMS keys that are down", "health",
             "A KMS key does not answer"),
        Item("problem", found.loads_to_check, "tables that were loaded and not checked", "doctor",
             "Restore"),
        Item("problem", found.jobs_failed, "jobs that failed and are not tried again", "jobs",
             "Jobs have failed"),
        Item("warning", found.kmss_disabled, "KMSs that are disabled and have active keys",
             "health"),
        Item("warning", found.keys_slow, "KMS keys that answer slowly", "health",
             "A KMS key is slow"),
        Item("warning", found.keys_not_probed, "KMS keys that were not probed for a day", "health",
             "Keys are not probed"),
        Item("warning", found.jobs_late, "jobs that are due for more than an hour", "jobs",
             "Jobs are late"),
        Item("warning", found.events_not_sealed, "audit events older than a day that are"
             " not sealed", "audit", "Audit events are not sealed"),
    )  # fmt: skip
    return [item for item in items if item.number]


SECTION = Section("overview", "Overview", read, "overview.html")
SUMMARY = Section("summary", "Summary", read_summary, "databases.html", kept_seconds=5.0)
