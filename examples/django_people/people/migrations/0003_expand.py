"""From now on what is written is encrypted beside the plaintext."""

from django.db import migrations

from kwtools.django.fields import ProtectedEmailField
from kwtools.django.operations import ProtectField


class Migration(migrations.Migration):
    dependencies = [("people", "0002_kwtools")]
    operations = [
        ProtectField("Person", "email", ProtectedEmailField(unique=True, search="email")),
    ]
