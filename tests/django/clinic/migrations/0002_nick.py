"""A field that comes later, on the table below the view."""

from django.db import migrations, models

from kwtools.django.making import OnTable


class Migration(migrations.Migration):
    dependencies = [("clinic", "0001_initial")]
    operations = [
        OnTable(migrations.AddField("Patient", "nick", models.TextField(default="", blank=True))),
    ]
