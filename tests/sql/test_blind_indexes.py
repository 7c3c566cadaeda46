"""Blind indexes: tokens that find, join and keep unique what is encrypted; rights, life."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from tests.deployment import make_deployment
from tests.sql.session import Session

TOKEN = "kw.blind_index('people', 'name', %s)"
WRAPPER = "select wrapper_uuid::uuid from kw.key_wrappers where dek_class = 'index'"
MAKE = "select kw.create_index_key('people', 'name', %s)::text"


@pytest.fixture
def people(session: Session) -> Session:
    """The superuser's session, with a table whose names get tokens."""
    session.rows("alter table people add token bytea")
    session.rows(MAKE, "email")
    return session


@pytest.fixture
def role(
    people: Session, make_role: Callable[..., str], connect: Callable[..., Session]
) -> Callable[[str], Session]:
    """``role(grants)``: a session of a client with these grants on the table."""

    def make(grants: str) -> Session:
        name = make_role("kw_client")
        if grants:
            people.rows(f"grant {grants} on people to {name}")
        return connect(name)

    return make


def token(session: Session, value: str | None, tenant: str | None = None) -> bytes:
    return session.value(  # type: ignore[no-any-return]
        "select kw.blind_index('people', 'name', %s, %s)", value, tenant
    )


def fill(session: Session, count: int) -> None:
    session.rows(
        """
        insert into people (id, token)
        select n, t
        from unnest(
            array(select g from generate_series(1, %s) g),
            kw.blind_index_many('people', 'name', %s)
        ) x (n, t)
        """,
        count,
        [f"u{n}" for n in range(1, count + 1)],
    )
    session.rows("create unique index people_token on people (token)")
    session.rows("analyze people")


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for one in plan.get("Plans", ()):
        yield from nodes(one)


def uses_index(session: Session, query: str, *params: object) -> bool:
    (plan,) = session.value(f"explain (format json) {query}", *params)
    return any(
        one.get("Index Name") == "people_token" and "token" in one.get("Index Cond", "")
        for one in nodes(plan["Plan"])
    )


def test_equal_values_have_equal_tokens_and_others_do_not(people: Session) -> None:
    made = token(people, "ada@example.org")
    assert made == token(people, " Ada@Example.ORG ")
    assert made != token(people, "bob@example.org")
    assert (made[0], len(made)) == (0xB2, 5 + 16)
    assert token(people, None) is None
    many = "select kw.blind_index_many('people', 'name', %s)"
    assert people.value(many, ["ADA@example.org", None]) == [made, None]
    assert people.value(many, None) is None


def test_a_token_differs_by_field_and_by_tenant(people: Session) -> None:
    people.rows("select kw.create_index_key('people', 'ssn', 'email')")
    for tenant in ("a", "b"):
        people.rows("select kw.create_index_key('people', 'name', 'email', tenant => %s)", tenant)
    made = {token(people, "x"), token(people, "x", "a"), token(people, "x", "b")}
    made.add(people.value("select kw.blind_index('people', 'ssn', 'x')"))
    assert len(made) == 4
    assert 'of tenant "c" does not exist' in people.refused(
        "KW302", "select kw.blind_index('people', 'name', 'x', 'c')"
    )


@pytest.mark.parametrize(
    ("normaliser", "same", "other"),
    [
        ("raw", ["Ab "], ["ab ", "Ab"]),
        ("trim", ["Ab", " Ab\t\n"], ["ab"]),
        ("digits", ["0170 12-34", "(0170) 1234", "+01701234", "0170\u2013\u00a01234"], ["1701234"]),
        ("phone", ["+49 (170) 1234", " +491701234"], ["491701234"]),
        ("ascii-lower", ["ÄBC", "Äbc"], ["äbc"]),
        ("unicode-14", ["STRASSE", "straße", "\uff33trasse"], ["strase"]),
        ("unicode-14", ["\u00c5", "A\u030a", "\u212b", "a\u030a"], ["a"]),
        ("email", ["Ä@B.DE", "\u00a0a\u0308@b.de "], ["a@b.de"]),
    ],
)
def test_normalisers(session: Session, normaliser: str, same: list[str], other: list[str]) -> None:
    session.rows(MAKE, normaliser)
    tokens = {token(session, value) for value in same}
    assert len(tokens) == 1
    assert tokens.isdisjoint(token(session, value) for value in other)


def test_a_value_that_a_normaliser_does_not_take_is_refused(session: Session) -> None:
    session.rows(MAKE, "unicode-14")
    later = "\U0001fae8"  # of Unicode 15.0
    assert "U+1FAE8" in session.refused("KW003", f"select {TOKEN}", later)
    session.rows("select kw.create_index_key('people', 'ssn', 'digits')")
    session.refused("KW003", "select kw.blind_index('people', 'ssn', '١٢')")


def test_fewer_bits_collide_and_the_query_filters(session: Session) -> None:
    session.rows("select kw.create_index_key('people', 'name', 'raw', 12)")
    session.bind("people", "*", "note")
    session.rows("alter table people add token bytea")
    session.rows(
        """
        insert into people (id, note, token)
        select
            n, kw.encrypt_text('people', n::text, 'note', 'u' || n),
            kw.blind_index('people', 'name', 'u' || n)
        from generate_series(1, 200) n
        """
    )
    found = token(session, "u1")
    assert len(found) == 5 + 2
    assert found[-1] & 0x0F == 0
    # A value with the token of another: made by hand, since it may take 4,096 tries to find one.
    session.rows("update people set token = %s where id = 2", found)
    candidates = "select id from people where token = kw.blind_index('people', 'name', 'u1')"
    assert {1, 2} <= {*session.values(candidates)}
    exact = f"""
        select id from (
            select id, kw.decrypt_text('people', id::text, 'note', note) as name
            from people where token = {TOKEN} offset 0
        ) c
        where name = %s
    """
    assert session.values(exact, "u1", "u1") == [1]


def test_a_lookup_uses_the_index_whatever_the_form_of_the_query(people: Session) -> None:
    fill(people, 2000)
    assert uses_index(people, f"select id from people where token = {TOKEN}", "u7")
    assert people.values(f"select id from people where token = {TOKEN}", "u7") == [7]
    people.rows(
        "prepare find (text) as select id from people where token = "
        "kw.blind_index('people', 'name', $1)"
    )
    for mode in ("force_custom_plan", "force_generic_plan"):
        people.rows(f"set plan_cache_mode = {mode}")
        assert uses_index(people, "execute find('u9')"), mode
        assert people.values("execute find('U9')") == [9]
    many = "select id from people where token = any (kw.blind_index_many('people', 'name', %s))"
    assert uses_index(people, many, ["u1", "u2"])
    assert sorted(people.values(many, ["u1", "u2"])) == [1, 2]
    people.rows("create table visits (token bytea)")
    people.rows("insert into visits select token from people where id <= 3")
    people.rows("analyze visits")
    joined = "select p.id from visits v join people p on p.token = v.token"
    people.rows("set enable_hashjoin = off; set enable_mergejoin = off; set enable_seqscan = off")
    assert uses_index(people, joined)
    assert sorted(people.values(joined)) == [1, 2, 3]


def test_the_index_of_a_tenant_is_found_however_many_there_are(people: Session) -> None:
    people.rows("set session_replication_role = replica")  # their wrappers do not matter
    people.rows(
        "insert into kw.blind_indexes"
        " (entity_table, field_name, tenant, normaliser, bits, key_wrapper_id)"
        " select 'public.people', 'email', 't' || n, 'raw', 128, 1000 + n"
        " from generate_series(1, 5000) n"
    )
    people.rows("reset session_replication_role")
    read = (
        "select seq_tup_read + idx_tup_fetch from pg_stat_xact_all_tables"
        " where relid = 'kw.blind_indexes'::regclass"
    )
    for statement in (
        "select kw.create_index_key('people', 'email', 'raw', tenant => 'new')",
        "select kw.blind_index('people', 'email', 'x', 'new')",
        "select kw.shred_index_key('people', 'email', 'new')",
    ):
        people.rows("begin")
        people.rows(statement)
        assert people.value(read) < 50
        people.rows("commit")


def test_unique_tokens_refuse_an_equal_value(people: Session) -> None:
    fill(people, 10)
    people.refused("23505", f"insert into people (id, token) values (11, {TOKEN})", " U3 ")
    upsert = f"""
        insert into people (id, token) values (11, {TOKEN})
        on conflict (token) do update set ssn = '\\x01' returning id
    """
    assert people.values(upsert, "u3") == [3]


def test_a_token_requires_the_right_to_read(
    people: Session, role: Callable[[str], Session]
) -> None:
    made = token(people, "x")
    assert token(role("select (name)"), "x") == made
    for grants in ("", "insert, update, delete", "select (id, token), insert"):
        said = role(grants).refused("KW100", f"select {TOKEN}", "x")
        assert "public.people.name" in said


# What a trigger of a protected view does for a role that writes a row.
WRITTEN = """
create function public.written(value text) returns bytea language plpython3u as $$
from kwruntime.call import Call, entry
from kwruntime.fields import blind_indexes, names

@entry
def written(call: Call, value: str | None) -> bytes | None:
    index = blind_indexes.IndexOf(names.entity("people"), "name", None)
    return call.read_as_owner(
        lambda: blind_indexes.tokens_to_write(call, index, [value], next_key=False)
    )[0]

return written(value)
$$
"""


def test_what_writes_a_row_makes_its_token_by_the_right_to_write(
    people: Session, role: Callable[[str], Session]
) -> None:
    people.rows(WRITTEN)
    made = token(people, "x")
    for grants, may in (("insert", True), ("update (name)", True), ("select, delete", False)):
        client = role(grants)
        client.rows("select kw.version()")  # loads the runtime
        if may:
            assert client.value("select public.written(' X')") == made
            client.refused("KW100", f"select {TOKEN}", "x")
        else:
            client.refused("KW100", "select public.written('x')")


def test_only_the_owner_makes_and_destroys_the_key(
    people: Session, role: Callable[[str], Session]
) -> None:
    client = role("select, insert, update")
    client.refused("KW100", "select kw.create_index_key('people', 'ssn')")
    client.refused("KW100", "select kw.shred_index_key('people', 'name')")
    people.refused("KW102", MAKE, "email")
    again = "select kw.create_index_key('people', 'name', %s, if_not_exists => true)::text"
    assert people.value(again, "email") == people.value(
        "select index_uuid::text from kw.blind_indexes"
    )
    people.refused("KW102", again, "raw")


@pytest.mark.parametrize(
    "arguments",
    [
        "'people', 'ssn', 'soundex'",
        "'people', 'ssn', bits => 7",
        "'people', 'ssn', bits => 129",
        "'people', 'ssn', tenant => ''",
        "'people', null",
        "'people', 'ssn', null",
    ],
)
def test_wrong_arguments_are_refused(people: Session, arguments: str) -> None:
    people.refused("KW003", f"select kw.create_index_key({arguments})")


def test_a_shredded_index_makes_no_token_and_can_be_replaced(people: Session) -> None:
    made = token(people, "x")
    assert people.value("select kw.shred_index_key('people', 'name')") == 1
    people.refused("KW301", f"select {TOKEN}", "x")
    people.refused("KW302", "select kw.shred_index_key('people', 'name')")
    assert people.values(
        "select distinct status from kw.key_wrappers where dek_class = 'index'"
    ) == ["invalid"]
    people.rows(MAKE, "email")
    assert token(people, "x") != made


def test_who_shreds_a_value_is_told_that_its_token_remains(people: Session) -> None:
    people.bind("people", "1", "name")
    people.heard()
    people.rows("select kw.shred('people', '1', 'name')")
    assert "tokens of public.people.name still confirm guesses" in people.heard()
    people.rows("select kw.shred_index_key('people', 'name')")
    people.bind("people", "2", "name")
    people.rows("select kw.shred('people', '2', 'name')")
    assert "tokens" not in people.heard()


def test_a_key_that_is_disabled_makes_no_token(
    people: Session, connect: Callable[..., Session]
) -> None:
    made = token(people, "x")
    for key in (1, 2):
        people.rows("select kw.set_kms_key_status(%s, 'disabled')", key)
    for one in (people, connect()):
        one.refused("KW210", f"select {TOKEN}", "x")
    people.rows("select kw.set_kms_key_status(1, 'active')")
    assert token(people, "x") == made


def test_a_grant_that_is_revoked_ends_tokens_at_once(
    people: Session, role: Callable[[str], Session]
) -> None:
    client = role("select (name)")
    made = token(client, "x")
    assert token(client, "x") == made, "at the same moment"
    name = client.value("select current_user")
    people.rows(f"revoke select (name) on people from {name}")
    client.refused("KW100", f"select {TOKEN}", "x")
    people.rows(f"select kw.grant_field('people', 'name', '{name}')")
    assert token(client, "x") == made
    people.rows(f"select kw.revoke_field('people', 'name', '{name}')")
    client.refused("KW100", f"select {TOKEN}", "x")


def test_another_session_sees_a_shredding_at_once(
    people: Session, connect: Callable[..., Session]
) -> None:
    other = connect()
    token(other, "x")
    people.rows("select kw.shred_index_key('people', 'name')")
    other.refused("KW301", f"select {TOKEN}", "x")


def test_a_retired_wrapper_makes_no_token(people: Session) -> None:
    made = token(people, "x")
    wrapper = people.value(WRAPPER)
    people.rows("select kw.set_wrapper_status(%s, 'retired')", wrapper)
    people.refused("KW212", f"select {TOKEN}", "x")
    people.rows("select kw.set_wrapper_status(%s, 'active')", wrapper)
    assert token(people, "x") == made


def test_the_key_of_an_index_opens_no_field_and_does_not_leave(people: Session) -> None:
    wrapper = people.value(WRAPPER)
    people.refused("KW100", "select kw.unwrap(%s)", wrapper)
    people.refused("KW100", "select kw.bind('people', '1', 'ssn', wrapper => %s)", wrapper)


def test_tokens_outlive_rewraps_jobs_layers_and_renames(people: Session) -> None:
    made = token(people, "x")
    wrapper = people.value(WRAPPER)
    other = people.key()
    people.rows("select kw.rewrap(%s, %s)", wrapper, other)
    assert token(people, "x") == made
    people.rows("select kw.schedule_rewrap(entity_table => 'people', field_name => 'name')")
    people.rows("call kw.work_rewrap_jobs()")
    assert (
        people.value(
            "select wrap_version from kw.key_wrappers where wrapper_uuid = %s::text", wrapper
        )
        == 3
    )
    people.rows("alter table people rename column name to mail")
    people.rows("select kw.rebind('people', field_name => 'name', to_field_name => 'mail')")
    assert people.value("select kw.blind_index('people', 'mail', 'x')") == made
    people.rows("alter table people rename to persons")
    people.rows("select kw.rebind('people', 'persons')")
    assert people.value("select kw.blind_index('persons', 'mail', 'x')") == made
    assert people.value("select count(*) from kw.verify()") == 0


def test_dependents_and_inventory_name_the_index(people: Session) -> None:
    rows = people.rows(
        "select entity_table, field_name, field_cipher, wrappers from kw.crypto_inventory"
        " where dek_class = 'index'"
    )
    assert rows == [("public.people", "name", None, 1)]
    algorithms = people.value(
        "select algorithms from kw.crypto_inventory where dek_class = 'index'"
    )
    assert {"HMAC-SHA-256", "SHA-256", "HKDF-SHA-256"} <= {*algorithms}
    assert people.value("select bool_and(ok) from kw.safe_to_destroy(1)") is False
    assert people.value("select sum(objects) from kw.key_dependents(1) where kind = 'wrapper'") == 1


def test_a_floor_of_the_field_holds_for_its_index(session: Session) -> None:
    session.rows("select kw.set_floor('people', 'name', 3)")
    session.refused("KW104", MAKE, "raw")


def test_an_edited_row_or_wrapper_of_an_index_is_refused(people: Session) -> None:
    people.rows("select kw.create_index_key('people', 'ssn', 'email')")
    make_deployment(people)
    while people.value("select kw.seal_rows()"):
        pass
    people.rows("select kw.seal_deployment()")
    token(people, "x")
    assert people.rows("select * from kw.check_seals()") == []
    people.rows(
        """
        alter table kw.blind_indexes disable trigger guard_immutable;
        update kw.blind_indexes set normaliser = 'raw' where field_name = 'name';
        """
    )
    assert "kw.blind_indexes" in people.refused("KW211", f"select {TOKEN}", "x")
    assert (
        json.dumps(people.rows("select table_name from kw.check_seals()")) == '[["blind_indexes"]]'
    )


def test_tokens_are_audited_as_reads(people: Session) -> None:
    people.rows("select kw.set_read_audit('people', 'name', 'statements')")
    token(people, "x")
    details = people.value("select details from kw.audit_events where action = 'read'")
    assert (details["function"], details["values"]) == ("blind_index", 1)
    with pytest.raises(psycopg.Error, match="cannot write"):
        people.rows(f"begin read only; select {TOKEN.replace('%s', repr('x'))}")


def test_what_is_encoded_otherwise_has_the_same_token(people: Session) -> None:
    made = token(people, "ä@b.de")
    people.rows("set client_encoding = 'LATIN1'")
    assert token(people, "ä@b.de") == made
