"""A database without the extension, whose owner made a schema kw: no command runs its code."""

import re
from pathlib import Path

import pytest
from psycopg import sql

from kwtools.cluster import Place
from kwtools.console.sections import SECTIONS
from tests.cli.conftest import Kwtools
from tests.conftest import Database, fresh_database
from tests.console.conftest import running

RELATIONS = """
select c.relname, array_agg(a.attname::text order by a.attnum)
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = 'kw'::regnamespace and c.relkind in ('r', 'v')
group by c.relname
"""
SPRING = """
create schema if not exists kw;
create function kw.spring() returns bigint language plpgsql as $$
begin raise exception 'somebody else''s code ran as %', current_user; end
$$;
create function kw.version() returns jsonb language sql as 'select to_jsonb(kw.spring())';
create function kw.check_kms() returns bigint language sql as 'select kw.spring()';
create procedure kw.seal_audit() language plpgsql as 'begin perform kw.spring(); end'
"""
RAN = "somebody else's code ran"


def squat(db: Database, relations: list[tuple[str, list[str]]]) -> None:
    """Make a schema kw with views of the names that the extension has."""
    with db.connect() as connection:
        connection.execute(SPRING)
        for name, columns in relations:
            nulls = sql.SQL(", ").join(
                sql.SQL("kw.spring() as {}").format(sql.Identifier(column)) for column in columns
            )
            view = sql.SQL("create view kw.{} as select {}").format(sql.Identifier(name), nulls)
            connection.execute(view)


@pytest.fixture(scope="module")
def relations(cluster: Place) -> list[tuple[str, list[str]]]:
    """The tables and views of kw, with their columns."""
    with fresh_database(cluster) as db:
        return [(name, columns) for name, columns in db.sql(RELATIONS)]


@pytest.fixture
def squatted(target: Database, relations: list[tuple[str, list[str]]]) -> Database:
    """A database without the extension, and with a schema kw."""
    squat(target, relations)
    return target


COMMANDS = (
    "audit seal", "deployment status", "diff", "doctor", "health",
    "health --recorded", "inventory", "inventory --signing-keys", "inventory --unprotected",
    "keys safe-to-destroy 1", "metrics --once", "reencrypt people ssn", "relayer --policy x",
    "rewrap status", "rotate-index people ssn", "schema", "status", "verify",
    "version", "wrappers recipient 1",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_runs_what_another_put_there(
    kwtools: Kwtools, squatted: Database, command: str
) -> None:
    _, out, err = kwtools(*command.split(), "--dsn", squatted.dsn)
    assert RAN not in out + err
    assert re.search("not installed|not the extension kwtools", out + err)


def test_a_report_runs_nothing_either(kwtools: Kwtools, squatted: Database, tmp_path: Path) -> None:
    code, _, err = kwtools("report", tmp_path / "report.html", "--dsn", squatted.dsn)
    assert code == 1
    assert RAN not in err
    assert "not installed" in err


def test_a_console_asks_at_each_page_whether_the_extension_is_there(
    target: Database, relations: list[tuple[str, list[str]]]
) -> None:
    target.sql("create extension kwtools cascade")
    with running("--dsn", target.dsn) as console:
        console.page("jobs")
        target.sql("drop extension kwtools")
        squat(target, relations)
        for section in SECTIONS:
            answer = console.get(f"/{section.name}")
            assert RAN not in answer.text
            # Doctor finds the schema.
            assert re.search("kwtools is not installed|not the extension kwtools", answer.text)
