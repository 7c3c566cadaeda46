"""The same with asyncio, by psycopg and by asyncpg."""

import asyncio
import datetime
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from kwtools.sqlalchemy import encrypt_rows, upsert
from tests.conftest import Database
from tests.sqlalchemy.models import Employee, Person

MakeEngine = Callable[..., AbstractAsyncContextManager[AsyncEngine]]
BORN = datetime.date(1815, 12, 10)


def test_encrypted_attributes_and_views_work_with_asyncio(
    make_async_engine: MakeEngine, db: Database
) -> None:
    async def work() -> None:
        async with make_async_engine() as engine, AsyncSession(engine) as session:
            people = [
                Person(name=f"n{n}", email=f"{n}@example.org", born=BORN, photo=b"\0")
                for n in range(3)
            ]
            session.add_all(people)
            rows = [{"name": "many", "email": "many@example.org", "photo": None}]
            made = await session.run_sync(encrypt_rows, Person, rows)
            await session.execute(sa.insert(Person), made)
            await session.commit()
            one = sa.select(Person).where(Person.email == "1@example.org")
            found = (await session.scalars(one)).one()
            assert (found.name, found.email, found.born) == ("n1", "1@example.org", BORN)
            found.email = "new@example.org"
            await session.commit()
            some = sa.select(Person.name).where(
                Person.email.in_(["new@example.org", "many@example.org"])
            )
            assert sorted(await session.scalars(some)) == ["many", "n1"]

            staff = [
                Employee(email=f"{n}@example.org", pay=Decimal("1.5"), photo=b"\0")
                for n in range(3)
            ]
            session.add_all(staff)
            await session.commit()
            await session.refresh(staff[2])
            assert (staff[2].id, staff[2].email, staff[2].pay) == (
                3,
                "2@example.org",
                Decimal("1.50"),
            )
            changed = [{"id": 3, "email": "two@example.org", "born": BORN}]
            assert await session.scalar(upsert(Employee, changed)) == 1
            await session.commit()
            by_email = sa.select(Employee.born).where(Employee.email == "two@example.org")
            assert (await session.scalars(by_email)).all() == [BORN]

    asyncio.run(work())
    assert db.sql("select count(*), count(distinct email_token) from people") == [(4, 4)]
    assert db.sql("select from people where not kw.is_ciphertext(email::bytea)") == []
