"""A subscription to all tables of another server: what works, and what completes it."""

import time
from collections.abc import Callable

import psycopg
import pytest

from kwtools.cluster import Place, set_up

LOGICAL = {"wal_level": "logical"}
SET_UP = """
create table people (id bigint primary key, email bytea, note bytea);
select kw.bind('people', '*', 'email');
insert into people
select g, kw.encrypt_text('people', g, 'email', 'e' || g) from generate_series(1, 3) g;
select kw.set_algorithm_status('P-256', 'deprecated');
select kw.create_signing_key('signer', 'ML-DSA-44', 'application:a', 1);
select kw.create_signing_key('later', 'Ed25519', 'application:a', 1, activate => false);
select kw.create_index_key('people', 'email', 'email');
create table patients (id bigint primary key, phone text);
insert into patients values (1, '+49 1');
select kw.protect_expand('patients', 'phone');
select kw.protect_backfill('patients', 'phone');
create publication everything for all tables;
"""
PATIENTS = "create table patients (id bigint primary key, phone text, phone_encrypted bytea)"
PHONES = (
    "select array_agg(kw.decrypt_text('patients', id, 'phone', phone_encrypted) order by id)"
    " from patients"
)
TOKEN = "select kw.blind_index('people', 'email', 'E1 ')"
READ = "select kw.decrypt_text('people', id, 'email', email) from people where id = 1"
LOOKUP = "select kw.lookup('people', 1, 'email')"
BAD = 'select "check", hint from kw.doctor() where not ok order by 1'


def until(wanted: Callable[[], bool], what: str) -> None:
    """Wait until something holds; a server may be slow."""
    for _ in range(1200):
        if wanted():
            return
        time.sleep(0.1)
    raise AssertionError(f"waited in vain: {what}")


def value(connection: psycopg.Connection, query: str) -> object:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def fails(connection: psycopg.Connection, query: str, *states: str) -> bool:
    """Whether a query fails with one of these SQLSTATEs; any other error is raised."""
    try:
        connection.execute(query)
    except psycopg.Error as error:
        if error.sqlstate not in states:
            raise
        return True
    return False


@pytest.mark.parametrize("had_events", [False, True])
def test_a_subscriber_to_all_tables_gets_the_keys_and_notices_every_change(
    own_cluster: Callable[..., Place], had_events: bool
) -> None:
    old = own_cluster(settings=LOGICAL)
    new = own_cluster(settings=LOGICAL, providers_file=old.providers_file)
    with old.connect() as publisher, new.connect() as subscriber:
        set_up(publisher, "moving")
        publisher.execute(SET_UP)
        subscriber.execute("create extension kwtools cascade")
        if had_events:
            subscriber.execute("select kw.set_algorithm_status('X25519', 'deprecated')")
        subscriber.execute("create table other (id int)")  # so that oids differ
        subscriber.execute("create table people (id bigint primary key, email bytea, note bytea)")
        subscriber.execute(PATIENTS)
        subscriber.execute(
            f"create subscription moving connection '{old.dsn()}' publication everything"
        )
        left = "select count(*) from pg_subscription_rel where srsubstate <> 'r'"
        try:
            if had_events:  # rows of both sides: doctor names the table that is not copied
                stuck = [("replication", "a subscription has not copied all of audit_events")]
                told = 'select "check", detail from kw.doctor() where "check" = \'replication\''
                until(lambda: subscriber.execute(told).fetchall() == stuck, "the others are")
                subscriber.execute("truncate kw.audit_events")
            until(lambda: value(subscriber, left) == 0, "every table is copied")
            _works(publisher, subscriber, new)
        finally:
            subscriber.execute("alter subscription moving disable")
            subscriber.execute("alter subscription moving set (slot_name = none)")
            subscriber.execute("drop subscription moving")


def _works(publisher: psycopg.Connection, subscriber: psycopg.Connection, new: Place) -> None:
    status = "select status from kw.crypto_algorithms where name = 'P-256'"
    assert value(subscriber, status) == "deprecated"
    # Tables have other oids there, and sequences are not replicated: doctor finds both.
    assert fails(subscriber, READ, "KW100")
    found: dict[str, str] = dict(subscriber.execute(BAD).fetchall())
    assert "entity public.people" in found
    assert "sequence kw.kms_keys_id_seq" in found
    assert "kw.check_restore()" in found["sequence kw.kms_keys_id_seq"]
    assert "setval('kw.kms_keys_id_seq'" in found["sequence kw.kms_keys_id_seq"]
    # One call each completes it.
    assert value(subscriber, "select bool_and(ok) from kw.check_restore()") is True
    assert value(subscriber, "select count(*) from kw.reclaim_entities()") == 2
    assert value(subscriber, READ) == "e1"
    assert subscriber.execute(BAD).fetchall() == []
    assert value(subscriber, "select kw.set_setting('cache_seconds', 60) is null") is False
    # A session that is open there notices new bindings, shreds and disabled keys.
    session = new.connect()
    with session:
        before = value(session, LOOKUP)
        publisher.execute("select kw.bind('people', 1, 'note')")
        publisher.execute("update people set note = kw.encrypt_text('people', 1, 'note', 'n')")
        until(
            lambda: value(session, "select kw.lookup('people', 1, 'note')") is not None,
            "the new binding is there",
        )
        until(
            lambda: value(session, "select note is not null from people where id = 1") is True,
            "the row is there",
        )
        note = "select kw.decrypt_text('people', id, 'note', note) from people where id = 1"
        assert value(session, note) == "n"
        publisher.execute("select kw.bind('people', 1, 'email')")
        until(lambda: value(session, LOOKUP) != before, "the narrower binding is found")
        publisher.execute("select kw.shred('people', 1, 'note')")
        until(lambda: fails(session, note, "KW301"), "the shred bites")
        _signing_keys_follow(session, publisher)
        _what_is_protected_follows(session, publisher)
        publisher.execute("select kw.set_kms_key_status(id, 'disabled') from kw.kms_keys")
        read = READ.replace("id = 1", "id = 2")
        until(lambda: fails(session, read, "KW210", "KW200"), "the disabled keys close")


def _what_is_protected_follows(session: psycopg.Connection, publisher: psycopg.Connection) -> None:
    """Tokens are those of the publisher, and so are ciphertexts of a column on its way."""
    assert value(session, TOKEN) == value(publisher, TOKEN)
    publisher.execute("insert into patients values (2, '+49 2')")
    until(lambda: value(session, PHONES) == ["+49 1", "+49 2"], "the encrypted values are there")
    status = "select status from kw.protection_status('patients')"
    assert value(session, status) == "expanded"
    while value(publisher, "select kw.protect_backfill('patients', 'phone')"):
        pass
    until(lambda: value(session, status) == "backfilled", "the phase is told")
    publisher.execute("select kw.shred_index_key('people', 'email')")
    until(lambda: fails(session, TOKEN, "KW301"), "the shredded index makes no token")


def _signing_keys_follow(session: psycopg.Connection, publisher: psycopg.Connection) -> None:
    """Statuses and times are those of the publisher, whose clock they are of."""
    times = (
        "select array_agg((name, status, activated_at, retired_at, compromised_at)::text"
        " order by name) from kw.signing_keys"
    )
    made = value(publisher, "select kw.sign('signer', 'm', 'c')")
    assert isinstance(made, bytes)
    verify = f"select kw.verify_signature('signer', 'm', '\\x{made.hex()}', 'c')"
    assert value(session, verify) is True
    assert value(session, "select length(kw.sign('signer', 'm'))") == 2420
    for name, status in (
        ("later", "active"), ("signer", "retired"), ("signer", "compromised"), ("later", "retired"),
    ):  # fmt: skip
        publisher.execute("select kw.set_signing_key_status(%s, %s)", (name, status))
        until(lambda: value(session, times) == value(publisher, times), f"{name} is {status}")
    publisher.execute(
        "select kw.set_signing_key_status('signer', 'compromised', '2001-01-01 00:00:00+00')"
    )
    until(lambda: value(session, times) == value(publisher, times), "the moment moves back")
    assert value(session, verify) is False
