"""Columns that look like personal data and are not protected: a guess, with its reasons."""

import html
import shlex
from collections.abc import Callable

import psycopg
import pytest

from bench.measure import cpu_seconds
from kwtools.connections import connect, transaction
from kwtools.personal_data import guesses
from kwtools.personal_data.guesses import Guess, Guesses
from tests.conftest import Database
from tests.console.conftest import Console

MakeRole = Callable[..., str]

CARDS = ("4539578763621486", "5500005555555559", "378282246310005", "6011111111111117",
         "4111111111111111", "5105105105105100")  # fmt: skip
IBANS = ("DE89370400440532013000", "GB82WEST12345698765432", "FR1420041010050500013M02606",
         "NL91ABNA0417164300", "ES9121000418450200051332", "CH9300762011623852957")  # fmt: skip


@pytest.fixture
def reading(db: Database) -> Callable[..., Guesses]:
    """``reading(role)``: the guesses that a role gets."""

    def read(user: str | None = None) -> Guesses:
        dsn = db.dsn if user is None else db.place.dsn(db.name, user)
        with connect(dsn, "test") as connection, transaction(connection):
            return guesses.read(connection)

    return read


def by_column(found: Guesses) -> dict[str, Guess]:
    return {f"{one.table}.{one.column}": one for one in found.found}


def test_a_plaintext_column_is_listed_with_its_reason_and_the_next_command(
    db: Database, reading: Callable[..., Guesses]
) -> None:
    db.sql("create table users (id bigint primary key, email text, filename text, phone boolean)")
    (one,) = reading().found
    assert one == Guess(
        "public.users", "email", "text", "e-mail address", ("its name says so",),
        "kwtools encrypt-column --plan public.users email",
    )  # fmt: skip


def test_an_auditor_gets_guesses_by_name_and_is_told_that_values_were_not_looked_at(
    db: Database, make_role: MakeRole, reading: Callable[..., Guesses]
) -> None:
    db.sql("create table users (id bigint primary key, email text, x text, total numeric)")
    found = reading(make_role("kw_auditor"))
    assert list(by_column(found)) == ["public.users.email"]
    assert (found.columns, found.not_permitted, found.with_statistics) == (4, 4, 0)


def test_values_are_recognised_by_their_statistics_where_the_role_may_read_them(
    db: Database, make_role: MakeRole, reading: Callable[..., Guesses]
) -> None:
    db.sql("create table t (a text, b text, c text, d bigint, e text, f text, g text, plain text)")
    for n in range(6):
        db.sql(
            "insert into t values (%s, %s, %s, %s, %s, %s, %s, %s)",
            f"user{n}@example.com", IBANS[n], f"{CARDS[n][:4]} {CARDS[n][4:]}", int(CARDS[n]) + 1,
            f"+49 30 12345{n}", f"10.0.0.{n}", f"12{n}-45-678{n}", f"{{odd, \"value\" {n}}}",
        )  # fmt: skip
    db.sql("analyze t")
    role = make_role("kw_auditor")
    db.sql(f"grant select on t to {role}")
    for found in (reading(), reading(role)):
        kinds = {one.column: one.kind for one in found.found}
        assert kinds == {
            "a": "e-mail address", "b": "bank account", "c": "payment card",
            "e": "phone number", "f": "IP address", "g": "national id",
        }  # fmt: skip
        assert {one.reasons for one in found.found} == {
            ("its statistics have values of this form",)
        }
        assert (found.with_statistics, found.not_permitted) == (8, 0)
    assert reading(make_role("kw_auditor")).found == []


def test_row_security_keeps_statistics_from_being_looked_at(
    db: Database, make_role: MakeRole, reading: Callable[..., Guesses]
) -> None:
    db.sql("create table t (a text)")
    db.sql("insert into t select 'user' || n || '@example.com' from generate_series(1, 9) n")
    db.sql("analyze t")
    db.sql("alter table t enable row level security")
    role = make_role("kw_auditor")
    db.sql(f"grant select on t to {role}")
    found = reading(role)
    assert (found.found, found.not_permitted) == ([], 1)


def test_no_value_reaches_the_guesses_or_an_error(
    db: Database, reading: Callable[..., Guesses]
) -> None:
    db.sql("create table t (ssn text, n numeric)")
    db.sql("insert into t select 'secret-' || n, n from generate_series(1, 300) n")
    db.sql("insert into t values ('{', 'NaN'), ('\"\\', 1), (repeat('9', 900), 1), ('DE00', 2)")
    db.sql("analyze t")
    assert "secret-" not in repr(reading())


def test_what_is_protected_is_not_listed(db: Database, reading: Callable[..., Guesses]) -> None:
    db.sql(
        "create table people (id bigint primary key, ssn bytea, phone bytea, email kw.ciphertext,"
        " address bytea, passport text, email_token bytea)"
    )
    assert set(by_column(reading())) == {
        f"public.people.{name}" for name in ("ssn", "phone", "address", "passport", "email_token")
    }
    db.sql("select kw.bind('people', '*', 'ssn'), kw.bind('people', '7', 'phone')")
    assert set(by_column(reading())) == {
        f"public.people.{name}" for name in ("address", "passport", "email_token")
    }
    db.sql("select kw.bind('people', '*')")  # whole rows: their ciphertexts are bytea
    assert set(by_column(reading())) == {"public.people.passport"}


def test_a_protection_that_has_begun_is_counted_and_not_guessed(
    db: Database, reading: Callable[..., Guesses]
) -> None:
    db.sql("create table users (id bigint primary key, email text, phone text)")
    db.sql("insert into users values (1, 'a@example.com', '+49 30 1')")
    db.sql("select kw.protect_expand('users', 'email')")
    found = reading()
    assert list(by_column(found)) == ["public.users.phone"]
    assert found.begun == 1


def test_a_column_is_protected_after_its_protection_ends(
    db: Database, reading: Callable[..., Guesses]
) -> None:
    db.sql("create table users (id bigint primary key, email text)")
    db.sql("insert into users values (1, 'a@example.com')")
    with db.connect() as connection:
        connection.execute("call kw.protect('users', 'email', until => 'contracted')")
    found = reading()
    assert (found.found, found.begun) == ([], 0)


def test_partitions_and_children_are_listed_once(
    db: Database, reading: Callable[..., Guesses]
) -> None:
    db.sql("create table users (id bigint, email text) partition by range (id)")
    db.sql("create table users_1 partition of users for values from (0) to (9)")
    db.sql("create table staff (id bigint, phone text)")
    db.sql("create table managers (passport text) inherits (staff)")
    db.sql("create temp table temporary (email text)")
    db.sql("create view shown as select * from users")
    assert set(by_column(reading())) == {
        "public.users.email", "public.staff.phone", "public.managers.passport",
    }  # fmt: skip


def test_a_materialized_view_is_listed_without_a_command(
    db: Database, reading: Callable[..., Guesses]
) -> None:
    db.sql("create materialized view copied as select 'a'::text as email")
    (one,) = reading().found
    assert (one.table, one.command) == ("public.copied", "")


def test_commands_quote_hostile_names_for_the_shell_and_for_sql(
    db: Database, reading: Callable[..., Guesses]
) -> None:
    table, column = 'u"; $(id).x', "-e_mail'; `x`"
    with db.connect() as connection:
        query = "create table {} (id bigint primary key, {} text)"
        connection.execute(
            psycopg.sql.SQL(query).format(
                psycopg.sql.Identifier(table), psycopg.sql.Identifier(column)
            )
        )
    (one,) = reading().found
    *_, named, last = shlex.split(one.command)
    assert (named, last) == ('"public"."u""; $(id).x"', column)
    assert " -- " in one.command


def test_many_columns_beside_many_protected_ones_take_seconds_at_most(
    db: Database,
) -> None:
    """A comparison of each with each takes twenty. CPU time: the machine may be busy."""
    columns = ", ".join(f"c{n} text" for n in range(1000))
    fields = ", ".join(f"f{n} bytea" for n in range(1000))
    for n in range(10):
        db.sql(f"create table t{n} ({columns}, email text)")
        db.sql(f"insert into t{n} (c0) select g from generate_series(1, 9) g")
        db.sql(f"create table p{n} (id bigint primary key, {fields})")
        db.sql(f"select kw.bind('p{n}', '*', 'x')")
        db.sql(
            "insert into kw.entity_fields (entity_table, field_name_norm, is_mark, has_keys)"
            f" select 'public.p{n}', 'f' || g, true, true from generate_series(0, 999) g"
        )
    db.sql("analyze")
    with connect(db.dsn, "test") as connection, transaction(connection):
        before = cpu_seconds(connection)
        found = guesses.read(connection)
        assert cpu_seconds(connection) - before < 8
    assert len(found.found) == 10
    assert found.columns == 10_020
    assert found.with_statistics == 990  # and the keys of ten empty tables


def test_the_page_says_that_it_guesses_and_shows_hostile_names_as_texts(
    db: Database, console: Console
) -> None:
    table = "<script>alert(1)</script>\u202e"
    with db.connect() as connection:
        query = psycopg.sql.SQL("create table {} (id bigint primary key, email text)")
        connection.execute(query.format(psycopg.sql.Identifier(table)))
    page = console.page("unprotected")
    assert "This is a guess." in page
    assert "The statistics of 2 columns were not looked at" in page
    assert "public." + html.escape("<script>alert(1)</script>") + "\\u202e" in page
    assert "kwtools encrypt-column --plan" in page
    assert table not in page


def test_long_lists_have_pages(db: Database, console: Console) -> None:
    for n in range(3):
        db.sql(f"create table t{n} (email text)")
    page = console.page("unprotected", limit="2")
    assert "Columns 1 to 2 of 3" in page
    assert "start=2" in page
    assert "Columns 3 to 3 of 3" in console.page("unprotected", limit="2", start="2")
