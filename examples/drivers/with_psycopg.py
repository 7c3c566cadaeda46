"""Values of kwtools from psycopg 3: docs/use/psycopg.md. Connects by the variables of libpq."""

import sys
import time
import uuid
from collections.abc import Callable

import psycopg
from psycopg.types.json import Jsonb

ATTEMPTS = 5
Person = tuple[int, str, str | None]


def connect(*, pooled: bool) -> psycopg.Connection:
    # A server-side statement belongs to one server process. A transaction pooler changes it.
    return psycopg.connect(autocommit=True, prepare_threshold=None if pooled else 5)


def write_one(connection: psycopg.Connection, key: int, name: str, email: str | None) -> None:
    connection.execute(
        "insert into people (id, name, email)"
        " values (%(id)s, %(name)s, kw.encrypt_text('people', %(id)s, 'email', %(email)s))",
        {"id": key, "name": name, "email": email},
    )


def read_one(connection: psycopg.Connection, key: int) -> str | None:
    row = connection.execute(
        "select kw.decrypt_text('people', id, 'email', email) from people where id = %s", [key]
    ).fetchone()
    return row[0] if row else None


def write_many(connection: psycopg.Connection, rows: list[Person]) -> None:
    keys, names, emails = (list(column) for column in zip(*rows, strict=True))
    connection.execute(
        """
        insert into people (id, name, email)
        select * from unnest(
            %(keys)s::bigint[],
            %(names)s::text[],
            kw.encrypt_text_many_by_bigint('people', %(keys)s::bigint[], 'email', %(emails)s)
        )
        """,
        {"keys": keys, "names": names, "emails": emails},
    )


def read_many(connection: psycopg.Connection, keys: list[int]) -> list[tuple[int, str | None]]:
    return connection.execute(
        """
        select
            unnest(p.ids),
            unnest(kw.decrypt_text_many_by_bigint('people', p.ids, 'email', p.emails))
        from (
            select array_agg(id order by id) as ids, array_agg(email order by id) as emails
            from people where id = any(%s)
        ) p
        """,
        [keys],
    ).fetchall()


def write_other_keys(connection: psycopg.Connection, visit: uuid.UUID) -> tuple[bytes, str]:
    connection.execute(
        "insert into visits values (%(id)s, kw.encrypt('visits', %(id)s, 'note', %(note)s))",
        {"id": visit, "note": b"\x00met at noon"},  # bytes are bytea
    )
    connection.execute(
        "insert into rooms values (%(code)s, kw.encrypt_text('rooms', %(code)s, 'door', %(door)s))",
        {"code": "A-1", "door": "4711"},
    )
    row = connection.execute(
        """
        select
            kw.decrypt('visits', v.id, 'note', v.note),
            kw.decrypt_text('rooms', r.code, 'door', r.door)
        from visits v, rooms r where v.id = %s and r.code = %s
        """,
        [visit, "A-1"],
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def through_a_view(connection: psycopg.Connection) -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into contacts_decrypted (id, name, email) values (%s, %s, %s)",
            [(1, "Ada", "ada@example.org"), (2, "Grace", "grace@example.org")],
        )
    connection.execute("update contacts_decrypted set name = 'Ada L.' where id = 1")
    with connection.cursor().copy("copy contacts_decrypted (id, name, email) from stdin") as copy:
        copy.write_row((3, "Alan", "alan@example.org"))
    row = connection.execute(
        """
        select name, email from contacts_decrypted
        where email_token = kw.blind_index('contacts', 'email', %s)
        """,
        [" ADA@example.org"],  # the normaliser email trims it and folds its case
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def upserted(connection: psycopg.Connection) -> str:
    rows = [{"id": 3, "name": "Alan", "email": "turing@example.org"}]
    connection.execute("select kw.upsert_protected('contacts_decrypted', %s)", [Jsonb(rows)])
    row = connection.execute("select email from contacts_decrypted where id = 3").fetchone()
    assert row is not None
    return str(row[0])


def copy_many(connection: psycopg.Connection, rows: list[Person]) -> None:
    keys, names, emails = (list(column) for column in zip(*rows, strict=True))
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(
            "select kw.encrypt_text_many_by_bigint('people', %s::bigint[], 'email', %s)",
            [keys, emails],
            binary=True,
        )
        (sealed,) = cursor.fetchone() or ([],)
        with cursor.copy("copy people (id, name, email) from stdin (format binary)") as copy:
            copy.set_types(["int8", "text", "bytea"])
            for row in zip(keys, names, sealed, strict=True):
                copy.write_row(row)


def in_pipeline(connection: psycopg.Connection, rows: list[Person]) -> list[str]:
    with connection.pipeline(), connection.transaction():
        for key, name, email in rows:  # one round trip for all of them
            write_one(connection, key, name, email)
        cursors = [
            connection.execute(
                "select kw.decrypt_text('people', id, 'email', email) from people where id = %s",
                [key],
            )
            for key, _, _ in rows
        ]
        return [row[0] for cursor in cursors for row in cursor]


def prepared(connection: psycopg.Connection, keys: list[int]) -> list[str]:
    with connection.transaction(), connection.cursor() as cursor:
        found = []
        for key in keys:
            cursor.execute(
                "select kw.decrypt_text('people', id, 'email', email) from people where id = %s",
                [key],
                prepare=True,
            )
            found += [row[0] for row in cursor]
        return found


def what_to_do(error: psycopg.Error) -> str:
    match error.sqlstate:
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


def repeat(connection: psycopg.Connection, work: Callable[[], None]) -> int:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with connection.transaction():
                work()
        except psycopg.Error as error:
            if what_to_do(error) != "repeat the transaction" or attempt == ATTEMPTS:
                raise
            time.sleep(0.01 * 2**attempt)
        else:
            return attempt
    raise AssertionError


def outcome(connection: psycopg.Connection, query: str, *parameters: object) -> str:
    try:
        connection.execute(query, parameters)
    except psycopg.Error as error:
        return what_to_do(error)
    return "no error"


def main(*, pooled: bool) -> None:
    with connect(pooled=pooled) as connection:
        write_one(connection, 1, "Ada", "ada@example.org")
        print("one:", read_one(connection, 1))
        write_many(connection, [(2, "Grace", "grace@example.org"), (3, "Alan", None)])
        many = read_many(connection, [1, 2, 3])
        print("many:", ", ".join(f"{key} {email or 'null'}" for key, email in many))
        note, door = write_other_keys(connection, uuid.uuid4())
        print("keys:", note[1:].decode(), door)
        print("view:", *through_a_view(connection))
        print("upserted:", upserted(connection))
        people = [(key, f"Person {key}", f"{key}@example.org") for key in range(10, 110)]
        copy_many(connection, people)
        copied = read_many(connection, [key for key, _, _ in people])
        print("copied:", len(copied), read_one(connection, 109))
        more = [(key, f"Person {key}", f"{key}@example.org") for key in range(110, 120)]
        print("pipeline:", in_pipeline(connection, more)[-1])
        if not pooled:
            print("prepared:", prepared(connection, list(range(10, 30)))[-1])
        attempts = repeat(
            connection, lambda: write_one(connection, 200, "Retry", "retry@example.org")
        )
        print("repeated:", attempts, read_one(connection, 200))
        salary = "select kw.decrypt_text('people', 1, 'salary', %s)"
        print("salary:", outcome(connection, salary, b"\x00"))
        read = (
            "select kw.decrypt_text('people', %s::bigint, 'email', email) from people where id = %s"
        )
        print("person 9:", outcome(connection, read, 9, 9))
        print("moved:", outcome(connection, read, 2, 1))


if __name__ == "__main__":
    main(pooled="--pooled" in sys.argv[1:])
