"""What comes later, on the table below the view."""

from django.db import migrations, models

from kwtools.django.making import OnTable


class Migration(migrations.Migration):
    dependencies = [("clinic", "0002_nick")]
    operations = [
        OnTable(migrations.AlterField("Patient", "name", models.CharField(max_length=200))),
        OnTable(migrations.AddIndex("Patient", models.Index(fields=["name"], name="by_name"))),
        OnTable(migrations.AddField("Patient", "title", models.TextField(null=True))),
        OnTable(migrations.RenameField("Patient", "title", "former")),
        OnTable(migrations.RemoveField("Patient", "former")),
    ]
