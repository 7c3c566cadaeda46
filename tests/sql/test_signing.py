"""Signatures: what they are of, and the arguments of the calls."""

import base64

import cryptography_vectors
import pytest
from kwruntime.crypto import signatures
from kwshared.algorithms import SIGNATURES

from tests.sql.session import Session
from tests.sql.signing import (
    ENROL,
    MAKE,
    NAMES,
    SIGN,
    VERIFY,
    Connect,
    make,
    pair,
    sign,
)

# -- every algorithm ------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", NAMES)
def test_a_key_signs_and_its_signature_is_good_for_that_message_and_context_only(
    session: Session, connect: Connect, algorithm: str
) -> None:
    make(session, algorithm=algorithm)
    make(session, "other", algorithm)
    for one in (session, connect()):
        made = sign(one, message=b"message", context=b"context")
        assert len(made) == SIGNATURES[algorithm].signature_bytes
        changed = bytes([made[0] ^ 1]) + made[1:]
        for expected, name, message, signature, context in (
            (True, "k", b"message", made, b"context"),
            (False, "k", b"messagE", made, b"context"),
            (False, "k", b"message", changed, b"context"),
            (False, "k", b"message", made[:-1], b"context"),
            (False, "k", b"message", made + b"\0", b"context"),
            (False, "k", b"message", b"", b"context"),
            (False, "k", b"message", made, b"contexT"),
            (False, "k", b"message", made, b""),
            (False, "other", b"message", made, b"context"),
        ):
            assert session.value(VERIFY, name, message, signature, context) is expected


@pytest.mark.parametrize("algorithm", NAMES)
def test_a_signature_is_what_the_format_says(session: Session, algorithm: str) -> None:
    """Made there it verifies by the enrolled public key, made here by the stored one."""
    private, public = pair(algorithm)
    session.value(ENROL, "away", algorithm, "application:a", public)
    made = signatures.sign_message(private, b"message", b"context")
    assert session.value(VERIFY, "away", b"message", made, b"context") is True
    bare = private.sign(b"message")
    assert session.value(VERIFY, "away", b"message", bare, b"") is algorithm.startswith("ML-DSA")
    make(session, algorithm=algorithm)
    stored = session.value("select public_key from kw.signing_keys where name = 'k'")
    held = signatures.public_key(SIGNATURES[algorithm], stored)
    made = sign(session, message=b"message", context=b"context")
    assert signatures.verify_message(held, made, b"message", b"context")


@pytest.mark.parametrize("algorithm", [name for name in NAMES if name.startswith("ML-DSA")])
def test_the_published_vectors_of_ml_dsa_verify(session: Session, algorithm: str) -> None:
    file = f"asymmetric/MLDSA/kat_MLDSA_{algorithm[-2:]}_det_pure.rsp"
    with cryptography_vectors.open_vector_file(file, "r") as opened:
        records = opened.read().split("count = ")[1:6]
    for number, record in enumerate(records):
        lines = dict(line.partition(" = ")[::2] for line in record.splitlines())
        public, context, message, signed = (
            bytes.fromhex(lines[member]) for member in ("pk", "ctx", "msg", "sm")
        )
        name = f"vector {number}"
        session.value(ENROL, name, algorithm, "application:vectors", public)
        signature = signed[: SIGNATURES[algorithm].signature_bytes]
        assert session.value(VERIFY, name, message, signature, context) is True
        assert session.value(VERIFY, name, message, signature, b"other") is False


def test_the_published_vector_of_dsse_verifies(session: Session) -> None:
    x = 46950820868899156662930047687818585632848591499744589407958293238635476079160
    y = 5640078356564379163099075877009565129882514886557779369047442380624545832820
    public = b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")
    session.value(ENROL, "dsse", "ES256", "application:dsse", public)
    signature = base64.b64decode(
        "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="
    )
    context = b"http://example.com/HelloWorld"
    assert session.value(VERIFY, "dsse", b"hello world", signature, context) is True
    assert session.value(VERIFY, "dsse", b"hello worlD", signature, context) is False


@pytest.mark.parametrize("algorithm", NAMES)
def test_many_are_signed_and_verified_in_order(session: Session, algorithm: str) -> None:
    make(session, algorithm=algorithm)
    messages = [b"one", None, b"", b"three"]
    made = session.value("select kw.sign_many('k', %s::bytea[], 'c')", messages)
    assert [one is None for one in made] == [False, True, False, False]
    query = "select kw.verify_signature_many('k', %s::bytea[], %s::bytea[], %s)"
    assert session.value(query, messages, made, b"c") == [True, False, True, True]
    assert session.value(query, messages, made[::-1], b"c") == [False] * 4
    assert session.value(query, messages, made, b"d") == [False] * 4
    assert session.value(query, [], [], b"c") == []
    for call in ("kw.sign_many('k', null)", "kw.verify_signature_many('k', null, '{}')"):
        assert session.value(f"select {call}") is None


# -- arguments ------------------------------------------------------------------------------------


def test_null_is_never_a_good_signature(session: Session) -> None:
    make(session)
    assert session.value(SIGN, "k", None, b"c") is None
    made = sign(session)
    for message, signature in ((None, None), (None, made), (b"m", None)):
        assert session.value(VERIFY, "k", message, signature, b"c") is False
    for query in (SIGN, "select kw.verify_signature(%s, %s, 'x', %s)"):
        assert "context is null" in session.refused("KW003", query, "k", b"m", None)
        assert "name is null" in session.refused("KW003", query, None, b"m", b"c")


def test_a_context_is_at_most_255_bytes_and_a_message_any_size(session: Session) -> None:
    for algorithm in NAMES:
        make(session, algorithm, algorithm)
        longest = b"c" * 255
        made = sign(session, algorithm, b"", longest)
        assert session.value(VERIFY, algorithm, b"", made, longest) is True
        query = "select kw.sign(%s, convert_to(repeat('x', 20000000), 'UTF8'), 'c')"
        made = session.value(query, algorithm)
        query = "select kw.verify_signature(%s, convert_to(repeat('x', {}), 'UTF8'), %s, 'c')"
        assert session.value(query.format(20000000), algorithm, made) is True
        assert session.value(query.format(19999999), algorithm, made) is False
    session.refused("KW003", SIGN, NAMES[0], b"m", b"c" * 256)
    session.refused("KW003", VERIFY, NAMES[0], b"m", b"s", b"c" * 256)


def test_lists_of_different_lengths_or_more_dimensions_are_refused(session: Session) -> None:
    make(session)
    many = "select kw.verify_signature_many('k', %s::bytea[], %s::bytea[], 'c', %s::timestamptz[])"
    session.refused("KW003", many, [b"a", b"b"], [b"s"], None)
    session.refused("KW003", many, [b"a"], [b"s"], [None, None])
    session.refused("KW003", many, [[b"a"]], [[b"s"]], None)
    session.refused("KW003", "select kw.sign_many('k', %s::bytea[])", [[b"a"]])


@pytest.mark.parametrize(
    ("name", "algorithm", "scope"),
    [
        ("", "Ed25519", "log"),
        ("n" * 121, "Ed25519", "log"),
        (None, "Ed25519", "log"),
        ("k", None, "log"),
        ("k", "Ed25519", None),
        ("k", "Ed448", "log"),
        ("k", "X25519", "log"),
        ("k", "AES-256-GCM", "log"),
        ("k", "Ed25519", ""),
        ("k", "Ed25519", "application:"),
        ("k", "Ed25519", "Application:a"),
        ("k", "Ed25519", "logs"),
        ("k", "Ed25519", "application:" + "a" * 109),
    ],
)
def test_a_key_of_no_name_algorithm_or_scope_is_refused(
    session: Session, name: str | None, algorithm: str | None, scope: str | None
) -> None:
    session.refused("KW003", MAKE, name, algorithm, scope, 1)
    session.refused("KW003", ENROL, name, algorithm, scope, pair("Ed25519")[1])
    assert session.rows("select * from kw.signing_keys") == []


@pytest.mark.parametrize("algorithm", NAMES)
def test_a_public_key_that_is_none_is_refused(session: Session, algorithm: str) -> None:
    _, public = pair(algorithm)
    for wrong in (b"", public[:-1], public + b"\0", None):
        session.refused("KW003", ENROL, "k", algorithm, "application:a", wrong)
    if algorithm == "Ed25519":  # under which one signature is good for any message
        session.refused("KW003", ENROL, "k", algorithm, "application:a", b"\1" + bytes(31))
    if algorithm == "ECDSA-P-256":
        wrong = public[:-1] + bytes([public[-1] ^ 1])
        session.refused("KW003", ENROL, "k", algorithm, "application:a", wrong)


def test_names_of_algorithms_are_those_of_the_catalogue_in_any_case(session: Session) -> None:
    for number, name in enumerate(("es256", "ECDSA P-256", "mldsa44", "ed25519")):
        make(session, f"k{number}", name)
    query = (
        "select a.name::text from kw.signing_keys s join kw.crypto_algorithms a on a.id = s.algo_id"
        " order by s.id"
    )
    assert session.values(query) == ["ECDSA-P-256", "ECDSA-P-256", "ML-DSA-44", "Ed25519"]


# -- what a call asks the database ----------------------------------------------------------------

# Counts the queries of signing keys that the session asks from now on.
COUNTED = """
do language plpython3u $$
from kwruntime.call import SESSION
from kwruntime.postgres.server import Server
server = SESSION.of(Server)
GD["asked"], execute = [], server.execute
def counting(query, *arguments):
    if "kw.signing_keys" in query.text:
        GD["asked"].append(query.text)
    return execute(query, *arguments)
server.execute = counting
$$
"""
ASKED = """
create function pg_temp.asked() returns integer language plpython3u as $$
count = len(GD["asked"])
GD["asked"].clear()
return count
$$
"""


def test_a_call_asks_for_its_signing_key_once(session: Session, connect: Connect) -> None:
    make(session)
    other = connect()
    made = sign(other)
    other.rows(COUNTED)
    other.rows(ASKED)
    sign(other)
    assert other.value("select pg_temp.asked()") == 1
    assert other.value(VERIFY, "k", b"m", made, b"c") is True
    assert other.value("select pg_temp.asked()") == 1
    many = "select kw.verify_signature_many('k', array['m', 'n']::bytea[], array[%s, %s], 'c')"
    assert other.value(many, made, made) == [True, False]
    assert other.value("select pg_temp.asked()") == 1
