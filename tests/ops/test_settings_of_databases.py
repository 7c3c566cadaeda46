"""The extension is made and works whatever the settings of database, role and session are."""

import contextlib
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from kwtools.cluster import Place, set_up
from tests.conftest import unique

# Settings that stand against any extension, or that only say what the session is.
_LEFT_OUT = {
    *("default_transaction_read_only", "transaction_read_only", "is_superuser"),
    *("default_transaction_deferrable", "transaction_deferrable", "transaction_isolation"),
    *("session_replication_role", "exit_on_error", "zero_damaged_pages"),
    *("ignore_checksum_failure", "ignore_invalid_pages", "allow_system_table_mods"),
}
# They only say how much is logged, or are slow.
_PREFIXES = ("log_", "debug_", "trace_", "enable_", "jit", "client_min", "wal_", "backtrace")
_TEXTS = {
    "datestyle": ["German, DMY", "SQL, MDY"],
    "timezone": ["Asia/Kolkata"],
    "search_path": ["kw, public", "pg_temp, public"],
    "extra_float_digits": ["-15"],
    "work_mem": ["64"],
    "plpgsql.extra_errors": ["all"],
    "plpgsql.extra_warnings": ["all"],
    "plpgsql.variable_conflict": ["use_variable", "use_column"],
    "plpgsql.print_strict_params": ["on"],
}


def _changes(place: Place) -> list[dict[str, str]]:
    """Return settings by name so that together each has each of its other values once."""
    query = (
        "select name, setting, coalesce(enumvals, '{on,off}') from pg_settings "
        "where vartype in ('bool', 'enum') and context in ('user', 'superuser')"
    )
    with place.connect() as connection:
        found = {
            name: [value for value in values if value != setting]
            for name, setting, values in connection.execute(query)
            if name not in _LEFT_OUT and not name.startswith(_PREFIXES)
        } | _TEXTS
    most = 3  # of an enum with more, the first ones
    return [
        {name: values[number] for name, values in found.items() if number < len(values)}
        for number in range(most)
    ]


@contextlib.contextmanager
def _database(cluster: Place, **settings: str) -> Iterator[str]:
    """A new database with settings of its own."""
    name = unique("settings")
    with cluster.connect() as connection:
        connection.execute(f"create database {name} template template0")
        for setting, value in settings.items():
            change = sql.SQL("alter database {} set {} = ").format(
                sql.Identifier(name), sql.SQL(setting)
            )
            shown = sql.SQL(value) if setting == "search_path" else sql.Literal(value)
            connection.execute(change + shown)
    try:
        yield name
    finally:
        with cluster.connect() as connection:
            connection.execute(f"drop database {name} with (force)")


def _works(connection: psycopg.Connection, table: str) -> None:
    """Bind, encrypt, decrypt, rotate, shred and look at everything."""
    connection.execute(f'create table public."{table}" (id text primary key, a bytea)')
    connection.execute("select kw.bind(%s, '1', 'a')", [f"public.{table}"])
    _reads(connection, table)
    connection.execute("select kw.rotate(%s, '1', 'a')", [f"public.{table}"])
    connection.execute("set jit = off")  # compiling the view takes seconds
    connection.execute("select * from kw.crypto_inventory").fetchall()
    assert connection.execute("select * from kw.verify()").fetchall() == []
    wrong = connection.execute('select "check", detail from kw.doctor() where not ok').fetchall()
    assert wrong == []


def _reads(connection: psycopg.Connection, table: str) -> None:
    name = f"public.{table}"
    kept = "select kw.decrypt_text(%s, '1', 'a', kw.encrypt_text(%s, '1', 'a', 'kept'))"
    assert connection.execute(kept, [name, name]).fetchone() == ("kept",)
    keys = "select kw.entity_key('*'), kw.entity_key(chr(92) || 'x'), kw.entity_key('#')"
    assert connection.execute(keys).fetchone() == (r"\*", r"\\x", r"\#")


def test_whatever_a_database_sets(cluster: Place) -> None:
    for changes in _changes(cluster):
        with _database(cluster, **changes) as database:
            with cluster.connect(database) as connection:
                set_up(connection, database)
                _works(connection, "Table of its own")
            with cluster.connect() as connection:
                connection.execute(f"alter database {database} reset all")
            with cluster.connect(database) as connection:
                _reads(connection, "Table of its own")
                _works(connection, "other")


@pytest.mark.parametrize(
    "setting", ["standard_conforming_strings = off", "quote_all_identifiers = on"]
)
def test_what_is_made_under_other_strings_and_quotes(cluster: Place, setting: str) -> None:
    name, _, value = setting.partition(" = ")
    with _database(cluster, **{name: value}) as database:
        with cluster.connect(database) as connection:
            set_up(connection, database)
            _works(connection, "mine")
        with cluster.connect() as connection:
            connection.execute(f"alter database {database} reset all")
        with cluster.connect(database) as connection:
            _reads(connection, "mine")
            wrong = 'select "check", detail from kw.doctor() where not ok'
            assert connection.execute(wrong).fetchall() == []


def test_no_backslash_stands_where_a_setting_says_what_it_means() -> None:
    from kwtools.install_script import script

    for line in script().splitlines():
        if not line.startswith("\\echo"):
            assert "\\" not in line or "E'" in line, line


def test_a_database_whose_encoding_has_no_way_to_utf8_is_refused(cluster: Place) -> None:
    name = unique("mule")
    with cluster.connect() as connection:
        connection.execute(
            f"create database {name} encoding 'MULE_INTERNAL' template template0 locale 'C'"
        )
    try:
        with psycopg.connect(cluster.dsn(name), client_encoding="sql_ascii") as connection:
            with pytest.raises(psycopg.Error) as caught:
                connection.execute("create extension kwtools cascade")
            assert caught.value.sqlstate == "KW001"
    finally:
        with cluster.connect() as connection:
            connection.execute(f"drop database {name} with (force)")
