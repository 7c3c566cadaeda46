"""Column privileges and explicit grants."""

from collections.abc import Callable

import pytest

from tests.sql.session import Session

DECRYPT = "select kw.decrypt('people', '1', 'ssn', %s)"
ENCRYPT = "select kw.encrypt('people', '1', 'ssn', 'x')"


@pytest.fixture
def sealed(session: Session) -> bytes:
    """A value of the cell (people, 1, ssn)."""
    session.bind("people", "1", "ssn")
    return session.encrypt("people", "1", "ssn", b"x")


@pytest.mark.parametrize(
    ("granted", "reads", "writes"),
    [
        (None, False, False),
        ("select on people", True, False),
        ("select (ssn) on people", True, False),
        ("select (note) on people", False, False),
        ("insert on people", False, True),
        ("update on people", False, True),
        ("insert (ssn) on people", False, True),
        ("update (ssn) on people", False, True),
        ("update (note), select (name) on people", False, False),
        ("delete, truncate, references, trigger on people", False, False),
        ("all on people", True, True),
    ],
)
def test_the_privileges_of_the_column_decide(
    session: Session,
    sealed: bytes,
    connect: Callable[..., Session],
    make_role: Callable[..., str],
    granted: str | None,
    reads: bool,
    writes: bool,
) -> None:
    role = make_role("kw_client")
    client = connect(role)
    if granted:
        session.rows(f"grant {granted} to {role}")
    if reads:
        assert client.value(DECRYPT, sealed) == b"x"
        assert client.lookup("people", "1", "ssn")
    else:
        client.refused("KW100", DECRYPT, sealed)
        client.refused("KW100", "select kw.lookup('people', '1', 'ssn')")
    if writes:
        assert client.value(ENCRYPT)
        assert client.bind("people", "2", "ssn")
    else:
        client.refused("KW100", ENCRYPT)
        client.refused("KW100", "select kw.bind('people', '2', 'ssn')")
    for wide in ("'2'", "'*', 'ssn'", "'*'"):
        client.refused("KW100", f"select kw.bind('people', {wide})")
    if granted:
        session.rows(f"revoke {granted} from {role}")
        client.refused("KW100", DECRYPT, sealed)
        client.refused("KW100", ENCRYPT)


def test_the_schema_counts_as_it_does_for_the_table(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    role = make_role("kw_client")
    session.rows("create schema hr; create table hr.pay (id int, sum bytea)")
    session.rows(f"grant select, insert on hr.pay to {role}")
    client = connect(role)
    client.refused("KW100", "select kw.bind('hr.pay', '1', 'sum')")
    session.rows(f"grant usage on schema hr to {role}")
    assert client.bind("hr.pay", "1", "sum")
    session.rows(f"revoke usage on schema hr from {role}")
    client.refused("KW100", "select kw.lookup('hr.pay', '1', 'sum')")


def test_permission_is_checked_before_existence(
    sealed: bytes, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    client = connect(make_role("kw_client"))
    answers = {
        client.refused("KW100", f"select kw.lookup('people', {pk}, 'ssn')") for pk in ("'1'", "'7'")
    }
    assert len(answers) == 1
    answers = {client.refused("KW100", DECRYPT, value) for value in (sealed, b"", b"garbage")}
    assert len(answers) == 1
    client.refused("KW100", "select kw.lookup('nowhere', '1', 'ssn')")
    client.refused("KW100", "select kw.shred('people', '7', 'ssn')")
    client.refused("KW100", "select kw.rotate('people', '7', 'ssn')")


@pytest.mark.parametrize(
    ("rights", "reads", "writes"),
    [("", True, False), (", false, true", False, True), (", true, true", True, True)],
)
@pytest.mark.parametrize("field", ["'ssn'", "null"])
def test_the_owner_of_the_table_grants_a_field(
    session: Session,
    sealed: bytes,
    connect: Callable[..., Session],
    make_role: Callable[..., str],
    field: str,
    rights: str,
    reads: bool,
    writes: bool,
) -> None:
    owner_name, role = make_role("kw_client"), make_role("kw_client")
    session.rows(f"alter table people owner to {owner_name}")
    owner, client = connect(owner_name), connect(role)
    client.refused("KW100", DECRYPT, sealed)
    owner.rows(f"select kw.grant_field('people', {field}, '{role}'{rights})")
    for may, query, values in ((reads, DECRYPT, [sealed]), (writes, ENCRYPT, [])):
        if may:
            assert client.value(query, *values)
        else:
            client.refused("KW100", query, *values)
    query = "select kw.lookup('people', '1', 'note')"
    if field == "null" and reads:
        assert client.value(query) is None
    else:
        client.refused("KW100", query)
    owner.rows(f"select kw.revoke_field('people', {field}, '{role}')")
    client.refused("KW100", DECRYPT, sealed)
    client.refused("KW100", ENCRYPT)
    owner.refused("KW101", f"select kw.revoke_field('people', {field}, '{role}')")


def test_a_grant_replaces_the_one_before(
    session: Session, sealed: bytes, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    role = make_role("kw_client")
    client = connect(role)
    session.rows("select kw.grant_field('people', 'ssn', %s, true, true)", role)
    assert client.value(ENCRYPT)
    session.rows("select kw.grant_field('people', 'ssn', %s)", role)
    client.refused("KW100", ENCRYPT)
    assert client.value(DECRYPT, sealed) == b"x"


def test_members_have_what_their_role_was_granted(
    session: Session, sealed: bytes, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    group = make_role()
    member = connect(make_role("kw_client", group))
    session.rows("select kw.grant_field('people', 'ssn', %s)", group)
    assert member.value(DECRYPT, sealed) == b"x"


def test_a_grant_that_says_nothing_or_names_nobody_is_refused(
    session: Session, make_role: Callable[..., str]
) -> None:
    role = make_role()
    query = "select kw.grant_field('people', 'ssn', %s, false, false)"
    session.refused("KW003", query, role)
    session.refused("KW101", "select kw.grant_field('people', 'ssn', 'nobody at all')")
    session.refused("KW003", "select kw.grant_field('people', 'ssn', null)")
    assert session.rows("select * from kw.field_grants") == []


def test_fields_of_a_table_are_granted_by_its_owner_alone(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    role = make_role("kw_client")
    for groups in (("kw_client",), ("kw_grantor",), ("kw_client", "kw_grantor")):
        other = connect(make_role(*groups))
        for call in ("kw.grant_field('people', 'ssn', %s)", "kw.revoke_field('people', 'ssn', %s)"):
            other.refused("KW100", f"select {call}", role)
    connect(make_role("kw_admin")).refused(
        "42501", "select kw.grant_field('people', 'ssn', %s)", role
    )


def test_an_external_name_is_opened_by_grants_of_a_grantor_alone(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    role = make_role("kw_client")
    client, grantor = connect(role), connect(make_role("kw_grantor"))
    client.refused("KW100", "select kw.bind('app.users', '1', 'mail')")
    client.refused("KW100", "select kw.grant_field('app.users', null, %s, true, true)", role)
    grantor.rows("select kw.grant_field('app.users', 'mail', %s, true, true)", role)
    client.bind("app.users", "1", "mail")
    sealed = client.encrypt("app.users", "1", "mail", b"x")
    assert client.decrypt("app.users", "1", "mail", sealed) == b"x"
    client.refused("KW100", "select kw.bind('app.users', '1', 'phone')")
    client.refused("KW100", "select kw.bind('app.users', '1')")
    client.refused("KW100", "select kw.bind('app.users', '*', 'mail')")
    grantor.rows("select kw.revoke_field('app.users', 'mail', %s)", role)
    client.refused("KW100", "select kw.decrypt('app.users', '1', 'mail', %s)", sealed)


def test_a_name_that_is_no_column_is_opened_by_a_grant_alone(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    role = make_role("kw_client")
    client = connect(role)
    session.rows(f"grant all on people to {role}")
    client.refused("KW100", "select kw.bind('people', '1', 'virtual')")
    session.rows("select kw.grant_field('people', 'virtual', %s, true, true)", role)
    client.bind("people", "1", "virtual")
    sealed = client.encrypt("people", "1", "virtual", b"x")
    assert client.decrypt("people", "1", "virtual", sealed) == b"x"


def test_set_role_and_definer_functions_and_views_decide_as_they_do_for_tables(
    session: Session, sealed: bytes, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    reader = make_role("kw_client")
    caller_name = make_role("kw_client", reader, inherits=False)
    session.rows(f"grant select on people to {reader}")
    caller = connect(caller_name)
    caller.rows("set role kw_client")
    caller.refused("KW100", DECRYPT, sealed)
    caller.rows(f"set role {reader}")
    assert caller.value(DECRYPT, sealed) == b"x"
    caller.rows("set role kw_client")
    caller.refused("KW100", DECRYPT, sealed)
    session.rows(
        """
        create function read_ssn(sealed bytea) returns bytea language sql security definer
        set search_path = pg_catalog, pg_temp
        return kw.decrypt('people', '1', 'ssn', sealed)
        """
    )
    session.rows(f"alter function read_ssn owner to {reader}")
    assert caller.value("select read_ssn(%s)", sealed) == b"x"
    caller.refused("KW100", DECRYPT, sealed)
