"""What each kind of KMS costs beside a local key: µs a data key, direct and by a branch key.

Fakes and emulators on loopback: a distant KMS takes other times, and as many calls.
"""

from collections import defaultdict
from collections.abc import Iterator

from bench.measure import MICRO, Line, Table, compared
from bench.remote import Remote, counted, remote, unwrapping
from bench.server import SETTINGS, Server
from kwtools import runtime
from kwtools.cluster import Cluster
from tests.providers.harness import HARNESSES
from tests.providers.proxied_harness import ProxiedHarness

_COUNTS = (1, 100, 1000)
_ROUNDS = 3  # the slowest kind takes 16 s a round
_KINDS = [kind for kind in HARNESSES if kind not in ("local", "wrapper")]
_POLICIES = ("local", "direct", "branch")


def run(_: Server) -> Iterator[Table]:
    """Measure each kind on a server that has the packages of all."""
    one_call = Line("one call", 1)
    calls = [one_call]
    with Cluster(settings=SETTINGS, kinds=runtime.kinds_with_packages()) as cluster:
        for kind in _KINDS:
            with remote(cluster.place, kind, "kms") as place:
                wrappers = {policy: place.wrap(max(_COUNTS) + 1, policy) for policy in _POLICIES}
                yield Table(
                    f"Unwrap in a new session, {kind}, wall clock",
                    "µs a DEK",
                    tuple(_times(place, wrappers)),
                )
                if isinstance(place.harness, ProxiedHarness):
                    calls += [
                        compared(made, one_call, f"{kind}, {what}")
                        for what, made in _calls(place, place.harness, wrappers)
                    ]
    yield Table("Calls to the KMS", "calls", tuple(calls))


def _times(place: Remote, wrappers: dict[str, list[str]]) -> Iterator[Line]:
    for count in _COUNTS:
        taken: dict[str, list[float]] = defaultdict(list)
        for _ in range(_ROUNDS):
            for policy, chosen in wrappers.items():
                taken[policy].append(unwrapping(place.db, chosen[: count + 1]).wall)
        local, direct, branch = (min(taken[p]) / count * MICRO for p in _POLICIES)
        floor = Line(f"a local key, {count:,} at once", local)
        yield floor
        yield compared(direct, floor, f"a key of the KMS, {count:,} at once")
        yield compared(branch, floor, f"a branch key, {count:,} at once")


def _calls(
    place: Remote, harness: ProxiedHarness, wrappers: dict[str, list[str]]
) -> Iterator[tuple[str, int]]:
    for policy, key in (("direct", "a key of the KMS"), ("branch", "a branch key")):
        for count in _COUNTS:
            with counted(harness) as requests, place.db.connect() as connection:
                connection.execute("select kw.unwrap(%s)", (wrappers[policy][0],))
                requests.clear()
                chosen = wrappers[policy][1 : count + 1]
                connection.execute("select kw.unwrap_many(%s::uuid[])", (chosen,))
                yield f"{key}, {count:,} at once", len(requests)
