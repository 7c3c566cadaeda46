"""What a name stands for: no privilege of another table that took the name counts."""

from collections.abc import Callable

import pytest

from tests.sql.session import Session


def test_nobody_gets_at_an_external_name_by_making_a_table_of_it(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    grantor = connect(make_role("kw_client", "kw_grantor"))
    writer_name = make_role("kw_client")
    grantor.rows("select kw.grant_field('app.users', null, %s, true, true)", writer_name)
    writer = connect(writer_name)
    writer.bind("app.users", "1", "mail")
    sealed = writer.encrypt("app.users", "1", "mail", b"x")
    thief_name = make_role("kw_client")
    session.rows(f"create schema app authorization {thief_name}")
    thief = connect(thief_name)
    thief.rows("create table app.users (id int, mail bytea)")
    for call in (
        "kw.decrypt('app.users', '1', 'mail', %s)",
        "kw.encrypt('app.users', '1', 'mail', %s)",
    ):
        answer = thief.refused("KW100", f"select {call}", sealed)
        assert "another table" in answer
    for call in (
        "kw.bind('app.users', '2', 'mail')",
        "kw.bind('app.users', '*', 'mail')",
        "kw.rotate('app.users', '1', 'mail')",
        "kw.shred('app.users', '1', 'mail')",
        "kw.grant_field('app.users', 'mail', current_user)",
        "kw.revoke_field('app.users', null, 'x')",
        "kw.rebind('app.users', 'app.others')",
        "kw.lookup('app.users', '1', 'mail')",
    ):
        thief.refused("KW100", f"select {call}")
    # Who was granted the name still has it, table or no table.
    assert writer.decrypt("app.users", "1", "mail", sealed) == b"x"


def test_a_table_made_again_under_the_name_is_another_until_it_is_reclaimed(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    owner_name = make_role("kw_client")
    session.rows(f"alter table people owner to {owner_name}")
    session.rows(f"grant create on schema public to {owner_name}")
    owner, admin = connect(owner_name), connect(make_role("kw_admin"))
    owner.bind("people", "1", "ssn")
    sealed = owner.encrypt("people", "1", "ssn", b"x")
    assert owner.decrypt("people", "1", "ssn", sealed) == b"x"
    owner.rows("drop table people")
    owner.refused("KW100", "select kw.decrypt('people', '1', 'ssn', %s)", sealed)
    owner.rows("create table people (id bigint, ssn bytea)")
    answer = owner.refused("KW100", "select kw.decrypt('people', '1', 'ssn', %s)", sealed)
    assert "kw.reclaim_entity" in answer
    owner.refused("42501", "select kw.reclaim_entity('people')")
    owner.refused("KW100", "select kw.bind('people', '2', 'ssn')")
    broken = admin.rows('select "check" from kw.doctor() where not ok')
    assert broken == [("entity public.people",)]
    admin.rows("select kw.reclaim_entity('people')")
    assert owner.decrypt("people", "1", "ssn", sealed) == b"x"
    assert owner.bind("people", "2", "ssn")
    assert admin.rows("select * from kw.doctor() where not ok") == []
    query = """
        select acting_role = current_user, object from kw.audit_events
        where action = 'reclaim_entity'
    """
    assert admin.rows(query) == [(True, "public.people")]


def test_a_name_is_reclaimed_for_the_owner_that_was_recorded_or_by_a_superuser(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    owner_name, thief_name = make_role("kw_client"), make_role("kw_client")
    session.rows(f"alter table people owner to {owner_name}")
    admin, thief = connect(make_role("kw_admin")), connect(thief_name)
    connect(owner_name).bind("people", "1", "ssn")
    session.rows("drop table people; create table people (id bigint, ssn bytea)")
    session.rows(f"alter table people owner to {thief_name}")
    answer = admin.refused("KW100", "select kw.reclaim_entity('people')")
    assert owner_name in answer
    assert thief_name in answer
    thief.refused("KW100", "select kw.bind('people', '2', 'ssn')")
    session.rows("select kw.reclaim_entity('people')")
    thief.bind("people", "2", "ssn")


def test_a_table_takes_an_external_name_over_only_by_a_superuser(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    admin, grantor = connect(make_role("kw_admin")), connect(make_role("kw_client", "kw_grantor"))
    grantor.bind("public.later", "*", "mail")
    session.rows("create table later (id int, mail bytea)")
    admin.refused("KW100", "select kw.reclaim_entity('later')")
    session.rows("select kw.reclaim_entity('later')")
    sealed = session.encrypt("later", "1", "mail", b"x")
    assert session.decrypt("later", "1", "mail", sealed) == b"x"


SHOWN = """
    select kw.bind('people', '*', 'ssn'), kw.set_protected_field('people', 'ssn');
    select kw.create_protected_view('people', 'people');
"""


def test_a_table_that_a_view_had_the_name_of_is_reclaimed_by_its_own_name(session: Session) -> None:
    session.rows(SHOWN)
    session.rows("insert into people (id, ssn) values (1, 'x')")
    session.rows("create table old as select ssn from people_protected")
    session.rows("select kw.drop_protected_view('people'); drop table people_protected")
    session.rows("create table people (id bigint primary key, ssn bytea)")
    session.refused("KW100", "select kw.bind('people', '*', 'ssn')")
    listed = "select entity_table, present_owner = recorded_owner, problem"
    listed += " from kw.entities_to_reclaim()"
    assert session.rows(listed) == [("public.people", True, None)]
    session.rows("select * from kw.reclaim_entities()")
    assert session.rows(listed) == []
    session.rows("insert into people select 1, ssn from old")
    session.rows("select kw.create_protected_view('people', 'people')")
    assert session.rows("select id, ssn from people") == [(1, "x")]


@pytest.mark.parametrize(
    "then",
    [
        # the table is there still, under a third name
        "alter table people_protected rename to third; drop view people;"
        " create table people (id bigint)",
        # the view has the name
        "alter table people_protected rename to third",
    ],
)
def test_a_name_is_not_given_to_another_table_while_its_own_is_there(
    session: Session, then: str
) -> None:
    session.rows(SHOWN)
    session.rows(then)
    assert "does not exist" in session.refused("KW102", "select kw.reclaim_entity('people')")


@pytest.mark.parametrize(
    ("prepare", "sqlstate"),
    [
        ("select 1", "KW003"),  # never bound
        ("select kw.bind('people', '1', 'ssn')", "KW102"),  # stands for what it was recorded for
        ("select kw.bind('people', '1', 'ssn'); drop table people", "KW102"),  # no table
    ],
)
def test_there_must_be_something_to_reclaim(session: Session, prepare: str, sqlstate: str) -> None:
    session.rows(prepare)
    session.refused(sqlstate, "select kw.reclaim_entity('people')")
    assert session.value("select count(*) from kw.audit_events where action ~ 'reclaim'") == 0


def test_a_renamed_table_takes_its_old_names_privileges_nowhere(session: Session) -> None:
    session.bind("people", "1", "ssn")
    sealed = session.encrypt("people", "1", "ssn", b"x")
    session.rows("alter table people rename to persons")
    answer = session.refused("KW100", "select kw.decrypt('people', '1', 'ssn', %s)", sealed)
    assert "kw.rebind" in answer
    session.refused("KW300", "select kw.decrypt('persons', '1', 'ssn', %s)", sealed)
    session.rows("alter table persons rename to people")
    assert session.decrypt("people", "1", "ssn", sealed) == b"x"


def test_views_and_partitions_are_tables_of_their_own_name(session: Session) -> None:
    session.rows("create view public.all_people as select * from people")
    session.rows("create table parts (id int, ssn bytea) partition by list (id)")
    session.rows("create table part_1 partition of parts for values in (1)")
    for name in ("all_people", "parts", "part_1"):
        session.bind(name, "1", "ssn")
        sealed = session.encrypt(name, "1", "ssn", b"x")
        assert session.decrypt(name, "1", "ssn", sealed) == b"x"
    # A name that is not a table is external: privileges open nothing.
    session.rows("create sequence counter")
    session.refused("KW100", "select kw.bind('counter', '1', 'ssn')")


ENDS = {
    "kw.bind('people', '1', 'ssn')": "kw.shred('people', '1', 'ssn')",
    "kw.create_index_key('people', 'name')": "kw.shred_index_key('people', 'name')",
}


@pytest.mark.parametrize("made", ENDS)
def test_a_dropped_table_is_missed_while_it_has_keys(session: Session, made: str) -> None:
    doctor = "select detail, hint from kw.doctor() where \"check\" = 'entity public.people'"
    session.rows(f"select {made}")
    session.rows("drop table people")
    ((detail, hint),) = session.rows(doctor)
    assert detail == "its table does not exist"
    assert "kw.shred" in hint
    session.rows(f"select {ENDS[made]}")
    assert session.rows(doctor) == []
