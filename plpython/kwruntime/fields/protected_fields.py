"""The protected fields of tables: how views decrypt and encrypt them. Runs as the owner."""

from kwruntime.call import Call
from kwruntime.crypto.seals import SealedRow
from kwruntime.errors import BadArgument, KwError
from kwruntime.fields import access, names, protections, recorded
from kwruntime.fields.names import Entity
from kwruntime.postgres.messages import attempt
from kwruntime.postgres.query import Row
from kwruntime.seals import audit, checking, rows
from kwruntime.seals.changing import added, changing, removed
from kwruntime.store import protected_fields, sealed_rows
from kwruntime.store.protected_fields import Field
from kwruntime.store.value_types import TYPE
from kwruntime.store.view_definitions import QUOTED

KEY_SCOPES = ("table", "column", "row", "cell")


def checked(call: Call, field: Field) -> Field:
    """Return a field as it is stored; raises ``BadArgument``."""
    names.field(field.name)
    value_type = field.value_type
    if field.key_scope not in KEY_SCOPES:
        raise BadArgument(
            f'key_scope "{field.key_scope}" is not valid', hint=f"Use {', '.join(KEY_SCOPES)}."
        )
    columns = field.ciphertext_column, field.token_column, field.next_token_column
    named = [one for one in columns if one is not None]
    if len(set(named)) < len(named):
        raise BadArgument("the columns of ciphertexts and tokens must differ")
    if field.token_column is None and (field.tenant_column or field.next_token_column):
        raise BadArgument("tenant_column and next_token_column require token_column")
    row = _type(call, value_type)
    if row["refused"] is not None:
        raise BadArgument(
            f"values of type {value_type} cannot be encrypted: "
            f"the text of type {row['refused']} depends on the session or the database",
            hint="Use numeric instead of money, and text for names of objects.",
        )
    return field._replace(value_type=row["name"])


def _type(call: Call, value_type: str) -> Row:
    unknown = BadArgument(
        f'type "{value_type}" does not exist',
        hint="Write a type outside of pg_catalog with its schema.",
    )
    if "--" in value_type or "/*" in value_type or "\n" in value_type:
        raise unknown
    row = attempt(lambda: call.execute(TYPE, value_type)[0], with_queries=True)
    if isinstance(row, KwError) or not row["exists"]:
        raise unknown
    return row


def set_field(call: Call, entity: Entity, field: Field) -> None:
    """Store how a field is protected."""
    access.check_owner(call, entity, "protect a field of")
    recorded.refuse_renamed(call, entity)
    known = call.execute(protected_fields.FIELDS, entity.name, field.name)
    changing(call, sealed_rows.PROTECTED_FIELDS, [row["id"] for row in known])
    made = call.execute(protected_fields.SET_FIELD, entity.name, *field)
    added(call, sealed_rows.PROTECTED_FIELDS, [row["id"] for row in made])
    access.tell_if_unknown(call, entity, field.ciphertext_column)
    details = {name: value for name, value in field._asdict().items() if name != "name"}
    audit.record(call, "set_protected_field", names.cell(entity.name, None, field.name), **details)


def forget(call: Call, entity: Entity, field: str) -> None:
    """Delete what is recorded of a field."""
    gone = call.execute(protected_fields.FORGET_FIELD, entity.name, field)
    removed(call, sealed_rows.PROTECTED_FIELDS, gone)


def of_entity(call: Call, entity: Entity, field: str | None = None) -> list[Field]:
    """Return the protected fields of an entity, or one, as their seals say."""
    found = call.execute(protected_fields.FIELDS, entity.name, field)
    ids = [row["id"] for row in found]
    checks = checking.in_force(call) if ids else None
    made = []
    for stored in rows.read(call, sealed_rows.PROTECTED_FIELDS, ids):
        if checks is not None:
            checks.row(stored)
        assert isinstance(stored.sealed, SealedRow)
        _, _, *values = stored.sealed.values
        made.append(Field(*values))  # type: ignore[arg-type] # not null
    return sorted(made)


def rename_view(call: Call, entity: Entity, to_entity: Entity) -> None:
    """Have the view that had the name of an entity be known by that of another one."""
    names = [call.execute(QUOTED, one.schema, one.table)[0]["name"] for one in (entity, to_entity)]
    call.execute(protected_fields.RENAME_VIEW, *names)


def move(
    call: Call, entity: Entity, field: str | None, to_entity: Entity, to_field: str | None
) -> None:
    """Have what is recorded of a protected field, or of a table's, follow it.

    What the new place has already stays: its owner has set it since.
    """
    places = entity.name, to_entity.name, field, to_field
    ids = [row["id"] for row in call.execute(protected_fields.FIELDS, entity.name, field)]
    changing(call, sealed_rows.PROTECTED_FIELDS, ids)
    removed(
        call, sealed_rows.PROTECTED_FIELDS, call.execute(protected_fields.FORGET_OUTDATED, *places)
    )
    call.execute(protected_fields.MOVE, *places)
    protections.move(call, entity, field, to_entity, to_field)
    if field is None:
        call.execute(protected_fields.MOVE_VIEWS, entity.name, to_entity.name)
