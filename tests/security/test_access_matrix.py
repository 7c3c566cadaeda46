"""The database grants what the tables of docs/security.md say, and nothing beyond."""

from pathlib import Path

import psycopg
import pytest
from kwruntime.store.doctor_checks import DEFINERS

from tests.conftest import Database
from tests.security.conftest import Make, value_of

PAGE = Path(__file__).parents[2] / "docs" / "security.md"
ROLES = [
    "kw_admin",
    "kw_operator",
    "kw_client",
    "kw_unwrap",
    "kw_grantor",
    "kw_auditor",
    "kw_signer",
]
SECRET_COLUMNS = {
    ("kem_private_keys", "sealed_key"),
    ("key_wrappers", "dek_wrap1"),
    ("key_wrappers", "dek_wrap2"),
    ("key_wrapper_layers", "kem_ciphertext"),
    ("signing_keys", "private_key_enc"),
}


def _table(first: str) -> dict[str, dict[str, str]]:
    """Return the cells of the page's table that begins with a header, by row and column."""
    lines = iter(PAGE.read_text().splitlines())
    header = next(line for line in lines if line.startswith(f"| {first} | kw_admin |"))
    columns = [cell.strip() for cell in header.strip("|").split("|")][1:]
    next(lines)
    found = {}
    for line in lines:
        if not line.startswith("|"):
            break
        name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        found[name.strip("`").removeprefix("kw.")] = dict(zip(columns, cells, strict=True))
    return found


@pytest.fixture
def session(db: Database) -> psycopg.Connection:
    return db.connect()


def test_every_function_is_executable_by_whom_the_page_says(session: psycopg.Connection) -> None:
    granted: dict[str, dict[str, set[bool]]] = {}
    for name, role, allowed in session.execute(
        """
        select p.proname, r.role, has_function_privilege(r.role, p.oid, 'execute')
        from pg_proc p, unnest(%s::text[]) as r (role)
        where p.pronamespace = 'kw'::regnamespace
        """,
        (ROLES,),
    ):
        granted.setdefault(name, {}).setdefault(role, set()).add(allowed)
    page = _table("function")
    for name, roles in granted.items():
        said = page.pop(name, dict.fromkeys(ROLES, ""))
        for role, answers in roles.items():
            assert answers == {said[role] == "yes"}, f"{role} and kw.{name}"
    assert page == {}
    assert len(granted) > 40


def test_internal_functions_are_granted_to_nobody_by_the_page() -> None:
    internal = {name for name in _table("function") if name.startswith("_")}
    assert internal == {
        *("_as_owner", "_read_as_owner", "_still_stands", "_load", "_text", "_refuse_text"),
        *("_begin_view", "_view_row", "_end_view", "_collect_row", "_write_rows", "_write_view"),
        *("_row_text", "_typed_rows", "_typed_values", "_follow_columns"),
    }


def test_nothing_is_granted_to_public(session: psycopg.Connection) -> None:
    found = session.execute(
        """
        select 'function', p.oid::regprocedure::text
        from pg_proc p cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
        where p.pronamespace = 'kw'::regnamespace and a.grantee = 0
        union all
        select 'relation', c.oid::regclass::text
        from pg_class c
        cross join aclexplode(coalesce(c.relacl,
            acldefault(case when c.relkind = 'S' then 's' else 'r' end::"char", c.relowner))) a
        where c.relnamespace = 'kw'::regnamespace and a.grantee = 0
        union all
        select 'column', t.attrelid::regclass::text || '.' || t.attname
        from pg_attribute t
        join pg_class c on c.oid = t.attrelid and c.relnamespace = 'kw'::regnamespace
        cross join aclexplode(t.attacl) a
        where a.grantee = 0
        union all
        select 'schema', n.nspname
        from pg_namespace n cross join aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
        where n.nspname = 'kw' and a.grantee = 0
        """
    ).fetchall()
    assert found == []


def test_every_table_is_readable_by_whom_the_page_says(session: psycopg.Connection) -> None:
    page = _table("table")
    readable: dict[tuple[str, str], dict[str, bool]] = {}
    for table, column, role, allowed in session.execute(
        """
        select c.relname, a.attname, r.role,
            has_column_privilege(r.role, c.oid, a.attnum, 'select')
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        cross join unnest(%s::text[]) as r (role)
        where c.relnamespace = 'kw'::regnamespace and c.relkind = 'r'
        """,
        (ROLES,),
    ):
        readable.setdefault((table, role), {})[column] = allowed
    for (table, role), columns in readable.items():
        for column, allowed in columns.items():
            said = page[table][role] == "select" and (table, column) not in SECRET_COLUMNS
            assert allowed == said, f"{role} and kw.{table}.{column}"
    assert set(page) == {table for table, _ in readable}


def test_no_role_reads_a_wrap_or_a_private_key(
    session: psycopg.Connection, make_role: Make
) -> None:
    everything = make_role(*ROLES)
    for table, column in SECRET_COLUMNS:
        query = "select has_column_privilege(%s, %s, %s, 'select')"
        assert value_of(session, query, everything, f"kw.{table}", column) is False


def test_no_role_writes_a_table_or_a_sequence_or_makes_objects(
    session: psycopg.Connection, make_role: Make
) -> None:
    everything = make_role(*ROLES)
    found = session.execute(
        """
        select c.relname, p.privilege
        from pg_class c
        cross join unnest(array['insert', 'update', 'delete', 'truncate', 'references', 'trigger'])
            as p (privilege)
        where c.relnamespace = 'kw'::regnamespace and c.relkind = 'r'
            and (has_table_privilege(%(role)s, c.oid, p.privilege)
                or (p.privilege in ('insert', 'update', 'references')
                    and has_any_column_privilege(%(role)s, c.oid, p.privilege)))
        union all
        select c.relname, p.privilege
        from pg_class c
        cross join unnest(array['usage', 'select', 'update']) as p (privilege)
        where c.relnamespace = 'kw'::regnamespace and c.relkind = 'S'
            and has_sequence_privilege(%(role)s, c.oid, p.privilege)
        union all
        select 'schema kw', 'create' where has_schema_privilege(%(role)s, 'kw', 'create')
        """,
        {"role": everything},
    ).fetchall()
    assert found == []


def test_everything_belongs_to_the_owner_role_which_stands_alone(
    session: psycopg.Connection,
) -> None:
    assert value_of(
        session,
        """
        select count(*) from (
            select proowner from pg_proc where pronamespace = 'kw'::regnamespace
            union all
            select relowner from pg_class where relnamespace = 'kw'::regnamespace
            union all
            select typowner from pg_type where typnamespace = 'kw'::regnamespace
            union all
            select nspowner from pg_namespace where nspname = 'kw'
        ) o (owner) where owner <> 'kw_owner'::regrole
        """,
    ) == 0  # fmt: skip
    assert value_of(
        session,
        "select count(*) from pg_auth_members where 'kw_owner'::regrole in (roleid, member)",
    ) == 0  # fmt: skip


def test_only_the_listed_functions_run_with_the_rights_of_their_owner(
    session: psycopg.Connection,
) -> None:
    names = session.execute(
        "select proname from pg_proc where pronamespace = 'kw'::regnamespace and prosecdef"
    ).fetchall()
    assert {name for (name,) in names} == set(DEFINERS)


def test_default_privileges_of_the_installing_role_open_nothing(
    db: Database, make_role: Make
) -> None:
    """ALTER DEFAULT PRIVILEGES … GRANT SELECT ON TABLES TO readers is common."""
    reader = make_role()
    db.sql("drop extension kwtools")
    for kind in ("tables", "sequences", "functions", "types", "schemas"):
        db.sql(f"alter default privileges grant all on {kind} to {reader}")
    try:
        db.sql("create extension kwtools")
    finally:
        for kind in ("tables", "sequences", "functions", "types", "schemas"):
            db.sql(f"alter default privileges revoke all on {kind} from {reader}")
    found = db.sql(
        """
        select o.kind, o.name
        from (
            select 'function', oid::regprocedure::text, proacl
            from pg_proc where pronamespace = 'kw'::regnamespace
            union all
            select 'relation', oid::regclass::text, relacl
            from pg_class where relnamespace = 'kw'::regnamespace
            union all
            select 'type', oid::regtype::text, typacl
            from pg_type where typnamespace = 'kw'::regnamespace
            union all
            select 'schema', nspname, nspacl from pg_namespace where nspname = 'kw'
        ) o (kind, name, acl)
        cross join aclexplode(o.acl) a
        where a.grantee = %s::regrole
        """,
        reader,
    )
    assert found == []
