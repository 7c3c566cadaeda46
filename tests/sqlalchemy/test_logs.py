"""What SQLAlchemy's log and its errors show of protected values."""

import logging
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from kwtools.sqlalchemy import encrypt_rows, upsert
from tests.sqlalchemy.models import Employee, Person

SECRET = "ada@example.org"


def work(session: Session) -> None:
    """Write, compare and read in each way."""
    session.add_all(
        [Person(name="Ada", email=SECRET, photo=SECRET.encode()), Employee(email=SECRET)]
    )
    session.flush()
    session.execute(sa.insert(Employee), [{"email": SECRET, "photo": SECRET.encode()}])
    encrypt_rows(session, Person, [{"name": "x", "email": SECRET}])
    session.execute(upsert(Employee, [{"id": 5, "email": SECRET, "photo": SECRET.encode()}]))
    for mapped in (Person, Employee):
        for condition in (
            mapped.email == SECRET,
            mapped.email.in_([SECRET]),
            mapped.email == sa.bindparam("address", SECRET),
            mapped.email.like(f"{SECRET}%"),
        ):
            session.execute(sa.select(mapped.id).where(condition)).all()
    session.scalars(sa.select(Person)).all()
    session.scalars(sa.select(Employee)).all()


def test_the_log_of_statements_shows_no_value(
    engine: sa.Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "sqlalchemy"), Session(engine) as session:
        work(session)
    assert "INSERT INTO staff_decrypted" in caplog.text
    assert "kw.blind_index('people'" in caplog.text
    assert SECRET not in caplog.text


def test_the_log_of_rows_shows_what_is_read(
    engine: sa.Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """docs/use/sqlalchemy.md warns of ``echo="debug"``."""
    with caplog.at_level(logging.DEBUG, "sqlalchemy"), Session(engine) as session:
        work(session)
    assert SECRET in caplog.text


@pytest.mark.parametrize("hide_parameters", [False, True])
def test_errors_show_no_value(engine: sa.Engine, hide_parameters: bool) -> None:
    engine.hide_parameters = hide_parameters
    wrong: tuple[Any, ...] = (
        sa.insert(Employee).values(id=1, name=None, email=SECRET),
        sa.select(Person.id).where(Person.email == SECRET, sa.text("no_such_column = 1")),
        sa.select(Employee.id).where(Employee.email.in_([SECRET]), sa.text("no_such_column = 1")),
        upsert(Employee, [{"id": 1, "name": None, "email": SECRET}]),
    )
    for statement in wrong:
        with Session(engine) as session, pytest.raises(sa.exc.DBAPIError) as failed:
            session.execute(statement)
        assert SECRET not in str(failed.value)
        assert SECRET not in repr(failed.value.params)
