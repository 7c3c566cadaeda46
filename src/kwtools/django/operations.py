"""Operations of migrations: from plaintext fields to protected ones, while the application runs."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.operations import CreateExtension, NotInTransactionMixin
from django.db import IntegrityError, migrations, router
from django.db.migrations.operations.base import Operation

from kwtools.django.fields import Protected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import ProjectState
    from django.db.models import Field, Model

PHASES = ("expanded", "backfilled", "verified", "cut_over", "contracted")
"""The phases of a protection, in order."""


class KwtoolsExtension(CreateExtension):
    """Creates the extension with PL/Python, if a superuser has not done so before."""

    def __init__(self, version: str | None = None) -> None:
        self.name = "kwtools"
        self.version = version

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Create the extension."""
        if not router.allow_migrate(schema_editor.connection.alias, app_label):
            return
        version = f" version {schema_editor.quote_value(self.version)}" if self.version else ""
        schema_editor.execute(f"create extension if not exists kwtools{version} cascade")

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Keep it: what it encrypted is lost without it."""


class EncryptionPolicy(Operation):
    """Creates a provider, its two keys and a policy, where they are not there."""

    reversible = True

    def __init__(
        self,
        name: str,
        *,
        provider: str,
        kind: str,
        keys: Sequence[str],
        mode: str = "either",
    ) -> None:
        self.name, self.provider, self.kind, self.keys, self.mode = name, provider, kind, keys, mode

    def deconstruct(self) -> Any:
        """Return what a migration writes."""
        given = {"provider": self.provider, "kind": self.kind, "keys": self.keys, "mode": self.mode}
        return type(self).__name__, [self.name], given

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing that models see."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Create them."""
        if not router.allow_migrate(schema_editor.connection.alias, app_label):
            return
        one, two = self.keys
        schema_editor.execute(
            "select kw.add_provider(%s, %s, if_not_exists => true)", [self.provider, self.kind]
        )
        key = "kw.create_kms_key(%s, %s, if_not_exists => true)"
        schema_editor.execute(
            f"select kw.create_policy(%s, %s, {key}, {key}, if_not_exists => true)",
            [self.name, self.mode, self.provider, one, self.provider, two],
        )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Keep them: the keys are needed for as long as anything that they encrypted exists."""

    def describe(self) -> str:
        """Return what ``migrate --plan`` prints."""
        return f"Creates encryption policy {self.name}"


class _OnField(Operation):
    """What operations on one field have in common."""

    def __init__(self, model_name: str, name: str) -> None:
        self.model_name, self.name = model_name, name

    def model(self, app_label: str, state: ProjectState) -> type[Model]:
        """Return the model in a state."""
        return state.apps.get_model(app_label, self.model_name)

    def column(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, state: ProjectState
    ) -> list[Any] | None:
        """Return table and column; None where this database has another app's tables."""
        model = self.model(app_label, state)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return None
        return [model._meta.db_table, _protected(model, self.name).column]

    def references_model(self, name: str, app_label: str) -> bool:
        """Return whether the operation is on a model."""
        return name.lower() == self.model_name.lower()


class ProtectField(_OnField):
    """Begins to protect a field: what is written from now on is encrypted beside the plaintext.

    The state has the protected field at once: the application may search by tokens as soon as
    ``RunProtect`` has encrypted the rows that were there.
    """

    reversible = True

    def __init__(self, model_name: str, name: str, field: Field[Any, Any]) -> None:
        if not isinstance(field, Protected):
            raise TypeError(f"ProtectField of {model_name}.{name} requires a protected field")
        super().__init__(model_name, name)
        self.field = field

    def deconstruct(self) -> Any:
        """Return what a migration writes."""
        return type(self).__name__, [self.model_name, self.name, self.field], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Give the model the protected field."""
        altered = migrations.AlterField(self.model_name, self.name, self.field)
        altered.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Expand."""
        column = self.column(app_label, schema_editor, to_state)
        if column is not None:
            sql, params = _expand(self.field, column)
            schema_editor.execute(sql, params)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Undo, whatever phase it is in."""
        _undo(schema_editor, self.column(app_label, schema_editor, from_state))

    def describe(self) -> str:
        """Return what ``migrate --plan`` prints."""
        return f"Begins to protect {self.model_name}.{self.name}"


class RunProtect(NotInTransactionMixin, _OnField):
    """Takes a field to a later phase, and continues where an earlier run ended.

    It commits after each batch: the migration requires ``atomic = False``.
    """

    def __init__(
        self, model_name: str, name: str, until: str = "verified", max_rows: int = 1000
    ) -> None:
        if until not in PHASES:
            raise ValueError(f"until is not one of {', '.join(PHASES)}")
        super().__init__(model_name, name)
        self.until, self.max_rows = until, max_rows
        self.reversible = until != "contracted"  # type: ignore[misc] # as Django's own do

    def deconstruct(self) -> Any:
        """Return what a migration writes."""
        given = {"until": self.until, "max_rows": self.max_rows}
        return type(self).__name__, [self.model_name, self.name], given

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: ProtectField did."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Run the phases that are left."""
        self._ensure_not_in_transaction(schema_editor)
        column = self.column(app_label, schema_editor, to_state)
        if column is None:
            return
        field = _protected(self.model(app_label, to_state), self.name)
        if field.search is not None and PHASES.index(self.until) >= PHASES.index("verified"):
            schema_editor.execute(*_protect(field, column, "backfilled", self.max_rows))
            _index(schema_editor, column)
        schema_editor.execute(*_protect(field, column, self.until, self.max_rows))

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Undo a cut over; what is encrypted only may stay."""
        self._ensure_not_in_transaction(schema_editor)
        if self.until == "cut_over":
            _undo(schema_editor, self.column(app_label, schema_editor, to_state))

    def describe(self) -> str:
        """Return what ``migrate --plan`` prints."""
        return f"Protects {self.model_name}.{self.name} until {self.until}"


def _protected(model: type[Model], name: str) -> Protected:
    field = model._meta.get_field(name)
    if not isinstance(field, Protected):
        raise TypeError(f"{model._meta.label}.{name} is not a protected field")
    return field


def _given(field: Protected, column: list[Any]) -> tuple[str, list[Any]]:
    """Return the arguments of a protection that the field decides."""
    sql = "%s, %s, key_scope => %s, policy => %s, shown_by => 'view'"
    params = [*column, field.key_scope, field.policy]
    if field.search is not None:
        sql += ", search => 'equality', normaliser => %s"
        params.append(field.search)
    return sql, params


def _expand(field: Protected, column: list[Any]) -> tuple[str, list[Any]]:
    sql, params = _given(field, column)
    return f"select kw.protect_expand({sql})", params


def _protect(
    field: Protected, column: list[Any], until: str, max_rows: int
) -> tuple[str, list[Any]]:
    sql, params = _given(field, column)
    text = f"call kw.protect({sql}, until => %s, max_rows => %s)"
    return text, [*params, until, max_rows]


def _index(schema_editor: BaseDatabaseSchemaEditor, column: list[Any]) -> None:
    """Make the indexes of tokens that are missing, which stops no writer.

    Values that are equal when normalised fail it; the verification names them.
    """
    if schema_editor.collect_sql:
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            """
            select unnest(s.index_statements)
            from kw.protection_status(%s) s where s.field_name = %s and s.status <> 'undone'
            """,
            column,
        )
        statements = cursor.fetchall()
    with suppress(IntegrityError):
        for (statement,) in statements:
            schema_editor.execute(statement, None)


def _undo(schema_editor: BaseDatabaseSchemaEditor, column: list[Any] | None) -> None:
    """Undo a protection, if it is not undone."""
    if column is not None:
        schema_editor.execute(
            """
            select kw.protect_undo(%s, %s)
            from kw.protection_status(%s) s where s.field_name = %s and s.status <> 'undone'
            """,
            [*column, *column],
        )
