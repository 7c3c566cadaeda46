"""Rows of kw.key_wrapper_layers: the layers of wrappers, and whether they are those of the suite."""

import json
from collections.abc import Callable, Sequence
from typing import NamedTuple
from uuid import UUID

from kwruntime.call import Call
from kwruntime.crypto import layers
from kwruntime.crypto.formats import BY_NAME, NEWEST
from kwruntime.crypto.layers import NO_LAYERS, Layer, Layers
from kwruntime.errors import NotAuthentic
from kwruntime.postgres.query import Query
from kwruntime.store import key_wrappers
from kwruntime.store.key_wrappers import WrapperRow

LAYERS = Query(
    """
    select
        l.key_wrapper_id, l.layer_no, l.kms_key_id, a.name as kem, l.kem_ciphertext, l.encap_pubkey,
        l.aad::text as aad, l.meta::text as meta
    from kw.key_wrapper_layers l
    join kw.crypto_algorithms a on a.id = l.kem_algo_id
    where l.key_wrapper_id = any($1)
    """,
    ("int8[]",),
)
# $3 is a place in $6 to $9.
INSERT_LAYERS = Query(
    """
    with recipients as materialized (
        select u.place, k.id as kms_key_id, a.id as kem_algo_id, u.public_key, u.meta::jsonb as meta
        from unnest($6, $7, $8, $9) with ordinality as u (key_uuid, kem, public_key, meta, place)
        left join kw.kms_keys k on k.key_uuid = u.key_uuid
        left join kw.crypto_algorithms a on a.class = 'kem' and a.name = u.kem
    )
    insert into kw.key_wrapper_layers
        (key_wrapper_id, layer_no, kms_key_id, kem_algo_id, kem_ciphertext, encap_pubkey, aad, meta)
    select n.id, n.layer_no, r.kms_key_id, r.kem_algo_id, n.encapsulation, r.public_key, n.aad::jsonb, r.meta
    from unnest($1, $2, $3, $4, $5) as n (id, layer_no, place, encapsulation, aad)
    join recipients r on r.place = n.place
    """,
    ("int8[]", "int2[]", "int8[]", "bytea[]", "text[]", "uuid[]", "text[]", "bytea[]", "text[]"),
)
DELETE_LAYERS = Query(
    "delete from kw.key_wrapper_layers where key_wrapper_id = any($1) returning key_wrapper_id, kms_key_id",
    ("int8[]",),
)


_TRIES = 5  # to read a wrapper and its layers as one relayer left them


class StoredLayers(NamedTuple):
    """The rows of key_wrapper_layers of one wrapper, and the keys that open them."""

    layers: Layers
    key_ids: tuple[int, ...]

    @classmethod
    def of(cls, pairs: list[tuple[int, Layer]]) -> "StoredLayers":
        """Make it of keys and layers in any order."""
        if len(pairs) > 1:
            pairs.sort(key=lambda pair: pair[1].number)
        return cls(Layers.of([layer for _, layer in pairs]), tuple([one for one, _ in pairs]))

    def are_of(self, row: WrapperRow) -> bool:
        """Whether the suite of a wrapper lists these."""
        if row.status == "invalid":  # destroyed with its layers
            return True
        return self._are_listed(row)

    def check(self, row: WrapperRow) -> None:
        """Raise ``NotAuthentic``, naming a layer, where they are not those that the suite lists."""
        if not self._are_listed(row):
            try:
                layers.check_stored(self.layers.rows, json.loads(row.suite).get("layers"))
            except NotAuthentic as error:
                raise NotAuthentic(
                    f"wrapper {row.uuid} cannot be opened: {error.message}",
                    hint="Restore the original rows of kw.key_wrapper_layers from a backup.",
                ) from None

    def _are_listed(self, row: WrapperRow) -> bool:
        return f'"layers": {self.layers.text}, ' in row.suite


NONE_STORED = StoredLayers(NO_LAYERS, ())


def stored_layers(
    call: Call, rows: Sequence[WrapperRow], uuid_of_key: Callable[[int | None], UUID]
) -> dict[int, StoredLayers]:
    """Return the layers of wrappers, by the wrapper's id."""
    found: dict[int, list[tuple[int, Layer]]] = {row.id: [] for row in rows}
    forms = {row.id: BY_NAME.get(row.format or "", NEWEST) for row in rows}
    if found:
        for row in call.execute(LAYERS, list(found)):
            layer = Layer.of(
                forms[row["key_wrapper_id"]],
                row["layer_no"],
                uuid_of_key(row["kms_key_id"]),
                row["kem"],
                row["kem_ciphertext"],
                row["encap_pubkey"] or b"",
                row["aad"] and layers.bound_text(row["aad"]),
                row["meta"] or "",
            )
            found[row["key_wrapper_id"]].append((row["kms_key_id"] or 0, layer))
    return {wrapper_id: StoredLayers.of(pairs) for wrapper_id, pairs in found.items()}


def _is_later(row: WrapperRow, seen: WrapperRow) -> bool:
    """Whether a row that was read again is the same wrapper, and was changed."""
    return row.uuid == seen.uuid and (row.suite, row.status) != (seen.suite, seen.status)


def with_layers(
    call: Call, rows: Sequence[WrapperRow], uuid_of_key: Callable[[int | None], UUID]
) -> tuple[Sequence[WrapperRow], dict[int, StoredLayers]]:
    """Return rows, read again where a relayer came between them and their layers, and the layers.

    Each query has a snapshot of its own.
    """
    stored = stored_layers(call, [row for row in rows if row.has_layers], uuid_of_key)
    torn = [row for row in rows if row.has_layers and not stored[row.id].are_of(row)]
    for _ in range(_TRIES):
        if not torn:
            break
        again = [
            WrapperRow.of(row)
            for row in call.execute(key_wrappers.WRAPPERS, [row.id for row in torn])
        ]
        seen = {row.id: row for row in torn}
        changed = {row.id: row for row in again if _is_later(row, seen[row.id])}
        rows = [changed.get(row.id, row) for row in rows]
        # of those without layers now, too
        stored |= stored_layers(call, list(changed.values()), uuid_of_key)
        torn = [row for row in changed.values() if not stored[row.id].are_of(row)]
    return rows, stored
