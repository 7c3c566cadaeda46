"""People, and their addresses, which the database encrypts."""

from django.db import models

from kwtools.django.fields import ProtectedEmailField


class Person(models.Model):
    """A person who has an account."""

    name = models.CharField(max_length=100)
    email = ProtectedEmailField(unique=True, search="email")

    class Meta:
        db_table = "people"

    def __str__(self) -> str:
        return self.name
