"""Which reads are audited: none, raw data keys, or every statement, by field."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests.deployment import make_deployment
from tests.sql.logged import Told
from tests.sql.session import Session

Connect = Callable[..., Session]
MakeRole = Callable[..., str]
Events = Callable[[], list[dict[str, Any]]]
ROWS = 20
EVENTS = """
    select id, object, acting_role::text, details - 'statement' as details
    from kw.audit_events
    where action = 'read' and id > %s
    order by id
"""
SUM = "select sum(length(kw.decrypt_text('people', id, 'ssn', ssn))) from people"
ONE = ("decrypt", "decrypt_text", "try_decrypt", "try_decrypt_text", "reencrypt")
MANY = "select kw.{}('people', array_agg(id::text), 'ssn', array_agg(ssn)) from people"
LOOKUP_MANY = "kw.lookup_many('people', array_agg(id::text), '{}')"
READS = {
    **{name: f"select kw.{name}('people', id, 'ssn', ssn) from people" for name in ONE},
    **{f"{name}_many": MANY.format(f"{name}_many") for name in ONE},
    "export_values": MANY.replace("{}(", "export_values(kw.wrap(), "),
    "lookup": "select kw.lookup('people', id, 'ssn') from people",
    "lookup_many": f"select {LOOKUP_MANY.format('ssn')} from people",
    "unwrap": "select kw.unwrap(kw.lookup('people', id, 'note')) from people",
    "unwrap_many": f"select kw.unwrap_many({LOOKUP_MANY.format('note')}) from people",
}


@pytest.fixture
def reader(session: Session, connect: Connect, make_role: MakeRole, told: Told) -> Session:
    """A session of a role that reads public.people, whose field ssn is audited by statements."""
    role = told.of(make_role("kw_client", "kw_unwrap"))
    session.rows(f"grant select, insert, update on public.people to {role}")
    session.rows(
        "select kw.bind_many('people', array_agg(i::text), 'ssn') from generate_series(1, %s) i",
        ROWS,
    )
    session.rows(
        "insert into people (id, ssn) select i, kw.encrypt_text('people', i, 'ssn', 'secret ' || i)"
        " from generate_series(1, %s) i",
        ROWS,
    )
    session.rows("select kw.set_read_audit('people', 'ssn', 'statements')")
    return connect(role)


@pytest.fixture
def events(session: Session) -> Events:
    """``events()``: the details of the events of reads since the last call."""
    last = 0

    def read() -> list[dict[str, Any]]:
        nonlocal last
        found = session.rows(EVENTS, last)
        last = max([last, *(row[0] for row in found)])
        return [{"object": where, "role": role, **details} for _, where, role, details in found]

    return read


@pytest.mark.parametrize("function", [name for name in READS if "unwrap" not in name])
def test_a_statement_is_one_event_however_many_values_it_reads(
    session: Session, reader: Session, function: str, events: Events
) -> None:
    for _ in range(2):  # with and without kept ciphers
        reader.rows(READS[function])
        (event,) = events()
        assert event == {
            "object": "public.people.ssn",
            "role": reader.value("select current_user::text"),
            "function": function,
            "values": ROWS,
            "bindings": ROWS,
        }


@pytest.mark.parametrize("function", ["unwrap", "unwrap_many"])
def test_raw_data_keys_are_events_of_the_fields_that_they_open(
    session: Session, reader: Session, function: str, events: Events
) -> None:
    session.rows("select kw.bind_many('people', array_agg(id::text), 'note') from people")
    session.rows("select kw.set_read_audit('people', 'note', 'statements')")
    reader.rows(READS[function])
    found = {event["function"]: event for event in events()}
    assert set(found) == {function, function.replace("unwrap", "lookup")}
    assert found[function]["object"] == "public.people.note"
    assert (found[function]["values"], found[function]["bindings"]) == (ROWS, ROWS)


def test_a_key_of_a_whole_row_is_audited_as_its_strictest_field(
    session: Session, reader: Session, events: Events
) -> None:
    wrapper = session.bind("people", "1")
    reader.rows("select kw.unwrap(%s)", wrapper)
    (event,) = events()
    assert (event["object"], event["values"], event["bindings"]) == ("public.people", 1, 1)


def test_no_event_holds_a_value(session: Session, reader: Session, told: Told) -> None:
    told()
    reader.rows(SUM)
    said = str(session.rows("select a::text from kw.audit_events a")) + str(told())
    assert "secret" not in said
    for value in session.values("select ssn from people"):
        assert value.hex()[-32:] not in said


def test_other_fields_write_nothing(
    session: Session, reader: Session, told: Told, events: Events
) -> None:
    session.rows("select kw.bind('people', '*', 'name')")
    value = session.encrypt("people", "1", "name", b"x")
    told()
    reader.rows("begin")
    for _ in range(3):
        assert reader.decrypt("people", "1", "name", value) == b"x"
    assert reader.value("select pg_current_xact_id_if_assigned() is null")
    reader.rows("commit")
    assert events() == []
    assert told() == []


def test_statements_of_a_transaction_are_events_of_their_own(
    session: Session, reader: Session, events: Events
) -> None:
    reader.rows("begin")
    reader.rows(SUM)
    reader.rows(f"{SUM} where id < 4")
    assert events() == []  # not before the commit
    reader.rows("commit")
    assert [event["values"] for event in events()] == [ROWS, 3]
    reader.rows(SUM)
    assert [event["values"] for event in events()] == [ROWS]


def test_the_event_says_when_the_statement_began(session: Session, reader: Session) -> None:
    reader.rows(SUM)
    assert session.value(
        "select (details ->> 'statement')::timestamptz between now() - interval '1 minute' and"
        " happened_at from kw.audit_events where action = 'read'"
    )


def test_a_cursor_is_an_event_for_each_fetch(
    session: Session, reader: Session, events: Events
) -> None:
    reader.rows("begin")
    reader.rows("declare c cursor for select kw.decrypt_text('people', id, 'ssn', ssn) from people")
    reader.rows("fetch 3 from c")
    reader.rows("fetch 5 from c")
    reader.rows("commit")
    assert [event["values"] for event in events()] == [3, 5]


def test_a_cursor_that_outlives_its_transaction_is_read_before_the_commit(
    session: Session, reader: Session, events: Events
) -> None:
    reader.rows("begin")
    reader.rows(
        "declare c cursor with hold for"
        " select kw.decrypt_text('people', id, 'ssn', ssn) from people"
    )
    reader.rows("commit")
    assert [event["values"] for event in events()] == [ROWS]
    reader.rows("fetch all from c")
    assert events() == []


def test_a_line_of_the_log_says_at_once_what_a_rollback_takes_back(
    session: Session, reader: Session, told: Told, events: Events
) -> None:
    told()
    reader.rows("begin")
    reader.rows(SUM)
    ((line),) = told()
    assert (line["action"], line["object"]) == ("read", "public.people.ssn")
    assert line["details"] == {"function": "decrypt_text"}
    reader.rows("rollback")
    assert events() == []
    # What the session counted goes with its next reads.
    reader.rows(f"{SUM} where id = 1")
    first, second = events()
    assert (first["values"], first["rolled_back"]) == (ROWS, True)
    assert (second["values"], "rolled_back" in second) == (1, False)
    assert [line["details"].get("values") for line in told()] == [None, ROWS, 1]


def test_a_savepoint_hides_nothing(session: Session, reader: Session, events: Events) -> None:
    reader.rows("begin; savepoint a")
    reader.rows(SUM)
    reader.rows("rollback to a")
    reader.rows(f"{SUM} where id < 3")
    reader.rows("commit")
    first, second = events()
    assert (first["values"], first["rolled_back"]) == (ROWS, True)
    assert (second["values"], "rolled_back" in second) == (2, False)
    reader.rows("begin")
    reader.rows(SUM)
    reader.rows("savepoint a")
    reader.rows(f"{SUM} where id < 3")
    reader.rows("rollback to a; commit")
    assert [event["values"] for event in events()] == [ROWS, 2]


def test_an_exception_block_hides_nothing(
    session: Session, reader: Session, events: Events
) -> None:
    block = """
        begin
            perform kw.decrypt_text('people', p.id, 'ssn', p.ssn) from people p where p.id = {};
            raise exception 'x';
        exception when raise_exception then
            null;
        end;
    """
    reader.rows(f"do $$ begin {block.format(1)} {block.format(2)} perform ({SUM}); end $$")
    (event,) = events()
    assert event["values"] == ROWS + 2


def test_a_statement_that_fails_is_told_by_the_log(
    session: Session, reader: Session, told: Told, events: Events
) -> None:
    told()
    reader.refused("22012", f"{SUM.replace('from', ', sum(1 / (id - 5)) from')}")
    assert events() == []
    assert [line["action"] for line in told()] == ["read"]
    session.rows("update people set ssn = ssn || 'x' where id = 7")
    reader.refused("KW300", SUM)
    reader.rows(f"{SUM} where id = 1")
    assert [event["values"] for event in events()][-1] == 1
    reader.rows("select kw.try_decrypt('people', id, 'ssn', ssn) from people where id < 9")
    assert [event["values"] for event in events()] == [7]


def test_constraints_cannot_put_it_off(session: Session, reader: Session, events: Events) -> None:
    reader.rows("begin; set constraints all immediate")
    reader.rows(SUM)
    assert sum(event["values"] for event in events()) == 0  # of another transaction
    reader.rows("commit")
    assert sum(event["values"] for event in events()) == ROWS
    reader.rows("begin")
    reader.rows(SUM)
    reader.rows("set constraints all immediate")
    reader.rows(f"{SUM} where id < 4")
    reader.rows("set constraints all deferred")
    reader.rows(f"{SUM} where id < 3")
    reader.rows("commit")
    assert sum(event["values"] for event in events()) == ROWS + 3 + 2


def test_what_was_written_in_a_part_that_is_rolled_back_is_written_again(
    session: Session, reader: Session, events: Events
) -> None:
    reader.rows("begin")
    reader.rows(SUM)
    reader.rows("savepoint a; set constraints all immediate; rollback to a; commit")
    assert [event.get("values") for event in events()] == [ROWS]
    reader.rows("begin")
    reader.rows(SUM)
    reader.rows("set constraints all immediate; rollback")
    reader.rows(f"{SUM} where id < 3")
    assert [(event["values"], event.get("rolled_back")) for event in events()] == [
        (ROWS, True),
        (2, None),
    ]
    reader.rows("begin")
    for _ in range(1000):
        reader.rows("select kw.lookup('people', 1, 'ssn')")
    reader.rows("savepoint a")
    reader.rows(SUM)
    reader.rows("rollback to a; commit")
    assert len(events()) == 1001


def test_a_transaction_that_cannot_write_is_refused(
    session: Session, reader: Session, told: Told
) -> None:
    reader.rows(SUM)
    told()
    reader.rows("set default_transaction_read_only = on")
    for function in ("decrypt_text", "decrypt_many", "lookup"):
        said = reader.refused("KW106", READS[function])
        assert "reads of public.people.ssn are audited, and this transaction cannot write" in said
        assert "Read on the primary" in said
    assert told() == []
    reader.rows("set default_transaction_read_only = off")
    reader.rows("begin")
    reader.rows(SUM)
    reader.rows("set transaction read only")
    reader.refused("25006", "commit")
    assert [line["action"] for line in told()] == ["read"]


def test_a_materialized_view_cannot_keep_what_is_audited(
    session: Session, reader: Session, events: Events
) -> None:
    said = session.refused("KW106", f"create materialized view public.plain as {READS['decrypt']}")
    assert "so no materialized view or index can hold it" in said
    assert events() == []


def test_a_level_that_was_edited_by_hand_is_refused(session: Session, reader: Session) -> None:
    make_deployment(session)
    session.rows("select kw.seal_rows()")
    reader.rows(SUM)
    session.rows("update kw.entity_fields set read_audit = 'none' where read_audit is not null")
    said = reader.refused("KW211", SUM)
    assert "kw.entity_fields" in said


def test_what_a_session_forgets_is_an_event(
    session: Session, reader: Session, events: Events
) -> None:
    """As at an upgrade of the code that the session runs."""
    session.rows(
        "create function public.forget() returns void language plpython3u security definer as"
        " 'from kwruntime.call import SESSION; SESSION.__init__()'"
    )
    reader.rows("begin")
    reader.rows(SUM)
    reader.rows("select public.forget()")
    reader.rows("commit")
    (event,) = events()
    assert (event["object"], event["is_counted"]) == ("fields", False)
    reader.rows(SUM)
    assert [event["values"] for event in events()] == [ROWS]


def test_the_role_in_force_is_named(
    session: Session, reader: Session, connect: Connect, make_role: MakeRole, events: Events
) -> None:
    role = reader.value("select current_user::text")
    other = make_role()
    session.rows(f"set role {role}")
    session.rows(
        f"create function pg_temp.f() returns bigint language sql security definer as $$ {SUM} $$"
    )
    session.rows("reset role")
    session.rows("begin")
    session.value("select pg_temp.f()")
    session.rows(SUM)
    session.rows(f"set local role {other}")  # who commits may call nothing of kw
    session.rows("commit")
    mine = session.value("select current_user::text")
    assert [(event["role"], event["values"]) for event in events()] == [
        (role, ROWS),
        (mine, ROWS),
    ]


def test_a_field_has_its_own_level_then_its_rows_then_the_default(
    session: Session, reader: Session, events: Events
) -> None:
    def is_audited() -> bool:
        reader.rows(SUM)
        return bool(events())

    assert is_audited()
    session.rows("select kw.set_read_audit('people', 'ssn', null)")
    assert not is_audited()
    session.rows("select kw.set_read_audit('people', null, 'statements')")
    assert is_audited()
    session.rows("select kw.set_read_audit('people', 'ssn', 'keys')")
    assert not is_audited()
    session.rows("select kw.set_read_audit('people', 'ssn', null)")
    session.rows("select kw.set_read_audit('people', null, null)")
    session.rows("select kw.set_setting('read_audit', 2)")
    assert is_audited()
    session.rows("select kw.set_read_audit('people', 'ssn', 'none')")
    assert not is_audited()


def test_a_new_level_counts_at_the_next_call_of_every_session(
    session: Session, reader: Session, events: Events
) -> None:
    session.rows("select kw.set_read_audit('people', 'ssn', 'none')")
    one = f"{SUM} where id = 1"
    reader.rows("begin isolation level repeatable read")
    for _ in range(3):
        reader.rows(one)
    session.rows("select kw.set_read_audit('people', 'ssn', 'statements')")
    reader.rows(one)
    reader.rows("commit")
    assert [event["values"] for event in events()] == [1]


@pytest.mark.parametrize(("level", "lines"), [("none", 0), ("keys", 1), ("statements", 1)])
def test_raw_data_keys_are_lines_of_the_log_but_for_none(
    session: Session, reader: Session, told: Told, level: str, lines: int, events: Events
) -> None:
    wrapper = session.bind("people", "1", "note")
    session.rows("select kw.set_read_audit('people', 'note', %s)", level)
    told()
    reader.rows("select kw.unwrap(%s)", wrapper)
    assert [line["action"] for line in told()].count("unwrap") == lines
    assert len(events()) == (level == "statements")


def test_unbound_keys_follow_the_default(
    session: Session, reader: Session, told: Told, events: Events
) -> None:
    wrapper = reader.value("select kw.wrap()::text")
    told()
    session.rows("select kw.set_setting('read_audit', 0)")
    reader.rows("select kw.unwrap(%s)", wrapper)
    assert told() == []
    session.rows("select kw.set_setting('read_audit', 2)")
    reader.rows("select kw.unwrap(%s)", wrapper)
    (event,) = events()
    assert (event["object"], event["values"], event["bindings"]) == ("unbound wrappers", 1, 0)


def test_a_rename_takes_the_level_along(session: Session, reader: Session, events: Events) -> None:
    session.rows("alter table people rename to persons")
    session.rows("select kw.rebind('people', to_entity_table => 'persons')")
    reader.rows(SUM.replace("people", "persons"))
    (event,) = events()
    assert (event["object"], event["values"]) == ("public.persons.ssn", ROWS)


def test_readers_do_not_wait_for_each_other(
    session: Session, reader: Session, connect: Connect, events: Events
) -> None:
    other = connect(reader.value("select current_user::text"))
    for one in (reader, other):
        one.rows("set lock_timeout = '1s'")
        one.rows("begin")
    for one in (reader, other, reader, other):
        one.rows(SUM)
    other.rows("commit")
    reader.rows("commit")
    assert [event["values"] for event in events()] == [ROWS] * 4
    assert session.value("select count(*) from kw.audited_reads") == 0


def test_many_statements_of_a_transaction_are_written_in_parts(
    session: Session, reader: Session, events: Events
) -> None:
    reader.rows("begin")
    for _ in range(1100):
        reader.rows("select kw.lookup('people', 1, 'ssn')")
    reader.rows("commit")
    assert len(events()) == 1100


def test_only_admins_set_it(session: Session, connect: Connect, make_role: MakeRole) -> None:
    query = "select kw.set_read_audit('people', 'ssn', 'none')"
    for role in ("kw_client", "kw_operator", "kw_unwrap", "kw_grantor", "kw_auditor"):
        connect(make_role(role)).refused("42501", query)
    admin = connect(make_role("kw_admin"))
    admin.rows(query)
    assert session.rows("select object, details from kw.audit_events order by id desc limit 1") == [
        ("public.people.ssn", {"reads": "none"})
    ]
    said = admin.refused("KW003", "select kw.set_read_audit('people', 'ssn', 'all')")
    assert "reads must be one of none, keys, statements" in said
    said = admin.refused("KW003", "select kw.set_setting('read_audit', 3)")
    assert "0 (none), 1 (keys), 2 (statements)" in said


def test_nobody_writes_the_rows_of_transactions(
    session: Session, connect: Connect, make_role: MakeRole
) -> None:
    connect(make_role("kw_admin", "kw_client")).refused(
        "42501", "insert into kw.audited_reads default values"
    )
    with pytest.raises(psycopg.errors.FeatureNotSupported):
        session.rows("select kw._keep_reads()")
