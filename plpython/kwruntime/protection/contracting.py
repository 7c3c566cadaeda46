"""Contract: drop the plaintext column. It cannot be undone."""

from kwruntime.call import Call
from kwruntime.errors import Conflict
from kwruntime.postgres import messages, statements
from kwruntime.postgres.quoting import identifier
from kwruntime.protection import last_values, locks, triggers
from kwruntime.protection.target import Target, audit, open_state, refuse, set_status
from kwruntime.store import protected_columns


def start(call: Call, target: Target) -> None:
    """Drop the plaintext column and the trigger. PostgreSQL drops its statistics with it."""
    state = open_state(call, target)
    if state.status == "contracted":
        return
    if state.status != "cut_over":
        raise refuse(target, state, needs="cut_over", hint="Use kw.protect_cut_over.")
    check_free(call, target, state.plaintext_column)
    if state.taken_over_from is not None:
        last_values.check_nothing_left(call, target, state)
    locks.lock(call, target)
    plain = identifier(state.plaintext_column)
    for text in (
        *triggers.dropped(target, state),
        *last_values.not_null(target, state),
        f"alter table {target.table} drop column {plain}",
        *triggers.keeping_tokens(target, state),
    ):
        statements.run(call.server, text)
    set_status(call, state, "contracted")
    audit(call, "protect_contract", target, protection=state.id)
    kept = "plaintext" if state.taken_over_from is None else "values that the old key opens"
    messages.notice(
        f"old tuples of {target.entity.name} still contain {kept}",
        hint=f"Run VACUUM FULL {target.table}, or pg_repack. They also remain in the "
        "write-ahead log and in backups until those expire.",
    )


def check_free(call: Call, target: Target, column: str) -> None:
    """Raise ``Conflict`` where something depends on a column that is to be dropped."""
    rows = call.execute(protected_columns.COLUMN, target.relation, column, call.role)
    if not rows:
        return
    number = rows[0]["attnum"]
    found = [
        f"{row['kind']} {row['name']}"
        for row in call.execute(protected_columns.DEPENDENTS, target.relation, number)
        if row["stops"]
    ]
    if found:
        raise Conflict(
            f"other objects depend on column {column} of table {target.entity.name}",
            detail=f"{'; '.join(found)}.",
            hint="Change or drop them, and repeat the call.",
        )
