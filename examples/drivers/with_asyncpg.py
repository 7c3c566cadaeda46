"""Values of kwtools from asyncpg: docs/use/asyncpg.md. Connects by the variables of libpq."""

import asyncio
import sys
import uuid
from collections.abc import Awaitable, Callable

import asyncpg

ATTEMPTS = 5
Person = tuple[int, str, str | None]


async def connect(*, pooled: bool) -> asyncpg.Pool:
    # A prepared statement belongs to one server process. A transaction pooler changes it.
    cached = 0 if pooled else 100
    return await asyncpg.create_pool(min_size=1, max_size=2, statement_cache_size=cached)


async def write_one(connection: asyncpg.Connection, key: int, name: str, email: str | None) -> None:
    # asyncpg asks the server for the types, so the key needs its type where it first appears.
    await connection.execute(
        "insert into people (id, name, email)"
        " values ($1::bigint, $2, kw.encrypt_text('people', $1, 'email', $3))",
        key, name, email,
    )  # fmt: skip


async def read_one(connection: asyncpg.Connection, key: int) -> str | None:
    return await connection.fetchval(
        "select kw.decrypt_text('people', id, 'email', email) from people where id = $1", key
    )


async def write_many(connection: asyncpg.Connection, rows: list[Person]) -> None:
    keys, names, emails = (list(column) for column in zip(*rows, strict=True))
    await connection.execute(
        """
        insert into people (id, name, email)
        select * from unnest(
            $1::bigint[], $2::text[], kw.encrypt_text_many_by_bigint('people', $1, 'email', $3)
        )
        """,
        keys, names, emails,
    )  # fmt: skip


async def read_many(connection: asyncpg.Connection, keys: list[int]) -> list[asyncpg.Record]:
    return await connection.fetch(
        """
        select
            unnest(p.ids),
            unnest(kw.decrypt_text_many_by_bigint('people', p.ids, 'email', p.emails))
        from (
            select array_agg(id order by id) as ids, array_agg(email order by id) as emails
            from people where id = any($1)
        ) p
        """,
        keys,
    )


async def write_other_keys(connection: asyncpg.Connection, visit: uuid.UUID) -> tuple[bytes, str]:
    await connection.execute(
        "insert into visits values ($1::uuid, kw.encrypt('visits', $1, 'note', $2))",
        visit, b"\x00met at noon",
    )  # fmt: skip
    await connection.execute(
        "insert into rooms values ($1::text, kw.encrypt_text('rooms', $1, 'door', $2))",
        "A-1", "4711",
    )  # fmt: skip
    row = await connection.fetchrow(
        """
        select
            kw.decrypt('visits', v.id, 'note', v.note),
            kw.decrypt_text('rooms', r.code, 'door', r.door)
        from visits v, rooms r where v.id = $1 and r.code = $2
        """,
        visit, "A-1",
    )  # fmt: skip
    return row[0], row[1]


async def copy_many(connection: asyncpg.Connection, rows: list[Person]) -> None:
    keys, names, emails = (list(column) for column in zip(*rows, strict=True))
    async with connection.transaction():
        sealed = await connection.fetchval(
            "select kw.encrypt_text_many_by_bigint('people', $1, 'email', $2)", keys, emails
        )
        await connection.copy_records_to_table(
            "people",
            columns=["id", "name", "email"],
            records=zip(keys, names, sealed, strict=True),
        )


async def prepared(connection: asyncpg.Connection, keys: list[int]) -> list[str]:
    statement = await connection.prepare(
        "select kw.decrypt_text('people', id, 'email', email) from people where id = $1"
    )
    return [await statement.fetchval(key) for key in keys]


def what_to_do(error: Exception) -> str:
    match getattr(error, "sqlstate", None):
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


async def through_a_view(connection: asyncpg.Connection) -> tuple[str, str]:
    await connection.executemany(
        "insert into contacts_decrypted (id, name, email) values ($1, $2, $3)",
        [(1, "Ada L.", "ada@example.org"), (2, "Grace", "grace@example.org")],
    )
    row = await connection.fetchrow(
        """
        select name, email from contacts_decrypted
        where email_token = kw.blind_index('contacts', 'email', $1)
        """,
        " ADA@example.org",  # the normaliser email trims it and folds its case
    )
    return row["name"], row["email"]


async def repeat(pool: asyncpg.Pool, work: Callable[[asyncpg.Connection], Awaitable[None]]) -> int:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            async with pool.acquire() as connection, connection.transaction():
                await work(connection)
        except asyncpg.PostgresError as error:
            if what_to_do(error) != "repeat the transaction" or attempt == ATTEMPTS:
                raise
            await asyncio.sleep(0.01 * 2**attempt)
        else:
            return attempt
    raise AssertionError


async def outcome(pool: asyncpg.Pool, query: str, *parameters: object) -> str:
    try:
        async with pool.acquire() as connection, connection.transaction():
            await connection.fetch(query, *parameters)
    except asyncpg.PostgresError as error:
        return what_to_do(error)
    return "no error"


async def write_and_read(connection: asyncpg.Connection, *, pooled: bool) -> None:
    await write_one(connection, 1, "Ada", "ada@example.org")
    print("one:", await read_one(connection, 1))
    await write_many(connection, [(2, "Grace", "grace@example.org"), (3, "Alan", None)])
    many = await read_many(connection, [1, 2, 3])
    print("many:", ", ".join(f"{key} {email or 'null'}" for key, email in many))
    note, door = await write_other_keys(connection, uuid.uuid4())
    print("keys:", note[1:].decode(), door)
    print("view:", *await through_a_view(connection))
    people = [(key, f"Person {key}", f"{key}@example.org") for key in range(10, 110)]
    await copy_many(connection, people)
    copied = await read_many(connection, [key for key, _, _ in people])
    print("copied:", len(copied), await read_one(connection, 109))
    if not pooled:
        print("prepared:", (await prepared(connection, list(range(10, 30))))[-1])


async def main(*, pooled: bool) -> None:
    async with await connect(pooled=pooled) as pool:
        async with pool.acquire() as connection, connection.transaction():
            await write_and_read(connection, pooled=pooled)
        attempts = await repeat(pool, lambda one: write_one(one, 200, "Retry", "retry@example.org"))
        async with pool.acquire() as connection, connection.transaction():
            print("repeated:", attempts, await read_one(connection, 200))
        salary = "select kw.decrypt_text('people', 1, 'salary', $1)"
        print("salary:", await outcome(pool, salary, b"\x00"))
        read = (
            "select kw.decrypt_text('people', $1::bigint, 'email', email) from people where id = $2"
        )
        print("person 9:", await outcome(pool, read, 9, 9))
        print("moved:", await outcome(pool, read, 2, 1))


if __name__ == "__main__":
    asyncio.run(main(pooled="--pooled" in sys.argv[1:]))
