"""Blind indexes: their keys made and destroyed, and tokens of values. Runs as the owner.

A token confirms a guess of its value. So who asks for one needs the right to read the field. Only
what writes a whole row for a role may ask with the right to write: its tokens go into the row.
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
from kwruntime.fields import access, shredding
from kwruntime.fields.asking import ask
from kwruntime.fields.names import Entity, cell
from kwruntime.keys import unwrap
from kwruntime.keys.branch_keys import seconds_to_keep
from kwruntime.keys.opening import unchecked
from kwruntime.postgres import messages
from kwruntime.postgres.query import Row
from kwruntime.rules import nist_levels, policies
from kwruntime.seals import checking, rows
from kwruntime.seals.changing import added, changing
from kwruntime.session import Epoch
from kwruntime.store import blind_indexes, key_wrappers, sealed_rows, shreds
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


class IndexKeys:
    """The keys that were opened in this epoch, and when each expires, by the versions of rows."""

    def __init__(self, epoch: Epoch) -> None:
        self.kept: Cache[tuple[object, ...], tuple[float, IndexKey]] = Cache(
            epoch.settings["cache_keys"]
        )


def tokens(
    call: Call, index: IndexOf, values: Sequence[str | None], *, write: bool = False
) -> list[bytes | None]:
    """Return the tokens of values, in order; null for null.

    ``write``: of a row that is written for the role, and goes nowhere else.
    """
    query = blind_indexes.TO_WRITE if write else blind_indexes.TO_READ
    row = ask(call, query, index.entity, index.field, lambda _: index.tenant, write=write)
    key = _key(call, index, row)
    return [None if value is None else key.token(value) for value in values]


def _key(call: Call, index: IndexOf, row: Row) -> IndexKey:
    """Return the key of an index, opening its wrapper at most once in its time."""
    if row["index"] is None:
        raise NotBound(
            f"{index.label} does not exist",
            hint="Ask the table owner to create it with kw.create_index_key.",
        )
    if row["status"] == "shredded":
        raise Shredded(f"the key of {index.label} was shredded")
    kept = call.epoch.of(IndexKeys).kept
    columns = ("index", "index_place", "index_version", "wrapper_id", "wrapper_place")
    version = (*(row[one] for one in columns), row["wrapper_version"])
    held, now = kept.get(version), monotonic()
    if held is not None and now < held[0]:
        return held[1]
    opened = _opened(call, row["index"])
    kept.put(version, (now + seconds_to_keep(call), opened))
    return opened


def _opened(call: Call, index: str) -> IndexKey:
    """Return the key of an index, made of the row that was checked."""
    checks = checking.in_force(call)
    (stored,) = rows.read(call, sealed_rows.BLIND_INDEXES, [index])
    if checks is not None:
        checks.row(stored)
    assert isinstance(stored.sealed, SealedRow)
    made = blind_indexes.BlindIndex(*stored.sealed.values)  # type: ignore[arg-type] # not null
    check = unchecked if checks is None else checks.wrapper
    found = call.execute(key_wrappers.WRAPPERS_BY_UUID, [made.wrapper])
    if not found:
        raise NotAuthentic(f"wrapper {made.wrapper} of a blind index does not exist")
    wrapper = WrapperRow.of(found[0])
    opened = raise_failed(unwrap.open_many(call, [wrapper], check=check)[0])
    payload = opened.payload
    if payload.dek_class is not DekClass.INDEX or payload.origin is not Origin.GENERATED:
        raise NotAuthentic(f"wrapper {wrapper.uuid} is not the key of a blind index")
    return IndexKey(opened.prk, UUID(index), made.normaliser, int(made.bits), int(made.generation))


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
    _check_may_change(call, index, "create a blind index of")
    if normaliser not in NORMALISERS:
        raise BadArgument(f"normaliser must be one of {', '.join(NORMALISERS)}")
    if not MIN_BITS <= bits <= MAX_BITS:
        raise BadArgument(f"bits must be {MIN_BITS} to {MAX_BITS}, not {bits}")
    access.refuse_renamed(call, index.entity)
    access.tell_if_unknown(call, index.entity, index.field)
    access.keep(call, index.entity)
    given = index.entity.name, index.field, index.tenant
    found = call.execute(blind_indexes.LIVE, *given)
    if found:
        return _existing(index, found[0], normaliser, bits, if_not_exists=if_not_exists)
    of_field = policies.of_field(call, index.entity.name, index.field)
    named = None if policy_name is None else policies.named(call, policy_name)
    policy = named or of_field or policies.named(call, None)
    min_level = nist_levels.min_level_of(call, index.entity.name, index.field)
    new = NewWrappers(call, policy, [None], dek_class=DekClass.INDEX, min_level=min_level)
    new.insert()
    made = call.execute(blind_indexes.ADD, *given, normaliser, bits, new.ids[0])
    if not made:
        raise Conflict(f"{index.label} was created at the same time", hint="Repeat the call.")
    uuid = str(made[0]["index"])
    added(call, sealed_rows.BLIND_INDEXES, [uuid])
    access.audit(call, "create_index_key", _audited(index), index=uuid, wrapper=new.names[0])
    return uuid


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
        raise NotBound(f"{index.label} does not exist")
    (row,) = found
    wrappers = [one for one in (row["key_wrapper_id"], row["next_wrapper_id"]) if one is not None]
    changing(call, sealed_rows.BLIND_INDEXES, [row["index"]])
    call.execute(shreds.LOCK_WRAPPERS, wrappers)
    call.execute(blind_indexes.SHRED, row["index"])
    return shredding.destroy_wrappers(call, _audited(index), wrappers, index=row["index"])


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


def _check_may_change(call: Call, index: IndexOf, action: str) -> None:
    found = access.table_identity(call, index.entity)
    if found.recorded is None and found.relation is None:
        access.check_grantor(call, index.entity, action)
    else:
        access.check_owner(call, index.entity, action)


def _audited(index: IndexOf) -> str:
    of_tenant = "" if index.tenant is None else f" of tenant {index.tenant!r}"
    return f"blind index of {cell(index.entity.name, None, index.field)}{of_tenant}"
