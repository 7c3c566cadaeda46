"""The same state gives the same answer in every session, and a good leg is used."""

from collections.abc import Callable

import pytest

from tests.sql.session import Session

CLOSING = {
    "leg": "select kw.set_kms_key_status(1, 'disabled')",
    "other leg": "select kw.set_kms_key_status(2, 'disabled')",
    "layer": "select kw.set_kms_key_status(max(id), 'disabled') from kw.kms_keys",
    "provider": "select kw.set_provider_enabled('local', false)",
    "wrapper": "select kw.set_wrapper_status(kw.lookup('people', 1, 'ssn'), 'retired')",
    "shred": "select kw.shred('people', 1, 'ssn')",
}


@pytest.mark.parametrize("mode", ["both", "either", "single"])
@pytest.mark.parametrize("closing", CLOSING)
def test_who_made_a_wrapper_with_layers_is_answered_as_all_others_are(
    session: Session, connect: Callable[..., Session], mode: str, closing: str
) -> None:
    session.policy("layered", mode, *([1] if mode == "single" else [1, 2]), layers=[session.kem()])
    session.bind("people", "1", "ssn", policy="layered")
    session.encrypt("people", "1", "ssn", b"x")
    other = connect()
    other.encrypt("people", "1", "ssn", b"x")
    admin, fresh = connect(), connect()
    admin.rows(CLOSING[closing])
    answers = []
    for one in (session, other, fresh):
        try:
            one.encrypt("people", "1", "ssn", b"x")
            answers.append("none")
        except Exception as error:
            answers.append(f"{getattr(error, 'sqlstate', '')} {str(error).splitlines()[0]}")
    assert answers == [answers[0]] * 3


@pytest.mark.parametrize("number", [1, 2])
def test_mode_either_uses_its_good_leg_beside_one_of_a_kem_key(
    session: Session, connect: Callable[..., Session], number: int
) -> None:
    """The key of a leg holds a KEM's public key, as after a restore into another keystore."""
    wrapper = session.bind("people", "1", "ssn")
    sealed = session.encrypt("people", "1", "ssn", b"x")
    session.rows("set session_replication_role = replica")
    session.rows("alter table kw.kms_keys disable trigger guard_immutable")
    session.rows(
        "update kw.kms_keys set public_key = (select public_key from kw.kms_keys where id = %s),"
        " external_key_ref = 'no name of a file' where id = %s",
        session.sealed_kem(number),
        number,
    )
    session.rows("alter table kw.kms_keys enable always trigger guard_immutable")
    fresh = connect()
    assert fresh.decrypt("people", "1", "ssn", sealed) == b"x"
    used = "the other leg was used" in fresh.heard()
    assert used == (number == 1)  # leg 1 is tried first
    problems = session.rows("select leg, sqlstate from kw.verify(%s)", wrapper)
    assert problems == [(number, "KW203")]


def test_what_a_table_key_encrypted_in_a_shredded_column_does_not_open(session: Session) -> None:
    session.bind("people", "*")
    sealed = session.encrypt("people", "1", "ssn", b"x")
    elsewhere = session.encrypt("people", "1", "note", b"y")
    session.bind("people", "*", "ssn")
    newer = session.encrypt("people", "1", "ssn", b"z")
    assert session.decrypt("people", "1", "ssn", sealed) == b"x"
    session.rows("select kw.shred('people', '*', 'ssn', whole => true)")
    for one in (sealed, newer):
        session.refused("KW301", "select kw.decrypt('people', 1, 'ssn', %s)", one)
        session.refused(
            "KW301", "select kw.decrypt_many('people', array['1'], 'ssn', array[%s::bytea])", one
        )
    session.refused("KW301", "select kw.encrypt('people', 1, 'ssn', 'x')")
    assert session.decrypt("people", "1", "note", elsewhere) == b"y"
