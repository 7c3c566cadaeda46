"""ALTER EXTENSION kwtools UPDATE from every release, with data that the release itself wrote."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from kwshared.algorithms import CATALOGUE
from psycopg import sql

from kwtools import sources
from kwtools.postgres import installed
from tests.conftest import Database, unique
from tests.upgrade.catalog import catalog_of

RELEASED = sources.extension() / "released"
KWTOOLS = str(Path(sys.executable).parent / "kwtools")
DATA = Path(__file__).with_name("data")
RELEASES = sorted(
    (
        path.stem.removeprefix("kwtools--")
        for path in RELEASED.glob("kwtools--*.sql")
        if path.stem.count("--") == 1 and path.stem != f"kwtools--{sources.version()}"
    ),
    key=sources.rank,
)
SEEDED = {"kw.audit_events", "kw.crypto_algorithms", "kw.entity_fields", "kw.key_epoch_marks"}
"""Tables that a version fills by itself. An upgrade is audited where it seals rows."""
REMOVED = {"kw.key_epoch"}
"""Tables of earlier releases that held nothing to keep."""


TOLD_OF = {"0.3.0": [("keys of public.devices",), ("keys of public.tokens",)]}
"""What kw.doctor tells of in the data of a release."""
TOLD_OF_RESTORED = TOLD_OF | {"0.9.0": [("protected view public.customers",)]}
"""What kwtools restore tells of: protections of 0.9.0 have no seals before an upgrade."""
SEALED = [one for one in RELEASES if sources.rank(one) >= (0, 8)]
RECLAIM = (
    "select kw.reclaim_entity(entity_table) from kw.entities"
    " where relation <> to_regclass(quoted_name)::oid"
)
PROBLEMS = "select * from kw.verify() where sqlstate <> 'KW212'"
"""What does not open, but for retired wrappers: those open for nobody."""
TOKEN = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"


FOR_15_ONLY = ("0.1.0", "0.2.0", "0.3.0")
"""Releases whose scripts change the owner of row types, which PostgreSQL refuses since 17."""
OLDEST = next(one for one in RELEASES if installed().major < 17 or one not in FOR_15_ONLY)
"""The oldest release that this server can run."""


def create(db: Database, release: str) -> None:
    """Make the extension as a release had it; ends the test where the server cannot."""
    db.sql("create extension plpython3u")
    if installed().major >= 17 and release in FOR_15_ONLY:
        # For a row type or for its array, whichever comes first.
        with pytest.raises((psycopg.errors.WrongObjectType, psycopg.errors.SyntaxError)):
            db.sql(f"create extension kwtools version '{release}'")
        pytest.skip(f"PostgreSQL {installed().major} refuses the frozen scripts of {release}")
    db.sql(f"create extension kwtools version '{release}'")


def test_every_release_has_its_data() -> None:
    assert RELEASES
    assert {path.name for path in DATA.iterdir()} >= set(RELEASES)


@pytest.mark.parametrize("release", RELEASES)
def test_an_upgraded_extension_is_the_same_as_a_fresh_one(
    empty: Database, db: Database, release: str
) -> None:
    create(empty, release)
    assert catalog_of(empty) != catalog_of(db)
    empty.sql("alter extension kwtools update")
    upgraded, fresh = catalog_of(empty), catalog_of(db)
    assert {name: upgraded.get(name) for name in upgraded.keys() | fresh.keys()} == {
        name: fresh.get(name) for name in upgraded.keys() | fresh.keys()
    }


@pytest.mark.parametrize("release", RELEASES)
def test_what_a_release_wrote_is_kept_and_opens(empty: Database, release: str) -> None:
    restore(empty, release)
    before = rows_of(empty)
    empty.sql("alter extension kwtools update")
    after = rows_of(empty)
    for table in before.keys() - REMOVED:
        rows = before[table]
        names = rows[0].keys() if rows else ()
        kept = [{name: row[name] for name in names} for row in after[table]]
        assert sorted([row for row in kept if row in rows], key=repr) == sorted(rows, key=repr), (
            table
        )
        assert len(after[table]) == len(rows) or table in SEEDED, table
    empty.sql(RECLAIM)
    assert empty.sql(
        "select id, kw.decrypt_text('people', id, 'ssn', ssn) from people order by id"
    ) == [(1, "one"), (2, "two"), (3, "three")]
    diagnosis = "select kw.decrypt_text('people', id, 'diagnosis', diagnosis) from people"
    assert empty.sql(f"{diagnosis} where id <> 2 order by id") == [("uno",), ("tre",)]
    with pytest.raises(psycopg.Error) as raised:
        empty.sql(f"{diagnosis} where id = 2")
    assert raised.value.sqlstate == "KW301"
    assert empty.sql(PROBLEMS) == []
    granted = empty.sql("select count(*) from kw.field_grants")
    assert empty.sql("select kw.confirm_grants()") == granted
    assert empty.sql('select "check" from kw.doctor() where not ok') == TOLD_OF.get(release, [])
    empty.sql("select kw.encrypt_text('people', 4, 'ssn', 'four')")
    empty.sql("select kw.rewrap(wrapper_uuid::uuid) from kw.key_wrappers where status = 'active'")


def test_times_of_wraps_before_the_upgrade_are_said_to_be_unknown(empty: Database) -> None:
    restore(empty, "0.5.0")
    empty.sql("select pg_sleep(0.01)")
    empty.sql("alter extension kwtools update")
    ((key_id, since),) = empty.sql(
        "select k.id, k.wrap_times_since from kw.kms_keys k"
        " where k.created_at < k.wrap_times_since order by k.id limit 1"
    )
    newest = (
        "select compare_with, detail from kw.safe_to_destroy(%s) where \"check\" = 'newest wrap'"
    )
    ((compare_with, detail),) = empty.sql(newest, key_id)
    assert compare_with == since
    assert "0.6.0" in detail
    assert empty.sql("select count(*) from kw.key_wrappers where wrap1_at is not null") == [(0,)]


def refused(db: Database, sqlstate: str, call: str) -> None:
    with pytest.raises(psycopg.Error) as raised:
        db.sql(f"select {call}")
    assert raised.value.sqlstate == sqlstate


def test_keys_in_other_spellings_open_are_told_of_and_can_be_shredded(empty: Database) -> None:
    restore(empty, "0.3.0")
    empty.sql("alter extension kwtools update")
    empty.sql(
        "select kw.reclaim_entity(entity_table) from kw.entities"
        " where relation <> to_regclass(quoted_name)::oid"
    )
    of_token = f"from tokens where id = '{TOKEN}'"
    secret = "kw.decrypt_text('tokens', {}, 'secret', secret)"
    for pk in ("id", "id::text", "upper(id::text)", "replace(id::text, '-', '')"):
        assert empty.sql(f"select {secret.format(pk)} {of_token}") == [("upper",)]
        assert empty.sql(f"select kw.decrypt_text('tokens', {pk}, 'hint', hint) {of_token}") == [
            ("under a column key",)
        ]
        assert empty.sql(f"select kw.lookup('tokens', {pk}, 'secret') {of_token}") != [(None,)]
    pin = "kw.decrypt_text('devices', '1.50', 'pin', pin)"
    assert empty.sql(f"select {pin} from devices") == [("numeric",)]
    refused(empty, "KW003", "kw.bind('devices', '2', 'pin')")
    # the hint of the doctor
    ((hint,),) = empty.sql(
        """select hint from kw.doctor() where "check" = 'keys of public.tokens'"""
    )
    empty.sql(f"select {hint.removeprefix('Use ').rstrip('.')}")
    left = "select d.check from kw.doctor() d where not ok and d.check ~ '^keys'"
    assert empty.sql(left) == TOLD_OF["0.3.0"][:1]
    assert empty.sql(f"select {secret.format('id')} {of_token}") == [("upper",)]
    assert empty.sql(f"select kw.shred('tokens', '{TOKEN}'::uuid, 'secret')") == [(1,)]
    for pk in ("id", "upper(id::text)"):
        refused(empty, "KW301", f"{secret.format(pk)} {of_token}")
    assert empty.sql("select kw.shred('devices', '1.50', 'pin')") == [(1,)]
    refused(empty, "KW301", f"{pin} from devices")


@pytest.mark.parametrize("pk", [TOKEN, TOKEN.upper()])
def test_a_key_in_another_spelling_is_shredded_by_either(empty: Database, pk: str) -> None:
    restore(empty, "0.3.0")
    empty.sql("alter extension kwtools update")
    empty.sql(
        "select kw.reclaim_entity(entity_table) from kw.entities"
        " where relation <> to_regclass(quoted_name)::oid"
    )
    assert empty.sql(f"select kw.shred('tokens', '{pk}'::text, 'secret')") == [(1,)]
    for spelling in ("id", "upper(id::text)"):
        call = f"kw.decrypt_text('tokens', {spelling}, 'secret', secret) from tokens"
        refused(empty, "KW301", f"{call} where id = '{TOKEN}'")


def test_names_in_quotes_layers_and_statuses_of_0_4_0_are_kept(empty: Database) -> None:
    restore(empty, "0.4.0")
    empty.sql("alter extension kwtools update")
    empty.sql("select kw.reclaim_entities()")
    assert empty.sql("""select kw.decrypt_text('"Odd.Names"', id, 'f', f) from "Odd.Names" """) == [
        ("quoted",)
    ]
    of_token = "kw.decrypt_text('tokens', upper(id::text), '{0}', {0})"
    assert empty.sql(
        f"select {of_token.format('secret')}, {of_token.format('hint')} from tokens"
    ) == [("upper", "under a column key")]
    status = "select name from kw.crypto_algorithms where status = 'deprecated'"
    assert empty.sql(status) == [("ML-KEM-1024",)]
    refused(empty, "KW301", "kw.decrypt_text('notes', 1, 'text', text) from notes")
    unbound = """
        select kw.unwrap(w.wrapper_uuid::uuid) from kw.key_wrappers w
        where w.dek_class <> 'branch'
            and w.id not in (select b.key_wrapper_id from kw.encryption_bindings b)
            and w.id not in (select g.key_wrapper_id from kw.binding_generations g)
    """
    assert empty.sql(unbound) == [(b"*" * 32,)]


def test_jobs_that_cannot_be_since_0_6_0_are_closed_at_the_upgrade(empty: Database) -> None:
    restore(empty, "0.5.0")
    empty.sql(
        """
        insert into kw.rewrap_jobs (key_wrapper_id, status, finished_at)
        select j.key_wrapper_id, s.status, case when s.status = 'running' then now() end
        from kw.rewrap_jobs j cross join unnest(array['pending', 'running', 'done']) s (status)
        where j.status = 'pending'
        """
    )
    empty.sql("alter extension kwtools update")
    open_jobs = """
        select count(*), count(distinct key_wrapper_id), bool_and(status = 'pending')
        from kw.rewrap_jobs where finished_at is null
    """
    kinds = "select status, count(*) from kw.rewrap_jobs group by 1 order by 1"
    wrappers = empty.sql("select count(*) from kw.key_wrappers where status = 'active'")[0][0]
    assert empty.sql(open_jobs) == [(wrappers, wrappers, True)]
    assert empty.sql(kinds) == [
        ("done", 2 * wrappers), ("failed", 2 * wrappers), ("pending", wrappers)
    ]  # fmt: skip
    branches = """
        select bool_and(j.is_branch = (w.dek_class = 'branch'))
        from kw.rewrap_jobs j join kw.key_wrappers w on w.id = j.key_wrapper_id
    """
    assert empty.sql(branches) == [(True,)]


def test_calls_go_on_while_the_upgrade_from_0_4_0_to_0_5_0_runs(empty: Database) -> None:
    restore(empty, "0.4.0")
    with empty.connect(autocommit=False) as upgrading:
        upgrading.execute("alter extension kwtools update to '0.5.0'")
        locked = upgrading.execute(
            """
            select l.relation::regclass::text, l.mode
            from pg_locks l join pg_class c on c.oid = l.relation
            where l.pid = pg_backend_pid() and c.relnamespace = 'kw'::regnamespace
                and c.relkind = 'r'
                and l.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock',
                    'AccessExclusiveLock')
            """
        ).fetchall()
        assert locked == []
        upgrading.rollback()


def test_the_upgrade_from_0_8_0_to_0_9_0_locks_wrappers_and_reads_none(empty: Database) -> None:
    restore(empty, "0.8.0")
    with empty.connect(autocommit=False) as upgrading:
        before = "select array_agg(oid) from pg_class where relnamespace = 'kw'::regnamespace"
        (tables,) = upgrading.execute(before).fetchone() or ([],)
        upgrading.execute("alter extension kwtools update to '0.9.0'")
        locked = upgrading.execute(
            """
            select distinct l.relation::regclass::text
            from pg_locks l join pg_class c on c.oid = l.relation
            where l.pid = pg_backend_pid() and l.relation = any (%s) and c.relkind in ('r', 'i')
                and l.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock',
                    'AccessExclusiveLock')
            """,
            (tables,),
        ).fetchall()
        scans = "select seq_scan, n_tup_upd from pg_stat_xact_all_tables where relid = %s::regclass"
        assert locked == [("kw.key_wrappers",)]
        assert upgrading.execute(scans, ("kw.key_wrappers",)).fetchall() == [(0, 0)]
        upgrading.rollback()


def restore(db: Database, release: str) -> None:
    """Restore the dump of a release into that release's extension."""
    create(db, release)
    done = subprocess.run(
        ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", DATA / release / "dump.sql"],
        env={"PATH": os.environ["PATH"], **db.place.environment(db.name)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def rows_of(db: Database) -> dict[str, list[dict[str, object]]]:
    """Return every row of every table that there is."""
    tables = db.sql(
        "select c.oid::regclass::text from pg_class c where c.relkind = 'r'"
        " and c.relnamespace in ('kw'::regnamespace, 'public'::regnamespace)"
    )
    return {
        table: [row[0] for row in db.sql(f"select to_jsonb(t) from {table} t order by 1")]
        for (table,) in tables
    }


@pytest.mark.parametrize("release", RELEASES)
def test_what_a_dba_granted_stays_and_default_privileges_give_nothing_away(
    empty: Database, release: str, make_role: Callable[..., str]
) -> None:
    reader = make_role()
    create(empty, release)
    role = sql.Identifier(reader)
    with empty.connect() as connection:
        for grant in (
            "grant execute on function kw.version() to {}",
            "grant select on kw.audit_events to {}",
            "alter default privileges grant all on functions to {}",
            "alter default privileges grant all on tables to {}",
        ):
            connection.execute(sql.SQL(grant).format(role))
        connection.execute("alter extension kwtools update")
        for what, allowed in (
            ("function_privilege(%s, 'kw.version()', 'execute')", True),
            ("table_privilege(%s, 'kw.audit_events', 'select')", True),
            ("function_privilege(%s, 'kw.check_kms(bigint)', 'execute')", False),
            ("table_privilege(%s, 'kw.kms_health', 'select')", False),
        ):
            assert connection.execute(f"select has_{what}", (reader,)).fetchone() == (allowed,)
        for what in ("functions", "tables"):
            connection.execute(
                sql.SQL(f"alter default privileges revoke all on {what} from {{}}").format(role)
            )
        connection.execute(sql.SQL("drop owned by {} cascade").format(role))


@pytest.mark.parametrize("release", RELEASES)
def test_an_upgrade_that_fails_leaves_the_release_as_it_was(empty: Database, release: str) -> None:
    create(empty, release)
    before = catalog_of(empty)
    # kw._load names the version, so the last edge replaces it too.
    empty.sql(
        f"""
        create function public.refuse() returns event_trigger language plpgsql as $$
        begin
            if exists (
                select from pg_event_trigger_ddl_commands() c
                join pg_proc p on p.oid = c.objid
                where c.object_identity = 'kw._load()' and p.prosrc ~ '{sources.version()}'
            ) then
                raise 'in the way';
            end if;
        end $$;
        create event trigger refuse on ddl_command_end when tag in ('CREATE FUNCTION')
        execute function public.refuse();
        """
    )
    with pytest.raises(psycopg.errors.RaiseException, match="in the way"):
        empty.sql("alter extension kwtools update")
    empty.sql("drop event trigger refuse")
    assert catalog_of(empty) == before
    empty.sql("alter extension kwtools update")


@pytest.mark.parametrize("release", ["0.1.0", "0.2.0", "0.3.0"])
def test_a_grant_on_a_function_that_got_a_parameter_goes_to_the_new_one(
    empty: Database, release: str, make_role: Callable[..., str]
) -> None:
    caller, lender, other = make_role(), make_role(), make_role()
    create(empty, release)
    policy = "kw.create_policy(text, text, bigint, bigint, bigint[], text{})"
    old, new = policy.format(""), policy.format(", boolean")
    allowed = "select has_function_privilege(%s, %s, %s)"
    with empty.connect() as connection:
        for role, how in ((caller, ""), (lender, " with grant option")):
            connection.execute(
                sql.SQL("grant execute on function " + old + " to {}" + how).format(
                    sql.Identifier(role)
                )
            )
        connection.execute("alter extension kwtools update")
        for role, what, expected in (
            (caller, "execute", True),
            (caller, "execute with grant option", False),
            (lender, "execute with grant option", True),
            (other, "execute", False),
            ("kw_admin", "execute", True),
            ("kw_client", "execute", False),
        ):
            assert connection.execute(allowed, (role, new, what)).fetchone() == (expected,), role
        assert connection.execute("select to_regprocedure(%s) is null", (old,)).fetchone() == (
            True,
        )
        for role in (caller, lender):
            connection.execute(sql.SQL("drop owned by {} cascade").format(sql.Identifier(role)))


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("how", ["pg_restore", "kwtools"])
def test_an_archive_of_a_release_is_restored_into_this_one(
    empty: Database, release: str, how: str, tmp_path: Path
) -> None:
    restore(empty, release)
    archive = tmp_path / "db.dump"
    environment = {**os.environ, **empty.place.environment(empty.name)}
    subprocess.run(["pg_dump", "-Fc", "-f", archive], env=environment, check=True)
    name = unique("restored")
    with empty.place.connect() as connection:
        connection.execute(f"create database {name} template template0")
    try:
        command = {
            "pg_restore": ["pg_restore", "-j4", "-d", name, str(archive)],
            "kwtools": [KWTOOLS, "restore", str(archive), "-d", name, "-j4"],
        }[how]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        is_told = how == "kwtools" and release == "0.9.0"
        assert done.returncode == int(is_told), done.stderr + done.stdout
        assert ("row 1 of kw.protections has no seal" in done.stdout) == is_told
        with empty.place.connect(name) as restored:
            found = restored.execute('select "check", ok from kw.check_restore()').fetchall()
            assert all(ok for _, ok in found), found
            restored.execute("select kw.reclaim_entities()")
            # What an upgrade would have added to the rows of the release is there.
            granted = restored.execute("select count(*) from kw.field_grants").fetchone()
            assert restored.execute("select kw.confirm_grants()").fetchone() == granted
            not_known = """
                select b.entity_table, b.field_name from kw.encryption_bindings b
                where b.status = 'shredded' and not exists (
                    select from kw.entity_fields f
                    where f.entity_table = b.entity_table
                        and f.field_name_norm = b.field_name_norm and f.has_shredded
                )
            """
            assert restored.execute(not_known).fetchall() == []
            read = "select kw.decrypt_text('people', id, 'ssn', ssn) from people order by id"
            assert restored.execute(read).fetchall() == [("one",), ("two",), ("three",)]
            problems = restored.execute(PROBLEMS).fetchall()
            assert problems == []
            version = restored.execute(
                "select extversion from pg_extension where extname = 'kwtools'"
            )
            assert version.fetchone() == (sources.version(),)
            algorithms = "select count(*) from kw.crypto_algorithms"
            assert restored.execute(algorithms).fetchone() == (len(CATALOGUE),)
    finally:
        with empty.place.connect() as connection:
            connection.execute(f"drop database {name} with (force)")


def test_grants_of_0_3_0_go_on_only_where_name_owner_and_role_are_as_recorded(
    empty: Database,
) -> None:
    """Rows as 0.3.0 wrote them; roles of the server itself stand for owners and grantees."""
    create(empty, "0.3.0")
    with empty.connect() as session:
        for name, owner in (
            ("kept", "pg_monitor"),
            ("moved", "pg_database_owner"),
            ("claimed", "pg_monitor"),
        ):
            session.execute(f"create table public.{name} (id bigint primary key, f bytea)")
            session.execute(f"alter table public.{name} owner to {owner}")
            session.execute(
                """
                insert into kw.entities
                    (entity_table, relation, quoted_name, owner_name, claimed_at)
                values (%(name)s::text, %(name)s::text::regclass, %(name)s::text, 'pg_monitor',
                    '2026-02-02')
                """,
                {"name": f"public.{name}"},
            )
        session.execute(
            "insert into kw.entities (entity_table, quoted_name, claimed_at) "
            "values ('app.users', 'app.users', '2026-02-02')"
        )
        session.execute(
            """
            insert into kw.field_grants (
                entity_table, field_name_norm, role_name, granted_by, created_at,
                may_read, may_write
            )
            select place, field, role, by, at::timestamptz, true, false
            from (
                values
                    ('public.kept', 'f', 'pg_signal_backend', 'postgres', '2026-03-03'),
                    ('public.kept', 'f', 'role_that_is_gone', 'postgres', '2026-03-03'),
                    ('public.moved', 'f', 'pg_signal_backend', 'postgres', '2026-03-03'),
                    ('public.claimed', 'f', 'pg_signal_backend', 'mallory', '2026-01-01'),
                    ('public.claimed', '', 'pg_signal_backend', 'pg_monitor', '2026-01-01'),
                    ('app.users', '', 'pg_signal_backend', 'postgres', '2026-03-03')
            ) as g (place, field, role, by, at)
            """
        )
        session.execute("alter extension kwtools update")
        counting = (
            "select entity, coalesce(field_name, ''), grantee from kw.list_grants() where counts"
        )
        assert session.execute(f"{counting} order by 1, 2").fetchall() == [
            ("app.users", "", "pg_signal_backend"),
            ("public.claimed", "", "pg_signal_backend"),
            ("public.kept", "f", "pg_signal_backend"),
        ]
        assert session.execute("select kw.confirm_grants()").fetchall() == [(0,)]


def test_a_grant_of_a_role_that_did_not_exist_at_the_upgrade_is_nobodys_later(
    empty: Database, make_role: Callable[..., str]
) -> None:
    create(empty, "0.3.0")
    later = make_role("kw_client")
    with empty.connect() as session:
        session.execute("create table public.people (id bigint primary key, f bytea)")
        session.execute(
            """
            insert into kw.entities (entity_table, relation, quoted_name, owner_name, claimed_at)
            select e.name, e.relation, e.name, case when e.relation is not null then 'postgres' end,
                '2026-01-01'
            from (
                values ('public.people', 'public.people'::regclass::oid), ('app.users', null)
            ) as e (name, relation)
            """
        )
        session.execute(
            "insert into kw.field_grants (entity_table, field_name_norm, role_name, may_read, "
            "may_write, granted_by, created_at) select e.entity_table, 'f', 'not_made_yet', true, "
            "true, 'postgres', '2026-02-02' from kw.entities e"
        )
        session.execute("alter extension kwtools update")
        # As if a role of the name was made now.
        session.execute("update kw.field_grants set role_name = %s", (later,))
        states = "select counts, reason from kw.list_grants()"
        reason = "its role did not exist at the upgrade"
        assert session.execute(states).fetchall() == [(False, reason)] * 2
        assert session.execute("select kw.confirm_grants()").fetchone() == (0,)
        told = session.execute(
            """select detail, hint from kw.doctor() where "check" = 'grant of public.people'"""
        ).fetchall()
        assert [reason in detail for detail, _ in told] == [True]
        assert "kw.confirm_grants" not in told[0][1]
        with empty.connect(later) as role:
            for table in ("people", "app.users"):
                with pytest.raises(psycopg.Error) as raised:
                    role.execute("select kw.encrypt(%s, '1', 'f', 'x')", (table,))
                assert raised.value.sqlstate == "KW100"
        # A dump of it that is restored elsewhere makes it no better.
        session.execute("update kw.field_grants set installation = gen_random_uuid()")
        assert session.execute(states).fetchall() == [(False, reason)] * 2
        assert session.execute("select kw.confirm_grants()").fetchone() == (0,)
        # It is granted again, or revoked, by its name.
        session.execute("select kw.grant_field('people', 'f', %s)", (later,))
        session.execute("select kw.revoke_field('app.users', 'f', %s)", (later,))
        assert session.execute(states).fetchall() == [(True, None)]


DEPENDENTS = {
    "a view": (
        "create view public.maker as select kw.create_policy('p', 'single', 1)",
        "view public.maker",
        "drop view public.maker",
    ),
    "a function": (
        "create function public.forget(pk text) returns integer language sql "
        "begin atomic select kw.shred('people', pk); end",
        "function public.forget(text)",
        "drop function public.forget",
    ),
    "a default": (
        "create table public.kms (id bigint default kw.add_kms_key('local', 'k'))",
        "default value for column id of table public.kms",
        "drop table public.kms",
    ),
    "a view of a table": (
        "create view public.epoch as select * from kw.key_epoch",
        "view public.epoch",
        "drop view public.epoch",
    ),
    "a column of an array of a table that is dropped": (
        "create table public.epochs (id bigint, e kw.key_epoch[])",
        "column e of table public.epochs",
        "drop table public.epochs",
    ),
    "a view that groups by a key": (
        "create view public.fields as select entity_table, field_name_norm, policy_id "
        "from kw.entity_fields group by entity_table, field_name_norm",
        "view public.fields",
        "drop view public.fields",
    ),
    "a function that groups by a key": (
        "create function public.grants() returns bigint language sql begin atomic "
        "select count(*) from (select may_read from kw.field_grants "
        "group by entity_table, field_name_norm, role_name) g; end",
        "function public.grants()",
        "drop function public.grants",
    ),
    "a foreign key": (
        'create table public.own (e text collate "C", f text collate "C", '
        "foreign key (e, f) references kw.entity_fields (entity_table, field_name_norm))",
        "constraint own_e_f_fkey on table public.own",
        "alter table public.own drop constraint own_e_f_fkey",
    ),
    "a column of rows": (
        "create table public.own (id bigint, x kw.entity_fields)",
        "column x of table public.own",
        "alter table public.own drop column x",
    ),
    "a column of an array of rows": (
        "create table public.own (id bigint, k kw.kms_keys[])",
        "column k of table public.own",
        "alter table public.own drop column k",
    ),
    "a column of a domain over rows": (
        "create domain public.granted as kw.field_grants; "
        "create table public.own (id bigint, g public.granted)",
        "column g of table public.own",
        "drop table public.own",
    ),
    "a column of what holds rows": (
        "create type public.pair as (k kw.kms_keys[], n integer); "
        "create table public.own (id bigint, p public.pair) partition by list (id)",
        "column p of table public.own",
        "drop table public.own",
    ),
    "a materialized view of rows": (
        "create view public.beneath as select f from kw.entity_fields f; "
        "create materialized view public.own as select b from public.beneath b",
        "column b of materialized view public.own",
        "drop materialized view public.own",
    ),
}
# What can be made as before, or is there already.
MADE_AGAIN = (
    "a view",
    "a function",
    "a default",
    "a column of rows",
    "a column of an array of rows",
)
HARMLESS = """
create view public.harmless as select * from kw.settings;
create view public.harmless_fields as select f, f.policy_id from kw.entity_fields f;
create function public.harmless(kw.kms_keys, kw.field_grants[]) returns kw.entity_fields
    language sql as 'select null::kw.entity_fields';
create table public.harmless_keys (
    k bigint references kw.kms_keys, w kw.key_wrappers, s kw.settings[]
);
"""


@pytest.mark.parametrize("kind", DEPENDENTS)
def test_what_depends_on_what_the_update_replaces_is_named(empty: Database, kind: str) -> None:
    make, name, drop = DEPENDENTS[kind]
    create(empty, "0.3.0")
    before = catalog_of(empty)
    empty.sql(make)
    empty.sql(HARMLESS)
    with pytest.raises(psycopg.Error) as raised:
        empty.sql("alter extension kwtools update")
    assert raised.value.sqlstate == "KW102"
    assert name in (raised.value.diag.message_primary or "")
    assert "harmless" not in str(raised.value)
    assert "create them again" in (raised.value.diag.message_hint or "")
    assert catalog_of(empty) == before
    empty.sql(drop)
    empty.sql("alter extension kwtools update")
    if kind in MADE_AGAIN:
        empty.sql("drop table if exists public.own")
        empty.sql(make)


def test_names_that_were_recorded_with_needless_quotes_are_recorded_without(
    empty: Database,
) -> None:
    create(empty, "0.3.0")
    with empty.connect() as connection:
        connection.execute("set quote_all_identifiers = on")
        for table in ("plain", "Odd"):
            connection.execute(f'create table "{table}" (id bigint primary key, secret bytea)')
            connection.execute(
                "insert into kw.entities (entity_table, relation, quoted_name, owner_name) "
                "select 'public.' || relname, oid, 'public.' || quote_ident(relname), 'postgres' "
                "from pg_class where relname = %s",
                (table,),
            )
            connection.execute(
                "insert into kw.field_grants values (%s, 'secret', 'pg_monitor', true, false, 'x')",
                (f"public.{table}",),
            )
        connection.execute("alter extension kwtools update")
    assert empty.sql("select quoted_name from kw.entities order by 1") == [
        ('public."Odd"',),
        ("public.plain",),
    ]
    assert empty.sql("select counts from kw.list_grants()") == [(True,), (True,)]


LAST_STEP = Path(__file__).parents[2] / "extension" / "upgrade" / "0.10.0--0.11.0.last.sql"
QUOTED = """
    set quote_all_identifiers = on;
    create table "Odd" (id bigint primary key);
    insert into kw.entities (entity_table, relation, quoted_name, owner_name)
    select 'public.' || n, 'public."Odd"'::regclass, format('%I.%I', 'public', n), current_user
    from unnest(array['Odd', 'gone']) n;
"""
"""Two rows of a session that quotes all names; the table of one has another name now."""


def recorded(db: Database) -> list[tuple[str]]:
    return db.sql(
        "select quoted_name from kw.entities"
        " where entity_table in ('public.Odd', 'public.gone') order by entity_table"
    )


def test_tables_of_sessions_that_quote_all_names_are_recorded_without_quotes(
    empty: Database,
) -> None:
    restore(empty, "0.6.0")
    with empty.connect() as connection:
        connection.execute(QUOTED.encode())
        connection.execute("alter extension kwtools update")
    assert recorded(empty) == [('public."Odd"',), ('"public"."gone"',)]


def test_views_of_sessions_that_quote_all_names_are_recorded_without_quotes(
    empty: Database,
) -> None:
    restore(empty, "0.9.0")
    with empty.connect() as connection:
        connection.execute(QUOTED.encode())
        connection.execute(
            "insert into kw.protected_views (view_name, entity_table, shredded_as_null)"
            " select format('%I.%I', 'public', n), 'public.Odd', false"
            " from unnest(array['Odd', 'shown', 'gone']) n"
        )
        connection.execute("create view shown as select 1 as a")
        connection.execute("alter extension kwtools update")
    names = empty.sql("select view_name from kw.protected_views where entity_table = 'public.Odd'")
    assert sorted(names) == [('"public"."gone"',), ('public."Odd"',), ("public.shown",)]


def test_an_upgrade_records_no_other_name_where_the_seal_of_a_row_refuses_it(
    empty: Database,
) -> None:
    restore(empty, "0.9.0")
    quoted = [('"public"."Odd"',), ('"public"."gone"',)]
    with empty.connect() as connection:
        connection.execute(QUOTED.encode())
        connection.execute("alter extension kwtools update")
    assert recorded(empty) == quoted
    refused = "select row_key from kw.check_seals() order by 1"
    assert empty.sql(refused) == [("public.Odd",), ("public.gone",)]
    empty.sql("select kw.accept_rows('entities', '{public.Odd}', 'looked at')")
    assert recorded(empty) == quoted
    empty.sql(LAST_STEP.read_text())
    assert recorded(empty) == [('public."Odd"',), ('"public"."gone"',)]
    assert empty.sql(refused) == [("public.gone",)]


def test_protections_of_before_are_refused_where_no_kms_answered_the_upgrade(
    empty: Database,
) -> None:
    restore(empty, "0.9.0")
    away = "update kw.kms_keys set external_key_ref = {}"
    empty.sql("alter table kw.kms_keys disable trigger user")
    empty.sql(away.format("external_key_ref || '-away'"))
    with empty.connect() as connection:
        warnings: list[str] = []
        connection.add_notice_handler(lambda one: warnings.append(one.message_primary or ""))
        connection.execute("alter extension kwtools update")
    assert any("rows of kw.protections have no seal, and are refused" in one for one in warnings)
    empty.sql("alter table kw.kms_keys disable trigger user")
    empty.sql(away.format("replace(external_key_ref, '-away', '')"))
    found = empty.sql("select table_name, sqlstate from kw.check_seals()")
    assert found == [("protections", "KW211")] * 2
    cut_over = "select kw.protect_cut_over('suppliers', 'phone')"
    empty.sql(RECLAIM)
    with pytest.raises(psycopg.Error, match=r"row 2 of kw\.protections has no seal"):
        empty.sql(cut_over)
    empty.sql("select kw.accept_rows('protections', '{1,2}', 'looked at')")
    empty.sql(cut_over)
    assert empty.sql("select * from kw.check_seals()") == []


def test_an_upgrade_seals_no_protection_whose_seal_was_taken_away(empty: Database) -> None:
    restore(empty, "0.10.0")
    empty.sql("alter table kw.protections disable trigger user")
    empty.sql("update kw.protections set seal = null")
    empty.sql("alter extension kwtools update")
    found = empty.sql("select distinct table_name, sqlstate from kw.check_seals()")
    assert found == [("protections", "KW211")]


@pytest.mark.parametrize("within", ["a transaction", "a savepoint"])
def test_a_protection_of_before_the_upgrade_goes_on(empty: Database, within: str) -> None:
    restore(empty, "0.9.0")
    with empty.connect(autocommit=False) as connection, connection.transaction():
        if within == "a savepoint":
            connection.execute("savepoint upgrade")
        connection.execute("alter extension kwtools update")
    empty.sql(RECLAIM)
    empty.sql("select kw.protect_cut_over('suppliers', 'phone')")
    empty.sql("select kw.protect_contract('suppliers', 'phone')")
    empty.sql("insert into customers values (3, 'Three@example.com', null)")
    assert empty.sql("select id from customers where email = 'Three@example.com'") == [(3,)]
    assert empty.sql("select * from kw.check_seals()") == []


@pytest.mark.parametrize("release", SEALED)
def test_seals_and_the_state_of_a_release_hold_after_the_upgrade(
    empty: Database, release: str
) -> None:
    restore(empty, release)
    empty.sql("alter extension kwtools update")
    assert empty.sql("select count(*) > 0 from kw.deployments") == [(True,)]
    assert empty.sql("select * from kw.check_seals()") == []
    assert empty.sql("select * from kw.check_state()") == []
    (size,) = empty.sql("select size from kw.logs")[0]
    empty.sql("select kw.set_setting('cache_seconds', 61)")
    ((after, _),) = empty.sql("call kw.seal_audit()")
    assert after > size
    assert empty.sql("select * from kw.check_state()") == []
