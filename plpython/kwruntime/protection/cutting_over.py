"""Cut over: the name of the column gives the encrypted one; and undo it.

One function for each way, and what undoes it. A further way adds itself to WAYS.
"""

from collections.abc import Callable

from kwruntime.call import Call
from kwruntime.errors import Conflict
from kwruntime.fields import older_snapshots, protected_fields
from kwruntime.postgres import statements
from kwruntime.postgres.quoting import identifier
from kwruntime.protection import (
    backfilling,
    last_values,
    locks,
    planning,
    searching,
    showing,
    triggers,
)
from kwruntime.protection.target import (
    NOT_NULL_CHECK,
    State,
    Target,
    audit,
    check_intact,
    open_state,
    refuse,
)
from kwruntime.seals.changing import changing
from kwruntime.store import protected_columns, protections, sealed_rows
from kwruntime.views import following


def start(call: Call, target: Target, old_key: bytes | None = None) -> None:
    """Give the name of the column to the encrypted one."""
    state = open_state(call, target)
    backfilling.check_done(target, state)
    if state.status in ("cut_over", "contracted"):
        return
    if state.status == "backfilled":
        raise _not_verified(target, state)
    check_intact(call, target, state)
    if state.shown_by == "view":
        planning.check_view(call, target)
    searching.index(call, target, state)
    needed = f"the plaintext of {target.place}"
    older_snapshots.wait_for_older_than(call, needed, state.complete_from)
    locks.lock(call, target)
    if state.taken_over_from is not None:
        last_values.encrypt(call, target, state, old_key)
    WAYS[state.shown_by](call, target, state)
    audit(call, "protect_cut_over", target, protection=state.id, way=state.shown_by)


def _not_verified(target: Target, state: State) -> Conflict:
    if not state.differing:
        return refuse(target, state, needs="verified", hint="Use kw.protect_verify.")
    keys = ", ".join(f'"{key}"' for key in state.differing_keys[:10])
    return Conflict(
        f"{state.differing} rows of {target.place} differ from their ciphertexts",
        detail=f"The first have these keys: {keys}.",
        hint="Set the encrypted column of these rows to null, which encrypts them again, and use "
        "kw.protect_verify.",
    )


def _by_column(call: Call, target: Target, state: State) -> None:
    _exchange(call, target, state)
    following.remake(call, target.entity)


def _by_view(call: Call, target: Target, state: State) -> None:
    prepared = showing.prepare(call, target, state)
    _exchange(call, target, state)
    showing.show(call, target, state, prepared)


def _exchange(call: Call, target: Target, state: State) -> None:
    """Exchange the names of the two columns. The table is locked."""
    name, plain, sealed = map(
        identifier, (state.field_name, state.plaintext_column, state.ciphertext_column)
    )
    grants = call.execute(
        protected_columns.COLUMN_GRANTS,
        *(target.relation, state.field_name, state.field_name, target.table),
    )
    texts = [
        *triggers.dropped(target, state),
        f"alter table {target.table} alter column {name} drop default",
        f"alter table {target.table} rename column {name} to {plain}",
        f"alter table {target.table} rename column {sealed} to {name}",
        *triggers.decrypting(target, state),
    ]
    if state.taken_over_from is not None:
        texts += last_values.null_checks(target, state)
    if state.checks_nulls:  # the check, which was validated, spares a look at each row
        texts += [
            f"alter table {target.table} alter column {name} set not null",
            f"alter table {target.table} drop constraint {state.named(NOT_NULL_CHECK)}",
        ]
    for text in (*texts, *(row["text"] for row in grants)):
        statements.run(call.server, text)
    default = target.column["column_default"]

    def note() -> None:
        changing(call, sealed_rows.PROTECTIONS, [state.id])
        call.execute(protections.CUT_OVER, state.id, default)
        (field,) = protected_fields.of_entity(call, target.entity, state.field_name)
        field = field._replace(ciphertext_column=state.field_name)
        protected_fields.set_field(call, target.entity, field)

    call.as_owner(note)


def undo(call: Call, target: Target, state: State) -> Target:
    """Give the names back, and the default. The triggers are dropped.

    Returns the table under the name that it has then.
    """
    if state.shown_by == "view":
        target = showing.hide(call, target)
    name, plain, sealed = map(
        identifier, (state.field_name, state.plaintext_column, state.ciphertext_column)
    )
    texts = [
        f"alter table {target.table} rename column {name} to {sealed}",
        f"alter table {target.table} rename column {plain} to {name}",
    ]
    if state.column_default is not None:
        texts.append(
            f"alter table {target.table} alter column {name} set default {state.column_default}"
        )
    for text in texts:
        statements.run(call.server, text)
    return target


WAYS: dict[str, Callable[[Call, Target, State], None]] = {"column": _by_column, "view": _by_view}
