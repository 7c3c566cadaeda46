"""Values decrypted. Runs as the owner."""

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from time import monotonic
from typing import NamedTuple, NoReturn

from cryptography.exceptions import InvalidTag

from kwruntime.batches import AT_ONCE, in_parts
from kwruntime.call import Call
from kwruntime.crypto.field_cipher import (
    EVERY_ROW,
    HEADER_BYTES,
    Header,
    NotACiphertext,
    OpenerOfEveryRow,
    read_header,
)
from kwruntime.errors import DecryptionFailed, KwError, Shredded
from kwruntime.fields.access import Known
from kwruntime.fields.asking import Asked, ask
from kwruntime.fields.ciphers import (
    FieldCiphers,
    is_fresh,
    keep_warm,
    load_ciphers,
    load_plain,
    versions_of,
    where_given,
)
from kwruntime.fields.kept import Kept
from kwruntime.fields.lookups import shredded
from kwruntime.fields.names import Entity, cell
from kwruntime.fields.proven import FieldPlace, Proven
from kwruntime.fields.spelling import Keys
from kwruntime.postgres.query import Row
from kwruntime.postgres.server import Moment
from kwruntime.store import field_lookups

Open = Callable[[str, bytes], bytes]


def decrypt(
    call: Call,
    entity: Entity,
    field: str | None,
    pks: Sequence[str | None],
    values: Sequence[bytes | None],
    *,
    or_null: bool = False,
    given: str | None = None,
) -> list[bytes | None]:
    """Decrypt values, in order; null for null.

    One error for all that does not decrypt: no ciphertext, another cell's, changed,
    or of a binding or generation that is not known. ``or_null``: null instead of that error,
    and for what was shredded. ``given`` is the entity's name as the caller gave it, for a call of
    one value.
    """
    if len(values) > AT_ONCE:
        return in_parts(
            lambda *part: decrypt(call, entity, field, *part, or_null=or_null), pks, values
        )
    asked = Asked(pks if None not in values else where_given(pks, values))
    headers = {value[:HEADER_BYTES] for value in values if value is not None}
    moment, place = call.server.moment(), (call.role, entity.name, field)
    state = _proven(call, moment, place, headers, asked)
    if state is None:
        state = _states(call, entity, field, asked, _kept(call, headers))
    settings = call.settings  # what the epoch left of them
    proven = settings.of(Proven).at(moment)
    opening = settings.of(FieldCiphers).opening
    kept = [opening(header) for header in headers] if given is not None else []
    openers = _openers(call, headers, state, entity.name, field, proven)
    proven.note(place, state, asked.keys)
    gone = _gone(state, asked.keys)
    opened = [] if gone else _opened_plainly(asked.spelled, values, headers, openers)
    if given is not None and opened and kept and asked.spelled == asked.given:
        keep_warm(call, (call.role, given, field, False), entity, asked.keys, kept[0], state)
    closely = _Closely(entity, field, asked.keys, openers, gone)
    for index in range(len(opened), len(values)):
        value = values[index]
        try:
            if value is None:
                opened.append(None)
            else:
                opened.append(closely.open(pks[index], asked.spelled[index], value))
        except (Shredded, DecryptionFailed):
            if not or_null:
                raise
            opened.append(None)
    return opened


class _Closely(NamedTuple):
    """What opens the values of a call one by one, where something is not plain."""

    entity: Entity
    field: str | None
    keys: Keys
    openers: dict[bytes, tuple[str | None, Open]]
    gone: dict[str, bool]

    def open(self, given: str | None, pk: str | None, value: bytes) -> bytes:
        """Open the value of a key; raises ``Shredded`` or ``DecryptionFailed``."""
        named, open_value = self.openers.get(value[:HEADER_BYTES], _NOTHING)
        if pk in self.gone and (self.gone[pk] or named != pk):
            raise shredded(self.entity.name, pk, self.field)
        try:
            if pk is None or (named not in (pk, None) and self.keys.known(named) != pk):
                raise NotACiphertext
            try:
                return open_value(pk, value)
            except InvalidTag:
                return _opened_otherwise(self.keys, given or pk, pk, value, open_value)
        except (InvalidTag, ValueError):
            raise DecryptionFailed(
                f"could not decrypt {cell(self.entity.name, pk, self.field)}",
                hint="The ciphertext was modified or belongs to another cell. "
                "If the table or key was renamed, use kw.rebind or kw.reencrypt.",
            ) from None


def _opened_plainly(
    pks: Sequence[str | None],
    values: Sequence[bytes | None],
    headers: Collection[bytes],
    openers: dict[bytes, tuple[str | None, Open]],
) -> list[bytes | None]:
    """Open values, in order, up to the first that takes a closer look."""
    opened: list[bytes | None] = []
    with contextlib.suppress(InvalidTag, ValueError, KeyError, Shredded):
        if len(headers) == 1:
            (header,) = headers
            _, open_any = openers[header]
            there = [value for value in values if value is not None]
            keys = [pk for pk in pks if pk is not None]
            if isinstance(open_any, OpenerOfEveryRow) and len(there) == len(keys) == len(values):
                open_any.open_into(opened, keys, there)
                return opened
        for pk, value in zip(pks, values, strict=True):
            if value is None:
                opened.append(None)
                continue
            named, open_value = openers[value[:HEADER_BYTES]]
            if pk is None or (named is not None and named != pk):
                break
            opened.append(open_value(pk, value))
    return opened


def _opened_otherwise(keys: Keys, given: str, pk: str, value: bytes, open_value: Open) -> bytes:
    """Open a value that an earlier version encrypted under another spelling of its key."""
    for other in keys.others(given, pk):
        with contextlib.suppress(InvalidTag):
            return open_value(other, value)
    raise InvalidTag


def _kept(call: Call, headers: Iterable[bytes]) -> list[Kept]:
    """Return the kept ciphers of headers, before the call's first query."""
    last = call.last_settings
    return [] if last is None else list(filter(None, map(last.of(FieldCiphers).opening, headers)))


def _proven(
    call: Call, moment: Moment | None, place: FieldPlace, headers: set[bytes], asked: Asked
) -> Row | None:
    """Return what was proven of a field at this moment, with every cipher that is kept."""
    last = call.last_settings
    if last is None or moment is None:
        return None
    proven = last.of(Proven).at(moment)
    state = proven.state(place, asked)
    if state is None or _kept(call, headers - proven.headers):
        return None
    call.see_epoch(state["epoch"])
    return state


def _states(
    call: Call, entity: Entity, field: str | None, asked: Asked, kept: Sequence[Kept]
) -> Row:
    """Ask what every call begins with, and for the versions of the rows of kept ciphers."""

    def keys(known: Known) -> Sequence[str]:
        there = asked.spell(known)
        return [EVERY_ROW, *there] if known.has_shredded else ()

    bindings = [one.binding_version[0] for one in kept]
    wrappers = [one.wrapper_version[0] for one in kept]
    places = (lambda _: bindings), (lambda _: wrappers)
    return ask(call, field_lookups.STATES, entity, field, keys, *places, write=False)


def _gone(state: Row, keys: Keys) -> dict[str, bool]:
    """Return the shredded keys, each with whether nothing opens its cell.

    Under another spelling than the key's own, an older version shredded it beside a binding
    that it did not see: what that one encrypted still opens.
    """
    gone: dict[str, bool] = {}
    for pk in state["shredded"] or ():
        place = keys.known(pk)
        gone[place] = gone.get(place, False) or pk == place
    gone.pop(EVERY_ROW, None)
    return gone


def _parsed(headers: Iterable[bytes]) -> dict[bytes, Header]:
    """Return the binding and generation that each header names; other bytes name none."""
    parsed: dict[bytes, Header] = {}
    for header in headers:
        try:
            parsed[header] = read_header(header)
        except NotACiphertext:
            continue
    return parsed


def _openers(
    call: Call,
    headers: Collection[bytes],
    state: Row,
    entity: str,
    field: str | None,
    proven: Proven,
) -> dict[bytes, tuple[str | None, Open]]:
    """Return, for each header, the key that its binding names and what opens its values.

    A header that nothing knows, or whose binding does not cover the field, gets none. What
    opens them is noted as proven.
    """
    epoch, now = state["epoch"], monotonic()
    if state["is_closed"]:
        refuse = _refusing(shredded(entity, EVERY_ROW, field))
        return dict.fromkeys(_parsed(headers), (None, refuse))
    is_shredded = EVERY_ROW in (state["shredded"] or ())
    bindings, wrappers = map(set, versions_of(state))
    is_known, opening = proven.headers.__contains__, call.settings.of(FieldCiphers).opening
    openers: dict[bytes, tuple[str | None, Open]] = {}
    missing: list[bytes] = []
    for header in headers:
        kept = opening(header)
        if kept is None or not (
            is_known(header)
            or (kept.binding_version in bindings and kept.wrapper_version in wrappers)
        ):
            missing.append(header)
            continue
        terms = kept.terms
        if not ((terms.epoch == epoch and now < terms.expires) or is_fresh(call, kept, epoch, now)):
            missing.append(header)
        elif terms.bound_as == state["bound_as"] and (terms.field is None or terms.field == field):
            openers[header] = kept.named, _opener(kept, entity, field, is_shredded=is_shredded)
    proven.headers.update(openers)
    if missing:
        for header, named, found in _loaded(call, missing, entity, field, epoch, now):
            if isinstance(found, KwError):
                openers[header] = named, _refusing(found)
            else:
                opener = _opener(found, entity, field, is_shredded=is_shredded)
                openers[header] = named, opener
                proven.headers.add(header)
    return openers


def _loaded(
    call: Call, headers: Sequence[bytes], entity: str, field: str | None, epoch: int, now: float
) -> Iterator[tuple[bytes, str | None, Kept | KwError]]:
    """Open the ciphers of headers: yield each with the key that its binding names."""
    parsed = _parsed(headers)
    ids = [one.binding_id for one in parsed.values()]
    generations = [one.generation for one in parsed.values()]
    done = set()
    for kept in load_plain(call, ids, generations, entity, field, epoch, now, parsed.keys()):
        header = kept.cipher.header
        done.add(header)
        yield header, kept.named, kept
    left = [header for header in parsed if header not in done]
    wanted = [(parsed[header].binding_id, parsed[header].generation) for header in left]
    loaded = load_ciphers(call, wanted, entity, field, epoch, now, headers=left)
    for header, one in zip(left, loaded, strict=True):
        if one is not None:
            named, found = one
            yield header, named, found


def _opener(kept: Kept, entity: str, field: str | None, *, is_shredded: bool) -> Open:
    """Return what opens the values of a binding.

    Where the binding of the field's every row was shredded, that of the table opens none of them.
    """
    if is_shredded and kept.named is None and kept.terms.field is None:
        return _refusing(shredded(entity, EVERY_ROW, field))
    return kept.cipher.opener(field)


def _refusing(error: KwError) -> Open:
    def refuse(_pk: str, _data: bytes) -> NoReturn:
        raise error

    return refuse


def _refuse_unknown(_pk: str, _data: bytes) -> NoReturn:
    raise NotACiphertext


_NOTHING: tuple[str | None, Open] = (None, _refuse_unknown)
