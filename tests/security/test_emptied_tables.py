"""Every table of kw, emptied by truncate and by delete: what finds it, as docs/security.md says.

A superuser does it, with triggers, foreign keys and checks off. A new table needs a place here.
"""

# ruff: noqa: E501

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from kwtools import audit_database
from kwtools.audit_verifying import Verification
from kwtools.errors import CheckFailed
from tests.conftest import FORGET, Database, Keystore
from tests.deployment import HOST, MAKE_KEY, seal, trust
from tests.security.test_edits_of_tables import table_of_page, without_guards
from tests.sql.importing import Maker, take
from tests.sql.sealed import STATEMENTS, begin, make_tables
from tests.sql.session import Session

PAGE = Path(__file__).parents[2] / "docs" / "security.md"
EVERY_TABLE = """
    select c.relname from pg_class c
    where c.relnamespace = 'kw'::regnamespace and c.relkind in ('r', 'p') order by 1
"""
FOREIGN_KEYS = """
    select conrelid::regclass::text, quote_ident(conname) from pg_constraint
    where contype = 'f' and connamespace = 'kw'::regnamespace
"""
EMPTY = ("truncate {}", "delete from {}")
GUARD = "keys live: first set kwtools.allow_drop = 'all keys'"

STATE = "`kw.check_state` with a checkpoint that was kept"
SEALS = "`kw.check_seals`, and most calls (KW210, KW211)"
VERIFY = "`kwtools audit verify --database`"
SEQUENCER = "`kw.seal_audit`, once a row was changed (KW211)"
RECEIPT = "`kw.audit_receipt` of its data keys"
NO_LOG = "`kw.seal_audit` and `kw.check_state` (KW101): it fails, so alert on it"
DEPLOYMENT = "each call that uses rows (KW211), where there is a log or a pin"
NOTHING = "nothing is in it that lasts"

FOUND = {
    STATE: (
        *("algorithm_statuses", "binding_generations", "blind_indexes", "encryption_bindings"),
        *("encryption_policies", "entities", "entity_fields", "field_grants", "import_sources"),
        *("kem_private_keys", "log_keys", "policy_kms_keys", "protected_fields", "protections"),
        *("settings", "signing_keys"),
        *("log_leaves", "log_tiles"),
    ),
    SEALS: (
        *("key_wrappers", "key_wrapper_layers", "kms_keys", "kms_providers", "crypto_algorithms"),
    ),
    VERIFY: ("audit_events", "log_checkpoints"),
    SEQUENCER: ("state_buckets",),
    RECEIPT: ("shred_receipts",),
    NO_LOG: ("logs",),
    DEPLOYMENT: ("deployments",),
}
NOT_FOUND = {
    "former_wraps": "**nobody**. `kw.safe_to_destroy` then knows nothing of backups that hold wraps under a key",
    "generation_usage": "**nobody**. What a data key has encrypted is counted from 0 again",
    "imported_wrappers": "**nobody**. A shredded data key is imported again if its maker signs it again, in a new bundle. It could as well give it another uuid",
    "installation": "**nobody** but `kw.doctor`, which says that grants do not count any more",
    "key_epoch_marks": "**nobody**. Who puts old marks back lets sessions that have not called since go on with the keys and statuses that they kept, until they end",
    "kms_health_checks": "**nobody**. `kw.check_kms` writes new rows",
    "kms_probe_totals": "**nobody**. The counters of the metrics begin again at 0",
    "log_cosignatures": "**nobody**. Ask the witnesses again",
    "protected_views": "**nobody**. The views go on; `kw.drop_protected_view` no longer knows them, so use DROP VIEW",
    "rewrap_jobs": "**nobody**. Schedule the work again: each job that was done is an event",
    "witnesses": "**nobody** but the server log. No cosignature is accepted any more; adding a witness is an event",
    "audited_reads": NOTHING,
    "key_graph_lock": NOTHING,
    "loads_to_check": NOTHING,
    "log_lock": NOTHING,
    GUARD: NOTHING,
}
PLACES = {table: by for by, tables in FOUND.items() for table in tables} | NOT_FOUND


class Sealed:
    """A superuser's session in a sealed database with rows in its tables, and what checks it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        _, self.note = seal(session)
        self.trust = trust(session)
        session.connection.autocommit = False
        self.finders: dict[str, Callable[[], bool]] = {
            STATE: lambda: self._names("select 1 from kw.check_state(%s)", self.note),
            SEALS: lambda: self._names("select 1 from kw.check_seals()"),
            VERIFY: self._does_audit_verify_find,
            SEQUENCER: lambda: self._fails(
                "select kw.set_setting('cache_seconds', 7)",
                "select kw.append_audit()",
                "select kw.append_state()",
            ),
            NO_LOG: lambda: self._fails("select kw.append_audit()"),
            DEPLOYMENT: lambda: self._fails("select * from kw.check_seals()"),
            RECEIPT: lambda: self._fails("select kw.audit_receipt(w::uuid) from public.shredded"),
        }

    def _names(self, query: str, *params: object) -> bool:
        """Whether a check names a row, or is refused."""
        found: list[object] = []
        return self._is_refused(lambda: found.extend(self.session.rows(query, *params))) or bool(
            found
        )

    def _fails(self, *queries: str) -> bool:
        """Whether one of these calls is refused."""
        with self.session.connection.transaction(force_rollback=True):
            return any(self._is_refused(partial(self.session.rows, query)) for query in queries)

    def _is_refused(self, call: Callable[[], object]) -> bool:
        try:
            with self.session.connection.transaction():
                call()
        except psycopg.Error as error:
            if not (error.sqlstate or "").startswith("KW"):
                raise
            return True
        return False

    def _does_audit_verify_find(self) -> bool:
        connection = self.session.connection
        try:
            log = audit_database.find(connection)
        except CheckFailed:
            return True
        work = Verification(self.trust, connection)
        files = audit_database.DatabaseFiles(connection, log)
        work.run(files, log.checkpoint, [("kept", self.note.encode())])
        return bool(work.problems)

    def found_by(self) -> set[str]:
        """Return all that finds something."""
        self.session.connection.execute(FORGET)
        return {name for name, finds in self.finders.items() if finds()}


@pytest.fixture
def sealed(db: Database, make_keystore: Callable[[], Keystore]) -> Iterator[Sealed]:
    session, store = Session(db.connect()), make_keystore().name
    session.rows(
        "create table public.people (id bigint primary key, name text, ssn bytea, note bytea)"
    )
    make_tables(session)
    begin(session)
    session.rows(MAKE_KEY, "log", "Ed25519")
    session.rows("select kw.create_log(%s, '{log}')", HOST)
    for statement in STATEMENTS:
        session.rows(statement.replace("STORE", store))
    take(session, Maker.of(session).seal())
    session.rows("select count(*) from kw.check_kms()")
    session.rows("create table public.shredded as select wrapper_uuid as w from kw.shred_receipts")
    yield Sealed(session)
    session.connection.rollback()


def test_every_table_has_a_place(db: Database) -> None:
    assert {*Session(db.connect()).values(EVERY_TABLE)} == {*PLACES}


def test_who_empties_a_table_is_found_as_the_page_says(sealed: Sealed) -> None:
    session = sealed.session
    without_guards(session)
    for table, name in session.rows(FOREIGN_KEYS):
        session.rows(f"alter table {table} drop constraint {name}")
    for table in PLACES:
        named = sql.Identifier("kw", table)
        session.connection.execute(sql.SQL("alter table {} disable trigger user").format(named))
    assert sealed.found_by() == set()
    wrong = []
    for table, by in PLACES.items():
        for empty in EMPTY:
            session.rows("savepoint one")
            session.connection.execute(sql.SQL(empty).format(sql.Identifier("kw", table)))
            found = sealed.found_by()
            if bool(found) == (table in NOT_FOUND) or (found and by not in found):
                wrong.append((table, empty, by, found))
            session.rows("rollback to one")
    assert not wrong, "\n".join(map(str, wrong))


def test_the_page_says_who_finds_which_emptied_table() -> None:
    said = [
        (", ".join(f"`{table}`" for table in sorted(t for t in PLACES if PLACES[t] == by)), by)
        for by in dict.fromkeys(PLACES.values())
        if by != NOTHING
    ]
    assert table_of_page("### Emptied tables") == said


def test_old_marks_of_the_epoch_serve_only_a_session_that_kept_keys(db: Database) -> None:
    """The price that the page names: what was disabled still opens there."""
    session, keeping, fresh = (Session(db.connect()) for _ in range(3))
    session.rows("create table public.people (id bigint primary key, ssn bytea)")
    session.bind("people", "1", "ssn")
    value = session.encrypt("people", "1", "ssn", b"v")
    assert keeping.decrypt("people", "1", "ssn", value) == b"v"
    session.rows("create table public.marks as select * from kw.key_epoch_marks")
    for key in session.values("select id from kw.kms_keys"):
        session.rows("select kw.set_kms_key_status(%s, 'disabled')", key)
    session.rows("alter table kw.key_epoch_marks disable trigger user")
    session.rows("delete from kw.key_epoch_marks")
    session.rows("insert into kw.key_epoch_marks select * from public.marks")
    read = "select kw.decrypt('people', '1', 'ssn', %s)"
    assert fresh.refused("KW210", read, value)
    assert keeping.decrypt("people", "1", "ssn", value) == b"v"
    session.rows("select kw.set_setting('cache_seconds', 60)")
    assert keeping.refused("KW210", read, value)
