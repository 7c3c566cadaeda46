"""What ``kwtools doctor`` finds beside ``kw.doctor``, in one database and in all."""

import json
import shlex
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from kwtools import checks, sources
from kwtools.checks import clock, server_side, settings
from kwtools.cluster import Place
from tests.cli.conftest import Kwtools
from tests.conftest import Database
from tests.sql.session import Session

Row = dict[str, str]


def found(kwtools: Kwtools, dsn: str, *options: str) -> tuple[int, list[Row]]:
    """Return the exit code and what is not ok; each says what, why and what to do.

    That a version which was not released has no list of its catalog is left out.
    """
    code, out, err = kwtools("doctor", "--json", "--dsn", dsn, *options)
    assert err == ""
    without_list = f"version {sources.version()} has no list"
    rows = [
        row for row in json.loads(out)
        if row["result"] != "ok" and without_list not in row["detail"]
    ]  # fmt: skip
    for row in rows:
        assert row["detail"], row
        assert row["why"].endswith("."), row
        assert row["hint"], row
    return code, rows


def named(rows: list[Row], check: str) -> Row:
    """Return the one finding of a check."""
    (row,) = [row for row in rows if row["check"] == check]
    return row


STEPS = [
    ("", "setup", "extension kwtools is not installed"),
    ("create extension kwtools cascade", "setup", "no provider is registered"),
    ("select kw.add_provider('local', 'local')", "setup", "no KMS key is registered"),
    ("select kw.create_kms_key('local', current_database()::text)", "policies", "no policy exists"),
    ("select kw.create_policy('mine', 'single', 1)", "policies", 'policy "default" does not'),
]


@pytest.mark.parametrize("step", range(len(STEPS)), ids=[one[2] for one in STEPS])
def test_what_is_missing_is_named_with_the_command_that_creates_it(
    kwtools: Kwtools, target: Database, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    for query, _, _ in STEPS[: step + 1]:
        if query:
            target.sql(query)
    _, check, detail = STEPS[step]
    code, rows = found(kwtools, target.dsn)
    row = named(rows, check)
    assert detail in row["detail"]
    assert code == (0 if row["result"] == "warning" else 1)
    for name, value in target.place.environment("postgres").items():
        monkeypatch.setenv(name, value)
    command = shlex.split(row["hint"].removeprefix("Run ").split(", or ")[0].removesuffix("."))
    assert command[:2] == ["kwtools", "init"]
    assert kwtools(*command[1:])[0] == 0
    code, rows = found(kwtools, target.dsn)
    assert code == 0
    assert {"setup", "policies"} & {row["check"] for row in rows} == set()


def test_keys_of_one_folder_are_a_warning_with_its_remedy(
    kwtools: Kwtools, target: Database
) -> None:
    target.sql("create extension kwtools cascade")
    row = named(found(kwtools, target.dsn)[1], "independent keys")
    assert (row["result"], row["detail"]) == ("warning", "no keys exist yet")
    assert row["hint"] == "Run kwtools init."
    assert kwtools("init", "--dsn", target.dsn)[0] == 0
    code, rows = found(kwtools, target.dsn)
    row = named(rows, "independent keys")
    assert (code, row["result"]) == (0, "warning")
    assert row["detail"].endswith(f"depends on one KMS: folder {target.place.keystore}")
    assert "another KMS" in row["hint"]


def test_providers_and_keys_that_do_not_work(kwtools: Kwtools, db: Database) -> None:
    db.sql("select kw.set_kms_key_status(1, 'retired'), kw.set_kms_key_status(2, 'retired')")
    code, rows = found(kwtools, db.dsn)
    assert (code, named(rows, "setup")["detail"]) == (1, "no KMS key is active")
    db.sql("select kw.set_provider_enabled('local', false)")
    code, rows = found(kwtools, db.dsn)
    assert (code, named(rows, "setup")["detail"]) == (1, "no provider is enabled")


def test_a_schema_of_somebody_else_is_named(kwtools: Kwtools, target: Database) -> None:
    target.sql("create schema kw")
    code, rows = found(kwtools, target.dsn)
    assert code == 1
    assert "Find out who made it." in named(rows, "schema kw")["hint"]
    assert "setup" not in {row["check"] for row in rows}


def test_columns_that_a_table_has_no_more(kwtools: Kwtools, db: Database) -> None:
    db.sql("create table people (id bigint primary key, email bytea, notes bytea, ssn bytea)")
    db.sql("select kw.bind('people', '*', 'email'), kw.bind('people', 1, 'notes')")
    db.sql("select kw.bind('people', '*', 'ssn'), kw.bind('people', '*')")
    assert [row for row in found(kwtools, db.dsn)[1] if row["check"].startswith("field")] == []
    db.sql("alter table people rename email to mail")
    db.sql("alter table people drop notes")
    code, rows = found(kwtools, db.dsn)
    assert code == 0
    assert [row["check"] for row in rows if row["check"].startswith("field")] == [
        "field public.people.email",
        "field public.people.notes",
    ]
    db.sql("select kw.shred('people', 1, 'notes')")
    db.sql("select kw.rebind('people', field_name => 'email', to_field_name => 'mail')")
    assert [row for row in found(kwtools, db.dsn)[1] if row["check"].startswith("field")] == []


@pytest.mark.parametrize("table", ["people", '"app.eu".people', '"People"', "app.people"])
def test_settings_that_a_rename_left_behind(kwtools: Kwtools, db: Database, table: str) -> None:
    db.sql('create schema app; create schema "app.eu"')
    db.sql(f"create table {table} (id bigint primary key, ssn bytea)")
    db.sql(f"select kw.set_floor('{table}', 'ssn', 1), kw.set_read_audit('{table}', null, 'keys')")
    db.sql(
        "select kw.set_floor('of.elsewhere', null, 1),"
        " kw.grant_field('of.elsewhere', null, 'kw_client', true, true)"
    )
    _, rows = found(kwtools, db.dsn)
    assert not [row for row in rows if row["check"].startswith("settings of")]
    db.sql(f"alter table {table} rename to persons")
    code, rows = found(kwtools, db.dsn)
    (row,) = [row for row in rows if row["check"].startswith("settings of")]
    assert (code, row["result"]) == (0, "warning")
    assert "no such table" in row["detail"]
    assert "kw.set_floor" in row["hint"]
    db.sql(f"select kw.set_floor('{table}', 'ssn', null), kw.set_read_audit('{table}', null, null)")
    _, rows = found(kwtools, db.dsn)
    assert not [row for row in rows if row["check"].startswith("settings of")]


def test_legs_that_were_closed(kwtools: Kwtools, db: Database) -> None:
    db.sql("select kw.create_policy('one', 'single', 2)")
    db.sql("select kw.wrap_many(array_fill(null::bytea, array[3])), kw.wrap(policy => 'one')")
    db.sql("select kw.set_kms_key_status(2, 'disabled')")
    code, rows = found(kwtools, db.dsn)
    row = named(rows, "legs of key 2")
    assert 'key 2 ("test-2" of provider "local") is disabled' in row["detail"]
    assert "1 wrappers cannot be opened, 3 depend on their other leg" in row["detail"]
    assert code == 0
    db.sql("select kw.set_provider_enabled('local', false)")
    row = named(found(kwtools, db.dsn)[1], "legs of key 2")
    assert "4 wrappers cannot be opened, 0 depend" in row["detail"]


def test_legs_under_a_key_that_was_down_when_it_was_probed(kwtools: Kwtools, db: Database) -> None:
    db.sql("select kw.wrap_many(array_fill(null::bytea, array[3]))")
    add = "insert into kw.kms_health_checks (kms_key_id, status) values (1, %s)"
    db.sql(add, "down")
    row = named(found(kwtools, db.dsn)[1], "legs of key 1")
    assert "was down when it was probed last: 0 wrappers cannot be opened, 3" in row["detail"]
    db.sql(add, "up")
    assert "legs of key 1" not in {row["check"] for row in found(kwtools, db.dsn)[1]}


def test_jobs_that_are_stuck(kwtools: Kwtools, db: Database) -> None:
    db.sql("select kw.wrap_many(array_fill(null::bytea, array[3]))")
    db.sql("select kw.schedule_rewrap(kms_key_id => 1)")
    names = {"jobs that take long", "jobs that fail"}
    assert names.isdisjoint(row["check"] for row in found(kwtools, db.dsn)[1])
    worker = db.connect()
    db.sql("update kw.rewrap_jobs set attempts = 7 where id = 2")
    db.sql(
        "update kw.rewrap_jobs set status = 'running', worker_pid = %s,"
        " started_at = now() - interval '2 hours' where id = 1",
        worker.info.backend_pid,
    )
    rows = found(kwtools, db.dsn)[1]
    row = named(rows, "jobs that take long")
    assert row["detail"].startswith("1 jobs run since ")
    assert row["detail"].endswith(f" in process {worker.info.backend_pid}")
    row = named(rows, "jobs that fail")
    assert row["detail"] == "1 jobs are open after 5 attempts or more, one after 7"


def test_jobs_that_nobody_runs(kwtools: Kwtools, db: Database) -> None:
    db.sql("select kw.wrap_many(array_fill(null::bytea, array[3]))")
    db.sql("select kw.schedule_rewrap(kms_key_id => 1)")
    assert "queue at rest" not in {row["check"] for row in found(kwtools, db.dsn)[1]}
    db.sql("update kw.rewrap_jobs set created_at = now() - interval '2 hours', scheduled_at = null")
    db.sql(
        "update kw.rewrap_jobs set status = 'running', worker_pid = 1, "
        "started_at = now() - interval '2 hours' where id = 1"
    )
    code, rows = found(kwtools, db.dsn)
    assert code == 0
    row = named(rows, "queue at rest")
    assert row["detail"].startswith("2 jobs are due and 1 were left by a worker that ended")


def test_probes_that_have_ended(kwtools: Kwtools, db: Database) -> None:
    db.sql(
        "insert into kw.kms_health_checks (kms_key_id, status, checked_at) "
        "values (1, 'up', now() - interval '2 days')"
    )
    assert "was probed since" in named(found(kwtools, db.dsn)[1], "probes")["detail"]
    db.sql("insert into kw.kms_health_checks (kms_key_id, status) values (1, 'up')")
    assert "probes" not in {row["check"] for row in found(kwtools, db.dsn)[1]}


def test_grants_beside_the_roles_of_kwtools(
    kwtools: Kwtools, db: Database, make_role: Callable[..., str]
) -> None:
    role = make_role("kw_client")
    names = (f"grants to {role}", f"own grants to {role}")

    def checks() -> dict[str, Row]:
        rows = json.loads(kwtools("doctor", "--json", "--dsn", db.dsn)[1])
        return {row["check"]: row for row in rows}

    assert checks().keys().isdisjoint(names)
    db.sql(f"grant usage on schema kw to {role}")
    db.sql(f"grant select on kw.kms_keys to {role}")
    db.sql(f"grant execute on function kw.set_setting to {role}")
    found_ = checks()
    assert found_[names[1]]["result"] == "ok"
    for grant in ("select on table kw.kms_keys", "function kw.set_setting", "usage on schema kw"):
        assert grant in found_[names[1]]["detail"]
    assert names[0] not in found_
    for grant in (
        "update (status) on kw.kms_keys", "select on kw.key_wrappers", "insert on kw.settings",
        "select (dek_wrap1) on kw.key_wrappers", "execute on function kw._as_owner",
    ):  # fmt: skip
        db.sql(f"grant {grant} to {role}")
    db.sql(f"grant execute on function kw.version() to {role} with grant option")
    row = checks()[names[0]]
    assert row["result"] == "warning"
    for grant in (
        "update on column kw.kms_keys.status", "select on table kw.key_wrappers",
        "insert on table kw.settings", "select on column kw.key_wrappers.dek_wrap1",
        "execute with grant option on function kw.version()", "execute on function kw._as_owner",
    ):  # fmt: skip
        assert grant in row["detail"]
    db.sql("grant select on kw.settings to public")
    code, rows = found(kwtools, db.dsn)
    assert code == 1
    assert named(rows, "grants to PUBLIC")["detail"] == "select on table kw.settings"


@pytest.mark.parametrize(("hours", "direction"), [(1, "behind"), (-1, "ahead of")])
def test_clocks_that_differ(
    kwtools: Kwtools, db: Database, monkeypatch: pytest.MonkeyPatch, hours: int, direction: str
) -> None:
    assert "clock" not in {row["check"] for row in found(kwtools, db.dsn)[1]}
    now = time.time
    monkeypatch.setattr("time.time", lambda: now() + hours * 3600)
    detail = named(found(kwtools, db.dsn)[1], "clock")["detail"]
    assert detail.startswith("the server's clock is 3")
    assert f" s {direction} this machine's" in detail


def test_a_clock_that_went_back(kwtools: Kwtools, db: Database) -> None:
    assert "clock of the past" not in {row["check"] for row in found(kwtools, db.dsn)[1]}
    db.sql(
        "insert into kw.kms_health_checks (kms_key_id, status, checked_at)"
        " values (1, 'up', now() + interval '1 hour')"
    )
    detail = named(found(kwtools, db.dsn)[1], "clock of the past")["detail"]
    assert detail.startswith("the latest event is 3")
    assert detail.endswith(" s ahead of the server's clock")


def test_a_slow_answer_is_not_a_wrong_clock() -> None:
    assert clock.distance(150.0, 100.0, 200.0) == 0
    assert clock.distance(90.0, 100.0, 200.0) == -10
    assert clock.distance(260.0, 100.0, 200.0) == 60


@pytest.mark.parametrize(
    ("addresses", "ssl", "is_open"),
    [("*", "off", True), ("localhost, 10.1.2.3", "off", True), ("*", "on", False),
     ("localhost,::1", "off", False), ("", "off", False)],
)  # fmt: skip
def test_a_network_without_tls(
    db: Database, monkeypatch: pytest.MonkeyPatch, addresses: str, ssl: str, is_open: bool
) -> None:
    told = {"listen_addresses": addresses, "ssl": ssl}
    monkeypatch.setattr(settings, "_settings", lambda *_: told)
    connection: Any = db.connect()
    assert bool(list(settings.network(connection))) is is_open


def test_settings_that_survive_no_crash(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    connection: Any = db.connect()
    (finding,) = settings.durability(connection)
    assert finding.detail == "fsync and full_page_writes are off"
    monkeypatch.setattr(settings, "_settings", lambda *_: {"fsync": "on", "full_page_writes": "on"})
    assert list(settings.durability(connection)) == []


def test_an_operator_may_run_it_and_sees_what_it_may(
    kwtools: Kwtools, db: Database, make_role: Callable[..., str]
) -> None:
    code, out, _ = kwtools(
        "doctor", "--json", "--dsn", db.place.dsn(db.name, make_role("kw_operator"))
    )
    assert code == 3
    rows = {row["check"]: row for row in json.loads(out)}
    assert rows["policies"]["detail"].startswith("could not run: permission denied")
    assert rows["policies"]["result"] == "unknown"
    assert rows["policies"]["hint"] == "Run it as a superuser, kw_admin or kw_auditor."


@pytest.mark.parametrize("role", ["kw_auditor", "kw_admin", "kw_operator", "kw_client", ""])
def test_what_a_role_may_not_read_is_not_asked_for(
    kwtools: Kwtools, db: Database, make_role: Callable[..., str], role: str
) -> None:
    name = make_role(*filter(None, [role]))
    code, rows = found(kwtools, db.place.dsn(db.name, name))
    assert code
    told = [row["detail"] for row in rows if row["result"] == "unknown"]
    assert any(one.startswith("could not run: permission denied for ") for one in told)
    refused = [line for line in db.place.log.read_text().splitlines() if f" {name}@" in line]
    assert [line for line in refused if "ERROR" in line] == []


def test_a_kem_key_that_is_sealed_under_a_branch_lacks_no_wrapper(
    kwtools: Kwtools, db: Database
) -> None:
    session = Session(db.connect())
    session.policy("narrow", "single", session.key())
    session.sealed_kem(session.branch("narrow")[0])
    _, rows = found(kwtools, db.dsn)
    assert [row for row in rows if row["check"].startswith("rows")] == []


def test_a_lock_that_somebody_holds_keeps_no_doctor_waiting(
    kwtools: Kwtools, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_LONGEST_WAIT", "10ms")
    with db.connect(autocommit=False) as other:
        other.execute("lock table kw.encryption_policies in access exclusive mode")
        code, rows = found(kwtools, db.dsn)
    row = named(rows, "policies")
    assert row["result"] == "unknown"
    assert row["detail"] == "could not run: canceling statement due to lock timeout"
    assert code in (1, 3)


CHECKS_OF_THE_SERVER = [
    *("versions", "providers file", "key 7", "provider local", "independent keys", "modes"),
    *("functions", "owner role", "entity public.t", "grant of public.t", "keys of public.t"),
    *("shred of public.t", "rebind of public.t", "audit", "queue", "predefined roles"),
]


def test_every_check_of_the_server_has_its_reason() -> None:
    reasons = [server_side._why(name) for name in CHECKS_OF_THE_SERVER]
    assert len(set(reasons)) == len(reasons)
    assert server_side._why("sequence kw.t_id_seq") == server_side._why("foreign key fk_kw_kms1")


# -- on a server of its own: roles, and all databases -------------------------------------------


def _run(place: Place, *statements: str, database: str = "postgres") -> None:
    with place.connect(database) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def test_roles_that_gained_too_much(kwtools: Kwtools, own_cluster: Callable[..., Place]) -> None:
    place = own_cluster()
    assert kwtools("init", "--dsn", place.dsn(), "--client", "app", "--admin", "boss")[0] == 0
    assert not [row for row in found(kwtools, place.dsn())[1] if row["check"].startswith("roles")]
    _run(
        place,
        "create role hybrid login in role kw_admin, kw_unwrap",
        "create role files login in role pg_read_server_files",
        "create role maker login createrole",
        "grant kw_auditor to app with admin option",
        "grant kw_admin to kw_client",
    )
    code, rows = found(kwtools, place.dsn())
    assert code == 1
    assert named(rows, "roles: separation")["detail"].startswith("app, hybrid: both kw_admin and")
    assert named(rows, "roles: files")["detail"].startswith("files: may read")
    assert named(rows, "roles: granting")["detail"].split(":")[0] in ("app, maker", "app")
    row = named(rows, "roles: changed")
    assert (row["result"], row["detail"]) == (
        "problem",
        "kw_client is a member of kw_admin: which the extension does not give",
    )
    _run(place, "revoke kw_admin from kw_client", "alter role kw_operator login")
    detail = named(found(kwtools, place.dsn())[1], "roles: changed")["detail"]
    assert detail.startswith("kw_operator has attributes")


def test_all_databases_of_a_server(kwtools: Kwtools, own_cluster: Callable[..., Place]) -> None:
    place = own_cluster(settings={"autovacuum": "off"})
    for name in ("shop", '"b s"', "bare", "closed"):
        _run(place, f"create database {name}")
    _run(place, "alter database closed allow_connections false")
    for name in ("shop", "b s"):
        assert kwtools("init", "--dsn", place.dsn(name))[0] == 0
    _run(place, "alter database shop set log_statement = 'all'")

    def newest() -> object:
        query = "select pg_snapshot_xmax(pg_current_snapshot())"
        with place.connect() as connection:
            return connection.execute(query).fetchone()

    before = newest()
    code, rows = found(kwtools, place.dsn(), "--all-databases")
    assert newest() == before  # nothing was written
    assert code == 0
    assert {row["database"] for row in rows} == {"", "shop", "b s", "closed"}
    assert [row["check"] for row in rows if row["database"] == "closed"] == ["connection"]
    checks = [row["check"] for row in rows if row["database"] == "shop"]
    assert checks == ["independent keys", "log: log_statement"]
    every = json.loads(kwtools("doctor", "--all-databases", "--json", "--dsn", place.dsn())[1])
    never = [row for row in every if row["check"] == "setup"]
    assert [row["database"] for row in never] == ["bare", "postgres", "template1"]
    assert {row["result"] for row in never} == {"ok"}
    assert "Run kwtools init --dsn dbname=bare" in never[0]["hint"]
    assert len([row for row in every if row["check"] == "clock"]) == 1

    _run(place, "select kw.set_provider_enabled('local', false)", database="b s")
    _run(place, "create schema kw", database="bare")
    code, rows = found(kwtools, place.dsn(), "--all-databases")
    assert code == 1
    problems = {(row["database"], row["check"]) for row in rows if row["result"] == "problem"}
    assert {("b s", "setup"), ("bare", "schema kw")} <= problems


def test_a_database_that_cannot_be_reached_is_a_problem(
    kwtools: Kwtools, own_cluster: Callable[..., Place]
) -> None:
    place = own_cluster()
    _run(place, "create database shop", "create role watcher login")
    assert kwtools("init", "--dsn", place.dsn("shop"))[0] == 0
    _run(place, "grant kw_auditor to watcher", "revoke connect on database shop from public")
    code, rows = found(kwtools, place.dsn("postgres", "watcher"), "--all-databases")
    assert code == 1
    (row,) = [row for row in rows if row["database"] == "shop"]
    assert "could not connect: " in row["detail"]
    assert "permission denied" in row["detail"]
    with pytest.raises(psycopg.OperationalError):
        place.connect("shop", "watcher")
