"""Shredding: keys destroyed for good, and a tombstone in their place."""

from collections.abc import Callable

import pytest

from tests.sql.session import Session

PLACES = [("1", "ssn"), ("1", None), ("*", "ssn"), ("*", None)]


def everything_about(session: Session, pk: str, field: str | None, sealed: bytes) -> None:
    """Assert that every use of the place is refused as shredded."""
    session.refused("KW301", "select kw.decrypt('people', %s::text, %s, %s)", pk, field, sealed)
    session.refused("KW301", "select kw.encrypt('people', %s::text, %s, 'x')", pk, field)
    session.refused("KW301", "select kw.lookup('people', %s::text, %s)", pk, field)
    query = "select kw.lookup_many('people', array[%s]::text[], %s)"
    session.refused("KW301", query, pk, field)
    query = "select kw.encrypt_many('people', array[%s]::text[], %s, '{x}')"
    session.refused("KW301", query, pk, field)


@pytest.mark.parametrize(("pk", "field"), PLACES)
def test_nothing_of_a_shredded_binding_opens_in_any_session(
    session: Session, connect: Callable[..., Session], pk: str, field: str | None
) -> None:
    other = connect()
    wrapper = session.bind("people", pk, field)
    sealed = other.encrypt("people", "1", "ssn", b"x")
    assert other.decrypt("people", "1", "ssn", sealed) == b"x"
    query = "select kw.shred('people', %s::text, %s, whole => true)"
    assert session.value(query, pk, field) == 1
    for one in (session, other, connect()):
        everything_about(one, "1", "ssn", sealed)
    for call in ("kw.bind(%s, %s::text, %s)", "kw.rotate(%s, %s::text, %s)"):
        session.refused("KW301", f"select {call}", "people", pk, field)
    session.refused("KW301", query, pk, field)
    row = session.wrapper(wrapper)
    assert (row["status"], row["dek_wrap1"], row["dek_wrap2"]) == ("invalid", "\\x", "\\x")


def test_it_never_falls_through_to_a_wider_binding(session: Session) -> None:
    for pk, field in PLACES:
        session.bind("people", pk, field)
    wide = session.encrypt("people", "2", "ssn", b"x")
    session.rows("select kw.rotate('people', '*', 'ssn')")
    cell = session.encrypt("people", "1", "ssn", b"x")
    session.rows("select kw.shred('people', '1', 'ssn')")
    everything_about(session, "1", "ssn", cell)
    assert session.lookup("people", "1", "note")  # the row's binding lives
    assert session.decrypt("people", "2", "ssn", wide) == b"x"
    session.rows("select kw.shred('people', '1')")
    everything_about(session, "1", "note", cell)
    everything_about(session, "1", None, cell)
    assert session.encrypt("people", "2", "note", b"y")


def test_what_a_wider_binding_encrypted_for_the_cell_before_is_refused_too(
    session: Session, connect: Callable[..., Session]
) -> None:
    other = connect()
    session.bind("people", "*", "ssn")
    before = other.encrypt("people", "1", "ssn", b"x")
    kept = other.encrypt("people", "2", "ssn", b"y")
    session.bind("people", "1", "ssn")
    assert other.decrypt("people", "1", "ssn", before) == b"x"
    session.rows("select kw.shred('people', '1', 'ssn')")
    for one in (session, other):
        one.refused("KW301", "select kw.decrypt('people', '1', 'ssn', %s)", before)
        query = "select kw.decrypt_many('people', '{2,1}', 'ssn', %s)"
        one.refused("KW301", query, [kept, before])
        assert one.decrypt("people", "2", "ssn", kept) == b"y"


def test_the_rotated_keys_go_too(session: Session, connect: Callable[..., Session]) -> None:
    session.bind("people", "1", "ssn")
    kept = []
    for _ in range(3):
        kept.append(session.encrypt("people", "1", "ssn", b"x"))
        session.rows("select kw.rotate('people', '1', 'ssn')")
    assert session.value("select kw.shred('people', '1', 'ssn')") == 4
    assert session.values("select distinct status from kw.key_wrappers") == ["invalid"]
    for one in (session, connect()):
        for sealed in kept:
            one.refused("KW301", "select kw.decrypt('people', '1', 'ssn', %s)", sealed)


def test_a_retired_key_is_destroyed_as_well(session: Session) -> None:
    wrapper = session.bind("people", "1", "ssn")
    session.rows("select kw.set_wrapper_status(%s, 'retired')", wrapper)
    assert session.value("select kw.shred('people', '1', 'ssn')") == 1
    assert session.wrapper(wrapper)["status"] == "invalid"


def test_a_key_that_others_share_is_not_destroyed(session: Session) -> None:
    shared = session.bind("people", "1", "ssn")
    session.bind("people", "2", "ssn", wrapper=shared)
    sealed = session.encrypt("people", "2", "ssn", b"x")
    assert shared in session.refused("KW102", "select kw.shred('people', '1', 'ssn')")
    session.rows("select kw.rotate('people', '2', 'ssn')")
    # What the other binding encrypted with it still needs it.
    assert shared in session.refused("KW102", "select kw.shred('people', '1', 'ssn')")
    assert session.decrypt("people", "2", "ssn", sealed) == b"x"
    assert session.encrypt("people", "1", "ssn", b"y")


def test_every_row_takes_whole(session: Session) -> None:
    for pk, field in PLACES:
        session.bind("people", pk, field)
    for arguments in ("'*', 'ssn'", "'*'", "'*', 'ssn', false"):
        answer = session.refused("KW102", f"select kw.shred('people', {arguments})")
        assert "whole" in answer
    cell = session.encrypt("people", "1", "ssn", b"x")
    session.rows("select kw.shred('people', '*', 'ssn', whole => true)")
    session.refused("KW301", "select kw.encrypt('people', '2', 'ssn', 'x')")
    everything_about(session, "1", "ssn", cell)  # its own key went with it
    assert session.encrypt("people", "2", "note", b"x")


def test_what_nothing_is_bound_to_is_not_shredded(session: Session) -> None:
    session.bind("people", "*", "ssn")
    session.refused("KW302", "select kw.shred('people', '1', 'ssn')")
    session.refused("KW302", "select kw.shred('people', '*', whole => true)")


def test_a_shred_that_is_undone_destroyed_nothing(session: Session) -> None:
    session.bind("people", "1", "ssn")
    sealed = session.encrypt("people", "1", "ssn", b"x")
    session.rows("begin")
    session.rows("select kw.shred('people', '1', 'ssn')")
    session.rows("savepoint s")
    session.refused("KW301", "select kw.decrypt('people', '1', 'ssn', %s)", sealed)
    session.rows("rollback")
    assert session.decrypt("people", "1", "ssn", sealed) == b"x"


def test_shredding_takes_the_owner_of_the_table(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    owner_name, writer_name = make_role("kw_client"), make_role("kw_client", "kw_grantor")
    session.rows(f"alter table people owner to {owner_name}")
    session.rows(f"grant all on people to {writer_name}")
    owner, writer = connect(owner_name), connect(writer_name)
    writer.bind("people", "1", "ssn")
    writer.refused("KW100", "select kw.shred('people', '1', 'ssn')")
    writer.refused("KW100", "select kw.shred('people', 'unknown', 'ssn')")
    owner.rows("select kw.shred('people', '1', 'ssn')")
    admin = connect(make_role("kw_admin"))
    admin.refused("42501", "select kw.shred('people', '1', 'ssn')")


def test_keys_of_an_external_name_are_shredded_by_a_grantor(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    client, grantor = connect(make_role("kw_client")), connect(make_role("kw_client", "kw_grantor"))
    grantor.bind("app.users", "*", "mail")
    client.refused("KW100", "select kw.shred('app.users', '*', 'mail', true)")
    assert grantor.value("select kw.shred('app.users', '*', 'mail', true)") == 1
