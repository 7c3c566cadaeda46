"""Algorithms and levels that signatures may have, and the inventory of signing keys."""

from tests.sql.session import Session
from tests.sql.signing import (
    ENROL,
    MAKE,
    SIGN,
    VERIFY,
    Connect,
    make,
    pair,
    sign,
)


def test_a_deprecated_algorithm_verifies_and_signs_no_more(
    session: Session, connect: Connect
) -> None:
    other = connect()
    make(session)
    made = sign(other)
    session.rows("select kw.set_algorithm_status('ed25519', 'deprecated')")
    for one in (session, other):
        assert "is deprecated" in one.refused("KW200", SIGN, "k", b"m", b"c")
        assert one.value(VERIFY, "k", b"m", made, b"c") is True
    session.refused("KW200", MAKE, "n", "Ed25519", "application:a", 1)
    session.refused("KW200", ENROL, "n", "Ed25519", "application:a", pair("Ed25519")[1])
    make(session, "n", "ML-DSA-44")
    session.rows("select kw.set_algorithm_status('Ed25519', 'active')")
    assert sign(other) == made
    answer = session.refused("KW003", "select kw.set_algorithm_status('Ed25519', 'experimental')")
    assert "no policy" in answer


def test_signatures_have_a_level_that_admins_require(session: Session, connect: Connect) -> None:
    other = connect()
    for algorithm in ("Ed25519", "ML-DSA-44", "ML-DSA-65"):
        make(session, algorithm, algorithm)
    made = sign(other, "Ed25519")
    session.rows("select kw.set_setting('signature_level', 3)")
    for one in (session, other):
        assert "has no level" in one.refused("KW104", SIGN, "Ed25519", b"m", b"c")
        assert "has level 2" in one.refused("KW104", SIGN, "ML-DSA-44", b"m", b"c")
        assert sign(one, "ML-DSA-65")
        assert one.value(VERIFY, "Ed25519", b"m", made, b"c") is True
    session.refused("KW104", MAKE, "n", "Ed25519", "application:a", 1)
    session.refused("KW104", ENROL, "n", "ECDSA-P-256", "import", pair("ECDSA-P-256")[1])
    make(session, "log", "Ed25519", "log")  # whose formats prescribe it
    session.rows("select kw.set_setting('signature_level', 0)")
    assert sign(other, "Ed25519") == made


def test_the_inventory_has_every_signing_key_with_what_it_depends_on(session: Session) -> None:
    make(session, "pq", "ML-DSA-65")
    make(session, "classical", "ECDSA-P-256", "log")
    session.value(ENROL, "away", "ML-DSA-87", "import", pair("ML-DSA-87")[1])
    session.policy("root", "single", 1, layers=[session.kem("ML-KEM-768+X25519")])
    branch, _ = session.branch("root")
    make(session, "below", "ML-DSA-44", key=branch)
    query = "select name, origin, nist_level, is_post_quantum, algorithms from kw.signing_inventory"
    sealed = ["AES-256-GCM", "HKDF-SHA-256"]
    rows = session.rows(f"{query} order by signing_key_id")
    assert rows[:3] == [
        ("pq", "local", 3, True, [*sealed, "ML-DSA-65", "SHA-256"]),
        ("classical", "local", None, False, [sealed[0], "ECDSA-P-256", sealed[1], "SHA-256"]),
        ("away", "imported", 5, True, ["ML-DSA-87"]),
    ]
    assert rows[3][:4] == ("below", "local", 2, True)
    assert {"ML-KEM-768", "X25519", "ML-KEM-768+X25519", "ML-DSA-44"} <= set(rows[3][4])


def test_a_key_sealed_by_less_than_aes_256_has_no_level(session: Session) -> None:
    make(session, "pq", "ML-DSA-65")
    session.rows("alter table kw.kms_keys disable trigger guard_immutable")
    session.rows("update kw.kms_keys set algorithm = 'RSA-OAEP-256' where id = 1")
    query = "select nist_level, is_post_quantum from kw.signing_inventory"
    assert session.rows(query) == [(None, False)]
