"""Bindings that follow a rename of a table, a key or a column."""

from collections.abc import Callable

import pytest

from tests.sql.session import Session

PLACES = [("1", "ssn"), ("1", None), ("*", "ssn"), ("*", None)]


@pytest.mark.parametrize(("pk", "field"), PLACES)
def test_every_ciphertext_stays_readable_when_the_table_is_renamed(
    session: Session, connect: Callable[..., Session], pk: str, field: str | None
) -> None:
    other = connect()
    session.bind("people", pk, field)
    old = session.encrypt("people", "1", "ssn", b"old")
    session.rows("select kw.rotate('people', %s::text, %s)", pk, field)
    new = other.encrypt("people", "1", "ssn", b"new")
    session.rows("create schema hr; alter table people rename to persons")
    session.rows("alter table persons set schema hr")
    assert session.value("select kw.rebind('people', 'hr.persons')") == 1
    for one in (session, other, connect()):
        assert one.decrypt("hr.persons", "1", "ssn", old) == b"old"
        assert one.decrypt("hr.persons", "1", "ssn", new) == b"new"
        assert one.encrypt("hr.persons", "1", "ssn", b"newer")
    assert session.heard() == ""  # nothing is left to do
    assert session.values("select entity_table from kw.entities") == ["hr.persons"]
    doctor = session.rows("select detail from kw.doctor() where not ok")
    assert doctor == []


def test_policies_and_grants_follow_a_renamed_table(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    reader_name = make_role("kw_client")
    session.policy("strict", "both", 1, 2)
    session.rows("select kw.bind_policy('people', 'ssn', 'strict')")
    session.bind("people", "1", "ssn")
    sealed = session.encrypt("people", "1", "ssn", b"x")
    session.rows("select kw.grant_field('people', 'ssn', %s)", reader_name)
    session.rows("alter table people rename to persons")
    session.rows("select kw.rebind('people', 'persons')")
    assert connect(reader_name).decrypt("persons", "1", "ssn", sealed) == b"x"
    wrapper = session.bind("persons", "2", "ssn")
    assert session.wrapper(wrapper)["crypto_suite"]["mode"] == "both"


def test_the_ciphertexts_of_a_key_stay_readable_when_it_is_renamed(
    session: Session, connect: Callable[..., Session]
) -> None:
    other = connect()
    session.bind("people", "1", "ssn")
    session.bind("people", "1")
    session.bind("people", "2", "ssn")
    cell = session.encrypt("people", "1", "ssn", b"cell")
    row = other.encrypt("people", "1", "note", b"row")
    query = "select kw.rebind('people', entity_pk => '1', to_entity_pk => '9')"
    assert session.value(query) == 2
    for one in (session, other):
        assert one.decrypt("people", "9", "ssn", cell) == b"cell"
        assert one.decrypt("people", "9", "note", row) == b"row"
        one.refused("KW300", "select kw.decrypt('people', '1', 'ssn', %s)", cell)
        assert one.lookup("people", "1", "ssn") is None
    assert "wider" not in session.heard()


def test_one_field_of_a_key_moves_alone(session: Session) -> None:
    session.bind("people", "1", "ssn")
    session.bind("people", "1", "note")
    sealed = session.encrypt("people", "1", "ssn", b"x")
    query = "select kw.rebind('people', entity_pk => '1', to_entity_pk => '9', field_name => 'ssn')"
    assert session.value(query) == 1
    assert session.decrypt("people", "9", "ssn", sealed) == b"x"
    assert session.lookup("people", "9", "note") is None
    assert session.lookup("people", "1", "note")


@pytest.mark.parametrize("pk", ["1", "*"])
def test_the_ciphertexts_of_a_column_stay_readable_when_it_is_renamed(
    session: Session, connect: Callable[..., Session], pk: str
) -> None:
    other = connect()
    session.bind("people", pk, "ssn")
    sealed = other.encrypt("people", "1", "ssn", b"x")
    session.rows("alter table people rename column ssn to tax_id")
    query = "select kw.rebind('people', field_name => 'ssn', to_field_name => 'tax_id')"
    assert session.value(query) == 1
    for one in (session, other):
        assert one.decrypt("people", "1", "tax_id", sealed) == b"x"
        one.refused("KW300", "select kw.decrypt('people', '1', 'ssn', %s)", sealed)


def test_what_a_wider_binding_encrypted_is_told_of_and_moved_by_reencrypt(
    session: Session, connect: Callable[..., Session]
) -> None:
    session.bind("people", "*", "ssn")
    sealed = session.encrypt("people", "1", "ssn", b"x")
    session.heard()
    query = "select kw.rebind('people', entity_pk => '1', to_entity_pk => '9')"
    assert session.value(query) == 0
    told = session.heard()
    assert told.startswith("NOTICE")
    assert "kw.reencrypt" in told
    session.refused("KW300", "select kw.decrypt('people', '9', 'ssn', %s)", sealed)
    query = "select kw.reencrypt('people', '1', 'ssn', %s, to_entity_pk => '9')"
    moved = session.value(query, sealed)
    assert session.decrypt("people", "9", "ssn", moved) == b"x"
    # A row binding leaves the field open; a change of column concerns it.
    session.bind("people", "2")
    value = session.encrypt("people", "2", "note", b"y")
    session.rows("alter table people rename column note to remark")
    query = "select kw.rebind('people', field_name => 'note', to_field_name => 'remark')"
    session.rows(query)
    assert "NOTICE" in session.heard()
    # The old name is not a column any more: reading it requires a grant by the owner.
    session.rows("select kw.grant_field('people', 'note', current_user)")
    query = "select kw.reencrypt('people', '2', 'note', %s, to_field_name => 'remark')"
    assert session.decrypt("people", "2", "remark", session.value(query, value)) == b"y"


def test_two_bindings_do_not_become_one(session: Session) -> None:
    for pk, field in (("1", "ssn"), ("2", "ssn"), ("1", "note")):
        session.bind("people", pk, field)
    session.rows("create table animals (id int, ssn bytea)")
    session.bind("animals", "1", "ssn")
    before = session.rows("select * from kw.encryption_bindings order by id")
    for arguments in (
        "entity_pk => '1', to_entity_pk => '2'",
        "field_name => 'note', to_field_name => 'ssn'",
        "to_entity_table => 'animals'",
    ):
        answer = session.refused("KW102", f"select kw.rebind('people', {arguments})")
        assert "already has bindings" in answer
        assert session.rows("select * from kw.encryption_bindings order by id") == before


def test_a_rebind_that_says_nothing_or_finds_nothing_is_refused(session: Session) -> None:
    session.bind("people", "1", "ssn")
    for arguments in (
        "'people'",
        "'people', entity_pk => '1'",
        "'people', to_entity_pk => '2'",
        "'people', to_field_name => 'note'",
        "'people', entity_pk => '*', to_entity_pk => '2'",
        "'people', entity_pk => '1', to_entity_pk => '*'",
        "null, 'people'",
    ):
        session.refused("KW003", f"select kw.rebind({arguments})")
    query = "select kw.rebind('people', entity_pk => '7', to_entity_pk => '8')"
    session.refused("KW101", query)


def test_a_shredded_key_does_not_move_to_another_place(session: Session) -> None:
    session.bind("people", "1", "ssn")
    session.rows("select kw.shred('people', '1', 'ssn')")
    query = "select kw.rebind('people', entity_pk => '1', to_entity_pk => '2')"
    session.refused("KW301", query)
    session.refused("KW301", "select kw.bind('people', '1', 'ssn')")
    # With its table it does, and stays shredded there.
    session.rows("alter table people rename to persons")
    session.rows("select kw.rebind('people', 'persons')")
    session.refused("KW301", "select kw.bind('persons', '1', 'ssn')")
    session.refused("KW301", "select kw.lookup('persons', '1', 'ssn')")


def test_rebinding_takes_the_owner_of_the_table_that_was_renamed(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    owner_name, thief_name = make_role("kw_client"), make_role("kw_client")
    session.rows(f"alter table people owner to {owner_name}")
    owner, thief = connect(owner_name), connect(thief_name)
    owner.bind("people", "1", "ssn")
    sealed = owner.encrypt("people", "1", "ssn", b"x")
    session.rows(
        f"create table stolen (id int, ssn bytea); alter table stolen owner to {thief_name}"
    )
    session.rows(f"grant select, insert, update on people to {thief_name}")
    thief.refused("KW100", "select kw.rebind('people', 'stolen')")
    query = "select kw.rebind('people', entity_pk => '1', to_entity_pk => '2')"
    thief.refused("KW100", query)
    session.rows("drop table people")
    thief.refused("KW100", "select kw.rebind('people', 'stolen')")
    owner.refused("KW100", "select kw.rebind('people', 'stolen')")
    thief.refused("KW300", "select kw.decrypt('stolen', '1', 'ssn', %s)", sealed)


def test_the_old_name_is_free_for_another_table_once_everything_moved(
    session: Session, connect: Callable[..., Session]
) -> None:
    session.bind("people", "1", "ssn")
    sealed = session.encrypt("people", "1", "ssn", b"x")
    session.rows("alter table people rename to persons")
    session.rows("select kw.rebind('people', 'persons')")
    session.rows("create table people (id int, ssn bytea)")
    session.bind("people", "1", "ssn")
    new = session.encrypt("people", "1", "ssn", b"y")
    for one in (session, connect()):
        assert one.decrypt("people", "1", "ssn", new) == b"y"
        assert one.decrypt("persons", "1", "ssn", sealed) == b"x"
        one.refused("KW300", "select kw.decrypt('people', '1', 'ssn', %s)", sealed)
