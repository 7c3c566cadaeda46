"""The column that is protected: what the catalogs say of it, and its names in SQL."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from kwruntime.call import Call
from kwruntime.errors import Conflict, NotFound
from kwruntime.fields import access
from kwruntime.fields.names import Entity, cell
from kwruntime.postgres import backend
from kwruntime.postgres.query import Query, Row
from kwruntime.postgres.quoting import identifier, literal
from kwruntime.seals import checking
from kwruntime.seals.changing import changing
from kwruntime.store import protected_columns, protections, sealed_rows
from kwruntime.store.protected_rows import Rows
from kwruntime.store.view_definitions import QUOTED

SCOPES = ("column", "table", "row", "cell")
TRIGGER = "zz_kw_protect_{}"
"""BEFORE triggers fire in the order of their names: ours sees what the others leave."""
TOKEN_TRIGGER = f"{TRIGGER}_token"
FUNCTION, TOKEN_FUNCTION = "kw_protect_{}", "kw_protect_{}_token"
FORM_CHECK, NOT_NULL_CHECK = "kw_protect_{}_form", "kw_protect_{}_not_null"
BOTH_CHECK = "kw_protect_{}_both"
"""That a row has both values or none. It goes with the plaintext column."""
FILLED_CHECK = "kw_protect_{}_filled"
"""That a row has a token where it has a value, and only there."""


class Choices(NamedTuple):
    """What was asked for when the protection began."""

    key_scope: str
    policy: str | None = None
    shown_by: str = "column"
    search: str | None = None
    normaliser: str = "raw"


class State(NamedTuple):
    """A row of kw.protections."""

    id: int
    entity_table: str
    field_name: str
    status: str
    key_scope: str
    value_type: str
    shown_by: str
    search: str | None
    ciphertext_column: str
    plaintext_column: str
    token_column: str | None
    index_uuid: str | None
    base_table: str | None
    complete_from: int | None
    column_default: str | None
    is_not_null: bool
    position: list[str] | None
    skipped_after: list[str] | None
    differing: int
    differing_keys: list[str]
    is_new: bool
    """Whether this transaction has begun it, or began before it."""
    taken_over_from: str | None
    takeover_options: str | None

    @property
    def checks_nulls(self) -> bool:
        """Whether a check has no ciphertext be null since the backfill; of a takeover, later."""
        return self.is_not_null and self.taken_over_from is None

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.status not in ("contracted", "undone")

    def named(self, pattern: str) -> str:
        """Return the quoted name of an object of the protection."""
        return identifier(pattern.format(self.id))


class Target(NamedTuple):
    """A column of a table, and the table's primary key."""

    entity: Entity
    field: str
    relation: int
    table: str
    """The table's name as SQL writes it, with its schema."""
    schema: str
    shown_as: str
    """The entity's name as SQL writes it: that of the table, or of the view that shows it."""
    column: Row
    """The row of ``protected_columns.COLUMN``."""

    @property
    def is_shown(self) -> bool:
        """Whether a protected view has the name of the table."""
        return bool(self.column["relname"] != self.entity.table)

    @property
    def place(self) -> str:
        """The name of the column in messages."""
        return cell(self.entity.name, None, self.field)

    @property
    def keys(self) -> Sequence[str]:
        """The columns of the primary key, quoted."""
        return [identifier(name) for name in self.column["keys"]]

    def rows(self, state: State) -> Rows:
        """Return the table's rows before cut over."""
        return self.rows_with(state.field_name, state.ciphertext_column, state.token_column)

    def rows_with(self, plain: str, sealed: str, token: str | None = None) -> Rows:
        """Return the table's rows with columns of those names in their roles."""
        third = None if token is None else identifier(token)
        types = self.column["key_types"]
        return Rows(self.table, identifier(plain), identifier(sealed), third, self.keys, types)

    @property
    def entity_pk(self) -> str:
        """The expression for the entity_pk of the row of a trigger."""
        return Rows(self.table, "", "", None, self.keys, self.column["key_types"]).entity_pk("new")


def find(call: Call, entity: Entity, field: str, action: str) -> Target:
    """Return the column; raises ``NotAllowed`` unless the role owns the table."""
    return of_relation(call, entity, field, find_relation(call, entity, action))


def find_relation(call: Call, entity: Entity, action: str) -> int:
    """Return the table of an entity; raises ``NotAllowed`` unless the role owns it."""
    relation = call.read_as_owner(lambda: access.check_owner(call, entity, action).relation)
    assert relation is not None
    return relation


def of_relation(call: Call, entity: Entity, field: str, relation: int) -> Target:
    """Return the column of a table; raises ``NotFound``."""
    rows = call.execute(protected_columns.COLUMN, relation, field, call.role)
    if not rows:
        raise NotFound(f'column "{field}" of table {entity.name} does not exist')
    row = rows[0]
    shown_as = call.execute(QUOTED, row["schema"], entity.table)[0]["name"]
    names = str(row["table_name"]), str(row["schema"]), str(shown_as)
    return Target(entity, field, relation, *names, row)


def state_of(call: Call, entity: Entity, field: str) -> State | None:
    """Return the last protection of a column, and keep others from it. Runs as the owner."""
    rows = call.execute(protections.OF_COLUMN, entity.name, field)
    if not rows:
        return None
    checking.check(call, sealed_rows.PROTECTIONS, [rows[0]["id"]])
    return State(**rows[0])


def open_state(call: Call, target: Target) -> State:
    """Return the protection of a column that goes on or is complete; raises ``NotFound``."""
    return open_state_of(call, target.entity, target.field)


def open_state_of(call: Call, entity: Entity, field: str) -> State:
    """Return the protection of a column by its recorded name; raises ``NotFound``."""
    state = call.as_owner(lambda: state_of(call, entity, field))
    if state is None or state.status == "undone":
        raise NotFound(
            f"{cell(entity.name, None, field)} is not being protected",
            hint="Use kw.protect_expand, or kw.protect.",
        )
    return state


def refuse(target: Target, state: State, *, needs: str, hint: str) -> Conflict:
    """The error of a phase whose turn it is not."""
    return Conflict(
        f"protection of {target.place} is {state.status}, and must be {needs}", hint=hint
    )


def check_intact(call: Call, target: Target, state: State) -> None:
    """Raise ``Conflict`` where rows may differ unnoticed.

    Policies hide rows; the encrypted column or the trigger is gone; or the snapshot of the
    transaction is older than the trigger, and does not show rows that others wrote before that.
    """
    if state.is_new and backend.keeps_snapshot():
        raise Conflict(
            f"the transaction may not see all rows of {target.entity.name}: its snapshot is older "
            "than the protection",
            hint="Commit after kw.protect_expand, or use isolation level READ COMMITTED.",
        )
    check_sees_rows(target)
    triggers = [TRIGGER.format(state.id)]
    if state.search is not None:
        triggers.append(TOKEN_TRIGGER.format(state.id))
    for trigger in triggers:
        if not call.execute(protected_columns.HAS_TRIGGER, target.relation, trigger):
            undo = f"kw.protect_undo({literal(target.entity.name)}, {literal(target.field)})"
            raise Conflict(
                f"trigger {trigger} of table {target.entity.name} is missing or not enabled always",
                hint=f"Use {undo}.",
            )


def check_sees_rows(target: Target) -> None:
    """Raise ``Conflict`` where policies hide rows from the role: they would be left out."""
    if target.column["hides_rows"]:
        raise Conflict(
            f"row-level security of table {target.entity.name} hides rows from the role",
            hint=f"Use a role with BYPASSRLS, or ALTER TABLE {target.table} NO FORCE ROW LEVEL "
            "SECURITY meanwhile.",
        )


def set_status(call: Call, state: State, status: str) -> None:
    """Record that a phase is complete."""
    change(call, state, protections.SET_STATUS, status)


def change(call: Call, state: State, query: Query, *given: object) -> None:
    """Change the row of a protection, which gets another seal."""

    def work() -> None:
        changing(call, sealed_rows.PROTECTIONS, [state.id])
        call.execute(query, state.id, *given)

    call.as_owner(work)


def audit(call: Call, action: str, target: Target, **details: Any) -> None:
    """Record what was done with a column."""
    call.as_owner(lambda: access.audit(call, action, target.place, **details))
