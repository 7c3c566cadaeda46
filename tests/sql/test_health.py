"""kw.check_kms and kw.kms_health, with keys whose files can be lost."""

from collections.abc import Callable

import pytest

from tests.conftest import Database, Keystore
from tests.sql.session import Session

CHECK = "select provider, external_key_ref, status, left(error, 5) from kw.check_kms()"
LATEST = (
    "select status, left(error, 5), uptime_percent_1d, closed_wrappers, wrappers_by_other_leg"
    " from kw.kms_health where kms_key_id = %s"
)


# A clock of this session that goes on by 2 ms whenever the time of a probe is taken.
CLOCK = """
do language plpython3u $$
from itertools import count
from kwruntime.admin import health
ticks = count()
health.monotonic = lambda: next(ticks) * 0.002
$$"""


@pytest.fixture(autouse=True)
def patient(db: Database) -> None:
    """A busy machine makes no key slow: a probe may take ten minutes."""
    db.sql("select kw.set_setting('degraded_ms', 600000)")


def lose(store: Keystore, key: str) -> None:
    """Take a key file away."""
    file = store.directory / f"{key}.jwk"
    file.rename(file.with_suffix(".lost"))


def give_back(store: Keystore, key: str) -> None:
    """Put it back."""
    file = store.directory / f"{key}.jwk"
    file.with_suffix(".lost").rename(file)


def add_store(session: Session, make_keystore: Callable[[], Keystore]) -> tuple[Keystore, int, int]:
    """Register a keystore with keys ``a`` and ``b``; return it and their ids."""
    store = make_keystore()
    session.rows("select kw.add_provider(%s, 'local')", store.name)
    make = "select kw.create_kms_key(%s, %s)"
    return store, session.value(make, store.name, "a"), session.value(make, store.name, "b")


def test_every_active_key_is_probed_and_what_was_found_is_recorded(
    session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    store, a, b = add_store(session, make_keystore)
    session.rows("select kw.set_kms_key_status(%s, 'retired')", b)
    lose(store, "a")
    assert session.rows(CHECK) == [
        ("local", "test-1", "up", None),
        ("local", "test-2", "up", None),
        (store.name, "a", "down", "KW201"),
    ]
    give_back(store, "a")
    session.rows("select from kw.check_kms(%s)", a)
    recorded = session.rows(
        "select kms_key_id, status, latency_ms >= 0, left(error, 5), checked_at > now() - interval"
        " '1 min', provider_id is not null from kw.kms_health_checks order by id"
    )
    assert recorded == [
        (1, "up", True, None, True, True),
        (2, "up", True, None, True, True),
        (a, "down", True, "KW201", True, True),
        (a, "up", True, None, True, True),
    ]
    assert session.rows(LATEST, a) == [("up", None, 50, 0, 0)]
    assert session.rows(LATEST, b) == [(None, None, None, 0, 0)]


def test_a_kept_branch_key_does_not_hide_that_the_key_above_it_is_lost(
    session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    store, a, _ = add_store(session, make_keystore)
    session.policy("above", "single", a)
    session.rows("select kw.add_provider('branches', 'wrapper')")
    branch = session.value("select kw.create_kms_key('branches', 'above')")
    session.policy("below", "single", branch)
    wrapper = session.value("select kw.wrap(policy => 'below')")
    lose(store, "a")
    session.rows("select kw.unwrap(%s)", wrapper)  # by the branch key that the session keeps
    assert session.rows("select status, left(error, 5) from kw.check_kms(%s)", branch) == [
        ("down", "KW201")
    ]


def test_the_view_counts_what_a_lost_key_closes_below_branches_too(
    session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    _, a, b = add_store(session, make_keystore)
    session.rows("select kw.add_provider('branches', 'wrapper')")
    session.policy("above", "single", a)
    branch = session.value("select kw.create_kms_key('branches', 'above')")
    session.policy("below", "single", branch)
    session.policy("either", "either", a, b)
    session.policy("both", "both", a, b)
    for policy in ("below", "either", "both"):
        session.value("select kw.wrap(policy => %s)", policy)
    counts = "select closed_wrappers, wrappers_by_other_leg from kw.kms_health where kms_key_id=%s"
    # the branch itself, what is below it, and the one that needs both
    assert session.rows(counts, a) == [(3, 1)]
    assert session.rows(counts, b) == [(1, 1)]
    assert session.rows(counts, branch) == [(1, 0)]


def test_the_view_counts_the_other_leg_below_branches_and_layers_of_sealed_keys(
    session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    _, a, b = add_store(session, make_keystore)
    session.rows("select kw.add_provider('branches', 'wrapper')")
    session.policy("above", "single", a)
    branch = session.value("select kw.create_kms_key('branches', 'above')")
    session.policy("either", "either", branch, b)
    session.policy("layered", "either", branch, b, layers=[session.sealed_kem(a)])
    session.value("select kw.wrap(policy => 'either')")
    session.value("select kw.wrap(policy => 'layered')")
    counts = "select closed_wrappers, wrappers_by_other_leg from kw.kms_health where kms_key_id=%s"
    assert session.rows(counts, a) == [(2, 1)]  # the branch, and what is layered
    assert session.rows(counts, b) == [(0, 2)]
    assert session.rows(counts, branch) == [(0, 2)]


def test_a_key_slower_than_the_setting_is_degraded(session: Session) -> None:
    session.rows("select kw.version()")  # loads the runtime
    session.rows(CLOCK)
    for limit, status in ((0, "degraded"), (1, "degraded"), (2, "up"), (60000, "up")):
        session.rows("select kw.set_setting('degraded_ms', %s)", limit)
        assert {row[2] for row in session.rows(CHECK)} == {status}, limit


def test_a_key_that_may_not_wrap_or_is_not_there_is_refused(session: Session) -> None:
    session.rows("select kw.set_kms_key_status(1, 'retired')")
    session.refused("KW200", "select kw.check_kms(1)")
    session.refused("KW101", "select kw.check_kms(99)")
    session.rows("select kw.set_provider_enabled('local', false)")
    assert session.rows(CHECK) == []


def test_what_was_found_is_kept_as_long_as_the_setting_says(session: Session) -> None:
    session.rows("select kw.set_setting('health_days', 2)")
    session.rows(
        "insert into kw.kms_health_checks (kms_key_id, status, checked_at)"
        " values (1, 'down', now() - interval '3 days'), (1, 'up', now() - interval '1 hour')"
    )
    session.rows("select from kw.check_kms(2)")
    assert session.rows(
        "select kms_key_id, status from kw.kms_health_checks order by checked_at"
    ) == [(1, "up"), (2, "up")]


def test_a_clock_that_was_ahead_neither_hides_what_was_found_since_nor_stays(
    session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    store, a, b = add_store(session, make_keystore)
    session.rows("select from kw.check_kms()")
    session.rows("update kw.kms_health_checks set checked_at = now() + interval '1 year'")
    lose(store, "a")
    session.rows("select from kw.check_kms(%s)", a)
    assert session.rows(LATEST, a) == [("down", "KW201", 0, 0, 0)]
    ahead = "select count(*) from kw.kms_health_checks where checked_at > now() + interval '1 h'"
    assert session.value(ahead) == 0
    give_back(store, "a")
    session.rows("select from kw.check_kms()")
    assert session.rows(LATEST, a) == [("up", None, 50, 0, 0)]
    session.rows(
        "insert into kw.kms_health_checks (kms_key_id, status, checked_at)"
        " values (%s, 'down', now() + interval '1 day')",
        b,
    )
    assert session.rows(LATEST, b) == [("down", None, 100, 0, 0)]


def test_where_nothing_can_be_written_it_still_tells(db: Database) -> None:
    connection = db.connect()
    connection.execute("set default_transaction_read_only = on")
    rows = connection.execute("select status from kw.check_kms()").fetchall()
    assert rows == [("up",), ("up",)]
    assert db.sql("select count(*) from kw.kms_health_checks") == [(0,)]


def test_operators_probe_and_auditors_only_look(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    connect(make_role("kw_operator")).rows("select from kw.check_kms()")
    auditor = connect(make_role("kw_auditor"))
    assert auditor.rows("select status from kw.kms_health") == [("up",), ("up",)]
    auditor.refused("42501", "select from kw.check_kms()")
    client = connect(make_role("kw_client"))
    client.refused("42501", "select from kw.check_kms()")
    client.refused("42501", "select from kw.kms_health")
