"""Signing keys: each has one name and one scope; by whom they are made and used."""

import time
from concurrent.futures import ThreadPoolExecutor

from kwruntime.crypto import signatures

from tests.sql.session import Session
from tests.sql.signing import (
    ENROL,
    MAKE,
    ROLES,
    SIGN,
    STATUS,
    VERIFY,
    Connect,
    MakeRole,
    make,
    pair,
    sign,
)

# -- one key, one name, one scope -----------------------------------------------------------------


def test_a_name_or_a_public_key_is_enrolled_once(session: Session) -> None:
    _, public = pair("Ed25519")
    session.value(ENROL, "one", "Ed25519", "application:a", public)
    answer = session.refused("KW102", ENROL, "two", "Ed25519", "application:b", public)
    assert 'as signing key "one"' in answer
    session.refused("KW102", ENROL, "one", "Ed25519", "application:a", pair("Ed25519")[1])
    session.refused("KW102", MAKE, "one", "Ed25519", "application:a", 1)
    make(session)
    own = session.value("select public_key from kw.signing_keys where name = 'k'")
    session.refused("KW102", ENROL, "k too", "Ed25519", "import", own)


def test_if_not_exists_returns_the_key_that_is_as_asked_for(session: Session) -> None:
    again = "select kw.create_signing_key(%s, %s, %s, %s, if_not_exists => true)"
    made = session.value(again, "k", "Ed25519", "application:a", 1)
    assert session.value(again, "k", "ed25519", "application:a", 1) == made
    for algorithm, scope in (("ML-DSA-44", "application:a"), ("Ed25519", "log")):
        assert "differs" in session.refused("KW102", again, "k", algorithm, scope, 1)
    assert "its KMS key is 1, not 2" in session.refused(
        "KW102", again, "k", "Ed25519", "application:a", 2
    )
    again = "select kw.import_signing_key(%s, %s, %s, %s, if_not_exists => true)"
    _, public = pair("Ed25519")
    made = session.value(again, "p", "Ed25519", "application:a", public)
    assert session.value(again, "p", "Ed25519", "application:a", public) == made
    other = pair("Ed25519")[1]
    assert "public key differs" in session.refused(
        "KW102", again, "p", "Ed25519", "application:a", other
    )
    assert "origin" in session.refused("KW102", again, "k", "Ed25519", "application:a", other)


def test_one_of_two_who_enrol_a_public_key_at_once_finds_the_other(
    session: Session, connect: Connect
) -> None:
    _, public = pair("Ed25519")
    first = connect(autocommit=False)
    first.value(ENROL, "one", "Ed25519", "application:a", public)
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(session.refused, "KW102", ENROL, "two", "Ed25519", "import", public)
        waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and pid = %s"
        while first.value(waits, session.connection.info.backend_pid) == 0:
            time.sleep(0.01)
        first.connection.commit()
        assert 'as signing key "one"' in late.result()


def test_an_application_neither_signs_nor_verifies_with_keys_of_other_scopes(
    session: Session,
) -> None:
    make(session, "log", scope="log")
    private, public = pair("Ed25519")
    session.value(ENROL, "import", "Ed25519", "import", public)
    made = signatures.sign_message(private, b"m", b"c")
    for name in ("log", "import"):
        for query in (
            SIGN,
            "select kw.sign_many(%s, array[%s]::bytea[], %s)",
            "select kw.verify_signature(%s, %s, '', %s)",
            "select kw.verify_signature_many(%s, array[%s]::bytea[], array['']::bytea[], %s)",
        ):
            assert "scope" in session.refused("KW102", query, name, b"m", b"c")
        session.refused("KW102", VERIFY, name, b"m", made, b"c")
    assert "import_signing_key" in session.refused("KW003", MAKE, "i", "Ed25519", "import", 1)


def test_a_key_that_does_not_exist_or_cannot_seal_is_refused(session: Session) -> None:
    session.refused("KW101", MAKE, "k", "Ed25519", "log", 99)
    session.refused("KW200", MAKE, "k", "Ed25519", "log", session.kem())
    create = "select kw.create_kms_key('local', 'signs', 'sign', 'Ed25519')"
    assert "does not hold signing keys" in session.refused("KW203", create)
    of_earlier = (  # earlier versions registered such keys, which nothing could use
        "insert into kw.kms_keys (provider_id, external_key_ref, purpose)"
        " select provider_id, 'signs', 'sign' from kw.kms_keys where id = 1 returning id"
    )
    session.refused("KW203", MAKE, "k", "Ed25519", "log", session.value(of_earlier))
    retired = session.key()
    session.rows("select kw.set_kms_key_status(%s, 'retired')", retired)
    session.refused("KW200", MAKE, "k", "Ed25519", "log", retired)
    for query in (SIGN, "select kw.verify_signature(%s, %s, '', %s)"):
        assert 'signing key "none"' in session.refused("KW101", query, "none", b"m", b"c")
    session.refused("KW101", STATUS, "none", "retired")


def test_a_key_whose_private_key_is_elsewhere_does_not_sign(session: Session) -> None:
    session.value(ENROL, "away", "Ed25519", "application:a", pair("Ed25519")[1])
    assert "only its public key" in session.refused("KW200", SIGN, "away", b"m", b"c")


# -- roles ----------------------------------------------------------------------------------------


def test_signers_sign_everybody_verifies_and_admins_administer(
    session: Session, connect: Connect, make_role: MakeRole
) -> None:
    make(session)
    made = sign(session)
    for role in ROLES:
        one = connect(make_role(role))
        assert one.value(VERIFY, "k", b"m", made, b"c") is True
        many = "select kw.verify_signature_many('k', array['m']::bytea[], array[%s], 'c')"
        assert one.value(many, made) == [True]
        if role == "kw_signer":
            assert sign(one) == made
            assert one.value("select kw.sign_many('k', array['m']::bytea[], 'c')") == [made]
        else:
            one.refused("42501", SIGN, "k", b"m", b"c")
            one.refused("42501", "select kw.sign_many('k', array['m']::bytea[])")
        name = f"of {role}"
        if role == "kw_admin":
            make(one, name)
            one.value(ENROL, f"{name} too", "Ed25519", "import", pair("Ed25519")[1])
            one.rows(STATUS, name, "retired")
        else:
            one.refused("42501", MAKE, name, "Ed25519", "log", 1)
            one.refused("42501", ENROL, name, "Ed25519", "log", b"")
            one.refused("42501", STATUS, "k", "retired")
        one.refused("42501", "select private_key_enc from kw.signing_keys")
    nobody = connect(make_role())
    nobody.refused("42501", VERIFY, "k", b"m", made, b"c")


def test_it_signs_and_verifies_where_nothing_can_be_written(
    session: Session, connect: Connect, make_role: MakeRole
) -> None:
    make(session)
    signer = connect(make_role("kw_signer"))
    signer.rows("set default_transaction_read_only = on")
    made = sign(signer)
    assert signer.value(VERIFY, "k", b"m", made, b"c") is True


def test_an_old_snapshot_does_not_bring_a_key_back(session: Session, connect: Connect) -> None:
    make(session)
    old = connect(autocommit=False)
    old.rows("set transaction isolation level repeatable read")
    made = sign(old)
    session.rows(STATUS, "k", "compromised")
    old.refused("KW200", SIGN, "k", b"m", b"c")
    old.connection.rollback()
    old.rows("set transaction isolation level repeatable read")
    old.rows("select 1")
    assert old.value(VERIFY, "k", b"m", made, b"c") is False


# -- the audit ------------------------------------------------------------------------------------


def test_changes_are_audited_and_signatures_are_lines_of_the_log(session: Session) -> None:
    make(session, algorithm="ML-DSA-44")
    session.value(ENROL, "p", "Ed25519", "import", pair("Ed25519")[1])
    before = session.value("select max(id) from kw.audit_events")
    sign(session)
    assert session.value("select max(id) from kw.audit_events") == before
    session.rows(STATUS, "k", "retired")
    session.rows(STATUS, "k", "retired")
    session.rows(STATUS, "k", "compromised")
    events = session.rows(
        "select action, object, details from kw.audit_events order by id desc limit 4"
    )
    assert [row[:2] for row in events[::-1]] == [
        ("create_signing_key", "k"),
        ("import_signing_key", "p"),
        ("set_signing_key_status", "k"),
        ("set_signing_key_status", "k"),
    ]
    assert events[3][2] == {
        "algorithm": "ML-DSA-44", "scope": "application:a", "key": 1, "activated": True,
    }  # fmt: skip
    assert events[1][2] == {"old": "active", "new": "retired"}
    assert events[0][2] == {"old": "retired", "new": "compromised", "since": "activation"}
