"""What a takeover leaves: values that were written last, in the old format or in ours (ADR 43)."""

from kwruntime.call import Call
from kwruntime.errors import Conflict
from kwruntime.postgres import messages, statements
from kwruntime.postgres.query import Query
from kwruntime.postgres.quoting import identifier
from kwruntime.protection import backfilling, former_values, takeovers
from kwruntime.protection.target import NOT_NULL_CHECK, State, Target
from kwruntime.store import protected_columns, protections

_MOST = 500
"""Values that cut over encrypts under its lock: some 0.3 s of pgcrypto's default settings."""
_LARGE = 100_000
"""Rows of a table that takes long to read; a million take about a second."""
_IS_READ_COMMITTED = Query(
    "select current_setting('transaction_isolation') = 'read committed' as is_so"
)


def advise(call: Call, target: Target, state: State) -> None:
    """Tell of the index that spares cut over a look at each row of a large table."""
    if call.execute(protected_columns.SIZE, target.relation)[0]["rows"] < _LARGE:
        return
    former, sealed = identifier(state.field_name), identifier(state.ciphertext_column)
    messages.notice(
        f"cut over reads table {target.entity.name} while it is locked, to find values that were "
        "written since",
        hint="An index makes this short: create index concurrently on "
        f"{target.table} ((true)) where {former} is not null and {sealed} is null.",
    )


def encrypt(call: Call, target: Target, state: State, old_key: bytes | None) -> None:
    """Encrypt the values that were written since the backfill. The table is locked."""
    if not call.execute(_IS_READ_COMMITTED)[0]["is_so"]:  # else others' last writes are not seen
        raise Conflict(
            f"the takeover of {target.place} cannot be cut over in this isolation level",
            hint="Use a transaction of level READ COMMITTED.",
        )
    query = target.rows(state).left()
    left = [row["key"] for row in call.execute(query, _MOST + 1)]
    if not left:
        return
    if len(left) > _MOST:
        raise Conflict(
            f"more than {_MOST} values of {target.place} were written since the backfill",
            hint="Call kw.protect_backfill until it returns 0, and repeat the call at once.",
        )
    values = former_values.of(call, target, state, old_key)
    done = backfilling.encrypt(call, target, state, values, left)
    if done != len(left) or call.execute(query, 1):
        raise Conflict(
            f"values of {target.place} could not be encrypted",
            hint="A trigger of the table changes them. Disable it, and repeat the call.",
        )
    call.as_owner(lambda: call.execute(protections.PASS, state.id, None, None, done))


def null_checks(target: Target, state: State) -> list[str]:
    """Return statements that have NOT NULL hold for new ciphertexts, and not for old values."""
    if not state.is_not_null:
        return []
    former, sealed = identifier(state.plaintext_column), identifier(state.field_name)
    return [
        f"alter table {target.table} alter column {former} drop not null",
        f"alter table {target.table} add constraint {state.named(NOT_NULL_CHECK)} "
        f"check ({sealed} is not null) not valid",
    ]


def check_nothing_left(call: Call, target: Target, state: State) -> None:
    """Check before the table is locked: each old value has a ciphertext, and none is null."""
    query = target.rows_with(state.plaintext_column, state.field_name).left()
    if call.execute(query, 1):
        raise Conflict(
            f"values of {target.place} have no ciphertext",
            hint=f"Find rows where {state.plaintext_column} is not null and {state.field_name} is "
            "null. Encrypt them, or empty their old values.",
        )
    if state.is_not_null:
        check = state.named(NOT_NULL_CHECK)
        statements.run(call.server, f"alter table {target.table} validate constraint {check}")


def not_null(target: Target, state: State) -> list[str]:
    """Return statements that exchange the check, which is validated, for NOT NULL."""
    if state.taken_over_from is None or not state.is_not_null:
        return []
    return [
        f"alter table {target.table} alter column {identifier(state.field_name)} set not null",
        f"alter table {target.table} drop constraint {state.named(NOT_NULL_CHECK)}",
    ]


def check_newer(call: Call, target: Target, state: State, *, discards: bool) -> int:
    """Return how many values an undo discards, since they exist only encrypted by kwtools.

    The table is locked. Raises ``Conflict`` unless they may be discarded.
    """
    former, sealed = state.field_name, state.ciphertext_column
    if state.status == "cut_over":
        former, sealed = state.plaintext_column, state.field_name
    found = call.execute(target.rows_with(former, sealed).newer())[0]
    if found["count"] and not discards:
        keys = ", ".join(found["pks"])
        raise Conflict(
            f"undo would lose {takeovers.values_of(found['count'])} of {target.place} that kwtools "
            "alone wrote",
            detail=f"The first are of rows with these keys: {keys}.",
            hint=f'Write them in the old format into column "{former}" first, or lose them with '
            "discard_newer => true.",
        )
    return int(found["count"])


def restore_not_null(call: Call, target: Target, state: State, newer: int) -> None:
    """Have NOT NULL hold for the old values again. It reads the table, which is locked."""
    if not state.is_not_null:
        return
    if newer:
        messages.notice(
            f"column {state.field_name} of table {target.entity.name} is not NOT NULL any more",
            hint="Values were discarded. Fill the column, and set NOT NULL.",
        )
        return
    column = identifier(state.field_name)
    statements.run(call.server, f"alter table {target.table} alter column {column} set not null")
