"""The tables of the log with what no function writes: each call accepts it or refuses it as edited.

A raw error of PostgreSQL or Python would say that kwtools has a bug.
"""

import psycopg
import pytest

from tests.conftest import FORGET, Database
from tests.deployment import make_log, seal
from tests.security.test_edits_of_tables import without_guards
from tests.sql.session import Session

ACCEPTED = {None, "KW101", "KW102", "KW104", "KW211"}
DEEP = "repeat('[', 30000) || repeat(']', 30000)"
CALLS = (
    "select kw.append_audit(10)",
    "select kw.append_state()",
    "select kw.sign_checkpoint(true)",
    "select * from kw.check_state()",
    "select * from kw.check_seals()",
    "select kw.audit_proof(e.event_id) from kw.log_leaves e where e.leaf_index = {leaf}",
    "select kw.audit_receipt(r.wrapper_uuid::uuid) from kw.shred_receipts r",
    "select kw.accept_state('as it is')",
    "select * from kw.check_kms()",
)


def entry(text: str, leaf: str = "(select state_leaf from kw.logs)") -> str:
    return f"update kw.log_leaves set entry = convert_to({text}, 'UTF8') where leaf_index = {leaf}"


SHRED = "(select leaf_index from kw.audit_events where action = 'shred')"
EDITS = {
    "an entry behind the log": (
        "insert into kw.log_leaves select l.id, l.size, 5, 'x' from kw.logs l"
    ),
    "a smaller log": "update kw.logs set size = size - 1",
    "a larger log": "update kw.logs set size = size + 1",
    "an enormous log": "update kw.logs set size = 2::bigint ^ 62",
    "an empty log": "update kw.logs set size = 0",
    "short heads": r"update kw.logs set heads = '\x00'",
    "other heads": "update kw.logs set heads = set_byte(heads, 0, get_byte(heads, 0) # 1)",
    "another state": "update kw.logs set state_leaf = 1000000",
    "texts that are gone": "update kw.logs set first_entry = size",
    "no tiles": "delete from kw.log_tiles",
    "a short tile": "update kw.log_tiles set hashes = substr(hashes, 1, 32)",
    "an entry without text": "update kw.log_leaves set entry = null",
    "a deep entry": entry(f"""'{{"action":"state","details":' || {DEEP} || '}}'"""),
    "a deep shred": entry(f"""'{{"action":"shred","details":' || {DEEP} || '}}'""", SHRED),
    "a list": entry("'[1]'"),
    "an entry that is not UTF-8": (
        r"update kw.log_leaves set entry = '\xff' where leaf_index in "
        f"((select state_leaf from kw.logs), {SHRED})"
    ),
    "a state of nothing": entry("""'{"action":"state"}'"""),
    "a state in a list": entry("""'{"action":"state","details":[1]}'"""),
    "two actions": entry("""'{"action":["state"],"x":{"action":"state"}}'"""),
    "a shred of nothing": entry("""'{"action":"shred","details":{"batch":1}}'""", SHRED),
    "a deep event": (
        f"update kw.audit_events set details = ({DEEP.replace('30000', '3000')})::jsonb "
        "where leaf_index is null"
    ),
    "changes that cannot be read": (
        "update kw.audit_events set changes = 'x' where leaf_index is null"
    ),
    "a root of another length": "update kw.log_checkpoints set root = sha256('x')",
}


@pytest.fixture
def logged(db: Database) -> Session:
    """A superuser's session in a sealed database with a log, and an event that it lacks."""
    session = Session(db.connect())
    session.rows("create table public.people (id bigint primary key, ssn bytea)")
    make_log(session)
    session.rows("select kw.seal_rows()")
    session.rows("select kw.seal_deployment()")
    session.bind("people", "1", "ssn")
    session.rows("select kw.shred('people', 1, 'ssn')")
    session.rows("select kw.set_setting('audit_days', 1)")
    seal(session)
    session.rows("select kw.set_setting('cache_seconds', 10)")
    return session


def error_of(session: Session, query: str) -> str | None:
    """Return why a call fails by itself, in a session that knows nothing of before."""
    try:
        with session.connection.transaction(force_rollback=True):
            session.connection.execute(FORGET)
            session.connection.execute(query.encode())
    except psycopg.Error as error:
        return f"{error.sqlstate}: {error}".partition("\n")[0]
    return None


@pytest.mark.parametrize("what", EDITS)
def test_no_call_fails_as_if_by_a_bug(logged: Session, what: str) -> None:
    without_guards(logged)
    for table in ("logs", "log_leaves", "log_tiles", "log_checkpoints"):
        logged.rows(f"alter table kw.{table} disable trigger user")
    assert logged.connection.execute(EDITS[what].encode()).rowcount > 0
    leaf = logged.value(f"select {SHRED}")
    errors = {call: error_of(logged, call.format(leaf=leaf)) for call in CALLS}
    odd = {
        call: error
        for call, error in errors.items()
        if (error and error.partition(":")[0]) not in ACCEPTED
    }
    assert odd == {}


def test_calls_accept_a_log_that_nobody_edited(logged: Session) -> None:
    leaf = logged.value(f"select {SHRED}")
    assert {error_of(logged, call.format(leaf=leaf)) for call in CALLS} <= {None}
