"""Rows that no seal covers, edited: kw.rewrap_jobs and kw.imported_wrappers, and what that gives.

The edits are a superuser's, in a session where triggers, foreign keys and checks are off.
"""

from collections.abc import Callable

import pytest

from tests.conftest import FORGET, Database, Keystore
from tests.deployment import make_log, seal
from tests.security.test_edits_of_tables import without_guards
from tests.sql import jobs
from tests.sql.importing import Maker, refused, some_deks, take
from tests.sql.sealed import CHECK
from tests.sql.session import Session

BOUND = "kw.lookup('people', '1', 'ssn')"
KEYS = f"select kms1_key_id, kms2_key_id from kw.key_wrappers where wrapper_uuid = {BOUND}::text"
STATE = "select table_name, problem from kw.check_state(%s)"
LAST = "select status, last_error from kw.rewrap_jobs order by id desc limit 1"


@pytest.fixture
def logged(db: Database, make_keystore: Callable[[], Keystore]) -> Session:
    """A superuser's session in a sealed database with a log. Key 4 is retired."""
    session = Session(db.connect())
    session.rows("create table public.people (id bigint primary key, ssn bytea)")
    make_log(session)
    store = make_keystore().name
    session.rows("select kw.add_provider(%s, 'local')", store)
    for name in ("jobs-3", "jobs-4"):
        session.rows("select kw.create_kms_key(%s, %s)", store, name)
    session.rows("select kw.set_kms_key_status(4, 'retired')")
    session.bind("people", "1", "ssn")
    session.rows("select kw.set_floor('people', 'ssn', null)")
    session.rows("select kw.seal_rows()")
    session.rows("select kw.seal_deployment()")
    assert jobs.schedule(session, entity_table="people", field_name="ssn") == 1
    return session


def edit(session: Session, statement: str) -> None:
    """Edit a table; the session knows nothing of before."""
    without_guards(session)
    session.rows("alter table kw.rewrap_jobs disable trigger user")
    session.rows("alter table kw.imported_wrappers disable trigger user")
    assert session.connection.execute(statement).rowcount > 0
    session.connection.execute(FORGET)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ("target_kms1_key_id = 2", "must differ"),
        ("target_kms1_key_id = 4", "retired"),
        ("target_kms1_key_id = 99", "does not exist"),
    ],
)
def test_an_edited_job_does_nothing_that_the_rules_forbid(
    logged: Session, changes: str, said: str
) -> None:
    before = logged.rows(KEYS)
    edit(logged, f"update kw.rewrap_jobs set {changes}")
    counts = jobs.work(logged)
    assert "done" not in counts
    assert said in str(logged.rows(LAST))
    assert logged.rows(KEYS) == before
    assert logged.rows(CHECK) == []


def test_what_an_edited_job_did_is_in_the_log(logged: Session) -> None:
    """As if kw_admin had scheduled it: the event of the run names the wrapper."""
    _, note = seal(logged)
    edit(logged, "update kw.rewrap_jobs set target_kms1_key_id = 3")
    assert jobs.work(logged) == {"done": 1}
    assert logged.rows(KEYS) == [(3, 2)]
    ((action, changes),) = logged.rows(
        "select action, length(changes) from kw.audit_events order by id desc limit 1"
    )
    assert action == "run_rewrap_jobs"
    assert changes > 0
    assert logged.rows(CHECK) == logged.rows(STATE, note) == []


@pytest.mark.parametrize(
    "statement",
    [
        "delete from kw.imported_wrappers",
        "update kw.imported_wrappers set foreign_uuid = gen_random_uuid()",
        "update kw.imported_wrappers set number = 9",
    ],
)
def test_no_bundle_is_replayed_after_its_data_keys_were_forgotten(
    logged: Session, statement: str
) -> None:
    maker = Maker.of(logged)
    first = maker.seal(1)
    take(logged, first)
    take(logged, maker.seal(2, deks=some_deks()))
    edit(logged, statement)
    assert "is not newer" in refused(logged, first)
    assert logged.rows(CHECK) == []


def test_a_data_key_that_was_forgotten_is_imported_again_if_its_maker_signs_it_again(
    logged: Session,
) -> None:
    """Who could as well send it under another uuid."""
    maker = Maker.of(logged)
    take(logged, maker.seal(1))
    assert "was imported before" in refused(logged, maker.seal(2))
    edit(logged, "delete from kw.imported_wrappers")
    assert len(take(logged, maker.seal(2))) == len(maker.deks)
