"""The blind index of a column that is protected: its key, its tokens, and the index over them."""

from collections.abc import Sequence
from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.errors import BadArgument, Conflict
from kwruntime.fields import blind_indexes
from kwruntime.fields.blind_indexes import IndexOf
from kwruntime.postgres import statements
from kwruntime.postgres.quoting import identifier
from kwruntime.protection import locks
from kwruntime.protection.target import State, Target
from kwruntime.store import protected_columns

_BITS = 128
_SMALL_TABLE_BYTES = 16_000_000
"""An index over that many is made in less time than a writer may wait."""
_INDEX = "kw_protect_{}_search"


class _Unique(NamedTuple):
    """A unique index over the column."""

    others: list[str]
    """Its other columns."""
    has_equal_nulls: bool


def create_key(call: Call, target: Target, normaliser: str, policy: str | None) -> str:
    """Make the key of the blind index; return the index. Runs as the owner."""
    index = IndexOf(target.entity, target.field, None)
    return blind_indexes.create(call, index, normaliser, _BITS, policy, if_not_exists=False)


def destroy_key(call: Call, target: Target, state: State) -> None:
    """Destroy the key that ``create_key`` made, where it is still there. Runs as the owner."""
    found = blind_indexes.of_field(call, target.entity, target.field)
    if any(row["index"] == state.index_uuid for row in found):
        blind_indexes.shred(call, IndexOf(target.entity, target.field, None))


def tokens(
    call: Call, target: Target, pks: Sequence[str], values: Sequence[bytes | None]
) -> list[bytes | None]:
    """Return the tokens of values that go into their rows. Runs as the owner."""
    texts = [None if value is None else value.decode() for value in values]
    index = IndexOf(target.entity, target.field, None)
    try:
        return blind_indexes.tokens_to_write(call, index, texts, next_key=False)
    except BadArgument:
        if len(pks) > 1:
            return [tokens(call, target, pks[n : n + 1], values[n : n + 1])[0]
                for n in range(len(pks))]  # fmt: skip
        raise Conflict(
            f'the value of {target.place} for key "{pks[0]}" has no token by its normaliser',
            hint="Correct it, and repeat the call; or undo, and begin with another normaliser.",
        ) from None


def check_unique(call: Call, target: Target, state: State) -> None:
    """Raise ``Conflict`` that names rows which the unique index of tokens would refuse."""
    if state.search is None:
        return
    for one in _unique(call, target):
        query = target.rows(state).duplicates(one.others, has_equal_nulls=one.has_equal_nulls)
        found = call.execute(query)
        if found:
            listed = (" and ".join(f'"{pk}"' for pk in row["pks"]) for row in found)
            raise Conflict(
                f"values of {target.place} must be unique, and some are equal when normalised",
                detail=f"Rows with these keys are: {', '.join(listed)}.",
                hint="Change one of each, and repeat the call; or undo, and begin with normaliser "
                "raw.",
            )


def index(call: Call, target: Target, state: State) -> None:
    """Have an index over the tokens; raises ``Conflict`` with the statement where it would lock."""
    if state.search is None:
        return
    given = state.id, str(state.token_column)
    missing = statements_of(call, target, *given, is_concurrent=False)
    if not missing:
        return
    size = call.execute(protected_columns.SIZE, target.relation)[0]["bytes"]
    if size > _SMALL_TABLE_BYTES:
        texts = statements_of(call, target, *given, is_concurrent=True)
        raise Conflict(
            f"the tokens of {target.place} have no index",
            detail="An index that is made here would stop writers for too long.",
            hint=f"Use, outside of a transaction block: {'; '.join(texts)}; and repeat the call.",
        )
    locks.lock(call, target, "share")
    for text in missing:
        statements.run(call.server, text)


def statements_of(
    call: Call, target: Target, protection: int, token_column: str, *, is_concurrent: bool
) -> list[str]:
    """Return statements that make the indexes which are missing, and drop those that failed."""
    token = identifier(token_column)
    wanted: dict[str, _Unique | None] = {
        _INDEX.format(protection) + (f"_{number}" if number else ""): one
        for number, one in enumerate(_unique(call, target))
    } or {_INDEX.format(protection): None}
    how = "concurrently " if is_concurrent and target.column["relkind"] == "r" else ""
    found = {
        row["name"]: row["is_valid"]
        for row in call.execute(protected_columns.INDEXES, target.relation, list(wanted))
    }
    texts = []
    for name, one in wanted.items():
        if found.get(name):
            continue
        if name in found:
            texts.append(f"drop index {how}{identifier(target.schema)}.{identifier(name)}")
        columns = ", ".join([*(one.others if one else ()), token])
        unique = "unique " if one else ""
        nulls = " nulls not distinct" if one and one.has_equal_nulls else ""
        texts.append(
            f"create {unique}index {how}{identifier(name)} on {target.table} ({columns}){nulls}"
        )
    return texts


def _unique(call: Call, target: Target) -> list[_Unique]:
    """Return the unique indexes over the plaintext column."""
    rows = call.execute(protected_columns.UNIQUE_INDEXES, target.relation, target.field)
    return [_Unique([identifier(name) for name in row["others"]], row["has_equal_nulls"])
        for row in rows]  # fmt: skip
