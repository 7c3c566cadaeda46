"""``kwtools doctor`` tells an incomplete restore, and its remedy works."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli import stored
from tests.cli.conftest import Kwtools
from tests.conftest import Database

Row = dict[str, str]
CHECKS = ("rows of", "values", "restore", "triggers", "sequence", "entity", "foreign keys")


@pytest.fixture
def archive(db: Database, tmp_path: Path) -> Path:
    """A dump of the whole database."""
    stored.fill(db)
    path = tmp_path / "whole.dump"
    run(db, "pg_dump", "-Fc", "-f", path)
    return path


def run(db: Database, *command: str | Path, **variables: str) -> None:
    environment = {**os.environ, **db.place.environment(db.name), **variables}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def told(kwtools: Kwtools, db: Database) -> dict[str, Row]:
    """Return what doctor tells of a restore, by check; each has a hint and a reason."""
    _, out, err = kwtools("doctor", "--json", "--dsn", db.dsn)
    assert err == ""
    rows = [row for row in json.loads(out) if row["check"].startswith(CHECKS)]
    bad = [row for row in rows if row["result"] != "ok"]
    assert all(row["hint"] and row["why"] for row in bad)
    return {row["check"]: row for row in bad}


def test_a_whole_database_has_its_keys(db: Database, kwtools: Kwtools) -> None:
    stored.fill(db)
    # Bytes that are not ciphertexts, and a few that look like one by chance.
    db.sql("create table pictures (id bigint, data bytea)")
    db.sql("insert into pictures select g, sha256(g::text::bytea) || sha256(g::text::bytea)"
           " from generate_series(1, 100) g")  # fmt: skip
    db.sql("update pictures set data = '\\xc1010001' || substr(data, 5) where id < 3")
    db.sql("update pictures set data = set_byte(data, 10, 1) where id < 3")
    # Made of others: they are not read.
    db.sql("alter table people add twice bytea generated always as (ssn || ssn) stored")
    db.sql("create materialized view notes as select id, note from people")
    assert told(kwtools, db) == {}
    assert values(kwtools, db.dsn) == {
        "values": "the first values of 3 columns have their keys; a few values look like"
        " ciphertexts by chance: public.pictures.data"
    }


def values(kwtools: Kwtools, dsn: str) -> dict[str, str]:
    """Return what doctor says of columns with values."""
    _, out, _ = kwtools("doctor", "--json", "--dsn", dsn)
    return {
        row["check"]: row["detail"] for row in json.loads(out) if row["check"].startswith("values")
    }


def test_a_few_ciphertexts_without_keys_among_others_are_told(
    db: Database, kwtools: Kwtools
) -> None:
    stored.fill(db)
    db.sql("create table mixed (v bytea)")
    db.sql("insert into mixed select null from generate_series(1, 7)")
    db.sql("insert into mixed select 'plain' from generate_series(1, 60)")
    db.sql("insert into mixed select set_byte(note, 5, get_byte(note, 5) # 1) from people"
           " where id <= 40")  # fmt: skip
    db.sql("update people set ssn = set_byte(ssn, 13, 9) where id = 1")  # of generation 9
    whose = "have keys that this database does not have"
    assert values(kwtools, db.dsn) == {
        "values of public.mixed.v": f"40 of the first 100 {whose}",
        "values of public.people.ssn": f"1 of the first 60 {whose}",
        "values": "the first values of 2 columns have their keys",
    }


def test_columns_of_domains_over_domains_are_read(db: Database, kwtools: Kwtools) -> None:
    stored.fill(db)
    db.sql("create domain sealed as bytea")
    db.sql("create domain secret as sealed")
    db.sql("create table nested (v secret)")
    db.sql("insert into nested select set_byte(note, 5, get_byte(note, 5) # 1) from people")
    assert "values of public.nested.v" in values(kwtools, db.dsn)


def test_of_large_tables_the_first_values_are_read(db: Database, kwtools: Kwtools) -> None:
    stored.fill(db)
    db.sql("create table long (v bytea)")
    db.sql("create table wide (v bytea)")
    lost = "set_byte(note, 5, get_byte(note, 5) # 1)"
    db.sql(f"insert into long select {lost} from people, generate_series(1, 2000) where id = 1")
    db.sql("insert into wide select n || convert_to(repeat('x', 2000000), 'UTF8')"
           f" from (select {lost} as n from people where id <= 40) p")  # fmt: skip
    whose = "have keys that this database does not have"
    assert values(kwtools, db.dsn) == {
        "values of public.long.v": f"1000 of the first 1000 {whose}",
        "values of public.wide.v": f"3 of the first 3 {whose}",
        "values": "the first values of 3 columns have their keys",
    }


# As a superuser it leaves a file in the folder of the data.
TRAP = """
create function public.deep() returns integer volatile language plpgsql as $$
begin
    if (select rolsuper from pg_roles where rolname = current_user) then
        execute format(
            'copy (select 1) to %L',
            current_setting('data_directory') || '/ran.' || current_database()
        );
    end if;
    return 1;
end $$;
create function public.trap(integer) returns integer immutable language plpgsql as $$
declare found integer;
begin
    select public.deep() into found;
    return found;
end $$;
"""


@pytest.mark.parametrize(
    "bait",
    [
        "create index on public.docs ((public.trap(1) + id))",
        "create index on public.docs (id) where public.trap(1) = 1",
        "create statistics public.baits on (public.trap(1) + id), id from public.docs",
    ],
)
def test_doctor_runs_no_code_of_the_owners_of_tables(
    db: Database, kwtools: Kwtools, make_role: Callable[..., str], bait: str
) -> None:
    owner = make_role()
    db.sql(f"grant create on schema public to {owner}")
    with db.connect(owner) as connection:
        connection.execute(TRAP.encode())
        connection.execute("create table public.docs (id integer, doc bytea)")
        connection.execute("insert into public.docs values (1, 'plain')")
        connection.execute(bait.encode())
    assert values(kwtools, db.dsn) == {"values": "the first values of 1 columns have their keys"}
    ran = f"select 1 from pg_ls_dir('.') f where f = 'ran.{db.name}'"
    assert db.sql(ran) == []
    db.sql("select count(*) from public.docs where doc is not null and id > 0")
    assert db.sql(ran) == [(1,)]  # what a query does


def test_doctor_runs_no_policy_of_the_owners_of_tables(
    db: Database, kwtools: Kwtools, make_role: Callable[..., str]
) -> None:
    auditor = make_role("kw_auditor")
    db.sql("create function trap() returns boolean language plpgsql as"
           " $$ begin raise exception 'ran as %', current_user; end $$")  # fmt: skip
    db.sql("create table docs (id integer, doc bytea)")
    db.sql("insert into docs values (1, 'plain')")
    db.sql("create policy mine on docs using (trap())")
    db.sql("alter table docs enable row level security")
    db.sql(f"grant select on docs to {auditor}")
    assert values(kwtools, db.place.dsn(db.name, auditor)) == {
        "values": "1 columns of bytea may not be read, or are under row-level security, and were"
        " not checked: public.docs.doc"
    }


def test_a_dump_of_one_schema_is_told_by_its_values(
    archive: Path, db: Database, target: Database, kwtools: Kwtools
) -> None:
    run(db, "pg_dump", "-Fc", "-n", "public", "-f", archive.with_name("public.dump"))
    target.sql("create extension kwtools cascade")
    target.sql("drop schema public cascade")
    run(target, "pg_restore", "-d", target.name, archive.with_name("public.dump"))
    found = told(kwtools, target)
    assert set(found) == {
        "values of public.people.ssn", "values of public.people.note",
        "values of public.devices.token",
    }  # fmt: skip
    row = found["values of public.people.ssn"]
    assert row["result"] == "problem"
    assert row["detail"] == "60 of the first 60 have keys that this database does not have"
    assert "pg_dump -n" in row["hint"]


def test_keys_of_an_older_dump_are_told_by_the_values(
    archive: Path, db: Database, target: Database, kwtools: Kwtools
) -> None:
    db.sql("select kw.rotate('people', '*', 'ssn')")
    db.sql("update people set ssn = kw.encrypt_text('people', id, 'ssn', 'new')")
    newer = archive.with_name("newer.dump")
    run(db, "pg_dump", "-Fc", "-f", newer)
    for source, options in (
        (archive, ("--section=pre-data",)),
        (archive, ("-a", "-n", "kw")),
        (newer, ("-a", "-n", "public")),
    ):  # fmt: skip
        run(target, "pg_restore", *options, "-d", target.name, source)
    found = told(kwtools, target)
    assert "values of public.people.ssn" in found
    assert "values of public.people.note" not in found


def restored(target: Database, archive: Path, *without: str) -> None:
    """Restore a dump but for some tables, in sessions that check no foreign keys."""
    listed = subprocess.run(["pg_restore", "-l", archive], capture_output=True, text=True)
    lines = [
        line
        for line in listed.stdout.splitlines()
        if not any(f" TABLE DATA kw {table} " in line for table in without)
    ]
    wanted = archive.with_name("wanted.list")
    wanted.write_text("\n".join(lines))
    run(target, "pg_restore", "-L", wanted, "-d", target.name, archive)


@pytest.mark.parametrize(
    ("table", "detail"),
    [
        ("key_wrappers", "kw.encryption_bindings has 62 rows that refer to missing rows"),
        ("kms_keys", "kw.key_wrappers has 67 rows that refer to missing rows"),
        ("kms_providers", "kw.kms_keys has 4 rows that refer to missing rows"),
        ("encryption_bindings", "kw.binding_generations has 1 rows that refer to missing rows"),
        ("key_wrapper_layers", "wrappers without their KEM layers: 1"),
        ("binding_generations", "rotated bindings without their earlier keys: 1"),
    ],
)
def test_a_table_that_was_not_loaded_is_told_and_its_remedy_completes_it(
    archive: Path, target: Database, kwtools: Kwtools, table: str, detail: str
) -> None:
    restored(target, archive, table)
    # Checked already by somebody who did not look at the answer.
    target.sql("delete from kw.loads_to_check")
    found = told(kwtools, target)
    row = found[f"rows of kw.{table}"]
    assert row["result"] == "problem"
    assert detail in row["detail"]
    command = f"pg_restore -a -n kw -t {table} -d DATABASE DUMP"
    assert command in row["hint"]
    words = command.replace("DATABASE", target.name).split()
    run(target, *words[:-1], archive)
    target.sql("select * from kw.check_restore()")
    target.sql("select kw.reclaim_entities()")
    assert told(kwtools, target) == {}
    assert target.sql("select count(*) from kw.verify() where sqlstate <> 'KW212'") == [(0,)]


def test_a_restore_that_nobody_checked_is_told_with_all_that_it_left(
    archive: Path, target: Database, kwtools: Kwtools
) -> None:
    restored(target, archive)
    target.sql("alter table kw.key_wrappers disable trigger guard_status")
    target.sql("select setval('kw.key_wrappers_id_seq', 1)")
    found = told(kwtools, target)
    assert set(found) >= {
        "restore", "sequence kw.key_wrappers_id_seq", "entity public.people",
        "entity public.devices",
    }  # fmt: skip
    assert kwtools("doctor", "--dsn", target.dsn)[0] == 1
    assert all(row["ok"] for row in checked(target))
    target.sql("select kw.reclaim_entities()")
    assert told(kwtools, target) == {}


def checked(db: Database) -> list[dict[str, bool]]:
    return [row[0] for row in db.sql("select to_jsonb(c) from kw.check_restore() c")]


def test_a_table_that_is_locked_does_not_hold_doctor_up(db: Database, kwtools: Kwtools) -> None:
    stored.fill(db)
    with db.connect(autocommit=False) as holder:
        holder.execute("lock table people in access exclusive mode")
        found = told(kwtools, db)
    assert set(found) == {"values of public.people.ssn", "values of public.people.note"}
    assert all(
        "another transaction has locked the table" in one["detail"] for one in found.values()
    )


def test_columns_that_a_role_may_not_read_are_named(
    db: Database, kwtools: Kwtools, make_role: Callable[..., str]
) -> None:
    stored.fill(db)
    auditor = make_role("kw_auditor")
    _, out, _ = kwtools("doctor", "--json", "--dsn", db.place.dsn(db.name, auditor))
    (row,) = [row for row in json.loads(out) if row["check"] == "values"]
    assert row["result"] == "unknown"
    assert row["detail"].startswith("3 columns of bytea may not be read")
    db.sql(f"grant select on people, devices to {auditor}")
    _, out, _ = kwtools("doctor", "--json", "--dsn", db.place.dsn(db.name, auditor))
    (row,) = [row for row in json.loads(out) if row["check"] == "values"]
    assert row["result"] == "ok"


def test_a_role_that_may_read_values_and_not_their_keys_is_told(
    db: Database, kwtools: Kwtools, make_role: Callable[..., str]
) -> None:
    stored.fill(db)
    reader = make_role("kw_client")
    db.sql(f"grant select on people, devices to {reader}")
    _, out, said = kwtools("doctor", "--json", "--dsn", db.place.dsn(db.name, reader))
    assert "rollback" not in said
    (row,) = [row for row in json.loads(out) if row["check"] == "values"]
    assert row["result"] == "unknown"
    assert row["hint"].startswith("Run it as a superuser")
