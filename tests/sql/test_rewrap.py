"""The same data key wrapped again, under the same keys or under others."""

from collections.abc import Callable

import pytest

from tests.conftest import Keystore
from tests.sql.session import Session

DEK = b"k" * 32


def made(session: Session, policy: str) -> str:
    """Return a wrapper of a known data key."""
    return str(session.value("select kw.wrap(%s, %s)", DEK, policy))


def versions(row: dict[str, object]) -> tuple[object, ...]:
    """Return wrap_version and the versions of the legs."""
    return row["wrap_version"], row["wrap1_version"], row["wrap2_version"]


@pytest.fixture(
    params=["kw.rewrap($1, $2, $3)", "(kw.rewrap_many(array[$1], $2, $3))[1]"], autouse=True
)
def _again(session: Session, request: pytest.FixtureRequest) -> None:
    """Rewrap one wrapper, by the function for one or by that for many."""
    session.rows(
        "create function public.again(uuid, kms1_key_id bigint default null,"
        " kms2_key_id bigint default null)"
        f" returns integer language sql as $$ select {request.param} $$"
    )


@pytest.fixture
def third(session: Session, make_keystore: Callable[[], Keystore]) -> int:
    """A key in a keystore of its own; and a policy for each mode, called like it."""
    store = make_keystore()
    session.rows("select kw.add_provider(%s, 'local')", store.name)
    session.policy("single", "single", 1)
    session.policy("either", "either", 1, 2)
    session.policy("both", "both", 1, 2)
    return session.key(store.name)


@pytest.mark.parametrize(
    ("mode", "keys", "expected_keys", "expected_versions", "renewed"),
    [
        ("single", (None, None), (1, None), (2, 2, None), (True, False)),
        ("single", (3, None), (3, None), (2, 2, None), (True, False)),
        ("single", (1, None), (1, None), (2, 2, None), (True, False)),
        ("either", (None, None), (1, 2), (2, 2, 2), (True, True)),
        ("either", (3, None), (3, 2), (2, 2, 1), (True, False)),
        ("either", (None, 3), (1, 3), (2, 1, 2), (False, True)),
        ("either", (None, 2), (1, 2), (2, 1, 2), (False, True)),
        ("either", (2, 1), (2, 1), (2, 2, 2), (True, True)),
        ("both", (None, None), (1, 2), (2, 2, 2), (True, True)),
        ("both", (3, None), (3, 2), (2, 2, 2), (True, True)),
        ("both", (None, 3), (1, 3), (2, 2, 2), (True, True)),
    ],
)
def test_the_same_key_opens_from_new_wraps(
    session: Session,
    connect: Callable[..., Session],
    third: int,
    mode: str,
    keys: tuple[int | None, int | None],
    expected_keys: tuple[int, int | None],
    expected_versions: tuple[int, ...],
    renewed: tuple[bool, bool],
) -> None:
    assert third == 3
    wrapper = made(session, mode)
    session.bind("people", "1", "ssn", wrapper=wrapper)
    sealed = session.encrypt("people", "1", "ssn", b"x")
    other = connect()
    assert other.decrypt("people", "1", "ssn", sealed) == b"x"
    before = session.wrapper(wrapper)
    assert session.value("select public.again(%s, %s, %s)", wrapper, *keys) == 2
    after = session.wrapper(wrapper)
    assert (after["kms1_key_id"], after["kms2_key_id"]) == expected_keys
    assert versions(after) == expected_versions
    for name, new in zip(("dek_wrap1", "dek_wrap2"), renewed, strict=True):
        assert (after[name] != before[name]) == new
    for same in ("commitment", "mode", "dek_bytes", "class", "format", "kdf"):
        assert after["crypto_suite"][same] == before["crypto_suite"][same]
    assert after["status"] == before["status"] == "active"
    for one in (session, other, connect()):
        assert one.value("select kw.unwrap(%s)", wrapper) == DEK
        assert one.decrypt("people", "1", "ssn", sealed) == b"x"
    assert session.rows("select * from kw.verify(%s)", wrapper) == []


def test_the_versions_go_on_counting_apart(session: Session, third: int) -> None:
    wrapper = made(session, "either")
    seen = [
        session.value(
            "select public.again(%s, kms1_key_id => %s, kms2_key_id => %s)", wrapper, *keys
        )
        for keys in ((1, None), (1, None), (None, 2), (None, None))
    ]
    assert seen == [2, 3, 3, 4]
    assert versions(session.wrapper(wrapper)) == (4, 4, 3)
    assert session.value("select kw.unwrap(%s)", wrapper) == DEK


def test_one_leg_moves_while_the_kms_of_the_other_is_lost(
    session: Session, connect: Callable[..., Session], make_keystore: Callable[[], Keystore]
) -> None:
    stores = [make_keystore() for _ in range(3)]
    keys = []
    for store in stores:
        session.rows("select kw.add_provider(%s, 'local')", store.name)
        keys.append(session.key(store.name))
    session.policy("either", "either", *keys[:2])
    session.policy("both", "both", *keys[:2])
    either, both = made(session, "either"), made(session, "both")
    for lost in (0, 1):
        away = stores[lost].directory.with_name(f"{stores[lost].directory.name}.lost")
        stores[lost].directory.rename(away)
        fresh = connect()
        # The leg whose KMS is there is renewed; the one that is lost cannot be.
        arguments: tuple[int | None, int | None]
        arguments = (None, keys[1]) if lost == 0 else (keys[0], None)
        assert fresh.value("select public.again(%s, %s, %s)", either, *arguments)
        fresh.refused("KW201", "select public.again(%s)", either)
        for arguments in ((None, None), (keys[2], None), (None, keys[2])):
            fresh.refused("KW210", "select public.again(%s, %s, %s)", both, *arguments)
        # And the lost one is replaced.
        arguments = (keys[2], None) if lost == 0 else (None, keys[2])
        assert fresh.value("select public.again(%s, %s, %s)", either, *arguments)
        assert fresh.value("select kw.unwrap(%s)", either) == DEK
        assert fresh.rows("select * from kw.verify(%s)", either) == []
        away.rename(stores[lost].directory)
        session.rows("select public.again(%s, %s, %s)", either, keys[0], keys[1])
    assert connect().value("select kw.unwrap(%s)", both) == DEK


def test_a_rewrap_that_would_be_weaker_is_refused(session: Session, third: int) -> None:
    session.policy("under 2", "single", 2)
    below, _ = session.branch("under 2")
    for mode in ("either", "both"):
        wrapper = made(session, mode)
        before = session.wrapper(wrapper)
        session.refused("KW003", "select public.again(%s, 2)", wrapper)
        session.refused("KW103", "select public.again(%s, %s)", wrapper, below)
        session.refused("KW103", "select public.again(%s, %s, 2)", wrapper, below)
        assert session.wrapper(wrapper) == before
    wrapper = made(session, "single")
    session.refused("KW003", "select public.again(%s, null, 2)", wrapper)
    session.refused("KW101", "select public.again(%s, 99)", wrapper)
    session.refused("KW101", "select public.again(gen_random_uuid())")
    session.refused("KW003", "select public.again(null)")


def test_a_rewrap_takes_keys_that_wrap(session: Session, third: int) -> None:
    wrapper = made(session, "either")
    session.rows("select kw.set_kms_key_status(%s, 'retired')", third)
    session.refused("KW200", "select public.again(%s, %s)", wrapper, third)
    session.rows("select kw.set_kms_key_status(1, 'retired')")
    session.refused("KW200", "select public.again(%s)", wrapper)
    # The retired key opens, so its leg can stay while the other is renewed.
    assert session.value("select public.again(%s, null, 2)", wrapper) == 2


def test_a_rewrap_that_is_undone_changed_nothing(session: Session, third: int) -> None:
    wrapper = made(session, "both")
    before = session.wrapper(wrapper)
    session.rows("begin")
    session.rows("select public.again(%s, %s)", wrapper, third)
    assert session.value("select kw.unwrap(%s)", wrapper) == DEK
    session.rows("rollback")
    assert session.wrapper(wrapper) == before
    assert session.value("select kw.unwrap(%s)", wrapper) == DEK


def test_a_rotated_wrapper_is_rewrapped_and_stays_rotated(session: Session, third: int) -> None:
    old = session.bind("people", "1", "ssn")
    sealed = session.encrypt("people", "1", "ssn", b"x")
    session.rows("select kw.rotate('people', '1', 'ssn')")
    session.rows("select public.again(%s, %s)", old, third)
    assert session.wrapper(old)["status"] == "rotated"
    assert session.decrypt("people", "1", "ssn", sealed) == b"x"


def test_rewrapping_is_for_admins_who_get_no_key_by_it(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str], third: int
) -> None:
    wrapper = made(session, "either")
    other = connect(make_role("kw_client", "kw_unwrap", "kw_operator", "kw_grantor", "kw_auditor"))
    other.refused("42501", "select public.again(%s)", wrapper)
    admin = connect(make_role("kw_admin"))
    assert admin.value("select public.again(%s, %s)", wrapper, third) == 2
    admin.refused("42501", "select kw.unwrap(%s)", wrapper)


def test_many_are_rewrapped_each_in_its_mode_and_from_its_versions(
    session: Session, third: int
) -> None:
    wrappers = [made(session, mode) for mode in ("single", "either", "both", "either")]
    wrappers += [session.value("select kw.wrap(%s, 'either')::text", b"k" * 16)]
    branch, branch_wrapper = session.branch("single")
    layered = session.policy("layered", "either", 1, 2, layers=[session.kem()])
    wrappers += [made(session, "layered"), branch_wrapper]
    session.policy("leaf", "single", branch)
    wrappers += [made(session, "leaf")]
    assert session.value("select kw.rewrap(%s, %s)", wrappers[3], third) == 2
    many = "select kw.rewrap_many(%s::uuid[], %s, %s)"
    assert session.value(many, [*wrappers, wrappers[0]], None, None) == [2, 2, 2, 3, 2, 2, 2, 2, 2]
    assert session.value(many, wrappers[1:4], third, None) == [3, 3, 4]
    rows = [session.wrapper(one) for one in wrappers]
    assert [versions(row) for row in rows[:4]] == [(2, 2, None), (3, 3, 2), (3, 3, 3), (4, 4, 2)]
    assert [row["kms1_key_id"] for row in rows[:4]] == [1, third, third, third]
    assert session.value("select count(*) from kw.verify()") == 0
    for wrapper in (*wrappers[:4], wrappers[7]):
        assert session.value("select kw.unwrap(%s)", wrapper) == DEK
    assert layered
    assert session.value("select kw.rewrap_many('{}')") == []
    session.refused("KW003", "select kw.rewrap_many(array[null::uuid])")
    session.refused("KW003", many, wrappers, None, third)  # mode single has no second leg
    assert [session.wrapper(one) for one in wrappers] == rows


DAMAGED = """
do language plpython3u $$
from kwruntime.kms.providers import _base
def changed(data):
    return data[:-1] + bytes([data[-1] ^ 1])
wraps, seal = _base.direct_wraps, _base.leg_key_seal
def damaged(kek, items):
    *good, last = wraps(kek, items)
    return [*good, changed(last)]
_base.direct_wraps, _base.leg_key_seal = damaged, lambda *args: changed(seal(*args))
$$
"""


@pytest.mark.parametrize(
    "call",
    [
        "rewrap(%s)",
        "rewrap_many(array[%s]::uuid[])",
        "relayer(%s)",
        "relayer_many(array[%s]::uuid[])",
    ],
)
def test_a_wrap_that_does_not_open_replaces_none(
    session: Session, connect: Callable[..., Session], third: int, call: str
) -> None:
    faulty = connect()
    assert faulty.value("select kw.unwrap(%s)", made(session, "either")) == DEK
    faulty.rows(DAMAGED)
    for mode in ("single", "either", "both"):
        wrapper = made(session, mode)
        before = session.wrapper(wrapper)
        said = faulty.refused("KW209", f"select kw.{call}", wrapper)
        assert "a new wrap under" in said
        assert session.wrapper(wrapper) == before
        assert session.value("select kw.unwrap(%s)", wrapper) == DEK


def test_a_key_that_does_not_exist_is_not_taken_for_the_present_one(
    session: Session, third: int
) -> None:
    wrapper = made(session, "either")
    for key in (0, -1, 999):
        for keys in ((key, None), (None, key)):
            session.refused("KW101", "select public.again(%s, %s, %s)", wrapper, *keys)
    assert versions(session.wrapper(wrapper)) == (1, 1, 1)


def test_a_wrapper_that_is_given_twice_is_recorded_once(session: Session, third: int) -> None:
    wrapper = made(session, "either")
    for call in ("rewrap_many", "relayer_many"):
        session.rows(f"select kw.{call}(%s::uuid[])", [wrapper, wrapper])
    recorded = "select object, details -> 'count' from kw.audit_events order by id desc limit 2"
    assert session.rows(recorded) == [("1 wrappers", 1)] * 2
