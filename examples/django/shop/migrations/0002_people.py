"""A table with a protected column."""

import uuid

from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def grant(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Give the application its privileges."""
    app = editor.quote_name(settings.SHOP_APP)
    editor.execute(f"grant select, insert, update, delete on people to {app}")


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_kwtools")]
    operations = [
        migrations.CreateModel(
            "Person",
            fields=[
                ("id", models.UUIDField(primary_key=True, default=uuid.uuid4, serialize=False)),
                ("name", models.TextField()),
                ("email", models.BinaryField(null=True)),
                ("phone", models.TextField(null=True)),
            ],
            options={"db_table": "people"},
        ),
        migrations.RunSQL(
            [
                # The name was bound before if the table was dropped and is made again.
                """
                select kw.reclaim_entity(entity_table)
                from kw.entities_to_reclaim() where entity_table = 'public.people'
                """,
                "select kw.bind('people', '*', 'email')",
            ],
            reverse_sql=migrations.RunSQL.noop,
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
