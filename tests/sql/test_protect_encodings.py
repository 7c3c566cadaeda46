"""Columns of databases in other encodings are protected, and shown by views, as well."""

import json
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.conftest import Database


@pytest.mark.parametrize(("encoding", "text"), [("LATIN1", "schéma"), ("EUC_JP", "日本")])
def test_a_column_is_protected_in_the_databases_encoding(
    db: Database, encoding: str, text: str
) -> None:
    name = f"{db.name}_encoded"
    made = sql.SQL("create database {} encoding {} template template0 locale 'C'").format(
        sql.Identifier(name), sql.Literal(encoding)
    )
    with db.place.connect() as connection:
        connection.execute(made)
    try:
        with db.place.connect(name) as connection:
            _protect(connection, text)
            _show(connection, text)
    finally:
        with db.place.connect() as connection:
            connection.execute(sql.SQL("drop database {}").format(sql.Identifier(name)))


def _protect(connection: psycopg.Connection[tuple[Any, ...]], text: str) -> None:
    connection.execute("create extension kwtools cascade")
    connection.execute("select kw.add_provider('local', 'local')")
    connection.execute("select kw.add_kms_key('local', 'test-1')")
    connection.execute("select kw.create_policy('default', 'single', 1)")
    table, key = sql.Identifier(text), sql.Identifier(f"key {text}")
    connection.execute(
        sql.SQL("create table {0} ({1} text primary key, {0} text)").format(table, key)
    )
    insert = sql.SQL("insert into {} values (%s, %s)").format(table)
    connection.execute(insert, [f"{text} 1", f"{text} before"])
    connection.execute("call kw.protect(%s, %s, until => 'expanded')", [text, text])
    connection.execute(insert, [f"{text} 2", f"{text} meanwhile"])
    connection.execute("call kw.protect(%s, %s, until => 'contracted')", [text, text])
    read = sql.SQL("select kw.decrypt_text(%s, {1}, %s, {0}) from {0} order by {1}").format(
        table, key
    )
    found = connection.execute(read, [text, text]).fetchall()
    assert found == [(f"{text} before",), (f"{text} meanwhile",)]


def _show(connection: psycopg.Connection[tuple[Any, ...]], text: str) -> None:
    table, key = sql.Identifier(text), sql.Identifier(f"key {text}")
    view, more = sql.Identifier(f"{text}_decrypted"), sql.Identifier(f"more {text}")
    connection.execute("select kw.set_protected_field(%s, %s, 'text', 'column')", [text, text])
    connection.execute("select kw.create_protected_view(%s)", [text])
    connection.execute(sql.SQL("alter table {} add column {} text").format(table, more))
    connection.execute(
        sql.SQL("insert into {} ({}, {}) values (%s, %s)").format(view, key, table),
        [f"{text} 3", f"{text} by the view"],
    )
    connection.execute(
        sql.SQL("update {} set {} = %s, {} = %s where {} = %s").format(view, table, more, key),
        [f"{text} changed", text, f"{text} 1"],
    )
    connection.execute(sql.SQL("delete from {} where {} = %s").format(view, key), [f"{text} 2"])
    row = {f"key {text}": f"{text} 3", f"more {text}": f"{text} more"}
    upsert = "select kw.upsert_protected(%s, %s)"
    connection.execute(upsert, [f'"{text}_decrypted"', json.dumps([row], ensure_ascii=False)])
    found = connection.execute(
        sql.SQL("select {}, {} from {} order by {}").format(table, more, view, key)
    ).fetchall()
    assert found == [(f"{text} changed", text), (f"{text} by the view", f"{text} more")]
