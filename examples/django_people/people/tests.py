"""Run by ``manage.py test`` once the model is protected."""

from django.test import TestCase

from people.models import Person


class Finding(TestCase):
    """People are found by their address."""

    def test_a_person_is_found_in_any_case(self) -> None:
        """The test database has keys, a policy and the view, as the migrations made them."""
        made = Person.objects.create(name="Ada", email="Ada@example.org")
        self.assertEqual(Person.objects.get(email="ada@EXAMPLE.org"), made)
