"""Operations of migrations on models whose table is a protected view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import migrations
from django.db.backends.ddl_references import Statement
from django.db.migrations.operations.base import Operation

from kwtools.django.fields import Protected
from kwtools.django.tables import as_tables, over_tokens, table_below

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import ProjectState
    from django.db.models import Model

_DROP = "select kw.drop_protected_view(%s)"
_MAY_RECLAIM = "select pg_has_role('kw_admin', 'usage')"
_RECLAIM = """
    select kw.reclaim_entity(r.entity_table)
    from kw.entities_to_reclaim() r
    join pg_class c on c.oid = to_regclass(%s)
    join pg_namespace n on n.oid = c.relnamespace
    where r.entity_table = n.nspname || '.' || c.relname
"""
_CREATE = "select kw.create_protected_view(%s, %s)"


def _quoted(schema_editor: BaseDatabaseSchemaEditor, view: str) -> str:
    return str(schema_editor.connection.ops.quote_name(view))


class CreateProtectedModel(Operation):
    """Creates a model that is protected from the start: its table, and the view that it uses.

    It takes the place of the ``CreateModel`` that makemigrations wrote. The view has the name of
    the model's table, and the table that name with ``_protected`` at its end.
    """

    reversible = True

    def __init__(self, operation: migrations.CreateModel) -> None:
        self.operation = operation

    def deconstruct(self) -> Any:
        """Return what a migration writes."""
        return type(self).__name__, [self.operation], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Create the model."""
        self.operation.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Create table, keys and view."""
        model = to_state.apps.get_model(app_label, self.operation.name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        below = self._below(app_label, schema_editor, to_state)
        view, table = model._meta.db_table, below._meta.db_table
        below._meta.db_table = view  # the name that keys are bound to
        schema_editor.create_model(below)
        _reclaim(schema_editor, view)
        for field in model._meta.local_fields:
            if isinstance(field, Protected):
                _register(schema_editor, view, field)
        schema_editor.execute(_CREATE, [view, _quoted(schema_editor, view)])
        for statement in schema_editor.deferred_sql:
            if isinstance(statement, Statement):
                statement.rename_table_references(view, table)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop view and table. The keys stay."""
        model = from_state.apps.get_model(app_label, self.operation.name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        below = self._below(app_label, schema_editor, from_state)
        schema_editor.execute(_DROP, [_quoted(schema_editor, model._meta.db_table)])
        schema_editor.delete_model(below)

    def _below(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, state: ProjectState
    ) -> type[Model]:
        stored = as_tables(state, schema_editor.connection)
        return stored.apps.get_model(app_label, self.operation.name)

    def references_model(self, name: str, app_label: str) -> bool:
        """Return whether the operation is on a model."""
        return self.operation.references_model(name, app_label)

    def describe(self) -> str:
        """Return what ``migrate --plan`` prints."""
        return f"Creates protected model {self.operation.name}"


def _reclaim(schema_editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Have keys of a table that a way back has dropped be those of the new one.

    Only a member of kw_admin may. For others, binding then fails, and says why.
    """
    if schema_editor.collect_sql:  # nothing is looked up
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_MAY_RECLAIM)
        if cursor.fetchone() == (True,):
            cursor.execute(_RECLAIM, [_quoted(schema_editor, table)])


def _register(schema_editor: BaseDatabaseSchemaEditor, table: str, field: Protected) -> None:
    """Bind keys of a field, and say how views decrypt it."""
    token = field.token_column if field.search is not None else None
    if field.key_scope in ("table", "column"):
        name = "*" if field.key_scope == "table" else field.column
        schema_editor.execute(
            "select kw.bind(%s, '*', %s, policy => %s)", [table, name, field.policy]
        )
    if field.search is not None:
        schema_editor.execute(
            "select kw.create_index_key(%s, %s, %s, policy => %s, if_not_exists => true)",
            [table, field.column, field.search, field.policy],
        )
    schema_editor.execute(
        "select kw.set_protected_field(%s, %s, %s, %s, %s)",
        [table, field.column, field.db_type(schema_editor.connection), field.key_scope, token],
    )


class OnTable(Operation):
    """Runs an operation of Django on the table below a protected view.

    PostgreSQL cannot alter a table through its view. Views follow by themselves; where a column is
    dropped or changes its type, the view is dropped before and made again.
    """

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        # As Django's own operations do.
        self.reversible = operation.reversible  # type: ignore[misc]
        self.atomic = operation.atomic  # type: ignore[misc]

    def deconstruct(self) -> Any:
        """Return what a migration writes."""
        return type(self).__name__, [self.operation], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change the state as the operation does."""
        self.operation.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Run it on the table."""
        run = self._inner(app_label, to_state).database_forwards
        self._run(run, app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Run it back on the table."""
        run = self._inner(app_label, from_state).database_backwards
        self._run(run, app_label, schema_editor, from_state, to_state)

    def _inner(self, app_label: str, state: ProjectState) -> Operation:
        """Return the operation, over tokens where it is a constraint over protected fields."""
        if not isinstance(self.operation, migrations.AddConstraint):
            return self.operation
        _, _, given = self.operation.deconstruct()
        model = state.apps.get_model(app_label, given["model_name"])
        return migrations.AddConstraint(
            given["model_name"], over_tokens(given["constraint"], model)
        )

    def _run(
        self,
        run: Any,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        connection = schema_editor.connection
        states = [as_tables(state, connection) for state in (from_state, to_state)]
        model = self._altered(app_label, from_state)
        view = model._meta.db_table if model is not None else ""
        is_view = view != table_below(connection, view)
        if is_view:
            schema_editor.execute(_DROP, [_quoted(schema_editor, view)])
        run(app_label, schema_editor, *states)
        if is_view:
            schema_editor.execute(_CREATE, [view, _quoted(schema_editor, view)])

    def _altered(self, app_label: str, state: ProjectState) -> type[Model] | None:
        """Return the model whose columns the operation drops or changes."""
        changes = (migrations.AlterField, migrations.AddField, migrations.RemoveField)
        if not isinstance(self.operation, changes):
            return None
        return state.apps.get_model(app_label, self.operation.model_name)

    def references_model(self, name: str, app_label: str) -> bool:
        """Return whether the operation is on a model."""
        return self.operation.references_model(name, app_label)

    def describe(self) -> str:
        """Return what ``migrate --plan`` prints."""
        return f"{self.operation.describe()} (on the table below its view)"
