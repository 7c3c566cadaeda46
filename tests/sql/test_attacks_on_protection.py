"""Roles, sessions and settings that come between the phases of a protection."""

from collections.abc import Callable

import pytest

from tests.sql.protecting import in_phases, make_patients
from tests.sql.session import Session

Connect = Callable[..., Session]
MakeRole = Callable[..., str]
COLUMN = "'public.patients', 'phone'"


@pytest.fixture
def patients(session: Session) -> Session:
    make_patients(session)
    return session


@pytest.mark.parametrize("constraint", ["", "set not null"])
def test_who_writes_other_columns_needs_nothing_of_kwtools(
    patients: Session, connect: Connect, make_role: MakeRole, constraint: str
) -> None:
    role = make_role()
    if constraint:
        patients.rows("update patients set phone = '' where phone is null")
        patients.rows(f"alter table patients alter column phone {constraint}")
    patients.rows(f"grant select, update (name), insert (id, name) on patients to {role}")
    said = patients.refused("KW102", f"select kw.protect_expand({COLUMN})")
    assert f"role {role}: inserts the default" in said
    patients.rows("alter table patients alter column phone drop default")
    other = connect(role)

    def write() -> None:
        other.rows("update patients set name = name || '!' where id = 7")
        if not constraint:
            other.rows("insert into patients (id, name) select max(id) + 1, 'new' from patients")

    patients.rows(f"select kw.protect_expand({COLUMN})")
    write()
    assert patients.value("select phone_encrypted is null from patients where id = 7")
    for until in ("backfilled", "verified", "cut_over", "contracted"):
        patients.rows("call kw.protect('patients', 'phone', until => %s)", until)
        write()
    found = patients.rows(
        "select name, kw.decrypt_text('patients', id, 'phone', phone) from patients where id = 7"
    )
    assert found == [("n7!!!!!", "+49 7")]
    assert patients.value("select count(*) from patients") == 25 if constraint else 30
    said = patients.refused("23514", "update patients set phone = '\\x01'")
    assert "is_ciphertext" in said
    advised = patients.rows("select * from kw.doctor() where \"check\" = 'ciphertext columns'")
    assert advised == []


def test_default_privileges_let_nobody_attach_the_function_that_decrypts(
    patients: Session, connect: Connect, make_role: MakeRole
) -> None:
    role = make_role()
    patients.rows(
        f"alter default privileges in schema public grant execute on functions to {role};"
        f"alter default privileges grant execute on functions to {role} with grant option;"
    )
    in_phases(patients, "cut_over")
    patients.rows(f"grant select (id, phone) on patients to {role}")
    other = connect(role)
    other.rows("create temporary table mine (id bigint, phone bytea, phone_plaintext text)")
    other.refused(
        "42501",
        "create trigger t before insert on mine for each row execute function kw_protect_1()",
    )


@pytest.mark.parametrize(
    ("kind", "value", "sqlstate"),
    [("varchar(5)", "abcdef", "22001"), ("char(5)", "abcdef", "22001"), ("int", "x", "22P02")],
)
def test_after_cut_over_a_value_that_the_column_could_not_hold_is_refused(
    session: Session, kind: str, value: str, sqlstate: str
) -> None:
    session.rows(
        f"create table patients (id bigint primary key, phone {kind});"
        " insert into patients values (1, '123')"
    )
    in_phases(session, "cut_over")
    write = "update patients set phone = kw.encrypt_text('patients', id, 'phone', %s)"
    session.refused(sqlstate, write, value)
    session.rows(write, "456")
    session.rows(f"select kw.protect_undo({COLUMN})")
    assert session.value("select phone::text from patients").strip() == "456"


def test_names_are_quoted_whatever_they_hold(patients: Session) -> None:
    name = "o'\\'||$kw_protect_1$||\"x"
    quoted = '"' + name.replace('"', '""') + '"'
    patients.rows(f"alter table patients rename column id to {quoted}")
    patients.rows(f'alter table patients rename column phone to {quoted[:-1]}2"')
    patients.rows("call kw.protect('patients', %s)", name + "2")
    patients.rows("set standard_conforming_strings = off; set escape_string_warning = off")
    patients.rows(f"update patients set {quoted[:-1]}2\" = 'x' where {quoted} = 8")
    patients.rows("select kw.protect_cut_over('patients', %s)", name + "2")
    patients.rows("select kw.protect_undo('patients', %s)", name + "2")
    assert patients.value(f'select {quoted[:-1]}2" from patients where {quoted} = 7') == "+49 7"


def test_an_older_snapshot_hides_no_row_from_the_phases(
    patients: Session, connect: Connect
) -> None:
    own, other = connect(), connect()
    for each in (own, other):
        each.rows("begin isolation level repeatable read; select from pg_class limit 1")
    patients.rows("insert into patients values (1000, 'late', 'secret')")
    own.rows(f"savepoint a; select kw.protect_expand({COLUMN}); savepoint b")
    assert "snapshot" in own.refused("KW102", f"select kw.protect_backfill({COLUMN})")
    own.rows("rollback to savepoint b; commit")
    patients.rows("call kw.protect('patients', 'phone', until => 'backfilled')")
    other.refused("KW101", f"select kw.protect_verify({COLUMN})")
    other.rows("rollback; set default_transaction_isolation = serializable")
    other.rows("call kw.protect('patients', 'phone', until => 'contracted')")
    opened = "select kw.decrypt_text('patients', id, 'phone', phone) from patients where id = 1000"
    assert patients.value(opened) == "secret"


@pytest.mark.parametrize("phase", ["expanded", "verified", "cut_over"])
def test_the_type_of_the_plaintext_is_not_changed_meanwhile(patients: Session, phase: str) -> None:
    in_phases(patients, phase)
    name = "phone_plaintext" if phase == "cut_over" else "phone"
    change = f"alter table patients alter column {name} type text using upper({name})"
    assert "zz_kw_protect_1" in patients.refused("0A000", change)
    patients.rows(f"select kw.protect_undo({COLUMN})")
    patients.rows("alter table patients alter column phone type varchar(20)")


def test_after_cut_over_a_foreign_key_changes_plaintext_and_ciphertext(session: Session) -> None:
    session.rows(
        "create table numbers (phone text primary key); insert into numbers values ('a'), ('b');"
        " create table patients (id bigint primary key, phone text"
        " references numbers on update cascade on delete set null);"
        " insert into patients values (1, 'a'), (2, 'b')"
    )
    in_phases(session, "cut_over")
    session.rows("update numbers set phone = 'c' where phone = 'a'")
    session.rows("delete from numbers where phone = 'b'")
    opened = "kw.decrypt_text('patients', id, 'phone', phone)"
    assert session.rows(f"select id, {opened} from patients order by id") == [(1, "c"), (2, None)]
    session.rows(f"select kw.protect_undo({COLUMN})")
    assert session.rows("select * from patients order by id") == [(1, "c"), (2, None)]


def test_rows_that_come_in_without_the_trigger_are_not_lost(session: Session) -> None:
    session.rows(
        "create table patients (id bigint primary key, phone text) partition by range (id);"
        " create table begun partition of patients for values from (0) to (100);"
        " insert into patients values (1, 'a')"
    )
    in_phases(session, "verified")
    attach = "alter table patients attach partition other for values from (100) to (200)"
    session.rows(
        "create table other (id bigint primary key, phone text, phone_encrypted bytea);"
        " insert into other values (150, 'late')"
    )
    session.refused("42804", attach)
    session.rows("drop table other; create table other (like patients including all)")
    session.refused("23514", "insert into other values (150, 'late')")
    session.rows(attach)
    session.rows("insert into patients values (150, 'late')")
    session.rows("call kw.protect('patients', 'phone', until => 'contracted')")
    read = "select kw.decrypt_text('patients', id, 'phone', phone) from patients order by id"
    assert session.values(read) == ["a", "late"]


def test_a_table_that_inherits_takes_no_plaintext(patients: Session) -> None:
    in_phases(patients, "verified")
    patients.rows("create table heirs () inherits (patients)")
    patients.refused("23514", "insert into heirs (id, phone) values (500, 'late')")


def test_a_check_of_the_plaintext_goes_with_it(patients: Session) -> None:
    patients.rows("alter table patients add check (length(phone) < 30)")
    in_phases(patients, "contracted")
    assert patients.value("select count(*) from patients") == 25


@pytest.mark.parametrize("shown_by", ["column", "view"])
def test_strings_of_old_clients_change_nothing(session: Session, shown_by: str) -> None:
    """Their sessions have standard_conforming_strings off, in which a backslash escapes."""
    session.rows(
        "set standard_conforming_strings = off; set escape_string_warning = off;"
        ' create table "o\'\\x" (id bigint primary key, "e\\y\'" varchar(9) unique);'
        " insert into \"o'\\x\" values (1, E'a\\\\b')"
    )
    given = '"o\'\\x"', "e\\y'"
    call = "call kw.protect(%s, %s, until => 'contracted', search => 'equality', shown_by => %s)"
    session.rows(call, *given, shown_by)
    token = '"e\\y\'_token"'
    query = f'select id from "o\'\\x" where {token} = kw.blind_index(%s, %s, %s)'
    assert session.values(query, *given, "a\\b") == [1]
    if shown_by == "view":
        session.rows("insert into \"o'\\x\" values (2, E'c\\\\d')")
        assert session.values(query, *given, "c\\d") == [2]
