"""The ciphers of bindings: kept while their rows are the same, else opened. Runs as the owner."""

from collections.abc import Iterator, Sequence, Set
from typing import Any

from kwruntime.cache import Cache
from kwruntime.call import Call
from kwruntime.crypto.field_cipher import EVERY_ROW, FieldCipher, make_header
from kwruntime.crypto.formats import BY_NAME, form_in
from kwruntime.errors import KwError, NotAuthentic, WrapperUnusable
from kwruntime.fields import warm
from kwruntime.fields.kept import Kept, RowVersion, Terms
from kwruntime.fields.lookups import shredded
from kwruntime.fields.names import Entity
from kwruntime.fields.spelling import Keys
from kwruntime.keys import created, unwrap
from kwruntime.keys.graph import check_usable
from kwruntime.keys.opened import Opened
from kwruntime.keys.plain import open_plain
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.postgres.query import Row
from kwruntime.seals.checking import failures
from kwruntime.session import Settings
from kwruntime.store import field_lookups, key_wrappers, sealed_rows
from kwruntime.store.key_wrappers import WrapperRow
from kwruntime.store.plain_wrappers import PlainWrappers

_MOST_TERMS = 1000

Found = tuple[str | None, Kept | KwError] | None
"""What was found of a binding: the key that it names, and its cipher or why it does not open."""


class FieldCiphers:
    """Kept ciphers, by the header of their ciphertexts."""

    def __init__(self, settings: Settings) -> None:
        self.kept: Cache[bytes, Kept] = Cache(settings["cache_keys"])

        self._terms: dict[Terms, Terms] = {}

    def shared(self, terms: Terms) -> Terms:
        """Return equal terms that other ciphers have already, if any have."""
        if len(self._terms) > _MOST_TERMS:
            self._terms.clear()
        return self._terms.setdefault(terms, terms)

    def keep(self, kept: Kept) -> None:
        """Keep a cipher."""
        self.kept.put(kept.cipher.header, kept)

    def opening(self, header: bytes) -> Kept | None:
        """Return the kept cipher of a header, if it may decrypt."""
        kept = self.kept.get(header)
        return kept if kept is not None and kept.terms.opens else None


def is_fresh(call: Call, kept: Kept, epoch: int, now: float) -> bool:
    """Whether a kept cipher may serve whose rows are the same: in time, and every key opens."""
    terms = kept.terms
    return now < terms.expires and (terms.epoch == epoch or _still_opens(call, kept, epoch))


def _still_opens(call: Call, kept: Kept, epoch: int) -> bool:
    """Check a cipher again that was kept before the last change of a key."""
    try:
        check_usable(call, kept.terms.keys)
    except KwError:
        return False
    ciphers = call.settings.of(FieldCiphers)
    ciphers.keep(kept._replace(terms=ciphers.shared(kept.terms._replace(epoch=epoch))))
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
    headers: Sequence[bytes] | None = None,
) -> list[Found]:
    """Return the ciphers of bindings' generations (null: the current one), in order.

    Null if the binding or generation does not exist, does not cover the field, or makes other
    ``headers`` than those asked for: then nothing is opened. Without headers, it is to encrypt.
    """
    found: list[Found] = [None] * len(wanted)
    ids = list({binding_id for binding_id, _ in wanted})
    rows = {row["id"]: row for row in call.execute(field_lookups.BINDINGS, ids)} if ids else {}
    opening: list[tuple[int, str | None, Row, bytes | None]] = []
    for index, (binding_id, generation) in enumerate(wanted):
        row = rows.get(binding_id)
        if row is None or not covers(row["entity_table"], row["field_name"], entity, field):
            continue
        named = None if row["entity_pk"] == EVERY_ROW else row["entity_pk"]
        if row["status"] == "shredded":
            found[index] = named, shredded(entity, row["entity_pk"], row["field_name"])
            continue
        if generation not in (None, row["generation"]):
            earlier = call.execute(field_lookups.GENERATION, binding_id, generation)
            if not earlier:
                continue
            row = row | earlier[0] | {"generation": generation}
        opening.append((index, named, row, None if headers is None else headers[index]))
    results = _open(call, [(row, header) for *_, row, header in opening], epoch, now)
    for (index, named, *_), result in zip(opening, results, strict=True):
        if result is not None:
            found[index] = named, result
    return found


def load_plain(
    call: Call,
    ids: Sequence[int],
    generations: Sequence[int | None],
    entity: str,
    field: str | None,
    epoch: int,
    now: float,
    headers: Set[bytes] | None = None,
) -> list[Kept]:
    """Open bindings' generations (null: the current one) whose wrappers are plain, and keep them.

    Those that are missing are left to ``load_ciphers``, as are those that make other ``headers``.
    """
    loaded: list[Kept] = []
    for start in range(0, len(ids), unwrap.BATCH):
        check_interrupts()
        part = slice(start, start + unwrap.BATCH)
        row = call.execute(
            field_lookups.PLAIN_BINDINGS, ids[part], generations[part], entity, field
        )[0]
        plain = _plain_ciphers(call, row, entity, field, epoch, now, headers)
        loaded += _intact(call, list(plain))
    keep = call.settings.of(FieldCiphers).keep
    for kept in loaded:
        keep(kept)
    return loaded


def _intact(call: Call, loaded: list[Kept]) -> list[Kept]:
    """Return those whose rows match their seals; the ordinary way refuses the others."""
    bindings = failures(call, sealed_rows.BINDINGS, [one.binding_version[2] for one in loaded])
    wrappers = failures(call, sealed_rows.WRAPPERS, [one.wrapper_version[2] for one in loaded])
    if not bindings and not wrappers:
        return loaded
    return [
        one
        for one in loaded
        if str(one.binding_version[2]) not in bindings
        and str(one.wrapper_version[2]) not in wrappers
    ]


def _plain_ciphers(
    call: Call,
    row: Row,
    entity: str,
    field: str | None,
    epoch: int,
    now: float,
    wanted: Set[bytes] | None,
) -> Iterator[Kept]:
    plain = PlainWrappers.of(row)
    bindings, wrappers = versions_of(row)
    made = zip(
        map(form_in, plain.suites),
        row["suites_of_bindings"] or (),
        row["ids"] or (),
        row["generations"] or (),
        strict=True,
    )
    headers = [
        b"" if form is None else make_header(form, suite, binding_id, generation)
        for form, suite, binding_id, generation in made
    ]
    named = (row[name] or () for name in ("pks", "names_field", "statuses"))
    columns: list[Sequence[Any]] = [headers, bindings, wrappers, *named]
    if b"" in headers or (wanted is not None and not wanted >= set(headers)):
        places = [
            place
            for place, header in enumerate(headers)
            if header and (wanted is None or header in wanted)
        ]
        plain = plain.at(places)
        columns = [[column[place] for place in places] for column in columns]
    expires = now + call.settings["cache_seconds"]
    share = call.settings.of(FieldCiphers).shared
    terms: dict[tuple[object, ...], Terms] = {}
    for opened, header, binding, wrapper, pk, names_field, status in zip(
        open_plain(call, plain), *columns, strict=True
    ):
        if opened is None:
            continue
        key = None if pk == EVERY_ROW else pk
        alike = opened.keys, status, names_field
        its = terms.get(alike)
        if its is None:
            bound = field if names_field else None
            its = Terms(epoch, expires, opened.keys, entity, bound, status, True)
            its = terms[alike] = share(its)
        cipher = FieldCipher(opened.prk, header, names_key=key is not None, names_field=names_field)
        yield Kept(its, binding, wrapper, key, cipher)


def versions_of(row: Row) -> tuple[list[RowVersion], list[RowVersion]]:
    """Return the versions of the rows of bindings, and of wrappers, of a row of arrays."""
    found: list[list[RowVersion]] = []
    known: dict[str, str] = {}  # many rows of one transaction: its id is kept once
    once = known.setdefault
    for place, xmin, row_id in (
        ("binding_places", "binding_xmins", "ids"),
        ("wrapper_places", "wrapper_xmins", "wrapper_ids"),
    ):
        xmins = [once(one, one) for one in row[xmin] or ()]
        found.append(list(zip(row[place] or (), xmins, row[row_id] or (), strict=True)))
    return found[0], found[1]


def _open(
    call: Call, wanted: Sequence[tuple[Row, bytes | None]], epoch: int, now: float
) -> list[Kept | KwError | None]:
    """Open the wrapper of each binding row, every wrapper once, and keep what opened.

    Each row is given with the header that it must make. Null where it makes another one: its
    wrapper is not opened for it. Without a header, it is to encrypt.
    """
    ids = list({row["wrapper_id"] for row, _ in wanted})
    refused = _refused(call, [row for row, _ in wanted])
    wrappers = {row["id"]: WrapperRow.of(row) for row in call.execute(key_wrappers.WRAPPERS, ids)}
    fits = [
        header is None or _makes(wrappers[row["wrapper_id"]], row, header) for row, header in wanted
    ]
    pairs = zip(wanted, fits, strict=True)
    needed = {row["wrapper_id"]: header is None for (row, header), is_it in pairs if is_it}
    made: dict[int, Opened | KwError] = {}
    for wrapper_id, is_to_encrypt in needed.items():
        found = created.created_in_session(call, wrappers[wrapper_id]) if is_to_encrypt else None
        if found is not None:
            made[wrapper_id] = found
    to_open = [wrappers[wrapper_id] for wrapper_id in needed if wrapper_id not in made]
    names = [wrapper.id for wrapper in to_open]
    opened = made | dict(zip(names, unwrap.open_many(call, to_open), strict=True))
    expires = now + call.settings["cache_seconds"]
    results: list[Kept | KwError | None] = []
    for (row, _), is_it in zip(wanted, fits, strict=True):
        result = refused.get(row["id"]) or opened[row["wrapper_id"]] if is_it else None
        if result is None or isinstance(result, KwError):
            if isinstance(result, WrapperUnusable) and result.is_destroyed:  # since it was read
                result = shredded(row["entity_table"], row["entity_pk"], row["field_name"])
            results.append(result)
            continue
        cipher = FieldCipher(
            result.prk,
            make_header(result.form, row["suite"], row["id"], row["generation"]),
            names_key=row["entity_pk"] != EVERY_ROW,
            names_field=row["field_name"] is not None,
        )
        terms = Terms(
            epoch,
            expires,
            result.keys,
            row["entity_table"],
            row["field_name"],
            row["wrapper_status"],
            row["wrapper_id"] not in made,
        )
        kept = Kept(
            call.settings.of(FieldCiphers).shared(terms),
            (row["binding_place"], row["binding_xmin"], row["id"]),
            (row["wrapper_place"], row["wrapper_xmin"], row["wrapper_id"]),
            None if row["entity_pk"] == EVERY_ROW else row["entity_pk"],
            cipher,
        )
        call.settings.of(FieldCiphers).keep(kept)
        results.append(kept)
    return results


def _refused(call: Call, rows: Sequence[Row]) -> dict[int, NotAuthentic]:
    """Return, by binding, the seal that does not match: its own, or that of its wrapper."""
    ids = [row["id"] for row in rows]
    bindings = failures(call, sealed_rows.BINDINGS, ids)
    wrappers = failures(call, sealed_rows.WRAPPERS, [row["wrapper_id"] for row in rows])
    generations = failures(call, sealed_rows.GENERATIONS, ids)
    found = {}
    for row in rows:
        error = bindings.get(str(row["id"])) or wrappers.get(str(row["wrapper_id"]))
        error = error or generations.get(f"{row['id']}/{row['generation']}")
        if error is not None:
            found[row["id"]] = error
    return found


def _makes(wrapper: WrapperRow, row: Row, header: bytes) -> bool:
    """Whether a binding makes ciphertexts of a header; opening one of no known format says so."""
    form = BY_NAME.get(wrapper.format or "")
    return form is None or header == make_header(form, row["suite"], row["id"], row["generation"])


def keep_warm(
    call: Call, place: warm.Place, entity: Entity, keys: Keys, kept: Kept | None, state: Row
) -> None:
    """Keep what the next call of a cell needs, where this one found its binding opened before."""
    if kept is not None and kept.terms.epoch == state["epoch"]:
        warm.keep(call, place, entity, keys, kept, by_grant=not state["allowed"])


def where_given(pks: Sequence[str | None], values: Sequence[bytes | None]) -> Sequence[str | None]:
    """Return the keys of values, null for null."""
    return [None if value is None else pk for pk, value in zip(pks, values, strict=True)]
