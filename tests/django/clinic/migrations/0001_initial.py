"""Clinics, patients whose fields are protected, and visits."""

import django.db.models.deletion
from django.db import migrations, models

import kwtools.django.fields
from kwtools.django.making import CreateProtectedModel, OnTable


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Clinic",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField()),
            ],
        ),
        CreateProtectedModel(
            migrations.CreateModel(
                name="Patient",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("name", models.CharField(max_length=100)),
                    (
                        "email",
                        kwtools.django.fields.ProtectedEmailField(
                            max_length=254, search="email", unique=True
                        ),
                    ),
                    (
                        "phone",
                        kwtools.django.fields.ProtectedCharField(
                            blank=True, max_length=40, null=True, search="digits"
                        ),
                    ),
                    (
                        "born",
                        kwtools.django.fields.ProtectedDateField(
                            blank=True, null=True, search="raw"
                        ),
                    ),
                    (
                        "number",
                        kwtools.django.fields.ProtectedBigIntegerField(
                            blank=True, null=True, search="raw"
                        ),
                    ),
                    (
                        "notes",
                        kwtools.django.fields.ProtectedTextField(
                            blank=True, default="", key_scope="cell"
                        ),
                    ),
                    (
                        "balance",
                        kwtools.django.fields.ProtectedDecimalField(
                            blank=True, decimal_places=2, max_digits=10, null=True
                        ),
                    ),
                    ("extra", kwtools.django.fields.ProtectedJSONField(blank=True, default=dict)),
                    (
                        "seen_at",
                        kwtools.django.fields.ProtectedDateTimeField(blank=True, null=True),
                    ),
                    (
                        "clinic",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            to="clinic.clinic",
                        ),
                    ),
                ],
            )
        ),
        OnTable(
            migrations.CreateModel(
                name="Visit",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("reason", models.TextField()),
                    (
                        "patient",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, to="clinic.patient"
                        ),
                    ),
                ],
            )
        ),
        OnTable(
            migrations.AddConstraint(
                model_name="patient",
                constraint=models.UniqueConstraint(
                    fields=("clinic", "phone"), name="one_phone_in_a_clinic"
                ),
            )
        ),
    ]
