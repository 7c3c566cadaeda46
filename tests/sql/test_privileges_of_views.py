"""Protected views follow GRANT and REVOKE on their tables, and keep what was granted on them."""

from collections.abc import Callable

import pytest

from tests.sql.session import Session

Connect = Callable[..., Session]
MakeRole = Callable[..., str]
OF_VIEW = """
    select
        a.grantee::regrole::text || ' ' || a.privilege_type
        || case when a.is_grantable then '*' else '' end
    from pg_class c cross join aclexplode(c.relacl) a
    where c.oid = to_regclass('book') and a.grantee <> c.relowner order by 1
"""
OF_COLUMNS = """
    select b.attname || ' ' || a.privilege_type
    from pg_attribute b cross join aclexplode(b.attacl) a
    where b.attrelid = to_regclass('book') order by 1
"""


@pytest.fixture
def staff(session: Session) -> Session:
    """A table below a view, whose ciphertexts have another name than the field."""
    session.rows(
        "create table staff (id bigint generated always as identity primary key, sealed bytea,"
        " note text)"
    )
    session.rows("select kw.bind('staff', '*', 'email')")
    session.rows("select kw.set_protected_field('staff', 'email', ciphertext_column => 'sealed')")
    session.rows("select kw.create_protected_view('staff', 'book')")
    session.heard()
    return session


@pytest.fixture
def role(staff: Session, make_role: MakeRole) -> str:
    name = make_role("kw_client")
    staff.rows(f"grant usage on schema public to {name}")
    return name


def test_what_is_granted_on_the_table_holds_for_the_view(
    staff: Session, role: str, connect: Connect
) -> None:
    staff.rows(f"grant select, insert on staff to {role}")
    staff.rows("select kw.grant_field('staff', 'email', %s, true, true)", role)
    client = connect(role)
    client.rows("insert into book (email) values ('a@x')")
    assert client.rows("select id, email from book") == [(1, "a@x")]
    staff.rows(f"revoke insert on staff from {role}")
    client.refused("42501", "insert into book (email) values ('b@x')")
    assert staff.values(OF_VIEW) == [f"{role} SELECT"]
    staff.rows(f"revoke all on staff from {role}")
    assert staff.values(OF_VIEW) == []
    staff.rows("grant select on all tables in schema public to public")
    assert staff.values(OF_VIEW) == ["- SELECT"]
    assert staff.rows("select * from kw.doctor() where \"check\" ~ 'view'") == []


def test_columns_have_the_names_of_the_view(staff: Session, role: str) -> None:
    staff.rows(f"grant select (id, sealed), update (sealed), insert (note) on staff to {role}")
    assert staff.values(OF_COLUMNS) == ["email SELECT", "email UPDATE", "id SELECT", "note INSERT"]
    staff.rows(f"revoke select (sealed) on staff from {role}")
    assert staff.values(OF_COLUMNS) == ["email UPDATE", "id SELECT", "note INSERT"]


def test_the_right_to_grant_is_followed(staff: Session, role: str) -> None:
    staff.rows(f"grant select on staff to {role} with grant option")
    assert staff.values(OF_VIEW) == [f"{role} SELECT*"]
    staff.rows(f"revoke grant option for select on staff from {role}")
    assert staff.values(OF_VIEW) == [f"{role} SELECT"]


def test_what_was_granted_or_revoked_on_the_view_stays(
    staff: Session, role: str, make_role: MakeRole
) -> None:
    other = make_role("kw_client")
    staff.rows(f"grant select on staff to {role}; revoke select on book from {role}")
    staff.rows(f"grant delete on book to {other}")
    assert staff.values(OF_VIEW) == [f"{other} DELETE"]
    staff.rows(f"create table more (); grant select on more to {role}")
    staff.rows(f"grant update on staff to {role}")
    assert staff.values(OF_VIEW) == sorted([f"{other} DELETE", f"{role} UPDATE"])


def test_a_grant_that_is_rolled_back_leaves_the_view_as_it_was(staff: Session, role: str) -> None:
    staff.rows(f"begin; grant select on staff to {role}; rollback")
    assert staff.values(OF_VIEW) == []
    staff.rows(f"begin; savepoint s; grant select on staff to {role}; rollback to s; commit")
    assert staff.values(OF_VIEW) == []


def test_a_grant_goes_on_where_the_view_cannot_follow(staff: Session, role: str) -> None:
    """A view that somebody else has made of the table, or by hand with our triggers."""
    staff.rows(
        "create view bad as select * from staff;"
        " create trigger kw_begin before insert on bad for each statement"
        " execute function kw._begin_view('no layout')"
    )
    staff.rows(f"grant select on staff to {role}")
    assert staff.values(OF_VIEW) == [f"{role} SELECT"]
    staff.rows(f"grant update (note) on staff to {role}")
    assert "do not follow to protected view public.bad" in staff.heard()
    assert staff.values(OF_COLUMNS) == ["note UPDATE"]
    staff.rows(f"alter view bad owner to {role}; grant delete on staff to {role}")
    assert staff.heard() == ""
    of_bad = "select has_table_privilege('public', 'bad', 'delete')"
    assert staff.value(of_bad) is False


def test_a_role_without_any_right_in_kw_grants_as_before(
    staff: Session, connect: Connect, make_role: MakeRole
) -> None:
    name = make_role()
    staff.rows(f"grant create, usage on schema public to {name}")
    plain = connect(name)
    plain.rows(
        "create table mine (); grant select on mine to public; revoke all on mine from public"
    )
    assert plain.heard() == ""


def test_no_right_on_the_sequence_of_another_owner_follows(
    staff: Session, role: str, connect: Connect, make_role: MakeRole
) -> None:
    """A role that may read a table makes a view of it and of its own one, with our trigger."""
    name = make_role("kw_client")
    staff.rows(f"grant create, usage on schema public to {name}; grant select on staff to {name}")
    connect(name).rows(
        "create table lure (id bigint);"
        " create view bait as select l.id, s.id as of_staff from lure l, staff s;"
        " create trigger kw_begin before insert on bait for each statement"
        " execute function kw._begin_view('[]')"
    )
    staff.rows(f"grant insert on lure to {role}")  # by a superuser
    assert staff.value("select has_sequence_privilege(%s, 'staff_id_seq', 'usage')", role) is False


def test_columns_named_like_privileges_follow_a_revoke(staff: Session, role: str) -> None:
    staff.rows('alter table staff add "SELECT" text, add "UPDATE" text')
    staff.rows(f'grant select ("SELECT", "UPDATE"), update ("SELECT", "UPDATE") on staff to {role}')
    staff.rows(f'revoke select ("UPDATE") on staff from {role}')
    assert staff.values(OF_COLUMNS) == ["SELECT SELECT", "SELECT UPDATE", "UPDATE UPDATE"]


def test_who_loses_the_right_to_grant_takes_along_whom_it_granted(
    staff: Session, role: str, connect: Connect, make_role: MakeRole
) -> None:
    other = make_role("kw_client")
    staff.rows(f"grant select on staff to {role} with grant option")
    connect(role).rows(f"grant select on staff to {other}")
    assert staff.values(OF_VIEW) == sorted([f"{role} SELECT*", f"{other} SELECT"])
    staff.rows(f"revoke select on staff from {role} cascade")
    assert staff.heard() == ""
    assert staff.values(OF_VIEW) == []


def test_the_right_to_grant_comes_and_goes_without_what_was_granted_on_the_view(
    staff: Session, role: str, connect: Connect, make_role: MakeRole
) -> None:
    other = make_role("kw_client")
    staff.rows(f"grant select on staff to {role}; grant select on book to {role} with grant option")
    connect(role).rows(f"grant select on book to {other}")
    both = sorted([f"{role} SELECT*", f"{other} SELECT"])
    staff.rows(f"grant select on staff to {role} with grant option")
    assert staff.values(OF_VIEW) == both
    staff.rows(f"revoke grant option for select on staff from {role}")
    assert staff.values(OF_VIEW) == [f"{role} SELECT"]
    staff.rows(
        f"revoke select on book from {role}; grant select on staff to {role} with grant option"
    )
    staff.rows(
        f"revoke select on book from {role}; revoke grant option for select on staff from {role}"
    )
    assert staff.values(OF_VIEW) == []
    assert staff.heard() == ""
