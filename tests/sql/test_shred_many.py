"""kw.shred_many: the bindings of many keys, all of them or none, and again without harm."""

import threading
from collections.abc import Callable
from uuid import uuid4

import psycopg
import pytest

from tests.sql.session import Session
from tests.sql.test_shred_receipts import digest

STATUSES = "select entity_pk, status from kw.encryption_bindings order by 1"


def bind(session: Session, count: int, field: str | None = "ssn") -> list[str]:
    """Bind keys 1 to ``count``, and return the wrappers."""
    query = "select kw.bind_many('people', array_agg(g::text), %s)::text[]"
    return session.value(f"{query} from generate_series(1, %s) g", field, count)  # type: ignore[no-any-return]


def shred(session: Session, *pks: object, field: str | None = "ssn", more: str = "") -> int:
    query = f"select kw.shred_many('people', %s::text[], %s{more})"
    return session.value(query, [str(pk) for pk in pks], field)  # type: ignore[no-any-return]


def test_the_keys_of_a_query_are_shredded_and_others_are_not(session: Session) -> None:
    bind(session, 4)
    session.rows("insert into people (id, name) values (1, 'a'), (2, 'b'), (3, 'a'), (5, 'c')")
    sealed = {pk: session.encrypt("people", pk, "ssn", b"x") for pk in "1234"}
    tenant = "array_agg(id), 'ssn') from people where name = 'a'"
    assert session.value(f"select kw.shred_many_by_bigint('people', {tenant}") == 2
    for pk in "13":
        session.refused("KW301", "select kw.decrypt('people', %s::text, 'ssn', %s)", pk, sealed[pk])
        session.refused("KW301", "select kw.encrypt('people', %s::text, 'ssn', 'x')", pk)
    for pk in "24":
        assert session.decrypt("people", pk, "ssn", sealed[pk]) == b"x"
    assert session.value(f"select kw.shred_many_by_bigint('people', {tenant}") == 0
    none = "array_agg(id), 'ssn') from people where name = 'nobody'"
    assert session.value(f"select kw.shred_many_by_bigint('people', {none}") == 0
    assert session.value("select kw.shred_many('people', '{}', 'ssn')") == 0


def test_what_a_wider_binding_encrypted_for_a_key_before_is_refused_too(
    session: Session, connect: Callable[..., Session]
) -> None:
    other = connect()
    session.bind("people", "*", "ssn")
    before = other.encrypt("people", "1", "ssn", b"x")
    bind(session, 2)
    assert other.decrypt("people", "1", "ssn", before) == b"x"
    assert shred(session, 1, 2) == 2
    for one in (session, other):
        one.refused("KW301", "select kw.decrypt('people', '1', 'ssn', %s)", before)


def test_keys_of_type_uuid(session: Session) -> None:
    session.rows("create table tokens (id uuid primary key, value bytea)")
    keys = [uuid4() for _ in range(3)]
    session.rows("select kw.bind_many_by_uuid('tokens', %s, 'value')", keys)
    assert session.value("select kw.shred_many_by_uuid('tokens', %s, 'value')", keys[:2]) == 2
    query = "select entity_pk from kw.encryption_bindings where status = 'live'"
    assert session.values(query) == [str(keys[2])]


def test_rows_go_with_their_cells_and_generations_and_layers(session: Session) -> None:
    session.policy("layered", "both", 1, 2, layers=[session.kem()])
    rows = bind(session, 2, None)
    layered = session.bind("people", "1", "ssn", policy="layered")
    rotated = str(session.value("select kw.rotate('people', '1', 'ssn')"))
    kept = session.bind("people", "3", "ssn")
    doomed = [*rows, layered, rotated]
    digests = {wrapper: digest(session, wrapper) for wrapper in doomed}
    assert shred(session, 1, 2, field=None) == 4
    query = "select wrapper_uuid::text from kw.key_wrappers where status = 'invalid'"
    assert set(session.values(query)) == set(doomed)
    assert session.value("select count(*) from kw.key_wrapper_layers") == 0
    assert session.wrapper(kept)["status"] == "active"
    query = "select wrapper_uuid::text, digest from kw.shred_receipts"
    assert dict(session.rows(query)) == digests
    for pk in "12":
        session.refused("KW301", "select kw.bind('people', %s::text, 'note')", pk)


def test_it_is_recorded_once_a_call_with_the_first_keys(session: Session) -> None:
    bind(session, 30)
    session.rows("truncate kw.audit_events")
    assert shred(session, *range(1, 31), 7, 7) == 30
    ((action, target, details),) = session.rows(
        "select action, object, details from kw.audit_events"
    )
    assert (action, target) == ("shred", "public.people.ssn of 30 keys")
    assert (details["wrappers"], details["count"], len(details["first"])) == (30, 30, 10)
    assert shred(session, *range(1, 31)) == 0
    assert session.value("select count(*) from kw.audit_events") == 1


def test_what_was_shredded_before_is_nothing_to_do_and_the_rest_is_shredded(
    session: Session,
) -> None:
    bind(session, 3)
    session.rows("select kw.shred('people', '2', 'ssn')")
    assert shred(session, 1, 2) == 1
    assert shred(session, 1, 2) == 0
    assert session.rows(STATUSES) == [("1", "shredded"), ("2", "shredded"), ("3", "live")]
    assert session.value("select count(*) from kw.shred_receipts") == 2


def test_a_cell_that_0_3_0_left_beneath_a_shredded_row_goes_when_the_call_is_repeated(
    session: Session,
) -> None:
    bind(session, 1, None)
    session.bind("people", "1", "ssn")
    session.rows("update kw.encryption_bindings set status = 'shredded' where field_name is null")
    assert shred(session, 1, field=None) == 2
    assert session.values("select distinct status from kw.encryption_bindings") == ["shredded"]
    assert shred(session, 1, field=None) == 0


def test_keys_that_nothing_protects_are_left_out_with_a_notice(session: Session) -> None:
    bind(session, 2)
    assert shred(session, 1, 2, 3, 4) == 2
    heard = session.heard()
    assert "NOTICE: nothing is bound to public.people.ssn for 2 of 4 keys" in heard
    assert shred(session, 3, field="sssn") == 0
    assert 'column "sssn" of table public.people does not exist' in session.heard()


@pytest.mark.parametrize(
    ("pk", "bound", "field"),
    [
        ("*", "ssn", "ssn"), ("*", None, "ssn"), ("9", None, "ssn"), ("9", "ssn", None),
        ("*", "ssn", None), ("*", None, None),
    ],
)  # fmt: skip
def test_it_fails_where_another_binding_protects_the_values_of_a_key(
    session: Session, pk: str, bound: str | None, field: str | None
) -> None:
    bind(session, 2, field)
    session.bind("people", pk, bound)
    said = session.refused("KW302", "select kw.shred_many('people', '{1,2,9}', %s)", field)
    assert "1 of 3 keys" in said
    assert '"9"' in said
    assert session.value("select count(*) from kw.shred_receipts") == 0
    assert shred(session, 1, 2, field=field) == 2


def test_a_binding_of_another_field_does_not_count_as_protecting(session: Session) -> None:
    bind(session, 1)
    session.bind("people", "*", "note")
    session.bind("people", "9", "note")
    assert shred(session, 1, 9) == 1


def test_shared_keys_are_refused_unless_all_that_share_them_go(session: Session) -> None:
    wrappers = bind(session, 2)
    session.bind("people", "3", "ssn", wrapper=wrappers[0])
    said = session.refused("KW102", "select kw.shred_many('people', '{1,2}', 'ssn')")
    assert wrappers[0] in said
    assert {status for _, status in session.rows(STATUSES)} == {"live"}
    assert shred(session, 1, 3) == 1  # both bindings of it
    session.bind("people", "4", "ssn", wrapper=wrappers[1])
    assert shred(session, 2, more=", shared => true") == 1
    query = "select action from kw.audit_events where action like 'shred%%' order by id"
    assert session.values(query) == ["shred", "shred_shared", "shred"]


def test_a_key_that_a_table_of_another_owner_had_first_stays(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    owner = make_role("kw_client")
    session.rows("create table theirs (id bigint primary key, ssn bytea)")
    first = session.bind("people", "1", "ssn")
    session.bind("theirs", "1", "ssn", wrapper=first)
    own = session.bind("theirs", "2", "ssn")
    session.rows(f"alter table theirs owner to {owner}")
    one = connect(owner)
    query = "select kw.shred_many('theirs', '{1,2}', 'ssn', shared => true)"
    assert one.value(query) == 1
    assert "1 keys of public.theirs.ssn for 2 keys are not destroyed" in one.heard()
    assert session.wrapper(first)["status"] == "active"
    assert session.values("select wrapper_uuid::text from kw.shred_receipts") == [own]


def test_it_takes_the_owner_and_says_so_before_it_tells_what_is_bound(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    owner_name, writer_name = make_role("kw_client"), make_role("kw_client", "kw_grantor")
    session.rows(f"alter table people owner to {owner_name}")
    session.rows(f"grant all on people to {writer_name}")
    owner, writer = connect(owner_name), connect(writer_name)
    bind(session, 2)
    for keys in ("{1,2}", "{77}", "{}"):
        writer.refused("KW100", "select kw.shred_many('people', %s::text[], 'ssn')", keys)
    assert shred(owner, 1, 2) == 2
    connect(make_role("kw_admin")).refused("42501", "select kw.shred_many('people', '{1}')")
    writer.rows("select kw.grant_field('app.users', 'mail', %s, true, true)", writer_name)
    writer.bind("app.users", "1", "mail")
    client = connect(make_role("kw_client"))
    client.refused("KW100", "select kw.shred_many('app.users', '{1}', 'mail')")
    assert writer.value("select kw.shred_many('app.users', '{1}', 'mail')") == 1


@pytest.mark.parametrize("keys", [["1", None], ["*"], ["1", "x"], ["1" * 65]])
def test_a_key_that_is_none_shreds_nothing(session: Session, keys: list[str | None]) -> None:
    bind(session, 1)
    session.refused("KW003", "select kw.shred_many('people', %s::text[], 'ssn')", keys)
    assert session.rows(STATUSES) == [("1", "live")]


def test_every_spelling_of_a_key_goes(session: Session) -> None:
    bind(session, 3)
    session.rows("update kw.entities set key_form = null")
    session.rows("update kw.encryption_bindings set entity_pk = '02' where entity_pk = '2'")
    assert shred(session, "01", 2) == 2
    assert session.rows(STATUSES) == [("02", "shredded"), ("1", "shredded"), ("3", "live")]


def test_a_cell_that_another_transaction_changes_is_closed_and_goes_with_a_second_call(
    session: Session, connect: Callable[..., Session]
) -> None:
    bind(session, 3, None)
    session.bind("people", "2", "ssn")
    other = connect()
    other.rows("begin")
    other.rows("select kw.rotate('people', '2', 'ssn')")
    assert shred(session, 1, 2, field=None) == 2
    heard = session.heard()
    assert "WARNING: the keys of 1 bindings beneath public.people for 2 keys are closed" in heard
    session.refused("KW301", "select kw.encrypt('people', '2', 'ssn', 'x')")
    other.rows("commit")
    assert shred(session, 1, 2, field=None) == 2
    assert session.value("select count(*) from kw.shred_receipts") == 4


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_with_an_old_snapshot_it_fails_or_shreds_what_is_there_now(
    session: Session, connect: Callable[..., Session], level: str
) -> None:
    bind(session, 2)
    one = connect()
    one.rows(f"begin isolation level {level}")
    one.rows("select 1")
    session.bind("people", "3", "ssn")
    one.refused("40001", "select kw.shred_many('people', '{1,2,3}', 'ssn')")
    one.rows("rollback")
    one.rows(f"begin isolation level {level}")
    one.rows("select 1")
    rotated = str(session.value("select kw.rotate('people', '2', 'ssn')"))
    one.refused("40001", "select kw.shred_many('people', '{1,2}', 'ssn')")
    one.rows("rollback")
    one.rows(f"begin isolation level {level}")
    assert shred(one, 1, 2, 3) == 4
    one.rows("commit")
    assert session.wrapper(rotated)["status"] == "invalid"


def test_it_waits_for_the_binding_of_a_key_and_then_destroys_what_it_has(
    session: Session, connect: Callable[..., Session]
) -> None:
    bind(session, 2)
    other = connect()
    other.rows("begin")
    new = str(other.value("select kw.rotate('people', '2', 'ssn')"))
    found: list[int] = []
    waiting = threading.Thread(target=lambda: found.append(shred(session, 1, 2)))
    waiting.start()
    until_waiting(connect())
    other.rows("commit")
    waiting.join()
    assert found == [3]
    assert connect().wrapper(new)["status"] == "invalid"


def until_waiting(session: Session) -> None:
    query = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = %s"
    while not session.value(query, session.connection.info.dbname):
        pass


def test_calls_with_overlapping_keys_side_by_side_destroy_each_key_once(
    session: Session, connect: Callable[..., Session]
) -> None:
    count = 400  # each waits for the others, and no longer than for any lock
    wrappers = bind(session, count)
    failures: list[psycopg.Error] = []
    destroyed: list[int] = []
    start = threading.Barrier(3)

    def run(one: Session, keys: list[int]) -> None:
        start.wait()
        try:
            destroyed.append(shred(one, *keys))
        except psycopg.Error as error:
            failures.append(error)

    orders = [
        list(range(1, 301)), list(range(count, 100, -1)),
        [*range(1, count, 2), *range(count, 0, -2)],
    ]  # fmt: skip
    sessions = [connect() for _ in orders]
    for one in sessions:
        one.rows("select kw.version()")  # its runtime is loaded
    threads = [
        threading.Thread(target=run, args=pair) for pair in zip(sessions, orders, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sum(destroyed) == count
    found = session.values("select wrapper_uuid::text from kw.shred_receipts")
    assert sorted(found) == sorted(wrappers)


def test_ten_thousand_keys_go_in_one_call(session: Session) -> None:
    count = 10_000
    bind(session, count)
    assert shred(session, *range(1, count + 1)) == count
    assert session.value("select count(distinct wrapper_uuid) from kw.shred_receipts") == count


def test_a_tenant_under_one_branch_is_found_by_the_branch(session: Session) -> None:
    """The query of docs/security.md."""
    key, _ = session.branch("default")
    session.policy("tenant", "single", key)
    for pk, field, policy in (
        ("1", "ssn", "tenant"), ("2", "note", "tenant"), ("3", None, "tenant"),
        ("4", "ssn", "default"),
    ):  # fmt: skip
        session.bind("people", pk, field, policy=policy)
    session.rows("select kw.rotate('people', '1', 'ssn')")
    counts = session.values(
        """
        select kw.shred_many(b.entity_table, array_agg(b.entity_pk), b.field_name)
        from kw.encryption_bindings b
        join kw.key_wrappers w on w.id = b.key_wrapper_id
        where w.kms1_key_id = %s and b.status = 'live' and b.entity_pk <> '*'
        group by b.entity_table, b.field_name
        """,
        key,
    )
    assert sorted(counts) == [1, 1, 2]
    live = "select entity_pk from kw.encryption_bindings where status = 'live'"
    assert session.values(live) == ["4"]
