"""Mapped classes over a table with encrypted columns, and over a protected view."""

import datetime
import uuid
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kwtools.sqlalchemy import Ciphertext, Protected, Searchable, encrypted, protected_view


class Base(DeclarativeBase):
    """The tables of the application."""


class Person(Base):
    """A row of a table, some of whose columns are encrypted."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    name: Mapped[str]
    email_ciphertext: Mapped[bytes | None] = mapped_column("email", Ciphertext, deferred=True)
    email_token: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    born_ciphertext: Mapped[bytes | None] = mapped_column("born", Ciphertext, deferred=True)
    photo_ciphertext: Mapped[bytes | None] = mapped_column("photo", Ciphertext, deferred=True)

    email: Mapped[str | None] = encrypted(
        "people", "email", id, email_ciphertext, index=Searchable("people", "email")
    )
    born: Mapped[datetime.date | None] = encrypted("people", "born", id, born_ciphertext, sa.Date)
    photo: Mapped[bytes | None] = encrypted(
        "people", "photo", id, photo_ciphertext, sa.LargeBinary, deferred=True
    )


class Employee(Base):
    """A row of a protected view."""

    __tablename__ = "staff_decrypted"
    __table_args__ = protected_view()

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(server_default="nobody")
    email: Mapped[str | None] = mapped_column(Searchable("staff", "email"))
    email_token: Mapped[bytes | None] = mapped_column(sa.LargeBinary, sa.FetchedValue())
    born: Mapped[datetime.date | None]
    pay: Mapped[Decimal | None] = mapped_column(sa.Numeric(10, 2))
    photo: Mapped[bytes | None] = mapped_column(Protected(sa.LargeBinary))
    created: Mapped[datetime.datetime] = mapped_column(
        sa.DateTime(timezone=True), server_default=sa.func.now()
    )


class Badge(Base):
    """A plain table, which refers to a person by the e-mail address."""

    __tablename__ = "badges"

    code: Mapped[uuid.UUID] = mapped_column(
        primary_key=True, server_default=sa.text("gen_random_uuid()")
    )
    owner: Mapped[str | None]
    email_token: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
