"""Protected fields, their views and open protections follow a renamed table or column."""

import pytest

from tests.sql.protecting import make_patients
from tests.sql.sealed import CHECK, begin
from tests.sql.session import Session

READ = "select id, email, pay::text from {} order by id"
FIELDS = """
    select entity_table, field_name, ciphertext_column, token_column
    from kw.protected_fields order by 1, 2
"""


@pytest.fixture(params=["sealed", "unsealed"])
def staff(request: pytest.FixtureRequest, session: Session) -> Session:
    """A protected view of a table, in a schema of its own."""
    if request.param == "sealed":
        begin(session)
    session.rows("create schema app")
    session.rows(
        "create table app.staff (id bigint primary key, email bytea, pay bytea, token bytea)"
    )
    session.rows("select kw.bind('app.staff', '*', 'email')")
    session.rows("select kw.create_index_key('app.staff', 'email')")
    session.rows(
        "select kw.set_protected_field('app.staff', 'email', token_column => 'token'),"
        " kw.set_protected_field('app.staff', 'pay', 'numeric', 'cell')"
    )
    session.rows("select kw.create_protected_view('app.staff', 'app.people')")
    session.rows("insert into app.people (id, email, pay) values (1, 'a@x', 1), (2, 'b@x', 2)")
    return session


def test_a_renamed_table_keeps_its_view(staff: Session) -> None:
    staff.rows("alter table app.staff rename to crew")
    assert "kw.rebind" in staff.refused("KW102", "update app.people set email = 'lost'")
    staff.heard()
    assert staff.value("select kw.rebind('app.staff', 'app.crew')") == 3
    assert "WARNING" not in staff.heard()
    staff.rows("insert into app.people (id, email, pay) values (3, 'c@x', 3)")
    staff.rows("update app.people set pay = 20 where id = 2")
    assert staff.rows(READ.format("app.people")) == [
        (1, "a@x", "1"),
        (2, "b@x", "20"),
        (3, "c@x", "3"),
    ]
    find = "select id from app.people where token = kw.blind_index('app.crew', 'email', 'c@x')"
    assert staff.values(find) == [3]
    assert {row[0] for row in staff.rows(FIELDS)} == {"app.crew"}
    assert staff.values("select entity_table from kw.protected_views") == ["app.crew"]
    staff.rows("alter table app.crew add column more int")
    assert staff.values("select more from app.people") == [None] * 3
    if staff.values("select 1 from kw.deployments"):
        assert staff.rows(CHECK) == []


def test_a_table_of_the_old_name_gets_no_rows_of_the_view(staff: Session) -> None:
    staff.rows("alter table app.staff rename to crew")
    staff.rows("create table app.staff (like app.crew including all)")
    said = staff.refused("KW102", "insert into app.people (id, email) values (9, 'lost')")
    assert "protected view app.people does not show table app.staff any more" in said
    assert staff.value("select count(*) from app.staff") == 0


def test_a_renamed_column_of_ciphertexts_or_tokens_is_followed_at_once(staff: Session) -> None:
    staff.rows("alter table app.staff rename column email to mail")
    staff.rows("alter table app.staff rename column token to mail_token")
    staff.rows("insert into app.people (id, email) values (3, 'c@x')")
    find = "select email from app.people where mail_token = kw.blind_index(%s, 'email', 'c@x')"
    assert staff.values(find, "app.staff") == ["c@x"]
    assert staff.rows(FIELDS)[0] == ("app.staff", "email", "mail", "mail_token")


def test_a_restored_view_finds_its_columns_by_their_names(staff: Session) -> None:
    """The table of a dump has no dropped columns, so others have their numbers."""
    staff.rows("alter table app.staff add column gone int, add column kept int")
    staff.rows(
        "select kw.drop_protected_view('app.people'); alter table app.staff drop column gone"
    )
    staff.rows("select kw.create_protected_view('app.staff', 'app.people')")
    made = staff.value("select pg_get_viewdef('app.people'::regclass)")
    triggers = staff.values(
        "select pg_get_triggerdef(oid) from pg_trigger where tgrelid = 'app.people'::regclass"
    )
    staff.rows("drop view app.people; create table copy (like app.staff including all)")
    staff.rows("insert into copy select * from app.staff; drop table app.staff")
    staff.rows("alter table copy set schema app; alter table app.copy rename to staff")
    staff.rows("select kw.reclaim_entity('app.staff')")
    staff.rows(f"create view app.people with (security_invoker) as {made}")
    for trigger in triggers:
        staff.rows(trigger)
    staff.heard()
    staff.rows("alter table app.staff add column more int")
    assert staff.heard() == ""
    staff.rows("insert into app.people (id, email, kept, more) values (3, 'c@x', 4, 5)")
    assert staff.rows("select email, kept, more from app.people where id = 3") == [("c@x", 4, 5)]


def test_a_renamed_field_renames_the_column_of_the_view(staff: Session) -> None:
    staff.rows("alter table app.staff rename column email to mail")
    staff.rows("select kw.rebind('app.staff', field_name => 'email', to_field_name => 'mail')")
    assert staff.rows("select id, mail from app.people order by id") == [(1, "a@x"), (2, "b@x")]
    staff.rows("update app.people set mail = 'c@x' where id = 2")
    assert staff.rows(FIELDS)[0] == ("app.staff", "mail", "mail", "token")


def test_a_renamed_field_without_a_view_names_its_renamed_column(staff: Session) -> None:
    staff.rows("select kw.drop_protected_view('app.people')")
    staff.rows("alter table app.staff rename column email to mail")
    staff.rows("select kw.rebind('app.staff', field_name => 'email', to_field_name => 'mail')")
    staff.rows("select kw.create_protected_view('app.staff', 'app.people')")
    assert staff.values("select mail from app.people order by id") == ["a@x", "b@x"]


def test_what_the_new_place_has_stays(staff: Session) -> None:
    staff.rows("select kw.drop_protected_view('app.people')")
    staff.rows("select kw.set_protected_field('app.staff', 'mail', 'text', 'table', null, 'email')")
    staff.rows("select kw.rebind('app.staff', field_name => 'email', to_field_name => 'mail')")
    assert staff.rows(FIELDS) == [
        ("app.staff", "mail", "email", None),
        ("app.staff", "pay", "pay", None),
    ]
    if staff.values("select 1 from kw.deployments"):
        assert staff.rows(CHECK) == []


@pytest.mark.parametrize("phase", ["expanded", "verified", "cut_over", "contracted"])
def test_the_triggers_of_a_protection_go_on_under_the_new_names(
    session: Session, phase: str
) -> None:
    make_patients(session)
    protect = "call kw.protect(%s, %s, until => %s, search => 'equality')"
    session.rows(protect, "patients", "phone", "expanded")
    index = session.value("select index_statements from kw.protection_status()")
    for statement in index or []:
        session.rows(statement)
    session.rows(protect, "patients", "phone", phase)
    session.rows("alter table patients rename to clients")
    session.rows("select kw.rebind('patients', 'clients')")
    session.rows("alter table clients rename column phone to mobile")
    session.rows("select kw.rebind('clients', field_name => 'phone', to_field_name => 'mobile')")
    value = "'new'"
    if phase in ("cut_over", "contracted"):
        value = "kw.encrypt_text('clients', 100, 'mobile', 'new')"
    session.rows(f"insert into clients (id, mobile) values (100, {value})")
    session.rows(protect, "clients", "mobile", "contracted")
    read = "select kw.decrypt_text('clients', id, 'mobile', mobile) from clients where id = any(%s)"
    assert session.values(read + " order by id", [2, 100]) == ["+49 2", "new"]
    find = "select id from clients where phone_token = kw.blind_index('clients', 'mobile', 'new')"
    assert session.values(find) == [100]
    assert session.values("select status from kw.protection_status('clients')") == ["contracted"]
