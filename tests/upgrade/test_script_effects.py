"""What ``kwtools upgrade`` says of a script's locks and rewrites is what PostgreSQL does."""

import pytest

from kwtools import sources
from kwtools.script_effects import (
    ACCESS_EXCLUSIVE,
    LOCK,
    MODES,
    REWRITE,
    SHARE_ROW_EXCLUSIVE,
    UNREAD,
    Effect,
    Reader,
)
from kwtools.upgrade_plan import own_scripts
from tests.conftest import Database
from tests.upgrade.test_upgrade import RELEASES, restore

EDGES = list(zip(RELEASES, [*RELEASES[1:], sources.version()], strict=True))
_LOCKS = """
select c.oid::regclass::text, l.mode
from pg_locks l
join pg_class c on c.oid = l.relation
join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'kw'
where l.pid = pg_backend_pid() and c.relkind in ('r', 'v') and c.oid = any(%s::oid[])
"""
_FILES = """
select c.oid::regclass::text, pg_relation_filenode(c.oid)
from pg_class c where c.relnamespace = 'kw'::regnamespace and c.relkind = 'r'
"""


def mode_of(lock: str) -> str:
    """Return ``ACCESS EXCLUSIVE`` for ``AccessExclusiveLock``."""
    words = "".join(f" {one}" if one.isupper() else one for one in lock.removesuffix("Lock"))
    return words.strip().upper()


def effects_of(edge: tuple[str, str]) -> list[Effect]:
    """Return what is said of an edge."""
    return Reader().read(own_scripts()[f"kwtools--{edge[0]}--{edge[1]}.sql"])


def run(db: Database, edge: tuple[str, str]) -> tuple[dict[str, set[str]], set[str]]:
    """Run an edge; return the locks of each table that was there, and what was rewritten."""
    with db.connect(autocommit=False) as connection:
        present = [
            oid
            for (oid,) in connection.execute(
                "select oid::text from pg_class where relnamespace = 'kw'::regnamespace"
            )
        ]
        before: dict[str, int] = dict(connection.execute(_FILES).fetchall())
        connection.rollback()
        connection.execute(f"alter extension kwtools update to '{edge[1]}'")
        locks: dict[str, set[str]] = {}
        for table, mode in connection.execute(_LOCKS, (present,)):
            locks.setdefault(table, set()).add(mode_of(mode))
        after: dict[str, int] = dict(connection.execute(_FILES).fetchall())
        connection.rollback()
    return locks, {table for table in before.keys() & after.keys() if before[table] != after[table]}


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: "--".join(edge))
def test_the_locks_of_each_script_are_those_that_postgresql_takes(
    empty: Database, edge: tuple[str, str]
) -> None:
    restore(empty, edge[0])
    said = effects_of(edge)
    locks, _ = run(empty, edge)
    plain = {
        one.table: one.detail for one in said if one.kind == LOCK and one.table.startswith("kw.")
    }
    # Since 0.4.0 a script changes owners only where they differ, which is not so here.
    at_run_time = [
        one.detail
        for one in said
        if one.kind == LOCK
        and "run time" in one.table
        and (edge[0] < "0.3.0" or "owner to" not in one.table)
    ]
    strongest_at_run_time = max(["ACCESS SHARE", *at_run_time], key=MODES.index)
    for table, modes in locks.items():
        taken = max(modes, key=MODES.index)
        told = plain.get(table, "ACCESS SHARE")
        if MODES.index(taken) > MODES.index("ROW EXCLUSIVE"):
            assert MODES.index(taken) <= max(
                MODES.index(told), MODES.index(strongest_at_run_time)
            ), table
    for table, told in plain.items():
        if table in locks:  # what the script drops has no name any more
            assert told in locks[table], table


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: "--".join(edge))
def test_the_tables_that_are_rewritten_are_said(empty: Database, edge: tuple[str, str]) -> None:
    restore(empty, edge[0])
    said = {one.table for one in effects_of(edge) if one.kind == REWRITE}
    assert run(empty, edge)[1] == said


def read(script: str) -> set[tuple[str, str, str]]:
    return {tuple(one) for one in Reader().read(script)}  # type: ignore[misc]


@pytest.mark.parametrize(
    ("statement", "effect"),
    [
        ("alter table kw.t add column a integer", (LOCK, "kw.t", ACCESS_EXCLUSIVE)),
        ("alter table kw.t add column a uuid default gen_random_uuid()",
            (REWRITE, "kw.t", "new column a")),
        ("alter table kw.t add a int generated always as identity",
            (REWRITE, "kw.t", "new column a")),
        ("alter table kw.t alter a type bigint", (REWRITE, "kw.t", "AlterColumnType")),
        ("alter table kw.t alter a set not null", ("scan", "kw.t", "not null of column a")),
        ("alter table kw.t add constraint c check (a > 1)", ("scan", "kw.t", "constraint c")),
        ("alter table kw.t add constraint c unique (a)", ("index", "kw.t", "constraint c")),
        ("alter table kw.t add constraint c foreign key (a) references kw.u not valid",
            (LOCK, "kw.u", SHARE_ROW_EXCLUSIVE)),
        ("create table kw.n (a bigint references kw.t)", (LOCK, "kw.t", SHARE_ROW_EXCLUSIVE)),
        ("create index i on kw.t (a)", (LOCK, "kw.t", "SHARE")),
        ("drop trigger g on kw.t", (LOCK, "kw.t", ACCESS_EXCLUSIVE)),
        ("with x as (delete from kw.t returning a) select a from x",
            (LOCK, "kw.t", "ROW EXCLUSIVE")),
        ("lock table kw.t in exclusive mode", (LOCK, "kw.t", "EXCLUSIVE")),
        ("truncate kw.t", (LOCK, "kw.t", ACCESS_EXCLUSIVE)),
        ("do $$ begin update kw.t set a = 1; end $$", ("write", "kw.t", "update")),
        ("do $$ begin execute 'alter table kw.t drop column a'; end $$",
            (LOCK, "kw.t", ACCESS_EXCLUSIVE)),
        ("do $$ begin execute format('drop trigger g on kw.%I', 't'); end $$",
            (LOCK, "chosen at run time: drop trigger g on kw.%I", ACCESS_EXCLUSIVE)),
        ("do language plpython3u $$ plpy.execute('x') $$",
            (UNREAD, "unknown tables", "block in plpython3u")),
        ("select kw.f()", (UNREAD, "unknown tables", "call of kw.f")),
        ("vacuum kw.t", (UNREAD, "unknown tables", "VacuumStmt: vacuum kw.t")),
    ],
)  # fmt: skip
def test_a_statement_is_read(statement: str, effect: tuple[str, str, str]) -> None:
    assert effect in read(f'\\echo Use "x". \\quit\n-- é…\nanalyze; {statement};')


@pytest.mark.parametrize(
    "statement",
    [
        "alter table kw.t add column a timestamptz not null default now()",
        "alter table kw.t add column a boolean not null default false",
        "alter table kw.t enable always trigger g",
    ],
)
def test_what_writes_no_row_is_not_called_a_rewrite(statement: str) -> None:
    assert {kind for kind, _, _ in read(statement)} == {LOCK}


def test_tables_that_the_scripts_make_are_left_out() -> None:
    reader = Reader()
    assert reader.read("create table kw.n (a int); create index on kw.n (a)") == []
    assert reader.read("alter table kw.n add column b int") == []


def test_the_strongest_lock_of_a_table_is_told_once() -> None:
    assert read("create index on kw.t (a); drop table kw.t; create index on kw.t (a)") >= {
        (LOCK, "kw.t", ACCESS_EXCLUSIVE)
    }
    assert (LOCK, "kw.t", "SHARE") not in read("create index on kw.t (a); drop table kw.t")


def test_a_script_that_is_not_sql_is_refused() -> None:
    with pytest.raises(Exception, match="syntax error"):
        Reader().read("create table (")


def test_postgresql_agrees_about_the_order_of_modes(db: Database) -> None:
    with db.connect(autocommit=False) as connection:
        connection.execute("create table public.t (a int)")
        for mode in MODES:
            connection.execute(f"lock table public.t in {mode} mode")
        taken = connection.execute(
            "select mode from pg_locks where relation = 'public.t'::regclass"
        ).fetchall()
        assert {mode_of(mode) for (mode,) in taken} == set(MODES)
