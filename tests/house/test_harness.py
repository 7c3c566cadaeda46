"""What the other tests trust the harness to do."""

import re
from pathlib import Path

from tests.conftest import Database

TESTS = Path(__file__).parents[1]
# One byte or two, written over others: random ones are the same once in 256 runs, or in 65,536.
WRITTEN_OVER = re.compile(r"""placing\s+(?:'(?:\\{1,2}x[0-9a-f]{2,4}|.{1,2})'|%s for [12])""")
READ = "select kw.decrypt('people', 1, 'ssn', ssn) from people"
KEPT = """
create function kept() returns bigint language plpython3u as $$
import sys
if "kwruntime" not in sys.modules:
    return -1
session = sys.modules["kwruntime.call"].SESSION
return len(session._states) + (session.epoch is not None)
$$"""


def test_a_statement_runs_in_a_session_as_good_as_new(db: Database) -> None:
    db.sql("create table people (id bigint, ssn bytea)")
    db.sql("select kw.bind('people', 1, 'ssn')")
    db.sql("insert into people values (1, kw.encrypt('people', 1, 'ssn', 'x'))")
    db.sql("set application_name = 'changed'")
    assert db.sql("select current_setting('application_name')") == [("",)]
    assert db.sql(READ) == [(b"x",)]
    # The same backend, with the runtime loaded: what it kept of the read above is gone.
    db.sql(KEPT)
    assert db.sql("select kept()") == [(0,)]


def test_a_statement_after_the_defaults_changed_has_the_new_ones(db: Database) -> None:
    assert db.sql("select 1") == [(1,)]
    db.sql(f'alter database "{db.name}" set statement_timeout = 4711')
    assert db.sql("show statement_timeout") == [("4711ms",)]


def test_a_statement_after_its_session_ended_gets_another_one(db: Database) -> None:
    (before,) = db.sql("select pg_backend_pid()")
    assert db.sql("select pg_backend_pid()") == [before]
    with db.place.connect() as connection:
        connection.execute("select pg_terminate_backend(%s, 60000)", before)
    assert db.sql("select pg_backend_pid()") != [before]


def test_no_test_edits_a_byte_to_one_that_it_may_have() -> None:
    for edit in (r"'\\x00' from 5", r"'\x0000' from 3", "'x' from 1", "%s for 1"):
        assert WRITTEN_OVER.search(f"overlay(seal placing {edit})"), edit
    assert not WRITTEN_OVER.search(r"overlay(seal placing '\\x00000002' from 1)")
    found = {
        f"{path.relative_to(TESTS)}: {edit}: set_byte(column, 4, get_byte(column, 4) # 1)"
        for path in TESTS.rglob("*.py")
        if path != Path(__file__)
        for edit in WRITTEN_OVER.findall(path.read_text())
    }
    assert found == set()
