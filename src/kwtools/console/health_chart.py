"""The chart of one key's probes: a strip of what they found, and bars of how long they took."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from psycopg.rows import class_row

from kwtools.connections import Connection

SLOTS = 96
_SLOT_WIDTH = 6
_HEIGHT = 48  # of the longest bar
_SLOTS = """
select
    c.kms_key_id,
    least(width_bucket(extract(epoch from c.checked_at), %(from)s, %(to)s, %(slots)s), %(slots)s)
        as number,
    count(*) filter (where c.status = 'down') as failed,
    count(*) filter (where c.status = 'degraded') as slow,
    max(c.latency_ms) filter (where c.status <> 'down') as slowest_ms
from kw.kms_health_checks c
where c.kms_key_id = any(%(keys)s) and c.checked_at >= %(begin)s and c.checked_at <= %(end)s
group by 1, 2
order by 1, 2
"""


class Slot(NamedTuple):
    """A part of the range, in which there were probes."""

    kms_key_id: int
    number: int
    failed: int
    slow: int
    slowest_ms: int | None


class Bar(NamedTuple):
    """A rectangle. ``kind`` is up, degraded or down."""

    kind: str
    x: int
    y: int
    width: int
    height: int


class Chart(NamedTuple):
    """What the template draws."""

    width: int
    height: int
    bars: list[Bar]
    slowest_ms: int | None


def slots(
    connection: Connection, keys: Sequence[int], begin: datetime, end: datetime
) -> list[Slot]:
    """Return the parts of the range that have probes, ordered by key and time."""
    given = {
        "keys": list(keys), "begin": begin, "end": end, "slots": SLOTS,
        "from": begin.timestamp(), "to": end.timestamp(),
    }  # fmt: skip
    with connection.cursor(row_factory=class_row(Slot)) as cursor:
        return cursor.execute(_SLOTS, given).fetchall()


def chart(found: Sequence[Slot]) -> Chart:
    """Return the chart of one key. A slot in which a probe failed has a bar of full height."""
    times = [slot.slowest_ms for slot in found if slot.slowest_ms is not None]
    longest = max([1, *times])
    bars = []
    for slot in found:
        height = _HEIGHT
        kind = "down"
        if not slot.failed:
            kind = "degraded" if slot.slow else "up"
            height = max(2, round(_HEIGHT * (slot.slowest_ms or 0) / longest))
        x = (slot.number - 1) * _SLOT_WIDTH
        bars.append(Bar(kind, x, _HEIGHT - height, _SLOT_WIDTH - 1, height))
    return Chart(SLOTS * _SLOT_WIDTH, _HEIGHT, bars, max(times, default=None))
