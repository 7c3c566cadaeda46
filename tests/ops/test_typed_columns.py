"""Columns of kw.ciphertext in dumps, in subscriptions, and where the extension is dropped."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from kwtools.cluster import Place
from tests.conftest import Database
from tests.ops.test_logical_replication import LOGICAL, until, value
from tests.sql.session import Session

CIPHERTEXT = bytes.fromhex("c202" + "00" * 7 + "01" + "00" * 3 + "01") + bytes(40)
READ = "select kw.decrypt_text('people', id, 'email', email::bytea) from people order by id"


def run(place: Place, database: str, *command: str) -> None:
    """Run a program of PostgreSQL; it must succeed."""
    environment = {**os.environ, **place.environment(database)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def people(db: Database) -> Session:
    """A table with columns of the type, its values, and a view."""
    session = Session(db.connect())
    session.rows(
        "create table people (id bigint primary key, email kw.ciphertext, emails kw.ciphertext[])"
    )
    session.bind("people", "*", "email")
    session.rows(
        "insert into people select g, e, array[e] from generate_series(1, 20) g,"
        " lateral (select kw.encrypt_text('people', g, 'email', 'e' || g)::kw.ciphertext) s (e)"
    )
    session.rows("create view mails as select id, email from people where email is not null")
    return session


@pytest.mark.parametrize("how", ["custom", "plain", "inserts", "parallel"])
def test_a_dump_is_restored_with_its_type(
    people: Session, db: Database, target: Database, tmp_path: Path, how: str
) -> None:
    dump = str(tmp_path / "dump")
    restored = ("pg_restore", "--exit-on-error", "-d", target.name)
    if how in ("plain", "inserts"):
        more = ["--inserts"] if how == "inserts" else []
        run(db.place, db.name, "pg_dump", *more, "-f", dump)
        run(db.place, target.name, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", dump)
    elif how == "custom":
        run(db.place, db.name, "pg_dump", "-Fc", "-f", dump)
        run(db.place, target.name, *restored, dump)
    else:
        run(db.place, db.name, "pg_dump", "-Fd", "-j", "2", "-f", dump)
        run(db.place, target.name, *restored, "--section=pre-data", dump)
        run(db.place, target.name, *restored, "-a", "-n", "kw", dump)
        run(db.place, target.name, *restored, "-a", "-N", "kw", "-j", "2", dump)
        run(db.place, target.name, *restored, "--section=post-data", "-j", "2", dump)
    there = Session(target.connect())
    there.rows("select * from kw.reclaim_entities()")
    assert there.values(READ) == [f"e{number}" for number in range(1, 21)]
    assert there.value("select count(*) from people where emails[1]::bytea = email::bytea") == 20
    there.refused("23514", "update people set email = 'plaintext'")
    there.refused("42883", "select email = email from mails")


# -- subscriptions -----------------------------------------------------------------------------


class Servers(NamedTuple):
    """A publisher and a subscriber, each with the extension, and how they are subscribed."""

    publisher: psycopg.Connection
    subscriber: psycopg.Connection
    subscribe: Callable[[str], None]


@pytest.fixture
def servers(own_cluster: Callable[..., Place]) -> Iterator[Servers]:
    """Two servers; a subscription is dropped in the end."""
    old, new = own_cluster(settings=LOGICAL), own_cluster(settings=LOGICAL)
    with old.connect() as publisher, new.connect() as subscriber:
        for one in (publisher, subscriber):
            one.execute("create extension kwtools cascade")
        publisher.execute("create table people (id bigint primary key, email kw.ciphertext)")
        publisher.execute("create publication people for table people")
        publisher.execute("insert into people values (1, %s::bytea)", (CIPHERTEXT,))

        def subscribe(options: str) -> None:
            subscriber.execute(
                f"create subscription people connection '{old.dsn()}' publication people {options}"
            )

        try:
            yield Servers(publisher, subscriber, subscribe)
        finally:
            subscriber.execute("alter subscription people disable")
            subscriber.execute("alter subscription people set (slot_name = none)")
            subscriber.execute("drop subscription people")


def change(publisher: psycopg.Connection) -> None:
    """Insert, update and delete."""
    publisher.execute("insert into people values (2, null), (3, %s::bytea)", (CIPHERTEXT,))
    publisher.execute("update people set email = null where id = 1")
    publisher.execute("update people set email = %s::bytea where id = 2", (CIPHERTEXT,))
    publisher.execute("delete from people where id = 3")


CHANGED = "select array_agg((id, email is null)::text order by id) from people"


@pytest.mark.parametrize("type_there", ["kw.ciphertext", "bytea"])
@pytest.mark.parametrize("options", ["", "with (binary)"])
def test_a_subscription_applies_every_change(
    servers: Servers, type_there: str, options: str
) -> None:
    servers.subscriber.execute(f"create table people (id bigint primary key, email {type_there})")
    servers.subscribe(options)
    change(servers.publisher)
    until(lambda: value(servers.subscriber, CHANGED) == ["(1,t)", "(2,f)"], "all is applied")
    there = value(servers.subscriber, "select email::bytea from people where id = 2")
    assert there == CIPHERTEXT


def test_replica_identity_full_needs_a_primary_key_there(servers: Servers) -> None:
    publisher, subscriber, subscribe = servers
    subscriber.execute("create table people (id bigint, email kw.ciphertext)")
    publisher.execute("alter table people replica identity full")
    told = "select count(*) from kw.doctor() where \"check\" = 'replica identity'"
    assert value(publisher, told) == 1
    subscribe("")
    until(lambda: value(subscriber, "select count(*) from people") == 1, "it is copied")
    change(publisher)
    failed = "select apply_error_count > 0 from pg_stat_subscription_stats"
    until(lambda: value(subscriber, failed) is True, "the UPDATE fails")
    assert value(subscriber, CHANGED) == ["(1,f)", "(2,t)", "(3,f)"], "and those after it wait"
    subscriber.execute("alter table people add primary key (id)")
    until(lambda: value(subscriber, CHANGED) == ["(1,t)", "(2,f)"], "it goes on with a key")


# -- the extension is dropped ------------------------------------------------------------------


def test_dropping_the_extension_names_the_columns_and_cascade_drops_them(people: Session) -> None:
    people.rows("set kwtools.allow_drop = 'all keys'")
    said = people.refused("2BP01", "drop extension kwtools")
    assert "column email of table people depends on type kw.ciphertext" in said
    assert "column emails of table people depends on type kw.ciphertext[]" in said
    people.rows("reset kwtools.allow_drop")
    said = people.refused("55006", "drop extension kwtools cascade")
    assert "keys live" in said
    people.rows("set kwtools.allow_drop = 'all keys'; drop extension kwtools cascade")
    columns = "select attname::text from pg_attribute where attrelid = 'people'::regclass"
    assert people.values(f"{columns} and attnum > 0 and not attisdropped") == ["id"]
