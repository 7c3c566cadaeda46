"""What a session keeps in memory never answers for a role, a status or a grant of before."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests.conftest import Database
from tests.security.conftest import SECRET, Make, sqlstate_of, value_of

DECRYPT = "select kw.decrypt('people', 1, 'ssn', (select ssn from public.people where id = 1))"
DECRYPT_NOTE = (
    "select kw.decrypt('people', 1, 'note', (select note from public.people where id = 1))"
)
ENCRYPT = "select kw.encrypt('people', 1, 'ssn', 'x')"
Role = Callable[..., str]


@pytest.fixture
def reader(people: Database, make_role: Make) -> str:
    """A role that may read and write ssn and note."""
    role = make_role("kw_client")
    people.sql(f"grant select, update on public.people to {role}")
    return role


@pytest.fixture
def outsider(people: Database, make_role: Make) -> str:
    """A kw_client that may read only what is not encrypted, and the raw bytes through a view."""
    role = make_role("kw_client")
    people.sql("create view public.raw as select id, ssn, note from public.people")
    people.sql(f"grant select (id, name) on public.people to {role}")
    people.sql(f"grant select on public.raw to {role}")
    return role


def _sealed(people: Database) -> bytes:
    return bytes(people.sql("select ssn from public.people where id = 1")[0][0])


HERE = "select kw.decrypt('people', 1, 'ssn', %s)"


@pytest.mark.parametrize("change", ["set role {}", "set session authorization {}"])
def test_a_key_opened_by_one_role_serves_no_other(
    people: Database, reader: str, outsider: str, change: str
) -> None:
    sealed = _sealed(people)
    session = people.connect()
    for _ in range(2):
        session.execute(change.format(reader))
        assert value_of(session, HERE, sealed) == SECRET
        assert sqlstate_of(session, ENCRYPT) is None
        session.execute("reset role")
        session.execute("reset session authorization")
        session.execute(change.format(outsider))
        assert sqlstate_of(session, HERE, sealed) == "KW100"
        assert sqlstate_of(session, ENCRYPT) == "KW100"
        assert sqlstate_of(session, "select kw.lookup('people', 1, 'ssn')") == "KW100"
        session.execute("reset role")
        session.execute("reset session authorization")


def test_reset_role_ends_what_the_role_could(
    people: Database, reader: str, make_role: Make
) -> None:
    login = make_role("kw_client", reader, inherits=False)
    people.sql(f"grant usage on schema kw to {login}")
    people.sql(f"grant execute on function kw.decrypt(text, bigint, text, bytea) to {login}")
    people.sql(
        f"grant execute on function kw._as_owner(), kw._read_as_owner(), kw._load() to {login}"
    )
    sealed = _sealed(people)
    session = people.connect(login)
    for end in ("reset role", "set role none", "discard all"):
        session.execute(f"set role {reader}")
        assert value_of(session, HERE, sealed) == SECRET
        session.execute(end)
        assert sqlstate_of(session, HERE, sealed) == "KW100", end


def test_set_local_role_ends_with_its_transaction(
    people: Database, reader: str, outsider: str
) -> None:
    sealed = _sealed(people)
    session = people.connect()
    session.execute(f"set role {outsider}")
    people.sql(f"alter role {outsider} noinherit")  # since 16 what GRANT finds counts
    people.sql(f"grant {reader} to {outsider}")
    people.sql(f"grant usage on schema kw to {outsider}")
    people.sql(f"grant execute on function kw.decrypt(text, bigint, text, bytea) to {outsider}")
    people.sql(
        f"grant execute on function kw._as_owner(), kw._read_as_owner(), kw._load() to {outsider}"
    )
    with session.transaction():
        session.execute(f"set local role {reader}")
        assert value_of(session, HERE, sealed) == SECRET
    assert value_of(session, "select current_user") == outsider
    assert sqlstate_of(session, HERE, sealed) == "KW100"


def test_a_prepared_statement_asks_again_for_each_role(
    people: Database, reader: str, outsider: str
) -> None:
    sealed = _sealed(people)
    session = people.connect()
    session.execute("set plan_cache_mode = force_generic_plan")
    session.execute("prepare p as select kw.decrypt('people', 1, 'ssn', $1)")
    session.execute(f"set role {reader}")
    assert value_of(session, f"execute p ('\\x{sealed.hex()}')") == SECRET
    session.execute(f"set role {outsider}")
    assert sqlstate_of(session, f"execute p ('\\x{sealed.hex()}')") == "KW100"


def test_definer_functions_count_as_their_owner_and_invoker_functions_as_their_caller(
    people: Database, reader: str, outsider: str
) -> None:
    for name, security in (("as_owner", "definer"), ("as_caller", "invoker")):
        people.sql(
            f"create function public.{name}(bytea) returns bytea language sql security {security} "
            "as $$ select kw.decrypt('people', 1, 'ssn', $1) $$"
        )
        people.sql(f"alter function public.{name}(bytea) owner to {reader}")
    sealed = _sealed(people)
    session = people.connect(outsider)
    assert value_of(session, "select public.as_owner(%s)", sealed) == SECRET
    assert sqlstate_of(session, "select public.as_caller(%s)", sealed) == "KW100"
    assert value_of(session, "select public.as_owner(%s)", sealed) == SECRET
    assert sqlstate_of(session, HERE, sealed) == "KW100"


def test_in_a_view_the_querying_role_is_checked(
    people: Database, reader: str, outsider: str
) -> None:
    for name, options in (("plain", ""), ("barrier", "with (security_barrier)")):
        people.sql(
            f"create view public.{name} {options} as "
            "select id, kw.decrypt('people', id, 'ssn', ssn) as ssn from public.people"
        )
        people.sql(f"alter view public.{name} owner to {reader}")
        people.sql(f"grant select on public.{name} to {outsider}, {reader}")
        session = people.connect()
        session.execute(f"set role {reader}")
        assert session.execute(f"select ssn from public.{name}").fetchall() == [(SECRET,)] * 2
        session.execute(f"set role {outsider}")
        assert sqlstate_of(session, f"select ssn from public.{name}") == "KW100"


def test_in_a_trigger_the_writing_role_is_checked(
    people: Database, reader: str, outsider: str
) -> None:
    people.sql(
        """
        create function public.seal() returns trigger language plpgsql as $$
        begin
            new.ssn := kw.encrypt('people', new.id, 'ssn', new.ssn);
            return new;
        end $$
        """
    )
    people.sql(
        "create trigger seal before update on public.people "
        "for each row execute function public.seal()"
    )
    people.sql(f"grant update (name) on public.people to {outsider}")
    session = people.connect()
    session.execute(f"set role {reader}")
    session.execute("update public.people set ssn = 'new' where id = 1")
    assert value_of(session, DECRYPT) == b"new"
    session.execute(f"set role {outsider}")
    assert sqlstate_of(session, "update public.people set name = 'x' where id = 1") == "KW100"


# -- what another session changes --------------------------------------------------------------

CHANGES = {
    "column privilege": ("revoke select on public.people from {role}", "42501", "KW100"),
    "wrapper retired": (
        "select kw.set_wrapper_status(kw.lookup('people', 1, 'ssn'), 'retired')", None, "KW212",
    ),
    "shredded": ("select kw.shred('people', 1, 'ssn')", None, "KW301"),
    "provider disabled": ("select kw.set_provider_enabled('local', false)", None, "KW210"),
    "keys disabled": (
        "select kw.set_kms_key_status(id, 'disabled') from kw.kms_keys", None, "KW210",
    ),
    "table renamed": ("alter table public.people rename to persons", "42P01", "KW100"),
    "role left kw_client": ("revoke kw_client from {role}", "42501", "42501"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_another_session_changes_bites_at_the_next_statement(
    people: Database, reader: str, change: str
) -> None:
    statement, _, expected = CHANGES[change]
    sealed = _sealed(people)
    session = people.connect(reader)
    for _ in range(3):
        assert value_of(session, HERE, sealed) == SECRET
    people.sql(statement.format(role=reader))
    for _ in range(2):
        assert sqlstate_of(session, HERE, sealed) == expected


@pytest.mark.parametrize(
    "change", ["wrapper retired", "shredded", "provider disabled", "keys disabled"]
)
def test_it_bites_within_a_transaction_too_and_for_encrypt(
    people: Database, reader: str, change: str
) -> None:
    statement, _, expected = CHANGES[change]
    session = people.connect(reader)
    session.execute("begin")
    assert sqlstate_of(session, ENCRYPT) is None
    people.sql(statement.format(role=reader))
    assert sqlstate_of(session, ENCRYPT) == expected
    session.execute("rollback")


def test_a_privilege_of_one_column_that_was_revoked_bites(
    people: Database, make_role: Make
) -> None:
    role = make_role("kw_client")
    people.sql(f"grant select (ssn, note), update (ssn) on public.people to {role}")
    sealed = _sealed(people)
    session = people.connect(role)
    assert value_of(session, HERE, sealed) == SECRET
    assert sqlstate_of(session, ENCRYPT) is None
    people.sql(f"revoke select (ssn) on public.people from {role}")
    assert sqlstate_of(session, HERE, sealed) == "KW100"
    assert sqlstate_of(session, ENCRYPT) is None
    people.sql(f"revoke update (ssn) on public.people from {role}")
    assert sqlstate_of(session, ENCRYPT) == "KW100"


@pytest.mark.parametrize("field", ["ssn", None])
def test_a_field_grant_that_was_taken_back_bites(
    people: Database, make_role: Make, field: str | None
) -> None:
    role = make_role("kw_client")
    sealed = _sealed(people)
    session = people.connect(role)
    assert sqlstate_of(session, HERE, sealed) == "KW100"
    people.sql("select kw.grant_field('people', %s, %s)", field, role)
    assert value_of(session, HERE, sealed) == SECRET
    assert sqlstate_of(session, ENCRYPT) == "KW100"
    people.sql("select kw.revoke_field('people', %s, %s)", field, role)
    assert sqlstate_of(session, HERE, sealed) == "KW100"


def test_a_grant_to_a_group_that_a_role_left_bites(people: Database, make_role: Make) -> None:
    group, role = make_role(), make_role("kw_client")
    people.sql(f"grant {group} to {role}")
    people.sql("select kw.grant_field('people', 'ssn', %s)", group)
    sealed = _sealed(people)
    session = people.connect(role)
    assert value_of(session, HERE, sealed) == SECRET
    people.sql(f"revoke {group} from {role}")
    assert sqlstate_of(session, HERE, sealed) == "KW100"


def test_usage_of_the_tables_schema_is_needed(people: Database, make_role: Make) -> None:
    role = make_role("kw_client")
    people.sql("create schema hidden")
    people.sql("create table hidden.t (id bigint, f bytea)")
    people.sql("select kw.bind('hidden.t', 1, 'f')")
    [(sealed,)] = people.sql("select kw.encrypt('hidden.t', 1, 'f', 'x')")
    people.sql(f"grant select on hidden.t to {role}")
    people.sql(f"grant usage on schema hidden to {role}")
    session = people.connect(role)
    query = "select kw.decrypt('hidden.t', 1, 'f', %s)"
    assert value_of(session, query, sealed) == b"x"
    people.sql(f"revoke usage on schema hidden from {role}")
    assert sqlstate_of(session, query, sealed) == "KW100"


@pytest.fixture
def branched(people: Database) -> dict[str, Any]:
    """Column note, under a branch of its own, under key 1 alone."""
    people.sql("select kw.add_provider('branches', 'wrapper')")
    people.sql("select kw.create_policy('root', 'single', 1)")
    [(branch,)] = people.sql("select kw.create_kms_key('branches', 'root')")
    people.sql("select kw.create_policy('leaf', 'single', %s)", branch)
    people.sql("select kw.bind('people', 9, 'ssn', policy => 'leaf')")
    [(sealed,)] = people.sql("select kw.encrypt('people', 9, 'ssn', %s)", SECRET)
    [(wrapper,)] = people.sql("select external_key_ref from kw.kms_keys where id = %s", branch)
    return {"key": branch, "wrapper": wrapper, "sealed": sealed}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("select kw.set_kms_key_status({key}, 'disabled')", "KW200"),
        ("select kw.set_kms_key_status(1, 'disabled')", "KW200"),
        ("select kw.set_wrapper_status('{wrapper}', 'retired')", "KW212"),
        ("select kw.set_provider_enabled('branches', false)", "KW200"),
        ("select kw.set_provider_enabled('local', false)", "KW200"),
    ],
)
def test_what_is_closed_above_a_key_closes_it_in_every_session(
    people: Database, branched: dict[str, Any], reader: str, statement: str, expected: str
) -> None:
    query = "select kw.decrypt('people', 9, 'ssn', %s)"
    session = people.connect(reader)
    for _ in range(2):
        assert value_of(session, query, branched["sealed"]) == SECRET
    people.sql(statement.format(**branched))
    assert sqlstate_of(session, query, branched["sealed"]) == expected


# -- transactions ------------------------------------------------------------------------------

UNDONE = [
    "select kw.set_provider_enabled('local', false)",
    "select kw.set_kms_key_status(id, 'disabled') from kw.kms_keys",
    "select kw.set_wrapper_status(kw.lookup('people', 1, 'ssn'), 'retired')",
    "select kw.shred('people', 1, 'ssn')",
]


@pytest.mark.parametrize("statement", UNDONE)
@pytest.mark.parametrize(
    ("start", "undo"),
    [(["begin"], ["rollback"]),
     (["begin", "savepoint s"], ["rollback to s", "select 1"])],
)  # fmt: skip
def test_a_change_that_was_rolled_back_leaves_no_trace(
    people: Database, statement: str, start: list[str], undo: list[str]
) -> None:
    session = people.connect()
    assert value_of(session, DECRYPT) == SECRET
    for step in start:
        session.execute(step)
    session.execute(statement)
    session.execute("savepoint look")
    assert sqlstate_of(session, DECRYPT) in ("KW210", "KW212", "KW301")
    session.execute("rollback to look")
    for step in undo:
        session.execute(step)
    assert value_of(session, DECRYPT) == SECRET
    assert sqlstate_of(session, ENCRYPT) is None


@pytest.mark.parametrize(
    ("close", "open_", "expected"),
    [
        ("select kw.set_kms_key_status(id, 'disabled') from kw.kms_keys",
         "select kw.set_kms_key_status(id, 'active') from kw.kms_keys", "KW210"),
        ("select kw.set_provider_enabled('local', false)",
         "select kw.set_provider_enabled('local', true)", "KW210"),
    ],
)  # fmt: skip
def test_a_key_opened_in_a_transaction_that_was_rolled_back_is_closed(
    people: Database, close: str, open_: str, expected: str
) -> None:
    session = people.connect()
    assert value_of(session, DECRYPT) == SECRET
    people.sql(close)
    session.execute("begin")
    session.execute(open_)
    assert value_of(session, DECRYPT) == SECRET
    session.execute("rollback")
    assert sqlstate_of(session, DECRYPT) == expected


def test_a_binding_made_in_a_transaction_that_was_rolled_back_opens_nothing(
    people: Database,
) -> None:
    session = people.connect()
    session.execute("begin")
    session.execute("select kw.bind('people', 3, 'ssn')")
    sealed = value_of(session, "select kw.encrypt('people', 3, 'ssn', 'x')")
    assert value_of(session, "select kw.decrypt('people', 3, 'ssn', %s)", sealed) == b"x"
    session.execute("rollback")
    assert sqlstate_of(session, "select kw.decrypt('people', 3, 'ssn', %s)", sealed) == "KW300"
    assert sqlstate_of(session, "select kw.encrypt('people', 3, 'ssn', 'x')") == "KW302"


@pytest.mark.parametrize("statement", ["vacuum full", "cluster"])
def test_rows_that_were_moved_are_not_taken_for_others(people: Database, statement: str) -> None:
    """All of it in one transaction, so that every version of the rows has one xmin."""
    session = people.connect()
    session.execute("begin")
    session.execute("select kw.bind('people', '*', 'name')")
    sealed = value_of(session, "select kw.encrypt('people', 1, 'name', %s)", SECRET)
    assert value_of(session, "select kw.decrypt('people', 1, 'name', %s)", sealed) == SECRET
    session.execute("select kw.shred('people', '*', 'name', whole => true)")
    session.execute("commit")
    if statement == "cluster":
        people.sql("alter table kw.encryption_bindings cluster on encryption_bindings_pkey")
        people.sql("alter table kw.key_wrappers cluster on key_wrappers_pkey")
    maintenance = people.connect()
    for table in ("kw.encryption_bindings", "kw.key_wrappers"):
        maintenance.execute(f"{statement} {table}")
    query = "select kw.decrypt('people', 1, 'name', %s)"
    assert sqlstate_of(session, query, sealed) == "KW301"


@pytest.mark.parametrize("package", ["kwruntime", "kwshared"])
def test_a_package_of_another_place_is_not_taken_for_the_runtimes_own(
    people: Database, package: str
) -> None:
    session = people.connect()
    session.execute(
        f"""
        do language plpython3u $$
        import sys, types
        other = sys.modules["{package}"] = types.ModuleType("{package}")
        other.__file__ = "/elsewhere/{package}/__init__.py"
        $$
        """
    )
    with pytest.raises(psycopg.Error, match="another version of kwtools") as raised:
        session.execute("select kw.wrap()")
    assert raised.value.sqlstate == "KW001"
