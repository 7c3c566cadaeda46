"""States: which changes the tables let through, and what a state closes."""

import itertools
from collections.abc import Callable

import pytest

from tests.sql.session import Session

# For each table: what makes a row (returning its id), its states, and the changes allowed.
WRAPPER = """
    insert into kw.key_wrappers (wrapper_uuid, kms1_key_id, dek_wrap1, crypto_suite, status)
    values (
        gen_random_uuid()::text, 1, case '{0}' when 'invalid' then ''::bytea else 'x' end,
        '{{}}', '{0}'
    )
"""
MACHINES = {
    "kms_keys": (
        """
        insert into kw.kms_keys (provider_id, external_key_ref, status)
        values (1, gen_random_uuid()::text, '{0}')
        """,
        ("active", "retired", "disabled"),
        {
            "active>retired", "active>disabled", "retired>active", "retired>disabled",
            "disabled>active", "disabled>retired",
        },
    ),
    "key_wrappers": (
        WRAPPER,
        ("active", "rotated", "retired", "invalid"),
        {
            "active>rotated", "active>retired", "active>invalid", "rotated>retired",
            "rotated>invalid", "retired>active", "retired>rotated", "retired>invalid",
        },
    ),
    "encryption_bindings": (
        """
        insert into kw.encryption_bindings (id, entity_table, entity_pk, key_wrapper_id, status)
        select (random() * 1e15)::bigint + 1, 'public.people', gen_random_uuid()::text, id, '{0}'
        from kw.key_wrappers limit 1
        """,
        ("live", "shredded"),
        {"live>shredded"},
    ),
    "rewrap_jobs": (
        """
        insert into kw.rewrap_jobs (key_wrapper_id, status, finished_at)
        select id, '{0}', case when '{0}' in ('done', 'failed') then now() end
        from kw.key_wrappers limit 1
        """,
        ("pending", "running", "done", "failed"),
        {"pending>running", "running>done", "running>failed", "running>pending", "failed>pending"},
    ),
    "protections": (
        """
        insert into kw.protections (
            entity_table, field_name, key_scope, value_type, ciphertext_column, plaintext_column,
            is_not_null, status
        )
        values (gen_random_uuid()::text, 'f', 'column', 'text', 'c', 'p', false, '{0}')
        """,
        ("expanded", "backfilled", "verified", "cut_over", "contracted", "undone"),
        {
            "expanded>backfilled", "backfilled>verified", "verified>cut_over",
            "cut_over>contracted",
            "expanded>undone", "backfilled>undone", "verified>undone", "cut_over>undone",
        },
    ),
    "signing_keys": (
        """
        insert into kw.signing_keys (
            algo_id, name, scope, origin, public_key, status, retired_at, compromised_at
        )
        select
            id, gen_random_uuid(), 'application:a', 'imported', gen_random_uuid()::text::bytea,
            '{0}', case when '{0}' <> 'active' then now() end,
            case when '{0}' = 'compromised' then now() end
        from kw.crypto_algorithms limit 1
        """,
        ("active", "retired", "compromised"),
        {"active>retired", "active>compromised", "retired>compromised"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("table", MACHINES)
def test_a_state_changes_only_along_the_allowed_ways_and_any_can_be_loaded(
    session: Session, table: str
) -> None:
    make, states, allowed = MACHINES[table]
    session.rows("select kw.wrap()")
    session.rows("insert into kw.crypto_algorithms (class, name) values ('sig', 'test')")
    for old, new in itertools.permutations(states, 2):
        if table == "rewrap_jobs":  # a wrapper has one open job
            session.rows("delete from kw.rewrap_jobs")
        # INSERT takes every state, or a dump would not load.
        row = session.value(f"{make.format(old)} returning id")
        wraps = ", dek_wrap1 = ''" if table == "key_wrappers" and new == "invalid" else ""
        if table == "rewrap_jobs":
            wraps = f", finished_at = case when '{new}' in ('done', 'failed') then now() end"
        if table == "signing_keys" and new == "compromised":
            wraps = ", compromised_at = now()"
        change = f"update kw.{table} set status = '{new}'{wraps} where id = {row}"
        if f"{old}>{new}" in allowed:
            session.rows(change)
            assert session.value(f"select status from kw.{table} where id = {row}") == new
        else:
            answer = session.refused("KW102", change)
            assert f"kw.{table}" in answer
            assert session.value(f"select status from kw.{table} where id = {row}") == old
    session.refused("23514", f"{make.format('forged')} returning id")


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("kms_providers", "provider = 'wrapper'"),
        ("kms_providers", "name = 'other'"),
        ("kms_providers", "id = 99"),
        ("kms_keys", "external_key_ref = 'other'"),
        ("kms_keys", "external_key_id = 'other'"),
        ("kms_keys", "external_key_id = null"),
        ("kms_keys", "key_uuid = gen_random_uuid()"),
        ("kms_keys", "provider_id = 99"),
        ("kms_keys", "purpose = 'sign'"),
        ("kms_keys", "id = 99"),
        ("key_wrappers", "wrapper_uuid = gen_random_uuid()::text"),
        ("key_wrappers", "dek_class = 'branch'"),
        ("key_wrappers", "wrap1_version = 0, wrap_version = 1"),
        ("key_wrappers", "kms2_key_id = null, dek_wrap2 = null, wrap2_version = null"),
        ("key_wrappers", "id = 99"),
        ("encryption_bindings", "id = 99"),
        ("encryption_bindings", "generation = 0"),
        ("encryption_bindings", "entity_pk = '*'"),
        ("encryption_bindings", "field_name = null"),
        ("audit_events", "action = 'nothing'"),
        ("blind_indexes", "index_uuid = gen_random_uuid()"),
        ("blind_indexes", "normaliser = 'trim'"),
        ("blind_indexes", "bits = 64"),
        ("blind_indexes", "tenant = 'other'"),
    ],
)
def test_what_never_changes_is_refused_by_the_table(
    session: Session, table: str, change: str
) -> None:
    session.bind("people", "1", "ssn")
    session.rows("select kw.create_index_key('people', 'ssn')")
    before = session.rows(f"select * from kw.{table} order by 1")
    session.refused("KW102", f"update kw.{table} set {change}")
    assert session.rows(f"select * from kw.{table} order by 1") == before


@pytest.mark.parametrize(
    "change",
    [
        "kms1_key_id = kms2_key_id",
        "dek_wrap1 = ''",
        "dek_wrap2 = ''",
        "dek_wrap2 = null",
        "wrap_version = 7",
        "status = 'invalid'",
        "status = 'invalid', dek_wrap1 = ''",
        "crypto_suite = '[]'",
    ],
)
def test_a_wrapper_that_could_not_be_is_refused_by_the_table(session: Session, change: str) -> None:
    session.rows("select kw.wrap()")
    session.refused("23514", f"update kw.key_wrappers set {change}")


def test_a_destroyed_wrapper_stays_as_it_is(session: Session) -> None:
    session.bind("people", "1", "ssn")
    session.rows("select kw.shred('people', '1', 'ssn')")
    for change in ("created_at = now()", "status = 'active', dek_wrap1 = 'x', dek_wrap2 = 'y'"):
        session.refused("KW102", f"update kw.key_wrappers set {change}")


def test_a_retired_wrapper_opens_nothing_until_an_admin_puts_it_back(
    session: Session, connect: Callable[..., Session]
) -> None:
    other = connect()
    wrapper = session.bind("people", "1", "ssn")
    sealed = other.encrypt("people", "1", "ssn", b"x")
    assert other.decrypt("people", "1", "ssn", sealed) == b"x"
    assert session.value("select kw.set_wrapper_status(%s, 'retired')", wrapper) == "retired"
    for one in (session, other):
        one.refused("KW212", "select kw.unwrap(%s)", wrapper)
        one.refused("KW212", "select kw.decrypt('people', '1', 'ssn', %s)", sealed)
        one.refused("KW212", "select kw.encrypt('people', '1', 'ssn', 'x')")
    assert wrapper in session.refused("KW212", "select kw.rewrap(%s)", wrapper)
    assert session.value("select kw.set_wrapper_status(%s, 'active')", wrapper) == "active"
    for one in (session, other):
        assert one.decrypt("people", "1", "ssn", sealed) == b"x"
        assert one.encrypt("people", "1", "ssn", b"y")


def test_a_rotated_wrapper_opens_and_does_not_encrypt_and_is_put_back_as_rotated(
    session: Session,
) -> None:
    old = session.bind("people", "1", "ssn")
    sealed = session.encrypt("people", "1", "ssn", b"x")
    session.rows("select kw.rotate('people', '1', 'ssn')")
    assert session.wrapper(old)["status"] == "rotated"
    assert len(session.value("select kw.unwrap(%s)", old)) == 32
    query = "select kw.bind('people', '2', 'ssn', wrapper => %s)"
    assert "rotated" in session.refused("KW102", query, old)
    session.rows("select kw.set_wrapper_status(%s, 'retired')", old)
    session.refused("KW212", "select kw.decrypt('people', '1', 'ssn', %s)", sealed)
    assert session.value("select kw.set_wrapper_status(%s, 'active')", old) == "rotated"
    assert session.decrypt("people", "1", "ssn", sealed) == b"x"


def test_a_binding_of_a_rotated_wrapper_encrypts_nothing_until_it_is_rotated(
    session: Session,
) -> None:
    shared = session.bind("people", "1", "ssn")
    session.rows("update kw.key_wrappers set status = 'rotated'")
    answer = session.refused("KW212", "select kw.encrypt('people', '1', 'ssn', 'x')")
    assert shared in answer
    assert "rotated" in answer
    session.rows("select kw.rotate('people', '1', 'ssn')")
    assert session.encrypt("people", "1", "ssn", b"x")


def test_a_destroyed_wrapper_opens_nothing_and_is_never_put_back(session: Session) -> None:
    wrapper = session.bind("people", "1", "ssn")
    session.rows("select kw.shred('people', '1', 'ssn')")
    session.refused("KW212", "select kw.unwrap(%s)", wrapper)
    session.refused("KW212", "select kw.rewrap(%s)", wrapper)
    for status in ("active", "retired"):
        session.refused("KW102", "select kw.set_wrapper_status(%s, %s)", wrapper, status)


@pytest.mark.parametrize("status", ["rotated", "invalid", "open", None])
def test_only_retiring_and_putting_back_are_an_admins(session: Session, status: str) -> None:
    wrapper = session.value("select kw.wrap()")
    session.refused("KW003", "select kw.set_wrapper_status(%s, %s)", wrapper, status)


def test_a_retired_key_opens_and_does_not_wrap_and_a_disabled_one_does_neither(
    session: Session, connect: Callable[..., Session]
) -> None:
    session.policy("one", "single", 1)
    other = connect()
    wrapper = session.value("select kw.wrap(%s, 'one')", b"k" * 32)
    assert other.value("select kw.unwrap(%s)", wrapper) == b"k" * 32
    session.rows("select kw.set_kms_key_status(1, 'retired')")
    assert other.value("select kw.unwrap(%s)", wrapper) == b"k" * 32
    for one in (session, other):
        one.refused("KW200", "select kw.wrap(policy => 'one')")
        one.refused("KW200", "select kw.rewrap(%s)", wrapper)
    session.rows("select kw.set_kms_key_status(1, 'disabled')")
    for one in (session, other):
        assert "disabled" in one.refused("KW200", "select kw.unwrap(%s)", wrapper)
        one.refused("KW200", "select kw.wrap(policy => 'one')")
    session.rows("select kw.set_kms_key_status(1, 'active')")
    assert other.value("select kw.unwrap(%s)", wrapper) == b"k" * 32


def test_disabling_a_key_warns_of_what_it_closes(session: Session) -> None:
    session.policy("one", "single", 1)
    session.rows("select kw.wrap(policy => 'one') from generate_series(1, 2)")
    session.rows("select kw.wrap()")
    session.heard()
    session.rows("select kw.set_kms_key_status(1, 'retired')")
    assert session.heard() == ""
    session.rows("select kw.set_kms_key_status(1, 'disabled')")
    told = session.heard()
    assert told.startswith("WARNING")
    assert "2 wrappers cannot be opened" in told
    assert "1 depend on their other leg" in told


def test_statuses_of_keys_and_wrappers_are_for_admins(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    wrapper = session.value("select kw.wrap()")
    other = connect(make_role("kw_client", "kw_unwrap", "kw_operator", "kw_grantor", "kw_auditor"))
    other.refused("42501", "select kw.set_kms_key_status(1, 'disabled')")
    other.refused("42501", "select kw.set_provider_enabled('local', false)")
    other.refused("42501", "select kw.set_wrapper_status(%s, 'retired')", wrapper)
    admin = connect(make_role("kw_admin"))
    admin.rows("select kw.set_kms_key_status(1, 'retired')")
    admin.rows("select kw.set_provider_enabled('local', false)")
    admin.rows("select kw.set_wrapper_status(%s, 'retired')", wrapper)
    for call in (
        "kw.set_kms_key_status(99, 'retired')",
        "kw.set_provider_enabled('unknown', true)",
        "kw.set_wrapper_status(gen_random_uuid(), 'retired')",
    ):
        admin.refused("KW101", f"select {call}")
    admin.refused("KW003", "select kw.set_kms_key_status(1, 'gone')")


def test_the_hint_of_a_disabled_provider_can_be_run_whatever_its_name(session: Session) -> None:
    session.rows("select kw.add_provider('o''brien', 'wrapper')")
    session.rows("select kw.set_provider_enabled('o''brien', false)")
    said = session.refused("KW102", "select kw.create_kms_key('o''brien', 'default')")
    call = said[said.index("kw.set_provider_enabled") :].splitlines()[0].rstrip(".")
    session.rows(f"select {call}")
    assert session.value("select kw.create_kms_key('o''brien', 'default')")
