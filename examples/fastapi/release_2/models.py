"""The tables. An address is found by its token, in the table and through the view."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kwtools.sqlalchemy import Searchable


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "people"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(sa.Text)
    email: Mapped[str | None] = mapped_column(Searchable("people", "email"))
    email_token: Mapped[bytes | None] = mapped_column(
        sa.LargeBinary, sa.FetchedValue(), sa.FetchedValue(for_update=True), deferred=True
    )
