"""Backfill: encrypt the values that were there, a batch of rows in each transaction."""

from collections.abc import Sequence
from time import monotonic

from kwruntime.call import Call
from kwruntime.errors import Conflict
from kwruntime.fields import bindings, encryption, usage
from kwruntime.postgres import backend, search_path, statements
from kwruntime.postgres.messages import SPIError
from kwruntime.postgres.query import Query
from kwruntime.postgres.quoting import identifier
from kwruntime.postgres.shown import codec_of
from kwruntime.protection import former_values, locks, searching
from kwruntime.protection.former_values import FormerValues
from kwruntime.protection.target import (
    BOTH_CHECK,
    NOT_NULL_CHECK,
    State,
    Target,
    check_intact,
    open_state,
    refuse,
    set_status,
)
from kwruntime.store import protections

_SET_PATH = Query("select set_config('search_path', $1, true)", ("text",))
_OWN_PATH = "pg_catalog, pg_temp"
_ENDS_THE_CALL = ("40", "55P03", "57", "58", "XX")
"""Conflicts, cancels and shutdowns, which are raised as they are."""
_LOCKED_SECONDS = 0.1
_AT_ONCE = 250
"""Writers wait for the rows of a call: it ends early where so many rows at once take too long."""


def start(call: Call, target: Target, max_rows: int, old_key: bytes | None = None) -> int:
    """Encrypt the values of the next rows; return how many rows were passed, 0 at the end.

    Rows that others hold are skipped: who waits for a row while he holds others can be in a
    deadlock. A later pass begins where the first of them was. It ends early on a slow machine.
    """
    state = open_state(call, target)
    if state.status == "verified" and state.taken_over_from is not None:
        return _again(call, target, state, max_rows, old_key)
    if state.status != "expanded":
        return 0
    check_intact(call, target, state)
    values = former_values.of(call, target, state, old_key)
    rows = target.rows(state)
    page = call.execute(rows.page(is_first=state.position is None), state.position, max_rows)
    if not page:
        return _end_of_pass(call, target, state)
    passed = wanted = done = 0
    ends = monotonic() + _LOCKED_SECONDS
    while passed < len(page) and monotonic() < ends:
        part = page[passed : passed + _AT_ONCE]
        missing = [row["key"] for row in part if row["is_missing"]]
        done += encrypt(call, target, state, values, missing) if missing else 0
        wanted += len(missing)
        passed += len(part)
    skipped_after = state.skipped_after
    if skipped_after is None and done < wanted:
        skipped_after = state.position or []
    given = state.id, page[passed - 1]["key"], skipped_after, done
    call.as_owner(lambda: call.execute(protections.PASS, *given))
    return passed


def _end_of_pass(call: Call, target: Target, state: State) -> int:
    """Begin another pass where rows were skipped, or end. A row may be held for long.

    A takeover ends: who writes a row takes its ciphertext away, so passes could go on for ever.
    """
    if state.skipped_after is None or state.taken_over_from is not None:
        _require_ciphertexts(call, target, state)
        set_status(call, state, "backfilled")
        return 0
    call.execute(locks.PAUSE)
    given = state.id, state.skipped_after or None, None, 0
    call.as_owner(lambda: call.execute(protections.PASS, *given))
    return 1


def _require_ciphertexts(call: Call, target: Target, state: State) -> None:
    """Have PostgreSQL refuse a plaintext without a ciphertext from now on, where no trigger fires.

    So it does for partitions that are attached, and tables that inherit.
    """
    if state.taken_over_from is not None:  # values that are written go without until cut over
        return
    plain, sealed = identifier(state.field_name), identifier(state.ciphertext_column)
    name, condition = BOTH_CHECK, f"({plain} is null) = ({sealed} is null)"
    if state.is_not_null:
        name, condition = NOT_NULL_CHECK, f"{sealed} is not null"
    locks.lock_within(call, target)
    text = f"alter table {target.table} add constraint {state.named(name)}"
    statements.run(call.server, f"{text} check ({condition}) not valid")


def _again(call: Call, target: Target, state: State, max_rows: int, old_key: bytes | None) -> int:
    """Encrypt values that were written since; return 0 where fewer are left than were asked for.

    Writers may be quicker than this, so they wait for the batch. Cut over encrypts the last values.
    """
    check_intact(call, target, state)
    locks.try_to_stop_writers(call, target)
    query, limit = target.rows(state).left(), min(max_rows, _AT_ONCE)
    left = [row["key"] for row in call.execute(query, limit)]
    if not left:
        return 0
    values = former_values.of(call, target, state, old_key)
    done = encrypt(call, target, state, values, left)
    call.as_owner(lambda: call.execute(protections.PASS, state.id, None, None, done))
    return done if len(left) == limit else 0


def encrypt(
    call: Call,
    target: Target,
    state: State,
    before: FormerValues,
    keys: Sequence[Sequence[str]],
) -> int:
    """Encrypt the values of rows that nobody holds; return how many."""
    table = target.rows(state)
    rows = call.execute(table.lock_missing(before.value_of(table)), *_columns(keys))
    if not rows:
        return 0
    pks, values = [row["pk"] for row in rows], before.plaintexts(rows)
    entity, field = target.entity, state.field_name
    if state.key_scope in ("cell", "row"):
        bound = field if state.key_scope == "cell" else None
        call.as_owner(lambda: bindings.bind(call, entity, pks, bound, None))
    sealed = call.read_as_owner(lambda: encryption.encrypt(call, entity, field, pks, values))
    usage.count(call)
    written = [sealed]
    if state.search is not None:
        written.append(call.as_owner(lambda: searching.tokens(call, target, pks, values)))
    store(call, target, table.store(), (*_columns([row["key"] for row in rows]), *written))
    return len(rows)


def _columns(keys: Sequence[Sequence[str]]) -> list[list[str]]:
    return [list(column) for column in zip(*keys, strict=True)]


def store(call: Call, target: Target, query: Query, given: Sequence[object]) -> None:
    """Write rows. Triggers of the table fire, and find the caller's search_path."""
    path = search_path.of_caller(backend.SERVER_MAJOR, codec_of(backend.ENCODING))
    call.execute(_SET_PATH, path or _OWN_PATH)
    try:
        call.execute(query, *given)
    except SPIError as error:
        # Its detail may quote the whole row.
        sqlstate = str(getattr(error, "sqlstate", "XX000"))
        if sqlstate.startswith(_ENDS_THE_CALL):
            raise
        raise Conflict(
            f"rows of {target.entity.name} could not be updated: SQLSTATE {sqlstate}",
            hint="A trigger or constraint of the table refuses an UPDATE that changes no other "
            "column. Change it, or the rows, and repeat the call.",
        ) from None
    call.execute(_SET_PATH, _OWN_PATH)


def check_done(target: Target, state: State) -> None:
    """Raise ``Conflict`` where the backfill has not ended."""
    if state.status == "expanded":
        raise refuse(target, state, needs="backfilled", hint="Use kw.protect_backfill.")
