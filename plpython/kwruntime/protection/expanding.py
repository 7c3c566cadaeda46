"""Expand: bind a key, add the encrypted column and the trigger that encrypts; and undo it."""

from kwruntime.call import Call
from kwruntime.crypto.field_cipher import EVERY_ROW
from kwruntime.errors import Conflict
from kwruntime.fields import bindings
from kwruntime.postgres import statements
from kwruntime.postgres.quoting import literal
from kwruntime.protection import locks, planning, triggers
from kwruntime.protection.target import (
    FORM_CHECK,
    NOT_NULL_CHECK,
    State,
    Target,
    audit,
    quoted,
    set_status,
    state_of,
)
from kwruntime.store import protected_columns, protections

COLUMN_TYPE = "bytea"
_MAX_NAME_BYTES = 63


def start(call: Call, target: Target, key_scope: str, policy: str | None) -> int:
    """Expand the table; return the protection's id. One that has begun or is complete stays."""
    planning.check_scope(key_scope)
    known = call.as_owner(lambda: state_of(call, target.entity, target.field))
    if known is not None and (known.is_open or _is_complete(call, target, known)):
        return known.id
    planning.check_possible(call, target, key_scope)
    state = call.as_owner(lambda: _begin(call, target, key_scope, policy))
    locks.lock(call, target)
    for text in (*_added(target, state), *triggers.encrypting(target, state)):
        statements.run(call.server, text)
    audit(call, "protect_expand", target, protection=state.id, key_scope=key_scope)
    return state.id


def undo(call: Call, target: Target, state: State) -> None:
    """Drop the trigger and the encrypted column. The table is locked."""
    sealed = quoted(state.ciphertext_column)
    for text in (
        *triggers.dropped(target, state),
        f"alter table {target.table} drop column if exists {sealed}",
    ):
        statements.run(call.server, text)
    set_status(call, state, "undone")
    audit(call, "protect_undo", target, protection=state.id, was=state.status)


def _is_complete(call: Call, target: Target, state: State) -> bool:
    """Whether the column is the one that was protected, not that of a table made since."""
    check = FORM_CHECK.format(state.id)
    return state.status == "contracted" and bool(
        call.execute(protected_columns.HAS_CHECK, target.relation, check)
    )


def _begin(call: Call, target: Target, key_scope: str, policy: str | None) -> State:
    """Bind the key, and record the protection. Runs as the owner, and may ask a KMS."""
    if key_scope in ("column", "table"):
        field = target.field if key_scope == "column" else None
        bindings.bind(call, target.entity, [EVERY_ROW], field, policy)
    given = (
        *(target.entity.name, target.field, key_scope, str(target.column["value_type"])),
        *(_free_name(call, target, "encrypted"), _free_name(call, target, "plaintext")),
    )
    rows = call.execute(protections.BEGIN, *given, bool(target.column["is_not_null"]))
    if not rows:
        raise Conflict(
            f"another session has begun to protect {target.place}", hint="Repeat the call."
        )
    return State(**rows[0])


def _free_name(call: Call, target: Target, suffix: str) -> str:
    """Return a name for a further column; raises ``Conflict`` where there is one."""
    name = f"{target.field}_{suffix}"
    if len(name.encode()) > _MAX_NAME_BYTES:
        cut = _MAX_NAME_BYTES - len(suffix) - 1
        name = f"{target.field.encode()[:cut].decode(errors='ignore')}_{suffix}"
    if call.execute(protected_columns.HAS_COLUMN, target.relation, name):
        raise Conflict(
            f'table {target.entity.name} has a column "{name}", whose name is needed',
            hint="Rename or drop that column.",
        )
    return name


def _added(target: Target, state: State) -> list[str]:
    """Return statements that add the column, and checks that no old row was checked for."""
    sealed = quoted(state.ciphertext_column)
    # A function would require EXECUTE of each role that writes any column. The cast does not.
    form = f"({sealed}::kw.ciphertext is null) = ({sealed} is null)"
    checks = {FORM_CHECK: form}
    if state.is_not_null:
        checks[NOT_NULL_CHECK] = f"{sealed} is not null"
    return [
        f"alter table {target.table} add column {sealed} {COLUMN_TYPE}",
        f"comment on column {target.table}.{sealed} is "
        + literal(f"{target.place}, encrypted by kwtools."),
        *(
            f"alter table {target.table} add constraint {state.named(name)} "
            f"check ({condition}) not valid"
            for name, condition in checks.items()
        ),
    ]
