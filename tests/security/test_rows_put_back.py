"""Each sealed table: rows of it put back whole, deleted, or all deleted; kw.check_state names them.

The edits are a superuser's, in a session where triggers, foreign keys and checks are off.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.conftest import FORGET, Database, Keystore
from tests.deployment import HOST, MAKE_KEY, seal
from tests.security.test_edits_of_tables import without_guards
from tests.sql.sealed import STATEMENTS, TABLES, begin, make_tables
from tests.sql.session import Session

CHECK = "select table_name, row_key from kw.check_state(%s)"
COLUMNS = """
    select string_agg(quote_ident(attname), ', ' order by attnum)
    from pg_attribute
    where attrelid = %s::regclass and attnum > 0 and attgenerated = '' and not attisdropped
"""
KEEP = """
    insert into public.old_{0} select * from kw.{0} t
    where not exists (select from public.old_{0} o where o.change_no = t.change_no)
"""
KEY = """
    select array_agg(quote_ident(a.attname))
    from pg_index i
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
    where i.indrelid = %s::regclass and i.indisprimary
"""
# The row of this table says by which key the others are checked.
OTHERS = [table for table in TABLES if table != "deployments"]

# Without them the deployment key does not open.
NEEDED = ("kms_providers", "kms_keys", "key_wrappers")


@pytest.fixture
def kept(db: Database, make_keystore: Callable[[], Keystore]) -> tuple[Session, str]:
    """A superuser's session after many calls, with every version of each row, and a checkpoint."""
    session, store = Session(db.connect()), make_keystore().name
    session.rows(
        "create table public.people (id bigint primary key, name text, ssn bytea, note bytea)"
    )
    make_tables(session)
    begin(session, "adopted")
    session.rows("create table public.before_sealing as select * from kw.deployments")
    session.rows("select kw.seal_deployment()")
    session.rows(MAKE_KEY, "log", "Ed25519")
    session.rows("select kw.create_log(%s, '{log}')", HOST)
    for table in TABLES:
        session.rows(f"create table public.old_{table} as select * from kw.{table}")
    for statement in STATEMENTS:
        session.rows(statement.replace("STORE", store))
        for table in TABLES:
            session.rows(KEEP.format(table))
    session.rows(MAKE_KEY, "next log", "Ed25519")
    for names in (["log", "next log"], ["next log"]):
        session.rows("select kw.set_log_keys(%s)", names)
        session.rows(KEEP.format("log_keys"))
    _, note = seal(session)
    assert session.rows(CHECK, note) == []
    session.connection.autocommit = False
    return session, note


@contextmanager
def undone(session: Session) -> Iterator[None]:
    """Edit the tables, in a session that then knows nothing of before; undone afterwards."""
    session.rows("savepoint before_the_edit")
    without_guards(session)
    yield
    session.rows("rollback to before_the_edit")


def is_found(session: Session, note: str, table: str) -> bool:
    """Whether the check names the table, or cannot open the deployment key without the row."""
    try:
        return table in {name for name, _ in session.rows(CHECK, note)}
    except psycopg.Error as error:
        if table == "log_keys" and error.sqlstate == "KW211":
            return "no known key signed the note" in str(error)
        if table in NEEDED and error.sqlstate in ("KW101", "KW210", "KW211"):
            return "KMS key" in str(error) or "wrapper" in str(error)
        raise


def test_every_row_that_is_put_back_or_deleted_is_named(kept: tuple[Session, str]) -> None:
    session, note = kept
    put_back, deleted = set(), set()
    for table in OTHERS:
        columns, key = (session.value(query, f"kw.{table}") for query in (COLUMNS, KEY))
        same = " and ".join(f"t.{name} = o.{name}" for name in key)
        older = session.values(
            f"select distinct on ({', '.join(key)}) change_no from public.old_{table} o"
            f" where not exists (select from kw.{table} t where {same}"
            f" and t.change_no = o.change_no) and seal is not null order by {', '.join(key)}"
        )
        for number in older[:3]:
            with undone(session):
                session.rows(
                    f"delete from kw.{table} t using public.old_{table} o"
                    f" where {same} and o.change_no = {number}"
                )
                session.rows(
                    f"insert into kw.{table} ({columns}) overriding system value"
                    f" select {columns} from public.old_{table} where change_no = {number}"
                )
                session.connection.execute(FORGET)
                assert is_found(session, note, table), number
            put_back.add(table)
        for number in session.values(f"select change_no from kw.{table} order by 1 limit 2"):
            with undone(session):
                session.rows(f"delete from kw.{table} where change_no = {number}")
                session.connection.execute(FORGET)
                assert is_found(session, note, table), number
            deleted.add(table)
        with undone(session):
            session.rows(f"delete from kw.{table}")
            session.connection.execute(FORGET)
            assert is_found(session, note, table) or table not in deleted
    assert set(OTHERS) - deleted <= {"import_sources"}, "moves and imports write its rows"
    # Nothing changes a row of these, or deletes one.
    never = {"kem_private_keys", "binding_generations", "import_sources"}
    assert set(OTHERS) - put_back <= never


def test_a_deployment_that_is_put_back_or_deleted_is_found(kept: tuple[Session, str]) -> None:
    session, note = kept
    with undone(session):
        session.rows("delete from kw.deployments")
        session.connection.execute(FORGET)
        session.rows("savepoint s")
        session.refused("KW101", CHECK, note)
        session.rows("rollback to s")
    with undone(session):
        session.rows(
            "update kw.deployments d set phase = o.phase, change_no = o.change_no, seal = o.seal"
            " from public.before_sealing o"
        )
        session.connection.execute(FORGET)
        assert "deployments" in {name for name, _ in session.rows(CHECK, note)}
