"""``kwtools upgrade``: what it shows and refuses, and that a failure leaves the old version."""

import itertools
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from kwtools import catalog, runtime, sources, upgrading
from kwtools.cluster import Place
from kwtools.postgres import pg_config
from tests.conftest import Database
from tests.upgrade.catalog import catalog_of
from tests.upgrade.conftest import Kwtools
from tests.upgrade.test_next_release import NextRelease, following
from tests.upgrade.test_upgrade import KWTOOLS, RELEASES, create, restore, rows_of

__all__ = ["following"]

LAST = RELEASES[-1]
BEFORE_A_TABLE = "0.5.0"
"""The upgrade from it locks tables against everything, and makes new ones."""
WAITING = """
    select count(*) from pg_locks where not granted and relation = 'kw.settings'::regclass
"""
VALUES = "select kw.decrypt_text('people', id, 'ssn', ssn) from people order by id"


def version_of(db: Database) -> str:
    """Return the version of the extension."""
    return str(db.sql("select extversion from pg_extension where extname = 'kwtools'")[0][0])


def definitions(db: Database) -> dict[tuple[str, str], str | None]:
    """Return the catalog of a database, without rows that an admin may change."""
    return {name: one for name, one in catalog_of(db).items() if name[0] != "seed"}


def scripts(place: Place) -> Path:
    """Return the folder of the extension's scripts."""
    return place.destdir / pg_config("--sharedir").relative_to("/") / "extension"


def reclaim(db: Database) -> None:
    """Let the names of a restored database stand for its tables."""
    db.sql(
        "select kw.reclaim_entity(entity_table) from kw.entities"
        " where relation <> to_regclass(quoted_name)::oid"
    )


@pytest.mark.parametrize("release", RELEASES)
def test_a_plan_shows_what_would_happen_and_changes_nothing(
    kwtools: Kwtools, empty: Database, release: str
) -> None:
    restore(empty, release)
    catalog, rows = catalog_of(empty), rows_of(empty)
    code, out, err = kwtools("upgrade", "--dsn", empty.dsn, "--plan")
    assert (code, err) == (0, "")
    lines = [line.split("\t") for line in out.splitlines()]
    assert lines[0] == [empty.name, "upgrade", f"from {release}", f"to {sources.version()}"]
    steps = [line[3] for line in lines if line[1] == "step"]
    path = [*RELEASES[RELEASES.index(release) :], sources.version()]
    assert steps == [f"kwtools--{one}--{other}.sql" for one, other in itertools.pairwise(path)]
    if "0.6.0" in path[1:]:
        (exclusive,) = (
            line[3]
            for line in lines
            if line[1:3] == ["lock", "0.5.0--0.6.0"] and "ACCESS EXCLUSIVE on kw." in line[3]
        )
        for table in ("key_wrappers", "kms_keys", "encryption_policies", "rewrap_jobs"):
            assert f"kw.{table}" in exclusive
    assert (catalog_of(empty), rows_of(empty)) == (catalog, rows)


@pytest.mark.parametrize("release", RELEASES)
def test_an_upgrade_opens_a_sample_by_each_leg(
    kwtools: Kwtools, empty: Database, db: Database, release: str
) -> None:
    restore(empty, release)
    ((live,),) = empty.sql(
        "select count(*) from kw.key_wrappers where status in ('active', 'rotated')"
    )
    code, out, err = kwtools("upgrade", "--dsn", empty.dsn, "--json")
    assert (code, err) == (0, "")
    (report,) = json.loads(out)["databases"]
    assert (report["from"], report["to"]) == (release, sources.version())
    assert (report["outcome"], report["checked"], report["problems"]) == ("upgraded", live, [])
    assert report["checks"] == []
    assert definitions(empty) == definitions(db)
    reclaim(empty)
    assert empty.sql(VALUES) == [("one",), ("two",), ("three",)]


def test_what_is_current_is_left_alone_and_said(kwtools: Kwtools, db: Database) -> None:
    row = f"{db.name}\tcurrent\t{sources.version()}\tnothing to do\n"
    for options in ([], ["--plan"]):
        assert kwtools("upgrade", "--dsn", db.dsn, *options) == (0, row, "")
    code, out, _ = kwtools("upgrade", "--dsn", db.dsn, "--sql")
    assert (code, out) == (0, f"-- {db.name} is at version {sources.version()}\n")


def test_the_sql_does_the_same_in_psql(
    kwtools: Kwtools, empty: Database, db: Database, tmp_path: Path
) -> None:
    create(empty, LAST)
    code, out, err = kwtools("upgrade", "--dsn", empty.dsn, "--sql")
    assert (code, err) == (0, "")
    assert version_of(empty) == LAST
    (tmp_path / "upgrade.sql").write_text(out)
    command: list[str | Path] = [
        "psql",
        "-X",
        "-q",
        "-v",
        "ON_ERROR_STOP=1",
        "-f",
        tmp_path / "upgrade.sql",
    ]
    environment = {"PATH": os.environ["PATH"], **empty.place.environment(empty.name)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert catalog_of(empty) == catalog_of(db)
    again = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert again.returncode != 0
    assert f"kwtools is not at version {LAST}" in again.stderr


# -- what is refused ------------------------------------------------------------------------


DRIFT = {
    "function kw.wrap(bytea,text)": "alter function kw.wrap(bytea, text) reset search_path",
    "event trigger kwtools_guard_drop": "alter event trigger kwtools_guard_drop disable",
    "column kw.settings.mine": "alter table kw.settings add column mine text",
    "constraint kw.settings.settings_name_check":
        "alter table kw.settings drop constraint settings_name_check,"
        " add constraint settings_name_check check (name <> '')",
    "table kw.settings": "grant insert on kw.settings to kw_admin",
    "view kw.kms_health": "alter view kw.kms_health owner to postgres",
}  # fmt: skip


@pytest.mark.parametrize("name", DRIFT)
def test_what_is_not_as_the_release_made_it_is_refused_until_it_is_accepted(
    kwtools: Kwtools, empty: Database, name: str
) -> None:
    create(empty, LAST)
    empty.sql(DRIFT[name])
    before = catalog_of(empty)
    for options in ([], ["--plan"], ["--sql"], ["--accept", "another name"]):
        code, out, err = kwtools("upgrade", "--dsn", empty.dsn, *options)
        assert (code, err) == (1, "kwtools: refused, and no database was changed\n")
        refused = [line.split("\t")[2] for line in out.splitlines() if "\trefused\t" in line]
        assert refused == [name]
    assert catalog_of(empty) == before
    code, out, _ = kwtools("upgrade", "--dsn", empty.dsn, "--accept", name)
    assert code == 0
    assert f"\taccepted\t{name}\t" in out
    assert version_of(empty) == sources.version()


def test_a_change_between_plan_and_lock_is_refused(empty: Database, kwtools: Kwtools) -> None:
    from kwtools import upgrade_plan
    from kwtools.connections import connect, transaction
    from kwtools.errors import CheckFailed

    create(empty, LAST)
    with connect(empty.dsn, "test") as connection, transaction(connection):
        plan = upgrade_plan.make(connection, empty.name, upgrade_plan.Wanted())
    assert plan is not None
    empty.sql("grant insert on kw.settings to kw_admin")
    with pytest.raises(CheckFailed, match=r"table kw\.settings granted to kw_admin"):
        upgrading.Upgrade(empty.dsn, plan, 10, 5).run()
    assert version_of(empty) == LAST


def test_a_role_that_is_not_a_superuser_is_refused(
    kwtools: Kwtools, empty: Database, make_role: Callable[..., str]
) -> None:
    create(empty, LAST)
    role = make_role("kw_admin")
    for options in ([], ["--plan"], ["--sql"]):
        code, out, err = kwtools("upgrade", "--dsn", empty.place.dsn(empty.name, role), *options)
        assert (code, out) == (1, "")
        assert err == f"kwtools: role {role} is not a superuser. Upgrade as a superuser.\n"
    assert version_of(empty) == LAST


def test_a_database_without_the_extension_is_refused(kwtools: Kwtools, empty: Database) -> None:
    code, _, err = kwtools("upgrade", "--dsn", empty.dsn)
    assert code == 1
    assert f"extension kwtools does not exist in database {empty.name}" in err


def test_a_read_only_default_does_not_matter(kwtools: Kwtools, empty: Database) -> None:
    create(empty, LAST)
    empty.sql(f"alter database {empty.name} set default_transaction_read_only = on")
    assert kwtools("upgrade", "--dsn", empty.dsn)[0] == 0
    assert version_of(empty) == sources.version()


@pytest.mark.parametrize("to", ["9.9.9", "0.1.0"])
def test_a_version_without_a_path_is_refused(kwtools: Kwtools, empty: Database, to: str) -> None:
    create(empty, LAST)
    code, out, _ = kwtools("upgrade", "--dsn", empty.dsn, "--to", to, "--accept", "path")
    assert code == 1
    assert f"\trefused\tpath\tthe server has no scripts from {LAST} to {to}" in out
    assert version_of(empty) == LAST


# -- a later release, whose runtime may be broken ---------------------------------------------


@pytest.fixture
def later(following: NextRelease) -> NextRelease:
    """A later release, with a runtime of its own that a test can break."""
    following.install()
    folder = following.place.module_path / following.version
    folder.unlink()
    for tag in (following.place.module_path / sources.version()).iterdir():
        shutil.copytree(tag, folder / tag.name, ignore=shutil.ignore_patterns("__pycache__"))
        edit(following, "_version.py", sources.version(), following.version)
    return following


def runtime_of(release: NextRelease) -> Path:
    """Return the folder of a release's runtime."""
    return release.place.module_path / release.version / runtime.python_tag()


def edit(release: NextRelease, file: str, old: str, new: str) -> None:
    """Change a file of a release's runtime."""
    path = runtime_of(release) / "kwruntime" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def accepting(release: NextRelease) -> list[str]:
    """Return the options that a version which was never released needs."""
    accepted = [one for name in refused(release) for one in ("--accept", name)]
    return ["--to", release.version, *accepted]


def refused(release: NextRelease) -> list[str]:
    """Return what is refused: this version has a list of its catalog once it is released."""
    script = f"script kwtools--{sources.version()}--{release.version}.sql"
    return [script] if catalog.has_lists(sources.version()) else [script, "catalog"]


def filled(db: Database) -> None:
    """Put data into a database."""
    db.sql("create table people (id bigint primary key, ssn bytea)")
    db.sql("select kw.bind('people', '*', 'ssn')")
    db.sql("insert into people values (1, kw.encrypt_text('people', 1, 'ssn', 'one'))")


def upgrade(
    kwtools: Kwtools, db: Database, release: NextRelease, *more: str
) -> tuple[int, Any, str]:
    """Upgrade a database; return exit code, the report of the database and stderr."""
    code, out, err = kwtools("upgrade", "--json", "--dsn", db.dsn, *accepting(release), *more)
    return code, json.loads(out)["databases"][0], err


def test_a_version_that_the_command_does_not_know_must_be_accepted(
    kwtools: Kwtools, later: NextRelease, db: Database
) -> None:
    filled(db)
    code, out, _ = kwtools("upgrade", "--dsn", db.dsn, "--to", later.version)
    assert code == 1
    assert re.findall(r"\trefused\t([^\t]+)\t", out) == refused(later)
    code, report, err = upgrade(kwtools, db, later)
    assert (code, err, report["outcome"], report["checked"]) == (0, "", "upgraded", 1)
    assert version_of(db) == later.version
    assert db.connect().execute(VALUES).fetchall() == [("one",)]


def test_sessions_with_older_code_are_named(
    kwtools: Kwtools, later: NextRelease, db: Database
) -> None:
    filled(db)
    idle, older = db.connect(), db.connect()
    idle.execute("select 1")
    older.execute("set application_name = 'shop'")
    older.execute(VALUES)
    _, report, _ = upgrade(kwtools, db, later, "--plan")
    sessions = {one["pid"]: one for one in report["sessions"]}
    assert idle.info.backend_pid not in sessions
    assert sessions[older.info.backend_pid] == {
        "pid": older.info.backend_pid, "role": "postgres", "application": "shop",
        "version": sources.version(), "next_call": "goes over",
    }  # fmt: skip


def problem_of(report: dict[str, Any], name: str) -> str:
    """Return the problem of a check."""
    (problem,) = [one["problem"] for one in report["checks"] if one["name"] == name]
    return str(problem)


def assert_unchanged(db: Database, catalog: dict[tuple[str, str], str | None]) -> None:
    """The version of before is there and works."""
    assert version_of(db) == sources.version()
    assert catalog_of(db) == catalog
    assert db.sql(VALUES) == [("one",)]
    db.sql("select kw.rewrap(wrapper_uuid::uuid) from kw.key_wrappers")


@pytest.mark.parametrize("missing", ["all", "kwruntime/_version.py", "cryptography/__init__.py"])
def test_a_runtime_that_is_missing_or_half_there_is_refused(
    kwtools: Kwtools, later: NextRelease, db: Database, missing: str
) -> None:
    filled(db)
    before = catalog_of(db)
    if missing == "all":
        shutil.rmtree(runtime_of(later))
    else:
        (runtime_of(later) / missing).unlink()
    code, report, _ = upgrade(kwtools, db, later, "--accept", "runtime")
    assert code == 1
    problem = problem_of(report, "runtime")
    assert str(runtime_of(later)) in problem
    assert "No such file or directory" in problem
    assert_unchanged(db, before)


def test_a_runtime_of_another_version_or_that_others_may_change_is_refused(
    kwtools: Kwtools, later: NextRelease, db: Database
) -> None:
    runtime_of(later).chmod(0o777)
    _, report, _ = upgrade(kwtools, db, later)
    assert "can be changed by users other than root" in problem_of(report, "runtime")
    runtime_of(later).chmod(0o755)
    edit(later, "_version.py", later.version, "0.0.1")
    _, report, _ = upgrade(kwtools, db, later)
    assert "kwruntime is of another version" in problem_of(report, "runtime")
    assert version_of(db) == sources.version()


def test_a_runtime_that_cannot_be_loaded_leaves_the_old_version(
    kwtools: Kwtools, later: NextRelease, db: Database
) -> None:
    filled(db)
    before = catalog_of(db)
    edit(later, "api/__init__.py", '"""', '"""Half of a file.')
    (runtime_of(later) / "kwruntime" / "session.py").write_text("this is not Python\n")
    code, report, err = upgrade(kwtools, db, later)
    assert (code, report["outcome"]) == (1, "failed")
    assert err.startswith(f"kwtools: {db.name} stays at version {sources.version()}: ")
    assert_unchanged(db, before)


def opens_nothing(release: NextRelease) -> None:
    """Let the runtime of a release open no leg."""
    opened = "yield cipher.decrypt(wrap[1:_DIRECT_DATA], wrap[_DIRECT_DATA:], aad)"
    edit(release, "crypto/envelope.py", opened, "raise InvalidTag")


def test_wrappers_that_only_the_old_version_opens_leave_the_old_version(
    kwtools: Kwtools, later: NextRelease, db: Database
) -> None:
    filled(db)
    before = catalog_of(db)
    opens_nothing(later)
    code, report, err = upgrade(kwtools, db, later)
    assert (code, report["outcome"]) == (1, "failed")
    assert re.search(
        rf"stays at version {sources.version()}: version {later.version} does not open leg 1 of"
        rf" wrapper \S+ \(KW211\), and version {sources.version()} does",
        err,
    )
    assert_unchanged(db, before)


def test_wrappers_that_neither_version_opens_are_reported_and_stop_nothing(
    kwtools: Kwtools, later: NextRelease, db: Database
) -> None:
    filled(db)
    db.sql("select kw.wrap()")
    db.sql("update kw.key_wrappers set dek_wrap2 = dek_wrap1 where id = 2")
    code, report, _ = upgrade(kwtools, db, later)
    assert (code, report["outcome"], report["checked"]) == (1, "upgraded", 2)
    assert [(one["leg"], one["sqlstate"]) for one in report["problems"]] == [(2, "KW211")]
    assert version_of(db) == later.version


def test_wrappers_that_the_old_version_cannot_be_asked_about_are_left(
    kwtools: Kwtools, empty: Database
) -> None:
    restore(empty, LAST)
    empty.sql(
        "update kw.key_wrappers set dek_wrap1 = dek_wrap2"
        " where dek_wrap2 is not null and status <> 'invalid'"
    )
    before = catalog_of(empty)
    code, _, err = kwtools("upgrade", "--dsn", empty.dsn)
    assert code == 1
    assert re.search(rf"does not open \(KW21[01]\), and version {LAST} could not be asked: ", err)
    assert err.endswith("Repair it, or upgrade without a sample (--sample 0).\n")
    assert catalog_of(empty) == before
    assert kwtools("upgrade", "--dsn", empty.dsn, "--sample", "0")[0] == 0


# -- failures ---------------------------------------------------------------------------------


def test_a_statement_that_fails_leaves_the_old_version(kwtools: Kwtools, empty: Database) -> None:
    restore(empty, BEFORE_A_TABLE)
    before, rows = catalog_of(empty), rows_of(empty)
    empty.sql(
        """
        create function public.refuse() returns event_trigger language plpgsql as $$
        begin
            if exists (
                select from pg_event_trigger_ddl_commands() c
                where c.object_identity = 'kw.former_wraps'
            ) then
                raise 'in the way';
            end if;
        end $$;
        create event trigger refuse on ddl_command_end when tag in ('CREATE TABLE')
        execute function public.refuse();
        """
    )
    code, out, err = kwtools("upgrade", "--dsn", empty.dsn)
    assert (code, err) == (
        1,
        f"kwtools: {empty.name} stays at version {BEFORE_A_TABLE}: in the way\n",
    )
    assert "upgraded" not in out
    empty.sql("drop event trigger refuse")
    assert (catalog_of(empty), rows_of(empty)) == (before, rows)
    assert kwtools("upgrade", "--dsn", empty.dsn)[0] == 0


def test_tables_in_use_are_waited_for_and_their_users_are_named(
    kwtools: Kwtools, empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrading, "_TRIES", 1)
    create(empty, BEFORE_A_TABLE)
    with empty.connect(autocommit=False) as user:
        user.execute("set application_name = 'a long report'")
        user.execute("select count(*) from kw.key_wrappers")
        code, _, err = kwtools("upgrade", "--dsn", empty.dsn, "--lock-timeout", "0.2")
        assert code == 1
        assert err.count("a long report") == 2
        assert f"pid {user.info.backend_pid} (postgres, a long report) since 2" in err
        assert "trying again" in err
        assert version_of(empty) == BEFORE_A_TABLE
        user.rollback()
    assert kwtools("upgrade", "--dsn", empty.dsn)[0] == 0


def test_twenty_at_once_end_well(empty: Database, db: Database) -> None:
    restore(empty, LAST)
    with empty.connect(autocommit=False) as first:
        first.execute(upgrading.LOCK)  # until all of them wait
        runs = [
            subprocess.Popen(
                [KWTOOLS, "upgrade", "--dsn", empty.dsn, "--json"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )
            for _ in range(20)
        ]  # fmt: skip
        while first.execute(WAITING).fetchone() != (20,):
            time.sleep(0.1)
            assert [run.communicate() for run in runs if run.poll() is not None] == []
        first.rollback()
    said = [run.communicate(timeout=500) for run in runs]
    assert [(run.returncode, err) for run, (_, err) in zip(runs, said, strict=True)] == [
        (0, "")
    ] * 20
    outcomes = sorted(json.loads(out)["databases"][0]["outcome"] for out, _ in said)
    assert outcomes == ["already done"] * 19 + ["upgraded"]
    assert definitions(empty) == definitions(db)


@pytest.mark.parametrize("release", [BEFORE_A_TABLE, LAST])
def test_an_upgrade_by_hand_is_waited_for_and_found_done(empty: Database, release: str) -> None:
    create(empty, release)
    with empty.connect(autocommit=False) as by_hand:
        by_hand.execute("alter extension kwtools update")
        run = subprocess.Popen(
            [KWTOOLS, "upgrade", "--dsn", empty.dsn], stdout=subprocess.PIPE, text=True
        )
        waiting = """
            select count(*) from pg_locks
            where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))
        """
        while by_hand.execute(waiting).fetchone() != (1,):
            time.sleep(0.1)
            assert run.poll() is None
        by_hand.commit()
    out, _ = run.communicate(timeout=500)
    assert run.returncode == 0
    said = {f"current\t{sources.version()}\tnothing to do", f"already done\t{sources.version()}\t"}
    assert out.splitlines()[-1].split("\t", 1)[1] in said


def test_nobody_but_an_upgrade_can_take_its_lock(
    db: Database, make_role: Callable[..., str]
) -> None:
    for group in ("kw_admin", "kw_operator", "kw_client", "kw_unwrap", "kw_grantor", "kw_auditor"):
        connection = db.connect(make_role(group), autocommit=False)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(upgrading.LOCK)
