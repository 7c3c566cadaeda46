"""Making and dropping the extension."""

import contextlib
from collections.abc import Callable, Iterator

import psycopg
import pytest
from kwshared.servers import POSTGRESQL

from kwtools import sources
from kwtools.cluster import Place
from kwtools.install_script import script
from tests.conftest import Database
from tests.sql.session import Session

# Everything that belongs to a database and could be left behind, without the toast tables' names.
OBJECTS = """
    select i.type, i.identity
    from (
        select 'pg_class'::regclass, oid from pg_class
        where relnamespace <> 'pg_toast'::regnamespace
        union all select 'pg_proc'::regclass, oid from pg_proc
        union all select 'pg_type'::regclass, oid from pg_type
        union all select 'pg_namespace'::regclass, oid from pg_namespace
        union all select 'pg_constraint'::regclass, oid from pg_constraint
        union all select 'pg_trigger'::regclass, oid from pg_trigger
        union all select 'pg_attrdef'::regclass, oid from pg_attrdef
        union all select 'pg_extension'::regclass, oid from pg_extension
        union all select 'pg_default_acl'::regclass, oid from pg_default_acl
    ) o (classid, objid)
    cross join pg_identify_object(o.classid, o.objid, 0) i
    union all select 'comments', count(*)::text from pg_description
    union all select 'dependencies', count(*)::text from pg_depend
    order by 1, 2
"""


@pytest.fixture
def enter(cluster: Place) -> Iterator[Callable[[str], Session]]:
    """``enter(database)``: a superuser's session there."""
    with contextlib.ExitStack() as stack:
        yield lambda database: Session(
            stack.enter_context(contextlib.closing(cluster.connect(database)))
        )


def test_it_is_made_with_what_it_requires_in_databases_that_have_never_seen_it(
    enter: Callable[[str], Session], empty_database: Callable[[], str]
) -> None:
    sealed = []
    for database in (empty_database(), empty_database()):
        session = enter(database)
        session.rows("create extension kwtools cascade")
        session.rows("select kw.add_provider('local', 'local')")
        session.rows("select kw.add_kms_key('local', 'test-1')")
        session.rows("select kw.create_policy('default', 'single', 1)")
        session.rows("create table people (id bigint, ssn bytea)")
        session.bind("people", "1", "ssn")
        sealed.append((session, session.encrypt("people", "1", "ssn", b"x")))
        extensions = session.values("select extname from pg_extension order by 1")
        assert extensions == ["kwtools", "plpgsql", "plpython3u"]
    for session, value in sealed:
        assert session.decrypt("people", "1", "ssn", value) == b"x"
    # The databases share the key file, and nothing else.
    sealed[0][0].refused("KW300", "select kw.decrypt('people', '1', 'ssn', %s)", sealed[1][1])


def test_dropping_it_leaves_nothing_behind_and_it_can_be_made_again(
    enter: Callable[[str], Session], empty_database: Callable[[], str]
) -> None:
    session = enter(empty_database())
    session.rows("create extension plpython3u")
    before = session.rows(OBJECTS)
    session.rows("create extension kwtools")
    assert session.rows(OBJECTS) != before
    session.rows("drop extension kwtools")
    assert session.rows(OBJECTS) == before
    session.rows("create extension kwtools")
    session.rows("select kw.add_provider('local', 'local')")


SUPPORTED = ", ".join(map(str, POSTGRESQL))


def test_a_server_that_is_not_supported_gets_nothing(
    enter: Callable[[str], Session], empty_database: Callable[[], str]
) -> None:
    begin, end = "do $server$", "$server$;"
    check = begin + script().partition(begin)[2].partition(end)[0] + end
    session = enter(empty_database())
    session.rows(check)
    said = session.refused("KW001", check.replace(f"not in ({SUPPORTED})", "not in (14, 99)"))
    assert f"kwtools {sources.version()} does not support PostgreSQL" in said
    assert f"It supports the major versions {SUPPORTED}." in said


def test_after_an_upgrade_to_a_server_that_is_not_supported_no_runtime_is_loaded(
    db: Database,
) -> None:
    (body,) = db.sql("select pg_get_functiondef('kw._load'::regproc)")[0]
    assert f"not in ({SUPPORTED})" in body
    db.sql(body.replace(f"not in ({SUPPORTED})", "not in (14, 99)"))
    with db.connect() as connection:
        for _ in range(2):
            with pytest.raises(psycopg.Error, match="does not support PostgreSQL") as refused:
                connection.execute("select kw.wrap()")
            assert refused.value.sqlstate == "KW001"


def test_an_object_of_somebody_else_in_the_schema_keeps_it_from_being_dropped(
    enter: Callable[[str], Session], empty_database: Callable[[], str]
) -> None:
    session = enter(empty_database())
    session.rows("create extension kwtools cascade")
    session.rows("create view public.bindings as select * from kw.encryption_bindings")
    session.refused("2BP01", "drop extension kwtools")


def test_a_schema_that_somebody_made_before_is_not_adopted(
    enter: Callable[[str], Session], empty_database: Callable[[], str]
) -> None:
    session = enter(empty_database())
    session.rows("create schema kw")
    session.rows("create table kw.kms_keys (stolen text)")
    assert "schema" in session.refused("42P06", "create extension kwtools cascade")
    assert session.values("select extname from pg_extension where extname = 'kwtools'") == []


# The roles belong to the whole server: each of these is undone with its transaction, and they stand
# in one test so that no two of them wait for one another.
def test_roles_that_exist_are_taken_only_where_they_are_harmless(
    enter: Callable[[str], Session], empty_database: Callable[[], str]
) -> None:
    session = enter(empty_database())
    session.rows("create extension plpython3u")
    for change, said in {
        "alter role kw_owner login": "role kw_owner exists and has attributes",
        "alter role kw_client createrole": "role kw_client exists and has attributes",
        "alter role kw_admin superuser": "role kw_admin exists and has attributes",
        "create role kw_test_member in role kw_owner": "role kw_owner has members or memberships",
        "grant pg_read_all_data to kw_owner": "role kw_owner has members or memberships",
    }.items():
        session.rows("begin")
        session.rows(change)
        answer = session.refused("KW100", "create extension kwtools")
        assert said in answer, change
        _, detail, hint = answer.split("\n")
        assert not detail
        assert hint
        session.rows("rollback")
    session.rows("begin")
    session.rows("create role kw_test_member in role kw_client, kw_unwrap")
    session.rows("create extension kwtools")
    assert session.value("select pg_has_role('kw_test_member', 'kw_client', 'usage')")
    session.rows("rollback")


def test_it_takes_a_superuser(
    enter: Callable[[str], Session], empty_database: Callable[[], str]
) -> None:
    session = enter(empty_database())
    session.rows("create extension plpython3u")
    database = session.value("select current_database()")
    session.rows("begin")
    session.rows("create role kw_test_owner")
    session.rows(f"grant create on database {database} to kw_test_owner")
    session.rows("set role kw_test_owner")
    session.refused("42501", "create extension kwtools")
    session.rows("rollback")


def test_everything_belongs_to_the_owner_role_and_nothing_is_granted_to_public(
    session: Session,
) -> None:
    owners = session.values(
        """
        select distinct pg_get_userbyid(o.owner)
        from (
            select relowner from pg_class where relnamespace = 'kw'::regnamespace
            union all select proowner from pg_proc where pronamespace = 'kw'::regnamespace
            union all select typowner from pg_type where typnamespace = 'kw'::regnamespace
            union all select nspowner from pg_namespace where nspname = 'kw'
        ) o (owner)
        """
    )
    assert owners == ["kw_owner"]
    open_to_all = session.rows(
        """
        select o.name, a.privilege_type
        from (
            select oid::regclass::text, coalesce(relacl, acldefault('r', relowner))
            from pg_class where relnamespace = 'kw'::regnamespace and relkind in ('r', 'S', 'v')
            union all
            select oid::regprocedure::text, coalesce(proacl, acldefault('f', proowner))
            from pg_proc where pronamespace = 'kw'::regnamespace
            union all
            select nspname, coalesce(nspacl, acldefault('n', nspowner))
            from pg_namespace where nspname = 'kw'
            union all
            select t.oid::regtype::text, coalesce(t.typacl, acldefault('T', t.typowner))
            from pg_type t join pg_class c on c.oid = t.typrelid and c.relkind = 'c'
            where t.typnamespace = 'kw'::regnamespace
        ) o (name, acl)
        cross join aclexplode(o.acl) a
        where a.grantee = 0
        """
    )
    assert open_to_all == []


def test_the_owner_role_cannot_log_in(cluster: Place) -> None:
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        cluster.connect(user="kw_owner")
