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
    assert value_of(other, query, wrapper) == wrapper  # an existing binding stays, without an error


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
    assert 'public.mine.f for key "1"' in (raised.value.diag.message_detail or "")
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


GET_RID = {
    "dropped": "drop table public.people",
    "renamed": "alter table public.people rename to staff",
    "moved": "create schema elsewhere; alter table public.people set schema elsewhere",
    "another table": "drop table public.people; create table public.people (id int, ssn bytea); "
    "alter table public.people owner to {owner}",
}
WITH_ANOTHER = {  # how the recorded owner stops being the owner that can be told
    "dropped": "update kw.entities set owner_name = '{owner}_gone' where entity_table ~ 'people'",
    "renamed": "alter table public.staff owner to {new}",
    "moved": "alter table elsewhere.people owner to {new}",
    "another table": "alter table public.people owner to {new}",
}


@pytest.fixture
def of_one_owner(people: Database, make_role: Make) -> Connection:
    """The owner of public.people and public.mine, whose cells share a key: that of people."""
    owner = make_role("kw_client")
    people.sql("create table public.mine (id bigint primary key, f bytea)")
    for table in ("people", "mine"):
        people.sql(f"alter table public.{table} owner to {owner}")
    session = people.connect(owner)
    wrapper = value_of(session, "select kw.lookup('people', 1, 'ssn')")
    session.execute("select kw.bind('mine', '1', 'f', wrapper => %s)", (wrapper,))
    return session


def destroyed(people: Database) -> bool:
    return people.sql("select status from kw.key_wrappers order by id limit 3")[1] == ("invalid",)


@pytest.mark.parametrize("how", GET_RID)
def test_the_owner_of_both_tables_shreds_when_the_first_is_gone(
    people: Database, of_one_owner: Connection, how: str
) -> None:
    owner = of_one_owner.info.user
    people.sql(GET_RID[how].format(owner=owner))
    assert sqlstate_of(of_one_owner, "select kw.shred('mine', 1, 'f')") == "KW102"
    assert value_of(of_one_owner, "select kw.shred('mine', 1, 'f', shared => true)") == 1
    assert destroyed(people)


@pytest.mark.parametrize("how", GET_RID)
def test_the_owner_of_the_first_table_shreds_when_the_second_is_gone(
    people: Database, of_one_owner: Connection, how: str
) -> None:
    there = GET_RID[how].format(owner=of_one_owner.info.user)
    people.sql(there.replace("people", "mine").replace("ssn", "f"))
    assert sqlstate_of(of_one_owner, "select kw.shred('people', 1, 'ssn')") == "KW102"
    assert value_of(of_one_owner, "select kw.shred('people', 1, 'ssn', shared => true)") == 1
    assert destroyed(people)


@pytest.mark.parametrize("is_known", [True, False], ids=["recorded owner", "other owner since"])
@pytest.mark.parametrize("how", GET_RID)
def test_who_came_later_is_told_what_became_of_the_first_table(
    people: Database, of_one_owner: Connection, make_role: Make, how: str, is_known: bool
) -> None:
    """No tombstone beside a key that lives, and no wrong reason: an error with the way out."""
    owner, other, new = of_one_owner.info.user, make_role("kw_client"), make_role("kw_client")
    people.sql(f"alter table public.mine owner to {other}")
    people.sql(GET_RID[how].format(owner=owner))
    if not is_known:
        people.sql(WITH_ANOTHER[how].format(owner=owner, new=new))
    later = people.connect(other)
    with pytest.raises(psycopg.Error) as raised:
        later.execute("select kw.shred('mine', 1, 'f', shared => true)")
    assert raised.value.sqlstate == "KW102"
    assert 'public.people.ssn for key "1", whose table was dropped' in str(raised.value)
    assert f'"{owner}' in (raised.value.diag.message_detail or "")
    hint = raised.value.diag.message_hint or ""
    way = {"renamed": "kw.rebind(", "moved": "kw.rebind("}.get(how, "kw.reclaim_entity(")
    assert way in hint
    assert "Ask a superuser to destroy the key with kw.shred(" in hint
    assert f"'{owner}" not in hint  # who does not own mine, and got KW100
    assert sqlstate_of(of_one_owner, "select kw.shred('mine', 1, 'f', shared => true)") == "KW100"
    assert people.sql("select status from kw.encryption_bindings where entity_table ~ 'mine'") == [
        ("live",)
    ]
    assert not destroyed(people)
    # The way out.
    assert value_of(people.connect(), "select kw.shred('mine', 1, 'f', shared => true)") == 1
    assert destroyed(people)


def test_a_first_table_of_another_owner_now_keeps_its_key(
    people: Database, of_one_owner: Connection, make_role: Make
) -> None:
    """The table still bears its name: its owner of now has the last word, and shreds it."""
    new = make_role("kw_client")
    people.sql(f"alter table public.people owner to {new}")
    assert value_of(of_one_owner, "select kw.shred('mine', 1, 'f', shared => true)") == 0
    assert not destroyed(people)
    assert value_of(people.connect(new), "select kw.shred('people', 1, 'ssn')") == 1
    assert destroyed(people)


def test_a_new_owner_of_the_second_table_does_not_stop_the_first(
    people: Database, of_one_owner: Connection, make_role: Make
) -> None:
    people.sql(f"alter table public.mine owner to {make_role('kw_client')}")
    assert value_of(of_one_owner, "select kw.shred('people', 1, 'ssn', shared => true)") == 1
    assert destroyed(people)


def test_the_owner_of_a_renamed_first_table_shreds_after_rebind(
    people: Database, of_one_owner: Connection
) -> None:
    people.sql("alter table public.people rename to staff")
    with pytest.raises(psycopg.Error) as raised:
        of_one_owner.execute("select kw.shred('people', 1, 'ssn', shared => true)")
    assert raised.value.sqlstate == "KW100"
    hint = raised.value.diag.message_hint or ""
    of_one_owner.execute(f"select {hint[hint.index('kw.rebind(') :].rstrip('.')}")
    assert value_of(of_one_owner, "select kw.shred('staff', 1, 'ssn', shared => true)") == 1
    assert destroyed(people)


def test_keys_of_a_dropped_table_are_shredded_after_a_re_claim_or_by_a_superuser(
    people: Database, parties: tuple[Connection, Connection], make_role: Make
) -> None:
    owner, _ = parties
    value_of(owner, "select kw.bind('people', 3, 'ssn', wrapper => kw.wrap())")  # records the owner
    people.sql("drop table public.people")
    shred = "select kw.shred('people', {}, 'ssn')"
    assert sqlstate_of(owner, shred.format(1)) == "KW100"
    assert value_of(people.connect(), shred.format(1)) == 1
    people.sql(f"grant create on schema public to {owner.info.user}")
    owner.execute("create table public.people (id bigint primary key, ssn bytea)")
    people.connect(make_role("kw_admin")).execute("select kw.reclaim_entity('people')")
    assert value_of(owner, shred.format(2)) == 1
    people.sql(f"revoke create on schema public from {owner.info.user}")


def test_the_key_of_a_table_that_is_gone_is_shared_by_nobody_but_a_superuser(
    people: Database, of_one_owner: Connection
) -> None:
    wrapper = value_of(of_one_owner, "select kw.lookup('mine', 1, 'f')")
    people.sql("drop table public.people")
    query = "select kw.bind('mine', '2', 'f', wrapper => %s)"
    with pytest.raises(psycopg.Error) as raised:
        of_one_owner.execute(query, (wrapper,))
    assert raised.value.sqlstate == "KW100"
    assert 'public.people.ssn for key "1", a table that was dropped' in str(raised.value)
    assert value_of(people.connect(), query, wrapper) == wrapper
