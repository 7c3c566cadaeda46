"""Values of kwtools from SQLAlchemy: docs/use/sqlalchemy.md. Connects by the variables of libpq."""

import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from kwtools.sqlalchemy import Ciphertext, encrypt_rows, encrypted

ATTEMPTS = 5


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "people"

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str | None]
    email_ciphertext: Mapped[bytes | None] = mapped_column("email", Ciphertext, deferred=True)
    email: Mapped[str | None] = encrypted("people", "email", id, email_ciphertext)


class Visit(Base):
    __tablename__ = "visits"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    note_ciphertext: Mapped[bytes | None] = mapped_column("note", Ciphertext, deferred=True)
    note: Mapped[bytes | None] = encrypted("visits", "note", id, note_ciphertext, sa.LargeBinary)


class Room(Base):
    __tablename__ = "rooms"

    code: Mapped[str] = mapped_column(primary_key=True)
    door_ciphertext: Mapped[bytes | None] = mapped_column("door", Ciphertext, deferred=True)
    door: Mapped[str | None] = encrypted("rooms", "door", code, door_ciphertext)


def connect(*, pooled: bool) -> sa.Engine:
    # A server-side statement belongs to one server process. A transaction pooler changes it.
    arguments = {"prepare_threshold": None} if pooled else {}
    return sa.create_engine("postgresql+psycopg://", hide_parameters=True, connect_args=arguments)


def write_one(session: Session, key: int, name: str, email: str | None) -> None:
    session.add(Person(id=key, name=name, email=email))
    session.commit()


def read_one(session: Session, key: int) -> str | None:
    return session.scalar(sa.select(Person.email).where(Person.id == key))


def write_other_keys(session: Session) -> tuple[bytes | None, str | None]:
    visit = Visit(note=b"\x00met at noon")  # its key is made before it is encrypted
    session.add_all([visit, Room(code="A-1", door="4711")])
    session.commit()
    return session.get_one(Visit, visit.id).note, session.get_one(Room, "A-1").door


def write_many(session: Session, keys: range) -> None:
    rows = [{"id": key, "name": f"n{key}", "email": f"{key}@example.org"} for key in keys]
    session.execute(sa.insert(Person), encrypt_rows(session, Person, rows))
    session.commit()


def change(session: Session, key: int, email: str) -> None:
    session.get_one(Person, key).email = email
    session.commit()


def what_to_do(error: DBAPIError) -> str:
    match getattr(error.orig, "sqlstate", None):
        case "40001" | "40P01":
            return "repeat the transaction"
        case "KW100":
            return "not permitted"
        case "KW301":
            return "erased"
        case "KW300":
            return "unreadable"
        case "KW204" | "KW208" | "55P03":
            return "try later"
        case "KW001" | "57P01" | None:
            return "reconnect"
        case _:
            return "report"


def repeat(engine: sa.Engine, work: Callable[[Session], None]) -> int:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with Session(engine) as session:
                work(session)
        except DBAPIError as error:
            if what_to_do(error) != "repeat the transaction" or attempt == ATTEMPTS:
                raise
            time.sleep(0.01 * 2**attempt)
        else:
            return attempt
    raise AssertionError


def outcome(session: Session, statement: sa.Select[Any]) -> str:
    try:
        session.scalars(statement).all()
    except DBAPIError as error:
        return what_to_do(error)
    else:
        return "read"
    finally:
        session.rollback()


def main(*, pooled: bool) -> None:
    engine = connect(pooled=pooled)
    with Session(engine) as session:
        write_one(session, 1, "Ada", "old@example.org")
        change(session, 1, "ada@example.org")
        print("one:", read_one(session, 1))
        people = [Person(id=2, name="Grace", email="grace@example.org"), Person(id=3, name="Alan")]
        session.add_all(people)
        session.commit()
        found = session.scalars(sa.select(Person).where(Person.id < 4).order_by(Person.id))
        print("many:", ", ".join(f"{one.id} {one.email or 'null'}" for one in found))
        note, door = write_other_keys(session)
        print("keys:", (note or b"")[1:].decode(), door)
        write_many(session, range(10, 110))
        copied = session.scalar(sa.select(sa.func.count()).where(Person.id >= 10))
        print("copied:", copied, read_one(session, 109))
        if not pooled:
            print("prepared:", [read_one(session, key) for key in range(10, 30)][-1])
        session.commit()
        attempts = repeat(engine, lambda one: write_one(one, 200, "Retry", "retry@example.org"))
        print("repeated:", attempts, read_one(session, 200))
        decrypt = sa.func.kw.decrypt_text
        salary = sa.select(decrypt("people", 1, "salary", b"\x00"))
        print("salary:", outcome(session, salary))
        print("person 9:", outcome(session, sa.select(Person.email).where(Person.id == 9)))
        ciphertext = sa.cast(Person.email_ciphertext, sa.LargeBinary)
        moved = sa.select(decrypt("people", 2, "email", ciphertext)).where(Person.id == 1)
        print("moved:", outcome(session, moved))


if __name__ == "__main__":
    main(pooled="--pooled" in sys.argv[1:])
