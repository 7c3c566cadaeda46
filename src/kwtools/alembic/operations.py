"""Operations of Alembic that protect columns: ``op.protect_column`` and others."""

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrateOperation, Operations
from sqlalchemy import ARRAY, Text, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine


@Operations.register_operation("protect_column")
@Operations.register_operation("protect_expand")
@Operations.register_operation("protect_cut_over")
@Operations.register_operation("protect_contract")
@Operations.register_operation("protect_undo")
@Operations.register_operation("set_protected_field")
@Operations.register_operation("create_protected_view")
@Operations.register_operation("remake_protected_view")
@Operations.register_operation("drop_protected_view")
class ProtectionOp(MigrateOperation):
    """A call of kwtools in a migration: the operation, its names, and options for the function.

    Options are those of the function of the same name. What is null is left to the server.
    """

    def __init__(
        self,
        operation: str,
        names: tuple[str, ...],
        options: Mapping[str, Any],
        schema: str | None = None,
    ) -> None:
        if "old_key" in options:  # its value would stand in scripts, errors and logs
            raise ValueError(
                f"{operation} takes no old_key: use kwtools encrypt-column --old-key-file"
            )
        self.operation = operation
        self.names = names
        self.options = {name: value for name, value in options.items() if value is not None}
        self.schema = schema

    @classmethod
    def protect_column(
        cls,
        operations: Operations,
        table_name: str,
        column_name: str,
        *,
        until: str = "verified",
        schema: str | None = None,
        **options: Any,
    ) -> None:
        """Take a plaintext column to an encrypted one, up to a phase, as ``kw.protect`` does.

        It commits by itself, so the migration is split into transactions here. Run it again if it
        was interrupted: it continues.
        """
        options["until"] = until
        operations.invoke(cls("protect_column", (table_name, column_name), options, schema))

    @classmethod
    def protect_expand(
        cls,
        operations: Operations,
        table_name: str,
        column_name: str,
        *,
        schema: str | None = None,
        **options: Any,
    ) -> None:
        """Begin to protect a column: what is written from now on is encrypted, too."""
        operations.invoke(cls("protect_expand", (table_name, column_name), options, schema))

    @classmethod
    def protect_cut_over(
        cls, operations: Operations, table_name: str, column_name: str, schema: str | None = None
    ) -> None:
        """Give the name of a verified column to the encrypted one, or to that of a view."""
        operations.invoke(cls("protect_cut_over", (table_name, column_name), {}, schema))

    @classmethod
    def protect_contract(
        cls, operations: Operations, table_name: str, column_name: str, schema: str | None = None
    ) -> None:
        """Drop the plaintext of a column that was cut over. This cannot be undone."""
        operations.invoke(cls("protect_contract", (table_name, column_name), {}, schema))

    @classmethod
    def protect_undo(
        cls, operations: Operations, table_name: str, column_name: str, schema: str | None = None
    ) -> None:
        """Take a protection back, in any phase before the plaintext is dropped."""
        operations.invoke(cls("protect_undo", (table_name, column_name), {}, schema))

    @classmethod
    def set_protected_field(
        cls,
        operations: Operations,
        table_name: str,
        field_name: str,
        *,
        schema: str | None = None,
        **options: Any,
    ) -> None:
        """Set how protected views decrypt and encrypt a field."""
        operations.invoke(cls("set_protected_field", (table_name, field_name), options, schema))

    @classmethod
    def create_protected_view(
        cls, operations: Operations, table_name: str, *, schema: str | None = None, **options: Any
    ) -> None:
        """Create a view of a table that shows its protected fields decrypted."""
        operations.invoke(cls("create_protected_view", (table_name,), options, schema))

    @classmethod
    def remake_protected_view(
        cls, operations: Operations, view_name: str, schema: str | None = None
    ) -> None:
        """Make a protected view again, of the table as it is now."""
        operations.invoke(cls("remake_protected_view", (view_name,), {}, schema))

    @classmethod
    def drop_protected_view(
        cls, operations: Operations, view_name: str, schema: str | None = None
    ) -> None:
        """Drop a protected view. The table and its keys stay."""
        operations.invoke(cls("drop_protected_view", (view_name,), {}, schema))

    def reverse(self) -> "ProtectionOp":
        """Return the operation of the way back."""
        if self.operation not in ("protect_column", "protect_expand", "protect_cut_over"):
            raise NotImplementedError(f"{self.operation} has no way back")
        return ProtectionOp("protect_undo", self.names, {}, self.schema)

    def statement(self) -> TextClause:
        """Return the call."""
        verb, function = _CALLED.get(self.operation, ("select", self.operation))
        relation, *others = self.names
        given = {"p0": _entity(relation, self.schema)}
        given |= {f"p{number}": name for number, name in enumerate(others, 1)}
        arguments = [f":{name}" for name in given]
        arguments += [f"{name} => :{name}" for name in self.options]
        values = [
            bindparam(name, value, _TYPES.get(type(value)))
            for name, value in (given | self.options).items()
        ]
        return text(f"{verb} kw.{function}({', '.join(arguments)})").bindparams(*values)


_TYPES: dict[type, TypeEngine[Any]] = {
    list: ARRAY(Text()),
    dict: JSONB(),
}
_CALLED = {"protect_column": ("call", "protect")}
"""Verb and function, where the operation is not the name of a function."""


@Operations.implementation_for(ProtectionOp)
def _run(operations: Operations, operation: ProtectionOp) -> None:
    context = operations.get_context()
    apart = context.autocommit_block if operation.operation in _CALLED else nullcontext
    with apart():
        if not context.as_sql:
            operations.execute(operation.statement())
            return
        compiled = operation.statement().compile(
            dialect=context.dialect, compile_kwargs={"literal_binds": True}
        )
        context.impl.static_output(f"{compiled};")


@renderers.dispatch_for(ProtectionOp)
def _render(context: AutogenContext, operation: ProtectionOp) -> str:
    options = dict(operation.options)
    if operation.schema is not None:
        options["schema"] = operation.schema
    given = [repr(name) for name in operation.names]
    given += [f"{name}={value!r}" for name, value in options.items()]
    return f"op.{operation.operation}({', '.join(given)})"


def _entity(relation: str, schema: str | None) -> str:
    parts = [relation] if schema is None else [schema, relation]
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)
