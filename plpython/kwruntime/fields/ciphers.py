"""The ciphers of bindings: kept while their rows are the same, else opened. Runs as the owner."""

from collections.abc import Sequence

from kwruntime.cache import Cache
from kwruntime.call import Call
from kwruntime.crypto.field_cipher import EVERY_ROW, FieldCipher, make_header
from kwruntime.errors import KwError, WrapperUnusable
from kwruntime.fields import warm
from kwruntime.fields.kept import Kept
from kwruntime.fields.lookups import shredded
from kwruntime.fields.names import Entity
from kwruntime.fields.spelling import Keys
from kwruntime.keys import created, unwrap
from kwruntime.keys.graph import check_usable
from kwruntime.keys.opened import Opened
from kwruntime.postgres.query import Row
from kwruntime.session import Settings
from kwruntime.store import field_lookups, key_wrappers
from kwruntime.store.key_wrappers import WrapperRow

Found = tuple[str | None, Kept | KwError] | None
"""What was found of a binding: the key that it names, and its cipher or why it does not open."""


class FieldCiphers:
    """Kept ciphers by the header of their ciphertexts, and each binding's current header."""

    def __init__(self, settings: Settings) -> None:
        self.kept: Cache[bytes, Kept] = Cache(settings["cache_keys"])
        self.current: Cache[int, bytes] = Cache(settings["cache_keys"])

    def keep(self, kept: Kept) -> None:
        """Keep a cipher."""
        header = kept.cipher.header
        self.kept.put(header, kept)
        if kept.is_current:
            self.current.put(kept.binding_id, header)

    def opening(self, header: bytes) -> Kept | None:
        """Return the kept cipher of a header, if it may decrypt."""
        kept = self.kept.get(header)
        return kept if kept is not None and kept.opens else None

    def encrypting(self, binding_id: int) -> Kept | None:
        """Return the kept cipher of a binding's current generation."""
        return self.kept.get(self.current.get(binding_id) or b"")


def is_fresh(call: Call, kept: Kept, version: str | None, epoch: int, now: float) -> bool:
    """Whether a kept cipher may serve: same rows, in time, and every key up to the root opens."""
    return (
        kept.version == version
        and now < kept.expires
        and (kept.epoch == epoch or _still_opens(call, kept, epoch))
    )


def _still_opens(call: Call, kept: Kept, epoch: int) -> bool:
    """Check a cipher again that was kept before the last change of a key."""
    try:
        check_usable(call, kept.keys)
    except KwError:
        return False
    call.settings.of(FieldCiphers).keep(kept._replace(epoch=epoch))
    return True


def covers(entity: str, bound: str | None, asked_entity: str, asked: str | None) -> bool:
    """Whether a binding of (entity, field or null) covers a field of an entity."""
    return entity == asked_entity and (bound is None or bound == asked)


def load_ciphers(
    call: Call,
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
    rows = {row["id"]: row for row in call.execute(field_lookups.BINDINGS, ids)}
    found: list[Found] = [None] * len(wanted)
    opening: list[tuple[int, str | None, Row]] = []
    for index, (binding_id, generation) in enumerate(wanted):
        row = rows.get(binding_id)
        if row is None or not covers(row["entity_table"], row["field_name"], entity, field):
            continue
        named = None if row["entity_pk"] == EVERY_ROW else row["entity_pk"]
        if row["status"] == "shredded":
            found[index] = named, shredded(entity, row["entity_pk"], row["field_name"])
            continue
        is_current = generation is None or generation == row["generation"]
        row = {**row, "is_current": is_current}
        if not is_current:
            earlier = call.execute(field_lookups.GENERATION, binding_id, generation)
            if not earlier:
                continue
            row |= {**earlier[0], "generation": generation}
            # Its version is known only now: the call's first query shows the current wrapper's.
            header = make_header(binding_id, row["generation"], names_key=named is not None)
            kept = call.settings.of(FieldCiphers).opening(header)
            if kept is not None and is_fresh(call, kept, row["version"], epoch, now):
                found[index] = named, kept
                continue
        opening.append((index, named, row))
    results = _open(call, [row for _, _, row in opening], epoch, now, to_encrypt=to_encrypt)
    for (index, named, _), result in zip(opening, results, strict=True):
        found[index] = named, result
    return found


def _open(
    call: Call, rows: Sequence[Row], epoch: int, now: float, *, to_encrypt: bool
) -> list[Kept | KwError]:
    """Open the wrapper of each binding row, every wrapper once, and keep what opened."""
    wrappers = [
        WrapperRow.of(row)
        for row in call.execute(key_wrappers.WRAPPERS, list({row["wrapper_id"] for row in rows}))
    ]
    made: dict[int, Opened | KwError] = {}
    if to_encrypt:
        found = {wrapper.id: created.created_in_session(call, wrapper) for wrapper in wrappers}
        made = {wrapper_id: one for wrapper_id, one in found.items() if one is not None}
    to_open = [wrapper for wrapper in wrappers if wrapper.id not in made]
    ids = [wrapper.id for wrapper in to_open]
    opened = made | dict(zip(ids, unwrap.open_many(call, to_open), strict=True))
    expires = now + call.settings["cache_seconds"]
    results: list[Kept | KwError] = []
    for row in rows:
        result = opened[row["wrapper_id"]]
        if isinstance(result, KwError):
            if isinstance(result, WrapperUnusable) and result.is_destroyed:  # since it was read
                result = shredded(row["entity_table"], row["entity_pk"], row["field_name"])
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
        call.settings.of(FieldCiphers).keep(kept)
        results.append(kept)
    return results


def keep_warm(
    call: Call, place: warm.Place, entity: Entity, keys: Keys, kept: Kept | None, state: Row
) -> None:
    """Keep what the next call of a cell needs, where this one found its binding opened before."""
    if kept is not None and kept.epoch == state["epoch"]:
        warm.keep(call, place, entity, keys, kept, by_grant=not state["allowed"])


def where_given(pks: Sequence[str | None], values: Sequence[bytes | None]) -> Sequence[str | None]:
    """Return the keys of values, null for null."""
    return [None if value is None else pk for pk, value in zip(pks, values, strict=True)]
