"""The extension, two keys and a policy."""

from django.conf import settings
from django.db import migrations

from kwtools.django.operations import EncryptionPolicy, KwtoolsExtension


class Migration(migrations.Migration):
    dependencies = [("people", "0001_people")]
    operations = [
        KwtoolsExtension(),
        EncryptionPolicy(
            "default",
            provider=settings.KWTOOLS_PROVIDER,
            kind=settings.KWTOOLS_KIND,
            keys=[f"{settings.KWTOOLS_KEY}-1", f"{settings.KWTOOLS_KEY}-2"],
        ),
    ]
