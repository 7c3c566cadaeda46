"""Databases with a key of a KMS: the servers that the tests of each kind of provider use.

Fakes and emulators say what calls cost here, not there.
"""

import contextlib
from collections.abc import Iterator
from typing import NamedTuple

from bench.measure import Stopwatch, cpu_seconds
from bench.server import new_database
from kwtools.cluster import Place
from tests.conftest import Database
from tests.providers.harness import Harness, harness_of
from tests.providers.proxied_harness import ProxiedHarness


class Remote(NamedTuple):
    """A database with policies of mode single.

    ``direct`` has a key of the KMS, ``branch`` a branch key under it, and ``local`` a local key.
    """

    db: Database
    harness: Harness

    def wrap(self, count: int, policy: str) -> list[str]:
        """Return new wrappers."""
        query = "select kw.wrap_many(array_fill(null::bytea, array[%s]), %s)"
        return [str(one) for one in self.db.sql(query, count, policy)[0][0]]


@contextlib.contextmanager
def remote(place: Place, kind: str, group: str) -> Iterator[Remote]:
    """Start the KMS of a kind, and make a database for a group."""
    name = new_database(place, f"{group}_{kind}")
    base = place.base / name
    base.mkdir()
    with harness_of(kind).serve(base) as kms, contextlib.ExitStack() as closing:
        db = Database(place, name, closing)
        harness = harness_of(kind)(place, kms)
        closing.callback(harness.close)
        if isinstance(harness, ProxiedHarness):  # tests of what hangs want less
            harness.set(total_seconds=60, **{harness.address_option: harness.server.address})
        db.sql("select kw.create_policy('direct', 'single', %s)", harness.register(db))
        db.sql("select kw.add_provider('branches', 'wrapper')")
        branch = db.sql("select kw.create_kms_key('branches', 'direct')")[0][0]
        db.sql("select kw.create_policy('branch', 'single', %s)", branch)
        db.sql("select kw.create_policy('local', 'single', min(id)) from kw.kms_keys")
        yield Remote(db, harness)


class Seconds(NamedTuple):
    """How long something took."""

    cpu: float
    wall: float


def unwrapping(db: Database, wrappers: list[str]) -> Seconds:
    """Open all wrappers but the first in a new session that has opened the first."""
    with db.place.connect(db.name) as connection:
        connection.execute("select kw.unwrap(%s)", (wrappers[0],))
        start = cpu_seconds(connection)
        with Stopwatch() as watch:
            connection.execute("select cardinality(kw.unwrap_many(%s::uuid[]))", (wrappers[1:],))
        return Seconds(cpu_seconds(connection) - start, watch.seconds)


@contextlib.contextmanager
def counted(harness: ProxiedHarness) -> Iterator[list[str]]:
    """Send calls by the proxy; the list that it fills tells of each."""
    harness.set(**{harness.address_option: harness.proxy.address})
    harness.proxy.requests.clear()
    yield harness.proxy.requests
    harness.set(**{harness.address_option: harness.server.address})
