"""The state of sealed rows in the log, and what kw.check_state finds."""

import re
from collections.abc import Callable

import pytest

from tests.conftest import Database, Keystore
from tests.deployment import HOST, MAKE_KEY, seal
from tests.signed_log import WITNESS_ED25519
from tests.sql.sealed import STATEMENTS, TABLES, begin, make_tables
from tests.sql.session import Session

CHECK = "select table_name, row_key, problem from kw.check_state(%s)"


WITNESS = str(WITNESS_ED25519.verifier)
ROW_KEYS = {
    "settings": "name",
    "field_grants": "id::text",
}


def row_key(session: Session, table: str) -> str:
    """Return what names the row of public.old."""
    return str(session.value(f"select {ROW_KEYS.get(table, 'id::text')} from public.old"))


def by_hand(session: Session, statement: str) -> None:
    """Run a statement as who owns the tables: without triggers, and without a seal."""
    session.rows("set session_replication_role = replica")
    tables = [*TABLES, "audit_events", "log_leaves"]
    for table in tables:
        session.rows(f"alter table kw.{table} disable trigger user")
    session.rows(statement)
    for table in tables:
        session.rows(f"alter table kw.{table} enable trigger user")
    session.rows("reset session_replication_role")


def put_back(session: Session, table: str) -> None:
    """Put the row of public.old back, with its seal and its change number."""
    key = ROW_KEYS.get(table, "id").split(":")[0]
    by_hand(session, f"delete from kw.{table} t using public.old o where t.{key} = o.{key}")
    columns = ", ".join(
        session.values(
            "select quote_ident(attname) from pg_attribute where attrelid = %s::regclass"
            " and attnum > 0 and attgenerated = '' and not attisdropped",
            f"kw.{table}",
        )
    )
    insert = f"insert into kw.{table} ({columns}) overriding system value"
    by_hand(session, f"{insert} select {columns} from public.old")


def make_log(session: Session) -> None:
    session.rows(MAKE_KEY, "log", "Ed25519")
    session.rows("select kw.create_log(%s, '{log}')", HOST)


@pytest.fixture
def people(session: Session) -> Session:
    """The superuser's session, with the tables that the writes name, sealed, and a log."""
    make_tables(session)
    begin(session)
    make_log(session)
    return session


def test_every_function_that_writes_logs_what_it_changes(
    people: Session, make_keystore: Callable[[], Keystore]
) -> None:
    store = make_keystore().name
    _, first = seal(people)
    for number, statement in enumerate(STATEMENTS):
        people.rows(statement.replace("STORE", store))
        assert people.rows(CHECK, first) == [], statement
        if number % 2:
            seal(people)
            assert people.rows(CHECK, None) == [], statement
    assert people.rows(CHECK, first) == []
    _, last = seal(people)
    assert people.rows(CHECK, last) == []


def test_the_state_is_the_last_entry_before_a_checkpoint(people: Session) -> None:
    size, _ = seal(people)
    last = (
        "select leaf_index, action, details ->> 'root' from kw.audit_events"
        " order by leaf_index desc limit 1"
    )
    ((leaf, action, root),) = people.rows(last)
    assert (leaf, action) == (size - 1, "state")
    assert people.value("select state_leaf from kw.logs") == leaf
    assert people.value("select kw.append_state()") is None, "nothing happened since"
    people.rows("select kw.set_setting('audit_log', 0)")
    assert seal(people)[0] == size + 2
    ((_, _, later),) = people.rows(last)
    assert later != root


def test_a_call_without_changes_keeps_the_root(people: Session) -> None:
    seal(people)
    roots = "select details ->> 'root' from kw.audit_events where action = 'state' order by id"
    people.rows("select kw.create_signing_key('log-2', 'Ed25519', 'log', 1)")
    seal(people)
    people.rows("select kw.add_witness(%s)", WITNESS)
    seal(people)
    first, second, third = people.values(roots)
    assert first != second == third


PUT_BACK = {
    "a setting": (
        "set_setting('cache_seconds', 10)",
        "set_setting('cache_seconds', 20)",
        "settings",
        "name = 'cache_seconds'",
    ),
    "a binding and its wrapper": (
        "bind('people', '7', 'ssn')",
        "rotate('people', '7', 'ssn')",
        "encryption_bindings",
        "entity_pk = '7'",
    ),
    "a shredded wrapper": (
        "bind('people', '7', 'ssn')",
        "shred('people', '7', 'ssn')",
        "key_wrappers",
        "id = (select max(id) from kw.key_wrappers)",
    ),
    "a grant": (
        "grant_field('people', 'ssn', 'kw_client')",
        "grant_field('people', 'ssn', 'kw_client', true, true)",
        "field_grants",
        "true",
    ),
    "a key": (
        "create_kms_key('local', 'state-' || gen_random_uuid())",
        "set_kms_key_status((select max(id) from kw.kms_keys), 'disabled')",
        "kms_keys",
        "id = (select max(id) from kw.kms_keys)",
    ),
}


@pytest.mark.parametrize("is_logged", [True, False], ids=["logged", "not logged yet"])
@pytest.mark.parametrize("what", PUT_BACK)
def test_an_old_row_that_was_put_back_is_named(people: Session, what: str, is_logged: bool) -> None:
    make, change, table, row = PUT_BACK[what]
    people.rows(f"select kw.{make}")
    _, kept = seal(people)
    people.rows(f"create table public.old as select * from kw.{table} where {row}")
    people.rows(f"select kw.{change}")
    if is_logged:
        _, kept = seal(people)
    put_back(people, table)
    assert people.rows("select * from kw.check_seals()") == [], "its seal is its own"
    ((found, key, problem),) = people.rows(CHECK, kept)
    assert (found, key) == (table, row_key(people, table))
    assert ("old row was put back" if is_logged else "last change") in problem
    assert people.rows(CHECK, None) == [(found, key, problem)]


def test_a_deleted_row_is_named(people: Session) -> None:
    people.rows("select kw.bind('people', '7', 'ssn')")
    people.rows("select kw.bind('people', '8', 'ssn')")
    people.rows("select kw.shred('people', '7', 'ssn')")
    tombstone = people.value("select id from kw.encryption_bindings where status = 'shredded'")
    _, kept = seal(people)
    by_hand(people, "delete from kw.encryption_bindings where status = 'shredded'")
    assert people.rows("select * from kw.check_seals()") == []
    ((table, key, problem),) = people.rows(CHECK, kept)
    assert (table, key) == ("encryption_bindings", str(tombstone))
    assert "missing" in problem


def test_a_row_that_was_deleted_by_a_function_and_put_back_is_named(people: Session) -> None:
    people.rows("select kw.grant_field('people', 'ssn', 'kw_client')")
    people.rows("create table public.old as select * from kw.field_grants")
    people.rows("select kw.revoke_field('people', 'ssn', 'kw_client')")
    _, kept = seal(people)
    by_hand(people, "insert into kw.field_grants select * from public.old")
    assert people.rows("select * from kw.check_seals()") == []
    ((table, key, problem),) = people.rows(CHECK, kept)
    assert (table, key) == ("field_grants", people.value("select id::text from public.old"))
    assert "was deleted" in problem


def test_rows_are_named_by_their_bucket_where_their_events_are_gone(people: Session) -> None:
    people.rows("select kw.bind('people', '7', 'ssn')")
    binding = people.value("select id from kw.encryption_bindings where entity_pk = '7'")
    _, kept = seal(people)
    by_hand(people, "delete from kw.encryption_bindings where entity_pk = '7'")
    by_hand(people, "update kw.audit_events set changes = null where action <> 'state'")
    ((table, key, problem),) = people.rows(CHECK, kept)
    assert table == "encryption_bindings"
    first, last = re.fullmatch(r"rows (\d+) to (\d+)", key).groups()  # type: ignore[union-attr]
    assert int(last) - int(first) == 2**47 - 1
    assert int(first) <= binding <= int(last)
    assert "some of these rows" in problem


def test_digests_that_were_edited_with_the_rows_hide_nothing(people: Session) -> None:
    people.rows("select kw.bind('people', '7', 'ssn')")
    _, kept = seal(people)
    by_hand(people, "delete from kw.encryption_bindings where entity_pk = '7'")
    by_hand(people, "delete from kw.state_buckets where table_no = 2")
    assert people.rows(CHECK, kept) == [
        ("state_buckets", "all", "rows were put back, and their digests with them")
    ]
    people.rows("select kw.set_setting('audit_log', 0)")
    assert "not the last state" in people.refused(
        "KW211", "select kw.append_audit(); select kw.append_state()"
    )


def test_the_state_of_edited_rows_is_not_logged_but_events_are(people: Session) -> None:
    wrapper = people.value("select kw.wrap()")
    size, kept = seal(people)
    by_hand(people, f"delete from kw.key_wrappers where wrapper_uuid = '{wrapper}'")
    people.rows("select kw.bind('people', '8', 'ssn')")
    said = people.refused("KW211", "call kw.seal_audit()")
    assert "kw.key_wrappers" in said
    assert "kw.check_state" in said
    assert people.value("select size from kw.log_checkpoints order by id desc limit 1") > size
    ((table, _, problem),) = people.rows(CHECK, kept)
    assert table == "key_wrappers"
    assert "missing" in problem


def test_rows_as_they_are_can_be_accepted_and_it_shows(people: Session) -> None:
    people.rows("select kw.bind('people', '7', 'ssn')")
    _, kept = seal(people)
    by_hand(people, "delete from kw.encryption_bindings where entity_pk = '7'")
    assert "reason" in people.refused("KW003", "select kw.accept_state(' ')")
    people.rows("select kw.accept_state('tidied by hand')")
    _, later = seal(people)
    assert people.rows(CHECK, later) == []
    ((table, _, problem),) = people.rows(CHECK, kept)
    assert table == "logs"
    assert "accepted rows" in problem
    assert (
        people.value(
            "select details ->> 'reason' from kw.audit_events where action = 'accept_state'"
        )
        == "tidied by hand"
    )


def test_only_a_superuser_accepts_a_state(
    people: Session, db: Database, make_role: Callable[..., str]
) -> None:
    admin = Session(db.connect(user=make_role("kw_admin")))
    assert "superuser" in admin.refused("KW100", "select kw.accept_state('r')")


# -- events -------------------------------------------------------------------------------------

EVENT_EDITS = {
    "an action": "action = 'nothing'",
    "a role": "acting_role = 'nobody'",
    "a time": "happened_at = happened_at + interval '1 us'",
    "details": "details = '{}'",
    "changes": "changes = null",
    "other changes": r"changes = '\x01'",
    "the seal": "seal = null",
    "the seal of another": "seal = (select b.seal from kw.audit_events b order by b.id limit 1)",
}


@pytest.mark.parametrize("edit", EVENT_EDITS)
def test_an_event_that_was_edited_before_it_was_logged_is_refused(
    people: Session, edit: str
) -> None:
    _, kept = seal(people)
    people.rows("select kw.set_setting('cache_seconds', 10)")
    event = people.value("select max(id) from kw.audit_events")
    by_hand(people, f"update kw.audit_events a set {EVENT_EDITS[edit]} where id = {event}")
    said = people.refused("KW211", "select kw.append_audit()")
    assert f"event {event} " in said
    named = [row[:2] for row in people.rows(CHECK, kept)]
    assert named.count(("audit_events", str(event))) == 1
    if edit not in ("changes", "other changes"):
        assert people.value("select kw.accept_rows('audit_events', %s, 'seen')", [str(event)]) == 1
        seal(people)
        assert people.rows(CHECK, kept) == []


def test_an_event_without_a_seal_whose_changes_cannot_be_read_is_named(session: Session) -> None:
    session.rows("select kw.create_deployment()")
    make_log(session)
    _, kept = seal(session)
    session.rows(
        "insert into kw.audit_events (acting_role, action, object, changes)"
        " values ('x', 'y', 'z', '\\x01')"
    )
    event = session.value("select max(id) from kw.audit_events")
    problem = f"event {event} of kw.audit_events has no seal"
    assert session.rows(CHECK, kept) == [("audit_events", str(event), problem)]


def test_an_event_whose_changes_were_edited_after_it_was_logged_is_named(people: Session) -> None:
    _, kept = seal(people)
    people.rows("select kw.set_setting('cache_seconds', 10)")
    event = people.value("select max(id) from kw.audit_events")
    seal(people)
    for edit in ("update kw.audit_events set changes = null", "delete from kw.audit_events"):
        by_hand(people, f"{edit} where id = {event}")
        assert people.rows(CHECK, kept) == [
            ("audit_events", str(event), "does not have the changes that the log proves")
        ]


def test_a_deleted_event_shows_by_the_row_that_it_changed(people: Session) -> None:
    people.rows("select kw.set_setting('cache_seconds', 20)")
    _, kept = seal(people)
    people.rows("select kw.set_setting('cache_seconds', 10)")
    by_hand(people, "delete from kw.audit_events where leaf_index is null")
    ((table, key, _),) = people.rows(CHECK, kept)
    assert (table, key) == ("settings", "cache_seconds")


def test_changes_of_a_part_that_failed_are_not_logged(people: Session) -> None:
    _, kept = seal(people)
    people.rows(
        """
        do $$ begin
            perform kw.set_setting('cache_seconds', 10);
            begin
                perform kw.set_setting('cache_keys', 10);
                raise exception 'no';
            exception when others then null; end;
        end $$
        """
    )
    assert people.rows(CHECK, kept) == []
    _, kept = seal(people)
    assert people.rows(CHECK, kept) == []


# -- checkpoints --------------------------------------------------------------------------------


def test_a_database_without_a_state_or_a_log_says_so(session: Session) -> None:
    assert "does not have a log" in session.refused("KW101", "select kw.check_state()")
    make_tables(session)
    begin(session)
    make_log(session)
    assert "no checkpoint" in session.refused("KW101", "select kw.check_state()")
    session.rows("select kw.append_audit()")
    note = session.value("select kw.sign_checkpoint()")
    assert "no state" in session.refused("KW101", "select kw.check_state(%s)", note)


def test_a_checkpoint_that_is_none_of_this_log_is_refused(people: Session) -> None:
    _, kept = seal(people)
    refused = {
        "nothing": ("KW003", "not a signed checkpoint"),
        kept.replace(HOST, "db.example.org"): ("KW003", "db.example.org"),
        kept.replace("\n\n", "\nmore\n\n"): ("KW211", "is refused"),
        kept.split("\n\n")[0] + "\n\n" + "— x AAAAAAAA\n": ("KW211", "is refused"),
    }
    for text, (sqlstate, said) in refused.items():
        assert said in people.refused(sqlstate, "select kw.check_state(%s)", text)


def test_a_log_that_does_not_continue_the_checkpoint_is_refused(people: Session) -> None:
    seal(people)
    people.rows("select kw.set_setting('cache_seconds', 10)")
    _, kept = seal(people)
    people.rows("select kw.set_setting('cache_seconds', 20)")
    seal(people)
    entry = people.value("select max(leaf_index) - 1 from kw.log_leaves")
    by_hand(people, f"update kw.log_leaves set entry = entry || ' ' where leaf_index = {entry}")
    assert "are not those of its tree" in people.refused("KW211", "select kw.check_state(%s)", kept)


@pytest.mark.parametrize("role", ["kw_admin", "kw_operator", "kw_auditor"])
def test_those_who_look_after_the_log_check_the_state(
    people: Session, db: Database, make_role: Callable[..., str], role: str
) -> None:
    _, kept = seal(people)
    assert Session(db.connect(user=make_role(role))).rows(CHECK, kept) == []


def test_changes_from_before_the_log_do_not_hinder_the_first_state(session: Session) -> None:
    make_tables(session)
    begin(session)
    session.rows("begin isolation level repeatable read")
    session.rows("select kw.set_setting('cache_seconds', 10)")
    session.rows("commit")
    session.rows("select kw.set_setting('cache_seconds', 20)")
    make_log(session)
    assert "kw.append_audit" in session.refused("KW102", "select kw.append_state()")
    _, kept = seal(session)
    assert session.rows(CHECK, kept) == []


def test_the_log_is_made_while_no_call_has_locked_rows(session: Session, db: Database) -> None:
    """Such a call may have asked already whether there is a log, and would name no changes."""
    make_tables(session)
    begin(session)
    sealing = Session(db.connect())
    sealing.rows("begin")
    sealing.rows("select from kw.key_wrappers for no key update")
    session.rows(MAKE_KEY, "log", "Ed25519")
    session.rows("set lock_timeout = '100ms'")
    session.refused("55P03", "select kw.create_log(%s, '{log}')", HOST)
    sealing.rows("commit")
    session.rows("select kw.create_log(%s, '{log}')", HOST)
