"""Fields: which binding covers a cell, and values encrypted and decrypted. Runs as the owner."""

import contextlib
from collections.abc import Callable, Sequence
from time import monotonic
from typing import NoReturn, TypeVar

from cryptography.exceptions import InvalidTag

from kwruntime import keyring, queries, spi, warm
from kwruntime.access import Known
from kwruntime.asking import Asked, ask, most_specific
from kwruntime.cache import Cache
from kwruntime.ciphertext import (
    EVERY_ROW,
    HEADER_BYTES,
    FieldCipher,
    NotACiphertext,
    make_header,
    read_header,
)
from kwruntime.errors import DecryptionFailed, KwError, NotBound, Shredded, WrapperUnusable
from kwruntime.kept import Kept
from kwruntime.keyring import Opened, WrapperRow
from kwruntime.names import Entity, cell
from kwruntime.parts import AT_ONCE, in_parts
from kwruntime.spelling import Keys
from kwruntime.spi import Row

T = TypeVar("T")
Open = Callable[[str, bytes], bytes]


Found = tuple[str | None, Kept | KwError] | None
"""What was found of a binding: the key that it names, and its cipher or why it does not open."""

# Kept ciphers by the header of their ciphertexts, and the header of a binding's current one.
_kept: Cache[bytes, Kept] = Cache()
_current: Cache[int, bytes] = Cache()


# -- look-up ----------------------------------------------------------------------------------


def lookup(
    role: int, entity: Entity, field: str | None, pks: Sequence[str | None]
) -> list[str | None]:
    """Return the wrapper of the binding that covers each key; null where none does."""
    if len(pks) > AT_ONCE:
        return in_parts(lambda part: lookup(role, entity, field, part), pks)
    asked = Asked(pks)
    state = ask(queries.LOOKUP, role, entity, field, asked.to_find, write=False)
    best = most_specific(state, state["wrappers"] or (), asked.keys)
    closed = _closed(state, asked.keys)
    found: list[str | None] = []
    for pk in asked.spelled:
        place = EVERY_ROW if pk not in best else pk
        if pk is None or place not in best:
            found.append(None)
        elif best[place] is None or not closed.isdisjoint((pk, EVERY_ROW)):
            raise _shredded(entity.name, pk, field)
        else:
            found.append(best[place])
    return found


def _closed(state: Row, keys: Keys) -> frozenset[str]:
    """Return the keys, or every row (``*``), whose binding was shredded with all beneath it."""
    return frozenset(map(keys.known, state["closed"] or ()))


def _shredded(entity: str, pk: str, field: str | None) -> Shredded:
    return Shredded(f"the key of {cell(entity, pk, field)} was shredded")


# -- ciphers ----------------------------------------------------------------------------------


def _is_fresh(kept: Kept, version: str | None, epoch: int, now: float) -> bool:
    """Whether a kept cipher may serve: same rows, in time, and every key up to the root opens."""
    return (
        kept.version == version
        and now < kept.expires
        and (kept.epoch == epoch or _still_opens(kept, epoch))
    )


def _still_opens(kept: Kept, epoch: int) -> bool:
    """Check a cipher again that was kept before the last change of a key."""
    try:
        keyring.check_usable(kept.keys)
    except KwError:
        return False
    _keep(kept._replace(epoch=epoch))
    return True


def _keep(kept: Kept) -> None:
    header = kept.cipher.header
    _kept.put(header, kept)
    if kept.is_current:
        _current.put(kept.binding_id, header)


def _opening(header: bytes) -> Kept | None:
    """Return the kept cipher of a header, if it may decrypt."""
    kept = _kept.get(header)
    return kept if kept is not None and kept.opens else None


def _covers(entity: str, bound: str | None, asked_entity: str, asked: str | None) -> bool:
    """Whether a binding of (entity, field or null) covers a field of an entity."""
    return entity == asked_entity and (bound is None or bound == asked)


def _load(
    wanted: Sequence[tuple[int, int | None]],
    entity: str,
    field: str | None,
    epoch: int,
    now: float,
    *,
    to_encrypt: bool = False,
) -> list[Found]:
    """Return the ciphers of bindings' generations (null: the current one), in order.

    Null where there is no such binding or generation, or it does not cover the field: then
    nothing is opened.
    """
    ids = list({binding_id for binding_id, _ in wanted})
    rows = {row["id"]: row for row in spi.execute(queries.BINDINGS, ids)}
    found: list[Found] = [None] * len(wanted)
    opening: list[tuple[int, str | None, Row]] = []
    for index, (binding_id, generation) in enumerate(wanted):
        row = rows.get(binding_id)
        if row is None or not _covers(row["entity_table"], row["field_name"], entity, field):
            continue
        named = None if row["entity_pk"] == EVERY_ROW else row["entity_pk"]
        if row["status"] == "shredded":
            found[index] = named, _shredded(entity, row["entity_pk"], row["field_name"])
            continue
        is_current = generation is None or generation == row["generation"]
        row = {**row, "is_current": is_current}
        if not is_current:
            earlier = spi.execute(queries.GENERATION, binding_id, generation)
            if not earlier:
                continue
            row |= {**earlier[0], "generation": generation}
            # Its version is known only now: the call's first query shows the current wrapper's.
            header = make_header(binding_id, row["generation"], names_key=named is not None)
            kept = _opening(header)
            if kept is not None and _is_fresh(kept, row["version"], epoch, now):
                found[index] = named, kept
                continue
        opening.append((index, named, row))
    results = _open([row for _, _, row in opening], epoch, now, to_encrypt=to_encrypt)
    for (index, named, _), result in zip(opening, results, strict=True):
        found[index] = named, result
    return found


def _open(rows: Sequence[Row], epoch: int, now: float, *, to_encrypt: bool) -> list[Kept | KwError]:
    """Open the wrapper of each binding row, every wrapper once, and keep what opened."""
    wrappers = [
        WrapperRow.of(row)
        for row in spi.execute(queries.WRAPPERS, list({row["wrapper_id"] for row in rows}))
    ]
    made: dict[int, Opened | KwError] = {}
    if to_encrypt:
        found = {wrapper.id: keyring.made_here(wrapper) for wrapper in wrappers}
        made = {wrapper_id: one for wrapper_id, one in found.items() if one is not None}
    to_open = [wrapper for wrapper in wrappers if wrapper.id not in made]
    ids = [wrapper.id for wrapper in to_open]
    opened = made | dict(zip(ids, keyring.open_many(to_open), strict=True))
    expires = now + keyring.setting("cache_seconds")
    results: list[Kept | KwError] = []
    for row in rows:
        result = opened[row["wrapper_id"]]
        if isinstance(result, KwError):
            if isinstance(result, WrapperUnusable) and result.is_destroyed:  # since it was read
                result = _shredded(row["entity_table"], row["entity_pk"], row["field_name"])
            results.append(result)
            continue
        cipher = FieldCipher(
            result.prk,
            row["id"],
            row["generation"],
            names_key=row["entity_pk"] != EVERY_ROW,
            names_field=row["field_name"] is not None,
        )
        kept = Kept(
            row["version"],
            epoch,
            expires,
            result.keys,
            row["id"],
            row["is_current"],
            row["entity_table"],
            None if row["entity_pk"] == EVERY_ROW else row["entity_pk"],
            row["field_name"],
            row["wrapper_uuid"],
            row["wrapper_status"],
            row["wrapper_id"] not in made,
            cipher,
        )
        _keep(kept)
        results.append(kept)
    return results


# -- encrypt ----------------------------------------------------------------------------------


def encrypt(
    role: int,
    entity: Entity,
    field: str | None,
    pks: Sequence[str | None],
    values: Sequence[bytes | None],
    *,
    given: str | None = None,
) -> list[bytes | None]:
    """Encrypt values under the bindings that cover their keys, in order; null for null.

    ``given`` is the entity's name as the caller gave it, for a call of one value.
    """
    if len(values) > AT_ONCE:
        return in_parts(lambda *part: encrypt(role, entity, field, *part), pks, values)
    asked = Asked(pks if None not in values else _where_given(pks, values), is_to_write=True)
    state = ask(queries.STATES_BY_KEY, role, entity, field, asked.to_find, write=True)
    pks = asked.spelled
    there = [pk for pk in pks if pk is not None]
    if not there:
        return [None] * len(values)
    best = most_specific(state, state["ids"] or (), asked.keys)
    wide = best.get(EVERY_ROW)
    if state["closed"]:
        closed = _closed(state, asked.keys)
        for key in there:
            if not closed.isdisjoint((key, EVERY_ROW)):
                raise _shredded(entity.name, key, field)
    for key in there:
        if key not in best and wide is None:
            raise NotBound(
                f"nothing is bound to {cell(entity.name, key, field)}",
                hint="kw.bind gives it a key: one of its own, or one for every row (key '*').",
            )
    ids = {best.get(key, wide) for key in there}
    found = {binding_id: _kept.get(_current.get(binding_id or 0) or b"") for binding_id in ids}
    ciphers = _ciphers_to_encrypt(found, state, entity.name, field)
    if len(ciphers) == 1:
        # one binding for every key: the whole call is one batch
        ((binding_id, cipher),) = ciphers.items()
        if given is not None and not spi.keeps_snapshot() and pks == asked.given:
            place = role, given, field, True
            _keep_warm(place, entity, asked.keys, found[binding_id], state)
        return cipher.seal(pks, field, values)
    sealed: list[bytes | None] = []
    for pk, value in zip(pks, values, strict=True):
        if pk is None or value is None:
            sealed.append(None)
        else:
            sealed += ciphers[best.get(pk, wide)].seal((pk,), field, (value,))
    return sealed


def _keep_warm(
    place: warm.Place, entity: Entity, keys: Keys, kept: Kept | None, state: Row
) -> None:
    """Keep what the next call of a cell needs, where this one found its binding opened before."""
    if kept is not None and kept.epoch == state["epoch"]:
        warm.keep(place, entity, keys, kept, by_grant=not state["allowed"])


def _ciphers_to_encrypt(
    found: dict[int | None, Kept | None], state: Row, entity: str, field: str | None
) -> dict[int | None, FieldCipher]:
    epoch = state["epoch"]
    now = monotonic()
    versions = dict(zip(state["ids"], state["versions"], strict=True))
    ciphers: dict[int | None, FieldCipher] = {}
    missing: list[int] = []
    for binding_id, kept in found.items():
        if kept is not None and _is_fresh(kept, versions[kept.binding_id], epoch, now):
            ciphers[binding_id] = _encrypting(kept)
        elif binding_id is not None:
            missing.append(binding_id)
    if missing:
        wanted = [(binding_id, None) for binding_id in missing]
        loaded = _load(wanted, entity, field, epoch, now, to_encrypt=True)
        for binding_id, loaded_one in zip(missing, loaded, strict=True):
            if loaded_one is None:
                raise NotBound("the binding was moved or removed meanwhile: try again")
            ciphers[binding_id] = _encrypting(loaded_one[1])
    return ciphers


def _encrypting(result: Kept | KwError) -> FieldCipher:
    if isinstance(result, KwError):
        raise result
    if result.wrapper_status != "active":
        raise WrapperUnusable(
            f"wrapper {result.wrapper} is {result.wrapper_status} and does not encrypt",
            hint="kw.rotate gives the binding a new one.",
        )
    return result.cipher


# -- decrypt ----------------------------------------------------------------------------------


def decrypt(
    role: int,
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
            lambda *part: decrypt(role, entity, field, *part, or_null=or_null), pks, values
        )
    asked = Asked(pks if None not in values else _where_given(pks, values))
    headers = {value[:HEADER_BYTES] for value in values if value is not None}
    ids = _binding_ids({header: _opening(header) for header in headers})
    state = _states(role, entity, field, asked, list(set(ids.values())))
    found = {header: _opening(header) for header in headers}  # what the epoch left of it
    openers = _openers(found, ids, state, entity.name, field)
    gone = _gone(state, asked.keys)
    opened = [] if gone else _opened_plainly(asked.spelled, values, openers)
    if given is not None and opened and found and asked.spelled == asked.given:
        (kept,) = found.values()
        _keep_warm((role, given, field, False), entity, asked.keys, kept, state)
    start = len(opened)
    if start == len(values):
        return opened
    for as_given, pk, value in zip(pks[start:], asked.spelled[start:], values[start:], strict=True):
        if value is None:
            opened.append(None)
            continue
        try:
            named, open_value = openers.get(value[:HEADER_BYTES], _NOTHING)
            if gone and pk in gone and (gone[pk] or named != pk):
                raise _shredded(entity.name, pk or "", field)
            if pk is None or (named != pk and named is not None and asked.keys.known(named) != pk):
                raise NotACiphertext
            try:
                opened.append(open_value(pk, value))
            except InvalidTag:
                opened.append(_opened_otherwise(asked.keys, as_given or pk, pk, value, open_value))
        except Shredded:
            if not or_null:
                raise
            opened.append(None)
        except (InvalidTag, ValueError):
            if not or_null:
                raise DecryptionFailed(
                    f"cannot decrypt {cell(entity.name, pk, field)}",
                    hint="It is no ciphertext of this cell, or it was changed. "
                    "After a change of key or name: kw.rebind, kw.reencrypt.",
                ) from None
            opened.append(None)
    return opened


def _where_given(pks: Sequence[str | None], values: Sequence[bytes | None]) -> Sequence[str | None]:
    """Return the keys of values, null for null."""
    return [None if value is None else pk for pk, value in zip(pks, values, strict=True)]


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


def _states(role: int, entity: Entity, field: str | None, asked: Asked, ids: list[int]) -> Row:
    """Ask for the versions of bindings, as a dictionary under ``versions``."""

    def keys(known: Known) -> Sequence[str]:
        there = asked.spell(known)
        return [EVERY_ROW, *there] if known.has_shredded else ()

    if len(ids) == 1:
        query = queries.STATE_BY_ID
        state = ask(query, role, entity, field, keys, lambda _: ids[0], write=False)
        version = None
        if state["binding_xmin"] is not None:
            version = (
                f"{state['binding_xmin']}{state['binding_ctid']}"
                f"{state['wrapper_xmin']}{state['wrapper_ctid']}"
            )
        state["versions"] = {} if version is None else {ids[0]: version}
    else:
        query = queries.STATES_BY_ID
        state = ask(query, role, entity, field, keys, lambda _: ids, write=False)
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
    """Return the binding that each header names; what is no header names none."""
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
        refuse = _refusing(_shredded(entity, EVERY_ROW, field))
        return dict.fromkeys(ids, (None, refuse))
    is_shredded = EVERY_ROW in (state["shredded"] or ())
    openers: dict[bytes, tuple[str | None, Open]] = {}
    missing: list[bytes] = []
    for header, binding_id in ids.items():
        kept = found[header]
        if kept is None or not _is_fresh(kept, versions.get(binding_id), epoch, now):
            if binding_id in versions:
                missing.append(header)
        elif _covers(kept.entity, kept.field, entity, field):
            openers[header] = kept.named, _opener(kept, entity, field, is_shredded=is_shredded)
    if missing:
        parsed = [read_header(header) for header in missing]
        wanted = [(header.binding_id, header.generation) for header in parsed]
        loaded = _load(wanted, entity, field, epoch, now)
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
        return _refusing(_shredded(entity, EVERY_ROW, field))
    return kept.cipher.opener(field)


def _refusing(error: KwError) -> Open:
    def refuse(_pk: str, _data: bytes) -> NoReturn:
        raise error

    return refuse


def _refuse_unknown(_pk: str, _data: bytes) -> NoReturn:
    raise NotACiphertext


_NOTHING: tuple[str | None, Open] = (None, _refuse_unknown)
