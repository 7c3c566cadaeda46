"""People, and their addresses."""

from django.db import models


class Person(models.Model):
    """A person who has an account."""

    name = models.CharField(max_length=100)
    email = models.EmailField(unique=True)

    class Meta:
        db_table = "people"

    def __str__(self) -> str:
        return self.name
