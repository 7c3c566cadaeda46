"""People, with values that the database encrypts."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Func, Value


class Encrypted(Func):
    """``Encrypted(id, field, value)``: a value as it is stored."""

    function = "kw.encrypt_text"
    output_field = models.BinaryField()

    def __init__(self, id: uuid.UUID, field: str, value: str) -> None:
        super().__init__(
            Value("people"),
            Value(id, models.UUIDField()),
            Value(field),
            Value(value),
        )


class Decrypted(Func):
    """``Decrypted(field)``: a stored value in clear, for ``annotate``."""

    function = "kw.decrypt_text"
    output_field = models.TextField()

    def __init__(self, field: str) -> None:
        super().__init__(Value("people"), F("id"), Value(field), F(field))


class Person(models.Model):
    """The id is known before the INSERT: the ciphertext is bound to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.TextField()
    email = models.BinaryField(null=True)
    phone = models.BinaryField(null=True)

    class Meta:
        db_table = "people"

    def __str__(self) -> str:
        return self.name
