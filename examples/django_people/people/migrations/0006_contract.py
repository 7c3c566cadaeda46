"""Drops the plaintext. This has no way back."""

from django.db import migrations

from kwtools.django.operations import RunProtect


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("people", "0005_cut_over")]
    operations = [RunProtect("Person", "email", until="contracted")]
