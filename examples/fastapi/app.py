"""People and their e-mail addresses, over HTTP. It is the same in both releases."""

from collections.abc import AsyncIterator
from typing import Annotated

import sqlalchemy as sa
from fastapi import Depends, FastAPI, HTTPException
from models import Person
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

engine = create_async_engine("postgresql+asyncpg://", hide_parameters=True)
sessions = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI()


class Given(BaseModel):
    """What a client sends."""

    name: str
    email: str | None = None


class Shown(Given):
    """What a client gets."""

    id: int


async def session() -> AsyncIterator[AsyncSession]:
    """Give each request a session."""
    async with sessions() as made:
        yield made


Asked = Annotated[AsyncSession, Depends(session)]


@app.post("/people", status_code=201)
async def add(given: Given, session: Asked) -> Shown:
    """Add a person."""
    person = Person(**given.model_dump())
    session.add(person)
    try:
        await session.commit()
    except IntegrityError:
        raise HTTPException(409, "the address is taken") from None
    return _shown(person)


@app.get("/people/{key}")
async def read(key: int, session: Asked) -> Shown:
    """Return a person."""
    return _shown(await _get(session, key))


@app.put("/people/{key}")
async def change(key: int, given: Given, session: Asked) -> Shown:
    """Change a person."""
    person = await _get(session, key)
    person.name, person.email = given.name, given.email
    await session.commit()
    return _shown(person)


@app.get("/people")
async def find(email: str, session: Asked) -> list[Shown]:
    """Return who has an address."""
    found = await session.scalars(sa.select(Person).where(Person.email == email))
    return [_shown(person) for person in found]


async def _get(session: AsyncSession, key: int) -> Person:
    person = await session.get(Person, key)
    if person is None:
        raise HTTPException(404, "nobody has this key")
    return person


def _shown(person: Person) -> Shown:
    return Shown(id=person.id, name=person.name, email=person.email)
