"""What is bound beneath the owner's binding is never weaker than that, and dies with it."""

import psycopg
import pytest

from tests.conftest import Database
from tests.security.conftest import Sessions, sqlstate_of, value_of

Connection = psycopg.Connection
MODES = """
    select entity_pk, crypto_suite ->> 'mode'
    from kw.encryption_bindings b join kw.key_wrappers w on w.id = b.key_wrapper_id
    where entity_table = 'public.people' and field_name = 'ssn' and entity_pk <> '*'
    order by 1
"""


@pytest.fixture
def admin(db: Database) -> Connection:
    """The superuser, with a table public.people and policies both, single and either."""
    session = db.connect()
    session.execute("create table people (id bigint primary key, ssn bytea, note bytea)")
    session.execute("select kw.create_policy('both', 'both', 1, 2)")
    session.execute("select kw.create_policy('single', 'single', 1)")
    return session


@pytest.fixture
def owner(admin: Connection, give_table: Sessions) -> Connection:
    """The table's owner."""
    return give_table("people")


@pytest.fixture
def writer(owner: Connection, allow: Sessions) -> Connection:
    """Somebody who may insert one column."""
    return allow("insert (ssn) on public.people")


@pytest.mark.parametrize("wide", ["'*', 'ssn'", "'*'", "'1'"])
def test_a_cell_is_as_strong_as_what_covers_it(
    admin: Connection, owner: Connection, writer: Connection, wide: str
) -> None:
    value_of(owner, f"select kw.bind('people', {wide}, policy => 'both')")
    for policy in ("single", "default"):
        query = "select kw.bind('people', '1', 'ssn', policy => %s)"
        assert sqlstate_of(writer, query, policy) == "KW100"
        many = "select kw.bind_many('people', '{1}', 'ssn', policy => %s)"
        assert sqlstate_of(writer, many, policy) == "KW100"
    value_of(writer, "select kw.bind_many('people', '{1}', 'ssn')")
    value_of(owner, "select kw.bind('people', '2', 'ssn', policy => 'single')")
    assert admin.execute(MODES).fetchall() == [("1", "both"), ("2", "single")]


def test_the_policy_of_the_field_counts_unless_it_is_weaker(
    admin: Connection, owner: Connection, writer: Connection
) -> None:
    value_of(owner, "select kw.bind('people', '*', 'ssn', policy => 'both')")
    admin.execute("select kw.bind_policy('people', 'ssn', 'single')")
    value_of(writer, "select kw.bind('people', '1', 'ssn')")
    value_of(writer, "select kw.rotate('people', '1', 'ssn')")
    query = "select kw.bind('people', '2', 'ssn', policy => %s)"
    assert sqlstate_of(writer, query, "single") == "KW100"
    value_of(writer, query, "both")
    value_of(owner, "select kw.bind('people', '3', 'ssn')")
    assert admin.execute(MODES).fetchall() == [("1", "both"), ("2", "both"), ("3", "single")]
    admin.execute("select kw.bind_policy('people', 'ssn', 'both')")
    value_of(writer, "select kw.bind('people', '4', 'ssn')")
    assert admin.execute(MODES).fetchall()[-1] == ("4", "both")


def test_without_a_wider_binding_a_writer_binds_as_before(
    admin: Connection, writer: Connection
) -> None:
    value_of(writer, "select kw.bind('people', '1', 'ssn', policy => 'single')")
    value_of(writer, "select kw.bind('people', '2', 'ssn')")
    assert admin.execute(MODES).fetchall() == [("1", "single"), ("2", "either")]


PLACES = [("*", "ssn"), ("*", None), ("1", None)]


@pytest.mark.parametrize(("pk", "field"), PLACES)
def test_a_shred_takes_what_is_beneath_with_it(
    db: Database,
    admin: Connection,
    owner: Connection,
    writer: Connection,
    pk: str,
    field: str | None,
) -> None:
    value_of(owner, "select kw.bind('people', %s::text, %s)", pk, field)
    value_of(owner, "select kw.bind('people', '*', 'note')")
    value_of(writer, "select kw.bind('people', '1', 'ssn')")
    value_of(writer, "select kw.rotate('people', '1', 'ssn')")
    sealed = value_of(writer, "select kw.encrypt('people', '1', 'ssn', 'x')")
    other = value_of(owner, "select kw.encrypt('people', '1', 'note', 'y')")
    destroyed = 4 if (pk, field) == ("*", None) else 3
    query = "select kw.shred('people', %s::text, %s, whole => true)"
    assert value_of(owner, query, pk, field) == destroyed
    live = "select count(*) from kw.key_wrappers where status <> 'invalid'"
    assert value_of(admin, live) == 4 - destroyed
    for session in (owner, db.connect()):
        decrypt = "select kw.decrypt('people', '1', 'ssn', %s)"
        assert sqlstate_of(session, decrypt, sealed) == "KW301"
        for call in ("encrypt('people', '1', 'ssn', 'z')", "lookup('people', '1', 'ssn')"):
            assert sqlstate_of(session, f"select kw.{call}") == "KW301", call
    assert sqlstate_of(writer, "select kw.bind('people', '1', 'ssn')") == "KW301"
    expected = "KW301" if (pk, field) != ("*", "ssn") else None
    assert sqlstate_of(owner, "select kw.decrypt('people', '1', 'note', %s)", other) == expected


@pytest.mark.parametrize(("pk", "field"), PLACES)
def test_nothing_is_bound_beneath_what_was_shredded(
    owner: Connection, writer: Connection, pk: str, field: str | None
) -> None:
    value_of(owner, "select kw.bind('people', %s::text, %s)", pk, field)
    value_of(owner, "select kw.shred('people', %s::text, %s, whole => true)", pk, field)
    for session in (owner, writer):
        for call in ("kw.bind('people', '1', 'ssn')", "kw.bind_many('people', '{1}', 'ssn')"):
            assert sqlstate_of(session, f"select {call}") == "KW301", call
    wrapper = value_of(owner, "select kw.wrap()")
    query = "select kw.bind('people', '1', 'ssn', wrapper => %s)"
    assert sqlstate_of(owner, query, wrapper) == "KW301"


def test_what_wider_and_crossing_keys_encrypted_in_a_shredded_column_is_refused(
    db: Database, owner: Connection
) -> None:
    """The key of the table, and that of the row, which covers the cell before the column does."""
    value_of(owner, "select kw.bind('people', '*')")
    by_table = value_of(owner, "select kw.encrypt('people', '2', 'ssn', 'x')")
    value_of(owner, "select kw.bind('people', '1')")
    by_row = value_of(owner, "select kw.encrypt('people', '1', 'ssn', 'x')")
    note = value_of(owner, "select kw.encrypt('people', '1', 'note', 'y')")
    value_of(owner, "select kw.bind('people', '*', 'ssn')")
    value_of(owner, "select kw.shred('people', '*', 'ssn', whole => true)")
    for session in (owner, db.connect()):
        for pk, sealed in (("1", by_row), ("2", by_table), ("1", by_table), ("3", by_table)):
            query = "select kw.decrypt('people', %s::text, 'ssn', %s)"
            assert sqlstate_of(session, query, pk, sealed) in ("KW301",), pk
            many = "select kw.decrypt_many('people', array[%s], 'ssn', array[%s]::bytea[])"
            assert sqlstate_of(session, many, pk, sealed) == "KW301"
        for pk in ("1", "2"):
            for call in (
                "encrypt('people', %s::text, 'ssn', 'z')",
                "lookup('people', %s::text, 'ssn')",
            ):
                assert sqlstate_of(session, f"select kw.{call}", pk) == "KW301", call
        assert value_of(session, "select kw.decrypt('people', '1', 'note', %s)", note) == b"y"


def test_a_cell_that_was_being_bound_beside_the_shred_is_of_no_use(
    owner: Connection, writer: Connection
) -> None:
    """The shred does not wait for it: a low role could hold it up for good."""
    value_of(owner, "select kw.bind('people', '*', 'ssn')")
    value_of(writer, "select kw.bind('people', '7', 'ssn')")
    writer.execute("begin")
    value_of(writer, "select kw.bind('people', '1', 'ssn')")
    sealed = value_of(writer, "select kw.encrypt('people', '1', 'ssn', 'x')")
    owner.execute("set lock_timeout = '5s'")
    assert value_of(owner, "select kw.shred('people', '*', 'ssn', whole => true)") == 2
    writer.execute("commit")
    assert sqlstate_of(owner, "select kw.decrypt('people', '1', 'ssn', %s)", sealed) == "KW301"
    for call in ("encrypt('people', '1', 'ssn', 'z')", "lookup('people', '1', 'ssn')"):
        assert sqlstate_of(owner, f"select kw.{call}") == "KW301", call
    for call in ("encrypt('people', '1', 'ssn', 'z')", "rotate('people', '1', 'ssn')"):
        assert sqlstate_of(writer, f"select kw.{call}") == "KW301", call
    # A second shred destroys what came late.
    assert value_of(owner, "select kw.shred('people', '*', 'ssn', whole => true)") == 1
    assert sqlstate_of(owner, "select kw.shred('people', '*', 'ssn', whole => true)") == "KW301"


def test_what_an_earlier_release_left_beneath_goes_on_until_it_is_shredded_again(
    admin: Connection, owner: Connection, writer: Connection
) -> None:
    value_of(owner, "select kw.bind('people', '*', 'ssn')")
    value_of(writer, "select kw.bind('people', '1', 'ssn')")
    sealed = value_of(writer, "select kw.encrypt('people', '1', 'ssn', 'x')")
    admin.execute(
        "update kw.encryption_bindings set status = 'shredded' where entity_pk = '*'"
    )  # as 0.3.0 did
    admin.execute(
        "insert into kw.entity_fields values ('public.people', 'ssn', null, true, true) "
        "on conflict do nothing"
    )
    assert value_of(owner, "select kw.decrypt('people', '1', 'ssn', %s)", sealed) == b"x"
    value_of(writer, "select kw.encrypt('people', '1', 'ssn', 'z')")
    assert sqlstate_of(writer, "select kw.bind('people', '2', 'ssn')") == "KW301"
    assert value_of(owner, "select kw.shred('people', '*', 'ssn', whole => true)") == 2
    assert sqlstate_of(owner, "select kw.decrypt('people', '1', 'ssn', %s)", sealed) == "KW301"


MOVES = [
    "entity_pk => '1', field_name => 'ssn', to_field_name => 'note'",
    "entity_pk => '1', to_entity_pk => '9', field_name => 'ssn'",
    "entity_pk => '1', to_entity_pk => '9'",
    "entity_pk => '1', to_entity_pk => '9', field_name => 'ssn', to_field_name => 'note'",
    "field_name => 'ssn', to_field_name => 'note'",
    "entity_pk => '1', to_entity_table => 'others'",
    "field_name => 'ssn', to_entity_table => 'others'",
]


@pytest.mark.parametrize("left_by", ["a bind", "a rotation", "an earlier release"])
@pytest.mark.parametrize(("pk", "field"), PLACES)
def test_no_move_takes_a_cell_out_from_beneath_a_shredded_key(
    admin: Connection,
    owner: Connection,
    writer: Connection,
    pk: str,
    field: str | None,
    left_by: str,
) -> None:
    """Not the tombstone itself, either; a rename of the table takes both."""
    owner_name = value_of(owner, "select current_user")
    admin.execute("create table others (id bigint primary key, ssn bytea, note bytea)")
    admin.execute(f"alter table others owner to {owner_name}")
    admin.execute("grant create on schema public to public")
    value_of(owner, "select kw.bind('people', %s::text, %s)", pk, field)
    if left_by != "a bind":
        value_of(writer, "select kw.bind('people', '1', 'ssn')")
    if left_by != "an earlier release":
        writer.execute("begin")
    call = "kw.rotate" if left_by == "a rotation" else "kw.bind"
    value_of(writer, f"select {call}('people', '1', 'ssn')")
    sealed = value_of(writer, "select kw.encrypt('people', '1', 'ssn', 'x')")
    if left_by == "an earlier release":
        admin.execute(
            "update kw.encryption_bindings set status = 'shredded' where entity_pk = %s "
            "and field_name is not distinct from %s",
            (pk, field),
        )
        admin.execute(
            "insert into kw.entity_fields (entity_table, field_name_norm, is_mark, has_keys, "
            "has_shredded) values ('public.people', coalesce(%s::text, ''), true, true, true)",
            (field,),
        )
    else:
        value_of(owner, "select kw.shred('people', %s::text, %s, whole => true)", pk, field)
        writer.execute("commit")
    before = admin.execute("select * from kw.encryption_bindings order by id").fetchall()
    for move in MOVES:
        assert sqlstate_of(owner, f"select kw.rebind('people', {move})") == "KW301", move
    assert admin.execute("select * from kw.encryption_bindings order by id").fetchall() == before
    owner.execute("alter table people rename to persons")
    assert value_of(owner, "select kw.rebind('people', to_entity_table => 'persons')") == 2
    state = None if left_by == "an earlier release" and pk == "*" else "KW301"
    assert sqlstate_of(owner, "select kw.decrypt('persons', '1', 'ssn', %s)", sealed) == state


@pytest.mark.parametrize(("pk", "field"), [("*", "ssn"), ("*", None), ("9", None)])
def test_no_move_takes_a_cell_beneath_a_shredded_key(
    admin: Connection, owner: Connection, pk: str, field: str | None
) -> None:
    owner_name = value_of(owner, "select current_user")
    admin.execute("create table others (id bigint primary key, ssn bytea, note bytea)")
    admin.execute(f"alter table others owner to {owner_name}")
    value_of(owner, "select kw.bind('others', %s::text, %s)", pk, field)
    value_of(owner, "select kw.shred('others', %s::text, %s, whole => true)", pk, field)
    value_of(owner, "select kw.bind('people', '1', 'note')")
    sealed = value_of(owner, "select kw.encrypt('people', '1', 'note', 'x')")
    query = """
        select kw.rebind(
            'people', to_entity_table => 'others', entity_pk => '1', to_entity_pk => '9',
            field_name => 'note', to_field_name => 'ssn'
        )
    """
    assert sqlstate_of(owner, query) == "KW301"
    assert value_of(owner, "select kw.decrypt('people', '1', 'note', %s)", sealed) == b"x"


def test_a_move_waits_for_a_shred_above_it(
    db: Database, owner: Connection, writer: Connection
) -> None:
    value_of(owner, "select kw.bind('people', '*', 'ssn')")
    value_of(writer, "select kw.bind('people', '1', 'ssn')")
    other = db.connect(str(value_of(owner, "select current_user")))
    move = f"select kw.rebind('people', {MOVES[0]})"
    owner.execute("begin")
    value_of(owner, "select kw.shred('people', '*', 'ssn', whole => true)")
    other.execute("set lock_timeout = '300ms'")
    assert sqlstate_of(other, move) is not None
    owner.execute("commit")
    assert sqlstate_of(other, move) == "KW301"


BAD = 'select "check" from kw.doctor() where not ok'


def test_doctor_names_a_cell_that_was_being_bound_while_its_field_was_moved(
    admin: Connection, owner: Connection, writer: Connection
) -> None:
    value_of(owner, "select kw.bind('people', '*', 'ssn')")
    writer.execute("begin")
    value_of(writer, "select kw.bind('people', '1', 'ssn')")
    sealed = value_of(writer, "select kw.encrypt('people', '1', 'ssn', 'x')")
    owner.execute("alter table people rename ssn to tax_id")
    move = "select kw.rebind('people', field_name => 'ssn', to_field_name => 'tax_id')"
    value_of(owner, move)
    assert admin.execute(BAD).fetchall() == []
    writer.execute("commit")
    assert admin.execute(BAD).fetchall() == [("rebind of public.people.ssn",)]
    value_of(owner, "select kw.shred('people', '*', 'tax_id', whole => true)")
    assert sqlstate_of(owner, move) == "KW301"
    value_of(owner, "select kw.shred('people', '1', 'ssn')")
    assert sqlstate_of(owner, "select kw.decrypt('people', '1', 'ssn', %s)", sealed) == "KW301"
    assert admin.execute(BAD).fetchall() == []


def test_a_second_rebind_takes_what_was_being_bound_during_the_first(
    admin: Connection, owner: Connection, writer: Connection
) -> None:
    value_of(owner, "select kw.bind('people', '*', 'ssn')")
    writer.execute("begin")
    value_of(writer, "select kw.bind('people', '1', 'ssn')")
    sealed = value_of(writer, "select kw.encrypt('people', '1', 'ssn', 'x')")
    owner.execute("alter table people rename ssn to tax_id")
    move = "select kw.rebind('people', field_name => 'ssn', to_field_name => 'tax_id')"
    assert value_of(owner, move) == 1
    writer.execute("commit")
    assert value_of(owner, move) == 1
    assert value_of(owner, "select kw.decrypt('people', '1', 'tax_id', %s)", sealed) == b"x"
    owner.execute("alter table people rename tax_id to ssn")
    move = "select kw.rebind('people', field_name => 'tax_id', to_field_name => 'ssn')"
    assert value_of(owner, move) == 2
    assert admin.execute(BAD).fetchall() == []


def test_doctor_names_a_cell_that_a_rename_there_and_back_left_out(
    admin: Connection, owner: Connection, writer: Connection
) -> None:
    admin.execute("grant create on schema public to public")
    value_of(owner, "select kw.bind('people', '*', 'ssn')")
    writer.execute("begin")
    value_of(writer, "select kw.bind('people', '1', 'ssn')")
    sealed = value_of(writer, "select kw.encrypt('people', '1', 'ssn', 'x')")
    value_of(owner, "select kw.shred('people', '*', 'ssn', whole => true)")
    owner.execute("alter table people rename to persons")
    value_of(owner, "select kw.rebind('people', to_entity_table => 'persons')")
    writer.execute("commit")
    named = [("entity public.people",), ("rebind of public.people",)]
    assert admin.execute(BAD).fetchall() == named
    owner.execute("alter table persons rename to people")
    named = [("entity public.persons",), ("rebind of public.people",)]
    assert admin.execute(BAD).fetchall() == named
    value_of(owner, "select kw.rebind('persons', to_entity_table => 'people')")
    assert sqlstate_of(owner, "select kw.decrypt('people', '1', 'ssn', %s)", sealed) == "KW301"
    assert admin.execute(BAD).fetchall() == [("shred of public.people.ssn",)]
    value_of(owner, "select kw.shred('people', '*', 'ssn', whole => true)")
    assert admin.execute(BAD).fetchall() == []


def test_binding_what_a_wider_key_closed_is_refused(
    db: Database, owner: Connection, writer: Connection
) -> None:
    """Its wrapper is of no use."""
    value_of(owner, "select kw.bind('people', '*', 'ssn')")
    writer.execute("begin")
    wrapper = value_of(writer, "select kw.bind('people', '1', 'ssn')")
    value_of(owner, "select kw.shred('people', '*', 'ssn', whole => true)")
    writer.execute("commit")
    for session in (owner, writer, db.connect()):
        for call in (
            "kw.bind('people', '1', 'ssn')",
            "kw.bind_many('people', '{1}', 'ssn')",
            "kw.bind_many('people', '{1,2}', 'ssn')",
        ):
            assert sqlstate_of(session, f"select {call}") == "KW301", call
    query = "select kw.bind('people', '1', 'ssn', wrapper => %s)"
    assert sqlstate_of(owner, query, wrapper) == "KW301"


def test_an_open_bind_of_a_cell_holds_up_no_admin_and_no_owner(
    admin: Connection, owner: Connection, writer: Connection
) -> None:
    value_of(owner, "select kw.bind('people', '*', 'ssn')")
    value_of(writer, "select kw.bind('people', '1', 'ssn')")
    writer.execute("begin")
    value_of(writer, "select kw.bind('people', '2', 'ssn')")
    for session in (admin, owner):
        session.execute("set lock_timeout = '5s'")
    admin.execute("select kw.bind_policy('people', 'ssn', 'both')")
    admin.execute("select kw.set_floor('people', 'ssn', null)")
    value_of(owner, "select kw.bind('people', '3', 'ssn')")
    value_of(owner, "select kw.shred('people', '1', 'ssn')")
    writer.execute("rollback")
