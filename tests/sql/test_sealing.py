"""Events of the audit are sealed into a log: in order, once each, and signed."""

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from hashlib import sha256

import pytest
from kwshared.changes import Change

from kwtools.cluster import Place, set_up
from kwtools.evidence import checkpoints, merkle, public_keys, receipts
from kwtools.evidence.checkpoints import open_checkpoint
from tests.deployment import HOST, MAKE_KEY, happen, make_deployment, make_log, seal, trust
from tests.memory import grown
from tests.signed_log import TIME, WITNESS_ED25519, WITNESS_ML_DSA, Key
from tests.sql.session import Session

Connect = Callable[..., Session]
MakeRole = Callable[..., str]

ENTRIES = "select entry from kw.log_leaves where log_id = %s order by leaf_index"
SEALED = "select f.event_id from kw.log_leaves f order by f.leaf_index"
MARKED = "select id from kw.audit_events where leaf_index is not null order by leaf_index"
CREATE = "select kw.create_log(%s, %s)"


def entries(session: Session, log: int = 1) -> list[bytes]:
    """Return the entries of a log, in order."""
    return [bytes(one) for one in session.values(ENTRIES, log)]


def root(session: Session) -> bytes:
    """Return the root hash of all entries, by the auditor's own code."""
    return merkle.fold([merkle.of_entry(one) for one in entries(session)])


# -- sealing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithms", [("Ed25519",), ("Ed25519", "ML-DSA-44")])
def test_every_event_is_sealed_in_order_and_the_checkpoint_has_its_tree(
    session: Session, algorithms: tuple[str, ...]
) -> None:
    origin = make_log(session, *algorithms)
    events = session.values("select id from kw.audit_events order by id")
    size, note = seal(session)
    assert session.values(SEALED) == session.values(MARKED)
    assert session.values(SEALED)[:-1] == events, "the last one is the state"
    opened = open_checkpoint(note.encode(), trust(session))
    assert (opened.origin, opened.size) == (origin, len(events) + 1)
    assert opened.size == size
    assert opened.root == root(session)
    deployment = session.value("select deployment_uuid::text from kw.deployments")
    assert origin == f"{HOST}/kwtools/{deployment}/0"
    assert {key.kind for key in trust(session).log_keys} == (
        {1, 6} if "ML-DSA-44" in algorithms else {1}
    )


def test_a_tree_grows_to_the_same_root_in_any_batches(session: Session) -> None:
    make_log(session)
    happen(session, 700)
    for most in (1, 255, 1, 256, 3):
        session.rows("select kw.append_audit(%s)", most)
        note = session.value("select kw.sign_checkpoint()")
        assert open_checkpoint(note.encode(), trust(session)).root == root(session)
    size, note = seal(session)
    assert size == session.value("select count(*) from kw.audit_events")
    assert open_checkpoint(note.encode(), trust(session)).root == root(session)
    hashes = session.values(
        "select hashes from kw.log_tiles where level = 0 order by level, tile_no"
    )
    assert b"".join(map(bytes, hashes)) == b"".join(map(merkle.of_entry, entries(session)))


def test_nothing_new_makes_no_checkpoint_unless_asked(session: Session) -> None:
    make_log(session)
    first = seal(session)
    assert seal(session) == first
    assert session.value("select count(*) from kw.log_checkpoints") == 1
    ((size, again),) = session.rows("call kw.seal_audit(again => true)")
    assert size == first[0]
    assert session.value("select count(*) from kw.log_checkpoints") == 2
    assert open_checkpoint(again.encode(), trust(session)).root == root(session)


def test_an_event_that_commits_after_a_later_one_was_sealed_is_not_lost(
    session: Session, connect: Connect
) -> None:
    make_log(session)
    late = connect()
    late.rows("begin")
    (lower,) = happen(late)
    (higher,) = happen(session)
    assert lower < higher
    size, _ = seal(session)
    assert higher in session.values(SEALED)
    assert lower not in session.values(SEALED)
    late.rows("commit")
    assert seal(session)[0] == size + 2
    assert session.values(SEALED)[-2] == lower


def test_writers_of_events_do_not_wait_for_the_sequencer(
    session: Session, connect: Connect
) -> None:
    make_log(session)
    sealing = connect()
    sealing.rows("begin; select kw.append_audit()")
    other = connect()
    other.rows("set lock_timeout = '100ms'")
    happen(other)
    other.rows("select kw.set_setting('cache_keys', 5)")
    other.rows("set statement_timeout = '60s'; select * from kw.check_kms()")
    sealing.rows("rollback")


def test_what_was_rolled_back_is_sealed_later_and_once(session: Session) -> None:
    make_log(session)
    session.rows("begin; select kw.append_audit(); rollback")
    assert session.values(SEALED) == []
    size, _ = seal(session)
    assert size == len(session.values(MARKED)) == len(set(session.values(SEALED)))


def test_a_checkpoint_is_not_signed_before_its_entries_are_committed(session: Session) -> None:
    """Else it could be of a tree that is never there, and the next one would contradict it."""
    make_log(session)
    session.rows("begin; select kw.append_audit()")
    assert "Commit, then sign" in session.refused("KW102", "select kw.sign_checkpoint()")
    session.rows("rollback")
    session.rows("begin; savepoint s; select kw.append_audit(); release s")
    session.refused("KW102", "select kw.sign_checkpoint()")
    session.rows("rollback")
    session.refused("KW101", "select kw.sign_checkpoint()")  # of nothing
    assert session.rows("select * from kw.log_checkpoints") == []


def test_entries_of_a_checkpoint_survive_a_crash_where_commits_do_not_wait(
    session: Session,
) -> None:
    make_log(session)
    session.rows("begin; set local synchronous_commit = off; select kw.append_audit(5)")
    assert session.value("show synchronous_commit") == "on"
    session.rows("commit")


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_an_event_after_the_snapshot_of_the_transaction_is_left_for_the_next_try(
    session: Session, connect: Connect, level: str
) -> None:
    make_log(session)
    old = connect()
    old.rows(f"begin isolation level {level}; select 1")
    happen(session)
    old.refused("40001", "select kw.append_audit()")
    old.rows("rollback")
    seal(session)
    assert session.values("select id from kw.audit_events where leaf_index is null") == []


def test_one_sequencer_waits_for_the_other_and_no_longer_than_the_limit(
    session: Session, connect: Connect
) -> None:
    make_log(session)
    first, second = connect(), connect()
    first.rows("begin; select kw.append_audit()")
    second.rows("set lock_timeout = '50ms'")
    second.refused("55P03", "select kw.append_audit()")
    first.rows("commit")
    assert second.value("select kw.append_audit()") == 0


def test_a_number_of_an_event_that_was_used_before_is_sealed_again(session: Session) -> None:
    """After a restore, and after a truncate: what is sealed is a mark of the row, not a number."""
    make_log(session)
    seal(session)
    session.rows("truncate kw.audit_events restart identity")
    happen(session, 3)
    size, _ = seal(session)
    assert session.values(SEALED)[-4:] == [1, 2, 3, 4]
    proof = session.value("select kw.audit_proof(2)")
    assert receipts.open_receipt(proof.encode(), trust(session)).index == size - 3


def test_a_log_that_was_changed_gets_no_further_checkpoint(session: Session) -> None:
    make_log(session)
    happen(session, 20)
    seal(session)
    happen(session, 5)
    session.rows("select kw.append_audit()")
    session.rows("alter table kw.log_tiles disable trigger all")
    session.rows("update kw.log_tiles set hashes = set_byte(hashes, 39, get_byte(hashes, 39) # 1)")
    said = session.refused("KW211", "select kw.sign_checkpoint()")
    assert "does not continue its checkpoint" in said
    session.rows("update kw.log_tiles set hashes = substr(hashes, 1, 32)")
    assert "is incomplete" in session.refused("KW211", "select kw.sign_checkpoint()")


def test_heads_that_were_changed_get_no_further_checkpoint(session: Session) -> None:
    make_log(session)
    seal(session)
    session.rows("update kw.logs set heads = set_byte(heads, 2, get_byte(heads, 2) # 1)")
    session.refused("KW211", "call kw.seal_audit(again => true)")
    happen(session)
    session.refused("KW211", "call kw.seal_audit()")


# -- entries ------------------------------------------------------------------------------------


CHANGE = Change(2, 3, 0, 4, 5).packed()


def test_an_entry_says_all_of_its_event(session: Session) -> None:
    make_log(session)
    ((event, when),) = session.rows(
        "insert into kw.audit_events (acting_role, action, object, details, changes) "
        """values ('a"b', 'act', E'ö\\n', '{"b": 1.50, "a": [true, null, "x"]}', %s) """
        "returning id, happened_at",
        CHANGE,
    )
    seal(session)
    entry = entries(session)[-2]
    deployment = session.value("select deployment_uuid::text from kw.deployments")
    user = session.value("select session_user::text")
    assert json.loads(entry) == {
        "version": 1,
        "deployment": deployment,
        "incarnation": 0,
        "event": str(event),
        "time": when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "roles": {"session": user, "acting": 'a"b'},
        "action": "act",
        "object": "ö\n",
        "details": {"a": [True, None, "x"], "b": 1.5},
        "changes_root": sha256(b"\0" + CHANGE).hexdigest(),
    }
    assert entry.startswith(
        b'{"action":"act","changes_root":"' + sha256(b"\0" + CHANGE).hexdigest()[:4].encode()
    )
    assert '"object":"ö\\n"'.encode() in entry
    assert b'"details":{"a":[true,null,"x"],"b":1.5}' in entry


def test_of_what_is_too_long_an_entry_has_the_digest(session: Session) -> None:
    make_log(session)
    session.rows(
        "insert into kw.audit_events (acting_role, action, object, details) "
        "values ('x', 'y', repeat('€', 3000), jsonb_build_object('a', repeat('€', 20000)))"
    )
    seal(session)
    found = json.loads(entries(session)[-2])
    assert found["object_sha256"] == sha256(("€" * 3000).encode()).hexdigest()
    whole = json.dumps({"a": "€" * 20000}, ensure_ascii=False, separators=(",", ":"))
    assert found["details_sha256"] == sha256(whole.encode()).hexdigest()
    assert not found.keys() & {"object", "details"}


@pytest.mark.parametrize(
    "details", ["{\"n\": 1e400}", "{\"n\": 1" + "0" * 5000 + "}", "[[[[1]]]]", "{\"\": \"\\\\\"}"]
)  # fmt: skip
def test_no_details_stop_the_sequencer(session: Session, details: str) -> None:
    make_log(session)
    session.rows(
        "insert into kw.audit_events (acting_role, action, object, details) values "
        "('x', 'y', 'z', %s::jsonb)",
        details,
    )
    size, _ = seal(session)
    assert size == session.value("select count(*) from kw.audit_events")


# -- keys ---------------------------------------------------------------------------------------


def test_a_key_is_replaced_with_overlap(session: Session) -> None:
    make_log(session)
    old = trust(session)
    seal(session)
    session.rows(MAKE_KEY, "next", "Ed25519")
    session.rows("select kw.set_log_keys(%s)", ["log Ed25519", "next"])
    both = trust(session)
    _, note = seal(session)
    for one in (old, both, checkpoints.Trust(old.origin, both.log_keys[1:])):
        assert open_checkpoint(note.encode(), one).size
    (texts,) = session.values("select kw.set_log_keys(%s)", ["next"])
    session.rows("select kw.set_signing_key_status('log Ed25519', 'retired')")
    _, note = seal(session)
    assert [key.data for key in trust(session).log_keys] == [both.log_keys[1].data]
    assert texts == session.values("select verifier_key from kw.log_keys where removed_at is null")
    with pytest.raises(checkpoints.NotTrusted):
        open_checkpoint(note.encode(), old)
    said = [json.loads(one) for one in entries(session) if b'"set_log_keys"' in one]
    assert said[-1]["details"]["keys"] == texts


def test_a_key_that_cannot_sign_stops_the_checkpoint_and_not_the_log(session: Session) -> None:
    make_log(session, "Ed25519", "ML-DSA-44")
    session.rows("select kw.set_signing_key_status('log ML-DSA-44', 'compromised')")
    session.refused("KW200", "call kw.seal_audit()")
    assert session.values("select id from kw.audit_events where leaf_index is null") == []
    session.rows("select kw.set_log_keys(%s)", ["log Ed25519"])
    size, note = seal(session)
    assert open_checkpoint(note.encode(), trust(session)).size == size


def test_only_active_keys_of_scope_log_and_one_ed25519_make_a_log(session: Session) -> None:
    session.rows(MAKE_KEY, "ed", "Ed25519")
    session.refused("KW101", CREATE, HOST, ["ed"])  # no deployment
    session.refused("KW101", "select kw.append_audit()")  # no log
    session.refused("KW101", "select kw.set_log_keys('{ed}')")
    make_deployment(session)
    for name, algorithm in (("pq", "ML-DSA-44"), ("ec", "ECDSA-P-256"), ("old", "Ed25519")):
        session.rows(MAKE_KEY, name, algorithm)
    session.rows("select kw.set_signing_key_status('old', 'retired')")
    session.rows("select kw.create_signing_key('app', 'Ed25519', 'application:a', 1)")
    for state, names in (
        ("KW003", []), ("KW003", ["pq"]), ("KW003", ["ed", "ec"]), ("KW003", ["ed", "ed"]),
        ("KW003", [None]), ("KW101", ["missing"]), ("KW102", ["ed", "app"]), ("KW200", ["old"]),
    ):  # fmt: skip
        session.refused(state, CREATE, HOST, names)
    for host in ("", "Db.example", "a b", "a+b", "https://a", "a/", "a\nb", "x" * 121, None):
        session.refused("KW003", CREATE, host, ["ed"])
    assert session.value(CREATE, "db.example.com:8080/logs", ["pq", "ed"])
    session.refused("KW102", CREATE, HOST, ["ed"])
    assert session.value("select count(*) from kw.logs") == 1


def test_an_incarnation_has_a_log_of_its_own(session: Session) -> None:
    origin = make_log(session)
    size, _ = seal(session)
    session.rows("update kw.deployments set incarnation = 1")
    session.refused("KW101", "call kw.seal_audit()")
    session.rows("select kw.check_restore()")
    session.rows("select kw.accept_rows('deployments', '{1}', 'for the test')")
    second = session.value(CREATE, HOST, ["log Ed25519"])
    assert second == origin[:-1] + "1"
    event = happen(session)[0]
    # check_restore, accept_rows, create_log, this, and the state
    assert seal(session)[0] == 5
    assert json.loads(entries(session, 2)[-1])["incarnation"] == 1
    assert session.value("select max(leaf_index) from kw.log_leaves where log_id = 1") == size - 1
    proof = session.value("select kw.audit_proof(%s)", event)
    assert f"\n{second}\n5\n" in proof


# -- proofs -------------------------------------------------------------------------------------


def test_the_proof_of_each_event_verifies_with_the_keys_alone(session: Session) -> None:
    make_log(session, "Ed25519", "ML-DSA-44")
    happen(session, 300)
    seal(session)
    happen(session, 10)
    size, _ = seal(session)
    known = trust(session)
    events = session.values(SEALED)
    for index in {0, 1, 255, 256, size // 2, size - 1}:
        proof = session.value("select kw.audit_proof(%s)", events[index])
        opened = receipts.open_receipt(proof.encode(), known)
        assert (opened.index, opened.checkpoint.size) == (index, size)
        assert json.loads(opened.entry)["event"] == str(events[index])


def test_an_event_that_is_not_sealed_or_not_signed_has_no_proof(session: Session) -> None:
    make_log(session)
    seal(session)
    (event,) = happen(session)
    session.refused("KW101", "select kw.audit_proof(%s)", event)
    session.rows("select kw.append_audit()")
    session.refused("KW102", "select kw.audit_proof(%s)", event)
    session.rows("select kw.sign_checkpoint()")
    assert session.value("select kw.audit_proof(%s)", event)
    session.refused("KW101", "select kw.audit_proof(-1)")


def test_operators_seal_and_auditors_read_and_prove(
    session: Session, connect: Connect, make_role: MakeRole
) -> None:
    make_log(session)
    operator, auditor = connect(make_role("kw_operator")), connect(make_role("kw_auditor"))
    size, _ = seal(operator)
    (event,) = session.values("select min(id) from kw.audit_events")
    assert auditor.value("select kw.audit_proof(%s)", event)
    assert auditor.value("select max(size) from kw.logs") == size
    for table in ("logs", "log_keys", "log_leaves", "log_tiles", "log_checkpoints"):
        assert auditor.rows(f"select * from kw.{table}")
        operator.refused("42501", f"select * from kw.{table}")
        auditor.refused("42501", f"delete from kw.{table}")
    auditor.refused("42501", "begin; lock table kw.log_lock in access share mode")
    auditor.rows("rollback")
    operator.refused("42501", "select kw.audit_proof(%s)", event)
    auditor.refused("42501", "call kw.seal_audit()")
    operator.refused("42501", CREATE, HOST, ["log Ed25519"])
    operator.refused("42501", "select kw.set_log_keys(%s)", ["log Ed25519"])


def test_rows_of_the_log_are_not_edited_by_accident(session: Session) -> None:
    make_log(session)
    seal(session)
    for statement in (
        "update kw.log_leaves set entry = 'x'",
        "update kw.log_leaves set event_id = 7",
        "delete from kw.log_leaves",
        "delete from kw.logs",
        "update kw.logs set size = size - 1",
        "update kw.log_checkpoints set note = ''",
        "delete from kw.log_checkpoints",
        "update kw.audit_events set leaf_index = null, log_id = null",
        "update kw.audit_events set leaf_index = leaf_index + 1",
    ):
        session.refused("KW102", statement)


# -- witnesses ----------------------------------------------------------------------------------

ADD = "select kw.add_cosignatures(%s)"


def cosigned(note: str, *witnesses: Key) -> str:
    """Return a checkpoint as witnesses return it."""
    text = note[: note.index("\n\n") + 1]
    return note + "".join(str(one.line(text)) for one in witnesses)


@pytest.fixture
def witnessed(session: Session) -> Session:
    """A session in a database with a sealed log and two keys of a witness."""
    make_log(session)
    for one in (WITNESS_ED25519, WITNESS_ML_DSA):
        session.rows("select kw.add_witness(%s)", str(one.verifier))
    seal(session)
    return session


def test_cosignatures_are_stored_and_stand_in_proofs_and_checkpoints(witnessed: Session) -> None:
    session = witnessed
    note = session.value("select kw.sign_checkpoint()")
    assert session.value(ADD, note) == 0
    assert session.value(ADD, cosigned(note, WITNESS_ED25519)) == 1
    assert session.value(ADD, cosigned(note, WITNESS_ED25519, WITNESS_ML_DSA)) == 1
    assert session.value(ADD, cosigned(note, WITNESS_ML_DSA)) == 0
    known = trust(session)
    witnesses = tuple(
        public_keys.read(str(one.verifier)) for one in (WITNESS_ED25519, WITNESS_ML_DSA)
    )
    strict = checkpoints.Trust(known.origin, known.log_keys, witnesses, 1)
    stored = session.value("select kw.sign_checkpoint()")
    assert open_checkpoint(stored.encode(), strict).witnessed == {witnesses[0].name: TIME}
    proof = session.value("select kw.audit_proof(min(id)) from kw.audit_events")
    assert receipts.open_receipt(proof.encode(), strict).checkpoint.witnessed
    with pytest.raises(checkpoints.NotTrusted):
        open_checkpoint(note.encode(), strict)


def test_a_checkpoint_that_is_signed_again_keeps_its_cosignatures(witnessed: Session) -> None:
    note = witnessed.value("select kw.sign_checkpoint()")
    witnessed.rows(ADD, cosigned(note, WITNESS_ED25519))
    line = witnessed.value("select line from kw.log_cosignatures")
    witnessed.rows("select kw.sign_checkpoint(again => true)")
    assert witnessed.value("select kw.sign_checkpoint()").endswith(line)
    proof = witnessed.value("select kw.audit_proof(min(id)) from kw.audit_events")
    assert proof.endswith(line)


def test_each_checkpoint_is_a_line_of_the_server_log(own_cluster: Callable[..., Place]) -> None:
    place = own_cluster()
    with place.connect(autocommit=True) as connection:
        set_up(connection, "line")
        session = Session(connection)
        make_log(session)
        _, note = seal(session)
    (line,) = re.findall(r"kwtools checkpoint: (\{.*\})", place.log.read_text())
    said = json.loads(line)
    assert {name: said[name] for name in ("v", "database", "origin", "size", "checkpoint")} == {
        "v": 1,
        "database": "postgres",
        "origin": note.split("\n")[0],
        "size": int(note.split("\n")[1]),
        "checkpoint": note,
    }


def test_a_cosignature_that_is_not_valid_or_of_another_checkpoint_is_refused(
    witnessed: Session,
) -> None:
    session = witnessed
    note = session.value("select kw.sign_checkpoint()")
    good = cosigned(note, WITNESS_ED25519)
    line = str(WITNESS_ED25519.line("other\n1\n" + "A" * 43 + "=\n"))
    session.refused("KW003", ADD, note + line)
    session.refused("KW003", ADD, good + line)  # each line of a known witness counts
    other = note.replace(HOST, "db.example.org", 1)
    session.refused("KW101", ADD, cosigned(other, WITNESS_ED25519))
    for wrong in ("", "x", note[:-1], note.replace("\n\n", "\n"), None):
        session.refused("KW003", ADD, wrong)
    session.rows("select kw.remove_witness(%s)", str(WITNESS_ED25519.verifier))
    assert session.value(ADD, good) == 0
    assert session.rows("select * from kw.log_cosignatures") == []


def test_only_a_cosignature_key_is_one_of_a_witness(session: Session) -> None:
    make_log(session)
    (key,) = session.values("select verifier_key from kw.log_keys")
    good = str(WITNESS_ED25519.verifier)
    for wrong in (key, "", "x", good[:-1], good.replace("w1", "w2"), None):
        session.refused("KW003", "select kw.add_witness(%s)", wrong)
    session.refused("KW101", "select kw.remove_witness(%s)", good)
    for _ in range(2):
        session.rows("select kw.add_witness(%s)", good)
    query = "select count(*) from kw.audit_events where action = 'add_witness'"
    assert session.value(query) == 1


def test_events_that_the_log_gets_meanwhile_are_left_by_an_adoption(
    session: Session, connect: Connect
) -> None:
    make_log(session)
    happen(session, 3)
    other = connect()
    other.rows("begin")
    assert other.value("select kw.append_audit()") > 3
    with ThreadPoolExecutor(1) as pool:
        sealing = pool.submit(session.value, "select kw.seal_rows()")
        waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and pid = %s"
        watching = connect()
        while not watching.value(waits, session.connection.info.backend_pid):
            assert not sealing.done()
        other.rows("commit")
        assert sealing.result(30) > 3


# -- memory -----------------------------------------------------------------------------------

CHANGES = 1000
MAKE_CHANGES = f"""
    create table public.packed as
    select string_agg(
        '\\x02' || int8send(n << 40) || int4send(0) || int8send(0) || int8send(n), ''
    ) as changes
    from generate_series(1, {CHANGES}::bigint) n
"""


def test_memory_does_not_grow_with_the_events_that_are_appended(connect: Connect) -> None:
    session = connect()
    make_log(session)
    session.rows(MAKE_CHANGES)
    seal(session)

    def append(count: int) -> int:
        """Return how much memory the events take that each have many changes."""
        session.rows(
            "insert into kw.audit_events (acting_role, action, object, changes)"
            " select 'someone', 'test', 'object', changes"
            " from public.packed, generate_series(1, %s)",
            count,
        )
        own = connect()
        own.rows("select kw.sign_checkpoint(true)")  # starts the runtime
        before = session.value("select size from kw.logs")
        took = grown(own, "select kw.append_audit()")
        assert session.value("select size from kw.logs") == before + count
        return took

    few, many = append(300), append(1500)
    assert many - few < 10_000_000, "the changes of the others take 35 MB"
