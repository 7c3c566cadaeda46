"""A plaintext column becomes an encrypted one, phase by phase."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.sql.protecting import TABLE, catalog, in_phases, make_patients
from tests.sql.session import Session

PHASES = ["expanded", "backfilled", "verified", "cut_over"]
DECRYPTED = "select id, kw.decrypt_text('patients', id, 'phone', {}) from patients order by id"
COLUMN = "'public.patients', 'phone'"


@pytest.fixture
def patients(session: Session) -> Session:
    make_patients(session)
    return session


def test_each_phase_leaves_the_values_as_they_are(patients: Session) -> None:
    before = patients.rows("select id, phone from patients order by id")
    in_phases(patients, "verified")
    assert patients.rows("select id, phone from patients order by id") == before
    assert patients.rows(DECRYPTED.format("phone_encrypted")) == before
    patients.rows(f"select kw.protect_cut_over({COLUMN})")
    assert patients.rows(DECRYPTED.format("phone")) == before
    assert patients.rows("select id, phone_plaintext from patients order by id") == before
    patients.rows(f"select kw.protect_contract({COLUMN})")
    assert patients.rows(DECRYPTED.format("phone")) == before
    columns = [row[0] for row in catalog(patients)["columns"]]
    assert columns == ["id", "name", "phone"]
    assert patients.rows(
        "select status, encrypted, verified, differing from kw.protection_status('patients')"
    ) == [("contracted", 23, 25, 0)]


def test_the_procedure_does_all_phases_and_continues(patients: Session) -> None:
    patients.rows("call kw.protect('patients', 'phone', until => 'expanded')")
    patients.rows("call kw.protect('patients', 'phone', until => 'cut_over', max_rows => 7)")
    assert patients.value("select status from kw.protection_status()") == "cut_over"
    patients.rows("call kw.protect('patients', 'phone', until => 'contracted')")
    assert patients.value("select status from kw.protection_status()") == "contracted"
    patients.refused("KW003", "call kw.protect('patients', 'phone', until => 'planned')")


def test_what_is_written_meanwhile_is_encrypted_at_once(patients: Session) -> None:
    patients.rows(f"select kw.protect_expand({COLUMN})")
    patients.rows("insert into patients (id, phone) values (100, 'new'), (101, null)")
    patients.rows("insert into patients (id) values (102)")
    patients.rows("update patients set phone = 'changed' where id = 2")
    patients.rows("update patients set name = 'other' where id = 3")
    patients.rows("update patients set phone = null where id = 4")
    patients.rows("update patients set id = 200 where id = 100")
    rows = patients.rows(
        "select id, kw.decrypt_text('patients', id, 'phone', phone_encrypted) from patients"
        " where id in (2, 3, 4, 101, 102, 200) order by id"
    )
    assert rows == [(2, "changed"), (3, "+49 3"), (4, None), (101, None), (102, "-"), (200, "new")]


def test_after_cut_over_writers_encrypt_and_the_plaintext_follows(patients: Session) -> None:
    in_phases(patients, "cut_over")
    patients.rows(
        "insert into patients (id, phone) values"
        " (100, kw.encrypt_text('patients', 100, 'phone', 'new')), (101, null)"
    )
    patients.rows("insert into patients (id) values (102)")
    patients.rows(
        "update patients set phone = kw.encrypt_text('patients', 2, 'phone', 'changed')"
        " where id = 2"
    )
    patients.refused("KW300", "update patients set phone = 'plain' where id = 3")
    # the ciphertext of a row is that of its key
    patients.refused("KW300", "update patients set id = 200 where id = 3")
    plain = "select id, phone_plaintext from patients where id in (2, 100, 101, 102) order by id"
    assert patients.rows(plain) == [(2, "changed"), (100, "new"), (101, None), (102, None)]
    patients.rows(f"select kw.protect_undo({COLUMN})")
    assert patients.values("select phone from patients where id in (2, 100) order by id") == [
        "changed",
        "new",
    ]


@pytest.mark.parametrize("scope", ["column", "row", "cell"])
def test_after_cut_over_a_plaintext_that_is_written_alone_is_encrypted(
    patients: Session, scope: str
) -> None:
    patients.rows("create view phones as select id, name, phone from patients")
    patients.rows(f"call kw.protect('patients', 'phone', '{scope}', until => 'cut_over')")
    patients.rows(
        "insert into patients values (100, 'n', 'no names');"
        " insert into phones values (101, 'n', 'by view'), (102, 'n', null);"
        " update phones set phone = 'changed' where id = 3;"
        " update phones set phone = null where id = 4;"
        " update phones set id = 105, phone = 'moved' where id = 5"
    )
    # where both are written, the ciphertext decides
    patients.rows(
        "update patients set phone_plaintext = 'other',"
        " phone = kw.encrypt_text('patients', 6, 'phone', 'both') where id = 6"
    )
    written = " where id in (3, 4, 6, 100, 101, 102, 105) order by id"
    kept = [(3, "changed"), (4, None), (6, "both"), (100, "no names"), (101, "by view"),
        (102, None), (105, "moved")]  # fmt: skip
    assert patients.rows(f"select id, phone_plaintext from patients{written}") == kept
    patients.rows("drop view phones")
    patients.rows(f"select kw.protect_contract({COLUMN})")
    decrypted = "select id, kw.decrypt_text('patients', id, 'phone', phone) from patients"
    assert patients.rows(decrypted + written) == kept


@pytest.mark.parametrize("phase", PHASES)
def test_undo_restores_the_table_exactly(patients: Session, phase: str) -> None:
    patients.rows(
        "create index on patients (lower(phone));"
        " alter table patients add constraint short check (length(phone) < 100);"
        " grant select (phone) on patients to kw_auditor"
    )
    patients.rows("create view phones as select id, phone from patients")
    values = "select id, name, phone from patients order by id"
    before, rows = catalog(patients), patients.rows(values)
    in_phases(patients, phase)
    patients.rows(f"select kw.protect_undo({COLUMN})")
    assert catalog(patients) == before
    assert patients.rows(values) == rows
    assert patients.rows("select id, phone from phones order by id") == [
        (number, phone) for number, _, phone in rows
    ]
    patients.refused("KW101", f"select kw.protect_undo({COLUMN})")
    # and it can begin again
    in_phases(patients, "verified")
    assert patients.values("select status from kw.protection_status()") == ["undone", "verified"]


def test_what_is_complete_cannot_be_undone(patients: Session) -> None:
    in_phases(patients, "contracted")
    patients.refused("KW102", f"select kw.protect_undo({COLUMN})")
    assert patients.value(f"select kw.protect_expand({COLUMN})") == 1
    # a table of the same name is another one
    patients.rows("drop table patients; create table patients (id int primary key, phone text)")
    patients.rows("select kw.reclaim_entity('patients')")
    assert patients.value(f"select kw.protect_expand({COLUMN})") == 2


def test_each_phase_can_be_repeated(patients: Session) -> None:
    for phase in [*PHASES, "contracted"]:
        for _ in range(2):
            in_phases(patients, phase)
            assert patients.values("select status from kw.protection_status()") == [phase]
        if phase == "verified":
            for step in ("backfill", "verify"):
                assert patients.value(f"select kw.protect_{step}({COLUMN})") == 0


def test_phases_come_in_order(patients: Session) -> None:
    for step in ("backfill", "verify", "cut_over", "contract", "undo"):
        patients.refused("KW101", f"select kw.protect_{step}({COLUMN})")
    patients.rows(f"select kw.protect_expand({COLUMN})")
    for step in ("verify", "cut_over", "contract"):
        patients.refused("KW102", f"select kw.protect_{step}({COLUMN})")
    while patients.value(f"select kw.protect_backfill({COLUMN})"):
        pass
    for step in ("cut_over", "contract"):
        patients.refused("KW102", f"select kw.protect_{step}({COLUMN})")


def test_a_row_that_differs_is_named_by_its_key_and_stops_cut_over(patients: Session) -> None:
    in_phases(patients, "backfilled")
    wrong = (
        "update patients set phone_encrypted ="
        " kw.encrypt_text('patients', id, 'phone', 'secret') where id = 7"
    )
    opened = (
        "select kw.decrypt_text('patients', 7, 'phone', phone_encrypted) from patients where id = 7"
    )
    patients.rows(wrong)
    assert patients.value(opened) == "+49 7"
    patients.rows(
        "alter table patients disable trigger zz_kw_protect_1;"
        f" {wrong}; alter table patients enable always trigger zz_kw_protect_1"
    )
    assert patients.value(opened) == "secret"
    while patients.value(f"select kw.protect_verify({COLUMN}, 10)"):
        pass
    found = patients.rows(
        "select status, verified, differing, differing_keys from kw.protection_status()"
    )
    assert found == [("backfilled", 25, 1, ["7"])]
    said = patients.refused("KW102", f"select kw.protect_cut_over({COLUMN})")
    assert '"7"' in said
    assert "secret" not in said
    assert "+49" not in said
    for until in ("verified", "cut_over"):
        patients.refused("KW102", "call kw.protect('patients', 'phone', until => %s)", until)
    patients.rows("update patients set phone_encrypted = null where id = 7")
    patients.rows("call kw.protect('patients', 'phone', until => 'cut_over')")
    assert patients.rows("select status, differing from kw.protection_status()") == [
        ("cut_over", 0)
    ]


def test_expand_lists_the_roles_that_could_no_longer_write(
    patients: Session, make_role: Callable[..., str]
) -> None:
    writer, reader, client = make_role("kw_auditor"), make_role(), make_role("kw_client")
    patients.rows(f"grant insert, update on patients to {writer}, {client}")
    patients.rows(f"grant select on patients to {reader}")
    said = patients.refused("KW102", f"select kw.protect_expand({COLUMN})")
    assert writer in said
    assert reader not in said
    assert client not in said
    obstacles = "select name from kw.plan_protection('patients', 'phone') where is_obstacle"
    assert patients.values(obstacles) == [f"role {writer}"]
    patients.rows(f"grant kw_client to {writer}")
    patients.rows(f"select kw.protect_expand({COLUMN})")


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("create table x (id bigint, phone text)", "no primary key"),
        ("create table x (phone text primary key)", "part of the primary key"),
        ("create table x (id int primary key, phone money)", "depends on the session"),
        ("create domain d as regclass; create table x (id int primary key, phone d)", "session"),
        ("create table x (id int primary key, phone money[])", "type money depends on the session"),
        ("create domain d as money[]; create table x (id int primary key, phone d)", "type money"),
        ("create type c as (r regclass); create table x (id int primary key, phone c)", "regclass"),
        (
            "create table x (id int primary key, phone text generated always as ('x') stored)",
            "generated",
        ),
        (
            "create table x (id int primary key, phone int generated always as identity)",
            "identity",
        ),
        (
            "create table x (id int primary key, phone text); create table y () inherits (x)",
            "inherit",
        ),
        (
            "create table x (id int, n int, phone text, primary key (id, n) include (phone))",
            "the index of the primary key includes it",
        ),
        ("create view x as select 1 as id, 'x' as phone", "not a table"),
        (
            "create table x (id int primary key, phone text, phone_encrypted text)",
            '"phone_encrypted"',
        ),
    ],
)
def test_what_cannot_be_protected_is_refused(session: Session, made: str, said: str) -> None:
    session.rows(made)
    assert said in session.refused("KW102", "select kw.protect_expand('x', 'phone')")
    assert session.value("select count(*) from kw.protections") == 0
    assert session.value("select count(*) from kw.encryption_bindings") == 0


def test_only_the_owner_protects(patients: Session, connect: Callable[..., Session],
    make_role: Callable[..., str]) -> None:  # fmt: skip
    client, owner = make_role("kw_client"), make_role("kw_client")
    patients.rows(f"grant all on patients to {client}")
    other = connect(client)
    for step in ("expand", "backfill", "verify", "cut_over", "contract", "undo"):
        other.refused("KW100", f"select kw.protect_{step}({COLUMN})")
    other.refused("KW100", f"select * from kw.plan_protection({COLUMN})")
    patients.rows(
        f"alter table patients owner to {owner}; grant create on schema public to {owner}"
    )
    in_phases(connect(owner), "contracted")
    assert other.rows("select * from kw.protection_status()") == []
    assert len(connect(owner).rows("select * from kw.protection_status()")) == 1


def test_what_is_made_belongs_to_the_owner_by_any_role_that_may(
    patients: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    owner, writer = make_role(), make_role("kw_client")
    patients.rows(f"alter table patients owner to {owner}; grant insert on patients to {writer}")
    said = patients.refused("KW102", f"select kw.protect_expand({COLUMN})")
    assert "schema public" in said
    assert f"role {owner}" in said
    patients.rows(f"grant kw_client to {owner}; grant create on schema public to {owner}")
    in_phases(patients, "cut_over")
    made = "select proowner::regrole::text, prosecdef from pg_proc where proname = 'kw_protect_1'"
    assert patients.rows(made) == [(owner, True)]
    # who may write and not read
    other = connect(writer)
    other.rows(
        "insert into patients (id, phone)"
        " values (100, kw.encrypt_text('patients', 100, 'phone', 'new'))"
    )
    other.refused("42501", "select phone_plaintext from patients")
    other.rows("create temporary table mine (id bigint, phone bytea, phone_plaintext text)")
    other.refused(
        "42501",
        "create trigger t before insert on mine for each row execute function kw_protect_1()",
    )
    assert patients.value("select phone_plaintext from patients where id = 100") == "new"


def test_a_plan_names_all_and_changes_nothing(patients: Session) -> None:
    patients.rows(
        "create index phone_index on patients (phone);"
        " alter table patients add constraint one_phone unique (id, phone);"
        " create view phones as select phone from patients;"
        " create function f() returns trigger language plpgsql as 'begin return new; end';"
        " create trigger zzz before update on patients for each row execute function f();"
        " create publication p for table patients"
    )
    before = catalog(patients)
    steps = patients.rows(
        f"select kind, name, detail, is_obstacle from kw.plan_protection({COLUMN})"
    )
    found = {(kind, name): detail for kind, name, detail, _ in steps}
    assert "dropped with" in found["index", "public.phone_index"]
    assert "dropped with" in found["table constraint", "one_phone on public.patients"]
    assert "waits" in found["dependent view", "public.phones"]
    assert "must not change" in found["trigger", "zzz"]
    assert "add the encrypted column there first" in found["publication", "p"]
    assert ("size", "about 25 rows") in found
    assert {"lock", "size", "time", "plaintext remains", "default"} <= {kind for kind, _ in found}
    assert not any(step[3] for step in steps)
    assert catalog(patients) == before


def test_a_plan_says_that_the_number_of_rows_is_not_known(session: Session) -> None:
    session.rows("create table patients (id bigint primary key, phone text)")
    size = f"select name from kw.plan_protection({COLUMN}) where kind in ('size', 'time')"
    assert session.values(size) == ["about 0 rows", "about 0 s"]
    session.rows("insert into patients values (1, 'x')")
    assert session.values(size) == ["an unknown number of rows", "unknown"]


def test_contract_waits_for_what_depends_on_the_plaintext(patients: Session) -> None:
    patients.rows("create view phones as select phone from patients")
    in_phases(patients, "cut_over")
    assert "public.phones" in patients.refused("KW102", f"select kw.protect_contract({COLUMN})")
    patients.rows("drop view phones")
    patients.heard()
    patients.rows(f"select kw.protect_contract({COLUMN})")
    assert "VACUUM FULL" in patients.heard()


def test_constraints_of_the_column_go_with_it(patients: Session) -> None:
    patients.rows(
        "alter table patients add constraint short check (length(phone) < 100),"
        " add constraint other check (phone <> name), add constraint one_phone unique (id, phone)"
    )
    steps = patients.rows(
        f"select detail from kw.plan_protection({COLUMN}) where kind like '%%constraint'"
    )
    assert steps == [("is dropped with the plaintext column",)] * 3
    in_phases(patients, "contracted")
    names = patients.values(
        "select conname from pg_constraint where conrelid = %s::regclass and contype <> 'n'", TABLE
    )
    assert sorted(names) == ["kw_protect_1_form", "patients_pkey"]


def test_undo_names_what_depends_on_the_encrypted_column(patients: Session) -> None:
    in_phases(patients, "cut_over")
    patients.rows("create view sealed as select phone from patients")
    said = patients.refused("KW102", f"select kw.protect_undo({COLUMN})")
    assert "view public.sealed" in said
    patients.rows("drop view sealed")
    patients.rows(f"select kw.protect_undo({COLUMN})")


def test_two_sessions_that_begin_at_once_go_on_together(
    patients: Session, connect: Callable[..., Session]
) -> None:
    other = connect()
    expand = f"select kw.protect_expand({COLUMN})"
    waits = "select exists (select from pg_locks where pid = %s and not granted)"
    patients.rows("begin")
    begun = patients.value(expand)
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(other.value, expand)
        while not patients.value(waits, other.connection.info.backend_pid):
            assert not second.done(), second.result()
        patients.rows("commit")
        assert second.result() == begun


def test_not_null_and_grants_of_the_column_go_with_its_name(patients: Session) -> None:
    patients.rows(
        "delete from patients where phone is null;"
        " alter table patients alter phone set not null;"
        " grant select (phone), update (phone) on patients to kw_client"
    )
    in_phases(patients, "contracted")
    (column,) = [row for row in catalog(patients)["columns"] if row[0] == "phone"]
    assert column[1:3] == ("bytea", True)
    assert "kw_client=rw" in column[4]
    checks = patients.values(
        "select conname from pg_constraint where conrelid = 'patients'::regclass and contype = 'c'"
    )
    assert checks == ["kw_protect_1_form"]
    patients.refused("23502", "insert into patients (id) values (1000)")


TYPES = [
    ("numeric(12,4)", "123456.7800"),
    ("date", "2026-02-03"),
    ("timestamptz", "2026-02-03 04:05:06.789+02"),
    ("interval", "1 year 2 mons -3 days"),
    ("jsonb", '{"a": [1, null, "ä"]}'),
    ("json", '{"b":  1}'),
    ("uuid", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
    ("text[]", '{a,"b,c",NULL}'),
    ("float8", "0.1"),
    ("bytea", "\\x00ff"),
    ("int4range", "[1,5)"),
    ("char(5)", "ab"),
    ("point", "(1,2)"),
    ("boolean", "t"),
]


@pytest.mark.parametrize(("kind", "value"), TYPES)
def test_types_beyond_text_do_not_depend_on_the_session(
    session: Session, kind: str, value: str
) -> None:
    session.rows(f"create table patients (id bigint primary key, phone {kind})")
    session.rows("insert into patients values (1, %s), (3, null)", value)
    session.rows(f"create table before as table patients; insert into before values (2, '{value}')")
    odd = (
        "set datestyle = 'SQL, DMY'; set timezone = 'Asia/Tokyo';"
        " set intervalstyle = 'sql_standard'; set extra_float_digits = -3;"
        " set bytea_output = 'escape'"
    )
    session.rows(odd)
    session.rows("select kw.protect_expand('patients', 'phone')")
    session.rows("reset all")
    session.rows("insert into patients values (2, %s)", value)
    session.rows(odd)
    in_phases(session, "cut_over")
    # written by a session of other settings, decrypted by a third
    session.rows("reset all")
    session.rows(
        "update patients set phone = kw.encrypt_text('patients', 2, 'phone', %s) where id = 2",
        value,
    )
    differing = (
        "select b.id from before b join patients p using (id)"
        f" where kw.decrypt_text('patients', p.id, 'phone', p.phone)::{kind}::text"
        " is distinct from b.phone::text or p.phone_plaintext::text is distinct from b.phone::text"
    )
    session.rows("set timezone = 'UTC'")
    assert session.rows(differing) == []


@pytest.mark.parametrize("scope", ["column", "table", "cell", "row"])
def test_a_data_key_covers_what_was_asked_for(session: Session, scope: str) -> None:
    make_patients(session)
    session.rows(
        "call kw.protect('patients', 'phone', key_scope => %s, until => 'expanded')", scope
    )
    session.rows("insert into patients values (100, 'x', 'new')")
    session.rows("call kw.protect('patients', 'phone', until => 'cut_over', max_rows => 10)")
    bound = session.rows(
        "select entity_pk = '*', field_name is not null, count(*) from kw.encryption_bindings"
        " group by 1, 2"
    )
    values = session.value("select count(*) from patients where phone is not null")
    wide, named = scope in ("column", "table"), scope in ("column", "cell")
    assert bound == [(wide, named, 1 if wide else values)]
    session.refused("KW003", "select kw.protect_expand('patients', 'name', 'everything')")


def test_names_that_need_quotes_and_keys_of_parts(session: Session) -> None:
    session.rows('create schema "my.schema"; create domain "my.schema"."Code" as text')
    session.rows(
        'create table "my.schema"."Say ""x""" ("A b" "my.schema"."Code", n date,'
        ' "Phone""s" varchar(20),'
        ' primary key (n, "A b"))'
    )
    name = '"my.schema"."Say ""x"""'
    session.rows(
        f"insert into {name} select 'k' || g % 5, '2026-01-01'::date + g / 5, 'p' || g"
        " from generate_series(1, 23) g"
    )
    session.rows("set datestyle = 'German'")
    session.rows("call kw.protect(%s, %s, until => 'cut_over', max_rows => 4)", name, 'Phone"s')
    session.rows("call kw.protect(%s, %s, until => 'contracted')", name, 'Phone"s')
    session.rows("set datestyle = 'ISO'")
    query = (
        'select kw.decrypt_text(%s, kw.entity_key(n::text, "A b"), %s, "Phone""s")'
        f' from {name} order by n, right("A b", 1)'
    )
    assert session.values(query, name, 'Phone"s') == [f"p{number}" for number in range(1, 24)]


def test_partitioned_tables_are_protected_whole(session: Session) -> None:
    session.rows(
        "create table patients (region text, id int, phone text, primary key (region, id))"
        " partition by list (region);"
        " create table eu partition of patients for values in ('eu');"
        " create table other (phone text, region text not null, id int not null);"
        " alter table patients attach partition other default;"
        " insert into patients select case when g % 2 = 0 then 'eu' else 'us' end, g, 'p' || g"
        " from generate_series(1, 20) g"
    )
    assert "partition" in session.refused("KW102", "select kw.protect_expand('eu', 'phone')")
    in_phases(session, "expanded")
    session.rows("insert into other values ('direct', 'xx', 100)")
    session.rows("update patients set region = 'eu' where id = 1")
    in_phases(session, "contracted")
    query = (
        "select count(*) from patients"
        " where kw.decrypt_text('patients', kw.entity_key(region, id::text), 'phone', phone)"
        " = case id when 100 then 'direct' else 'p' || id end"
    )
    assert session.value(query) == 21


def test_triggers_of_the_table_find_the_callers_search_path(patients: Session) -> None:
    patients.rows(
        "create schema app; create table app.changes (id bigint);"
        " create function app.note() returns trigger language plpgsql as"
        " 'begin insert into changes values (new.id); return new; end';"
        " create trigger note after update on patients for each row execute function app.note();"
        " set search_path = app, public"
    )
    in_phases(patients, "backfilled")
    assert patients.value("select count(distinct id) from app.changes") == 23


def test_a_slow_call_ends_early_and_the_next_continues(session: Session) -> None:
    make_patients(session, 600)
    session.rows(
        "create function slow() returns trigger language plpgsql as"
        " 'begin perform pg_catalog.pg_sleep(0.0005); return new; end';"
        " create trigger slow before update on patients for each row execute function slow()"
    )
    session.rows(f"select kw.protect_expand({COLUMN})")
    assert session.value(f"select kw.protect_backfill({COLUMN}, 1000)") == 250
    assert session.value("select count(phone_encrypted) from patients") == 225
    in_phases(session, "verified", max_rows=1000)
    assert session.rows("select encrypted, verified from kw.protection_status()") == [(540, 600)]


def test_an_error_of_the_table_shows_no_value(patients: Session) -> None:
    patients.rows("alter table patients add constraint odd check (phone <> '+49 5') not valid")
    patients.rows(f"select kw.protect_expand({COLUMN})")
    said = patients.refused("KW102", f"select kw.protect_backfill({COLUMN})")
    assert "23514" in said
    assert "+49" not in said


def test_a_missing_trigger_stops_the_phases(patients: Session) -> None:
    patients.rows(f"select kw.protect_expand({COLUMN})")
    patients.rows("alter table patients disable trigger zz_kw_protect_1")
    assert "zz_kw_protect_1" in patients.refused("KW102", f"select kw.protect_backfill({COLUMN})")
    patients.rows(f"select kw.protect_undo({COLUMN})")


def test_writers_fire_the_trigger_in_every_session(patients: Session) -> None:
    patients.rows(f"select kw.protect_expand({COLUMN})")
    patients.rows("set session_replication_role = replica")
    patients.rows("insert into patients values (100, 'x', 'replicated')")
    assert patients.value("select phone_encrypted is not null from patients where id = 100")


def test_it_is_audited(patients: Session) -> None:
    in_phases(patients, "contracted")
    events = patients.rows(
        "select action, object from kw.audit_events where action like 'protect%' order by id"
    )
    steps = ("expand", "verify", "cut_over", "contract")
    assert events == [(f"protect_{step}", f"{TABLE}.phone") for step in steps]


def test_rows_that_policies_hide_are_not_left_behind(
    session: Session, make_role: Callable[..., str]
) -> None:
    owner = make_role("kw_client")
    session.rows(f"grant create on schema public to {owner}; set role {owner}")
    make_patients(session)
    policy = "create policy few on patients using (id < 5)"
    force = "alter table patients enable row level security, {} force row level security"
    session.rows(f"{policy}; {force.format('')}")
    plan = f"select name, detail from kw.plan_protection({COLUMN}) where is_obstacle"
    ((name, detail),) = session.rows(plan)
    assert name == "table public.patients"
    assert "BYPASSRLS" in detail
    assert "BYPASSRLS" in session.refused("KW102", f"select kw.protect_expand({COLUMN})")
    session.rows(force.format("no"))
    for until, phase in (
        ("expanded", "backfill"), ("backfilled", "verify"), ("verified", "cut_over")
    ):  # fmt: skip
        session.rows("call kw.protect('patients', 'phone', until => %s)", until)
        session.rows(force.format(""))
        said = session.refused("KW102", f"select kw.protect_{phase}({COLUMN})")
        assert "row-level security" in said
        session.rows(force.format("no"))
    session.rows("call kw.protect('patients', 'phone', until => 'contracted')")
    assert session.value("select count(*) from patients where phone is not null") == 23


def test_rows_that_policies_hide_get_their_tokens_later(
    session: Session, make_role: Callable[..., str]
) -> None:
    owner = make_role("kw_client")
    session.rows(f"grant create on schema public to {owner}; set role {owner}")
    make_patients(session)
    session.rows("call kw.protect('patients', 'phone', search => 'equality')")
    fill = "select * from kw.fill_tokens('patients', 'phone')"
    session.rows("alter table patients enable row level security, force row level security")
    assert "BYPASSRLS" in session.refused("KW102", fill)
    session.rows("alter table patients no force row level security")
    session.rows(fill)
