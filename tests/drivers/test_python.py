"""The examples for Python's drivers run, directly and behind a transaction pooler."""

import sys

import pytest

from tests.drivers.conftest import People


@pytest.mark.parametrize("program", ["with_psycopg.py", "with_asyncpg.py"])
def test_the_example_reads_what_it_wrote(people: People, program: str) -> None:
    people.run(sys.executable, program)
