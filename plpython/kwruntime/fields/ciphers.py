"""The ciphers of bindings: kept while their rows are the same, else opened. Runs as the owner."""

from collections.abc import Iterator, Sequence, Set
from typing import Any, NamedTuple

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
from kwruntime.keys.opening import Check, SealedLegs, unchecked
from kwruntime.keys.plain import open_plain
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.postgres.query import Row
from kwruntime.seals import checking
from kwruntime.seals.checking import Checks
from kwruntime.seals.plain_rows import check_of_bindings
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
    checks = checking.in_force(call) if ids else None
    rows = (
        {row["id"]: row for row in call.execute(field_lookups.BINDINGS_TO_OPEN, ids)} if ids else {}
    )
    opening: list[tuple[int, str | None, Row, bytes | None]] = []
    for index, (binding_id, generation) in enumerate(wanted):
        row = rows.get(binding_id)
        if row is None or not covers(row["entity_table"], row["field_name"], entity, field):
            continue
        named = None if row["entity_pk"] == EVERY_ROW else row["entity_pk"]
        if row["status"] == "shredded":
            found[index] = named, shredded(entity, row["entity_pk"], row["field_name"])
            continue
        refused = checks.failure(sealed_rows.BINDINGS, row) if checks is not None else None
        if generation not in (None, row["generation"]):
            earlier = call.execute(field_lookups.GENERATION, binding_id, generation)
            if not earlier:
                continue
            row = row | earlier[0]
            if checks is not None:
                refused = refused or checks.failure(sealed_rows.GENERATIONS, row)
        if refused is not None:
            found[index] = named, refused
            continue
        opening.append((index, named, row, None if headers is None else headers[index]))
    wanted_rows = [(row, header) for *_, row, header in opening]
    results = _open(call, checks, wanted_rows, epoch, now)
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
    checks = checking.in_force(call) if ids else None
    query = field_lookups.PLAIN_BINDINGS if checks is None else field_lookups.SEALED_PLAIN_BINDINGS
    for start in range(0, len(ids), unwrap.BATCH):
        check_interrupts()
        part = slice(start, start + unwrap.BATCH)
        row = call.execute(query, ids[part], generations[part], entity, field)[0]
        if row["ids"] is not None:
            made = _making(row, headers)
            loaded += _plain_ciphers(call, checks, made, entity, field, epoch, now)
    keep = call.settings.of(FieldCiphers).keep
    for kept in loaded:
        keep(kept)
    return loaded


def _making(row: Row, wanted: Set[bytes] | None) -> Row:
    """Return a row of arrays with the headers that its bindings make: of those that are wanted."""
    made = zip(
        map(form_in, row["suites"]),
        row["suites_of_bindings"],
        row["ids"],
        row["generations"],
        strict=True,
    )
    headers = [
        b"" if form is None else make_header(form, suite, binding_id, generation)
        for form, suite, binding_id, generation in made
    ]
    row = row | {"headers": headers}
    if b"" not in headers and (wanted is None or wanted >= set(headers)):
        return row
    places = [
        place
        for place, header in enumerate(headers)
        if header and (wanted is None or header in wanted)
    ]
    return {
        name: [column[place] for place in places] if isinstance(column, list) else column
        for name, column in row.items()
    }


def _plain_ciphers(
    call: Call,
    checks: Checks | None,
    row: Row,
    entity: str,
    field: str | None,
    epoch: int,
    now: float,
) -> Iterator[Kept]:
    headers = row["headers"]
    plain = PlainWrappers.of(row)
    named = (row[name] for name in ("pks", "names_field", "statuses"))
    columns: list[Sequence[Any]] = [headers, *versions_of(row), *named]
    check = None if checks is None else check_of_bindings(call, checks, row, field)
    expires = now + call.settings["cache_seconds"]
    share = call.settings.of(FieldCiphers).shared
    terms: dict[tuple[object, ...], Terms] = {}
    for opened, header, binding, wrapper, pk, names_field, status in zip(
        open_plain(call, plain, check), *columns, strict=True
    ):
        if opened is None:
            continue
        key = None if pk == EVERY_ROW else pk
        alike = opened.keys, status, names_field
        its = terms.get(alike)
        if its is None:
            bound = field if names_field else None
            its = Terms(epoch, expires, opened.keys, row["bound_as"], bound, status, True)
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


class _Openings(NamedTuple):
    """The wrappers of binding rows: those that fit the headers asked for are opened."""

    fits: list[bool]
    opened: dict[int, Opened | KwError]
    created: Set[int]
    """Those that this session made, and that were not opened."""


def _openings(
    call: Call, checks: Checks | None, wanted: Sequence[tuple[Row, bytes | None]]
) -> _Openings:
    ids = list({row["wrapper_id"] for row, _ in wanted})
    wrappers = {row["id"]: WrapperRow.of(row) for row in call.execute(key_wrappers.WRAPPERS, ids)}
    fits = [
        header is None or _makes(wrappers[row["wrapper_id"]], row, header) for row, header in wanted
    ]
    pairs = zip(wanted, fits, strict=True)
    needed = {row["wrapper_id"]: header is None for (row, header), is_it in pairs if is_it}
    check = unchecked if checks is None else _check_of(checks, [row for row, _ in wanted])
    made: dict[int, Opened | KwError] = {}
    for wrapper_id, is_to_encrypt in needed.items():
        found = _created(call, wrappers[wrapper_id], check) if is_to_encrypt else None
        if found is not None:
            made[wrapper_id] = found
    to_open = [wrappers[wrapper_id] for wrapper_id in needed if wrapper_id not in made]
    opened = unwrap.open_many(call, to_open, check=check)
    names = [wrapper.id for wrapper in to_open]
    return _Openings(fits, made | dict(zip(names, opened, strict=True)), made.keys())


def _open(
    call: Call,
    checks: Checks | None,
    wanted: Sequence[tuple[Row, bytes | None]],
    epoch: int,
    now: float,
) -> list[Kept | KwError | None]:
    """Open the wrapper of each binding row, every wrapper once, and keep what opened.

    Each row is given with the header that it must make. Null where it makes another one: its
    wrapper is not opened for it. Without a header, it is to encrypt.
    """
    openings = _openings(call, checks, wanted)
    expires = now + call.settings["cache_seconds"]
    results: list[Kept | KwError | None] = []
    for (row, _), is_it in zip(wanted, openings.fits, strict=True):
        result = openings.opened[row["wrapper_id"]] if is_it else None
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
            row["bound_as"],
            row["field_name"],
            row["wrapper_status"],
            row["wrapper_id"] not in openings.created,
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


def _check_of(checks: Checks, rows: Sequence[Row]) -> Check:
    """Return what checks the wrappers of bindings: they are those that the bindings' seals name."""
    bound = {(row["wrapper_id"], row["wrapper"]) for row in rows}

    def check(wrapper: WrapperRow) -> SealedLegs:
        if (wrapper.id, str(wrapper.uuid)) not in bound:
            raise NotAuthentic(f"wrapper {wrapper.uuid} took the place of another one")
        return checks.wrapper(wrapper)

    return check


def _created(call: Call, wrapper: WrapperRow, check: Check) -> Opened | KwError | None:
    """Return what a wrapper was made of in this session, if its row is intact."""
    found = created.created_in_session(call, wrapper)
    if found is not None:
        try:
            check(wrapper)
        except KwError as error:
            return error
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
