"""In a parallel worker plpy would crash the server: our functions refuse before they call it.

PARALLEL UNSAFE does not hold: any role can wrap a function of ours in one of its own.
"""

import psycopg
import pytest

from tests.conftest import Database
from tests.security.conftest import SECRET, Make, sqlstate_of, value_of

WRAPPED = {
    "decrypt": "kw.decrypt('people', id, 'ssn', ssn)",
    "encrypt": "kw.encrypt('people', id, 'ssn', 'x')",
    "lookup": "kw.lookup('people', id, 'ssn')",
    "version": "kw.version()",
    "_as_owner": "kw._as_owner()",
    "_read_as_owner": "kw._read_as_owner()",
}


@pytest.fixture
def client(people: Database, make_role: Make) -> str:
    """A role that may read ssn, and functions of its own around ours, marked as it pleases."""
    role = make_role("kw_client")
    people.sql(f"grant select, update on public.people to {role}")
    people.sql(f"grant create on schema public to {role}")
    people.sql(
        "insert into people select g, ssn from generate_series(10, 2000) g, people where id = 1"
    )
    people.sql("alter table people set (parallel_workers = 2)")
    people.sql("analyze people")
    with people.place.connect(people.name, role) as session:
        for name, call in WRAPPED.items():
            for marked in ("safe", "restricted"):
                session.execute(
                    f"create function public.{name}_{marked}(id bigint, ssn bytea) returns text "
                    f"language plpgsql stable parallel {marked} "
                    f"as $$ begin return {call}; end $$"
                )
    return role


def _force(session: psycopg.Connection) -> None:
    for name, value in {
        "force_parallel_mode": "on",
        "parallel_setup_cost": "0",
        "parallel_tuple_cost": "0",
        "min_parallel_table_scan_size": "0",
        "max_parallel_workers_per_gather": "2",
        "max_parallel_workers": "8",
    }.items():
        if name == "force_parallel_mode" and session.info.server_version >= 160000:
            name = "debug_parallel_query"
        session.execute(f"set {name} = {value}")


def _is_alive(session: psycopg.Connection, backend: int) -> None:
    assert session.info.backend_pid == backend
    session.execute("reset all")
    query = "select kw.decrypt('people', 1, 'ssn', (select ssn from people where id = 1))"
    assert value_of(session, query) == SECRET


@pytest.mark.parametrize("is_warm", [False, True])
@pytest.mark.parametrize("marked", ["safe", "restricted"])
def test_a_parallel_query_is_refused_and_the_session_goes_on(
    people: Database, client: str, marked: str, is_warm: bool
) -> None:
    started = people.sql("select pg_postmaster_start_time()")
    for name in WRAPPED:
        session = people.connect(client)
        backend = session.info.backend_pid
        if is_warm:
            _is_alive(session, backend)
        for _ in range(2):
            _force(session)
            query = f"select count({name}_{marked}(id, ssn)) from people"
            assert _is_parallel(session, query)
            assert sqlstate_of(session, query) == "KW001", name
            _is_alive(session, backend)
    assert people.sql("select pg_postmaster_start_time()") == started


def test_the_runtime_loaded_by_hand_in_a_worker_does_no_harm(people: Database, client: str) -> None:
    session = people.connect(client)
    backend = session.info.backend_pid
    session.execute(
        """
        create function public.loading(id bigint, ssn bytea) returns text
        language plpgsql stable parallel safe as $$
        begin
            perform kw._load();
            return kw.decrypt('people', id, 'ssn', ssn);
        end $$
        """
    )
    for _ in range(2):
        _force(session)
        assert sqlstate_of(session, "select count(loading(id, ssn)) from people") == "KW001"
        _is_alive(session, backend)


def _is_parallel(session: psycopg.Connection, query: str) -> bool:
    plan = session.execute(f"explain {query}").fetchall()
    return any("Gather" in line for (line,) in plan)


def test_a_worker_that_catches_the_refusal_goes_on(people: Database, client: str) -> None:
    """An exception block needs a subtransaction, which a worker has since PostgreSQL 17 only."""
    session = people.connect(client)
    session.execute(
        """
        create function public.catching(id bigint, ssn bytea) returns text
        language plpgsql stable parallel safe as $$
        begin
            return kw.decrypt('people', id, 'ssn', ssn);
        exception when others then return 'caught';
        end $$
        """
    )
    backend = session.info.backend_pid
    for _ in range(3):
        _force(session)
        query = "select array_agg(distinct catching(id, ssn)) from people"
        if session.info.server_version >= 170000:
            assert value_of(session, query) == ["caught"]
        else:
            assert sqlstate_of(session, query) is not None
        _is_alive(session, backend)


def test_our_own_functions_are_never_planned_in_parallel(people: Database, client: str) -> None:
    session = people.connect(client)
    _force(session)
    for query in (
        "select count(kw.decrypt('people', id, 'ssn', ssn)) from people",
        "select kw.decrypt_many('people', array_agg(id::text), 'ssn', array_agg(ssn)) from people",
    ):
        assert not _is_parallel(session, query)
    query = "select kw.decrypt('people', id, 'ssn', ssn) from people where id = 1"
    assert value_of(session, query) == SECRET
