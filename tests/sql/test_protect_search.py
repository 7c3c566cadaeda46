"""A column that is protected with search: tokens are written, filled, compared, indexed, unique."""

from collections.abc import Callable

import pytest

from tests.sql.protecting import catalog
from tests.sql.session import Session

COLUMN = "'public.users', 'email'"
FOUND = "select id from users where email_token = kw.blind_index('users', 'email', %s)"
PHASES = ["expanded", "backfilled", "verified", "cut_over"]


@pytest.fixture
def users(session: Session) -> Session:
    session.rows(
        "create table users (id bigint primary key, email text unique, name text);"
        " insert into users select g, case when g % 10 <> 0 then 'U' || g || '@example.org' end"
        " from generate_series(1, 25) g; analyze users"
    )
    return session


def protect(session: Session, until: str) -> None:
    session.rows(
        "call kw.protect('users', 'email', until => %s, max_rows => 10, search => 'equality',"
        " normaliser => 'email')",
        until,
    )


def test_values_are_found_by_equality_in_every_phase(users: Session) -> None:
    protect(users, "expanded")
    users.rows("insert into users values (100, 'Ada@example.org'), (101, null)")
    assert users.values(FOUND, "ada@Example.org") == [100]
    for until in ("verified", "cut_over", "contracted"):
        protect(users, until)
        assert users.values(FOUND, "u7@example.org") == [7]
        assert users.values(FOUND, "ada@example.org") == [100]
    assert [row[0] for row in catalog(users, "users")["columns"]] == [
        *("id", "name", "email", "email_token"),
    ]
    assert users.rows(
        "select search, token_column, index_uuid is not null from kw.protections"
    ) == [("equality", "email_token", True)]
    assert users.rows(
        "select f.ciphertext_column, f.token_column, f.index_uuid = x.index_uuid"
        " from kw.protected_fields f, kw.blind_indexes x"
    ) == [("email", "email_token", True)]


def test_tokens_follow_what_is_written(users: Session) -> None:
    protect(users, "verified")
    users.rows("update users set email = 'New@example.org' where id = 1")
    users.rows("update users set email = null where id = 2")
    users.rows("update users set email_token = '\\x00' where id = 3")
    users.rows("update users set id = 300 where id = 4")
    assert users.values(FOUND, "new@example.org") == [1]
    assert users.values(FOUND, "u3@example.org") == [3]
    assert users.values(FOUND, "u4@example.org") == [300]
    assert users.value("select email_token is null from users where id = 2")


@pytest.mark.parametrize("until", ["cut_over", "contracted"])
def test_after_cut_over_tokens_follow_ciphertexts(users: Session, until: str) -> None:
    protect(users, until)
    said = users.value("select obj_description('kw_protect_1'::regproc)")
    assert ("Drop it with their column" in said) is (until == "contracted")
    users.rows(
        "insert into users (id, email)"
        " values (100, kw.encrypt_text('users', 100, 'email', 'Ada@example.org'))"
    )
    users.rows(
        "update users set email = kw.encrypt_text('users', 1, 'email', 'x@example.org')"
        " where id = 1"
    )
    users.rows("update users set email_token = null where id = 3")
    assert users.values(FOUND, "ada@example.org") == [100]
    assert users.values(FOUND, "X@example.org") == [1]
    assert users.values(FOUND, "u3@example.org") == [3]
    assert users.values(FOUND, "u1@example.org") == []
    users.refused(
        "23505",
        "update users set email = kw.encrypt_text('users', 5, 'email', 'X@example.org')"
        " where id = 5",
    )


@pytest.mark.parametrize("phase", PHASES)
def test_undo_takes_the_search_back(users: Session, phase: str) -> None:
    before = catalog(users, "users")
    protect(users, phase)
    users.rows(f"select kw.protect_undo({COLUMN})")
    assert catalog(users, "users") == before
    assert users.values("select status from kw.blind_indexes") == ["shredded"]
    assert users.rows("select * from kw.protected_fields") == []
    protect(users, "contracted")
    assert users.values(FOUND, "u7@example.org") == [7]


def test_rows_that_are_equal_when_normalised_are_named_before_the_verification(
    users: Session,
) -> None:
    users.rows("insert into users values (100, 'u7@EXAMPLE.org')")
    protect(users, "backfilled")
    said = users.refused("KW102", f"select kw.protect_verify({COLUMN})")
    assert '"7"' in said
    assert '"100"' in said
    assert "example" not in said.lower()
    users.rows("update users set email = 'other@example.org' where id = 100")
    protect(users, "verified")
    users.refused("23505", "insert into users values (200, 'U7@example.org')")


def test_a_unique_index_of_several_columns_stays_one(session: Session) -> None:
    session.rows(
        "create table users (id bigint primary key, tenant int, email text,"
        " unique (tenant, email));"
        " insert into users values (1, 1, 'a@example.org'), (2, 2, 'a@example.org')"
    )
    protect(session, "contracted")
    taken = (
        "insert into users values (3, {}, kw.encrypt_text('users', 3, 'email', 'A@example.org'))"
    )
    session.refused("23505", taken.format(2))
    session.rows(taken.format(3))


def test_a_unique_index_that_takes_nulls_for_equal_stays_one(session: Session) -> None:
    session.rows(
        "create table users (id bigint primary key, tenant int, email text,"
        " unique nulls not distinct (tenant, email));"
        " insert into users values (1, null, 'a@example.org'), (2, null, 'A@example.org'),"
        " (3, 1, null)"
    )
    protect(session, "backfilled")
    said = session.refused("KW102", f"select kw.protect_verify({COLUMN})")
    assert '"1"' in said
    assert '"2"' in said
    session.rows("update users set email = 'b@example.org' where id = 2")
    protect(session, "contracted")
    session.refused("23505", "insert into users values (4, 1, null)")
    session.refused(
        "23505",
        "insert into users values (4, null, kw.encrypt_text('users', 4, 'email', 'A@example.org'))",
    )


@pytest.mark.parametrize("kind", ["citext", "text collate any_case"])
def test_a_column_that_is_unique_in_any_case_requires_a_normaliser(
    session: Session, kind: str
) -> None:
    session.rows(
        "create extension citext; create collation any_case"
        " (provider = icu, locale = 'und-u-ks-level2', deterministic = false);"
        f" create table users (id bigint primary key, email {kind} unique)"
    )
    expand = f"select kw.protect_expand({COLUMN}, search => 'equality', normaliser => %s)"
    assert "normaliser raw" in session.refused("KW102", expand, "raw")
    session.rows(expand, "ascii-lower")


def test_a_column_that_was_not_unique_gets_a_plain_index(session: Session) -> None:
    session.rows(
        "create table users (id bigint primary key, email text);"
        " insert into users select g, 'same@example.org' from generate_series(1, 20) g"
    )
    protect(session, "contracted")
    assert len(session.values(FOUND, "same@example.org")) == 20
    assert (
        session.value(
            "select indisunique from pg_index where indexrelid = 'kw_protect_1_search'::regclass"
        )
        is False
    )


def test_a_large_table_waits_for_an_index_that_stops_no_writer(session: Session) -> None:
    session.rows(
        "create table users (id bigint primary key, email text, more text);"
        " alter table users alter more set storage plain;"
        " insert into users select g, 'u' || g || '@example.org', repeat('x', 7000)"
        " from generate_series(1, 2500) g"
    )
    protect(session, "backfilled")
    said = session.refused("KW102", f"select kw.protect_verify({COLUMN})")
    statement = 'create index concurrently "kw_protect_1_search" on public.users ("email_token")'
    assert statement in said
    session.rows(statement)
    protect(session, "contracted")
    assert session.values(FOUND, "u7@example.org") == [7]
    plan = "".join(
        session.values(
            "explain select id from users"
            " where email_token = kw.blind_index('users', 'email', 'u7@example.org')"
        )
    )
    assert "kw_protect_1_search" in plan


def test_a_token_that_differs_is_named(users: Session) -> None:
    protect(users, "backfilled")
    users.rows(
        "set session_replication_role = replica;"
        " alter table users disable trigger zz_kw_protect_1_token;"
        " update users set email_token = (select email_token from users where id = 8) where id = 7;"
        " alter table users enable always trigger zz_kw_protect_1_token"
    )
    users.rows("update users set name = 'x' where id = 8")
    users.refused("KW102", f"select kw.protect_verify({COLUMN})")  # it is another row's
    users.rows(
        "alter table users disable trigger zz_kw_protect_1_token;"
        " update users set email_token = '\\xb20000000100000000' where id = 7;"
        " alter table users enable always trigger zz_kw_protect_1_token"
    )
    while users.value(f"select kw.protect_verify({COLUMN}, 10)"):
        pass
    assert users.rows("select status, differing_keys from kw.protection_status()") == [
        ("backfilled", ["7"])
    ]


def test_a_value_that_the_normaliser_does_not_take_is_named_by_its_key(session: Session) -> None:
    session.rows(
        "create table users (id bigint primary key, email text);"
        " insert into users values (1, '030 123'), (2, '+49 ٣')"
    )
    session.rows("select kw.protect_expand('users', 'email', search => 'equality',"
        " normaliser => 'digits')")  # fmt: skip
    said = session.refused("KW102", f"select kw.protect_backfill({COLUMN})")
    assert '"2"' in said
    assert "٣" not in said
    session.refused("KW003", "insert into users values (3, '٣')")


def test_who_may_write_and_not_read_writes_tokens_and_learns_none(
    users: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    protect(users, "verified")
    writer = make_role("kw_client")
    users.rows(f"grant insert on users to {writer}")
    other = connect(writer)
    other.rows("insert into users values (100, 'Ada@example.org')")
    other.refused("42501", "insert into users values (101, 'b@example.org') returning email_token")
    other.refused("KW100", "select kw.blind_index('users', 'email', 'ada@example.org')")
    other.rows("create temporary table mine (id bigint, email text, email_token bytea)")
    other.refused(
        "42501",
        "create trigger t before insert on mine for each row execute function kw_protect_1_token()",
    )
    assert users.values(FOUND, "ada@example.org") == [100]


@pytest.mark.parametrize(
    "chosen",
    ["key_scope => 'cell'", "shown_by => 'view'", "search => 'equality', normaliser => 'digits'"],
)
def test_another_choice_than_that_of_the_beginning_is_refused(users: Session, chosen: str) -> None:
    protect(users, "expanded")
    said = users.refused("KW102", f"call kw.protect('users', 'email', {chosen})")
    name = chosen.rsplit(", ")[-1].split()[0]
    assert f"has begun with {name} " in said
    users.rows("call kw.protect('users', 'email')")


def test_what_cannot_be_searched_is_refused(users: Session) -> None:
    users.refused("KW003", f"select kw.protect_expand({COLUMN}, search => 'prefix')")
    users.refused(
        "KW003", f"select kw.protect_expand({COLUMN}, search => 'equality', normaliser => 'x')"
    )
    users.rows("select kw.create_index_key('users', 'email')")
    said = users.refused("KW102", f"select kw.protect_expand({COLUMN}, search => 'equality')")
    assert "kw.shred_index_key" in said
    steps = users.rows(
        "select kind, name, is_obstacle from kw.plan_protection('users', 'email',"
        " search => 'equality', normaliser => 'email')"
    )
    assert ("search", "unique email", False) in steps
    assert ("obstacle", "column email", True) in steps


def test_the_key_is_replaced_while_each_ciphertext_has_its_token(users: Session) -> None:
    insert = (
        "insert into users (id, email) values ({0}, kw.encrypt_text('users', {0}, 'email', 'V{0}'))"
    )
    protect(users, "contracted")
    users.rows(
        "alter table users add column email_token_next bytea;"
        " select kw.set_protected_field('users', 'email', token_column => 'email_token',"
        " next_token_column => 'email_token_next'); select kw.rotate_index_key('users', 'email');"
        " select kw.fill_tokens('users', 'email');"
        " alter table users add check (email_token is null or email_token_next is not null)"
    )
    users.rows(
        "select kw.finish_index_rotation('users', 'email', 'email_token', 'email_token_next')"
    )
    users.rows(insert.format(100))
    users.rows("alter table users drop column email_token_next")
    users.rows(insert.format(101))
    assert users.values(FOUND, "v100") + users.values(FOUND, "v101") == [100, 101]
    users.rows("alter table users disable trigger zz_kw_protect_1")
    users.refused("23514", insert.format(102))


def test_what_a_trigger_would_not_fill_is_not_set(users: Session) -> None:
    given = "select kw.set_protected_field('users', 'email', token_column => 'email_token'{})"
    tenant = given.format(", tenant_column => 'name'")
    for until in ("expanded", "cut_over"):
        protect(users, until)
        assert "is being protected" in users.refused("KW102", given.format(""))
    protect(users, "contracted")
    users.rows(given.format(""))
    assert "knows no tenants" in users.refused("KW102", tenant)
    users.rows("drop trigger zz_kw_protect_1 on users")
    users.rows(tenant)


@pytest.mark.parametrize("shown_by", ["column", "view"])
def test_a_shredded_value_goes_with_its_token(users: Session, shown_by: str) -> None:
    users.rows(
        "call kw.protect('users', 'email', until => 'contracted', search => 'equality',"
        " key_scope => 'cell', shown_by => %s)",
        shown_by,
    )
    base = "users" if shown_by == "column" else "users_protected"
    with users.connection.transaction():
        users.rows("select kw.shred('users', '3', 'email')")
        users.rows(f"update {base} set email = null, email_token = null where id = 3")
    assert users.values(FOUND, "U3@example.org") == []
