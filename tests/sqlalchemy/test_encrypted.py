"""Encrypted attributes of a class that is mapped to the table itself."""

import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from kwtools.sqlalchemy import Ciphertext, encrypt_rows, encrypted
from kwtools.sqlalchemy.values import stored_form
from tests.conftest import Database
from tests.sqlalchemy.models import Person

BORN = datetime.date(1815, 12, 10)
READ = "select id, kw.decrypt_text('people', id, 'email', email::bytea) from people order by id"


def test_what_is_assigned_is_stored_encrypted_and_read_again(
    engine: sa.Engine, db: Database
) -> None:
    with Session(engine) as session:
        ada = Person(name="Ada", email="ada@example.org", born=BORN, photo=b"\0abc")
        session.add_all([ada, Person(name="nobody")])
        session.flush()
        assert ada.email == "ada@example.org"  # without another query
        session.commit()
        assert (ada.email, ada.born, ada.photo) == ("ada@example.org", BORN, b"\0abc")
        ada.email = None
        session.commit()
        assert (ada.email, ada.email_token, ada.born) == (None, None, BORN)
        ada.email = "new@example.org"
        session.commit()
    assert db.sql(READ) == [(1, "new@example.org"), (2, None)]


def test_a_flush_encrypts_all_objects_in_one_call(engine: sa.Engine, db: Database) -> None:
    sent: list[str] = []
    sa.event.listen(
        engine, "before_cursor_execute", lambda *given: sent.append(given[2]), named=False
    )
    with Session(engine) as session:
        session.add_all(Person(name=f"n{n}", email=f"{n}@example.org") for n in range(1, 301))
        session.commit()
    assert len([one for one in sent if "kw.encrypt_text_many" in one]) == 1
    assert db.sql(READ) == [(n, f"{n}@example.org") for n in range(1, 301)]


def test_an_unchanged_value_is_not_encrypted_again(engine: sa.Engine) -> None:
    with Session(engine) as session:
        session.add(Person(id=1, name="Ada", email="ada@example.org"))
        session.commit()
        ada = session.get_one(Person, 1)
        before = ada.email_ciphertext
        ada.name, ada.email = "Ada L.", ada.email
        session.commit()
        assert ada.email_ciphertext == before


def test_a_changed_key_takes_its_values_along(engine: sa.Engine, db: Database) -> None:
    """A ciphertext belongs to its row: under another key it does not decrypt."""
    with Session(engine) as session:
        session.add(Person(id=1, name="Ada", email="ada@example.org", born=BORN))
        session.commit()
        ada = session.get_one(Person, 1)
        ada.id = 8
        session.commit()
        assert (ada.email, ada.born) == ("ada@example.org", BORN)
    assert db.sql(READ) == [(8, "ada@example.org")]


def test_what_is_assigned_too_late_fails_the_flush(engine: sa.Engine, db: Database) -> None:
    """It would be lost without a word: nothing encrypts it any more."""
    with Session(engine) as session:
        sa.event.listen(
            session, "before_flush", lambda *_: setattr(ada, "email", "late@example.org")
        )
        ada = Person(id=1, name="Ada", email="ada@example.org")
        session.add(ada)
        with pytest.raises(sa.exc.InvalidRequestError, match=r"Person\.email was assigned during"):
            session.commit()
    assert db.sql("select from people") == []


def test_merged_objects_and_savepoints_keep_their_values(engine: sa.Engine, db: Database) -> None:
    with Session(engine) as session:
        session.add(Person(id=1, name="Ada", email="ada@example.org"))
        session.commit()
        session.merge(Person(id=1, name="Ada", email="merged@example.org"))
        session.commit()
        with session.begin_nested() as savepoint:
            session.get_one(Person, 1).email = "undone@example.org"
            session.flush()
            savepoint.rollback()
        assert session.get_one(Person, 1).email == "merged@example.org"
        session.get_one(Person, 1).email = None
        session.flush()
        session.get_one(Person, 1).email = None
        session.commit()
    assert db.sql(READ) == [(1, None)]


def test_rows_for_a_bulk_insert_are_encrypted_together(engine: sa.Engine, db: Database) -> None:
    rows = [{"name": f"n{n}", "email": f"{n}@example.org", "photo": b"\0"} for n in range(1, 6)]
    with Session(engine) as session:
        session.execute(sa.insert(Person), encrypt_rows(session, Person, rows))
        session.commit()
    assert db.sql(READ) == [(n, f"{n}@example.org") for n in range(1, 6)]
    assert rows[0].keys() == {"name", "email", "photo"}


@pytest.mark.parametrize("value", ["ada@example.org", b"ada@example.org and much more than that"])
def test_a_statement_never_stores_plaintext(engine: sa.Engine, db: Database, value: Any) -> None:
    engine.hide_parameters = True  # else SQLAlchemy shows those that it could not convert
    plain = {"name": "Ada", "email": value}
    with Session(engine) as session:
        session.add(Person(id=1, name="Ada"))
        session.commit()
        for statement, rows in (
            (sa.insert(Person), [plain]),
            (sa.insert(Person).values(plain), None),
            (sa.update(Person).where(Person.id == 1).values(email=value), None),
            (sa.update(Person), [{"id": 1, **plain}]),
            (sa.insert(Person.metadata.tables["people"]), [plain]),
        ):
            with pytest.raises((sa.exc.StatementError, sa.exc.InvalidRequestError)) as refused:
                session.execute(statement, rows)
            session.rollback()
            assert "ada@example" not in str(refused.value)
    assert db.sql("select from people where email is not null") == []


class Other(DeclarativeBase):
    """Tables with other keys."""


class Visit(Other):
    """Its key is made by the application."""

    __tablename__ = "visits"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    note_ciphertext: Mapped[bytes | None] = mapped_column("note", Ciphertext)
    note: Mapped[str | None] = encrypted("visits", "note", id, note_ciphertext)


class Room(Other):
    """Its key is made by a default of the table, and no value of it is an error."""

    __tablename__ = "rooms"

    code: Mapped[UUID] = mapped_column(
        primary_key=True, server_default=sa.text("gen_random_uuid()")
    )
    door_ciphertext: Mapped[bytes | None] = mapped_column("door", Ciphertext)
    door: Mapped[str | None] = encrypted(
        "rooms", "door", code, door_ciphertext, shredded_as_null=True
    )


class Always(Other):
    """Its key is always made by the table."""

    __tablename__ = "always"

    id: Mapped[int] = mapped_column(sa.Identity(always=True), primary_key=True)
    note_ciphertext: Mapped[bytes | None] = mapped_column("note", Ciphertext)
    note: Mapped[str | None] = encrypted("always", "note", id, note_ciphertext)


def test_keys_come_from_where_the_table_has_them(engine: sa.Engine, db: Database, app: str) -> None:
    with sa.create_engine("postgresql+psycopg://", creator=db.connect).begin() as connection:
        Other.metadata.create_all(connection)
    db.sql("select kw.bind(t, '*', f) from (values ('visits', 'note'), ('rooms', 'door')) v (t, f)")
    db.sql(f'grant all on visits, rooms, always to "{app}"')
    with Session(engine) as session:
        session.add_all([Visit(note="met"), Room(door="4711"), Room(door="4712")])
        session.commit()
        assert session.scalars(sa.select(Visit.note)).all() == ["met"]
        assert sorted(session.scalars(sa.select(Room.door)).all(), key=str) == ["4711", "4712"]
        session.add(Always(note="x"))
        with pytest.raises(sa.exc.InvalidRequestError, match="set the key before the flush"):
            session.flush()
    db.sql("select kw.shred('rooms', '*', 'door', whole => true)")
    with Session(engine) as session:
        assert session.scalars(sa.select(Room.door)).all() == [None, None]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "Ada"),
        ("boolean", True),
        ("bigint", -7),
        ("numeric(10,2)", Decimal("12.5")),
        ("numeric(10,2)", Decimal("0.125")),
        ("numeric(10,2)", Decimal("-0.001")),
        ("numeric", Decimal("1E+3")),
        ("numeric", Decimal("-0.0")),
        ("date", BORN),
        ("uuid", UUID("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11")),
        ("timestamp", datetime.datetime(2026, 1, 31, 12, 0, 0, 500000)),
        ("timestamptz", datetime.datetime.fromisoformat("2026-01-31T12:00:00+01:00")),
    ],
)
def test_a_value_is_encrypted_as_a_protected_view_would(
    db: Database, kind: str, value: object
) -> None:
    db.sql("create table typed (id bigint primary key, v bytea)")
    db.sql("select kw.bind('typed', '*', 'v'), kw.set_protected_field('typed', 'v', %s)", kind)
    db.sql("select kw.create_protected_view('typed')")
    db.sql("insert into typed_decrypted (id, v) values (1, %s)", value)
    of = sa.Numeric(10, 2) if kind == "numeric(10,2)" else sa.Text()
    assert db.sql("select kw.decrypt_text('typed', id, 'v', v) from typed") == [
        (stored_form(value, of),)
    ]


def test_a_value_without_a_known_text_is_refused_and_not_shown() -> None:
    with pytest.raises(TypeError, match="values of type complex") as refused:
        stored_form(1j, sa.Text())
    assert "1j" not in str(refused.value)


@pytest.mark.parametrize("timezone", [True, False])
def test_a_time_of_which_the_session_would_decide_is_refused(timezone: bool) -> None:
    value = datetime.datetime(2026, 1, 31, 12, tzinfo=None if timezone else datetime.UTC)
    with pytest.raises(TypeError, match="time zone"):
        stored_form(value, sa.DateTime(timezone=timezone))
