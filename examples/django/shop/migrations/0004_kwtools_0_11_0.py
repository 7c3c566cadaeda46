"""Upgrades the extension, if a DBA has not done so before."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "0003_phone")]
    operations = [
        migrations.RunSQL(
            """
            do $$
            begin
                if exists (
                    select from pg_extension
                    where extname = 'kwtools'
                        and string_to_array(extversion, '.')::int[] < array[0, 11, 0]
                ) then
                    alter extension kwtools update to '0.11.0';
                end if;
            end
            $$
            """,
            # The extension has no way back, and the newer version reads what the earlier wrote.
            reverse_sql=migrations.RunSQL.noop,
        )
    ]
