"""Keys of blind indexes replaced: look-ups and unique values are right at all times."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.deployment import make_deployment
from tests.sql.session import Session

ROTATE = "select kw.rotate_index_key('people', 'name')"
FINISH = (
    "select kw.finish_index_rotation('people', 'name', 'token', 'token_next',"
    " max_wait_seconds => {})"
)
FIND = "select id from people where token = kw.blind_index('people', 'name', %s)"
BOTH = """
create function both_tokens() returns trigger language plpgsql as $$
begin
    new.token := kw.blind_index('people', 'name', new.name);
    new.token_next := kw.blind_index('people', 'name', new.name, next_key => true);
    return new;
end $$;
create trigger both_tokens before insert or update on people
for each row execute function both_tokens();
"""
FILL = """
update people
set token_next = kw.blind_index('people', 'name', name, next_key => true)
where token is not null and token_next is null
"""
FILLED = "alter table people add constraint filled check (token is null or token_next is not null)"


@pytest.fixture
def people(session: Session) -> Session:
    """A table of 50 names with unique tokens, and one of the columns for the next ones."""
    session.rows("alter table people add token bytea unique, add token_next bytea unique")
    session.rows("select kw.create_index_key('people', 'name', 'email')")
    session.rows("select kw.create_index_key('people', 'name', 'email', tenant => 'other')")
    session.rows(
        "insert into people (id, name, token) select n, 'u' || n,"
        " kw.blind_index('people', 'name', 'u' || n) from generate_series(1, 50) n"
    )
    return session


def rotated(session: Session) -> Session:
    """Begin a rotation, and fill the second column."""
    assert session.value(ROTATE) == 2
    session.rows(BOTH)
    session.rows(FILL)
    session.rows(FILLED)
    return session


def index_wrappers(session: Session) -> list[str]:
    return session.values(
        "select status from kw.key_wrappers where dek_class = 'index' order by id"
    )


def test_a_rotation_ends_with_new_tokens_and_destroyed_keys(people: Session) -> None:
    people.rows("create view names with (security_barrier) as select id, token from people")
    rotated(people)
    before = people.value("select token from people where id = 7")
    assert people.values(FIND, "u7") == [7]
    assert people.value(FINISH.format(5)) == 2
    after = people.value("select token from people where id = 7")
    assert (before[1:5], after[1:5]) == (b"\0\0\0\1", b"\0\0\0\2")
    assert people.values(FIND, "U7 ") == [7]
    assert people.values(FIND.replace("from people", "from names"), "u7") == [7]
    assert people.value("select reloptions from pg_class where relname = 'names'") == [
        "security_barrier=true"
    ]
    assert index_wrappers(people) == ["invalid", "invalid", "active", "active"]
    people.rows("insert into people (id, name) values (51, 'u51')")  # the trigger goes on
    assert people.values(FIND, "u51") == [51]
    people.refused("23505", "insert into people (id, name) values (52, ' U7')")


def test_a_second_rotation_does_not_take_the_tokens_of_the_first(people: Session) -> None:
    rotated(people)
    people.rows(FINISH.format(5))
    assert people.value(ROTATE) == 3
    people.rows("alter table people drop constraint filled")
    people.rows(FILLED)
    assert "generation 3" in people.refused("KW102", FINISH.format(5))
    people.rows(
        "alter table people disable trigger both_tokens; update people set token_next = null"
        " where false; alter table people drop constraint filled;"
        " update people set token_next = null"
    )
    people.rows("alter table people enable trigger both_tokens")
    people.rows(FILL)
    people.rows(FILLED)
    people.rows(FINISH.format(5))
    assert people.values(FIND, "u7") == [7]


def test_a_rotation_does_not_end_before_every_row_has_its_token(people: Session) -> None:
    people.refused("KW102", FINISH.format(5))
    people.rows(ROTATE)
    people.refused("KW102", ROTATE)
    people.rows(BOTH)
    assert "add a constraint" in people.refused("KW102", FINISH.format(5))
    people.rows(FILLED + " not valid")
    people.refused("KW102", FINISH.format(5))
    assert people.values(FIND, "u7") == [7]
    people.refused("23514", "alter table people validate constraint filled")
    people.rows(FILL)
    people.rows("alter table people validate constraint filled")
    assert people.value(FINISH.format(5)) == 2


def test_a_new_tenant_joins_at_the_generation_of_the_others(people: Session) -> None:
    people.rows(ROTATE)
    new = "select kw.create_index_key('people', 'name', 'email', tenant => 'new')"
    people.refused("KW102", new)
    people.rows(BOTH)
    people.rows(FILL)
    people.rows(FILLED)
    people.rows(FINISH.format(5))
    people.rows(new)
    token = people.value("select kw.blind_index('people', 'name', 'x', 'new')")
    assert token[:5] == b"\xb2\0\0\0\2"


def test_tenants_are_added_at_once_and_a_rotation_takes_each_along(
    people: Session, connect: Callable[..., Session]
) -> None:
    new = "select kw.create_index_key('people', 'name', 'email', tenant => '{}')"
    first, second = connect(), connect()
    for session, tenant in ((first, "first"), (second, "second")):
        session.rows("begin")
        session.rows(new.format(tenant))
    waits = "select exists (select from pg_locks where pid = %s and not granted)"
    with ThreadPoolExecutor(1) as pool:
        rotation = pool.submit(people.value, ROTATE)
        while not second.value(waits, people.connection.info.backend_pid):
            assert not rotation.done(), rotation.result()
        for session in (first, second):
            session.rows("commit")
        assert rotation.result() == 2
    query = "select tenant, next_wrapper_id is not null from kw.blind_indexes order by tenant"
    assert people.rows(query) == [("first", True), ("other", True), ("second", True), (None, True)]


def test_an_older_snapshot_keeps_a_rotation_from_ending(
    people: Session, connect: Callable[..., Session]
) -> None:
    people.rows(ROTATE)
    people.rows(BOTH)
    old = connect()
    old.rows("begin isolation level repeatable read; select 1")
    people.rows(FILL)
    people.rows(FILLED)
    people.refused("55P03", FINISH.format(0))
    assert old.values(FIND, "u7") == [7]
    old.rows("commit")
    people.rows(FINISH.format(5))


def test_what_depends_on_a_column_in_another_way_is_named(people: Session) -> None:
    rotated(people)
    people.rows("alter table people enable row level security")
    people.rows("create policy mine on people using (token is not null)")
    assert "policy mine" in people.refused("KW102", FINISH.format(5))
    assert people.values(FIND, "u7") == [7]


def test_a_rotation_is_cancelled_and_seals_hold(people: Session) -> None:
    make_deployment(people)
    while people.value("select kw.seal_rows()"):
        pass
    people.rows("select kw.seal_deployment()")
    check = "select count(*) from kw.check_seals()"
    before = people.value("select kw.blind_index('people', 'name', 'x')")
    people.rows(ROTATE)
    assert people.value(check) == 0
    following = "select kw.blind_index('people', 'name', 'x', next_key => true)"
    assert people.value(following)[:5] == b"\xb2\0\0\0\2"
    assert people.value("select kw.cancel_index_rotation('people', 'name')") == 2
    assert people.value(following) == before
    assert people.value(check) == 0
    people.refused("KW102", "select kw.cancel_index_rotation('people', 'name')")
    rotated(people)
    people.rows(FINISH.format(5))
    assert people.value(check) == 0


def test_only_the_owner_rotates(
    people: Session, make_role: Callable[..., str], connect: Callable[..., Session]
) -> None:
    name = make_role("kw_client")
    people.rows(f"grant all on people to {name}")
    client = connect(name)
    for call in (ROTATE, FINISH.format(0), "select kw.cancel_index_rotation('people', 'name')"):
        client.refused("KW100", call)


def finish(people: Session) -> None:
    """Finish a rotation. Who wrote before it began may have left a row of the generation before."""
    for _ in range(10):
        try:
            assert people.value(FINISH.format(20)) == 2
        except psycopg.Error as error:
            if "not of generation" not in str(error):
                raise
            people.rows("update people set token_next = null where token is not null")
        else:
            return
    raise AssertionError("writers go on with the generation before")


def test_no_lookup_misses_a_row_and_no_value_comes_twice_while_the_key_is_replaced(
    people: Session, connect: Callable[..., Session]
) -> None:
    people.rows(ROTATE)
    people.rows(BOTH)
    stop, failures, looked = threading.Event(), list[str](), list[str]()

    def read(session: Session, prepared: bool) -> Iterator[None]:
        if prepared:
            session.rows(
                "set plan_cache_mode = force_generic_plan; prepare find(text) as select id"
                " from people where token = kw.blind_index('people', 'name', $1)"
            )
        while not stop.is_set():
            for number in (1, 25, 50):
                query = f"execute find('u{number}')" if prepared else FIND
                found = session.values(query, *([] if prepared else [f"u{number}"]))
                looked.append(query)
                if found != [number]:
                    failures.append(f"u{number}: {found}")
            yield

    def write(session: Session) -> Iterator[None]:
        number = 1000
        while not stop.is_set():
            number += 1
            session.rows("insert into people (id, name) values (%s, %s)", number, f"w{number}")
            session.refused(
                "23505",
                "insert into people (id, name) values (%s, %s)",
                -number,
                f"u{number % 50 + 1}",
            )
            yield

    def run(work: Iterator[None]) -> None:
        try:
            for _ in work:
                pass
        except BaseException as error:
            failures.append(repr(error))

    works = [read(connect(), False), read(connect(), True), write(connect())]
    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    try:
        people.rows(FILL)
        people.rows(FILLED)
        rounds = 0
        while failures == [] and (rounds < 3 or len(looked) <= 50):
            rounds += 1
            finish(people)
            # A new column, as each rotation has it. Were its index older than that of the tokens,
            # an UPDATE and the INSERT of a duplicate could wait for each other.
            people.rows("alter table people drop token_next, add token_next bytea unique")
            people.rows(ROTATE)
            people.rows("update people set token_next = null")
            people.rows(FILLED)
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
    assert failures == []
    assert len({*looked}) > 1
    assert len(looked) > 50
    rows = people.rows("select name, count(*) from people group by 1 having count(*) > 1")
    assert rows == []


def test_the_trigger_of_a_protection_writes_the_next_tokens(session: Session) -> None:
    session.rows(
        "create table users (id bigint primary key, email text);"
        " insert into users select g, 'u' || g from generate_series(1, 5) g"
    )
    protect = "call kw.protect('users', 'email', until => %s, search => 'equality')"
    session.rows(protect, "cut_over")
    rotate = "select kw.rotate_index_key('users', 'email')"
    assert "is being protected" in session.refused("KW102", rotate)
    session.rows(protect, "contracted")
    set_next = (
        "select kw.set_protected_field('users', 'email', token_column => 'email_token',"
        " next_token_column => 'next')"
    )
    assert "next_token_column" in session.refused("KW102", rotate)
    session.rows(set_next)
    assert "next_token_column" in session.refused("KW102", rotate)
    session.rows("alter table users add next bytea")
    for name in ("users", "others"):
        session.rows(f"select kw.rotate_index_key('{name}', 'email')")
        session.rows(f"select kw.fill_tokens('{name}', 'email')")
        if name == "users":
            session.rows("select kw.cancel_index_rotation('users', 'email')")
            session.rows(
                "update users set email = kw.encrypt_text('users', 4, 'email', 'x') where id = 4"
            )
            session.rows("update users set next = null; alter table users rename to others")
            session.rows("select kw.rebind('users', to_entity_table => 'others')")
    changed = "update others set email = kw.encrypt_text('others', 3, 'email', 'new') where id = 3"
    session.rows(changed)
    session.rows(
        "insert into others (id, email) values (6, kw.encrypt_text('others', 6, 'email', 'six'))"
    )
    session.rows(
        "alter table others add constraint filled check (email_token is null or next is not null)"
    )
    session.rows("select kw.finish_index_rotation('others', 'email', 'email_token', 'next')")
    find = "select id from others where email_token = kw.blind_index('others', 'email', %s)"
    found = [session.values(find, value) for value in ("new", "six", "x", "u3", "u4", "u5")]
    assert found == [[3], [6], [4], [], [], [5]]
    session.rows("alter table others drop constraint filled, drop next")
    session.rows(changed.replace("new", "newer"))
    assert session.values(find, "newer") == [3]


def test_the_end_of_a_rotation_waits_for_views_before_it_locks_their_table(
    session: Session, connect: Callable[..., Session]
) -> None:
    """Who writes through a view locks it before the table: the other order would be a deadlock."""
    session.rows("create table users (id bigint primary key, email text, next bytea)")
    protect = "call kw.protect('users', 'email', until => 'contracted', search => 'equality',"
    session.rows(f"{protect} shown_by => 'view')")
    session.rows(
        "select kw.set_protected_field('users', 'email', token_column => 'email_token',"
        " next_token_column => 'next'), kw.remake_protected_view('users')"
    )
    session.rows("select kw.rotate_index_key('users', 'email')")
    session.rows("insert into users (id, email) values (1, 'a')")
    session.rows(
        "alter table users_protected add constraint filled"
        " check (email_token is null or next is not null)"
    )
    older, younger, finishing = connect(), connect(), connect()
    locked = "begin; lock table users in access share mode"  # and the table below it
    older.rows(locked)
    pid = finishing.value("select pg_backend_pid()")
    waits = "select wait_event = 'PgSleep' from pg_stat_activity where pid = %s"
    awaited = "select relation::regclass::text from pg_locks where pid = %s and not granted"
    held = (
        "select relation::regclass::text from pg_locks where pid = %s and granted"
        " and locktype = 'relation' and mode = 'AccessExclusiveLock'"
    )
    finish = "select kw.finish_index_rotation('users', 'email', 'email_token', 'next')"
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(finishing.value, finish)
        while not session.value(waits, pid):  # for what was in progress before
            assert not done.done()
        younger.rows(locked)
        older.rows("rollback")
        found: list[str] = []
        while not found and not done.done():
            found = session.values(awaited, pid)
        locks = session.values(held, pid)
        younger.rows("rollback")
        assert done.result() == 1
    assert (found, locks) == (["users"], [])
    find = "select id from users where email_token = kw.blind_index('users', 'email', 'a')"
    assert session.values(find) == [1]
