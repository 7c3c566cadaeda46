"""The server's clock: against this machine's, and against what the database has recorded."""

import time
from collections.abc import Iterator

from kwtools.checks._finding import OK, WARNING, Finding
from kwtools.connections import Connection

MOST_SECONDS = 30.0
_NOW = "select extract(epoch from pg_catalog.clock_timestamp())::float8"
# By their ids, since the latest time may be of a clock that was ahead for a while long ago.
_RECORDED = """
select extract(epoch from max(r.at) - pg_catalog.clock_timestamp())::float8
from (
    (select a.happened_at from kw.audit_events a order by a.id desc limit 1)
    union all
    (select c.checked_at from kw.kms_health_checks c order by c.id desc limit 1)
) r (at)
"""
_WHY = "Ages of wraps, delayed jobs and the evidence for destroying a key compare times."


def skew(connection: Connection) -> Iterator[Finding]:
    """Yield how far the two clocks are apart."""
    before = time.time()
    ((server,),) = connection.execute(_NOW)
    after = time.time()
    seconds = distance(server, before, after)
    if abs(seconds) <= MOST_SECONDS:
        yield Finding("clock", OK, "the server's clock and this machine's agree")
        return
    direction = "ahead of" if seconds > 0 else "behind"
    yield Finding(
        "clock",
        WARNING,
        f"the server's clock is {abs(seconds):.0f} s {direction} this machine's",
        "Let both machines get their time by NTP (timedatectl shows whether they do).",
        _WHY,
    )


def recorded(connection: Connection) -> Iterator[Finding]:
    """Yield whether the server's clock is behind what this database has recorded."""
    ((seconds,),) = connection.execute(_RECORDED)
    if seconds is not None and seconds > MOST_SECONDS:
        yield Finding(
            "clock of the past",
            WARNING,
            f"the latest event is {seconds:.0f} s ahead of the server's clock",
            "Let the server get its time by NTP. If it was ahead before, wait until it has passed.",
            _WHY,
        )


def distance(server: float, before: float, after: float) -> float:
    """Return how far a time is outside the span in which it was asked for; 0 within."""
    return max(server - after, 0.0) - max(before - server, 0.0)
