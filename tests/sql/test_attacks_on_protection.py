"""Roles, sessions and settings that come between the phases of a protection."""

from collections.abc import Callable

import pytest

from tests.sql.protecting import make_patients
from tests.sql.session import Session

Connect = Callable[..., Session]
MakeRole = Callable[..., str]
COLUMN = "'public.patients', 'phone'"


@pytest.fixture
def patients(session: Session) -> Session:
    make_patients(session)
    return session


def test_who_writes_other_columns_needs_nothing_of_kwtools(
    patients: Session, connect: Connect, make_role: MakeRole
) -> None:
    role = make_role()
    patients.rows(f"grant select, update (name), insert (id, name) on patients to {role}")
    said = patients.refused("KW102", f"select kw.protect_expand({COLUMN})")
    assert f"role {role}: inserts the default" in said
    patients.rows("alter table patients alter column phone drop default")
    other = connect(role)

    def write() -> None:
        other.rows("update patients set name = name || '!' where id = 7")
        other.rows("insert into patients (id, name) select max(id) + 1, 'new' from patients")

    patients.rows(f"select kw.protect_expand({COLUMN})")
    write()
    assert patients.value("select phone_encrypted is null from patients where id = 7")
    for until in ("backfilled", "verified", "cut_over", "contracted"):
        patients.rows("call kw.protect('patients', 'phone', until => %s)", until)
        write()
    found = patients.rows(
        "select name, kw.decrypt_text('patients', id, 'phone', phone) from patients where id = 7"
    )
    assert found == [("n7!!!!!", "+49 7")]
    assert patients.value("select count(*) from patients") == 30
    said = patients.refused("23514", "update patients set phone = '\\x01'")
    assert "is_ciphertext" in said
    advised = patients.rows("select * from kw.doctor() where \"check\" = 'ciphertext columns'")
    assert advised == []
