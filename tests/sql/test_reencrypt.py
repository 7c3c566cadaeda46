"""Values decrypted and encrypted again, in the server."""

from collections.abc import Callable

from tests.sql.session import Session


def test_a_value_moves_to_the_newest_key(session: Session) -> None:
    old_wrapper = session.bind("people", "1", "ssn")
    old = session.encrypt("people", "1", "ssn", b"x")
    session.rows("select kw.rotate('people', '1', 'ssn')")
    new = session.value("select kw.reencrypt('people', 1, 'ssn', %s)", old)
    assert int.from_bytes(new[10:14], "big") == 2
    session.rows("select kw.set_wrapper_status(%s, 'retired')", old_wrapper)
    assert session.decrypt("people", "1", "ssn", new) == b"x"
    session.refused("KW212", "select kw.decrypt('people', '1', 'ssn', %s)", old)


def test_a_value_moves_to_the_narrowest_binding(session: Session) -> None:
    session.bind("people", "*")
    wide = session.encrypt("people", "1", "ssn", b"x")
    session.bind("people", "1", "ssn")
    narrow = session.value("select kw.reencrypt('people', 1, 'ssn', %s)", wide)
    assert narrow[:10] != wide[:10]
    assert session.decrypt("people", "1", "ssn", narrow) == b"x"


def test_many_values_move_in_order(session: Session) -> None:
    session.bind("people", "*", "ssn")
    session.bind("people", "*", "note")
    pks, values = ["1", "2", "3"], [b"a", None, b"c"]
    sealed = session.value("select kw.encrypt_many('people', %s, 'ssn', %s)", pks, values)
    session.rows("select kw.rotate('people', '*', 'ssn')")
    again = session.value("select kw.reencrypt_many('people', %s, 'ssn', %s)", pks, sealed)
    query = "select kw.decrypt_many('people', %s, %s, %s)"
    assert session.value(query, pks, "ssn", again) == values
    assert again[0][:14] != sealed[0][:14]
    to = ["3", "9", "1"]
    query_move = "select kw.reencrypt_many('people', %s, 'ssn', %s, %s, 'note')"
    moved = session.value(query_move, pks, sealed, to)
    assert session.value(query, to, "note", moved) == values
    assert session.value(query_move, [], [], []) == []


def test_it_takes_reading_where_the_value_was_and_writing_where_it_goes(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    session.bind("people", "*", "ssn")
    session.bind("people", "*", "note")
    sealed = session.encrypt("people", "1", "ssn", b"x")
    query = "select kw.reencrypt('people', 1, 'ssn', %s, to_field_name => 'note')"
    for read, write, may in (
        ("ssn", "note", True),
        ("note", "note", False),
        ("ssn", "ssn", False),
    ):
        role = make_role("kw_client")
        session.rows(f"grant select ({read}), update ({write}) on people to {role}")
        if may:
            assert connect(role).value(query, sealed)
        else:
            connect(role).refused("KW100", query, sealed)
    session.refused("KW300", "select kw.reencrypt('people', 2, 'ssn', %s)", sealed)
