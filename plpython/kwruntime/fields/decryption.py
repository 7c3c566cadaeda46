"""Values decrypted. Runs as the owner."""

import contextlib
from collections.abc import Callable, Iterable, Sequence
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
    read_header,
)
from kwruntime.errors import DecryptionFailed, KwError, Shredded
from kwruntime.fields.access import Known
from kwruntime.fields.asking import Asked, ask
from kwruntime.fields.ciphers import (
    FieldCiphers,
    covers,
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
from kwruntime.fields.spelling import Keys
from kwruntime.postgres.query import Row
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
    last = call.last_settings
    opening = last.of(FieldCiphers).opening if last is not None else lambda _: None
    state = _states(call, entity, field, asked, filter(None, map(opening, headers)))
    opening = call.settings.of(FieldCiphers).opening  # what the epoch left of it
    found = {header: opening(header) for header in headers}
    openers = _openers(call, found, state, entity.name, field)
    gone = _gone(state, asked.keys)
    opened = [] if gone else _opened_plainly(asked.spelled, values, openers)
    if given is not None and opened and found and asked.spelled == asked.given:
        (kept,) = found.values()
        keep_warm(call, (call.role, given, field, False), entity, asked.keys, kept, state)
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
    openers: dict[bytes, tuple[str | None, Open]],
) -> list[bytes | None]:
    """Open values, in order, up to the first that takes a closer look."""
    opened: list[bytes | None] = []
    with contextlib.suppress(InvalidTag, ValueError, KeyError, Shredded):
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


def _states(
    call: Call, entity: Entity, field: str | None, asked: Asked, kept: Iterable[Kept]
) -> Row:
    """Ask what every call begins with, and for the versions of the rows of kept ciphers."""

    def keys(known: Known) -> Sequence[str]:
        there = asked.spell(known)
        return [EVERY_ROW, *there] if known.has_shredded else ()

    kept = list(kept)
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
        with contextlib.suppress(NotACiphertext):
            parsed[header] = read_header(header)
    return parsed


def _openers(
    call: Call, found: dict[bytes, Kept | None], state: Row, entity: str, field: str | None
) -> dict[bytes, tuple[str | None, Open]]:
    """Return, for each header, the key that its binding names and what opens its values.

    A header that nothing knows, or whose binding does not cover the field, gets none.
    """
    epoch, now = state["epoch"], monotonic()
    if state["is_closed"]:
        refuse = _refusing(shredded(entity, EVERY_ROW, field))
        return dict.fromkeys(_parsed(found), (None, refuse))
    is_shredded = EVERY_ROW in (state["shredded"] or ())
    bindings, wrappers = map(set, versions_of(state))
    openers: dict[bytes, tuple[str | None, Open]] = {}

    def add(kept: Kept) -> None:
        opener = _opener(kept, entity, field, is_shredded=is_shredded)
        openers[kept.cipher.header] = kept.named, opener

    missing: list[bytes] = []
    for header, kept in found.items():
        if (
            kept is None
            or kept.binding_version not in bindings
            or kept.wrapper_version not in wrappers
            or not is_fresh(call, kept, epoch, now)
        ):
            missing.append(header)
        elif covers(kept.entity, kept.field, entity, field):
            add(kept)
    if missing:
        parsed = _parsed(missing)
        ids = [header.binding_id for header in parsed.values()]
        generations = [header.generation for header in parsed.values()]
        for kept in load_plain(call, ids, generations, entity, field, epoch, now):
            add(kept)
        left = {header: parsed[header] for header in parsed if header not in openers}
        wanted = [(header.binding_id, header.generation) for header in left.values()]
        loaded = load_ciphers(call, wanted, entity, field, epoch, now)
        for header, loaded_one in zip(left, loaded, strict=True):
            if loaded_one is None:
                continue
            named, result = loaded_one
            if isinstance(result, KwError):
                openers[header] = named, _refusing(result)
            elif result.cipher.header == header:
                add(result)
    return openers


def _opener(kept: Kept, entity: str, field: str | None, *, is_shredded: bool) -> Open:
    """Return what opens the values of a binding.

    Where the binding of the field's every row was shredded, that of the table opens none of them.
    """
    if is_shredded and kept.named is None and kept.field is None:
        return _refusing(shredded(entity, EVERY_ROW, field))
    return kept.cipher.opener(field)


def _refusing(error: KwError) -> Open:
    def refuse(_pk: str, _data: bytes) -> NoReturn:
        raise error

    return refuse


def _refuse_unknown(_pk: str, _data: bytes) -> NoReturn:
    raise NotACiphertext


_NOTHING: tuple[str | None, Open] = (None, _refuse_unknown)
