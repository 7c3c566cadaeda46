"""Every way of pg_dump and pg_restore keeps every key, whatever the order of the load."""

import contextlib
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from kwtools.cluster import Place
from tests.conftest import Database, copy_database, unique
from tests.ops.test_dump_and_restore import READ, STORED, TABLES

# So many that the workers of -j load the tables at the same time, the largest first.
MORE = """
create table many (id bigint primary key, a bytea);
insert into many select g from generate_series(1, 2000) g;
select kw.bind_many('many', array_agg(id::text), 'a') from many;
update many set a = kw.encrypt_text('many', id, 'a', 'm' || id) where id <= 20;
select kw.check_kms();
"""
READ_MANY = (
    "select array_agg(kw.decrypt_text('many', id, 'a', a) order by id) from many where id <= 20"
)
BAD = 'select "check", detail from kw.doctor() where not ok'


class Source(Database):
    """A database with something in every table, and its dumps."""

    folder: Path


@pytest.fixture(scope="module")
def source(cluster: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    """The database that was dumped, and its dumps."""
    name = unique("dumped")
    identifier = sql.Identifier(name)
    with cluster.connect() as connection:
        copy_database(connection, name)
    with contextlib.ExitStack() as closing:
        found = Source(cluster, name, closing)
        with cluster.connect(name) as connection:
            connection.execute(STORED + MORE)
        folder = tmp_path_factory.mktemp("dumps")
        object.__setattr__(found, "folder", folder)
        for options in (
            ("-Fc", "-f", "db.dump"), ("-Fd", "-j2", "-f", "db.dir"), ("-Ft", "-f", "db.tar"),
            ("-f", "db.sql"), ("-s", "-f", "schema.sql"), ("--inserts", "-f", "inserts.sql"),
            ("-a", "-f", "data.sql"), ("-a", "--disable-triggers", "-f", "no-triggers.sql"),
        ):  # fmt: skip
            run(found, name, "pg_dump", *options)
        yield found
    with cluster.connect() as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(identifier))


def run(source: Source, database: str, *command: str, **variables: str) -> None:
    """Run a command of PostgreSQL in the folder of the dumps; it must succeed."""
    environment = {**os.environ, **source.place.environment(database), **variables}
    done = subprocess.run(
        command, env=environment, cwd=source.folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr


def restore(*options: str) -> Callable[[Source, str], None]:
    """``pg_restore -d DATABASE OPTIONS``, as everybody types it."""
    return lambda source, name: run(source, name, "pg_restore", "-d", name, *options)


def psql(*files: str) -> Callable[[Source, str], None]:
    """``psql -f``, a file after another."""

    def play(source: Source, name: str) -> None:
        for file in files:
            run(source, name, "psql", "-qX", "-v", "ON_ERROR_STOP=1", "-f", file)

    return play


def after_schema(*options: str) -> Callable[[Source, str], None]:
    """The schema by psql, then data by pg_restore."""

    def play(source: Source, name: str) -> None:
        psql("schema.sql")(source, name)
        restore(*options)(source, name)

    return play


def with_the_extension_there(*options: str) -> Callable[[Source, str], None]:
    """Into a database that has the extension, empty."""

    def play(source: Source, name: str) -> None:
        with source.place.connect(name) as connection:
            connection.execute("create extension kwtools cascade")
        restore(*options)(source, name)

    return play


def over_another(source: Source, name: str) -> None:
    """With --clean, over a database that has live keys already."""
    restore("db.dump")(source, name)
    environment = {**os.environ, **source.place.environment(name)}
    clean = ("pg_restore", "-e", "--clean", "--if-exists", "-d", name, "db.dump")
    refused = subprocess.run(
        clean, env=environment, cwd=source.folder, capture_output=True, text=True
    )
    assert refused.returncode == 1
    assert "keys live" in refused.stderr
    run(source, name, *clean, PGOPTIONS="-c kwtools.allow_drop=all\\ keys")


def by_sections(source: Source, name: str) -> None:
    """The order that earlier releases asked for."""
    for options in (
        ("--section=pre-data",), ("-a", "-n", "kw"), ("-a", "-N", "kw", "-j", "2"),
        ("--section=post-data", "-j", "2"),
    ):  # fmt: skip
        restore("-e", *options, "db.dir")(source, name)


WAYS: dict[str, Callable[[Source, str], None]] = {
    "custom": restore("db.dump"),
    "custom, 4 jobs": restore("-j4", "db.dump"),
    "custom, one transaction": restore("-1", "db.dump"),
    "folder": restore("db.dir"),
    "folder, 4 jobs": restore("-j4", "db.dir"),
    "folder, one transaction": restore("-1", "db.dir"),
    "tar": restore("db.tar"),
    "plain": psql("db.sql"),
    "inserts": psql("inserts.sql"),
    "schema, then data": psql("schema.sql", "data.sql"),
    "schema, then data without triggers": psql("schema.sql", "no-triggers.sql"),
    "schema, then archive": after_schema("-a", "db.dump"),
    "schema, then archive, 4 jobs": after_schema("-a", "-j4", "db.dir"),
    "schema, then archive without triggers": after_schema("-a", "--disable-triggers", "db.dump"),
    "schema, then archive without triggers, 4 jobs": after_schema(
        "-a", "--disable-triggers", "-j4", "db.dump"
    ),
    "extension there": with_the_extension_there("-j4", "db.dump"),
    "clean": over_another,
    "sections": by_sections,
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_restore_keeps_every_key(source: Source, target: Database, way: str) -> None:
    WAYS[way](source, target.name)
    for (table,) in source.sql(TABLES):
        if table not in ("loads_to_check",):
            count = f'select count(*) from kw."{table}"'
            assert target.sql(count) == source.sql(count), table
    session = target.connect()

    def rows(query: str) -> list[tuple[Any, ...]]:
        return session.execute(query).fetchall()

    status = "select status from kw.crypto_algorithms where name = 'P-256'"
    assert rows(status) == [("deprecated",)]
    # Nobody decrypts before the names are re-claimed, and the list comes first.
    with pytest.raises(psycopg.Error) as early:
        rows(READ_MANY)
    assert early.value.sqlstate == "KW100"
    assert rows("select entity_table, problem from kw.entities_to_reclaim()") == [
        ("public.many", None), ("public.t", None)
    ]  # fmt: skip
    unchecked = rows("select count(*) from kw.loads_to_check")[0][0]
    assert unchecked > 0
    bad = {row[0] for row in rows(BAD)}
    assert {"restore", "entity public.t"} <= bad
    assert [row[1] for row in rows('select "check", ok from kw.check_restore()')] == [True, True]
    assert rows("select count(*) from kw.loads_to_check") == [(0,)]
    assert len(rows("select kw.reclaim_entities()")) == 2
    assert rows("select * from kw.entities_to_reclaim()") == []
    assert rows(READ) == source.sql(READ)
    assert rows(READ_MANY) == source.sql(READ_MANY)
    with pytest.raises(psycopg.Error) as shredded:
        rows("select kw.decrypt_text('t', 20, 'c', c) from t where id = 20")
    assert shredded.value.sqlstate == "KW301"
    rows("select kw.confirm_grants()")
    assert [row[0] for row in rows(BAD)] == []
    rows("select kw.bind('many', 2001, 'a'), kw.create_policy('new', 'single', 2), kw.wrap()")
    # Triggers are as they were made, and hold in a session that turns others off.
    off = "select tgname from pg_trigger where not tgisinternal and tgenabled <> 'A'"
    assert rows(off) == []
    with pytest.raises(psycopg.Error, match="fk_enc_bind_kw"):
        rows("insert into kw.encryption_bindings (id, entity_table, entity_pk, key_wrapper_id)"
             " values (1, 'a.b', '1', 0) returning id")  # fmt: skip


def test_a_load_that_is_not_complete_is_told_and_nothing_is_reclaimed(
    source: Source, target: Database
) -> None:
    restore("--section=pre-data", "db.dump")(source, target.name)
    restore("-a", "-n", "kw", "-t", "encryption_bindings", "-t", "entities", "db.dump")(
        source, target.name
    )
    with target.connect() as connection:
        connection.execute("drop table if exists t, many")
        connection.execute("create table t (id bigint primary key, a bytea)")
    refusal = "select kw.reclaim_entity('t')"
    for query in (refusal, "select kw.reclaim_entities()"):
        with pytest.raises(psycopg.Error, match="not complete") as refused:
            target.sql(query)
        assert refused.value.sqlstate == "KW102"
        assert "pg_restore -a -n kw -t key_wrappers" in (refused.value.diag.message_hint or "")
    problems = target.sql('select "check", detail from kw.check_restore() where not ok')
    assert [row[0] for row in problems] == ["foreign key fk_enc_bind_kw"]
    assert target.sql("select count(*) > 0 from kw.loads_to_check") == [(True,)]
    assert "restore" in [row[0] for row in target.sql(BAD)]
    # The commands of the hint complete it.
    for table in (
        "kms_providers",
        "kms_keys",
        "encryption_policies",
        "key_wrappers",
        "policy_kms_keys",
    ):
        restore("-a", "-n", "kw", "-t", table, "db.dump")(source, target.name)
    assert target.sql("select * from kw.check_restore() where not ok") == []
    target.sql(refusal)


def test_foreign_keys_hold_for_everybody_who_does_not_load_a_dump(
    source: Source, make_role: Callable[..., str], db: Database
) -> None:
    dangling = (
        "insert into kw.encryption_bindings (id, entity_table, entity_pk, key_wrapper_id)"
        " values (1, 'a.b', '1', 0)"
    )
    writer = make_role()
    session = db.connect()
    session.execute(f"grant usage on schema kw to {writer}")
    session.execute(f"grant insert on kw.encryption_bindings to {writer}")
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        session.execute(dangling)
    other = db.connect(writer)
    other.execute("set row_security = off")
    with pytest.raises(psycopg.Error) as refused:
        other.execute(dangling)
    assert refused.value.sqlstate == "KW100"
    # A superuser who loads: the role of the session is what it was after each statement.
    for role in ("origin", "replica", "local"):
        with session.transaction(force_rollback=True):
            session.execute(f"set local session_replication_role = {role}")
            session.execute("set local row_security = off")
            session.execute(dangling)
            assert session.execute("show session_replication_role").fetchone() == (role,)
            assert session.execute(
                "select array_agg(table_name::text) from kw.loads_to_check"
            ).fetchone() == (["encryption_bindings"],)
    # An error in the middle leaves nothing behind.
    session.execute("set row_security = off")
    with pytest.raises(psycopg.errors.CheckViolation):
        session.execute(dangling.replace("(1, 'a.b'", "(0, 'a.b'"))
    assert session.execute("show session_replication_role").fetchone() == ("origin",)
    assert session.execute("select count(*) from kw.loads_to_check").fetchone() == (0,)
