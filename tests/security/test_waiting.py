"""No transaction of a role without kw_admin makes an admin or the owner of another table wait."""

import psycopg
import pytest

from tests.conftest import Database
from tests.security.conftest import Make, sqlstate_of, value_of

CHANGES = {
    "key": "select kw.set_kms_key_status(1, '{}')",
    "provider": "select kw.set_provider_enabled('local', {})",
}
IDLE = {
    "wrap": "select kw.wrap()",
    "bind": "select kw.bind('mine', 1, 'f')",
    "bind_wide": "select kw.bind('mine', '*', 'f')",
    "grant": "select kw.grant_field('mine', 'f', 'kw_client', true)",
    "shred": "select kw.shred('mine', 5, 'f')",
    "rotate": "select kw.rotate('mine', 5, 'f')",
    "rebind": "select kw.rebind('mine', entity_pk => '5', to_entity_pk => '6')",
    "encrypt": "select kw.encrypt('mine', 5, 'f', 'x')",
}
OTHERS = [
    "select kw.create_kms_key('local', gen_random_uuid()::text)",
    "select kw.set_setting('cache_seconds', 200)",
    "select kw.create_policy('p', 'single', 1)",
    "select kw.bind_policy('theirs', 'f', 'default')",
    "select kw.set_floor('theirs', 'f', null)",
    "select kw.bind('theirs', 1, 'f')",
    "select kw.bind('theirs', '*', 'f')",
    "select kw.rotate('theirs', 1, 'f')",
    "select kw.grant_field('theirs', 'f', 'kw_client', true)",
    "select kw.shred('theirs', 1, 'f')",
    "select kw.bind('theirs', 2, 'f')",
    "select kw.rebind('theirs', entity_pk => '2', to_entity_pk => '3')",
    "select kw.rewrap(kw.lookup('theirs', 3, 'f'))",
    "select kw.create_kms_key('branches', 'default')",
    "select kw.rewrap(external_key_ref::uuid) from kw.kms_keys k"
    " join kw.kms_providers p on p.id = k.provider_id and p.provider = 'wrapper'",
    "select kw.add_policy_key('default', kw.create_kms_key('local', gen_random_uuid()::text))",
    "select kw.set_policy_layers('default', 0, 0)",
    "select kw.set_algorithm_status('X25519', 'active')",
    "select kw.add_provider('further', 'wrapper')",
    "select kw.declare_shared_root('local', 'branches')",
    "select kw.undeclare_shared_root('local')",
    "select kw.set_wrapper_status(kw.lookup('theirs', 3, 'f'), 'retired')",
    "select kw.check_kms()",
    "select kw.check_restore()",
    "select kw.set_kms_key_status(1, 'retired')",
    "select kw.set_kms_key_status(1, 'disabled')",
    "select kw.set_kms_key_status(1, 'active')",
    "select kw.set_provider_enabled('local', false)",
    "select kw.set_provider_enabled('local', true)",
]


@pytest.fixture
def low(db: Database, make_role: Make) -> psycopg.Connection:
    """The session of a role that owns the table mine, in a database with a table theirs."""
    role = make_role("kw_client")
    db.sql("create table public.mine (id bigint primary key, f bytea)")
    db.sql("create table public.theirs (id bigint primary key, f bytea)")
    db.sql(f"alter table public.mine owner to {role}")
    db.sql("select kw.bind('mine', 5, 'f')")
    db.sql("select kw.add_provider('branches', 'wrapper')")
    return db.connect(role)


@pytest.mark.parametrize("idle", IDLE)
def test_an_open_transaction_of_a_low_role_holds_nobody_up(
    db: Database, low: psycopg.Connection, idle: str
) -> None:
    low.execute("begin")
    low.execute(IDLE[idle])
    session = db.connect()
    session.execute("set lock_timeout = '2s'")
    for query in OTHERS:
        assert sqlstate_of(session, query) is None, query


@pytest.mark.parametrize(
    "idle",
    [
        "select kw.bind('mine', 7, 'f')",
        "select kw.bind('mine', '*', 'f')",
        "select kw.shred('mine', 5, 'f')",
        "select kw.rebind('mine', entity_pk => '5', to_entity_pk => '6')",
        "select kw.rebind('mine', field_name => 'f', to_field_name => 'g')",
        "select kw.grant_field('mine', 'f', 'kw_client', true)",
    ],
)
def test_an_owner_holds_up_no_admin_who_sets_policies_and_floors_of_his_table(
    db: Database, low: psycopg.Connection, idle: str
) -> None:
    db.sql("select kw.bind_policy('mine', 'f', 'default'), kw.set_floor('mine', 'f', null)")
    low.execute("begin")
    low.execute(idle)
    session = db.connect()
    session.execute("set lock_timeout = '2s'")
    for field in ("'f'", "'h'", "null"):
        for query in (
            f"select kw.bind_policy('mine', {field}, 'default')",
            f"select kw.set_floor('mine', {field}, 1)",
            f"select kw.set_floor('mine', {field}, null)",
        ):
            assert sqlstate_of(session, query) is None, query


def test_an_advisory_lock_of_any_role_holds_nobody_up(
    db: Database, low: psycopg.Connection
) -> None:
    for name in ("kw.branches", "kw.key_graph_lock", "kw.log_lock"):
        low.execute("select pg_advisory_lock(hashtextextended(%s, 0))", [name])
    low.execute("begin")
    assert sqlstate_of(low, "lock table kw.key_graph_lock") == "42501"
    low.execute("rollback")
    session = db.connect()
    session.execute("set lock_timeout = '2s'")
    session.execute("select kw.create_kms_key('branches', 'default')")


def test_a_wrap_that_commits_after_its_key_was_disabled_is_counted(
    db: Database, low: psycopg.Connection
) -> None:
    query = "select coalesce(sum(needed + other_leg), 0) from kw.key_usage where kms_key_id = 1"
    before = db.sql(query)[0][0]
    low.execute("begin")
    low.execute("select kw.wrap()")
    db.sql("select kw.set_kms_key_status(1, 'disabled')")
    assert db.sql(query)[0][0] == before
    low.execute("commit")
    assert db.sql(query)[0][0] == before + 1


def test_who_waits_for_the_same_binding_is_told_whose_transaction_it_is(
    db: Database, low: psycopg.Connection
) -> None:
    low.execute("set application_name = 'the idle one'")
    low.execute("begin")
    low.execute("select kw.bind('mine', 7, 'f')")
    session = db.connect()
    session.execute("set lock_timeout = '300ms'")
    with pytest.raises(psycopg.errors.LockNotAvailable) as caught:
        session.execute("select kw.bind('mine', 7, 'f')")
    detail = caught.value.diag.message_detail or ""
    assert f"process {low.info.backend_pid} of role" in detail
    assert '"the idle one"' in detail
    assert value_of(session, "show lock_timeout") == "300ms"
    low.execute("rollback")
    session.execute("select kw.bind('mine', 7, 'f')")


def test_a_wait_without_a_limit_of_the_session_has_one_of_ours(
    db: Database, low: psycopg.Connection
) -> None:
    low.execute("begin")
    low.execute("select kw.rotate('mine', 5, 'f')")
    session = db.connect()
    assert sqlstate_of(session, "select kw.shred('mine', 5, 'f')") == "55P03"
    assert value_of(session, "show lock_timeout") == "0"


def test_two_may_bind_different_keys_of_one_field_at_once(
    db: Database, low: psycopg.Connection
) -> None:
    low.execute("begin")
    low.execute("select kw.bind('mine', 7, 'f')")
    session = db.connect()
    session.execute("set lock_timeout = '2s'")
    session.execute("select kw.bind('mine', 8, 'f')")


def test_a_name_that_is_bound_just_now_is_not_forgotten(
    db: Database, low: psycopg.Connection
) -> None:
    """A rebind of all that was committed leaves what look-ups of the rest rely on."""
    low.execute("begin")
    low.execute("select kw.bind('mine', 7, 'f')")
    db.sql("create table public.other (id bigint primary key, f bytea)")
    db.sql("set lock_timeout = '2s'")
    db.sql("select kw.rebind('mine', 'other')")
    low.execute("commit")
    sealed = db.sql("select kw.encrypt('mine', 7, 'f', 'x')")[0][0]
    assert db.sql("select kw.decrypt('mine', 7, 'f', %s)", sealed) == [(b"x",)]
