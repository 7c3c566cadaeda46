"""Fields: which binding covers a cell, and values encrypted and decrypted. Runs as the owner."""

from collections.abc import Sequence
from time import monotonic
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag

from kwruntime import access, keyring, queries, spi
from kwruntime.ciphertext import (
    EVERY_ROW,
    HEADER_BYTES,
    FieldCipher,
    Header,
    NotACiphertext,
    read_header,
)
from kwruntime.errors import DecryptionFailed, KwError, NotBound, Shredded, WrapperUnusable
from kwruntime.keyring import WrapperRow
from kwruntime.names import Entity, cell
from kwruntime.spi import Row


class _Kept(NamedTuple):
    """The cipher of a binding's generation, and what it was checked against."""

    version: str
    epoch: str
    expires: float
    keys: tuple[int, ...]
    cipher: FieldCipher

    def __repr__(self) -> str:
        return "_Kept(…)"


_kept: dict[tuple[int, int, bool, bool], _Kept] = {}


def forget_ciphers() -> None:
    """Forget the opened ciphers."""
    _kept.clear()


# -- look-up ----------------------------------------------------------------------------------


def most_specific(rows: Sequence[Row], entity: Entity) -> dict[str, Row]:
    """Return the binding that covers each key, and under ``*`` that of every row.

    Cell before row before column before table. A shredded one raises: it never falls
    through to a wider one.
    """
    best: dict[str, Row] = {}
    for row in rows:
        pk = row["entity_pk"]
        other = best.get(pk)
        if other is None or other["field_name"] is None:
            best[pk] = row
    return best


def covering(best: dict[str, Row], pk: str, entity: Entity, field: str | None) -> Row | None:
    """Return the binding that covers a key; raises ``Shredded``."""
    row = best.get(pk) or best.get(EVERY_ROW)
    if row is not None and row["status"] == "shredded":
        raise _shredded(entity, row["entity_pk"], row["field_name"])
    return row


def _shredded(entity: Entity, pk: str, field: str | None) -> Shredded:
    return Shredded(f"the key of {cell(entity.name, pk, field)} was shredded")


def find(
    role: int, entity: Entity, field: str | None, pks: Sequence[str], *, write: bool
) -> dict[str, Row]:
    """Check that a role may read or write a field, and return the bindings of keys."""
    query = queries.FIND_FOR_WRITE if write else queries.FIND_FOR_READ
    rows = spi.execute(query, entity.name, role, field, [*pks, EVERY_ROW])
    if not rows or not rows[0]["allowed"]:
        access.check(role, entity, field, write=write)
    return most_specific(rows, entity)


def lookup(
    role: int, entity: Entity, field: str | None, pks: Sequence[str | None]
) -> list[str | None]:
    """Return the wrapper of the binding that covers each key; null where none does."""
    best = find(role, entity, field, [pk for pk in pks if pk is not None], write=False)
    found = [None if pk is None else covering(best, pk, entity, field) for pk in pks]
    return [None if row is None else row["wrapper_uuid"] for row in found]


# -- ciphers ----------------------------------------------------------------------------------


def _ciphers(wanted: Sequence[Row]) -> list[FieldCipher | KwError]:
    """Return the cipher of each binding's generation, in order.

    A kept cipher serves only while its wrapper's row is the version that it was opened
    from, its time has not run out, and every key up to the root may still open.
    """
    epoch = keyring.at_epoch(wanted[0]["epoch"])
    now = monotonic()
    ciphers: list[FieldCipher | KwError | None] = []
    missing: list[int] = []
    for index, row in enumerate(wanted):
        kept = _kept.get(_place(row))
        if (
            kept is not None
            and kept.version == row["version"]
            and now < kept.expires
            and row["wrapper_status"] in ("active", "rotated")
            and (kept.epoch == epoch or _still_usable(kept, row, epoch))
        ):
            ciphers.append(kept.cipher)
        else:
            ciphers.append(None)
            missing.append(index)
    if missing:
        for index, cipher in zip(missing, _open([wanted[i] for i in missing], epoch), strict=True):
            ciphers[index] = cipher
    return [cipher for cipher in ciphers if cipher is not None]


def _place(row: Row) -> tuple[int, int, bool, bool]:
    return row["id"], row["generation"], row["entity_pk"] == EVERY_ROW, row["field_name"] is None


def _still_usable(kept: _Kept, row: Row, epoch: str) -> bool:
    """Check a cipher from before a change of keys; what may no longer open is opened anew."""
    try:
        keyring.check_usable(kept.keys)
    except KwError:
        return False
    _kept[_place(row)] = kept._replace(epoch=epoch)
    return True


def _open(wanted: Sequence[Row], epoch: str) -> list[FieldCipher | KwError]:
    ids = list({row["wrapper_id"] for row in wanted})
    rows = [WrapperRow.of(row) for row in spi.execute(queries.WRAPPERS, ids)]
    opened = dict(
        zip([row.id for row in rows], zip(rows, keyring.open_many(rows), strict=True), strict=True)
    )
    expires = monotonic() + keyring.cache_seconds()
    limit = keyring.cache_keys()
    ciphers: list[FieldCipher | KwError] = []
    for row in wanted:
        wrapper, result = opened[row["wrapper_id"]]
        if isinstance(result, KwError):
            ciphers.append(result)
            continue
        place = _place(row)
        cipher = FieldCipher(
            result.prk,
            row["id"],
            row["generation"],
            names_key=not place[2],
            names_field=not place[3],
        )
        ciphers.append(cipher)
        if limit:
            while len(_kept) >= limit:
                _kept.pop(next(iter(_kept)))
            _kept[place] = _Kept(wrapper.version, epoch, expires, result.keys, cipher)
    return ciphers


# -- encrypt ----------------------------------------------------------------------------------


def encrypt(
    role: int,
    entity: Entity,
    field: str | None,
    pks: Sequence[str | None],
    values: Sequence[bytes | None],
) -> list[bytes | None]:
    """Encrypt values under the bindings that cover their keys, in order; null for null."""
    there = [
        pk for pk, value in zip(pks, values, strict=True) if pk is not None and value is not None
    ]
    best = find(role, entity, field, there, write=True)
    if not there:
        return [None] * len(pks)
    if best.keys() <= {EVERY_ROW}:
        # one binding for every key: the whole call is one batch
        row = _bound(best, EVERY_ROW, entity, field, there)
        cipher = _to_encrypt([row])[0]
        return cipher.seal([pk or "" for pk in pks], field, list(values))
    rows = {pk: _bound(best, pk, entity, field, [pk]) for pk in there}
    unique = list({row["id"]: row for row in rows.values()}.values())
    ciphers = dict(zip([row["id"] for row in unique], _to_encrypt(unique), strict=True))
    sealed: list[bytes | None] = []
    for pk, value in zip(pks, values, strict=True):
        if pk is None or value is None:
            sealed.append(None)
        else:
            sealed += ciphers[rows[pk]["id"]].seal([pk], field, [value])
    return sealed


def _bound(
    best: dict[str, Row], pk: str, entity: Entity, field: str | None, asked: Sequence[str]
) -> Row:
    row = covering(best, pk, entity, field)
    if row is None:
        place = cell(entity.name, asked[0], field)
        raise NotBound(
            f"nothing is bound to {place}",
            hint="kw.bind gives it a key: one of its own, or one for every row (key '*').",
        )
    return row


def _to_encrypt(rows: Sequence[Row]) -> list[FieldCipher]:
    for row in rows:
        if row["wrapper_status"] != "active":
            raise WrapperUnusable(
                f"wrapper {row['wrapper_uuid']} is {row['wrapper_status']} and does not encrypt",
                hint="kw.rotate gives the binding a new one.",
            )
    return [_raised(cipher) for cipher in _ciphers(rows)]


def _raised(cipher: FieldCipher | KwError) -> FieldCipher:
    if isinstance(cipher, KwError):
        raise cipher
    return cipher


# -- decrypt ----------------------------------------------------------------------------------


def decrypt(
    role: int,
    entity: Entity,
    field: str | None,
    pks: Sequence[str | None],
    values: Sequence[bytes | None],
) -> list[bytes | None]:
    """Decrypt values, in order; null for null.

    One error for all that does not decrypt: no ciphertext, another cell's, changed,
    or of a binding or generation that is not known.
    """
    headers: dict[bytes, Header | None] = {}
    for value in values:
        if value is not None and value[:HEADER_BYTES] not in headers:
            headers[value[:HEADER_BYTES]] = _header(value[:HEADER_BYTES])
    if not headers:
        access.check(role, entity, field, write=False)
        return [None] * len(values)
    ids = list({header.binding_id for header in headers.values() if header is not None})
    rows = {
        row["id"]: row for row in spi.execute(queries.BINDINGS_BY_ID, entity.name, role, field, ids)
    }
    some = next(iter(rows.values()), None)
    if some is None or not some["allowed"]:
        access.check(role, entity, field, write=False)
    if some is not None and some["has_shredded"]:
        _refuse_shredded(entity, field, pks, values)
    openers = _openers(headers, rows, entity, field, pks, values)
    opened: list[bytes | None] = []
    try:
        for pk, value in zip(pks, values, strict=True):
            if value is None:
                opened.append(None)
                continue
            named, open_value = openers[value[:HEADER_BYTES]]
            if pk is None or (named is not None and named != pk):
                raise NotACiphertext
            opened.append(open_value(pk, value))
    except (InvalidTag, ValueError, KeyError):
        raise _failed(entity, field, pk) from None
    return opened


def _failed(entity: Entity, field: str | None, pk: str | None) -> DecryptionFailed:
    return DecryptionFailed(
        f"cannot decrypt {cell(entity.name, pk, field)}",
        hint="It is no ciphertext of this cell, or it was changed. "
        "After a change of key or name: kw.rebind, kw.reencrypt.",
    )


def _header(data: bytes) -> Header | None:
    try:
        return read_header(data)
    except NotACiphertext:
        return None


def _openers(
    headers: dict[bytes, Header | None],
    rows: dict[int, Row],
    entity: Entity,
    field: str | None,
    pks: Sequence[str | None],
    values: Sequence[bytes | None],
) -> dict[bytes, tuple[str | None, Any]]:
    """Return, for each header, the key that its binding names and what opens its values.

    A header whose binding does not cover the cell, or that nothing knows, gets none.
    """
    wanted: list[tuple[bytes, Row]] = []
    for data, header in headers.items():
        row = None if header is None else rows.get(header.binding_id)
        if header is None or row is None or row["entity_table"] != entity.name:
            continue
        if row["field_name"] is not None and row["field_name"] != field:
            continue
        if row["status"] == "shredded":
            if row["entity_pk"] in (*pks, EVERY_ROW):
                raise _shredded(entity, row["entity_pk"], row["field_name"])
            continue
        if header.generation != row["generation"]:
            earlier = spi.execute(queries.GENERATION, header.binding_id, header.generation)
            if not earlier:
                continue
            row = {**row, **earlier[0], "generation": header.generation}
        wanted.append((data, row))
    if not wanted:
        return {}
    openers: dict[bytes, tuple[str | None, Any]] = {}
    for (data, row), cipher in zip(wanted, _ciphers([row for _, row in wanted]), strict=True):
        opening = _raised(cipher)
        if opening.header == data:
            named = None if row["entity_pk"] == EVERY_ROW else row["entity_pk"]
            openers[data] = (named, opening.opener(field))
    return openers


def _refuse_shredded(
    entity: Entity,
    field: str | None,
    pks: Sequence[str | None],
    values: Sequence[bytes | None],
) -> None:
    """Raise where the key of a cell or row was shredded, whatever binding a value names."""
    there = [
        pk for pk, value in zip(pks, values, strict=True) if pk is not None and value is not None
    ]
    rows = spi.execute(queries.SHREDDED_KEYS, entity.name, there, field)
    if rows:
        raise _shredded(entity, rows[0]["entity_pk"], field)
