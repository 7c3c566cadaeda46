"""Keystores that fail under a server: changed, damaged, full, read-only; too few descriptors."""

import base64
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kwshared.keyfile import check_value

from kwtools.cluster import Place, set_up
from kwtools.keystore import open_keystore
from kwtools.postgres import server_user
from tests.conftest import Keystore, new_keystore
from tests.sql.session import Session

BAD = 'select "check", detail, hint from kw.doctor() where not ok'
PROBED = "select status, left(error, 5) from kw.check_kms() where provider = %s"


@pytest.fixture
def store(session: Session, make_keystore: Callable[[], Keystore]) -> Keystore:
    """A keystore with key ``a``; policy ``single`` of it, ``either`` with it and test-1."""
    return registered(session, make_keystore())


def registered(session: Session, store: Keystore) -> Keystore:
    """Make a keystore known to a database, with its key ``a`` and the two policies."""
    session.rows("select kw.add_provider(%s, 'local')", store.name)
    key = session.value("select kw.create_kms_key(%s, 'a')", store.name)
    session.policy("single", "single", key)
    session.policy("either", "either", key, 1)
    return store


def rewrite(file: Path, text: str) -> None:
    """Write a key file in place: owner and mode stay."""
    file.write_text(text)


def changed(text: str) -> str:
    """Change one letter of the key and nothing else."""
    members = json.loads(text)
    name = "k" if "k" in members else "priv"
    return json.dumps(
        members | {name: ("A" if members[name][0] != "A" else "B") + members[name][1:]}
    )


def as_released_before(text: str) -> str:
    """The file as releases before 0.4.0 made it."""
    return json.dumps({"kty": "oct", "kid": "MDEyMzQ1Njc4OWFiY2RlZg", "k": json.loads(text)["k"]})


def refuses_a_changed_key(
    session: Session, store: Keystore, connect: Callable[..., Session]
) -> None:
    """Nothing is wrapped under a key that was changed, everybody says so, and it heals."""
    file = store.directory / "a.jwk"
    right = file.read_text()
    wrapper = session.value("select kw.wrap(policy => 'single')")
    either = session.value("select kw.wrap(%s, 'either')", b"k" * 32)
    rewrite(file, changed(right))
    for one in (session, connect()):
        assert str(file) in one.refused("KW202", "select kw.wrap(policy => 'single')")
        one.refused("KW202", "select kw.wrap(policy => 'either')")
        assert "backup" in one.refused("KW202", "select kw.unwrap(%s)", wrapper)
        one.heard()
        assert one.value("select kw.unwrap(%s)", either) == b"k" * 32
        assert str(file) in one.heard()
        found = one.rows(
            "select status, left(error, 5) from kw.check_kms() where provider = %s", store.name
        )
        assert found == [("down", "KW202")]
        ((_, detail, hint),) = one.rows(BAD)
        assert str(file) in detail
        assert "backup" in hint
    rewrite(file, right)
    for one in (session, connect()):
        assert one.value("select kw.unwrap(%s) is not null", wrapper)
        assert one.rows(BAD) == []


def test_a_key_that_was_changed_under_its_name_wraps_and_opens_nothing(
    session: Session, store: Keystore, connect: Callable[..., Session]
) -> None:
    refuses_a_changed_key(session, store, connect)


def test_an_old_key_goes_on_and_a_converted_one_is_protected_without_any_sql(
    session: Session, store: Keystore, connect: Callable[..., Session]
) -> None:
    old = store.directory / "old.jwk"
    put(store, "old", as_released_before((store.directory / "a.jwk").read_text()))
    (store.directory / "a.jwk").unlink()
    key = session.value("select kw.add_kms_key(%s, 'old')", store.name)
    session.policy("old", "single", key)
    wrapper = session.value("select kw.wrap(policy => 'old')")
    told = 'select ok, detail, hint from kw.doctor() where "check" = %s'
    ((ok, detail, hint),) = session.rows(told, f"key {key}")
    assert ok
    assert "earlier release" in detail
    assert "kwtools keys convert" in hint
    assert open_keystore(store.directory).convert("old")
    for one in (session, connect()):
        assert one.value("select kw.unwrap(%s) is not null", wrapper)
        ((ok, _, hint),) = one.rows(told, f"key {key}")
        assert (ok, hint) == (True, None)
    rewrite(old, changed(old.read_text()))
    for one in (session, connect()):
        one.refused("KW202", "select kw.wrap(policy => 'old')")
        one.refused("KW202", "select kw.unwrap(%s)", wrapper)


def put(store: Keystore, name: str, text: str) -> None:
    """Put a key file into a keystore as the server's own."""
    file = store.directory / f"{name}.jwk"
    file.write_text(text)
    file.chmod(0o600)
    os.chown(file, server_user().uid, server_user().gid)


def test_the_same_key_in_two_keystores_is_one_root(
    session: Session, store: Keystore, make_keystore: Callable[[], Keystore]
) -> None:
    other = make_keystore()
    secret = json.loads((store.directory / "a.jwk").read_text())["k"]
    kid = check_value(base64.urlsafe_b64decode(secret + "="))
    put(other, "copy", json.dumps({"kty": "oct", "kid": kid, "k": secret}))
    session.rows("select kw.add_provider(%s, 'local')", other.name)
    copy = session.value("select kw.add_kms_key(%s, 'copy')", other.name)
    session.refused("KW103", "select kw.create_policy('p', 'both', 3, %s)", copy)
    assert session.rows(BAD) == []


def test_the_same_key_under_an_old_id_is_one_root(session: Session, store: Keystore) -> None:
    put(store, "old", as_released_before((store.directory / "a.jwk").read_text()))
    old = session.value("select kw.add_kms_key(%s, 'old')", store.name)
    session.refused("KW103", "select kw.create_policy('p', 'both', 3, %s)", old)
    assert session.rows(BAD) == []


@pytest.mark.parametrize("text", ["[" * 100_000, '{"kid":' * 1500, " " * 20_000, "9" * 4000])
def test_an_odd_key_file_fails_its_key_and_nothing_else(
    session: Session, store: Keystore, connect: Callable[..., Session], text: str
) -> None:
    session.rows("select kw.set_setting('degraded_ms', 600000)")  # a busy machine makes none slow
    file = store.directory / "a.jwk"
    right = file.read_text()
    wrapper = session.value("select kw.wrap(%s, 'either')", b"k" * 32)
    rewrite(file, text + right)
    for one in (session, connect()):
        one.refused("KW203", "select kw.wrap(policy => 'single')")
        one.heard()
        assert one.value("select kw.unwrap(%s)", wrapper) == b"k" * 32
        assert str(file) in one.heard()
        assert one.values("select status from kw.check_kms()") == ["up", "up", "down"]
        ((check, detail, _),) = one.rows(BAD)
        assert check == "key 3"
        assert str(file) in detail
        checks = one.values('select "check" from kw.doctor()')
        assert {"key 1", "key 2", "functions", "owner role"} <= set(checks)


def test_a_check_of_doctor_that_fails_to_run_has_failed_and_the_others_go_on(
    session: Session,
) -> None:
    session.rows("alter table kw.entities rename to entities_away")
    checks = dict(session.rows('select "check", ok from kw.doctor()'))
    details = session.values("select detail from kw.doctor() where not ok")
    assert checks["functions"]
    assert checks["owner role"]
    assert any("failed with SQLSTATE 42P01" in detail for detail in details)


def test_a_deeply_nested_providers_file_is_a_failed_check_and_no_bug(
    own_cluster: Callable[..., Place],
) -> None:
    place = own_cluster()
    with place.connect() as connection:
        set_up(connection, "deep")
        right = place.providers_file.read_text()
        for text in (f"x = {'[' * 50_000}", f"x = {'{a=' * 50_000}", right + "# more\n" * 200_000):
            place.providers_file.write_text(text)
            session = Session(connection)
            session.refused("KW203", "select kw.wrap()")
            rows = dict(session.rows('select "check", ok from kw.doctor()'))
            assert not rows["providers file"]
            assert not rows["key 1"]
            assert rows["functions"]
            assert session.values("select status from kw.check_kms()") == ["down", "down"]
        place.providers_file.write_text(right)
        session.value("select kw.wrap()")


def test_what_killed_writers_left_is_named_by_doctor(session: Session, store: Keystore) -> None:
    left = store.directory / ".0123456789abcdef.tmp"
    left.hardlink_to(store.directory / "a.jwk")
    ((check, detail, hint),) = session.rows(BAD)
    assert check == f"provider {store.name}"
    assert left.name in detail
    assert "kwtools keys clean" in hint
    left.unlink()
    assert session.rows(BAD) == []


def test_a_lost_keystore_without_keys_is_named_by_doctor(
    session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    store = make_keystore()
    session.rows("select kw.add_provider(%s, 'local')", store.name)
    store.directory.rmdir()
    ((check, detail, hint),) = session.rows(BAD)
    assert check == f"provider {store.name}"
    assert str(store.directory) in detail
    assert hint


# -- what the system lacks ------------------------------------------------------------------------


@pytest.fixture
def small(store: Keystore) -> Iterator[Path]:
    """A file system of 128 KiB in the place of the keystore, with its key."""
    key = (store.directory / "a.jwk").read_bytes()
    status = store.directory.stat()
    options = f"size=128k,mode=700,uid={status.st_uid},gid={status.st_gid}"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", store.directory], capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("no file system can be mounted here")
    file = store.directory / "a.jwk"
    file.write_bytes(key)
    file.chmod(0o600)
    os.chown(file, status.st_uid, status.st_gid)
    yield store.directory
    subprocess.run(["umount", "-l", store.directory], check=True)


def test_a_full_or_read_only_keystore_makes_no_key_and_says_what_helps(
    session: Session, store: Keystore, small: Path
) -> None:
    create = "select kw.create_kms_key(%s, 'b')"
    filling = small / "filling"
    with pytest.raises(OSError, match="No space"):
        filling.write_bytes(b"x" * 1_000_000)
    answer = session.refused("KW203", create, store.name)
    assert "No space left on device" in answer
    assert f"Free space in the file system of {small}" in answer
    session.value("select kw.wrap(policy => 'single')")  # what is there serves
    filling.unlink()
    subprocess.run(["mount", "-o", "remount,ro", small], check=True)
    answer = session.refused("KW203", create, store.name)
    assert "Read-only file system" in answer
    assert "read-write" in answer
    session.value("select kw.wrap(policy => 'single')")
    subprocess.run(["mount", "-o", "remount,rw", small], check=True)
    session.value(create, store.name)
    assert {path.name for path in small.iterdir()} == {"a.jwk", "b.jwk"}


def limit_descriptors(pid: int, most: int) -> None:
    """Let a backend open no descriptor that is not below ``most``."""
    subprocess.run(
        ["prlimit", f"--pid={pid}", f"--nofile={most}:"],
        user=server_user().uid,
        group=server_user().gid,
        extra_groups=[],
        check=True,
    )


def test_too_few_descriptors_are_an_outage_of_the_key_and_pass(
    own_cluster: Callable[..., Place],
) -> None:
    # On a server of its own: dropped databases and vacuum make all backends close their files.
    place = own_cluster(settings={"autovacuum": "off"})
    with place.connect() as connection:
        set_up(connection, "test")
        session = Session(connection)
        too_few_descriptors_are_an_outage(session, registered(session, new_keystore(place)))


def too_few_descriptors_are_an_outage(session: Session, store: Keystore) -> None:
    """A key that the backend cannot open is down, and serves again when it can."""
    wrapper = session.value("select kw.wrap(%s, 'either')", b"k" * 32)
    single = session.value("select kw.wrap(%s, 'single')", b"s" * 32)
    session.rows("select from kw.check_kms()")
    session.value("select kw.unwrap(%s)", wrapper)
    assert session.rows(BAD) == []
    pid = session.connection.info.backend_pid
    (store.directory / "a.jwk").touch()  # so that it is read again
    limit_descriptors(pid, 3)
    try:
        session.heard()
        assert session.value("select kw.unwrap(%s)", wrapper) == b"k" * 32
        assert "Too many open files" in session.heard()
        answer = session.refused("KW204", "select kw.unwrap(%s)", single)
        assert "LimitNOFILE" in answer
        assert session.rows(PROBED, store.name) == [("down", "KW204")]
        checks = dict(session.rows('select "check", ok from kw.doctor()'))
        assert not checks["key 3"]
        assert checks["functions"]
    finally:
        limit_descriptors(pid, 1000)
    assert session.value("select kw.unwrap(%s)", single) == b"s" * 32
    assert session.rows(BAD) == []
