"""The examples for Python's drivers run, directly and behind a transaction pooler."""

import asyncio
import sys

import asyncpg
import pytest

from tests.drivers.conftest import People


@pytest.mark.parametrize("program", ["with_psycopg.py", "with_asyncpg.py", "with_sqlalchemy.py"])
def test_the_example_reads_what_it_wrote(people: People, program: str) -> None:
    people.run(sys.executable, program)


def test_an_error_of_asyncpg_shows_the_value_as_its_page_says(people: People) -> None:
    async def give_a_text_for_bytes() -> None:
        connection = await asyncpg.connect(
            host=people.host, port=int(people.port), user=people.role, database=people.db.name
        )
        try:
            await connection.execute("select $1::bytea", "ada@example.org")
        finally:
            await connection.close()

    with pytest.raises(asyncpg.DataError, match=r"ada@example\.org"):
        asyncio.run(give_a_text_for_bytes())
