"""Extension, provider, keys and policy."""

from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):
    operations = [
        migrations.RunSQL(
            [
                "create extension if not exists kwtools version '0.11.0' cascade",
                # With parameters a percent sign of the SQL is written %%, without them %.
                (
                    "select kw.add_provider(%s, %s, if_not_exists => true)",
                    [settings.SHOP_PROVIDER, settings.SHOP_KIND],
                ),
                (
                    """
                    select kw.create_policy(
                        'default', 'either',
                        kw.create_kms_key(%s, %s, if_not_exists => true),
                        kw.create_kms_key(%s, %s, if_not_exists => true),
                        if_not_exists => true
                    )
                    """,
                    [
                        settings.SHOP_PROVIDER,
                        f"{settings.SHOP_KEY}-1",
                        settings.SHOP_PROVIDER,
                        f"{settings.SHOP_KEY}-2",
                    ],
                ),
            ],
            # The keys are needed for as long as anything that they encrypted exists.
            reverse_sql=migrations.RunSQL.noop,
        )
    ]
