"""The direct lane: plain wrappers opened many at once.

A wrapper is plain if it has no layers, holds a DEK of 32 bytes for fields, and is opened by its
first leg or, in mode both, by both. What does not open here, for whatever reason, is left to the
ordinary way (``unwrap``), which opens it or says why: no error is decided here. A property test
compares both.
"""

from binascii import unhexlify
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from kwruntime.cache import Cache
from kwruntime.call import Call
from kwruntime.crypto import envelope
from kwruntime.crypto.envelope import ContextFrame, DekClass, Leg, Mode
from kwruntime.crypto.formats import FORMATS, Format
from kwruntime.crypto.seals import leg_digests, legs_of
from kwruntime.errors import KwError, NotAuthentic, ProviderError
from kwruntime.keys import minimum_format, unwrap
from kwruntime.keys.failures import Unreachable
from kwruntime.keys.keyring import key
from kwruntime.keys.opened import Opened, PendingWrapper
from kwruntime.kms.providers import WrapItem, suite_of
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.postgres.messages import attempt
from kwruntime.postgres.query import Query, Row
from kwruntime.session import Epoch
from kwruntime.store import plain_wrappers
from kwruntime.store.plain_wrappers import PlainWrappers

_MAX_FRAMES = 1000


class LegVersions(NamedTuple):
    """The mode of wrappers, and keys and versions of their legs."""

    mode: Mode
    keys: tuple[int, ...]
    versions: tuple[int, ...]
    first: int = 0
    """The leg that is opened in mode either, from 0."""


Named = Sequence[tuple[bytes, bytes]]
"""The uuid (16 bytes) and the commitment of wrappers."""
Check = Callable[[Sequence[int], Named], Sequence[bytes | None]]
"""Check the rows at places: return the change number and seal of each wrapper, which the legs that
are opened must match. Empty: refused. Null: it has no seal, and needs none."""


class _Frame(NamedTuple):
    """What wrappers of a format with the same legs have in common."""

    form: Format
    mode: Mode
    keys: tuple[int, ...]
    """Those whose legs are opened."""
    contexts: tuple[ContextFrame, ...]
    suite_start: str


class Frames:
    """The frames of wrappers whose keys may open, as long as the keys are as they are."""

    def __init__(self, _: Epoch) -> None:
        self.known: Cache[tuple[Format, LegVersions], _Frame] = Cache(_MAX_FRAMES)


def deks(
    call: Call,
    uuids: Sequence[str],
    query: Query = plain_wrappers.PLAIN_BY_UUID,
    check_of: Callable[[Row], Check | None] = lambda _: None,
) -> dict[str, bytes]:
    """Return the DEKs of those wrappers that are plain and open, by wrapper_uuid."""
    found: dict[str, bytes] = {}
    for start in range(0, len(uuids), unwrap.BATCH):
        check_interrupts()
        part = list(uuids[start : start + unwrap.BATCH])
        row = call.execute(query, part)[0]
        plain = PlainWrappers.of(row)
        for uuid, opened in zip(plain.uuids, open_plain(call, plain, check_of(row)), strict=True):
            if opened is not None:
                found[uuid] = envelope.dek_of(opened.packed)
    return found


def open_plain(call: Call, plain: PlainWrappers, check: Check | None = None) -> list[Opened | None]:
    """Open wrappers; null for each that is left to the ordinary way."""
    opened: list[Opened | None] = [None] * len(plain.uuids)
    for legs, places in alike(plain).items():
        _open_alike(call, legs, plain, places, opened, check)
    return opened


def open_second_legs(
    call: Call, plain: PlainWrappers, wraps: Sequence[bytes | None]
) -> list[Opened | None]:
    """Open those wrappers that are of mode either by their second leg alone."""
    opened: list[Opened | None] = [None] * len(plain.uuids)
    by_second = plain._replace(first_wraps=[wrap or b"" for wrap in wraps])
    for legs, places in alike(plain).items():
        if legs.mode is Mode.EITHER:
            _open_alike(call, legs._replace(first=1), by_second, places, opened)
    return opened


def alike(plain: PlainWrappers) -> dict[LegVersions, list[int]]:
    """Return the places of wrappers, by their legs."""
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    are_both = [wrap is not None for wrap in plain.second_wraps]
    columns = plain.first_keys, plain.second_keys, plain.first_versions, plain.second_versions
    for place, group in enumerate(zip(*columns, are_both, strict=True)):
        groups[group].append(place)
    return {_legs(plain, places[0]): places for places in groups.values()}


def _legs(plain: PlainWrappers, place: int) -> LegVersions:
    key, version = plain.second_keys[place], plain.second_versions[place]
    if key is None:
        return LegVersions(Mode.SINGLE, (plain.first_keys[place],), (plain.first_versions[place],))
    mode = Mode.EITHER if plain.second_wraps[place] is None else Mode.BOTH
    versions = plain.first_versions[place], version or 0
    return LegVersions(mode, (plain.first_keys[place], key), versions)


def again(
    plain: PlainWrappers, place: int, opened: Opened, versions: tuple[int, ...]
) -> PendingWrapper:
    """Return a wrapper that was opened, to be wrapped again: its commitment was checked."""
    name, suite = plain.uuids[place], plain.suites[place]
    wrapper = unhexlify(name.replace("-", ""))
    commitment = unhexlify(suite[-envelope.SUITE_END_CHARACTERS : -len(envelope.SUITE_TAIL)])
    return PendingWrapper(
        name, wrapper, opened.packed, DekClass.FIELD, versions, opened.prk, commitment, None
    )


def _frame(call: Call, form: Format, legs: LegVersions) -> _Frame | None:
    frames = call.epoch.of(Frames).known
    found = frames.get((form, legs))
    if found is None:
        try:
            found = _new_frame(call, form, legs)
        except KwError:  # the ordinary way says why
            return None
        frames.put((form, legs), found)
    return found


def _new_frame(call: Call, form: Format, alike: LegVersions) -> _Frame:
    minimum_format.check(call, form, "the wrapper")
    mode = alike.mode
    opened = slice(alike.first, alike.first + mode.needed)
    needed = range(len(alike.keys))[opened]
    legs = []
    for number, (key_id, version) in enumerate(zip(alike.keys, alike.versions, strict=True)):
        kms_key = key(call, key_id)
        if number in needed:
            kms_key.check_opens()
            if kms_key.is_kem:
                raise NotAuthentic(f"{kms_key.label} is a KEM key")
        legs.append(Leg(number + 1, version, kms_key.key_uuid, suite_of(kms_key.kind)))
    return _Frame(
        form,
        mode,
        alike.keys[opened],
        tuple(
            ContextFrame.of(form, leg, mode, envelope.USUAL_BYTES, DekClass.FIELD)
            for leg in legs[opened]
        ),
        envelope.suite_start(form, mode, DekClass.FIELD, legs, envelope.DEK_BYTES),
    )


def _open_alike(
    call: Call,
    legs: LegVersions,
    plain: PlainWrappers,
    places: Sequence[int],
    opened: list[Opened | None],
    check: Check | None = None,
) -> None:
    """Open wrappers with the same legs, format by format, and put what opens into its places."""
    for form in FORMATS:
        frame = _frame(call, form, legs) if places else None
        if frame is None:
            return
        places = _open_of_frame(call, frame, plain, places, opened, check)


def _open_of_frame(
    call: Call,
    frame: _Frame,
    plain: PlainWrappers,
    places: Sequence[int],
    opened: list[Opened | None],
    check: Check | None,
) -> Sequence[int]:
    """Open the wrappers of one frame; return the places of those that are not of it."""
    start, cut, tail = frame.suite_start, len(frame.suite_start), -len(envelope.SUITE_TAIL)
    uuids, suites = plain.uuids, plain.suites
    alike, named, others = [], [], []
    for place in places:
        suite = suites[place]
        if not suite.startswith(start):
            others.append(place)
        else:
            try:
                named.append((unhexlify(uuids[place].replace("-", "")), unhexlify(suite[cut:tail])))
            except ValueError:
                continue
            alike.append(place)
    seals = check(alike, named) if check is not None and alike else ()
    bodies = _bodies(call, frame, plain, alike, named, seals)
    is_usual, prk_of, commitment_of = envelope.is_usual, envelope.prk_of, envelope.commitment
    form, keys, suite_end = frame.form, frame.keys, envelope.suite_end
    for place, (wrapper, _), body in zip(alike, named, bodies, strict=True):
        if body is None or not is_usual(form, body):
            continue
        prk = prk_of(body)
        if suites[place][cut:] == suite_end(commitment_of(form, prk, wrapper)):
            opened[place] = Opened(body, prk, keys, None)
    return others


def _bodies(
    call: Call,
    frame: _Frame,
    plain: PlainWrappers,
    places: Sequence[int],
    named: Named,
    seals: Sequence[bytes | None],
) -> Sequence[bytes | None]:
    """Return what the needed legs of wrappers hold, joined; null where one does not open."""
    firsts = [plain.first_wraps[place] for place in places]
    bodies = _leg(call, frame, 0, firsts, named, seals)
    if frame.mode is not Mode.BOTH or not any(bodies):
        return bodies
    seconds = [plain.second_wraps[place] or b"" for place in places]
    shares = _leg(call, frame, 1, seconds, named, seals)
    return [
        envelope.join([first, second]) if first and second and len(first) == len(second) else None
        for first, second in zip(bodies, shares, strict=True)
    ]


def _leg(
    call: Call,
    frame: _Frame,
    number: int,
    wraps: Sequence[bytes],
    named: Named,
    seals: Sequence[bytes | None],
) -> Sequence[bytes | None]:
    """Have one leg of wrappers opened, unless its provider has just failed.

    A wrap that is not the one that was sealed is given to no KMS.
    """
    none = [None] * len(wraps)
    key_id = frame.keys[number]
    kms_key = key(call, key_id)
    failed = call.of(Unreachable)
    if not wraps or failed.has(kms_key):
        return none
    may_skip = frame.mode is Mode.EITHER or not failed.asks_again
    if may_skip and unwrap.skip(call, key_id) is not None:
        return none
    wrappers, contexts = [one for one, _ in named], frame.contexts[number].contexts(named)
    forms = [frame.form] * len(wraps)
    items = list(map(WrapItem._make, zip(wrappers, wraps, contexts, forms, strict=True)))
    places = _intact(seals, number, contexts, wraps)
    if places is not None:
        items = [items[place] for place in places]
    if not items:
        return none
    found = attempt(lambda: unwrap.ask(call, kms_key, unwrap.provider_of(call, kms_key), items))
    if isinstance(found, KwError):
        if isinstance(found, ProviderError):
            failed.of_keys[key_id] = found
        return none
    bodies = [None if isinstance(body, ProviderError) else body for body in found]
    if places is None:
        return bodies
    by_place = dict(zip(places, bodies, strict=True))
    return [by_place.get(place) for place in range(len(wraps))]


def _intact(
    seals: Sequence[bytes | None], number: int, contexts: Sequence[bytes], wraps: Sequence[bytes]
) -> list[int] | None:
    """Return the places of legs that are as they were sealed; null where all are."""
    if not seals:
        return None
    digests = leg_digests(contexts, wraps)
    sealed = legs_of([one or b"" for one in seals], number)
    if sealed == digests:
        return None
    columns = enumerate(zip(seals, sealed, digests, strict=True))
    return [place for place, (seal, then, now) in columns if seal is None or then == now]
