"""The epoch that all sessions share: who changes it, who does not, and what it costs."""

from collections.abc import Callable

import pytest

from tests.sql.session import Session

EPOCH = "select coalesce(bit_xor(mark), 0) from kw.key_epoch_marks"
CHANGES = [
    "select kw.set_kms_key_status(1, 'retired')",
    "select kw.create_kms_key('local', gen_random_uuid()::text)",
    "select kw.set_provider_enabled('local', false)",
    "select kw.set_setting('cache_seconds', 10)",
    "delete from kw.settings",
    "truncate kw.settings",
    "update kw.kms_keys set status = 'disabled'",
]
NO_CHANGES = [
    "select kw.bind('people', 1, 'ssn')",
    "select kw.bind('people', '*', 'note')",
    "select kw.rotate('people', 1, 'ssn')",
    "select kw.grant_field('people', 'ssn', 'kw_client', true)",
    "select kw.bind('no table', '*', 'f')",
    "select kw.shred('people', 1, 'ssn')",
    "select kw.wrap()",
    "select kw.rebind('people', field_name => 'note', to_field_name => 'name')",
]


@pytest.mark.parametrize("role", ["origin", "replica"])
@pytest.mark.parametrize("change", CHANGES)
def test_keys_providers_and_settings_change_it_also_in_replica_role(
    session: Session, change: str, role: str
) -> None:
    session.rows("select kw.set_setting('cache_seconds', 100)")
    before = session.value(EPOCH)
    session.rows(f"set session_replication_role = {role}")
    session.rows(change)
    assert session.value(EPOCH) != before


def test_what_ordinary_roles_change_leaves_it_alone(session: Session) -> None:
    before = session.value(EPOCH)
    for query in NO_CHANGES:
        session.rows(query)
        assert session.value(EPOCH) == before, query


def test_writers_do_not_wait_for_each_other_and_none_is_missed(
    session: Session, connect: Callable[..., Session]
) -> None:
    seen = {session.value(EPOCH)}
    writers = [connect(autocommit=False) for _ in range(3)]
    for writer in writers:
        writer.rows("set local lock_timeout = '60s'")
        writer.rows("select kw.create_kms_key('local', gen_random_uuid()::text)")
    assert session.value(EPOCH) in seen
    for writer in writers:
        writer.connection.commit()
        now = session.value(EPOCH)
        assert now not in seen
        seen.add(now)


@pytest.mark.parametrize("isolation", ["read committed", "repeatable read", "serializable"])
def test_there_are_few_marks_however_often_it_changes(session: Session, isolation: str) -> None:
    session.rows(f"set default_transaction_isolation = '{isolation}'")
    for number in range(30):
        session.rows("select kw.set_setting('cache_seconds', %s)", number)
    assert session.value("select count(*) from kw.key_epoch_marks") <= 2


def test_a_disabled_key_is_noticed_after_a_change_in_replica_role(
    session: Session, connect: Callable[..., Session]
) -> None:
    session.rows("select kw.bind('people', 1, 'ssn')")
    reader = connect()
    sealed = reader.encrypt("people", "1", "ssn", b"x")
    assert reader.decrypt("people", "1", "ssn", sealed) == b"x"
    session.rows("set session_replication_role = replica")
    session.rows("select kw.set_kms_key_status(id, 'disabled') from kw.kms_keys")
    reader.refused("KW210", "select kw.decrypt('people', 1, 'ssn', %s)", sealed)
    session.rows("select kw.set_kms_key_status(id, 'active') from kw.kms_keys")
    session.refused("KW102", "update kw.kms_keys set external_key_ref = 'other' where id = 1")
    session.rows("select kw.shred('people', 1, 'ssn')")
    reader.refused("KW301", "select kw.decrypt('people', 1, 'ssn', %s)", sealed)
