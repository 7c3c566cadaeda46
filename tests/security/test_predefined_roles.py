"""What members of pg_write_all_data and pg_read_all_data get, and what they do not.

On a server of its own: members are of the whole cluster, and ``kw.doctor`` names them.
"""

from collections.abc import Iterator

import psycopg
import pytest

from kwtools.cluster import Cluster, Place, set_up
from kwtools.postgres import installed
from tests.conftest import unique
from tests.deployment import make_log
from tests.security.conftest import SECRET, sqlstate_of, value_of
from tests.sql.session import Session

BOTH = "pg_write_all_data, pg_read_all_data, kw_client"
DOCTOR = """select ok, detail from kw.doctor() where "check" = 'predefined roles'"""


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """A server with a protected table, and the role writer, who is a member of all there is."""
    with Cluster() as cluster:
        with cluster.place.connect() as session:
            set_up(session, "predefined")
            session.execute("create table people (id bigint primary key, ssn bytea)")
            session.execute("select kw.bind('people', '*', 'ssn')")
            session.execute(
                "insert into people values (1, kw.encrypt('people', 1, 'ssn', %s))", (SECRET,)
            )
        yield cluster.place


@pytest.fixture
def superuser(place: Place) -> Iterator[psycopg.Connection]:
    """A session of the superuser."""
    with place.connect(autocommit=True) as session:
        yield session


@pytest.fixture
def writer(place: Place, superuser: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """A session of a role that may write and read all data."""
    superuser.execute(f"create role writer login in role {BOTH}")
    with place.connect(user="writer", autocommit=True) as session:
        yield session
    superuser.execute("drop role writer")


def tables(session: psycopg.Connection) -> list[str]:
    """Return every table of kw."""
    rows = session.execute(
        "select oid::regclass::text from pg_class "
        "where relnamespace = 'kw'::regnamespace and relkind = 'r' order by 1"
    )
    return [name for (name,) in rows]


def test_every_table_has_its_guard(superuser: psycopg.Connection) -> None:
    guarded = superuser.execute(
        "select tgrelid::regclass::text from pg_trigger where tgname = 'guard_writes' "
        "and tgenabled = 'A' and tgfoid = 'kw._guard_writes()'::regprocedure order by 1"
    )
    assert [name for (name,) in guarded] == tables(superuser)


def test_who_writes_all_data_writes_no_table_of_kw(
    superuser: psycopg.Connection, writer: psycopg.Connection
) -> None:
    for table in tables(superuser):
        column = value_of(
            superuser,
            "select quote_ident(attname) from pg_attribute where attrelid = %s::regclass "
            "and attnum > 0 and attgenerated = '' and attidentity = '' limit 1",
            table,
        )
        for statement in (
            f"insert into {table} default values",
            f"update {table} set {column} = {column}",
            f"delete from {table}",
        ):
            assert sqlstate_of(writer, statement) == "KW100", statement
        with (
            pytest.raises(psycopg.Error) as raised,
            writer.cursor().copy(f"copy {table} from stdin"),
        ):
            pass
        assert raised.value.sqlstate == "KW100", table


def test_who_writes_all_data_grants_itself_nothing_and_empties_no_audit(
    superuser: psycopg.Connection, writer: psycopg.Connection
) -> None:
    grant = (
        "insert into kw.field_grants (entity_table, field_name_norm, role_name, may_read, "
        "may_write, granted_by, grantee, installation) select 'public.people', 'ssn', "
        "current_user, true, true, 'postgres', r.oid, i.id from pg_roles r, kw.installation i "
        "where r.rolname = current_user"
    )
    assert sqlstate_of(writer, grant) == "KW100"
    assert sqlstate_of(writer, "set session_replication_role = replica") == "42501"
    assert sqlstate_of(writer, "truncate kw.audit_events") in ("KW100", "42501")
    assert sqlstate_of(writer, "alter table kw.audit_events disable trigger all") == "42501"
    assert value_of(superuser, "select count(*) > 0 from kw.audit_events") is True


def test_the_guard_lets_superusers_and_the_functions_write(
    superuser: psycopg.Connection, writer: psycopg.Connection
) -> None:
    superuser.execute("set session_replication_role = replica")
    superuser.execute("delete from kw.kms_health_checks")
    superuser.execute("truncate kw.kms_health_checks")
    superuser.execute("reset session_replication_role")
    assert sqlstate_of(writer, "select kw.bind('people', 9, 'ssn')") is None
    query = "select kw.decrypt('people', id, 'ssn', ssn) from people"
    assert value_of(writer, query) == SECRET


def test_the_doctor_names_members(superuser: psycopg.Connection) -> None:
    assert superuser.execute(DOCTOR).fetchall() == []
    superuser.execute("create role backup login in role pg_read_all_data")
    superuser.execute("create role apps noinherit; grant pg_write_all_data to apps")
    superuser.execute('create role "Etl" login in role apps')
    assert superuser.execute(DOCTOR).fetchall() == [
        (False, 'pg_read_all_data: backup; pg_write_all_data: "Etl", apps')
    ]
    superuser.execute('drop role "Etl", apps, backup')


@pytest.mark.skipif(installed().major < 17, reason="pg_maintain came with PostgreSQL 17")
def test_who_maintains_tables_locks_them_and_reads_none(
    place: Place, superuser: psycopg.Connection
) -> None:
    superuser.execute("create role janitor login in role pg_maintain, kw_client")
    try:
        with place.connect(user="janitor", autocommit=True) as session, session.transaction():
            for table in tables(superuser):
                session.execute(f"lock table {table} in access exclusive mode")
        with place.connect(user="janitor", autocommit=True) as session:
            for table in tables(superuser):
                assert sqlstate_of(session, f"vacuum analyze {table}") is None, table
            assert sqlstate_of(session, "select * from kw.key_wrappers") == "42501"
            assert sqlstate_of(session, "select kw.decrypt('people', 1, 'ssn', '')") == "KW100"
        assert superuser.execute(DOCTOR).fetchall() == [(False, "pg_maintain: janitor")]
    finally:
        superuser.execute("drop role janitor")


USES = {
    "kw.audit_events_id_seq": "select kw.set_setting('cache_keys', 9999)",
    # another value, or the row keeps its number
    "kw.change_numbers": "select kw.set_setting('cache_keys', 5000 + (random() * 4000)::integer)",
    "kw.encryption_policies_id_seq": "select kw.create_policy(%s, 'single', 1)",
    "kw.key_wrapper_layers_id_seq": "select kw.wrap(policy => 'layered')",
    "kw.key_wrappers_id_seq": "select kw.wrap()",
    "kw.kms_health_checks_id_seq": "select count(*) from kw.check_kms()",
    "kw.kms_keys_id_seq": "select kw.create_kms_key('local', %s)",
    "kw.kms_providers_id_seq": "select kw.add_provider(%s, 'wrapper')",
    "kw.former_wraps_id_seq": ("select kw.rewrap(kw.wrap(policy => 'layered'), kms1_key_id => 2)"),
    "kw.layer_rounds": "select kw.wrap(policy => 'layered')",
    # One wrapper each, since one that has a job already draws a number that nobody takes.
    "kw.rewrap_jobs_id_seq": "select kw.schedule_rewrap(wrappers => array[kw.wrap()])",
    "kw.protections_id_seq": (
        "select kw.protect_expand('forgotten', 'f'), kw.protect_undo('forgotten', 'f')"
    ),
    "kw.signing_keys_id_seq": "select kw.create_signing_key(%s, 'Ed25519', 'log', 1)",
    "kw.log_checkpoints_id_seq": "select kw.sign_checkpoint(again => true)",
    "kw.shred_receipts_id_seq": (
        "select kw.bind('forgotten', n, 'f'), kw.shred('forgotten', n, 'f')"
        " from (select %s::text as n) n"
    ),
}
UNUSED = {"kw.crypto_algorithms_id_seq"}
"""Nothing of ours draws numbers of these."""
END = 9223372036854775807


def _use(session: psycopg.Connection, sequence: str) -> psycopg.Error | None:
    """Draw numbers of a sequence, the last one of all too; return the error of that."""
    for _ in range(3):
        use = USES[sequence]
        try:
            session.execute(use, [unique("name")] if "%s" in use else None)
        except psycopg.Error as error:
            return error
    return None


def test_a_sequence_that_somebody_set_is_named_and_moved(
    superuser: psycopg.Connection, writer: psycopg.Connection
) -> None:
    superuser.execute(
        "select kw.create_policy('layered', 'single', 1, layers => array["
        "kw.create_kem_key('one', 'X25519', 1), kw.create_kem_key('two', 'X25519', 1)]),"
        " kw.set_policy_layers('layered', 1, 2, 'round_robin')"
    )
    superuser.execute("create table public.forgotten (id text primary key, f bytea)")
    superuser.execute("select kw.create_deployment(), kw.seal_rows(), kw.seal_deployment()")
    make_log(Session(superuser))
    superuser.execute("call kw.seal_audit()")
    sequences = superuser.execute(
        "select oid::regclass::text from pg_class"
        " where relnamespace = 'kw'::regnamespace and relkind = 'S'"
    )
    assert {name for (name,) in sequences} == USES.keys() | UNUSED
    for sequence in USES:
        assert _use(superuser, sequence) is None
        for value in [END, END - 1] if sequence == "kw.layer_rounds" else [1, END, END - 1]:
            value_of(writer, "select setval(%s, %s, %s)", sequence, value, value == END)
            for isolation in ("read committed", "serializable"):
                superuser.execute(f"set default_transaction_isolation = '{isolation}'")
                error = _use(superuser, sequence)
                assert error is not None, (sequence, value)
                assert error.sqlstate == "KW102", (sequence, value, error)
                assert f"sequence {sequence} " in str(error)
                assert "kw.check_restore()" in (error.diag.message_hint or "")
            checks = superuser.execute('select "check" from kw.doctor() where not ok').fetchall()
            assert (f"sequence {sequence}",) in checks, value
            superuser.execute("select kw.check_restore()")
            assert _use(superuser, sequence) is None, (sequence, value)
    checks = superuser.execute('select "check" from kw.doctor() where not ok').fetchall()
    assert not [name for (name,) in checks if name.startswith("sequence")]
