"""What Alembic's autogenerate has to know of protected columns and views."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from alembic.autogenerate import Rewriter
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import AlterColumnOp
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Connection, Index, Table, text
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from kwtools.alembic.operations import ProtectionOp
from kwtools.sqlalchemy.types import Ciphertext
from kwtools.sqlalchemy.views import is_protected_view

_VIEWS = text(
    """
    select vn.nspname, v.relname, bn.nspname, b.relname
    from pg_catalog.pg_class v
    join pg_catalog.pg_namespace vn on vn.oid = v.relnamespace
    join pg_catalog.pg_trigger t on t.tgrelid = v.oid
    join pg_catalog.pg_proc p on p.oid = t.tgfoid and p.proname = '_begin_view'
    join pg_catalog.pg_namespace pn on pn.oid = p.pronamespace and pn.nspname = 'kw'
    join pg_catalog.pg_rewrite r on r.ev_class = v.oid
    join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = r.oid
        and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> v.oid
    join pg_catalog.pg_class b on b.oid = d.refobjid
    join pg_catalog.pg_namespace bn on bn.oid = b.relnamespace
    group by 1, 2, 3, 4
    """
)
_IS_CALLABLE = text(
    """
    select 1 from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'kw' and p.proname = 'protection_status'
        and has_schema_privilege(n.oid, 'usage') and has_function_privilege(p.oid, 'execute')
    """
)
_UNDER_WAY = text(
    """
    select n.nspname, c.relname, s.field_name
    from kw.protection_status() s
    join pg_catalog.pg_class c on c.relkind in ('r', 'p')
    join pg_catalog.pg_namespace n
        on n.oid = c.relnamespace and n.nspname || '.' || c.relname = s.entity_table
    where s.status not in ('contracted', 'undone')
    """
)


_OUR_COMMENTS = (", encrypted by kwtools.", ", its tokens, which kw.blind_index makes.")
_OUR_INDEX = "kw_protect_"  # over tokens


@dataclass(frozen=True)
class Known:
    """Tables and columns of the database that no model has to have."""

    default_schema: str
    views: frozenset[tuple[str, str]]
    tables: frozenset[tuple[str, str]]
    columns: frozenset[tuple[str, str, str]]

    def place(self, schema: str | None, name: str) -> tuple[str, str]:
        """Return schema and name of a table."""
        return schema or self.default_schema, name

    def includes(
        self,
        item: SchemaItem,
        name: str | None,
        kind: str,
        reflected: bool,
        compare_to: SchemaItem | None,
    ) -> bool:
        """Return whether autogenerate compares it: its ``include_object``."""
        if compare_to is not None:
            return True
        if isinstance(item, Table):
            place = self.place(item.schema, item.name)
            if reflected:
                return place not in self.tables
            return place not in self.views and not is_protected_view(item)
        if isinstance(item, Column) and reflected:
            return (*self.place(item.table.schema, item.table.name), item.name) not in self.columns
        is_index = isinstance(item, Index) and reflected
        return not (is_index and (name or "").startswith(_OUR_INDEX))


def options(connection: Connection | None) -> dict[str, Any]:
    """Return arguments for ``context.configure``: ``**options(connection)``.

    Autogenerate then leaves alone the extension's schema, protected views, their tables, and the
    columns of a protection that is under way. It protects a column whose type in the model became
    ``Ciphertext``. ``connection`` is null in offline mode.
    """
    known = Known("public", frozenset(), frozenset(), frozenset())
    if connection is not None:
        began = not connection.in_transaction()
        known = _known(connection)
        if began:
            connection.rollback()  # Alembic commits only transactions that it began
    return {
        "include_name": _include_name,
        "include_object": known.includes,
        "compare_type": _compare_type,
        "render_item": _render_item,
        "process_revision_directives": _rewriter(),
    }


def _known(connection: Connection) -> Known:
    pairs = connection.execute(_VIEWS).all()
    is_callable = connection.execute(_IS_CALLABLE).all()
    columns = {
        (schema, table, f"{field}_{kind}")
        for schema, table, field in (connection.execute(_UNDER_WAY) if is_callable else ())
        for kind in ("encrypted", "plaintext", "former", "token")
    }
    return Known(
        str(connection.dialect.default_schema_name),
        frozenset((row[0], row[1]) for row in pairs),
        frozenset((row[2], row[3]) for row in pairs),
        frozenset(columns),
    )


def _include_name(name: str | None, kind: str, parents: object) -> bool:
    return kind != "schema" or name != "kw"


def _compare_type(
    context: MigrationContext,
    inspected_column: Column[Any],
    metadata_column: Column[Any],
    inspected_type: TypeEngine[Any],
    metadata_type: TypeEngine[Any],
) -> bool | None:
    if isinstance(metadata_type, Ciphertext) and isinstance(inspected_type, BYTEA):
        return False  # kw.protect makes columns of bytea
    return None


def _render_item(kind: str, item: Any, context: AutogenContext) -> Any:
    if kind == "type" and isinstance(item, Ciphertext):
        context.imports.add("from kwtools.sqlalchemy import Ciphertext")
        return "Ciphertext()"
    return False


def _rewriter() -> Callable[..., Any]:
    """Return what makes a protection of a change of type, which would fail."""
    rewriter = Rewriter()

    @rewriter.rewrites(AlterColumnOp)
    def protect(context: object, revision: object, operation: AlterColumnOp) -> Any:
        names = operation.table_name, operation.column_name
        if isinstance(operation.modify_type, Ciphertext):
            return ProtectionOp("protect_column", names, {"until": "cut_over"}, operation.schema)
        if isinstance(operation.existing_type, Ciphertext) and operation.modify_type is not None:
            return ProtectionOp("protect_undo", names, {}, operation.schema)
        comment = operation.existing_comment or ""
        if operation.modify_comment is None and comment.endswith(_OUR_COMMENTS):
            operation.modify_comment = False
        return operation if operation.has_changes() else []

    return rewriter
