"""How the KMS keys answered over time, by the probes of ``kw.check_kms``."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from psycopg.rows import class_row

from kwtools.connections import Connection
from kwtools.console import health_chart
from kwtools.console.health_chart import Chart
from kwtools.console.pages import Pages
from kwtools.console.section import Section

RANGES = {"1": ("24 hours", 1), "7": ("7 days", 7), "30": ("30 days", 30)}
_PER_PAGE = 20
_MOST_PER_PAGE = 1_000  # each with a chart
MOST_OUTAGES = 50
# First what is down, then what is slow, then what nobody has probed.
_KEYS = """
select
    k.id, p.name as provider, k.external_key_ref as reference, k.status as key_status, p.is_enabled,
    latest.status, latest.latency_ms, latest.error, latest.checked_at, count(*) over () as keys
from kw.kms_keys k
join kw.kms_providers p on p.id = k.provider_id
left join lateral (
    select c.status, c.latency_ms, c.error, c.checked_at
    from kw.kms_health_checks c
    where c.kms_key_id = k.id
    order by c.id desc -- checked_at is of a clock that may have been ahead
    limit 1
) latest on true
order by
    k.status <> 'active' or not p.is_enabled,
    array_position(array['down', 'degraded', null, 'up'], latest.status),
    k.id
limit %(most)s offset %(skipped)s
"""
_PROBES = """
select
    c.kms_key_id,
    count(*) as probes,
    count(*) filter (where c.status = 'down') as failed,
    count(*) filter (where c.status = 'degraded') as slow,
    percentile_disc(0.5) within group (order by c.latency_ms) filter (where c.status <> 'down')
        as median_ms,
    percentile_disc(0.95) within group (order by c.latency_ms) filter (where c.status <> 'down')
        as p95_ms,
    max(c.latency_ms) filter (where c.status <> 'down') as slowest_ms
from kw.kms_health_checks c
where c.kms_key_id = any(%(keys)s) and c.checked_at >= %(begin)s and c.checked_at <= %(end)s
group by c.kms_key_id
"""
# Probes that failed one after the other are one outage: the same number of others is before them.
_OUTAGES = """
select
    f.kms_key_id, min(f.checked_at) as began,
    (array_agg(f.next_at order by f.checked_at desc, f.id desc))[1] as ended,
    count(*) as probes,
    (array_agg(f.error order by f.checked_at desc, f.id desc))[1] as error,
    case
        when f.others_before = 0 then coalesce((
            select c.status = 'down'
            from kw.kms_health_checks c
            where c.kms_key_id = f.kms_key_id and c.checked_at < %(begin)s
            order by c.checked_at desc, c.id desc
            limit 1
        ), false)
        else false
    end as is_older
from (
    select
        c.kms_key_id, c.id, c.status, c.error, c.checked_at,
        lead(c.checked_at) over by_time as next_at,
        count(*) filter (where c.status <> 'down') over by_time as others_before
    from kw.kms_health_checks c
    where c.kms_key_id = any(%(keys)s) and c.checked_at >= %(begin)s and c.checked_at <= %(end)s
    window by_time as (partition by c.kms_key_id order by c.checked_at, c.id)
) f
where f.status = 'down'
group by f.kms_key_id, f.others_before
order by 2 desc, 1
limit %(most)s
"""


class Key(NamedTuple):
    """A KMS key and its last probe."""

    id: int
    provider: str
    reference: str
    key_status: str
    is_enabled: bool
    status: str | None
    latency_ms: int | None
    error: str | None
    checked_at: datetime | None
    keys: int
    """How many keys there are."""

    @property
    def state(self) -> str:
        """One word for what an engineer wants to know."""
        if not self.is_enabled:
            return "provider disabled"
        if self.key_status != "active":
            return self.key_status
        return self.status or "never probed"


class Probes(NamedTuple):
    """The probes of a key in the range."""

    kms_key_id: int
    probes: int
    failed: int
    slow: int
    median_ms: int | None
    p95_ms: int | None
    slowest_ms: int | None

    @property
    def uptime(self) -> str:
        """The part of the probes that did not find it down; never rounded up to all."""
        percent = 100 * (self.probes - self.failed) / self.probes
        return f"{min(percent, 99.99) if self.failed else percent:.2f} %"


class Outage(NamedTuple):
    """Probes that failed one after the other."""

    kms_key_id: int
    began: datetime
    ended: datetime | None
    probes: int
    error: str | None
    is_older: bool
    """Whether it began before the range, and ``began`` is only its first probe in that."""

    @property
    def seconds(self) -> float | None:
        """From the first probe that failed to the next that did not."""
        return (self.ended - self.began).total_seconds() if self.ended else None


class KeyHealth(NamedTuple):
    """A key, its probes, and its chart."""

    key: Key
    probes: Probes | None
    chart: Chart | None


class Health(NamedTuple):
    """The section."""

    days: str
    ranges: dict[str, tuple[str, int]]
    range_name: str
    begin: datetime
    end: datetime
    keys: list[KeyHealth]
    outages: list[Outage]
    most_outages: int
    pages: Pages


def read(connection: Connection, query: Mapping[str, str]) -> Health:
    """Return the probes of one page of keys, in the range that ``days`` gives."""
    days = query.get("days", "1")
    if days not in RANGES:
        days = "1"
    range_name, number = RANGES[days]
    pages = Pages.of(query, _PER_PAGE, _MOST_PER_PAGE)
    given: dict[str, Any] = {"most": pages.per_page, "skipped": pages.skipped}
    with connection.cursor(row_factory=class_row(Key)) as cursor:
        keys = cursor.execute(_KEYS, given).fetchall()
    row = connection.execute("select now()").fetchone()
    assert row is not None
    end: datetime = row[0]
    begin = end - timedelta(days=number)
    ids = [key.id for key in keys]
    window = {"keys": ids, "begin": begin, "end": end}
    with connection.cursor(row_factory=class_row(Probes)) as cursor:
        probes = {one.kms_key_id: one for one in cursor.execute(_PROBES, window)}
    with connection.cursor(row_factory=class_row(Outage)) as cursor:
        outages = cursor.execute(_OUTAGES, {**window, "most": MOST_OUTAGES}).fetchall()
    slots = health_chart.slots(connection, ids, begin, end)
    charts = {
        key: health_chart.chart(list(found))
        for key, found in groupby(slots, key=lambda slot: slot.kms_key_id)
    }
    shown = [KeyHealth(key, probes.get(key.id), charts.get(key.id)) for key in keys]
    total = keys[0].keys if keys else 0
    return Health(
        days, RANGES, range_name, begin, end, shown, outages, MOST_OUTAGES, pages.among(total)
    )


SECTION = Section("health", "Health", read, "health.html")
