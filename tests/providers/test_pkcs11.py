"""Provider pkcs11, against SoftHSM: what is special to it."""

import contextlib
import os
import select
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from kwruntime.errors import ProviderRefused
from kwruntime.kms.deadlines import Deadline
from kwruntime.kms.providers import _pkcs11, _pkcs11_process, made_of
from kwruntime.kms.providers._pkcs11_process import WorkerEnded

from kwtools import runtime, sources
from kwtools.cluster import Place
from tests.conftest import Database, unique
from tests.providers.conftest import MakePolicy
from tests.providers.harness import error_of
from tests.providers.pkcs11_harness import Pkcs11Harness
from tests.timeouts import timeout
from testservers.provider_file import write_for_server
from testservers.softhsm import SoftHsm

WRAP, UNWRAP = "select kw.wrap(policy => %s)", "select kw.unwrap(%s)"
ADD_PROVIDER = "select kw.add_provider(%s, 'pkcs11')"


@pytest.fixture(scope="session")
def softhsm(cluster: Place) -> SoftHsm:
    """A token."""
    return SoftHsm(cluster.base / unique("softhsm"))


@pytest.fixture
def hsm(cluster: Place, softhsm: SoftHsm) -> Iterator[Pkcs11Harness]:
    """An entry for it in the provider file."""
    harness = Pkcs11Harness(cluster, softhsm)
    yield harness
    harness.close()


def workers_of(pid: int) -> list[int]:
    """Return the processes that a backend has started and that run."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [
        int(child)
        for child in children
        if Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    ]


def opened_session(db: Database, wrapper: object) -> tuple[psycopg.Connection, int]:
    """Open a session that has its worker; return it and the worker's process."""
    connection = db.connect()
    connection.execute(UNWRAP, (wrapper,))
    (worker,) = workers_of(connection.info.backend_pid)
    return connection, worker


def test_a_key_is_found_by_its_id_too_and_both_names_are_one_root(
    db: Database, hsm: Pkcs11Harness
) -> None:
    by_label = hsm.register(db)
    external = db.sql("select external_key_id from kw.kms_keys where id = %s", by_label)[0][0]
    token, _, key_id = external.partition("#")[0].partition("/")
    assert token == hsm.server.token
    by_id = db.sql("select kw.add_kms_key(%s, %s)", hsm.name, f"id:{key_id}")[0][0]
    make = "select kw.create_policy('twice', 'either', %s, %s)"
    assert error_of(db.connect(), make, by_label, by_id).sqlstate == "KW103"


def test_a_key_that_only_wraps_is_used_by_aes_key_wrap(
    db: Database, hsm: Pkcs11Harness, make_policy: MakePolicy
) -> None:
    hsm.server.make_key(hsm.reference, "WRAP UNWRAP")
    hsm.add_provider(db)
    key = db.sql("select kw.add_kms_key(%s, %s)", hsm.name, hsm.reference)[0][0]
    assert db.sql("select algorithm from kw.kms_keys where id = %s", key) == [("AES-256-KW",)]
    policy, dek = make_policy("single", key), bytes(range(32))
    wrapper = db.sql("select kw.wrap(%s::bytea, %s)", dek, policy)[0][0]
    assert db.sql(UNWRAP, wrapper) == [(dek,)]
    other = db.sql(WRAP, policy)[0][0]
    db.sql(
        "update kw.key_wrappers w set dek_wrap1 = o.dek_wrap1 from kw.key_wrappers o"
        " where w.wrapper_uuid = %s::text and o.wrapper_uuid = %s::text",
        wrapper,
        other,
    )
    assert error_of(db.connect(), UNWRAP, wrapper).sqlstate == "KW209"  # RFC 3394 binds no context


@pytest.mark.parametrize(
    ("uses", "bits", "sqlstate"),
    [("ENCRYPT DECRYPT", 128, "KW203"), ("SIGN VERIFY", 256, "KW206")],
)
def test_a_key_that_cannot_serve_is_not_registered(
    db: Database, hsm: Pkcs11Harness, uses: str, bits: int, sqlstate: str
) -> None:
    hsm.server.make_key(hsm.reference, uses, bits)
    hsm.add_provider(db)
    add = "select kw.add_kms_key(%s, %s)"
    assert error_of(db.connect(), add, hsm.name, hsm.reference).sqlstate == sqlstate


def test_two_keys_of_one_label_are_told_apart_by_id_only(db: Database, hsm: Pkcs11Harness) -> None:
    for _ in range(2):
        hsm.server.make_key(hsm.reference)
    hsm.add_provider(db)
    failure = error_of(db.connect(), "select kw.add_kms_key(%s, %s)", hsm.name, hsm.reference)
    assert failure.sqlstate == "KW203"
    assert "id:" in (failure.diag.message_hint or "")


def test_a_destroyed_key_is_lost(db: Database, hsm: Pkcs11Harness, make_policy: MakePolicy) -> None:
    policy = make_policy("single", hsm.register(db))
    wrapper = db.sql(WRAP, policy)[0][0]
    hsm.server.destroy_key(hsm.reference)
    connection = db.connect()
    assert error_of(connection, UNWRAP, wrapper).sqlstate == "KW201"
    assert error_of(connection, WRAP, policy).sqlstate == "KW201"


def test_making_a_key_that_is_there_is_a_conflict(db: Database, hsm: Pkcs11Harness) -> None:
    hsm.register(db)
    make = "select kw.create_kms_key(%s, %s)"
    assert error_of(db.connect(), make, hsm.name, hsm.reference).sqlstate == "KW102"


def test_a_wrong_pin_is_tried_once_and_again_when_its_file_changes(
    db: Database, hsm: Pkcs11Harness
) -> None:
    hsm.spoil_credentials()
    connection = db.connect()
    failure = error_of(connection, ADD_PROVIDER, hsm.name)
    assert failure.sqlstate == "KW205"
    assert "wrong-pin" not in str(failure)
    hsm.server.set_pin("wrong-pin")
    try:  # were it tried again, it would be accepted now
        assert error_of(connection, ADD_PROVIDER, hsm.name).sqlstate == "KW205"
    finally:
        hsm.server.set_pin(hsm.server.pin, old="wrong-pin")
    write_for_server(hsm.cluster.base / f"{hsm.name}.pin", hsm.server.pin)
    connection.execute(ADD_PROVIDER, (hsm.name,))


def test_a_token_or_module_that_is_not_there_is_unreachable(
    db: Database, hsm: Pkcs11Harness
) -> None:
    hsm.set(token="another")
    assert error_of(db.connect(), ADD_PROVIDER, hsm.name).sqlstate == "KW204"
    hsm.set(token=hsm.server.token, library="/usr/lib/os-release")
    assert error_of(db.connect(), ADD_PROVIDER, hsm.name).sqlstate == "KW204"
    hsm.set(library="/nowhere.so")
    assert error_of(db.connect(), ADD_PROVIDER, hsm.name).sqlstate == "KW203"


def test_a_token_that_was_removed_is_unreachable_and_may_come_back(
    db: Database, hsm: Pkcs11Harness, make_policy: MakePolicy
) -> None:
    wrapper = db.sql(WRAP, make_policy("single", hsm.register(db)))[0][0]
    away = hsm.server.tokens.with_name("away")
    hsm.server.tokens.rename(away)
    hsm.server.tokens.mkdir()
    connection = db.connect()
    try:
        assert error_of(connection, UNWRAP, wrapper).sqlstate == "KW204"
    finally:
        hsm.server.tokens.rmdir()
        away.rename(hsm.server.tokens)
    connection.execute(UNWRAP, (wrapper,))


def test_a_session_has_one_worker_and_another_after_it_crashed(
    db: Database, hsm: Pkcs11Harness, make_policy: MakePolicy
) -> None:
    wrapper = db.sql(WRAP, make_policy("single", hsm.register(db)))[0][0]
    connection, worker = opened_session(db, wrapper)
    for _ in range(3):
        connection.execute(UNWRAP, (wrapper,))
    assert workers_of(connection.info.backend_pid) == [worker]
    os.kill(worker, signal.SIGSEGV)
    connection.execute(UNWRAP, (wrapper,))
    assert worker not in workers_of(connection.info.backend_pid)


@pytest.mark.parametrize("by", ["close", "kill"])
def test_a_worker_ends_with_its_session(
    db: Database, hsm: Pkcs11Harness, make_policy: MakePolicy, by: str
) -> None:
    wrapper = db.sql(WRAP, make_policy("single", hsm.register(db)))[0][0]
    connection, worker = opened_session(db, wrapper)
    descriptor = os.pidfd_open(worker)
    if by == "close":
        connection.close()
    else:
        # as an administrator would; kill -9 of a backend restarts the server for all tests
        db.sql("select pg_terminate_backend(%s)", connection.info.backend_pid)
    assert select.select([descriptor], [], [], 10.0)[0]
    os.close(descriptor)


def test_the_pin_stands_in_no_process_list(
    db: Database, hsm: Pkcs11Harness, make_policy: MakePolicy
) -> None:
    wrapper = db.sql(WRAP, make_policy("single", hsm.register(db)))[0][0]
    connection, worker = opened_session(db, wrapper)
    for process in (worker, connection.info.backend_pid):
        for about in ("cmdline", "environ"):
            assert hsm.secret().encode() not in Path(f"/proc/{process}/{about}").read_bytes()


# Starts a worker, stops it as a module that hangs would, and waits to be killed.
KILLED = """
import os, signal
from kwruntime.kms.providers._pkcs11_process import Worker
from kwruntime.kms.deadlines import Deadline
worker = Worker("hsm", [], "x")
request = {"do": "log in", "label": "x", "serial": None, "slot": None, "pin": "x"}
try:
    worker.ask(request | LOGIN, Deadline(60, "login"))
finally:
    os.kill(worker._process.pid, signal.SIGSTOP)
    print(worker._process.pid, flush=True)
signal.pause()
"""


def test_a_worker_that_hangs_does_not_outlive_a_backend_that_is_killed(
    hsm: Pkcs11Harness,
) -> None:
    # Not a real backend: to kill one with -9 restarts the server for all tests.
    folder = hsm.cluster.module_path / sources.version() / runtime.python_tag()
    login = {"library": hsm.options["library"], "label": hsm.server.token, "pin": hsm.server.pin}
    script = KILLED.replace("LOGIN", repr(login)).replace("[]", repr(hsm.server.environment))
    with subprocess.Popen(
        [runtime.server_python(), "-s", "-P", "-c", script],
        env={"PYTHONPATH": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        descriptor = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
    assert select.select([descriptor], [], [], 10.0)[0]
    os.close(descriptor)


def test_a_call_that_was_left_leaves_no_worker(
    db: Database, hsm: Pkcs11Harness, make_policy: MakePolicy
) -> None:
    wrapper = db.sql(WRAP, make_policy("single", hsm.register(db)))[0][0]
    connection, worker = opened_session(db, wrapper)
    os.kill(worker, signal.SIGSTOP)  # as a module that hangs in the middle
    with timeout(connection, 200):
        assert isinstance(error_of(connection, UNWRAP, wrapper), psycopg.errors.QueryCanceled)
    connection.execute(UNWRAP, (wrapper,))
    assert worker not in workers_of(connection.info.backend_pid)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"library": None}, "library"),
        ({"library": "softhsm.so"}, "library"),
        ({"token": None}, "token"),
        ({"pin_file": None}, "pin_file"),
        ({"environment": "A=b"}, "environment"),
        ({"environment": ["A"]}, "environment"),
        ({"address": "https://x"}, "address"),
    ],
    ids=str,
)
def test_a_wrong_entry_is_refused_by_the_name_of_its_option(
    db: Database, hsm: Pkcs11Harness, options: dict[str, object], named: str
) -> None:
    hsm.set(**options)
    failure = error_of(db.connect(), ADD_PROVIDER, hsm.name)
    assert failure.sqlstate == "KW203"
    assert named in str(failure)


def test_a_pin_that_others_may_read_and_a_module_that_they_may_write_are_refused(
    db: Database, hsm: Pkcs11Harness
) -> None:
    module = hsm.cluster.base / f"{hsm.name}.so"
    write_for_server(module, "")
    module.chmod(0o666)
    hsm.set(library=str(module))
    assert error_of(db.connect(), ADD_PROVIDER, hsm.name).sqlstate == "KW203"
    pin = hsm.cluster.base / f"{hsm.name}.pin"
    pin.chmod(0o644)
    failure = error_of(db.connect(), ADD_PROVIDER, hsm.name)
    assert failure.sqlstate == "KW203"


def test_a_thousand_data_keys_wrap_and_open(
    db: Database, hsm: Pkcs11Harness, make_policy: MakePolicy
) -> None:
    policy = make_policy("single", hsm.register(db))
    many = "select kw.wrap_many(array_fill(null::bytea, array[1000]), %s)"
    wrappers = db.sql(many, policy)[0][0]
    assert len(set(db.sql("select kw.unwrap_many(%s::uuid[])", wrappers)[0][0])) == 1000


# -- ids, tokens, and how the module's process ends ---------------------------------------------


def test_an_id_is_taken_as_tools_print_it(db: Database, hsm: Pkcs11Harness) -> None:
    by_label = hsm.register(db)
    query = "select external_key_id from kw.kms_keys where id = %s"
    external = db.sql(query, by_label)[0][0]
    digits = external.partition("/")[2].partition("#")[0]
    pairs = [digits[at : at + 2] for at in range(0, len(digits), 2)]
    for name in (f"id:{digits.upper()}", f"id:{':'.join(pairs)}", f"ID:0x{digits}"):
        key = db.sql("select kw.add_kms_key(%s, %s)", hsm.name, name)[0][0]
        assert db.sql(query, key) == [(external,)]


@pytest.mark.parametrize("reference", ["id:", "id:abc", "id:xy", "id:ab:c", "id:ab::cd", "id: ab"])
def test_what_begins_as_an_id_is_never_taken_for_a_label(
    db: Database, hsm: Pkcs11Harness, reference: str
) -> None:
    hsm.add_provider(db)
    for function in ("add_kms_key", "create_kms_key"):
        query = f"select kw.{function}(%s, %s)"
        failure = error_of(db.connect(), query, hsm.name, reference)
        assert failure.sqlstate == "KW003"
        assert "hexadecimal" in (failure.diag.message_hint or "")


def test_a_second_token_of_the_label_is_told_apart_by_serial_or_slot(
    db: Database, hsm: Pkcs11Harness, make_policy: MakePolicy, cluster: Place
) -> None:
    own = SoftHsm(cluster.base / unique("softhsm"))
    hsm.set(environment=own.environment)
    wrapper = db.sql(WRAP, make_policy("single", hsm.register(db)))[0][0]
    own.add_token(own.token)
    failure = error_of(db.connect(), UNWRAP, wrapper)
    assert failure.sqlstate == "KW203"
    hint = failure.diag.message_hint or ""
    assert "serial" in hint
    told = [one.strip("'.").split() for one in hint.partition("each: ")[2].split(", ")]
    assert len(told) == 2
    opened = []
    for serial, slot in told:
        for option in ({"serial": serial, "slot": None}, {"serial": None, "slot": int(slot)}):
            hsm.set(**option)
            with contextlib.suppress(psycopg.Error):
                db.connect().execute(UNWRAP, (wrapper,))
                opened.append(serial)
    assert len(opened) == 2  # of the one token by either option
    assert len(set(opened)) == 1
    hsm.set(serial="0", slot=None)
    assert error_of(db.connect(), UNWRAP, wrapper).sqlstate == "KW204"


def test_a_runtime_without_the_packages_of_the_kind_says_which(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As in the playground, which has none: the process of the module ended by its first import.
    monkeypatch.setattr(_pkcs11, "find_spec", lambda _: None)
    monkeypatch.setattr(_pkcs11, "check_public", lambda _: b"")
    entry = {"kind": "pkcs11", "library": "/x.so", "token": "t", "pin_file": "/x"}
    with pytest.raises(
        ProviderRefused, match="requires package pkcs11, which is not installed"
    ) as raised:
        made_of("hsm", "pkcs11", entry)
    assert "kwtools install --provider pkcs11" in (raised.value.hint or "")


def ended(program: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> WorkerEnded:
    """Have a worker run another program; return how it is said to have ended."""
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{program}\n")
    python.chmod(0o755)
    monkeypatch.setattr(_pkcs11_process, "_python", lambda: str(python))
    worker = _pkcs11_process.Worker("hsm", [], "the-pin")
    with pytest.raises(WorkerEnded) as raised:
        worker.ask({"do": "log in"}, Deadline(60, "all"))
    return raised.value


@pytest.mark.parametrize(
    ("program", "how", "words", "hint"),
    [
        ("kill -KILL $$", "was ended by SIGKILL", None, "memory runs out"),
        ("kill -SEGV $$", "was ended by SIGSEGV", None, "crashed"),
        ("cat >/dev/null & exec >&-; exit 3", "exited with status 3", None, "library"),
        ("echo first >&2; echo 'No module the-pin' >&2; exit 1", "exited with status 1",
         "'No module ...'", "library"),
        ("printf 'a\\033[2J\\377' >&2; exit 1", "exited with status 1", "'a\\x1b[2J", "library"),
        ("yes >&2 & sleep 0.3; kill %1 2>/dev/null; echo end >&2; exit 1", "exited with status 1",
         None, "library"),
    ],
)  # fmt: skip
def test_a_process_that_ended_says_how_and_its_last_words(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    program: str,
    how: str,
    words: str | None,
    hint: str,
) -> None:
    failure = ended(program, monkeypatch, tmp_path)
    assert how in failure.message
    assert hint in (failure.hint or "")
    assert "the-pin" not in (failure.detail or "")
    if words is not None:
        assert words in (failure.detail or "")


def test_a_process_that_ends_again_and_again_is_started_twice_and_its_end_told(
    db: Database, hsm: Pkcs11Harness, make_policy: MakePolicy
) -> None:
    wrapper = db.sql(WRAP, make_policy("single", hsm.register(db)))[0][0]
    connection, _ = opened_session(db, wrapper)
    hsm.set(environment=[*hsm.server.environment, "LD_PRELOAD=/nowhere.so"])
    connection.execute(UNWRAP, (wrapper,))  # what it cannot load is only warned of
    hsm.set(environment=[*hsm.server.environment, "PYTHONHOME=/nowhere"])
    failure = error_of(connection, UNWRAP, wrapper)
    assert failure.sqlstate == "KW204"
    assert "exited with status 1" in str(failure)
    hsm.set(environment=hsm.server.environment)
    connection.execute(UNWRAP, (wrapper,))


def test_a_worker_that_is_killed_at_any_time_costs_no_call(
    db: Database, hsm: Pkcs11Harness, make_policy: MakePolicy
) -> None:
    hsm.set(total_seconds=60)
    wrapper = db.sql(WRAP, make_policy("single", hsm.register(db)))[0][0]
    connection, worker = opened_session(db, wrapper)
    for _ in range(5):
        os.kill(worker, signal.SIGKILL)
        connection.execute(UNWRAP, (wrapper,))
        (worker,) = workers_of(connection.info.backend_pid)
    for _ in range(3):  # and when a cancel has left it in the middle
        with timeout(connection, 1):
            connection.execute(UNWRAP, (wrapper,))
        connection.execute(UNWRAP, (wrapper,))


def test_a_changed_entry_leaves_no_process_behind(
    db: Database, hsm: Pkcs11Harness, make_policy: MakePolicy
) -> None:
    wrapper = db.sql(WRAP, make_policy("single", hsm.register(db)))[0][0]
    connection, worker = opened_session(db, wrapper)
    descriptor = os.pidfd_open(worker)
    hsm.set(total_seconds=61)
    connection.execute(UNWRAP, (wrapper,))
    assert select.select([descriptor], [], [], 60.0)[0]
    os.close(descriptor)
    assert len(workers_of(connection.info.backend_pid)) == 1
