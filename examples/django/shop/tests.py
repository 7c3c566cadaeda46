"""Run by ``manage.py test``, in copies of the database SHOP_TEMPLATE."""

import uuid

from django.test import TestCase

from shop.models import Decrypted, Encrypted, Person


def make(name: str) -> Person:
    """Insert a person and return it."""
    key = uuid.uuid4()
    return Person.objects.create(
        id=key,
        name=name,
        email=Encrypted(key, "email", f"{name}, 100% real@example.org"),
        phone=Encrypted(key, "phone", "+44 1"),
    )


class Reading(TestCase):
    """Queries decrypt."""

    def test_a_person_is_found_with_its_values(self) -> None:
        """Values come back as they were written."""
        make("Ada")
        found = Person.objects.annotate(
            email_text=Decrypted("email"), phone_text=Decrypted("phone")
        ).get()
        self.assertEqual(found.email_text, "Ada, 100% real@example.org")
        self.assertEqual(found.phone_text, "+44 1")


class Writing(TestCase):
    """INSERT encrypts."""

    def test_the_table_holds_ciphertext(self) -> None:
        """No value stands in the table in clear."""
        made = make("Ada")
        self.assertNotIn(b"Ada", bytes(Person.objects.get(id=made.id).email))
