"""Ciphertexts told from plaintext: kw.is_ciphertext in constraints, kw.describe."""

from collections.abc import Callable

import psycopg
import pytest

from tests.sql.session import Session

NONE = [
    b"", b"\xc1", b"plain text that is long enough to be taken for a ciphertext, or is it",
    b"\xc1\x01" + bytes(60), b"\xc1\x03" + b"\x01" * 60, b"\xc1\x01" + b"\xff" * 60,
    b"\xc1\x01" + b"\x01" * 39, b"\xc1\x02" + b"\x01" * 51, b"\xc0\x01" + b"\x01" * 60,
    b"\xc1\x01" + b"\x01" * 8 + bytes(4) + b"\x01" * 40, b"\xc1\x01" + b"\x01" * 8 + b"\xff" * 44,
]  # fmt: skip


@pytest.mark.parametrize("value", NONE)
def test_what_no_function_of_ours_made_is_no_ciphertext(session: Session, value: bytes) -> None:
    assert session.value("select kw.is_ciphertext(%s)", value) is False


def test_every_kind_of_ciphertext_is_one_even_of_nothing(session: Session) -> None:
    session.bind("people", "1", "ssn")
    session.bind("people", "1")
    session.bind("people", "*", "note")
    session.bind("people", "*")
    for pk, field in (("1", "ssn"), ("1", None), ("1", "note"), ("2", "note"), ("2", "ssn")):
        for plain in (b"", b"x", b"y" * 1000):
            sealed = session.encrypt("people", pk, field, plain)
            assert session.value("select kw.is_ciphertext(%s)", sealed) is True
            assert session.value("select kw.is_ciphertext(%s)", sealed[:41]) is False
    assert session.value("select kw.is_ciphertext(null)") is None


def test_a_constraint_refuses_plaintext_and_is_restored(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    session.bind("people", "*", "ssn")
    session.rows("alter table people add constraint sealed check (kw.is_ciphertext(ssn))")
    session.rows(
        "insert into people (id, ssn) values (1, kw.encrypt_text('people', 1, 'ssn', 'x'))"
    )
    session.rows("insert into people (id, ssn) values (2, null)")
    with pytest.raises(psycopg.errors.CheckViolation):
        session.rows("update people set ssn = 'plaintext written past the functions' where id = 1")
    (properties,) = session.rows(
        "select provolatile::text, proparallel::text from pg_proc where proname = 'is_ciphertext'"
    )
    assert properties == ("i", "s")
    # it is evaluated with the rights of who writes
    writer = make_role("kw_client")
    session.rows(f"grant select, insert, update on people to {writer}")
    client = connect(writer)
    client.rows("insert into people (id, ssn) values (3, kw.encrypt_text('people', 3, 'ssn', 'y'))")
    session.rows("set parallel_setup_cost = 0; set parallel_tuple_cost = 0")
    session.rows("set min_parallel_table_scan_size = 0; set max_parallel_workers_per_gather = 2")
    assert session.value("select count(*) from people where kw.is_ciphertext(ssn)") == 2
