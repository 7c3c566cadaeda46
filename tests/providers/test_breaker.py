"""The circuit breaker: what a session does of a KMS that has just failed it."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

from kwtools.cluster import Place
from tests.conftest import Database
from tests.providers.conftest import MakePolicy, VaultEntry
from tests.providers.harness import error_of
from testservers.faulty_proxy import FaultyProxy
from testservers.openbao import OpenBao

UNWRAP = "select kw.unwrap(%s)"
# The session's clock goes on: what it knows of the provider ends a minute earlier.
MINUTE_LATER = """do $$
from kwruntime.call import SESSION
from kwruntime.keys.failures import Warned
from kwruntime.kms.breaker import Breakers
failed, warned = SESSION.of(Breakers)._open, SESSION.of(Warned).until
for name, found in list(failed.items()):
    failed[name] = found._replace(until=found.until - 60)
for about in list(warned):
    warned[about] -= 60
$$ language plpython3u"""


class Legs:
    """A wrapper of mode either: leg 1 in a KMS behind a proxy, leg 2 in another."""

    def __init__(self, db: Database, entries: list[VaultEntry], make_policy: MakePolicy) -> None:
        self.first, self.second = entries
        keys = [entry.register(db) for entry in entries]
        self.wrapper = db.sql("select kw.wrap(policy => %s)", make_policy("either", *keys))[0][0]
        self.connection = db.connect()
        self.warnings: list[str] = []
        self.connection.add_notice_handler(
            lambda notice: self.warnings.append(notice.message_primary or "")
        )
        self.connection.execute(UNWRAP, (self.wrapper,))

    def unwrap(self) -> None:
        """Unwrap in the one session."""
        self.connection.execute(UNWRAP, (self.wrapper,))


@pytest.fixture
def proxies(bao: OpenBao) -> Iterator[list[FaultyProxy]]:
    """What stands before the KMSs of the legs."""
    with (
        FaultyProxy(bao.address, bao.ca_file) as first,
        FaultyProxy(bao.address, bao.ca_file) as second,
    ):
        yield [first, second]


@pytest.fixture
def legs(
    cluster: Place,
    bao: OpenBao,
    db: Database,
    proxies: list[FaultyProxy],
    make_policy: MakePolicy,
) -> Legs:
    """A wrapper that a session has opened once."""
    entries = [VaultEntry(cluster, bao) for _ in proxies]
    for entry, proxy in zip(entries, proxies, strict=True):
        entry.set(address=proxy.address)
    return Legs(db, entries, make_policy)


def test_a_kms_that_failed_is_not_asked_for_a_while_and_then_probed_again(
    legs: Legs, proxies: list[FaultyProxy]
) -> None:
    first, second = proxies
    first.fault = "hang before headers"
    legs.unwrap()
    asked = len(first.requests)
    for _ in range(3):
        legs.unwrap()
    assert len(first.requests) == asked
    assert len(second.requests) >= 4
    first.fault = None
    legs.connection.execute(MINUTE_LATER)
    legs.unwrap()
    legs.unwrap()
    assert len(first.requests) == asked + 2


def test_the_warning_names_leg_key_and_cause_once_a_minute(
    legs: Legs, proxies: list[FaultyProxy]
) -> None:
    proxies[0].fault = "sealed"
    for _ in range(3):
        legs.unwrap()
    (warning,) = legs.warnings
    assert "leg 1" in warning
    assert legs.first.name in warning
    assert legs.first.key in warning
    assert "sealed" in warning
    legs.connection.execute(MINUTE_LATER)
    legs.unwrap()
    assert len(legs.warnings) == 2


def test_where_the_other_leg_fails_too_one_that_was_skipped_is_asked_at_once(
    legs: Legs, proxies: list[FaultyProxy]
) -> None:
    first, second = proxies
    first.fault = "sealed"
    legs.unwrap()
    first.fault, second.fault = None, "sealed"
    legs.unwrap()
    first.fault = "sealed"
    failure = error_of(legs.connection, UNWRAP, legs.wrapper)
    assert failure.sqlstate == "KW210"
    assert legs.first.name in str(failure)
    assert legs.second.name in str(failure)


def test_a_leg_that_nothing_can_stand_in_for_is_always_asked(
    db: Database, vault: VaultEntry, proxy: FaultyProxy, make_policy: MakePolicy
) -> None:
    vault.set(address=proxy.address)
    wrapper = db.sql("select kw.wrap(policy => %s)", make_policy("single", vault.register(db)))[0][
        0
    ]
    connection = db.connect()
    proxy.fault = "sealed"
    for _ in range(2):
        before = len(proxy.requests)
        assert error_of(connection, UNWRAP, wrapper).sqlstate == "KW204"
        assert len(proxy.requests) > before
    proxy.fault = None
    assert isinstance(connection.execute(UNWRAP, (wrapper,)), psycopg.Cursor)


def test_a_kms_that_refuses_is_asked_again_at_once(legs: Legs, proxies: list[FaultyProxy]) -> None:
    proxies[0].fault = "refused"
    legs.unwrap()
    proxies[0].fault = None
    before = len(proxies[0].requests)
    legs.unwrap()
    assert len(proxies[0].requests) == before + 1


def test_a_kms_whose_entry_was_changed_is_asked_at_once(
    legs: Legs, proxies: list[FaultyProxy], bao: OpenBao
) -> None:
    first, second = proxies
    first.fault = "sealed"
    legs.unwrap()
    asked = len(second.requests)
    legs.first.set(address=bao.address)
    legs.unwrap()
    assert len(second.requests) == asked


# -- through branches -------------------------------------------------------------------------


@pytest.fixture
def make_branch(db: Database, make_policy: MakePolicy) -> Callable[[int], int]:
    """``make_branch(key)``: the id of a branch key under it alone."""
    db.sql("select kw.add_provider('branches', 'wrapper')")

    def make(key: int) -> int:
        policy = make_policy("single", key)
        return int(db.sql("select kw.create_kms_key('branches', %s)", policy)[0][0])

    return make


def test_a_kms_that_failed_is_not_asked_for_the_branches_below_it_either(
    cluster: Place,
    bao: OpenBao,
    db: Database,
    proxies: list[FaultyProxy],
    make_policy: MakePolicy,
    make_branch: Callable[[int], int],
) -> None:
    branches = []
    for proxy in proxies:
        entry = VaultEntry(cluster, bao)
        entry.set(address=proxy.address)
        branches.append(make_branch(entry.register(db)))
    policy = make_policy("either", *branches)
    wrapper = db.sql("select kw.wrap(policy => %s)", policy)[0][0]
    connection = db.connect()
    proxies[0].fault = "hang before headers"
    connection.execute(UNWRAP, (wrapper,))
    asked = len(proxies[0].requests)
    for _ in range(3):
        connection.execute(UNWRAP, (wrapper,))
    assert len(proxies[0].requests) == asked
    proxies[0].fault = None
    connection.execute(MINUTE_LATER)
    connection.execute(UNWRAP, (wrapper,))
    assert len(proxies[0].requests) == asked + 1


@pytest.mark.parametrize(
    "call", ["select kw.unwrap_many(%s::uuid[])", "select count(*) from kw.verify()"]
)
def test_a_call_waits_once_for_a_kms_that_hangs_however_many_branches_hang_on_it(
    db: Database,
    vault: VaultEntry,
    proxy: FaultyProxy,
    make_policy: MakePolicy,
    make_branch: Callable[[int], int],
    call: str,
) -> None:
    vault.set(address=proxy.address)
    key = vault.register(db)
    wrappers = []
    for _ in range(4):
        policy = make_policy("single", make_branch(key))
        wrappers.append(db.sql("select kw.wrap(policy => %s)", policy)[0][0])
    connection = db.connect()
    vault.set(total_seconds=3)
    proxy.fault = "hang before headers"
    before = len(proxy.requests)
    if "verify" in call:
        connection.execute(call)
    else:
        assert error_of(connection, call, wrappers).sqlstate == "KW204"
    assert len(proxy.requests) == before + 1
    connection.execute("select from kw.check_kms()")
    assert len(proxy.requests) == before + 2


def test_a_call_waits_once_for_a_kms_that_hangs_however_large_its_batch(
    db: Database, vault: VaultEntry, proxy: FaultyProxy, make_policy: MakePolicy
) -> None:
    vault.set(address=proxy.address, total_seconds=60)
    policy = make_policy("single", vault.register(db))
    many = "select kw.wrap_many(array_fill(null::bytea, array[2500]), %s)"
    wrappers = db.sql(many, policy)[0][0]
    vault.set(total_seconds=2)
    proxy.fault = "hang before headers"
    before = len(proxy.requests)
    failure = error_of(db.connect(), "select kw.unwrap_many(%s::uuid[])", wrappers)
    assert failure.sqlstate == "KW204"
    assert len(proxy.requests) == before + 1
