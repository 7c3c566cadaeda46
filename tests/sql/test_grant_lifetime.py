"""A grant counts only for the table, the owner and the role that it was made for."""

import contextlib
from collections.abc import Callable, Iterator

import pytest

from tests.conftest import unique
from tests.sql.session import Session

DECRYPT = "select kw.decrypt('people', '1', 'ssn', %s)"
STATE = "select grantee, counts, reason from kw.list_grants('people')"
Connect = Callable[..., Session]
MakeRole = Callable[..., str]


@pytest.fixture
def sealed(session: Session) -> bytes:
    """A value of the cell (people, 1, ssn)."""
    session.bind("people", "1", "ssn")
    return session.encrypt("people", "1", "ssn", b"x")


@pytest.fixture
def passing_role(session: Session) -> Iterator[str]:
    """The name of a role that the test makes, drops and renames."""
    name = unique("passing")
    yield name
    for left in (name, f"{name}_later"):
        with contextlib.suppress(Exception):
            session.rows(f"drop owned by {left}")
            session.rows(f"drop role {left}")


def made_again(session: Session, owner: str) -> None:
    """Put another table of that owner under the name people, and re-claim it."""
    session.rows("drop table people")
    session.rows("create table people (id bigint primary key, ssn bytea, note bytea, name text)")
    session.rows(f"alter table people owner to {owner}")
    session.rows("select kw.reclaim_entity('people')")


def test_a_role_that_is_made_again_has_no_grant(
    session: Session, sealed: bytes, connect: Connect, passing_role: str
) -> None:
    create = f"create role {passing_role} login in role kw_client"
    session.rows(create)
    session.rows("select kw.grant_field('people', 'ssn', %s)", passing_role)
    assert connect(passing_role).decrypt("people", "1", "ssn", sealed) == b"x"
    session.rows(f"drop role {passing_role}")
    session.rows(create)
    connect(passing_role).refused("KW100", DECRYPT, sealed)
    assert session.rows(STATE) == [(passing_role, False, "the role was dropped")]
    # Neither a confirmation nor a list takes the one role for the other.
    assert session.value("select kw.confirm_grants('people')") == 0
    connect(passing_role).refused("KW100", DECRYPT, sealed)
    session.rows("select kw.grant_field('people', 'ssn', %s)", passing_role)
    assert connect(passing_role).decrypt("people", "1", "ssn", sealed) == b"x"
    assert session.rows(STATE) == [(passing_role, True, None)]


def test_a_grant_follows_its_role_through_a_rename(
    session: Session, sealed: bytes, connect: Connect, passing_role: str
) -> None:
    later = f"{passing_role}_later"
    session.rows(f"create role {passing_role} login in role kw_client")
    session.rows("select kw.grant_field('people', 'ssn', %s)", passing_role)
    session.rows(f"alter role {passing_role} rename to {later}")
    renamed = connect(later)
    assert renamed.decrypt("people", "1", "ssn", sealed) == b"x"
    session.rows(f"create role {passing_role} login in role kw_client")
    other = connect(passing_role)
    other.refused("KW100", DECRYPT, sealed)
    session.rows("select kw.grant_field('people', 'ssn', %s, false, true)", passing_role)
    assert renamed.decrypt("people", "1", "ssn", sealed) == b"x"
    other.refused("KW100", DECRYPT, sealed)
    session.rows("select kw.revoke_field('people', 'ssn', %s)", passing_role)
    assert renamed.decrypt("people", "1", "ssn", sealed) == b"x"
    session.rows("select kw.revoke_field('people', 'ssn', %s)", later)
    renamed.refused("KW100", DECRYPT, sealed)
    assert session.rows(STATE) == []


def test_a_grant_of_ones_own_table_dies_with_it(
    session: Session, connect: Connect, make_role: MakeRole
) -> None:
    """The attack: grant yourself a field of your table, get rid of it, wait for the real one."""
    mallory, owner = make_role("kw_client"), make_role("kw_client")
    session.rows(f"alter table people owner to {mallory}; grant create on schema public to {owner}")
    attacker = connect(mallory)
    attacker.rows("select kw.grant_field('people', 'ssn', %s, true, true)", mallory)
    attacker.rows("select kw.grant_field('people', null, %s, true, true)", mallory)
    for get_rid in ("drop table people", f"alter table people owner to {owner}"):
        session.rows(get_rid)
        if get_rid.startswith("drop"):
            connect(owner).rows("create table people (id bigint primary key, ssn bytea)")
            attacker.refused("KW100", "select kw.bind('people', '1', 'ssn')")
            session.rows("select kw.reclaim_entity('people')")
        victim = connect(owner)
        victim.bind("people", "1", "ssn")
        sealed = victim.encrypt("people", "1", "ssn", b"x")
        for call in (
            "kw.decrypt('people', '1', 'ssn', %s)",
            "kw.encrypt('people', '1', 'ssn', %s)",
        ):
            attacker.refused("KW100", f"select {call}", sealed)
        assert victim.value("select kw.confirm_grants('people')") == 0
        attacker.refused("KW100", DECRYPT, sealed)
        assert victim.values("select counts from kw.list_grants('people')") == [False, False]
        session.rows(f"alter table people owner to {mallory}")


def test_a_change_of_owner_ends_a_grant_until_the_new_owner_makes_it(
    session: Session, sealed: bytes, connect: Connect, make_role: MakeRole
) -> None:
    reader, owner = make_role("kw_client"), make_role("kw_client")
    session.rows("select kw.grant_field('people', 'ssn', %s)", reader)
    assert connect(reader).decrypt("people", "1", "ssn", sealed) == b"x"
    session.rows(f"alter table people owner to {owner}")
    connect(reader).refused("KW100", DECRYPT, sealed)
    ((grantee, counts, reason),) = connect(owner).rows(STATE)
    assert (grantee, counts) == (reader, False)
    assert "another owner" in reason
    connect(owner).rows("select kw.grant_field('people', 'ssn', %s)", reader)
    assert connect(reader).decrypt("people", "1", "ssn", sealed) == b"x"


def test_a_grant_of_a_name_that_was_no_table_does_not_count_for_a_table(
    session: Session, connect: Connect, make_role: MakeRole
) -> None:
    client = connect(make_role("kw_client", name := "kw_grantor"))
    assert name
    owner = make_role("kw_client")
    client.rows("select kw.grant_field('later', 'ssn', current_user, true, true)")
    session.rows("create table later (id bigint primary key, ssn bytea)")
    session.rows(f"alter table later owner to {owner}")
    session.rows("select kw.reclaim_entity('later')")
    victim = connect(owner)
    victim.bind("later", "*", "ssn")
    sealed = victim.encrypt("later", "1", "ssn", b"x")
    client.refused("KW100", "select kw.decrypt('later', '1', 'ssn', %s)", sealed)
    client.refused("KW100", "select kw.encrypt('later', '1', 'ssn', 'x')")
    client.refused("KW100", "select kw.confirm_grants('later')")
    assert victim.value("select kw.confirm_grants('later')") == 0


def test_after_a_re_creation_only_the_owner_lets_grants_count_again(
    session: Session, sealed: bytes, connect: Connect, make_role: MakeRole
) -> None:
    owner, reader = make_role("kw_client"), make_role("kw_client")
    admin = connect(make_role("kw_admin", "kw_client", "kw_grantor", "kw_auditor"))
    session.rows(f"alter table people owner to {owner}")
    connect(owner).rows("select kw.grant_field('people', 'ssn', %s)", reader)
    made_again(session, owner)
    connect(reader).refused("KW100", DECRYPT, sealed)
    assert admin.rows(STATE) == [(reader, False, "it was made for another table")]
    admin.refused("KW100", "select kw.confirm_grants('people')")
    assert admin.value("select kw.confirm_grants()") == 0
    connect(reader).refused("KW100", DECRYPT, sealed)
    assert connect(owner).value("select kw.confirm_grants()") == 1
    assert connect(reader).decrypt("people", "1", "ssn", sealed) == b"x"
    assert connect(owner).value("select kw.confirm_grants()") == 0
    assert session.values("select action from kw.audit_events order by id")[-1] == "confirm_grants"


def restored(session: Session) -> None:
    """Make the grants those of another cluster, whose oids are other roles' here."""
    session.rows(
        """
        update kw.field_grants g
        set installation = gen_random_uuid(),
            grantee = (
                select o.grantee from kw.field_grants o where o.id <> g.id order by o.id limit 1
            )
        """
    )


def test_oids_of_another_cluster_are_nobodys_here(
    session: Session, sealed: bytes, connect: Connect, make_role: MakeRole
) -> None:
    reader, writer, passing = (make_role("kw_client") for _ in range(3))
    session.rows("select kw.grant_field('people', 'ssn', %s)", reader)
    session.rows("select kw.grant_field('people', 'ssn', %s, false, true)", writer)
    restored(session)
    for one in (reader, writer):
        connect(one).refused("KW100", DECRYPT, sealed)
    assert session.values("select distinct counts from kw.list_grants()") == [False]
    # A grant that is made before the confirmation is not changed by it.
    session.rows("select kw.grant_field('people', 'ssn', %s)", passing)
    assert session.value("select kw.confirm_grants()") == 2
    assert connect(reader).decrypt("people", "1", "ssn", sealed) == b"x"
    connect(writer).refused("KW100", DECRYPT, sealed)
    assert connect(writer).encrypt("people", "1", "ssn", b"x")
    assert session.values("select distinct counts from kw.list_grants()") == [True]


def test_what_a_restore_brings_counts_only_for_the_owner_of_the_same_name(
    session: Session, sealed: bytes, connect: Connect, make_role: MakeRole
) -> None:
    reader, other = make_role("kw_client"), make_role("kw_client")
    session.rows("select kw.grant_field('people', 'ssn', %s)", reader)
    session.rows("update kw.field_grants set installation = null, owner_name = %s", other)
    assert session.value("select kw.confirm_grants()") == 0
    # Of 0.3.0 the owner is not known: who granted it then must own the table now.
    session.rows("update kw.field_grants set owner_name = null, granted_by = %s", other)
    assert session.value("select kw.confirm_grants()") == 0
    session.rows("update kw.field_grants set granted_by = current_user")
    assert session.value("select kw.confirm_grants()") == 1
    assert connect(reader).decrypt("people", "1", "ssn", sealed) == b"x"


def test_a_rename_of_the_table_keeps_its_grants_and_a_move_to_another_does_not(
    session: Session, sealed: bytes, connect: Connect, make_role: MakeRole
) -> None:
    reader = connect(make_role("kw_client"))
    session.rows("select kw.grant_field('people', 'ssn', %s)", reader.value("select current_user"))
    session.rows("alter table people rename to staff")
    reader.refused("KW100", DECRYPT, sealed)
    session.rows("select kw.rebind('people', 'staff')")
    assert "are not in force" not in session.heard()
    query = "select kw.decrypt('{}', '1', 'ssn', %s)"
    assert reader.value(query.format("staff"), sealed) == b"x"
    session.rows("create table crew (id bigint primary key, ssn bytea)")
    session.rows("select kw.rebind('staff', 'crew')")
    assert "1 grants of public.crew are not in force" in session.heard()
    reader.refused("KW100", query.format("crew"), sealed)
    assert session.value("select kw.confirm_grants('crew')") == 1
    assert reader.value(query.format("crew"), sealed) == b"x"


def test_who_may_list_grants(
    session: Session, sealed: bytes, connect: Connect, make_role: MakeRole
) -> None:
    assert sealed
    owner, reader = make_role("kw_client"), make_role("kw_client")
    session.rows(f"alter table people owner to {owner}")
    connect(owner).rows("select kw.grant_field('people', 'ssn', %s)", reader)
    grantor = connect(make_role("kw_grantor"))
    grantor.rows("select kw.grant_field('app.users', null, %s)", reader)
    everything = {("public.people", "ssn"), ("app.users", None)}
    query = "select entity, field_name from kw.list_grants()"
    for role in ("kw_admin", "kw_auditor"):
        assert set(connect(make_role(role)).rows(query)) == everything
    assert connect(owner).rows(query) == [("public.people", "ssn")]
    assert grantor.rows(query) == [("app.users", None)]
    assert connect(reader).rows(query) == []
    for one, name in (
        (connect(reader), "people"),
        (grantor, "people"),
        (connect(owner), "app.users"),
    ):
        one.refused("KW100", "select * from kw.list_grants(%s)", name)
    # The name became free and somebody else's: he sees nothing of the grants before.
    session.rows("drop table people")
    thief = make_role("kw_client")
    session.rows(f"grant create on schema public to {thief}")
    connect(thief).rows("create table people (id bigint, ssn bytea)")
    assert connect(thief).rows(query) == []
    connect(thief).refused("KW100", "select * from kw.list_grants('people')")


def test_the_doctor_names_grants_that_do_not_count(
    session: Session, sealed: bytes, make_role: MakeRole
) -> None:
    assert sealed
    reader, owner = make_role("kw_client"), make_role("kw_client")
    session.rows("select kw.grant_field('people', 'ssn', %s)", reader)
    query = """select detail, hint from kw.doctor() where "check" = 'grant of public.people'"""
    assert session.rows(query) == []
    session.rows(f"alter table people owner to {owner}")
    ((detail, hint),) = session.rows(query)
    assert reader in detail
    assert "another owner" in detail
    assert "kw.revoke_field" in hint
    session.rows("drop table people")
    session.rows("select kw.revoke_field('people', 'ssn', %s)", reader)
    assert session.rows(query) == []
