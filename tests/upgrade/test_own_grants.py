"""What was granted beside the release: to diff, upgrade and doctor the same is drift."""

import json
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from kwtools import sources, upgrade_plan
from kwtools.checks import drift
from kwtools.connections import connect, transaction
from tests.conftest import Database
from tests.upgrade.conftest import Kwtools
from tests.upgrade.test_upgrade import RELEASES, create
from tests.upgrade.test_upgrade_command import version_of

LAST = RELEASES[-1]
OWN = [
    "grant usage on schema kw to {}",
    "grant execute on function kw.wrap(bytea, text) to {}",
    "grant execute on function kw.set_kms_key_status(bigint, text) to {}",
    "grant select on kw.kms_keys to {}",
    "grant select (name) on kw.settings to {}",
    "grant select on kw.kms_health to {}",
]
DRIFT = [
    "grant create on schema kw to {}",
    "grant execute on function kw.wrap(bytea, text) to {} with grant option",
    "grant execute on function kw._as_owner to {}",
    "grant execute on function kw.unwrap(uuid) to {}",
    "grant execute on function kw.unwrap_many(uuid[]) to {}",
    "grant insert on kw.settings to {}",
    "grant update (value) on kw.settings to {}",
    "grant select on kw.key_wrappers to {}",
    "grant select (id) on kw.key_wrappers to {}",
    "grant select (dek_wrap1) on kw.key_wrappers to {}",
    "grant select on kw.kem_private_keys to {}",
    "grant usage on sequence kw.kms_keys_id_seq to {}",
    "grant execute on function kw.unwrap(uuid) to public",
    "grant select on kw.settings to public",
    "grant execute on function kw.unwrap(uuid) to kw_admin",
    "grant select on kw.key_wrappers to kw_auditor",
    "revoke execute on function kw.unwrap(uuid) from kw_unwrap",
    "revoke select on kw.kms_keys from kw_admin",
    "alter function kw.unwrap(uuid) owner to {}",
]


@pytest.fixture
def role(empty: Database) -> Iterator[str]:
    """A role with a name that needs quotes, in a database of the last release."""
    create(empty, LAST)
    name = f"Of {empty.name} granted to kw_admin"
    identifier = sql.Identifier(name)
    with empty.connect() as connection:
        connection.execute(sql.SQL("create role {}").format(identifier))
        yield name
        connection.execute(sql.SQL("reassign owned by {} to kw_owner").format(identifier))
        connection.execute(sql.SQL("drop owned by {}").format(identifier))
        connection.execute(sql.SQL("drop role {}").format(identifier))


def run(db: Database, statement: str, role: str) -> None:
    """Run a statement with the name of a role."""
    db.sql(statement.format('"' + role + '"'))


def test_your_own_grants_are_listed_and_are_no_drift(
    kwtools: Kwtools, empty: Database, role: str
) -> None:
    for statement in OWN:
        run(empty, statement, role)
    code, out, err = kwtools("diff", "--dsn", empty.dsn, "--json")
    assert (code, err) == (0, "")
    rows = json.loads(out)
    assert {row["kind"] for row in rows} == {"granted"}
    assert len(rows) == len(OWN)
    assert {row["attribute"] for row in rows} == {f'granted to "{role}"'}
    assert f"the extension is what release {LAST} made\n" in kwtools("diff", "--dsn", empty.dsn)[1]
    found = doctor(kwtools, empty)
    assert found["catalog"]["result"] == "ok"
    assert found[f'own grants to "{role}"']["result"] == "ok"
    code, out, err = kwtools("upgrade", "--dsn", empty.dsn)
    assert (code, err) == (0, "")
    assert "\trefused\t" not in out
    held = "has_function_privilege(%s::regrole, 'kw.wrap(bytea, text)', 'execute')"
    assert empty.sql(f"select {held}", f'"{role}"') == [(True,)]
    assert version_of(empty) == sources.version()


def test_what_a_grant_opens_is_drift(kwtools: Kwtools, empty: Database, role: str) -> None:
    identifier = '"' + role + '"'
    with connect(empty.dsn, "test") as connection:
        for statement in DRIFT:
            with transaction(connection, writes=True):
                connection.execute(statement.format(identifier).encode())
                assert len(upgrade_plan.drift(connection, LAST)) == 1, statement
                raise psycopg.Rollback
    run(empty, DRIFT[0], role)
    code, out, _ = kwtools("diff", "--dsn", empty.dsn, "--json")
    assert code == 1
    assert [row["kind"] for row in json.loads(out)] == ["changed"]
    row = doctor(kwtools, empty)["catalog"]
    assert row["result"] == "problem"
    assert row["detail"].startswith(f"1 object is not as release {LAST} made it: schema kw granted")
    assert row["hint"] == f"kwtools diff --dsn dbname={empty.name} shows each. Change it back."
    assert row["why"]
    code, _, err = kwtools("upgrade", "--dsn", empty.dsn)
    assert (code, err) == (1, "kwtools: refused, and no database was changed\n")


def test_who_manages_keys_and_decrypts_is_named_whatever_the_way(
    kwtools: Kwtools, empty: Database, role: str
) -> None:
    decrypt = "execute on function kw.decrypt(text, text, text, bytea)"
    run(empty, f"grant {decrypt} to {{}}", role)
    assert "grants: separation" not in doctor(kwtools, empty)
    run(empty, "grant kw_admin to {}", role)
    row = doctor(kwtools, empty)["grants: separation"]
    assert (row["result"], f'"{role}": both kw_admin' in row["detail"]) == ("warning", True)
    run(empty, f"revoke {decrypt} from {{}}", role)
    assert "grants: separation" not in doctor(kwtools, empty)


CHANGES = {
    "alter function kw.wrap(bytea, text) reset search_path":
        "function kw.wrap(bytea,text) settings is nothing",
    "alter table kw.settings add column mine text":
        "column kw.settings.mine is not of the release",
    "drop index kw.kms_health_checks_latest": "index kw.kms_health_checks_latest is missing",
    "alter table kw.settings drop constraint settings_name_check":
        "constraint kw.settings.settings_name_check is missing",
    "alter table kw.key_wrappers disable trigger guard_immutable":
        "trigger kw.key_wrappers.guard_immutable enabled is D",
    "create or replace function kw._guard_immutable() returns trigger language plpgsql"
    " set search_path = pg_catalog, pg_temp as 'begin return new; end'":
        "function kw._guard_immutable() body is sha256:",
    "alter table kw.settings owner to postgres": "table kw.settings owner is postgres",
    "update pg_extension set extconfig = extconfig[2:], extcondition = extcondition[2:]"
    " where extname = 'kwtools'": "dump of kw.",
}  # fmt: skip


def test_doctor_names_what_differs(empty: Database) -> None:
    create(empty, LAST)
    with connect(empty.dsn, "test") as connection:
        for change, told in {"select 1": f"as release {LAST} made it", **CHANGES}.items():
            with transaction(connection, writes=True):
                connection.execute(change.encode())
                (finding,) = drift.of_catalog(connection)
                assert finding.result == ("ok" if change == "select 1" else "problem")
                assert told in finding.detail
                raise psycopg.Rollback


def test_a_release_that_the_command_does_not_know_cannot_be_compared(
    kwtools: Kwtools, empty: Database, db: Database
) -> None:
    create(empty, LAST)
    empty.sql("update pg_extension set extversion = '99.0' where extname = 'kwtools'")
    row = doctor(kwtools, empty)["catalog"]
    assert row["result"] == "unknown"
    assert row["detail"].startswith("not compared: version 99.0 has no list")
    assert row["hint"] == "Use a command that knows release 99.0."


def doctor(kwtools: Kwtools, db: Database) -> dict[str, dict[str, str]]:
    """Return what doctor finds, by its name."""
    _, out, err = kwtools("doctor", "--json", "--dsn", db.dsn)
    assert err == ""
    return {row["check"]: row for row in json.loads(out)}
