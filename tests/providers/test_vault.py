"""Provider vault, against a real OpenBao."""

import threading
import time
from pathlib import Path

import psycopg
import pytest

from tests.conftest import Database
from tests.providers.conftest import MakePolicy, VaultEntry
from tests.providers.harness import error_of
from tests.timeouts import timeout
from testservers.certificates import Authority
from testservers.faulty_proxy import FaultyProxy, FullPort, SilentPort
from testservers.openbao import OpenBao
from testservers.provider_file import write_for_server


def wrap(db: Database, policy: str) -> str:
    """Make a wrapper; return its uuid."""
    return str(db.sql("select kw.wrap(policy => %s)", policy)[0][0])


UNWRAP = "select kw.unwrap(%s)"


def test_a_data_key_wraps_and_opens_in_another_session(
    db: Database, vault: VaultEntry, make_policy: MakePolicy
) -> None:
    policy = make_policy("single", vault.register(db))
    dek = bytes(range(32))
    wrapper = db.sql("select kw.wrap(%s::bytea, %s)", dek, policy)[0][0]
    assert db.sql(UNWRAP, wrapper) == [(dek,)]
    assert dek not in db.sql("select dek_wrap1 from kw.key_wrappers")[0][0]


def test_a_thousand_data_keys_wrap_and_open_within_the_limits_of_the_server(
    db: Database, vault: VaultEntry, proxy: FaultyProxy, make_policy: MakePolicy
) -> None:
    policy = make_policy("single", vault.register(db))
    vault.set(address=proxy.address)
    connection = db.connect()
    wrappers = connection.execute(
        "select kw.wrap_many(array_fill(null::bytea, array[1000]), %s)", (policy,)
    ).fetchone()
    assert wrappers is not None
    proxy.requests.clear()
    row = connection.execute("select kw.unwrap_many(%s::uuid[])", (wrappers[0],)).fetchone()
    assert row is not None
    assert len(set(row[0])) == 1000
    assert [request.split("/")[3] for request in proxy.requests] == ["decrypt"] * 5


def test_a_wrap_moved_to_another_wrapper_does_not_open(
    db: Database, vault: VaultEntry, make_policy: MakePolicy
) -> None:
    policy = make_policy("single", vault.register(db))
    one, other = wrap(db, policy), wrap(db, policy)
    db.sql(
        "update kw.key_wrappers w set dek_wrap1 = o.dek_wrap1 from kw.key_wrappers o"
        " where w.wrapper_uuid = %s and o.wrapper_uuid = %s",
        one,
        other,
    )
    failure = error_of(db.connect(), UNWRAP, one)
    assert failure.sqlstate == "KW207"
    assert vault.key in str(failure)
    assert vault.name in str(failure)


def test_a_wrap_whose_body_was_changed_does_not_open(
    db: Database, vault: VaultEntry, make_policy: MakePolicy
) -> None:
    wrapper = wrap(db, make_policy("single", vault.register(db)))
    db.sql(
        "update kw.key_wrappers set dek_wrap1 ="
        " set_byte(dek_wrap1, octet_length(dek_wrap1) - 1,"
        " get_byte(dek_wrap1, octet_length(dek_wrap1) - 1) # 1)"
    )
    assert error_of(db.connect(), UNWRAP, wrapper).sqlstate == "KW209"


@pytest.mark.parametrize("form", ["''", "'\\x02'", "'\\x020000'", "'\\x02ffff00'", "'\\x03'"])
def test_a_wrap_of_no_known_form_is_refused_without_asking_the_kms(
    db: Database, vault: VaultEntry, proxy: FaultyProxy, make_policy: MakePolicy, form: str
) -> None:
    wrapper = wrap(db, make_policy("single", vault.register(db)))
    if form == "''":
        form = "'\\x00'"
    db.sql(f"update kw.key_wrappers set dek_wrap1 = {form}::bytea")
    vault.set(address=proxy.address)
    assert error_of(db.connect(), UNWRAP, wrapper).sqlstate == "KW211"
    assert proxy.requests == []


def test_one_bad_wrap_of_a_batch_does_not_hide_what_the_others_hold(
    db: Database, vault: VaultEntry, make_policy: MakePolicy
) -> None:
    policy = make_policy("single", vault.register(db))
    wrappers = [wrap(db, policy) for _ in range(3)]
    db.sql(
        "update kw.key_wrappers set dek_wrap1 = set_byte(dek_wrap1, 30,"
        " case get_byte(dek_wrap1, 30) when 65 then 66 else 65 end)"
        " where wrapper_uuid = %s",
        wrappers[1],
    )
    problems = db.sql("select wrapper::text, leg, sqlstate from kw.verify()")
    assert [problem[:2] for problem in problems] == [(wrappers[1], 1)]


def test_an_unknown_key_is_named_and_not_made(db: Database, vault: VaultEntry) -> None:
    db.sql("select kw.add_provider(%s, 'vault')", vault.name)
    failure = error_of(db.connect(), "select kw.add_kms_key(%s, 'nobody')", vault.name)
    assert failure.sqlstate == "KW201"
    assert '"nobody"' in str(failure)
    assert error_of(db.connect(), "select kw.add_kms_key(%s, 'nobody')", vault.name).sqlstate


def test_a_deleted_key_is_lost_and_wrapping_does_not_make_another(
    db: Database, vault: VaultEntry, bao: OpenBao, make_policy: MakePolicy
) -> None:
    policy = make_policy("single", vault.register(db))
    wrapper = wrap(db, policy)
    path = f"/v1/transit/keys/{vault.key}"
    bao.call("POST", f"{path}/config", {"deletion_allowed": True})
    bao.call("DELETE", path)
    assert error_of(db.connect(), UNWRAP, wrapper).sqlstate == "KW201"
    assert error_of(db.connect(), "select kw.wrap(policy => %s)", policy).sqlstate == "KW201"
    assert db.sql("select count(*) from kw.key_wrappers") == [(1,)]


def test_making_a_key_that_is_there_is_a_conflict(
    db: Database, vault: VaultEntry, bao: OpenBao
) -> None:
    bao.call("POST", f"/v1/transit/keys/{vault.key}", {})
    db.sql("select kw.add_provider(%s, 'vault')", vault.name)
    make = "select kw.create_kms_key(%s, %s)"
    assert error_of(db.connect(), make, vault.name, vault.key).sqlstate == "KW102"


@pytest.mark.parametrize(
    "made", [{"type": "rsa-2048"}, {"derived": True}, {"type": "ed25519"}], ids=str
)
def test_a_key_that_cannot_bind_a_context_is_refused(
    db: Database, vault: VaultEntry, bao: OpenBao, made: dict[str, object]
) -> None:
    bao.call("POST", f"/v1/transit/keys/{vault.key}", made)
    db.sql("select kw.add_provider(%s, 'vault')", vault.name)
    failure = error_of(db.connect(), "select kw.add_kms_key(%s, %s)", vault.name, vault.key)
    assert failure.sqlstate == "KW203"
    assert failure.diag.message_hint


@pytest.mark.parametrize("reference", ["../sys/raw", "a/b", "", "k?x=1", "ключ"])
def test_a_reference_cannot_lead_to_another_path(
    db: Database, vault: VaultEntry, proxy: FaultyProxy, reference: str
) -> None:
    vault.set(address=proxy.address)
    db.sql("select kw.add_provider(%s, 'vault', probe => false)", vault.name)
    add = "select kw.add_kms_key(%s, %s)"
    assert error_of(db.connect(), add, vault.name, reference).sqlstate == "KW003"
    assert proxy.requests == []


def test_a_rotated_key_opens_old_wraps_until_its_minimum_is_raised(
    db: Database, vault: VaultEntry, bao: OpenBao, make_policy: MakePolicy
) -> None:
    policy = make_policy("single", vault.register(db))
    old = wrap(db, policy)
    path = f"/v1/transit/keys/{vault.key}"
    bao.call("POST", f"{path}/rotate")
    new = wrap(db, policy)
    assert db.sql(UNWRAP, old)
    assert db.sql("select kw.rewrap(%s)", old) == [(2,)]
    bao.call("POST", f"{path}/config", {"min_decryption_version": 2})
    assert db.sql(UNWRAP, old)
    assert db.sql(UNWRAP, new)
    bao.call("POST", f"{path}/rotate")
    bao.call("POST", f"{path}/config", {"min_decryption_version": 3})
    failure = error_of(db.connect(), UNWRAP, old)
    assert failure.sqlstate == "KW206"
    assert "min_decryption_version" in (failure.diag.message_hint or "")


@pytest.mark.parametrize("where", ["mount", "namespace"])
def test_a_mount_or_namespace_of_its_own_is_another_root(
    db: Database, vault: VaultEntry, bao: OpenBao, make_policy: MakePolicy, where: str
) -> None:
    here = vault.register(db)
    name = f"team-{vault.key.replace('_', '-')}"
    if where == "namespace":
        bao.call("POST", f"/v1/sys/namespaces/{name}", {})
        space, mount = f"/v1/{name}", "transit"
    else:
        space, mount = "/v1", f"{name}/keys"
    bao.call("POST", f"{space}/sys/mounts/{mount}", {"type": "transit"})
    rules = f'path "{mount}/*" {{ capabilities = ["create", "read", "update"] }}'
    bao.call("PUT", f"{space}/sys/policies/acl/{name}", {"policy": rules})
    made = bao.call("POST", f"{space}/auth/token/create", {"policies": [name]})
    there = VaultEntry(vault.cluster, bao)
    write_for_server(there.token_file, made["auth"]["client_token"])
    there.key = vault.key  # of the same name
    there.set(mount=mount, namespace=name if where == "namespace" else None)
    other = there.register(db)
    assert db.sql("select name from kw.kms_providers where project_tenant = %s", name) == (
        [(there.name,)] if where == "namespace" else []
    )
    dek = bytes(range(32))
    policy = make_policy("both", here, other)  # one root would be refused
    wrapper = db.sql("select kw.wrap(%s::bytea, %s)", dek, policy)[0][0]
    assert db.sql(UNWRAP, wrapper) == [(dek,)]
    bao.call("POST", f"{space}/{mount}/keys/{vault.key}/config", {"deletion_allowed": True})
    bao.call("DELETE", f"{space}/{mount}/keys/{vault.key}")
    failure = error_of(db.connect(), UNWRAP, wrapper)
    assert "leg 2" in str(failure)
    assert there.name in str(failure)


def test_mounts_and_a_namespace_are_those_of_the_entry(
    db: Database, vault: VaultEntry, bao: OpenBao, make_policy: MakePolicy
) -> None:
    space = vault.name.replace("_", "-")
    bao.call("POST", f"/v1/sys/namespaces/{space}", {})
    bao.call("POST", f"/v1/{space}/sys/mounts/kms/customers", {"type": "transit"})
    rules = 'path "kms/customers/*" { capabilities = ["create", "read", "update"] }'
    bao.call("PUT", f"/v1/{space}/sys/policies/acl/kwtools", {"policy": rules})
    bao.call("POST", f"/v1/{space}/sys/auth/machines", {"type": "approle"})
    role = f"/v1/{space}/auth/machines/role/kwtools"
    bao.call("POST", role, {"token_policies": "kwtools"})
    files = {}
    for name, text in (
        ("role_id_file", bao.call("GET", f"{role}/role-id")["data"]["role_id"]),
        ("secret_id_file", bao.call("POST", f"{role}/secret-id", {})["data"]["secret_id"]),
    ):
        path = vault.token_file.with_name(f"{vault.name}.{name}")
        write_for_server(path, text)
        files[name] = str(path)
    vault.set(
        token_file=None, namespace=space, mount="kms/customers", auth_mount="machines", **files
    )
    wrapper = wrap(db, make_policy("single", vault.register(db)))
    assert db.sql(UNWRAP, wrapper)
    assert bao.call("LIST", f"/v1/{space}/kms/customers/keys")["data"]["keys"] == [vault.key]
    vault.set(namespace=None)
    assert error_of(db.connect(), UNWRAP, wrapper).sqlstate == "KW205"


# -- credentials ------------------------------------------------------------------------------


def test_a_provider_with_a_bad_token_is_not_registered(db: Database, vault: VaultEntry) -> None:
    write_for_server(vault.token_file, "s.wrong")
    failure = error_of(db.connect(), "select kw.add_provider(%s, 'vault')", vault.name)
    assert failure.sqlstate == "KW205"
    assert "s.wrong" not in str(failure)
    assert db.sql("select count(*) from kw.kms_providers where provider = 'vault'") == [(0,)]
    db.sql("select kw.add_provider(%s, 'vault', probe => false)", vault.name)


@pytest.mark.parametrize("token", ["hvs\u2019", "hvs\rb"])
def test_a_token_that_no_request_can_carry_is_refused_and_not_repeated(
    db: Database, vault: VaultEntry, token: str
) -> None:
    write_for_server(vault.token_file, token)
    failure = error_of(db.connect(), "select kw.add_provider(%s, 'vault')", vault.name)
    assert failure.sqlstate == "KW203"
    assert "printable" in str(failure)
    assert "hvs" not in str(failure)


def test_a_revoked_token_closes_and_a_new_one_opens_in_the_same_session(
    db: Database, vault: VaultEntry, bao: OpenBao, make_policy: MakePolicy
) -> None:
    wrapper = wrap(db, make_policy("single", vault.register(db)))
    connection = db.connect()
    connection.execute(UNWRAP, (wrapper,))
    bao.call("POST", "/v1/auth/token/revoke", {"token": vault.token_file.read_text()})
    assert error_of(connection, UNWRAP, wrapper).sqlstate == "KW205"
    write_for_server(vault.token_file, bao.token())
    connection.execute(UNWRAP, (wrapper,))


def test_a_token_that_is_refused_is_not_sent_again(
    db: Database, vault: VaultEntry, proxy: FaultyProxy, make_policy: MakePolicy
) -> None:
    wrapper = wrap(db, make_policy("single", vault.register(db)))
    vault.set(address=proxy.address)
    proxy.fault = "refused"
    assert error_of(db.connect(), UNWRAP, wrapper).sqlstate == "KW205"
    assert len(proxy.requests) == 1


def test_an_approle_logs_in_once_and_again_when_its_token_is_revoked(
    db: Database,
    vault: VaultEntry,
    bao: OpenBao,
    proxy: FaultyProxy,
    make_policy: MakePolicy,
) -> None:
    wrapper = wrap(db, make_policy("single", vault.register(db)))
    if "approle/" not in bao.call("GET", "/v1/sys/auth")["data"]:
        bao.call("POST", "/v1/sys/auth/approle", {"type": "approle"})
    role = f"/v1/auth/approle/role/{vault.name}"
    bao.call("POST", role, {"token_policies": "kwtools", "token_ttl": "1h"})
    files = {}
    for name, text in (
        ("role_id_file", bao.call("GET", f"{role}/role-id")["data"]["role_id"]),
        ("secret_id_file", bao.call("POST", f"{role}/secret-id", {})["data"]["secret_id"]),
    ):
        path = vault.token_file.with_name(f"{vault.name}.{name}")
        write_for_server(path, text)
        files[name] = str(path)
    vault.set(token_file=None, address=proxy.address, **files)
    connection = db.connect()
    for _ in range(3):
        connection.execute(UNWRAP, (wrapper,))
    logins = [request for request in proxy.requests if request.endswith("/login")]
    assert len(logins) == 1
    found = bao.call("LIST", "/v1/auth/token/accessors")["data"]["keys"]
    for accessor in found:
        about = bao.call("POST", "/v1/auth/token/lookup-accessor", {"accessor": accessor})
        if (about["data"].get("meta") or {}).get("role_name") == vault.name:
            bao.call("POST", "/v1/auth/token/revoke-accessor", {"accessor": accessor})
    connection.execute(UNWRAP, (wrapper,))
    logins = [request for request in proxy.requests if request.endswith("/login")]
    assert len(logins) == 2


@pytest.mark.parametrize("mode", [0o644, 0o660])
def test_a_token_that_others_may_read_or_write_is_refused(
    db: Database, vault: VaultEntry, mode: int
) -> None:
    vault.token_file.chmod(mode)
    failure = error_of(db.connect(), "select kw.add_provider(%s, 'vault')", vault.name)
    assert failure.sqlstate == "KW203"
    assert str(vault.token_file) in str(failure)


def test_a_certificate_of_another_authority_is_refused(db: Database, vault: VaultEntry) -> None:
    vault.set(ca_file=None)
    failure = error_of(db.connect(), "select kw.add_provider(%s, 'vault')", vault.name)
    assert failure.sqlstate == "KW204"
    assert "certificate" in str(failure)


def test_a_ca_that_is_trusted_no_longer_closes_the_kept_connection(
    db: Database, vault: VaultEntry, bao: OpenBao, tmp_path: Path, make_policy: MakePolicy
) -> None:
    wrapper = wrap(db, make_policy("single", vault.register(db)))
    connection = db.connect()
    connection.execute(UNWRAP, (wrapper,))
    write_for_server(vault.ca_file, Authority(tmp_path, "other").file.read_text())
    failure = error_of(connection, UNWRAP, wrapper)
    assert failure.sqlstate == "KW204"
    assert "certificate" in str(failure)
    write_for_server(vault.ca_file, bao.ca_file.read_text())
    connection.execute(UNWRAP, (wrapper,))


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"colour": "red"}, "colour"),
        ({"address": None}, "address"),
        ({"address": "ftp://x"}, "https://"),
        ({"address": "https://u:p@host"}, "https://"),
        ({"token_file": None}, "token_file"),
        ({"token_file": "relative"}, "token_file"),
        ({"total_seconds": 0}, "total_seconds"),
        ({"batch_items": "9"}, "batch_items"),
        ({"role_id_file": "/x"}, "role_id_file"),
    ],
    ids=str,
)
def test_a_wrong_entry_is_refused_by_the_name_of_its_option(
    db: Database, vault: VaultEntry, options: dict[str, object], named: str
) -> None:
    vault.set(**options)
    failure = error_of(db.connect(), "select kw.add_provider(%s, 'vault')", vault.name)
    assert failure.sqlstate == "KW203"
    assert named in str(failure)


# -- faults -----------------------------------------------------------------------------------

HANGS = ("hang before headers", "hang in headers", "hang in body", "drip")


@pytest.mark.parametrize("fault", HANGS)
def test_a_hung_kms_gives_the_backend_back_at_the_deadline(
    db: Database, vault: VaultEntry, proxy: FaultyProxy, make_policy: MakePolicy, fault: str
) -> None:
    wrapper = wrap(db, make_policy("single", vault.register(db)))
    vault.set(address=proxy.address, total_seconds=2)
    proxy.fault = fault
    start = time.monotonic()
    failure = error_of(db.connect(), UNWRAP, wrapper)
    assert failure.sqlstate == "KW204"
    assert "2 s" in str(failure)
    assert time.monotonic() - start < 60.0  # without a deadline it would never end


@pytest.mark.parametrize("port", [FullPort, SilentPort], ids=["connect", "handshake"])
def test_a_hung_connect_or_handshake_ends_at_the_deadline_to_connect(
    db: Database,
    vault: VaultEntry,
    make_policy: MakePolicy,
    port: type[FullPort] | type[SilentPort],
) -> None:
    wrapper = wrap(db, make_policy("single", vault.register(db)))
    with port() as hung:
        vault.set(address=hung.address, connect_seconds=1)
        failure = error_of(db.connect(), UNWRAP, wrapper)
    assert failure.sqlstate == "KW204"
    assert "connecting" in str(failure)
    assert "1 s" in str(failure)


CANCEL_SECONDS = 20.0  # of 60 that the hung call would take; a busy machine is slow


@pytest.mark.parametrize("hang", ["connect", "handshake", *HANGS])
def test_a_cancel_ends_a_call_to_a_hung_kms_at_once(
    db: Database, vault: VaultEntry, proxy: FaultyProxy, make_policy: MakePolicy, hang: str
) -> None:
    wrapper = wrap(db, make_policy("single", vault.register(db)))
    with FullPort() as full, SilentPort() as silent:
        proxy.fault = hang if hang in HANGS else None
        address = {"connect": full.address, "handshake": silent.address}.get(hang, proxy.address)
        vault.set(address=address, connect_seconds=60, total_seconds=60)
        took = min(_seconds_to_cancel(db, wrapper) for _ in range(3))
    assert took < CANCEL_SECONDS


def _seconds_to_cancel(db: Database, wrapper: object) -> float:
    connection = db.connect()
    failures: list[psycopg.Error] = []
    call = threading.Thread(target=lambda: failures.append(error_of(connection, UNWRAP, wrapper)))
    call.start()
    pid = connection.info.backend_pid
    time.sleep(0.5)
    assert call.is_alive()
    start = time.monotonic()
    while call.is_alive():  # a call that has not begun would not notice
        assert db.sql("select pg_cancel_backend(%s)", pid) == [(True,)]
        call.join(1)
    took = time.monotonic() - start
    assert isinstance(failures[0], psycopg.errors.QueryCanceled)
    return took


@pytest.mark.parametrize("fault", HANGS)
def test_a_statement_timeout_ends_a_call_to_a_hung_kms(
    db: Database, vault: VaultEntry, proxy: FaultyProxy, make_policy: MakePolicy, fault: str
) -> None:
    wrapper = wrap(db, make_policy("single", vault.register(db)))
    vault.set(address=proxy.address, total_seconds=60)
    connection = db.connect()
    connection.execute(UNWRAP, (wrapper,))
    proxy.fault = fault
    took = []
    for _ in range(3):
        start = time.monotonic()
        with timeout(connection, 200):
            assert isinstance(error_of(connection, UNWRAP, wrapper), psycopg.errors.QueryCanceled)
        took.append(time.monotonic() - start)
    assert min(took) < 0.2 + CANCEL_SECONDS
    proxy.fault = None
    connection.execute(UNWRAP, (wrapper,))  # the connection that was left is not used again


@pytest.mark.parametrize(
    ("fault", "sqlstate"),
    [
        ("truncated", "KW209"),
        ("not HTTP", "KW209"),
        ("not JSON", "KW209"),
        ("lying", "KW209"),
        ("throttled", "KW208"),
        ("sealed", "KW204"),
        ("refused", "KW205"),
    ],
)
def test_every_failure_has_its_own_sqlstate_and_names_the_provider(
    db: Database,
    vault: VaultEntry,
    proxy: FaultyProxy,
    make_policy: MakePolicy,
    fault: str,
    sqlstate: str,
) -> None:
    policy = make_policy("single", vault.register(db))
    wrapper = wrap(db, policy)
    vault.set(address=proxy.address)
    proxy.fault = fault
    connection = db.connect()
    for query, argument in ((UNWRAP, wrapper), ("select kw.wrap(policy => %s)", policy)):
        failure = error_of(connection, query, argument)
        assert failure.sqlstate == sqlstate
        assert vault.name in str(failure)
    assert db.sql("select count(*) from kw.key_wrappers") == [(1,)]
    proxy.fault = None
    connection.execute(UNWRAP, (wrapper,))


def test_a_throttled_request_is_sent_again_four_times_at_most(
    db: Database, vault: VaultEntry, proxy: FaultyProxy, make_policy: MakePolicy
) -> None:
    wrapper = wrap(db, make_policy("single", vault.register(db)))
    vault.set(address=proxy.address, total_seconds=60)
    proxy.fault, proxy.passes_after = "throttled", 2
    connection = db.connect()
    connection.execute(UNWRAP, (wrapper,))
    assert len(proxy.requests) == 3
    proxy.requests.clear()
    proxy.fault = "throttled"
    assert error_of(connection, UNWRAP, wrapper).sqlstate == "KW208"
    assert len(proxy.requests) == 4
    proxy.requests.clear()
    proxy.fault = "refused"  # what cannot succeed is not tried so
    assert error_of(connection, UNWRAP, wrapper).sqlstate == "KW205"
    assert len(proxy.requests) <= 2


def test_a_slow_kms_is_waited_for(
    db: Database, vault: VaultEntry, proxy: FaultyProxy, make_policy: MakePolicy
) -> None:
    wrapper = wrap(db, make_policy("single", vault.register(db)))
    vault.set(address=proxy.address)
    proxy.fault = "slow"
    assert db.sql(UNWRAP, wrapper)


def test_a_stopped_server_is_unreachable_and_comes_back_in_the_same_session(
    db: Database, vault: VaultEntry, bao: OpenBao, make_policy: MakePolicy
) -> None:
    wrapper = wrap(db, make_policy("single", vault.register(db)))
    connection = db.connect()
    connection.execute(UNWRAP, (wrapper,))
    bao.stop()
    try:
        failure = error_of(connection, UNWRAP, wrapper)
    finally:
        bao.start()
    assert failure.sqlstate == "KW204"
    connection.execute(UNWRAP, (wrapper,))


def test_a_key_of_a_rolled_back_call_is_registered_by_if_not_exists_only(
    db: Database, vault: VaultEntry
) -> None:
    """Nobody can tell there who made it, so the plain call does not take it for a new key."""
    vault.register(db)
    create = "select kw.create_kms_key(%s, 'left', if_not_exists => %s)"
    connection = db.connect()
    connection.execute("begin")
    connection.execute(create, (vault.name, False))
    connection.execute("rollback")
    failure = error_of(connection, create, vault.name, False)
    assert failure.sqlstate == "KW102"
    assert "if_not_exists => true" in (failure.diag.message_hint or "")
    (key,) = connection.execute(create, (vault.name, True)).fetchone() or ()
    assert connection.execute(create, (vault.name, True)).fetchone() == (key,)
    assert db.sql("select status from kw.check_kms(%s)", key) == [("up",)]
    other = create.replace("'left'", "'left', 'wrap', 'chacha20-poly1305'")
    assert "its algorithm is" in str(error_of(connection, other, vault.name, True))


# -- diagnosis --------------------------------------------------------------------------------

ADD = "select kw.add_provider(%s, 'vault')"


def test_a_mount_that_is_not_there_is_named_and_never_called_a_lost_key(
    db: Database, vault: VaultEntry, bao: OpenBao, make_policy: MakePolicy
) -> None:
    wrapper = wrap(db, make_policy("single", vault.register(db)))
    write_for_server(vault.token_file, bao.root_token)
    vault.set(mount="transit-prod")
    for query, argument in (
        (ADD, vault.name),
        (UNWRAP, wrapper),
        (f"select kw.create_kms_key('{vault.name}', %s)", "other"),
    ):
        failure = error_of(db.connect(), query, argument)
        assert failure.sqlstate == "KW203"
        assert 'no Transit engine at "transit-prod"' in str(failure)
        assert "mount" in (failure.diag.message_hint or "")


def test_a_mount_of_another_engine_is_named(db: Database, vault: VaultEntry, bao: OpenBao) -> None:
    bao.call("POST", f"/v1/sys/mounts/{vault.key}", {"type": "kv"})
    write_for_server(vault.token_file, bao.root_token)
    vault.set(mount=vault.key)
    failure = error_of(db.connect(), ADD, vault.name)
    assert failure.sqlstate == "KW203"
    assert "an engine of type 'kv'" in str(failure)


def test_a_token_without_a_right_on_the_mount_is_told_so(db: Database, vault: VaultEntry) -> None:
    vault.set(mount="transit-prod")
    failure = error_of(db.connect(), ADD, vault.name)
    assert failure.sqlstate == "KW205"
    assert "transit-prod" in (failure.diag.message_hint or "")


def test_the_rights_that_the_page_names_are_enough(
    db: Database, vault: VaultEntry, bao: OpenBao, make_policy: MakePolicy
) -> None:
    bao.call("POST", f"/v1/transit/keys/{vault.key}", {"type": "aes256-gcm96"})
    rights = "".join(
        f'path "transit/{what}/{vault.key}" {{ capabilities = ["{right}"] }}\n'
        for what, right in (("keys", "read"), ("encrypt", "update"), ("decrypt", "update"))
    )
    bao.call("PUT", f"/v1/sys/policies/acl/{vault.key}", {"policy": rights})
    write_for_server(vault.token_file, bao.token(policies=[vault.key]))
    db.sql(ADD, vault.name)
    key = db.sql("select kw.add_kms_key(%s, %s)", vault.name, vault.key)[0][0]
    wrapper = wrap(db, make_policy("single", key))
    db.sql(UNWRAP, wrapper)
    assert db.sql("select status from kw.check_kms(%s)", key) == [("up",)]


def test_an_approle_method_that_is_not_there_is_named(db: Database, vault: VaultEntry) -> None:
    vault.set(
        token_file=None,
        role_id_file=str(vault.token_file),
        secret_id_file=str(vault.token_file),
        auth_mount="nowhere",
    )
    failure = error_of(db.connect(), ADD, vault.name)
    assert failure.sqlstate in ("KW203", "KW205")  # OpenBao says 403
    assert "auth_mount" in (failure.diag.message_hint or "")


def test_a_key_whose_old_versions_were_trimmed_is_still_the_same(
    db: Database, vault: VaultEntry, bao: OpenBao, make_policy: MakePolicy
) -> None:
    key = vault.register(db)
    policy = make_policy("single", key)
    path = f"/v1/transit/keys/{vault.key}"
    bao.call("POST", f"{path}/rotate")
    for option in ("min_decryption_version", "min_encryption_version"):
        bao.call("POST", f"{path}/config", {option: 2})
    bao.call("POST", f"{path}/trim", {"min_available_version": 2})
    connection = db.connect()
    row = connection.execute("select kw.wrap(policy => %s)", [policy]).fetchone()
    assert row is not None
    connection.execute(UNWRAP, row)
    assert db.sql("select status from kw.check_kms(%s)", key) == [("up",)]
    assert db.sql("select * from kw.doctor() where not ok") == []


def test_a_key_that_an_earlier_release_registered_still_serves(
    db: Database, vault: VaultEntry, make_policy: MakePolicy
) -> None:
    key = vault.register(db)
    with db.connect() as connection:
        connection.execute("alter table kw.kms_keys disable trigger guard_immutable")
        connection.execute(
            "update kw.kms_keys set external_key_id = regexp_replace(external_key_id, '@.*', '')"
            " where id = %s",
            [key],
        )
        connection.execute("alter table kw.kms_keys enable always trigger guard_immutable")
    db.sql(UNWRAP, wrap(db, make_policy("single", key)))
    assert db.sql("select * from kw.doctor() where not ok") == []
