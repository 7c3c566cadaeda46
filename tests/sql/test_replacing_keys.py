"""A deployment key is replaced: rows resealed beside writers, and earlier rows count no longer."""

import shutil
from collections.abc import Callable

import pytest

from tests.conftest import Keystore
from tests.deployment import make_log, seal
from tests.sql.sealed import CHECK, TABLES, begin, make_tables
from tests.sql.session import Session

Connect = Callable[..., Session]

REPLACE = "select kw.replace_deployment_key()"
RESEAL = "select place, resealed from kw.reseal_rows(%s, %s)"
SEAL = "select kw.seal_deployment()"
KEY_NOS = " union all ".join(
    f"select get_byte(seal, 3) as key_no, change_no from kw.{table}" for table in TABLES
)


@pytest.fixture
def people(session: Session) -> Session:
    """A sealed database with bindings, a value and an earlier generation."""
    make_tables(session)
    keys = [str(number) for number in range(1, 21)]
    session.rows("select kw.bind_many('people', %s)", keys)
    session.rows("select kw.rotate('people', '1')")
    session.rows("select kw.set_setting('cache_seconds', 60)")
    begin(session)
    return session


def reseal(session: Session, most: int = 1000) -> int:
    """Reseal from the beginning to the end; return how many rows."""
    place: str | None = None
    total = 0
    while True:
        row: tuple[str | None, int] = session.rows(RESEAL, place, most)[0]
        place, count = row
        total += count
        if place is None:
            return total


def key_nos(session: Session) -> set[int]:
    """Return the numbers of the keys that rows are sealed by."""
    return set(session.values(f"select key_no from ({KEY_NOS}) r"))


def test_every_row_is_resealed_and_keeps_its_change_number(people: Session) -> None:
    value = people.encrypt("people", "2", "ssn", b"x")
    rows = people.value(f"select count(*) from ({KEY_NOS}) r")
    numbers = f"select change_no from ({KEY_NOS}) r where key_no = 1 order by 1"
    before = people.values(numbers)
    assert people.value(REPLACE) == "replacing"
    assert people.value(REPLACE) == "replacing"
    assert people.rows(CHECK) == []
    begun = 3  # both deployments, and the new wrapper
    events = people.value("select count(*) from kw.audit_events where get_byte(seal, 3) = 1")
    assert reseal(people, 7) == rows + 2 - begun + events
    assert people.values("select distinct get_byte(seal, 3) from kw.audit_events") == [2]
    assert people.rows(CHECK) == []
    people.rows(SEAL)
    assert people.rows(CHECK) == []
    assert key_nos(people) == {2}
    after = people.values(f"select change_no from ({KEY_NOS}) r")
    changed = 2  # the earlier deployment and its wrapper, which is destroyed
    assert len(set(before) - set(after)) == changed
    assert people.decrypt("people", "2", "ssn", value) == b"x"
    assert people.rows("select key_no, phase from kw.deployments order by 1") == [
        (1, "sealed"),
        (2, "sealed"),
    ]
    assert people.values(
        "select status from kw.key_wrappers where dek_class = 'deployment' order by id"
    ) == ["invalid", "active"]
    assert people.rows("select * from kw.verify()") == []


def put_back(session: Session, table: str, column: str, row: str) -> None:
    """Put a whole row back as it was, as who owns the tables can."""
    session.rows(f"alter table kw.{table} disable trigger user")
    session.rows(f"delete from kw.{table} where {column} = %s", row)
    session.rows(f"insert into kw.{table} select * from old_{table} where {column} = %s", row)
    session.rows(f"alter table kw.{table} enable trigger user")


def test_no_row_that_was_replaced_earlier_verifies_again(people: Session, connect: Connect) -> None:
    tables = "settings", "field_grants", "kms_keys"
    people.rows("select kw.grant_field('people', 'ssn', 'kw_client')")
    for table in tables:
        people.rows(f"create table public.old_{table} as table kw.{table}")
    people.rows("select kw.set_setting('cache_seconds', 300)")
    put_back(people, "settings", "name", "cache_seconds")
    assert people.rows(CHECK) == [], "before, it is as it was sealed"
    people.rows("select kw.set_setting('cache_seconds', 300)")
    people.rows(REPLACE)
    reseal(people)
    people.rows(SEAL)
    put_back(people, "settings", "name", "cache_seconds")
    (grant,) = people.values("select id from old_field_grants")
    put_back(people, "field_grants", "id", grant)
    found = {(table, key) for table, key, _ in connect().rows(CHECK)}
    assert found == {("settings", "cache_seconds"), ("field_grants", str(grant))}
    said = connect().refused("KW211", "select kw.bind('people', '99', 'ssn')")
    assert "row cache_seconds of kw.settings does not match its seal" in said


def test_a_row_that_was_edited_stops_it_and_is_named(people: Session) -> None:
    people.rows("select kw.grant_field('people', 'ssn', 'kw_client')")
    people.rows("alter table kw.field_grants disable trigger user")
    (grant,) = people.values("update kw.field_grants set may_write = true returning id::text")
    people.rows(REPLACE)
    for statement in ("select kw.reseal_rows()", SEAL):
        said = people.refused("KW211", statement)
        assert f"row {grant} of kw.field_grants does not match its seal" in said
    people.rows("select kw.accept_rows('field_grants', array[%s], 'by hand')", grant)
    reseal(people)
    people.rows(SEAL)
    assert people.rows(CHECK) == []


def test_a_batch_that_is_rolled_back_is_done_again(people: Session) -> None:
    people.rows(REPLACE)
    people.rows("begin")
    ((place, _),) = people.rows(RESEAL, None, 12)
    people.rows("rollback")
    people.rows("begin")
    assert people.rows(RESEAL, None, 12)[0][0] == place
    people.rows("commit")
    reseal(people)
    people.rows(SEAL)
    assert key_nos(people) == {2}


def test_writers_go_on_and_what_they_wrote_before_is_resealed(
    people: Session, connect: Connect
) -> None:
    early, late = connect(), connect()
    early.rows("begin")
    early.rows("select kw.bind('people', '101', 'ssn')")
    early.rows("select kw.rotate('people', '3')")
    people.rows(REPLACE)
    late.rows("begin")
    late.rows("select kw.bind('people', '102', 'ssn')")
    reseal(people)
    early.rows("select kw.bind('people', '103', 'ssn')")
    people.rows("set lock_timeout = '5s'")
    said = people.refused("55P03", "select kw.seal_deployment(0)")
    assert "could still write rows without a seal by this key" in said
    assert people.value("select phase from kw.deployments where key_no = 2") == "replacing"
    early.rows("commit")
    late.rows("commit")
    people.rows(SEAL)
    assert people.rows(CHECK) == []
    assert key_nos(people) == {2}


def test_a_call_in_progress_is_waited_for_and_an_idle_reader_is_not(
    people: Session, connect: Connect
) -> None:
    value = people.encrypt("people", "2", "ssn", b"x")
    idle = connect()
    idle.rows("begin")
    assert idle.decrypt("people", "2", "ssn", value) == b"x"
    people.rows(REPLACE)
    reseal(people)
    people.rows("select kw.seal_deployment(0)")
    assert idle.decrypt("people", "2", "ssn", value) == b"x"
    idle.rows("select kw.bind('people', '101', 'ssn')")
    idle.rows("commit")
    assert people.rows(CHECK) == []


def test_values_are_read_and_written_all_the_time(people: Session, connect: Connect) -> None:
    other = connect()
    value = other.encrypt("people", "2", "ssn", b"x")

    def works(number: int) -> None:
        for one in (other, connect()):
            assert one.decrypt("people", "2", "ssn", value) == b"x"
            one.rows("select kw.rotate('people', '5')")
            one.rows("select kw.rewrap(kw.lookup('people', '6'))")
        other.rows("select kw.bind('people', %s, 'ssn')", str(200 + number))

    people.rows(REPLACE)
    works(1)
    place = people.rows(RESEAL, None, 30)[0][0]
    works(2)
    people.rows(RESEAL, place, 1000)
    works(3)
    people.rows(SEAL)
    works(4)
    assert people.rows(CHECK) == []


@pytest.mark.parametrize(
    "statement", ["select kw.seal_rows()", RESEAL.replace("%s", "null", 1).replace("%s", "1")]
)
def test_nothing_is_resealed_where_no_key_is_replaced(people: Session, statement: str) -> None:
    people.refused("KW102", statement)
    people.rows(SEAL)


def test_an_adoption_ends_before_a_key_is_replaced(session: Session) -> None:
    session.refused("KW101", REPLACE)
    begin(session, "adopting")
    assert "adoption" in session.refused("KW102", REPLACE)


def test_odd_places_are_refused(people: Session) -> None:
    people.rows(REPLACE)
    for place, most in (("x", 1), ("", 1), ("audit_events/x", 1), (None, 0)):
        people.refused("KW003", RESEAL, place, most)
    for seconds in (-1, 86_401):
        people.refused("KW003", "select kw.seal_deployment(%s)", seconds)


# -- a lost key ---------------------------------------------------------------------------------

LOST = "select kw.replace_deployment_key('other', true, 'its KMS is gone')"


@pytest.fixture
def store(make_keystore: Callable[[], Keystore]) -> Keystore:
    """A keystore that gets lost."""
    return make_keystore()


@pytest.fixture
def losing(people: Session, store: Keystore) -> Session:
    """A sealed database whose deployment key depends on a key of that keystore alone."""
    people.rows("select kw.add_provider(%s, 'local')", store.name)
    people.rows("select kw.create_kms_key(%s, 'seals')", store.name)
    people.rows("select kw.create_policy('one', 'single', 3)")
    people.rows("select kw.create_policy('other', 'single', 1)")
    people.rows("select kw.replace_deployment_key('one')")
    reseal(people)
    people.rows(SEAL)
    return people


def lose(session: Session, store: Keystore) -> None:
    """Lose the keystore, and have every session ask for its key again."""
    shutil.rmtree(store.directory)
    session.rows("insert into kw.key_epoch_marks (mark) values (1)")


def test_losing_the_key_loses_no_data(losing: Session, store: Keystore, connect: Connect) -> None:
    value = losing.encrypt("people", "2", "ssn", b"x")
    lose(losing, store)
    for one in (losing, connect()):
        one.refused("KW201", "select kw.bind('people', '101', 'ssn')")
    losing.refused("KW003", "select kw.replace_deployment_key('other', true, ' ')")
    losing.refused("KW201", "select kw.replace_deployment_key('other')")
    assert losing.value(LOST) == "recovering"
    assert connect().decrypt("people", "2", "ssn", value) == b"x"
    connect().rows("select kw.bind('people', '101', 'ssn')")
    assert losing.value("select kw.replace_deployment_key()") == "recovering"
    reseal(losing, 10)
    losing.rows(SEAL)
    assert connect().rows(CHECK) == []
    assert key_nos(losing) == {3}
    details = losing.value(
        "select details from kw.audit_events where action = 'replace_deployment_key'"
        " order by id desc limit 1"
    )
    assert details["reason"] == "its KMS is gone"
    assert "cannot be opened" in details["error"]
    losing.rows("alter table kw.settings disable trigger user; update kw.settings set value = 61")
    assert losing.values("select row_key from kw.check_seals()") == ["cache_seconds"]


def test_a_key_that_opens_is_not_lost(losing: Session) -> None:
    assert "can be opened" in losing.refused("KW102", LOST)


def test_a_key_that_is_lost_while_it_is_replaced(losing: Session, store: Keystore) -> None:
    losing.rows("select kw.replace_deployment_key('other')")
    losing.rows(RESEAL, None, 10)
    lose(losing, store)
    losing.refused("KW201", "select kw.bind('people', '101', 'ssn')")
    assert losing.value(LOST) == "recovering"
    reseal(losing)
    losing.rows(SEAL)
    assert losing.rows(CHECK) == []
    assert key_nos(losing) == {4}


def test_a_key_that_is_lost_in_an_adoption_leaves_no_event_without_a_seal(
    session: Session, store: Keystore
) -> None:
    session.rows("select kw.add_provider(%s, 'local')", store.name)
    session.rows("select kw.create_kms_key(%s, 'seals')", store.name)
    session.rows("select kw.create_policy('one', 'single', 3)")
    session.rows("select kw.create_policy('other', 'single', 1)")
    session.rows("select kw.create_deployment('one')")
    lose(session, store)
    assert session.value(LOST) == "recovering"
    reseal(session)
    session.rows(SEAL)
    assert session.values("select id from kw.audit_events where seal is null") == []
    make_log(session)
    seal(session)
    assert session.rows(CHECK) == []


def test_events_that_the_old_key_sealed_are_logged_after_it_is_destroyed(people: Session) -> None:
    make_log(people)
    people.rows("select kw.set_setting('cache_seconds', 10)")
    people.value(REPLACE)
    people.rows("select kw.set_setting('cache_seconds', 20)")
    reseal(people, 1000)
    people.rows(SEAL)
    _, note = seal(people)
    assert people.rows("select * from kw.check_state(%s)", note) == []
    earlier = people.value("select wrapper_uuid from kw.shred_receipts")
    assert people.value("select kw.audit_receipt(%s)", earlier)


def test_an_edited_event_ends_no_replacement(people: Session) -> None:
    people.rows("select kw.set_setting('cache_seconds', 10)")
    event = people.value("select max(id) from kw.audit_events")
    people.value(REPLACE)
    people.rows("alter table kw.audit_events disable trigger user")
    people.rows("update kw.audit_events set object = 'x' where id = %s", event)
    people.rows("alter table kw.audit_events enable always trigger guard_immutable")
    assert f"event {event} " in people.refused("KW211", RESEAL, None, 1000)
    assert f"event {event} " in people.refused("KW211", SEAL)
