"""Values encrypted and decrypted, one and many."""

from collections.abc import Callable

import pytest

from tests.sql.session import Session

PLACES = {"cell": ("1", "ssn"), "row": ("1", None), "column": ("*", "ssn"), "table": ("*", None)}
TEXTS = ["", "x", "ä", "Ünïcödé ✓ 漢字 🙂", "e\u0301", "line\nline\ttab", "\u202e", "'; drop --"]


@pytest.fixture(params=PLACES)
def width(request: pytest.FixtureRequest, session: Session) -> str:
    """Each width of binding in turn, covering the cell (people, 1, ssn)."""
    pk, field = PLACES[request.param]
    session.bind("people", pk, field)
    return str(request.param)


@pytest.mark.parametrize("value", [b"", b"\0", b"x", bytes(range(256)), b"y" * 65536])
def test_a_value_comes_back_as_it_was(
    session: Session, connect: Callable[..., Session], width: str, value: bytes
) -> None:
    sealed = session.encrypt("people", "1", "ssn", value)
    header = 1 + 1 + 8 + 4
    nonce = 24 if PLACES[width][0] == "*" else 12
    assert len(sealed) == header + nonce + len(value) + 16
    assert sealed[0] == 0xC2
    assert value not in sealed or len(value) < 3
    assert session.decrypt("people", "1", "ssn", sealed) == value
    assert connect().decrypt("people", "1", "ssn", sealed) == value


def test_no_two_ciphertexts_of_a_value_are_alike(session: Session, width: str) -> None:
    one = {session.encrypt("people", "1", "ssn", b"value") for _ in range(5)}
    many = session.value(
        "select kw.encrypt_many('people', %s, 'ssn', %s::bytea[])", ["1"] * 5, [b"value"] * 5
    )
    assert len(one | set(many)) == 10
    nonces = {sealed[14 : 38 if PLACES[width][0] == "*" else 26] for sealed in one | set(many)}
    assert len(nonces) == 10


def test_a_value_of_100_mb_comes_back_as_it_was(session: Session) -> None:
    session.bind("people", "*", "ssn")
    query = """
        with v as materialized (
            select convert_to(repeat('0123456789', 10000000), 'UTF8') as value
        ),
        sealed as materialized (
            select value, kw.encrypt('people', 1, 'ssn', value) as sealed from v
        )
        select octet_length(sealed), kw.decrypt('people', 1, 'ssn', sealed) = value from sealed
    """
    assert session.rows(query) == [(100_000_000 + 54, True)]


def test_texts_come_back_as_they_were(session: Session, width: str) -> None:
    for text in TEXTS:
        sealed = session.value("select kw.encrypt_text('people', 1, 'ssn', %s)", text)
        query = "select kw.decrypt_text('people', 1, 'ssn', %s)"
        assert session.value(query, sealed) == text
        assert session.decrypt("people", "1", "ssn", sealed) == text.encode()
    pks = ["1"] * len(TEXTS)
    sealed = session.value("select kw.encrypt_text_many('people', %s, 'ssn', %s)", pks, TEXTS)
    query = "select kw.decrypt_text_many('people', %s, 'ssn', %s)"
    assert session.value(query, pks, sealed) == TEXTS


@pytest.mark.parametrize("value", [b"\xff\xfe", b"a\0b", b"\xc3"])
def test_what_is_no_text_is_not_returned_as_one(session: Session, value: bytes) -> None:
    session.bind("people", "1", "ssn")
    sealed = session.encrypt("people", "1", "ssn", value)
    session.refused("KW300", "select kw.decrypt_text('people', '1', 'ssn', %s)", sealed)
    query = "select kw.decrypt_text_many('people', '{1}', 'ssn', %s)"
    session.refused("KW300", query, [sealed])
    assert session.decrypt("people", "1", "ssn", sealed) == value


def test_null_in_null_out(session: Session) -> None:
    session.bind("people", "1", "ssn")
    for call in (
        "kw.encrypt('people', '1', 'ssn', null)",
        "kw.encrypt_text('people', '1', 'ssn', null)",
        "kw.decrypt('people', '1', 'ssn', null)",
        "kw.decrypt_text('people', '1', 'ssn', null)",
        "kw.reencrypt('people', '1', 'ssn', null)",
        "kw.encrypt('people', null::text, 'ssn', null)",
        "kw.encrypt('people', null::bigint, 'ssn', null)",
        "kw.encrypt('people', 'nothing bound', 'ssn', null)",
        "kw.encrypt_many('people', '{1}', 'ssn', null)",
        "kw.decrypt_many('people', '{1}', 'ssn', null)",
        "kw.encrypt_text_many('people', '{1}', 'ssn', null)",
        "kw.decrypt_text_many('people', '{1}', 'ssn', null)",
        "kw.reencrypt_many('people', '{1}', 'ssn', null)",
    ):
        assert session.value(f"select {call}") is None, call
    for call in (
        "kw.encrypt('people', null::text, 'ssn', 'x')",
        "kw.encrypt_many('people', '{null}', 'ssn', '{x}')",
        "kw.encrypt_many('people', null, 'ssn', '{x}')",
        "kw.encrypt(null, '1', 'ssn', 'x')",
    ):
        session.refused("KW003", f"select {call}")


def test_many_values_keep_their_order_and_their_nulls(
    session: Session, connect: Callable[..., Session]
) -> None:
    session.bind("people", "*", "ssn")
    for pk in ("2", "4"):
        session.bind("people", pk, "ssn")
    session.bind("people", "5")
    pks = ["5", "4", "3", None, "2", "1", "2", "4"]
    values = [b"five", b"four", b"three", None, b"two", None, b"", b"four again"]
    query = "select kw.encrypt_many('people', %s::text[], 'ssn', %s::bytea[])"
    sealed = session.value(query, pks, values)
    assert [one is None for one in sealed] == [value is None for value in values]
    query = "select kw.decrypt_many('people', %s::text[], 'ssn', %s::bytea[])"
    for one in (session, connect()):
        assert one.value(query, pks, sealed) == values
        for key, value, got in zip(pks, values, sealed, strict=True):
            if value is not None:
                assert one.decrypt("people", str(key), "ssn", got) == value
    assert session.value(query, [], []) == []
    assert session.value(query, [None, "1"], [None, None]) == [None, None]


def test_as_many_keys_as_values(session: Session) -> None:
    session.bind("people", "*", "ssn")
    for call in (
        "kw.encrypt_many('people', '{1,2}', 'ssn', '{a}')",
        "kw.encrypt_text_many('people', '{}', 'ssn', '{a}')",
        "kw.decrypt_many('people', '{1}', 'ssn', '{a,b}')",
        "kw.reencrypt_many('people', '{1}', 'ssn', '{a}', '{1,2}')",
    ):
        assert "number of keys" in session.refused("KW003", f"select {call}")


def test_one_value_that_does_not_decrypt_fails_all_of_a_batch(session: Session) -> None:
    session.bind("people", "*", "ssn")
    good = session.encrypt("people", "1", "ssn", b"x")
    query = "select kw.decrypt_many('people', %s, 'ssn', %s)"
    for bad in (b"", b"x", good[:-1], good[:14], good + b"x"):
        answer = session.refused("KW300", query, ["1", "2"], [good, bad])
        assert '"2"' in answer


def test_what_nothing_is_bound_to_is_not_encrypted(session: Session) -> None:
    session.bind("people", "1", "ssn")
    for pk, field in (("2", "ssn"), ("1", "note"), ("1", None)):
        query = "select kw.encrypt('people', %s::text, %s, 'x')"
        assert "kw.bind" in session.refused("KW302", query, pk, field)
    query = "select kw.encrypt_many('people', '{1,2}', 'ssn', '{a,b}')"
    assert '"2"' in session.refused("KW302", query)


@pytest.mark.parametrize("width", PLACES, indirect=True)
def test_a_moved_ciphertext_does_not_decrypt(session: Session, width: str) -> None:
    session.rows("create table animals (id int, ssn bytea, note bytea)")
    session.bind("animals", *PLACES[width])
    bound_pk, bound_field = PLACES[width]
    for other_pk, other in (("2", "ssn"), ("1", "note")):
        session.bind("people", bound_pk if bound_pk == "*" else other_pk, bound_field and other)
    sealed = session.encrypt("people", "1", "ssn", b"x")
    query = "select kw.decrypt(%s, %s::text, %s, %s)"
    for table, pk, field in (
        ("people", "2", "ssn"),
        ("people", "1", "note"),
        ("people", "1", None),
        ("animals", "1", "ssn"),
    ):
        answer = session.refused("KW300", query, table, pk, field, sealed)
        assert answer.startswith("kwtools: could not decrypt public.")
    assert session.decrypt("people", "1", "ssn", sealed) == b"x"


def test_a_value_for_the_whole_row_is_no_value_of_a_field(session: Session) -> None:
    for pk in ("*", "1"):
        session.bind("people", pk)
        whole = session.encrypt("people", "1", None, b"row")
        field = session.encrypt("people", "1", "ssn", b"field")
        assert session.decrypt("people", "1", None, whole) == b"row"
        session.refused("KW300", "select kw.decrypt('people', 1, 'ssn', %s)", whole)
        session.refused("KW300", "select kw.decrypt('people', 1, null, %s)", field)


def test_a_narrower_binding_made_later_orphans_nothing(
    session: Session, connect: Callable[..., Session]
) -> None:
    kept = []
    for pk, field in (("*", None), ("*", "ssn"), ("1", None), ("1", "ssn")):
        session.bind("people", pk, field)
        kept.append(session.encrypt("people", "1", "ssn", f"{pk} {field}".encode()))
    assert len({sealed[:14] for sealed in kept}) == 4
    for one in (session, connect()):
        opened = [one.decrypt("people", "1", "ssn", sealed) for sealed in kept]
        assert opened == [b"* None", b"* ssn", b"1 None", b"1 ssn"]


def test_keys_of_every_type_resolve(session: Session) -> None:
    session.rows("alter table people drop constraint people_pkey")  # keys as they are given
    uuid = "6b2f9d3a-5f5c-4a53-9d5e-0e1b7f8a9c01"
    session.bind("people", "*", "ssn")
    for spelt in ("42", "42::int", "42::bigint", "'42'", "'42'::text", "'42'::varchar(9)"):
        for plain in ("'x'", "'x'::bytea", "'\\x78'"):
            sealed = session.value(f"select kw.encrypt('people', {spelt}, 'ssn', {plain})")
            assert session.decrypt("people", "42", "ssn", sealed) == b"x"
        sealed = session.value(f"select kw.encrypt_text('people', {spelt}, 'ssn', 'x')")
        query = f"select kw.decrypt_text('people', {spelt}, 'ssn', %s)"
        assert session.value(query, sealed) == "x"
    for spelt in (f"'{uuid}'::uuid", f"'{uuid}'"):
        sealed = session.value(f"select kw.encrypt('people', {spelt}, 'ssn', 'x')")
        assert session.decrypt("people", uuid, "ssn", sealed) == b"x"
        again = session.value(f"select kw.reencrypt('people', {spelt}, 'ssn', %s)", sealed)
        assert session.decrypt("people", uuid, "ssn", again) == b"x"


def test_values_go_in_and_out_of_a_table(session: Session) -> None:
    session.bind("people", "*", "ssn")
    session.rows(
        """
        insert into people (id, ssn)
        select n, kw.encrypt_text('people', n, 'ssn', 'secret ' || n) from generate_series(1, 50) n
        """
    )
    session.rows("select kw.bind_many('people', array_agg(id::text), 'note') from people")
    session.rows("update people set note = kw.encrypt_text('people', id, 'note', 'note ' || id)")
    rows = session.rows(
        """
        select id, kw.decrypt_text('people', id, 'ssn', ssn),
            kw.decrypt_text('people', id, 'note', note)
        from people order by id
        """
    )
    assert rows == [(n, f"secret {n}", f"note {n}") for n in range(1, 51)]
    batch = session.value(
        "select kw.decrypt_text_many('people', array_agg(id::text order by id), 'note', "
        "array_agg(note order by id)) from people"
    )
    assert batch == [f"note {n}" for n in range(1, 51)]


def test_a_value_bound_and_encrypted_in_one_statement_is_found(session: Session) -> None:
    session.bind("people", "*", "note")
    value = session.value(
        """
        with b as materialized (select kw.bind('people', 1, 'ssn')),
        e as materialized (select kw.encrypt_text('people', 1, 'ssn', 'x') as sealed from b)
        select kw.decrypt_text('people', 1, 'ssn', sealed) from e
        """
    )
    assert value == "x"


def test_the_cache_is_no_larger_than_its_limit_and_more_keys_than_that_still_open(
    session: Session,
) -> None:
    session.rows("select kw.set_setting('cache_keys', 3)")
    pks = [str(number) for number in range(10)]
    session.rows("select kw.bind_many('people', %s, 'ssn')", pks)
    values = [pk.encode() for pk in pks]
    for _ in range(2):
        sealed = session.value("select kw.encrypt_many('people', %s, 'ssn', %s)", pks, values)
        query = "select kw.decrypt_many('people', %s, 'ssn', %s)"
        assert session.value(query, pks, sealed) == values
