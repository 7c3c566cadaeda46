"""A protected view takes the name of the table."""

from django.db import migrations

from kwtools.django.operations import RunProtect


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("people", "0004_backfill")]
    operations = [RunProtect("Person", "email", until="cut_over")]
