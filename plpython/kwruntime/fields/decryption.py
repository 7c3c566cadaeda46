"""Values decrypted. Runs as the owner."""

import contextlib
from collections.abc import Callable, Sequence
from time import monotonic
from typing import NamedTuple, NoReturn

from cryptography.exceptions import InvalidTag

from kwruntime.batches import AT_ONCE, in_parts
from kwruntime.call import Call
from kwruntime.crypto.field_cipher import EVERY_ROW, HEADER_BYTES, NotACiphertext, read_header
from kwruntime.errors import DecryptionFailed, KwError, Shredded
from kwruntime.fields.access import Known
from kwruntime.fields.asking import Asked, ask
from kwruntime.fields.ciphers import (
    FieldCiphers,
    covers,
    is_fresh,
    keep_warm,
    load_ciphers,
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
    ids = _binding_ids({header: opening(header) for header in headers})
    state = _states(call, entity, field, asked, list(set(ids.values())))
    opening = call.settings.of(FieldCiphers).opening  # what the epoch left of it
    found = {header: opening(header) for header in headers}
    openers = _openers(call, found, ids, state, entity.name, field)
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
                f"cannot decrypt {cell(self.entity.name, pk, self.field)}",
                hint="It is no ciphertext of this cell, or it was changed. "
                "After a change of key or name: kw.rebind, kw.reencrypt.",
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


def _states(call: Call, entity: Entity, field: str | None, asked: Asked, ids: list[int]) -> Row:
    """Ask for the versions of bindings, as a dictionary under ``versions``."""

    def keys(known: Known) -> Sequence[str]:
        there = asked.spell(known)
        return [EVERY_ROW, *there] if known.has_shredded else ()

    if len(ids) == 1:
        query = field_lookups.STATE_BY_ID
        state = ask(call, query, entity, field, keys, lambda _: ids[0], write=False)
        version = None
        if state["binding_xmin"] is not None:
            version = (
                f"{state['binding_xmin']}{state['binding_ctid']}"
                f"{state['wrapper_xmin']}{state['wrapper_ctid']}"
            )
        state["versions"] = {} if version is None else {ids[0]: version}
    else:
        query = field_lookups.STATES_BY_ID
        state = ask(call, query, entity, field, keys, lambda _: ids, write=False)
        state["versions"] = dict(zip(state["ids"] or (), state["versions"] or (), strict=True))
    return state


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


def _binding_ids(found: dict[bytes, Kept | None]) -> dict[bytes, int]:
    """Return the binding that each header names; bytes that are not a header name none."""
    ids: dict[bytes, int] = {}
    for header, kept in found.items():
        if kept is not None:
            ids[header] = kept.binding_id
            continue
        try:
            ids[header] = read_header(header).binding_id
        except NotACiphertext:
            continue
    return ids


def _openers(
    call: Call,
    found: dict[bytes, Kept | None],
    ids: dict[bytes, int],
    state: Row,
    entity: str,
    field: str | None,
) -> dict[bytes, tuple[str | None, Open]]:
    """Return, for each header, the key that its binding names and what opens its values.

    A header that nothing knows, or whose binding does not cover the field, gets none.
    """
    epoch, versions, now = state["epoch"], state["versions"], monotonic()
    if state["is_closed"]:
        refuse = _refusing(shredded(entity, EVERY_ROW, field))
        return dict.fromkeys(ids, (None, refuse))
    is_shredded = EVERY_ROW in (state["shredded"] or ())
    openers: dict[bytes, tuple[str | None, Open]] = {}
    missing: list[bytes] = []
    for header, binding_id in ids.items():
        kept = found[header]
        if kept is None or not is_fresh(call, kept, versions.get(binding_id), epoch, now):
            if binding_id in versions:
                missing.append(header)
        elif covers(kept.entity, kept.field, entity, field):
            openers[header] = kept.named, _opener(kept, entity, field, is_shredded=is_shredded)
    if missing:
        parsed = [read_header(header) for header in missing]
        wanted = [(header.binding_id, header.generation) for header in parsed]
        loaded = load_ciphers(call, wanted, entity, field, epoch, now)
        for header, loaded_one in zip(missing, loaded, strict=True):
            if loaded_one is None:
                continue
            named, result = loaded_one
            if isinstance(result, KwError):
                openers[header] = named, _refusing(result)
            elif result.cipher.header == header:
                openers[header] = named, _opener(result, entity, field, is_shredded=is_shredded)
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
