"""The lists of releases: an unchanged database has no difference, and every change is found."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg import sql

from kwtools import catalog, release_lists, reprinting, sources
from kwtools.connections import connect, transaction
from kwtools.errors import CheckFailed
from kwtools.postgres import installed
from tests.conftest import Database
from tests.upgrade.test_upgrade import FOR_15_ONLY, RELEASES, create, restore

LAST = RELEASES[-1]


def found(db: Database) -> catalog.Catalog:
    """Return the catalog of a database."""
    with connect(db.dsn, "test") as connection, transaction(connection):
        return catalog.read(connection)


def expected(release: str) -> catalog.Catalog:
    """Return the list of a release."""
    made = catalog.of_release(release, installed().major)
    assert made is not None
    return made


def differences(db: Database, release: str = LAST) -> dict[str, str]:
    """Return in what a database differs from a release."""
    told = catalog.differences(expected(release), found(db))
    return {one.object: str(one) for one in told}


@pytest.mark.parametrize("release", RELEASES)
def test_a_database_of_a_release_is_as_its_list_says(empty: Database, release: str) -> None:
    restore(empty, release)
    assert differences(empty, release) == {}


@pytest.mark.parametrize("release", RELEASES[1:])
def test_a_database_that_was_upgraded_is_as_the_list_says(empty: Database, release: str) -> None:
    create(empty, RELEASES[0])
    empty.sql(f"alter extension kwtools update to '{release}'")
    assert differences(empty, release) == {}


def test_the_settings_of_a_session_do_not_matter(empty: Database) -> None:
    create(empty, LAST)
    for setting in ("search_path = kw, public", "quote_all_identifiers = on"):
        empty.sql(f"alter database {empty.name} set {setting}")
    assert differences(empty) == {}


CHANGES = {
    "alter function kw.wrap(bytea, text) security definer": "function kw.wrap(bytea,text)",
    "alter function kw.wrap(bytea, text) reset search_path": "function kw.wrap(bytea,text)",
    "alter function kw.wrap(bytea, text) owner to postgres": "function kw.wrap(bytea,text)",
    "grant execute on function kw.unwrap(uuid) to public": "function kw.unwrap(uuid)",
    "revoke execute on function kw.unwrap(uuid) from kw_unwrap": "function kw.unwrap(uuid)",
    "create or replace function kw._guard_immutable() returns trigger language plpgsql"
    " set search_path = pg_catalog, pg_temp as 'begin return new; end'":
        "function kw._guard_immutable()",
    "create function kw.mine() returns int language sql as 'select 1'": "function kw.mine()",
    "create view kw.mine as select 1 as a": "view kw.mine",
    "alter table kw.settings add column mine text": "column kw.settings.mine",
    "alter table kw.key_wrappers alter status drop not null": "column kw.key_wrappers.status",
    "alter table kw.key_wrappers alter status set default 'x'": "column kw.key_wrappers.status",
    "alter table kw.settings drop constraint settings_name_check":
        "constraint kw.settings.settings_name_check",
    "grant select (dek_wrap1) on kw.key_wrappers to pg_monitor": "column kw.key_wrappers.dek_wrap1",
    "grant insert on kw.settings to kw_admin": "table kw.settings",
    "alter table kw.settings owner to postgres": "table kw.settings",
    "alter table kw.settings enable row level security": "table kw.settings",
    "alter table kw.key_wrappers disable trigger user": "trigger kw.key_wrappers.",
    "create rule mine as on insert to kw.settings do instead nothing": "rule kw.settings.mine",
    "create index mine on kw.settings (value)": "index kw.mine",
    "drop index kw.kms_health_checks_latest": "index kw.kms_health_checks_latest",
    "create or replace view kw.branch_levels as select * from kw.kem_levels where false":
        "rule kw.branch_levels._RETURN",
    "alter event trigger kwtools_guard_drop disable": "event trigger kwtools_guard_drop",
    "grant create on schema kw to public": "schema kw",
    "alter extension kwtools drop view kw.kms_health": "view kw.kms_health",
    "update pg_extension set extconfig = extconfig[2:], extcondition = extcondition[2:]"
    " where extname = 'kwtools'": "dump of kw.",
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_found(empty: Database, change: str) -> None:
    create(empty, LAST)
    if "branch_levels" in change:
        columns = empty.sql(
            "select string_agg(format('null::%s as %I', format_type(atttypid, atttypmod), attname),"
            " ', ' order by attnum) from pg_attribute"
            " where attrelid = 'kw.branch_levels'::regclass and attnum > 0"
        )[0][0]
        change = f"create or replace view kw.branch_levels as select {columns} where false"
    empty.sql(change)
    names = differences(empty).keys()
    prefix = CHANGES.get(change, "rule kw.branch_levels")
    assert any(name.startswith(prefix) for name in names)
    assert all(name.startswith(prefix) or "mine" in name for name in names), names


def test_what_is_missing_and_what_is_new_is_said_shortly(empty: Database) -> None:
    create(empty, LAST)
    empty.sql("alter table kw.settings add column mine text")
    empty.sql("drop index kw.kms_health_checks_latest")
    empty.sql("alter function kw.version() volatile")
    assert differences(empty) == {
        "column kw.settings.mine": "is not of the release",
        "index kw.kms_health_checks_latest": "is missing",
        "function kw.version()": "volatility is v, and the release made s",
    }


def test_a_role_with_an_odd_name_is_shown(empty: Database, make_role: Callable[..., str]) -> None:
    create(empty, LAST)
    role = make_role()
    with empty.connect() as connection:
        grant = sql.SQL("grant select on kw.settings to {} with grant option")
        connection.execute(grant.format(sql.Identifier(role)))
        assert differences(empty) == {
            "table kw.settings": f"granted to {role} is SELECT*, and the release made nothing"
        }
        connection.execute(sql.SQL("drop owned by {}").format(sql.Identifier(role)))


def test_the_folder_of_the_runtime_is_no_difference_and_can_be_read(empty: Database) -> None:
    create(empty, LAST)
    with connect(empty.dsn, "test") as connection, transaction(connection):
        assert catalog.module_path(connection) == str(empty.place.module_path)


def test_every_release_has_a_list_for_each_postgresql_that_can_create_it() -> None:
    for release in RELEASES:
        majors = {15} if release in FOR_15_ONLY else {15, 17, 18}
        assert {one for one in range(15, 19) if catalog.of_release(release, one)} == majors


def test_a_release_writes_the_lists_that_are_missing(tmp_path: Path) -> None:
    script, major, released = f"kwtools--{LAST}.sql", installed().major, tmp_path / "released"
    released.mkdir()
    shutil.copy(sources.extension() / "released" / script, released)
    if major != catalog.WHOLE:
        with pytest.raises(CheckFailed, match=f"catalog--{LAST}--pg15.json does not exist"):
            list(release_lists.write_missing(released))
        shutil.copy(catalog.list_path(LAST, catalog.WHOLE), released)
    own = catalog.list_path(LAST, major, released)
    assert list(release_lists.write_missing(released)) == [own, reprinting.path(tmp_path)]
    assert own.read_text() == catalog.list_path(LAST, major).read_text()
    of_last = json.loads(reprinting.path(tmp_path).read_text())
    assert of_last.keys() <= reprinting.load().keys()
    assert all(one.items() <= reprinting.load()[name].items() for name, one in of_last.items())
    assert list(release_lists.write_missing(released)) == []


@pytest.mark.parametrize("release", RELEASES)
def test_definitions_that_postgresql_parsed_again_are_no_difference(
    empty: Database, release: str
) -> None:
    """As pg_upgrade makes them: of the text that the server prints."""
    create(empty, release)
    empty.sql(
        """
        do $$ declare one record; begin
            for one in
                select c.oid::regclass as name, pg_get_viewdef(c.oid) as text from pg_class c
                where c.relnamespace = 'kw'::regnamespace and c.relkind = 'v'
            loop
                execute format('create or replace view %s as %s', one.name, one.text);
            end loop;
            for one in
                select n.conrelid::regclass as name, n.conname, pg_get_constraintdef(n.oid) as text
                from pg_constraint n
                where n.connamespace = 'kw'::regnamespace and n.contype = 'c' and n.conrelid <> 0
            loop
                execute format(
                    'alter table %s drop constraint %I, add constraint %I %s', one.name,
                    one.conname, one.conname, one.text
                );
            end loop;
        end $$
        """
    )
    assert found(empty) != expected(release) or release in FOR_15_ONLY
    assert differences(empty, release) == {}
