"""Rows of kw.deployments edited or put back, in each phase and without a pin: what finds it.

The edits are a superuser's, in a session where triggers, foreign keys and checks are off. With the
deployment key in force, nobody can vouch for another phase: what is wrong is refused, or named.
"""

import psycopg
import pytest

from tests.conftest import FORGET, Database
from tests.deployment import make_log, seal
from tests.security.test_edits_of_tables import without_guards
from tests.sql.sealed import CHECK
from tests.sql.session import Session

STATE = "select table_name from kw.check_state(%s)"
REPLACE = "select kw.replace_deployment_key()"
IN_FORCE = "(select max(key_no) from kw.deployments)"
TO_PHASE = f"update kw.deployments set phase = '{{}}' where key_no = {IN_FORCE}"
PUT_BACK = """
    delete from kw.deployments;
    insert into kw.deployments select * from public.deployments_{0};
    delete from kw.key_wrappers where dek_class = 'deployment';
    insert into kw.key_wrappers select * from public.wrappers_{0} where dek_class = 'deployment'
"""
STAGES = ("sealed", "replacing", "replaced")
PHASES = ("adopting", "next", "sealed", "replacing", "recovering")


def keep(session: Session, stage: str) -> None:
    """Keep the rows that say which seals count."""
    for name, table in (("deployments", "deployments"), ("wrappers", "key_wrappers")):
        session.rows(f"create table public.{name}_{stage} as select * from kw.{table}")


@pytest.fixture
def logged(db: Database, request: pytest.FixtureRequest) -> tuple[Session, str]:
    """A superuser's session in a sealed database, at a stage of a replacement, and a checkpoint."""
    session = Session(db.connect())
    session.rows("create table public.people (id bigint primary key, ssn bytea)")
    make_log(session)
    session.rows("select kw.bind_many('people', array['1', '2'], 'ssn')")
    session.rows("select kw.seal_rows()")
    keep(session, "adopting")
    session.rows("select kw.seal_deployment()")
    keep(session, "sealed")
    if request.param != "sealed":
        session.rows(REPLACE)
        keep(session, "replacing")
    if request.param == "replaced":
        session.rows("select * from kw.reseal_rows()")
        session.rows("select kw.seal_deployment()")
    _, note = seal(session)
    session.connection.autocommit = False
    return session, note


def edit(session: Session, statements: str) -> None:
    """Edit the tables; the session knows nothing of before."""
    session.rows("savepoint before_the_edit")
    without_guards(session)
    for statement in statements.split(";"):
        assert session.connection.execute(statement).rowcount > 0, statement
    session.connection.execute(FORGET)


def problem(session: Session, query: str, *params: object) -> str:
    """Return the error of a check that is refused, or the tables that it names."""
    try:
        with session.connection.transaction():
            return ", ".join(sorted({row[0] for row in session.rows(query, *params)}))
    except psycopg.Error as error:
        assert_is_ours(error)
        return f"{error.sqlstate} {error.diag.message_primary} {error.diag.message_hint}"


def assert_is_ours(error: psycopg.Error) -> None:
    """Fail for an error that is not one of kwtools."""
    if not (error.sqlstate or "").startswith("KW"):
        raise error


@pytest.mark.parametrize("logged", STAGES, indirect=True)
@pytest.mark.parametrize("phase", PHASES)
def test_a_phase_that_is_edited_is_refused_or_named(
    logged: tuple[Session, str], phase: str
) -> None:
    session, note = logged
    now = session.value(f"select phase from kw.deployments where key_no = {IN_FORCE}")
    edit(session, TO_PHASE.format(phase))
    found = problem(session, CHECK)
    if phase == now:
        assert found == ""
        return
    assert "deployments" in found or "KW212" in found, found
    assert problem(session, STATE, note) != ""
    if found.startswith("KW211"):
        assert "Restore the rows of kw.deployments" in found
        for call in ("select kw.bind('people', '3', 'ssn')", "select kw.unwrap(kw.wrap())"):
            assert problem(session, call).startswith("KW211"), call


@pytest.mark.parametrize("logged", ["replacing"], indirect=True)
@pytest.mark.parametrize(
    "statement",
    [
        f"update kw.deployments set incarnation = 1 where key_no = {IN_FORCE}",
        "update kw.deployments set deployment_uuid = gen_random_uuid()",
        "update kw.deployments set key_no = 9 where key_no = 1",
        "delete from kw.deployments where key_no = 1",
        f"delete from kw.deployments where key_no = {IN_FORCE}",
        "update kw.deployments set key_wrapper_id = "
        "(select max(key_wrapper_id) from kw.deployments)",
        "update kw.deployments set key_wrapper_id = (select min(id) from kw.key_wrappers)",
    ],
)
def test_an_edit_while_a_key_is_replaced_is_refused_or_named(
    logged: tuple[Session, str], statement: str
) -> None:
    session, note = logged
    edit(session, statement)
    assert problem(session, CHECK) != ""
    assert problem(session, STATE, note) != ""


@pytest.mark.parametrize("logged", ["replacing"], indirect=True)
def test_an_edited_row_is_accepted_by_no_call_but_as_a_lost_key(
    logged: tuple[Session, str],
) -> None:
    """Else who cannot open the old key would be believed of the phase."""
    session, _ = logged
    edit(session, TO_PHASE.format("recovering"))
    accept = "select kw.accept_rows('deployments', '{1,2}', 'why')"
    said = problem(session, accept)
    assert said.startswith("KW211")
    assert "replace --lost" in said
    lost = "select kw.replace_deployment_key(lost => true, reason => 'edited')"
    assert session.value(lost) == "recovering"
    session.rows("select * from kw.reseal_rows()")
    assert problem(session, CHECK) == ""
    events = session.values("select details ->> 'error' from kw.audit_events order by id")
    assert any("kw.deployments does not match its seal" in one for one in events if one)


@pytest.mark.parametrize(
    ("logged", "before"),
    [
        ("sealed", "adopting"),
        ("replacing", "adopting"),
        ("replacing", "sealed"),
        ("replaced", "adopting"),
        ("replaced", "sealed"),
        ("replaced", "replacing"),
    ],
    indirect=["logged"],
)
def test_the_rows_of_an_earlier_stage_are_found_by_the_state(
    logged: tuple[Session, str], before: str
) -> None:
    """Without a pin the seals of that stage count again."""
    session, note = logged
    edit(session, PUT_BACK.format(before))
    found = problem(session, STATE, note)
    assert "deployments" in found, found
