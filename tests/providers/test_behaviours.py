"""What every kind of provider does, each against its real server.

A test is a behaviour by its mark; it runs for each kind whose harness does not say that
the kind cannot show it. docs/providers.md has the same table.
"""

import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.conftest import Database
from tests.providers.conftest import MakePolicy
from tests.providers.harness import BEHAVIOURS, HARNESSES, Harness, harness_of
from tests.timeouts import timeout

UNWRAP = "select kw.unwrap(%s)"
WRAP = "select kw.wrap(policy => %s)"
HANG_SECONDS = 60.0  # how long what hangs would do so
CANCEL_SECONDS = 20.0  # a busy machine is slow
TEST = Callable[..., None]
_shown: set[str] = set()


def shows(behaviour: str) -> Callable[[TEST], TEST]:
    """Mark a test as the one of a behaviour, for all kinds that can show it."""
    assert behaviour in BEHAVIOURS
    _shown.add(behaviour)
    kinds = [kind for kind in HARNESSES if behaviour not in harness_of(kind).cannot]
    return pytest.mark.parametrize("kms", kinds, indirect=True)


def sqlstate_of(connection: psycopg.Connection, query: str, argument: object) -> str:
    """Run a statement that must fail; return its SQLSTATE."""
    with pytest.raises(psycopg.Error) as raised:
        connection.execute(query, [argument])
    return raised.value.sqlstate or ""


def failure_of(kms: Harness, connection: psycopg.Connection, query: str, argument: object) -> str:
    """Run a statement that must fail by the provider, and say so; return its SQLSTATE."""
    with pytest.raises(psycopg.Error) as raised:
        connection.execute(query, [argument])
    assert kms.name in str(raised.value)
    return raised.value.sqlstate or ""


@shows("round trip")
def test_a_data_key_opens_in_another_session(
    db: Database, kms: Harness, make_policy: MakePolicy
) -> None:
    policy, dek = make_policy("single", kms.register(db)), bytes(range(32))
    wrapper = db.sql("select kw.wrap(%s::bytea, %s)", dek, policy)[0][0]
    assert db.sql(UNWRAP, wrapper) == [(dek,)]
    assert (
        dek not in db.sql("select dek_wrap1 from kw.key_wrappers where dek_class = 'field'")[0][0]
    )


@shows("batch")
def test_a_batch_opens_in_its_order(db: Database, kms: Harness, make_policy: MakePolicy) -> None:
    policy, deks = make_policy("single", kms.register(db)), [bytes([n]) * 32 for n in range(40)]
    wrappers = db.sql("select kw.wrap_many(%s::bytea[], %s)", deks, policy)[0][0]
    assert db.sql("select kw.unwrap_many(%s::uuid[])", wrappers)[0][0] == deks


@shows("wrong context")
def test_a_wrap_does_not_open_for_another_wrapper(
    db: Database, kms: Harness, make_policy: MakePolicy
) -> None:
    wrapper = db.sql(WRAP, make_policy("single", kms.register(db)))[0][0]
    connection = db.connect()
    connection.execute("alter table kw.key_wrappers disable trigger user")
    renamed = connection.execute(
        "update kw.key_wrappers set wrapper_uuid = gen_random_uuid()::text"
        " where wrapper_uuid = %s::text returning wrapper_uuid",
        (wrapper,),
    ).fetchone()
    assert renamed is not None
    assert sqlstate_of(connection, UNWRAP, renamed[0]) == kms.context_refused


@shows("moved blob")
def test_a_wrap_moved_to_another_wrapper_does_not_open(
    db: Database, kms: Harness, make_policy: MakePolicy
) -> None:
    policy = make_policy("single", kms.register(db))
    one, other = db.sql(WRAP, policy)[0][0], db.sql(WRAP, policy)[0][0]
    db.sql(
        "update kw.key_wrappers w set dek_wrap1 = o.dek_wrap1 from kw.key_wrappers o"
        " where w.wrapper_uuid = %s::text and o.wrapper_uuid = %s::text",
        one,
        other,
    )
    assert sqlstate_of(db.connect(), UNWRAP, one) == kms.context_refused
    assert db.sql(UNWRAP, other)


@shows("unknown key")
def test_an_unknown_key_is_not_registered(db: Database, kms: Harness) -> None:
    kms.add_provider(db)
    add = f"select kw.add_kms_key('{kms.name}', %s)"
    assert failure_of(kms, db.connect(), add, kms.unknown_reference()) == "KW201"


@shows("key made again")
def test_a_key_that_was_deleted_and_made_again_is_another_key(
    db: Database, kms: Harness, make_policy: MakePolicy
) -> None:
    key = kms.register(db)
    policy = make_policy("single", key)
    wrapper = db.sql(WRAP, policy)[0][0]
    kms.make_again()
    with db.connect() as connection:
        problems = connection.execute("select leg, sqlstate from kw.verify()").fetchall()
        assert [leg for leg, _ in problems] == [1]
        assert {sqlstate for _, sqlstate in problems} <= {"KW202", "KW201"}
        health = connection.execute("select status, error from kw.check_kms(%s)", [key]).fetchone()
        assert health is not None
        assert health[0] == "down"
        assert "KW202" in health[1]
    assert failure_of_any(db.connect(), WRAP, policy) == "KW202"
    assert failure_of_any(db.connect(), UNWRAP, wrapper) in ("KW202", "KW201")
    assert db.sql("select count(*) from kw.doctor() where not ok and hint like '%%backup%%'") == [
        (1,)
    ]
    assert db.sql("select count(*) from kw.key_wrappers") == [(1,)]


def failure_of_any(connection: psycopg.Connection, query: str, argument: object) -> str:
    """Run a statement that must fail, whatever names; return its SQLSTATE."""
    with pytest.raises(psycopg.Error) as raised:
        connection.execute(query, [argument])
    return raised.value.sqlstate or ""


@shows("copied key")
def test_a_copy_of_a_key_is_the_same_root(db: Database, kms: Harness) -> None:
    one, copy = kms.register_copied(db)
    for mode in ("both", "either"):
        with pytest.raises(psycopg.Error) as raised:
            db.sql("select kw.create_policy(%s, %s, %s, %s)", mode, mode, one, copy)
        assert raised.value.sqlstate == "KW103"
    assert db.sql("select count(*) from kw.doctor() where not ok") == [(0,)]


@shows("disabled key")
def test_a_disabled_key_is_told_as_such_and_nothing_is_written(
    db: Database, kms: Harness, make_policy: MakePolicy
) -> None:
    policy = make_policy("single", kms.register(db))
    wrapper = db.sql(WRAP, policy)[0][0]
    kms.disable()
    assert failure_of(kms, db.connect(), UNWRAP, wrapper) == "KW206"
    if kms.kind != "vault":  # there a version is what is disabled, and the newest goes on
        assert failure_of(kms, db.connect(), WRAP, policy) == "KW206"
    assert db.sql("select count(*) from kw.key_wrappers") == [(1,)]


@shows("disabled key")
def test_a_disabled_key_is_not_recorded_as_gone(db: Database, kms: Harness) -> None:
    key = kms.register(db)
    db.sql("select kw.set_kms_key_status(%s, 'retired')", key)
    kms.disable()
    if kms.kind == "vault":  # as above: it still wraps
        assert sqlstate_of(db.connect(), "select kw.record_destroyed_key(%s)", key) == "KW102"
        return
    event = db.sql("select kw.record_destroyed_key(%s)", key)[0][0]
    said = db.sql("select details from kw.audit_events where id = %s", event)[0][0]
    assert (said["is_gone"], said["answer"][:5]) == (False, "KW206")


@shows("bad credentials")
def test_bad_credentials_are_refused_and_not_repeated_in_error_or_log(
    db: Database, kms: Harness
) -> None:
    kms.spoil_credentials()
    secret = kms.secret()
    assert len(secret) > 6
    with pytest.raises(psycopg.Error) as raised:
        db.connect().execute(f"select kw.add_provider(%s, '{kms.kind}')", [kms.name])
    assert raised.value.sqlstate == "KW205"
    shown = raised.value.diag
    for text in (str(raised.value), shown.message_hint, shown.message_detail, shown.context):
        assert secret not in (text or "")
    assert kms.name in str(raised.value)
    assert secret not in db.place.log.read_text(errors="replace")
    assert db.sql("select count(*) from kw.kms_providers where name = %s", kms.name) == [(0,)]


@shows("expired then renewed credentials")
def test_a_session_goes_on_with_renewed_credentials(
    db: Database, kms: Harness, make_policy: MakePolicy
) -> None:
    wrapper = db.sql(WRAP, make_policy("single", kms.register(db)))[0][0]
    connection = db.connect()
    connection.execute(UNWRAP, (wrapper,))
    kms.expire_credentials()
    assert failure_of(kms, connection, UNWRAP, wrapper) == "KW205"
    kms.renew_credentials()
    connection.execute(UNWRAP, (wrapper,))


@shows("server stopped")
def test_a_session_goes_on_when_the_server_is_back(
    db: Database, kms: Harness, make_policy: MakePolicy
) -> None:
    policy = make_policy("single", kms.register(db))
    wrapper = db.sql(WRAP, policy)[0][0]
    connection = db.connect()
    connection.execute(UNWRAP, (wrapper,))
    kms.stop()
    try:
        opening = failure_of(kms, connection, UNWRAP, wrapper)
        wrapping = failure_of(kms, connection, WRAP, policy)
    finally:
        kms.start()
    assert (opening, wrapping) == ("KW204", "KW204")
    connection.execute(UNWRAP, (wrapper,))
    assert db.sql("select count(*) from kw.key_wrappers") == [(1,)]


@shows("hung")
def test_a_hung_kms_gives_the_session_back_at_the_deadline_and_at_a_cancel(
    db: Database, kms: Harness, make_policy: MakePolicy
) -> None:
    wrapper = db.sql(WRAP, make_policy("single", kms.register(db)))[0][0]
    kms.set(total_seconds=2)
    kms.inject("hung")
    connection = db.connect()
    start = time.monotonic()
    assert failure_of(kms, connection, UNWRAP, wrapper) == "KW204"
    assert time.monotonic() - start < HANG_SECONDS
    kms.set(total_seconds=HANG_SECONDS)
    assert min(seconds_to_cancel(connection, wrapper) for _ in range(3)) < 0.3 + CANCEL_SECONDS
    kms.inject(None)
    connection.execute(UNWRAP, (wrapper,))


def seconds_to_cancel(connection: psycopg.Connection, wrapper: object) -> float:
    """Unwrap until a timeout of 0.3 s; return how long it took."""
    start = time.monotonic()
    with timeout(connection, 300), pytest.raises(psycopg.errors.QueryCanceled):
        connection.execute(UNWRAP, (wrapper,))
    return time.monotonic() - start


@shows("slow")
def test_a_slow_kms_is_waited_for(db: Database, kms: Harness, make_policy: MakePolicy) -> None:
    wrapper = db.sql(WRAP, make_policy("single", kms.register(db)))[0][0]
    kms.inject("slow")
    assert db.sql(UNWRAP, wrapper)


@shows("truncated answer")
def test_a_truncated_answer_is_a_wrong_answer(
    db: Database, kms: Harness, make_policy: MakePolicy
) -> None:
    wrapper = db.sql(WRAP, make_policy("single", kms.register(db)))[0][0]
    kms.inject("truncated answer")
    connection = db.connect()
    assert failure_of(kms, connection, UNWRAP, wrapper) == "KW209"
    kms.inject(None)
    connection.execute(UNWRAP, (wrapper,))


@shows("wrong answer")
def test_other_bytes_than_those_wrapped_are_never_taken(
    db: Database, kms: Harness, make_policy: MakePolicy
) -> None:
    policy = make_policy("single", kms.register(db))
    wrapper = db.sql(WRAP, policy)[0][0]
    kms.inject("wrong answer")
    connection = db.connect()
    assert failure_of(kms, connection, UNWRAP, wrapper) == "KW209"
    assert failure_of(kms, connection, WRAP, policy) == "KW209"
    assert db.sql("select count(*) from kw.key_wrappers") == [(1,)]


@shows("wrong TLS certificate")
def test_a_certificate_of_another_authority_is_refused(db: Database, kms: Harness) -> None:
    kms.distrust()
    add = f"select kw.add_provider(%s, '{kms.kind}')"
    assert failure_of(kms, db.connect(), add, kms.name) == "KW204"


def test_every_behaviour_has_a_test() -> None:
    assert set(BEHAVIOURS) == _shown


def test_the_page_of_providers_has_the_same_table() -> None:
    page = (Path(__file__).parents[2] / "docs" / "providers.md").read_text()
    kinds = list(HARNESSES)
    table = [
        f"| | {' | '.join(kinds)} |",
        f"| --- |{' --- |' * len(kinds)}",
        *(
            f"| {behaviour} | "
            + " | ".join("no" if behaviour in harness_of(kind).cannot else "yes" for kind in kinds)
            + " |"
            for behaviour in BEHAVIOURS
        ),
    ]
    assert "\n".join(table) in page
    for kind in kinds:
        for reason in set(harness_of(kind).cannot.values()):
            assert f"`{kind}`: {reason}" in page
