"""The tables below protected views, as migrations see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.migrations.state import ModelState, ProjectState

from kwtools.django.fields import Protected

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

_BELOW = """
select (
    select c.relname
    from pg_rewrite r
    join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
    join pg_class c on d.refclassid = 'pg_class'::regclass and c.oid = d.refobjid
    where r.ev_class = to_regclass(%(name)s) and c.relkind in ('r', 'p')
        and exists (
            select from pg_trigger t
            where t.tgrelid = r.ev_class and t.tgfoid = 'kw._begin_view()'::regprocedure
        )
    limit 1
), to_regclass(%(name)s) is not null
"""


class CiphertextField(models.BinaryField):
    """A column of ciphertexts, as the table has it."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Return the type of the column."""
        return "kw.ciphertext"


def is_protected(model: type[models.Model]) -> bool:
    """Return whether a model has protected fields, so that its table may be a view."""
    return any(isinstance(field, Protected) for field in model._meta.local_fields)


def table_below(connection: BaseDatabaseWrapper, name: str) -> str:
    """Return the table below a protected view, or the name itself."""
    return _below(connection, name)[0] or name


def _below(connection: BaseDatabaseWrapper, name: str) -> tuple[str | None, bool]:
    """Return the table below a protected view, and whether there is anything of the name."""
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, {"name": connection.ops.quote_name(name)})
        table, exists = cursor.fetchone()
    return table, exists


def as_tables(state: ProjectState, connection: BaseDatabaseWrapper) -> ProjectState:
    """Return a state whose models are the tables below their views, with columns of ciphertexts.

    Where the table is missing, it is the one that CreateProtectedModel makes.
    """
    below = {
        key: _as_table(model, state, connection) if _has_protected(model) else model
        for key, model in state.models.items()
    }
    return ProjectState(below, real_apps=state.real_apps)


def over_tokens(constraint: Any, model: type[models.Model]) -> Any:
    """Return a UniqueConstraint over the tokens of the protected fields that it names."""
    fields = [field for field in model._meta.local_fields if isinstance(field, Protected)]
    return _over_tokens(constraint, {f.name: f.token_column for f in fields if f.search})


def _has_protected(model: ModelState) -> bool:
    return any(isinstance(field, Protected) for field in model.fields.values())


def _as_table(
    model: ModelState, state: ProjectState, connection: BaseDatabaseWrapper
) -> ModelState:
    shown = state.apps.get_model(model.app_label, model.name)._meta
    made = model.clone()
    table, exists = _below(connection, shown.db_table)
    given = shown.db_table if exists else f"{shown.db_table}_protected"
    made.options = {**model.options, "db_table": table or given}
    tokens: dict[str, str] = {}
    for name, field in model.fields.items():
        if isinstance(field, Protected):
            column = shown.get_field(name).column
            made.fields[name] = CiphertextField(null=field.null, db_column=column)
            if field.search is not None:
                tokens[name] = f"{column}_token"
                made.fields[tokens[name]] = models.BinaryField(
                    null=field.null, unique=field.unique, db_index=not field.unique
                )
    made.options["constraints"] = [
        _over_tokens(constraint, tokens) for constraint in model.options.get("constraints", ())
    ]
    return made


def _over_tokens(constraint: Any, tokens: dict[str, str]) -> Any:
    if not isinstance(constraint, models.UniqueConstraint) or not constraint.fields:
        return constraint
    _, args, kwargs = constraint.deconstruct()
    kwargs["fields"] = tuple(tokens.get(name, name) for name in constraint.fields)
    return type(constraint)(*args, **kwargs)
