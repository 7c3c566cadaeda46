"""Protects a column that held plain text."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_people")]
    operations = [
        migrations.RunSQL(
            [
                "select kw.bind('people', '*', 'phone')",
                """
                alter table people alter column phone type bytea
                using kw.encrypt_text('people', id, 'phone', phone)
                """,
            ],
            reverse_sql="""
                alter table people alter column phone type text
                using kw.decrypt_text('people', id, 'phone', phone)
            """,
            state_operations=[
                migrations.AlterField("Person", "phone", models.BinaryField(null=True))
            ],
        )
    ]
