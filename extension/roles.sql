-- The runtime reads the server's memory, which differs between major versions.
do $server$
declare
    major int := pg_catalog.current_setting('server_version_num')::int / 10000;
begin
    if major not in (@SERVERS@) then
        raise exception 'kwtools @VERSION@ does not support PostgreSQL %', major
            using errcode = 'KW001',
            detail = 'It supports the major versions @SERVERS@.',
            hint = 'Install a version of kwtools that supports this server.';
    end if;
end;
$server$;

-- PL/Python converts everything to UTF-8. MULE_INTERNAL has no conversion to it.
do $encoding$
begin
    if pg_catalog.getdatabaseencoding() = 'MULE_INTERNAL' then
        raise exception 'kwtools cannot work in a database of encoding MULE_INTERNAL'
            using errcode = 'KW001',
            detail = 'PL/Python needs a conversion to UTF-8, which this encoding does not have.',
            hint = 'Create the extension in a database of another encoding, such as UTF8.';
    end if;
end;
$encoding$;

-- The roles. They belong to the cluster, not to the database, so they may exist already:
-- pg_dumpall restores them, with their members, before the extension.
do $roles$
declare
    role_name text;
    present record;
begin
    foreach role_name in array array[
        'kw_owner', 'kw_admin', 'kw_operator', 'kw_client', 'kw_unwrap', 'kw_grantor', 'kw_auditor', 'kw_signer'
    ]
    loop
        begin
            if not exists (select from pg_catalog.pg_roles r where r.rolname = role_name) then
                execute pg_catalog.format(
                    'create role %I nologin noinherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls',
                    role_name
                );
            end if;
        exception
            -- Another database's CREATE EXTENSION made it in between: CREATE ROLE waited for its commit.
            when duplicate_object or unique_violation then null;
        end;
        select * into present from pg_catalog.pg_roles r where r.rolname = role_name;
        if not found then
            raise exception 'role % was made by a transaction that this one does not see', role_name
                using errcode = 'serialization_failure',
                hint = 'Run it again, in a transaction of READ COMMITTED.';
        elsif present.rolsuper or present.rolcreaterole or present.rolcreatedb or present.rolcanlogin
            or present.rolreplication or present.rolbypassrls
        then
            raise exception 'role % exists and has attributes that it must not have', role_name
                using errcode = 'KW100',
                hint = pg_catalog.format(
                    'Run: ALTER ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;',
                    role_name
                );
        end if;
    end loop;
    -- Who is a member of the owner could write keys; what the owner is a member of, our code could use.
    if exists (
        select
        from pg_catalog.pg_auth_members m
        join pg_catalog.pg_roles r on r.oid in (m.roleid, m.member)
        where r.rolname = 'kw_owner'
    ) then
        raise exception 'role kw_owner has members or memberships'
            using errcode = 'KW100',
            hint = 'REVOKE them: the owner of the key tables must stand alone.';
    end if;
end;
$roles$;
