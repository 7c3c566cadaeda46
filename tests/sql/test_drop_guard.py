"""DROP EXTENSION and what cascades to it: refused while keys live, unless asked for by name."""

from collections.abc import Callable

import psycopg
import pytest

from kwtools import checks, connections
from kwtools.checks import settings
from tests.conftest import Database, copy_database, unique
from tests.sql.session import Session

ALLOW = "set kwtools.allow_drop = 'all keys'"
PRESENT = "select count(*) from pg_extension where extname = 'kwtools'"
REPLICA = "set session_replication_role = replica"
IMMEDIATE = "begin; set constraints all immediate"


@pytest.fixture
def guarded(session: Session) -> Session:
    """A session in a database with a live data key."""
    session.rows("select kw.wrap()")
    return session


@pytest.mark.parametrize("before", ["begin", REPLICA, IMMEDIATE, "set role kw_owner; reset role"])
@pytest.mark.parametrize(
    "drop",
    [
        "drop extension kwtools",
        "drop extension if exists kwtools cascade",
        "drop extension plpython3u cascade",
        "do $$ begin execute 'drop extension kwtools'; end $$",
    ],
)
def test_a_drop_that_would_destroy_keys_is_refused_and_the_error_tells_how(
    guarded: Session, before: str, drop: str
) -> None:
    guarded.rows(before)
    said = guarded.refused("55006", drop)
    assert "keys live: first set kwtools.allow_drop = 'all keys'" in said
    guarded.connection.rollback()
    assert guarded.value(PRESENT) == 1
    assert guarded.value("select count(*) from kw.key_wrappers") == 1


@pytest.mark.parametrize(
    "drop",
    [
        "drop schema kw cascade",
        "drop owned by kw_owner cascade",
        "drop language plpython3u cascade",
        "drop function plpython3_call_handler() cascade",
        "drop table kw.key_wrappers cascade",
        "drop event trigger kwtools_guard_drop",
    ],
)
def test_postgresql_itself_refuses_to_drop_parts_of_it(guarded: Session, drop: str) -> None:
    with pytest.raises(psycopg.errors.DependentObjectsStillExist):
        guarded.rows(drop)
    assert guarded.value("select count(*) from kw.key_wrappers") == 1


def test_postgresql_itself_refuses_to_drop_the_owner(guarded: Session) -> None:
    # The error names every database with objects of the role: where one of another test's is
    # dropped meanwhile, PostgreSQL fails to find its name (XX000) and rolls back as well.
    for _ in range(100):
        with pytest.raises(psycopg.Error) as caught:
            guarded.rows("drop role kw_owner")
        if "cache lookup failed for database" not in str(caught.value):
            break
    assert isinstance(caught.value, psycopg.errors.DependentObjectsStillExist)
    assert guarded.value("select count(*) from kw.key_wrappers") == 1


def test_what_a_superuser_owns_is_not_dropped_with_the_keys(
    empty_database: Callable[[], str], db: Database
) -> None:
    name, owner = empty_database(), unique("owner")
    with db.place.connect(name) as first:
        first.execute("create extension plpython3u")
        first.execute(f"create role {owner} superuser login")
    try:
        with db.place.connect(name, owner) as made:
            made.execute("create extension kwtools")
            made.execute("select kw.add_provider('local', 'local')")
            made.execute("select kw.create_policy('default', 'single',"
                         " kw.add_kms_key('local', 'test-1'))")  # fmt: skip
            made.execute("select kw.wrap()")
        with db.place.connect(name) as session:
            with pytest.raises(psycopg.errors.ObjectInUse, match="keys live"):
                session.execute(f"drop owned by {owner} cascade")
            session.execute(ALLOW)
            session.execute(f"drop owned by {owner} cascade")
            assert session.execute(PRESENT).fetchone() == (0,)
    finally:
        with db.place.connect(name) as last:
            last.execute(f"drop owned by {owner} cascade")
            last.execute(f"drop role {owner}")


def test_asked_for_by_name_it_is_dropped_and_can_be_made_again(guarded: Session) -> None:
    guarded.rows("set kwtools.allow_drop = 'yes'")
    guarded.refused("55006", "drop extension kwtools")
    guarded.rows(ALLOW)
    guarded.rows("drop extension kwtools")
    assert guarded.value("select count(*) from pg_event_trigger") == 0
    guarded.rows("create extension kwtools")


@pytest.mark.parametrize(
    "prepare",
    [
        "select",
        "select kw.bind('people', '1', 'ssn'); select kw.shred('people', '1', 'ssn')",
    ],
)
def test_without_live_keys_it_is_dropped_freely(session: Session, prepare: str) -> None:
    for statement in prepare.split(";"):
        session.rows(statement)
    session.rows("drop extension kwtools")


def test_a_sealed_private_key_counts_as_a_live_key(session: Session) -> None:
    session.rows("select kw.create_kem_key('sealed', 'X25519', 1)")
    session.refused("55006", "drop extension kwtools")


def test_other_drops_go_on_and_leave_nothing_of_the_guard_behind(
    guarded: Session, connect: Callable[..., Session], make_role: Callable[..., str], db: Database
) -> None:
    role = make_role()
    guarded.rows(f"grant create on database {db.name} to {role}")
    other = connect(role)
    other.rows("begin")
    other.rows("set constraints all immediate")
    for number in range(3):
        other.rows(f"create schema app_{number}")
        other.rows(f"create table app_{number}.t (id int)")
        other.rows(f"drop schema app_{number} cascade")
    other.rows("drop owned by current_user")
    other.rows("commit")
    guarded.rows("begin")
    guarded.rows("create schema app")
    guarded.rows("drop schema app")
    # Nothing is pending: the tables of the extension can be altered in the same transaction.
    guarded.rows(
        "alter table kw.\"keys live: first set kwtools.allow_drop = 'all keys'\" owner to kw_owner"
    )
    guarded.rows("commit")
    left = "select count(*) from kw.\"keys live: first set kwtools.allow_drop = 'all keys'\""
    assert guarded.value(left) == 0


def test_a_database_is_dropped_with_its_keys(
    db: Database, empty_database: Callable[[], str]
) -> None:
    # No trigger of a database runs when the whole of it is dropped: docs/operations.md says so.
    name = unique("whole")
    with db.place.connect() as connection:
        copy_database(connection, name)
        with db.place.connect(name) as inside:
            inside.execute("select kw.wrap()")
        connection.execute(f"drop database {name} with (force)")


def test_ordinary_ddl_meets_no_trigger_of_ours(session: Session) -> None:
    tags = session.value(
        "select array_agg(distinct t order by t) from pg_event_trigger, unnest(evttags) t"
    )
    drops = ["DROP EXTENSION", "DROP LANGUAGE", "DROP OWNED", "DROP SCHEMA"]
    assert tags == ["ALTER TABLE", *drops, "GRANT", "REVOKE"]


def test_doctor_finds_guards_that_are_off_and_tables_that_were_given_away(session: Session) -> None:
    bad = 'select "check" from kw.doctor() where not ok'
    for change, check in {
        "alter event trigger kwtools_guard_drop disable": "event trigger kwtools_guard_drop",
        "alter table kw.kms_keys disable trigger guard_status": "triggers of kw.kms_keys",
        "alter table kw.kms_keys disable trigger all": "foreign keys",
        "reassign owned by kw_owner to current_user": "functions",
    }.items():
        with session.connection.transaction(force_rollback=True):
            session.rows(change)
            assert check in session.values(bad), change


@pytest.mark.parametrize(
    ("scope", "told"),
    [("database {db}", "this session; this database"), ("role {role}", "role {role}"),
     ("role {role} in database {db}", "role {role}, this database")],
)  # fmt: skip
def test_doctor_finds_event_triggers_that_a_setting_turns_off(
    session: Session, make_role: Callable[..., str], db: Database, scope: str, told: str
) -> None:
    if session.connection.info.server_version < 170000:
        pytest.skip("event_triggers came with PostgreSQL 17")
    names = {"db": db.name, "role": make_role()}
    session.rows(f"alter {scope.format(**names)} set event_triggers = False")

    def is_ours(found: str) -> bool:
        """Whether it is of this test: what is set for a role alone is found in each database."""
        return not found.startswith("role ") or found.split(", ")[0] == f"role {names['role']}"

    with connections.connect(db.dsn, "test") as connection:
        with connections.transaction(connection):
            (finding,) = settings.event_triggers(connection)
            assert connection.execute("show event_triggers").fetchone() == ("on",)
        detail, _, scopes = finding.detail.removesuffix(")").partition(" (")
        assert detail == "event_triggers is off"
        assert "; ".join(filter(is_ours, scopes.split("; "))) == told.format(**names)
        (found,) = [one for one in checks.of_database(connection) if one.check == finding.check]
        assert found.result == "problem"


def test_triggers_that_are_enabled_again_are_enabled_always(session: Session) -> None:
    session.rows("alter table kw.kms_keys disable trigger all")
    session.rows("alter table kw.kms_keys enable trigger all")
    off = "select tgname from pg_trigger where not tgisinternal and tgenabled <> 'A'"
    assert session.values(off) == []
    assert session.values("select table_name from kw.loads_to_check") == ["kms_keys"]
    session.rows("select * from kw.check_restore()")
    assert session.values("select table_name from kw.loads_to_check") == []
