"""kw.doctor names protected fields and views that are not as they were made."""

from collections.abc import Callable

import pytest

from tests.sql.session import Session

FOUND = 'select "check", ok, detail from kw.doctor() where "check" like \'protected%\''
VIEW = "protected view app.people"


@pytest.fixture
def staff(session: Session) -> Session:
    """A protected view in a schema that kw_owner may not use."""
    session.rows("create schema app")
    session.rows(
        "create table app.staff (id bigint generated always as identity primary key,"
        " name text, email bytea, token bytea)"
    )
    session.rows("select kw.bind('app.staff', '*')")
    session.rows("select kw.create_index_key('app.staff', 'email')")
    session.rows("select kw.set_protected_field('app.staff', 'email', 'text', 'table', 'token')")
    session.rows("select kw.create_protected_view('app.staff', 'app.people')")
    assert session.rows(FOUND) == []
    return session


@pytest.mark.parametrize(
    ("change", "check", "detail"),
    [
        ("alter view app.people rename to others", VIEW, "it does not exist"),
        ("create schema b; alter view app.people set schema b", VIEW, "it does not exist"),
        ("drop view app.people", VIEW, "it does not exist"),
        ("drop trigger kw_row on app.people", VIEW, "or has lost its triggers"),
        ("alter table app.staff rename to crew", VIEW, "it shows another table than app.staff"),
        (
            "set row_security = off; alter table app.staff add column more int",
            VIEW,
            "have changed since",
        ),
        (
            "select kw.set_protected_field('app.staff', 'email', 'text', 'table')",
            VIEW,
            "have changed since",
        ),
        ("alter table app.staff drop constraint staff_pkey", VIEW, "has no primary key"),
    ],
)
def test_a_view_that_is_not_as_it_was_made_is_named(
    staff: Session, change: str, check: str, detail: str
) -> None:
    for statement in change.split("; "):
        staff.rows(statement)
    named = {row[0]: row for row in staff.rows(FOUND)}
    assert not named[check][1]
    assert detail in named[check][2]


def test_a_view_under_another_name_is_named(staff: Session) -> None:
    staff.rows("alter view app.people rename to others")
    names = [row[0] for row in staff.rows(FOUND)]
    assert names == ["protected view app.others", VIEW]
    staff.rows("alter view app.others rename to people")
    assert staff.rows(FOUND) == []


def test_privileges_that_differ_are_advice(staff: Session, make_role: Callable[..., str]) -> None:
    role = make_role("kw_client")
    detail = "its privileges are not those of the table"
    staff.rows("alter event trigger kwtools_keep_privileges disable")
    for grant in (f"select on app.staff to {role}", f"update (name) on app.staff to {role}"):
        staff.rows(f"grant {grant}")
        assert staff.rows(FOUND) == [(VIEW, True, detail)]
        staff.rows("select kw.remake_protected_view('app.people')")
        assert staff.rows(FOUND) == []
    staff.rows(f"revoke all on app.staff from {role}")
    assert staff.rows(FOUND) == [(VIEW, True, detail)]
    staff.rows("select kw.remake_protected_view('app.people')")
    assert staff.rows(FOUND) == []


def test_a_field_whose_column_is_gone_is_named(staff: Session) -> None:
    staff.rows("select kw.drop_protected_view('app.people')")
    staff.rows("alter table app.staff drop column token")
    assert staff.rows(FOUND) == [
        ("protected field app.staff.email", False, 'column "token" does not exist')
    ]


def test_columns_of_protected_fields_that_accept_plaintext_are_named(staff: Session) -> None:
    advice = "select ok, detail from kw.doctor() where \"check\" = 'ciphertext columns'"
    named = "one column of bytea accept plaintext: app.staff.email"
    assert staff.rows(advice) == [(True, named)]


def test_a_view_whose_columns_of_tokens_were_exchanged_is_as_it_was_made(staff: Session) -> None:
    staff.rows("select kw.set_protected_field('app.staff', 'email', 'text', 'table', 'token',"
        " next_token_column => 'next')")  # fmt: skip
    staff.rows("select kw.rotate_index_key('app.staff', 'email')")
    staff.rows(
        "alter table app.staff add column next bytea, add check (token is null or next is not null)"
    )
    staff.rows("insert into app.people (email) values ('a@x')")
    staff.rows("select kw.finish_index_rotation('app.staff', 'email', 'token', 'next', 5)")
    assert staff.rows(FOUND) == []


@pytest.mark.parametrize("argument", ["", "'a', 'b'", "'[]'", "'[\"x\"]'", "'null'"])
def test_a_view_that_somebody_made_by_hand_with_our_triggers_stops_no_check(
    staff: Session, make_role: Callable[..., str], argument: str
) -> None:
    name = make_role("kw_client")
    staff.rows(f"grant create, usage on schema public to {name}; set role {name}")
    triggers = (
        ("begin", "before insert", "statement", "_begin_view"),
        ("row", "instead of insert", "row", "_view_row"),
        ("end", "after insert", "statement", "_end_view"),
    )
    staff.rows("create table lure (id bigint); create view bait as select * from lure")
    for trigger, when, each, function in triggers:
        staff.rows(
            f"create trigger kw_{trigger} {when} on bait for each {each}"
            f" execute function kw.{function}({argument})"
        )
    staff.rows("reset role")
    staff.rows("alter view app.people rename to others")
    found = {check: detail for check, _, detail in staff.rows(FOUND)}
    assert "it does not exist" in found[VIEW]
    assert "under another name" in found["protected view public.bait"]
