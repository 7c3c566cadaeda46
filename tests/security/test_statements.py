"""Kinds of statements and places of calls: all work, and leave nothing behind."""

import psycopg
import pytest

from tests.conftest import Database
from tests.security.conftest import SECRET, Make, sqlstate_of, value_of
from tests.timeouts import timeout

DECRYPT = "select kw.decrypt('people', id, 'ssn', ssn) from people where id = 1"


@pytest.fixture
def session(people: Database, make_role: Make) -> psycopg.Connection:
    role = make_role("kw_client")
    people.sql(f"grant select, insert, update on public.people to {role}")
    people.sql(f"grant create on schema public to {role}")
    return people.connect(role)


def test_explain_runs_and_shows_no_value(session: psycopg.Connection) -> None:
    for options in ("", "(analyze, verbose)", "(verbose, costs off)"):
        lines = session.execute(f"explain {options} {DECRYPT}").fetchall()
        assert not any(SECRET.decode() in line or SECRET.hex() in line for (line,) in lines)


def test_explain_with_constant_arguments_checks_the_role(people: Database, make_role: Make) -> None:
    """A STABLE function of constants may run while planning."""
    outsider = people.connect(make_role("kw_client"))
    [(sealed,)] = people.sql("select ssn from people where id = 1")
    call = f"kw.decrypt('people', 1, 'ssn', '\\x{sealed.hex()}')"
    query = f"explain select from pg_class where relname = encode({call}, 'hex')"
    assert sqlstate_of(outsider, query) in (None, "KW100")
    assert sqlstate_of(outsider, f"explain analyze select {call}") == "KW100"


def test_a_cursor_reads_on_while_other_calls_are_made(session: psycopg.Connection) -> None:
    with session.transaction():
        session.execute(f"declare c cursor for {DECRYPT.replace('where id = 1', 'order by id')}")
        assert session.execute("fetch 1 from c").fetchall() == [(SECRET,)]
        session.execute("update people set ssn = kw.encrypt('people', id, 'ssn', 'new')")
        assert session.execute("fetch 1 from c").fetchall() == [(SECRET,)]
    assert value_of(session, DECRYPT) == b"new"


def test_a_cursor_with_hold_holds_what_it_read(session: psycopg.Connection) -> None:
    with session.transaction():
        session.execute(f"declare c cursor with hold for {DECRYPT}")
    assert session.execute("fetch all from c").fetchall() == [(SECRET,)]


def test_a_cursor_that_was_declared_by_another_role_checks_the_role_that_reads(
    people: Database, session: psycopg.Connection, make_role: Make
) -> None:
    superuser = people.connect()
    role = session.info.user
    outsider = make_role("kw_client")
    with superuser.transaction(force_rollback=True):
        superuser.execute(f"set local role {role}")
        superuser.execute(f"declare c cursor for {DECRYPT}")
        superuser.execute(f"set local role {outsider}")
        assert sqlstate_of(superuser, "fetch 1 from c") == "KW100"


@pytest.mark.parametrize("mode", ["force_generic_plan", "force_custom_plan"])
def test_a_prepared_statement_works_again_and_again(session: psycopg.Connection, mode: str) -> None:
    session.execute(f"set plan_cache_mode = {mode}")
    query = "select kw.decrypt('people', %s, 'ssn', ssn) from people where id = %s"
    for _ in range(8):
        rows = session.execute(query, (1, 1), prepare=True).fetchall()
        assert rows == [(SECRET,)]


def test_an_error_within_a_savepoint_leaves_the_transaction_usable(
    session: psycopg.Connection,
) -> None:
    with session.transaction():
        for _ in range(3):
            with pytest.raises(psycopg.Error) as caught, session.transaction():
                session.execute("select kw.decrypt('people', 1, 'ssn', 'x')")
            assert caught.value.sqlstate == "KW300"
            assert value_of(session, DECRYPT) == SECRET


def test_a_write_rolled_back_to_a_savepoint_is_gone(session: psycopg.Connection) -> None:
    with session.transaction():
        with session.transaction(force_rollback=True):
            session.execute("select kw.bind('people', 7, 'ssn')")
            session.execute("select kw.rotate('people', 1, 'ssn')")
            later = value_of(session, "select kw.encrypt('people', 1, 'ssn', 'later')")
        assert value_of(session, "select kw.lookup('people', 7, 'ssn')") is None
        assert value_of(session, DECRYPT) == SECRET
    assert sqlstate_of(session, "select kw.decrypt('people', 1, 'ssn', %s)", later) == "KW300"


def test_plpgsql_catches_an_error_and_its_sqlstate(session: psycopg.Connection) -> None:
    session.execute(
        """
        create function public.try(value bytea) returns text language plpgsql as $$
        begin
            return convert_from(kw.decrypt('people', 1, 'ssn', value), 'UTF8');
        exception
            when sqlstate 'KW300' then return 'refused: ' || sqlerrm;
        end $$
        """
    )
    for _ in range(3):
        answer = value_of(session, "select public.try('x')")
        assert str(answer).startswith("refused: kwtools: could not decrypt")
        query = "select public.try(ssn) from people where id = 1"
        assert value_of(session, query) == SECRET.decode()


def test_triggers_that_write_other_protected_tables_work(
    people: Database, session: psycopg.Connection
) -> None:
    """encrypt in a statement whose trigger encrypts in a statement whose trigger encrypts."""
    role = session.info.user
    people.sql("create table public.log (id bigint, depth int, entry bytea)")
    people.sql("select kw.bind('log', '*', 'entry')")
    people.sql(f"grant select, insert, update on public.log to {role}")
    people.sql(
        """
        create function public.logs() returns trigger language plpgsql as $$
        declare depth int := pg_trigger_depth();
        begin
            if depth < 4 then
                insert into public.log values
                    (new.id, depth, kw.encrypt('log', new.id, 'entry',
                        kw.decrypt('people', 1, 'ssn',
                            (select ssn from public.people where id = 1))));
            end if;
            return new;
        end $$
        """
    )
    for table in ("people", "log"):
        people.sql(
            f"create trigger logs before insert on public.{table} "
            "for each row execute function public.logs()"
        )
    session.execute(
        "insert into people (id, note) values (9, kw.encrypt('people', 9, 'note', 'x'))"
    )
    query = "select depth, kw.decrypt('log', id, 'entry', entry) from log order by depth"
    assert session.execute(query).fetchall() == [(1, SECRET), (2, SECRET), (3, SECRET)]


def test_what_is_left_for_the_owner_is_never_found_by_hand(session: psycopg.Connection) -> None:
    calls = [
        "select kw._as_owner()",
        "select kw.decrypt('people', 1, 'ssn', 'x'), kw._as_owner()",
        "select kw._as_owner() from people where kw.lookup('people', id, 'ssn') is not null",
        "select kw.lookup('people', 1, kw._as_owner()::text)",
    ]
    for call in calls:
        assert sqlstate_of(session, call) in ("KW001", "KW300"), call
    with session.transaction(force_rollback=True):
        session.execute(f"declare c cursor for {DECRYPT}")
        session.execute("fetch 1 from c")
        assert sqlstate_of(session, "select kw._as_owner()") == "KW001"
    for failing in ("select kw.decrypt('people', 1, 'ssn', 'x')", "select kw.lookup('x.y.z', 1)"):
        assert sqlstate_of(session, failing) is not None
        assert sqlstate_of(session, "select kw._as_owner()") == "KW001"


def test_a_cancelled_call_leaves_nothing_behind(session: psycopg.Connection) -> None:
    for _ in range(5):
        with timeout(session, 1):
            state = sqlstate_of(session, "select kw.wrap() from generate_series(1, 100000)")
            assert state == "57014"
    assert sqlstate_of(session, "select kw._as_owner()") == "KW001"
    assert value_of(session, DECRYPT) == SECRET


@pytest.mark.parametrize(
    "setting",
    [
        "quote_all_identifiers = on",
        "search_path = ''",
        "search_path = pg_temp, public",
        "bytea_output = escape",
        "standard_conforming_strings = off",
        "array_nulls = off",
        "plan_cache_mode = force_custom_plan",
        "default_transaction_read_only = on",
        "client_encoding = latin1",
        "extra_float_digits = -10",
        "xmloption = document",
        "row_security = off",
        "datestyle = 'SQL, DMY'",
        "jit_above_cost = 0",
        "transform_null_equals = on",
        "enable_indexscan = off",
    ],
)
def test_no_setting_of_a_session_changes_what_is_allowed(
    people: Database, session: psycopg.Connection, make_role: Make, setting: str
) -> None:
    [(sealed,)] = people.sql("select ssn from people where id = 1")
    call = "select encode(kw.decrypt('people', 1, 'ssn', decode(%s, 'hex')), 'hex')"
    session.execute(f"set {setting}")
    assert value_of(session, call, sealed.hex()) == SECRET.hex()
    outsider = people.connect(make_role("kw_client"))
    outsider.execute(f"set {setting}")
    assert sqlstate_of(outsider, call, sealed.hex()) == "KW100"


def test_what_a_first_binding_records_does_not_depend_on_settings(
    people: Database, make_role: Make
) -> None:
    people.sql("create table public.other (id bigint primary key, f bytea)")
    first = people.connect()
    first.execute("set quote_all_identifiers = on")
    first.execute("select kw.bind('other', 1, 'f')")
    sealed = value_of(first, "select kw.encrypt('other', 1, 'f', 'x')")
    reader = make_role("kw_client")
    people.sql(f"grant select on public.other to {reader}")
    query = "select kw.decrypt('other', 1, 'f', %s)"
    assert value_of(people.connect(reader), query, sealed) == b"x"
