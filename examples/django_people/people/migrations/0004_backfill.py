"""Encrypts the rows that were there, and compares each with its plaintext."""

from django.db import migrations

from kwtools.django.operations import RunProtect


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("people", "0003_expand")]
    operations = [RunProtect("Person", "email", until="verified")]
