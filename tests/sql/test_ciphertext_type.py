"""kw.ciphertext: what is not a ciphertext is not stored, and ciphertexts are not compared."""

import random
import re
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.sql.session import Session
from tests.sql.test_ciphertexts import NONE

OTHERS = [b"plaintext", bytes(64), b"\\xc101", "schlüssel".encode()]
TABLE = """
create type pair as (name text, email kw.ciphertext);
create table users (id bigint primary key, email kw.ciphertext, emails kw.ciphertext[], parts pair);
"""


@pytest.fixture
def users(session: Session) -> Session:
    """A session in a database with a column of the type, and a ciphertext in it."""
    session.rows(TABLE)
    session.bind("users", "*", "email")
    session.rows("insert into users values (1, kw.encrypt_text('users', 1, 'email', 'a@b.c'))")
    return session


def sealed(users: Session) -> bytes:
    """Return the stored ciphertext."""
    return users.value("select email::bytea from users where id = 1")  # type: ignore[no-any-return]


# -- what is stored -------------------------------------------------------------------------------


def test_what_encrypt_returns_is_assigned_without_a_cast(users: Session) -> None:
    users.rows("update users set email = kw.encrypt('users', id, 'email', 'x'), emails = null")
    users.rows("insert into users values (2, null)")
    users.rows("insert into users select 3, kw.encrypt_text('users', 3, 'email', 'y')")
    query = "select kw.decrypt_text('users', id, 'email', email::bytea) from users order by id"
    assert users.values(query) == ["x", None, "y"]


WAYS = [
    "insert into users values (2, %s::bytea)",
    "update users set email = %s::bytea",
    "merge into users using (select 1) s on id = 1 when matched then update set email = %s::bytea",
    "select %s::bytea::kw.ciphertext",
    "select cast(%s::bytea as kw.ciphertext)",
    "insert into users (id, emails) values (2, array[%s::bytea])",
    "select array[%s::bytea]::kw.ciphertext[]",
    "insert into users (id, parts) values (2, row('a', %s::bytea))",
    "select row('a', %s::bytea)::pair",
    "select takes(%s::bytea::kw.ciphertext)",
    "select returns(%s::bytea)",
    "select declares(%s::bytea)",
    "select * from jsonb_to_record(jsonb_build_object('e', %s::bytea::text)) r (e kw.ciphertext)",
]
FUNCTIONS = """
create function takes(v kw.ciphertext) returns int language plpgsql as
'begin return 1; end';
create function returns(v bytea) returns kw.ciphertext language plpgsql as
'begin return v::kw.ciphertext; end';
create function declares(v bytea) returns int language plpgsql as
'declare c kw.ciphertext; begin c := v; return 1; end';
"""


@pytest.mark.parametrize("statement", WAYS)
def test_what_is_not_a_ciphertext_is_refused_wherever_it_comes_from(
    users: Session, statement: str
) -> None:
    users.rows(FUNCTIONS)
    right = sealed(users)
    short = [right[:length] for length in (0, 1, 13, 41, 53)]
    for value in (*NONE, *OTHERS, *short):
        said = users.refused("23514", statement, value)
        assert said.startswith("value for domain kw.ciphertext violates check constraint")
        assert said.endswith("\n\n")  # no detail: neither the row nor the value
    users.rows(statement, right)


@pytest.mark.parametrize("form", ["text", "csv", "binary"])
def test_copy_refuses_it_too(users: Session, form: str) -> None:
    right = sealed(users)
    copy = f"copy users (id, email, emails) from stdin (format {form})"
    types = ["int8", "bytea", "bytea[]"]

    def put(value: bytes | None, array: list[bytes]) -> None:
        with users.connection.cursor().copy(copy) as into:
            if form == "csv":
                hexed = "" if value is None else rf"\x{value.hex()}"
                listed = ",".join(rf'""\\x{one.hex()}""' for one in array)
                into.write(f'2,{hexed},"{{{listed}}}"\n')
            else:
                into.set_types(types)
                into.write_row((2, value, array))

    for value in (b"plaintext", right[:53], bytes(60)):
        for column, array in ((value, [right]), (right, [right, value])):
            with pytest.raises(psycopg.errors.CheckViolation):
                put(column, array)
    if form != "binary":  # an array of bytea is not one of the type, in the binary form
        put(right, [right, right])
        assert users.value("select emails::bytea[] from users where id = 2") == [right, right]


def test_binary_copy_gives_and_takes_the_bytes(users: Session) -> None:
    with users.connection.cursor().copy("copy users (email) to stdout (format binary)") as out:
        out.set_types(["bytea"])
        ((value,),) = list(out.rows())
    assert value == sealed(users)
    with users.connection.cursor().copy(
        "copy users (id, email) from stdin (format binary)"
    ) as into:
        into.set_types(["int8", "bytea"])
        into.write_row((2, value))
    assert users.values("select email::bytea from users") == [value, value]


def test_texts_are_refused_before_they_are_looked_at(users: Session) -> None:
    users.refused("42804", "insert into users values (2, 'plain'::text)")
    users.refused("23514", "insert into users values (2, 'plain')")
    users.refused("23514", "select 'plain'::text::kw.ciphertext")
    users.refused("23514", r"select '\xc1'::kw.ciphertext")


def test_the_type_and_is_ciphertext_agree_on_every_form(users: Session) -> None:
    users.rows(
        "create function agrees(v bytea) returns boolean language plpgsql as $$ begin"
        " perform v::kw.ciphertext; return kw.is_ciphertext(v) is not false;"
        " exception when check_violation then return kw.is_ciphertext(v) is false; end $$"
    )
    chosen = random.Random(18)
    heads = [bytes([magic, suite]) for magic in range(0xC0, 0xC4) for suite in range(4)]
    ids = [bytes(8), b"\0" * 7 + b"\1", b"\x7f" + b"\xff" * 7, b"\x80" + bytes(7), b"\xff" * 8]
    generations = [bytes(4), b"\0\0\0\1", b"\x7f\xff\xff\xff", b"\x80\0\0\0"]
    values = [
        head + number + generation + chosen.randbytes(length)
        for head in heads
        for number in ids
        for generation in generations
        for length in (0, 27, 28, 39, 40, 41)
    ]
    query = "select count(*) filter (where not agrees(v)) from unnest(%s::bytea[]) v"
    assert users.value(query, values) == 0
    assert (
        users.value("select count(*) from unnest(%s::bytea[]) v where kw.is_ciphertext(v)", values)
        == 48
    )


def test_who_writes_needs_neither_schema_nor_functions_of_kw(
    users: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    right, writer = sealed(users), make_role()
    users.rows(f"grant select, insert on users to {writer}")
    other = connect(writer)
    other.rows("insert into users values (2, %s::bytea)", right)
    other.refused("23514", "insert into users values (3, %s::bytea)", b"plaintext")
    assert other.values("select email::bytea from users") == [right, right]


# -- operators ------------------------------------------------------------------------------------

COMPARED = [
    "select {0} = {0} from users",
    "select {0} = 'a@b.c' from users",
    "select {0} = 'a@b.c'::text from users",
    "select {0} = '\\x00'::bytea from users",
    "select 'a@b.c' = {0} from users",
    "select {0} <> {0} from users",
    "select {0} < {0} from users",
    "select {0} >= '\\x00'::bytea from users",
    "select {0} like 'a%' from users",
    "select {0} not like 'a%' from users",
    "select {0} ilike 'a%' from users",
    "select {0} similar to 'a%' from users",
    "select {0} ~ 'a' from users",
    "select {0} !~* 'a' from users",
    "select {0} ^@ 'a' from users",
    "select {0} || {0} from users",
    "select {0} || 'a' from users",
    "select 'a' || {0} from users",
    "select {0} || 'a'::text from users",
    "select {0} || '\\x00'::bytea from users",
    "select {0} in ('a@b.c') from users",
    "select {0} in ({0}) from users",
    "select {0} not in ({0}) from users",
    "select {0} in (select {0} from users) from users",
    "select {0} = any (array[{0}]) from users",
    "select {0} = all ('{{}}') from users",
    "select {0} is distinct from {0} from users",
    "select {0} is not distinct from 'a@b.c' from users",
    "select {0} between {0} and {0} from users",
    "select nullif({0}, {0}) from users",
    "select case {0} when {0} then 1 end from users",
    "select greatest({0}, {0}) from users",
    "select row({0}) = row({0}) from users",
    "select u = u from users u",
    "select array[{0}] = array[{0}] from users",
    "select array[{0}] @> array[{0}] from users",
    "select array_position(array[{0}], {0}) from users",
    "select array_remove(array[{0}], {0}) from users",
    "select {0} from users order by {0}",
    "select {0} from users order by {0} using operator(pg_catalog.<)",
    "select id from users u order by u",
    "select array[{0}] from users order by 1",
    "select {0} from users group by {0}",
    "select distinct {0} from users",
    "select distinct u from users u",
    "select distinct on ({0}) id from users",
    "select {0} from users union select {0} from users",
    "select {0} from users intersect select {0} from users",
    "select {0} from users except select {0} from users",
    "select count(distinct {0}) from users",
    "select array_agg({0} order by {0}) from users",
    "select min({0}) from users",
    "select row_number() over (partition by {0}) from users",
    "select row_number() over (order by {0}) from users",
    "select a.id from users a join users b on a.{0} = b.{0}",
    "select a.id from users a join users b using ({0})",
    "select a.id from users a natural join users b",
    "select length({0}) from users",
    "select md5({0}) from users",
    "select lower({0}) from users",
    "select {0}::text from users",
    "select {0}::varchar from users",
    "select {0}::char(9) from users",
    "update users set {0} = null where {0} = 'a@b.c'",
    "delete from users where {0} = {0}",
    "create unique index on users ({0})",
    "create index on users ({0})",
    "create index on users using hash ({0})",
    "create index on users using gin ({0})",
    "create index on users using gin (emails)",
    "create index on users using gist ({0})",
    "create index on users using brin ({0})",
    "create index on users ({0} bytea_ops)",
    "create index on users ({0} text_ops)",
    "create index on users using hash ({0} bytea_ops)",
    "alter table users add unique ({0})",
    "alter table users add exclude using hash ({0} with =)",
    "create table public.v ({0} kw.ciphertext primary key)",
    "create table public.v ({0} kw.ciphertext references users ({0}))",
    "create table public.v ({0} kw.ciphertext) partition by hash ({0})",
    "create table public.v ({0} kw.ciphertext) partition by list ({0})",
    "create statistics public.s on id, {0} from users",
    "insert into users (id, {0}) values (1, null) on conflict ({0}) do nothing",
]
NOT_THERE = {
    "42883": "the operator or function", "42804": "the type", "42704": "the operator class",
    "42846": "the cast", "0A000": "statistics without an order", "42P10": "the unique index",
    "42830": "the key that is referred to", "42809": "the operator of an order",
}  # fmt: skip
PATHS = [
    "public, pg_catalog",
    "pg_catalog, public",
    "kw, public",
    "hostile, pg_catalog, public",
    "''",
]
HOSTILE = """
create schema hostile authorization {0};
set role {0};
create function hostile.yes(bytea, bytea) returns boolean language sql immutable as 'select true';
create operator hostile.= (leftarg = bytea, rightarg = bytea, function = hostile.yes, hashes);
create operator hostile.< (leftarg = bytea, rightarg = bytea, function = hostile.yes);
create operator hostile.~~ (leftarg = bytea, rightarg = bytea, function = hostile.yes);
create function hostile.text(text, text) returns boolean language sql immutable as 'select true';
create operator hostile.= (leftarg = text, rightarg = text, function = hostile.text);
reset role;
grant usage on schema hostile to public;
"""


@pytest.mark.parametrize("path", PATHS)
def test_ciphertexts_are_not_compared_sorted_or_indexed_whatever_the_search_path(
    users: Session, make_role: Callable[..., str], path: str
) -> None:
    hostile = make_role("kw_client")
    users.rows(HOSTILE.format(hostile))
    users.rows(f"set search_path = {path}")
    users.connection.autocommit = False
    for statement in COMPARED:
        qualified = statement.format("email").replace("users", "public.users")
        with pytest.raises(psycopg.Error) as caught:
            users.connection.execute(qualified)
        assert caught.value.sqlstate in NOT_THERE, (statement, caught.value)
        users.connection.rollback()


def test_nothing_becomes_bytes_or_text_unless_asked(users: Session) -> None:
    right = sealed(users)
    users.rows("create table other (b bytea, t text, v varchar, c char(9))")
    for column in "btvc":
        users.refused("42804", f"insert into other ({column}) select email from users")
    said = users.refused("42846", "select email::text from users")
    assert said.startswith("cannot cast type kw.ciphertext to text")
    assert "encode(column::bytea, 'hex')" in said
    users.refused("42883", "select kw.decrypt_text('users', id, 'email', email) from users")
    assert users.values("select encode(email::bytea, 'hex') from users") == [right.hex()]
    users.rows("insert into other (b) select email::bytea from users")
    assert users.values("select b from other") == [right]
    # What only prints a value prints the bytes.
    printed = rf"\x{right.hex()}"
    for call in ("to_jsonb(email) #>> '{}'", "format('%s', email)", "concat(email)"):
        assert users.values(f"select {call} from users") == [printed]


def test_nobody_makes_an_operator_over_the_bytes_or_stores_them_unchecked(
    users: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    role = make_role("kw_admin", "kw_operator", "kw_client", "kw_unwrap", "kw_grantor")
    users.rows(f"create schema own authorization {role}")
    other = connect(role)
    other.rows(
        "create function own.same(bytea, bytea) returns boolean language sql as 'select true'"
    )
    for argument in ("kw.ciphertext_bytes", "kw.ciphertext_bytes[]"):
        other.refused("42501", f"create table own.t (c {argument})")
        other.refused("42501", f"create function own.f({argument}) returns int language sql as ''")
    other.refused("42501", "create domain own.d as kw.ciphertext_bytes")
    other.rows("create table own.t (c kw.ciphertext, d kw.ciphertext[])")
    outsider = make_role()
    users.rows(f"grant usage on schema kw to {outsider}; grant create on schema own to {outsider}")
    users.rows(f"grant usage on schema own to {outsider}")
    connect(outsider).refused("42501", "create table own.u (c kw.ciphertext)")


def test_an_operator_that_somebody_makes_on_purpose_compares_but_shows_nothing_more(
    users: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    """As docs/security.md says: it needs a schema in the reader's search_path."""
    role = make_role("kw_client")
    users.rows(f"create schema own authorization {role}; grant select on users to {role}")
    other = connect(role)
    other.rows(
        "create function own.same(kw.ciphertext, kw.ciphertext) returns boolean"
        " language sql return $1::bytea = $2::bytea"
    )
    other.rows(
        "create operator own.= (leftarg = kw.ciphertext, rightarg = kw.ciphertext,"
        " function = own.same)"
    )
    other.refused("42883", "select email = email from users")
    assert other.values("select email operator(own.=) email from users") == [True]
    other.refused(
        "42501",
        "create operator class own.ops default for type kw.ciphertext using btree as storage bytea",
    )


# -- what PostgreSQL keeps of values --------------------------------------------------------------


def test_statistics_hold_no_values(users: Session) -> None:
    users.rows(
        "insert into users (id, email, emails)"
        " select g, c, array[c] from generate_series(2, 300) g,"
        " lateral (select kw.encrypt_text('users', g, 'email', 'same')::kw.ciphertext) e (c)"
    )
    users.rows("analyze users")
    rows = users.rows(
        "select attname::text, null_frac < 1, most_common_vals is null, histogram_bounds is null,"
        " most_common_elems is null from pg_stats where tablename = 'users' and attname <> 'id'"
    )
    assert {row[0] for row in rows} == {"email", "emails", "parts"}
    assert all(row[2:] == (True, True, True) for row in rows)
    size = "select pg_column_size(stavalues1) from pg_statistic where starelid = 'users'::regclass"
    assert users.values(f"{size} and staattnum > 1") == [None, None, None]


def test_the_catalog_shows_the_name_of_the_type(users: Session) -> None:
    shown = users.rows(
        "select attname::text, format_type(atttypid, atttypmod) from pg_attribute"
        " where attrelid = 'users'::regclass and attnum > 1 order by attnum"
    )
    assert shown == [("email", "kw.ciphertext"), ("emails", "kw.ciphertext[]"), ("parts", "pair")]


def test_a_trigger_compares_whole_rows_by_their_bytes(users: Session) -> None:
    users.rows("create table changes (id bigint)")
    users.rows(
        "create function note() returns trigger language plpgsql as"
        " 'begin insert into changes values (new.id); return new; end'"
    )
    trigger = (
        "create trigger note after update on users for each row when ({}) execute function note()"
    )
    users.rows(trigger.format("old.* is distinct from new.*"))
    users.refused("42883", "update users set id = id")
    users.rows("drop trigger note on users")
    users.rows(trigger.format("old.* *<> new.*"))
    users.rows("update users set email = email")
    assert users.values("select id from changes") == []
    users.rows("update users set email = kw.encrypt_text('users', id, 'email', 'new')")
    assert users.values("select id from changes") == [1]


# -- drivers --------------------------------------------------------------------------------------


def test_psycopg_shows_text_until_a_loader_is_registered(users: Session) -> None:
    right, connection = sealed(users), users.connection
    assert users.value("select email from users") == rf"\x{right.hex()}"
    row = connection.cursor(binary=True).execute("select email from users").fetchone()
    assert row == (right,)
    page = (Path(__file__).parents[2] / "docs" / "names.md").read_text()
    (snippet,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    exec(snippet, {"connection": connection})  # noqa: S102 -- the lines that people copy
    assert users.value("select email from users") == right
    users.rows("insert into users values (2, %s)", right)
    assert users.values("select email from users") == [right, right]
    assert users.value("select array_agg(email::kw.ciphertext_bytes) from users") == [right, right]
