"""A column that is renamed while its table is protected: triggers follow, or say what to do."""

from collections.abc import Callable

import pytest

from tests.sql.protecting import make_patients
from tests.sql.sealed import CHECK, begin
from tests.sql.session import Session

PHASES = ("expanded", "backfilled", "verified", "cut_over", "contracted")
PROTECT = "call kw.protect(%s, %s, until => %s, search => 'equality', shown_by => %s)"
LATER = ("cut_over", "contracted")


def _protected(session: Session, phase: str, shown_by: str, *, is_sealed: bool = False) -> str:
    """Protect patients.phone up to a phase; return the name of the table below."""
    if is_sealed:
        begin(session)
    make_patients(session)
    session.rows(PROTECT, "patients", "phone", "expanded", shown_by)
    session.rows(PROTECT, "patients", "phone", phase, shown_by)
    return "patients_protected" if phase in LATER and shown_by == "view" else "patients"


def _write(session: Session, phase: str, shown_by: str, entity: str, **columns: str) -> None:
    """Insert, change and read a row as an application does in that phase."""
    key, field = columns.get("key", "id"), columns.get("field", "phone")
    for number, value in ((1000, "new"), (1001, "newer")):
        written = f"'{value}'"
        if phase in LATER and shown_by == "column":
            written = f"kw.encrypt_text('{entity}', {number}, '{field}', '{value}')"
        session.rows(f"insert into {entity} ({key}, {field}) values ({number}, {written})")
    written = "'changed'"
    if phase in LATER and shown_by == "column":
        written = f"kw.encrypt_text('{entity}', {key}, '{field}', 'changed')"
    session.rows(f"update {entity} set {field} = {written} where {key} in (2, 1001)")


def _complete(session: Session, phase: str, shown_by: str, entity: str, **columns: str) -> None:
    """Write, complete the protection, and see that values and tokens are those of the writes."""
    key, field = columns.get("key", "id"), columns.get("field", "phone")
    token = columns.get("token", "phone_token")
    _write(session, phase, shown_by, entity, key=key, field=field)
    session.rows(PROTECT, entity, field, "contracted", shown_by)
    read = f"kw.decrypt_text('{entity}', {key}, '{field}', {field})"
    shown = field if shown_by == "view" else read
    assert session.values(
        f"select {shown} from {entity} where {key} in (2, 3, 1000, 1001) order by {key}"
    ) == ["changed", "+49 3", "new", "changed"]
    find = f"select {key} from {entity} where {token} = kw.blind_index(%s, %s, %s) order by 1"
    assert session.values(find, entity, field, "changed") == [2, 1001]
    assert session.values("select status from kw.protection_status()") == ["contracted"]
    assert session.rows("""select "check", detail, hint from kw.doctor() where not ok""") == []
    if session.values("select 1 from kw.deployments"):
        assert session.rows(CHECK) == []


@pytest.mark.parametrize("shown_by", ["column", "view"])
@pytest.mark.parametrize("phase", PHASES)
def test_a_renamed_key_and_token_are_followed(session: Session, phase: str, shown_by: str) -> None:
    table = _protected(session, phase, shown_by, is_sealed=True)
    session.rows(f"alter table {table} rename column id to number")
    session.rows(f"alter table {table} rename column phone_token to phone_mark")
    _complete(session, phase, shown_by, "patients", key="number", token="phone_mark")


@pytest.mark.parametrize("shown_by", ["column", "view"])
@pytest.mark.parametrize("phase", PHASES[:4])
def test_the_column_that_is_there_while_it_is_protected_may_be_renamed(
    session: Session, phase: str, shown_by: str
) -> None:
    table = _protected(session, phase, shown_by)
    passing = "phone_plaintext" if phase == "cut_over" else "phone_encrypted"
    session.rows(f"alter table {table} rename column {passing} to aside")
    _complete(session, phase, shown_by, "patients")
    names = session.values(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0"
        " and not attisdropped order by 1",
        "patients" if shown_by == "column" else "patients_protected",
    )
    assert names == ["id", "name", "phone", "phone_token"]


@pytest.mark.parametrize("shown_by", ["column", "view"])
@pytest.mark.parametrize("phase", PHASES[:4])
def test_renamed_columns_do_not_stop_an_undo(session: Session, phase: str, shown_by: str) -> None:
    table = _protected(session, phase, shown_by)
    passing = "phone_plaintext" if phase == "cut_over" else "phone_encrypted"
    session.rows(f"alter table {table} rename column {passing} to aside")
    session.rows(f"alter table {table} rename column phone_token to mark")
    session.rows(f"alter table {table} rename column id to number")
    session.rows("select kw.protect_undo('patients', 'phone')")
    session.rows("insert into patients (number, phone) values (1000, 'new')")
    assert session.values("select phone from patients where number in (3, 1000) order by 1") == [
        "+49 3",
        "new",
    ]
    assert session.values(
        "select attname from pg_attribute where attrelid = 'patients'::regclass and attnum > 0"
        " and not attisdropped order by 1"
    ) == ["name", "number", "phone"]


@pytest.mark.parametrize("shown_by", ["column", "view"])
@pytest.mark.parametrize("phase", PHASES)
def test_a_renamed_field_refuses_rows_until_it_is_moved(
    session: Session, phase: str, shown_by: str
) -> None:
    table = _protected(session, phase, shown_by, is_sealed=True)
    session.rows(f"alter table {table} rename column phone to mobile")
    if (phase, shown_by) != ("contracted", "view"):  # no trigger: the view goes on as before
        said = session.refused("KW102", f"insert into {table} (id, name) values (999, 'lost')")
        assert "column was renamed" in said
        hint = said.rpartition("Use ")[2].rstrip(".\n")
        assert hint == (
            "kw.rebind('public.patients', field_name => 'phone', to_field_name => 'mobile')"
        )
        session.refused("KW102", f"update {table} set name = 'lost'")
        assert session.values("select status from kw.protection_status()") == [phase]
        # A rename back needs no call.
        session.rows("begin")
        session.rows(f"alter table {table} rename column mobile to phone")
        _write(session, phase, shown_by, "patients")
        session.rows("rollback")
    session.rows(
        "select kw.rebind('public.patients', field_name => 'phone', to_field_name => 'mobile')"
    )
    _complete(session, phase, shown_by, "patients", field="mobile")


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("alter table patients rename to clients", "public.clients"),
        ("alter table patients set schema other", "other.patients"),
        ("alter schema public rename to clinic; create schema public", "clinic.patients"),
    ],
)
def test_a_table_with_another_name_refuses_rows_until_it_is_moved(
    session: Session, phase: str, statement: str, name: str
) -> None:
    session.rows("create schema other")
    _protected(session, phase, "column", is_sealed=True)
    session.rows(f"begin; {statement}; savepoint a")
    sqlstate, written = "KW100", "'lost'"
    if phase in LATER:
        sqlstate, written = "KW302", f"kw.encrypt_text('{name}', 999, 'phone', 'lost')"
    said = session.refused(sqlstate, f"insert into {name} (id, phone) values (999, {written})")
    assert phase in LATER or "kw.rebind" in said  # the call of the statement itself names none
    session.rows("rollback to a")
    said = session.refused("KW102", f"alter table {name} rename column id to number")
    assert "kw.rebind('public.patients'" in said
    session.rows(f"rollback to a; select kw.rebind('public.patients', '{name}')")
    session.rows(f"alter table {name} rename column id to number; commit")
    _complete(session, phase, "column", name, key="number")
    functions = "select pronamespace::regnamespace::text from pg_proc where proname ~ %s"
    assert session.values(functions, "^kw_protect_") == [name.partition(".")[0]]


def test_an_owner_who_may_not_follow_is_told_what_is_lacking(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    owner = make_role("kw_admin", "kw_client")
    session.rows(f"grant create on schema public to {owner}")
    own = connect(user=owner)
    _protected(own, "verified", "column")
    rename = "alter table patients rename column id to number"
    session.rows(f"revoke kw_admin, kw_client from {owner}")
    said = own.refused("KW100", rename)
    assert "cannot rename a column of protected table public.patients: permission denied" in said
    assert "needs kw_client" in said
    session.rows(f"grant kw_client to {owner}; revoke create on schema public from {owner}")
    assert "permission denied for schema public" in own.refused("KW100", rename)
    session.rows(f"grant create on schema public to {owner}")
    own.rows(rename)
    _write(session, "verified", "column", "patients", key="number")


def test_a_rename_is_followed_where_backslashes_escape(
    session: Session, connect: Callable[..., Session]
) -> None:
    _protected(session, "verified", "column")
    other = connect()
    said: list[str] = []
    other.connection.add_notice_handler(lambda one: said.append(one.message_primary or ""))
    other.rows("set standard_conforming_strings = off")
    other.rows("alter table patients rename column id to number")
    assert said == []
    _write(session, "verified", "column", "patients", key="number")
