"""A renamed table: its new name takes over the bindings as they are."""

import threading
from collections.abc import Callable

import psycopg
import pytest

from tests.conftest import Database
from tests.deployment import make_log, seal
from tests.sql.sealed import begin
from tests.sql.session import Session

Connect = Callable[..., Session]

BOUND = 1000
# Every row of kw that a transaction wrote is of this version.
WRITTEN = """
    select coalesce(sum((xpath('/row/n/text()', query_to_xml(format(
        'select count(*) as n from kw.%%I where xmin::text = %%L', c.relname, %s::text
    ), false, true, '')))[1]::text::int), 0)::int
    from pg_class c
    where c.relnamespace = 'kw'::regnamespace and c.relkind = 'r' and c.relname <> 'audit_events'
"""
VERSIONS = "select id, xmin::text, ctid::text from kw.encryption_bindings order by id"
NAMES = "select entity_table, bound_as from kw.entities order by 1"
CHANGE_NUMBERS = "select last_value from kw.change_numbers"


def _rename(session: Session, name: str, to: str) -> int:
    session.rows(f"alter table {name} rename to {to}")
    return int(session.value("select kw.rebind(%s, %s)", name, to))


def _table(session: Session, name: str, value: bytes, pk: str = "1") -> bytes:
    """Make a table with one cell that is bound, and return a ciphertext of it."""
    session.rows(f"create table {name} (id bigint primary key, ssn bytea)")
    session.bind(name, pk, "ssn")
    return session.encrypt(name, pk, "ssn", value)


@pytest.fixture(params=["sealed", "unsealed"])
def people(request: pytest.FixtureRequest, session: Session) -> Session:
    if request.param == "sealed":
        begin(session)
    return session


@pytest.fixture
def sealed(session: Session) -> Session:
    begin(session)
    return session


def _is_clean(session: Session) -> bool:
    if not session.values("select 1 from kw.deployments"):
        return True
    return session.rows("select table_name, row_key, problem from kw.check_seals()") == []


def test_a_rename_writes_a_few_rows_and_no_binding(people: Session, connect: Connect) -> None:
    people.rows(
        "select kw.bind_many('people', array_agg(i::text), 'ssn') from generate_series(1, %s) i",
        BOUND,
    )
    people.rows("select kw.grant_field('people', 'ssn', 'kw_client')")
    value = people.encrypt("people", "7", "ssn", b"seven")
    before = people.rows(VERSIONS)
    numbers = people.value(CHANGE_NUMBERS)
    people.rows("alter table people rename to persons")
    people.rows("begin")
    assert people.value("select kw.rebind('people', 'persons')") == BOUND
    transaction = people.value("select pg_current_xact_id()::xid::text")
    people.rows("commit")
    assert people.rows(VERSIONS) == before
    assert people.value(WRITTEN, transaction) <= 10
    assert people.value(CHANGE_NUMBERS) - numbers <= 10
    assert people.rows(NAMES) == [("public.persons", "public.people")]
    assert _is_clean(people)
    for one in (people, connect()):
        assert one.decrypt("persons", "7", "ssn", value) == b"seven"


def test_values_are_read_warm_and_cold_after_a_rename(people: Session, connect: Connect) -> None:
    people.rows("select kw.bind('people', '*', 'note'), kw.bind('people', '1', 'ssn')")
    cell = people.encrypt("people", "1", "ssn", b"cell")
    column = people.encrypt("people", "2", "note", b"column")
    people.rows("select kw.rotate('people', '1', 'ssn')")
    other = connect()
    for session in (people, other):
        for _ in range(3):
            assert session.decrypt("people", "1", "ssn", cell) == b"cell"
            assert session.decrypt("people", "2", "note", column) == b"column"
            assert session.encrypt("people", "1", "ssn", b"new")
    _rename(people, "people", "persons")
    for session in (people, other, connect()):
        for _ in range(3):
            assert session.decrypt("persons", "1", "ssn", cell) == b"cell"
            assert session.decrypt("persons", "2", "note", column) == b"column"
            made = session.encrypt("persons", "1", "ssn", b"new")
            assert session.decrypt("persons", "1", "ssn", made) == b"new"
            assert session.values(
                "select unnest(kw.decrypt_many('persons', '{1,1}', 'ssn', array[%s, %s]::bytea[]))",
                cell,
                made,
            ) == [b"cell", b"new"]
        session.refused("KW100", "select kw.decrypt('people', '1', 'ssn', %s)", cell)


def test_a_rename_back_restores_the_row(people: Session, connect: Connect) -> None:
    value = _table(people, "one", b"one")
    before = people.rows(NAMES)
    assert _rename(people, "one", "two") == 1
    assert _rename(people, "two", "one") == 1
    assert people.rows(NAMES) == before
    assert _is_clean(people)
    for session in (people, connect()):
        assert session.decrypt("one", "1", "ssn", value) == b"one"


def test_two_tables_swap_their_names_through_a_third(people: Session, connect: Connect) -> None:
    first, second = _table(people, "one", b"first"), _table(people, "two", b"second")
    other = connect()
    for session in (people, other):
        for _ in range(3):
            assert session.decrypt("one", "1", "ssn", first) == b"first"
            assert session.decrypt("two", "1", "ssn", second) == b"second"
    for name, to in (("one", "three"), ("two", "one"), ("three", "two")):
        assert _rename(people, name, to) == 1
    assert people.rows(NAMES) == [("public.one", "public.two"), ("public.two", "public.one")]
    assert _is_clean(people)
    for session in (people, other, connect()):
        for _ in range(3):
            assert session.decrypt("two", "1", "ssn", first) == b"first"
            assert session.decrypt("one", "1", "ssn", second) == b"second"
            for name, value in (("one", first), ("two", second)):
                session.refused("KW300", "select kw.decrypt(%s, '1', 'ssn', %s)", name, value)
        assert session.value("select entity_table from kw.describe(%s)", first) == "public.two"


def test_a_new_table_under_the_old_name_sees_nothing_of_the_renamed_one(
    people: Session, connect: Connect
) -> None:
    old = _table(people, "one", b"old")
    other = connect()
    for session in (people, other):
        for _ in range(3):
            assert session.decrypt("one", "1", "ssn", old) == b"old"
    _rename(people, "one", "two")
    people.rows("create table one (id bigint primary key, ssn bytea)")
    assert people.lookup("one", "1", "ssn") is None
    people.refused("KW302", "select kw.encrypt('one', '1', 'ssn', 'x')")
    for session in (people, other, connect()):
        for _ in range(2):
            session.refused("KW300", "select kw.decrypt('one', '1', 'ssn', %s)", old)
    people.bind("one", "1", "ssn")
    bound = dict(people.rows(NAMES))
    assert bound["public.two"] == "public.one"
    assert bound["public.one"].startswith("~.")
    assert len(bound["public.one"]) == 24
    new = people.encrypt("one", "1", "ssn", b"new")
    for session in (people, other, connect()):
        for _ in range(2):
            assert session.decrypt("one", "1", "ssn", new) == b"new"
            assert session.decrypt("two", "1", "ssn", old) == b"old"
            session.refused("KW300", "select kw.decrypt('one', '1', 'ssn', %s)", old)
            session.refused("KW300", "select kw.decrypt('two', '1', 'ssn', %s)", new)
    assert people.value("select kw.shred('one', '1', 'ssn')") == 1
    assert people.decrypt("two", "1", "ssn", old) == b"old"
    people.refused("KW301", "select kw.decrypt('one', '1', 'ssn', %s)", new)
    assert _is_clean(people)


def test_everything_shows_the_present_name(people: Session) -> None:
    value = _table(people, "one", b"x")
    people.rows("select kw.bind('one', '2', 'ssn')")
    _rename(people, "one", "two")
    assert people.value("select entity_table from kw.describe(%s)", value) == "public.two"
    assert people.values(
        "select distinct entity_table from kw.crypto_inventory where entity_table is not null"
    ) == ["public.two"]
    people.rows("select kw.shred('two', '2', 'ssn')")
    assert people.values("select entity_table from kw.shred_receipts") == ["public.two"]
    assert 'public.two.ssn for key "2"' in people.refused(
        "KW301", "select kw.encrypt('two', '2', 'ssn', 'x')"
    )
    made = people.value("select kw.schedule_rewrap(entity_table => 'two')")
    assert made == 1
    assert people.value("select count(*) from kw.field_generations('two', 'ssn')") >= 0


def test_a_name_with_bindings_gets_the_rows_moved(people: Session) -> None:
    first = _table(people, "one", b"first")
    second = _table(people, "two", b"second", "2")
    people.rows("drop table two")
    people.rows("alter table one rename to two")
    people.rows("select kw.reclaim_entity('two')")
    assert people.value("select kw.rebind('one', 'two')") == 1
    assert people.rows(NAMES) == [("public.two", "public.two")]
    assert people.decrypt("two", "1", "ssn", first) == b"first"
    assert people.decrypt("two", "2", "ssn", second) == b"second"
    assert _is_clean(people)


def test_a_table_that_was_dropped_and_made_again_keeps_its_bindings(people: Session) -> None:
    value = _table(people, "one", b"x")
    _rename(people, "one", "two")
    people.rows("drop table two; create table two (id bigint primary key, ssn bytea)")
    people.refused("KW100", "select kw.rotate('two', '1', 'ssn')")
    people.rows("select kw.reclaim_entity('two')")
    assert people.decrypt("two", "1", "ssn", value) == b"x"
    assert people.rows(NAMES) == [("public.two", "public.one")]
    assert _is_clean(people)


def test_what_was_shredded_stays_so_after_a_rename(people: Session, connect: Connect) -> None:
    people.rows("create table one (id bigint primary key, ssn bytea)")
    people.rows("select kw.bind('one', '*', 'ssn'), kw.bind('one', '1', 'ssn')")
    cell = people.encrypt("one", "1", "ssn", b"x")
    column = people.encrypt("one", "2", "ssn", b"y")
    other = connect()
    for _ in range(3):
        assert other.decrypt("one", "2", "ssn", column) == b"y"
    people.rows("select kw.shred('one', '1', 'ssn')")
    _rename(people, "one", "two")
    for session in (people, other, connect()):
        for _ in range(2):
            session.refused("KW301", "select kw.decrypt('two', '1', 'ssn', %s)", cell)
            session.refused("KW301", "select kw.encrypt('two', '1', 'ssn', 'x')")
            session.refused("KW301", "select kw.decrypt('two', '1', 'ssn', %s)", column)
            assert session.decrypt("two", "2", "ssn", column) == b"y"
    people.refused("KW301", "select kw.bind('two', '1', 'ssn')")


def test_grants_floors_and_policies_follow(
    people: Session, connect: Connect, make_role: Callable[..., str]
) -> None:
    reader = make_role("kw_client")
    value = _table(people, "one", b"x")
    people.rows("select kw.grant_field('one', 'ssn', %s, may_write => true)", reader)
    low, second = people.key(), people.key()
    people.policy("own", "either", low, second)
    people.rows("select kw.bind_policy('one', 'ssn', 'own'), kw.set_floor('one', 'ssn', 1)")
    client = connect(reader)
    assert client.decrypt("one", "1", "ssn", value) == b"x"
    _rename(people, "one", "two")
    assert client.decrypt("two", "1", "ssn", value) == b"x"
    client.refused("KW100", "select kw.decrypt('one', '1', 'ssn', %s)", value)
    people.refused("KW104", "select kw.bind('two', '3', 'ssn')")
    people.rows("select kw.set_floor('two', 'ssn', null)")
    assert people.wrapper(people.bind("two", "3", "ssn"))["kms1_key_id"] in (low, second)
    assert _is_clean(people)


def test_a_rename_to_a_name_with_a_higher_floor_is_refused(people: Session) -> None:
    _table(people, "one", b"x")
    people.rows("select kw.set_floor('two', 'ssn', 5)")
    people.rows("alter table one rename to two")
    people.refused("KW104", "select kw.rebind('one', 'two')")
    assert people.rows(NAMES) == [("public.one", "public.one")]


def test_a_bind_in_flight_beside_a_rename_loses_nothing(people: Session, connect: Connect) -> None:
    old = _table(people, "one", b"old")
    binder = connect()
    binder.rows("begin")
    binder.bind("one", "2", "ssn")
    in_flight = binder.encrypt("one", "2", "ssn", b"in flight")
    people.rows("alter table one rename to two")
    assert people.value("select kw.rebind('one', 'two')") == 1  # the rows moved
    binder.rows("commit")
    assert people.decrypt("two", "1", "ssn", old) == b"old"
    assert people.value("select kw.rebind('one', 'two')") == 1
    assert people.decrypt("two", "2", "ssn", in_flight) == b"in flight"
    assert _is_clean(people)


def test_a_shred_in_flight_beside_a_rename_is_seen_under_the_new_name(
    people: Session, connect: Connect
) -> None:
    people.rows("create table one (id bigint primary key, ssn bytea)")
    people.rows("select kw.bind('one', '*', 'ssn'), kw.bind('one', '1', 'ssn')")
    column = people.encrypt("one", "2", "ssn", b"y")
    shredder = connect()
    shredder.rows("begin")
    shredder.rows("select kw.shred('one', '1', 'ssn')")
    people.rows("alter table one rename to two")
    renamed = threading.Thread(target=people.rows, args=("select kw.rebind('one', 'two')",))
    renamed.start()
    shredder.rows("select pg_sleep(0.3)")
    shredder.rows("commit")
    renamed.join(30)
    assert not renamed.is_alive()
    connect().refused("KW301", "select kw.decrypt('two', '1', 'ssn', %s)", column)
    assert _is_clean(people)


def test_who_binds_while_a_rename_is_open_waits_and_binds_nothing_of_the_old_name(
    people: Session, connect: Connect
) -> None:
    old = _table(people, "one", b"old")
    people.rows("alter table one rename to two")
    people.rows("begin")
    people.rows("select kw.rebind('one', 'two')")
    binder = connect()
    said: list[str] = []

    def bind() -> None:
        try:
            binder.bind("one", "2", "ssn")
        except psycopg.Error as error:
            said.append(error.sqlstate or "")

    waiting = threading.Thread(target=bind)
    waiting.start()
    people.rows("select pg_sleep(0.3)")
    people.rows("commit")
    waiting.join(30)
    assert not waiting.is_alive()
    assert people.decrypt("two", "1", "ssn", old) == b"old"
    bound = dict(people.rows(NAMES))
    assert bound["public.two"] == "public.one"
    assert said or bound["public.one"].startswith("~.")
    assert people.lookup("two", "2", "ssn") is None
    assert _is_clean(people)


def test_a_rename_that_is_rolled_back_leaves_all_as_it_was(people: Session) -> None:
    value = _table(people, "one", b"x")
    before = people.rows("select to_jsonb(e)::text from kw.entities e order by 1")
    people.rows("begin")
    _rename(people, "one", "two")
    assert people.decrypt("two", "1", "ssn", value) == b"x"
    people.rows("rollback")
    assert people.rows("select to_jsonb(e)::text from kw.entities e order by 1") == before
    assert people.decrypt("one", "1", "ssn", value) == b"x"


def test_an_older_snapshot_moves_the_rows(people: Session) -> None:
    value = _table(people, "one", b"x")
    people.rows("alter table one rename to two")
    people.rows("begin isolation level repeatable read")
    assert people.value("select kw.rebind('one', 'two')") == 1
    people.rows("commit")
    assert people.rows(NAMES) == [("public.two", "public.two")]
    assert people.decrypt("two", "1", "ssn", value) == b"x"
    assert _is_clean(people)


def test_a_key_moves_in_a_renamed_table(people: Session) -> None:
    value = _table(people, "one", b"x")
    _rename(people, "one", "two")
    assert (
        people.value(
            "select kw.rebind('two', entity_pk => '1', to_entity_pk => '2', field_name => 'ssn')"
        )
        == 1
    )
    assert people.decrypt("two", "2", "ssn", value) == b"x"
    people.rows("alter table two rename column ssn to nin")
    people.rows("select kw.rebind('two', field_name => 'ssn', to_field_name => 'nin')")
    assert people.decrypt("two", "2", "nin", value) == b"x"
    assert _is_clean(people)


def test_the_state_in_the_log_follows_a_rename(sealed: Session) -> None:
    make_log(sealed)
    value = _table(sealed, "one", b"x")
    _, first = seal(sealed)
    check = "select table_name, row_key, problem from kw.check_state(%s)"
    for name, to in (("one", "two"), ("two", "three"), ("three", "one")):
        _rename(sealed, name, to)
        assert sealed.rows(check, first) == []
        _, first = seal(sealed)
        assert sealed.rows(check, first) == []
    assert sealed.decrypt("one", "1", "ssn", value) == b"x"


def test_names_exchanged_by_hand_in_a_sealed_database_open_nothing(
    sealed: Session, db: Database
) -> None:
    first, second = _table(sealed, "one", b"first"), _table(sealed, "two", b"second")
    assert sealed.decrypt("one", "1", "ssn", first) == b"first"
    sealed.rows(
        """
        set session_replication_role = replica;
        alter table kw.entities disable trigger user;
        update kw.entities set entity_table = 'x.y' where entity_table = 'public.one';
        update kw.entities set entity_table = 'public.one', quoted_name = 'public.one',
            relation = 'one'::regclass where entity_table = 'public.two';
        update kw.entities set entity_table = 'public.two', quoted_name = 'public.two',
            relation = 'two'::regclass where entity_table = 'x.y';
        reset session_replication_role
        """
    )
    for session in (sealed, Session(db.connect())):
        for _ in range(2):
            session.refused("KW211", "select kw.decrypt('two', '1', 'ssn', %s)", first)
            session.refused("KW211", "select kw.decrypt('one', '1', 'ssn', %s)", second)
            session.refused("KW211", "select kw.encrypt('one', '1', 'ssn', 'x')")
            session.refused("KW211", "select kw.lookup('one', '1', 'ssn')")


BY_NEW_NAME = {
    "bind": "'1', 'ssn'",
    "bind_many": "array['1'], 'ssn'",
    "bind_policy": "'ssn', 'default'",
    "blind_index": "'ssn', 'x'",
    "blind_index_many": "'ssn', array['x']",
    "cancel_index_rotation": "'ssn'",
    "create_index_key": "'ssn'",
    "encrypt": "'1', 'ssn', 'x'::bytea",
    "encrypt_many": "array['1'], 'ssn', array['x'::bytea]",
    "encrypt_text": "'1', 'ssn', 'x'",
    "encrypt_text_many": "array['1'], 'ssn', array['x']",
    "finish_index_rotation": "'ssn', 'token', 'token_next'",
    "grant_field": "'ssn', 'kw_client'",
    "protect_expand": "'plain'",
    "retire_generations": "'ssn'",
    "revoke_field": "'ssn', 'kw_client'",
    "rotate": "'1', 'ssn'",
    "rotate_index_key": "'ssn'",
    "set_floor": "'ssn', 1",
    "set_protected_field": "'ssn'",
    "set_read_audit": "'ssn', 'keys'",
    "shred": "'1', 'ssn'",
    "shred_index_key": "'ssn'",
    "shred_many": "array['1'], 'ssn'",
}  # fmt: skip


@pytest.mark.parametrize("function", BY_NEW_NAME)
def test_a_call_by_the_new_name_says_that_the_table_is_recorded_under_another(
    session: Session, function: str
) -> None:
    _table(session, "people_1", b"secret")
    session.rows("alter table people_1 add plain text, add token bytea, add token_next bytea")
    session.rows("select kw.create_index_key('people_1', 'ssn')")
    session.rows("alter table people_1 rename to people_2")
    before = session.value("select count(*) from kw.entities")
    with pytest.raises(psycopg.Error) as caught:
        session.rows(f"select kw.{function}('people_2', {BY_NEW_NAME[function]})")
    hint = "kw.rebind('public.people_1', to_entity_table => 'public.people_2')"
    assert hint in (caught.value.diag.message_hint or ""), caught.value
    assert session.value("select count(*) from kw.entities") == before


@pytest.mark.parametrize("name", ["people_1_protected", "shown"])
def test_views_of_a_table_and_the_table_below_one_get_no_keys_of_their_own(
    session: Session, name: str
) -> None:
    session.rows("create table people_1 (id bigint primary key, ssn text, plain text)")
    session.rows("call kw.protect('people_1', 'ssn', shown_by => 'view', until => 'cut_over')")
    session.rows("select kw.create_protected_view('people_1', 'shown')")
    for call in (
        "kw.bind({}, '*', 'plain')",
        "kw.create_index_key({}, 'plain')",
        "kw.protect_expand({}, 'plain')",
        "kw.set_floor({}, 'plain', 1)",
    ):
        said = session.refused("KW102", f"select {call.format(repr(name))}")
        assert f"table public.{name} is recorded under the name" in said, call
        assert "Use the name 'public.people_1'." in said, call
    said = session.refused("KW302", f"select kw.encrypt_text('{name}', 1, 'ssn', 'x')")
    assert "Use the name 'public.people_1'." in said
    session.rows("select kw.encrypt_text('people_1', 1, 'ssn', 'x')")


@pytest.mark.parametrize("too", ["", "alter table people_1_protected rename to people_2_protected"])
@pytest.mark.parametrize("phase", ["cut_over", "contracted"])
def test_a_renamed_view_that_has_the_name_of_its_table_is_followed(
    people: Session, make_role: Callable[..., str], phase: str, too: str
) -> None:
    session = people
    session.rows("create table people_1 (id bigint primary key, ssn text, plain text)")
    session.rows("insert into people_1 values (1, 's1', 'p1')")
    protect = "call kw.protect('{}', '{}', shown_by => 'view', search => 'equality', until => '{}')"
    session.rows(protect.format("people_1", "ssn", phase))
    session.rows("select kw.create_protected_view('people_1', 'shown')")
    session.rows("alter table people_1 rename to people_2")
    rebind = "kw.rebind('public.people_1', to_entity_table => 'public.people_2')"
    assert rebind in session.refused("KW102", "select kw.bind('people_2', '*', 'plain')")
    session.rows(f"insert into people_2 values (2, 's2', 'p2'); {too}")
    session.rows(f"select {rebind}")
    assert session.values("select entity_table from kw.entities") == ["public.people_2"]
    views = session.values("select view_name from kw.protected_views order by 1")
    assert views == ["public.people_2", "public.shown"]
    session.rows("insert into people_2 values (3, 's3', 'p3')")
    session.rows(protect.format("people_2", "plain", "contracted"))
    session.rows("insert into people_2 values (4, 's4', 'p4')")
    session.rows("update people_2 set ssn = 's5', id = 5 where false")
    session.rows("update people_2 set ssn = 's11' where id = 1")
    read = [(1, "s11", "p1"), *((n, f"s{n}", f"p{n}") for n in (2, 3, 4))]
    for view in ("people_2", "shown"):
        assert session.rows(f"select id, ssn, plain from {view} order by id") == read
    find = "select id from people_2 where ssn_token = kw.blind_index('people_2', 'ssn', 's11')"
    assert session.values(find) == [1]
    assert session.values("select detail from kw.doctor() where not ok") == []
    if phase == "cut_over":
        session.rows("select kw.drop_protected_view('shown')")
        session.rows("select kw.protect_undo('people_2', 'ssn')")
        assert session.rows("select id, ssn, plain from people_2 order by id") == read


def test_a_view_that_others_own_or_that_left_its_schema_is_not_followed(
    session: Session, make_role: Callable[..., str]
) -> None:
    session.rows("create table people_1 (id bigint primary key, ssn text); create schema other")
    session.rows("call kw.protect('people_1', 'ssn', shown_by => 'view', until => 'cut_over')")
    rebind = "select kw.rebind('people_1', '{}')"
    session.rows("begin; alter view people_1 set schema other")
    assert "cannot have the bindings" in session.refused("KW102", rebind.format("other.people_1"))
    session.rows("rollback; begin; alter view people_1 rename to people_2")
    session.rows(f"alter view people_2 owner to {make_role()}")
    assert "cannot have the bindings" in session.refused("KW102", rebind.format("people_2"))
    session.rows("rollback; alter view people_1 rename to people_2; create table people_1 (id int)")
    assert "cannot have the bindings" in session.refused("KW102", rebind.format("people_2"))


@pytest.mark.parametrize(
    "record",
    [
        "select kw.grant_field('people_1', 'ssn', 'kw_client')",
        "select kw.grant_field('people_1', 'ssn', 'kw_client');"
        " select kw.revoke_field('people_1', 'ssn', 'kw_client')",
        "call kw.protect('people_1', 'plain', key_scope => 'cell', until => 'expanded')",
    ],
)
def test_a_name_that_nothing_is_bound_to_is_followed_too(people: Session, record: str) -> None:
    session = people
    session.rows("create table people_1 (id bigint primary key, ssn bytea, plain text)")
    session.rows(record)
    session.rows("alter table people_1 rename to people_2")
    assert "kw.rebind" in session.refused("KW102", "select kw.bind('people_2', '*', 'ssn')")
    assert session.value("select kw.rebind('people_1', 'people_2')") == 0
    session.bind("people_2", "*", "ssn")
    assert session.values("select entity_table from kw.entities") == ["public.people_2"]
    assert session.rows("select * from kw.doctor() where not ok") == []
    session.refused("KW100", "select kw.rebind('people_1', 'people_2')")


def test_another_table_does_not_take_the_name_of_a_renamed_one(session: Session) -> None:
    for name in ("people_1", "people_2"):
        _table(session, name, b"secret")
    session.rows("alter table people_2 rename to people_3")
    said = session.refused("KW102", "select kw.rebind('people_1', 'people_3')")
    assert "kw.rebind('public.people_2', to_entity_table => 'public.people_3')" in said
    assert session.value("select kw.rebind('people_2', 'people_3')") == 1


def test_a_table_below_a_view_that_was_renamed_alone_gets_its_name_back(session: Session) -> None:
    session.rows("create table people_1 (id bigint primary key, ssn text, plain text)")
    session.rows("call kw.protect('people_1', 'ssn', shown_by => 'view', until => 'cut_over')")
    session.rows("alter table people_1_protected rename to people_2")
    said = session.refused("KW102", "select kw.bind('people_2', '*', 'plain')")
    assert "Table public.people_1_protected was renamed. Give it that name again." in said


def test_who_does_not_own_a_table_learns_no_other_name_of_it(
    session: Session, connect: Connect, make_role: Callable[..., str]
) -> None:
    role = make_role("kw_client")
    _table(session, "people_1", b"secret")
    session.rows("alter table people_1 rename to people_2")
    session.rows(f"grant insert on people_2 to {role}; grant create on schema public to {role}")
    other = connect(role)
    other.rows("create view shown as select * from people_2")
    other.rows(
        "create trigger k before insert on shown for each statement"
        " execute function kw._begin_view()"
    )
    for call, sqlstate in {
        "kw.encrypt_text('people_2', '1', 'ssn', 'x')": "KW302",
        "kw.fill_tokens('people_2', 'ssn', null, 10)": "KW101",
        "kw.shred_many('people_2', array['1'], 'ssn')": "KW100",
        "kw.bind('people_2', '1', 'ssn')": "KW102",
    }.items():
        said = other.refused(sqlstate, f"select {call}")
        assert "people_1" not in said, call
    assert other.value("select kw.bind('shown', '1', 'ssn')") is not None
