"""Roles that have more than the extension gives them."""

from collections.abc import Iterator

from kwtools.checks._finding import OK, PROBLEM, WARNING, Finding
from kwtools.checks._text import listed
from kwtools.connections import Connection
from kwtools.own_grants import ROLES, is_harmless

_OURS = f"({', '.join(repr(role) for role in ROLES)})"
# Superusers are inside the trust boundary, and are not named.
_OTHERS = f"not r.rolsuper and r.rolname not in {_OURS}"
_BOTH = f"""
select string_agg(pg_catalog.quote_ident(r.rolname), ', ' order by r.rolname)
from pg_catalog.pg_roles r
where
    {_OTHERS}
    and exists (
        select from pg_catalog.pg_roles g
        where g.rolname = 'kw_admin' and pg_catalog.pg_has_role(r.oid, g.oid, 'member')
    )
    and exists (
        select from pg_catalog.pg_roles g
        where
            g.rolname in ('kw_client', 'kw_unwrap')
            and pg_catalog.pg_has_role(r.oid, g.oid, 'member')
    )
"""  # noqa: S608
# Of one database: by a grant of its own, as by a membership, an admin reads keys or values.
_BOTH_HERE = f"""
select string_agg(pg_catalog.quote_ident(r.rolname), ', ' order by r.rolname)
from pg_catalog.pg_roles r
where
    {_OTHERS} and pg_catalog.pg_has_role(r.oid, 'kw_admin', 'member')
    and not pg_catalog.pg_has_role(r.oid, 'kw_client', 'member')
    and not pg_catalog.pg_has_role(r.oid, 'kw_unwrap', 'member')
    and exists (
        select from pg_catalog.pg_proc f
        where
            f.pronamespace = 'kw'::regnamespace and f.proname ~ '^(unwrap|decrypt|try_decrypt)'
            and pg_catalog.has_function_privilege(r.oid, f.oid, 'execute')
    )
"""  # noqa: S608
_FILES = f"""
select string_agg(pg_catalog.quote_ident(r.rolname), ', ' order by r.rolname)
from pg_catalog.pg_roles r
where
    {_OTHERS} and r.rolname not like 'pg\\_%'
    and exists (
        select from pg_catalog.pg_roles g
        where
            g.rolname in (
                'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program'
            )
            and pg_catalog.pg_has_role(r.oid, g.oid, 'member')
    )
"""  # noqa: S608
# Up to 15, CREATEROLE grants any role but superusers; from 16 on, ADMIN OPTION is needed.
_GRANTING = f"""
select string_agg(distinct pg_catalog.quote_ident(r.rolname), ', ')
from pg_catalog.pg_roles r
where
    {_OTHERS} and (
        r.rolcreaterole and current_setting('server_version_num')::integer < 160000
        or exists (
            select
            from pg_catalog.pg_auth_members m
            join pg_catalog.pg_roles g on g.oid = m.roleid
            where m.member = r.oid and m.admin_option and g.rolname in {_OURS}
        )
    )
"""  # noqa: S608
_CHANGED = f"""
select
    string_agg(
        r.rolname || coalesce(' is a member of ' || g.roles, ' has attributes'),
        ', ' order by r.rolname
    )
from pg_catalog.pg_roles r
cross join lateral (
    select string_agg(pg_catalog.quote_ident(g.rolname), ', ' order by g.rolname) as roles
    from pg_catalog.pg_auth_members m
    join pg_catalog.pg_roles g on g.oid = m.roleid
    where m.member = r.oid
) g
where
    r.rolname in {_OURS} and r.rolname <> 'kw_owner'
    and (
        g.roles is not null or r.rolcanlogin or r.rolsuper or r.rolcreaterole or r.rolcreatedb
        or r.rolreplication or r.rolbypassrls
    )
"""  # noqa: S608
# A null role is PUBLIC. The objects are named as kwtools.catalog names them.
_GRANTS = f"""
select pg_catalog.quote_ident(r.rolname), a.object, a.privilege
from (
    select
        x.grantee, 'schema kw' as object,
        x.privilege_type || case when x.is_grantable then '*' else '' end as privilege
    from pg_catalog.pg_namespace n
    cross join lateral pg_catalog.aclexplode(n.nspacl) x
    where n.nspname = 'kw'
    union all
    select
        x.grantee,
        case c.relkind when 'v' then 'view ' when 'S' then 'sequence ' else 'table ' end
            || c.oid::regclass,
        x.privilege_type || case when x.is_grantable then '*' else '' end
    from pg_catalog.pg_class c
    cross join lateral pg_catalog.aclexplode(c.relacl) x
    where c.relnamespace = 'kw'::regnamespace
    union all
    select
        x.grantee, pg_catalog.format('column %s.%I', c.oid::regclass, t.attname),
        x.privilege_type || case when x.is_grantable then '*' else '' end
    from pg_catalog.pg_class c
    join pg_catalog.pg_attribute t on t.attrelid = c.oid
    cross join lateral pg_catalog.aclexplode(t.attacl) x
    where c.relnamespace = 'kw'::regnamespace
    union all
    select
        x.grantee, 'function ' || f.oid::regprocedure,
        x.privilege_type || case when x.is_grantable then '*' else '' end
    from pg_catalog.pg_proc f
    cross join lateral pg_catalog.aclexplode(coalesce(f.proacl, pg_catalog.acldefault('f', f.proowner))) x
    where f.pronamespace = 'kw'::regnamespace
) a
left join pg_catalog.pg_roles r on r.oid = a.grantee
where r.oid is null or {_OTHERS}
order by r.rolname nulls first, a.object, a.privilege
"""  # noqa: E501, S608
_WHY_SEPARATE = "Who manages keys is not to read values: one stolen password would give both."
_MOST_SHOWN = 200  # characters of a list


def of_server(connection: Connection) -> Iterator[Finding]:
    """Yield which roles of the server can reach keys or values by a way round."""
    found = [finding for finding in _of_server(connection) if finding is not None]
    yield from found or [Finding("roles", OK, "no role has more than its part")]


def _of_server(connection: Connection) -> Iterator[Finding | None]:
    yield _told(
        connection, _BOTH, "roles: separation", WARNING,
        "both kw_admin and kw_client or kw_unwrap",
        "Give the two to different roles.",
        _WHY_SEPARATE,
    )  # fmt: skip
    yield _told(
        connection, _FILES, "roles: files", WARNING,
        "may read or write files of the server, or run programs there",
        "Revoke pg_read_server_files, pg_write_server_files and pg_execute_server_program.",
        "They read the keystore and the credentials of the KMSs.",
    )  # fmt: skip
    yield _told(
        connection, _GRANTING, "roles: granting", WARNING,
        "can grant themselves roles of kwtools",
        "Revoke CREATEROLE or the ADMIN OPTION.",
        "They become kw_admin or kw_unwrap when they like.",
    )  # fmt: skip
    yield _told(
        connection, _CHANGED, "roles: changed", PROBLEM,
        "which the extension does not give",
        "Revoke the membership, or take the attribute away with ALTER ROLE.",
        "Every member of a role of kwtools gets what the role was given beside it.",
    )  # fmt: skip


def _told(
    connection: Connection, query: str, check: str, result: str, what: str, hint: str, why: str
) -> Finding | None:
    """Return a finding where the query names somebody."""
    ((names,),) = connection.execute(query.encode())
    return Finding(check, result, f"{_shortened(names)}: {what}", hint, why) if names else None


def grants(connection: Connection) -> Iterator[Finding]:
    """Yield the roles that were granted objects of kw beside the roles of kwtools."""
    both = _told(
        connection, _BOTH_HERE, "grants: separation", WARNING,
        "both kw_admin and functions that unwrap or decrypt",
        "Revoke the grants of the functions, or kw_admin.",
        _WHY_SEPARATE,
    )  # fmt: skip
    if both is not None:
        yield both
    harmless: dict[str, list[str]] = {}
    others: dict[str, list[str]] = {}
    for role, name, privilege in connection.execute(_GRANTS.encode()):
        is_note = role is not None and is_harmless(name, privilege)
        told = f"{privilege.lower().replace('*', ' with grant option')} on {name}"
        (harmless if is_note else others).setdefault(role or "PUBLIC", []).append(told)
    for role in sorted(harmless.keys() | others.keys()):
        wrong, right = others.get(role, []), harmless.get(role, [])
        if wrong:
            yield Finding(
                f"grants to {role}",
                PROBLEM if role == "PUBLIC" else WARNING,
                listed(wrong),
                "Revoke them, and grant a role of kwtools instead if it is needed.",
                "It goes past the roles that docs/security.md describes: to wraps, to tables that"
                " only functions write, or on to others.",
            )
        if right:
            yield Finding(
                f"own grants to {role}", OK, f"granted beside the release: {listed(right)}"
            )


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]} …"
