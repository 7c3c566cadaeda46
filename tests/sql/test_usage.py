"""How much a data key has encrypted: counted by a sample of its nonces."""

from collections.abc import Callable

import pytest

from tests.sql.session import Session

FULL = 3500
USED = """
    select b.entity_pk, u.generation, sum(u.nonces)::int, bool_or(u.is_full)
    from kw.generation_usage u
    join kw.encryption_bindings b on b.id = u.binding_id
    group by b.entity_pk, u.generation
    order by 1, 2
"""


def count_every_nonce(session: Session) -> None:
    """Let every nonce count in a session, for one in a million."""
    session.value("select kw.version()")
    session.rows(
        """
        do language plpython3u $$
        import kwruntime.crypto.field_cipher as field_cipher
        field_cipher._RARE_NONCES_END = bytes([255]) * 13
        $$
        """
    )


def fill(session: Session, pk: str, generation: int = 1, nonces: int = FULL) -> None:
    """Let a generation have encrypted that much."""
    session.rows(
        "insert into kw.generation_usage (binding_id, generation, nonces, is_full)"
        " select id, %s, %s, %s from kw.encryption_bindings where entity_pk = %s",
        generation,
        nonces,
        nonces >= FULL,
        pk,
    )


@pytest.fixture
def counting(session: Session) -> Session:
    """A session in which every nonce counts, with keys for two cells and a column."""
    count_every_nonce(session)
    for pk, field in (("1", "ssn"), ("2", "ssn"), ("*", "note")):
        session.bind("people", pk, field)
    return session


def test_the_nonces_of_suite_1_are_counted_by_generation(counting: Session) -> None:
    for _ in range(5):  # the ordinary way, and from then on the short one
        counting.encrypt("people", "1", "ssn", b"x")
    counting.value(
        "select kw.encrypt_many('people', array['1', '2', null, '2'], 'ssn',"
        " array['a', 'b', null, 'c']::bytea[])"
    )
    counting.encrypt("people", "1", "note", b"the longer nonces are not counted")
    assert counting.rows(USED) == [("1", 1, 6, False), ("2", 1, 2, False)]
    counting.rows("select kw.rotate('people', '1', 'ssn')")
    sealed = counting.encrypt("people", "1", "ssn", b"x")
    counting.value("select kw.reencrypt('people', '1', 'ssn', %s)", sealed)
    assert counting.rows(USED) == [("1", 1, 6, False), ("1", 2, 2, False), ("2", 1, 2, False)]


def test_nearly_no_value_counts(session: Session) -> None:
    session.bind("people", "1", "ssn")
    session.rows(
        "select kw.encrypt_many('people', array_fill('1'::text, array[2000]), 'ssn',"
        " array_fill('x'::bytea, array[2000]))"
    )
    assert session.value("select count(*) from kw.generation_usage") <= 3


def test_what_is_encrypted_where_nothing_may_be_written_is_counted_later(counting: Session) -> None:
    counting.rows("begin read only")
    counting.encrypt("people", "1", "ssn", b"x")
    counting.encrypt("people", "1", "ssn", b"y")
    counting.rows("commit")
    assert counting.rows(USED) == []
    counting.encrypt("people", "1", "ssn", b"z")
    assert counting.rows(USED) == [("1", 1, 3, False)]


def test_a_client_counts_and_cannot_write_the_counts(
    counting: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    role = make_role("kw_client")
    counting.rows(f"grant select, insert, update on people to {role}")
    client = connect(role)
    count_every_nonce_as = "select count(*) from kw.generation_usage"
    client.refused("42501", count_every_nonce_as)
    client.refused("42501", "delete from kw.generation_usage")
    counting.rows(f"set role {role}")
    counting.encrypt("people", "2", "ssn", b"x")
    counting.rows("reset role")
    assert counting.rows(USED) == [("2", 1, 1, False)]


def test_a_key_that_is_nearly_used_up_is_to_be_rotated(
    counting: Session, connect: Callable[..., Session]
) -> None:
    fill(counting, "1", nonces=FULL - 2)
    counting.heard()
    counting.encrypt("people", "1", "ssn", b"x")
    assert "nearly" not in counting.heard()
    assert counting.rows("select * from kw.doctor() where \"check\" = 'usage'") == []
    counting.encrypt("people", "1", "ssn", b"x")  # the last one that was left
    assert counting.rows(USED) == [("1", 1, FULL, True)]
    other = connect()
    for _ in range(3):
        other.encrypt("people", "1", "ssn", b"x")
    said = other.heard()
    assert said.count('public.people.ssn for key "1" has encrypted nearly 2^32 values') == 1
    assert "kw.rotate" in said
    other.encrypt("people", "2", "ssn", b"x")
    assert "nearly" not in other.heard()
    ((is_ok, detail, hint),) = counting.rows(
        "select ok, detail, hint from kw.doctor() where \"check\" = 'usage'"
    )
    assert not is_ok
    assert detail.startswith("1 data keys")
    assert 'public.people.ssn for key "1"' in detail
    assert "kw.rotate" in hint
    counting.rows("select kw.rotate('people', '1', 'ssn')")
    last = connect()
    last.encrypt("people", "1", "ssn", b"x")
    assert "nearly" not in last.heard()
    assert counting.rows("select * from kw.doctor() where \"check\" = 'usage'") == []


def test_two_that_encrypt_do_not_wait_for_each_other(
    counting: Session, connect: Callable[..., Session]
) -> None:
    other = connect()
    count_every_nonce(other)
    for one in (counting, other):
        one.rows("begin; set local statement_timeout = '30s'")
        one.encrypt("people", "1", "ssn", b"x")
    for one in (counting, other):
        one.rows("commit")
    assert counting.rows(USED) == [("1", 1, 2, False)]


def test_several_fields_that_one_statement_writes_through_a_view_are_counted(
    session: Session,
) -> None:
    """The flush of a view encrypts one field after another within one call."""
    session.rows("create table staff (id int primary key, email bytea, phone bytea)")
    for field in ("email", "phone"):
        session.rows("select kw.set_protected_field('staff', %s, 'text', 'cell')", field)
    session.rows("select kw.create_protected_view('staff')")
    count_every_nonce(session)
    session.rows("insert into staff_decrypted values (1, 'e', 'p'), (2, 'f', 'q')")
    assert session.value("select sum(nonces)::int from kw.generation_usage") == 4
    assert session.rows("select email, phone from staff_decrypted order by id") == [
        ("e", "p"),
        ("f", "q"),
    ]
