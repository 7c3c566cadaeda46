"""The state of keys and grants is read as of now, however old the snapshot of a transaction is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from kwtools.cluster import SUPERUSER
from tests.conftest import Database
from tests.security.conftest import SECRET, Make, sqlstate_of, value_of

DECRYPT = "select kw.decrypt('people', 1, 'ssn', (select ssn from public.people where id = 1))"
READS = {
    "decrypt": DECRYPT,
    "decrypt_many": "select kw.decrypt_many('people', array['1'], 'ssn', "
    "array[(select ssn from public.people where id = 1)])",
    "reencrypt": "select kw.reencrypt('people', 1, 'ssn', "
    "(select ssn from public.people where id = 1))",
}
USES = READS | {
    "encrypt": "select kw.encrypt('people', 1, 'ssn', 'x')",
    "encrypt_many": "select kw.encrypt_many('people', array['1'], 'ssn', array['x'::bytea])",
}
CLOSING = {
    "key": ("select kw.set_kms_key_status(id, 'disabled') from kw.kms_keys", {"KW200", "KW210"}),
    "provider": ("select kw.set_provider_enabled('local', false)", {"KW200", "KW210"}),
    "wrapper": (
        "select kw.set_wrapper_status(kw.lookup('people', 1, 'ssn'), 'retired')",
        {"KW212"},
    ),
    "shred": ("select kw.shred('people', 1, 'ssn')", {"KW301"}),
}
Old = Callable[..., psycopg.Connection]


@contextmanager
def _in_repeatable_read(people: Database, role: str) -> Iterator[psycopg.Connection]:
    with people.place.connect(people.name, role) as session:
        session.execute("begin isolation level repeatable read")
        session.execute("select from public.people")
        yield session


@contextmanager
def _in_serializable(people: Database, role: str) -> Iterator[psycopg.Connection]:
    with people.place.connect(people.name, role) as session:
        session.execute("begin isolation level serializable")
        session.execute("select from public.people")
        yield session


@contextmanager
def _in_a_new_session_with_a_snapshot_of_another(
    people: Database, role: str
) -> Iterator[psycopg.Connection]:
    with (
        people.place.connect(people.name, role) as keeper,
        people.place.connect(people.name, role) as session,
    ):
        keeper.execute("begin isolation level repeatable read")
        snapshot = value_of(keeper, "select pg_export_snapshot()")
        session.execute("begin isolation level repeatable read")
        session.execute(f"set transaction snapshot '{snapshot}'")
        yield session


@contextmanager
def _in_read_committed(people: Database, role: str) -> Iterator[psycopg.Connection]:
    with people.place.connect(people.name, role) as session:
        session.execute("begin isolation level read committed")
        yield session


WAYS = [
    _in_read_committed,
    _in_repeatable_read,
    _in_serializable,
    _in_a_new_session_with_a_snapshot_of_another,
]


@pytest.fixture
def reader(people: Database, make_role: Make) -> str:
    """A role that may read and write ssn and note."""
    role = make_role("kw_client")
    people.sql(f"grant select, update on public.people to {role}")
    return role


@pytest.mark.parametrize("warm", [True, False], ids=["kept", "not_kept"])
@pytest.mark.parametrize("closing", CLOSING)
@pytest.mark.parametrize("old", WAYS)
def test_what_is_closed_bites_in_every_older_transaction(
    people: Database, reader: str, old: Old, closing: str, *, warm: bool
) -> None:
    statement, errors = CLOSING[closing]
    with old(people, reader) as session:
        if warm:
            for query in [*USES.values()] * 3:
                session.execute(query)
        people.sql(statement)
        for name, query in USES.items():
            session.execute("savepoint s")
            assert sqlstate_of(session, query) in errors, name
            session.execute("rollback to s")


@pytest.mark.parametrize("old", WAYS)
def test_a_revoked_grant_bites_in_every_older_transaction(
    people: Database, make_role: Make, old: Old
) -> None:
    role = make_role("kw_client")
    people.sql(f"grant select (id) on public.people to {role}")
    people.sql("create view public.raw as select id, ssn from public.people")
    people.sql(f"grant select on public.raw to {role}")
    people.sql(f"select kw.grant_field('people', 'ssn', '{role}', true, true)")
    query = DECRYPT.replace("public.people", "public.raw")
    with old(people, role) as session:
        assert value_of(session, query) == SECRET
        assert value_of(session, "select kw.lookup('people', 1, 'ssn')")
        people.sql(f"select kw.revoke_field('people', 'ssn', '{role}')")
        for one in (query, USES["encrypt"], "select kw.lookup('people', 1, 'ssn')"):
            session.execute("savepoint s")
            assert sqlstate_of(session, one) == "KW100"
            session.execute("rollback to s")


# What a role may do by the catalogs; a transaction has its own copy of parts of them.
TAKEN = {
    "table": "revoke select, update on public.people from {role}",
    "schema": "revoke usage on schema public from public",
    "group": "revoke {group} from {role}",
}


def _of_constants(people: Database) -> dict[str, str]:
    """Return calls that name no table: nothing but the call makes the session look for changes."""
    [(sealed,)] = people.sql("select ssn from public.people where id = 1")
    here = f"'\\x{sealed.hex()}'"
    arrays = f"array['1'], 'ssn', array[{here}::bytea]"
    return {
        "decrypt": f"select kw.decrypt('people', 1, 'ssn', {here})",
        "try_decrypt": f"select kw.try_decrypt('people', 1, 'ssn', {here})",
        "decrypt_many": f"select kw.decrypt_many('people', {arrays})",
        "lookup": "select kw.lookup('people', 1, 'ssn')",
        "encrypt": USES["encrypt"],
        "encrypt_many": USES["encrypt_many"],
    }


@pytest.mark.parametrize("warm", [1, 4], ids=["opened_once", "warm"])
@pytest.mark.parametrize("taken", TAKEN)
@pytest.mark.parametrize("old", WAYS)
def test_a_privilege_that_was_taken_bites_in_every_older_transaction(
    people: Database, make_role: Make, old: Old, taken: str, warm: int
) -> None:
    group, role = make_role(), make_role("kw_client")
    people.sql(f"grant {group} to {role}")
    people.sql(f"grant select, update on public.people to {group if taken == 'group' else role}")
    uses = _of_constants(people)
    with old(people, role) as session:
        for query in [*uses.values()] * warm:
            assert value_of(session, query) is not None
        people.sql(TAKEN[taken].format(role=role, group=group))
        for name, query in [*uses.items(), *uses.items()]:
            session.execute("savepoint s")
            assert sqlstate_of(session, query) == "KW100", name
            session.execute("rollback to s")


@pytest.mark.parametrize("form", ["decrypt", "decrypt_many", "encrypt", "lookup"])
def test_no_lock_that_a_client_can_take_keeps_it_a_privilege(
    people: Database, reader: str, form: str
) -> None:
    """PREPARE locks all that it names, until the transaction ends, before it asks for rights."""
    use = _of_constants(people)[form]
    session = people.connect(reader)
    nameable = session.execute(
        """
        select c.oid::regclass::text from pg_class c
        where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f', 't')
            and has_schema_privilege(c.relnamespace, 'usage')
        """
    ).fetchall()
    assert len(nameable) > 200
    session.execute("begin")
    for number, (name,) in enumerate(nameable):
        session.execute(f"prepare lock_{number} as select 1 from {name}")
    for _ in range(4):
        assert value_of(session, use) is not None
    people.sql(f"revoke select, update on public.people from {reader}")
    assert sqlstate_of(session, use) == "KW100"


@pytest.mark.parametrize("old", WAYS)
def test_what_is_opened_again_opens_in_every_older_transaction(
    people: Database, reader: str, old: Old
) -> None:
    people.sql("select kw.set_provider_enabled('local', false)")
    with old(people, reader) as session:
        session.execute("savepoint s")
        assert sqlstate_of(session, DECRYPT) == "KW210"
        session.execute("rollback to s")
        people.sql("select kw.set_provider_enabled('local', true)")
        assert value_of(session, DECRYPT) == SECRET


@pytest.mark.parametrize("old", WAYS)
@pytest.mark.parametrize("closing", ["key", "provider"])
def test_no_older_transaction_wraps_under_a_key_that_was_closed(
    people: Database, reader: str, old: Old, closing: str
) -> None:
    people.sql("select kw.grant_field('people', 'name', %s, true, true)", reader)
    with old(people, reader) as session:
        session.execute("select kw.wrap()")
        people.sql(CLOSING[closing][0])
        for query in (
            "select kw.wrap()",
            "select kw.bind('people', 7, 'name')",
            "select kw.bind_many('people', array['8'], 'name')",
            "select kw.rotate('people', 1, 'ssn')",
        ):
            session.execute("savepoint s")
            assert sqlstate_of(session, query) == "KW200", query
            session.execute("rollback to s")


@pytest.mark.parametrize("old", WAYS)
def test_a_binding_made_since_is_found_and_not_made_twice(people: Database, old: Old) -> None:
    with old(people, SUPERUSER) as session:
        made = people.sql("select kw.bind('people', 3, 'ssn')")[0][0]
        assert value_of(session, "select kw.lookup('people', 3, 'ssn')") == made
        assert value_of(session, "select kw.bind('people', 3, 'ssn')") == made
        sealed = value_of(session, "select kw.encrypt('people', 3, 'ssn', 'x')")
        assert value_of(session, "select kw.decrypt('people', 3, 'ssn', %s)", sealed) == b"x"


@pytest.mark.parametrize("old", WAYS)
def test_what_the_transaction_itself_made_is_seen_at_once(people: Database, old: Old) -> None:
    with old(people, SUPERUSER) as session:
        query = """
            with one as (select kw.bind('people', '5', 'ssn') as w),
                two as (select w, kw.encrypt('people', '5', 'ssn', 'x') as sealed from one)
            select w = kw.lookup('people', '5', 'ssn'), kw.decrypt('people', '5', 'ssn', sealed)
            from two
        """
        assert session.execute(query).fetchall() == [(True, b"x")]
        session.execute("select kw.rotate('people', '5', 'ssn')")
        session.execute("select kw.shred('people', '5', 'ssn')")
        assert sqlstate_of(session, USES["encrypt"].replace("1", "5")) == "KW301"
