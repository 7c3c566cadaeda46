"""Mapped classes over a protected view."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from kwtools.sqlalchemy import upsert
from tests.conftest import Database
from tests.sqlalchemy.models import Base, Employee

BORN = datetime.date(1815, 12, 10)


def test_objects_are_inserted_read_changed_and_deleted_as_in_a_plain_table(
    engine: sa.Engine, db: Database
) -> None:
    with Session(engine) as session:
        ada = Employee(name="Ada", email="ada@example.org", born=BORN, pay=Decimal("12.5"))
        session.add_all([ada, Employee(photo=b"\0abc")])
        session.commit()
        assert (ada.id, ada.pay, ada.born, ada.created is None) == (
            1,
            Decimal("12.50"),
            BORN,
            False,
        )
        assert len(ada.email_token or b"") > 5
        other = session.scalars(sa.select(Employee).where(Employee.photo.is_not(None))).one()
        assert (other.name, other.photo) == ("nobody", b"\0abc")
        ada.email = "ada@example.com"
        session.delete(other)
        session.commit()
        assert ada.email == "ada@example.com"
    assert db.sql("select id, kw.is_ciphertext(email), kw.is_ciphertext(pay) from staff") == [
        (1, True, True)
    ]


def test_each_of_many_objects_gets_its_own_key(engine: sa.Engine, db: Database) -> None:
    """SQLAlchemy sends them in one statement, and takes the keys from RETURNING in their order."""
    sent: list[str] = []
    sa.event.listen(
        engine, "before_cursor_execute", lambda *given: sent.append(given[2]), named=False
    )
    with Session(engine) as session:
        staff = [Employee(name=f"n{n}", email=f"{n}@example.org") for n in range(300)]
        session.add_all(staff)
        session.flush()
        assert [one.id for one in staff] == list(range(1, 301))
        session.commit()
    assert len([one for one in sent if one.startswith("INSERT")]) == 1
    assert db.sql("select from staff_decrypted where email <> (id - 1) || '@example.org'") == []


def test_a_bulk_insert_returns_its_rows(engine: sa.Engine) -> None:
    rows: list[dict[str, Any]] = [
        {"name": "a", "email": "a@example.org"},
        {"name": "b", "email": None},
    ]
    with Session(engine) as session:
        insert = sa.insert(Employee).returning(
            Employee.id, Employee.email, sort_by_parameter_order=True
        )
        assert [tuple(row) for row in session.execute(insert, rows)] == [
            (1, "a@example.org"),
            (2, None),
        ]
        changed = sa.update(Employee).where(Employee.name == "b").values(email="b@example.org")
        assert session.scalars(changed.returning(Employee.email)).all() == ["b@example.org"]


def test_upsert_inserts_what_is_not_there_and_changes_what_is(engine: sa.Engine) -> None:
    with Session(engine) as session:
        session.add(Employee(id=1, name="Ada", email="ada@example.org", born=BORN, pay=Decimal(1)))
        session.commit()
        rows: list[dict[str, Any]] = [
            {
                "id": 1,
                "email": "new@example.org",
                "born": BORN,
                "pay": Decimal("2.5"),
                "photo": b"\1",
            },
            {"id": 7, "email": None, "born": None, "pay": None, "photo": None},
        ]
        assert session.scalars(upsert(Employee, rows)).one() == 2
        session.commit()
        ada = session.get_one(Employee, 1)
        table = Employee.metadata.tables["staff_decrypted"]
        assert (ada.name, ada.email, ada.pay) == ("Ada", "new@example.org", Decimal("2.50"))
        assert (ada.born, ada.photo) == (BORN, b"\1")
        assert session.scalars(upsert(table, rows[:1])).one() == 1
    with pytest.raises(TypeError, match="values of type complex"):
        upsert(Employee, [{"id": 1, "pay": 1j}])


def test_no_table_is_created_in_place_of_a_view(engine: sa.Engine, db: Database) -> None:
    Base.metadata.create_all(engine)  # everything exists
    db.sql("select kw.drop_protected_view('staff_decrypted')")
    with pytest.raises(sa.exc.InvalidRequestError, match=r"use kw\.create_protected_view"):
        Base.metadata.create_all(engine)
