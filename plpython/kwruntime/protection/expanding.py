"""Expand: make keys, add the encrypted column and the triggers that encrypt; and undo it."""

from kwruntime.call import Call
from kwruntime.crypto.field_cipher import EVERY_ROW
from kwruntime.errors import Conflict
from kwruntime.fields import bindings, protected_fields, recorded
from kwruntime.postgres import statements
from kwruntime.postgres.quoting import identifier, literal
from kwruntime.protection import locks, planning, searching, takeovers, triggers
from kwruntime.protection.takeovers import Takeover
from kwruntime.protection.target import (
    FILLED_CHECK,
    FORM_CHECK,
    SCOPES,
    Choices,
    State,
    Target,
    audit,
    set_status,
    state_of,
)
from kwruntime.seals.changing import added
from kwruntime.store import entities, protected_columns, protections, sealed_rows
from kwruntime.store.blind_indexes import NORMALISER
from kwruntime.store.protected_fields import Field

COLUMN_TYPE = "bytea"
_DEFAULTS = Choices(SCOPES[0])


def start(call: Call, target: Target, choices: Choices, takeover: Takeover | None = None) -> int:
    """Expand the table; return the protection's id. One that has begun or is complete stays."""
    planning.check_choices(choices)
    known = call.as_owner(lambda: _known(call, target))
    if known is not None and (known.is_open or _is_complete(call, target, known)):
        _check_same(call, target, known, choices)
        if takeover is not None:
            takeovers.agree(call, target, known, takeover)
        return known.id
    if takeover is not None:
        takeovers.check_choices(choices)
        target = takeovers.as_plaintext(target, takeover)
    planning.check_possible(call, target, choices)
    former = "plaintext" if takeover is None else "former"
    state = call.as_owner(lambda: _begin(call, target, choices, former))
    if takeover is not None:
        state = takeovers.record(call, target, state, takeover)
    locks.lock(call, target)
    for text in (*_added(target, state), *triggers.encrypting(target, state)):
        statements.run(call.server, text)
    call.as_owner(lambda: _register(call, target, state))
    audit(
        call, "protect_expand", target, protection=state.id, key_scope=state.key_scope,
        shown_by=state.shown_by, search=state.search,
    )  # fmt: skip
    return state.id


def _known(call: Call, target: Target) -> State | None:
    """Return the last protection. One that another session begins just now is waited for."""
    recorded.keep(call, target.entity)
    call.execute(entities.HOLD_ENTITY, target.entity.name)
    return state_of(call, target.entity, target.field)


def undo(call: Call, target: Target, state: State) -> None:
    """Drop the columns that expand added. The table is locked, the triggers are dropped."""
    texts = [
        f"alter table {target.table} drop column if exists {identifier(state.ciphertext_column)}"
    ]
    if state.token_column is not None:
        token = identifier(state.token_column)
        texts.append(f"alter table {target.table} drop column if exists {token}")
    for text in texts:
        statements.run(call.server, text)
    call.as_owner(lambda: _forget(call, target, state))
    set_status(call, state, "undone")
    audit(call, "protect_undo", target, protection=state.id, was=state.status)


def _check_same(call: Call, target: Target, known: State, choices: Choices) -> None:
    """Raise ``Conflict`` where something was chosen, not by default, that has begun otherwise."""
    begun = {"key_scope": known.key_scope, "shown_by": known.shown_by, "search": known.search}
    if known.index_uuid is not None:
        rows = call.read_as_owner(lambda: call.execute(NORMALISER, known.index_uuid))
        begun["normaliser"] = rows[0]["normaliser"]
    for name, value in begun.items():
        if getattr(choices, name) not in (value, getattr(_DEFAULTS, name)):
            raise Conflict(
                f"protection of {target.place} has begun with {name} {value or 'null'}",
                hint="Continue it as it is, or use kw.protect_undo first.",
            )


def _is_complete(call: Call, target: Target, state: State) -> bool:
    """Whether the column is the one that was protected, not that of a table made since."""
    check = FORM_CHECK.format(state.id)
    return state.status == "contracted" and bool(
        call.execute(protected_columns.HAS_CHECK, target.relation, check)
    )


def _begin(call: Call, target: Target, choices: Choices, former: str) -> State:
    """Make the keys, and record the protection. Runs as the owner, and may ask a KMS."""
    if choices.key_scope in ("column", "table"):
        field = target.field if choices.key_scope == "column" else None
        bindings.bind(call, target.entity, [EVERY_ROW], field, choices.policy)
    token_column = index = base = None
    if choices.search is not None:
        token_column = planning.free_column(call, target, "token")
        index = searching.create_key(call, target, choices.normaliser, choices.policy)
    if choices.shown_by == "view":
        base = planning.base_table(call, target)
    given = (
        *(target.entity.name, target.field, choices.key_scope, str(target.column["value_type"])),
        *(choices.shown_by, choices.search),
        planning.free_column(call, target, "encrypted"),
        planning.free_column(call, target, former),
        *(token_column, index, base),
    )
    rows = call.execute(protections.BEGIN, *given, bool(target.column["is_not_null"]))
    if not rows:
        raise Conflict(
            f"another session has begun to protect {target.place}", hint="Repeat the call."
        )
    added(call, sealed_rows.PROTECTIONS, [rows[0]["id"]])
    return State(**rows[0])


def _register(call: Call, target: Target, state: State) -> None:
    """Have protected views know the field, once it is cut over. Runs as the owner."""
    field = Field(
        *(target.field, state.value_type, state.key_scope),
        *(state.ciphertext_column, state.token_column, state.index_uuid),
    )
    protected_fields.set_field(call, target.entity, field)


def _forget(call: Call, target: Target, state: State) -> None:
    """Undo ``_register``, and destroy the key of the blind index. Runs as the owner."""
    protected_fields.forget(call, target.entity, target.field)
    if state.index_uuid is not None:
        searching.destroy_key(call, target, state)


def _added(target: Target, state: State) -> list[str]:
    """Return statements that add columns, and checks that no old row was checked for."""
    sealed = identifier(state.ciphertext_column)
    # A function would require EXECUTE of each role that writes any column. The cast does not.
    form = f"({sealed}::kw.ciphertext is null) = ({sealed} is null)"
    checks = {FORM_CHECK: form}
    columns = {sealed: "encrypted by kwtools"}
    if state.token_column is not None:
        token = identifier(state.token_column)
        columns[token] = "its tokens, which kw.blind_index makes"
        checks[FILLED_CHECK] = f"({sealed} is null) = ({token} is null)"
    return [
        *(
            text
            for name, what in columns.items()
            for text in (
                f"alter table {target.table} add column {name} {COLUMN_TYPE}",
                f"comment on column {target.table}.{name} is "
                + literal(f"{target.place}, {what}."),
            )
        ),
        *(
            f"alter table {target.table} add constraint {state.named(name)} "
            f"check ({condition}) not valid"
            for name, condition in checks.items()
        ),
    ]
