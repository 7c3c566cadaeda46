"""Verification: wrappers opened by each leg alone, or as if a KMS were gone. Runs as the owner.

What comes to the end of the wrappers opens the signing keys, too.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from kwruntime.call import Call
from kwruntime.errors import BadArgument, KwError, NotFound
from kwruntime.keys import legs, plain, unwrap
from kwruntime.keys.absent import Absent
from kwruntime.keys.failures import Unreachable
from kwruntime.keys.signing_keys import try_out
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.postgres.messages import attempt
from kwruntime.store import key_wrappers, kms_providers, signing_keys, verified
from kwruntime.store.key_wrappers import WrapperRow
from kwruntime.store.plain_wrappers import PlainWrappers
from kwruntime.store.signing_keys import SigningKey
from kwruntime.wrappers import stored

Problem = dict[str, Any]


class Sample(NamedTuple):
    """Which wrappers are verified: a share of all, the same ones for the same seed."""

    share: float = 1.0
    seed: int = 0


_ALL = Sample()


def verify(call: Call, wrapper: str | None, after: int, most: int | None) -> list[Problem]:
    """Open wrappers by each leg they claim; return a row for each leg that does not open."""
    if wrapper is not None:
        rows = [row for row in stored.find(call, [wrapper]) if row is not None]
        return _by_each_leg(call, rows)
    problems: list[Problem] = []
    left = most
    while left is None or left > 0:
        size = unwrap.BATCH if left is None else min(unwrap.BATCH, left)
        ids, _, last = _read(call, after, size, _ALL)
        if last is None:
            problems += _signing_keys(call)
            break
        problems += _with_all(call, ids)
        after, left = last, None if left is None else left - len(ids)
    return problems


def verify_page(
    call: Call, after: int, most: int, sample: Sample, absent: Sequence[str], *, counted: bool
) -> dict[str, Any]:
    """Open the next wrappers; return how many, how far it came, and what does not open.

    With ``absent`` providers: by what remains. Retired wrappers are counted, and not opened.
    """
    if not 0 < sample.share <= 1:
        raise BadArgument(f"sample must be greater than 0 and at most 1, not {sample.share:g}")
    if most < 0:
        raise BadArgument("most must not be negative")
    _check_providers(call, absent)
    joined = call.execute(kms_providers.OF_ONE_ROOT, absent)
    call.of(Absent).providers = frozenset(row["name"] for row in joined)
    call.of(Unreachable).asks_again = False
    check = _without if absent else _with_all
    problems: list[Problem] = []
    checked = retired_count = 0
    last: int | None = None
    while checked + retired_count < most:
        size = min(unwrap.BATCH, most - checked - retired_count)
        ids, retired, end = _read(call, after if last is None else last, size, sample)
        if end is None:
            problems += _signing_keys(call)
            break
        last, usable = end, sorted(set(ids) - retired)
        problems += check(call, usable)
        checked, retired_count = checked + len(usable), retired_count + len(retired)
        if len(ids) < size:
            problems += _signing_keys(call)
            break
    place = after if last is None else last
    return {
        "checked": checked,
        "retired": retired_count,
        "last_id": last,
        "remaining": call.execute(verified.COUNT, place, *sample)[0]["remaining"]
        if counted
        else None,
        "problems": problems,
    }


def _check_providers(call: Call, names: Sequence[str]) -> None:
    for name in names:
        if not call.execute(kms_providers.PROVIDER, name):
            raise NotFound(f'provider "{name}" does not exist')


def _read(
    call: Call, after: int, size: int, sample: Sample
) -> tuple[list[int], set[int], int | None]:
    """Return the next ids, those of retired wrappers among them, and the last one."""
    check_interrupts()
    row = call.execute(verified.PAGE, after, *sample, size)[0]
    return row["ids"] or [], set(row["retired"] or ()), row["last_id"]


# -- each leg alone ---------------------------------------------------------------------------


def _with_all(call: Call, ids: Sequence[int]) -> list[Problem]:
    """Open plain wrappers many at once, and those that do not open there in the ordinary way."""
    return _by_each_leg(call, _others(call, ids, each_leg=True))


def _by_each_leg(call: Call, rows: Sequence[WrapperRow]) -> list[Problem]:
    problems: list[Problem] = []
    for row, checks in zip(rows, legs.open_legs(call, rows), strict=True):
        if isinstance(checks, KwError):
            problems.append(_problem(row, None, None, checks))
            continue
        problems += [
            _problem(row, number + 1, row.keys[number], error)
            for number, error in enumerate(checks)
            if error is not None
        ]
    return problems


# -- as if a KMS were gone --------------------------------------------------------------------


def _without(call: Call, ids: Sequence[int]) -> list[Problem]:
    """Open wrappers by whatever remains; return those that are lost."""
    rows = _others(call, ids, each_leg=False)
    return [
        _problem(row, None, None, opened)
        for row, opened in zip(rows, unwrap.open_many(call, rows), strict=True)
        if isinstance(opened, KwError)
    ]


def _others(call: Call, ids: Sequence[int], *, each_leg: bool) -> list[WrapperRow]:
    """Return the wrappers that the direct lane did not open: by each leg, or by any."""
    row = call.execute(verified.PLAIN_BY_ID, ids)[0]
    found, seconds = PlainWrappers.of(row), row["every_second_wrap"] or []
    by_first = plain.open_plain(call, found)
    by_second = plain.open_second_legs(call, found, seconds)
    fine = set()
    for place, wrapper_id in enumerate(row["ids"] or []):
        opened = [by_first[place] is not None]
        if seconds[place] is not None and found.second_wraps[place] is None:  # mode either
            opened.append(by_second[place] is not None)
        if all(opened) if each_leg else any(opened):
            fine.add(wrapper_id)
    left = [one for one in ids if one not in fine]
    rows = map(WrapperRow.of, call.execute(key_wrappers.WRAPPERS, left)) if left else ()
    return sorted(rows, key=lambda one: one.id)


# -- signing keys -----------------------------------------------------------------------------


def _signing_keys(call: Call) -> list[Problem]:
    """Open the private keys of signing keys, or have them sign; return those that fail."""
    problems: list[Problem] = []
    for row in map(SigningKey.of, call.execute(signing_keys.HELD_KEYS)):
        check_interrupts()
        opened = attempt(partial(try_out, call, row))
        if isinstance(opened, KwError):
            problems.append(
                {
                    "id": None,
                    "wrapper": None,
                    "leg": None,
                    "kms_key_id": row.kms_key_id,
                    "sqlstate": opened.sqlstate,
                    "problem": f"{row.label}: {opened.message}",
                }
            )
    return problems


def _problem(row: WrapperRow, leg: int | None, key_id: int | None, error: KwError) -> Problem:
    return {
        "id": row.id,
        "wrapper": str(row.uuid),
        "leg": leg,
        "kms_key_id": key_id,
        "sqlstate": error.sqlstate,
        "problem": error.message,
    }
