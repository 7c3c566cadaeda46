"""Branches change only so that modes below them keep what they promise."""

import contextlib
import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.sql.session import Session

PROMISES = "would no longer be independent"


class Set:
    """Branches ``one`` and ``two`` (key, uuid), each under a root of its own, and KEM keys."""

    def __init__(self, session: Session) -> None:
        self.session = session
        session.policy("root 1", "single", 1)
        session.policy("root 2", "single", 2)
        self.one, self.one_uuid = session.branch("root 1")
        self.two, self.two_uuid = session.branch("root 2")
        for number in (1, 2):
            session.policy(f"kem {number}", "single", 1, layers=[session.kem()])

    def rows(self) -> list[tuple[object, ...]]:
        """Return all that a refusal must leave as it was."""
        return [
            row
            for table in ("key_wrappers", "key_wrapper_layers", "audit_events", "key_epoch_marks")
            for row in self.session.rows(
                f"select to_jsonb(t) from kw.{table} t order by to_jsonb(t)"
            )
        ]

    def refused(self, call: str, *params: object) -> str:
        """Make a call that must be refused and leave everything as it was."""
        before = self.rows()
        said = self.session.refused("KW103", f"select {call}", *params)
        assert self.rows() == before
        return said


@pytest.fixture
def made(session: Session) -> Set:
    return Set(session)


def test_branches_of_two_legs_do_not_come_to_hang_on_one_kem_key(
    session: Session, made: Set
) -> None:
    session.policy("pair", "either", made.one, made.two)
    wrapper = session.bind("people", "1", "ssn", policy="pair")
    session.bind("people", "2", "ssn", policy="pair")
    sealed = session.encrypt("people", "1", "ssn", b"value")
    session.rows("select kw.relayer(%s, 'kem 1')", made.one_uuid)
    said = made.refused("kw.relayer(%s, 'kem 1')", made.two_uuid)
    assert f"keys below branch {made.two_uuid} would no longer be independent" in said
    assert ' (and 1 like it) of mode either; policy "pair" of mode either' in said
    assert "Choose other KEM keys or KMS keys" in said
    session.rows("select kw.relayer(%s, 'kem 2')", made.two_uuid)
    made.refused("kw.relayer(%s, 'kem 2')", made.one_uuid)
    session.rows("select kw.relayer(%s)", made.one_uuid)
    for uuid in (made.one_uuid, made.two_uuid):
        session.rows("select kw.relayer(%s, 'root 1')", uuid)  # and without layers again
    assert session.decrypt("people", "1", "ssn", sealed) == b"value"
    session.rows("select kw.wrap(policy => 'pair')")
    assert len(session.value("select kw.unwrap(%s)", wrapper)) == 32


def test_one_call_for_both_branches_is_judged_by_what_comes_out(
    session: Session, made: Set
) -> None:
    session.policy("pair", "either", made.one, made.two)
    uuids = [made.one_uuid, made.two_uuid]
    said = made.refused("kw.relayer_many(%s::uuid[], 'kem 1')", uuids)
    assert all(uuid in said for uuid in uuids)
    session.rows("select kw.relayer(%s, 'kem 1')", made.one_uuid)
    session.rows("select kw.relayer(%s, 'kem 2')", made.two_uuid)
    session.rows("select kw.relayer_many(%s::uuid[])", uuids)


def test_a_layer_that_makes_two_legs_of_one_root_honest_stays(session: Session, made: Set) -> None:
    session.rows("select kw.relayer(%s, 'kem 1')", made.one_uuid)
    session.policy("strict", "both", made.one, 1)  # without the layer, root 1 would open it
    wrapper = session.value("select kw.wrap(policy => 'strict')::text")
    said = made.refused("kw.relayer(%s, 'root 1')", made.one_uuid)
    assert f'wrapper {wrapper} of mode both; policy "strict" of mode both' in said
    assert PROMISES in said
    session.rows("select kw.relayer(%s, 'kem 2')", made.one_uuid)
    made.refused("kw.relayer(%s, 'root 1')", made.one_uuid)
    # It may go when nothing depends on it any more.
    session.rows("select kw.rewrap(%s, kms2_key_id => 2)", wrapper)
    session.rows("select kw.add_policy_key('strict', 2)")
    session.rows("select kw.relayer(%s, 'root 1')", made.one_uuid)


@pytest.mark.parametrize("mode", ["either", "both"])
def test_a_branch_does_not_move_to_the_root_of_the_other_leg(
    session: Session, made: Set, mode: str
) -> None:
    session.policy("pair", mode, made.one, made.two)
    wrapper = session.value("select kw.wrap(policy => 'pair')::text")
    said = made.refused("kw.rewrap(%s, 2)", made.one_uuid)
    assert f'wrapper {wrapper} of mode {mode}; policy "pair" of mode {mode}' in said
    session.rows("select kw.rewrap(%s, %s)", made.one_uuid, session.key())
    session.rows("select kw.rewrap(%s)", made.one_uuid)
    session.rows("select kw.rewrap(%s, 1)", made.two_uuid)
    made.refused("kw.rewrap(%s, 1)", made.one_uuid)
    assert len(session.value("select kw.unwrap(%s)", wrapper)) == 32


def test_what_hangs_on_a_branch_below_is_looked_at_too(session: Session, made: Set) -> None:
    session.policy("under one", "single", made.one)
    lower, lower_uuid = session.branch("under one")
    session.policy("pair", "both", lower, made.two)
    middle, middle_uuid = session.branch("pair")
    said = made.refused("kw.rewrap(%s, 2)", made.one_uuid)
    assert f"wrapper {middle_uuid} of mode both" in said
    # A private key below the branch, and a branch with a layer of it.
    session.rows("select kw.set_kms_key_status(%s, 'retired')", middle)
    session.policy("sealed", "single", session.key(), layers=[session.sealed_kem(made.one)])
    other, _ = session.branch("sealed")
    session.policy("by seal", "either", other, 2)
    assert '"by seal"' in made.refused("kw.rewrap(%s, 2)", made.one_uuid)
    assert lower_uuid not in said


def test_policies_count_while_they_would_choose_the_key(session: Session, made: Set) -> None:
    session.policy("pair", "either", made.one, made.two)
    assert 'policy "pair"' in made.refused("kw.rewrap(%s, 2)", made.one_uuid)
    session.rows("select kw.set_kms_key_status(%s, 'retired')", made.two)
    session.rows("select kw.rewrap(%s, 2)", made.one_uuid)
    session.rows("select kw.rewrap(%s, 1)", made.one_uuid)
    session.rows("select kw.set_kms_key_status(%s, 'active')", made.two)
    made.refused("kw.rewrap(%s, 2)", made.one_uuid)
    # With a further key every draw finds an independent partner.
    session.rows("select kw.add_policy_key('pair', %s, -1)", session.key())
    session.rows("select kw.rewrap(%s, 2)", made.one_uuid)
    session.rows("select kw.wrap(policy => 'pair')")


def test_a_branch_may_lose_its_layers_though_the_policy_has_keys_sealed_under_it(
    session: Session, made: Set
) -> None:
    session.policy("p", "single", 1, layers=[session.sealed_kem(made.one)])
    session.refused("KW102", "select kw.relayer(%s, 'p')", made.one_uuid)  # on itself
    session.rows("select kw.set_policy_layers('p', 0, 0)")
    session.rows("select kw.relayer(%s, 'p')", made.one_uuid)


def test_what_was_destroyed_does_not_count(session: Session, made: Set) -> None:
    session.policy("pair", "either", made.one, made.two)
    session.bind("people", "1", "ssn", policy="pair")
    session.bind("people", "2", "ssn", policy="pair")
    session.rows("select kw.rotate('people', '1', 'ssn')")
    session.rows("select kw.set_kms_key_status(%s, 'retired')", made.two)  # no policy has both
    assert "(and 2 like it)" in made.refused("kw.rewrap(%s, 2)", made.one_uuid)
    session.rows("select kw.shred('people', '1', 'ssn')")
    session.rows(
        "select kw.set_wrapper_status(%s, 'retired')", session.lookup("people", "2", "ssn")
    )
    made.refused("kw.rewrap(%s, 2)", made.one_uuid)  # it may be put back
    session.rows("select kw.shred('people', '2', 'ssn')")
    session.rows("select kw.rewrap(%s, 2)", made.one_uuid)


def test_what_is_not_honest_can_be_mended_and_changed(session: Session, made: Set) -> None:
    session.policy("pair", "both", made.one, made.two)
    wrapper = session.value("select kw.wrap(policy => 'pair')::text")
    # As an older version let it become: both branches under root 1, which is not undone at once.
    session.rows("update kw.key_wrappers set kms2_key_id = 1 where wrapper_uuid = %s", wrapper)
    session.rows("delete from kw.policy_kms_keys where kms_key_id = %s", made.two)
    session.rows("select kw.relayer(%s)", made.one_uuid)
    session.policy("any", "either", 1, 2)
    either, either_uuid = session.branch("any")
    session.rows(
        "update kw.key_wrappers set kms1_key_id = %s where wrapper_uuid = %s", either, wrapper
    )
    session.rows("select kw.rewrap(%s, kms2_key_id => %s)", either_uuid, session.key())  # no better
    session.rows("select kw.rewrap(%s, %s)", either_uuid, session.key())  # repaired
    made.refused("kw.rewrap(%s, 1)", either_uuid)


def test_no_more_than_a_few_are_named(session: Session, made: Set) -> None:
    for number in range(7):
        session.policy(f"pair {number}", "either", made.one, made.two)
    said = made.refused("kw.rewrap(%s, 2)", made.one_uuid)
    assert '"pair 4" of mode either; and 2 more' in said


# Counts, in this session, what is asked of all that is below a branch.
COUNT_LOOKS = """
do language plpython3u $$
from kwruntime.postgres.server import Server
from kwruntime.store import key_dependencies as store
looks, execute = [], Server.execute
below = (store.PAIRS_UNDER_KEYS, store.POLICIES_OF_KEYS, store.WITH_MIN_LEVEL_UNDER_KEYS)
def counted(server, query, *arguments):
    if query in below:
        looks.append(query)
    return execute(server, query, *arguments)
Server.execute = counted
GD["looks"] = looks
$$"""
LOOKS = """
do language plpython3u $$
plpy.notice("looks: %d" % len(GD["looks"]))
GD["looks"].clear()
$$"""


def test_ordinary_wrappers_and_renewals_are_not_looked_into(session: Session, made: Set) -> None:
    session.policy("pair", "either", made.one, made.two)
    wrapper = session.value("select kw.wrap(policy => 'pair')::text")
    session.rows("select kw.version()")  # loads the runtime
    session.rows(COUNT_LOOKS)

    def looks() -> int:
        session.heard()
        session.rows(LOOKS)
        return int(session.heard().partition("looks: ")[2].split()[0])

    for call, uuid in (
        ("kw.relayer(%s, 'kem 1')", wrapper),
        ("kw.rewrap(%s)", made.one_uuid),
        ("kw.relayer(%s)", made.one_uuid),
    ):
        session.rows(f"select {call}", uuid)
        assert looks() == 0, call
    session.rows("select kw.rewrap(%s, %s)", made.one_uuid, session.key())
    assert looks() > 0  # a branch that changes is looked below: this test can fail


# -- sessions side by side --------------------------------------------------------------------


@pytest.mark.parametrize("first", ["branch", "policy"])
def test_a_branch_and_what_comes_under_it_wait_for_each_other(
    session: Session, connect: Callable[..., Session], made: Set, first: str
) -> None:
    session.policy("pair", "either", made.one, made.two)
    session.rows("delete from kw.policy_kms_keys")
    session.rows("delete from kw.encryption_policies where policy_name = 'pair'")
    change = ("select kw.rewrap(%s, 2)", made.one_uuid)
    below: tuple[object, ...] = (
        "select kw.create_policy('p', 'either', %s, %s)",
        made.one,
        made.two,
    )
    goes, waits = connect(autocommit=False), connect()
    calls = (change, below) if first == "branch" else (below, change)
    goes.rows(*calls[0])  # type: ignore[arg-type]
    with _waiting(session, waits, *calls[1]) as outcome:
        goes.connection.commit()
    assert outcome == ["KW103"]


def test_a_wrap_waits_for_a_change_of_the_branch_that_it_comes_under(
    session: Session, connect: Callable[..., Session], made: Set
) -> None:
    session.policy("pair", "either", made.one, made.two)
    session.rows("select kw.add_policy_key('pair', %s, -1)", session.key())
    goes, waits = connect(autocommit=False), connect()
    goes.rows("select kw.rewrap(%s, 2)", made.one_uuid)
    with _waiting(session, waits, "select kw.wrap(policy => 'pair')") as outcome:
        goes.connection.commit()
    assert outcome in ([None], ["KW103"])
    assert session.rows("select * from kw.doctor() where not ok") == []


def test_a_change_of_a_branch_waits_for_no_wrap_and_doctor_finds_what_came_of_it(
    session: Session, connect: Callable[..., Session], made: Set
) -> None:
    session.policy("pair", "either", made.one, made.two)
    session.rows("select kw.add_policy_key('pair', %s, -1)", session.key())
    wrap, change = connect(autocommit=False), connect()
    wrapper = wrap.value("select kw.wrap(policy => 'pair')::text")
    change.rows("set lock_timeout = '60s'")
    change.rows("select kw.rewrap(%s, 2)", made.one_uuid)
    assert f"WARNING: transactions in progress wrap under key {made.one}" in change.heard()
    assert session.rows("select * from kw.doctor() where not ok") == []
    wrap.connection.commit()
    query = "select detail from kw.doctor() where not ok"
    assert session.values(query) == [f"wrapper {wrapper} of mode either"]


def test_who_wraps_under_a_branch_may_then_make_one_beside_a_change_of_it(
    session: Session, connect: Callable[..., Session], made: Set
) -> None:
    session.policy("under", "single", made.one)
    one, other = connect(autocommit=False), connect(autocommit=False)
    one.rows("select kw.wrap(policy => 'under')")
    other.rows("select kw.rewrap(%s)", made.one_uuid)
    with _waiting(session, one, "select kw.create_kms_key('branches', 'root 1')") as outcome:
        other.connection.commit()
    assert outcome == [None]


@contextlib.contextmanager
def _waiting(
    session: Session, waits: Session, query: object, *params: object
) -> Iterator[list[str | None]]:
    """Have a statement wait for a lock; after the block what came of it stands in the list."""
    outcome: list[str | None] = []

    def work() -> None:
        try:
            waits.rows(str(query), *params)
            outcome.append(None)
        except psycopg.Error as error:
            outcome.append(error.sqlstate)

    waiting = threading.Thread(target=work)
    waiting.start()
    waits_for = "select wait_event_type = 'Lock' from pg_stat_activity where pid = %s"
    while waiting.is_alive() and not session.value(waits_for, waits.connection.info.backend_pid):
        pass
    assert waiting.is_alive()
    yield outcome
    waiting.join()


def test_one_session_may_change_branches_one_by_one_beside_another(
    session: Session, connect: Callable[..., Session], made: Set
) -> None:
    goes, waits = connect(autocommit=False), connect()
    goes.rows("select kw.relayer(%s, 'kem 1')", made.one_uuid)
    with _waiting(session, waits, "select kw.rewrap(%s)", made.two_uuid) as outcome:
        goes.rows("select kw.relayer(%s, 'kem 2')", made.two_uuid)
        goes.connection.commit()
    assert outcome == [None]


@pytest.mark.parametrize("many", ["rewrap_many", "relayer_many"])
def test_branches_among_many_are_waited_for_before_anything_is_locked(
    session: Session, connect: Callable[..., Session], made: Set, many: str
) -> None:
    plain = session.value("select kw.wrap()::text")
    goes, waits = connect(autocommit=False), connect()
    goes.rows("select kw.rewrap(%s)", made.two_uuid)
    wrappers = [plain, str(made.one_uuid)]
    with _waiting(session, waits, f"select kw.{many}(%s::uuid[])", wrappers) as outcome:
        goes.rows("select kw.rewrap(%s)", plain)
        goes.connection.commit()
    assert outcome == [None]


KEEPING = ("repeatable read", "serializable")


@pytest.mark.parametrize("isolation", KEEPING)
def test_an_old_snapshot_does_not_wrap_under_a_branch_that_changed(
    session: Session, connect: Callable[..., Session], made: Set, isolation: str
) -> None:
    session.policy("pair", "either", made.one, made.two)
    session.rows("select kw.add_policy_key('pair', %s, -1)", session.key())
    old = connect(autocommit=False)
    old.rows(f"set transaction isolation level {isolation}")
    old.rows("select count(*) from kw.kms_keys")
    session.rows("select kw.rewrap(%s, 2)", made.one_uuid)
    assert old.value("select kw.wrap(policy => 'pair')")  # of the two that are left
    old.connection.rollback()
    assert session.rows("select * from kw.doctor() where not ok") == []


@pytest.mark.parametrize("isolation", KEEPING)
def test_a_branch_that_changes_by_an_old_snapshot_is_judged_by_what_came_under_it_since(
    session: Session, connect: Callable[..., Session], made: Set, isolation: str
) -> None:
    old = connect(autocommit=False)
    old.rows(f"set transaction isolation level {isolation}")
    old.rows("select count(*) from kw.kms_keys")
    session.policy("pair", "either", made.one, made.two)
    session.rows("select kw.wrap(policy => 'pair')")
    old.refused("KW103", "select kw.rewrap(%s, 2)", made.one_uuid)
    old.connection.rollback()
    old.rows(f"set transaction isolation level {isolation}")
    old.rows("select kw.rewrap(%s)", made.one_uuid)  # a renewal changes nothing below
