"""Patients in the admin."""

from django.contrib import admin

from tests.django.clinic.models import Patient


@admin.register(Patient)
class PatientAdmin(admin.ModelAdmin):
    """The list shows values in clear, and finds them by tokens."""

    list_display = ("name", "email", "born")
    search_fields = ("=email",)
