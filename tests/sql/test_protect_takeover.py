"""A column that another tool encrypted goes through the phases of kw.protect."""

import json
import re
import time
from collections.abc import Callable

import pytest

from kwtools.cluster import Place
from tests.sql.protecting import catalog
from tests.sql.session import Session
from tests.unit.test_foreign import vector_of

PASSWORD = "an-0ld-passw0rd"
COLUMN = "'users', 'ssn'"
FROM = "taken_over_from => 'pgcrypto-pgp'"
ACCEPT = """takeover_options => '{"accept_in_the_clear": true}'"""
WITH_KEY = f"old_key => '{PASSWORD}'"
DECRYPTED = "select id, kw.decrypt_text('users', id, 'ssn', {}) from users order by id"


@pytest.fixture
def users(session: Session) -> Session:
    """A table whose column ssn pgcrypto encrypted; each tenth value is null."""
    session.rows("create extension pgcrypto")
    session.rows("create table users (id bigint primary key, name text, ssn bytea)")
    session.rows(
        "insert into users select n, 'n' || n, case when mod(n, 10) > 0 then"
        " pgp_sym_encrypt('of ' || n, %s, 's2k-mode=1') end from generate_series(1, 25) n",
        PASSWORD,
    )
    return session


PLAIN = [(n, f"of {n}" if n % 10 else None) for n in range(1, 26)]


def until(session: Session, phase: str, options: str = FROM, key: str = WITH_KEY) -> None:
    """Take the column over up to a phase."""
    session.rows(f"select kw.protect_expand({COLUMN}, {options})")
    for name, step in (("backfilled", "backfill"), ("verified", "verify")):
        if phase == "expanded":
            return
        while session.value(f"select kw.protect_{step}({COLUMN}, max_rows => 10, {key})"):
            pass
        if phase == name:
            return
    session.rows(f"select kw.protect_cut_over({COLUMN}, {key})")
    if phase == "contracted":
        session.rows(f"select kw.protect_contract({COLUMN})")


def status(session: Session) -> str:
    return str(session.value("select status from kw.protection_status() order by id desc limit 1"))


def written(session: Session, key: int, text: str) -> None:
    """Write a value as the application does, which knows pgcrypto only."""
    session.rows(
        "update users set ssn = pgp_sym_encrypt(%s, %s, 's2k-mode=1') where id = %s",
        *(text, PASSWORD, key),
    )


# -- the phases -----------------------------------------------------------------------------------


def test_each_phase_leaves_the_values_as_they_are(users: Session) -> None:
    before = users.rows("select id, ssn from users order by id")
    until(users, "verified")
    assert users.rows("select id, ssn from users order by id") == before
    assert users.rows(DECRYPTED.format("ssn_encrypted")) == PLAIN
    users.rows(f"select kw.protect_cut_over({COLUMN})")  # nothing is left, so it needs no key
    assert users.rows(DECRYPTED.format("ssn")) == PLAIN
    assert users.rows("select id, ssn_former from users order by id") == before
    users.rows(f"select kw.protect_contract({COLUMN})")
    assert users.rows(DECRYPTED.format("ssn")) == PLAIN
    assert [row[0] for row in catalog(users, "users")["columns"]] == ["id", "name", "ssn"]
    query = "select status, encrypted, verified, differing, value_type, taken_over_from"
    assert users.rows(f"{query} from kw.protection_status('users')") == [
        ("contracted", 23, 25, 0, "text", "pgcrypto-pgp")
    ]


@pytest.mark.parametrize("scope", ["table", "row", "cell"])
def test_keys_of_every_scope(users: Session, scope: str) -> None:
    until(users, "contracted", f"key_scope => '{scope}', {FROM}")
    assert users.rows(DECRYPTED.format("ssn")) == PLAIN


def test_the_procedure_does_all_phases_and_goes_on_with_the_key(users: Session) -> None:
    call = f"call kw.protect({COLUMN}, max_rows => 7, until => "
    users.rows(f"{call}'backfilled', {FROM}, {WITH_KEY})")
    said = users.refused("KW003", f"{call}'contracted')")
    assert "old_key is null" in said
    users.rows(f"{call}'verified', {WITH_KEY})")
    written(users, 3, "new")
    users.rows(f"{call}'contracted', {WITH_KEY})")
    assert users.rows(DECRYPTED.format("ssn"))[2] == (3, "new")
    assert status(users) == "contracted"


@pytest.mark.parametrize("step", ["backfill", "verify", "cut_over"])
def test_each_phase_says_that_it_needs_the_key(users: Session, step: str) -> None:
    until(users, {"backfill": "expanded", "verify": "backfilled"}.get(step, "verified"))
    if step == "cut_over":
        written(users, 1, "new")
    said = users.refused("KW003", f"select kw.protect_{step}({COLUMN})")
    assert "old_key is null" in said
    assert "Nothing stores it" in said


def test_a_wrong_key_changes_nothing(users: Session) -> None:
    until(users, "expanded")
    wrong = "old_key => 'another'"
    said = users.refused("KW300", f"select kw.protect_backfill({COLUMN}, {wrong})")
    assert "23 values of public.users.ssn cannot be taken over" in said
    assert "does not open: 1, 2, 3" in said
    assert users.value("select count(ssn_encrypted) from users") == 0
    until(users, "backfilled")
    assert "does not open" in users.refused("KW300", f"select kw.protect_verify({COLUMN}, {wrong})")
    assert status(users) == "backfilled"
    until(users, "verified")


# -- writers --------------------------------------------------------------------------------------


def test_the_backfill_ends_beside_a_row_that_another_transaction_holds(
    users: Session, connect: Callable[..., Session]
) -> None:
    until(users, "expanded")
    other = connect()
    other.rows("begin; select from users where id = 1 for update")
    call = f"select kw.protect_backfill({COLUMN}, {WITH_KEY})"
    passed = [users.value(call) for _ in range(3)]
    assert passed[0] > 0
    assert passed[1:] == [0, 0]
    assert users.value("select ssn_encrypted is null from users where id = 1")
    other.rows("rollback")
    users.rows(f"select kw.protect_verify({COLUMN}, {WITH_KEY})")
    users.rows(f"select kw.protect_verify({COLUMN}, {WITH_KEY})")
    users.rows(f"select kw.protect_cut_over({COLUMN}, {WITH_KEY})")
    assert not users.value("select ssn is null from users where id = 1")


def test_a_value_that_changes_is_taken_over_again(users: Session) -> None:
    until(users, "verified")
    for key in (1, 10):
        written(users, key, f"new {key}")
    users.rows("update users set ssn = null where id = 2")
    users.rows("update users set name = 'other' where id = 3")
    users.rows("update users set id = 100 where id = 4")
    users.rows(
        "insert into users values (101, 'n', pgp_sym_encrypt('in', %s)), (102, 'n', null)", PASSWORD
    )
    query = "select id from users where ssn is not null and ssn_encrypted is null order by id"
    assert users.values(query) == [1, 10, 100, 101]
    assert users.values("select ssn_encrypted from users where id = 2") == [None]
    assert users.value(f"select kw.protect_backfill({COLUMN}, max_rows => 2, {WITH_KEY})") == 2
    assert users.value(f"select kw.protect_backfill({COLUMN}, max_rows => 3, {WITH_KEY})") == 0
    assert users.values(query) == []
    written(users, 5, "last")
    users.rows(f"select kw.protect_cut_over({COLUMN}, {WITH_KEY})")
    found = dict(users.rows(DECRYPTED.format("ssn")))
    changed = {1: "new 1", 10: "new 10", 2: None, 101: "in", 102: None, 5: "last"}
    wanted = {**dict(PLAIN), **changed, 100: "of 4"}
    assert found == {key: wanted[key] for key in wanted if key != 4}


def test_cut_over_refuses_more_than_it_may_do_under_its_lock(users: Session) -> None:
    until(users, "verified")
    users.rows(
        "insert into users select n, 'x', pgp_sym_encrypt('x', %s, 's2k-mode=1')"
        " from generate_series(1001, 1501) n",
        PASSWORD,
    )
    said = users.refused("KW102", f"select kw.protect_cut_over({COLUMN}, {WITH_KEY})")
    assert "more than 500 values" in said
    assert "kw.protect_backfill" in said
    while users.value(f"select kw.protect_backfill({COLUMN}, max_rows => 100, {WITH_KEY})"):
        pass
    users.rows(f"select kw.protect_cut_over({COLUMN}, {WITH_KEY})")
    assert users.value("select count(*) from users where ssn is null") == 2


def test_cut_over_sees_the_last_writes_or_refuses(users: Session) -> None:
    until(users, "verified")
    users.rows("begin isolation level repeatable read; select 1")
    said = users.refused("KW102", f"select kw.protect_cut_over({COLUMN}, {WITH_KEY})")
    assert "isolation level" in said
    users.rows("rollback")


def test_the_old_value_decides_until_cut_over(users: Session) -> None:
    until(users, "verified")
    sealed = "kw.encrypt_text('users', id, 'ssn', 'by kw')"
    said = users.refused("KW102", f"update users set ssn_encrypted = {sealed} where id = 1")
    assert "the old value decides until cut over" in said
    users.refused("23514", "update users set ssn_encrypted = 'plaintext' where id = 10")
    # an application that has gone over writes both, or empties the old one
    users.rows(f"update users set ssn_encrypted = {sealed}, ssn = null where id = 1")
    users.rows(
        f"update users set ssn_encrypted = {sealed},"
        " ssn = pgp_sym_encrypt('by kw', %s) where id = 2",
        PASSWORD,
    )
    users.rows(f"update users set ssn_encrypted = {sealed} where id = 10")
    users.rows("update users set name = 'other'")
    found = dict(users.rows(DECRYPTED.format("ssn_encrypted")))
    assert found == {**dict(PLAIN), 1: "by kw", 2: "by kw", 10: "by kw"}
    users.rows("update users set ssn_encrypted = null where id = 3")
    until(users, "cut_over")
    assert dict(users.rows(DECRYPTED.format("ssn"))) == found


def test_rows_that_kwtools_alone_wrote_pass_the_verification(users: Session) -> None:
    until(users, "backfilled")
    sealed = "kw.encrypt_text('users', id, 'ssn', 'by kw')"
    users.rows(f"update users set ssn_encrypted = {sealed}, ssn = null where id = 1")
    written(users, 2, "not yet")
    until(users, "verified")
    assert status(users) == "verified"


def test_a_row_that_differs_is_named_and_stops_cut_over(users: Session) -> None:
    until(users, "backfilled")
    users.rows(
        "alter table users disable trigger zz_kw_protect_1;"
        " update users set ssn_encrypted = kw.encrypt_text('users', id, 'ssn', 's3cret')"
        " where id = 7;"
        " alter table users enable always trigger zz_kw_protect_1"
    )
    while users.value(f"select kw.protect_verify({COLUMN}, max_rows => 10, {WITH_KEY})"):
        pass
    query = "select status, verified, differing, differing_keys from kw.protection_status()"
    assert users.rows(query) == [("backfilled", 25, 1, ["7"])]
    said = users.refused("KW102", f"select kw.protect_cut_over({COLUMN}, {WITH_KEY})")
    assert '"7"' in said
    assert "s3cret" not in said


def test_a_value_in_the_old_format_is_refused_after_cut_over(users: Session) -> None:
    until(users, "cut_over")
    insert = "insert into users values (100, 'n', pgp_sym_encrypt('in', %s))"
    assert "would be lost" in users.refused("KW102", insert, PASSWORD)
    update = "update users set ssn{} = pgp_sym_encrypt('x', %s) where id = 10"
    users.refused("KW102", update.format("_former"), PASSWORD)
    users.refused("23514", update.format(""), PASSWORD)
    users.rows("update users set ssn = null where id = 3")
    assert users.values("select ssn_former from users where id = 3") == [None]


# -- undo -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", ["expanded", "backfilled", "verified", "cut_over"])
@pytest.mark.parametrize("null", ["", "not null"])
def test_undo_restores_the_table_exactly(users: Session, phase: str, null: str) -> None:
    if null:
        users.rows("delete from users where ssn is null; alter table users alter ssn set not null")
    users.rows("alter table users alter ssn set default pgp_sym_encrypt('-', 'x', 's2k-mode=1')")
    rows = users.rows("select * from users order by id")
    before = catalog(users, "users")
    until(users, phase)
    users.rows(f"select kw.protect_undo({COLUMN})")
    assert catalog(users, "users") == before
    assert users.rows("select * from users order by id") == rows
    until(users, "verified")


def test_not_null_holds_at_every_moment(users: Session) -> None:
    users.rows("delete from users where ssn is null; alter table users alter ssn set not null")
    until(users, "expanded")
    users.refused("23502", "insert into users values (100, 'x', null)")
    until(users, "cut_over")
    users.refused("23514", "insert into users values (100, 'x', null)")
    users.rows(
        "insert into users (id, ssn) values (100, kw.encrypt_text('users', 100, 'ssn', 'new'))"
    )
    users.rows(f"select kw.protect_contract({COLUMN})")
    users.refused("23502", "insert into users values (101, 'x', null)")
    assert users.rows(
        "select attname, attnotnull from pg_attribute where attrelid = 'users'::regclass"
        " and attnum > 0 and not attisdropped order by attnum"
    ) == [("id", True), ("name", False), ("ssn", True)]
    # PostgreSQL 18 has NOT NULL among them.
    constraints = catalog(users, "users")["constraints"]
    assert [name for name, said, _ in constraints if not said.startswith("NOT NULL")] == [
        "kw_protect_1_form",
        "users_pkey",
    ]


@pytest.mark.parametrize("null", ["", "not null"])
def test_an_undo_does_not_lose_what_was_written_since(users: Session, null: str) -> None:
    if null:
        users.rows("delete from users where ssn is null; alter table users alter ssn set not null")
    until(users, "cut_over")
    sealed = "kw.encrypt_text('users', {0}, 'ssn', 'new {0}')"
    users.rows(f"insert into users (id, ssn) values (100, {sealed.format(100)})")
    users.rows(f"update users set ssn = {sealed.format(2)} where id = 2")
    users.rows("update users set name = 'other' where id = 3")
    users.rows("delete from users where id = 4")
    said = users.refused("KW102", f"select kw.protect_undo({COLUMN})")
    assert "undo would lose 2 values of public.users.ssn that kwtools alone wrote" in said
    assert "ssn_former" in said
    users.rows(
        "update users set ssn_former ="
        " pgp_sym_encrypt(kw.decrypt_text('users', id, 'ssn', ssn), %s)"
        " where ssn_former is null and ssn is not null",
        PASSWORD,
    )
    users.rows(f"select kw.protect_undo({COLUMN})")
    opened = f"select pgp_sym_decrypt(ssn, '{PASSWORD}') from users where id in (2, 3, 100)"
    assert users.values(f"{opened} order by id") == ["new 2", "of 3", "new 100"]
    until(users, "verified")


def test_an_undo_discards_them_if_asked(users: Session) -> None:
    users.rows("delete from users where ssn is null; alter table users alter ssn set not null")
    until(users, "cut_over")
    users.rows("update users set ssn = kw.encrypt_text('users', 2, 'ssn', 'new') where id = 2")
    users.rows(f"select kw.protect_undo({COLUMN}, discard_newer => true)")
    assert users.values("select id from users where ssn is null") == [2]
    query = "select attnotnull from pg_attribute where attrelid = 'users'::regclass"
    assert users.value(f"{query} and attname = 'ssn'") is False


def test_a_contract_keeps_values_that_have_no_ciphertext(users: Session) -> None:
    until(users, "cut_over")
    users.rows(
        "alter table users disable trigger zz_kw_protect_1;"
        " update users set ssn = null where id = 7"
    )
    said = users.refused("KW102", f"select kw.protect_contract({COLUMN})")
    assert "have no ciphertext" in said


# -- values in the clear, and others that do not open ---------------------------------------------


def clear(session: Session, *keys: int) -> None:
    """Have rows hold what pgcrypto did not encrypt (CVE-2026-14663)."""
    value = bytes.fromhex(vector_of("pgcrypto-pgp", "bf")["value"])
    for key in keys:
        session.rows("update users set ssn = %s where id = %s", value, key)


def test_values_in_the_clear_stop_it_until_they_are_accepted(users: Session) -> None:
    clear(users, 7, 8)
    until(users, "expanded")
    said = users.refused("KW300", f"select kw.protect_backfill({COLUMN}, {WITH_KEY})")
    assert "2 values of public.users.ssn cannot be taken over" in said
    assert "in the clear: 7, 8" in said
    assert "accept_in_the_clear" in said
    until(users, "cut_over", f"{FROM}, {ACCEPT}")
    found = dict(users.rows(DECRYPTED.format("ssn")))
    assert found[7] == found[8] == "ada@example.org"
    taken = "select details from kw.audit_events where action = 'protect_takeover' order by id"
    assert [one["takeover_options"] for one in users.values(taken)] == [
        {},
        {"accept_in_the_clear": True},
    ]


def test_the_plan_counts_what_is_in_the_column_and_names_rows(users: Session) -> None:
    clear(users, 7, 8)
    users.rows("update users set ssn = 'plaintext' where id = 9")
    query = (
        "select kind, name, detail, is_obstacle from kw.plan_protection({0}, {1})"
        " where kind in ('old key', 'values', 'undo', 'writers') or is_obstacle"
    )
    found = users.rows(query.format(COLUMN, f"{FROM}, {WITH_KEY}"))
    assert {row[1]: row[2:] for row in found if row[0] in ("values", "obstacle")} == {
        "opens": ("20 values: taken over", False),
        "null": ("2 values: not touched", False),
        "in the clear": (
            "2 values: not encrypted by pgcrypto (CVE-2026-14663); keys of rows: 7, 8",
            True,
        ),
        "not in this format": ("1 value; keys of rows: 9", True),
    }
    assert {row[0] for row in found} == {"old key", "values", "obstacle", "writers", "undo"}
    accepted = users.rows(query.format(COLUMN, f"{FROM}, {ACCEPT}, {WITH_KEY}"))
    assert [row[1] for row in accepted if row[3]] == ["not in this format"]
    wrong = users.rows(query.format(COLUMN, f"{FROM}, old_key => 'another'"))
    detail = "20 values; keys of rows: 1, 2, 3, 4, 5 …"
    assert ("obstacle", "does not open", detail, True) in wrong
    without = users.rows(query.format(COLUMN, FROM))
    tried = "20 values: give old_key to try the values"
    assert ("values", "not tried", tried, False) in without
    others = users.rows(query.format(COLUMN, "taken_over_from => 'lockbox'"))
    assert ("values", "not tried", "give old_key to try the values", False) in others


def test_arguments_that_do_not_fit_are_refused(users: Session) -> None:
    expand = f"select kw.protect_expand({COLUMN}, taken_over_from => %s, takeover_options => %s)"
    for source, options, said in (
        ("xor", "{}", "source is not supported"),
        (None, '{"binary": true}', "require taken_over_from"),
        ("rails", '{"old_key": "x"}', '"old_key" does not exist'),
        ("rails", "[]", "must be a JSON object"),
        ("rails", '{"plaintext_type": "json"}', "must be text or bytea"),
        ("rails", '{"nonce_column": 1}', "must be a string"),
        ("rails", '{"associated_columns": [1]}', "must be an array of strings"),
    ):
        assert said in users.refused("KW003", expand, source, options)
    assert users.value("select count(*) from kw.protections") == 0
    users.rows(expand, "pgcrypto-pgp", '{"nonce_column": "iv"}')
    said = users.refused("KW003", f"select kw.protect_backfill({COLUMN}, {WITH_KEY})")
    assert 'column "iv"' in said
    users.rows(expand, "pgcrypto-pgp", "{}")
    users.refused("KW102", expand, "rails", "{}")
    users.refused("KW102", expand, "pgcrypto-pgp", '{"binary": true}')
    until(users, "backfilled")
    users.refused("KW102", expand, "pgcrypto-pgp", '{"accept_in_the_clear": true}')
    users.rows("create table plain (id int primary key, ssn text)")
    users.rows("select kw.protect_expand('plain', 'ssn')")
    users.refused("KW102", f"select kw.protect_expand('plain', 'ssn', {FROM})")


def test_a_key_without_the_tool_that_it_is_of_encrypts_nothing(users: Session) -> None:
    """Else the values of that tool are taken for plaintext."""
    for call in (f"call kw.protect({COLUMN}, {WITH_KEY})",
                 f"select kw.protect_backfill({COLUMN}, {WITH_KEY})"):  # fmt: skip
        said = users.refused("KW003", call)
        assert "protected as plaintext" in said
    assert users.value("select count(ssn_encrypted) from users") == 0
    users.rows(f"select kw.protect_undo({COLUMN})")
    until(users, "verified")


# -- the other sources ----------------------------------------------------------------------------


def test_binary_plaintexts_are_encrypted_as_their_bytes(users: Session) -> None:
    users.rows(
        "update users set ssn = pgp_sym_encrypt_bytea('\\x00ff', %s) where ssn is not null",
        PASSWORD,
    )
    until(users, "cut_over", f"""{FROM}, takeover_options => '{{"binary": true}}'""")
    query = "select kw.decrypt('users', id, 'ssn', ssn) from users where id = 1"
    assert users.value(query) == b"\0\xff"
    assert users.value("select value_type from kw.protection_status()") == "bytea"


def test_raw_aes_with_its_ivs_in_a_column(users: Session) -> None:
    users.rows("alter table users add iv bytea; update users set iv = gen_random_bytes(16)")
    users.rows(
        "update users set ssn = encrypt_iv(convert_to('of ' || id, 'UTF8'), %s, iv, 'aes')"
        " where ssn is not null",
        PASSWORD.encode(),
    )
    options = "taken_over_from => 'pgcrypto-raw', takeover_options => '{\"nonce_column\": \"iv\"}'"
    until(users, "expanded", options)
    said = users.refused("KW300", f"select kw.protect_backfill({COLUMN}, old_key => 'another')")
    assert "does not open" in said
    until(users, "contracted", options)
    assert users.rows(DECRYPTED.format("ssn")) == PLAIN


def test_a_wrong_key_of_raw_aes_does_not_pass_as_text(users: Session) -> None:
    """Without padding, every key opens every value."""
    users.rows("update users set ssn = encrypt('of this!of this!', %s, 'aes/pad:none')", PASSWORD)
    options = (
        "taken_over_from => 'pgcrypto-raw', takeover_options => '{\"type\": \"aes/pad:none\"}'"
    )
    until(users, "expanded", options)
    said = users.refused("KW300", f"select kw.protect_backfill({COLUMN}, old_key => 'another')")
    assert "not text" in said
    until(users, "verified", options)


@pytest.mark.parametrize(
    ("source", "vector"), [("lockbox", "associated data"), ("rails", "sha256")]
)
@pytest.mark.parametrize("kind", ["text", "jsonb"])
def test_values_of_lockbox_and_rails(session: Session, source: str, vector: str, kind: str) -> None:
    if (source, kind) == ("lockbox", "jsonb"):
        return
    found = vector_of(source, vector)
    text = bytes.fromhex(found["value"]).decode()
    session.rows(f"create table users (a int, b text, ssn {kind}, primary key (b, a))")
    session.rows("insert into users values (4, '2', %s), (5, '2', null)", text)
    options = dict(found["options"])
    if source == "lockbox":
        options["associated_columns"] = ["a", "b"]
    key = bytes.fromhex(found["key"])
    expand = f"select kw.protect_expand({COLUMN}, taken_over_from => %s, takeover_options => %s)"
    session.rows(expand, source, json.dumps(options))
    for step in ("backfill", "verify"):
        while session.value(f"select kw.protect_{step}({COLUMN}, old_key => %s)", key):
            pass
    session.rows(f"select kw.protect_cut_over({COLUMN})")
    session.rows(f"select kw.protect_contract({COLUMN})")
    query = "select kw.decrypt_text('users', kw.entity_key(b, a::text), 'ssn', ssn) from users"
    assert session.values(f"{query} order by a") == ["ada@example.org", None]


def test_partitions_and_names_of_every_kind(session: Session) -> None:
    session.rows('create extension pgcrypto; create schema "o\'dd $1"')
    session.connection.execute(
        """create table "o'dd $1"."Us{e}rs" (
            "k %" text, "é" int, "S'sn %s" text, primary key ("k %", "é")
        ) partition by list ("é")""".encode()
    )
    for number in (1, 2):
        session.connection.execute(
            f"""create table "o'dd $1".p{number} partition of "o'dd $1"."Us{{e}}rs"
            for values in ({number})""".encode()
        )
    session.connection.execute(
        b"""insert into "o'dd $1"."Us{e}rs"
        select 'k' || n, 1 + n % 2, encode(encrypt('of x', 'k', 'aes'), 'hex')
        from generate_series(1, 8) n"""
    )
    column = "'o''dd $1.Us{e}rs', 'S''sn %s'"
    call = (
        f"call kw.protect({column}, until => %s, taken_over_from => 'pgcrypto-raw',"
        " takeover_options => '{\"encoding\": \"hex\"}', old_key => 'k')"
    ).replace("S''sn %s", "S''sn %%s")
    session.rows(call, "cut_over")
    undo = f"select kw.protect_undo({column})".encode()
    session.connection.execute(undo)
    session.rows(call, "contracted")
    query = (
        "select kw.decrypt_text('o''dd $1.Us{e}rs', kw.entity_key(\"k %\", \"é\"::text),"
        " 'S''sn %s', \"S'sn %s\") from \"o'dd $1\".\"Us{e}rs\""
    )
    assert [row[0] for row in session.connection.execute(query.encode()).fetchall()] == ["of x"] * 8


def owned_by(session: Session, name: str) -> None:
    """Give the table to a role that may do no more than it must."""
    session.rows(f"alter table users owner to {name}; grant create on schema public to {name}")


def test_the_owner_needs_no_further_rights(
    users: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    name = make_role("kw_client")
    owned_by(users, name)
    owner = connect(name)
    call = f"call kw.protect({COLUMN}, {FROM}, {WITH_KEY}, until => "
    owner.rows(f"{call}'verified')")
    owner.rows("update users set ssn = pgp_sym_encrypt('new', %s) where id = 1", PASSWORD)
    owner.rows(f"{call}'cut_over')")
    owner.rows(f"select kw.protect_undo({COLUMN})")
    owner.rows(f"{call}'contracted')")
    assert owner.rows(DECRYPTED.format("ssn")) == [(1, "new"), *PLAIN[1:]]
    other = connect(make_role("kw_client"))
    for step in ("backfill", "verify", "cut_over"):
        other.refused("KW100", f"select kw.protect_{step}({COLUMN}, {WITH_KEY})")
    other.refused("KW100", f"select * from kw.plan_protection({COLUMN}, {FROM}, {WITH_KEY})")


def test_rows_that_a_policy_hides_stop_every_phase_that_would_lose_them(
    users: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    name = make_role("kw_client")
    owned_by(users, name)
    owner = connect(name)
    owner.rows(f"call kw.protect({COLUMN}, {FROM}, {WITH_KEY})")
    written(users, 1, "hidden")
    users.rows(
        "create policy shown on users using (id > 1); alter table users enable row level security,"
        " force row level security"
    )
    owner.refused("KW102", f"select kw.protect_cut_over({COLUMN}, {WITH_KEY})")
    owner.refused("42501", f"select kw.protect_undo({COLUMN})")
    users.rows(f"select kw.protect_cut_over({COLUMN}, {WITH_KEY})")
    owner.refused("42501", f"select kw.protect_contract({COLUMN})")


def test_a_large_table_is_told_of_the_index(users: Session) -> None:
    said: list[str] = []
    users.connection.add_notice_handler(lambda notice: said.append(notice.message_hint or ""))
    until(users, "backfilled")
    users.rows("update pg_class set reltuples = 100000 where oid = 'users'::regclass")
    until(users, "verified")
    (hint,) = said
    users.rows(f"create index{hint.partition('create index')[2].rstrip('.')}")


def test_an_index_over_values_without_a_ciphertext_is_used_and_goes_with_them(
    users: Session,
) -> None:
    until(users, "verified")
    users.rows(
        "create index left_over on users ((true)) where ssn is not null and ssn_encrypted is null"
    )
    # Rows were updated in place, so no plan uses the index while older transactions run anywhere.
    usable = (
        "select pg_snapshot_xmin(pg_current_snapshot())::text::int8 > xmin::text::int8"
        " from pg_index where indexrelid = 'left_over'::regclass"
    )
    ends = time.monotonic() + 120
    while not users.value(usable) and time.monotonic() < ends:
        time.sleep(0.1)
    users.rows("set enable_seqscan = off; select pg_stat_reset()")
    written(users, 1, "new")
    users.rows(f"select kw.protect_cut_over({COLUMN}, {WITH_KEY})")
    users.rows("select pg_stat_force_next_flush(); select 1")
    scans = "select idx_scan from pg_stat_user_indexes where indexrelname = 'left_over'"
    assert users.value(scans) > 0
    users.rows(f"select kw.protect_contract({COLUMN})")
    assert users.value("select to_regclass('left_over')") is None


# -- what is seen of the old key ------------------------------------------------------------------


def test_the_old_key_is_in_no_table_error_or_log(users: Session, cluster: Place) -> None:
    begin = cluster.log.stat().st_size
    key = "old_key => %s"
    clear(users, 7)
    until(users, "expanded")
    said = users.refused("KW300", f"select kw.protect_backfill({COLUMN}, {key})", PASSWORD)
    assert PASSWORD not in said
    said = users.refused("KW300", f"call kw.protect({COLUMN}, {key})", PASSWORD)
    assert PASSWORD not in said
    users.rows(f"call kw.protect({COLUMN}, {FROM}, {ACCEPT}, {key})", PASSWORD)
    users.rows("update users set ssn = pgp_sym_encrypt('x', %s) where id = 8", PASSWORD)
    users.rows(f"call kw.protect({COLUMN}, until => 'cut_over', {key})", PASSWORD)
    tables = users.values(
        "select c.oid::regclass::text from pg_class c where c.relnamespace = 'kw'::regnamespace"
        " and c.relkind in ('r', 'p')"
    )
    assert "kw.protections" in tables
    with cluster.log.open(errors="replace") as log:
        log.seek(begin)
        entries = re.split(r"\n(?!\t)", log.read())
    # Tests beside this one have sessions that show the key, in the log and among the activities.
    logged = "\n".join(one for one in entries if f"@{users.connection.info.dbname} " in one)
    assert "cannot be taken over" in logged
    sessions = "(select * from pg_stat_activity where datname = current_database())"
    others = ("pg_proc", "pg_trigger", "pg_constraint", sessions)
    seen = {one: str(users.values(f"select t::text from {one} t")) for one in (*tables, *others)}
    for where, text in {**seen, "log": logged}.items():
        assert PASSWORD not in text, where
        assert PASSWORD.encode().hex() not in text, where


def test_a_column_may_have_a_name_that_queries_use_otherwise(session: Session) -> None:
    session.rows("create extension pgcrypto")
    session.rows('create table users (key bigint primary key, "a as key, value" bytea)')
    session.rows("insert into users values (1, pgp_sym_encrypt('x', %s))", PASSWORD)
    session.rows(
        f"call kw.protect('users', 'a as key, value', until => 'contracted', {FROM}, {WITH_KEY})"
    )
    read = "kw.decrypt_text('users', key, 'a as key, value', \"a as key, value\")"
    assert session.values(f"select {read} from users") == ["x"]
