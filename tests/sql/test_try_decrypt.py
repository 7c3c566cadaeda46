"""One bad row spoils no list: kw.try_decrypt and its kin, and what kw.describe tells."""

# ruff: noqa: E501
from collections.abc import Callable

import pytest

from tests.sql.session import Session

SCALAR = "select kw.try_decrypt_text('people', %s::text, 'ssn', %s)"


@pytest.fixture
def rows(session: Session) -> dict[str, bytes]:
    """Values under a column's key and under keys of their own, one of them shredded."""
    session.bind("people", "*", "ssn")
    session.bind("people", "3", "ssn")
    session.bind("people", "4", "ssn")
    sealed = {
        pk: session.encrypt("people", pk, "ssn", f"of {pk}".encode()) for pk in ("1", "2", "3", "4")
    }
    session.rows("select kw.shred('people', 4, 'ssn')")
    return sealed


def test_what_is_shredded_or_does_not_decrypt_is_null(
    session: Session, rows: dict[str, bytes]
) -> None:
    changed = rows["2"][:-1] + bytes([rows["2"][-1] ^ 1])
    unknown = rows["1"][:2] + b"\x01" * 8 + rows["1"][10:]
    later = rows["1"][:10] + b"\x00\x00\x00\x09" + rows["1"][14:]
    cases = [
        ("1", rows["1"], "of 1"), ("2", changed, None), ("2", rows["1"], None), ("3", rows["3"], "of 3"),
        ("4", rows["4"], None), ("4", rows["1"], None), ("1", b"plaintext", None), ("1", b"", None),
        ("1", unknown, None), ("1", later, None), ("1", rows["1"][:20], None), ("1", None, None),
    ]  # fmt: skip
    for pk, value, plain in cases:
        assert session.value(SCALAR, pk, value) == plain
    pks, values = [pk for pk, _, _ in cases], [value for _, value, _ in cases]
    expected = [text for _, _, text in cases]
    query = "select kw.try_decrypt_text_many('people', %s::text[], 'ssn', %s)"
    assert session.value(query, pks, values) == expected
    as_bytes = [None if text is None else text.encode() for text in expected]
    query = "select kw.try_decrypt_many('people', %s::text[], 'ssn', %s)"
    assert session.value(query, pks, values) == as_bytes
    query = "select kw.try_decrypt_many_by_bigint('people', %s::bigint[], 'ssn', %s)"
    assert session.value(query, pks, values) == as_bytes
    for pk in ("%s::bigint", "%s::text"):
        query = f"select kw.try_decrypt('people', {pk}, 'ssn', %s)"
        assert session.value(query, "4", rows["4"]) is None
    assert session.value("select kw.try_decrypt_many('people', '{}', 'ssn', null)") is None


def test_bytes_that_are_no_text_are_null_as_text_only(session: Session) -> None:
    session.bind("people", "*", "ssn")
    sealed = session.encrypt("people", "1", "ssn", b"\xff\x00")
    assert session.value(SCALAR, "1", sealed) is None
    assert session.value("select kw.try_decrypt('people', 1, 'ssn', %s)", sealed) == b"\xff\x00"


def test_what_is_not_permitted_or_cannot_be_reached_is_an_error(
    session: Session,
    connect: Callable[..., Session],
    make_role: Callable[..., str],
    rows: dict[str, bytes],
) -> None:
    client = connect(make_role("kw_client"))
    client.refused("KW100", SCALAR, "1", rows["1"])
    client.refused("KW100", SCALAR, "4", rows["4"])
    session.refused("KW003", SCALAR, "x", rows["1"])
    session.refused(
        "KW003", "select kw.try_decrypt_text('people', null::text, 'ssn', %s)", rows["1"]
    )
    wrapper = session.lookup("people", "3", "ssn")
    session.rows("select kw.set_wrapper_status(%s::uuid, 'retired')", wrapper)
    session.refused("KW212", SCALAR, "3", rows["3"])
    query = "select kw.try_decrypt_text_many('people', '{1,3}', 'ssn', %s)"
    session.refused("KW212", query, [rows["1"], rows["3"]])
    session.rows("select kw.set_kms_key_status(id, 'disabled') from kw.kms_keys")
    for other in (session, connect()):
        with pytest.raises(Exception, match="disabled"):
            other.value(SCALAR, "1", rows["1"])


# -- describe -------------------------------------------------------------------------------------

COLUMNS = "suite, generation, entity_table, entity_pk, field_name, status, is_current"
DESCRIBE = f"select {COLUMNS} from kw.describe(%s)"


def test_a_ciphertext_is_described_without_being_opened(
    session: Session, rows: dict[str, bytes]
) -> None:
    wide = ("public.people", "*", "ssn")
    assert session.rows(DESCRIBE, rows["1"]) == [("XAES-256-GCM", 1, *wide, "live", True)]
    session.rows("select kw.rotate('people', '*', 'ssn')")
    newer = session.encrypt("people", "1", "ssn", b"x")
    assert session.rows(DESCRIBE, rows["1"]) == [("XAES-256-GCM", 1, *wide, "live", False)]
    assert session.rows(DESCRIBE, newer) == [("XAES-256-GCM", 2, *wide, "live", True)]
    cell = ("AES-256-GCM", 1, "public.people", "4", "ssn", "shredded", False)
    assert session.rows(DESCRIBE, rows["4"]) == [cell]
    query = "select b.id = (kw.describe(%s)).binding_id from kw.encryption_bindings b where b.entity_pk = '3'"
    assert session.value(query, rows["3"]) is True
    session.rows("select kw.set_kms_key_status(id, 'disabled') from kw.kms_keys")
    assert session.rows(DESCRIBE, rows["1"]) == [("XAES-256-GCM", 1, *wide, "live", False)]
    for none in (b"", b"plaintext", rows["1"][:53], None):
        assert session.rows("select kw.describe(%s) is null", none) == [(True,)]


def test_many_are_described_in_order_as_each_would_be(
    session: Session,
    connect: Callable[..., Session],
    make_role: Callable[..., str],
    rows: dict[str, bytes],
) -> None:
    session.bind("people", "*", "note")
    note = session.encrypt("people", "1", "note", b"x")
    values = [rows["4"], None, b"plaintext", rows["1"], note, rows["3"], rows["1"][:53], rows["1"]]
    role = make_role("kw_client")
    session.rows(f"grant select (ssn) on people to {role}")
    client = connect(role)
    for one in (session, client):
        each = [(one.rows(DESCRIBE, value) or [(None,) * 7])[0] for value in values]
        assert one.rows(f"select {COLUMNS} from kw.describe_many(%s)", values) == each
    assert client.rows(DESCRIBE, note)[0][2] is None
    assert session.rows("select from kw.describe_many(null)") == []
    assert session.rows("select from kw.describe_many('{}')") == []
    session.refused("KW003", "select kw.describe_many(%s)", [[b"x"]])


def test_who_may_not_read_a_field_learns_no_more_than_the_ciphertext_says(
    session: Session,
    connect: Callable[..., Session],
    make_role: Callable[..., str],
    rows: dict[str, bytes],
) -> None:
    role = make_role("kw_client")
    client, auditor = connect(role), connect(make_role("kw_auditor"))
    unknown = rows["1"][:2] + b"\x01" * 8 + rows["1"][10:]
    header_only = [("XAES-256-GCM", 1, None, None, None, None, None)]
    assert client.rows(DESCRIBE, rows["1"]) == header_only == client.rows(DESCRIBE, unknown)
    assert auditor.rows(DESCRIBE, rows["1"]) == session.rows(DESCRIBE, rows["1"])
    session.rows(f"grant select (ssn) on people to {role}")
    assert client.rows(DESCRIBE, rows["1"]) == session.rows(DESCRIBE, rows["1"])
    connect(make_role("kw_operator")).refused("42501", DESCRIBE, rows["1"])


def flipped(value: bytes, place: int) -> bytes:
    """Return a value with one bit of a byte changed."""
    made = bytearray(value)
    made[place] ^= 1
    return bytes(made)


def test_a_damaged_value_in_a_list_under_one_key_spoils_no_other(session: Session) -> None:
    session.bind("people", "*", "ssn")
    pks = [str(number) for number in range(1, 9)]
    one_by_one = [session.encrypt("people", pk, "ssn", pk.encode()) for pk in pks]
    query = "select kw.encrypt_many('people', %s::text[], 'ssn', %s)"
    together = session.value(query, pks, [pk.encode() for pk in pks])
    many = "select kw.try_decrypt_many('people', %s::text[], 'ssn', %s)"
    for sealed in (one_by_one, together):
        assert session.value(many, pks, sealed) == [pk.encode() for pk in pks]
        whole = sealed[3]
        damaged: list[bytes | None] = [whole[:length] for length in (14, 15, 25, 26, 38, 53)]
        damaged += [flipped(whole, place) for place in (0, 1, 9, 13, 14, 30, -1)]
        damaged += [sealed[4], None]
        for value in damaged:
            values = [*sealed[:3], value, *sealed[4:]]
            expected = [None if pk == "4" else pk.encode() for pk in pks]
            assert session.value(many, pks, values) == expected, value
