"""Rows of kw.protections, edited in a sealed database: no phase and no view uses them.

The edits are a superuser's, in a session where triggers and checks are off.
"""

import pytest

from tests.conftest import FORGET, Database
from tests.deployment import make_log
from tests.security.test_edits_of_tables import without_guards
from tests.sql.sealed import CHECK
from tests.sql.session import Session

COLUMN = "'patients', 'name'"
PHASES = ("backfill", "verify", "cut_over", "contract", "undo")
BEFORE = {"backfill": 0, "verify": 2, "cut_over": 4, "contract": 5, "undo": 5}
"""How many calls come before a phase."""
CALLS = (
    *(f"select kw.protect_backfill({COLUMN})",) * 2,
    *(f"select kw.protect_verify({COLUMN})",) * 2,
    f"select kw.protect_cut_over({COLUMN})",
)
COLUMNS = """
    select string_agg(attname, ',' order by attnum)
    from pg_attribute where attrelid = 'patients'::regclass
"""


@pytest.fixture
def patients(db: Database) -> Session:
    """The owner's session in a sealed database with a log: a column that is being protected."""
    session = Session(db.connect())
    session.rows(
        "create table public.patients (id bigint primary key, name text default 'x', other bytea);"
        " insert into patients (id) values (1), (2)"
    )
    make_log(session)
    session.rows("select kw.seal_rows()")
    session.rows("select kw.seal_deployment()")
    session.rows(f"select kw.protect_expand({COLUMN})")
    return session


def edit(session: Session, change: str) -> None:
    """Edit the rows; the session knows nothing of before."""
    without_guards(session)
    assert session.connection.execute(f"update kw.protections set {change}").rowcount > 0
    session.connection.execute(FORGET)


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize(
    "change",
    [
        "column_default = 'public.run()'",
        "ciphertext_column = 'other', plaintext_column = 'other'",
        "seal = null, change_no = null",
    ],
)
def test_a_phase_does_not_use_a_protection_that_was_edited(
    patients: Session, phase: str, change: str
) -> None:
    patients.rows(
        "create table public.ran (); create function public.run() returns text language sql"
        " as $$ drop table public.ran; select 'x' $$"
    )
    for call in CALLS[: BEFORE[phase]]:
        patients.rows(call)
    columns = patients.value(COLUMNS)
    edit(patients, change)
    said = patients.refused("KW211", f"select kw.protect_{phase}({COLUMN})")
    assert "of kw.protections" in said
    assert "kw.accept_rows" in said
    assert patients.value(COLUMNS) == columns
    assert patients.value("select to_regclass('public.ran') is not null")


def test_a_view_is_not_made_by_a_protection_that_was_edited(patients: Session) -> None:
    patients.rows(
        "select kw.bind('patients', '*', 'other'), kw.set_protected_field('patients', 'other')"
    )
    edit(patients, "ciphertext_column = 'nothing'")
    assert "of kw.protections" in patients.refused(
        "KW211", "select kw.create_protected_view('patients')"
    )


def test_seals_and_the_state_hold_after_each_phase(patients: Session) -> None:
    for call in (*CALLS, f"select kw.protect_undo({COLUMN})", f"call kw.protect({COLUMN})"):
        patients.rows(call)
        assert patients.rows(CHECK) == []
    patients.rows("call kw.seal_audit()")
    assert patients.rows("select * from kw.check_state()") == []


def test_rows_that_an_edit_of_the_progress_skipped_stop_the_cut_over(patients: Session) -> None:
    """What the page says of progress, which no seal covers."""
    edit(patients, "position = '{9}'")
    patients.rows(f"select kw.protect_backfill({COLUMN})")
    patients.rows(f"select kw.protect_verify({COLUMN})")
    said = patients.refused("KW102", f"select kw.protect_cut_over({COLUMN})")
    assert "2 rows of public.patients.name differ" in said
