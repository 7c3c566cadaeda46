"""``flush``, which empties the tables below protected views, too. TransactionTestCase uses it."""

from typing import Any

from django.apps import apps
from django.core.management.commands import flush
from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper

from kwtools.django.tables import is_protected, table_below


class Command(flush.Command):
    """Django's command leaves out views, and so the rows of their tables."""

    def handle(self, **options: Any) -> None:
        """Empty all tables together, since they refer to each other."""
        connection = connections[options["database"]]
        introspection = connection.introspection
        names, below = introspection.django_table_names, _below(connection)

        def all_names(*args: Any, **given: Any) -> list[str]:
            return [*names(*args, **given), *below]

        introspection.django_table_names = all_names  # type: ignore[method-assign]
        try:
            super().handle(**options)
        finally:
            del introspection.django_table_names


def _below(connection: BaseDatabaseWrapper) -> list[str]:
    models = [
        model
        for model in apps.get_models(include_auto_created=True)
        if is_protected(model) and router.allow_migrate_model(connection.alias, model)
    ]
    views = [model._meta.db_table for model in models]
    return [table for view in views if (table := table_below(connection, view)) != view]
