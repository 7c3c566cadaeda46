"""``seed COUNT``: makes people."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from people.models import Person


class Command(BaseCommand):
    """Makes people who are named by their number."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("count", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        Person.objects.bulk_create(
            (
                Person(name=f"Person {number}", email=f"person{number}@example.org")
                for number in range(1, options["count"] + 1)
            ),
            batch_size=1000,
        )
