"""Rotation: a new key for new writes, while what was encrypted stays readable."""

from collections.abc import Callable

import pytest

from tests.sql.session import Session

PLACES = [("1", "ssn"), ("1", None), ("*", "ssn"), ("*", None)]


@pytest.mark.parametrize(("pk", "field"), PLACES)
def test_old_ciphertexts_stay_readable_and_new_ones_have_the_new_key(
    session: Session, connect: Callable[..., Session], pk: str, field: str | None
) -> None:
    other = connect()
    wrappers = [session.bind("people", pk, field)]
    kept = [other.encrypt("people", "1", "ssn", b"0")]
    for number in (1, 2, 3):
        query = "select kw.rotate('people', %s::text, %s)::text"
        wrappers.append(session.value(query, pk, field))
        assert other.lookup("people", "1", "ssn") == wrappers[-1]
        kept.append(other.encrypt("people", "1", "ssn", str(number).encode()))
    assert len(set(wrappers)) == 4
    generations = [int.from_bytes(sealed[10:14], "big") for sealed in kept]
    assert generations == [1, 2, 3, 4]
    assert len({sealed[:10] for sealed in kept}) == 1  # one binding
    for one in (session, other, connect()):
        opened = [one.decrypt("people", "1", "ssn", sealed) for sealed in kept]
        assert opened == [b"0", b"1", b"2", b"3"]
    statuses = [session.wrapper(wrapper)["status"] for wrapper in wrappers]
    assert statuses == ["rotated", "rotated", "rotated", "active"]
    assert session.wrapper(wrappers[0])["rotated_at"] is not None
    assert session.wrapper(wrappers[3])["rotated_at"] is None


def test_a_generation_is_not_opened_by_the_key_of_another(session: Session) -> None:
    session.bind("people", "1", "ssn")
    old = session.encrypt("people", "1", "ssn", b"old")
    session.rows("select kw.rotate('people', '1', 'ssn')")
    new = session.encrypt("people", "1", "ssn", b"new")
    query = "select kw.decrypt('people', '1', 'ssn', %s)"
    for forged in (
        old[:10] + new[10:14] + old[14:],
        new[:10] + old[10:14] + new[14:],
        new[:10] + (3).to_bytes(4, "big") + new[14:],
        new[:10] + (0).to_bytes(4, "big") + new[14:],
    ):
        session.refused("KW300", query, forged)


def test_only_what_is_bound_to_exactly_this_is_rotated(session: Session) -> None:
    session.bind("people", "*", "ssn")
    answer = session.refused("KW302", "select kw.rotate('people', '1', 'ssn')")
    assert "exactly" in answer
    session.refused("KW302", "select kw.rotate('people', '*')")
    session.refused("KW003", "select kw.rotate('people', null::text, 'ssn')")


def test_a_rotation_that_is_undone_is_as_if_it_had_not_been(session: Session) -> None:
    wrapper = session.bind("people", "1", "ssn")
    kept = session.encrypt("people", "1", "ssn", b"x")
    session.rows("begin")
    session.rows("select kw.rotate('people', '1', 'ssn')")
    lost = session.encrypt("people", "1", "ssn", b"y")
    session.rows("rollback")
    assert session.lookup("people", "1", "ssn") == wrapper
    assert session.wrapper(wrapper)["status"] == "active"
    assert session.decrypt("people", "1", "ssn", kept) == b"x"
    session.refused("KW300", "select kw.decrypt('people', '1', 'ssn', %s)", lost)
    session.rows("select kw.rotate('people', '1', 'ssn')")
    # The same generation now, of another key.
    session.refused("KW300", "select kw.decrypt('people', '1', 'ssn', %s)", lost)
    assert session.decrypt("people", "1", "ssn", kept) == b"x"


def test_a_wrapper_that_protects_another_binding_too_stays_active(session: Session) -> None:
    shared = session.bind("people", "1", "ssn")
    session.bind("people", "2", "ssn", wrapper=shared)
    session.rows("select kw.rotate('people', '1', 'ssn')")
    assert session.wrapper(shared)["status"] == "active"
    assert session.encrypt("people", "2", "ssn", b"x")
    session.rows("select kw.rotate('people', '2', 'ssn')")
    assert session.wrapper(shared)["status"] == "rotated"


def test_a_rotated_key_keeps_its_policy(session: Session) -> None:
    session.policy("strict", "both", 1, 2)
    session.bind("people", "1", "ssn", policy="strict")
    wrapper = session.value("select kw.rotate('people', '1', 'ssn')::text")
    assert session.wrapper(wrapper)["crypto_suite"]["mode"] == "both"


def test_rotating_a_cell_takes_writing_and_wider_the_owner(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    reader_name, writer_name, owner_name = (make_role("kw_client") for _ in range(3))
    for pk, field in PLACES:
        session.bind("people", pk, field)
    session.rows(f"grant select on people to {reader_name}")
    session.rows(f"grant update (ssn) on people to {writer_name}")
    session.rows(f"alter table people owner to {owner_name}")
    reader, writer, owner = connect(reader_name), connect(writer_name), connect(owner_name)
    reader.refused("KW100", "select kw.rotate('people', '1', 'ssn')")
    writer.rows("select kw.rotate('people', '1', 'ssn')")
    for place in ("'1', null", "'*', 'ssn'", "'*'"):
        writer.refused("KW100", f"select kw.rotate('people', {place})")
        owner.rows(f"select kw.rotate('people', {place})")


@pytest.mark.parametrize("pk", ["1", "*"])
def test_values_of_many_generations_are_read_in_one_call(
    session: Session, connect: Callable[..., Session], pk: str
) -> None:
    session.bind("people", pk, "ssn")
    sealed = []
    for number in range(4):
        sealed.append(session.encrypt("people", "1", "ssn", b"%d" % number))
        session.rows("select kw.rotate('people', %s, 'ssn')", pk)
    many = "select kw.decrypt_many('people', array_fill('1'::text, array[8]), 'ssn', %s)"
    for reader in (session, connect(), connect()):
        assert reader.value(many, sealed * 2) == [b"%d" % number for number in range(4)] * 2
