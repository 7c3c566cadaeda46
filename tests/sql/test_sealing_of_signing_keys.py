"""Signing keys and the KMS key that seals their private keys."""

from collections.abc import Callable

import pytest

from tests.conftest import Keystore
from tests.sql.session import Session
from tests.sql.signing import (
    ENROL,
    SIGN,
    STATUS,
    VERIFY,
    Connect,
    make,
    pair,
    sign,
)


def test_the_status_of_the_sealing_key_bites_at_the_next_call_of_every_session(
    session: Session, connect: Connect
) -> None:
    sealing, other = session.key(), connect()
    make(session, key=sealing)
    made = sign(other)
    assert sign(session) == made
    session.heard()
    session.rows("select kw.set_kms_key_status(%s, 'disabled')", sealing)
    assert f"key {sealing} disabled; 1 signing keys cannot sign" in session.heard()
    for one in (session, other, connect()):
        assert "disabled" in one.refused("KW200", SIGN, "k", b"m", b"c")
        assert one.value(VERIFY, "k", b"m", made, b"c") is True  # it needs no private key
    session.rows("select kw.set_kms_key_status(%s, 'retired')", sealing)
    for one in (session, other):
        assert sign(one) == made  # a retired key opens
    session.rows("select kw.set_provider_enabled('local', false)")
    for one in (session, other):
        one.refused("KW200", SIGN, "k", b"m", b"c")


def test_a_key_below_a_branch_closes_with_what_is_above_the_branch(
    session: Session, connect: Connect
) -> None:
    root, other = session.key(), connect()
    session.policy("root", "single", root)
    branch, uuid = session.branch("root")
    make(session, key=branch)
    made = sign(other)
    session.rows("select kw.set_kms_key_status(%s, 'disabled')", root)
    other.refused("KW200", SIGN, "k", b"m", b"c")
    session.rows("select kw.set_kms_key_status(%s, 'active')", root)
    assert sign(other) == made
    session.rows("select kw.set_wrapper_status(%s, 'retired')", uuid)
    other.refused("KW212", SIGN, "k", b"m", b"c")


def test_a_key_whose_kms_key_is_lost_does_not_sign_once_its_time_is_over(
    session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    store = make_keystore()
    session.rows("select kw.add_provider(%s, 'local')", store.name)
    make(session, key=session.key(store.name))
    made = sign(session)
    (file,) = store.directory.iterdir()
    file.rename(file.with_suffix(".lost"))
    assert sign(session) == made  # opened before
    session.rows("select kw.set_setting('cache_seconds', 0)")
    session.refused("KW201", SIGN, "k", b"m", b"c")


@pytest.mark.parametrize(
    "change",
    [
        "private_key_enc = set_byte(private_key_enc, 40, get_byte(private_key_enc, 40) # 1)",
        "name = 'renamed'",
        "scope = 'application:b'",
        "kms_key_id = 2",
        "public_key = (select public_key from kw.signing_keys where name = 'other')",
        "private_key_enc = (select private_key_enc from kw.signing_keys where name = 'other')",
        "algo_id = (select id from kw.crypto_algorithms where name = 'ML-DSA-44')",
        "private_key_enc = ''",
    ],
)
def test_a_row_that_was_changed_beneath_the_triggers_does_not_sign(
    session: Session, connect: Connect, change: str
) -> None:
    make(session)
    make(session, "other")
    other = connect()
    sign(other)  # what it keeps is of the row as it was
    session.rows("drop index kw.signing_keys_public_key")
    session.rows("alter table kw.signing_keys disable trigger guard_immutable")
    session.rows(f"update kw.signing_keys set {change} where name = 'k'")
    name = "renamed" if change.startswith("name") else "k"
    for one in (session, other):
        one.refused("KW211", SIGN, name, b"m", b"c")


def test_verify_opens_the_private_keys_that_will_be_needed(session: Session) -> None:
    make(session)
    make(session, "old")
    session.value(ENROL, "away", "Ed25519", "application:a", pair("Ed25519")[1])
    assert session.rows("select * from kw.verify()") == []
    session.rows("alter table kw.signing_keys disable trigger guard_immutable")
    session.rows("update kw.signing_keys set private_key_enc = 'x' where origin = 'local'")
    problems = session.rows("select id, wrapper, kms_key_id, sqlstate, problem from kw.verify()")
    assert [row[:4] for row in problems] == [(None, None, 1, "KW211")] * 2
    assert 'signing key "k"' in problems[0][4]
    page = "select problems from kw.verify_page(most => %s)"
    session.rows("select kw.wrap()")
    assert session.value(page, 0) == []
    assert session.value(page, 1) == []  # it does not come to the end
    assert len(session.value(page, 2)) == 2
    session.rows(STATUS, "old", "retired")  # its private key is not used again
    assert len(session.value(page, 2)) == 1


def test_a_drill_without_the_kms_of_a_signing_key_says_that_it_is_lost(
    session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    store = make_keystore()
    session.rows("select kw.add_provider(%s, 'local')", store.name)
    make(session, key=session.key(store.name))
    made = sign(session)
    page = "select problems from kw.verify_page(without_providers => array[%s])"
    (problem,) = session.value(page, store.name)
    assert 'signing key "k"' in problem["problem"]
    assert sign(session) == made


def test_a_key_that_seals_an_active_signing_key_is_not_safe_to_destroy(session: Session) -> None:
    sealing = session.key()
    make(session, key=sealing)
    session.rows("select kw.set_kms_key_status(%s, 'retired')", sealing)
    query = "select * from kw.safe_to_destroy(%s) where not ok"
    assert session.values(query, sealing) == ["safe to destroy", "signing keys"]
    (row,) = session.values("select to_jsonb(d) from kw.key_dependents(%s) d", sealing)
    assert (row["kind"], row["name"], row["opens_without"]) == ("signing key", "k", False)
    session.rows(STATUS, "k", "retired")
    assert "signing keys" not in session.values(query, sealing)
