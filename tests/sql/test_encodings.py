"""A text that the database's encoding cannot hold is refused without showing it."""

import psycopg
import pytest
from psycopg import sql

from tests.conftest import Database


@pytest.mark.parametrize("encoding", ["LATIN1", "EUC_JP", "WIN1252"])
def test_texts_cross_the_databases_encoding_or_are_refused(db: Database, encoding: str) -> None:
    name = sql.Identifier(f"{db.name}_encoded")
    with db.place.connect() as connection:
        connection.execute(
            sql.SQL("create database {} encoding {} template template0 locale 'C'").format(
                name, sql.Literal(encoding)
            )
        )
    try:
        with db.place.connect(f"{db.name}_encoded") as connection:
            connection.execute("create extension kwtools cascade")
            connection.execute("select kw.add_provider('local', 'local')")
            connection.execute("select kw.add_kms_key('local', 'test-1')")
            connection.execute("select kw.create_policy('default', 'single', 1)")
            connection.execute("create table t (id text primary key, a bytea)")
            connection.execute("select kw.bind('t', '*', 'a')")
            kept = "select kw.decrypt_text('t', 'k', 'a', kw.encrypt_text('t', 'k', 'a', %s))"
            assert connection.execute(kept, ["plain"]).fetchone() == ("plain",)
            schema = "日本" if encoding == "EUC_JP" else "schéma"
            connection.execute(f'create schema "{schema}"; create table "{schema}".t (a bytea)')
            connection.execute(f'set search_path = "{schema}", public')
            assert connection.execute(kept, ["plain"]).fetchone() == ("plain",)
            connection.execute("reset search_path")
            foreign = "select kw.decrypt_text('t', 'k', 'a', kw.encrypt('t', 'k', 'a', %s))"
            with pytest.raises(psycopg.Error) as caught:
                connection.execute(foreign, ["Ωđ☃".encode()])
            assert caught.value.sqlstate == "KW300"
            assert "0x" not in str(caught.value)
    finally:
        with db.place.connect() as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(name))
