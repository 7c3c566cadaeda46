"""The protected fields of tables: how views decrypt and encrypt them."""

from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.errors import BadArgument, KwError
from kwruntime.fields import access, names
from kwruntime.fields.names import Entity
from kwruntime.postgres.messages import attempt
from kwruntime.postgres.query import Row
from kwruntime.seals import audit
from kwruntime.store import protected_fields
from kwruntime.store.value_types import TYPE

KEY_SCOPES = ("table", "column", "row", "cell")


class Field(NamedTuple):
    """A protected field, as it is given."""

    name: str
    value_type: str
    key_scope: str
    ciphertext_column: str
    token_column: str | None


def checked(
    call: Call, name: str, value_type: str, key_scope: str, columns: tuple[str, str | None]
) -> Field:
    """Return a field as it is stored; raises ``BadArgument``."""
    names.field(name)
    if key_scope not in KEY_SCOPES:
        raise BadArgument(
            f'key_scope "{key_scope}" is not valid', hint=f"Use {', '.join(KEY_SCOPES)}."
        )
    row = _type(call, value_type)
    if row["refused"] is not None:
        raise BadArgument(
            f"values of type {value_type} cannot be encrypted: "
            f"the text of type {row['refused']} depends on the session or the database",
            hint="Use numeric instead of money, and text for names of objects.",
        )
    return Field(name, row["name"], key_scope, *columns)


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
    """Store how a field is protected. Runs as the owner."""
    access.check_owner(call, entity, "protect a field of")
    access.refuse_renamed(call, entity)
    call.execute(protected_fields.SET_FIELD, entity.name, *field)
    access.tell_if_unknown(call, entity, field.ciphertext_column)
    audit.record(
        call,
        "set_protected_field",
        names.cell(entity.name, None, field.name),
        value_type=field.value_type,
        key_scope=field.key_scope,
        ciphertext_column=field.ciphertext_column,
        token_column=field.token_column,
    )


def of_entity(call: Call, entity: Entity) -> list[Field]:
    """Return the protected fields of an entity. Runs as the owner."""
    rows = call.execute(protected_fields.FIELDS, entity.name)
    return [
        Field(
            row["field_name"],
            row["value_type"],
            row["key_scope"],
            row["ciphertext_column"],
            row["token_column"],
        )
        for row in rows
    ]
