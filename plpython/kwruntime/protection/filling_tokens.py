"""Tokens that are missing, filled in a batch of rows in each transaction.

While the key of the blind index is replaced, these are the tokens by the next key. Nothing is
recorded: a row that has its token is passed quickly, so a fill that was interrupted begins again.
"""

from collections.abc import Sequence
from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.errors import BadArgument, NotFound
from kwruntime.fields import blind_indexes, decryption, protected_fields, reads
from kwruntime.fields.blind_indexes import IndexOf
from kwruntime.fields.names import Entity, cell
from kwruntime.fields.rotating_indexes import generations
from kwruntime.postgres.query import Row
from kwruntime.postgres.quoting import identifier
from kwruntime.protection import backfilling
from kwruntime.protection.target import Target, check_sees_rows, find
from kwruntime.store.protected_fields import Field
from kwruntime.store.token_rows import TokenRows


class Batch(NamedTuple):
    """What a call has done."""

    passed: int
    filled: int
    skipped: int
    """How many rows another transaction held: another pass has to come."""
    unreadable: list[str]
    """The keys of rows whose value was shredded or does not decrypt: they have no token."""
    position: Sequence[str] | None
    """The key of the last row; null: it was the last one of the table."""


def start(
    call: Call, entity: Entity, name: str, after: Sequence[str] | None, max_rows: int
) -> Batch:
    """Fill the tokens of the next rows."""
    field = _field(call, entity, name)
    target = find(call, entity, field.ciphertext_column, "fill tokens of")
    check_sees_rows(target)
    if after is not None and len(after) != len(target.keys):
        raise BadArgument(f"after must have a value for each of {len(target.keys)} key columns")
    present, following = call.read_as_owner(lambda: generations(call, entity, name))
    column = field.token_column if following is None else field.next_token_column
    if column is None:
        what = "token_column" if following is None else "next_token_column"
        raise BadArgument(
            f"{cell(entity.name, None, name)} has no {what}",
            hint="Set it with kw.set_protected_field.",
        )
    tenant = None if field.tenant_column is None else identifier(field.tenant_column)
    rows = TokenRows(
        target.rows_with(field.ciphertext_column, column), tenant, following or present
    )
    page = call.execute(rows.page(is_first=after is None), after, max_rows)
    missing = [row["key"] for row in page if row["is_missing"]]
    position = page[-1]["key"] if len(page) == max_rows else None
    if not missing:
        return Batch(len(page), 0, 0, [], position)
    locked = call.execute(rows.lock_missing(), *_columns(missing))
    skipped = len(missing) - len(locked)
    unreadable = _fill(call, target, rows, field, locked, next_key=following is not None)
    filled = len(locked) - len(unreadable)
    return Batch(len(page), filled, skipped, unreadable, position)


def _field(call: Call, entity: Entity, name: str) -> Field:
    found = call.read_as_owner(lambda: protected_fields.of_entity(call, entity, name))
    if not found:
        raise NotFound(
            f"{cell(entity.name, None, name)} is not a protected field",
            hint="Set it with kw.set_protected_field.",
        )
    return found[0]


def _fill(
    call: Call,
    target: Target,
    rows: TokenRows,
    field: Field,
    locked: Sequence[Row],
    *,
    next_key: bool,
) -> list[str]:
    """Store the tokens of locked rows; return the keys of those that have none."""
    pks, sealed = [row["pk"] for row in locked], [row["sealed"] for row in locked]
    entity, name = target.entity, field.name

    def work() -> list[bytes | None]:
        return decryption.decrypt(call, entity, name, pks, sealed, or_null=True)

    opened = reads.opening(call, entity.name, name, sealed, work) if locked else []
    is_bytes = field.value_type == "bytea"
    by_tenant: dict[str | None, list[tuple[Row, str]]] = {}
    unreadable = []
    for row, value in zip(locked, opened, strict=True):
        if value is None:
            unreadable.append(row["pk"])
        else:
            text = value.hex() if is_bytes else value.decode()
            by_tenant.setdefault(row["tenant"], []).append((row, text))
    for tenant, given in by_tenant.items():
        index = IndexOf(entity, name, tenant)
        texts = [text for _, text in given]
        tokens = blind_indexes.read_tokens(call, index, texts, next_key=next_key)
        keys = _columns([row["key"] for row, _ in given])
        backfilling.store(call, target, rows.rows.store(), (*keys, tokens))
    return unreadable


def _columns(keys: Sequence[Sequence[str]]) -> list[list[str]]:
    return [list(column) for column in zip(*keys, strict=True)]
