"""Wrappers opened by each leg alone, through every layer: what kw.verify reports."""

from collections import defaultdict
from collections.abc import Sequence

from kwruntime.call import Call
from kwruntime.crypto.envelope import Mode
from kwruntime.errors import KwError, ProviderError
from kwruntime.keys.failures import Unreachable
from kwruntime.keys.keyring import with_layers
from kwruntime.keys.opening import LayerFailed, LayerKeys, Opening
from kwruntime.keys.unwrap import provider_of, skip, unwrap_leg
from kwruntime.store.key_wrapper_layers import NONE_STORED
from kwruntime.store.key_wrappers import WrapperRow

Body = bytes | ProviderError


def open_legs(call: Call, rows: Sequence[WrapperRow]) -> list[list[KwError | None] | KwError]:
    """Open wrappers by each leg, each key once; return what failed, a leg each.

    An error in place of the legs concerns the wrapper. Mode both has one result for both legs.
    """
    rows, stored = with_layers(call, rows)
    privates = LayerKeys(call, lambda sealing: provider_of(call, sealing))
    results: list[list[KwError | None] | KwError] = [[] for _ in rows]
    jobs: list[Opening] = []
    for index, row in enumerate(rows):
        try:
            jobs.append(Opening(call, index, row, stored.get(row.id, NONE_STORED), privates))
        except KwError as error:
            results[index] = error
    first, second = (_bodies(call, jobs, number) for number in (0, 1))
    for job in jobs:
        legs = [found[job.index] for found in (first, second) if job.index in found]
        results[job.index] = _checked(job, legs)
    return results


def _bodies(call: Call, jobs: Sequence[Opening], number: int) -> dict[int, Body]:
    """Return what one leg of wrappers holds, by their places."""
    groups: dict[int, list[Opening]] = defaultdict(list)
    for job in jobs:
        if number < len(job.row.keys):
            groups[job.row.keys[number]].append(job)
    found: dict[int, Body] = {}
    asks_again = call.of(Unreachable).asks_again
    for key_id, group in groups.items():
        skipped = None if asks_again else skip(call, key_id)
        bodies = [skipped] * len(group) if skipped else unwrap_leg(call, key_id, number, group, ())
        found |= {job.index: body for job, body in zip(group, bodies, strict=True)}
    return found


def _checked(job: Opening, bodies: Sequence[Body]) -> list[KwError | None]:
    if job.mode is Mode.BOTH:
        for number, body in enumerate(bodies):
            job.take(number, body)
        result = job.result()
        return [result if isinstance(result, KwError) else None]
    checks: list[KwError | None] = []
    for number, body in enumerate(bodies):
        if number and body == bodies[0]:  # what the same bytes hold was just checked
            checks.append(checks[0])
        else:
            checks.append(_failure(job, number, body))
    return checks


def _failure(job: Opening, number: int, body: Body) -> KwError | None:
    if isinstance(body, ProviderError):
        return body
    try:
        job.check(body, (number,))
    except LayerFailed as error:
        return error.cause
    except KwError as error:
        return error
    return None
