"""Alembic's operations protect a column: online, offline, and back."""

import asyncio
import io
import subprocess
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine

import kwtools.alembic
from kwtools.alembic.operations import ProtectionOp
from tests.conftest import Database
from tests.sqlalchemy.conftest import url

TABLE = """
create table "the people" (id bigint primary key, email text);
insert into "the people" select n, n || '@example.org' from generate_series(1, 50) n;
"""
READ = """
select bool_and(kw.decrypt_text('"the people"', id, 'email', email) = id || '@example.org')
from "the people"
"""
PLAIN = """select bool_and(email = id || '@example.org') from "the people" """


@pytest.fixture
def owner(db: Database, make_role: Callable[..., str]) -> str:
    """The role that runs migrations, and owns a table of plaintext."""
    role = make_role("kw_client")
    db.sql(f'grant all on schema public to "{role}"')
    with db.place.connect(db.name, role) as connection:
        connection.execute(TABLE)
    return role


@pytest.fixture
def connection(db: Database, owner: str) -> Iterator[sa.Connection]:
    """A connection of that role, as env.py makes it."""
    engine = sa.create_engine(url(db, "psycopg", owner))
    with engine.connect() as made:
        yield made
    engine.dispose()


def run(connection: sa.Connection, migration: Callable[..., None]) -> None:
    """Run a migration in a transaction, as ``alembic upgrade`` does."""
    context = MigrationContext.configure(connection, opts={"transaction_per_migration": True})
    with Operations.context(context) as op, context.begin_transaction(_per_migration=True):
        migration(op)


def test_a_column_is_protected_and_taken_back(connection: sa.Connection, db: Database) -> None:
    def upgrade(op: Operations) -> None:
        op.execute("create table before (n int)")
        op.protect_column("the people", "email", until="cut_over", max_rows=20)  # type: ignore[attr-defined]
        op.execute("create table after (n int)")

    run(connection, upgrade)
    assert db.sql(READ) == [(True,)]
    assert db.sql("select to_regclass('before') is null, to_regclass('after') is null") == [
        (False, False)
    ]
    run(connection, lambda op: op.protect_column("the people", "email"))  # again: does nothing
    run(connection, lambda op: op.protect_undo("the people", "email"))
    assert db.sql(PLAIN) == [(True,)]


def test_a_table_that_is_renamed_later_keeps_its_view(
    connection: sa.Connection, db: Database
) -> None:
    def rename(op: Operations) -> None:
        op.rename_table("the people", "persons")
        op.execute("""select kw.rebind('"the people"', 'persons')""")

    run(
        connection,
        lambda op: op.protect_column("the people", "email", shown_by="view", until="contracted"),
    )
    run(connection, rename)
    connection.execute(sa.text("insert into persons values (51, '51@example.org')"))
    connection.commit()
    read = "select bool_and(email = id || '@example.org'), count(*) from persons"
    assert db.sql(read) == [(True, 51)]
    assert db.sql("select detail from kw.doctor() where not ok") == []


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_an_asynchronous_environment_does_the_same(db: Database, owner: str, driver: str) -> None:
    """As env.py of Alembic's template ``async`` does it."""

    def work(connection: sa.Connection) -> None:
        assert kwtools.alembic.options(connection)["include_name"]("kw", "schema", {}) is False
        run(connection, lambda op: op.protect_column("the people", "email", until="cut_over"))
        run(connection, lambda op: op.protect_contract("the people", "email"))

    async def migrate() -> None:
        engine = create_async_engine(url(db, driver, owner))
        async with engine.connect() as connection:
            await connection.run_sync(work)
        await engine.dispose()

    asyncio.run(migrate())
    assert db.sql(READ) == [(True,)]
    assert db.sql("select status from kw.protections") == [("contracted",)]


def test_each_phase_can_be_a_migration(connection: sa.Connection, db: Database) -> None:
    for migration in (
        lambda op: op.protect_expand("the people", "email", key_scope="table", schema="public"),
        lambda op: op.protect_column("the people", "email", until="backfilled"),
        lambda op: op.protect_column("the people", "email"),
        lambda op: op.protect_cut_over("the people", "email"),
        lambda op: op.protect_contract("the people", "email"),
    ):
        run(connection, migration)
    assert db.sql(READ) == [(True,)]
    assert db.sql("select status, key_scope from kw.protections") == [("contracted", "table")]


_FAULT = """
create function fault() returns trigger language plpgsql as $$
begin
    raise exception 'the disk is full' using errcode = '53100';
end
$$;
create trigger fault before update on "the people" for each row when (new.id = 35)
execute function fault();
"""


def test_a_migration_that_was_interrupted_continues_when_it_runs_again(
    connection: sa.Connection, db: Database
) -> None:
    db.sql(_FAULT)
    with pytest.raises(sa.exc.DBAPIError, match="SQLSTATE 53100"):
        run(connection, lambda op: op.protect_column("the people", "email", max_rows=10))
    assert db.sql("select status, encrypted from kw.protections") == [("expanded", 30)]
    db.sql('drop trigger fault on "the people"')
    run(connection, lambda op: op.protect_column("the people", "email", max_rows=10))
    assert db.sql("select status, encrypted from kw.protections") == [("verified", 50)]


def test_a_phase_is_undone_with_its_transaction(connection: sa.Connection, db: Database) -> None:
    def fails(op: Operations) -> None:
        op.protect_expand("the people", "email")  # type: ignore[attr-defined]
        op.execute("select no_such_column")

    with pytest.raises(sa.exc.ProgrammingError):
        run(connection, fails)
    assert db.sql("select from kw.protections") == []


def test_offline_mode_writes_sql_that_does_the_same(db: Database, owner: str) -> None:
    written = io.StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": written}
    )
    with Operations.context(context) as op, context.begin_transaction():
        op.protect_column("the people", "email", max_rows=7)  # type: ignore[attr-defined]
        op.protect_cut_over("the people", "email")  # type: ignore[attr-defined]
        op.protect_contract("the people", "email")  # type: ignore[attr-defined]
        op.set_protected_field("the people", "email", value_type="text")  # type: ignore[attr-defined]
        op.create_protected_view("the people", view_name="shown", columns=["id", "email"])  # type: ignore[attr-defined]
    text = written.getvalue()
    call = """COMMIT;\n\ncall kw.protect('"the people"', 'email', max_rows => 7, until => 'verified');\n\nBEGIN;"""
    assert call in text
    subprocess.run(
        ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"],
        input=text,
        env={"PATH": "/usr/bin:/bin", **db.place.environment(db.name, owner)},
        text=True,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    assert db.sql(READ) == [(True,)]
    assert db.sql("select email from shown where id = 3") == [("3@example.org",)]


def test_views_are_made_made_again_and_dropped(connection: sa.Connection, db: Database) -> None:
    def upgrade(op: Operations) -> None:
        op.create_table(
            "notes",
            sa.Column("id", sa.BigInteger, primary_key=True),
            sa.Column("note", sa.LargeBinary),
        )
        op.execute("select kw.bind('notes', '*', 'note')")
        op.set_protected_field("notes", "note", key_scope="cell")  # type: ignore[attr-defined]
        op.create_protected_view("notes", shredded_as_null=True)  # type: ignore[attr-defined]

    run(connection, upgrade)
    db.sql("insert into notes_decrypted values (1, 'x')")
    assert db.sql("select note from notes_decrypted") == [("x",)]
    run(connection, lambda op: op.remake_protected_view("notes_decrypted"))
    run(connection, lambda op: op.drop_protected_view("notes_decrypted", schema="public"))
    assert db.sql("select to_regclass('notes_decrypted')") == [(None,)]


def test_the_way_back_is_known_where_there_is_one() -> None:
    forward = ProtectionOp("protect_column", ("people", "email"), {"until": "cut_over"}, "shop")
    back = forward.reverse()
    assert (back.operation, back.names, back.schema) == (
        "protect_undo",
        ("people", "email"),
        "shop",
    )
    with pytest.raises(NotImplementedError, match="protect_contract has no way back"):
        ProtectionOp("protect_contract", ("people", "email"), {}).reverse()


def test_the_key_of_another_tool_has_no_place_in_a_migration() -> None:
    with pytest.raises(ValueError, match="takes no old_key") as raised:
        ProtectionOp("protect_column", ("people", "email"), {"old_key": b"secret"})
    assert "secret" not in str(raised.value)
