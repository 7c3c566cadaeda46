"""Models over protected views, with every kind of field."""

from django.db import models

from kwtools.django import fields


class Clinic(models.Model):
    """A table without protected fields."""

    name = models.TextField()


class Patient(models.Model):
    """A protected view, clinic_patient, over clinic_patient_protected."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, null=True, blank=True)
    name = models.CharField(max_length=200)
    nick = models.TextField(default="", blank=True)
    email = fields.ProtectedEmailField(unique=True, search="email")
    phone = fields.ProtectedCharField(max_length=40, null=True, blank=True, search="digits")
    born = fields.ProtectedDateField(null=True, blank=True, search="raw")
    number = fields.ProtectedBigIntegerField(null=True, blank=True, search="raw")
    notes = fields.ProtectedTextField(blank=True, default="", key_scope="cell")
    balance = fields.ProtectedDecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    extra = fields.ProtectedJSONField(blank=True, default=dict)
    seen_at = fields.ProtectedDateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["name"], name="by_name"),)
        constraints = (
            models.UniqueConstraint(fields=["clinic", "phone"], name="one_phone_in_a_clinic"),
        )

    def __str__(self) -> str:
        return self.name


class Visit(models.Model):
    """A table that refers to a protected one."""

    patient = models.ForeignKey(Patient, models.CASCADE)
    reason = models.TextField()
