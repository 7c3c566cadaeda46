"""What docs/migrations.md says of calls that a migration repeats."""

import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.conftest import Database

CHANGE_NOTHING = (
    "kw.add_provider('local', 'local', if_not_exists => true)",
    "kw.create_kms_key('local', 'test-1', if_not_exists => true)",
    "kw.add_kms_key('local', 'test-1', if_not_exists => true)",
    "kw.add_provider('more', 'wrapper', if_not_exists => true)",
    "kw.create_kms_key('local', 'repeated', if_not_exists => true)",
    "kw.create_kms_key('branches', 'default', if_not_exists => true)",
    "kw.create_policy('new', 'both', 1, 2, if_not_exists => true)",
    "kw.add_kem_key('local', 'public', 'X25519', decode(repeat('09', 32), 'hex'),"
    " if_not_exists => true)",
    "kw.create_kem_key('kem', 'X25519', 1, if_not_exists => true)",
    "kw.create_policy('default', 'either', 1, 2, if_not_exists => true)",
    "kw.bind('people', '*', 'email')",
    "kw.bind_many('people', array['1', '2'], 'phone')",
    "kw.bind_policy('people', 'email', 'default')",
    "kw.add_policy_key('other', 2)",
    "kw.set_policy_layers('other', 0, 0)",
    "kw.set_policy_renewal('default', max_wrap_age => '1 year')",
    "kw.set_floor('people', 'email', 1)",
    "kw.set_read_audit('people', 'email', 'keys')",
    "kw.set_setting('cache_keys', 500)",
    "kw.set_kms_key_status(1, 'active')",
    "kw.set_provider_enabled('local', true)",
    "kw.grant_field('people', 'email', 'kw_grantor')",
    "kw.reclaim_entities()",
)
STATE = (
    "kms_providers", "kms_keys", "kem_private_keys", "encryption_policies", "policy_kms_keys",
    "key_wrappers", "encryption_bindings", "binding_generations", "entities", "entity_fields",
    "settings",
)  # fmt: skip


@pytest.fixture
def people(db: Database) -> Database:
    """A database with a table to protect, and a policy with one key."""
    db.sql("create table people (id bigint primary key, email bytea, phone bytea)")
    db.sql("select kw.create_policy('other', 'single', 1)")
    db.sql("select kw.add_provider('branches', 'wrapper')")
    return db


def state(db: Database) -> list[list[tuple[object, ...]]]:
    """Return all rows that the calls could change, but for times of the last change."""
    query = "select to_jsonb(t) - 'updated_at' from kw.{} t order by 1"
    return [db.sql(query.format(table)) for table in STATE]


@pytest.mark.parametrize("call", CHANGE_NOTHING)
def test_the_second_time_it_changes_nothing(people: Database, call: str) -> None:
    first = people.sql(f"select {call}")
    made = state(people)
    assert people.sql(f"select {call}") == first
    assert state(people) == made


@pytest.mark.parametrize("call", CHANGE_NOTHING)
def test_of_two_transactions_at_once_the_second_finds_it_made(people: Database, call: str) -> None:
    query = f"select {call}"
    one, other = people.connect(autocommit=False), people.connect()
    waits = "select wait_event_type = 'Lock' from pg_stat_activity where pid = %s"
    with ThreadPoolExecutor(1) as pool:
        first = one.execute(query).fetchall()
        second = pool.submit(lambda: other.execute(query).fetchall())
        while not second.done() and people.sql(waits, other.info.backend_pid) != [(True,)]:
            time.sleep(0.01)
        one.commit()
        assert second.result() == first
    made = state(people)
    assert people.sql(query) == first
    assert state(people) == made


@pytest.mark.parametrize(
    ("before", "call", "sqlstate"),
    [
        (
            "alter table people rename column email to mail",
            "kw.rebind('people', field_name => 'email', to_field_name => 'mail')",
            "KW101",
        ),
        (
            "select kw.grant_field('people', 'email', 'kw_grantor')",
            "kw.revoke_field('people', 'email', 'kw_grantor')",
            "KW101",
        ),
    ],
)
def test_the_second_time_it_fails(people: Database, before: str, call: str, sqlstate: str) -> None:
    people.sql("select kw.bind('people', '*', 'email')")
    people.sql(before)
    people.sql(f"select {call}")
    with pytest.raises(psycopg.Error) as raised:
        people.sql(f"select {call}")
    assert raised.value.sqlstate == sqlstate


def test_a_policy_that_got_a_key_since_is_named(people: Database) -> None:
    assert people.sql("select kw.create_kms_key('local', 'third', if_not_exists => true)") == [(3,)]
    people.sql("select kw.add_policy_key('default', 3)")
    with pytest.raises(psycopg.Error, match="its keys are 1, 2, 3, not 1, 2") as raised:
        people.sql("select kw.create_policy('default', 'either', 1, 2, if_not_exists => true)")
    assert raised.value.sqlstate == "KW102"
    guarded = """
        select kw.create_policy('default', 'either', 1, 2)
        where not exists (select from kw.encryption_policies where policy_name = 'default')
    """
    assert people.sql(guarded) == []


def test_what_commits_by_itself_is_refused_inside_a_transaction(people: Database) -> None:
    with people.connect(autocommit=False) as connection:
        with pytest.raises(psycopg.errors.InvalidTransactionTermination):
            connection.execute("call kw.work_rewrap_jobs()")
        connection.rollback()


def test_nothing_can_be_bound_where_a_migration_shredded(people: Database) -> None:
    people.sql("select kw.bind('people', '*', 'email')")
    people.sql("select kw.shred('people', '*', 'email', whole => true)")
    people.sql("drop table people")
    people.sql("create table people (id bigint primary key, email bytea)")
    people.sql("select kw.reclaim_entities()")
    with pytest.raises(psycopg.Error) as raised:
        people.sql("select kw.bind('people', '*', 'email')")
    assert raised.value.sqlstate == "KW301"
