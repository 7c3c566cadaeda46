"""Signing keys that are activated, retired and compromised."""

import pytest

from tests.sql.session import Session
from tests.sql.signing import (
    ENROL,
    SIGN,
    STATUS,
    TIMES,
    VERIFY,
    VERIFY_AT,
    Connect,
    make,
    now,
    pair,
    sign,
)


def test_a_key_signs_and_counts_only_after_it_was_activated(session: Session) -> None:
    query = "select kw.create_signing_key('k', 'Ed25519', 'application:a', 1, activate => false)"
    session.value(query)
    assert session.rows(TIMES, "k") == [(None, None, None)]
    assert "not activated" in session.refused("KW102", SIGN, "k", b"m", b"c")
    before = now(session)
    session.rows(STATUS, "k", "active")
    made, (activated, *_) = sign(session), session.rows(TIMES, "k")[0]
    assert before < activated < now(session)
    assert session.value(VERIFY, "k", b"m", made, b"c") is True
    assert session.value(VERIFY_AT, "k", b"m", made, b"c", before) is False
    assert session.value(VERIFY_AT, "k", b"m", made, b"c", now(session)) is True
    session.rows(STATUS, "k", "active")
    assert session.rows(TIMES, "k") == [(activated, None, None)]


def test_what_is_not_activated_does_not_verify(session: Session) -> None:
    query = "select kw.create_signing_key('k', 'Ed25519', 'application:a', 1, activate => false)"
    session.value(query)
    session.rows("begin")
    session.rows(STATUS, "k", "active")
    made = sign(session)
    session.rows("rollback")
    assert session.value(VERIFY, "k", b"m", made, b"c") is False
    assert session.value(VERIFY_AT, "k", b"m", made, b"c", now(session)) is False


def test_a_retired_key_verifies_beside_its_successor_and_signs_no_more(
    session: Session, connect: Connect
) -> None:
    other = connect()
    make(session, "old")
    made = sign(other, "old")
    make(session, "new", "ML-DSA-65")
    assert sign(other, "old") == made  # both sign
    successor = sign(other, "new")
    session.rows(STATUS, "old", "retired")
    (_, retired, _) = session.rows(TIMES, "old")[0]
    for one in (session, other):
        assert "is retired" in one.refused("KW200", SIGN, "old", b"m", b"c")
        assert one.value(VERIFY, "old", b"m", made, b"c") is True
        assert one.value(VERIFY, "new", b"m", successor, b"c") is True
        assert one.value(VERIFY_AT, "old", b"m", made, b"c", retired) is True
        assert one.value(VERIFY_AT, "old", b"m", made, b"c", now(session)) is False
    assert "cannot become active" in session.refused("KW102", STATUS, "old", "active")
    session.rows(STATUS, "old", "retired")
    assert session.rows(TIMES, "old")[0][1] == retired


def test_a_compromised_key_counts_only_for_what_is_known_to_be_older(
    session: Session, connect: Connect
) -> None:
    other = connect()
    make(session)
    made, before = sign(other), now(session)
    moment, after = now(session), now(session)
    session.rows("select kw.set_signing_key_status('k', 'compromised', %s)", moment)
    for one in (session, other):
        assert one.value(VERIFY, "k", b"m", made, b"c") is False
        assert one.value(VERIFY_AT, "k", b"m", made, b"c", before) is True
        assert one.value(VERIFY_AT, "k", b"m", made, b"c", moment) is False
        assert one.value(VERIFY_AT, "k", b"m", made, b"c", after) is False
        assert "is compromised" in one.refused("KW200", SIGN, "k", b"m", b"c")
        many = (
            "select kw.verify_signature_many('k', %s::bytea[], %s::bytea[], 'c', %s::timestamptz[])"
        )
        found = one.value(many, [b"m"] * 3, [made] * 3, [before, None, after])
        assert found == [True, False, False]
    for status in ("active", "retired"):
        session.refused("KW102", STATUS, "k", status)


def test_the_moment_of_a_compromise_is_past_and_moves_back_only(session: Session) -> None:
    compromise = "select kw.set_signing_key_status('k', 'compromised', %s)"
    make(session)
    made = sign(session)
    first, second = now(session), now(session)
    session.refused("KW003", compromise, "2999-01-01")
    for infinite in ("infinity", "-infinity"):
        session.refused("KW003", compromise, infinite)
    session.refused("KW003", "select kw.set_signing_key_status('k', 'retired', now())")
    session.rows(compromise, second)
    session.rows(compromise, second)
    assert session.value(VERIFY_AT, "k", b"m", made, b"c", first) is True
    session.rows(compromise, first)
    assert session.value(VERIFY_AT, "k", b"m", made, b"c", first) is False
    assert "earlier" in session.refused("KW102", compromise, second)
    session.rows(compromise, None)  # since it was activated
    activated, _, compromised = session.rows(TIMES, "k")[0]
    assert compromised == activated
    assert session.value(VERIFY_AT, "k", b"m", made, b"c", activated) is False
    session.refused("KW003", STATUS, "k", "lost")


def test_times_do_not_depend_on_the_settings_of_the_session(session: Session) -> None:
    """PL/Python gets times as text; 'IST' would be read as another zone than it was written."""
    make(session)
    made = sign(session)
    at = now(session)
    for style in ("ISO, DMY", "SQL, DMY", "German", "Postgres, MDY"):
        session.rows(f"set datestyle = '{style}'")
        for zone in ("Asia/Kolkata", "America/New_York", "UTC"):
            session.rows(f"set timezone = '{zone}'")
            query = "select kw.verify_signature('k', 'm', %s, 'c', clock_timestamp())"
            assert session.value(query, made) is True
            query = "select kw.verify_signature('k', 'm', %s, 'c', %s::timestamptz - interval '1h')"
            assert session.value(query, made, at.isoformat()) is False
    session.rows("set datestyle = 'SQL, DMY'")
    session.rows("set timezone = 'Asia/Kolkata'")
    query = "select kw.set_signing_key_status('k', 'compromised', %s::timestamptz)"
    session.rows(query, at.isoformat())
    same = "select compromised_at = %s::timestamptz from kw.signing_keys"
    assert session.value(same, at.isoformat()) is True


def test_the_table_keeps_the_times_and_the_key_whoever_writes_it(session: Session) -> None:
    make(session)
    session.value(ENROL, "away", "Ed25519", "application:a", pair("Ed25519")[1])
    for change in (
        "activated_at = '2000-01-01'",
        "activated_at = null",
        "retired_at = now()",
        "name = name || 'x'",
        "scope = 'log'",
        "origin = 'kms', private_key_enc = null",
        "public_key = sha256(public_key)",
        "private_key_enc = 'x'",
        "kms_key_id = 2",
        "algo_id = 1",
        "created_at = '2000-01-01'",
        "id = 99",
    ):
        session.refused("KW102", f"update kw.signing_keys set {change} where name = 'k'")
    session.rows("update kw.signing_keys set notes = 'for people'")
    # The times that an update says are not those that it gets.
    session.rows(
        "update kw.signing_keys set status = 'retired', retired_at = '2000-01-01' where name = 'k'"
    )
    assert session.value("select retired_at > created_at from kw.signing_keys where name = 'k'")
    session.refused("KW102", "update kw.signing_keys set retired_at = now() where name = 'k'")
    session.refused("23514", "update kw.signing_keys set compromised_at = now() where name = 'k'")
    session.refused("23514", "update kw.signing_keys set status = 'compromised' where name = 'k'")
    for moment in ("now() + interval '1 hour'", "'infinity'"):
        change = f"status = 'compromised', compromised_at = {moment}"
        session.refused("KW102", f"update kw.signing_keys set {change} where name = 'k'")
    session.rows(
        "update kw.signing_keys set status = 'compromised', compromised_at = '2001-01-01'"
        " where name = 'k'"
    )
    later = "update kw.signing_keys set compromised_at = '2002-01-01' where name = 'k'"
    session.refused("KW102", later)
    session.rows("update kw.signing_keys set compromised_at = '2000-01-01' where name = 'k'")


@pytest.mark.parametrize(
    "row",
    [
        "'k', null, 'imported', null, null, 'active', null, null",
        "'k', 'other', 'imported', null, null, 'active', null, null",
        "'k', 'application:', 'imported', null, null, 'active', null, null",
        "'k', 'import', 'local', 'x', 1, 'active', null, null",
        "'k', 'log', 'local', null, 1, 'active', null, null",
        "'k', 'log', 'local', 'x', null, 'active', null, null",
        "'k', 'log', 'kms', 'x', 1, 'active', null, null",
        "'k', 'log', 'kms', null, null, 'active', null, null",
        "'k', 'log', 'imported', 'x', null, 'active', null, null",
        "'k', 'log', 'imported', null, 1, 'active', null, null",
        "'k', 'log', 'imported', null, null, 'active', now(), null",
        "'k', 'log', 'imported', null, null, 'retired', null, null",
        "'k', 'log', 'imported', null, null, 'retired', now(), now()",
        "'k', 'log', 'imported', null, null, 'compromised', now(), null",
        "'k', 'log', 'imported', null, null, 'compromised', null, now()",
    ],
)
def test_a_key_that_could_not_be_is_refused_by_the_table(session: Session, row: str) -> None:
    session.refused(
        "23514",
        "insert into kw.signing_keys (algo_id, public_key, name, scope, origin, private_key_enc,"
        f" kms_key_id, status, retired_at, compromised_at) values (9, 'x', {row})",
    )


def test_two_who_change_one_status_do_not_both_succeed(session: Session, connect: Connect) -> None:
    make(session)
    late = connect(autocommit=False)
    late.rows("set transaction isolation level repeatable read")
    late.rows("select 1 from kw.signing_keys")
    session.rows(STATUS, "k", "retired")
    late.rows(STATUS, "k", "retired")  # it is so already, as of now
    late.connection.rollback()
    assert session.value("select count(*) from kw.audit_events where object = 'k'") == 2
