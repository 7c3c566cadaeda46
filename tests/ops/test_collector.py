"""A collector binds and encrypts by public keys, and a reader restored from it decrypts."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from kwtools import keystore
from kwtools.cluster import Place, set_up
from kwtools.runtime import new_kem_key

KEM = "ML-KEM-768+X25519"
DECRYPT = "select kw.decrypt_text('visits', id, 'note', note) from visits order by id"


@pytest.fixture
def reader(own_cluster: Callable[..., Place]) -> Place:
    """A server whose keystore holds the private key; as yet without data."""
    place = own_cluster()
    store = keystore.open_keystore(place.keystore, sql_may_create=True)
    store.copy_in("reader-1", new_kem_key(KEM))
    with place.connect() as connection:
        connection.execute("create extension kwtools cascade")
        connection.execute("select kw.add_provider('local', 'local')")
        connection.execute("select kw.add_kms_key('local', 'reader-1')")
    return place


@pytest.fixture
def collector(own_cluster: Callable[..., Place], reader: Place) -> Place:
    """A server that has the reader's public key, and policy ``collect`` with a layer of it."""
    place = own_cluster()
    with reader.connect() as connection:
        (public,) = values(connection, "select public_key from kw.kms_keys")
    with place.connect() as connection:
        set_up(connection, "collector")
        connection.execute(
            "select kw.add_kem_key('local', 'reader-1', %s, %s::bytea)", (KEM, public)
        )
        connection.execute("select kw.create_policy('collect', 'either', 1, 2, array[3])")
        connection.execute("create table visits (id bigint primary key, note bytea)")
        connection.execute("select kw.bind_policy('visits', 'note', 'collect')")
    return place


def refused(connection: psycopg.Connection, query: str) -> psycopg.Error:
    """Run what must fail."""
    with pytest.raises(psycopg.Error) as raised:
        connection.execute(query)
    return raised.value


def write(connection: psycopg.Connection, rows: int) -> None:
    """Bind and encrypt rows, each under a key of its own."""
    connection.execute("insert into visits select generate_series(1, %s::bigint)", (rows,))
    connection.execute("select kw.bind_many('visits', array_agg(id::text), 'note') from visits")
    connection.execute(
        "update visits set note = kw.encrypt_text('visits', id, 'note', 'no. ' || id)"
    )


def values(connection: psycopg.Connection, query: str) -> list[Any]:
    """Return a query's first column."""
    return [row[0] for row in connection.execute(query)]


def test_a_collector_encrypts_what_it_just_bound_and_reads_nothing_back(collector: Place) -> None:
    with collector.connect() as connection:
        write(connection, 3)
        for query in (
            DECRYPT,
            "select kw.unwrap(kw.lookup('visits', 1, 'note'))",
            "select kw.reencrypt('visits', id, 'note', note) from visits",
            "select kw.rewrap(kw.lookup('visits', 1, 'note'))",
        ):
            error = refused(connection, query)
            assert error.sqlstate == "KW201"
            assert 'layer 1: the private key of "reader-1"' in str(error)
        assert len(values(connection, "select distinct wrapper from kw.verify()")) == 3


def test_another_session_of_a_collector_encrypts_by_a_new_key_only(collector: Place) -> None:
    with collector.connect() as connection:
        connection.execute("select kw.bind('visits', '*', 'note')")
        connection.execute("select kw.encrypt_text('visits', 1, 'note', 'one')")
    with collector.connect() as connection:
        error = refused(connection, "select kw.encrypt_text('visits', 2, 'note', 'two')")
        assert error.sqlstate == "KW201"
        assert "kw.rotate" in str(error.diag.message_hint)
        connection.execute("select kw.rotate('visits', '*', 'note')")
        connection.execute("select kw.encrypt_text('visits', 2, 'note', 'two')")


def test_what_a_collector_keeps_closes_with_its_keys_and_rows(collector: Place) -> None:
    encrypt = "select kw.encrypt_text('visits', 1, 'note', 'one')"
    with collector.connect() as connection:
        connection.execute("select kw.bind('visits', 1, 'note')")
        connection.execute(encrypt)
        connection.execute("select kw.set_kms_key_status(3, 'disabled')")
        assert refused(connection, encrypt).sqlstate == "KW200"
        connection.execute("select kw.set_kms_key_status(3, 'active')")
        connection.execute(encrypt)
        connection.execute("update kw.key_wrapper_layers set aad = '{}'")
        assert "layer 1" in str(refused(connection, encrypt))
        connection.execute("update kw.key_wrapper_layers set aad = null")
        connection.execute(encrypt)
        connection.execute("select kw.set_setting('cache_seconds', 0)")
        assert refused(connection, encrypt).sqlstate == "KW201"


def test_a_reader_restored_from_a_collector_decrypts(
    collector: Place, reader: Place, tmp_path: Path
) -> None:
    with collector.connect() as connection:
        write(connection, 5)
        connection.execute("select kw.rotate('visits', 1, 'note')")
    dump = tmp_path / "collector.sql"
    run(collector, "postgres", "pg_dump", "--file", str(dump))
    owner = collector.keystore.stat()
    for key in collector.keystore.glob("collector-*.jwk"):  # as if both reached the same KMSs
        copied = reader.keystore / key.name
        shutil.copy(key, copied)
        os.chown(copied, owner.st_uid, owner.st_gid)
        copied.chmod(0o600)
    with reader.connect() as connection:
        connection.execute("create database restored")
    run(reader, "restored", "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(dump))
    with reader.connect("restored") as connection:
        connection.execute("select kw.reclaim_entity('visits')")
        assert values(connection, DECRYPT) == [f"no. {number}" for number in range(1, 6)]
        assert values(connection, "select count(*) from kw.verify()") == [0]


def run(place: Place, database: str, *command: str) -> None:
    """Run a client program of PostgreSQL."""
    environment = {**os.environ, **place.environment(database)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
