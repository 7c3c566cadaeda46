"""Whether a KMS key may be destroyed: the answer, its evidence, and wraps in flight."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from typing import Any

import psycopg
import pytest

from kwtools.cluster import Place, set_up
from tests.conftest import Database
from tests.sql.session import Session

Make = Callable[..., str]
Row = dict[str, Any]

UNSEEN = ["newest wrap", "backups", "WAL archive", "dumps", "replicas", "replication slots"]
UNSEEN += ["other databases"]
CHECKS = ["transaction", "status", "wraps in flight", "wrappers", "layers", "branches"]
CHECKS += ["sealed private keys", "signing keys", "jobs", "policies"]
ANSWER = "safe to destroy"


def evidence(session: Session, key_id: int, seconds: float = 10) -> dict[str, Row]:
    """Return the rows of kw.safe_to_destroy by the names of their checks."""
    rows = session.values("select to_jsonb(c) from kw.safe_to_destroy(%s, %s) c", key_id, seconds)
    return {row["check"]: row for row in rows}


def failed(session: Session, key_id: int, seconds: float = 10) -> list[str]:
    """Return the checks that failed; the answer must agree."""
    found = evidence(session, key_id, seconds)
    names = [name for name, row in found.items() if row["ok"] is False and name != ANSWER]
    assert found[ANSWER]["ok"] is (not names)
    return names


def retire(session: Session, *key_ids: int) -> None:
    for key_id in key_ids:
        session.rows("select kw.set_kms_key_status(%s, 'retired')", key_id)


def wrap(session: Session, policy: str = "default") -> str:
    return str(session.value("select kw.wrap(policy => %s)::text", policy))


@pytest.fixture
def unused(session: Session) -> int:
    """A retired key that nothing is wrapped under; policy ``of it`` names it."""
    key_id = session.key()
    session.policy("of it", "single", key_id)
    retire(session, key_id)
    return key_id


# -- the answer -----------------------------------------------------------------------------------


def test_a_retired_key_that_nothing_needs_is_safe_to_destroy(session: Session, unused: int) -> None:
    found = evidence(session, unused)
    assert list(found) == [ANSWER, *CHECKS, *UNSEEN]
    assert [found[name]["ok"] for name in CHECKS] == [True] * len(CHECKS)
    assert [found[name]["ok"] for name in UNSEEN] == [None] * len(UNSEEN)
    assert found[ANSWER]["ok"] is True
    assert "yes" in found[ANSWER]["detail"]
    assert '"of it"' in found["policies"]["detail"]
    session.rows("select kw.set_kms_key_status(%s, 'disabled')", unused)
    assert failed(session, unused) == []


def test_an_active_key_is_never_safe_to_destroy(session: Session) -> None:
    key_id = session.key()
    assert failed(session, key_id) == ["status"]
    hint = evidence(session, key_id)["status"]["hint"]
    assert f"kw.set_kms_key_status({key_id}, 'retired')" in hint


@pytest.mark.parametrize("mode", ["single", "either", "both"])
def test_what_is_under_the_key_must_move_away_first(session: Session, mode: str) -> None:
    key_id, other = session.key(), session.key()
    session.policy("p", mode, *((key_id,) if mode == "single" else (2, key_id)))
    leg = 1 if mode == "single" else 2
    wrapper = wrap(session, "p")
    retire(session, key_id)
    assert failed(session, key_id) == ["wrappers"]
    detail = evidence(session, key_id)["wrappers"]["detail"]
    assert wrapper in detail
    assert ("1 of them could be opened" in detail) == (mode == "either")
    session.rows(f"select kw.rewrap(%s, kms{leg}_key_id => %s)", wrapper, other)
    assert failed(session, key_id) == []


def test_retired_wrappers_count_and_shredded_ones_do_not(session: Session) -> None:
    key_id = session.key()
    session.policy("p", "single", key_id)
    wrapper = session.bind("people", "1", "ssn", policy="p")
    session.rows("select kw.set_wrapper_status(%s, 'retired')", wrapper)
    retire(session, key_id)
    assert failed(session, key_id) == ["wrappers"]
    session.rows("select kw.shred('people', 1, 'ssn')")
    assert failed(session, key_id) == []


def test_branches_and_layers_must_move_away(session: Session) -> None:
    root, kem, other = session.key(), session.kem(), session.kem()
    session.policy("layered", "single", root, layers=[kem])
    session.policy("other", "single", root, layers=[other])
    branch, uuid = session.branch("layered")
    session.policy("leaf", "single", branch)
    leaf, wrapper = wrap(session, "leaf"), wrap(session, "layered")
    retire(session, root, kem, branch)
    assert failed(session, root) == ["wrappers", "branches"]
    assert "1 wrappers are below them" in evidence(session, root)["branches"]["detail"]
    assert failed(session, kem) == ["layers", "branches"]
    assert failed(session, branch) == ["wrappers"]
    session.rows("select kw.rewrap(%s, 2)", leaf)
    assert failed(session, branch) == []
    for one in (uuid, wrapper):
        session.rows("select kw.rewrap(%s, 2)", one)
    assert failed(session, root) == []
    for one in (uuid, wrapper):
        session.rows("select kw.relayer(%s, 'other')", one)
    assert failed(session, kem) == []


def test_a_sealed_private_key_counts_while_it_may_be_used(session: Session) -> None:
    sealing, other = session.key(), session.kem()
    kem = session.sealed_kem(sealing)
    session.policy("layered", "single", 2, layers=[kem])
    session.policy("other", "single", 2, layers=[other])
    wrapper = wrap(session, "layered")
    retire(session, sealing)
    assert failed(session, sealing) == ["sealed private keys"]
    retire(session, kem)
    assert failed(session, sealing) == ["sealed private keys"]
    session.rows("select kw.relayer(%s, 'other')", wrapper)
    found = evidence(session, sealing)
    assert found[ANSWER]["ok"] is True
    # Backups of before the relayer need the key that seals the KEM key.
    (left,) = session.values("select left_at from kw.former_wraps where kms_key_id = %s", kem)
    assert datetime.fromisoformat(found["backups"]["compare_with"]) == left
    # It may be destroyed now, so nothing can come under it again.
    said = session.refused("KW102", "select kw.set_kms_key_status(%s, 'active')", kem)
    assert "which seals its private key, is retired" in said
    session.rows("select kw.set_kms_key_status(%s, 'active')", sealing)
    session.rows("select kw.set_kms_key_status(%s, 'active')", kem)


def test_a_kem_key_that_is_being_activated_is_waited_for(
    session: Session, connect: Callable[..., Session]
) -> None:
    sealing = session.key()
    kem = session.sealed_kem(sealing)
    retire(session, kem)
    other = connect(autocommit=False)
    other.rows("select kw.set_kms_key_status(%s, 'active')", kem)
    retire(session, sealing)
    assert failed(session, sealing) == ["wraps in flight"]
    other.connection.commit()
    assert failed(session, sealing) == ["sealed private keys"]


def test_signing_keys_and_open_jobs_count(session: Session, unused: int) -> None:
    session.rows(
        "insert into kw.signing_keys (algo_id, name, scope, origin, public_key, kms_key_id)"
        " select id, 'signer', 'log', 'kms', '', %s from kw.crypto_algorithms where class = 'sig'"
        " limit 1",
        unused,
    )
    assert failed(session, unused) == ["signing keys"]
    session.rows("update kw.signing_keys set status = 'retired'")
    assert failed(session, unused) == []
    session.rows(
        "insert into kw.rewrap_jobs (key_wrapper_id, target_kms2_key_id)"
        " select id, %s from kw.key_wrappers where wrapper_uuid = %s",
        *(unused, wrap(session)),
    )
    assert failed(session, unused) == ["jobs"]
    for status in ("running", "failed"):
        session.rows(
            "update kw.rewrap_jobs set status = %s,"
            " finished_at = case when %s = 'failed' then now() end",
            *(status, status),
        )
        assert failed(session, unused) == ["jobs"], status
    session.rows("delete from kw.rewrap_jobs")
    assert failed(session, unused) == []


def test_another_name_of_the_same_key_counts(session: Session, unused: int) -> None:
    twin = session.key()
    session.policy("of the twin", "single", twin)
    wrapper = wrap(session, "of the twin")
    session.rows("alter table kw.kms_keys disable trigger guard_immutable")
    session.rows(
        "update kw.kms_keys k set root_uuid = o.root_uuid from kw.kms_keys o"
        " where k.id = %s and o.id = %s",
        *(twin, unused),
    )
    assert failed(session, unused) == ["status", "wrappers"]
    retire(session, twin)
    assert failed(session, unused) == ["wrappers"]
    session.rows("select kw.rewrap(%s, 1)", wrapper)
    assert failed(session, unused) == []


def test_a_provider_that_shares_a_declared_root_is_not_the_same_key(
    session: Session, unused: int
) -> None:
    session.rows("select kw.add_provider('branches', 'wrapper')")
    session.rows("select kw.declare_shared_root('local', 'branches')")
    assert failed(session, unused) == []


def test_changes_that_may_be_rolled_back_prove_nothing(session: Session) -> None:
    key_id = session.key()
    session.policy("p", "single", key_id)
    wrapper = wrap(session, "p")
    retire(session, key_id)
    session.rows("begin")
    session.rows("select kw.rewrap(%s, 1)", wrapper)
    assert failed(session, key_id) == ["transaction"]
    session.rows("rollback")
    assert failed(session, key_id) == ["wrappers"]


def test_one_statement_may_ask_for_several_keys(session: Session, unused: int) -> None:
    query = "select k.id from kw.kms_keys k, kw.safe_to_destroy(k.id) s where s.check = %s and s.ok"
    second = session.key()
    retire(session, second)
    assert session.values(f"{query} order by 1", ANSWER) == [unused, second]


def test_a_check_that_cannot_run_has_failed(session: Session, unused: int) -> None:
    session.rows("alter table kw.signing_keys rename to signing_keys_gone")
    found = evidence(session, unused)
    assert found[ANSWER]["ok"] is False
    assert found["dependents"]["ok"] is False
    assert "could not run" in found["dependents"]["detail"]
    session.rows("alter table kw.signing_keys_gone rename to signing_keys")
    assert failed(session, unused) == []


def test_who_may_ask_and_what_is_refused(
    session: Session, unused: int, make_role: Make, connect: Callable[..., Session]
) -> None:
    assert failed(connect(make_role("kw_admin")), unused) == []
    for role in ("kw_client", "kw_operator", "kw_auditor", "kw_unwrap", "kw_grantor"):
        connect(make_role(role)).refused("42501", "select kw.safe_to_destroy(%s)", unused)
    session.refused("KW101", "select kw.safe_to_destroy(99)")
    session.refused("KW003", "select kw.safe_to_destroy(null)")
    for seconds in ("-1", "'nan'", "'infinity'", "null"):
        session.refused("KW003", f"select kw.safe_to_destroy(%s, {seconds})", unused)


# -- what no query can see ------------------------------------------------------------------------


def test_the_newest_wrap_is_told_to_compare_with(session: Session) -> None:
    key_id = session.key()
    session.policy("p", "either", 1, key_id)
    assert evidence(session, key_id)["backups"]["compare_with"] is None
    wrapper = wrap(session, "p")
    session.rows("select kw.rewrap(%s, kms1_key_id => 1)", wrapper)  # the other leg is newer
    row = session.wrapper(wrapper)
    retire(session, key_id)
    found = evidence(session, key_id)
    assert found["backups"]["compare_with"] == row["wrap2_at"]
    assert found["backups"]["compare_with"] < row["wrap1_at"]
    assert "new ones" in found["dumps"]["detail"]
    session.rows("select kw.rewrap(%s, kms2_key_id => 2)", wrapper)
    (left,) = session.values("select left_at from kw.former_wraps where kms_key_id = %s", key_id)
    found = evidence(session, key_id)
    assert {datetime.fromisoformat(found[name]["compare_with"]) for name in UNSEEN} == {left}
    assert found[ANSWER]["compare_with"] == found["backups"]["compare_with"]
    assert "from before" in found["dumps"]["detail"]
    assert f"before {left.astimezone(UTC).isoformat(' ')}" in found["WAL archive"]["detail"]


def test_times_that_were_not_recorded_are_said_to_be_unknown(session: Session) -> None:
    key_id = session.key()
    session.policy("p", "single", key_id)
    wrapper = wrap(session, "p")
    retire(session, key_id)
    # As an upgrade to 0.6.0 leaves them.
    upgraded = datetime.now(UTC) - timedelta(hours=1)
    session.rows(
        "update kw.kms_keys set created_at = %s, wrap_times_since = %s where id = %s",
        *(upgraded - timedelta(days=9), upgraded, key_id),
    )
    session.rows("update kw.key_wrappers set wrap1_at = null where wrapper_uuid = %s", wrapper)
    found = evidence(session, key_id)
    assert "times before" in found["newest wrap"]["detail"]
    assert "0.6.0" in found["newest wrap"]["detail"]
    assert datetime.fromisoformat(found["newest wrap"]["compare_with"]) == upgraded
    session.rows("select kw.rewrap(%s, 1)", wrapper)
    (left,) = session.values("select left_at from kw.former_wraps")
    found = evidence(session, key_id)
    assert datetime.fromisoformat(found["newest wrap"]["compare_with"]) == left
    assert "times before" in found["newest wrap"]["detail"]


def test_a_wrap_of_an_unknown_time_is_at_the_latest_of_now(session: Session) -> None:
    wrapper = wrap(session)
    session.rows("update kw.key_wrappers set wrap1_at = null where wrapper_uuid = %s", wrapper)
    before = datetime.now(UTC)
    found = evidence(session, 1)
    assert datetime.fromisoformat(found["newest wrap"]["compare_with"]) >= before


def test_times_do_not_depend_on_the_settings_of_the_session(session: Session) -> None:
    wrap(session)
    before = evidence(session, 1)
    session.rows("set datestyle = 'SQL, DMY'")
    session.rows("set timezone = 'Pacific/Auckland'")
    after = evidence(session, 1)
    assert after["backups"]["detail"] == before["backups"]["detail"]
    assert datetime.fromisoformat(after["backups"]["compare_with"]) == datetime.fromisoformat(
        before["backups"]["compare_with"]
    )


def test_other_databases_and_idle_slots_are_named(session: Session, unused: int) -> None:
    (own,) = session.values("select current_database()")
    others = evidence(session, unused)["other databases"]["detail"]
    assert f'"{own}"' not in others
    assert '"' in others
    assert evidence(session, unused)["replicas"]["detail"] == "none is connected"
    session.rows("select pg_create_physical_replication_slot('away')")
    try:
        assert '"away"' in evidence(session, unused)["replication slots"]["detail"]
    finally:
        session.rows("select pg_drop_replication_slot('away')")


# -- wraps in flight ------------------------------------------------------------------------------


@pytest.fixture
def client(session: Session, make_role: Make, connect: Callable[..., Session]) -> Session:
    """A role that may only wrap, with a table of its own."""
    role = make_role("kw_client")
    session.rows("create table public.mine (id bigint primary key, f bytea)")
    session.rows(f"alter table public.mine owner to {role}")
    made = connect(role)
    made.rows("set application_name = 'the idle one'")
    return made


def in_flight(client: Session, policy: str) -> None:
    client.rows("begin")
    client.rows("select kw.wrap(policy => %s)", policy)


def until_it_waits(session: Session, asking: Session, thread: threading.Thread) -> None:
    """Wait until a call has read the keys, however long it takes to load the runtime, and a second.

    It takes no lock that others would see it wait for.
    """
    query = "select count(*) from pg_locks where pid = %s and relation = 'kw.kms_keys'::regclass"
    while not session.value(query, asking.connection.info.backend_pid):
        assert thread.is_alive()
        sleep(0.01)
    sleep(1)


def test_a_wrap_in_flight_is_waited_for_and_then_counts(
    session: Session, client: Session, connect: Callable[..., Session]
) -> None:
    key_id = session.key()
    session.policy("p", "single", key_id)
    in_flight(client, "p")
    retire(session, key_id)  # does not wait
    answers: list[list[str]] = []
    asking = connect()
    thread = threading.Thread(target=lambda: answers.append(failed(asking, key_id, 300)))
    thread.start()
    until_it_waits(session, asking, thread)
    assert thread.is_alive()
    client.rows("commit")
    thread.join(timeout=240)
    assert answers == [["wrappers"]]


def test_a_wrap_in_flight_that_is_rolled_back_does_not_count(
    session: Session, client: Session, connect: Callable[..., Session]
) -> None:
    key_id = session.key()
    session.policy("p", "single", key_id)
    in_flight(client, "p")
    retire(session, key_id)
    answers: list[list[str]] = []
    asking = connect()
    thread = threading.Thread(target=lambda: answers.append(failed(asking, key_id, 300)))
    thread.start()
    until_it_waits(session, asking, thread)
    assert thread.is_alive()
    client.rows("rollback")
    thread.join(timeout=240)
    assert answers == [[]]


def test_who_holds_it_up_is_named_when_time_is_up(
    session: Session, client: Session, make_role: Make, connect: Callable[..., Session]
) -> None:
    key_id = session.key()
    session.policy("p", "single", key_id)
    others = connect()
    others.rows("begin")
    others.rows("select kw.wrap()")  # under other keys
    in_flight(client, "p")
    retire(session, key_id)
    admin = connect(make_role("kw_admin"))
    begin = monotonic()
    row = evidence(admin, key_id, 1)["wraps in flight"]
    assert monotonic() - begin >= 1
    assert row["ok"] is False
    pid = client.connection.info.backend_pid
    assert f"process {pid} of role" in row["detail"]
    assert '"the idle one"' in row["detail"]
    assert f"process {others.connection.info.backend_pid} " not in row["detail"]
    assert "pg_terminate_backend" in row["hint"]
    assert failed(admin, key_id, 0) == ["wraps in flight"]


def test_several_transactions_that_hold_it_up_are_all_named(
    session: Session, connect: Callable[..., Session]
) -> None:
    key_id = session.key()
    session.policy("p", "single", key_id)
    sessions = [connect() for _ in range(3)]
    for one in sessions:
        in_flight(one, "p")
    retire(session, key_id)
    detail = evidence(session, key_id, 0)["wraps in flight"]["detail"]
    for one in sessions:
        assert f"process {one.connection.info.backend_pid} " in detail
    for one in sessions[:2]:
        one.rows("rollback")
    detail = evidence(session, key_id, 0)["wraps in flight"]["detail"]
    assert detail.count("process") == 1
    sessions[2].rows("commit")
    assert failed(session, key_id, 0) == ["wrappers"]


@pytest.mark.parametrize(
    "work",
    [
        "savepoint s; select kw.wrap(policy => 'p')",
        "select kw.bind('mine', 1, 'f', policy => 'p')",
        "select kw.create_kem_key('sealed under it', 'X25519', {key})",
        "select kw.create_kms_key('branches', 'p')",
        "select kw.wrap(policy => 'layered')",
        "select kw.wrap(policy => 'below')",
        "select kw.rewrap('{wrapper}', {key})",
        "select kw.relayer('{wrapper}', 'layered')",
        "insert into kw.rewrap_jobs (key_wrapper_id, target_kms1_key_id)"
        " select id, {key} from kw.key_wrappers where wrapper_uuid = '{wrapper}'",
        "select kw.set_kms_key_status({key}, 'active')",
    ],
)
def test_all_that_may_come_to_need_the_key_is_waited_for(
    session: Session, connect: Callable[..., Session], work: str
) -> None:
    session.rows("create table public.mine (id bigint primary key, f bytea)")
    key_id, wrapper = session.key(), wrap(session)
    session.policy("p", "single", key_id)
    branch, _ = session.branch("p")
    session.policy("below", "single", branch)
    kem = session.sealed_kem(key_id)
    session.policy("layered", "single", 2, layers=[kem])
    late = connect()
    late.rows("begin")
    late.rows(work.format(key=key_id, wrapper=wrapper))
    retiring = connect()
    retiring.rows("set lock_timeout = '1s'")
    if "set_kms_key_status" in work:
        late.rows("rollback")
        retire(retiring, key_id)
        late.rows("begin")
        late.rows(work.format(key=key_id))
    else:
        retire(retiring, key_id)
    assert "wraps in flight" in failed(session, key_id, 0)
    late.rows("rollback")
    assert "wraps in flight" not in failed(session, key_id, 0)


def test_the_wait_holds_nobody_up(
    session: Session, client: Session, connect: Callable[..., Session]
) -> None:
    key_id, wrapper = session.key(), wrap(session)
    session.policy("p", "single", key_id)
    in_flight(client, "p")
    retire(session, key_id)
    asking, other = connect(), connect()
    asking.rows("begin")
    thread = threading.Thread(target=lambda: failed(asking, key_id, 300))
    thread.start()
    until_it_waits(session, asking, thread)
    other.rows("set lock_timeout = '2s'")
    other.rows("select kw.set_kms_key_status(%s, 'active')", key_id)
    other.rows("select kw.rewrap(%s, %s)", wrapper, key_id)
    other.rows("select kw.set_kms_key_status(%s, 'disabled')", key_id)
    assert thread.is_alive()
    client.rows("commit")
    thread.join(timeout=240)


def test_a_key_that_became_active_while_it_waited_is_not_safe(
    session: Session, client: Session, connect: Callable[..., Session]
) -> None:
    key_id = session.key()
    session.policy("p", "single", key_id)
    in_flight(client, "p")
    retire(session, key_id)
    answers: list[list[str]] = []
    asking = connect()
    thread = threading.Thread(target=lambda: answers.append(failed(asking, key_id, 300)))
    thread.start()
    until_it_waits(session, asking, thread)
    session.rows("select kw.set_kms_key_status(%s, 'active')", key_id)
    client.rows("rollback")
    thread.join(timeout=240)
    assert answers == [["status"]]


def test_a_wait_can_be_cancelled(
    session: Session, client: Session, connect: Callable[..., Session]
) -> None:
    key_id = session.key()
    session.policy("p", "single", key_id)
    in_flight(client, "p")
    retire(session, key_id)
    asking = connect()
    asking.rows("set statement_timeout = '1s'")
    with pytest.raises(psycopg.errors.QueryCanceled):
        asking.rows("select kw.safe_to_destroy(%s, 600)", key_id)


def test_an_active_key_is_not_waited_for(session: Session, client: Session) -> None:
    key_id = session.key()
    session.policy("p", "single", key_id)
    in_flight(client, "p")
    assert failed(session, key_id, 86_400) == ["status", "wraps in flight"]


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_an_old_snapshot_answers_as_of_now(
    session: Session, client: Session, connect: Callable[..., Session], level: str
) -> None:
    key_id = session.key()
    session.policy("p", "single", key_id)
    old = connect()
    old.rows(f"begin isolation level {level}")
    assert failed(old, key_id) == ["status"]
    in_flight(client, "p")
    retire(session, key_id)
    assert failed(old, key_id, 0) == ["wraps in flight"]
    client.rows("commit")
    assert failed(old, key_id, 0) == ["wrappers"]


def test_prepared_transactions_are_waited_for_and_named(
    own_cluster: Callable[..., Place],
) -> None:
    place = own_cluster(settings={"max_prepared_transactions": "5"})
    with place.connect() as connection, place.connect() as other:
        set_up(connection, "prepared")
        session = Session(connection)
        session.policy("p", "single", 1)
        other.execute("begin")
        other.execute("savepoint s")
        other.execute("select kw.wrap(policy => 'p')")
        other.execute("prepare transaction 'of a wrap'")
        retire(session, 1)
        row = evidence(session, 1, 0)["wraps in flight"]
        assert row["ok"] is False
        assert "prepared transaction 'of a wrap' of role \"postgres\"" in row["detail"]
        assert "ROLLBACK PREPARED 'of a wrap'" in row["hint"]
        assert "pg_terminate_backend" not in row["hint"]
        connection.execute("commit prepared 'of a wrap'")
        assert failed(session, 1, 0) == ["wrappers"]


def test_a_standby_proves_nothing_and_its_lag_is_told(
    own_cluster: Callable[..., Place], make_role: Make, db: Database
) -> None:
    primary = own_cluster(settings={"wal_level": "replica"})
    with primary.connect() as connection:
        set_up(connection, "primary")
        session = Session(connection)
        key_id = session.key()
        retire(session, key_id)
        standby = own_cluster(standby_of=primary)
        with standby.connect() as replica:
            deadline = monotonic() + 240
            row: Row = {}
            while monotonic() < deadline and "bytes behind" not in str(row.get("detail")):
                row = evidence(session, key_id)["replicas"]
                sleep(0.1)
            assert "bytes behind" in row["detail"]
            assert row["ok"] is None
            assert failed(session, key_id) == []
            assert "wraps in flight" in failed(Session(replica), key_id)
        connection.execute("create role plain_admin login in role kw_admin")
        with primary.connect(user="plain_admin") as plain:
            detail = evidence(Session(plain), key_id)["replicas"]["detail"]
            assert "pg_monitor" in detail
