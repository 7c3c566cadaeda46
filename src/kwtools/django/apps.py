"""The Django app."""

from django.apps import AppConfig


class KwtoolsConfig(AppConfig):
    """``kwtools.django`` in INSTALLED_APPS: its command ``flush``, and nothing in the database."""

    name = "kwtools.django"
    label = "kwtools"
    verbose_name = "kwtools"
