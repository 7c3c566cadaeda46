"""Who can write the tables of kw, and lacks the deployment key: each edit, and what finds it.

The edits are a superuser's, in a session where triggers, foreign keys and checks are off.
The tables of docs/security.md are those of this module.
"""

# ruff: noqa: E501

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from tests.conftest import FORGET, Database, Keystore, copy_database, unique
from tests.deployment import seal
from tests.sql.importing import Maker, take
from tests.sql.sealed import CHECK, STATEMENTS, TABLES, begin, make_tables
from tests.sql.session import Session

PAGE = Path(__file__).parents[2] / "docs" / "security.md"

_PROGRESS = "How far a batch has come, for the next one and for people. Who edits it has rows skipped, which he could as well change once they were verified."
NOT_COVERED = {
    "serial ids": "Seals name rows by uuid or name. A row that takes another's id breaks the seals of what refers to it.",
    "timestamps": "They say when, and decide nothing but when work is due. Those that decide are covered: `activated_at`, `retired_at` and `compromised_at` of signing keys, `removed_at` of keys of a log.",
    "notes": "They are for people.",
    "kw.entities.relation": "The oid differs after a restore. It counts only while the name stands for it.",
    "kw.key_wrappers.wrap_version": "The higher one of the versions of the legs, which are covered.",
    "kw.key_wrappers.crypto_suite": "Only `mode`, `commitment` and `layers` are covered: the rest is for people. Of a destroyed wrapper: `commitment`.",
    "kw.protections.position": _PROGRESS,
    "kw.protections.skipped_after": _PROGRESS,
    "kw.protections.encrypted": _PROGRESS,
    "kw.protections.verified": _PROGRESS,
    "kw.protections.differing": _PROGRESS,
    "kw.protections.differing_keys": _PROGRESS,
}  # fmt: skip
_SERIAL = {"key_wrappers", "kms_keys", "kms_providers", "encryption_policies", "signing_keys"}
# Of a destroyed wrapper these say nothing any more.
_DESTROYED = {
    *("kms1_key_id", "kms2_key_id", "dek_wrap1", "dek_wrap2", "wrap1_version", "wrap2_version"),
    *("dek_class", "crypto_suite"),
}


def is_covered(table: str, column: str, kind: str) -> bool:
    """Whether the page says that a seal covers a column."""
    if kind.startswith("timestamp"):
        return column in ("activated_at", "retired_at", "compromised_at", "removed_at")
    if column == "id" and table in _SERIAL:
        return False
    return column != "notes" and f"kw.{table}.{column}" not in NOT_COVERED


class Edit(NamedTuple):
    """An edit of the tables, and what finds it."""

    what: str
    statements: str
    tables: str
    """Whose rows kw.check_seals() then names; empty: none."""
    call: str = ""
    """A call that would change such a row, and refuses."""
    state: str = ""
    """Whose rows kw.check_state then names, if kw.check_seals does not."""
    by: str = "`kw.check_state` with a checkpoint that was kept"
    """Who finds it, if kw.check_seals does not."""


KEPT = "select note from public.kept"
_OF = "(select key_wrapper_id from kw.encryption_bindings where entity_pk = '{}' and field_name = 'ssn')"
_ONE, _TWO = _OF.format("1"), _OF.format("2")
EDITS = (
    Edit(
        "Exchange the rows that two bindings are for",
        "update kw.encryption_bindings set entity_pk = 'x' where entity_pk = '1';"
        " update kw.encryption_bindings set entity_pk = '1' where entity_pk = '2';"
        " update kw.encryption_bindings set entity_pk = '2' where entity_pk = 'x'",
        "encryption_bindings",
        "rotate('people', '1', 'ssn')",
    ),
    Edit(
        "Point a binding at another wrapper",
        f"update kw.encryption_bindings set key_wrapper_id = {_TWO} where entity_pk = '1'",
        "encryption_bindings",
        "shred('people', '1', 'ssn', shared => true)",
    ),
    Edit(
        "Point a binding at a wrapper that does not exist",
        "update kw.encryption_bindings set key_wrapper_id = 999999 where entity_pk = '1'",
        "encryption_bindings",
        "rebind('people', entity_pk => '1', to_entity_pk => '9')",
    ),
    Edit(
        "Point an earlier generation at another wrapper",
        f"update kw.binding_generations set key_wrapper_id = {_TWO}",
        "binding_generations",
        "rotate('people', '3', 'ssn')",
    ),
    Edit(
        "Bring a shredded binding back",
        "update kw.encryption_bindings set status = 'live', is_closed = false where status = 'shredded'",
        "encryption_bindings",
        "rebind('people', 'other_people', field_name => 'ssn')",
    ),
    Edit(
        "Put an old leg beside a renewed one",
        "update kw.key_wrappers w set dek_wrap1 = o.dek_wrap1, wrap1_version = 1,"
        " crypto_suite = jsonb_set(w.crypto_suite, '{legs,0,version}', '1') from public.old_wrappers o"
        f" where o.id = w.id and w.id = {_ONE}",
        "key_wrappers",
        "rewrap(kw.lookup('people', '1', 'ssn'), kms2_key_id => 3)",
    ),
    Edit(
        "Put a retired wrapper back",
        "update kw.key_wrappers set status = 'active' where status = 'retired'",
        "key_wrappers",
        "set_wrapper_status((select wrapper_uuid::uuid from public.retired), 'active')",
    ),
    Edit(
        "Make an unbound wrapper one's own",
        "update kw.key_wrappers set owner_name = 'kw_client', owner = 'kw_client'::regrole where owner is not null",
        "key_wrappers",
        "give_wrappers(array[(select wrapper_uuid::uuid from kw.key_wrappers where owner_name is not null limit 1)], 'kw_admin')",
    ),
    Edit(
        "Add rights to a grant, or another grantee",
        "update kw.field_grants set may_write = true, grantee = 'kw_client'::regrole, role_name = 'kw_client'",
        "field_grants",
        "grant_field('people', 'ssn', 'kw_admin')",
    ),
    Edit(
        "Insert a row without a seal: here a grant",
        "insert into kw.field_grants (entity_table, field_name_norm, role_name, may_read, may_write, granted_by)"
        " values ('public.people', 'note', 'kw_client', true, true, 'postgres')",
        "field_grants",
        "grant_field('people', 'ssn', 'kw_admin')",
    ),
    Edit(
        "Insert a wrapper, and with it a binding",
        "insert into kw.key_wrappers (wrapper_uuid, kms1_key_id, dek_wrap1, crypto_suite)"
        " select gen_random_uuid()::text, kms1_key_id, dek_wrap1, crypto_suite from kw.key_wrappers limit 1;"
        " insert into kw.encryption_bindings (id, entity_table, entity_pk, field_name, key_wrapper_id)"
        " select 5, 'public.people', '5', 'ssn', max(id) from kw.key_wrappers",
        "encryption_bindings key_wrappers",
        "rotate('people', '5', 'ssn')",
    ),
    Edit(
        "Remove the seal of a row",
        "update kw.settings set seal = null, change_no = null",
        "settings",
        "set_setting('cache_seconds', 70)",
    ),
    Edit(
        "Give a row the seal of another one",
        "update kw.encryption_bindings b set seal = o.seal, change_no = o.change_no from kw.encryption_bindings o"
        " where b.entity_pk = '1' and o.entity_pk = '2'",
        "encryption_bindings",
        "rotate('people', '1', 'ssn')",
    ),
    Edit(
        "Give a seal another change number",
        "update kw.settings set change_no = change_no + 1",
        "settings",
        "set_setting('cache_seconds', 70)",
    ),
    Edit(
        "Give a name the bindings of another table",
        "update kw.entities set bound_as = 'public.other'",
        "blind_indexes entities encryption_bindings",
        "lookup('people', '1', 'ssn')",
    ),
    Edit(
        "Put a policy, a floor or a setting lower",
        "update kw.encryption_policies set mode = 'single' where policy_name = 'default';"
        " update kw.entity_fields set min_nist_level = 1 where min_nist_level = 3;"
        " update kw.settings set value = 9999",
        "encryption_policies entity_fields settings",
        "set_floor('people', 'note', 2)",
    ),
    Edit(
        "Give a policy other keys",
        "update kw.policy_kms_keys set kms_key_id = 3 where kms_key_id = 1",
        "policy_kms_keys",
        "add_policy_key('default', 3)",
    ),
    Edit(
        "Put a disabled key back, or register a key of another root",
        "update kw.kms_keys set status = 'active' where status = 'disabled';"
        " update kw.kms_keys set root_uuid = gen_random_uuid() where id = 1",
        "kms_keys",
        "set_kms_key_status(4, 'retired')",
    ),
    Edit(
        "Exchange the public key of a KEM key or signing key",
        "update kw.kms_keys set public_key = decode(repeat('09', 32), 'hex') where public_key is not null;"
        " update kw.signing_keys set public_key = decode(repeat('09', 32), 'hex') where scope = 'log'",
        "kms_keys signing_keys",
        "set_signing_key_status('log', 'retired')",
    ),
    Edit(
        "Give a blind index another key, field or normaliser",
        "update kw.blind_indexes set normaliser = 'raw', field_name = 'other',"
        f" key_wrapper_id = {_ONE}",
        "blind_indexes",
        "rebind('people', field_name => 'other', to_field_name => 'note')",
    ),
    Edit(
        "Give a protected field another type, scope of keys or column",
        "update kw.protected_fields set value_type = 'text', key_scope = 'table', ciphertext_column = 'name'",
        "protected_fields",
        "create_protected_view('people')",
        by="`kw.check_seals`, and the next view that is made or made again (KW211)",
    ),
    Edit(
        "Give a protection another phase, column or default",
        "update kw.protections set status = 'cut_over', ciphertext_column = 'ssn', column_default = 'own.run()'",
        "protections",
        "protect_undo('people', 'name')",
        by="`kw.check_seals`, and the next phase of the column (KW211)",
    ),
    Edit(
        "Lower the number of the last bundle of a signer, for a replay",
        "update kw.import_sources set number = 1",
        "import_sources",
        by="`kw.check_seals`, and the next import of this signer (KW211)",
    ),
    Edit(
        "Add a key to a log, or exchange a verifier key",
        "insert into kw.log_keys (log_id, signing_key_id, verifier_key) select log_id, 99, verifier_key from kw.log_keys;"
        " update kw.log_keys set verifier_key = 'db.example.com+00000000+AA==' where signing_key_id <> 99",
        "log_keys",
        "set_log_keys('{log}')",
    ),
    Edit(
        "Count signatures of a signing key from earlier on, or for longer",
        "update kw.signing_keys set activated_at = '2001-01-01', retired_at = 'infinity' where scope = 'log'",
        "signing_keys",
        "set_log_keys('{log}')",
    ),
    Edit(
        "Raise the level of an algorithm, or add one of its name",
        "update kw.crypto_algorithms set nist_level = 5 where name = 'X25519';"
        " insert into kw.crypto_algorithms (id, class, name, variant, nist_level) values (2000, 'kem', 'P-256', 'x', 5)",
        "crypto_algorithms",
        by="`kw.check_seals`, which compares them with this version",
    ),
    Edit(
        "Call a deployment adopting, or raise its incarnation",
        "update kw.deployments set phase = 'adopting', incarnation = 1",
        "deployments",
        "seal_deployment()",
    ),
    Edit(
        "Put back a whole row of before, with its seal and change number",
        "update kw.key_wrappers w set dek_wrap1 = o.dek_wrap1, dek_wrap2 = o.dek_wrap2, crypto_suite = o.crypto_suite,"
        " wrap_version = o.wrap_version, wrap1_version = o.wrap1_version, wrap2_version = o.wrap2_version,"
        f" change_no = o.change_no, seal = o.seal from public.old_wrappers o where o.id = w.id and w.id = {_ONE}",
        "",
        state="key_wrappers",
    ),
    Edit(
        "Put an old row beside the present one, under its key",
        "alter table kw.settings drop constraint settings_pkey;"
        " insert into kw.settings select * from public.old_settings",
        "",
        state="settings",
    ),
    Edit(
        "Put an old row of a wrapper back under another id, and point its binding there",
        "insert into kw.key_wrappers select (jsonb_populate_record(null::kw.key_wrappers,"
        f" to_jsonb(o) || jsonb_build_object('id', 5000))).* from public.old_wrappers o where o.id = {_ONE};"
        " update kw.encryption_bindings set key_wrapper_id = 5000 where entity_pk = '1'",
        "",
        state="key_wrappers",
    ),
    Edit(
        "Delete rows: a shredded binding, a grant",
        "delete from kw.encryption_bindings where status = 'shredded'; delete from kw.field_grants",
        "",
        state="encryption_bindings field_grants",
    ),
    Edit(
        "Delete events, or edit one that is in the log",
        "delete from kw.audit_events",
        "",
        by="`kwtools audit verify`; `kw.check_state` if it named changes",
    ),
    Edit(
        "Edit an event that is not in the log yet",
        "update kw.audit_events set object = 'another' where leaf_index is null",
        "audit_events",
        by="`kw.check_seals`, and the next `kw.append_audit` (KW211)",
    ),
    Edit(
        "Delete an event that is not in the log yet",
        "delete from kw.audit_events where leaf_index is null and changes is not null",
        "",
        state="settings",
        by="`kw.check_state`, if it named changes. Else **nobody** but the server log",
    ),
    Edit(
        "Put a row back, and delete the event of its change, before the log has it",
        "delete from kw.settings; insert into kw.settings select * from public.old_settings;"
        " delete from kw.audit_events where leaf_index is null",
        "",
        by="**nobody** but the server log: seal often",
    ),
    Edit(
        "Put back the row of kw.deployments of the adoption, and insert a row without a seal",
        "delete from kw.deployments; insert into kw.deployments select * from public.old_deployments;"
        " insert into kw.field_grants (entity_table, field_name_norm, role_name, may_read, may_write, granted_by)"
        " values ('public.people', 'note', 'kw_client', true, true, 'postgres')",
        "",
        state="deployments",
        by="`kw.check_state` with a checkpoint that was kept; the pin (`sealed = true`)",
    ),
    Edit(
        "Delete the rows of kw.deployments",
        "delete from kw.deployments",
        "all",
    ),
    Edit(
        "Call the key in force the next one",
        "update kw.deployments set phase = 'next'",
        "all",
    ),
)  # fmt: skip


@pytest.fixture
def session(db: Database) -> Session:
    """The superuser's session in a database that has the table public.people."""
    made = Session(db.connect())
    made.rows(
        "create table public.people (id bigint primary key, name text, ssn bytea, note bytea)"
    )
    return made


@pytest.fixture
def sealed(session: Session) -> Session:
    """A superuser's session in a sealed database, where triggers and foreign keys are off."""
    make_tables(session)
    for call in (
        "create_deployment()",
        "create_kms_key('local', 'edits-' || gen_random_uuid())",
        "create_kms_key('local', 'edits-' || gen_random_uuid())",
        "set_kms_key_status(4, 'disabled')",
        "create_kms_key('local', 'edits-' || gen_random_uuid(), 'wrap', 'X25519')",
        "create_signing_key('log', 'Ed25519', 'log', 1)",
        "bind_many('people', array['1', '2', '3', '4'], 'ssn')",
        "rotate('people', '3', 'ssn')",
        "shred('people', '4', 'ssn')",
        "set_floor('people', 'note', 3)",
        "grant_field('people', 'ssn', 'kw_admin')",
        "set_setting('cache_seconds', 60)",
        "create_index_key('people', 'name')",
        "set_protected_field('people', 'note')",
        "protect_expand('people', 'name')",
        "wrap()",
        "set_wrapper_status(kw.wrap(), 'retired')",
    ):
        session.rows(f"select kw.{call}")
    take(session, Maker.of(session).seal(2))
    session.rows("select kw.seal_rows()")
    session.rows("create table public.old_deployments as select * from kw.deployments")
    session.rows("select kw.seal_deployment()")
    session.rows("create table public.old_wrappers as select * from kw.key_wrappers")
    session.rows(
        "create table public.retired as select * from kw.key_wrappers where status = 'retired'"
    )
    session.rows("select kw.rewrap(kw.lookup('people', '1', 'ssn'))")
    session.rows("select kw.create_log('db.example.com', '{log}')")
    session.rows("create table public.kept (note text)")
    session.rows("insert into public.kept values (%s)", seal(session)[1])
    session.rows("create table public.old_settings as select * from kw.settings")
    session.rows("select kw.set_setting('cache_seconds', 50)")
    assert session.rows(CHECK) == []
    session.connection.autocommit = False
    return session


def without_guards(session: Session) -> None:
    """Let nothing of the tables stand in the way of an edit."""
    session.rows("set session_replication_role = replica")
    for table in [*TABLES, "audit_events"]:
        session.rows(f"alter table kw.{table} disable trigger user")
    for table, name in session.rows(
        "select conrelid::regclass::text, quote_ident(conname) from pg_constraint"
        " where conrelid <> 0 and contype in ('c', 'f', 'u') and connamespace = 'kw'::regnamespace"
    ):
        session.rows(f"alter table {table} drop constraint {name}")


@contextmanager
def edited(session: Session, statements: str) -> Iterator[None]:
    """Edit the tables, in a session that then knows nothing of before; undone afterwards."""
    session.rows("savepoint before_the_edit")
    without_guards(session)
    for statement in statements.split(";"):
        assert session.connection.execute(statement).rowcount != 0, f"no row: {statement}"
    session.connection.execute(FORGET)
    yield
    session.rows("rollback to before_the_edit")


def everything(session: Session) -> list[object]:
    """Return all rows of the sealed tables."""
    return [session.values(f"select to_jsonb(t) from kw.{table} t order by 1") for table in TABLES]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.what)
def test_an_edit_is_found_as_the_page_says(sealed: Session, edit: Edit) -> None:
    with edited(sealed, edit.statements):
        if edit.tables == "all":
            for call in (
                CHECK,
                "select kw.bind('people', '9', 'ssn')",
                "select kw.unwrap(kw.wrap())",
            ):
                sealed.rows("savepoint before_the_call")
                assert "no key in force" in sealed.refused("KW211", call)
                sealed.rows("rollback to before_the_call")
            return
        named = {table for table, _, _ in sealed.rows(CHECK)}
        assert named == {*edit.tables.split()}
        if edit.state or "nobody** but" in edit.by:
            found = sealed.values(f"select table_name from kw.check_state(({KEPT}))")
            assert {*found} == {*edit.state.split()}
        if not edit.call:
            return
        before = everything(sealed)
        sealed.rows("savepoint before_the_call")
        said = sealed.refused("KW211", f"select kw.{edit.call}")
        assert "does not match its seal" in said or "has no seal" in said
        assert "kw.accept_rows" in said
        sealed.rows("rollback to before_the_call")
        assert everything(sealed) == before


COLUMNS = """
    select
        c.relname, a.attname, format_type(a.atttypid, null),
        (select f.confrelid::regclass::text from pg_constraint f
         where f.contype = 'f' and f.conrelid = c.oid and a.attnum = any(f.conkey)),
        (select regexp_matches(pg_get_constraintdef(k.oid), 'ANY \\(\\(?ARRAY\\[(.*?)\\]'))[1]
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    left join pg_constraint k on k.contype = 'c' and k.conrelid = c.oid and k.conkey = array[a.attnum]
        and pg_get_constraintdef(k.oid) like '%%ANY%%ARRAY%%'
    where c.relnamespace = 'kw'::regnamespace and c.relkind = 'r' and c.relname = any(%s)
    order by 1, a.attnum
"""


def other_values(kind: str, refers_to: str | None, allowed: str | None, column: str) -> list[str]:
    """Return expressions for other values of a column."""
    if refers_to:
        key = "id"
        return [
            f"(select r.{key} from {refers_to} r where r.{key} <> t.{column} limit 1)",
            "999999",
        ]
    if allowed:
        return [value.split("::")[0] for value in allowed.split(", ")]
    return {
        "bigint": [f"coalesce(t.{column}, 0) + 1"],
        "integer": [f"coalesce(t.{column}, 0) + 1"],
        "smallint": [f"coalesce(t.{column}, 0) + 1", "null"],
        "boolean": [f"not t.{column}"],
        "uuid": ["gen_random_uuid()", "null"],
        "bytea": [f"coalesce(t.{column}, '') || '\\x00'", f"substr(t.{column}, 2)"],
        "jsonb": ["""'{"x": "y"}'""", "null"],
        "interval": ["interval '9 days'", "null"],
        "oid": ["1", "null"],
        "text[]": ["array['x']", "null"],
        "name": ["'kw_owner'", "null"],
        "character": ["gen_random_uuid()::text"],
        "timestamp with time zone": ["'2001-01-01'", "null"],
    }.get(kind, [f"coalesce(t.{column}, '') || 'x'", "null"])


# What the deployment key of these tests depends on: an edit of these rows may end the check itself.
ABOVE = {
    "deployments": "true",
    "key_wrappers": "t.dek_class = 'deployment'",
    "kms_keys": "t.id in (1, 2)",
    "kms_providers": "t.name = 'local'",
}


def rows_to_edit(table: str, column: str) -> list[str]:
    """Return conditions for rows to edit at once: those that all can be found, and the others."""
    above = ABOVE.get(table, "false")
    read = "true"
    if table == "key_wrappers" and column in _DESTROYED:
        read = "t.status <> 'invalid'"
        if column in ("dek_wrap2", "wrap2_version"):
            read += " and t.kms2_key_id is not null"
    return [f"not ({above}) and {read}", f"{above} and {read}"]


def edit_column(session: Session, table: str, column: str, value: str, rows: str) -> int:
    """Edit a column of rows, or of one of them where they cannot be alike; return of how many."""
    places = session.values(f"select o.ctid::text from kw.{table} o order by o.ctid desc")
    for more in ("true", *(f"t.ctid = '{place}'" for place in places)):
        try:
            with session.connection.transaction():
                count = session.connection.execute(
                    f"update kw.{table} t set {column} = {value}"
                    f" where t.{column} is distinct from {value} and {rows} and {more}"
                ).rowcount
            if count or more == "true":
                return count
        except psycopg.errors.NotNullViolation:
            return 0
        except psycopg.errors.UniqueViolation:
            continue
    return 0


def found_of(session: Session, table: str, count: int) -> int:
    """Return how many rows of a table kw.check_seals names; ``count`` where it is refused itself."""
    session.connection.execute(FORGET)
    try:
        with session.connection.transaction():
            return len(session.rows("select 1 from kw.check_seals(%s)", table))
    except psycopg.Error as error:
        if str(error.sqlstate).startswith("KW2") or error.sqlstate == "KW101":
            return count
        raise


def test_an_edit_of_any_column_of_any_row_is_found(
    session: Session, make_keystore: Callable[[], Keystore]
) -> None:
    """Every column from the catalog but those that the page names as not covered."""
    make_tables(session)
    store = make_keystore().name
    for statement in STATEMENTS:
        session.rows(statement.replace("STORE", store))
    begin(session)
    take(session, Maker.of(session).seal())
    session.rows("select kw.create_log('db.example.com', '{two}')")
    columns = session.rows(COLUMNS, TABLES)
    session.connection.autocommit = False
    without_guards(session)
    wrong = []
    untried = {
        (table, column) for table, column, kind, *_ in columns if is_covered(table, column, kind)
    }
    for table, column, kind, refers_to, allowed in columns:
        for value in other_values(kind, refers_to, allowed, column):
            for rows in rows_to_edit(table, column):
                session.rows("savepoint one")
                count = edit_column(session, table, column, value, rows)
                if count:
                    found = found_of(session, table, count)
                    untried.discard((table, column))
                    if found < count and is_covered(table, column, kind):
                        wrong.append((table, column, value, rows, count, found))
                session.rows("rollback to one")
    assert not wrong, "\n".join(map(str, wrong))
    assert untried == set(), "no row could be edited there"


@pytest.fixture
def other_database(db: Database) -> Iterator[Session]:
    """The superuser's session in another database, with a deployment of its own."""
    name = unique("other")
    with db.place.connect() as connection:
        copy_database(connection, name)
    with db.place.connect(name) as connection:
        other = Session(connection)
        other.rows("select kw.create_deployment(), kw.set_setting('cache_seconds', 60)")
        other.rows("select kw.seal_rows(), kw.seal_deployment()")
        yield other
    with db.place.connect() as connection:
        connection.execute(f"drop database {name} with (force)")


def test_a_row_of_another_deployment_is_found(sealed: Session, other_database: Session) -> None:
    (row,) = other_database.rows("select name, value, change_no, seal from kw.settings")
    with edited(sealed, "delete from kw.settings"):
        sealed.rows(
            "insert into kw.settings (name, value, change_no, seal) values (%s, %s, %s, %s)", *row
        )
        problem = "row cache_seconds of kw.settings does not match its seal"
        assert sealed.rows(CHECK) == [("settings", "cache_seconds", problem)]
        assert problem in sealed.refused("KW211", "select kw.set_setting('cache_seconds', 70)")


def test_a_leg_that_a_rewrap_renews_need_not_match(sealed: Session) -> None:
    """A rewrap repairs a damaged leg of mode either, as before."""
    damaged = f"update kw.key_wrappers set dek_wrap1 = dek_wrap1 || '\\x00' where id = {_ONE}"
    with edited(sealed, damaged):
        assert {table for table, _, _ in sealed.rows(CHECK)} == {"key_wrappers"}
        sealed.rows("select kw.rewrap(kw.lookup('people', '1', 'ssn'))")
        assert sealed.rows(CHECK) == []


def table_of_page(heading: str) -> list[tuple[str, str]]:
    """Return the cells of the first table after a heading of the page."""
    text = PAGE.read_text().split(f"\n{heading}\n")[1]
    rows = re.search(r"^\|[- |]+\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert rows is not None
    cells = [line.strip("|").split(" | ") for line in rows[1].splitlines()]
    return [(first.strip(), second.strip()) for first, second in cells]


def finder(edit: Edit) -> str:
    """Return what the page says of an edit."""
    if edit.tables == "all":
        return (
            "the pin of the provider file, and each call where there is a log (KW211). Without a "
            "pin, who deletes the rows of kw.logs too is found by `kw.seal_audit` only (KW101): "
            "calls behave as without a deployment"
        )
    if not edit.tables or edit.by != Edit._field_defaults["by"]:
        return edit.by
    return "`kw.check_seals`, and the next call that changes the row (KW211)"


def test_the_page_says_who_finds_which_edit() -> None:
    assert table_of_page("### Edits, and who finds them") == [
        (edit.what, finder(edit)) for edit in EDITS
    ]


def test_the_page_says_which_columns_no_seal_covers() -> None:
    named = [(f"`{what}`" if "." in what else what, why) for what, why in NOT_COVERED.items()]
    assert table_of_page("### What seals do not cover") == named
