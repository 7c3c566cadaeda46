"""kw.version and kw.doctor: what runs, and whether it is well."""

import os
from collections.abc import Callable

import pytest

from kwtools import sources
from kwtools.cluster import Place
from tests.conftest import Keystore, unique
from tests.deployment import MAKE_KEY, make_deployment, make_log, seal
from tests.sql.session import Session
from testservers.provider_file import add_entry, write_for_server

BAD = 'select "check", detail, hint from kw.doctor() where not ok'


def test_the_versions_of_all_that_runs_are_told_to_every_role(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    version = session.value("select kw.version()")
    assert version.keys() == {"extension", "runtime", "python", "cryptography", "openssl"}
    assert version["extension"] == version["runtime"] == sources.version()
    assert version["openssl"].startswith("OpenSSL ")
    for role in ("kw_admin", "kw_operator", "kw_client", "kw_unwrap", "kw_grantor", "kw_auditor"):
        assert connect(make_role(role)).value("select kw.version()") == version
    connect(make_role()).refused("42501", "select kw.version()")


def test_every_check_of_a_server_that_is_well_has_a_row(
    connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    for role in ("kw_admin", "kw_operator", "kw_auditor"):
        rows = connect(make_role(role)).rows('select "check", ok, detail, hint from kw.doctor()')
        checks = [row[0] for row in rows]
        for check in ("versions", "providers file", "key 1", "key 2", "functions", "owner role"):
            assert check in checks
        advised = [row[0] for row in rows if row[3] is not None]
        assert advised == ["independent keys"]  # both are files of one folder
        assert all(row[1] and row[2] for row in rows), rows
    connect(make_role("kw_client")).refused("42501", "select kw.doctor()")


@pytest.fixture
def store(session: Session, make_keystore: Callable[[], Keystore]) -> Keystore:
    """A keystore with two keys, ``one`` (key 3) and ``two`` (key 4)."""
    made = make_keystore()
    session.rows("select kw.add_provider(%s, 'local')", made.name)
    for name in ("one", "two"):
        session.rows("select kw.create_kms_key(%s, %s)", made.name, name)
    assert session.rows(BAD) == []
    return made


def test_a_lost_key_file_is_found(session: Session, store: Keystore) -> None:
    (store.directory / "one.jwk").unlink()
    ((check, detail, hint),) = session.rows(BAD)
    assert check == "key 3"
    assert str(store.directory / "one.jwk") in detail
    assert "backup" in hint


def test_a_destroyed_key_is_asked_for_while_something_depends_on_it(
    session: Session, store: Keystore
) -> None:
    session.policy("of it", "single", 3)
    wrapper = session.value("select kw.wrap(policy => 'of it')::text")
    session.rows("select kw.set_kms_key_status(3, 'disabled')")
    (store.directory / "one.jwk").unlink()
    assert [row[0] for row in session.rows(BAD)] == ["key 3"]
    session.rows("delete from kw.key_wrappers where wrapper_uuid = %s", wrapper)
    assert session.rows(BAD) == []
    ((detail, hint),) = session.rows(
        """select detail, hint from kw.doctor() where "check" = 'key 3'"""
    )
    assert detail.endswith("does not exist. It is disabled, and nothing depends on it")
    assert hint is None


def test_the_key_of_a_retired_signing_key_may_be_destroyed(
    session: Session, store: Keystore
) -> None:
    session.rows(MAKE_KEY.replace(", 1)", ", 3)"), "one", "Ed25519")
    session.rows("select kw.set_kms_key_status(3, 'disabled')")
    (store.directory / "one.jwk").unlink()
    assert [row[0] for row in session.rows(BAD)] == ["key 3"]
    session.rows("select kw.set_signing_key_status('one', 'retired')")
    assert session.rows(BAD) == []


def test_a_destroyed_key_that_is_not_disabled_is_asked_for(
    session: Session, store: Keystore
) -> None:
    session.rows("select kw.set_kms_key_status(3, 'retired')")
    (store.directory / "one.jwk").unlink()
    ((check, detail, hint),) = session.rows(BAD)
    assert (check, "It is retired, and nothing depends on it" in detail) == ("key 3", True)
    assert "kw.set_kms_key_status(3, 'disabled')" in hint
    session.rows("select kw.set_kms_key_status(3, 'disabled')")
    assert session.rows(BAD) == []


def test_the_key_of_a_replaced_deployment_key_may_be_destroyed(
    session: Session, store: Keystore
) -> None:
    session.policy("old", "single", 3)
    session.policy("new", "single", 4)
    session.rows("select kw.create_deployment('old')")
    while session.value("select kw.seal_rows()"):
        pass
    session.rows("select kw.seal_deployment()")
    session.rows("select kw.replace_deployment_key('new')")
    session.rows("select * from kw.reseal_rows()")
    session.rows("select kw.seal_deployment()")
    session.rows("select kw.set_kms_key_status(3, 'disabled')")
    (store.directory / "one.jwk").unlink()
    assert session.rows(BAD) == []


def test_a_swapped_key_file_is_found(session: Session, store: Keystore) -> None:
    one, two = store.directory / "one.jwk", store.directory / "two.jwk"
    one.write_bytes(two.read_bytes())
    ((check, detail, hint),) = session.rows(BAD)
    assert check == "key 3"
    assert '"one"' in detail
    assert "exchanged" in hint


def test_a_key_file_that_others_may_read_is_found(session: Session, store: Keystore) -> None:
    (store.directory / "two.jwk").chmod(0o644)
    ((check, detail, _),) = session.rows(BAD)
    assert check == "key 4"
    assert "0644" in detail
    store.directory.chmod(0o777)
    assert [row[0] for row in session.rows(BAD)] == ["key 3", "key 4"]


def test_a_lost_keystore_is_found(session: Session, store: Keystore) -> None:
    store.directory.rename(store.directory.with_suffix(".lost"))
    assert [row[0] for row in session.rows(BAD)] == ["key 3", "key 4"]
    os.mkdir(store.directory)  # noqa: PTH102
    assert [row[0] for row in session.rows(BAD)] == ["key 3", "key 4"]


@pytest.mark.parametrize(
    "change",
    [
        "alter function kw.version() owner to postgres",
        "alter function kw.version() reset search_path",
        "alter function kw.version() set search_path = public",
        "alter function kw.version() security definer",
        "grant execute on function kw.version() to public",
    ],
)
def test_a_function_that_was_changed_is_named(session: Session, change: str) -> None:
    session.rows(change)
    ((check, detail, hint),) = session.rows(BAD)
    assert check == "functions"
    assert "kw.version()" in detail
    assert "by hand" in hint


def test_an_owner_role_that_does_not_stand_alone_is_found(session: Session) -> None:
    # Undone, since the roles are the whole server's; one test, so that none waits for another.
    for change in (
        "grant kw_owner to kw_test_other",
        "grant kw_test_other to kw_owner",
        "alter role kw_owner createdb",
    ):
        session.rows("begin; create role kw_test_other")
        session.rows(change)
        ((check, _, _),) = session.rows(BAD)
        assert check == "owner role"
        session.rows("rollback")


def test_a_name_whose_table_is_gone_and_a_grant_whose_role_is_gone_are_found(
    session: Session, connect: Callable[..., Session]
) -> None:
    session.rows("begin; create role kw_test_gone")
    session.bind("people", "1", "ssn")
    session.rows("select kw.grant_field('people', 'ssn', 'kw_test_gone')")
    session.rows("drop role kw_test_gone; drop table people")
    rows = session.rows(BAD)
    assert [row[0] for row in rows] == ["entity public.people", "grant of public.people"]
    assert "does not exist" in rows[0][1]
    assert "kw_test_gone" in rows[1][1]
    session.rows("rollback")


def test_credentials_that_others_can_read_are_found_before_the_first_key(
    session: Session, cluster: Place
) -> None:
    name = unique("vault").replace("_", "-")
    token = cluster.base / f"{name}.token"
    write_for_server(token, "hvs.secret-of-a-test")
    add_entry(
        cluster, name, "vault", address="https://vault.example.org:8200", token_file=str(token)
    )
    session.rows("select kw.add_provider(%s, 'vault', probe => false)", name)
    assert session.rows(BAD) == []
    token.chmod(0o644)
    ((check, detail, hint),) = session.rows(BAD)
    assert check == f"provider {name}"
    assert detail.startswith(f"{token} can be read or changed by users other than root")
    assert hint == f"Run: chown root {token}; chmod g-w,o-rwx {token}"
    token.unlink()
    ((check, detail, _),) = session.rows(BAD)
    assert (check, str(token) in detail) == (f"provider {name}", True)


def test_the_doctor_tells_of_the_log(session: Session) -> None:
    told = """select ok, detail, hint from kw.doctor() where "check" = 'sealing'"""
    assert session.rows(told) == []
    make_log(session)
    ((ok, detail, _),) = session.rows(told)
    assert ok
    assert detail.startswith("0 entries, 0 of them in the checkpoint of (none); ")
    seal(session)
    ((ok, detail, hint),) = session.rows(told)
    assert (ok, hint) == (True, None)
    assert detail.endswith("; 0 events to seal")
    session.rows(
        "insert into kw.audit_events (happened_at, acting_role, action, object) "
        "values (now() - interval '25 hours', 'x', 'y', 'z')"
    )
    ((ok, detail, hint),) = session.rows(told)
    assert not ok
    assert detail.startswith("1 events, the oldest of ")
    assert "kw.seal_audit()" in hint
    session.rows("select kw.append_audit(), kw.append_state()")
    session.rows("select kw.set_setting('cache_keys', 9999)")
    assert session.value("select kw.append_audit()") == 1
    session.rows("select kw.sign_checkpoint()")
    ((ok, detail, hint),) = session.rows(told)
    assert (ok, detail) == (False, "no state of the rows follows its last 1 signed entries")
    assert "kw.check_state()" in hint
    seal(session)
    session.rows("select kw.set_signing_key_status('log Ed25519', 'retired')")
    ((ok, detail, hint),) = session.rows(told)
    assert not ok
    assert "log Ed25519" in detail
    assert "kw.set_log_keys" in hint
    session.rows("delete from kw.log_keys")
    ((ok, detail, _),) = session.rows(told)
    assert (ok, detail) == (False, "it has no keys, so no checkpoint is signed")


def test_of_sealed_rows_without_a_log_the_seals_are_to_be_checked(session: Session) -> None:
    check = """select ok, detail, hint from kw.check_restore() where "check" in ('seals', 'log')"""
    assert session.rows(check) == []
    make_deployment(session)
    ((ok, _, hint),) = session.rows(check)
    assert (ok, hint) == (True, "Compare the rows with their seals: kw.check_seals().")
    make_log(session)
    seal(session)
    session.rows("alter table kw.logs disable trigger user")
    session.rows("update kw.logs set size = size - 2")
    ((ok, detail, hint),) = session.rows(check)
    assert (ok, detail[-20:]) == (False, ": 2 entries are lost")
    assert "kwtools deployment acknowledge" in hint


def test_rows_that_were_edited_with_triggers_off_are_not_taken_for_a_restore_alone(
    session: Session,
) -> None:
    def hint() -> str:
        return str(session.value("""select hint from kw.doctor() where "check" = 'restore'"""))

    session.rows("select kw.set_setting('cache_seconds', 10)")
    for state in ("disable", "enable"):
        session.rows(f"alter table kw.settings {state} trigger all")
    assert "find out by whom" in hint()
    make_deployment(session)
    assert "call kw.check_seals()." in hint()
    make_log(session)
    assert "call kw.check_seals(), then run kwtools verify --state FILE" in hint()
