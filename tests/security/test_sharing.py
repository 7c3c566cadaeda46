"""A wrapper is shared only among tables of one owner, and an owner can always shred what is his."""

import psycopg
import pytest

from tests.conftest import Database
from tests.security.conftest import SECRET, Make, sqlstate_of, value_of

Connection = psycopg.Connection


@pytest.fixture
def parties(people: Database, make_role: Make) -> tuple[Connection, Connection]:
    """The owner of public.people, and somebody who may read it and owns public.mine."""
    owner, other = make_role("kw_client"), make_role("kw_client")
    people.sql(f"alter table public.people owner to {owner}")
    people.sql(f"grant select on public.people to {other}")
    people.sql("create table public.mine (id bigint primary key, f bytea)")
    people.sql(f"alter table public.mine owner to {other}")
    return people.connect(owner), people.connect(other)


def shared_by_an_earlier_release(people: Database, other: Connection, of: int = 1) -> str:
    """Let a table of another owner share the key of a cell of people, as 0.3.0 let it."""
    wrapper = value_of(people.connect(), "select kw.lookup('people', %s, 'ssn')::text", of)
    value_of(other, "select kw.bind('mine', '1', 'f')")
    people.sql(
        "update kw.encryption_bindings set key_wrapper_id = "
        "(select id from kw.key_wrappers where wrapper_uuid = %s) where entity_table ~ 'mine'",
        wrapper,
    )
    return str(wrapper)


@pytest.mark.parametrize("rotated", [False, True])
def test_who_may_only_read_shares_no_wrapper(
    parties: tuple[Connection, Connection], rotated: bool
) -> None:
    owner, other = parties
    wrapper = value_of(other, "select kw.lookup('people', 1, 'ssn')")
    if rotated:  # an earlier generation is a use, too
        value_of(owner, "select kw.rotate('people', 1, 'ssn')")
    query = "select kw.bind('mine', '1', 'f', wrapper => %s)"
    assert sqlstate_of(other, query, wrapper) == "KW100"
    assert value_of(owner, "select kw.shred('people', 1, 'ssn')") == 1 + rotated


def test_an_owner_shares_among_tables_of_his_own(
    people: Database, parties: tuple[Connection, Connection]
) -> None:
    owner, other = parties
    people.sql(f"alter table public.mine owner to {owner.info.user}")
    wrapper = value_of(owner, "select kw.lookup('people', 1, 'ssn')")
    query = "select kw.bind('mine', '1', 'f', wrapper => %s)"
    assert value_of(owner, query, wrapper) == wrapper
    # Once shared, either owner alone can share it no further.
    people.sql(f"alter table public.mine owner to {other.info.user}")
    for session, name in ((owner, "people"), (other, "mine")):
        again = f"select kw.bind('{name}', '7', 'name', wrapper => %s)"
        assert sqlstate_of(session, again, wrapper) == "KW100"
    assert value_of(other, query, wrapper) == wrapper  # what is bound stays, and is no error


def test_asking_for_a_wrapper_of_others_locks_nothing(
    people: Database, parties: tuple[Connection, Connection]
) -> None:
    _, other = parties
    wrapper = value_of(other, "select kw.lookup('people', 1, 'ssn')")
    other.execute("begin")
    assert sqlstate_of(other, "select kw.bind('mine', '1', 'f', wrapper => %s)", wrapper) == "KW100"
    with people.connect() as admin:
        admin.execute("set lock_timeout = '2s'")
        admin.execute("select kw.rewrap(%s)", (wrapper,))
    other.execute("rollback")


def test_a_wrapper_is_named_only_to_who_may_look_it_up(
    people: Database, parties: tuple[Connection, Connection], make_role: Make
) -> None:
    owner, _ = parties
    writer_name = make_role("kw_client")
    people.sql(f"grant insert on public.people to {writer_name}")
    writer = people.connect(writer_name)
    assert value_of(writer, "select kw.bind('people', 1, 'ssn')") is None
    made = value_of(writer, "select kw.bind('people', 7, 'ssn')")
    assert made is not None
    assert value_of(writer, "select kw.bind('people', 7, 'ssn')") is None
    known = value_of(writer, "select kw.bind_many('people', '{1,8,7}', 'ssn')")
    assert isinstance(known, list)
    assert [one is None for one in known] == [True, False, True]
    assert value_of(owner, "select kw.bind('people', 7, 'ssn')") == made


def test_the_owner_shreds_what_a_table_of_another_owner_shares(
    people: Database, parties: tuple[Connection, Connection]
) -> None:
    owner, other = parties
    wrapper = shared_by_an_earlier_release(people, other)
    shared = value_of(other, "select kw.encrypt('mine', 1, 'f', %s)", SECRET)
    with pytest.raises(psycopg.Error) as raised:
        owner.execute("select kw.shred('people', 1, 'ssn')")
    assert raised.value.sqlstate == "KW102"
    assert wrapper in str(raised.value)
    assert "public.mine.f of key '1'" in (raised.value.diag.message_detail or "")
    assert "shared => true" in (raised.value.diag.message_hint or "")
    assert value_of(owner, "select kw.shred('people', 1, 'ssn', shared => true)") == 1
    assert people.sql(
        "select status, length(dek_wrap1) from kw.key_wrappers where wrapper_uuid = %s", wrapper
    ) == [("invalid", 0)]
    assert sqlstate_of(other, "select kw.decrypt('mine', 1, 'f', %s)", shared) == "KW301"
    assert sqlstate_of(other, "select kw.encrypt('mine', 1, 'f', 'x')") == "KW301"
    told = people.sql("select details from kw.audit_events where action = 'shred_shared'")
    assert told == [({"count": 1, "first": ["public.mine.f of key '1'"]},)]
    # The other binding lives, and goes on with a new key.
    assert sqlstate_of(other, "select kw.rotate('mine', '1', 'f')") is None
    fresh = value_of(other, "select kw.encrypt('mine', 1, 'f', 'y')")
    assert value_of(other, "select kw.decrypt('mine', 1, 'f', %s)", fresh) == b"y"


def test_who_came_later_destroys_nothing_of_the_first_owner(
    people: Database, parties: tuple[Connection, Connection]
) -> None:
    owner, other = parties
    wrapper = shared_by_an_earlier_release(people, other)
    shared = value_of(other, "select kw.encrypt('mine', 1, 'f', %s)", SECRET)
    assert sqlstate_of(other, "select kw.shred('mine', 1, 'f')") == "KW102"
    assert value_of(other, "select kw.shred('mine', 1, 'f', shared => true)") == 0
    assert sqlstate_of(other, "select kw.decrypt('mine', 1, 'f', %s)", shared) == "KW301"
    query = "select kw.decrypt('people', 1, 'ssn', ssn) from public.people where id = 1"
    assert value_of(owner, query) == SECRET
    assert value_of(owner, "select kw.lookup('people', 1, 'ssn')::text") == wrapper
    # What was shredded stands in the way of nothing.
    assert value_of(owner, "select kw.shred('people', 1, 'ssn')") == 1


def test_keys_shared_within_a_table_have_a_way_to_be_shredded(
    people: Database, parties: tuple[Connection, Connection]
) -> None:
    """Of two cells with one key, rotated or not, neither could be shredded."""
    owner, _ = parties
    wrapper = value_of(owner, "select kw.lookup('people', 1, 'ssn')")
    value_of(owner, "select kw.bind('people', 7, 'ssn', wrapper => %s)", wrapper)
    value_of(owner, "select kw.rotate('people', 7, 'ssn')")
    assert sqlstate_of(owner, "select kw.shred('people', 1, 'ssn')") == "KW102"
    assert value_of(owner, "select kw.shred('people', 1, 'ssn', shared => true)") == 1
    sealed = value_of(owner, "select kw.encrypt('people', 7, 'ssn', 'x')")
    assert value_of(owner, "select kw.decrypt('people', 7, 'ssn', %s)", sealed) == b"x"
