"""``kwtools wrappers export --table`` and ``import``: rows move with bindings and values."""

import json
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest

from kwtools.cluster import Place, set_up
from tests.cli.conftest import Kwtools
from tests.conftest import Database
from tests.deployment import fork, make_deployment
from tests.sql.sealed import CHECK
from tests.sql.session import Session

PEOPLE = """
    create table public.people (
        id bigint generated always as identity primary key, tenant integer, name text, born date,
        ssn bytea, note bytea, length integer generated always as (octet_length(ssn)) stored
    )
"""
ADD = """
    insert into public.people (id, tenant, name, born, ssn, note) overriding system value
    values (%s, %s, %s, '1970-01-01', kw.encrypt('people', %s, 'ssn', %s), %s)
"""
COUNTED = """
    select
        (select count(*) from public.people), (select count(*) from kw.encryption_bindings),
        (select count(*) from kw.key_wrappers), (select count(*) from kw.imported_wrappers),
        (select count(*) from kw.audit_events where action in ('import_move', 'export_move'))
"""
READ = "select id, kw.decrypt('people', id::text, 'ssn', ssn) from public.people order by id"
ALL = range(1, 7)

Run = Callable[..., tuple[int, str, str]]


def add(session: Session, key: int, tenant: int = 1, note: bytes | None = None) -> None:
    session.bind("people", str(key), "ssn")
    session.rows(ADD, key, tenant, f"name {key}", str(key), f"ssn {key}".encode(), note)


def values(*keys: int) -> list[tuple[int, bytes]]:
    return [(key, f"ssn {key}".encode()) for key in keys]


@pytest.fixture
def source(session: Session, there: Session) -> Session:
    """People of two tenants; the table is in the other database too, and empty."""
    for one in (session, there):
        one.rows(PEOPLE)
        make_deployment(one)
    for key in ALL:
        add(session, key, tenant=1 + key % 2)
    return session


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "move"


@pytest.fixture
def export(kwtools: Kwtools, db: Database, source: Session, to_there: Path, folder: Path) -> Run:
    assert source

    def run(*options: object) -> tuple[int, str, str]:
        given = ("--table", "people", "--to", to_there, "--signer", "moves", "--out", folder)
        return kwtools("wrappers", "export", "--dsn", db.dsn, *given, *options)

    return run


@pytest.fixture
def take(kwtools: Kwtools, other_db: Database, folder: Path) -> Run:
    def run(*options: object) -> tuple[int, str, str]:
        return kwtools("wrappers", "import", "--dsn", other_db.dsn, folder, *options)

    return run


def manifest(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "manifest").read_bytes())  # type: ignore[no-any-return]


def counts(folder: Path) -> dict[str, int]:
    return manifest(folder)["tables"][0]["counts"]  # type: ignore[no-any-return]


def refused(take: Run, there: Session, said: str, *options: object) -> None:
    """Import a move that is refused, and leaves nothing."""
    before = there.rows(COUNTED)
    code, _, err = take(*options)
    assert code != 0
    assert said in err
    assert there.rows(COUNTED) == before


def test_a_table_moves_with_its_values_and_reads_there(
    export: Run, take: Run, source: Session, there: Session, folder: Path
) -> None:
    code, out, err = export()
    assert (code, err) == (0, "")
    assert f"{folder}: 6 rows, 6 values, 6 bindings, manifest " in out
    code, out, err = take("--json")
    assert (code, err) == (0, "")
    assert there.rows(READ) == source.rows(READ) == values(*ALL)
    plain = "select id, tenant, name, born, note, length from public.people order by id"
    assert there.rows(plain) == source.rows(plain)
    assert there.value("select count(distinct key_wrapper_id) from kw.encryption_bindings") == 6
    for one in (source, there):
        assert one.rows(CHECK) == []
    data = b"".join(file.read_bytes() for file in folder.iterdir())
    assert b"ssn 1" not in data


def test_a_column_of_ciphertext_moves_to_one_of_ciphertext(
    export: Run, take: Run, source: Session, there: Session
) -> None:
    for one in (source, there):
        one.rows(
            "alter table public.people drop column length,"
            " alter column ssn type kw.ciphertext using ssn::kw.ciphertext"
        )
    code, out, err = export()
    assert (code, err) == (0, "")
    assert "6 rows, 6 values, 6 bindings" in out
    code, out, err = take()
    assert (code, err) == (0, "")
    read = READ.replace(", ssn)", ", ssn::bytea)")
    assert there.rows(read) == source.rows(read) == values(*ALL)


def test_both_databases_record_the_digest_of_the_manifest_and_its_counts(
    export: Run, take: Run, source: Session, there: Session, folder: Path
) -> None:
    digest = export()[1].split()[-1]
    take()
    query = "select details from kw.audit_events where action = %s"
    sent, taken = source.value(query, "export_move"), there.value(query, "import_move")
    assert sent == taken
    assert sent["manifest_sha256"] == digest
    assert (sent["rows"], sent["values"], sent["bindings"], sent["tables"]) == (6, 6, 6, 1)
    assert sent["carrier"] == manifest(folder)["carrier"]


def test_the_carrier_is_destroyed_on_both_sides(
    export: Run, take: Run, source: Session, there: Session
) -> None:
    export()
    take()
    query = "select count(*) from kw.key_wrappers where status = 'invalid' and dek_wrap1 = ''"
    for one in (source, there):
        assert one.value(query) == 1
        assert one.value("select count(*) from kw.shred_receipts where binding_id is null") == 1


def test_only_the_rows_of_a_tenant_move(
    export: Run, take: Run, source: Session, there: Session, folder: Path
) -> None:
    source.rows("delete from public.people where id = 2")
    code, _, err = export("--where", "tenant = 1 and name like 'name %'")
    assert code == 0
    assert "1 keys of public.people have bindings but no row, and were left" in err
    assert counts(folder)["rows"] == 2
    assert take()[0] == 0
    assert there.rows(READ) == values(4, 6)
    assert there.value("select count(*) from kw.encryption_bindings") == 2
    there.refused("KW300", "select kw.decrypt('people', 1, 'ssn', %s)", bytes(60))


def test_a_batch_of_one_row_gives_the_same(
    export: Run, take: Run, there: Session, folder: Path
) -> None:
    export("--batch", 1)
    assert take("--batch", 4)[0] == 0
    assert there.rows(READ) == values(*ALL)
    assert (folder / "1.rows").read_bytes().count(b"\n") == 6


def test_values_of_earlier_generations_move(
    export: Run, take: Run, source: Session, there: Session, folder: Path
) -> None:
    source.rows("select kw.rotate('people', 1, 'ssn')")
    export()
    assert counts(folder)["generations"] == 7
    take()
    assert there.rows(READ) == values(*ALL)
    assert there.value("select count(*) from kw.binding_generations") == 0


def test_what_is_shredded_stays_shredded(
    export: Run, take: Run, source: Session, there: Session, folder: Path
) -> None:
    """Of rows that stand, and of rows that were deleted."""
    for key in (1, 2):
        source.rows("select kw.shred('people', %s, 'ssn')", key)
    source.rows("delete from public.people where id = 2")
    source.bind("people", "3")
    source.rows("select kw.shred('people', 3)")
    export()
    assert counts(folder) | {"generations": 0} == {
        "keys": 6, "rows": 5, "values": 3, "unreadable": 2, "bindings": 7, "shredded": 4,
        "generations": 0,
    }  # fmt: skip
    take()
    assert there.rows("select id from public.people order by id") == [(1,), (3,), (4,), (5,), (6,)]
    for key in (1, 2, 3):
        query = "select kw.decrypt('people', %s, 'ssn', %s)"
        ssn = source.values("select ssn from public.people where id = %s", key) or [bytes(60)]
        assert there.values("select ssn from public.people where id = %s", key) in (ssn, [])
        there.refused("KW301", query, key, ssn[0])
        there.refused("KW301", "select kw.bind('people', %s, 'ssn')", key)
    query = "select count(*) from kw.encryption_bindings where status = 'shredded'"
    assert there.value(query) == 4


# -- what is refused ------------------------------------------------------------------------------


def flip(path: Path, place: int = -2) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def lines(folder: Path, *numbers: int) -> None:
    """Write some of the lines of the rows again, in this order."""
    path = folder / "1.rows"
    there = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(there[number] for number in numbers))


def cut(folder: Path) -> None:
    """Leave rows out, and have the manifest agree: then the signature does not fit."""
    lines(folder, 0, 1, 2)
    said = manifest(folder)
    old = said["tables"][0]["sha256"]
    new = sha256((folder / "1.rows").read_bytes()).hexdigest()
    path = folder / "manifest"
    path.write_bytes(path.read_bytes().replace(old.encode(), new.encode()))


def edited(folder: Path, old: bytes, new: bytes) -> None:
    path = folder / "manifest"
    data = path.read_bytes()
    assert data.count(old) == 1
    path.write_bytes(data.replace(old, new))


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def endless(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


CHANGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a byte of the rows": (lambda at: flip(at / "1.rows", 40), "its digest differs"),
    "rows cut off": (lambda at: lines(at, 0, 1, 2), "its digest differs"),
    "rows reordered": (lambda at: lines(at, 1, 0, 2, 3, 4, 5), "its digest differs"),
    "a row twice": (lambda at: lines(at, 0, 0, 1, 2, 3, 4, 5), "its digest differs"),
    "rows cut off, and the manifest agrees": (
        cut, "not the one that the note signs"
    ),
    "a count": (
        lambda at: edited(at, b'"rows": 6', b'"rows": 5'), "not the one that the note signs"
    ),
    "the form of the manifest": (
        lambda at: edited(at, b'"rows": 6', b'"rows" : 6'), "manifest is not one of"
    ),
    "the note": (lambda at: flip(at / "manifest.note"), "note"),
    "the carrier": (lambda at: flip(at / "carrier.bundle"), "bundle is not the one"),
    "the carrier's note": (lambda at: flip(at / "carrier.note", 30), "note"),
    "no note": (lambda at: (at / "manifest.note").unlink(), "manifest.note is missing"),
    "no rows": (lambda at: (at / "1.rows").unlink(), "1.rows is missing"),
    "a pipe for the rows": (lambda at: pipe(at / "1.rows"), "1.rows is not a file"),
    "a pipe for the manifest": (lambda at: pipe(at / "manifest"), "manifest is not a file"),
    "an endless note": (lambda at: endless(at / "carrier.note"), "carrier.note is not a file"),
    "no carrier": (lambda at: (at / "carrier.bundle").unlink(), "carrier.bundle is missing"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_move_that_was_changed_is_refused(
    export: Run, take: Run, there: Session, folder: Path, change: str
) -> None:
    export()
    change_it, said = CHANGES[change]
    change_it(folder)
    refused(take, there, said)


@pytest.mark.parametrize("parts", ["carrier", "manifest"])
def test_parts_of_another_move_are_refused(
    export: Run, take: Run, there: Session, folder: Path, parts: str
) -> None:
    export()
    first = folder.rename(folder.with_name("first"))
    export()
    for path in folder.glob(f"{parts}*"):
        path.write_bytes((first / path.name).read_bytes())
    (folder / "1.rows").write_bytes((first / "1.rows").read_bytes())
    if parts == "carrier":
        (folder / "manifest").write_bytes((first / "manifest").read_bytes())
        refused(take, there, "manifest is not the one that the note signs")
    else:
        refused(take, there, "is not the carrier of the move")


def test_a_move_is_imported_once(export: Run, take: Run, there: Session, folder: Path) -> None:
    export()
    assert take()[0] == 0
    before = there.rows(COUNTED)
    code, out, err = take("--json")
    assert (code, "was imported before, at " in err) == (0, True)
    assert json.loads(out)[0]["rows"] == 6
    there.rows("truncate kw.audit_events cascade")
    there.rows("delete from public.people")
    refused(take, there, "is not newer than the last one")
    assert before[0][2] == there.rows(COUNTED)[0][2]


def test_a_move_for_another_database_is_refused(export: Run, take: Run, there: Session) -> None:
    export()
    fork(there)
    refused(take, there, "bundle is for deployment")


def test_a_signer_that_is_not_enrolled_or_was_retired_is_refused(
    export: Run, take: Run, there: Session
) -> None:
    export()
    there.rows("select kw.set_signing_key_status('moves', 'retired')")
    refused(take, there, "is retired")


def test_rows_and_keys_that_are_there_already_are_refused(
    export: Run, take: Run, there: Session
) -> None:
    export()
    there.rows("insert into public.people (id) overriding system value values (3)")
    refused(take, there, "duplicate key value")
    there.rows("delete from public.people")
    there.bind("people", "5", "ssn")
    refused(take, there, 'key "5" of "public"."people" is bound in this database already')


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("new.name := 'x'; return new", "is not stored as it was sent"),
        ("if new.id = 3 then return null; end if; return new", 'key "3"'),
        ("new.ssn := null; return new", "is not stored as it was sent"),
        (
            "update public.people set ssn = new.ssn where id = new.id - 1; return new",
            "could not decrypt",
        ),
    ],
)
def test_a_table_that_does_not_store_what_it_is_given_is_refused(
    export: Run, take: Run, there: Session, body: str, said: str
) -> None:
    export()
    there.rows(
        f"create function public.meddle() returns trigger language plpgsql as"
        f" $$ begin {body}; end $$"
    )
    there.rows(
        "create trigger meddle before insert on public.people"
        " for each row execute function public.meddle()"
    )
    refused(take, there, said)


def test_an_import_whose_server_process_dies_leaves_nothing_and_is_repeated(
    export: Run, take: Run, there: Session
) -> None:
    export()
    there.rows(
        "create function public.die() returns trigger language plpgsql as"
        " $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$"
    )
    there.rows(
        "create trigger die before insert on public.people"
        " for each row when (new.id = 4) execute function public.die()"
    )
    before = there.rows(COUNTED)
    assert take("--batch", 1)[0] == 3
    assert there.rows(COUNTED) == before
    there.rows("drop trigger die on public.people")
    assert take()[0] == 0
    assert there.rows(READ) == values(*ALL)


# -- what an export refuses -----------------------------------------------------------------------


def not_exported(export: Run, source: Session, folder: Path, said: str, *options: object) -> None:
    """Export what is refused, and leaves nothing."""
    before = source.rows(COUNTED)
    code, _, err = export(*options)
    assert code != 0
    assert said in err
    assert source.rows(COUNTED) == before
    assert not folder.exists()


def test_a_ciphertext_without_its_binding_is_not_left_out(
    export: Run, source: Session, folder: Path
) -> None:
    source.rows(
        "update public.people set ssn = set_byte(ssn, 5, get_byte(ssn, 5) # 1) where id = 3"
    )
    not_exported(export, source, folder, 'could not decrypt public.people.ssn for key "3"')
    source.rows("update public.people set ssn = null, note = ssn where id in (3, 4)")
    not_exported(export, source, folder, "could not decrypt public.people.note")


def test_a_column_that_only_looks_like_ciphertexts_moves_as_it_is(
    export: Run, take: Run, source: Session, there: Session
) -> None:
    looks = b"\xc1\x01" + bytes([1]) * 60
    source.rows("update public.people set note = %s where id = 1", looks)
    assert export()[0] != 0
    assert export("--plain", "note")[0] == 0
    assert take()[0] == 0
    assert there.value("select note from public.people where id = 1") == looks


def test_a_retired_wrapper_stops_the_export(export: Run, source: Session, folder: Path) -> None:
    source.rows("select kw.set_wrapper_status(kw.lookup('people', 2, 'ssn'), 'retired')")
    not_exported(export, source, folder, "is retired")


def test_a_field_that_is_not_a_column_of_bytes_stops_the_export(
    export: Run, source: Session, folder: Path
) -> None:
    source.bind("people", "2", "name")
    not_exported(export, source, folder, 'field name of public.people is bound for key "2"')
    source.rows("select kw.shred('people', 2, 'name')")
    source.bind("people", "*", "remark")
    not_exported(export, source, folder, "field remark of public.people is bound")


def test_rows_that_a_policy_of_the_table_hides_stop_the_export(
    kwtools: Kwtools, db: Database, source: Session, to_there: Path, folder: Path,
    make_role: Callable[..., str],
) -> None:  # fmt: skip
    role = make_role("kw_unwrap", "kw_client", "kw_auditor")
    source.rows(f"grant select on public.people to {role}")
    source.rows("create policy of_one on public.people using (tenant = 1)")
    source.rows("alter table public.people enable row level security")
    options = ("--to", to_there, "--signer", "moves", "--out", folder, "--table", "people")
    code, _, err = kwtools("wrappers", "export", "--dsn", db.place.dsn(db.name, role), *options)
    assert (code, "row-level security" in err) == (3, True)
    assert not folder.exists()


def test_a_condition_that_chooses_other_rows_each_time_stops_the_export(
    export: Run, source: Session, folder: Path
) -> None:
    source.rows("create sequence public.s")
    where = "nextval('public.s') <= 3"
    not_exported(export, source, folder, "the database counts", "--where", where)


def test_a_condition_that_chooses_no_row_stops_the_export(
    export: Run, source: Session, folder: Path
) -> None:
    not_exported(export, source, folder, "no row is to move", "--where", "tenant = 99")


def test_tables_without_bindings_or_key_and_what_is_no_table_stop_the_export(
    kwtools: Kwtools, db: Database, source: Session, to_there: Path, folder: Path
) -> None:
    source.rows("create table public.plain (id integer primary key)")
    source.rows("create table public.keyless (id integer)")
    source.rows("create view public.seen as select 1 as id")
    run = ("wrappers", "export", "--dsn", db.dsn, "--to", to_there, "--signer", "moves")
    for name, said in (
        ("plain", "nothing is bound"), ("keyless", "primary key"), ("seen", "primary key"),
        ("absent", "does not exist"),
    ):  # fmt: skip
        code, _, err = kwtools(*run, "--out", folder, "--table", name)
        assert (code, said in err) == (1, True), err
        assert not folder.exists()
    assert kwtools(*run, "--out", folder, "--where", "true")[0] == 2
    folder.mkdir()
    assert kwtools(*run, "--out", folder, "--table", "people")[0] == 2


# -- keys of several rows -------------------------------------------------------------------------


def test_a_key_that_is_shared_with_other_rows_stays_in_the_source(
    export: Run, take: Run, source: Session, there: Session
) -> None:
    shared = source.lookup("people", "1", "ssn")
    source.bind("people", "7", "ssn", wrapper=shared)
    source.rows(ADD, 7, 2, "name 7", "7", b"ssn 7", None)
    export("--where", "id = 7")
    take()
    assert there.rows(READ) == values(7)
    assert source.rows(READ) == values(*ALL, 7)
    ((here, commitment),) = there.rows(
        "select w.wrapper_uuid, w.crypto_suite ->> 'commitment' from kw.key_wrappers w"
        " join kw.encryption_bindings b on b.key_wrapper_id = w.id"
    )
    query = "select count(*) from kw.key_wrappers where crypto_suite ->> 'commitment' = %s"
    assert source.value(query, commitment) == 0
    assert source.value("select count(*) from kw.key_wrappers where wrapper_uuid = %s", here) == 0


@pytest.mark.parametrize("is_bound", [True, False])
def test_values_under_a_key_of_every_row_move_under_one_of_the_destination(
    export: Run, take: Run, source: Session, there: Session, folder: Path, *, is_bound: bool
) -> None:
    source.bind("people", "*", "note")
    source.rows("update public.people set note = kw.encrypt('people', id::text, 'note', 'n')")
    if is_bound:
        there.bind("people", "*", "note")
    found = there.lookup("people", "1", "note")
    export("--where", "tenant = 1")
    assert counts(folder)["values"] == 6
    assert manifest(folder)["tables"][0]["every_row"] == ["note"]
    take()
    assert there.rows("select kw.decrypt('people', id, 'note', note) from people") == [(b"n",)] * 3
    assert (found is None) or there.lookup("people", "1", "note") == found


def test_what_was_shredded_for_every_row_is_shredded_for_each_row_that_moves(
    export: Run, take: Run, source: Session, there: Session, folder: Path
) -> None:
    source.bind("people", "*", "note")
    source.rows("update public.people set note = kw.encrypt('people', id::text, 'note', 'n')")
    source.rows("select kw.shred('people', '*'::text, 'note', whole => true)")
    there.bind("people", "*", "note")
    there.rows("insert into people (id) overriding system value values (100)")
    export("--where", "tenant = 1")
    assert counts(folder) | {"generations": 0} == {
        "keys": 3, "rows": 3, "values": 3, "unreadable": 3, "bindings": 6, "shredded": 3,
        "generations": 0,
    }  # fmt: skip
    assert take()[0] == 0
    there.refused("KW301", "select kw.decrypt('people', id, 'note', note) from people where id = 2")
    assert there.encrypt("people", "100", "note", b"still usable")


def test_keys_that_are_given_move_with_or_without_a_row(
    export: Run, take: Run, source: Session, there: Session, folder: Path, tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    source.rows("select kw.shred('people', 2, 'ssn')")
    source.rows("delete from public.people where id in (2, 3)")
    keys.write_text("1\n2\n2\n6\n")
    assert export("--keys", keys)[0] == 0
    assert counts(folder) | {"generations": 0} == {
        "keys": 3, "rows": 2, "values": 2, "unreadable": 0, "bindings": 3, "shredded": 1,
        "generations": 0,
    }  # fmt: skip
    assert manifest(folder)["tables"][0]["where"] == "one of 3 keys"
    assert take()[0] == 0
    assert there.rows(READ) == values(1, 6)
    there.refused("KW301", "select kw.bind('people', 2, 'ssn')")
    assert there.lookup("people", "3", "ssn") is None


def test_a_key_that_nothing_has_and_a_list_beside_a_condition_are_refused(
    export: Run, source: Session, folder: Path, tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    keys.write_text("1\n99\n")
    not_exported(export, source, folder, 'key "99" of public.people has neither', "--keys", keys)
    not_exported(export, source, folder, "--keys is", "--keys", keys, "--where", "true")


def test_values_under_the_key_of_a_row_move_under_one_of_a_row(
    export: Run, take: Run, source: Session, there: Session
) -> None:
    source.bind("people", "1")
    source.rows("update people set note = kw.encrypt('people', 1, 'note', 'n') where id = 1")
    export()
    assert take()[0] == 0
    assert (
        there.value("select kw.decrypt('people', 1, 'note', note) from people where id = 1") == b"n"
    )
    assert there.value("select count(*) from kw.encryption_bindings where field_name is null") == 1


# -- other shapes of tables -----------------------------------------------------------------------


def test_several_tables_with_references_and_other_names_move_together(
    kwtools: Kwtools, db: Database, source: Session, there: Session, to_there: Path, folder: Path,
    take: Run,
) -> None:  # fmt: skip
    orders = """
        create table {0} (
            "Region%" text, "no" numeric(9, 2), person bigint references public.people,
            at timestamptz, "the card" bytea, more jsonb, tags text[], primary key ("Region%", "no")
        )
    """
    source.rows(orders.format("public.orders"))
    there.rows("create schema shop")
    there.rows(orders.format('shop."My Orders"'))
    for region, number in (("a", "1.50"), ("*", "2"), ("", "3"), ("x" * 80, "4")):
        key = source.value("select kw.entity_key(%s, %s::numeric(9, 2)::text)", region, number)
        source.bind("orders", key, "the card")
        source.rows(
            "insert into public.orders values (%s, %s, 1, '2020-02-29 1:02 UTC',"
            " kw.encrypt('orders', %s::text, 'the card', %s), %s, %s)",
            region, number, key, region.encode(), '{"a": [1, null]}', ["a,b", '"', None],
        )  # fmt: skip
    code, _, err = kwtools(
        "wrappers", "export", "--dsn", db.dsn, "--to", to_there, "--signer", "moves", "--out",
        folder, "--table", "people", "--table", "orders",
    )  # fmt: skip
    assert (code, err) == (0, "")
    code, out, err = take("--as", 'orders=shop."My Orders"', "--json")
    assert (code, err) == (0, "")
    assert [row["rows"] for row in json.loads(out)] == [6, 4]
    opened = there.rows(
        'select "Region%", kw.decrypt(\'shop.My Orders\', kw.entity_key("Region%", "no"::text),'
        ' \'the card\', "the card") from shop."My Orders"'
    )  # fmt: skip
    assert {region.encode(): value for region, value in opened} == {
        one: one for one in (b"a", b"*", b"", b"x" * 80)
    }


def test_nulls_empty_values_and_plain_bytes_move(
    export: Run, take: Run, source: Session, there: Session
) -> None:
    source.rows(
        "update people set ssn = kw.encrypt('people', '1', 'ssn', ''), note = '' where id = 1"
    )
    source.rows("update people set ssn = null, name = null, note = '\\x00ff' where id = 2")
    export()
    take()
    assert there.rows(READ)[:2] == [(1, b""), (2, None)]
    assert there.rows("select name, note from people where id < 3 order by id") == [
        ("name 1", b""), (None, b"\x00\xff")
    ]  # fmt: skip


def test_a_plan_shows_the_manifest_and_imports_nothing(
    export: Run, take: Run, there: Session
) -> None:
    export()
    before = there.rows(COUNTED)
    code, out, _ = take("--plan", "--json")
    (row,) = json.loads(out)
    assert (code, row["table"], row["rows"], row["left"]) == (0, "public.people", 6, 0)
    assert there.rows(COUNTED) == before


def test_the_owner_of_the_table_moves_it_with_three_roles(
    kwtools: Kwtools, db: Database, other_db: Database, source: Session, there: Session,
    to_there: Path, folder: Path, make_role: Callable[..., str],
) -> None:  # fmt: skip
    roles = ("kw_unwrap", "kw_client", "kw_auditor")
    owner, other = make_role(*roles), make_role(*roles)
    for one in (source, there):
        one.rows(f"alter table public.people owner to {owner}")
    options = ("--to", to_there, "--signer", "moves", "--out", folder, "--table", "people")
    for name, expected in ((other, 3), (owner, 0)):
        dsn = db.place.dsn(db.name, name)
        assert kwtools("wrappers", "export", "--dsn", dsn, *options)[0] == expected
    for name, expected in ((other, 3), (owner, 0)):
        dsn = other_db.place.dsn(other_db.name, name)
        assert kwtools("wrappers", "import", "--dsn", dsn, folder)[0] == expected
    assert there.rows(READ) == values(*ALL)
    there.rows("alter table public.people owner to postgres")


# -- beside others, and through a crash -----------------------------------------------------------

SLOWLY = "pg_sleep(0.8) is not null"


@pytest.fixture
def exporting(export: Run, source: Session) -> Iterator["Future[tuple[int, str, str]]"]:
    """An export that has its snapshot and still reads."""
    reading = (
        "select count(*) from pg_stat_activity where wait_event = 'PgSleep'"
        " and application_name = 'kwtools wrappers export'"
    )
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(export, "--where", SLOWLY, "--batch", 1)
        until = time.monotonic() + 60
        while not running.done() and source.value(reading) == 0:
            assert time.monotonic() < until
        yield running


def test_what_others_write_meanwhile_does_not_move_and_all_of_the_snapshot_does(
    exporting: "Future[tuple[int, str, str]]", take: Run, source: Session, there: Session
) -> None:
    add(source, 100)
    source.rows("select kw.rotate('people', 6, 'ssn')")
    source.rows("update public.people set ssn = kw.encrypt('people', '6', 'ssn', 'new')")
    source.rows("delete from public.people where id = 5")
    assert exporting.result(60)[0] == 0
    assert take()[0] == 0
    assert there.rows(READ) == values(*ALL)


def test_a_key_that_is_shredded_meanwhile_stops_the_export(
    exporting: "Future[tuple[int, str, str]]", source: Session, folder: Path
) -> None:
    source.rows("select kw.shred('people', 6, 'ssn')")
    code, _, err = exporting.result(60)
    assert code != 0
    assert 'the key of public.people.ssn for key "6" was shredded' in err
    assert not folder.exists()


def test_a_server_that_crashes_during_an_import_has_nothing_of_it(
    export: Run, source: Session, to_there: Path, folder: Path, kwtools: Kwtools,
    own_cluster: Callable[..., Place],
) -> None:  # fmt: skip
    place = own_cluster(settings={"synchronous_commit": "on"})
    with place.connect(autocommit=True) as connection:
        set_up(connection, "crash")
        there = Session(connection)
        there.rows(PEOPLE)
        make_deployment(there)
        public = source.value("select public_key from kw.signing_keys where name = 'moves'")
        there.rows("select kw.import_signing_key('moves', 'ML-DSA-44', 'import', %s)", public)
        to_there.write_text(kwtools("wrappers", "recipient", "--dsn", place.dsn(), there.kem())[1])
        assert export()[0] == 0
        there.rows(
            "create function public.crash() returns trigger language plpython3u as"
            " 'import os, signal; os.kill(os.getpid(), signal.SIGKILL)'"
        )
        there.rows(
            "create trigger crash before insert on public.people"
            " for each row when (new.id = 5) execute function public.crash()"
        )
        before = there.rows(COUNTED)
    run = ("wrappers", "import", "--dsn", place.dsn(), folder)
    with suppress(psycopg.OperationalError), place.connect(autocommit=True) as other:
        assert kwtools(*run, "--batch", 1)[0] == 3
        while True:  # until the server has noticed, and ended every session
            other.execute("select pg_sleep(0.05)")
    until = time.monotonic() + 60
    while True:
        try:
            connection = place.connect(autocommit=True)
            break
        except psycopg.OperationalError:
            assert time.monotonic() < until
            time.sleep(0.1)
    with connection:
        there = Session(connection)
        assert there.rows(COUNTED) == before
        there.rows("drop trigger crash on public.people")
        assert kwtools(*run)[0] == 0
        assert there.rows(READ) == values(*ALL)
