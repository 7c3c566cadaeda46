"""Wrappers of earlier generations are retired when nothing can need them, and not before."""

import contextlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple

import psycopg
import pytest

from kwtools.cluster import Place, set_up
from tests.sql.session import Session

Connect = Callable[..., Session]
RETIRE = "select kw.retire_generations('people', 'ssn', 0)::int"
STATES = "select generation, wrapper_status from kw.field_generations('people', 'ssn')"
OLD = "select kw.decrypt_text('people', id, 'ssn', ssn) from people order by id"


def insert(session: Session, pk: int, column: str = "ssn", field: str = "ssn") -> None:
    session.rows(
        f"insert into people (id, {column}) values (%s, kw.encrypt_text('people', %s, %s, 'v'))",
        pk,
        str(pk),
        field,
    )


def move(session: Session) -> None:
    session.rows("update people set ssn = kw.reencrypt('people', id, 'ssn', ssn)")


@pytest.fixture
def rotated(session: Session) -> Session:
    """The superuser's session, after a column's key was rotated and its three values moved."""
    session.bind("people", "*", "ssn")
    for pk in (1, 2, 3):
        insert(session, pk)
    session.rows("select kw.rotate('people', '*', 'ssn')")
    move(session)
    return session


class Waiting:
    """A call of kw.retire_generations() that waits in a session of its own."""

    def __init__(self, session: Session, watching: Session, seconds: int = 300) -> None:
        self._pool = ThreadPoolExecutor(1)
        self.session = session
        query = RETIRE.replace("0)", f"{seconds})")
        self.result: Future[Any] = self._pool.submit(session.value, query)
        self._pid = session.connection.info.backend_pid
        self.until_it_waits(watching)

    def until_it_waits(self, watching: Session) -> None:
        query = "select wait_event from pg_stat_activity where pid = %s"
        for _ in range(6000):
            if watching.value(query, self._pid) == "PgSleep" or self.result.done():
                return
            time.sleep(0.02)
        raise AssertionError("it does not wait")


# -- what is retired ------------------------------------------------------------------------------


def test_an_earlier_generation_that_no_value_uses_is_retired(
    session: Session, connect: Connect, make_role: Callable[..., str]
) -> None:
    role = make_role("kw_client")
    session.rows(f"alter table people owner to {role}; grant usage on schema public to {role}")
    old = session.bind("people", "*", "ssn")
    insert(session, 1)
    kept = session.value("select ssn from people")
    owner = connect(role)
    assert owner.value(RETIRE) == 0
    session.rows("select kw.rotate('people', '*', 'ssn')")
    assert owner.value(RETIRE) == 0
    assert "1 earlier wrappers of public.people.ssn are left: values use them" in owner.heard()
    move(session)
    assert owner.value(RETIRE) == 1
    assert owner.heard() == ""
    assert session.rows(STATES) == [(2, "active"), (1, "retired")]
    assert session.values(OLD) == ["v"]
    session.refused("KW212", "select kw.decrypt('people', 1, 'ssn', %s)", kept)
    assert owner.value(RETIRE) == 0
    query = "select object, acting_role, details from kw.audit_events where action like 'retire%%'"
    assert session.rows(query) == [("public.people.ssn", role, {"wrappers": 1})]
    assert session.value("select kw.set_wrapper_status(%s, 'active')", old) == "rotated"
    assert session.decrypt("people", "1", "ssn", kept) == b"v"


def test_each_generation_is_looked_for_by_itself(rotated: Session) -> None:
    insert(rotated, 4)
    rotated.rows("select kw.rotate('people', '*', 'ssn')")
    rotated.rows("select kw.rotate('people', '*', 'ssn')")
    assert rotated.value(RETIRE) == 2
    assert "1 earlier wrappers" in rotated.heard()
    states = [(4, "active"), (3, "retired"), (2, "rotated"), (1, "retired")]
    assert rotated.rows(STATES) == states


def test_cells_are_retired_one_by_one(session: Session) -> None:
    session.rows("select kw.bind_many_by_bigint('people', array[1, 2, 3, 4], 'ssn')")
    for pk in (1, 2, 3, 4):
        insert(session, pk)
    session.rows("select kw.rotate('people', id, 'ssn') from people")
    session.rows("update people set ssn = kw.reencrypt('people', id, 'ssn', ssn) where id > 1")
    session.rows("select kw.shred('people', 4, 'ssn')")
    assert session.value(RETIRE) == 2
    query = """
        select b.entity_pk, w.status
        from kw.binding_generations g
        join kw.encryption_bindings b on b.id = g.binding_id
        join kw.key_wrappers w on w.id = g.key_wrapper_id
        order by 1
    """
    statuses = ["rotated", "retired", "retired", "invalid"]
    assert session.rows(query) == list(zip("1234", statuses, strict=True))


@pytest.mark.parametrize("pk", ["*", "1"])
def test_the_wrappers_of_a_table_or_row_are_looked_for_in_every_column(
    session: Session, pk: str
) -> None:
    retire = "select kw.retire_generations('people', null, 0)::int"
    session.bind("people", pk)
    insert(session, 1, "note", "note")
    session.rows("select kw.rotate('people', %s)", pk)
    assert session.value(RETIRE) == 0
    assert session.value(retire) == 0
    session.rows("update people set note = kw.reencrypt('people', id, 'note', note)")
    session.rows("alter table people add column many bytea[]; alter table people drop column name")
    old = session.value("select ssn from people")
    assert old is None
    assert session.value(RETIRE) == 0
    assert session.value(retire) == 1


def test_a_ciphertext_is_found_in_whichever_column(rotated: Session) -> None:
    rotated.rows("create domain copies as bytea[]; alter table people add column copy copies")
    rotated.rows("insert into people (id, ssn) values (9, null)")
    rotated.rows("select kw.set_setting('cache_seconds', 300)")
    insert(rotated, 5)
    rotated.rows("select kw.rotate('people', '*', 'ssn')")
    rotated.rows("update people set note = ssn where id = 5")
    move(rotated)
    assert rotated.value(RETIRE) == 1  # the first generation
    rotated.rows("update people set copy = array[null, note], note = null")
    assert rotated.value(RETIRE) == 0
    assert rotated.rows(STATES) == [(3, "active"), (2, "rotated"), (1, "retired")]
    rotated.rows("update people set copy = null")
    assert rotated.value(RETIRE) == 1


def test_partitions_and_children_are_looked_at(session: Session) -> None:
    session.rows("create table child () inherits (people)")
    session.bind("people", "*", "ssn")
    session.rows("insert into child (id, ssn) values (1, kw.encrypt('people', 1, 'ssn', 'x'))")
    session.rows("select kw.rotate('people', '*', 'ssn')")
    assert session.value(RETIRE) == 0
    move(session)
    assert session.value(RETIRE) == 1


def test_a_wrapper_that_other_bindings_use_or_used_is_left(session: Session) -> None:
    wrapper = session.bind("people", "*", "ssn")
    session.bind("people", "*", "note", wrapper=wrapper)
    insert(session, 1)
    session.rows("select kw.rotate('people', '*', 'ssn')")
    move(session)
    assert session.value(RETIRE) == 0
    assert "1 earlier wrappers of public.people.ssn are left: other bindings" in session.heard()
    assert session.wrapper(wrapper)["status"] == "active"
    insert(session, 2, "note", "note")
    session.rows("select kw.rotate('people', '*', 'note')")
    assert session.wrapper(wrapper)["status"] == "rotated"
    session.rows("update people set note = kw.reencrypt('people', id, 'note', note)")
    assert session.value(RETIRE) == 0
    assert session.wrapper(wrapper)["status"] == "rotated"


# -- who is waited for ----------------------------------------------------------------------------


@pytest.mark.parametrize("ends", ["commit", "rollback"])
def test_an_insert_under_the_old_generation_is_waited_for(
    session: Session, connect: Connect, ends: str
) -> None:
    session.bind("people", "*", "ssn")
    insert(session, 1)
    writer = connect()
    writer.rows("begin")
    insert(writer, 2)
    session.rows("select kw.rotate('people', '*', 'ssn')")
    move(session)
    said = session.refused("55P03", RETIRE)
    assert f"process {writer.connection.info.backend_pid} of role" in said
    waiting = Waiting(connect(), session)
    writer.rows(ends)
    assert waiting.result.result() == (0 if ends == "commit" else 1)
    assert session.values(OLD) == (["v", "v"] if ends == "commit" else ["v"])


def test_a_transaction_that_has_only_encrypted_so_far_is_waited_for(
    session: Session, connect: Connect
) -> None:
    session.bind("people", "*", "ssn")
    writer = connect()
    writer.rows("begin")
    old = writer.encrypt("people", "2", "ssn", b"late")
    session.rows("select kw.rotate('people', '*', 'ssn')")
    session.refused("55P03", RETIRE)
    waiting = Waiting(connect(), session)
    writer.rows("insert into people (id, ssn) values (2, %s)", old)
    writer.rows("commit")
    assert waiting.result.result() == 0
    assert session.values(OLD) == ["late"]


def test_an_old_snapshot_reads_its_values_and_is_waited_for(
    session: Session, connect: Connect
) -> None:
    session.bind("people", "*", "ssn")
    insert(session, 1)
    reader = connect()
    reader.rows("begin isolation level repeatable read read only")
    assert reader.values(OLD) == ["v"]
    session.rows("select kw.rotate('people', '*', 'ssn')")
    move(session)
    assert str(reader.connection.info.backend_pid) in session.refused("55P03", RETIRE)
    waiting = Waiting(connect(), session)
    assert reader.values(OLD) == ["v"]
    reader.rows("commit")
    assert waiting.result.result() == 1


def test_a_snapshot_that_was_lent_is_waited_for(session: Session, connect: Connect) -> None:
    """Its transaction begins after the look, with a snapshot from before the values moved."""
    session.bind("people", "*", "ssn")
    insert(session, 1)
    lender, borrower = connect(), connect()
    lender.rows("begin isolation level repeatable read")
    lent = lender.value("select pg_export_snapshot()")
    session.rows("select kw.rotate('people', '*', 'ssn')")
    move(session)
    waiting = Waiting(connect(), session, 5)
    borrower.rows("begin isolation level repeatable read")
    borrower.rows(f"set transaction snapshot '{lent}'")
    assert borrower.values(OLD) == ["v"]
    lender.rows("commit")
    with pytest.raises(psycopg.errors.LockNotAvailable) as caught:
        waiting.result.result()
    assert str(borrower.connection.info.backend_pid) in (caught.value.diag.message_detail or "")
    assert borrower.values(OLD) == ["v"]
    borrower.rows("commit")
    assert session.value(RETIRE) == 1


class Between(NamedTuple):
    """A call that waits for the second time, and whom it waits for.

    That one has read a value which came after the call began and moved before it looked.
    """

    connect: Callable[[], Session]
    session: Session
    waiting: Waiting
    reading: Session


@pytest.fixture
def between(own_cluster: Callable[..., Place]) -> Iterator[Between]:
    """On a server of its own: a snapshot is as old as the oldest transaction of any database."""
    place = _server(own_cluster)
    with contextlib.ExitStack() as stack:

        def connect() -> Session:
            return Session(stack.enter_context(place.connect()))

        session, bringing, older, reading = connect(), connect(), connect(), connect()
        insert(session, 1)
        bringing.rows("begin")
        insert(bringing, 9)
        older.rows("begin")
        older.rows("select 1")
        session.rows("select kw.rotate('people', '*', 'ssn')")
        move(session)
        waiting = Waiting(connect(), session)
        bringing.rows("commit")
        reading.rows("begin isolation level repeatable read")
        assert reading.values("select id from people order by id") == [1, 9]
        move(session)
        older.rows("commit")
        has_looked = """
            select count(*) from pg_locks
            where pid = %s and relation = 'people'::regclass and locktype = 'relation'
        """
        pid = waiting.session.connection.info.backend_pid
        while not session.value(has_looked, pid):
            if waiting.result.done():
                waiting.result.result()
            time.sleep(0.02)
        yield Between(connect, session, waiting, reading)


def test_what_has_read_a_value_between_the_looks_is_waited_for(between: Between) -> None:
    _, session, waiting, reading = between
    assert reading.values(OLD) == ["v", "v"]
    assert not waiting.result.done()
    reading.rows("commit")
    assert waiting.result.result() == 1
    assert session.values(OLD) == ["v", "v"]


def test_who_waits_for_the_call_ends_it(between: Between) -> None:
    changing = between.connect()
    with ThreadPoolExecutor(1) as pool:
        altered = pool.submit(changing.rows, "alter table people add column more int")
        with pytest.raises(psycopg.Error) as caught:
            between.waiting.result.result(timeout=600)
        between.reading.rows("commit")
        altered.result(timeout=600)
    assert caught.value.sqlstate == "55P03"
    assert "waits for this call to end" in str(caught.value)


def test_what_the_transaction_itself_has_changed_is_to_be_committed_first(
    session: Session, connect: Connect
) -> None:
    session.bind("people", "*", "ssn")
    insert(session, 1)
    session.rows("begin")
    session.rows("select kw.rotate('people', '*', 'ssn')")
    move(session)
    assert "that has made changes" in session.refused("KW102", RETIRE)
    session.rows("rollback")


def test_a_rotation_meanwhile_is_noticed(session: Session, connect: Connect) -> None:
    session.bind("people", "*", "ssn")
    insert(session, 1)
    session.rows("select kw.rotate('people', '*', 'ssn')")
    move(session)
    older = connect()
    older.rows("begin")
    older.rows("select 1")
    waiting = Waiting(connect(), session)
    session.rows("select kw.rotate('people', '*', 'ssn')")
    older.rows("commit")
    with pytest.raises(psycopg.Error) as caught:
        waiting.result.result()
    assert caught.value.sqlstate == "KW102"
    assert session.values("select status from kw.key_wrappers where status = 'retired'") == []


def test_of_two_calls_at_once_the_second_one_is_refused(rotated: Session, connect: Connect) -> None:
    older, first, second = connect(), connect(), connect()
    older.rows("begin")
    older.rows("select 1")
    waiting = Waiting(first, rotated)
    assert "another call" in second.refused("55P03", RETIRE.replace("0)", "300)"))
    older.rows("commit")
    assert waiting.result.result(timeout=300) == 1
    assert second.value(RETIRE) == 0


def test_transactions_of_other_databases_are_not_waited_for(
    rotated: Session, cluster: Place
) -> None:
    with cluster.connect() as elsewhere:
        elsewhere.execute("begin isolation level repeatable read")
        elsewhere.execute("select txid_current()")
        assert rotated.value(RETIRE) == 1


PREPARING = {"max_prepared_transactions": "5"}


def _server(own_cluster: Callable[..., Place]) -> Place:
    place = own_cluster(settings=PREPARING)
    with place.connect() as connection:
        set_up(connection, "prepared")
        connection.execute("create table people (id bigint primary key, ssn bytea)")
        connection.execute("select kw.bind('people', '*', 'ssn')")
    return place


@pytest.mark.parametrize("is_prepared_meanwhile", [False, True])
def test_a_prepared_transaction_is_waited_for(
    own_cluster: Callable[..., Place], is_prepared_meanwhile: bool
) -> None:
    place = _server(own_cluster)
    with place.connect() as one, place.connect() as two, place.connect() as three:
        session, writer, retiring = Session(one), Session(two), Session(three)
        writer.rows("begin")
        old = writer.encrypt("people", "1", "ssn", b"v")
        if not is_prepared_meanwhile:
            writer.rows("insert into people values (1, %s)", old)
            writer.rows("prepare transaction 'mine'")
        session.rows("select kw.rotate('people', '*', 'ssn')")
        if is_prepared_meanwhile:
            waiting = Waiting(retiring, session, 5)
            session.rows("create table later ()")  # so that its id comes after the horizon
            writer.rows("insert into people values (1, %s)", old)
            writer.rows("prepare transaction 'mine'")
            with pytest.raises(psycopg.errors.LockNotAvailable) as caught:
                waiting.result.result()
            said = caught.value.diag.message_detail or ""
        else:
            said = session.refused("55P03", RETIRE)
        assert "prepared transaction 'mine' of role \"postgres\"" in said
        session.rows("commit prepared 'mine'")
        assert session.value(RETIRE) == 0
        assert session.values(OLD) == ["v"]
        move(session)
        assert session.value(RETIRE) == 1


def _until(session: Session, query: str) -> None:
    for _ in range(6000):
        if session.value(query):
            return
        time.sleep(0.05)
    raise AssertionError(query)


@pytest.mark.parametrize("has_slot", [False, True])
def test_a_standby_is_asked_for_its_snapshots(
    own_cluster: Callable[..., Place], has_slot: bool
) -> None:
    place = _server(own_cluster)
    with place.connect() as one:
        session = Session(one)
        insert_one = "insert into people values (1, kw.encrypt_text('people', 1, 'ssn', 'v'))"
        session.rows(insert_one)
        if has_slot:
            session.rows("select pg_create_physical_replication_slot('below', true)")
        with own_cluster(standby_of=place, settings=PREPARING).connect() as two:
            standby = Session(two)
            standby.rows("alter system set wal_receiver_status_interval = '1s'")
            if has_slot:
                standby.rows("alter system set primary_slot_name = 'below'")
            standby.rows("select pg_reload_conf()")
            _until(
                session, "select count(*) = 1 from pg_stat_replication where replay_lsn is not null"
            )
            for _ in range(2):  # so that no value uses the second generation
                session.rows("select kw.rotate('people', '*', 'ssn')")
            said = session.refused("KW102", RETIRE)
            assert "the snapshots of standby" in said
            assert "hot_standby_feedback" in said
            standby.rows("alter system set hot_standby_feedback = on")
            standby.rows("select pg_reload_conf()")
            standby.rows("begin isolation level repeatable read")
            _until(standby, "select exists (select from people)")
            assert standby.values(OLD) == ["v"]
            _until(
                session,
                "select bool_or(xmin is not null) from (select backend_xmin as xmin from"
                " pg_stat_replication union all select xmin from pg_replication_slots) s",
            )
            move(session)
            said = session.refused("55P03", RETIRE.replace("0)", "3)"))
            assert 'standby "' in said
            assert standby.values(OLD) == ["v"]
            standby.rows("commit")
            assert session.value(RETIRE.replace("0)", "300)")) == 2


def test_a_standby_can_be_left_out_of_the_question(own_cluster: Callable[..., Place]) -> None:
    place = _server(own_cluster)
    with place.connect() as one:
        session = Session(one)
        session.rows("create role watched login; grant kw_client to watched")
        session.rows("alter table people owner to watched")
        session.rows("select kw.rotate('people', '*', 'ssn')")
        with (
            own_cluster(standby_of=place, settings=PREPARING).connect(),
            place.connect("postgres", "watched") as two,
        ):
            _until(
                session, "select count(*) = 1 from pg_stat_replication where replay_lsn is not null"
            )
            owner = Session(two)
            assert "the snapshots of standby" in owner.refused("KW102", RETIRE)
            query = "select kw.retire_generations('people', 'ssn', 0, true)::int"
            assert owner.value(query) == 1


# -- who may, and for what ------------------------------------------------------------------------


def test_only_the_owner_of_the_table_may(
    rotated: Session, connect: Connect, make_role: Callable[..., str]
) -> None:
    client, admin = make_role("kw_client"), make_role("kw_admin", "kw_client")
    rotated.rows(f"grant all on people to {client}, {admin}")
    for role in (client, admin):
        said = connect(role).refused("KW100", RETIRE)
        assert "permission denied to retire generations of public.people" in said
    assert rotated.rows(STATES) == [(2, "active"), (1, "rotated")]


def test_hidden_rows_prove_nothing(
    rotated: Session, connect: Connect, make_role: Callable[..., str]
) -> None:
    owner = make_role("kw_client")
    rotated.rows(f"alter table people owner to {owner}")
    rotated.rows("alter table people enable row level security")
    rotated.rows("alter table people force row level security")
    assert "row-level security" in connect(owner).refused("KW100", RETIRE)
    rotated.rows("alter table people no force row level security")
    assert connect(owner).value(RETIRE) == 1


@pytest.mark.parametrize(
    "column",
    ["other ct[]", "other pair", "other pair[]", "other deep"],
)
def test_a_column_that_may_hide_ciphertexts_is_refused(session: Session, column: str) -> None:
    session.rows(
        "create domain ct as bytea; create type pair as (a bytea, b int);"
        "create type deep as (p pair, n int); create domain plain as int;"
        f"create table odd (id bigint primary key, note bytea, {column}, n plain, many int[])"
    )
    session.bind("odd", "*")
    session.bind("odd", "*", "note")
    retire = "select kw.retire_generations('odd', {}, 0)::int"
    said = session.refused("KW102", retire.format("null"))
    assert "could not look for ciphertexts in column public.odd.other" in said
    assert session.value(retire.format("'note'")) == 0


def test_a_column_that_only_a_child_has_is_refused(session: Session) -> None:
    session.rows("create table par (id bigint primary key, note bytea)")
    session.rows("create table child (extra bytea) inherits (par)")
    session.bind("par", "*")
    said = session.refused("KW102", "select kw.retire_generations('par', null, 0)")
    assert "column public.par.extra" in said


def test_what_cannot_be_looked_at_is_refused(
    session: Session, connect: Connect, make_role: Callable[..., str]
) -> None:
    session.rows(
        """
        create view seen as select * from people;
        create extension file_fdw; create server files foreign data wrapper file_fdw;
        create table parts (id bigint, ssn bytea) partition by list (id);
        create foreign table elsewhere partition of parts for values in (1)
            server files options (filename '/dev/null');
        create table bare (id bigint primary key, ssn text)
        """
    )
    retire = "select kw.retire_generations(%s, %s, 0)"
    for table in ("seen", "parts", "crm.people"):
        session.bind(table, "*", "ssn")
        assert "not a table of this database" in session.refused("KW102", retire, table, "ssn")
    for table, field in (
        ("people", "name"),
        ("people", "nothing"),
        ("bare", "ssn"),
        ("bare", None),
    ):
        said = session.refused("KW102", retire, table, field)
        assert "column of type kw.ciphertext or bytea" in said
    connect(make_role("kw_client")).refused("KW100", retire, "crm.people", "ssn")
    for seconds in (-1, 100_000):
        session.refused("KW003", f"select kw.retire_generations('people', 'ssn', {seconds})")
    session.refused("KW003", "select kw.retire_generations('people', 'ssn', null)")
    session.rows("begin isolation level repeatable read")
    assert "READ COMMITTED" in session.refused("KW102", RETIRE)
    session.rows("rollback")
