"""``kw.ciphertext`` in DDL and in reflection."""

import subprocess
import sys
from importlib.resources import files

import sqlalchemy as sa

from kwtools.sqlalchemy import Ciphertext, Protected, Searchable
from tests.conftest import Database
from tests.sqlalchemy.models import Person


def test_a_reflected_table_has_the_type_and_is_created_with_it(
    engine: sa.Engine, db: Database
) -> None:
    reflected = sa.Table("people", sa.MetaData(), autoload_with=engine)
    assert isinstance(reflected.c.email.type, Ciphertext)
    assert "email kw.ciphertext" in str(sa.schema.CreateTable(reflected).compile(engine))


def test_ciphertexts_themselves_are_read_and_written(engine: sa.Engine, db: Database) -> None:
    encrypted = "kw.encrypt_text('people', 7, 'email', 'y')"
    db.sql(f"insert into people (id, name, email) values (7, 'x', {encrypted})")
    people = Person.metadata.tables["people"]
    with engine.begin() as connection:
        stored = connection.scalar(sa.select(people.c.email).where(people.c.id == 7))
        assert stored is not None
        assert stored[0] == 0xC2
        given = sa.insert(people).values(id=8, name="copy", email=stored).returning(people.c.email)
        assert connection.scalar(given) == stored


def test_the_command_needs_no_package_of_the_extras() -> None:
    code = """
import sys
for name in ("sqlalchemy", "alembic", "asyncpg", "greenlet"):
    sys.modules[name] = None
import kwtools.cli
from kwtools.commands import doctor, encrypt_column
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_types_of_the_package_are_for_others_too() -> None:
    """mypy looks into an installed package only if it has the mark of PEP 561."""
    assert (files("kwtools") / "py.typed").is_file()


def test_types_say_what_they_are_of() -> None:
    assert str(Protected(sa.Date()).compile()) == "DATE"
    assert str(Searchable("people", "email").compile()) == "TEXT"
