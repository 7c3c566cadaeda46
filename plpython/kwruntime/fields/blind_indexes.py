"""Blind indexes: their keys made and destroyed, and tokens of values. Runs as the owner.

A token confirms a guess of its value. So who asks for one needs the right to read the field. Only
what writes a row for a role may ask with the right to write: its tokens go into that row.
"""

from collections.abc import Sequence
from time import monotonic
from typing import NamedTuple
from uuid import UUID

from kwruntime.cache import Cache
from kwruntime.call import Call
from kwruntime.crypto.blind_index import MAX_BITS, MIN_BITS, NORMALISERS, IndexKey
from kwruntime.crypto.envelope import DekClass, Origin
from kwruntime.crypto.seals import SealedRow
from kwruntime.errors import BadArgument, Conflict, NotAuthentic, NotBound, Shredded
from kwruntime.fields import access, reads, recorded, shredding
from kwruntime.fields.access import TableIdentity
from kwruntime.fields.asking import ask
from kwruntime.fields.names import Entity, cell
from kwruntime.keys import unwrap
from kwruntime.keys.branch_keys import seconds_to_keep
from kwruntime.keys.opening import unchecked
from kwruntime.postgres import messages
from kwruntime.postgres.query import Row
from kwruntime.postgres.server import Moment
from kwruntime.rules import nist_levels, policies
from kwruntime.seals import checking, rows
from kwruntime.seals.changing import added, changing
from kwruntime.session import Epoch, Settings
from kwruntime.store import blind_indexes, entities, key_wrappers, sealed_rows, shreds
from kwruntime.store.key_wrappers import WrapperRow
from kwruntime.wrappers.new import NewWrappers
from kwruntime.wrappers.stored import raise_failed


class IndexOf(NamedTuple):
    """Which blind index: of a field, within a tenant or the whole table."""

    entity: Entity
    field: str
    tenant: str | None

    @property
    def label(self) -> str:
        """The index as messages name it."""
        of_tenant = "" if self.tenant is None else f' of tenant "{self.tenant}"'
        return f"the blind index of {cell(self.entity.name, None, self.field)}{of_tenant}"


class _Found(NamedTuple):
    """The key of an index as a call has found it, and until when it may serve."""

    expires: float
    key: IndexKey
    is_audited: bool = False
    """Whether each statement that reads the field is audited."""


class IndexKeys:
    """The keys that were opened in this epoch, and when each expires, by the versions of rows."""

    def __init__(self, epoch: Epoch) -> None:
        self.kept: Cache[tuple[object, ...], _Found] = Cache(epoch.settings["cache_keys"])


_Place = tuple[int, IndexOf, bool]
"""Role, index, and whether it is the next key."""


class ProvenIndexes:
    """What was proven of roles and indexes since a moment began. It holds until that ends."""

    def __init__(self, settings: Settings) -> None:
        self._limit = settings["cache_keys"]
        self._moment: Moment | None = None
        self._found: dict[_Place, _Found] = {}

    def get(self, moment: Moment | None, place: _Place) -> _Found | None:
        """Return what was proven at the same moment, if it may still serve."""
        found = self._found.get(place)
        is_same = moment is not None and moment == self._moment
        return found if found and is_same and monotonic() < found.expires else None

    def note(self, moment: Moment | None, place: _Place, found: _Found) -> None:
        """Keep what was proven; the moment was taken before that."""
        if moment is None or moment != self._moment or len(self._found) >= self._limit:
            self._moment, self._found = moment, {}
        if self._limit:
            self._found[place] = found


def read_tokens(
    call: Call, index: IndexOf, values: Sequence[str | None], *, next_key: bool
) -> list[bytes | None]:
    """Return the tokens of values for a role that may read the field. As the caller."""
    place, moment, last = (call.role, index, next_key), call.server.moment(), call.last_settings
    found = None if last is None else last.of(ProvenIndexes).get(moment, place)
    if found is None:

        def prove() -> _Found:
            key = _find(call, index, next_key=next_key, write=False)
            return key._replace(is_audited=reads.are_audited(call, index.entity.name, index.field))

        found = call.read_as_owner(prove)
        call.settings.of(ProvenIndexes).note(moment, place, found)
    made = _made(found.key, values)
    if found.is_audited:  # a token confirms a guess, so each counts as a value that is read
        given = len(values) - values.count(None)
        reads.note(call, cell(index.entity.name, None, index.field), given, ())
    return made


def tokens_to_write(
    call: Call, index: IndexOf, values: Sequence[str | None], *, next_key: bool
) -> list[bytes | None]:
    """Return the tokens of values of rows that are written for a role that may write the field.

    They go into those rows and nowhere else. So the caller takes the entity from the relation that
    is written, never from an argument that the role chose.
    """
    return _made(_find(call, index, next_key=next_key, write=True).key, values)


def _made(key: IndexKey, values: Sequence[str | None]) -> list[bytes | None]:
    return [None if value is None else key.token(value) for value in values]


def _find(call: Call, index: IndexOf, *, next_key: bool, write: bool) -> _Found:
    """Return the key of an index for a role, opening its wrapper at most once in its time."""
    query = blind_indexes.TO_WRITE if write else blind_indexes.TO_READ
    given = (lambda _: index.tenant), (lambda _: next_key)
    row = ask(call, query, index.entity, index.field, *given, write=write)
    if row["index"] is None:
        create = "Ask the table owner to create it with kw.create_index_key."
        raise NotBound(
            f"{index.label} does not exist",
            hint=call.read_as_owner(lambda: recorded.hint_if_renamed(call, index.entity, create)),
        )
    if row["status"] == "shredded":
        raise Shredded(
            f"the key of {index.label} was shredded",
            hint="Ask the table owner to set the stored tokens to null, to create another key with "
            "kw.create_index_key, and to use kw.fill_tokens. To write without tokens, drop the "
            "protected view, use kw.set_protected_field without token_column, and create it again.",
        )
    kept = call.epoch.of(IndexKeys).kept
    columns = ("index", "index_place", "index_version", "wrapper_id", "wrapper_place")
    version = (*(row[one] for one in columns), row["wrapper_version"])
    held, now = kept.get(version), monotonic()
    if held is not None and now < held.expires:
        return held
    opened = _opened(call, row["index"], is_next=row["is_next"])
    made = _Found(now + seconds_to_keep(call), opened)
    kept.put(version, made)
    return made


def _opened(call: Call, index: str, *, is_next: bool) -> IndexKey:
    """Return the key of an index, or the next one, made of the row that was checked."""
    checks = checking.in_force(call)
    (stored,) = rows.read(call, sealed_rows.BLIND_INDEXES, [index])
    if checks is not None:
        checks.row(stored)
    assert isinstance(stored.sealed, SealedRow)
    made = blind_indexes.BlindIndex(*stored.sealed.values)  # type: ignore[arg-type] # not null
    check = unchecked if checks is None else checks.wrapper
    named = made.next_wrapper if is_next else made.wrapper
    found = call.execute(key_wrappers.WRAPPERS_BY_UUID, [named])
    if not found:
        raise NotAuthentic(f"wrapper {named} of a blind index does not exist")
    wrapper = WrapperRow.of(found[0])
    opened = raise_failed(unwrap.open_many(call, [wrapper], check=check)[0])
    payload = opened.payload
    if payload.dek_class is not DekClass.INDEX or payload.origin is not Origin.GENERATED:
        raise NotAuthentic(f"wrapper {wrapper.uuid} is not the key of a blind index")
    generation = int(made.generation) + is_next
    return IndexKey(opened.prk, UUID(index), made.normaliser, int(made.bits), generation)


def create(
    call: Call,
    index: IndexOf,
    normaliser: str,
    bits: int,
    policy_name: str | None,
    *,
    if_not_exists: bool,
) -> str:
    """Make the key of a blind index, and return the uuid of the index."""
    check_may_change(call, index.entity, "create a blind index of")
    if normaliser not in NORMALISERS:
        raise BadArgument(f"normaliser must be one of {', '.join(NORMALISERS)}")
    if not MIN_BITS <= bits <= MAX_BITS:
        raise BadArgument(f"bits must be {MIN_BITS} to {MAX_BITS}, not {bits}")
    access.tell_if_unknown(call, index.entity, index.field)
    recorded.keep(call, index.entity)
    call.execute(entities.SHARE_ENTITY, index.entity.name)
    given = index.entity.name, index.field, index.tenant
    found = call.execute(blind_indexes.LIVE, *given)
    if found:
        return _existing(index, found[0], normaliser, bits, if_not_exists=if_not_exists)
    others = call.execute(blind_indexes.ONE_OF_FIELD, index.entity.name, index.field)
    _refuse_rotating(others, index)
    new = new_keys(call, index.entity, index.field, policy_name, 1)
    generation = others[0]["generation"] if others else 1
    made = call.execute(blind_indexes.ADD, *given, normaliser, bits, new.ids[0], generation)
    if not made:
        raise Conflict(f"{index.label} was created at the same time", hint="Repeat the call.")
    uuid = str(made[0]["index"])
    added(call, sealed_rows.BLIND_INDEXES, [uuid])
    access.audit(call, "create_index_key", audited(index), index=uuid, wrapper=new.names[0])
    return uuid


def of_field(call: Call, entity: Entity, field: str) -> list[Row]:
    """Return the live indexes of a field, locked: they have one generation."""
    return call.execute(blind_indexes.OF_FIELD_LOCKED, entity.name, field)


def _refuse_rotating(others: Sequence[Row], index: IndexOf) -> None:
    if any(row["next_wrapper_id"] is not None for row in others):
        raise Conflict(
            f"the keys of the field of {index.label} are being replaced",
            hint="Use kw.finish_index_rotation or kw.cancel_index_rotation first.",
        )


def new_keys(
    call: Call, entity: Entity, field: str, policy_name: str | None, count: int
) -> NewWrappers:
    """Make wrappers for keys of indexes: by a policy, else that of the field, else default."""
    named = None if policy_name is None else policies.named(call, policy_name)
    policy = named or policies.of_field(call, entity.name, field) or policies.named(call, None)
    min_level = nist_levels.min_level_of(call, entity.name, field)
    deks = [None] * count
    new = NewWrappers(call, policy, deks, dek_class=DekClass.INDEX, min_level=min_level)
    new.insert()
    return new


def _existing(index: IndexOf, row: Row, normaliser: str, bits: int, *, if_not_exists: bool) -> str:
    if not if_not_exists:
        raise Conflict(f"{index.label} already exists")
    if (row["normaliser"], row["bits"]) != (normaliser, bits):
        raise Conflict(
            f"{index.label} already exists with normaliser {row['normaliser']} and "
            f"{row['bits']} bits"
        )
    return str(row["index"])


def shred(call: Call, index: IndexOf) -> int:
    """Destroy the key of a blind index; return how many wrappers."""
    shredding.check_may_shred(call, index.entity)
    given = index.entity.name, index.field, index.tenant
    found = call.execute(blind_indexes.LIVE, *given)
    if not found:
        hint = recorded.hint_if_renamed(call, index.entity)
        raise NotBound(f"{index.label} does not exist", hint=hint)
    (row,) = found
    wrappers = [one for one in (row["key_wrapper_id"], row["next_wrapper_id"]) if one is not None]
    changing(call, sealed_rows.BLIND_INDEXES, [row["index"]])
    call.execute(shreds.LOCK_WRAPPERS, wrappers)
    call.execute(blind_indexes.SHRED, row["index"])
    return shredding.destroy_wrappers(call, audited(index), wrappers, index=row["index"])


def move(
    call: Call, entity: Entity, field: str | None, to_entity: Entity, to_field: str | None
) -> int:
    """Have the blind indexes of a field, or of a table's fields, follow it; return how many."""
    found = call.execute(blind_indexes.OF_FIELD, entity.name, field)
    indexes = [row["index"] for row in found]
    if indexes:
        changing(call, sealed_rows.BLIND_INDEXES, indexes)
        try:
            call.execute(blind_indexes.MOVE, indexes, to_entity.name, to_field)
        except messages.UniqueViolation:
            raise Conflict(
                f"{cell(to_entity.name, None, to_field or field)} already has a blind index",
                hint="Use kw.rebind to move that first, or kw.shred_index_key.",
            ) from None
    return len(indexes)


def check_may_change(call: Call, entity: Entity, action: str) -> TableIdentity:
    """Raise ``NotAllowed`` unless a role may change blind indexes of an entity."""
    found = access.table_identity(call, entity)
    if found.recorded is None and found.relation is None:
        return access.check_grantor(call, entity, action)
    return access.check_owner(call, entity, action)


def audited(index: IndexOf) -> str:
    """Return the index as audit events name it."""
    of_tenant = "" if index.tenant is None else f" of tenant {index.tenant!r}"
    return f"blind index of {cell(index.entity.name, None, index.field)}{of_tenant}"
