\echo Use "CREATE EXTENSION kwtools" to load this file. \quit

-- roles.sql

-- The runtime reads the server's memory, which differs between major versions.
do $server$
declare
    major int := pg_catalog.current_setting('server_version_num')::int / 10000;
begin
    if major not in (15, 16, 17, 18) then
        raise exception 'kwtools 0.10.0 does not support PostgreSQL %', major
            using errcode = 'KW001',
            detail = 'It supports the major versions 15, 16, 17, 18.',
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

-- schema.sql

-- Fails where somebody made a schema of this name before: adopting it would adopt what is in it.
create schema kw authorization kw_owner;
comment on schema kw is 'kwtools: envelope encryption with data keys wrapped under KMS keys';

-- functions/_guard_status.sql

create or replace function kw._guard_status() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    if not (old.status || '>' || new.status) = any (tg_argv) then
        raise exception 'status of a row of kw.% cannot change from % to %', tg_table_name, old.status, new.status
            using errcode = 'KW102',
            detail = format('Row %s. Allowed: %s.', old.id, array_to_string(tg_argv, ', '));
    end if;
    return new;
end;
$function$;

comment on function kw._guard_status() is
'Trigger: allows a status to change only along the pairs of its arguments (old>new). Internal. Errors: KW102.';

-- functions/_guard_immutable.sql

create or replace function kw._guard_immutable() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    raise exception '% of kw.% cannot change in this way',
        coalesce('row ' || (to_jsonb(old) ->> 'id'), 'a row'), tg_table_name
        using errcode = 'KW102',
        detail = tg_argv[0];
end;
$function$;

comment on function kw._guard_immutable() is
'Trigger: refuses the update that its WHEN clause selects. The argument names the columns that never change. Internal. Errors: KW102.';

-- functions/_touch_key_epoch.sql

create or replace function kw._touch_key_epoch() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
declare
    -- Random, not counted: an aborted change must not share its epoch with a later one. The last
    -- 62 random bits of a uuid, since setseed() does not foresee them.
    random_mark constant bigint := ('x' || right(replace(gen_random_uuid()::text, '-', ''), 16))::bit(64)::bigint;
begin
    begin
        -- One mark that no other transaction holds gets a new value, and the rest of those go: so
        -- there are never many more marks than writers at one time.
        with free as materialized (
            select m.id from kw.key_epoch_marks m order by m.id limit 100 for update skip locked
        ),
        one as (
            select f.id from free f limit 1
        ),
        gone as (
            delete from kw.key_epoch_marks m
            using free f
            where m.id = f.id and m.id not in (select o.id from one o)
        )
        update kw.key_epoch_marks m set mark = random_mark from one o where m.id = o.id;
        if found then
            return null;
        end if;
    exception when serialization_failure then
        -- Under REPEATABLE READ, where a mark was changed since the snapshot.
        null;
    end;
    insert into kw.key_epoch_marks (mark) values (random_mark);
    return null;
end;
$function$;

comment on function kw._touch_key_epoch() is
'Trigger: makes every session check its opened keys again after a change of a key, provider, branch or setting. Does not wait for other transactions. Internal.';

-- functions/_keep_algorithm.sql

create or replace function kw._keep_algorithm() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
declare
    present kw.crypto_algorithms;
begin
    select * into present
    from kw.crypto_algorithms a
    where a.class = new.class and a.name = new.name and a.variant is not distinct from new.variant;
    if not found then
        return new;
    end if;
    if present.status <> new.status then
        insert into kw.algorithm_statuses (algorithm_id, status)
        values (present.id, new.status)
        on conflict (algorithm_id) do update set status = excluded.status;
    end if;
    return null;
end;
$function$;

comment on function kw._keep_algorithm() is
'Trigger: updates only the status of an algorithm that already exists, as in an older dump or a subscription. Internal.';

-- functions/_keep_installation.sql

create or replace function kw._keep_installation() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    return case when not exists (select from kw.installation) then new end;
end;
$function$;

comment on function kw._keep_installation() is
'Trigger: keeps the first row of kw.installation and skips others, such as those of logical replication. Internal.';

-- functions/_guard_writes.sql

-- The trigger's WHEN lets kw_owner pass without this call. SECURITY INVOKER: current_user writes.
create or replace function kw._guard_writes() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    if not exists (select from pg_roles r where r.rolname = current_user and r.rolsuper) then
        raise exception 'permission denied to write kw.%', tg_table_name
            using errcode = 'KW100',
            detail = format('Role %s may write it by a predefined role or a grant of the table.', quote_ident(current_user)),
            hint = 'Use the functions of kw. Only superusers write its tables themselves.';
    end if;
    return null;
end;
$function$;

comment on function kw._guard_writes() is
'Trigger: allows only kw_owner, through the functions, and superusers to write the tables of kw. Internal. Errors: KW100.';

-- functions/_keep_algorithm_status.sql

create or replace function kw._keep_algorithm_status() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    update kw.crypto_algorithms a
    set status = new.status
    where a.id = new.algorithm_id and a.status <> new.status;
    return null;
end;
$function$;

comment on function kw._keep_algorithm_status() is
'Trigger: shows the status that an admin gave an algorithm in the catalogue. Internal.';

-- functions/_guard_load.sql

-- SECURITY INVOKER on purpose: only a superuser, who may set session_replication_role anyway, gets past the checks.
create or replace function kw._guard_load() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
declare
    role_before text := current_setting('session_replication_role');
begin
    if not (select r.rolsuper from pg_roles r where r.rolname = current_user) then
        return null;
    end if;
    if tg_when = 'AFTER' then
        role_before := nullif(current_setting('kwtools.role_before_load', true), '');
        if role_before is not null then
            perform set_config('session_replication_role', role_before, true);
            perform set_config('kwtools.role_before_load', '', true);
        end if;
        return null;
    end if;
    if not exists (select from kw.loads_to_check l where l.table_name = tg_table_name) then
        insert into kw.loads_to_check (table_name) values (tg_table_name);
        if tg_table_name = 'key_wrappers' then
            raise warning 'kwtools loads its tables in any order, without checks of foreign keys'
                using hint = 'When the load has ended, call kw.check_restore(), then kw.reclaim_entities().';
        end if;
    end if;
    if role_before <> 'replica' then
        perform set_config('kwtools.role_before_load', role_before, true);
        perform set_config('session_replication_role', 'replica', true);
    end if;
    return null;
end;
$function$;

comment on function kw._guard_load() is
'Trigger: lets a script of pg_dump or pg_restore load the tables in any order. Records that kw.check_restore must check them. Internal.';

-- functions/_guard_hold.sql

create or replace function kw._guard_hold() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    return null;
end;
$function$;

comment on function kw._guard_hold() is
'Trigger: does nothing. PostgreSQL does not drop the table of a trigger with a pending event (kw._guard_drop). Internal.';

-- functions/_guard_drop.sql

-- SECURITY DEFINER: every role runs event triggers, and only kw_owner may write the guard's table.
create or replace function kw._guard_drop() returns event_trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
    if tg_event = 'ddl_command_end' then
        -- The command left the extension alone: nothing of the guard outlives it.
        set constraints kw.hold immediate;
        delete from kw."keys live: first set kwtools.allow_drop = 'all keys'" g where g.pid = pg_backend_pid();
        return;
    end if;
    if current_setting('kwtools.allow_drop', true) = 'all keys' then
        return;
    end if;
    if exists (select from kw.key_wrappers w where w.status <> 'invalid' and w.dek_class <> 'deployment')
        or exists (select from kw.kem_private_keys)
        or exists (select from kw.signing_keys s where s.private_key_enc is not null)
    then
        set constraints kw.hold deferred; -- where the transaction said SET CONSTRAINTS ALL IMMEDIATE
        insert into kw."keys live: first set kwtools.allow_drop = 'all keys'" values (pg_backend_pid());
    end if;
end;
$function$;

comment on function kw._guard_drop() is
'Event trigger: makes PostgreSQL refuse to drop the extension while data keys or private keys exist. Internal.';

-- functions/_keep_triggers.sql

-- SECURITY DEFINER: every role runs event triggers, and only kw_owner may alter our tables.
create or replace function kw._keep_triggers() returns event_trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
    altered record;
begin
    for altered in
        select c.relname, array_agg(t.tgname) as triggers
        from pg_event_trigger_ddl_commands() d
        join pg_class c on d.classid = 'pg_class'::regclass and c.oid = d.objid
        join pg_trigger t on t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled = 'O'
        join pg_proc p on p.oid = t.tgfoid and p.pronamespace = 'kw'::regnamespace
        where c.relnamespace = 'kw'::regnamespace and not d.in_extension
        group by c.relname
    loop
        -- ENABLE TRIGGER ALL, as after a load with --disable-triggers: foreign keys were off, too.
        insert into kw.loads_to_check (table_name) values (altered.relname);
        execute (
            select format('alter table kw.%I %s', altered.relname,
                string_agg(format('enable always trigger %I', x), ', '))
            from unnest(altered.triggers) x
        );
        if altered.relname = 'algorithm_statuses' then
            update kw.crypto_algorithms a
            set status = s.status
            from kw.algorithm_statuses s
            where s.algorithm_id = a.id and a.status <> s.status;
        end if;
    end loop;
end;
$function$;

comment on function kw._keep_triggers() is
'Event trigger: makes the triggers of kw tables fire in every session again after ENABLE TRIGGER ALL. Records that kw.check_restore must check them. Internal.';

-- functions/_touch_layered_wrappers.sql

create or replace function kw._touch_layered_wrappers() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    if current_setting('kwtools.role_before_load', true) <> '' then
        return null; -- kw._guard_load: a dump has the wrappers, and kw.check_restore changes the epoch
    end if;
    if tg_op = 'TRUNCATE' then
        update kw.key_wrappers w
        set status = w.status
        where w.status <> 'invalid' and w.crypto_suite -> 'layers' <> '[]';
        return null;
    end if;
    update kw.key_wrappers w
    set status = w.status
    where w.status <> 'invalid' and w.id in (select c.key_wrapper_id from changed c);
    return null;
end;
$function$;

comment on function kw._touch_layered_wrappers() is
'Trigger: makes sessions open a wrapper again after a direct change of its layers. Internal.';

-- functions/_complete.sql

-- What this release adds to rows of earlier ones: an upgrade calls it, and kw.check_restore, since a
-- dump of theirs can be loaded into this one.
create or replace function kw._complete() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    insert into kw.entity_fields (entity_table, field_name_norm, is_mark, has_shredded)
    select distinct e.entity_table, b.field_name_norm, true, true
    from kw.encryption_bindings b
    join kw.entities e on e.bound_as = b.entity_table
    where b.status = 'shredded' and b.entity_pk = '*' and b.field_name is not null
        and not exists (
            select
            from kw.entity_fields f
            where f.entity_table = e.entity_table and f.field_name_norm = b.field_name_norm and f.has_shredded
        );

    -- 0.3.0 shredded no binding beneath another one: those that it left go on.
    update kw.encryption_bindings b
    set is_closed = true
    where b.status = 'shredded' and not b.is_closed and case
        when b.entity_pk <> '*' and b.field_name is not null then true
        when b.entity_pk <> '*' then not exists (
            select
            from kw.encryption_bindings n
            where n.entity_table = b.entity_table and n.entity_pk = b.entity_pk and n.id <> b.id
                and n.status = 'live'
        )
        when b.field_name is not null then not exists (
            select
            from kw.encryption_bindings n
            where n.entity_table = b.entity_table and n.field_name = b.field_name and n.id <> b.id
                and n.status = 'live'
        )
        else not exists (
            select
            from kw.encryption_bindings n
            where n.entity_table = b.entity_table and n.id <> b.id and n.status = 'live'
        )
    end;

    update kw.field_grants g
    set owner_name = e.owner_name
    from kw.entities e
    where e.entity_table = g.entity_table and g.installation is null and g.owner_name is null
        and g.created_at >= e.claimed_at;
end;
$function$;

comment on function kw._complete() is
'Adds the columns of this release to rows of earlier ones: shredded columns, closed bindings, owners of grants. Internal: only kw_owner may call it.';

-- functions/_keep_signing_times.sql

-- A subscription (session_replication_role = replica) brings the times of its publisher, whose clock they are of.
create or replace function kw._keep_signing_times() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
declare
    is_copy constant boolean := current_setting('session_replication_role') = 'replica';
    is_true boolean := true;
begin
    if new.activated_at is distinct from old.activated_at then
        is_true := old.activated_at is null and new.status = 'active';
        new.activated_at := case when is_copy then new.activated_at else clock_timestamp() end;
    end if;
    if old.status = 'active' and new.status <> 'active' then
        new.retired_at := case when is_copy then new.retired_at else clock_timestamp() end;
    elsif new.retired_at is distinct from old.retired_at then
        is_true := false;
    end if;
    -- What is learnt later can only be worse.
    if new.compromised_at > coalesce(old.compromised_at, clock_timestamp()) and not is_copy then
        is_true := false;
    end if;
    if not is_true then
        raise exception 'the times of row % of kw.% follow its status', old.id, tg_table_name
            using errcode = 'KW102',
            detail = 'A key is activated and retired once, now. The moment of a compromise is past, and moves back only.';
    end if;
    return new;
end;
$function$;

comment on function kw._keep_signing_times() is
'Trigger: sets when a signing key was activated and retired, and refuses other changes of its times. Internal. Errors: KW102.';

-- functions/_complete_suite.sql

-- A dump of a release before 0.8.0 has no suites.
create or replace function kw._complete_suite() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    new.suite := 2;
    return new;
end;
$function$;

comment on function kw._complete_suite() is
'Trigger: gives a new binding of every row the longer nonces. Internal.';

-- functions/_complete_bound_as.sql

-- A dump of a release before 0.8.0 has no such names, and its bindings have those of their entities.
create or replace function kw._complete_bound_as() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    new.bound_as := new.entity_table;
    return new;
end;
$function$;

comment on function kw._complete_bound_as() is
'Trigger: gives an entity of an earlier release the name that its bindings have. Internal.';

-- functions/_guard_leaf.sql

create or replace function kw._guard_leaf() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    raise exception 'entry % of log % cannot change in this way', old.leaf_index, old.log_id
        using errcode = 'KW102',
        detail = 'Of an entry only its text may be deleted, by setting audit_days.';
end;
$function$;

comment on function kw._guard_leaf() is
'Trigger: refuses changes of entries of the log, except that retention deletes their text. Internal. Errors: KW102.';

-- functions/_keep_reads.sql

-- SECURITY DEFINER: it writes the audit at commit, whatever role is in force then.
create or replace function kw._keep_reads() returns trigger
language plpython3u volatile parallel unsafe security definer
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.keep_reads(TD['new']['id'])
$function$;

comment on function kw._keep_reads() is
'Trigger: writes the audit events of the reads that the transaction has counted. Internal. Errors: KW001.';

-- functions/_keep_views.sql

-- With the rights of the role that alters the table: its owner. It never fails that statement.
create or replace function kw._keep_views() returns event_trigger
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
declare
    stale record;
    advice text;
begin
    if current_setting('row_security') = 'off' then
        return; -- a script of pg_dump, which makes the views itself
    end if;
    for stale in
        select distinct v.oid::regclass::text as name, v.relowner = c.relowner as is_own
        from pg_event_trigger_ddl_commands() d
        join pg_class c on c.oid = d.objid
        join pg_depend p
            on p.refclassid = d.classid and p.refobjid = d.objid and p.classid = 'pg_rewrite'::regclass
        join pg_rewrite r on r.oid = p.objid
        join pg_class v on v.oid = r.ev_class and v.oid <> p.refobjid and v.relkind = 'v'
        join pg_trigger t on t.tgrelid = v.oid and t.tgfoid = to_regprocedure('kw._begin_view()')
        where d.classid = 'pg_class'::regclass and not d.in_extension
    loop
        -- Anybody may make a view of the table, and hold a lock of it for as long as he likes.
        if not stale.is_own then
            raise warning 'protected view % is not up to date: its owner does not own the table', stale.name
                using hint = 'Change its owner and call kw.remake_protected_view, or drop it.';
            continue;
        end if;
        begin
            perform kw.remake_protected_view(stale.name);
        exception
            when others then
                get stacked diagnostics advice = pg_exception_hint;
                raise warning 'protected view % is not up to date: %', stale.name, sqlerrm
                    using hint = coalesce(
                        nullif(advice, ''), 'Call kw.remake_protected_view, or drop the view and create it again.'
                    );
        end;
    end loop;
end;
$function$;

comment on function kw._keep_views() is
'Event trigger: makes the protected views of an altered table again; a warning where it cannot. Internal.';

-- functions/_keep_privileges.sql

-- GRANT names no table to event triggers. So the privileges of the tables below protected views are noted before
-- one, and compared after it. Only what it changed follows: others of the view may have been chosen.
-- With the rights of the role that grants. It never fails that statement.
create or replace function kw._keep_privileges() returns event_trigger
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
declare
    before jsonb;
    present jsonb;
    changed record;
    place text;
    sequence text;
begin
    if current_setting('row_security') = 'off' then
        return; -- a script of pg_dump, which has the privileges of views, too
    end if;
    select coalesce(jsonb_agg(h.held), '[]') into present
    from (
        select jsonb_build_array(
            t.oid::bigint, a.privilege_type, a.column_name, a.grantee::bigint, bool_or(a.is_grantable)
        ) as held
        from pg_proc p
        join pg_depend f on f.classid = 'pg_trigger'::regclass and f.refclassid = 'pg_proc'::regclass and f.refobjid = p.oid
        join pg_trigger t on t.oid = f.objid
        join pg_class v on v.oid = t.tgrelid and v.relkind = 'v'
        cross join lateral (
            select distinct d.refobjid as id
            from pg_rewrite r
            join pg_depend d
                on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
            where r.ev_class = v.oid and d.refobjid <> v.oid
        ) b
        join pg_class c on c.oid = b.id and c.relowner = v.relowner
        cross join lateral (
            select g.*, null as column_name from aclexplode(c.relacl) g
            union all
            select g.*, b.attname
            from pg_attribute b
            cross join aclexplode(b.attacl) g
            where b.attrelid = c.oid and b.attnum > 0 and not b.attisdropped
        ) a
        where p.pronamespace = (select n.oid from pg_namespace n where n.nspname = 'kw') and p.proname = '_begin_view'
            and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE') and a.grantee <> c.relowner
        group by t.oid, a.privilege_type, a.column_name, a.grantee
    ) h;
    if tg_event = 'ddl_command_start' then
        perform set_config('kwtools.privileges_before', present::text, true);
        return;
    end if;
    before := nullif(current_setting('kwtools.privileges_before', true), '')::jsonb;
    if before is null or before = present then
        return;
    end if;
    for changed in
        select
            t.tgrelid::regclass::text as view, w.held ->> 1 as privilege, w.held ->> 2 as base_column,
            case w.held ->> 3
                when '0' then 'public' else quote_ident(pg_get_userbyid((w.held ->> 3)::oid))
            end as grantee,
            case when (w.held ->> 4)::boolean then ' with grant option' else '' end as with_option,
            w.is_granted, case when w.is_lasting then 'grant option for ' else '' end as option_for, t.tgargs
        from (
            select
                coalesce(n.value, b.value) as held, n.value is not null and b.value is not null as is_lasting,
                n.value is not null and (b.value is null or (n.value -> 4)::boolean) as is_granted
            from jsonb_array_elements(before) b (value)
            full join jsonb_array_elements(present) n (value) on n.value - 4 = b.value - 4
            where n.value is distinct from b.value
        ) w
        join pg_trigger t on t.oid = (w.held ->> 0)::oid
        order by w.is_granted, w.held
    loop
        begin
            place := '';
            if changed.base_column is not null then
                -- Who owns the view may have made its triggers by hand: the argument gives names, never SQL.
                select format(' (%I)', (parse_ident(l.value ->> 0))[1]) into place
                from jsonb_array_elements(
                    convert_from(
                        substr(changed.tgargs, 1, length(changed.tgargs) - 1), getdatabaseencoding()
                    )::jsonb -> 3
                ) l (value)
                where l.value ->> 1 = quote_ident(changed.base_column);
                continue when place is null; -- the view does not show it
            end if;
            if not changed.is_granted then
                execute format(
                    'revoke %s%s%s on %s from %s cascade', -- also from those whom that role let in
                    changed.option_for, changed.privilege, place, changed.view, changed.grantee
                );
                continue;
            end if;
            execute format(
                'grant %s%s on %s to %s%s',
                changed.privilege, place, changed.view, changed.grantee, changed.with_option
            );
            for sequence in
                select s.oid::regclass::text
                from pg_rewrite r
                join pg_class v on v.oid = r.ev_class
                join pg_depend d
                    on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
                    and d.refclassid = 'pg_class'::regclass
                join pg_class b on b.oid = d.refobjid and b.relowner = v.relowner
                join pg_depend o
                    on o.classid = 'pg_class'::regclass and o.refclassid = 'pg_class'::regclass
                    and o.refobjid = d.refobjid and o.refobjsubid = d.refobjsubid and o.deptype = 'i'
                join pg_class s on s.oid = o.objid and s.relkind = 'S'
                where r.ev_class = changed.view::regclass and changed.privilege = 'INSERT'
            loop
                execute format('grant usage on sequence %s to %s', sequence, changed.grantee);
            end loop;
        exception
            when others then
                raise warning 'privileges of a table do not follow to protected view %: %', changed.view, sqlerrm
                    using hint = 'Call kw.remake_protected_view, or grant on the view, too.';
        end;
    end loop;
end;
$function$;

comment on function kw._keep_privileges() is
'Event trigger: grants and revokes on the protected views of a table what was granted or revoked on it; a warning where it cannot. Internal.';

-- tables/key_epoch_marks.sql

-- Not dumped and without a first row: together the marks only have to differ from what any session
-- remembers. Each writer changes a row that no other holds, so none waits. fillfactor for HOT updates.
create table kw.key_epoch_marks (
    id uuid primary key default gen_random_uuid(),
    mark bigint not null
) with (fillfactor = 10);

comment on table kw.key_epoch_marks is 'Random marks whose XOR is the epoch: it changes with every change of a key, provider, branch or setting. When it changes, a session checks its caches again. kw._touch_key_epoch keeps the number of marks small.';
comment on column kw.key_epoch_marks.id is 'Key of the row.';
comment on column kw.key_epoch_marks.mark is 'Random, set by the transaction that changed something.';

-- tables/key_graph_lock.sql

-- Locked, never filled, by what makes or changes branches and policies: one at a time. A table and no
-- advisory lock, which any role could take. Not dumped: there is nothing in it.
create table kw.key_graph_lock (
    nothing integer check (nothing is null)
);

comment on table kw.key_graph_lock is 'Empty. A change of key dependencies locks it, so that two changes cannot create a cycle together.';
comment on column kw.key_graph_lock.nothing is 'Not used.';

-- tables/settings.sql

-- Only what an admin set; the runtime has the defaults. So nothing seeded can collide in a restore.
create table kw.settings (
    name text collate "C" primary key check (
        name in (
            'cache_seconds', 'cache_keys', 'branch_grace_seconds', 'degraded_ms', 'health_days',
            'audit_log', 'audit_days', 'job_attempts', 'job_days', 'signature_level', 'read_audit',
            'metrics_show_names'
        )
    ),
    value integer not null check (value >= 0),
    updated_at timestamptz(6) not null default now(),
    change_no bigint,
    seal bytea
);

-- By row, since the apply of logical replication fires no other trigger.
create trigger touch_key_epoch
after insert or update or delete on kw.settings
for each row execute function kw._touch_key_epoch();

create trigger touch_key_epoch_after_truncate
after truncate on kw.settings
for each statement execute function kw._touch_key_epoch();

create trigger guard_change_no
before update on kw.settings
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.settings
    enable always trigger guard_change_no,
    enable always trigger touch_key_epoch,
    enable always trigger touch_key_epoch_after_truncate;

select pg_extension_config_dump('kw.settings', '');

comment on table kw.settings is 'Settings that an admin changed with kw.set_setting. A setting without a row has its default.';
comment on column kw.settings.name is 'cache_seconds: how long an opened key is kept (default 300). cache_keys: how many a session keeps (default 10000). branch_grace_seconds: how long an opened branch key may be used after expiry while the KMS above it is unreachable (default 0). degraded_ms: from when on a KMS key counts as degraded, in milliseconds (default 1000). health_days: how long kw.check_kms keeps what it found (default 30). audit_log: whether audited actions are lines in the server log, too (default 1; 0 for no). audit_days: how long audit events are kept (default 0, for ever). job_attempts: how often a job of kw.rewrap_jobs is tried before it rests as failed (default 10). job_days: how long finished jobs are kept (default 30; 0: for ever). signature_level: the NIST level that signing keys need to be made, enrolled and to sign, except those of the log (default 0: none). read_audit: which reads are audited of fields that do not say so themselves (default 1, raw data keys; 0: none; 2: statements). metrics_show_names: whether kw.metrics shows the names of KMS keys (default 1; 0 for no).';
comment on column kw.settings.value is 'The value. 0 turns a cache off.';
comment on column kw.settings.updated_at is 'When it was set.';
comment on column kw.settings.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.settings.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/kms_providers.sql

create table kw.kms_providers (
    id bigint generated by default as identity primary key,
    name varchar(100) collate "C" not null unique,
    provider text not null
        check (provider in ('local', 'wrapper', 'vault', 'aws', 'gcp', 'azure', 'pkcs11', 'kmip')),
    location varchar(512),
    project_tenant varchar(150),
    config jsonb not null default '{}' check (jsonb_typeof(config) = 'object'),
    is_enabled boolean not null default true,
    created_at timestamptz(6) not null default now(),
    root_group bigint,
    change_no bigint,
    seal bytea
);

create trigger guard_immutable
before update on kw.kms_providers
for each row when (old.id <> new.id or old.name <> new.name or old.provider <> new.provider)
execute function kw._guard_immutable('The id, name and kind of a provider never change.');

-- By row, since the apply of logical replication fires no other trigger.
create trigger touch_key_epoch
after insert or update or delete on kw.kms_providers
for each row execute function kw._touch_key_epoch();

create trigger touch_key_epoch_after_truncate
after truncate on kw.kms_providers
for each statement execute function kw._touch_key_epoch();

create trigger guard_change_no
before update on kw.kms_providers
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.kms_providers
    enable always trigger guard_change_no,
    enable always trigger guard_immutable,
    enable always trigger touch_key_epoch,
    enable always trigger touch_key_epoch_after_truncate;

select pg_extension_config_dump('kw.kms_providers', '');
select pg_extension_config_dump('kw.kms_providers_id_seq', '');

comment on table kw.kms_providers is 'The KMSs in use. Addresses and credentials are only in the server''s provider file.';
comment on column kw.kms_providers.id is 'Key of the row.';
comment on column kw.kms_providers.name is 'The name of the provider''s entry in the provider file.';
comment on column kw.kms_providers.provider is 'Its kind. wrapper: branch keys, which are wrappers of this database.';
comment on column kw.kms_providers.location is 'Its address, recorded from the provider file for reading only. No call uses it.';
comment on column kw.kms_providers.project_tenant is 'Project, tenant or namespace, recorded from the provider file for reading only.';
comment on column kw.kms_providers.config is 'Options that are neither addresses nor secrets.';
comment on column kw.kms_providers.is_enabled is 'False: its keys neither wrap nor open.';
comment on column kw.kms_providers.created_at is 'When it was registered.';
comment on column kw.kms_providers.root_group is 'Providers with the same number share a root, as an admin declared. Their keys count as one.';
comment on column kw.kms_providers.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.kms_providers.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/kms_keys.sql

create table kw.kms_keys (
    id bigint generated by default as identity primary key,
    key_uuid uuid not null default gen_random_uuid() unique,
    provider_id bigint not null constraint fk_kms_keys_provider references kw.kms_providers (id),
    external_key_ref varchar(512) collate "C" not null,
    external_key_id varchar(512) collate "C",
    purpose text not null default 'wrap' check (purpose in ('wrap', 'encrypt', 'both', 'sign')),
    algorithm varchar(64),
    status text not null default 'active' check (status in ('active', 'retired', 'disabled')),
    created_at timestamptz(6) not null default now(),
    public_key bytea,
    root_uuid uuid not null default gen_random_uuid(),
    wrap_times_since timestamptz(6) not null default now(),
    change_no bigint,
    seal bytea,
    unique (provider_id, external_key_ref)
);

create trigger guard_immutable
before update on kw.kms_keys
for each row
when (
    old.id <> new.id or old.key_uuid <> new.key_uuid or old.provider_id <> new.provider_id
    or old.external_key_ref <> new.external_key_ref
    or old.external_key_id is distinct from new.external_key_id
    or old.purpose <> new.purpose or old.algorithm is distinct from new.algorithm
    or old.public_key is distinct from new.public_key or old.root_uuid <> new.root_uuid
)
execute function kw._guard_immutable('Only the status of a key changes: wraps are bound to the rest.');

create trigger guard_status
before update on kw.kms_keys
for each row when (old.status is distinct from new.status)
execute function kw._guard_status(
    'active>retired', 'active>disabled', 'retired>active', 'retired>disabled', 'disabled>active', 'disabled>retired'
);

-- By row, since the apply of logical replication fires no other trigger.
create trigger touch_key_epoch
after insert or update or delete on kw.kms_keys
for each row execute function kw._touch_key_epoch();

create trigger touch_key_epoch_after_truncate
after truncate on kw.kms_keys
for each statement execute function kw._touch_key_epoch();

create trigger guard_change_no
before update on kw.kms_keys
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.kms_keys
    enable always trigger guard_change_no,
    enable always trigger guard_immutable,
    enable always trigger guard_status,
    enable always trigger touch_key_epoch,
    enable always trigger touch_key_epoch_after_truncate;

select pg_extension_config_dump('kw.kms_keys', '');
select pg_extension_config_dump('kw.kms_keys_id_seq', '');

comment on table kw.kms_keys is 'Keys that wrap data keys: keys of a KMS, and branch keys.';
comment on column kw.kms_keys.id is 'Key of the row.';
comment on column kw.kms_keys.key_uuid is 'Random name of the key in the context of every wrap under it.';
comment on column kw.kms_keys.provider_id is 'The KMS that holds it.';
comment on column kw.kms_keys.external_key_ref is 'The name of the key in its KMS; for a branch, the wrapper_uuid.';
comment on column kw.kms_keys.external_key_id is 'The immutable id that the KMS gave it (local: the kid of its file), so that another key under the same reference is noticed.';
comment on column kw.kms_keys.purpose is 'Its permitted use: wrap, encrypt, both, or sign. A key that signs does nothing else.';
comment on column kw.kms_keys.algorithm is 'Its algorithm, as its KMS names it.';
comment on column kw.kms_keys.status is 'active: wraps and opens, or signs. retired: opens. disabled: neither.';
comment on column kw.kms_keys.created_at is 'When it was registered.';
comment on column kw.kms_keys.public_key is 'Of a KEM key: its public key. It seals layers, so that sealing calls no KMS; null for keys that wrap.';
comment on column kw.kms_keys.root_uuid is 'Keys with the same value had the same key material when they were registered. They count as one root.';
comment on column kw.kms_keys.wrap_times_since is 'From when the times of wraps under it are recorded: when it was registered, or when the database was upgraded to 0.6.0.';
comment on column kw.kms_keys.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.kms_keys.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/kem_private_keys.sql

create table kw.kem_private_keys (
    kms_key_id bigint primary key constraint fk_kpk_key references kw.kms_keys (id),
    sealed_by_key_id bigint not null constraint fk_kpk_sealed_by references kw.kms_keys (id),
    sealed_key bytea not null,
    created_at timestamptz(6) not null default now(),
    change_no bigint,
    seal bytea
);

-- By row, since the apply of logical replication fires no other trigger.
create trigger touch_key_epoch
after insert or update or delete on kw.kem_private_keys
for each row execute function kw._touch_key_epoch();

create trigger touch_key_epoch_after_truncate
after truncate on kw.kem_private_keys
for each statement execute function kw._touch_key_epoch();

create trigger guard_change_no
before update on kw.kem_private_keys
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.kem_private_keys
    enable always trigger guard_change_no,
    enable always trigger touch_key_epoch,
    enable always trigger touch_key_epoch_after_truncate;

select pg_extension_config_dump('kw.kem_private_keys', '');

comment on table kw.kem_private_keys is 'Private keys of KEM keys, each sealed under another KMS key. Those of provider local are files instead.';
comment on column kw.kem_private_keys.kms_key_id is 'The KEM key.';
comment on column kw.kem_private_keys.sealed_by_key_id is 'The key that its private key is wrapped under.';
comment on column kw.kem_private_keys.sealed_key is 'The private key, wrapped. See docs/format.md.';
comment on column kw.kem_private_keys.created_at is 'When it was made.';
comment on column kw.kem_private_keys.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.kem_private_keys.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/crypto_algorithms.sql

create table kw.crypto_algorithms (
    id bigint generated by default as identity primary key,
    class text not null check (class in ('kem', 'sig', 'hash', 'symmetric')),
    name varchar(120) collate "C" not null,
    variant varchar(80) collate "C",
    variant_norm text collate "C" not null generated always as (coalesce(variant, '')) stored,
    nist_level smallint check (nist_level between 1 and 5),
    status text not null default 'active' check (status in ('active', 'deprecated', 'experimental')),
    params jsonb check (jsonb_typeof(params) = 'object'),
    created_at timestamptz(6) not null default now(),
    unique (class, name, variant_norm)
);

-- Rows of dumps of earlier releases, and those that a subscription copies, exist here already.
create trigger keep_algorithm
before insert on kw.crypto_algorithms
for each row execute function kw._keep_algorithm();

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.crypto_algorithms
    enable always trigger keep_algorithm;

-- The ids to 1000 are the extension's own.
select pg_extension_config_dump('kw.crypto_algorithms', 'where id > 1000');
select pg_extension_config_dump('kw.crypto_algorithms_id_seq', '');

comment on table kw.crypto_algorithms is 'The catalogue of algorithms that KEM layers and signatures name.';
comment on column kw.crypto_algorithms.id is 'Key of the row.';
comment on column kw.crypto_algorithms.class is 'kem, sig, hash or symmetric.';
comment on column kw.crypto_algorithms.name is 'Standard name.';
comment on column kw.crypto_algorithms.variant is 'Parameter set, where the name alone does not say it.';
comment on column kw.crypto_algorithms.variant_norm is 'variant, empty for null, so that the unique constraint holds.';
comment on column kw.crypto_algorithms.nist_level is 'NIST post-quantum security category, 1 to 5; null for none.';
comment on column kw.crypto_algorithms.status is 'active; deprecated: opens and verifies only; experimental: only where a policy allows it.';
comment on column kw.crypto_algorithms.params is 'Sizes in bytes, other names, ids and source.';
comment on column kw.crypto_algorithms.created_at is 'When it was added.';

-- seed/crypto_algorithms.sql

-- Of the catalogue in kwshared.algorithms. Ids stay what they are, so that a restored dump finds them.
insert into kw.crypto_algorithms (id, class, name, nist_level, params)
values
    (1, 'kem', 'X25519', null,
        '{"aead": 2, "aliases": ["DHKEM(X25519, HKDF-SHA256)"], "encapsulation_bytes": 32, "kdf": 1, "kem": 32, "private_key_bytes": 32, "public_key_bytes": 32, "source": "RFC 7748; RFC 9180, DHKEM(X25519, HKDF-SHA256)"}'),
    (2, 'kem', 'P-256', null,
        '{"aead": 2, "aliases": ["secp256r1", "prime256v1", "DHKEM(P-256, HKDF-SHA256)"], "encapsulation_bytes": 65, "kdf": 1, "kem": 16, "private_key_bytes": 32, "public_key_bytes": 65, "source": "NIST SP 800-186; RFC 9180, DHKEM(P-256, HKDF-SHA256)"}'),
    (3, 'kem', 'ML-KEM-768', 3,
        '{"aead": 2, "aliases": ["MLKEM768"], "encapsulation_bytes": 1088, "kdf": 1, "kem": 65, "private_key_bytes": 64, "public_key_bytes": 1184, "source": "FIPS 203; draft-ietf-hpke-pq-04"}'),
    (4, 'kem', 'ML-KEM-1024', 5,
        '{"aead": 2, "aliases": ["MLKEM1024"], "encapsulation_bytes": 1568, "kdf": 1, "kem": 66, "private_key_bytes": 64, "public_key_bytes": 1568, "source": "FIPS 203; draft-ietf-hpke-pq-04"}'),
    (5, 'kem', 'ML-KEM-768+X25519', 3,
        '{"aead": 2, "aliases": ["MLKEM768-X25519", "X-Wing"], "encapsulation_bytes": 1120, "kdf": 1, "kem": 25722, "private_key_bytes": 32, "public_key_bytes": 1216, "source": "FIPS 203 and RFC 7748; draft-ietf-hpke-pq-04, MLKEM768-X25519"}'),
    (6, 'symmetric', 'AES-256-GCM', 5,
        '{"aliases": ["A256GCM"], "key_bytes": 32, "nonce_bytes": 12, "source": "FIPS 197; NIST SP 800-38D", "tag_bytes": 16}'),
    (7, 'symmetric', 'XAES-256-GCM', 5,
        '{"aliases": [], "key_bytes": 32, "nonce_bytes": 24, "source": "C2SP XAES-256-GCM", "tag_bytes": 16}'),
    (8, 'hash', 'SHA-256', 2,
        '{"aliases": ["SHA2-256"], "digest_bytes": 32, "source": "FIPS 180-4"}'),
    (9, 'sig', 'Ed25519', null,
        '{"aliases": [], "public_key_bytes": 32, "signature_bytes": 64, "source": "RFC 8032"}'),
    (10, 'sig', 'ML-DSA-65', 3,
        '{"aliases": ["MLDSA65"], "public_key_bytes": 1952, "signature_bytes": 3309, "source": "FIPS 204"}'),
    (11, 'sig', 'ECDSA-P-256', null,
        '{"aliases": ["ECDSA P-256", "ECDSA-P256-SHA256", "ES256"], "public_key_bytes": 65, "signature_bytes": 64, "source": "FIPS 186-5, with SHA-256; RFC 6979"}'),
    (12, 'sig', 'ML-DSA-44', 2,
        '{"aliases": ["MLDSA44"], "public_key_bytes": 1312, "signature_bytes": 2420, "source": "FIPS 204"}'),
    (13, 'sig', 'ML-DSA-87', 5,
        '{"aliases": ["MLDSA87"], "public_key_bytes": 2592, "signature_bytes": 4627, "source": "FIPS 204"}');

select setval('kw.crypto_algorithms_id_seq', 1000);

-- tables/algorithm_statuses.sql

-- What the extension seeds is not dumped, so the statuses that an admin gave stand apart.
create table kw.algorithm_statuses (
    algorithm_id bigint primary key constraint fk_algo_status_algo references kw.crypto_algorithms (id),
    status text not null check (status in ('active', 'deprecated', 'experimental')),
    updated_at timestamptz(6) not null default now(),
    change_no bigint,
    seal bytea
);

create trigger keep_algorithm_status
after insert or update on kw.algorithm_statuses
for each row execute function kw._keep_algorithm_status();

create trigger guard_change_no
before update on kw.algorithm_statuses
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.algorithm_statuses
    enable always trigger guard_change_no;

select pg_extension_config_dump('kw.algorithm_statuses', '');

comment on table kw.algorithm_statuses is 'The statuses that an admin gave algorithms with kw.set_algorithm_status. kw.crypto_algorithms shows them.';
comment on column kw.algorithm_statuses.algorithm_id is 'The algorithm.';
comment on column kw.algorithm_statuses.status is 'Its status.';
comment on column kw.algorithm_statuses.updated_at is 'When it was set.';
comment on column kw.algorithm_statuses.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.algorithm_statuses.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/encryption_policies.sql

create table kw.encryption_policies (
    id bigint generated by default as identity primary key,
    policy_name varchar(100) collate "C" not null unique,
    mode text not null check (mode in ('single', 'either', 'both')),
    layer_selection text not null default 'defined'
        check (layer_selection in ('defined', 'round_robin', 'random', 'hash_mod')),
    min_layers smallint not null default 0 check (min_layers between 0 and 8),
    max_layers smallint not null default 0 check (max_layers between 0 and 8),
    aad_template jsonb check (jsonb_typeof(aad_template) = 'object'),
    notes text,
    created_at timestamptz(6) not null default now(),
    allows_experimental boolean not null default false,
    max_wrap_age interval check (max_wrap_age > interval '0'),
    renews_one_leg boolean not null default false,
    change_no bigint,
    seal bytea,
    check (min_layers <= max_layers)
);

create trigger guard_immutable
before update on kw.encryption_policies
for each row when (old.id <> new.id or old.policy_name <> new.policy_name or old.mode <> new.mode)
execute function kw._guard_immutable('The id, name and mode of a policy never change: make another policy.');

create trigger guard_change_no
before update on kw.encryption_policies
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.encryption_policies
    enable always trigger guard_change_no,
    enable always trigger guard_immutable;

select pg_extension_config_dump('kw.encryption_policies', '');
select pg_extension_config_dump('kw.encryption_policies_id_seq', '');

comment on table kw.encryption_policies is 'How new wrappers are created. Calls that name no policy use the policy default.';
comment on column kw.encryption_policies.id is 'Key of the row.';
comment on column kw.encryption_policies.policy_name is 'Its name.';
comment on column kw.encryption_policies.mode is 'single: one key. either: one of two keys is enough. both: two keys are required.';
comment on column kw.encryption_policies.layer_selection is 'Which of the policy''s KEM keys seal a wrapper''s layers: defined, the highest priority first; round_robin; random, by weight; hash_mod, by the wrapper_uuid.';
comment on column kw.encryption_policies.min_layers is 'The minimum number of KEM layers.';
comment on column kw.encryption_policies.max_layers is 'The maximum number of KEM layers. A wrapper gets a layer for each usable KEM key, up to this number.';
comment on column kw.encryption_policies.aad_template is 'Texts that layers bind in addition to the context. {wrapper}, {policy}, {class}, {layer} and {key} are filled in.';
comment on column kw.encryption_policies.notes is 'For people.';
comment on column kw.encryption_policies.created_at is 'When it was made.';
comment on column kw.encryption_policies.allows_experimental is 'Whether layers may be made by algorithms of status experimental.';
comment on column kw.encryption_policies.max_wrap_age is 'How old a wrap may become before kw.schedule_due_rewraps() schedules its renewal; null: of any age.';
comment on column kw.encryption_policies.renews_one_leg is 'Whether a job may renew one leg of a wrapper of mode either while the KMS of the other is down.';

create sequence kw.layer_rounds;
alter sequence kw.layer_rounds owner to kw_owner;
select pg_extension_config_dump('kw.layer_rounds', '');
comment on sequence kw.layer_rounds is 'The position of round_robin.';
comment on column kw.encryption_policies.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.encryption_policies.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/policy_kms_keys.sql

create table kw.policy_kms_keys (
    policy_id bigint not null constraint fk_policy_kms_keys_policy references kw.encryption_policies (id),
    kms_key_id bigint not null constraint fk_policy_kms_keys_key references kw.kms_keys (id),
    weight integer not null default 1 check (weight > 0),
    priority integer not null default 0,
    created_at timestamptz(6) not null default now(),
    updated_at timestamptz(6) not null default now(),
    change_no bigint,
    seal bytea,
    primary key (policy_id, kms_key_id)
);

create trigger guard_change_no
before update on kw.policy_kms_keys
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.policy_kms_keys
    enable always trigger guard_change_no;

select pg_extension_config_dump('kw.policy_kms_keys', '');

comment on table kw.policy_kms_keys is 'The keys that a policy may choose for the legs of a new wrapper.';
comment on column kw.policy_kms_keys.policy_id is 'The policy.';
comment on column kw.policy_kms_keys.kms_key_id is 'The key.';
comment on column kw.policy_kms_keys.weight is 'Among keys of one priority, how often it is chosen.';
comment on column kw.policy_kms_keys.priority is 'Higher first: leg 1 takes the first choice, leg 2 the next.';
comment on column kw.policy_kms_keys.created_at is 'When it was added.';
comment on column kw.policy_kms_keys.updated_at is 'When weight or priority last changed.';
comment on column kw.policy_kms_keys.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.policy_kms_keys.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/key_wrappers.sql

-- fillfactor 45 and no index on a column that rewrap changes: so rewrap's updates stay HOT.
create table kw.key_wrappers (
    id bigint generated by default as identity primary key,
    wrapper_uuid char(36) collate "C" not null unique,
    kms1_key_id bigint not null constraint fk_kw_kms1 references kw.kms_keys (id),
    kms2_key_id bigint constraint fk_kw_kms2 references kw.kms_keys (id),
    dek_wrap1 bytea not null,
    dek_wrap2 bytea,
    crypto_suite jsonb not null check (jsonb_typeof(crypto_suite) = 'object'),
    wrap_version integer not null default 1,
    wrap1_version integer not null default 1 check (wrap1_version > 0),
    wrap2_version integer check (wrap2_version > 0),
    dek_class text not null default 'field' check (dek_class in ('field', 'branch', 'deployment', 'index')),
    policy_id bigint constraint fk_kw_policy references kw.encryption_policies (id),
    status text not null default 'active' check (status in ('active', 'rotated', 'retired', 'invalid')),
    created_at timestamptz(6) not null default now(),
    rotated_at timestamptz(6),
    owner oid,
    owner_name text collate "C",
    installation uuid,
    wrap1_at timestamptz(6) default now(),
    wrap2_at timestamptz(6),
    change_no bigint,
    seal bytea,
    -- One spelling of each uuid: another one would be a second row that opens as the first.
    constraint wrapper_uuid_is_canonical check (wrapper_uuid::text = wrapper_uuid::uuid::text),
    constraint legs_complete check (
        (kms2_key_id is null) = (dek_wrap2 is null) and (kms2_key_id is null) = (wrap2_version is null)
    ),
    constraint legs_differ check (kms1_key_id <> kms2_key_id),
    constraint wrap_version_is_the_highest check (wrap_version = greatest(wrap1_version, wrap2_version)),
    -- A destroyed wrapper holds no wrap, and no other is without one.
    constraint invalid_has_no_wraps check (
        (status = 'invalid') = (octet_length(dek_wrap1) = 0)
        and (dek_wrap2 is null or (status = 'invalid') = (octet_length(dek_wrap2) = 0))
    )
) with (fillfactor = 45);

create trigger guard_immutable
before update on kw.key_wrappers
for each row
when (
    old.id <> new.id or old.wrapper_uuid <> new.wrapper_uuid or old.dek_class <> new.dek_class
    or new.wrap1_version < old.wrap1_version or new.wrap2_version < old.wrap2_version
    or (old.kms2_key_id is null) <> (new.kms2_key_id is null)
    or (
        old.status = 'invalid' and new.status = 'invalid'
        and to_jsonb(old) - array['change_no', 'seal'] <> to_jsonb(new) - array['change_no', 'seal']
    )
)
execute function kw._guard_immutable(
    'The uuid, the class and the number of legs of a wrapper never change, a leg''s version never falls, and a destroyed wrapper stays as it is.'
);

create trigger guard_status
before update on kw.key_wrappers
for each row when (old.status is distinct from new.status)
execute function kw._guard_status(
    'active>rotated', 'active>retired', 'active>invalid', 'rotated>retired', 'rotated>invalid',
    'retired>active', 'retired>rotated', 'retired>invalid'
);

create trigger touch_key_epoch
after update or delete on kw.key_wrappers
for each row when (old.dek_class <> 'field')
execute function kw._touch_key_epoch();

create trigger guard_change_no
before update on kw.key_wrappers
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.key_wrappers
    enable always trigger guard_change_no,
    enable always trigger guard_immutable,
    enable always trigger guard_status,
    enable always trigger touch_key_epoch;

select pg_extension_config_dump('kw.key_wrappers', '');
select pg_extension_config_dump('kw.key_wrappers_id_seq', '');

comment on table kw.key_wrappers is 'Data keys, each stored only wrapped. See docs/format.md.';
comment on column kw.key_wrappers.id is 'Key of the row.';
comment on column kw.key_wrappers.wrapper_uuid is 'Random name of the wrapper, authenticated by every wrap.';
comment on column kw.key_wrappers.kms1_key_id is 'The key of leg 1.';
comment on column kw.key_wrappers.kms2_key_id is 'The key of leg 2; null in mode single.';
comment on column kw.key_wrappers.dek_wrap1 is 'The wrap of leg 1.';
comment on column kw.key_wrappers.dek_wrap2 is 'The wrap of leg 2; null in mode single.';
comment on column kw.key_wrappers.crypto_suite is 'Mode, legs, algorithms and commitment. Every opening compares it with the authenticated values of the wraps.';
comment on column kw.key_wrappers.wrap_version is 'The higher of the legs'' versions.';
comment on column kw.key_wrappers.wrap1_version is 'Version of leg 1: one more at every rewrap of it.';
comment on column kw.key_wrappers.wrap2_version is 'Version of leg 2; null in mode single.';
comment on column kw.key_wrappers.dek_class is 'field: its DEK protects fields. branch: it wraps other DEKs, and is never returned. deployment: it seals the rows of kw, and is never returned. index: it makes the tokens of a blind index, and is never returned.';
comment on column kw.key_wrappers.policy_id is 'The policy that decided mode and keys when the wrapper was created.';
comment on column kw.key_wrappers.status is 'active: opens and encrypts. rotated: only opens. retired: cannot be opened until an admin puts it back. invalid: destroyed.';
comment on column kw.key_wrappers.created_at is 'When it was made.';
comment on column kw.key_wrappers.rotated_at is 'When a newer DEK replaced it.';
comment on column kw.key_wrappers.owner is 'The oid of the role that created it with kw.wrap, or received it with kw.give_wrappers. Only that role may bind it. Not used once it is bound.';
comment on column kw.key_wrappers.owner_name is 'The name that the role had then.';
comment on column kw.key_wrappers.installation is 'The id of kw.installation where the oid was recorded. It means nothing elsewhere.';
comment on column kw.key_wrappers.wrap1_at is 'When leg 1 was last wrapped; null: before 0.6.0.';
comment on column kw.key_wrappers.wrap2_at is 'When leg 2 was last wrapped; null: before 0.6.0, or in mode single.';
comment on column kw.key_wrappers.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.key_wrappers.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/key_wrapper_layers.sql

-- Kept in its row: keys and encapsulations do not compress, and to store them apart costs as much as sealing.
create table kw.key_wrapper_layers (
    id bigint generated by default as identity primary key,
    key_wrapper_id bigint not null constraint fk_kwl_kw references kw.key_wrappers (id) on delete cascade,
    layer_no smallint not null check (layer_no between 1 and 8),
    kms_key_id bigint constraint fk_kwl_kms references kw.kms_keys (id),
    kem_algo_id bigint not null constraint fk_kwl_algo references kw.crypto_algorithms (id),
    kem_ciphertext bytea not null,
    encap_pubkey bytea,
    aad jsonb,
    meta jsonb,
    created_at timestamptz(6) not null default now(),
    unique (key_wrapper_id, layer_no)
) with (toast_tuple_target = 8160);

-- What a session keeps counts for a version of the wrapper's row. The runtime changes that row itself.
create trigger touch_after_insert
after insert on kw.key_wrapper_layers
referencing new table as changed
for each statement when (current_user <> 'kw_owner')
execute function kw._touch_layered_wrappers();

create trigger touch_after_delete
after delete on kw.key_wrapper_layers
referencing old table as changed
for each statement when (current_user <> 'kw_owner')
execute function kw._touch_layered_wrappers();

create trigger touch_after_truncate
after truncate on kw.key_wrapper_layers
for each statement when (current_user <> 'kw_owner')
execute function kw._touch_layered_wrappers();

create trigger touch_wrappers_before
after update on kw.key_wrapper_layers
referencing old table as changed
for each statement when (current_user <> 'kw_owner')
execute function kw._touch_layered_wrappers();

create trigger touch_wrappers_after
after update on kw.key_wrapper_layers
referencing new table as changed
for each statement when (current_user <> 'kw_owner')
execute function kw._touch_layered_wrappers();

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.key_wrapper_layers
    enable always trigger touch_after_insert,
    enable always trigger touch_after_delete,
    enable always trigger touch_after_truncate,
    enable always trigger touch_wrappers_before,
    enable always trigger touch_wrappers_after;

select pg_extension_config_dump('kw.key_wrapper_layers', '');
select pg_extension_config_dump('kw.key_wrapper_layers_id_seq', '');

comment on table kw.key_wrapper_layers is 'KEM layers between a DEK and its wraps. See docs/format.md.';
comment on column kw.key_wrapper_layers.id is 'Key of the row.';
comment on column kw.key_wrapper_layers.key_wrapper_id is 'The wrapper.';
comment on column kw.key_wrapper_layers.layer_no is 'Its position; 1 is next to the DEK.';
comment on column kw.key_wrapper_layers.kms_key_id is 'The key that can decapsulate.';
comment on column kw.key_wrapper_layers.kem_algo_id is 'The KEM.';
comment on column kw.key_wrapper_layers.kem_ciphertext is 'The encapsulation.';
comment on column kw.key_wrapper_layers.encap_pubkey is 'The recipient''s public key.';
comment on column kw.key_wrapper_layers.aad is 'The text that was bound in addition to the context: the policy''s aad_template, filled in.';
comment on column kw.key_wrapper_layers.meta is 'The ids of HPKE: KEM, KDF and AEAD, and the specification.';
comment on column kw.key_wrapper_layers.created_at is 'When it was made.';

-- tables/encryption_bindings.sql

-- The id is random (63 bits), not counted: ciphertexts carry it, and it must not be met again
-- after a restore into another database.
create table kw.encryption_bindings (
    id bigint primary key check (id > 0),
    entity_table varchar(64) collate "C" not null check (entity_table like '%_._%'),
    entity_pk varchar(64) collate "C" not null,
    field_name varchar(64) collate "C" check (field_name <> ''),
    field_name_norm varchar(64) collate "C" not null generated always as (coalesce(field_name, '')) stored,
    key_wrapper_id bigint not null
        constraint fk_enc_bind_kw references kw.key_wrappers (id) on delete restrict,
    generation integer not null default 1 check (generation > 0),
    status text not null default 'live' check (status in ('live', 'shredded')),
    created_at timestamptz(6) not null default now(),
    is_closed boolean not null default false,
    suite smallint not null default 1 check (suite in (1, 2)),
    -- The nonces of suite 1 are too short for the values of every row.
    constraint every_row_has_suite_2 check (entity_pk <> '*' or suite = 2),
    change_no bigint,
    seal bytea,
    unique (entity_table, entity_pk, field_name_norm)
);
create index encryption_bindings_key_wrapper_id on kw.encryption_bindings (key_wrapper_id);
-- Small, so that a reader finds out for next to nothing that its key was not shredded.
create index encryption_bindings_shredded
on kw.encryption_bindings (entity_table, entity_pk, field_name_norm) where status = 'shredded';

create trigger guard_immutable
before update on kw.encryption_bindings
for each row
when (
    old.id <> new.id or new.generation < old.generation or old.suite <> new.suite
    or (old.entity_pk = '*') <> (new.entity_pk = '*')
    or (old.field_name is null) <> (new.field_name is null)
)
execute function kw._guard_immutable(
    'The id, the width and the suite of a binding never change, and its generation never falls: ciphertexts depend on them.'
);

create trigger complete_suite
before insert on kw.encryption_bindings
for each row when (new.entity_pk = '*')
execute function kw._complete_suite();

create trigger guard_status
before update on kw.encryption_bindings
for each row when (old.status is distinct from new.status)
execute function kw._guard_status('live>shredded');

create trigger guard_change_no
before update on kw.encryption_bindings
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.encryption_bindings
    enable always trigger guard_change_no,
    enable always trigger guard_immutable,
    enable always trigger complete_suite,
    enable always trigger guard_status;

select pg_extension_config_dump('kw.encryption_bindings', '');

comment on table kw.encryption_bindings is 'The wrapper that protects a cell, a row, a column or a table.';
comment on column kw.encryption_bindings.id is 'Random name of the binding, carried by its ciphertexts.';
comment on column kw.encryption_bindings.entity_table is 'The entity: its kw.entities.bound_as, which is its name unless it was renamed.';
comment on column kw.encryption_bindings.entity_pk is 'The key in its text form (kw.entity_key); * for every row.';
comment on column kw.encryption_bindings.field_name is 'The field; null for the whole row.';
comment on column kw.encryption_bindings.field_name_norm is 'field_name, empty for null, so that the unique constraint holds.';
comment on column kw.encryption_bindings.key_wrapper_id is 'The wrapper that encrypts now.';
comment on column kw.encryption_bindings.generation is 'The number of its present wrapper; ciphertexts contain it. Earlier ones are in kw.binding_generations.';
comment on column kw.encryption_bindings.status is 'live, or shredded: its wraps are destroyed. The row stays, so that no wider binding replaces it.';
comment on column kw.encryption_bindings.created_at is 'When it was made.';
comment on column kw.encryption_bindings.is_closed is 'Of a shredded binding: the bindings beneath it were shredded with it, and nothing can be bound there. False if 0.3.0 shredded it and left bindings beneath.';
comment on column kw.encryption_bindings.suite is 'How its values are encrypted: 1: AES-256-GCM, 2: XAES-256-GCM. Always 2 if the key is *.';
comment on column kw.encryption_bindings.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.encryption_bindings.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/binding_generations.sql

create table kw.binding_generations (
    binding_id bigint not null
        constraint fk_bind_gen_binding references kw.encryption_bindings (id) on delete cascade,
    generation integer not null check (generation > 0),
    key_wrapper_id bigint not null constraint fk_bind_gen_kw references kw.key_wrappers (id) on delete restrict,
    replaced_at timestamptz(6) not null default now(),
    change_no bigint,
    seal bytea,
    primary key (binding_id, generation)
);
create index binding_generations_key_wrapper_id on kw.binding_generations (key_wrapper_id);

create trigger guard_change_no
before update on kw.binding_generations
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.binding_generations
    enable always trigger guard_change_no;

select pg_extension_config_dump('kw.binding_generations', '');

comment on table kw.binding_generations is 'The earlier wrappers of rotated bindings.';
comment on column kw.binding_generations.binding_id is 'The binding.';
comment on column kw.binding_generations.generation is 'The generation that its ciphertexts carry.';
comment on column kw.binding_generations.key_wrapper_id is 'The wrapper that made them.';
comment on column kw.binding_generations.replaced_at is 'When the next generation took over.';
comment on column kw.binding_generations.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.binding_generations.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/entities.sql

-- The relation is an oid, not a regclass: pg_dump writes a regclass as a name, and restoring that
-- name would both fail while the table is missing and claim whatever bears it.
create table kw.entities (
    entity_table varchar(64) collate "C" primary key,
    relation oid,
    quoted_name text not null,
    owner_name name,
    claimed_at timestamptz(6) not null default now(),
    key_form text,
    entity_id uuid not null default gen_random_uuid() unique,
    bound_as varchar(64) collate "C" not null unique,
    change_no bigint,
    seal bytea,
    check ((relation is null) = (owner_name is null))
);

create trigger guard_change_no
before update on kw.entities
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

create trigger complete_bound_as
before insert on kw.entities
for each row when (new.bound_as is null)
execute function kw._complete_bound_as();

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.entities
    enable always trigger guard_change_no,
    enable always trigger complete_bound_as;

select pg_extension_config_dump('kw.entities', '');

comment on table kw.entities is 'The table that a name meant when it was first bound. Privileges of a table count only while the name still means it.';
comment on column kw.entities.entity_table is 'schema.table: its present name.';
comment on column kw.entities.relation is 'The oid of the table; null: the name is external, and only grants open it.';
comment on column kw.entities.quoted_name is 'The name of the table as SQL writes it, quoted where needed. Not that of the entity where a protected view has that.';
comment on column kw.entities.owner_name is 'The table owner at that time. Re-claiming requires the same owner.';
comment on column kw.entities.claimed_at is 'When it was recorded.';
comment on column kw.entities.key_form is 'The form of primary key that every bound key is spelled in; null where an older version may have bound another spelling.';
comment on column kw.entities.entity_id is 'Random name of the entity, in the seals of its bindings.';
comment on column kw.entities.bound_as is 'The entity_table of its bindings: the first name, or ~. and a random name where that was taken. A rename of the table leaves it as it is.';
comment on column kw.entities.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.entities.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/entity_fields.sql

create table kw.entity_fields (
    entity_table varchar(64) collate "C" not null,
    field_name_norm varchar(64) collate "C" not null,
    policy_id bigint constraint fk_entity_fields_policy references kw.encryption_policies (id),
    has_keys boolean not null default false,
    has_shredded boolean not null default false,
    min_nist_level smallint check (min_nist_level between 1 and 5),
    id uuid constraint entity_fields_pkey primary key default gen_random_uuid(),
    is_mark boolean not null default false,
    has_other_spellings boolean not null default false,
    read_audit text collate "C" check (read_audit in ('none', 'keys', 'statements')),
    change_no bigint,
    seal bytea,
    constraint entity_fields_marks check (
        not is_mark or (policy_id is null and min_nist_level is null and read_audit is null)
    )
);
create index entity_fields_of_entity on kw.entity_fields (entity_table, field_name_norm);
-- Marks are not among these: two transactions that make one do not wait for each other.
create unique index entity_fields_once on kw.entity_fields (entity_table, field_name_norm) where not is_mark;

create trigger guard_change_no
before update on kw.entity_fields
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- Which reads are audited belongs to the epoch: an admin sets it, and no reader asks for it in each call.
create trigger touch_key_epoch
after update on kw.entity_fields
for each row when (old.read_audit is distinct from new.read_audit)
execute function kw._touch_key_epoch();
create trigger touch_key_epoch_after_insert
after insert on kw.entity_fields
for each row when (new.read_audit is not null)
execute function kw._touch_key_epoch();
create trigger touch_key_epoch_after_delete
after delete on kw.entity_fields
for each row when (old.read_audit is not null)
execute function kw._touch_key_epoch();
create trigger touch_key_epoch_after_truncate
after truncate on kw.entity_fields
for each statement execute function kw._touch_key_epoch();

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.entity_fields
    enable always trigger guard_change_no,
    enable always trigger touch_key_epoch,
    enable always trigger touch_key_epoch_after_insert,
    enable always trigger touch_key_epoch_after_delete,
    enable always trigger touch_key_epoch_after_truncate;

select pg_extension_config_dump('kw.entity_fields', '');

comment on table kw.entity_fields is 'What holds for a field of an entity as a whole: the policy of new bindings, and which look-ups can be spared. What is said of it by one row or more holds.';
comment on column kw.entity_fields.entity_table is 'The entity.';
comment on column kw.entity_fields.field_name_norm is 'The field; empty for the whole row.';
comment on column kw.entity_fields.policy_id is 'The policy that new bindings get (kw.bind_policy); null for the default.';
comment on column kw.entity_fields.has_keys is 'Bindings of single keys exist, or did: look them up before the binding of every row.';
comment on column kw.entity_fields.has_shredded is 'Whether a key was ever shredded, one of every row (*) too; else no reader has to look.';
comment on column kw.entity_fields.min_nist_level is 'The NIST category that new wrappers need (kw.set_floor); null for none.';
comment on column kw.entity_fields.id is 'Random key of the row.';
comment on column kw.entity_fields.is_mark is 'Whether the row is a mark: it only records that something was found, so a field may have several. The row of its policy and floor is not a mark, and there is at most one.';
comment on column kw.entity_fields.has_other_spellings is 'Of the whole row: keys may be bound in another form than kw.entities.key_form.';
comment on column kw.entity_fields.read_audit is 'Which reads are audited (kw.set_read_audit): none, keys or statements. Null: as the whole row says, then as setting read_audit says.';
comment on column kw.entity_fields.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.entity_fields.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/installation.sql

-- Not dumped, so a restored database has another id: oids that stand in restored rows are another
-- cluster's, and may by chance be those of other roles here.
create table kw.installation (
    id uuid not null default gen_random_uuid()
);

create trigger keep_installation
before insert on kw.installation
for each row execute function kw._keep_installation();
-- A subscription to all tables copies the publisher's row: that row is left out.
alter table kw.installation enable always trigger keep_installation;

comment on table kw.installation is 'One row: the CREATE EXTENSION that made these tables. Grants are in force only if their oids were recorded here.';
comment on column kw.installation.id is 'Random. The same on standbys and after pg_upgrade, another one after a restore of a dump.';

-- seed/installation.sql

insert into kw.installation default values;

-- tables/field_grants.sql

create table kw.field_grants (
    entity_table varchar(64) collate "C" not null,
    field_name_norm varchar(64) collate "C" not null,
    role_name name not null,
    may_read boolean not null,
    may_write boolean not null,
    granted_by name not null,
    created_at timestamptz(6) not null default now(),
    id uuid constraint field_grants_pkey primary key default gen_random_uuid(),
    relation oid,
    owner oid,
    owner_name name,
    grantee oid,
    installation uuid,
    change_no bigint,
    seal bytea,
    check (may_read or may_write),
    constraint field_grants_once unique (entity_table, field_name_norm, grantee, installation)
);

create trigger guard_change_no
before update on kw.field_grants
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.field_grants
    enable always trigger guard_change_no;

select pg_extension_config_dump('kw.field_grants', '');

comment on table kw.field_grants is 'Explicit grants (kw.grant_field), in addition to the privileges of tables and columns. A grant is in force only while table, table owner and grantee are the recorded ones. See kw.list_grants.';
comment on column kw.field_grants.entity_table is 'The entity.';
comment on column kw.field_grants.field_name_norm is 'The field; empty for every field.';
comment on column kw.field_grants.role_name is 'The name of the grantee when the grant was made or confirmed. The grantee is the role and its members.';
comment on column kw.field_grants.may_read is 'May decrypt.';
comment on column kw.field_grants.may_write is 'May encrypt, bind a cell and rotate it.';
comment on column kw.field_grants.granted_by is 'Who granted it.';
comment on column kw.field_grants.created_at is 'When.';
comment on column kw.field_grants.id is 'Random key of the row.';
comment on column kw.field_grants.relation is 'The oid of the table that it was made for; null for an external name.';
comment on column kw.field_grants.owner is 'The oid of the owner that the table had then; null for an external name.';
comment on column kw.field_grants.owner_name is 'The name of that owner, which kw.confirm_grants compares after a restore.';
comment on column kw.field_grants.grantee is 'The oid of the grantee: a role that is made again under the name has no grant.';
comment on column kw.field_grants.installation is 'The id of kw.installation where these oids were recorded. They mean nothing elsewhere.';
comment on column kw.field_grants.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.field_grants.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/audit_events.sql

create table kw.audit_events (
    id bigint generated by default as identity primary key,
    happened_at timestamptz(6) not null default clock_timestamp(),
    session_role name not null default session_user,
    acting_role name not null,
    action text not null,
    object text not null,
    details jsonb not null default '{}',
    changes bytea,
    seal bytea,
    log_id bigint,
    leaf_index bigint,
    constraint audit_events_leaf_check check ((log_id is null) = (leaf_index is null))
);

-- For kw.check_kms, which deletes what is older than setting audit_days. BRIN costs inserts next to nothing.
create index audit_events_happened_at on kw.audit_events using brin (happened_at);

-- The events that the log does not have yet.
create index audit_events_unsealed on kw.audit_events (id) where leaf_index is null;

-- For receipts: the event of a batch of kw.shred_receipts.
create index audit_events_batch on kw.audit_events ((details ->> 'batch')) where action = 'shred';

-- Only the seal is set, with the changes, and then the place in the log.
create trigger guard_immutable
before update on kw.audit_events
for each row
when (
    old.leaf_index is not null or old.id <> new.id
    or old.happened_at <> new.happened_at or old.session_role <> new.session_role
    or old.acting_role <> new.acting_role or old.action <> new.action or old.object <> new.object
    or old.details <> new.details
    or (old.seal is not null and old.changes is distinct from new.changes)
)
execute function kw._guard_immutable('What happened is not edited.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.audit_events
    enable always trigger guard_immutable;

select pg_extension_config_dump('kw.audit_events', '');
select pg_extension_config_dump('kw.audit_events_id_seq', '');

comment on table kw.audit_events is 'Changes of keys, policies and grants, with the role. Written in the transaction of the change. The server log has each event at once, so that a rollback hides nothing.';
comment on column kw.audit_events.id is 'Key of the row.';
comment on column kw.audit_events.happened_at is 'When.';
comment on column kw.audit_events.session_role is 'The role that logged in.';
comment on column kw.audit_events.acting_role is 'The role in force at the call.';
comment on column kw.audit_events.action is 'The function.';
comment on column kw.audit_events.object is 'The object of the action.';
comment on column kw.audit_events.details is 'Names and ids; never values or keys.';
comment on column kw.audit_events.changes is 'The sealed rows that the action changed, packed as docs/format.md says; null: none.';
comment on column kw.audit_events.seal is 'Seal of the event by the deployment key; null: written without one.';
comment on column kw.audit_events.log_id is 'The log that has the event, kw.logs.id; null: none yet.';
comment on column kw.audit_events.leaf_index is 'Its place in that log, from 0.';

-- tables/kms_health_checks.sql

create table kw.kms_health_checks (
    id bigint generated by default as identity primary key,
    provider_id bigint constraint fk_kms_hc_provider references kw.kms_providers (id) on delete cascade,
    kms_key_id bigint constraint fk_kms_hc_key references kw.kms_keys (id) on delete cascade,
    status text not null check (status in ('up', 'degraded', 'down')),
    latency_ms integer check (latency_ms >= 0),
    error text,
    checked_at timestamptz(6) not null default now(),
    check (num_nonnulls(provider_id, kms_key_id) > 0)
);

create index kms_health_checks_of_key on kw.kms_health_checks (kms_key_id, checked_at);
create index kms_health_checks_latest on kw.kms_health_checks (kms_key_id, id);

select pg_extension_config_dump('kw.kms_health_checks', '');
select pg_extension_config_dump('kw.kms_health_checks_id_seq', '');

comment on table kw.kms_health_checks is 'The results of probes of keys and providers.';
comment on column kw.kms_health_checks.id is 'Key of the row.';
comment on column kw.kms_health_checks.provider_id is 'The provider probed.';
comment on column kw.kms_health_checks.kms_key_id is 'The key probed; null for the provider as a whole.';
comment on column kw.kms_health_checks.status is 'up, degraded or down.';
comment on column kw.kms_health_checks.latency_ms is 'How long the probe took, in milliseconds.';
comment on column kw.kms_health_checks.error is 'The error.';
comment on column kw.kms_health_checks.checked_at is 'When.';

-- tables/kms_probe_totals.sql

-- What kw.check_kms has counted since ever: retention deletes rows of kw.kms_health_checks, and a counter never falls.
-- Several rows of one kind count together: who records waits for nobody, and joins the rows that nobody has locked.
-- No sequence, which a member of pg_write_all_data could set back.
create table kw.kms_probe_totals (
    id uuid primary key default gen_random_uuid(),
    kms_key_id bigint not null constraint fk_kms_pt_key references kw.kms_keys (id) on delete cascade,
    sqlstate text collate "C" not null,
    upper_ms integer check (upper_ms > 0),
    probes bigint not null check (probes > 0),
    timed bigint not null check (timed between 0 and probes),
    total_ms bigint not null check (total_ms >= 0)
);
create index kms_probe_totals_of_key on kw.kms_probe_totals (kms_key_id);

select pg_extension_config_dump('kw.kms_probe_totals', '');

comment on table kw.kms_probe_totals is 'How many probes of each KMS key ended how, and how long they took, by buckets of a histogram. kw.key_metrics sums it up. Never pruned.';
comment on column kw.kms_probe_totals.id is 'Key of the row.';
comment on column kw.kms_probe_totals.kms_key_id is 'The key probed.';
comment on column kw.kms_probe_totals.sqlstate is 'The SQLSTATE of the error that the probe found the key down with; 00000: it did not.';
comment on column kw.kms_probe_totals.upper_ms is 'The bucket, as in kw.probe_buckets: they took at most so many milliseconds. Null: longer than every bucket, or they were not timed.';
comment on column kw.kms_probe_totals.probes is 'How many probes.';
comment on column kw.kms_probe_totals.timed is 'How many of them were timed. The others did not ask the provider, since it had just not answered.';
comment on column kw.kms_probe_totals.total_ms is 'How long these took together, in milliseconds.';

-- tables/rewrap_jobs.sql

create table kw.rewrap_jobs (
    id bigint generated by default as identity primary key,
    key_wrapper_id bigint not null constraint fk_rewrap_kw references kw.key_wrappers (id) on delete cascade,
    target_kms1_key_id bigint constraint fk_rewrap_tk1 references kw.kms_keys (id),
    target_kms2_key_id bigint constraint fk_rewrap_tk2 references kw.kms_keys (id),
    scheduled_at timestamptz(6),
    started_at timestamptz(6),
    finished_at timestamptz(6),
    status text not null default 'pending' check (status in ('pending', 'running', 'done', 'failed')),
    attempts integer not null default 0 check (attempts >= 0),
    last_error text,
    created_at timestamptz(6) not null default now(),
    kind text not null default 'rewrap' check (kind in ('rewrap', 'relayer', 'rotate')),
    target_policy_id bigint constraint fk_rewrap_policy references kw.encryption_policies (id),
    is_branch boolean not null default false,
    worker_pid integer,
    leg smallint check (leg in (1, 2)),
    constraint finished_when_it_ended check ((finished_at is null) = (status in ('pending', 'running'))),
    constraint targets_of_its_kind check (
        case kind
            when 'rewrap' then target_policy_id is null and (leg is null or coalesce(target_kms1_key_id, target_kms2_key_id) is null)
            when 'relayer' then target_policy_id is not null and coalesce(target_kms1_key_id, target_kms2_key_id) is null
            else coalesce(target_policy_id, target_kms1_key_id, target_kms2_key_id, leg) is null
        end
    )
) with (fillfactor = 70);

-- At most one open job a wrapper. Claims read in this order. The predicate names no column that a claim
-- changes, so that claims are HOT updates.
create unique index one_open_job_of_a_wrapper on kw.rewrap_jobs (key_wrapper_id) where finished_at is null;
create index open_jobs_of_branches on kw.rewrap_jobs (key_wrapper_id) where finished_at is null and is_branch;

-- The condition lets what is allowed pass without a call, since each job passes here twice.
create trigger guard_status
before update on kw.rewrap_jobs
for each row
when (
    old.status <> new.status
    and old.status || '>' || new.status not in (
        'pending>running', 'running>done', 'running>failed', 'running>pending', 'failed>pending'
    )
)
execute function kw._guard_status(
    'pending>running', 'running>done', 'running>failed', 'running>pending', 'failed>pending'
);

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.rewrap_jobs
    enable always trigger guard_status;

select pg_extension_config_dump('kw.rewrap_jobs', '');
select pg_extension_config_dump('kw.rewrap_jobs_id_seq', '');

comment on table kw.rewrap_jobs is 'The queue: wrappers to be rewrapped, relayered or rotated. kw.rewrap_progress sums it up.';
comment on column kw.rewrap_jobs.id is 'Key of the row.';
comment on column kw.rewrap_jobs.key_wrapper_id is 'The wrapper.';
comment on column kw.rewrap_jobs.target_kms1_key_id is 'The key of leg 1 after it; null: the present one.';
comment on column kw.rewrap_jobs.target_kms2_key_id is 'The key of leg 2 after it; null: the present one.';
comment on column kw.rewrap_jobs.scheduled_at is 'Not before this time; null: at once.';
comment on column kw.rewrap_jobs.started_at is 'When it was last claimed.';
comment on column kw.rewrap_jobs.finished_at is 'When it was done, or failed for good.';
comment on column kw.rewrap_jobs.status is 'pending: not claimed yet, or to be tried again. running: claimed; if no transaction locks the row, its worker ended and it can be claimed again. done. failed: not tried again until kw.retry_rewrap_jobs().';
comment on column kw.rewrap_jobs.attempts is 'How often it was claimed.';
comment on column kw.rewrap_jobs.last_error is 'Why the last attempt failed, with its SQLSTATE. Of a job that is done: the leg that was left, and why, or what was not checked.';
comment on column kw.rewrap_jobs.created_at is 'When it was scheduled.';
comment on column kw.rewrap_jobs.kind is 'rewrap: other or renewed legs. relayer: the layers of a policy. rotate: a new data key for the bindings of the wrapper.';
comment on column kw.rewrap_jobs.target_policy_id is 'Of a relayer: the policy whose layers the wrapper gets.';
comment on column kw.rewrap_jobs.is_branch is 'Whether the wrapper is a branch: those come first.';
comment on column kw.rewrap_jobs.worker_pid is 'The server process that claimed it last.';
comment on column kw.rewrap_jobs.leg is 'Of a renewal under the present keys: the leg that is renewed; null: both.';

-- tables/former_wraps.sql

-- Only inserted: workers at the same key must not wait for each other. Each insert deletes older rows that are free.
create table kw.former_wraps (
    id bigint generated by default as identity primary key,
    kms_key_id bigint not null constraint fk_former_wraps_key references kw.kms_keys (id),
    left_at timestamptz(6) not null default now()
);

create index former_wraps_by_key on kw.former_wraps (kms_key_id);

select pg_extension_config_dump('kw.former_wraps', '');
select pg_extension_config_dump('kw.former_wraps_id_seq', '');

comment on table kw.former_wraps is 'When wraps under a KMS key were last replaced by wraps under another, or destroyed. Backups of before hold them.';
comment on column kw.former_wraps.id is 'Key of the row.';
comment on column kw.former_wraps.kms_key_id is 'The key that the wraps were under.';
comment on column kw.former_wraps.left_at is 'When they were replaced or destroyed.';

-- tables/shred_receipts.sql

-- No foreign keys: a receipt outlives what it names. The coordinates are those at the time, since bindings move.
create table kw.shred_receipts (
    id bigint generated by default as identity primary key,
    wrapper_uuid char(36) collate "C" not null,
    key_wrapper_id bigint not null,
    binding_id bigint,
    generation integer,
    entity_table varchar(64) collate "C",
    entity_pk varchar(64) collate "C",
    field_name varchar(64) collate "C",
    shredded_by name not null,
    session_role name not null default session_user,
    shredded_at timestamptz(6) not null default clock_timestamp(),
    digest bytea not null check (octet_length(digest) = 32),
    batch bigint
);

create index shred_receipts_wrapper_uuid on kw.shred_receipts (wrapper_uuid);
create index shred_receipts_of_keys on kw.shred_receipts (entity_table, entity_pk);

create index shred_receipts_batch on kw.shred_receipts (batch);

create trigger guard_immutable
before update or delete on kw.shred_receipts
for each row execute function kw._guard_immutable('A receipt is neither changed nor deleted.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.shred_receipts
    enable always trigger guard_immutable;

select pg_extension_config_dump('kw.shred_receipts', '');
select pg_extension_config_dump('kw.shred_receipts_id_seq', '');

comment on table kw.shred_receipts is 'A row for each wrapper that kw.shred or kw.shred_many destroyed, written in the transaction that destroyed it. Rows are never changed or deleted. No setting limits how long they are kept.';
comment on column kw.shred_receipts.id is 'Key of the row.';
comment on column kw.shred_receipts.wrapper_uuid is 'The wrapper, kw.key_wrappers.wrapper_uuid.';
comment on column kw.shred_receipts.key_wrapper_id is 'The wrapper, kw.key_wrappers.id.';
comment on column kw.shred_receipts.binding_id is 'The binding that it protected, kw.encryption_bindings.id: ciphertexts contain it. Of a shared wrapper: the binding that was shredded. Null: none.';
comment on column kw.shred_receipts.generation is 'The generation of the binding that the wrapper encrypted: ciphertexts contain it.';
comment on column kw.shred_receipts.entity_table is 'The table of the binding at that time.';
comment on column kw.shred_receipts.entity_pk is 'The key of the binding at that time; * for every row.';
comment on column kw.shred_receipts.field_name is 'The field of the binding at that time; null for the whole row.';
comment on column kw.shred_receipts.shredded_by is 'The role in force at the call.';
comment on column kw.shred_receipts.session_role is 'The role that logged in.';
comment on column kw.shred_receipts.shredded_at is 'When.';
comment on column kw.shred_receipts.digest is 'SHA-256 over the wraps and layers that were destroyed; docs/format.md has the encoding.';
comment on column kw.shred_receipts.batch is 'The same in all rows of a call, and in the details of its event in kw.audit_events. Null: destroyed by a version before 0.8.0.';

-- tables/signing_keys.sql

create table kw.signing_keys (
    id bigint generated by default as identity primary key,
    algo_id bigint not null constraint fk_sk_algo references kw.crypto_algorithms (id),
    name varchar(120) collate "C" not null unique,
    scope varchar(120) collate "C",
    origin text not null check (origin in ('local', 'kms', 'imported')),
    public_key bytea not null,
    private_key_enc bytea,
    kms_key_id bigint constraint fk_sk_kms references kw.kms_keys (id),
    status text not null default 'active' check (status in ('active', 'retired', 'compromised')),
    created_at timestamptz(6) not null default now(),
    activated_at timestamptz(6),
    retired_at timestamptz(6),
    notes text,
    compromised_at timestamptz(6),
    change_no bigint,
    seal bytea,
    constraint signing_keys_scope_check check (
        coalesce(
            scope = 'log' or scope = 'import' and origin = 'imported' or scope = 'export' and origin <> 'imported'
            or scope like 'application:_%', false
        )
    ),
    constraint signing_keys_private_key_check check (
        (private_key_enc is not null) = (origin = 'local') and (kms_key_id is null) = (origin = 'imported')
    ),
    constraint signing_keys_times_check check (
        (retired_at is null) = (status = 'active') and (compromised_at is null) = (status <> 'compromised')
    )
);

-- One key has one scope, so it is enrolled once. By a digest, since keys are too long for an index.
create unique index signing_keys_public_key on kw.signing_keys (sha256(public_key));

create trigger guard_immutable
before update on kw.signing_keys
for each row
when (
    old.id <> new.id or old.algo_id <> new.algo_id or old.name <> new.name
    or old.scope is distinct from new.scope or old.origin <> new.origin
    or old.public_key <> new.public_key or old.private_key_enc is distinct from new.private_key_enc
    or old.kms_key_id is distinct from new.kms_key_id or old.created_at <> new.created_at
)
execute function kw._guard_immutable('Only the status, its times and the notes of a signing key change.');

create trigger guard_status
before update on kw.signing_keys
for each row when (old.status is distinct from new.status)
execute function kw._guard_status('active>retired', 'active>compromised', 'retired>compromised');

create trigger keep_times
before update on kw.signing_keys
for each row
when (
    old.status <> new.status or old.activated_at is distinct from new.activated_at
    or old.retired_at is distinct from new.retired_at
    or old.compromised_at is distinct from new.compromised_at
)
execute function kw._keep_signing_times();

create trigger guard_change_no
before update on kw.signing_keys
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.signing_keys
    enable always trigger guard_change_no,
    enable always trigger guard_immutable,
    enable always trigger guard_status,
    enable always trigger keep_times;

select pg_extension_config_dump('kw.signing_keys', '');
select pg_extension_config_dump('kw.signing_keys_id_seq', '');

comment on table kw.signing_keys is 'Keys whose signatures are accepted.';
comment on column kw.signing_keys.id is 'Key of the row.';
comment on column kw.signing_keys.algo_id is 'Its signature algorithm.';
comment on column kw.signing_keys.name is 'Its name.';
comment on column kw.signing_keys.scope is 'The objects that it may sign: log, import (public keys only), export (private keys only), or application:NAME. It never changes.';
comment on column kw.signing_keys.origin is 'The place of its private key: local (sealed in this row), kms (held by kms_key_id) or imported (elsewhere).';
comment on column kw.signing_keys.public_key is 'The public key. See docs/format.md.';
comment on column kw.signing_keys.private_key_enc is 'The private key, sealed; null where it is elsewhere.';
comment on column kw.signing_keys.kms_key_id is 'The key that seals or holds the private key.';
comment on column kw.signing_keys.status is 'active: signs and verifies. retired: verifies. compromised: only what is known to have been signed before compromised_at verifies.';
comment on column kw.signing_keys.created_at is 'When it was enrolled.';
comment on column kw.signing_keys.activated_at is 'From when its signatures count; null: not yet.';
comment on column kw.signing_keys.retired_at is 'When it stopped signing.';
comment on column kw.signing_keys.notes is 'For people.';
comment on column kw.signing_keys.compromised_at is 'From when others may have had its private key: signatures from then on are bad.';
comment on column kw.signing_keys.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.signing_keys.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/deployments.sql

-- The key state of this database, and its identity in seals, in the log and in imports.
create table kw.deployments (
    key_no integer primary key check (key_no > 0),
    deployment_uuid uuid not null,
    key_wrapper_id bigint not null unique
        constraint fk_dep_kw references kw.key_wrappers (id) on delete restrict,
    incarnation integer not null default 0 check (incarnation between 0 and 8388607),
    phase text not null default 'adopting' check (
        phase in ('adopting', 'next', 'replacing', 'recovering', 'sealed')
    ),
    created_at timestamptz(6) not null default now(),
    change_no bigint,
    seal bytea
);

create trigger guard_immutable
before update on kw.deployments
for each row
when (
    old.key_no <> new.key_no or old.deployment_uuid <> new.deployment_uuid
    or old.key_wrapper_id <> new.key_wrapper_id or old.created_at <> new.created_at
    or new.incarnation < old.incarnation
)
execute function kw._guard_immutable('Only the phase of a deployment changes, and its incarnation, which never falls.');

-- By row, since the apply of logical replication fires no other trigger.
create trigger touch_key_epoch
after insert or update or delete on kw.deployments
for each row execute function kw._touch_key_epoch();

create trigger touch_key_epoch_after_truncate
after truncate on kw.deployments
for each statement execute function kw._touch_key_epoch();

create trigger guard_change_no
before update on kw.deployments
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.deployments
    enable always trigger guard_change_no,
    enable always trigger guard_immutable,
    enable always trigger touch_key_epoch,
    enable always trigger touch_key_epoch_after_truncate;

select pg_extension_config_dump('kw.deployments', '');

create sequence kw.change_numbers;
alter sequence kw.change_numbers owner to kw_owner;
select pg_extension_config_dump('kw.change_numbers', '');

comment on sequence kw.change_numbers is 'Numbers of sealed changes. Incarnation i counts from i * 2^40 + 1.';

comment on table kw.deployments is 'The deployment keys of this database, one a row. The row with the highest key_no that is not of phase next is in force.';
comment on column kw.deployments.key_no is 'Number of the key, from 1. Seals begin with it.';
comment on column kw.deployments.deployment_uuid is 'Random name of the deployment. It is in every seal, in the name of the log and in what may be imported.';
comment on column kw.deployments.key_wrapper_id is 'The wrapper of class deployment that holds the key.';
comment on column kw.deployments.incarnation is 'How often the database was restored on purpose. Each incarnation has a log of its own.';
comment on column kw.deployments.phase is 'adopting: rows without a seal are accepted. sealed: they are refused. next: the key is not in force yet. replacing: seals of the key before are accepted, too. recovering: that key is lost, and its seals are accepted unchecked.';
comment on column kw.deployments.created_at is 'When it was made.';
comment on column kw.deployments.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.deployments.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/import_sources.sql

-- One row a signer whose bundles were accepted. An import locks it, so that one of two equal bundles is refused.
create table kw.import_sources (
    signing_key_id bigint primary key
        constraint fk_is_sk references kw.signing_keys (id) on delete restrict,
    number bigint not null check (number > 0),
    accepted_at timestamptz(6) not null default now(),
    change_no bigint,
    seal bytea
);

create trigger guard_immutable
before update on kw.import_sources
for each row when (old.signing_key_id <> new.signing_key_id or new.number < old.number)
execute function kw._guard_immutable('The number of a signer only grows: a lower one would let its bundles be replayed.');

create trigger guard_delete
before delete on kw.import_sources
for each row execute function kw._guard_immutable('The number of a signer stays: without it its bundles could be replayed.');

create trigger guard_change_no
before update on kw.import_sources
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.import_sources
    enable always trigger guard_change_no,
    enable always trigger guard_immutable,
    enable always trigger guard_delete;

select pg_extension_config_dump('kw.import_sources', '');

comment on table kw.import_sources is 'The last bundle of data keys that was accepted of each signing key of scope import.';
comment on column kw.import_sources.signing_key_id is 'The signing key.';
comment on column kw.import_sources.number is 'The number of that bundle. The next one requires a higher number.';
comment on column kw.import_sources.accepted_at is 'When it was accepted.';
comment on column kw.import_sources.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.import_sources.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/imported_wrappers.sql

create table kw.imported_wrappers (
    signing_key_id bigint not null
        constraint fk_iw_source references kw.import_sources (signing_key_id) on delete restrict,
    foreign_uuid uuid not null,
    key_wrapper_id bigint not null unique
        constraint fk_iw_kw references kw.key_wrappers (id) on delete restrict,
    number bigint not null check (number > 0),
    primary key (signing_key_id, foreign_uuid)
);

create trigger guard_immutable
before update or delete on kw.imported_wrappers
for each row execute function kw._guard_immutable('A data key that was imported stays known, so that a shredded one does not come back.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.imported_wrappers
    enable always trigger guard_immutable;

select pg_extension_config_dump('kw.imported_wrappers', '');

comment on table kw.imported_wrappers is 'The data keys that were imported, by the uuids that their makers gave them. Rows stay when the data key is shredded.';
comment on column kw.imported_wrappers.signing_key_id is 'The signing key of the maker.';
comment on column kw.imported_wrappers.foreign_uuid is 'The name that the maker gave to the data key.';
comment on column kw.imported_wrappers.key_wrapper_id is 'Its wrapper here.';
comment on column kw.imported_wrappers.number is 'The number of the bundle that held it.';

-- tables/generation_usage.sql

-- Rows are only added: who encrypts waits for nobody. No foreign key, which would lock the binding, and no sequence,
-- which a member of pg_write_all_data could set back.
create table kw.generation_usage (
    id uuid primary key default gen_random_uuid(),
    binding_id bigint not null,
    generation integer not null check (generation > 0),
    nonces integer not null check (nonces > 0),
    is_full boolean not null,
    counted_at timestamptz(6) not null default now()
);
create index generation_usage_binding_id_generation on kw.generation_usage (binding_id, generation);
-- Nearly always empty: every call that encrypts looks.
create index generation_usage_full on kw.generation_usage (binding_id, generation) where is_full;

select pg_extension_config_dump('kw.generation_usage', '');

comment on table kw.generation_usage is 'How much the generations of bindings have encrypted with suite 1: one of 1,048,576 values is counted, by its nonce.';
comment on column kw.generation_usage.id is 'Key of the row.';
comment on column kw.generation_usage.binding_id is 'The binding.';
comment on column kw.generation_usage.generation is 'The generation that encrypted.';
comment on column kw.generation_usage.nonces is 'How many nonces of a call began with 20 zero bits.';
comment on column kw.generation_usage.is_full is 'Whether the generation had 3,500 of them by then: it is close to its 2^32 values.';
comment on column kw.generation_usage.counted_at is 'When they were counted.';

-- tables/blind_indexes.sql

-- One row a blind index: tokens of equal values of a field are equal. A shredded one keeps its row.
create table kw.blind_indexes (
    index_uuid uuid primary key default gen_random_uuid(),
    entity_table varchar(64) collate "C" not null check (entity_table like '%_._%'),
    field_name varchar(64) collate "C" not null check (field_name <> ''),
    tenant varchar(64) collate "C" check (tenant <> ''),
    normaliser text collate "C" not null check (
        normaliser in ('raw', 'trim', 'digits', 'phone', 'ascii-lower', 'unicode-14', 'email')
    ),
    bits smallint not null check (bits between 8 and 128),
    generation integer not null default 1 check (generation > 0),
    key_wrapper_id bigint not null unique
        constraint fk_bi_kw references kw.key_wrappers (id) on delete restrict,
    next_wrapper_id bigint unique
        constraint fk_bi_next references kw.key_wrappers (id) on delete restrict,
    status text not null default 'live' check (status in ('live', 'shredded')),
    created_at timestamptz(6) not null default now(),
    change_no bigint,
    seal bytea,
    check (next_wrapper_id <> key_wrapper_id)
);
create index blind_indexes_of_field on kw.blind_indexes (entity_table, field_name, coalesce(tenant, ''));
create unique index blind_indexes_once
on kw.blind_indexes (entity_table, field_name, coalesce(tenant, '')) where status = 'live';

create trigger guard_immutable
before update on kw.blind_indexes
for each row
when (
    old.index_uuid <> new.index_uuid or old.tenant is distinct from new.tenant or old.normaliser <> new.normaliser
    or old.bits <> new.bits or old.created_at <> new.created_at or new.generation < old.generation
    or (old.status = 'shredded' and new.status <> 'shredded')
)
execute function kw._guard_immutable(
    'The uuid, tenant, normaliser and bits of a blind index never change, its generation never falls, and a shredded one stays so: tokens depend on them.'
);

create trigger guard_change_no
before update on kw.blind_indexes
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.blind_indexes
    enable always trigger guard_change_no,
    enable always trigger guard_immutable;

select pg_extension_config_dump('kw.blind_indexes', '');

comment on table kw.blind_indexes is 'Blind indexes: what tokens of a field''s values are made with. See docs/format.md.';
comment on column kw.blind_indexes.index_uuid is 'Random name of the index. Its keys are derived with it.';
comment on column kw.blind_indexes.entity_table is 'The entity, by the name that bindings have (kw.entities.bound_as).';
comment on column kw.blind_indexes.field_name is 'The field whose values get tokens.';
comment on column kw.blind_indexes.tenant is 'Of tokens that only compare within a tenant: which one. Null: of the whole table.';
comment on column kw.blind_indexes.normaliser is 'What is done to a value before its token is made.';
comment on column kw.blind_indexes.bits is 'How many bits of the hash a token has.';
comment on column kw.blind_indexes.generation is 'The generation of the key that makes tokens; each token names it.';
comment on column kw.blind_indexes.key_wrapper_id is 'The wrapper of class index that holds the key.';
comment on column kw.blind_indexes.next_wrapper_id is 'While the key is being replaced: the wrapper of the next generation.';
comment on column kw.blind_indexes.status is 'live; or shredded: no token can be made any more.';
comment on column kw.blind_indexes.created_at is 'When it was made.';
comment on column kw.blind_indexes.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.blind_indexes.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/audited_reads.sql

-- UNLOGGED and not dumped: a row lives as long as its transaction, and nothing of it is needed after a crash.
-- Each transaction has rows of its own, so readers do not wait for each other.
create unlogged table kw.audited_reads (
    id uuid primary key default gen_random_uuid()
);

-- At commit the session writes what it has counted.
create constraint trigger keep_reads
after insert on kw.audited_reads
deferrable initially deferred
for each row execute function kw._keep_reads();

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.audited_reads
    enable always trigger keep_reads;

comment on table kw.audited_reads is 'A row for each transaction in progress that has read fields whose reads are audited. Its trigger writes their audit events at commit.';
comment on column kw.audited_reads.id is 'Key of the row.';

-- tables/logs.sql

-- A log for each incarnation of a deployment. Its size and heads move only under the lock of kw.log_lock.
create table kw.logs (
    id bigint primary key,
    deployment_uuid uuid not null,
    incarnation integer not null check (incarnation >= 0),
    host text not null,
    origin text not null unique,
    size bigint not null default 0 check (size >= 0),
    heads bytea not null default '',
    first_entry bigint not null default 0 check (first_entry between 0 and size),
    state_leaf bigint check (state_leaf >= 0),
    appended_in xid8,
    created_at timestamptz(6) not null default clock_timestamp(),
    constraint logs_origin_check check (
        origin = host || '/kwtools/' || deployment_uuid || '/' || incarnation
    )
);

create trigger guard_immutable
before update on kw.logs
for each row
when (
    old.id <> new.id or old.origin <> new.origin or old.created_at <> new.created_at
    or new.size < old.size or new.first_entry < old.first_entry
)
execute function kw._guard_immutable('A log only grows.');

create trigger guard_delete
before delete on kw.logs
for each row execute function kw._guard_immutable('A log is not deleted.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.logs
    enable always trigger guard_immutable,
    enable always trigger guard_delete;

select pg_extension_config_dump('kw.logs', '');

comment on table kw.logs is 'The Merkle trees of audit events, one for each incarnation of a deployment. See docs/evidence.md.';
comment on column kw.logs.id is 'Number of the log, from 1.';
comment on column kw.logs.deployment_uuid is 'The deployment, kw.deployments.deployment_uuid.';
comment on column kw.logs.incarnation is 'The incarnation of the deployment.';
comment on column kw.logs.host is 'The beginning of the origin, as kw.create_log was given it.';
comment on column kw.logs.origin is 'Name of the log, and of its keys: HOST/kwtools/DEPLOYMENT/INCARNATION.';
comment on column kw.logs.size is 'How many entries the tree has.';
comment on column kw.logs.heads is 'Hashes of the complete subtrees of the tree, the largest first, 32 bytes each.';
comment on column kw.logs.first_entry is 'The texts of earlier entries were deleted, because of setting audit_days. Their hashes stay.';
comment on column kw.logs.state_leaf is 'The entry with the last state of the sealed rows; null: the next state is of all rows as they are.';
comment on column kw.logs.appended_in is 'The transaction that appended last: it must have ended before a checkpoint is signed.';
comment on column kw.logs.created_at is 'When it was made.';

-- tables/log_lock.sql

-- Locked, never filled, by what appends to a log or signs for it: one at a time. A table and no
-- advisory lock, which any role could take. Not dumped: there is nothing in it.
create table kw.log_lock (
    nothing integer check (nothing is null)
);

comment on table kw.log_lock is 'Empty. The sequencer of the log locks it, so that there is one.';
comment on column kw.log_lock.nothing is 'Not used.';

-- tables/log_keys.sql

create table kw.log_keys (
    log_id bigint constraint fk_lk_log references kw.logs (id),
    signing_key_id bigint constraint fk_lk_key references kw.signing_keys (id),
    verifier_key text not null,
    added_at timestamptz(6) not null default clock_timestamp(),
    removed_at timestamptz(6),
    change_no bigint,
    seal bytea,
    primary key (log_id, signing_key_id)
);

create trigger guard_change_no
before update on kw.log_keys
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.log_keys
    enable always trigger guard_change_no;

select pg_extension_config_dump('kw.log_keys', '');

comment on table kw.log_keys is 'The keys that sign checkpoints of a log.';
comment on column kw.log_keys.log_id is 'The log.';
comment on column kw.log_keys.signing_key_id is 'The key, of scope log.';
comment on column kw.log_keys.verifier_key is 'Name and public key as C2SP signed-note has them (vkey). Auditors keep it.';
comment on column kw.log_keys.added_at is 'From when it signs.';
comment on column kw.log_keys.removed_at is 'When it stopped signing; null: it signs.';
comment on column kw.log_keys.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.log_keys.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/log_leaves.sql

-- No foreign key to kw.logs, which would be checked once a leaf.
create table kw.log_leaves (
    log_id bigint,
    leaf_index bigint check (leaf_index >= 0),
    event_id bigint not null,
    entry bytea check (octet_length(entry) between 1 and 65535),
    primary key (log_id, leaf_index)
);

create index log_leaves_event_id on kw.log_leaves (event_id);

-- For retention, which deletes the text.
create trigger guard_immutable
before update on kw.log_leaves
for each row
when (
    old.log_id <> new.log_id or old.leaf_index <> new.leaf_index or old.event_id <> new.event_id
    or new.entry is not null
)
execute function kw._guard_leaf();

create trigger guard_delete
before delete on kw.log_leaves
for each row execute function kw._guard_leaf();

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.log_leaves
    enable always trigger guard_immutable,
    enable always trigger guard_delete;

select pg_extension_config_dump('kw.log_leaves', '');

comment on table kw.log_leaves is 'The entries of the logs, in order.';
comment on column kw.log_leaves.log_id is 'The log.';
comment on column kw.log_leaves.leaf_index is 'Place in the tree, from 0.';
comment on column kw.log_leaves.event_id is 'The event, kw.audit_events.id.';
comment on column kw.log_leaves.entry is 'The bytes that are hashed, see docs/format.md; null: deleted, because of setting audit_days.';

-- tables/log_tiles.sql

-- No foreign key to kw.logs, as for kw.log_leaves.
create table kw.log_tiles (
    log_id bigint,
    level smallint check (level between 0 and 7),
    tile_no bigint check (tile_no >= 0),
    hashes bytea not null check (octet_length(hashes) between 32 and 8192 and octet_length(hashes) % 32 = 0),
    primary key (log_id, level, tile_no)
);

-- Hashes do not compress.
alter table kw.log_tiles alter column hashes set storage external;

select pg_extension_config_dump('kw.log_tiles', '');

comment on table kw.log_tiles is 'Hashes of the trees: tiles of C2SP tlog-tiles. Proofs are made of them.';
comment on column kw.log_tiles.log_id is 'The log.';
comment on column kw.log_tiles.level is 'A hash is the head of 256^level entries.';
comment on column kw.log_tiles.tile_no is 'Number of the tile in its level, from 0.';
comment on column kw.log_tiles.hashes is 'Up to 256 hashes of 32 bytes. The last tile of a level grows.';

-- tables/state_buckets.sql

-- No foreign key: a restore loads tables in any order.
create table kw.state_buckets (
    table_no smallint check (table_no > 0),
    bucket_no bigint check (bucket_no >= 0),
    digest bytea not null check (octet_length(digest) = 32),
    primary key (table_no, bucket_no)
);

select pg_extension_config_dump('kw.state_buckets', '');

comment on table kw.state_buckets is 'Digests of the change numbers of sealed rows, as the last state of the log has them. Compare them with kw.check_state.';
comment on column kw.state_buckets.table_no is 'Number of the sealed table (docs/format.md).';
comment on column kw.state_buckets.bucket_no is 'The rows: those whose ids, or hashes of keys, begin with it (docs/format.md).';
comment on column kw.state_buckets.digest is 'SHA-256 of the rows of the bucket that have a seal: id, sub and change number of each.';

-- tables/log_checkpoints.sql

create table kw.log_checkpoints (
    id bigint generated by default as identity primary key,
    log_id bigint not null constraint fk_lc_log references kw.logs (id),
    size bigint not null check (size >= 0),
    root bytea not null check (octet_length(root) = 32),
    note text not null,
    signed_at timestamptz(6) not null default clock_timestamp()
);

create index log_checkpoints_of_log on kw.log_checkpoints (log_id, size, id);

create trigger guard_immutable
before update or delete on kw.log_checkpoints
for each row execute function kw._guard_immutable('A checkpoint is neither changed nor deleted.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.log_checkpoints
    enable always trigger guard_immutable;

select pg_extension_config_dump('kw.log_checkpoints', '');
select pg_extension_config_dump('kw.log_checkpoints_id_seq', '');

comment on table kw.log_checkpoints is 'The signed tree heads of the logs. Keep copies elsewhere: docs/evidence.md says how.';
comment on column kw.log_checkpoints.id is 'Key of the row.';
comment on column kw.log_checkpoints.log_id is 'The log.';
comment on column kw.log_checkpoints.size is 'How many entries the signed tree has.';
comment on column kw.log_checkpoints.root is 'The root hash of that tree.';
comment on column kw.log_checkpoints.note is 'The checkpoint as a signed note (C2SP tlog-checkpoint), without cosignatures.';
comment on column kw.log_checkpoints.signed_at is 'When it was signed.';

-- tables/witnesses.sql

create table kw.witnesses (
    verifier_key text primary key,
    name text not null,
    added_at timestamptz(6) not null default clock_timestamp(),
    removed_at timestamptz(6)
);

select pg_extension_config_dump('kw.witnesses', '');

comment on table kw.witnesses is 'The witnesses whose cosignatures of checkpoints are accepted.';
comment on column kw.witnesses.verifier_key is 'Name and public key as C2SP signed-note has them (vkey).';
comment on column kw.witnesses.name is 'The name of the witness.';
comment on column kw.witnesses.added_at is 'When it was added.';
comment on column kw.witnesses.removed_at is 'When it was removed; null: its cosignatures are accepted.';

-- tables/log_cosignatures.sql

create table kw.log_cosignatures (
    checkpoint_id bigint constraint fk_lcs_checkpoint references kw.log_checkpoints (id),
    verifier_key text constraint fk_lcs_witness references kw.witnesses (verifier_key),
    line text not null,
    cosigned_at timestamptz(6) not null,
    primary key (checkpoint_id, verifier_key)
);

select pg_extension_config_dump('kw.log_cosignatures', '');

comment on table kw.log_cosignatures is 'Cosignatures of checkpoints by witnesses. Each was verified.';
comment on column kw.log_cosignatures.checkpoint_id is 'The checkpoint.';
comment on column kw.log_cosignatures.verifier_key is 'The witness.';
comment on column kw.log_cosignatures.line is 'The signature line of the note, with its newline.';
comment on column kw.log_cosignatures.cosigned_at is 'When the witness says that it saw the checkpoint.';

-- tables/protections.sql

create table kw.protections (
    id bigint generated by default as identity primary key,
    entity_table varchar(64) collate "C" not null,
    field_name varchar(64) collate "C" not null,
    status text not null default 'expanded' check (
        status in ('expanded', 'backfilled', 'verified', 'cut_over', 'contracted', 'undone')
    ),
    key_scope text not null check (key_scope in ('table', 'column', 'row', 'cell')),
    value_type text not null,
    shown_by text not null default 'column' check (shown_by in ('column', 'view')),
    search text check (search = 'equality'),
    ciphertext_column text not null,
    plaintext_column text not null,
    token_column text,
    index_uuid uuid,
    base_table text,
    column_default text,
    is_not_null boolean not null,
    position text[],
    skipped_after text[],
    encrypted bigint not null default 0 check (encrypted >= 0),
    verified bigint not null default 0 check (verified >= 0),
    differing bigint not null default 0 check (differing >= 0),
    differing_keys text[] not null default '{}',
    complete_from bigint,
    taken_over_from text,
    takeover_options jsonb check ((taken_over_from is null) = (takeover_options is null)),
    created_at timestamptz(6) not null default clock_timestamp(),
    changed_at timestamptz(6) not null default clock_timestamp(),
    change_no bigint,
    seal bytea,
    check ((search is null) = (token_column is null)),
    check ((shown_by = 'view') = (base_table is not null))
) with (fillfactor = 50);

-- A column is protected once at a time.
create unique index one_protection_of_a_column on kw.protections (entity_table, field_name)
where status not in ('contracted', 'undone');

-- The condition lets a batch pass without a call.
create trigger guard_status
before update on kw.protections
for each row
when (old.status <> new.status)
execute function kw._guard_status(
    'expanded>backfilled', 'backfilled>verified', 'verified>cut_over', 'cut_over>contracted',
    'expanded>undone', 'backfilled>undone', 'verified>undone', 'cut_over>undone'
);

create trigger guard_change_no
before update on kw.protections
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.protections
    enable always trigger guard_status,
    enable always trigger guard_change_no;

select pg_extension_config_dump('kw.protections', '');
select pg_extension_config_dump('kw.protections_id_seq', '');

comment on table kw.protections is 'Plaintext columns on their way to encrypted ones, and those that have arrived (kw.protect). kw.protection_status shows an owner his own.';
comment on column kw.protections.id is 'Key of the row. The names of the trigger, its function and the constraints contain it.';
comment on column kw.protections.entity_table is 'The table.';
comment on column kw.protections.field_name is 'The column, as it was named at the beginning; the field that is bound.';
comment on column kw.protections.status is 'The phase that is complete: expanded, backfilled, verified, cut_over, contracted; or undone.';
comment on column kw.protections.key_scope is 'What a data key covers: table, column, row or cell.';
comment on column kw.protections.value_type is 'The type of the plaintext.';
comment on column kw.protections.shown_by is 'What has the name of the column after cut over: column: the encrypted one; view: one of a protected view that has the name of the table.';
comment on column kw.protections.search is 'How values are found: equality: by the tokens of a blind index; null: not at all.';
comment on column kw.protections.ciphertext_column is 'The name of the encrypted column until it is cut over.';
comment on column kw.protections.plaintext_column is 'The name of the plaintext column after that, until it is dropped.';
comment on column kw.protections.token_column is 'The column of the tokens.';
comment on column kw.protections.index_uuid is 'The blind index that makes them.';
comment on column kw.protections.base_table is 'The name that the table has while a view has its own.';
comment on column kw.protections.column_default is 'The default that the plaintext column had; an undo restores it.';
comment on column kw.protections.is_not_null is 'Whether the plaintext column is NOT NULL.';
comment on column kw.protections.position is 'The last primary key that the backfill or the verification has passed; null: none.';
comment on column kw.protections.skipped_after is 'The primary key after which the backfill has skipped a row that another transaction held: the next pass begins there; empty: at the beginning.';
comment on column kw.protections.encrypted is 'How many values the backfill has encrypted.';
comment on column kw.protections.verified is 'How many rows were verified.';
comment on column kw.protections.differing is 'How many of them differ: their ciphertext does not decrypt to their plaintext.';
comment on column kw.protections.differing_keys is 'The entity_pk of the first of these rows.';
comment on column kw.protections.complete_from is 'The transaction from which on every snapshot shows all ciphertexts: older ones must end before cut over.';
comment on column kw.protections.taken_over_from is 'Which tool encrypted the values before, as the source of kw.takeover_many; null: they were plaintext.';
comment on column kw.protections.takeover_options is 'The options of the takeover. The old key is not among them: nothing stores it.';
comment on column kw.protections.created_at is 'When it began.';
comment on column kw.protections.changed_at is 'When it was last worked at.';
comment on column kw.protections.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.protections.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/loads_to_check.sql

-- Without a unique constraint, so that rows which a subscription copies never collide. Not dumped.
create table kw.loads_to_check (
    table_name name not null,
    loaded_at timestamptz(6) not null default now()
);
alter table kw.loads_to_check replica identity full;

-- What a load changed, no session has noticed.
create trigger touch_key_epoch
after delete on kw.loads_to_check
for each statement execute function kw._touch_key_epoch();

comment on table kw.loads_to_check is 'Tables that a restore loaded without checks of foreign keys. kw.check_restore checks and forgets them.';
comment on column kw.loads_to_check.table_name is 'The table.';
comment on column kw.loads_to_check.loaded_at is 'When the load began.';

-- tables/protected_fields.sql

create table kw.protected_fields (
    id uuid not null default gen_random_uuid() constraint protected_fields_id_key unique,
    entity_table varchar(64) collate "C" not null,
    field_name varchar(64) collate "C" not null,
    value_type text not null,
    key_scope text collate "C" not null check (key_scope in ('table', 'column', 'row', 'cell')),
    ciphertext_column name not null,
    token_column name,
    index_uuid uuid,
    tenant_column name,
    next_token_column name,
    created_at timestamptz(6) not null default now(),
    change_no bigint,
    seal bytea,
    constraint protected_fields_pkey primary key (entity_table, field_name)
);

create trigger guard_change_no
before update on kw.protected_fields
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.protected_fields
    enable always trigger guard_change_no;

select pg_extension_config_dump('kw.protected_fields', '');

comment on table kw.protected_fields is 'The fields of tables that protected views decrypt and encrypt (kw.set_protected_field). A view keeps a copy from when it was made.';
comment on column kw.protected_fields.id is 'Random name of the row, for its seal.';
comment on column kw.protected_fields.entity_table is 'The entity.';
comment on column kw.protected_fields.field_name is 'The field, and the column of views.';
comment on column kw.protected_fields.value_type is 'The type of its values, as SQL writes it. They are encrypted in the typed encoding (docs/format.md).';
comment on column kw.protected_fields.key_scope is 'What one data key protects: the table, the column, a row or a cell. Views bind new keys of rows and cells.';
comment on column kw.protected_fields.ciphertext_column is 'The column of the table that holds the ciphertexts.';
comment on column kw.protected_fields.token_column is 'The column that holds tokens of the blind index; null: none.';
comment on column kw.protected_fields.index_uuid is 'The blind index; null: none.';
comment on column kw.protected_fields.tenant_column is 'The column that names the tenant of the blind index; null: the index of the whole table.';
comment on column kw.protected_fields.next_token_column is 'The column of the tokens by the next key; null: none. Views fill it if the table has it.';
comment on column kw.protected_fields.created_at is 'When it was set.';
comment on column kw.protected_fields.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.protected_fields.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/protected_views.sql

-- Names, as pg_dump writes views. Nothing that reads or writes a row trusts this table: a view has what it needs
-- in its definition and its triggers.
create table kw.protected_views (
    view_name text collate "C" constraint protected_views_pkey primary key,
    entity_table varchar(64) collate "C" not null,
    shredded_as_null boolean not null,
    columns text[],
    created_at timestamptz(6) not null default now()
);

select pg_extension_config_dump('kw.protected_views', '');

comment on table kw.protected_views is 'The views that kw.create_protected_view has made.';
comment on column kw.protected_views.view_name is 'schema.view, quoted where needed.';
comment on column kw.protected_views.entity_table is 'The entity that it shows.';
comment on column kw.protected_views.shredded_as_null is 'Whether it shows null for what is shredded or does not decrypt.';
comment on column kw.protected_views.columns is 'The columns that it shows; null: every column.';
comment on column kw.protected_views.created_at is 'When it was made.';

-- tables/drop_guard.sql

-- PostgreSQL refuses to drop a table with a pending trigger event, and names the table: so its name is the message.
-- Unlogged: never published, and never needed after a crash.
create unlogged table kw."keys live: first set kwtools.allow_drop = 'all keys'" (pid integer not null);

create constraint trigger hold
after insert on kw."keys live: first set kwtools.allow_drop = 'all keys'"
deferrable initially deferred
for each row execute function kw._guard_hold();

comment on table kw."keys live: first set kwtools.allow_drop = 'all keys'" is 'Empty. Keeps DROP EXTENSION from destroying keys (kw._guard_drop).';
comment on column kw."keys live: first set kwtools.allow_drop = 'all keys'".pid is 'The backend whose DROP is running.';

create event trigger kwtools_guard_drop on ddl_command_start
when tag in ('DROP EXTENSION', 'DROP SCHEMA', 'DROP OWNED', 'DROP LANGUAGE')
execute function kw._guard_drop();
alter event trigger kwtools_guard_drop enable always;
comment on event trigger kwtools_guard_drop is 'Refuses to drop the extension kwtools while it has keys.';

create event trigger kwtools_guard_drop_end on ddl_command_end
when tag in ('DROP EXTENSION', 'DROP SCHEMA', 'DROP OWNED', 'DROP LANGUAGE')
execute function kw._guard_drop();
alter event trigger kwtools_guard_drop_end enable always;
comment on event trigger kwtools_guard_drop_end is 'Removes the state of kwtools_guard_drop after the drop of another object.';

-- tables/guard_writes.sql

-- Members of pg_write_all_data may write every table: here the write fails. ALWAYS, since
-- session_replication_role = replica turns ordinary triggers off.
do $guards$
declare
    target regclass;
begin
    for target in
        select c.oid::regclass
        from pg_catalog.pg_class c
        where c.relnamespace = 'kw'::pg_catalog.regnamespace and c.relkind = 'r'
            and not exists (
                select
                from pg_catalog.pg_trigger t
                where t.tgrelid = c.oid and t.tgname = 'guard_writes'
            )
        order by c.relname
    loop
        execute pg_catalog.format(
            'create trigger guard_writes before insert or update or delete or truncate on %1$s
            for each statement when (current_user <> ''kw_owner'')
            execute function kw._guard_writes();
            alter table %1$s enable always trigger guard_writes',
            target
        );
    end loop;
end;
$guards$;

-- tables/restore_guards.sql

-- After all tables. What is dumped may be loaded in any order, and every trigger fires in every session.
do $guards$
declare
    one record;
begin
    for one in
        select c.oid::regclass as name
        from pg_catalog.pg_extension e
        join pg_catalog.pg_class c on c.oid = any (e.extconfig) and c.relkind = 'r'
        where e.extname = 'kwtools' and not exists (
            select from pg_catalog.pg_trigger t where t.tgrelid = c.oid and t.tgname = 'a_load_begins'
        )
    loop
        execute format(
            'create trigger a_load_begins before insert on %s for each statement'
            ' when (current_setting(''row_security'') = ''off'') execute function kw._guard_load()', one.name
        );
        execute format(
            'create trigger z_load_ends after insert on %s for each statement'
            ' when (current_setting(''row_security'') = ''off'') execute function kw._guard_load()', one.name
        );
    end loop;
    for one in
        select t.tgrelid::regclass as name, t.tgname as trigger
        from pg_catalog.pg_trigger t
        join pg_catalog.pg_class c on c.oid = t.tgrelid and c.relnamespace = 'kw'::regnamespace
        where not t.tgisinternal and t.tgenabled = 'O'
    loop
        execute format('alter table %s enable always trigger %I', one.name, one.trigger);
    end loop;
end;
$guards$;

-- tables/keep_triggers.sql

-- pg_dump --disable-triggers ends with ENABLE TRIGGER ALL, which would turn ENABLE ALWAYS off.
create event trigger kwtools_keep_triggers on ddl_command_end
when tag in ('ALTER TABLE')
execute function kw._keep_triggers();
alter event trigger kwtools_keep_triggers enable always;
comment on event trigger kwtools_keep_triggers is 'Keeps the triggers of kwtools enabled always.';

-- tables/keep_views.sql

create event trigger kwtools_keep_views on ddl_command_end
when tag in ('ALTER TABLE')
execute function kw._keep_views();
alter event trigger kwtools_keep_views enable always;
comment on event trigger kwtools_keep_views is 'Makes the protected views of an altered table again.';

-- tables/keep_privileges.sql

create event trigger kwtools_note_privileges on ddl_command_start
when tag in ('GRANT', 'REVOKE')
execute function kw._keep_privileges();
alter event trigger kwtools_note_privileges enable always;
comment on event trigger kwtools_note_privileges is 'Notes the privileges of tables below protected views.';
create event trigger kwtools_keep_privileges on ddl_command_end
when tag in ('GRANT', 'REVOKE')
execute function kw._keep_privileges();
alter event trigger kwtools_keep_privileges enable always;
comment on event trigger kwtools_keep_privileges is 'Has protected views follow the privileges of their tables.';

-- types/verify_result.sql

create type kw.verify_result as (
    id bigint,
    wrapper uuid,
    leg integer,
    kms_key_id bigint,
    sqlstate text,
    problem text
);
comment on type kw.verify_result is 'A leg of a wrapper, or a signing key, that cannot be opened.';

-- types/protection_step.sql

create type kw.protection_step as (
    kind text,
    name text,
    detail text,
    is_obstacle boolean
);
comment on type kw.protection_step is 'What the protection of a column does, meets or leaves (kw.plan_protection).';

-- types/protection_progress.sql

create type kw.protection_progress as (
    id bigint,
    entity_table text,
    field_name text,
    status text,
    key_scope text,
    value_type text,
    shown_by text,
    search text,
    token_column text,
    index_statements text[],
    rows_estimated bigint,
    encrypted bigint,
    verified bigint,
    differing bigint,
    differing_keys text[],
    created_at timestamptz,
    changed_at timestamptz,
    taken_over_from text
);
comment on type kw.protection_progress is 'How far the protection of a column is (kw.protection_status).';

-- types/token_batch.sql

create type kw.token_batch as (
    passed integer,
    filled integer,
    skipped integer,
    unreadable text[],
    "position" text[]
);
comment on type kw.token_batch is 'What a call of kw.fill_tokens has done.';

-- types/seal_check.sql

create type kw.seal_check as (
    table_name text,
    row_key text,
    sqlstate text,
    problem text
);
comment on type kw.seal_check is 'A row of kw that does not match its seal, or the state in the log.';

-- types/verify_page_result.sql

create type kw.verify_page_result as (
    checked integer,
    retired integer,
    last_id bigint,
    remaining bigint,
    problems jsonb
);
comment on type kw.verify_page_result is 'How many wrappers were opened, how many are retired and were not, the id to go on after (null: nothing was left), how many remain (if asked for), and an array of what does not open, each as kw.verify_result.';

-- types/recorded_page.sql

create type kw.recorded_page as (
    event bigint,
    checked integer,
    retired integer,
    last_id bigint,
    problems jsonb,
    is_complete boolean
);
comment on type kw.recorded_page is 'The event that records a verification so far, kw.audit_events.id, and of its last page: how many wrappers were opened, how many are retired and were not, the last id (null: nothing was left), what does not open, as in kw.verify_page_result, and whether the verification is complete.';

-- types/doctor_result.sql

create type kw.doctor_result as (
    "check" text,
    ok boolean,
    detail text,
    hint text
);
comment on type kw.doctor_result is 'The result of a check of the server.';

-- types/description.sql

create type kw.description as (
    suite text,
    binding_id bigint,
    generation integer,
    entity_table text,
    entity_pk text,
    field_name text,
    status text,
    is_current boolean
);
comment on type kw.description is 'The properties of a ciphertext that are known without decrypting it (kw.describe).';

-- types/field_generation.sql

create type kw.field_generation as (
    state text,
    scope text,
    generation integer,
    is_current boolean,
    wrapper_status text,
    bindings bigint,
    values bigint
);
comment on type kw.field_generation is 'How many values of a column are of one generation, or are not ciphertexts of the field (kw.field_generations).';

-- types/takeover_finding.sql

create type kw.takeover_finding as (
    finding text,
    values bigint,
    example_keys text[]
);
comment on type kw.takeover_finding is 'How many values of a column that another tool encrypted open, or why they do not (kw.check_takeover).';

-- types/kms_check_result.sql

create type kw.kms_check_result as (
    kms_key_id bigint,
    provider text,
    external_key_ref text,
    status text,
    latency_ms integer,
    error text
);
comment on type kw.kms_check_result is 'The result of a probe of a KMS key.';

-- types/algorithm_check.sql

create type kw.algorithm_check as (
    class text,
    name text,
    nist_level smallint,
    status text,
    ok boolean,
    detail text
);
comment on type kw.algorithm_check is 'The result of a known-answer test of an algorithm.';

-- types/entity_to_reclaim.sql

create type kw.entity_to_reclaim as (
    entity_table text,
    recorded_owner name,
    present_owner name,
    grants text[],
    problem text
);
comment on type kw.entity_to_reclaim is 'A name whose table is not the recorded one.';

-- types/rewrap_plan.sql

create type kw.rewrap_plan as (
    wrappers bigint,
    branches bigint,
    kms_operations bigint,
    kms_calls bigint,
    bytes bigint,
    details jsonb
);
comment on type kw.rewrap_plan is 'What jobs would cost.';
comment on column kw.rewrap_plan.wrappers is 'Wrappers that get a job, branches among them.';
comment on column kw.rewrap_plan.branches is 'Branches among them.';
comment on column kw.rewrap_plan.kms_operations is 'Items that KMSs open, wrap and open again.';
comment on column kw.rewrap_plan.kms_calls is 'The calls that carry them.';
comment on column kw.rewrap_plan.bytes is 'Bytes of new wraps and suites.';
comment on column kw.rewrap_plan.details is 'groups: wrappers by class, mode and layers. kms: what each KMS key is asked for. stuck: what cannot be rewrapped, and why. retired: wrappers of that status, left out. may_refuse: checks that the plan does not foresee.';

-- types/rewrap_outcomes.sql

create type kw.rewrap_outcomes as (
    done integer,
    failed integer,
    delayed integer,
    unreachable integer,
    in_use integer,
    not_tried integer,
    skipped integer
);
comment on type kw.rewrap_outcomes is 'What became of jobs.';
comment on column kw.rewrap_outcomes.done is 'Jobs that are done.';
comment on column kw.rewrap_outcomes.failed is 'Jobs that rest as failed.';
comment on column kw.rewrap_outcomes.delayed is 'Jobs that failed and are tried again later.';
comment on column kw.rewrap_outcomes.unreachable is 'Jobs among the delayed ones that a KMS did not answer.';
comment on column kw.rewrap_outcomes.in_use is 'Jobs whose wrappers others locked or changed: they are tried again soon.';
comment on column kw.rewrap_outcomes.not_tried is 'Jobs that were given back, since the time was over.';
comment on column kw.rewrap_outcomes.skipped is 'Jobs that another worker runs or has claimed since, that are not running, or that had nothing to do: the wrapper was destroyed, or has the layers already.';

-- types/key_dependent.sql

create type kw.key_dependent as (
    kind text,
    object_id bigint,
    name text,
    status text,
    mode text,
    kms_key_ids bigint[],
    objects bigint,
    opens_without boolean,
    below bigint,
    below_closed bigint
);
comment on type kw.key_dependent is 'What needs a KMS key: one object, or wrappers that are alike.';

-- types/destroy_check.sql

create type kw.destroy_check as (
    "check" text,
    ok boolean,
    detail text,
    hint text,
    compare_with timestamptz
);
comment on type kw.destroy_check is 'A piece of evidence on whether a KMS key may be destroyed.';

-- types/imported_wrapper.sql

create type kw.imported_wrapper as (
    foreign_uuid uuid,
    wrapper_uuid uuid
);
comment on type kw.imported_wrapper is 'A data key that was imported.';
comment on column kw.imported_wrapper.foreign_uuid is 'The name that its maker gave it.';
comment on column kw.imported_wrapper.wrapper_uuid is 'Its wrapper here, kw.key_wrappers.wrapper_uuid.';

-- types/exported_bundle.sql

create type kw.exported_bundle as (
    number bigint,
    note bytea,
    bundle bytea
);
comment on type kw.exported_bundle is 'Data keys that are sealed for another deployment.';
comment on column kw.exported_bundle.number is 'The number of the bundle.';
comment on column kw.exported_bundle.note is 'The signed note.';
comment on column kw.exported_bundle.bundle is 'The bundle that it signs.';

-- types/ciphertext_bytes.shell.sql

-- The name alone: the functions that read and write the type have to exist before it.
create type kw.ciphertext_bytes;

-- functions/_ciphertext_in.sql

-- PostgreSQL's own code for bytea, under the name that CREATE TYPE needs. Strict, since PostgreSQL calls it
-- with null otherwise. It resolves no name, so it has no search_path.
create or replace function kw._ciphertext_in(value cstring) returns kw.ciphertext_bytes
language internal immutable strict parallel safe
as 'byteain';

comment on function kw._ciphertext_in(value cstring) is 'Reads kw.ciphertext_bytes as bytea is read. Internal.';

-- functions/_ciphertext_out.sql

-- See kw._ciphertext_in. Stable: it follows bytea_output.
create or replace function kw._ciphertext_out(value kw.ciphertext_bytes) returns cstring
language internal stable strict parallel safe
as 'byteaout';

comment on function kw._ciphertext_out(value kw.ciphertext_bytes) is 'Writes kw.ciphertext_bytes as bytea is written. Internal.';

-- functions/_ciphertext_receive.sql

-- See kw._ciphertext_in.
create or replace function kw._ciphertext_receive(value internal) returns kw.ciphertext_bytes
language internal immutable strict parallel safe
as 'bytearecv';

comment on function kw._ciphertext_receive(value internal) is 'Reads kw.ciphertext_bytes from the binary protocol. Internal.';

-- functions/_ciphertext_send.sql

-- See kw._ciphertext_in.
create or replace function kw._ciphertext_send(value kw.ciphertext_bytes) returns bytea
language internal immutable strict parallel safe
as 'byteasend';

comment on function kw._ciphertext_send(value kw.ciphertext_bytes) is 'Writes kw.ciphertext_bytes to the binary protocol. Internal.';

-- types/ciphertext_bytes.sql

-- A type of its own, not a domain over bytea: the operators of bytea would apply to a domain. It has no
-- operators, and a category of its own, so that PostgreSQL finds no conversion to a type that has some.
create type kw.ciphertext_bytes (
    input = kw._ciphertext_in,
    output = kw._ciphertext_out,
    receive = kw._ciphertext_receive,
    send = kw._ciphertext_send,
    like = pg_catalog.bytea,
    category = 'k'
);
create cast (bytea as kw.ciphertext_bytes) without function as assignment;
create cast (kw.ciphertext_bytes as bytea) without function;
comment on type kw.ciphertext_bytes is 'Bytes without operators: the type below kw.ciphertext. For columns use kw.ciphertext, which refuses what is not a ciphertext.';

-- functions/_refuse_text.sql

-- Without a cast of its own a type becomes text in every assignment, and in || with a text.
create or replace function kw._refuse_text(value kw.ciphertext_bytes) returns text
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
begin
    raise exception 'cannot cast type kw.ciphertext to text'
        using errcode = 'cannot_coerce',
        hint = 'Use kw.decrypt_text for the plaintext, or encode(column::bytea, ''hex'') for the ciphertext.';
end;
$function$;

comment on function kw._refuse_text(value kw.ciphertext_bytes) is
'The casts of kw.ciphertext to text: they fail. Internal. Errors: 42846.';

grant execute on function kw._refuse_text(value kw.ciphertext_bytes) to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor;

-- types/ciphertext.sql

-- The form is that of kw.is_ciphertext. Written out: a function would need EXECUTE of each writer, of a
-- subscription's too, and takes ten times as long.
--
-- Not valid: every value is checked all the same, and there are none from before. The dump of pg_upgrade creates
-- domains, with their valid constraints, before casts: then value::bytea would fail.
create domain kw.ciphertext as kw.ciphertext_bytes;
alter domain kw.ciphertext add constraint is_ciphertext check (
    (
        length(value::bytea) >= 42 and substr(value::bytea, 1, 2) in (decode('c101', 'hex'), decode('c201', 'hex'))
        or length(value::bytea) >= 54 and substr(value::bytea, 1, 2) in (decode('c102', 'hex'), decode('c202', 'hex'))
    )
    and substr(value::bytea, 3, 8) between decode('0000000000000001', 'hex') and decode('7fffffffffffffff', 'hex')
    and substr(value::bytea, 11, 4) between decode('00000001', 'hex') and decode('7fffffff', 'hex')
) not valid;
create cast (kw.ciphertext_bytes as text) with function kw._refuse_text(kw.ciphertext_bytes);
create cast (kw.ciphertext_bytes as varchar) with function kw._refuse_text(kw.ciphertext_bytes);
create cast (kw.ciphertext_bytes as bpchar) with function kw._refuse_text(kw.ciphertext_bytes);
comment on domain kw.ciphertext is 'A field ciphertext, or null. It refuses plaintext, and has no operators: ciphertexts cannot be compared, sorted or indexed. Assign what kw.encrypt returns; read as bytea: column::bytea.';

-- views/key_dependencies.sql

create view kw.key_dependencies as
select below.id as kms_key_id, above.id as depends_on_id, above.how
from kw.key_wrappers branch
join kw.kms_keys below on branch.wrapper_uuid = below.external_key_ref::bpchar
join kw.kms_providers branches on branches.id = below.provider_id and branches.provider = 'wrapper'
cross join lateral (
    select branch.kms1_key_id as id, 'leg' as how
    union all
    select branch.kms2_key_id, 'leg' where branch.kms2_key_id is not null
    union all
    select l.kms_key_id, 'layer'
    from kw.key_wrapper_layers l
    where l.key_wrapper_id = branch.id and l.kms_key_id is not null
) above
where branch.dek_class = 'branch' and branch.status <> 'invalid'
    and below.public_key is null -- a KEM key may bear the name of a branch
union all
select s.kms_key_id, s.sealed_by_key_id, 'seal' from kw.kem_private_keys s;

comment on view kw.key_dependencies is 'The direct dependencies between KMS keys. Branch keys depend on the keys that wrap them, KEM keys on the key that seals their private key.';
comment on column kw.key_dependencies.kms_key_id is 'The key.';
comment on column kw.key_dependencies.depends_on_id is 'The key that it depends on.';
comment on column kw.key_dependencies.how is 'leg or layer, of a branch; seal, of the private key of a KEM key.';

-- views/closed_keys.sql

-- An either never has both legs under one root key, so one key closes none.
create view kw.closed_keys as
with recursive closed (kms_key_id, closed_id) as (
    select k.id, k.id from kw.kms_keys k
    union
    select c.kms_key_id, d.kms_key_id
    from closed c
    join kw.key_dependencies d on d.depends_on_id = c.closed_id
    left join kw.kms_keys below on below.id = d.kms_key_id and d.how = 'leg'
    left join kw.key_wrappers branch on branch.wrapper_uuid = below.external_key_ref::bpchar
    where d.how <> 'leg' or branch.crypto_suite ->> 'mode' <> 'either'
)
select c.kms_key_id, c.closed_id from closed c;

comment on view kw.closed_keys is 'The KMS keys that cannot be opened while another one is down: the key itself, and the branches and KEM keys that depend on it.';
comment on column kw.closed_keys.kms_key_id is 'The key that is down.';
comment on column kw.closed_keys.closed_id is 'A key that cannot be opened then.';

-- views/key_usage.sql

-- How many wrappers stand under each key itself, by a leg, a layer, or a layer whose private key is sealed
-- under it. It reads all wrappers: kw.set_kms_key_status does not wait for that.
create view kw.key_usage as
select
    u.kms_key_id,
    count(*) filter (where u.is_needed) as needed,
    count(*) filter (where not u.is_needed) as other_leg
from (
    select u.kms_key_id, u.key_wrapper_id, bool_or(u.is_needed) as is_needed
    from (
        select w.id as key_wrapper_id, leg.kms_key_id, w.crypto_suite ->> 'mode' <> 'either' as is_needed
        from kw.key_wrappers w
        cross join lateral (values (w.kms1_key_id), (w.kms2_key_id)) leg (kms_key_id)
        where w.status <> 'invalid' and leg.kms_key_id is not null
        union all
        select l.key_wrapper_id, layer.kms_key_id, true
        from kw.key_wrapper_layers l
        left join kw.kem_private_keys s on s.kms_key_id = l.kms_key_id
        cross join lateral (values (l.kms_key_id), (s.sealed_by_key_id)) layer (kms_key_id)
        where layer.kms_key_id is not null
    ) u
    group by u.kms_key_id, u.key_wrapper_id
) u
group by u.kms_key_id;

comment on view kw.key_usage is 'How many wrappers depend directly on each KMS key, and so on disabling it. See kw.closed_keys for dependents through branches. It reads every wrapper.';
comment on column kw.key_usage.kms_key_id is 'The key.';
comment on column kw.key_usage.needed is 'Wrappers that cannot be opened without it.';
comment on column kw.key_usage.other_leg is 'Wrappers of mode either that can be opened by their other leg.';

-- views/policy_layer_keys.sql

create view kw.policy_layer_keys as
select pk.policy_id, pk.kms_key_id, pk.weight, pk.priority
from kw.policy_kms_keys pk
join kw.encryption_policies e on e.id = pk.policy_id
join kw.kms_keys k on k.id = pk.kms_key_id and k.status = 'active' and k.public_key is not null
join kw.kms_providers p on p.id = k.provider_id and p.is_enabled
join kw.crypto_algorithms a on a.class = 'kem' and a.name = k.algorithm
where a.status = 'active' or a.status = 'experimental' and e.allows_experimental;

comment on view kw.policy_layer_keys is 'Which KEM keys each policy can choose now for the layers of a wrapper.';
comment on column kw.policy_layer_keys.policy_id is 'The policy.';
comment on column kw.policy_layer_keys.kms_key_id is 'The KEM key: active, of an enabled provider, of an algorithm that the policy may use.';
comment on column kw.policy_layer_keys.weight is 'Among keys of one priority, how often it is chosen.';
comment on column kw.policy_layer_keys.priority is 'Higher first.';

-- views/kms_health.sql

-- The counts are sub-queries of their own, so that those who do not ask for them do not pay. What is closed is
-- counted for all keys at once: for each wrapper it would take long, and longer to plan and compile.
create view kw.kms_health as
with counts as materialized (
    select
        u.kms_key_id,
        count(*) filter (where u.is_closed) as closed_wrappers,
        count(*) filter (where not u.is_closed) as wrappers_by_other_leg
    from (
        select c.kms_key_id, u.key_wrapper_id, bool_or(u.is_needed) as is_closed
        from kw.closed_keys c
        join (
            select w.id as key_wrapper_id, leg.key_id, w.crypto_suite ->> 'mode' <> 'either' as is_needed
            from kw.key_wrappers w
            cross join lateral (values (w.kms1_key_id), (w.kms2_key_id)) leg (key_id)
            where w.status <> 'invalid'
            union all
            select w.id, l.kms_key_id, true
            from kw.key_wrapper_layers l
            join kw.key_wrappers w on w.id = l.key_wrapper_id
            where w.status <> 'invalid'
        ) u on u.key_id = c.closed_id
        group by c.kms_key_id, u.key_wrapper_id
    ) u
    group by u.kms_key_id
)
select
    k.id as kms_key_id,
    p.name as provider,
    k.external_key_ref,
    k.status as key_status,
    latest.status,
    latest.latency_ms,
    latest.error,
    latest.checked_at,
    (
        select trunc(100.0 * count(*) filter (where c.status <> 'down') / nullif(count(*), 0), 2)
        from kw.kms_health_checks c
        where c.kms_key_id = k.id
            and c.checked_at between statement_timestamp() - interval '1 day' and statement_timestamp()
    ) as uptime_percent_1d,
    coalesce((select c.closed_wrappers from counts c where c.kms_key_id = k.id), 0) as closed_wrappers,
    coalesce((select c.wrappers_by_other_leg from counts c where c.kms_key_id = k.id), 0) as wrappers_by_other_leg
from kw.kms_keys k
join kw.kms_providers p on p.id = k.provider_id
left join lateral (
    select c.status, c.latency_ms, c.error, c.checked_at
    from kw.kms_health_checks c
    where c.kms_key_id = k.id
    order by c.id desc -- checked_at is of a clock that may have been ahead
    limit 1
) latest on true;

comment on view kw.kms_health is 'Each KMS key with its last result of kw.check_kms. closed_wrappers and wrappers_by_other_leg read every wrapper: omit these columns if that is too slow.';
comment on column kw.kms_health.kms_key_id is 'The key.';
comment on column kw.kms_health.provider is 'Its provider.';
comment on column kw.kms_health.external_key_ref is 'Its name in its KMS.';
comment on column kw.kms_health.key_status is 'The status that an admin gave it.';
comment on column kw.kms_health.status is 'up, degraded or down; null if it was never probed.';
comment on column kw.kms_health.latency_ms is 'How long the last probe took, in milliseconds.';
comment on column kw.kms_health.error is 'SQLSTATE and message of the error.';
comment on column kw.kms_health.checked_at is 'When it was last probed.';
comment on column kw.kms_health.uptime_percent_1d is 'The part of the probes of the last day that did not find it down. Rounded down: 100 if none did.';
comment on column kw.kms_health.closed_wrappers is 'How many wrappers cannot be opened while it is down: by their legs or layers, below branches and sealed private keys too.';
comment on column kw.kms_health.wrappers_by_other_leg is 'How many wrappers depend on their other leg while it is down, below branches too.';

-- views/kem_levels.sql

-- A sealed private key is stored with the wraps that it opens, so its seal must protect it. So every key
-- that the seal depends on has to be AES with 256 bits, which is category 5 and so bounds no KEM.
-- A layer of a branch on that way is not counted in its favour, which errs on the safe side:
-- kw.branch_levels is made of these levels, and the two would go round in a circle.
-- SYMMETRIC_DEFAULT is AES-256-GCM except in China, where it is SM4 with 128 bits.
create view kw.kem_levels as
with recursive sealing (seal_id, kms_key_id) as (
    select distinct s.sealed_by_key_id, s.sealed_by_key_id from kw.kem_private_keys s
    union
    select s.seal_id, d.depends_on_id
    from sealing s
    join kw.key_dependencies d on d.kms_key_id = s.kms_key_id and d.how = 'leg'
),
seals as (
    select
        s.seal_id,
        bool_and(
            coalesce(
                k.algorithm ~* '^a(es-?)?256' or k.algorithm = 'GOOGLE_SYMMETRIC_ENCRYPTION'
                or k.algorithm = 'SYMMETRIC_DEFAULT' and k.external_key_id not like 'arn:aws-cn:%',
                false
            )
        ) as is_aes256
    from sealing s
    join kw.kms_keys k on k.id = s.kms_key_id
    group by s.seal_id
)
select
    k.id as kms_key_id,
    case when p.kms_key_id is null or s.is_aes256 then a.nist_level end as nist_level
from kw.kms_keys k
join kw.crypto_algorithms a on a.class = 'kem' and a.name = k.algorithm
left join kw.kem_private_keys p on p.kms_key_id = k.id
left join seals s on s.seal_id = p.sealed_by_key_id
where k.public_key is not null;

comment on view kw.kem_levels is 'The protection that a layer of each KEM key gives against a quantum computer.';
comment on column kw.kem_levels.kms_key_id is 'The KEM key.';
comment on column kw.kem_levels.nist_level is 'The NIST category of its KEM. Null if the KEM has none, or if a key above its sealed private key is not AES-256.';

-- views/branch_levels.sql

-- Of branches alone, of which there are few beside wrappers, so that no wrapper pays for its own way
-- up. Each step looks one branch further up, and no key depends on more than three of them, one above
-- the other: so a cycle, which can only be made by hand, ends too. Each step is grouped, to a row for
-- each branch: the planner knows that of what is grouped, and of a join to a WITH query it does not.
create view kw.branch_levels as
with branches as materialized (
    select
        k.id as kms_key_id, w.id as key_wrapper_id, w.crypto_suite ->> 'mode' = 'both' as needs_both,
        w.kms1_key_id, w.kms2_key_id
    from kw.kms_keys k
    join kw.kms_providers p on p.id = k.provider_id and p.provider = 'wrapper'
    join kw.key_wrappers w on w.wrapper_uuid = k.external_key_ref::bpchar and w.status <> 'invalid'
    where k.public_key is null
),
parts as materialized ( -- each leg and each layer
    select b.kms_key_id, b.needs_both, u.leg_id, 0 as nist_level
    from branches b
    cross join unnest(array[b.kms1_key_id, b.kms2_key_id]) u (leg_id)
    where u.leg_id is not null
    union all
    select b.kms_key_id, b.needs_both, null, e.nist_level
    from branches b
    join kw.key_wrapper_layers l on l.key_wrapper_id = b.key_wrapper_id
    join kw.kem_levels e on e.kms_key_id = l.kms_key_id
),
by_layers as (
    select p.kms_key_id, max(p.nist_level) as nist_level from parts p group by p.kms_key_id
),
one_further_up as (
    select
        p.kms_key_id,
        greatest(
            max(p.nist_level),
            case
                when bool_and(p.needs_both) then max(above.nist_level)
                else min(coalesce(above.nist_level, 0)) filter (where p.leg_id is not null)
            end
        ) as nist_level
    from parts p
    left join by_layers above on above.kms_key_id = p.leg_id
    group by p.kms_key_id
)
select
    p.kms_key_id,
    nullif(
        greatest(
            max(p.nist_level),
            case
                when bool_and(p.needs_both) then max(above.nist_level)
                else min(coalesce(above.nist_level, 0)) filter (where p.leg_id is not null)
            end
        ),
        0
    )::smallint as nist_level
from parts p
left join one_further_up above on above.kms_key_id = p.leg_id
group by p.kms_key_id;

comment on view kw.branch_levels is 'The protection that each branch gives against a quantum computer: the level of its wrapper in kw.wrapper_levels. Destroyed branches are left out.';
comment on column kw.branch_levels.kms_key_id is 'The key of the branch.';
comment on column kw.branch_levels.nist_level is 'The NIST category that an attacker must break who can read, or has broken, the wrap of every leg. It assumes that the private keys of the layers and their seals are out of reach. Null for none.';

-- views/wrapper_levels.sql

create view kw.wrapper_levels as
with branches as materialized (
    select b.kms_key_id, max(b.nist_level) as nist_level from kw.branch_levels b group by b.kms_key_id
)
select
    w.id as key_wrapper_id,
    nullif(
        greatest(
            l.nist_level,
            case
                when coalesce(leg1.nist_level, leg2.nist_level) is null then null -- spares the look at mode
                when w.crypto_suite ->> 'mode' = 'both' then greatest(leg1.nist_level, leg2.nist_level)
                when w.kms2_key_id is null then leg1.nist_level
                else least(coalesce(leg1.nist_level, 0), coalesce(leg2.nist_level, 0))
            end
        ),
        0
    )::smallint as nist_level
from kw.key_wrappers w
left join (
    select l.key_wrapper_id, max(k.nist_level) as nist_level
    from kw.key_wrapper_layers l
    join kw.kem_levels k on k.kms_key_id = l.kms_key_id
    group by l.key_wrapper_id
) l on l.key_wrapper_id = w.id
left join branches leg1 on leg1.kms_key_id = w.kms1_key_id
left join branches leg2 on leg2.kms_key_id = w.kms2_key_id;

comment on view kw.wrapper_levels is 'The protection of each wrapper against a quantum computer, by its own layers and those of the branches that it depends on. A leg under a branch has the level of the branch (kw.branch_levels). A leg under any other key has none, because a layer must protect even if that KMS is broken. It holds only if that KMS cannot reach the private keys of the layers.';
comment on column kw.wrapper_levels.key_wrapper_id is 'The wrapper.';
comment on column kw.wrapper_levels.nist_level is 'The NIST category that an attacker must break who can read, or has broken, the wrap of every leg. It assumes that the private keys of the layers and their seals are out of reach. It is the higher of the best layer (kw.kem_levels) and the legs. In mode either the legs give the lower of their two levels, in mode both the higher. Null for none.';

-- views/crypto_inventory.sql

-- Wrappers are grouped first; what their keys depend on is looked up for each group, not for each wrapper.
create view kw.crypto_inventory as
with recursive reached (kms_key_id, reached_id) as (
    select k.id, k.id from kw.kms_keys k
    union
    select r.kms_key_id, d.depends_on_id
    from reached r
    join kw.key_dependencies d on d.kms_key_id = r.reached_id
),
uses as (
    select
        b.key_wrapper_id, b.id as binding_id, b.entity_table, b.field_name,
        b.suite, true as is_current
    from kw.encryption_bindings b
    union all
    select g.key_wrapper_id, b.id, b.entity_table, b.field_name, b.suite, false
    from kw.binding_generations g
    join kw.encryption_bindings b on b.id = g.binding_id
    union all
    select x.key_wrapper_id, null, x.entity_table, x.field_name, null, true
    from kw.blind_indexes x
    union all
    select x.next_wrapper_id, null, x.entity_table, x.field_name, null, true
    from kw.blind_indexes x
    where x.next_wrapper_id is not null
    union all
    select w.id, null, null, null, null, true
    from kw.key_wrappers w
    where not exists (select from kw.encryption_bindings b where b.key_wrapper_id = w.id)
        and not exists (select from kw.binding_generations g where g.key_wrapper_id = w.id)
        and not exists (select from kw.blind_indexes x where w.id in (x.key_wrapper_id, x.next_wrapper_id))
),
layers as (
    select
        l.key_wrapper_id,
        array_agg(a.name::text order by l.layer_no) as kems,
        array_agg(l.kms_key_id order by l.layer_no) as key_ids
    from kw.key_wrapper_layers l
    join kw.crypto_algorithms a on a.id = l.kem_algo_id
    group by l.key_wrapper_id
),
wrappers as materialized (
    select
        w.id,
        w.dek_class,
        w.status,
        w.crypto_suite ->> 'format' as format,
        w.crypto_suite ->> 'mode' as mode,
        w.crypto_suite ->> 'kdf' as kdf,
        w.crypto_suite #>> '{legs,0,wrap}' as suite1,
        w.crypto_suite #>> '{legs,1,wrap}' as suite2,
        w.kms1_key_id,
        w.kms2_key_id,
        l.kems,
        l.key_ids,
        v.nist_level
    from kw.key_wrappers w
    join kw.wrapper_levels v on v.key_wrapper_id = w.id
    left join layers l on l.key_wrapper_id = w.id
    where w.status <> 'invalid'
),
grouped as (
    select
        coalesce(e.entity_table, u.entity_table) as entity_table,
        u.field_name,
        w.dek_class,
        w.format,
        case u.suite when 1 then 'AES-256-GCM' when 2 then 'XAES-256-GCM' end as field_cipher,
        w.mode,
        w.kdf,
        array_remove(array[w.suite1, w.suite2], null) as leg_suites,
        array_remove(array[w.kms1_key_id, w.kms2_key_id], null) as kms_key_ids,
        coalesce(w.kems, '{}') as layers,
        coalesce(w.key_ids, '{}') as layer_key_ids,
        w.nist_level,
        count(distinct w.id) as wrappers,
        count(distinct w.id) filter (where u.is_current and w.status = 'active') as active_wrappers,
        count(distinct u.binding_id) as bindings
    from uses u
    join wrappers w on w.id = u.key_wrapper_id
    left join kw.entities e on e.bound_as = u.entity_table
    group by
        coalesce(e.entity_table, u.entity_table), u.field_name, u.suite, w.dek_class, w.format, w.mode, w.kdf, w.suite1, w.suite2,
        w.kms1_key_id, w.kms2_key_id, w.kems, w.key_ids, w.nist_level
),
-- Many groups are of one kind: what follows from keys and suites is found out for each kind, not for each group.
ranked as materialized (
    select
        g.*,
        dense_rank() over (
            order by g.kms_key_ids, g.leg_suites, g.layer_key_ids, g.layers, g.kdf, g.field_cipher, g.dek_class
        ) as kind
    from grouped g
),
kinds as materialized (
    select distinct on (r.kind)
        r.kind, r.kms_key_ids, r.leg_suites, r.layer_key_ids, r.layers, r.kdf, r.field_cipher, r.dek_class
    from ranked r
    order by r.kind
),
legs as (
    select k.kind, array_agg(a.algorithm::text order by u.leg) as names
    from kinds k
    cross join lateral unnest(k.kms_key_ids) with ordinality u (kms_key_id, leg)
    join kw.kms_keys a on a.id = u.kms_key_id
    group by k.kind
),
-- What is put together of others is its parts, too; the suite of a leg is nothing but its parts.
algorithms as (
    select n.kind, array_agg(distinct p.name collate "C" order by p.name collate "C") as names
    from (
        select
            k.kind,
            unnest(
                k.leg_suites || k.layers
                || array[k.kdf, k.field_cipher, case k.dek_class when 'index' then 'HMAC-SHA-256' end]
            ) as name
        from kinds k
        union
        select k.kind, a.algorithm::text
        from kinds k
        cross join lateral unnest(k.kms_key_ids || k.layer_key_ids) u (kms_key_id)
        join reached r on r.kms_key_id = u.kms_key_id
        join kw.kms_keys a on a.id = r.reached_id
    ) n
    cross join lateral unnest(
        string_to_array(n.name, '+')
        || case when n.name not like '%HKDF-SHA-256+%' then n.name end
        || case when n.name in ('HKDF-SHA-256', 'HMAC-SHA-256') then 'SHA-256' when n.name = 'XAES-256-GCM' then 'AES-256-GCM' end
    ) p (name)
    where p.name <> 'leg-key'
    group by n.kind
)
select
    g.entity_table,
    g.field_name,
    g.dek_class,
    g.field_cipher,
    g.mode,
    g.leg_suites,
    g.kms_key_ids,
    l.names as kms_algorithms,
    g.layers,
    g.layer_key_ids,
    a.names as algorithms,
    g.nist_level,
    g.nist_level is not null as is_post_quantum,
    g.wrappers,
    g.active_wrappers,
    g.wrappers - g.active_wrappers as earlier_wrappers,
    g.bindings,
    g.format
from ranked g
left join legs l on l.kind = g.kind
left join algorithms a on a.kind = g.kind;

comment on view kw.crypto_inventory is 'The keys and algorithms that protect every field, a row for each combination. Includes everything that can still be opened, earlier generations too, and nothing shredded. Fields that are not post-quantum yet: where not is_post_quantum. Dependents of an algorithm: where ''X25519'' = any (algorithms). It reads every wrapper.';
comment on column kw.crypto_inventory.entity_table is 'The table; null for branches, and for data keys that no binding names.';
comment on column kw.crypto_inventory.field_name is 'The field; null for whole rows, and without a table.';
comment on column kw.crypto_inventory.dek_class is 'field, branch, deployment or index, as of the wrappers.';
comment on column kw.crypto_inventory.field_cipher is 'The cipher of the values, by the suite of the binding: AES-256-GCM or XAES-256-GCM. Null without a table, and of blind indexes, whose values are hashed.';
comment on column kw.crypto_inventory.mode is 'single, either or both.';
comment on column kw.crypto_inventory.leg_suites is 'The suite of each leg, as docs/format.md names it.';
comment on column kw.crypto_inventory.kms_key_ids is 'The key of each leg.';
comment on column kw.crypto_inventory.kms_algorithms is 'The algorithm of the key of each leg, as its KMS names it.';
comment on column kw.crypto_inventory.layers is 'The KEM of each layer, the first next to the data key.';
comment on column kw.crypto_inventory.layer_key_ids is 'The KEM key of each layer.';
comment on column kw.crypto_inventory.algorithms is 'All algorithms by name: of values, legs, layers, and of every KMS key up to the root keys. A combined algorithm is listed with its parts.';
comment on column kw.crypto_inventory.nist_level is 'The NIST post-quantum category of the layers, its own or those of branches above, as in kw.wrapper_levels; null: classical.';
comment on column kw.crypto_inventory.is_post_quantum is 'Whether nist_level is not null.';
comment on column kw.crypto_inventory.wrappers is 'How many wrappers are of this kind.';
comment on column kw.crypto_inventory.active_wrappers is 'How many of them encrypt now.';
comment on column kw.crypto_inventory.earlier_wrappers is 'How many only open earlier ciphertexts, or are retired.';
comment on column kw.crypto_inventory.bindings is 'How many bindings have such a wrapper, now or in an earlier generation.';
comment on column kw.crypto_inventory.format is 'kwtools/1 or kwtools/2, as of the wrappers and their ciphertexts.';

-- views/signing_inventory.sql

-- An attacker who breaks the seal of a private key signs with it. So every key that the seal depends on has to be
-- AES with 256 bits, as in kw.kem_levels.
create view kw.signing_inventory as
with recursive reached (signing_key_id, kms_key_id, is_leg) as (
    select s.id, s.kms_key_id, true from kw.signing_keys s where s.kms_key_id is not null
    union
    select r.signing_key_id, d.depends_on_id, r.is_leg and d.how = 'leg'
    from reached r
    join kw.key_dependencies d on d.kms_key_id = r.kms_key_id
),
seals as (
    select
        r.signing_key_id,
        array_agg(distinct k.algorithm::text) as names,
        bool_and(
            coalesce(
                k.algorithm ~* '^a(es-?)?256' or k.algorithm = 'GOOGLE_SYMMETRIC_ENCRYPTION'
                or k.algorithm = 'SYMMETRIC_DEFAULT' and k.external_key_id not like 'arn:aws-cn:%',
                false
            )
        ) filter (where r.is_leg) as is_aes256
    from reached r
    join kw.kms_keys k on k.id = r.kms_key_id
    group by r.signing_key_id
),
levels as (
    select
        s.*,
        a.name::text as algorithm,
        k.names,
        case when s.origin <> 'local' or k.is_aes256 then a.nist_level end as nist_level
    from kw.signing_keys s
    join kw.crypto_algorithms a on a.id = s.algo_id
    left join seals k on k.signing_key_id = s.id
)
select
    l.id as signing_key_id,
    l.name::text as name,
    l.scope::text as scope,
    l.algorithm,
    l.origin,
    l.status,
    l.activated_at,
    l.retired_at,
    l.compromised_at,
    l.kms_key_id,
    array(
        select distinct p.name collate "C"
        from (
            select l.algorithm
            union all
            select 'SHA-256' where l.algorithm = 'ECDSA-P-256'
            union all
            select unnest(array['AES-256-GCM', 'HKDF-SHA-256', 'SHA-256']) where l.origin = 'local'
            union all
            select unnest(l.names)
        ) n (name)
        cross join lateral unnest(string_to_array(n.name, '+') || n.name) p (name)
        order by 1
    ) as algorithms,
    l.nist_level,
    l.nist_level is not null as is_post_quantum
from levels l;

comment on view kw.signing_inventory is 'Every signing key, and the algorithms that it depends on. Keys that are not post-quantum yet: where not is_post_quantum.';
comment on column kw.signing_inventory.signing_key_id is 'The signing key.';
comment on column kw.signing_inventory.name is 'Its name.';
comment on column kw.signing_inventory.scope is 'The objects that it may sign.';
comment on column kw.signing_inventory.algorithm is 'Its signature algorithm.';
comment on column kw.signing_inventory.origin is 'The place of its private key: local, kms or imported.';
comment on column kw.signing_inventory.status is 'active, retired or compromised.';
comment on column kw.signing_inventory.activated_at is 'From when its signatures count; null: not yet.';
comment on column kw.signing_inventory.retired_at is 'When it stopped signing.';
comment on column kw.signing_inventory.compromised_at is 'From when its signatures are bad.';
comment on column kw.signing_inventory.kms_key_id is 'The key that seals or holds the private key.';
comment on column kw.signing_inventory.algorithms is 'All algorithms by name: of its signatures, of the seal of its private key, and of every KMS key up to the root keys.';
comment on column kw.signing_inventory.nist_level is 'The NIST post-quantum category of its signatures. Null if they have none, or if a key above the sealed private key is not AES-256.';
comment on column kw.signing_inventory.is_post_quantum is 'Whether nist_level is not null.';

-- views/rewrap_progress.sql

create view kw.rewrap_progress as
select
    j.kind, j.target_kms1_key_id, j.target_kms2_key_id, p.policy_name as target_policy,
    count(*) as jobs,
    count(*) filter (where j.status = 'done') as done,
    count(*) filter (where j.status = 'running') as running,
    count(*) filter (where j.status = 'pending' and (j.scheduled_at is null or j.scheduled_at <= now())) as due,
    count(*) filter (where j.status = 'pending' and j.scheduled_at > now()) as delayed,
    count(*) filter (where j.status = 'failed') as failed,
    trunc(100.0 * count(*) filter (where j.finished_at is not null) / count(*), 1) as percent,
    count(distinct j.worker_pid) filter (where j.status = 'running') as workers,
    min(j.started_at) as started_at, max(j.finished_at) as last_finished_at
from kw.rewrap_jobs j
left join kw.encryption_policies p on p.id = j.target_policy_id
group by j.kind, j.target_kms1_key_id, j.target_kms2_key_id, p.policy_name;

comment on view kw.rewrap_progress is 'The queue, a row for each kind of job and target. It counts finished jobs until they are deleted (setting job_days).';
comment on column kw.rewrap_progress.kind is 'rewrap, relayer or rotate.';
comment on column kw.rewrap_progress.target_kms1_key_id is 'The key of leg 1 after it; null: the present one.';
comment on column kw.rewrap_progress.target_kms2_key_id is 'The key of leg 2 after it; null: the present one.';
comment on column kw.rewrap_progress.target_policy is 'Of a relayer: the policy.';
comment on column kw.rewrap_progress.jobs is 'All jobs.';
comment on column kw.rewrap_progress.done is 'Jobs that are done.';
comment on column kw.rewrap_progress.running is 'Jobs that are claimed.';
comment on column kw.rewrap_progress.due is 'Jobs that can be claimed now.';
comment on column kw.rewrap_progress.delayed is 'Jobs that are scheduled for later, or are tried again later.';
comment on column kw.rewrap_progress.failed is 'Jobs that rest as failed. See kw.rewrap_jobs.last_error.';
comment on column kw.rewrap_progress.percent is 'How many of 100 jobs are done or failed. Rounded down: 100 if all are.';
comment on column kw.rewrap_progress.workers is 'Server processes that claimed the running jobs.';
comment on column kw.rewrap_progress.started_at is 'When a job was first claimed.';
comment on column kw.rewrap_progress.last_finished_at is 'When a job ended last.';

-- views/metric_names.sql

create view kw.metric_names as
select m.metric, m.type, m.help, m."group"
from (
    values
        ('kwtools_kms_key_status', 'gauge', 'Whether the last probe of the KMS key found this status (1) or not (0).', 'keys'),
        ('kwtools_kms_last_probe_timestamp_seconds', 'gauge', 'When the KMS key was last probed, or made where it never was, in Unix time.', 'keys'),
        ('kwtools_kms_probe_duration_seconds', 'histogram', 'How long probes of the KMS key took. A probe wraps and opens, or signs, once.', 'keys'),
        ('kwtools_kms_probe_failures_total', 'counter', 'Probes that found the KMS key down, by the SQLSTATE of the error.', 'keys'),
        ('kwtools_wrappers', 'gauge', 'Wrappers by mode, status and format.', 'wrappers'),
        ('kwtools_key_wrappers', 'gauge', 'Wrappers that have a leg or a layer under the KMS key.', 'wrappers'),
        ('kwtools_oldest_wrap_timestamp_seconds', 'gauge', 'When the oldest leg under the KMS key was wrapped, in Unix time.', 'wrappers'),
        ('kwtools_wrappers_shredded', 'gauge', 'Wrappers whose data key was destroyed.', 'wrappers'),
        ('kwtools_jobs', 'gauge', 'Jobs of the queue by kind and status. Finished jobs count until they are deleted (setting job_days).', 'jobs'),
        ('kwtools_oldest_pending_job_timestamp_seconds', 'gauge', 'Since when the oldest pending job could be claimed, in Unix time.', 'jobs'),
        ('kwtools_jobs_failed_attempts', 'gauge', 'Failed attempts of the jobs that are not done.', 'jobs'),
        ('kwtools_audit_events_unsealed', 'gauge', 'Audit events that the log does not have yet.', 'audit'),
        ('kwtools_oldest_unsealed_audit_event_timestamp_seconds', 'gauge', 'When the oldest audit event happened that the log does not have yet, in Unix time.', 'audit'),
        ('kwtools_checkpoint_timestamp_seconds', 'gauge', 'When the newest checkpoint of the log was signed, in Unix time.', 'audit'),
        ('kwtools_fields_below_floor', 'gauge', 'Fields and tables with a floor (kw.set_floor) that have a wrapper below it.', 'fields'),
        ('kwtools_info', 'gauge', 'The versions of the extension and of the runtime that it loads; always 1.', 'sessions'),
        ('kwtools_sessions_on_older_runtimes', 'gauge', 'Sessions of the database that have loaded the code of another version of kwtools.', 'sessions')
) m (metric, type, help, "group");

comment on view kw.metric_names is 'The metrics of kw.metrics. kwtools metrics exposes the same, and some of its own.';
comment on column kw.metric_names.metric is 'Name of the metric. Samples of a histogram add _bucket, _sum and _count.';
comment on column kw.metric_names.type is 'gauge, counter or histogram, as Prometheus defines them.';
comment on column kw.metric_names.help is 'The meaning of the value.';
comment on column kw.metric_names."group" is 'Metrics of one group are read together: keys, wrappers, jobs, audit, fields or sessions.';

-- views/metric_keys.sql

-- The labels of a key. Its name is shown only if setting metrics_show_names allows it.
create view kw.metric_keys as
select
    k.id as kms_key_id,
    case
        when coalesce((select s.value from kw.settings s where s.name = 'metrics_show_names'), 1) = 0
            then jsonb_build_object('key', k.id::text)
        else jsonb_build_object('key', k.id::text, 'key_name', p.name || '/' || k.external_key_ref)
    end as labels,
    k.status = 'active' and p.is_enabled and k.purpose <> 'encrypt' as is_probed,
    k.created_at
from kw.kms_keys k
join kw.kms_providers p on p.id = k.provider_id;

comment on view kw.metric_keys is 'The labels that each KMS key has in kw.metrics. Setting metrics_show_names decides whether its name is one of them.';
comment on column kw.metric_keys.kms_key_id is 'The key.';
comment on column kw.metric_keys.labels is 'Labels and their values.';
comment on column kw.metric_keys.is_probed is 'Whether kw.check_kms probes the key: it is active, its provider is enabled, and it wraps or signs.';
comment on column kw.metric_keys.created_at is 'When the key was made.';

-- views/probe_buckets.sql

create view kw.probe_buckets as
select b.upper_ms
from (values (1), (5), (10), (25), (50), (100), (250), (500), (1000), (2500), (5000), (10000)) b (upper_ms);

comment on view kw.probe_buckets is 'The buckets of the histogram of probes.';
comment on column kw.probe_buckets.upper_ms is 'Probes of the bucket took at most so many milliseconds.';

-- views/key_metrics.sql

-- A key that nobody has probed counts from when it was made, so that an alert tells of it, too.
create view kw.key_metrics as
with probed as materialized (
    select k.labels, latest.status, coalesce(latest.checked_at, k.created_at) as since
    from kw.metric_keys k
    left join lateral (
        select c.status, c.checked_at
        from kw.kms_health_checks c
        where c.kms_key_id = k.kms_key_id
        order by c.id desc -- checked_at is of a clock that may have been ahead
        limit 1
    ) latest on true
    where k.is_probed
),
totals as materialized (
    select k.labels, t.sqlstate, t.upper_ms, t.probes, t.timed, t.total_ms
    from kw.kms_probe_totals t
    join kw.metric_keys k on k.kms_key_id = t.kms_key_id
)
select
    'kwtools_kms_key_status' as metric, '' as suffix,
    p.labels || jsonb_build_object('status', s.status) as labels,
    (p.status = s.status)::integer::double precision as value
from probed p
cross join (values ('up'), ('degraded'), ('down')) s (status)
where p.status is not null
union all
select
    'kwtools_kms_last_probe_timestamp_seconds', '', p.labels,
    extract(epoch from p.since)::double precision
from probed p
union all
select
    'kwtools_kms_probe_duration_seconds', '_bucket',
    t.labels || jsonb_build_object('le', coalesce((b.upper_ms / 1000.0)::double precision::text, '+Inf')),
    coalesce(sum(t.timed) filter (where b.upper_ms is null or t.upper_ms <= b.upper_ms), 0)::double precision
from totals t
cross join (select b.upper_ms from kw.probe_buckets b union all select null) b
group by t.labels, b.upper_ms
union all
select 'kwtools_kms_probe_duration_seconds', '_sum', t.labels, (sum(t.total_ms) / 1000)::double precision
from totals t
group by t.labels
union all
select 'kwtools_kms_probe_duration_seconds', '_count', t.labels, sum(t.timed)::double precision
from totals t
group by t.labels
union all
select
    'kwtools_kms_probe_failures_total', '', t.labels || jsonb_build_object('sqlstate', t.sqlstate),
    sum(t.probes)::double precision
from totals t
where t.sqlstate <> '00000'
group by t.labels, t.sqlstate;

comment on view kw.key_metrics is 'Metrics of KMS keys: what their probes (kw.check_kms) found.';
comment on column kw.key_metrics.metric is 'The metric, as in kw.metric_names.';
comment on column kw.key_metrics.suffix is 'Of a histogram: what follows the name of the metric in the name of the sample.';
comment on column kw.key_metrics.labels is 'Labels and their values.';
comment on column kw.key_metrics.value is 'The value.';

-- views/wrapper_metrics.sql

-- Wrappers are read once, and counted in groups of which there are few.
create view kw.wrapper_metrics as
with grouped as materialized (
    select
        w.crypto_suite ->> 'mode' as mode, w.status, w.crypto_suite ->> 'format' as format,
        w.kms1_key_id, w.kms2_key_id,
        count(*) as wrappers,
        min(coalesce(w.wrap1_at, w.created_at)) as wrapped1_at,
        min(coalesce(w.wrap2_at, w.created_at)) as wrapped2_at
    from kw.key_wrappers w
    group by 1, 2, 3, 4, 5
),
uses as (
    select leg.kms_key_id, g.wrappers, leg.wrapped_at
    from grouped g
    cross join lateral (
        values (g.kms1_key_id, g.wrapped1_at), (g.kms2_key_id, g.wrapped2_at)
    ) leg (kms_key_id, wrapped_at)
    where g.status <> 'invalid' and leg.kms_key_id is not null
    union all
    select l.kms_key_id, count(distinct l.key_wrapper_id), null
    from kw.key_wrapper_layers l
    where l.kms_key_id is not null
    group by l.kms_key_id
),
of_keys as materialized (
    select k.labels, coalesce(sum(u.wrappers), 0) as wrappers, min(u.wrapped_at) as wrapped_at
    from kw.metric_keys k
    left join uses u on u.kms_key_id = k.kms_key_id
    group by k.kms_key_id, k.labels
)
select
    'kwtools_wrappers' as metric, '' as suffix,
    jsonb_build_object('mode', g.mode, 'status', g.status, 'format', g.format) as labels,
    sum(g.wrappers)::double precision as value
from grouped g
group by g.mode, g.status, g.format
union all
select
    'kwtools_wrappers_shredded', '', '{}',
    coalesce(sum(g.wrappers) filter (where g.status = 'invalid'), 0)::double precision
from grouped g
union all
select 'kwtools_key_wrappers', '', k.labels, k.wrappers::double precision
from of_keys k
union all
select
    'kwtools_oldest_wrap_timestamp_seconds', '', k.labels,
    extract(epoch from k.wrapped_at)::double precision
from of_keys k
where k.wrapped_at is not null;

comment on view kw.wrapper_metrics is 'Metrics of wrappers. It reads every wrapper.';
comment on column kw.wrapper_metrics.metric is 'The metric, as in kw.metric_names.';
comment on column kw.wrapper_metrics.suffix is 'Of a histogram: what follows the name of the metric in the name of the sample.';
comment on column kw.wrapper_metrics.labels is 'Labels and their values.';
comment on column kw.wrapper_metrics.value is 'The value.';

-- views/job_metrics.sql

-- Kinds and statuses without jobs are 0, so that an alert compares with something.
create view kw.job_metrics as
with jobs as materialized (
    select
        j.kind, j.status,
        count(*) as jobs,
        min(coalesce(j.scheduled_at, j.created_at)) filter (
            where j.status = 'pending' and coalesce(j.scheduled_at, j.created_at) <= statement_timestamp()
        ) as due_at,
        sum(j.attempts - (j.status = 'running')::integer) filter (where j.status <> 'done') as failed_attempts
    from kw.rewrap_jobs j
    group by j.kind, j.status
),
kinds (kind) as (values ('rewrap'), ('relayer'), ('rotate'))
select
    'kwtools_jobs' as metric, '' as suffix,
    jsonb_build_object('kind', k.kind, 'status', s.status) as labels,
    coalesce(j.jobs, 0)::double precision as value
from kinds k
cross join (values ('pending'), ('running'), ('done'), ('failed')) s (status)
left join jobs j on j.kind = k.kind and j.status = s.status
union all
select
    'kwtools_oldest_pending_job_timestamp_seconds', '', jsonb_build_object('kind', j.kind),
    extract(epoch from j.due_at)::double precision
from jobs j
where j.due_at is not null
union all
select
    'kwtools_jobs_failed_attempts', '', jsonb_build_object('kind', k.kind),
    coalesce(sum(j.failed_attempts), 0)::double precision
from kinds k
left join jobs j on j.kind = k.kind
group by k.kind;

comment on view kw.job_metrics is 'Metrics of the queue.';
comment on column kw.job_metrics.metric is 'The metric, as in kw.metric_names.';
comment on column kw.job_metrics.suffix is 'Of a histogram: what follows the name of the metric in the name of the sample.';
comment on column kw.job_metrics.labels is 'Labels and their values.';
comment on column kw.job_metrics.value is 'The value.';

-- views/audit_metrics.sql

-- Of the newest log. Without a log nothing is sealed, and there is nothing to say.
create view kw.audit_metrics as
with newest as materialized (
    select max(l.id) as log_id from kw.logs l having max(l.id) is not null
),
unsealed as materialized (
    select count(*) as events, min(e.happened_at) as happened_at
    from kw.audit_events e
    where e.leaf_index is null and exists (select from newest)
)
select
    'kwtools_audit_events_unsealed' as metric, '' as suffix, '{}'::jsonb as labels,
    u.events::double precision as value
from unsealed u
where exists (select from newest)
union all
select
    'kwtools_oldest_unsealed_audit_event_timestamp_seconds', '', '{}',
    extract(epoch from u.happened_at)::double precision
from unsealed u
where u.happened_at is not null
union all
select
    'kwtools_checkpoint_timestamp_seconds', '', jsonb_build_object('log', c.log_id::text),
    extract(epoch from max(c.signed_at))::double precision
from kw.log_checkpoints c
join newest n on n.log_id = c.log_id
group by c.log_id;

comment on view kw.audit_metrics is 'Metrics of the log of audit events. Empty without a log (kw.create_log).';
comment on column kw.audit_metrics.metric is 'The metric, as in kw.metric_names.';
comment on column kw.audit_metrics.suffix is 'Of a histogram: what follows the name of the metric in the name of the sample.';
comment on column kw.audit_metrics.labels is 'Labels and their values.';
comment on column kw.audit_metrics.value is 'The value.';

-- views/field_metrics.sql

-- Most databases have no floors. Then the gate spares the look at bindings and wrappers.
create view kw.field_metrics as
with floors as materialized (
    select f.id, f.entity_table, f.field_name_norm, f.min_nist_level
    from kw.entity_fields f
    where f.min_nist_level is not null
),
uses as (
    select b.key_wrapper_id, b.entity_table, b.field_name from kw.encryption_bindings b
    union all
    select g.key_wrapper_id, b.entity_table, b.field_name
    from kw.binding_generations g
    join kw.encryption_bindings b on b.id = g.binding_id
    union all
    select i.key_wrapper_id, x.entity_table, x.field_name
    from kw.blind_indexes x
    cross join lateral (values (x.key_wrapper_id), (x.next_wrapper_id)) i (key_wrapper_id)
    where i.key_wrapper_id is not null
)
select
    'kwtools_fields_below_floor' as metric, '' as suffix, '{}'::jsonb as labels,
    (
        select count(distinct f.id)
        from uses u
        left join kw.entities e on e.bound_as = u.entity_table
        join floors f
            on f.entity_table = coalesce(e.entity_table, u.entity_table)
            and (f.field_name_norm = '' or u.field_name is null or u.field_name = f.field_name_norm)
        join kw.key_wrappers w on w.id = u.key_wrapper_id and w.status <> 'invalid'
        join kw.wrapper_levels l on l.key_wrapper_id = w.id
        where coalesce(l.nist_level, 0) < f.min_nist_level and exists (select from floors)
    )::double precision as value;

comment on view kw.field_metrics is 'Metrics of fields. Where a field has a floor, it reads every binding and wrapper.';
comment on column kw.field_metrics.metric is 'The metric, as in kw.metric_names.';
comment on column kw.field_metrics.suffix is 'Of a histogram: what follows the name of the metric in the name of the sample.';
comment on column kw.field_metrics.labels is 'Labels and their values.';
comment on column kw.field_metrics.value is 'The value.';

-- functions/_load.sql

create or replace function kw._load() returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
# The one place that touches sys.path. The folder was fixed when the extension was installed.
import ctypes
import os
import stat
import sys

version = '0.10.0'
folder = f'MODULE_PATHNAME/{version}/cp{sys.version_info[0]}{sys.version_info[1]}'


def refuse(message, hint, raises=plpy.error, sqlstate='KW001'):
    # Beyond ASCII it would not cross plpy in every encoding.
    message, hint = (told.encode('ascii', 'backslashreplace').decode() for told in (message, hint))
    raises(message, sqlstate=sqlstate, hint=hint)


# After pg_upgrade: the runtime reads the server's memory, which differs between major versions.
# Asked without plpy.execute, which would crash a parallel worker.
option = ctypes.PyDLL(None).GetConfigOption
option.restype, option.argtypes = ctypes.c_char_p, (ctypes.c_char_p, ctypes.c_bool, ctypes.c_bool)
major = int(option(b'server_version_num', False, False)) // 10000
if major not in (15, 16, 17, 18):
    refuse(
        f'kwtools {version} does not support PostgreSQL {major}',
        'Install a version of kwtools that supports this server, then: alter extension kwtools update.',
    )
try:
    found = os.stat(folder)
    os.stat(f'{folder}/kwruntime/takeover.py')
except OSError as error:
    refuse(
        f'runtime of kwtools {version} cannot be read at {error.filename}: {error.strerror}',
        'Run make install on the server.',
    )
if found.st_uid not in (0, os.geteuid()) or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
    refuse(
        f'{folder} can be changed by users other than root and the user of the server',
        f'Run: chown -R root {folder}; chmod -R go-w {folder}',
    )
sys.dont_write_bytecode = True


def takeover():
    # By its path, since the package of this name may be that of another version.
    import importlib.util

    spec = importlib.util.spec_from_file_location('kwtools_takeover', f'{folder}/kwruntime/takeover.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# What another version has loaded (ADR 0027). Until all is known to fit, it stays as it is.
for name in ('kwruntime', 'kwshared', 'cryptography'):
    loaded = sys.modules.get(name)
    if loaded is None or loaded.__file__.startswith(folder + '/'):
        continue
    before = os.path.dirname(os.path.dirname(loaded.__file__))
    if name == 'cryptography' and not os.path.isdir(f'{before}/kwruntime'):
        refuse(
            f'this session has loaded another cryptography: {loaded.__file__}',
            'Reconnect, and call kwtools before other PL/Python code that imports it.',
        )
    taking = takeover()
    if taking.is_running():
        refuse(
            f'could not serialize access: kwtools was updated to {version} while this call ran',
            'Repeat the transaction.',
            sqlstate='40001',
        )
    try:
        others = ', '.join(taking.other_packages(before, folder))
    except OSError as error:
        others = f'{error.filename}: {error.strerror}'
    if others:
        refuse(
            f'this session runs another version of kwtools than {version}, with other packages ({others}), and ends',
            'Connect again.',
            raises=plpy.fatal,
        )
    for key in [key for key in GD if str(key).startswith('kwtools ')]:
        del GD[key]
    taking.forget()
    taking.move(before, folder)
sys.path[:] = [folder, *(path for path in sys.path if path != folder)]
import gc
import mmap

# All that is loaded stays, so looking for garbage meanwhile is of no use: 3 of 60 ms.
collects = gc.isenabled()
gc.disable()
try:
    from kwruntime import api

    # Shows to others which version's code this process runs (/proc/PID/maps).
    with open(f'{folder}/kwruntime/_version.py', 'rb') as file:
        GD['kwtools mapped'] = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
except Exception as error:
    takeover().forget()  # the next call tries again
    refuse(
        f'runtime of kwtools {version} cannot be loaded from {folder}: {type(error).__name__}: {error}',
        'Run make install on the server.',
    )
finally:
    if collects:
        gc.enable()
GD['kwtools 0.10.0'] = api
$function$;

comment on function kw._load() is
'Loads the runtime into this session, in place of that of another version. Internal: every function calls it once. Errors: 40001, KW001.';

grant execute on function kw._load() to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;

-- functions/_as_owner.sql

-- SECURITY DEFINER: the way to the key tables for what writes or locks rows. It runs only what the
-- runtime has just left in this session's memory, and refuses when it finds nothing, as every call by
-- hand does. Generic plans, since "= any ($1)" with few elements would else be planned at every call;
-- they are made once, so none may depend on how small a table was then: no sequential scans.
-- Names are compared as they were recorded: never all of them quoted. A limit of waiting, since the
-- transaction that holds a lock may be anybody's and never end.
create or replace function kw._as_owner() returns void
language plpython3u volatile parallel unsafe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
set quote_all_identifiers = off
set lock_timeout = '5s'
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.run_pending()
$function$;

comment on function kw._as_owner() is
'Runs the work that the runtime prepared, as the owner of the key tables. Internal: refuses a direct call. Errors: KW001.';

grant execute on function kw._as_owner() to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;

-- functions/_read_as_owner.sql

-- SECURITY DEFINER: the way to the key tables for what only reads. As kw._as_owner(), and STABLE, so
-- that its queries run with the snapshot that the runtime makes active: one of now.
create or replace function kw._read_as_owner() returns void
language plpython3u stable parallel unsafe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
set quote_all_identifiers = off
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.run_pending_reading()
$function$;

comment on function kw._read_as_owner() is
'Runs the work that the runtime prepared, as the owner of the key tables. It reads the present state, whatever the snapshot of the transaction. Internal: refuses a direct call. Errors: KW001.';

grant execute on function kw._read_as_owner() to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;

-- functions/_still_stands.sql

-- SECURITY DEFINER: it reads the key tables. For a call of one value whose binding the session has
-- opened before: a look by itself, since the way through a hop in Python takes longer than all of this. It
-- answers nobody who does not know the epoch, which is random and which no client can
-- read; where nothing was ever changed it is 0, so then only for a role that the session may take. Where the
-- rest was proven already it answers who knows the random id of a binding.
-- Rows are found by their places: the same version at the same place with the same id is the same row.
create or replace function kw._still_stands(
    role oid, entity_table text, table_schema text, field_name text, key_index oid,
    entity_place tid, entity_version xid, privileges text, by_grant boolean, epoch bigint,
    binding_id bigint, binding_place tid, binding_version xid, names_key boolean, names_field boolean,
    wrapper_id bigint, wrapper_place tid, wrapper_version xid, entity_pk text, proven integer
) returns integer
language plpgsql stable parallel unsafe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
set quote_all_identifiers = off
as $function$
declare
    found_for integer;
begin
    -- $20: what was proven at this moment of another cell of the field. The rows are left to prove.
    if $20 is not null then
        if not exists (
            select
            from kw.encryption_bindings b, kw.key_wrappers w
            where b.ctid = $12 and b.xmin = $13 and b.id = $11 and w.ctid = $17 and w.xmin = $18 and w.id = $16
        ) then
            return 0;
        end if;
        found_for := $20;
    else
        -- A lock that was not held yet makes the session learn of privileges that others have changed. No client
        -- can keep that of pg_proc's TOAST table.
        if (pg_relation_is_updatable(2836, false) >= 0) is not true then
            return 0;
        end if;
        -- What not every call needs is asked apart: the server sets up all of a query, needed or not.
        if $9 then
            if not exists (
                select
                from kw.entities e
                join kw.field_grants g
                    on g.entity_table = e.entity_table and g.field_name_norm in ('', coalesce($4, ''))
                join kw.installation i on i.id = g.installation
                join pg_roles r on r.oid = g.grantee
                left join pg_class c on c.oid = e.relation
                where e.entity_table = $2
                    and (e.relation is null or e.relation::regclass::text = e.quoted_name)
                    and g.relation is not distinct from e.relation and g.owner is not distinct from c.relowner
                    and case when $8 = 'select' then g.may_read else g.may_write end
                    and pg_has_role($1, r.oid, 'usage')
            ) then
                return 0;
            end if;
        end if;
        found_for := (
            select
                case
                    when $8 <> 'select' and not ($14 or $15) then 1
                    when exists (
                        select
                        from kw.entity_fields f
                        where f.entity_table = $2 and f.field_name_norm in ('', coalesce($4, ''))
                            and (
                                f.has_other_spellings or f.has_shredded
                                or ($8 <> 'select' and not ($14 and $15) and f.has_keys)
                            )
                    ) then 1
                    else 2
                end
            from kw.entities e, kw.encryption_bindings b, kw.key_wrappers w
            where e.ctid = $6 and e.xmin = $7 and e.entity_table = $2
                and b.ctid = $12 and b.xmin = $13 and b.id = $11
                and w.ctid = $17 and w.xmin = $18 and w.id = $16
                and (select coalesce(bit_xor(m.mark), 0) from kw.key_epoch_marks m) = $10
                and ($10 <> 0 or pg_has_role(session_user, $1, 'member'))
                and (e.relation is null or pg_relation_is_publishable($5) is not null)
                and case
                    when $9 then true
                    when (e.relation::regclass::text = e.quoted_name) is not true then false
                    when not has_schema_privilege($1, $3, 'usage') then false
                    when $4 is null then has_table_privilege($1, e.relation, $8)
                    else has_column_privilege($1, e.relation, $4, $8)
                end
        );
    end if;
    -- Here the entity is known: it was proven, now or at this moment.
    if found_for = 1 then
        if exists (
            select
            from kw.entity_fields f
            where f.entity_table = $2 and f.field_name_norm = '' and f.has_other_spellings
            union all
            select
            from kw.encryption_bindings s
            where s.entity_table = (select e.bound_as from kw.entities e where e.entity_table = $2) and s.entity_pk in ($19, '*') and s.status = 'shredded'
                and s.field_name_norm in ('', coalesce($4, ''))
        ) then
            return 0;
        end if;
        -- To encrypt: what is bound more narrowly takes the place of this binding.
        if $8 <> 'select' and exists (
            select
            from kw.encryption_bindings n
            where n.entity_table = (select e.bound_as from kw.entities e where e.entity_table = $2) and n.entity_pk in ($19, '*') and n.field_name_norm in ('', coalesce($4, ''))
                and (n.entity_pk <> '*', n.field_name_norm <> '') > ($14, $15)
        ) then
            return 0;
        end if;
    end if;
    return coalesce(found_for, 0);
end;
$function$;

comment on function kw._still_stands(
    oid, text, text, text, oid, tid, xid, text, boolean, bigint, bigint, tid, xid, boolean, boolean, bigint, tid, xid, text, integer
) is
'Returns whether a binding that the session has opened still stands, is the one for a cell, and is open to a role: 0 no, 1 yes for this key, 2 yes for every key of the field. Internal: 0 for who does not know the rows.';

grant execute on function kw._still_stands(
    oid, text, text, text, oid, tid, xid, text, boolean, bigint, bigint, tid, xid, boolean, boolean, bigint, tid, xid, text, integer
) to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;

-- functions/_text.sql

-- PostgreSQL converts what a function returns: so the runtime learns whether the encoding has a text.
create or replace function kw._text() returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.pending_text()
$function$;

comment on function kw._text() is
'Returns the text that the runtime prepared. Internal: null for a direct call. Errors: 22P05.';

grant execute on function kw._text() to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;

-- functions/encrypt.sql

create or replace function kw.encrypt(entity_table text, entity_pk text, field_name text, plaintext bytea) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt(entity_table, entity_pk, field_name, plaintext)
$function$;

comment on function kw.encrypt(entity_table text, entity_pk text, field_name text, plaintext bytea) is
'Encrypts a value under the binding that covers its cell; null for null. For kw_client; requires INSERT or UPDATE on the column or a grant. Errors: KW003, KW100, KW200 to KW212, KW301 (shredded), KW302 (nothing bound).';

grant execute on function kw.encrypt(entity_table text, entity_pk text, field_name text, plaintext bytea) to kw_client;

create or replace function kw.encrypt(entity_table text, entity_pk bigint, field_name text, plaintext bytea) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt(entity_table, entity_pk, field_name, plaintext)
$function$;

comment on function kw.encrypt(entity_table text, entity_pk bigint, field_name text, plaintext bytea) is
'Encrypts a value under the binding that covers its cell; null for null. For kw_client; requires INSERT or UPDATE on the column or a grant. Errors: KW003, KW100, KW200 to KW212, KW301 (shredded), KW302 (nothing bound).';

grant execute on function kw.encrypt(entity_table text, entity_pk bigint, field_name text, plaintext bytea) to kw_client;

create or replace function kw.encrypt(entity_table text, entity_pk uuid, field_name text, plaintext bytea) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt(entity_table, entity_pk, field_name, plaintext)
$function$;

comment on function kw.encrypt(entity_table text, entity_pk uuid, field_name text, plaintext bytea) is
'Encrypts a value under the binding that covers its cell; null for null. For kw_client; requires INSERT or UPDATE on the column or a grant. Errors: KW003, KW100, KW200 to KW212, KW301 (shredded), KW302 (nothing bound).';

grant execute on function kw.encrypt(entity_table text, entity_pk uuid, field_name text, plaintext bytea) to kw_client;

-- functions/encrypt_text.sql

create or replace function kw.encrypt_text(entity_table text, entity_pk text, field_name text, plaintext text) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt_text(entity_table, entity_pk, field_name, plaintext)
$function$;

comment on function kw.encrypt_text(entity_table text, entity_pk text, field_name text, plaintext text) is
'Encrypts a text (as UTF-8), as kw.encrypt. For kw_client. Errors: as kw.encrypt.';

grant execute on function kw.encrypt_text(entity_table text, entity_pk text, field_name text, plaintext text) to kw_client;

create or replace function kw.encrypt_text(entity_table text, entity_pk bigint, field_name text, plaintext text) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt_text(entity_table, entity_pk, field_name, plaintext)
$function$;

comment on function kw.encrypt_text(entity_table text, entity_pk bigint, field_name text, plaintext text) is
'Encrypts a text (as UTF-8), as kw.encrypt. For kw_client. Errors: as kw.encrypt.';

grant execute on function kw.encrypt_text(entity_table text, entity_pk bigint, field_name text, plaintext text) to kw_client;

create or replace function kw.encrypt_text(entity_table text, entity_pk uuid, field_name text, plaintext text) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt_text(entity_table, entity_pk, field_name, plaintext)
$function$;

comment on function kw.encrypt_text(entity_table text, entity_pk uuid, field_name text, plaintext text) is
'Encrypts a text (as UTF-8), as kw.encrypt. For kw_client. Errors: as kw.encrypt.';

grant execute on function kw.encrypt_text(entity_table text, entity_pk uuid, field_name text, plaintext text) to kw_client;

-- functions/encrypt_many.sql

create or replace function kw.encrypt_many(entity_table text, entity_pks text[], field_name text, plaintexts bytea[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

comment on function kw.encrypt_many(entity_table text, entity_pks text[], field_name text, plaintexts bytea[]) is
'Encrypts many values of one field, in order; null for null. Much faster for each value than kw.encrypt. For kw_client. Errors: as kw.encrypt.';

grant execute on function kw.encrypt_many(entity_table text, entity_pks text[], field_name text, plaintexts bytea[]) to kw_client;

create or replace function kw.encrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, plaintexts bytea[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

comment on function kw.encrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, plaintexts bytea[]) is
'Encrypts many values of one field, in order; null for null. Much faster for each value than kw.encrypt. For kw_client. Errors: as kw.encrypt.';

grant execute on function kw.encrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, plaintexts bytea[]) to kw_client;

create or replace function kw.encrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, plaintexts bytea[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

comment on function kw.encrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, plaintexts bytea[]) is
'Encrypts many values of one field, in order; null for null. Much faster for each value than kw.encrypt. For kw_client. Errors: as kw.encrypt.';

grant execute on function kw.encrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, plaintexts bytea[]) to kw_client;

-- functions/encrypt_text_many.sql

create or replace function kw.encrypt_text_many(entity_table text, entity_pks text[], field_name text, plaintexts text[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt_text_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

comment on function kw.encrypt_text_many(entity_table text, entity_pks text[], field_name text, plaintexts text[]) is
'Encrypts many texts of one field, as kw.encrypt_many. For kw_client. Errors: as kw.encrypt.';

grant execute on function kw.encrypt_text_many(entity_table text, entity_pks text[], field_name text, plaintexts text[]) to kw_client;

create or replace function kw.encrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, plaintexts text[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt_text_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

comment on function kw.encrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, plaintexts text[]) is
'Encrypts many texts of one field, as kw.encrypt_many. For kw_client. Errors: as kw.encrypt.';

grant execute on function kw.encrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, plaintexts text[]) to kw_client;

create or replace function kw.encrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, plaintexts text[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.encrypt_text_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

comment on function kw.encrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, plaintexts text[]) is
'Encrypts many texts of one field, as kw.encrypt_many. For kw_client. Errors: as kw.encrypt.';

grant execute on function kw.encrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, plaintexts text[]) to kw_client;

-- functions/decrypt.sql

create or replace function kw.decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) is
'Decrypts a value of a cell; null for null. For kw_client; requires SELECT on the column or a grant. Errors: KW003, KW100, KW200 to KW212, KW300 (could not decrypt, for any cause), KW301 (shredded).';

grant execute on function kw.decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) to kw_client;

create or replace function kw.decrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.decrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) is
'Decrypts a value of a cell; null for null. For kw_client; requires SELECT on the column or a grant. Errors: KW003, KW100, KW200 to KW212, KW300 (could not decrypt, for any cause), KW301 (shredded).';

grant execute on function kw.decrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) to kw_client;

create or replace function kw.decrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.decrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) is
'Decrypts a value of a cell; null for null. For kw_client; requires SELECT on the column or a grant. Errors: KW003, KW100, KW200 to KW212, KW300 (could not decrypt, for any cause), KW301 (shredded).';

grant execute on function kw.decrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) to kw_client;

-- functions/decrypt_text.sql

create or replace function kw.decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) is
'Decrypts a text of a cell, as kw.decrypt. For kw_client. Errors: as kw.decrypt; KW300 also if the value is not valid text.';

grant execute on function kw.decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) to kw_client;

create or replace function kw.decrypt_text(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.decrypt_text(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) is
'Decrypts a text of a cell, as kw.decrypt. For kw_client. Errors: as kw.decrypt; KW300 also if the value is not valid text.';

grant execute on function kw.decrypt_text(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) to kw_client;

create or replace function kw.decrypt_text(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.decrypt_text(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) is
'Decrypts a text of a cell, as kw.decrypt. For kw_client. Errors: as kw.decrypt; KW300 also if the value is not valid text.';

grant execute on function kw.decrypt_text(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) to kw_client;

-- functions/decrypt_many.sql

create or replace function kw.decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) is
'Decrypts many values of one field, in order; null for null. Much faster for each value than kw.decrypt. For kw_client. Errors: as kw.decrypt.';

grant execute on function kw.decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) to kw_client;

create or replace function kw.decrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.decrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) is
'Decrypts many values of one field, in order; null for null. Much faster for each value than kw.decrypt. For kw_client. Errors: as kw.decrypt.';

grant execute on function kw.decrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) to kw_client;

create or replace function kw.decrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.decrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) is
'Decrypts many values of one field, in order; null for null. Much faster for each value than kw.decrypt. For kw_client. Errors: as kw.decrypt.';

grant execute on function kw.decrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) to kw_client;

-- functions/decrypt_text_many.sql

create or replace function kw.decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) is
'Decrypts many texts of one field, as kw.decrypt_many. For kw_client. Errors: as kw.decrypt_text.';

grant execute on function kw.decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) to kw_client;

create or replace function kw.decrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.decrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) is
'Decrypts many texts of one field, as kw.decrypt_many. For kw_client. Errors: as kw.decrypt_text.';

grant execute on function kw.decrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) to kw_client;

create or replace function kw.decrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.decrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) is
'Decrypts many texts of one field, as kw.decrypt_many. For kw_client. Errors: as kw.decrypt_text.';

grant execute on function kw.decrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) to kw_client;

-- functions/try_decrypt.sql

create or replace function kw.try_decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.try_decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) is
'Decrypts a value of a cell, as kw.decrypt, but returns null if it is shredded or cannot be decrypted. It still fails if the role lacks the privilege, a KMS is unreachable, a key is disabled or a wrapper is retired. For kw_client; requires SELECT on the column or a grant. Errors: KW003, KW100, KW200 to KW212.';

grant execute on function kw.try_decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) to kw_client;

create or replace function kw.try_decrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.try_decrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) is
'Decrypts a value of a cell, as kw.decrypt, but returns null if it is shredded or cannot be decrypted. It still fails if the role lacks the privilege, a KMS is unreachable, a key is disabled or a wrapper is retired. For kw_client; requires SELECT on the column or a grant. Errors: KW003, KW100, KW200 to KW212.';

grant execute on function kw.try_decrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) to kw_client;

create or replace function kw.try_decrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.try_decrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) is
'Decrypts a value of a cell, as kw.decrypt, but returns null if it is shredded or cannot be decrypted. It still fails if the role lacks the privilege, a KMS is unreachable, a key is disabled or a wrapper is retired. For kw_client; requires SELECT on the column or a grant. Errors: KW003, KW100, KW200 to KW212.';

grant execute on function kw.try_decrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) to kw_client;

-- functions/try_decrypt_text.sql

create or replace function kw.try_decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.try_decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) is
'Decrypts a text of a cell, as kw.try_decrypt; null also if it is not valid text in this encoding. For kw_client. Errors: as kw.try_decrypt.';

grant execute on function kw.try_decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) to kw_client;

create or replace function kw.try_decrypt_text(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.try_decrypt_text(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) is
'Decrypts a text of a cell, as kw.try_decrypt; null also if it is not valid text in this encoding. For kw_client. Errors: as kw.try_decrypt.';

grant execute on function kw.try_decrypt_text(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) to kw_client;

create or replace function kw.try_decrypt_text(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.try_decrypt_text(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) is
'Decrypts a text of a cell, as kw.try_decrypt; null also if it is not valid text in this encoding. For kw_client. Errors: as kw.try_decrypt.';

grant execute on function kw.try_decrypt_text(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) to kw_client;

-- functions/try_decrypt_many.sql

create or replace function kw.try_decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.try_decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) is
'Decrypts many values of one field, in order, as kw.try_decrypt. For kw_client. Errors: as kw.try_decrypt.';

grant execute on function kw.try_decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) to kw_client;

create or replace function kw.try_decrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.try_decrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) is
'Decrypts many values of one field, in order, as kw.try_decrypt. For kw_client. Errors: as kw.try_decrypt.';

grant execute on function kw.try_decrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) to kw_client;

create or replace function kw.try_decrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.try_decrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) is
'Decrypts many values of one field, in order, as kw.try_decrypt. For kw_client. Errors: as kw.try_decrypt.';

grant execute on function kw.try_decrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) to kw_client;

-- functions/try_decrypt_text_many.sql

create or replace function kw.try_decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.try_decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) is
'Decrypts many texts of one field, in order, as kw.try_decrypt_text. For kw_client. Errors: as kw.try_decrypt.';

grant execute on function kw.try_decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) to kw_client;

create or replace function kw.try_decrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.try_decrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) is
'Decrypts many texts of one field, in order, as kw.try_decrypt_text. For kw_client. Errors: as kw.try_decrypt.';

grant execute on function kw.try_decrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) to kw_client;

create or replace function kw.try_decrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.try_decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.try_decrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) is
'Decrypts many texts of one field, in order, as kw.try_decrypt_text. For kw_client. Errors: as kw.try_decrypt.';

grant execute on function kw.try_decrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) to kw_client;

-- functions/reencrypt.sql

create or replace function kw.reencrypt(
    entity_table text,
    entity_pk text,
    field_name text,
    ciphertext bytea,
    to_entity_pk text default null,
    to_field_name text default null
) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.reencrypt(entity_table, entity_pk, field_name, ciphertext, to_entity_pk, to_field_name)
$function$;

comment on function kw.reencrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea, to_entity_pk text, to_field_name text) is
'Decrypts a value from its old place and encrypts it for its present place (by default the same), under the newest key. Use it after a change of a key within a wider binding, and after kw.rotate. For kw_client; requires the privileges of kw.decrypt and kw.encrypt. Errors: as these.';

grant execute on function kw.reencrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea, to_entity_pk text, to_field_name text) to kw_client;

create or replace function kw.reencrypt(
    entity_table text,
    entity_pk bigint,
    field_name text,
    ciphertext bytea,
    to_entity_pk text default null,
    to_field_name text default null
) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.reencrypt(entity_table, entity_pk, field_name, ciphertext, to_entity_pk, to_field_name)
$function$;

comment on function kw.reencrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea, to_entity_pk text, to_field_name text) is
'Decrypts a value from its old place and encrypts it for its present place (by default the same), under the newest key. Use it after a change of a key within a wider binding, and after kw.rotate. For kw_client; requires the privileges of kw.decrypt and kw.encrypt. Errors: as these.';

grant execute on function kw.reencrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea, to_entity_pk text, to_field_name text) to kw_client;

create or replace function kw.reencrypt(
    entity_table text,
    entity_pk uuid,
    field_name text,
    ciphertext bytea,
    to_entity_pk text default null,
    to_field_name text default null
) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.reencrypt(entity_table, entity_pk, field_name, ciphertext, to_entity_pk, to_field_name)
$function$;

comment on function kw.reencrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea, to_entity_pk text, to_field_name text) is
'Decrypts a value from its old place and encrypts it for its present place (by default the same), under the newest key. Use it after a change of a key within a wider binding, and after kw.rotate. For kw_client; requires the privileges of kw.decrypt and kw.encrypt. Errors: as these.';

grant execute on function kw.reencrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea, to_entity_pk text, to_field_name text) to kw_client;

-- functions/reencrypt_many.sql

create or replace function kw.reencrypt_many(
    entity_table text,
    entity_pks text[],
    field_name text,
    ciphertexts bytea[],
    to_entity_pks text[] default null,
    to_field_name text default null
) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.reencrypt_many(entity_table, entity_pks, field_name, ciphertexts, to_entity_pks, to_field_name)
$function$;

comment on function kw.reencrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[], to_entity_pks text[], to_field_name text) is
'Reencrypts many values, in order, as kw.reencrypt. For kw_client. Errors: as kw.reencrypt.';

grant execute on function kw.reencrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[], to_entity_pks text[], to_field_name text) to kw_client;

create or replace function kw.reencrypt_many_by_bigint(
    entity_table text,
    entity_pks bigint[],
    field_name text,
    ciphertexts bytea[],
    to_entity_pks bigint[] default null,
    to_field_name text default null
) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.reencrypt_many(entity_table, entity_pks, field_name, ciphertexts, to_entity_pks, to_field_name)
$function$;

comment on function kw.reencrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[], to_entity_pks bigint[], to_field_name text) is
'Reencrypts many values, in order, as kw.reencrypt. For kw_client. Errors: as kw.reencrypt.';

grant execute on function kw.reencrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[], to_entity_pks bigint[], to_field_name text) to kw_client;

create or replace function kw.reencrypt_many_by_uuid(
    entity_table text,
    entity_pks uuid[],
    field_name text,
    ciphertexts bytea[],
    to_entity_pks uuid[] default null,
    to_field_name text default null
) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.reencrypt_many(entity_table, entity_pks, field_name, ciphertexts, to_entity_pks, to_field_name)
$function$;

comment on function kw.reencrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[], to_entity_pks uuid[], to_field_name text) is
'Reencrypts many values, in order, as kw.reencrypt. For kw_client. Errors: as kw.reencrypt.';

grant execute on function kw.reencrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[], to_entity_pks uuid[], to_field_name text) to kw_client;

-- functions/is_ciphertext.sql

-- For constraints: it reads no table, so that a restore can check them in any order.
create or replace function kw.is_ciphertext(value bytea) returns boolean
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
return case
    when value is null then null
    -- header, nonce and tag: 14 + 12 + 16 bytes, and with XAES-256-GCM 14 + 24 + 16
    when length(value) < 42 then false
    when get_byte(value, 0) not in (193, 194) or get_byte(value, 1) not in (1, 2) then false
    when get_byte(value, 1) = 2 and length(value) < 54 then false
    -- the id of a binding (63 bits) and its generation (31 bits) are more than 0
    else get_byte(value, 2) < 128 and substr(value, 3, 8) <> decode('0000000000000000', 'hex')
        and get_byte(value, 10) < 128 and substr(value, 11, 4) <> decode('00000000', 'hex')
end;

comment on function kw.is_ciphertext(value bytea) is
'Returns whether a value has the form of a field ciphertext. Use it in a constraint that keeps plaintext out: check (kw.is_ciphertext(ssn)). Null for null. It does not check whether the value can be decrypted. Writing to a table with such a constraint requires EXECUTE on it. For everybody who may use the schema.';

grant execute on function kw.is_ciphertext(value bytea) to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor;

-- functions/describe.sql

create or replace function kw.describe(ciphertext bytea) returns kw.description
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.describe(ciphertext)
$function$;

comment on function kw.describe(ciphertext bytea) is
'Returns the binding, generation and suite of a ciphertext, and whether new values use the same ones. It decrypts nothing. Null if the value is not a ciphertext. The columns from entity_table on are null if the binding is unknown, or if the role may not read the field. kw_admin and kw_auditor may see every binding. For kw_client, kw_admin and kw_auditor.';

grant execute on function kw.describe(ciphertext bytea) to kw_client, kw_admin, kw_auditor;

-- functions/describe_many.sql

create or replace function kw.describe_many(ciphertexts bytea[]) returns setof kw.description
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.describe_many(ciphertexts)
$function$;

comment on function kw.describe_many(ciphertexts bytea[]) is
'Describes many ciphertexts, as kw.describe, with one look-up for all. For kw_client, kw_admin and kw_auditor. Errors: KW003.';

grant execute on function kw.describe_many(ciphertexts bytea[]) to kw_client, kw_admin, kw_auditor;

-- functions/takeover_many.sql

create or replace function kw.takeover_many(
    source text,
    key bytea,
    ciphertexts bytea[],
    options jsonb default '{}',
    nonces bytea[] default null,
    associated bytea[] default null,
    key_uuids uuid[] default null
) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.takeover_many(source, key, ciphertexts, options, nonces, associated, key_uuids)
$function$;

comment on function kw.takeover_many(source text, key bytea, ciphertexts bytea[], options jsonb, nonces bytea[], associated bytea[], key_uuids uuid[]) is
'Decrypts many values that another tool encrypted, with the key of that tool, for kw.encrypt_many. The key is not stored. Values of pgcrypto-pgp, pgsodium-det and pgsodium-secretbox are opened by the extension that wrote them, with the rights of the caller. Fails if a value does not open. For kw_client. Errors: KW003, KW101 (the extension is not installed), KW300.';

grant execute on function kw.takeover_many(source text, key bytea, ciphertexts bytea[], options jsonb, nonces bytea[], associated bytea[], key_uuids uuid[]) to kw_client;

-- functions/check_takeover.sql

-- It reads as the caller. row_security = off: rows that a policy hides raise an error, and are not left out.
create or replace function kw.check_takeover(
    entity_table text,
    column_name text,
    source text,
    key bytea default null,
    options jsonb default '{}',
    nonce_column text default null,
    associated_columns text[] default null,
    key_column text default null,
    max_rows bigint default null
) returns setof kw.takeover_finding
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set jit = off
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.check_takeover(
    entity_table, column_name, source, key, options, nonce_column, associated_columns, key_column, max_rows
)
$function$;

comment on function kw.check_takeover(entity_table text, column_name text, source text, key bytea, options jsonb, nonce_column text, associated_columns text[], key_column text, max_rows bigint) is
'Tries to open every value of a column that another tool encrypted, and counts what kw.takeover_many would take and what not, and why. It shows no value and changes nothing. The key is not stored. Requires SELECT on the columns, and that row-level security hides no row. For kw_client. Errors: KW003, KW100, KW101 (the extension is not installed).';

grant execute on function kw.check_takeover(entity_table text, column_name text, source text, key bytea, options jsonb, nonce_column text, associated_columns text[], key_column text, max_rows bigint) to kw_client;

-- functions/_row_text.sql

-- Pinned settings, so that reading the text gives the same row in every session.
create or replace function kw._row_text(one_row anyelement) returns text
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD'
set intervalstyle = 'iso_8601'
set timezone = 'UTC'
set extra_float_digits = '1'
set bytea_output = 'hex'
set array_nulls = 'on'
as $function$
begin
    return one_row::text;
end;
$function$;

comment on function kw._row_text(one_row anyelement) is
'Returns a row as text that every session reads alike. Internal: for protected views. Errors: none.';

grant execute on function kw._row_text(one_row anyelement) to kw_client;

-- functions/_typed_rows.sql

-- The settings of kw._row_text().
create or replace function kw._typed_rows(sample anyelement, texts text[]) returns setof anyelement
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD'
set intervalstyle = 'iso_8601'
set timezone = 'UTC'
set extra_float_digits = '1'
set bytea_output = 'hex'
set array_nulls = 'on'
as $function$
declare
    one text;
begin
    foreach one in array texts loop
        sample := one;
        return next sample;
    end loop;
end;
$function$;

comment on function kw._typed_rows(sample anyelement, texts text[]) is
'Returns the rows that kw._row_text() made texts of, in order. Internal: for protected views. Errors: none.';

grant execute on function kw._typed_rows(sample anyelement, texts text[]) to kw_client;

-- functions/_typed_values.sql

-- The typed encoding of docs/format.md: the text form of a value under these settings.
create or replace function kw._typed_values(statement text, old_rows text[], new_rows text[]) returns text[]
language plpgsql stable parallel unsafe
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD'
set intervalstyle = 'iso_8601'
set timezone = 'UTC'
set extra_float_digits = '1'
set bytea_output = 'hex'
set array_nulls = 'on'
as $function$
declare
    found text[];
begin
    execute statement into found using old_rows, new_rows;
    return found;
end;
$function$;

comment on function kw._typed_values(statement text, old_rows text[], new_rows text[]) is
'Runs a query of a protected view under the settings of the typed encoding, with the rights of the caller. Internal. Errors: those of the query.';

grant execute on function kw._typed_values(statement text, old_rows text[], new_rows text[]) to kw_client;

-- functions/_begin_view.sql

create or replace function kw._begin_view() returns trigger
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.begin_view(TD['relid'], TD['event'], TD['table_schema'], TD['table_name'], TD['args'][0])
$function$;

comment on function kw._begin_view() is
'Trigger of protected views: a statement begins. Internal. Errors: KW002.';

grant execute on function kw._begin_view() to kw_client, kw_grantor;

-- functions/_view_row.sql

-- It only collects: a call for each row would encrypt and bind one value at a time. STABLE, as kw._end_view().
-- It has an argument where a column is of a type whose text depends on settings that kw._collect_row() does not look at.
-- To set a search_path would take as long as the rest of this function: so every name and operator is qualified.
create or replace function kw._view_row() returns trigger
language plpgsql stable parallel unsafe
as $function$
declare
    state pg_catalog.int2;
    stored pg_catalog.text;
begin
    -- The texts under the settings in force: most often kw._typed_rows() reads them alike.
    state := kw._collect_row(
        tg_relid, old::pg_catalog.text, new::pg_catalog.text,
        case when tg_nargs operator(pg_catalog.=) 1 then false end
    );
    if state is not null then
        if state operator(pg_catalog.=) 0 then
            state := kw._collect_row(tg_relid, kw._row_text(old), kw._row_text(new), true);
        end if;
        if state operator(pg_catalog.>) 0 then
            stored := kw._write_rows(tg_relid, tg_op);
        end if;
        if state operator(pg_catalog.=) 2 and stored is null then
            return null;
        elsif state operator(pg_catalog.=) 2 and tg_op operator(pg_catalog.<>) 'DELETE' then
            execute pg_catalog.format(
                'select * from kw._typed_rows(null::%I.%I, array[$1])', tg_table_schema, tg_table_name
            ) into new using stored;
            return new;
        end if;
    end if;
    -- The row of a DELETE has no new values.
    return coalesce(new, old);
end;
$function$;

comment on function kw._view_row() is
'Trigger of protected views: collects a row for the end of the statement. Internal. Errors: as kw._end_view().';

grant execute on function kw._view_row() to kw_client, kw_grantor;

-- functions/_end_view.sql

-- STABLE: its queries read with the snapshot of the statement. So it finds the versions of rows that the
-- statement saw, and a version that another transaction has changed since is not overwritten.
create or replace function kw._end_view() returns trigger
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.end_view(TD['relid'], TD['event'])
$function$;

comment on function kw._end_view() is
'Trigger of protected views: writes the rows of the statement. Internal. Errors: as kw.encrypt and kw.bind; KW003 for a generated column, 40001 if a row was changed meanwhile.';

grant execute on function kw._end_view() to kw_client, kw_grantor;

-- functions/_collect_row.sql

-- As kw._view_row(), it has no search_path of its own: the runtime qualifies every name.
create or replace function kw._collect_row(
    view_id oid, old_row text, new_row text, is_pinned boolean
) returns smallint
language plpython3u stable parallel unsafe
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.collect_row(view_id, old_row, new_row, is_pinned)
$function$;

comment on function kw._collect_row(view_id oid, old_row text, new_row text, is_pinned boolean) is
'Keeps a row of a statement on a protected view. Returns 1 if the rows must be written now, 2 if each row is, else null; 0 if it must be called again with texts that were made under pinned settings. Internal: refuses a direct call. Errors: KW001.';

grant execute on function kw._collect_row(view_id oid, old_row text, new_row text, is_pinned boolean) to kw_client;

-- functions/_write_rows.sql

-- STABLE, as kw._end_view().
create or replace function kw._write_rows(view_id oid, operation text) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.write_rows(view_id, operation)
$function$;

comment on function kw._write_rows(view_id oid, operation text) is
'Writes the rows of a statement on a protected view so far. Returns the stored row if each row is written alone; null if a trigger of the table kept it out. Internal: refuses a direct call. Errors: as kw._end_view().';

grant execute on function kw._write_rows(view_id oid, operation text) to kw_client;

-- functions/_write_view.sql

-- VOLATILE: the way to write for kw._end_view() and kw._write_rows(), which are STABLE. With the rights of the caller.
create or replace function kw._write_view() returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.run_pending_writing()
$function$;

comment on function kw._write_view() is
'Runs the write that the runtime prepared, with the rights of the caller. Internal: refuses a direct call. Errors: KW001.';

grant execute on function kw._write_view() to kw_client;

-- functions/set_protected_field.sql

create or replace function kw.set_protected_field(
    entity_table text,
    field_name text,
    value_type text default null,
    key_scope text default null,
    token_column name default null,
    ciphertext_column name default null,
    tenant_column name default null,
    next_token_column name default null
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_protected_field(entity_table, field_name, value_type, key_scope, token_column, ciphertext_column, tenant_column, next_token_column)
$function$;

comment on function kw.set_protected_field(entity_table text, field_name text, value_type text, key_scope text, token_column name, ciphertext_column name, tenant_column name, next_token_column name) is
'Sets how protected views decrypt and encrypt a field of a table. Views that exist stay as they are until kw.remake_protected_view. Audited. For kw_client and kw_grantor; requires the table owner. Errors: KW003 (also for a type whose text depends on the session), KW100, KW102 (the field is being protected; a tenant_column where the trigger of kw.protect writes tokens), KW211.';

grant execute on function kw.set_protected_field(entity_table text, field_name text, value_type text, key_scope text, token_column name, ciphertext_column name, tenant_column name, next_token_column name) to kw_client, kw_grantor;

-- functions/create_protected_view.sql

create or replace function kw.create_protected_view(
    entity_table text,
    view_name text default null,
    shredded_as_null boolean default false,
    columns text[] default null
) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.create_protected_view(entity_table, view_name, shredded_as_null, columns)
$function$;

comment on function kw.create_protected_view(entity_table text, view_name text, shredded_as_null boolean, columns text[]) is
'Creates a view of a table that shows its protected fields (kw.set_protected_field) decrypted, and encrypts what is written through it. It has the privileges of the table, is used with the rights of the caller, and belongs to the table owner. Audited. For kw_client and kw_grantor; requires the table owner. Errors: KW003, KW100, KW101 (no protected field), KW102.';

grant execute on function kw.create_protected_view(entity_table text, view_name text, shredded_as_null boolean, columns text[]) to kw_client, kw_grantor;

-- functions/remake_protected_view.sql

create or replace function kw.remake_protected_view(view_name text) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.remake_protected_view(view_name)
$function$;

comment on function kw.remake_protected_view(view_name text) is
'Makes a protected view again, of the columns, defaults, triggers, privileges and protected fields that the table has now. Renamed columns are renamed, new ones come last. An event trigger calls it after ALTER TABLE. Audited. For kw_client and kw_grantor; requires the owner of view and table. Errors: KW100, KW101, 42P16 if a column changed its type or is gone: then drop the view and create it again.';

grant execute on function kw.remake_protected_view(view_name text) to kw_client, kw_grantor;

-- functions/upsert_protected.sql

create or replace function kw.upsert_protected(view_name text, rows jsonb) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.upsert_protected(view_name, rows)
$function$;

comment on function kw.upsert_protected(view_name text, rows jsonb) is
'Inserts rows through a protected view, or changes the given columns of the rows that have their primary key: INSERT ON CONFLICT, which views cannot do. Values are as jsonb_populate_record reads them, dates in ISO form. For kw_client; requires SELECT, INSERT and UPDATE of the table. Errors: KW003, KW101, as kw.encrypt and kw.bind, 21000 if a key is there twice.';

grant execute on function kw.upsert_protected(view_name text, rows jsonb) to kw_client;

-- functions/drop_protected_view.sql

create or replace function kw.drop_protected_view(view_name text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.drop_protected_view(view_name)
$function$;

comment on function kw.drop_protected_view(view_name text) is
'Drops a view that kw.create_protected_view has made. The table and its keys stay. Audited. For kw_client and kw_grantor; requires the view owner. Errors: KW003, KW100, KW101, 2BP01 if something depends on the view.';

grant execute on function kw.drop_protected_view(view_name text) to kw_client, kw_grantor;

-- functions/entity_key.sql

-- PL/pgSQL: a function in SQL with a pinned search_path is not inlined, and takes three times as long.
create or replace function kw.entity_key(variadic parts text[]) returns text
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
declare
    key text := parts[1];
begin
    if array_position(parts, null) is not null or cardinality(parts) = 0 then
        return null;
    end if;
    if cardinality(parts) > 1 then
        key := to_jsonb(parts)::text;
    elsif key = '*' or left(key, 1) in (E'\\', '[', '#') then
        key := E'\\' || key;
    end if;
    if char_length(key) <= 64 then
        return key;
    end if;
    return '#' || translate(encode(sha256(convert_to(key, 'UTF8')), 'base64'), '+/=', '-_');
end;
$function$;

comment on function kw.entity_key(variadic parts text[]) is
'Builds an entity_pk from the parts of a key. One part stays as it is, escaped if it is ambiguous; several become a JSON array. A result of more than 64 characters is hashed. Null if a part is null. For everybody who may use the schema.';

grant execute on function kw.entity_key(variadic parts text[]) to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor;

-- functions/bind.sql

create or replace function kw.bind(
    entity_table text,
    entity_pk text,
    field_name text default null,
    wrapper uuid default null,
    policy text default null
) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.bind(entity_table, entity_pk, field_name, wrapper, policy)
$function$;

comment on function kw.bind(entity_table text, entity_pk text, field_name text, wrapper uuid, policy text) is
'Binds a key to a cell, a row (field null), a column (key *) or a table (key * and field null), and returns the wrapper. The wrapper is new, given, or already bound; null if the role may not look it up. Beneath a wider binding, a new wrapper uses the policy of that binding. Another policy, or sharing a given wrapper, requires the table owner. An unbound given wrapper must belong to the calling role. For kw_client. A cell requires INSERT or UPDATE on the column or a grant; everything else requires the table owner. Errors: KW003, KW100, KW101, KW102 (bound to another), KW301 (shredded).';

grant execute on function kw.bind(entity_table text, entity_pk text, field_name text, wrapper uuid, policy text) to kw_client;

create or replace function kw.bind(
    entity_table text,
    entity_pk bigint,
    field_name text default null,
    wrapper uuid default null,
    policy text default null
) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.bind(entity_table, entity_pk, field_name, wrapper, policy)
$function$;

comment on function kw.bind(entity_table text, entity_pk bigint, field_name text, wrapper uuid, policy text) is
'Binds a key to a cell, a row (field null), a column (key *) or a table (key * and field null), and returns the wrapper. The wrapper is new, given, or already bound; null if the role may not look it up. Beneath a wider binding, a new wrapper uses the policy of that binding. Another policy, or sharing a given wrapper, requires the table owner. An unbound given wrapper must belong to the calling role. For kw_client. A cell requires INSERT or UPDATE on the column or a grant; everything else requires the table owner. Errors: KW003, KW100, KW101, KW102 (bound to another), KW301 (shredded).';

grant execute on function kw.bind(entity_table text, entity_pk bigint, field_name text, wrapper uuid, policy text) to kw_client;

create or replace function kw.bind(
    entity_table text,
    entity_pk uuid,
    field_name text default null,
    wrapper uuid default null,
    policy text default null
) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.bind(entity_table, entity_pk, field_name, wrapper, policy)
$function$;

comment on function kw.bind(entity_table text, entity_pk uuid, field_name text, wrapper uuid, policy text) is
'Binds a key to a cell, a row (field null), a column (key *) or a table (key * and field null), and returns the wrapper. The wrapper is new, given, or already bound; null if the role may not look it up. Beneath a wider binding, a new wrapper uses the policy of that binding. Another policy, or sharing a given wrapper, requires the table owner. An unbound given wrapper must belong to the calling role. For kw_client. A cell requires INSERT or UPDATE on the column or a grant; everything else requires the table owner. Errors: KW003, KW100, KW101, KW102 (bound to another), KW301 (shredded).';

grant execute on function kw.bind(entity_table text, entity_pk uuid, field_name text, wrapper uuid, policy text) to kw_client;

-- functions/bind_many.sql

create or replace function kw.bind_many(
    entity_table text,
    entity_pks text[],
    field_name text default null,
    policy text default null
) returns uuid[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.bind_many(entity_table, entity_pks, field_name, policy)
$function$;

comment on function kw.bind_many(entity_table text, entity_pks text[], field_name text, policy text) is
'Binds each of many keys to a new wrapper, and returns the wrappers in order. For kw_client. Errors: as kw.bind.';

grant execute on function kw.bind_many(entity_table text, entity_pks text[], field_name text, policy text) to kw_client;

create or replace function kw.bind_many_by_bigint(
    entity_table text,
    entity_pks bigint[],
    field_name text default null,
    policy text default null
) returns uuid[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.bind_many(entity_table, entity_pks, field_name, policy)
$function$;

comment on function kw.bind_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, policy text) is
'Binds each of many keys to a new wrapper, and returns the wrappers in order. For kw_client. Errors: as kw.bind.';

grant execute on function kw.bind_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, policy text) to kw_client;

create or replace function kw.bind_many_by_uuid(
    entity_table text,
    entity_pks uuid[],
    field_name text default null,
    policy text default null
) returns uuid[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.bind_many(entity_table, entity_pks, field_name, policy)
$function$;

comment on function kw.bind_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, policy text) is
'Binds each of many keys to a new wrapper, and returns the wrappers in order. For kw_client. Errors: as kw.bind.';

grant execute on function kw.bind_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, policy text) to kw_client;

-- functions/lookup.sql

create or replace function kw.lookup(entity_table text, entity_pk text, field_name text default null) returns uuid
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.lookup(entity_table, entity_pk, field_name)
$function$;

comment on function kw.lookup(entity_table text, entity_pk text, field_name text) is
'Returns the wrapper of the most specific binding (cell, row, column, table) that covers a cell; null if none does. For kw_client; requires SELECT on the column or a grant. Errors: KW003, KW100, KW301 (shredded).';

grant execute on function kw.lookup(entity_table text, entity_pk text, field_name text) to kw_client;

create or replace function kw.lookup(entity_table text, entity_pk bigint, field_name text default null) returns uuid
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.lookup(entity_table, entity_pk, field_name)
$function$;

comment on function kw.lookup(entity_table text, entity_pk bigint, field_name text) is
'Returns the wrapper of the most specific binding (cell, row, column, table) that covers a cell; null if none does. For kw_client; requires SELECT on the column or a grant. Errors: KW003, KW100, KW301 (shredded).';

grant execute on function kw.lookup(entity_table text, entity_pk bigint, field_name text) to kw_client;

create or replace function kw.lookup(entity_table text, entity_pk uuid, field_name text default null) returns uuid
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.lookup(entity_table, entity_pk, field_name)
$function$;

comment on function kw.lookup(entity_table text, entity_pk uuid, field_name text) is
'Returns the wrapper of the most specific binding (cell, row, column, table) that covers a cell; null if none does. For kw_client; requires SELECT on the column or a grant. Errors: KW003, KW100, KW301 (shredded).';

grant execute on function kw.lookup(entity_table text, entity_pk uuid, field_name text) to kw_client;

-- functions/lookup_many.sql

create or replace function kw.lookup_many(entity_table text, entity_pks text[], field_name text default null) returns uuid[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.lookup_many(entity_table, entity_pks, field_name)
$function$;

comment on function kw.lookup_many(entity_table text, entity_pks text[], field_name text) is
'Looks up many keys, in order; null for null and if nothing is bound. For kw_client. Errors: as kw.lookup.';

grant execute on function kw.lookup_many(entity_table text, entity_pks text[], field_name text) to kw_client;

create or replace function kw.lookup_many_by_bigint(entity_table text, entity_pks bigint[], field_name text default null) returns uuid[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.lookup_many(entity_table, entity_pks, field_name)
$function$;

comment on function kw.lookup_many_by_bigint(entity_table text, entity_pks bigint[], field_name text) is
'Looks up many keys, in order; null for null and if nothing is bound. For kw_client. Errors: as kw.lookup.';

grant execute on function kw.lookup_many_by_bigint(entity_table text, entity_pks bigint[], field_name text) to kw_client;

create or replace function kw.lookup_many_by_uuid(entity_table text, entity_pks uuid[], field_name text default null) returns uuid[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.lookup_many(entity_table, entity_pks, field_name)
$function$;

comment on function kw.lookup_many_by_uuid(entity_table text, entity_pks uuid[], field_name text) is
'Looks up many keys, in order; null for null and if nothing is bound. For kw_client. Errors: as kw.lookup.';

grant execute on function kw.lookup_many_by_uuid(entity_table text, entity_pks uuid[], field_name text) to kw_client;

-- functions/rotate.sql

create or replace function kw.rotate(entity_table text, entity_pk text, field_name text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.rotate(entity_table, entity_pk, field_name)
$function$;

comment on function kw.rotate(entity_table text, entity_pk text, field_name text) is
'Gives a binding a new data key for new values, and returns its wrapper. Existing ciphertexts stay readable. For kw_client, as kw.bind. Errors: KW003, KW100, KW301, KW302 (nothing is bound to exactly this place).';

grant execute on function kw.rotate(entity_table text, entity_pk text, field_name text) to kw_client;

create or replace function kw.rotate(entity_table text, entity_pk bigint, field_name text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.rotate(entity_table, entity_pk, field_name)
$function$;

comment on function kw.rotate(entity_table text, entity_pk bigint, field_name text) is
'Gives a binding a new data key for new values, and returns its wrapper. Existing ciphertexts stay readable. For kw_client, as kw.bind. Errors: KW003, KW100, KW301, KW302 (nothing is bound to exactly this place).';

grant execute on function kw.rotate(entity_table text, entity_pk bigint, field_name text) to kw_client;

create or replace function kw.rotate(entity_table text, entity_pk uuid, field_name text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.rotate(entity_table, entity_pk, field_name)
$function$;

comment on function kw.rotate(entity_table text, entity_pk uuid, field_name text) is
'Gives a binding a new data key for new values, and returns its wrapper. Existing ciphertexts stay readable. For kw_client, as kw.bind. Errors: KW003, KW100, KW301, KW302 (nothing is bound to exactly this place).';

grant execute on function kw.rotate(entity_table text, entity_pk uuid, field_name text) to kw_client;

-- functions/field_generations.sql

-- It reads as the caller. row_security = off: rows that a policy hides raise an error, and are not left out.
create or replace function kw.field_generations(entity_table text, field_name text) returns setof kw.field_generation
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set jit = off
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.field_generations(entity_table, field_name)
$function$;

comment on function kw.field_generations(entity_table text, field_name text) is
'Counts the values of a column by generation, and those that are not ciphertexts of the field. It reads the headers of all values and decrypts nothing. Whether a ciphertext belongs to the key of its row is not checked. Null values are not counted. Requires SELECT on the column, and that row-level security hides no row. For kw_client, kw_admin and kw_auditor. Errors: KW003, KW100.';

grant execute on function kw.field_generations(entity_table text, field_name text) to kw_client, kw_admin, kw_auditor;

-- functions/retire_generations.sql

-- It reads the table as the caller. row_security = off: rows that a policy hides raise an error, and are not left out.
create or replace function kw.retire_generations(
    entity_table text,
    field_name text,
    max_wait_seconds integer default 60,
    ignore_standbys boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set jit = off
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.retire_generations(entity_table, field_name, max_wait_seconds, ignore_standbys)
$function$;

comment on function kw.retire_generations(entity_table text, field_name text, max_wait_seconds integer, ignore_standbys boolean) is
'Retires the wrappers of earlier generations that no value uses any more, and returns how many. It looks for ciphertexts in every bytea column of the table, waits until every transaction, snapshot, prepared transaction and standby that could hold an older one has gone, and looks again. A notice counts the generations that are left: values use them, or their wrapper has other bindings. An admin can put a retired wrapper back with kw.set_wrapper_status. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102 (not a table, a standby without hot_standby_feedback, generations that changed meanwhile), 55P03 (an older transaction or snapshot remains; it is named).';

grant execute on function kw.retire_generations(entity_table text, field_name text, max_wait_seconds integer, ignore_standbys boolean) to kw_client;

-- functions/rebind.sql

create or replace function kw.rebind(
    entity_table text,
    to_entity_table text default null,
    entity_pk text default null,
    to_entity_pk text default null,
    field_name text default null,
    to_field_name text default null
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.rebind(entity_table, to_entity_table, entity_pk, to_entity_pk, field_name, to_field_name)
$function$;

comment on function kw.rebind(entity_table text, to_entity_table text, entity_pk text, to_entity_pk text, field_name text, to_field_name text) is
'Moves bindings after a rename of the table, a key or a field, and returns how many. Their ciphertexts stay readable. Ciphertexts of a wider binding require kw.reencrypt; a notice names this case. A binding cannot move to a field whose floor (kw.set_floor) it does not reach. It moves from or to a place beneath a shredded binding only with its whole table. Protected fields, protected views and open protections follow; views and triggers are made again. For kw_client; requires the table owner. Errors: KW003, KW100, KW101, KW102, KW104, KW301.';

grant execute on function kw.rebind(entity_table text, to_entity_table text, entity_pk text, to_entity_pk text, field_name text, to_field_name text) to kw_client;

-- functions/shred.sql

create or replace function kw.shred(
    entity_table text,
    entity_pk text,
    field_name text default null,
    whole boolean default false,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.shred(entity_table, entity_pk, field_name, whole, shared)
$function$;

comment on function kw.shred(entity_table text, entity_pk text, field_name text, whole boolean, shared boolean) is
'Destroys the data keys of a binding, their earlier generations and those of every binding beneath it, and returns how many. The ciphertext that remains cannot be decrypted, and no wider binding replaces the key. The binding of every row (*) requires whole => true. A key that other bindings share is refused, or with shared => true destroyed for them too. A key that a table of another owner had first stays. Narrower bindings that another transaction is changing are closed: a warning names them, and a second call destroys their keys. Permanent only when backups, WAL and replicas with the wraps have expired. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102, KW301, KW302.';

grant execute on function kw.shred(entity_table text, entity_pk text, field_name text, whole boolean, shared boolean) to kw_client;

create or replace function kw.shred(
    entity_table text,
    entity_pk bigint,
    field_name text default null,
    whole boolean default false,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.shred(entity_table, entity_pk, field_name, whole, shared)
$function$;

comment on function kw.shred(entity_table text, entity_pk bigint, field_name text, whole boolean, shared boolean) is
'Destroys the data keys of a binding, their earlier generations and those of every binding beneath it, and returns how many. The ciphertext that remains cannot be decrypted, and no wider binding replaces the key. The binding of every row (*) requires whole => true. A key that other bindings share is refused, or with shared => true destroyed for them too. A key that a table of another owner had first stays. Narrower bindings that another transaction is changing are closed: a warning names them, and a second call destroys their keys. Permanent only when backups, WAL and replicas with the wraps have expired. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102, KW301, KW302.';

grant execute on function kw.shred(entity_table text, entity_pk bigint, field_name text, whole boolean, shared boolean) to kw_client;

create or replace function kw.shred(
    entity_table text,
    entity_pk uuid,
    field_name text default null,
    whole boolean default false,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.shred(entity_table, entity_pk, field_name, whole, shared)
$function$;

comment on function kw.shred(entity_table text, entity_pk uuid, field_name text, whole boolean, shared boolean) is
'Destroys the data keys of a binding, their earlier generations and those of every binding beneath it, and returns how many. The ciphertext that remains cannot be decrypted, and no wider binding replaces the key. The binding of every row (*) requires whole => true. A key that other bindings share is refused, or with shared => true destroyed for them too. A key that a table of another owner had first stays. Narrower bindings that another transaction is changing are closed: a warning names them, and a second call destroys their keys. Permanent only when backups, WAL and replicas with the wraps have expired. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102, KW301, KW302.';

grant execute on function kw.shred(entity_table text, entity_pk uuid, field_name text, whole boolean, shared boolean) to kw_client;

-- functions/shred_many.sql

create or replace function kw.shred_many(
    entity_table text,
    entity_pks text[],
    field_name text default null,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.shred_many(entity_table, entity_pks, field_name, shared)
$function$;

comment on function kw.shred_many(entity_table text, entity_pks text[], field_name text, shared boolean) is
'Destroys the data keys of many bindings as kw.shred does for one, all or none, and returns how many. What was shredded before is left out, so the call can be repeated. Keys that nothing protects are left out with a notice. It fails (KW302) if a key has no binding of its own but another one protects its values. A null array stands for no keys. Each data key leaves a row in kw.shred_receipts. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102, KW302.';

grant execute on function kw.shred_many(entity_table text, entity_pks text[], field_name text, shared boolean) to kw_client;

create or replace function kw.shred_many_by_bigint(
    entity_table text,
    entity_pks bigint[],
    field_name text default null,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.shred_many(entity_table, entity_pks, field_name, shared)
$function$;

comment on function kw.shred_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, shared boolean) is
'Destroys the data keys of many bindings as kw.shred does for one, all or none, and returns how many. What was shredded before is left out, so the call can be repeated. Keys that nothing protects are left out with a notice. It fails (KW302) if a key has no binding of its own but another one protects its values. A null array stands for no keys. Each data key leaves a row in kw.shred_receipts. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102, KW302.';

grant execute on function kw.shred_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, shared boolean) to kw_client;

create or replace function kw.shred_many_by_uuid(
    entity_table text,
    entity_pks uuid[],
    field_name text default null,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.shred_many(entity_table, entity_pks, field_name, shared)
$function$;

comment on function kw.shred_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, shared boolean) is
'Destroys the data keys of many bindings as kw.shred does for one, all or none, and returns how many. What was shredded before is left out, so the call can be repeated. Keys that nothing protects are left out with a notice. It fails (KW302) if a key has no binding of its own but another one protects its values. A null array stands for no keys. Each data key leaves a row in kw.shred_receipts. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102, KW302.';

grant execute on function kw.shred_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, shared boolean) to kw_client;

-- functions/create_index_key.sql

create or replace function kw.create_index_key(
    entity_table text,
    field_name text,
    normaliser text default 'raw',
    bits integer default 128,
    tenant text default null,
    policy text default null,
    if_not_exists boolean default false
) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.create_index_key(entity_table, field_name, normaliser, bits, tenant, policy, if_not_exists)
$function$;

comment on function kw.create_index_key(entity_table text, field_name text, normaliser text, bits integer, tenant text, policy text, if_not_exists boolean) is
'Creates the key of a blind index over a field, wrapped by a policy like other data keys (null: that of the field, else default), and returns the index. Then kw.blind_index makes tokens: equal values have equal tokens, so a column of tokens finds, joins and keeps values unique. Normalisers: raw, trim, digits, phone, ascii-lower, unicode-14 (case), email. Normaliser, bits and tenant never change. Fewer bits hide frequency: some different values share a token, which the query has to filter. if_not_exists: if there is one of this normaliser and bits, returns it. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW101, KW102 (already exists, or differs), KW104, KW200 to KW209.';

grant execute on function kw.create_index_key(entity_table text, field_name text, normaliser text, bits integer, tenant text, policy text, if_not_exists boolean) to kw_client;

-- functions/blind_index.sql

create or replace function kw.blind_index(entity_table text, field_name text, value text, tenant text default null, next_key boolean default false) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.blind_index(entity_table, field_name, value, tenant, next_key)
$function$;

comment on function kw.blind_index(entity_table text, field_name text, value text, tenant text, next_key boolean) is
'Returns the token of a value of a field: 5 bytes, and the bits of the blind index. Equal values, once normalised, have equal tokens. Null for null. A token confirms a guess of its value, so this requires the right to read the field, to store tokens too. For kw_client. Errors: KW003 (also a value that the normaliser does not take), KW100, KW101, KW301 (shredded), KW302 (no blind index).';

grant execute on function kw.blind_index(entity_table text, field_name text, value text, tenant text, next_key boolean) to kw_client;

-- functions/blind_index_many.sql

create or replace function kw.blind_index_many(entity_table text, field_name text, plaintexts text[], tenant text default null, next_key boolean default false) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.blind_index_many(entity_table, field_name, plaintexts, tenant, next_key)
$function$;

comment on function kw.blind_index_many(entity_table text, field_name text, plaintexts text[], tenant text, next_key boolean) is
'Returns the tokens of many values of a field, in order, as kw.blind_index. For kw_client. Errors: as kw.blind_index.';

grant execute on function kw.blind_index_many(entity_table text, field_name text, plaintexts text[], tenant text, next_key boolean) to kw_client;

-- functions/rotate_index_key.sql

create or replace function kw.rotate_index_key(entity_table text, field_name text, policy text default null) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.rotate_index_key(entity_table, field_name, policy)
$function$;

comment on function kw.rotate_index_key(entity_table text, field_name text, policy text) is
'Begins to replace the keys of all blind indexes of a field, and returns the next generation. Until kw.finish_index_rotation, kw.blind_index goes on with the present keys, and with next_key => true it uses the next ones. Have writers fill a second column of tokens from now on, and fill the rest in batches. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW101, KW102 (already being replaced; the column is being protected; the trigger of kw.protect has no column for the next tokens), KW104, KW302 (no blind index), KW200 to KW209.';

grant execute on function kw.rotate_index_key(entity_table text, field_name text, policy text) to kw_client;

-- functions/finish_index_rotation.sql

-- It reads and alters the table as the caller. row_security = off: rows that a policy hides raise an error, and are not left out.
create or replace function kw.finish_index_rotation(
    entity_table text,
    field_name text,
    token_column text,
    next_column text,
    max_wait_seconds integer default 60,
    ignore_standbys boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set jit = off
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.finish_index_rotation(entity_table, field_name, token_column, next_column, max_wait_seconds, ignore_standbys)
$function$;

comment on function kw.finish_index_rotation(entity_table text, field_name text, token_column text, next_column text, max_wait_seconds integer, ignore_standbys boolean) is
'Puts the next keys of a field in force, and returns how many. It requires a validated constraint check (token_column is null or next_column is not null), checks the generation of the tokens, waits until no transaction, snapshot or standby is older, exchanges the names of the two columns, has views that name them show the new columns, and destroys the earlier keys, all in one transaction. A query that asks kw.blind_index in the statement finds every row before, meanwhile and after. Writers that fill both columns go on. Call it alone in its transaction. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102 (not being replaced, rows without a next token, other objects depend on the columns), 55P03 (an older transaction or snapshot remains; it is named).';

grant execute on function kw.finish_index_rotation(entity_table text, field_name text, token_column text, next_column text, max_wait_seconds integer, ignore_standbys boolean) to kw_client;

-- functions/fill_tokens.sql

-- row_security = off: rows that a policy hides raise an error, and are not left out.
create or replace function kw.fill_tokens(
    entity_table text,
    field_name text,
    after text[] default null,
    max_rows integer default 1000
) returns kw.token_batch
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set datestyle = 'ISO, YMD'
set intervalstyle = 'iso_8601'
set timezone = 'UTC'
set extra_float_digits = '1'
set bytea_output = 'hex'
set array_nulls = 'on'
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.fill_tokens(entity_table, field_name, after, max_rows)
$function$;

comment on function kw.fill_tokens(entity_table text, field_name text, after text[], max_rows integer) is
'Fills the tokens that rows of a protected field lack, or that are of another generation, in the order of the primary key: those of token_column, or of next_token_column while the key of the blind index is being replaced. Each value is decrypted in the server. Commit after each call. Rows that another transaction holds are left for another pass. Triggers of the table fire. For kw_client; requires the table owner, who may read the field. Errors: KW003, KW100, KW101, KW102, KW302 (no blind index), and as kw.blind_index.';

grant execute on function kw.fill_tokens(entity_table text, field_name text, after text[], max_rows integer) to kw_client;

-- functions/cancel_index_rotation.sql

create or replace function kw.cancel_index_rotation(entity_table text, field_name text) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.cancel_index_rotation(entity_table, field_name)
$function$;

comment on function kw.cancel_index_rotation(entity_table text, field_name text) is
'Destroys the next keys of a field whose keys are being replaced, and returns how many. The present keys and tokens stay. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102 (not being replaced), KW302 (no blind index).';

grant execute on function kw.cancel_index_rotation(entity_table text, field_name text) to kw_client;

-- functions/shred_index_key.sql

create or replace function kw.shred_index_key(entity_table text, field_name text, tenant text default null) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.shred_index_key(entity_table, field_name, tenant)
$function$;

comment on function kw.shred_index_key(entity_table text, field_name text, tenant text) is
'Destroys the key of a blind index and returns how many data keys. No token can be made of it any more. Tokens that are stored stay, and tell which values were equal: set them to null. Then kw.create_index_key can create another. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW302 (no blind index).';

grant execute on function kw.shred_index_key(entity_table text, field_name text, tenant text) to kw_client;

-- functions/wrap.sql

create or replace function kw.wrap(dek bytea default null, policy text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.wrap(dek, policy)
$function$;

comment on function kw.wrap(dek bytea, policy text) is
'Wraps a data key by a policy, and returns its wrapper. The key is new (32 bytes) or given (16 to 64 bytes). For kw_client and kw_unwrap; a given key requires kw_unwrap. The wrapper belongs to the calling role until it is bound. Errors: KW003, KW100, KW101, KW103, KW200 to KW209.';

grant execute on function kw.wrap(dek bytea, policy text) to kw_client, kw_unwrap;

-- functions/wrap_many.sql

create or replace function kw.wrap_many(deks bytea[], policy text default null) returns uuid[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.wrap_many(deks, policy)
$function$;

comment on function kw.wrap_many(deks bytea[], policy text) is
'Wraps many data keys, in order; null creates a new one. For kw_client and kw_unwrap; given keys require kw_unwrap. The wrappers belong to the calling role until they are bound. Errors: as kw.wrap.';

grant execute on function kw.wrap_many(deks bytea[], policy text) to kw_client, kw_unwrap;

-- functions/export_wrapper_many.sql

create or replace function kw.export_wrapper_many(
    wrappers uuid[],
    recipient jsonb,
    signer text,
    number bigint default null,
    valid_seconds integer default 86400
) returns kw.exported_bundle
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.export_wrapper_many(wrappers, recipient, signer, number, valid_seconds)
$function$;

comment on function kw.export_wrapper_many(wrappers uuid[], recipient jsonb, signer text, number bigint, valid_seconds integer) is
'Seals the data keys of wrappers to a KEM key of another deployment, signs the bundle, and returns both. There each data key has the uuid of its wrapper here as foreign uuid. The data keys leave the server sealed only. What kw.encrypt made here does not decrypt there: a wrapper there has keys of its own. At most 10,000 wrappers. Audited. For kw_unwrap. Errors: KW003, KW100, KW101, KW102 (the signing key has another scope, or is not activated), KW104 (below signature_level), KW200 to KW212.';

grant execute on function kw.export_wrapper_many(wrappers uuid[], recipient jsonb, signer text, number bigint, valid_seconds integer) to kw_unwrap;

-- functions/import_wrapper.sql

create or replace function kw.import_wrapper(note bytea, bundle bytea, policy text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.import_wrapper(note, bundle, policy)
$function$;

comment on function kw.import_wrapper(note bytea, bundle bytea, policy text) is
'Imports one data key that was made elsewhere, and returns its wrapper: as kw.import_wrapper_many, for a bundle of one. Audited. For kw_unwrap. Errors: as kw.import_wrapper_many.';

grant execute on function kw.import_wrapper(note bytea, bundle bytea, policy text) to kw_unwrap;

-- functions/import_wrapper_many.sql

create or replace function kw.import_wrapper_many(
    note bytea,
    bundle bytea,
    policy text default null
) returns setof kw.imported_wrapper
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.import_wrapper_many(note, bundle, policy)
$function$;

comment on function kw.import_wrapper_many(note bytea, bundle bytea, policy text) is
'Imports data keys that were made elsewhere, sealed to KEM keys of this deployment and signed by an enrolled key of scope import (docs/format.md), all or none. Each gets a new wrapper by the policy, which belongs to the calling role until it is bound. Nobody, not the caller either, sees a data key. A note is accepted once: its number must be higher than the last one of its signer. Audited. For kw_unwrap. Errors: KW003, KW100, KW101, KW103, KW104, KW105 (the bundle is refused), KW200 to KW209.';

grant execute on function kw.import_wrapper_many(note bytea, bundle bytea, policy text) to kw_unwrap;

-- functions/export_values.sql

create or replace function kw.export_values(
    wrapper uuid,
    entity_table text,
    entity_pks text[],
    field_name text,
    ciphertexts bytea[],
    sealed_as text default null
) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.export_values(wrapper, entity_table, entity_pks, field_name, ciphertexts, sealed_as)
$function$;

comment on function kw.export_values(wrapper uuid, entity_table text, entity_pks text[], field_name text, ciphertexts bytea[], sealed_as text) is
'Decrypts values of one field and seals each under the data key of a carrier, for kw.import_values of another database that has this data key. The same value of the same cell is sealed to the same bytes each time. Used by kwtools wrappers export. For kw_unwrap; requires the right to decrypt the field. Errors: KW003, KW100, KW101, KW102 (the carrier is bound), KW200 to KW212, KW300, KW301.';

grant execute on function kw.export_values(wrapper uuid, entity_table text, entity_pks text[], field_name text, ciphertexts bytea[], sealed_as text) to kw_unwrap;

-- functions/import_values.sql

create or replace function kw.import_values(
    wrapper uuid,
    entity_table text,
    entity_pks text[],
    field_name text,
    sealed bytea[],
    sealed_as text default null
) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.import_values(wrapper, entity_table, entity_pks, field_name, sealed, sealed_as)
$function$;

comment on function kw.import_values(wrapper uuid, entity_table text, entity_pks text[], field_name text, sealed bytea[], sealed_as text) is
'Opens values that kw.export_values of another database sealed under the data key of a carrier, and encrypts each under the binding that covers it here. The caller sees neither. Used by kwtools wrappers import. For kw_unwrap; requires the right to encrypt the field. Errors: KW003, KW100, KW101, KW102 (the carrier is bound), KW200 to KW212, KW300 (a value was changed, or is of another cell or move), KW301, KW302.';

grant execute on function kw.import_values(wrapper uuid, entity_table text, entity_pks text[], field_name text, sealed bytea[], sealed_as text) to kw_unwrap;

-- functions/sign_move.sql

create or replace function kw.sign_move(wrapper uuid, manifest bytea, signer text) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.sign_move(wrapper, manifest, signer)
$function$;

comment on function kw.sign_move(wrapper uuid, manifest bytea, signer text) is
'Signs the manifest of a move (docs/format.md), and destroys the data key of its carrier, which must be exported before. The audit event export_move has the SHA-256 of the manifest and its counts. Used by kwtools wrappers export. For kw_unwrap. Errors: KW003, KW100, KW101, KW102, KW104, KW200 to KW212.';

grant execute on function kw.sign_move(wrapper uuid, manifest bytea, signer text) to kw_unwrap;

-- functions/accept_move.sql

create or replace function kw.accept_move(wrapper uuid, manifest bytea, note bytea) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.accept_move(wrapper, manifest, note)
$function$;

comment on function kw.accept_move(wrapper uuid, manifest bytea, note bytea) is
'Checks that an enrolled key of scope import signed the manifest of a move for this deployment and this carrier, and destroys the data key of the carrier. The audit event import_move has the SHA-256 of the manifest and its counts. It does not compare the manifest with what was stored: kwtools wrappers import does, in the same transaction, and then calls it. For kw_unwrap. Errors: KW003, KW100, KW101, KW102, KW104, KW105 (the manifest is refused).';

grant execute on function kw.accept_move(wrapper uuid, manifest bytea, note bytea) to kw_unwrap;

-- functions/give_wrappers.sql

create or replace function kw.give_wrappers(wrappers uuid[], new_owner text) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.give_wrappers(wrappers, new_owner)
$function$;

comment on function kw.give_wrappers(wrappers uuid[], new_owner text) is
'Gives unbound wrappers to another role, which may then bind them, and returns how many. Audited. For kw_client and kw_unwrap; requires the role that the wrappers belong to, or a superuser. Errors: KW003, KW100, KW101, KW102 (bound).';

grant execute on function kw.give_wrappers(wrappers uuid[], new_owner text) to kw_client, kw_unwrap;

-- functions/unwrap.sql

create or replace function kw.unwrap(wrapper uuid) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.unwrap(wrapper)
$function$;

comment on function kw.unwrap(wrapper uuid) is
'Opens a wrapper and returns its data key; null for null. It never returns the key of a branch. For kw_unwrap. Errors: KW100, KW101, KW200 to KW212.';

grant execute on function kw.unwrap(wrapper uuid) to kw_unwrap;

-- functions/unwrap_many.sql

create or replace function kw.unwrap_many(wrappers uuid[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.unwrap_many(wrappers)
$function$;

comment on function kw.unwrap_many(wrappers uuid[]) is
'Opens many wrappers, in order; null for null. For kw_unwrap. Errors: as kw.unwrap.';

grant execute on function kw.unwrap_many(wrappers uuid[]) to kw_unwrap;

-- functions/rewrap.sql

create or replace function kw.rewrap(wrapper uuid, kms1_key_id bigint default null, kms2_key_id bigint default null) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.rewrap(wrapper, kms1_key_id, kms2_key_id)
$function$;

comment on function kw.rewrap(wrapper uuid, kms1_key_id bigint, kms2_key_id bigint) is
'Wraps the same data key again, and returns the new wrap_version. Without keys, both legs are renewed under their keys. With one key, that leg moves to it; in mode either the other leg stays as it is. Mode both always renews both. For a branch, modes and floors of its dependents must still be satisfied. For kw_admin. Errors: KW101 to KW104, KW200 to KW212.';

grant execute on function kw.rewrap(wrapper uuid, kms1_key_id bigint, kms2_key_id bigint) to kw_admin;

-- functions/rewrap_many.sql

create or replace function kw.rewrap_many(
    wrappers uuid[],
    kms1_key_id bigint default null,
    kms2_key_id bigint default null
) returns integer[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.rewrap_many(wrappers, kms1_key_id, kms2_key_id)
$function$;

comment on function kw.rewrap_many(wrappers uuid[], kms1_key_id bigint, kms2_key_id bigint) is
'Rewraps many wrappers, as kw.rewrap, and returns their wrap_versions in order. Wrappers that another transaction is changing or sharing are skipped, with null and a warning. For kw_admin. Errors: as kw.rewrap.';

grant execute on function kw.rewrap_many(wrappers uuid[], kms1_key_id bigint, kms2_key_id bigint) to kw_admin;

-- functions/relayer.sql

create or replace function kw.relayer(
    wrapper uuid,
    policy text default null
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.relayer(wrapper, policy)
$function$;

comment on function kw.relayer(wrapper uuid, policy text) is
'Puts a data key behind the layers of a policy (by default the wrapper''s own), and returns the new wrap_version. Layers can so be added, renewed or dropped. The data key, the mode and the keys of the legs stay; both legs are wrapped again. The policy becomes the wrapper''s policy. For a branch, modes and floors of its dependents must still be satisfied. For kw_admin. Errors: KW101 to KW104, KW200 to KW212.';

grant execute on function kw.relayer(wrapper uuid, policy text) to kw_admin;

-- functions/relayer_many.sql

create or replace function kw.relayer_many(
    wrappers uuid[],
    policy text default null
) returns integer[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.relayer_many(wrappers, policy)
$function$;

comment on function kw.relayer_many(wrappers uuid[], policy text) is
'Relayers many wrappers, as kw.relayer, and returns their wrap_versions in order. Wrappers that another transaction is changing or sharing are skipped, with null and a warning. For kw_admin. Errors: as kw.relayer.';

grant execute on function kw.relayer_many(wrappers uuid[], policy text) to kw_admin;

-- functions/set_wrapper_status.sql

create or replace function kw.set_wrapper_status(wrapper uuid, status text) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_wrapper_status(wrapper, status)
$function$;

comment on function kw.set_wrapper_status(wrapper uuid, status text) is
'Retires a wrapper, which then cannot be opened, or puts it back (active; rotated if a newer key replaced it). Returns its status. For kw_admin. Errors: KW003, KW101, KW102.';

grant execute on function kw.set_wrapper_status(wrapper uuid, status text) to kw_admin;

-- functions/verify.sql

create or replace function kw.verify(wrapper uuid default null, after bigint default 0, most integer default null) returns setof kw.verify_result
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.verify(wrapper, after, most)
$function$;

comment on function kw.verify(wrapper uuid, after bigint, most integer) is
'Opens wrappers, one or all, by each leg, and returns a row for each leg that cannot be opened. No row: all can be opened. It reads in order of id, from after on, at most most wrappers. After the last one it opens the sealed private keys of signing keys. For kw_admin and kw_operator. Errors: KW101.';

grant execute on function kw.verify(wrapper uuid, after bigint, most integer) to kw_admin, kw_operator;

-- functions/verify_page.sql

create or replace function kw.verify_page(
    after bigint default 0,
    most integer default 1000,
    sample double precision default 1,
    seed bigint default 0,
    without_providers text[] default '{}',
    counted boolean default false
) returns kw.verify_page_result
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.verify_page(after, most, sample, seed, without_providers, counted)
$function$;

comment on function kw.verify_page(after bigint, most integer, sample double precision, seed bigint, without_providers text[], counted boolean) is
'Opens the next wrappers by each leg alone and through every layer, as kw.verify does, and returns how far it came. Retired wrappers are counted, not opened. The page that comes to the end opens the sealed private keys of signing keys, too. A KMS that has just failed is not asked again for a short time: its legs fail. With without_providers it opens each wrapper by what remains and returns those that are lost; these providers are not asked, and nothing that they opened is used. For kw_admin and kw_operator. Errors: KW003, KW101.';

grant execute on function kw.verify_page(after bigint, most integer, sample double precision, seed bigint, without_providers text[], counted boolean) to kw_admin, kw_operator;

-- functions/record_verify.sql

create or replace function kw.record_verify(
    continues bigint default null,
    most integer default 1000,
    sample double precision default 1,
    seed bigint default 0,
    without_providers text[] default '{}'
) returns kw.recorded_page
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.record_verify(continues, most, sample, seed, without_providers)
$function$;

comment on function kw.record_verify(continues bigint, most integer, sample double precision, seed bigint, without_providers text[]) is
'Verifies the next wrappers as kw.verify_page does, and records it as an event, so that a run has a receipt. The event has the totals of the run since its beginning, counted by the database: how many wrappers opened, how many problems, when it began. The one whose details have complete = true is that of the whole run. For kw_admin and kw_operator. Errors: KW003, KW101, KW102 (the run is complete, or has other options).';

grant execute on function kw.record_verify(continues bigint, most integer, sample double precision, seed bigint, without_providers text[]) to kw_admin, kw_operator;

-- functions/plan_rewrap.sql

create or replace function kw.plan_rewrap(
    kms_key_id bigint default null,
    provider text default null,
    policy text default null,
    entity_table text default null,
    field_name text default null,
    older_than interval default null,
    wrappers uuid[] default null,
    new_kms_key_id bigint default null,
    kms1_key_id bigint default null,
    kms2_key_id bigint default null,
    to_policy text default null,
    max_jobs integer default 1000
) returns kw.rewrap_plan
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.plan_rewrap(
    kms_key_id, provider, policy, entity_table, field_name, older_than, wrappers, new_kms_key_id,
    kms1_key_id, kms2_key_id, to_policy, max_jobs
)
$function$;

comment on function kw.plan_rewrap(kms_key_id bigint, provider text, policy text, entity_table text, field_name text, older_than interval, wrappers uuid[], new_kms_key_id bigint, kms1_key_id bigint, kms2_key_id bigint, to_policy text, max_jobs integer) is
'Counts what the jobs of kw.schedule_rewrap() with the same arguments would cost: wrappers, items and calls of KMSs, bytes of new wraps. Changes nothing. details lists modes and keys, and what cannot be rewrapped. Logins and look-ups of keys are not counted. For kw_admin and kw_operator. Errors: KW003, KW101, KW200.';

grant execute on function kw.plan_rewrap(kms_key_id bigint, provider text, policy text, entity_table text, field_name text, older_than interval, wrappers uuid[], new_kms_key_id bigint, kms1_key_id bigint, kms2_key_id bigint, to_policy text, max_jobs integer) to kw_admin, kw_operator;

-- functions/schedule_rewrap.sql

create or replace function kw.schedule_rewrap(
    kms_key_id bigint default null,
    provider text default null,
    policy text default null,
    entity_table text default null,
    field_name text default null,
    older_than interval default null,
    wrappers uuid[] default null,
    new_kms_key_id bigint default null,
    kms1_key_id bigint default null,
    kms2_key_id bigint default null,
    to_policy text default null,
    scheduled_at timestamptz default null
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.schedule_rewrap(
    kms_key_id, provider, policy, entity_table, field_name, older_than, wrappers, new_kms_key_id,
    kms1_key_id, kms2_key_id, to_policy, scheduled_at
)
$function$;

comment on function kw.schedule_rewrap(kms_key_id bigint, provider text, policy text, entity_table text, field_name text, older_than interval, wrappers uuid[], new_kms_key_id bigint, kms1_key_id bigint, kms2_key_id bigint, to_policy text, scheduled_at timestamptz) is
'Puts a job into the queue, kw.rewrap_jobs, for each selected wrapper that has no open job, and returns how many. What is selected by several parameters fulfils all of them; at least one is required. The job wraps the same data key again, under the same keys or others, or behind other layers. Warns of wrappers that are left out, since a key is not active or their open job has another target. A notice counts those that have such a job already. Deletes jobs that finished longer ago than setting job_days. Audited. For kw_admin. Errors: KW003, KW101, KW200.';

grant execute on function kw.schedule_rewrap(kms_key_id bigint, provider text, policy text, entity_table text, field_name text, older_than interval, wrappers uuid[], new_kms_key_id bigint, kms1_key_id bigint, kms2_key_id bigint, to_policy text, scheduled_at timestamptz) to kw_admin;

-- functions/schedule_rotate.sql

create or replace function kw.schedule_rotate(entity_table text, field_name text default null, older_than interval default null, scheduled_at timestamptz default null) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.schedule_rotate(entity_table, field_name, older_than, scheduled_at)
$function$;

comment on function kw.schedule_rotate(entity_table text, field_name text, older_than interval, scheduled_at timestamptz) is
'Puts a job into the queue for each data key that bindings of a table encrypt with now, to give these bindings a new one, as kw.rotate does, and returns how many. Existing ciphertexts stay readable. Audited. For kw_admin. Errors: KW003, KW101.';

grant execute on function kw.schedule_rotate(entity_table text, field_name text, older_than interval, scheduled_at timestamptz) to kw_admin;

-- functions/set_policy_renewal.sql

create or replace function kw.set_policy_renewal(policy text, max_wrap_age interval default null, renews_one_leg boolean default false) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_policy_renewal(policy, max_wrap_age, renews_one_leg)
$function$;

comment on function kw.set_policy_renewal(policy text, max_wrap_age interval, renews_one_leg boolean) is
'Sets how old the wraps of a policy may become before kw.schedule_due_rewraps() schedules their renewal, and what a job does while one of two KMSs is down: it fails and is tried again, or renews the other leg alone and says so. Sets both: what is not named gets its default. Audited. For kw_admin. Errors: KW003, KW101.';

grant execute on function kw.set_policy_renewal(policy text, max_wrap_age interval, renews_one_leg boolean) to kw_admin;

-- functions/schedule_due_rewraps.sql

create or replace function kw.schedule_due_rewraps() returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.schedule_due_rewraps()
$function$;

comment on function kw.schedule_due_rewraps() is
'Puts a job into the queue for each wrapper with a leg that is older than max_wrap_age of its policy (kw.set_policy_renewal), to renew that leg, and returns how many. For a nightly run. Audited. For kw_admin and kw_operator. Errors: KW003.';

grant execute on function kw.schedule_due_rewraps() to kw_admin, kw_operator;

-- functions/claim_rewrap_jobs.sql

create or replace function kw.claim_rewrap_jobs(max_jobs integer default 1000, to_policy text default null, running_too boolean default true) returns bigint[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.claim_rewrap_jobs(max_jobs, to_policy, running_too)
$function$;

comment on function kw.claim_rewrap_jobs(max_jobs integer, to_policy text, running_too boolean) is
'Claims jobs of the queue that are due and that nobody works at, those of branches first, and returns their ids. Commit, then run them with kw.run_rewrap_jobs() in the next transaction. A job whose worker ended is claimed again. For kw_admin and kw_operator. Errors: KW003, KW101.';

grant execute on function kw.claim_rewrap_jobs(max_jobs integer, to_policy text, running_too boolean) to kw_admin, kw_operator;

-- functions/run_rewrap_jobs.sql

create or replace function kw.run_rewrap_jobs(jobs bigint[], max_seconds double precision default null) returns kw.rewrap_outcomes
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.run_rewrap_jobs(jobs, max_seconds)
$function$;

comment on function kw.run_rewrap_jobs(jobs bigint[], max_seconds double precision) is
'Runs claimed jobs, and returns what became of them. Skips jobs that another worker runs or has claimed since. Each new wrap is opened again before it replaces the old one. A wrapper that was changed meanwhile is left. A job that fails undoes no other one: it is tried again after a growing time, or rests as failed. Audited. For kw_admin and kw_operator. Errors: KW003.';

grant execute on function kw.run_rewrap_jobs(jobs bigint[], max_seconds double precision) to kw_admin, kw_operator;

-- functions/work_rewrap_jobs.sql

-- A procedure that commits cannot have a SET clause: so every name and operator is qualified.
create or replace procedure kw.work_rewrap_jobs(max_seconds double precision default 50, max_jobs integer default 1000)
language plpgsql
as $procedure$
declare
    until pg_catalog.timestamptz := pg_catalog.clock_timestamp() operator(pg_catalog.+) pg_catalog.make_interval(secs => max_seconds);
    claimed pg_catalog.int8[];
    is_last pg_catalog.bool := false;
begin
    loop
        claimed := kw.claim_rewrap_jobs(max_jobs => max_jobs, running_too => is_last);
        commit;
        if pg_catalog.cardinality(claimed) operator(pg_catalog.>) 0 then
            perform kw.run_rewrap_jobs(claimed);
            commit;
        elsif is_last then
            exit;
        else
            is_last := true;
        end if;
        exit when pg_catalog.clock_timestamp() operator(pg_catalog.>=) until;
    end loop;
end;
$procedure$;

comment on procedure kw.work_rewrap_jobs(max_seconds double precision, max_jobs integer) is
'Claims and runs jobs of the queue until none is due, or until the time is over, and commits by itself after every claim and every run. For pg_cron, and outside of a transaction block. Any number of sessions can call it at once. For kw_admin and kw_operator. Errors: as kw.run_rewrap_jobs.';

grant execute on procedure kw.work_rewrap_jobs(max_seconds double precision, max_jobs integer) to kw_admin, kw_operator;

-- functions/retry_rewrap_jobs.sql

create or replace function kw.retry_rewrap_jobs(jobs bigint[] default null) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.retry_rewrap_jobs(jobs)
$function$;

comment on function kw.retry_rewrap_jobs(jobs bigint[]) is
'Lets jobs that failed be tried again at once, and counts their attempts from 0. Of several failed jobs of a wrapper the last one, and none if it has an open job. Audited. For kw_admin and kw_operator. Errors: KW003.';

grant execute on function kw.retry_rewrap_jobs(jobs bigint[]) to kw_admin, kw_operator;

-- functions/cancel_rewrap_jobs.sql

create or replace function kw.cancel_rewrap_jobs(jobs bigint[] default null) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.cancel_rewrap_jobs(jobs)
$function$;

comment on function kw.cancel_rewrap_jobs(jobs bigint[]) is
'Deletes jobs that are not done and that nobody works at, and returns how many. Audited. For kw_admin. Errors: KW003.';

grant execute on function kw.cancel_rewrap_jobs(jobs bigint[]) to kw_admin;

-- functions/create_kms_key.sql

create or replace function kw.create_kms_key(
    provider text,
    external_key_ref text,
    purpose text default 'wrap',
    algorithm text default null,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.create_kms_key(provider, external_key_ref, purpose, algorithm, if_not_exists)
$function$;

comment on function kw.create_kms_key(provider text, external_key_ref text, purpose text, algorithm text, if_not_exists boolean) is
'Creates a key in a KMS, registers it and returns its id. For a provider of kind wrapper it creates a branch key, and external_key_ref names its policy. With purpose sign it creates a key that signs in its KMS, of signature algorithm algorithm, for kw.create_signing_key. For provider local, an algorithm of class kem creates a KEM key, which seals layers. It reuses a key that a rolled-back call of this database left in a keystore. if_not_exists: if the key is already registered with this purpose and algorithm, returns its id. For a branch that is the oldest active one of the policy. A key that exists only in the KMS is registered. For kw_admin. Errors: KW003, KW101, KW102 (already exists, differs, or too deep), KW201 to KW209 (from the KMS).';

grant execute on function kw.create_kms_key(provider text, external_key_ref text, purpose text, algorithm text, if_not_exists boolean) to kw_admin;

-- functions/add_kms_key.sql

create or replace function kw.add_kms_key(
    provider text,
    external_key_ref text,
    purpose text default 'wrap',
    algorithm text default null,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.add_kms_key(provider, external_key_ref, purpose, algorithm, if_not_exists)
$function$;

comment on function kw.add_kms_key(provider text, external_key_ref text, purpose text, algorithm text, if_not_exists boolean) is
'Registers an existing key of a KMS, and returns its id. A key of purpose sign signs in its KMS and is for kw.create_signing_key; it never wraps, and no other key signs there. if_not_exists: if it is already registered with this purpose and, if given, this algorithm, returns its id. For kw_admin. Errors: KW003, KW101 (provider does not exist), KW102 (already exists, or differs), KW201 to KW209 (from the KMS).';

grant execute on function kw.add_kms_key(provider text, external_key_ref text, purpose text, algorithm text, if_not_exists boolean) to kw_admin;

-- functions/create_kem_key.sql

create or replace function kw.create_kem_key(
    external_key_ref text,
    algorithm text,
    sealed_by_key_id bigint,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.create_kem_key(external_key_ref, algorithm, sealed_by_key_id, if_not_exists)
$function$;

comment on function kw.create_kem_key(external_key_ref text, algorithm text, sealed_by_key_id bigint, if_not_exists boolean) is
'Creates a KEM key, which seals layers, and returns its id. Its private key is stored in kw.kem_private_keys, wrapped under another KMS key or branch. Its provider is the provider of that key. (With provider local, kw.create_kms_key creates a KEM key whose private key is a file.) if_not_exists: if it is already registered with this algorithm and seal, returns its id. For kw_admin. Errors: KW003, KW101, KW102 (already exists, differs, or too deep), KW200 to KW209.';

grant execute on function kw.create_kem_key(external_key_ref text, algorithm text, sealed_by_key_id bigint, if_not_exists boolean) to kw_admin;

-- functions/add_kem_key.sql

create or replace function kw.add_kem_key(
    provider text,
    external_key_ref text,
    algorithm text,
    public_key bytea,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.add_kem_key(provider, external_key_ref, algorithm, public_key, if_not_exists)
$function$;

comment on function kw.add_kem_key(provider text, external_key_ref text, algorithm text, public_key bytea, if_not_exists boolean) is
'Registers a KEM key by its public key, and returns its id. This database can seal layers to it. It can open them only if its provider has the private key. if_not_exists: if the key is already registered with this algorithm and public key, returns its id. For kw_admin. Errors: KW003, KW101, KW102 (already exists, or differs).';

grant execute on function kw.add_kem_key(provider text, external_key_ref text, algorithm text, public_key bytea, if_not_exists boolean) to kw_admin;

-- functions/set_kms_key_status.sql

create or replace function kw.set_kms_key_status(kms_key_id bigint, status text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_kms_key_status(kms_key_id, status)
$function$;

comment on function kw.set_kms_key_status(kms_key_id bigint, status text) is
'Sets a KMS key active (wraps and opens), retired (opens) or disabled (neither), in every session from the next statement on. Warns if wrappers can no longer be opened. For kw_admin. Errors: KW003, KW101, KW102.';

grant execute on function kw.set_kms_key_status(kms_key_id bigint, status text) to kw_admin;

-- functions/key_dependents.sql

create or replace function kw.key_dependents(kms_key_id bigint) returns setof kw.key_dependent
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.key_dependents(kms_key_id)
$function$;

comment on function kw.key_dependents(kms_key_id bigint) is
'Returns what needs a KMS key directly: wrappers (by a leg), layers, branches, sealed private keys, signing keys, policies, and jobs that are not done. Shredded wrappers do not count. It reads every wrapper. For kw_admin and kw_auditor. Errors: KW101.';

grant execute on function kw.key_dependents(kms_key_id bigint) to kw_admin, kw_auditor;

-- functions/safe_to_destroy.sql

create or replace function kw.safe_to_destroy(kms_key_id bigint, timeout_seconds double precision default 10) returns setof kw.destroy_check
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.safe_to_destroy(kms_key_id, timeout_seconds)
$function$;

comment on function kw.safe_to_destroy(kms_key_id bigint, timeout_seconds double precision) is
'Answers whether a KMS key can be destroyed in its KMS, with the evidence. It waits until the transactions that may have wrapped under the key have ended; if they do not end in time, it answers no and names them. It takes no lock. A key that is active, or that anything needs, is not safe to destroy. For kw_admin. Errors: KW003, KW101.';

grant execute on function kw.safe_to_destroy(kms_key_id bigint, timeout_seconds double precision) to kw_admin;

-- functions/record_safe_to_destroy.sql

create or replace function kw.record_safe_to_destroy(kms_key_id bigint, timeout_seconds double precision default 10) returns setof kw.destroy_check
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.record_safe_to_destroy(kms_key_id, timeout_seconds)
$function$;

comment on function kw.record_safe_to_destroy(kms_key_id bigint, timeout_seconds double precision) is
'Answers as kw.safe_to_destroy does, and records the answer with its evidence as an event, so that it has a receipt. Call it in a transaction of its own: a transaction that has made changes gets no yes. For kw_admin. Errors: KW003, KW101.';

grant execute on function kw.record_safe_to_destroy(kms_key_id bigint, timeout_seconds double precision) to kw_admin;

-- functions/record_destroyed_key.sql

create or replace function kw.record_destroyed_key(kms_key_id bigint) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.record_destroyed_key(kms_key_id)
$function$;

comment on function kw.record_destroyed_key(kms_key_id bigint) is
'Asks the KMS for a key that was destroyed there, and records its answer as an event, so that it has a receipt. The event names the newest one of kw.record_safe_to_destroy for the key in the last 90 days. For kw_admin. Errors: KW101, KW102 (the key is active, or still works, or no key of its provider works), KW204 and others (the KMS does not answer).';

grant execute on function kw.record_destroyed_key(kms_key_id bigint) to kw_admin;

-- functions/create_policy.sql

create or replace function kw.create_policy(
    policy_name text,
    mode text,
    kms1_key_id bigint,
    kms2_key_id bigint default null,
    layers bigint[] default '{}',
    notes text default null,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.create_policy(policy_name, mode, kms1_key_id, kms2_key_id, layers, notes, if_not_exists)
$function$;

comment on function kw.create_policy(policy_name text, mode text, kms1_key_id bigint, kms2_key_id bigint, layers bigint[], notes text, if_not_exists boolean) is
'Creates a policy, and returns its id. Mode single requires one key; either and both require two that depend on different root keys. Calls that name no policy use the policy default. layers names KEM keys: every wrapper gets a layer of each, the first next to its data key. kw.set_policy_layers changes that. if_not_exists: if the policy already exists with this mode, keys, layers and, if given, notes, returns its id. For kw_admin. Errors: KW003, KW101, KW102 (already exists, or differs), KW103 (the mode requires independent keys).';

grant execute on function kw.create_policy(policy_name text, mode text, kms1_key_id bigint, kms2_key_id bigint, layers bigint[], notes text, if_not_exists boolean) to kw_admin;

-- functions/add_policy_key.sql

create or replace function kw.add_policy_key(policy_name text, kms_key_id bigint, priority integer default 0, weight integer default 1) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.add_policy_key(policy_name, kms_key_id, priority, weight)
$function$;

comment on function kw.add_policy_key(policy_name text, kms_key_id bigint, priority integer, weight integer) is
'Adds a key to a policy, or changes its priority and weight. Leg 1 uses the active key of the highest priority, by weight among equals. Leg 2 uses the next. kw.create_policy gives its keys priority 2 and 1. For kw_admin. Errors: KW003, KW101.';

grant execute on function kw.add_policy_key(policy_name text, kms_key_id bigint, priority integer, weight integer) to kw_admin;

-- functions/set_policy_layers.sql

create or replace function kw.set_policy_layers(
    policy_name text,
    min_layers integer,
    max_layers integer,
    layer_selection text default 'defined',
    aad_template jsonb default null,
    allow_experimental boolean default false
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_policy_layers(policy_name, min_layers, max_layers, layer_selection, aad_template, allow_experimental)
$function$;

comment on function kw.set_policy_layers(policy_name text, min_layers integer, max_layers integer, layer_selection text, aad_template jsonb, allow_experimental boolean) is
'Sets the number of KEM layers of new wrappers of a policy, each sealed to another KEM key of the policy. kw.create_policy and kw.add_policy_key name the keys. layer_selection chooses them: defined, the highest priority first; round_robin; random, by weight; hash_mod, by the wrapper_uuid. aad_template is an object of texts that every layer binds; {wrapper}, {policy}, {class}, {layer} and {key} are filled in. For kw_admin. Errors: KW003, KW101.';

grant execute on function kw.set_policy_layers(policy_name text, min_layers integer, max_layers integer, layer_selection text, aad_template jsonb, allow_experimental boolean) to kw_admin;

-- functions/bind_policy.sql

create or replace function kw.bind_policy(entity_table text, field_name text, policy_name text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.bind_policy(entity_table, field_name, policy_name)
$function$;

comment on function kw.bind_policy(entity_table text, field_name text, policy_name text) is
'Sets the policy for new bindings of a field (field null: of every field without its own policy). A notice names a table or column that does not exist. For kw_admin. Errors: KW003, KW101.';

grant execute on function kw.bind_policy(entity_table text, field_name text, policy_name text) to kw_admin;

-- functions/set_floor.sql

create or replace function kw.set_floor(entity_table text, field_name text, nist_level integer) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_floor(entity_table, field_name, nist_level)
$function$;

comment on function kw.set_floor(entity_table text, field_name text, nist_level integer) is
'Sets the NIST post-quantum category, 1 to 5, that new wrappers of a field require (field null: every field of the table). A layer of the wrapper or of a branch that it depends on gives the category, as kw.wrapper_levels shows. Null removes the floor. Existing bindings stay as they are; use kw.relayer to raise them. kw.rewrap, kw.relayer and kw.rebind cannot take a wrapper below the floor, also not through a branch. A notice names a table or column that does not exist. For kw_admin. Errors: KW003.';

grant execute on function kw.set_floor(entity_table text, field_name text, nist_level integer) to kw_admin;

-- functions/set_read_audit.sql

create or replace function kw.set_read_audit(entity_table text, field_name text, reads text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_read_audit(entity_table, field_name, reads)
$function$;

comment on function kw.set_read_audit(entity_table text, field_name text, reads text) is
'Sets which reads of a field are audited (field null: of every field of the table without its own setting). none: no reads. keys: raw data keys that leave the server (kw.unwrap) are lines in the server log. statements: each statement that decrypts or looks up values, or unwraps data keys, also writes one audit event at commit, with the role, the field, the function and how many values and bindings it read. Then reads require a transaction that can write (KW106). Null: as the table says, then setting read_audit. A notice names a table or column that does not exist. For kw_admin. Errors: KW003.';

grant execute on function kw.set_read_audit(entity_table text, field_name text, reads text) to kw_admin;

-- functions/set_algorithm_status.sql

create or replace function kw.set_algorithm_status(
    algorithm text,
    status text
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_algorithm_status(algorithm, status)
$function$;

comment on function kw.set_algorithm_status(algorithm text, status text) is
'Sets the status of a KEM or signature algorithm of kw.crypto_algorithms, by any of its names. active; deprecated: opens and verifies, but makes no new layer, signature or signing key; experimental, of KEMs only: makes layers only for policies that allow it. For kw_admin. Errors: KW003.';

grant execute on function kw.set_algorithm_status(algorithm text, status text) to kw_admin;

-- functions/add_provider.sql

create or replace function kw.add_provider(
    name text,
    provider text,
    config jsonb default '{}',
    probe boolean default true,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.add_provider(name, provider, config, probe, if_not_exists)
$function$;

comment on function kw.add_provider(name text, provider text, config jsonb, probe boolean, if_not_exists boolean) is
'Registers a KMS that the server''s provider file names, and returns its id. probe: connects first, and checks its credentials. if_not_exists: if it is already registered with this kind, returns its id. Kind wrapper is for branch keys and requires no entry. For kw_admin. Errors: KW003, KW101 (not in the file), KW102 (already exists, or differs), KW201 to KW209 (from the probe).';

grant execute on function kw.add_provider(name text, provider text, config jsonb, probe boolean, if_not_exists boolean) to kw_admin;

-- functions/set_provider_enabled.sql

create or replace function kw.set_provider_enabled(name text, enabled boolean) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_provider_enabled(name, enabled)
$function$;

comment on function kw.set_provider_enabled(name text, enabled boolean) is
'Enables or disables a provider. Keys of a disabled one neither wrap nor open, in every session from the next statement on. For kw_admin. Errors: KW101.';

grant execute on function kw.set_provider_enabled(name text, enabled boolean) to kw_admin;

-- functions/declare_shared_root.sql

create or replace function kw.declare_shared_root(provider text, other text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.declare_shared_root(provider, other)
$function$;

comment on function kw.declare_shared_root(provider text, other text) is
'Declares that two providers share a root: one who has the keys of one can open the other. Examples are keys restored or imported into both, or one that unseals the other. From the next statement on, the keys of both count as one root. Policies of mode both or either with such keys make no new wrappers; a warning names them. For kw_admin. Errors: KW003, KW101.';

grant execute on function kw.declare_shared_root(provider text, other text) to kw_admin;

-- functions/undeclare_shared_root.sql

create or replace function kw.undeclare_shared_root(provider text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.undeclare_shared_root(provider)
$function$;

comment on function kw.undeclare_shared_root(provider text) is
'Removes a provider from its declared shared root. Policies that were refused are accepted again. For kw_admin; requires a superuser. Errors: KW100, KW101, KW102.';

grant execute on function kw.undeclare_shared_root(provider text) to kw_admin;

-- functions/create_signing_key.sql

create or replace function kw.create_signing_key(
    name text,
    algorithm text,
    scope text,
    kms_key_id bigint,
    activate boolean default true,
    notes text default null,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.create_signing_key(name, algorithm, scope, kms_key_id, activate, notes, if_not_exists)
$function$;

comment on function kw.create_signing_key(name text, algorithm text, scope text, kms_key_id bigint, activate boolean, notes text, if_not_exists boolean) is
'Creates a signing key and returns its id. Its private key is stored in kw.signing_keys, wrapped under a KMS key or branch, and never leaves the server. Where the KMS key has purpose sign, that key is the private key: it stays in its KMS, which signs, and its public key is read from there. if_not_exists: if a key of this name has this algorithm, scope and KMS key, returns its id. For kw_admin. Errors: KW003, KW101, KW102 (already exists, or differs), KW104 (below signature_level), KW200 to KW209.';

grant execute on function kw.create_signing_key(name text, algorithm text, scope text, kms_key_id bigint, activate boolean, notes text, if_not_exists boolean) to kw_admin;

-- functions/import_signing_key.sql

create or replace function kw.import_signing_key(
    name text,
    algorithm text,
    scope text,
    public_key bytea,
    notes text default null,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.import_signing_key(name, algorithm, scope, public_key, notes, if_not_exists)
$function$;

comment on function kw.import_signing_key(name text, algorithm text, scope text, public_key bytea, notes text, if_not_exists boolean) is
'Enrols the public key of a signing key whose private key is elsewhere, and returns its id. Its signatures verify from then on. A public key is enrolled once. if_not_exists: if a key of this name has this algorithm, scope and public key, returns its id. For kw_admin. Errors: KW003, KW102 (already exists, or differs), KW104 (below signature_level).';

grant execute on function kw.import_signing_key(name text, algorithm text, scope text, public_key bytea, notes text, if_not_exists boolean) to kw_admin;

-- functions/set_signing_key_status.sql

create or replace function kw.set_signing_key_status(
    name text,
    status text,
    compromised_at timestamptz default null
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_signing_key_status(name, status, compromised_at)
$function$;

comment on function kw.set_signing_key_status(name text, status text, compromised_at timestamptz) is
'Sets a signing key active (signs and verifies), retired (verifies) or compromised, in every session from the next statement on. active activates a key that was created with activate => false. A key that is compromised neither signs nor verifies, except signatures that kw.verify_signature is told were made before compromised_at. It stays compromised; the moment can be moved back only. For kw_admin. Errors: KW003, KW101, KW102.';

grant execute on function kw.set_signing_key_status(name text, status text, compromised_at timestamptz) to kw_admin;

-- functions/sign.sql

create or replace function kw.sign(
    name text,
    message bytea,
    context bytea default ''
) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.sign(name, message, context)
$function$;

comment on function kw.sign(name text, message bytea, context bytea) is
'Signs a message in a context with an active signing key whose scope is an application, and returns the signature; null for null. It verifies in the same context only. For kw_signer. Errors: KW003, KW101, KW102 (other scope, or not activated), KW104 (below signature_level), KW200 to KW209, KW211.';

grant execute on function kw.sign(name text, message bytea, context bytea) to kw_signer;

-- functions/sign_many.sql

create or replace function kw.sign_many(
    name text,
    messages bytea[],
    context bytea default ''
) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.sign_many(name, messages, context)
$function$;

comment on function kw.sign_many(name text, messages bytea[], context bytea) is
'Signs many messages with one key in one context, in order; null for null. For kw_signer. Errors: as kw.sign.';

grant execute on function kw.sign_many(name text, messages bytea[], context bytea) to kw_signer;

-- functions/verify_signature.sql

create or replace function kw.verify_signature(
    name text,
    message bytea,
    signature bytea,
    context bytea default '',
    signed_at timestamptz default null
) returns boolean
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.verify_signature(name, message, signature, context, signed_at)
$function$;

comment on function kw.verify_signature(name text, message bytea, signature bytea, context bytea, signed_at timestamptz) is
'Returns whether a signature is one of the message in this context by a signing key whose scope is an application. False for null, for a key that is not activated, and for one that is compromised, unless it was signed before compromised_at. With signed_at, false also for signatures made before the key was activated or after it was retired. For all roles of kwtools. Errors: KW003, KW101, KW102 (other scope), KW200 to KW211 (its row was edited, or the deployment key cannot be opened).';

grant execute on function kw.verify_signature(name text, message bytea, signature bytea, context bytea, signed_at timestamptz) to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;

-- functions/verify_signature_many.sql

create or replace function kw.verify_signature_many(
    name text,
    messages bytea[],
    signatures bytea[],
    context bytea default '',
    signed_at timestamptz[] default null
) returns boolean[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.verify_signature_many(name, messages, signatures, context, signed_at)
$function$;

comment on function kw.verify_signature_many(name text, messages bytea[], signatures bytea[], context bytea, signed_at timestamptz[]) is
'Verifies many signatures by one key in one context, in order, as kw.verify_signature does. Null for null arrays. For all roles of kwtools. Errors: as kw.verify_signature.';

grant execute on function kw.verify_signature_many(name text, messages bytea[], signatures bytea[], context bytea, signed_at timestamptz[]) to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;

-- functions/create_deployment.sql

create or replace function kw.create_deployment(policy text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.create_deployment(policy)
$function$;

comment on function kw.create_deployment(policy text) is
'Creates the deployment key of this database and returns the deployment_uuid. From then on every change of a row of kw is sealed with it, and kw.seal_rows seals the rows of before. Audited. For kw_admin; requires a superuser. Errors: KW100, KW101 (no such policy), KW102 (exists), KW104, KW200 to KW209.';

grant execute on function kw.create_deployment(policy text) to kw_admin;

-- functions/seal_rows.sql

create or replace function kw.seal_rows(most integer default 10000) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.seal_rows(most)
$function$;

comment on function kw.seal_rows(most integer) is
'Seals the next rows of kw that have no seal, as they are, and returns how many; 0: none is left. It needs neither the KMS of a wrapper nor its data key. Check the rows first: what it finds is taken for right. Audited. For kw_admin; requires a superuser. Errors: KW003, KW100, KW101 (no deployment), KW102 (already sealed), KW209, KW211.';

grant execute on function kw.seal_rows(most integer) to kw_admin;

-- functions/seal_deployment.sql

create or replace function kw.seal_deployment(max_wait_seconds integer default 60) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.seal_deployment(max_wait_seconds)
$function$;

comment on function kw.seal_deployment(max_wait_seconds integer) is
'Ends the adoption, or the replacement of the deployment key: from then on a row of kw without a seal by the key in force is refused. It waits for the calls in progress, which could write such rows. After a replacement it reseals the rows that are left, and destroys the wrappers of earlier keys. Audited. For kw_admin; requires a superuser. Errors: KW003, KW100, KW101 (no deployment), KW102 (rows that are not sealed, or not resealed), KW209, KW211 (a row that does not match its seal), 55P03 (a transaction is still in progress; it is named).';

grant execute on function kw.seal_deployment(max_wait_seconds integer) to kw_admin;

-- functions/replace_deployment_key.sql

create or replace function kw.replace_deployment_key(
    policy text default null,
    lost boolean default false,
    reason text default null
) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.replace_deployment_key(policy, lost, reason)
$function$;

comment on function kw.replace_deployment_key(policy text, lost boolean, reason text) is
'Creates a new deployment key and puts it in force, and returns its phase. Where the provider file pins commitments, the key waits in phase next until its own is listed, and another call puts it in force. From then on every change is sealed with it; rows sealed by the key before are accepted until kw.seal_deployment ends the replacement. kw.reseal_rows reseals them. During a replacement it changes nothing and returns the phase. With lost, for a key that can no longer be opened, rows are resealed as they are; no pin may list commitments or say sealed meanwhile. Audited, and always in the server log. For kw_admin; requires a superuser. Errors: KW003, KW100, KW101 (no deployment), KW102 (the adoption has not ended, or the key is not lost or pinned), KW104, KW200 to KW209, KW211.';

grant execute on function kw.replace_deployment_key(policy text, lost boolean, reason text) to kw_admin;

-- functions/reseal_rows.sql

create or replace function kw.reseal_rows(
    inout place text default null,
    most integer default 10000,
    out resealed bigint
)
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.reseal_rows(place, most)
$function$;

comment on function kw.reseal_rows(inout place text, most integer, out resealed bigint) is
'Reseals the next rows, then the audit events that no log has, with the new deployment key, after checking them by the key before, and returns the place to go on from. Change numbers stay. It needs neither the KMS of a wrapper nor its data key. Rows that another transaction has locked are left to kw.seal_deployment. A row that does not match its seal stops it, and is named. For kw_admin; requires a superuser. Errors: KW003, KW100, KW101 (no deployment), KW102 (the key is not being replaced), KW209, KW211.';

grant execute on function kw.reseal_rows(inout place text, most integer, out resealed bigint) to kw_admin;

-- functions/accept_rows.sql

create or replace function kw.accept_rows(table_name text, row_keys text[], reason text) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.accept_rows(table_name, row_keys, reason)
$function$;

comment on function kw.accept_rows(table_name text, row_keys text[], reason text) is
'Seals rows of kw, or events that no log has, as they are, although their seals do not match, and returns how many. Use it only for rows that you have checked. Audited, and always in the server log. For kw_admin; requires a superuser. Errors: KW003, KW100, KW101 (no deployment), KW209, KW211 (not a row that a function can have written).';

grant execute on function kw.accept_rows(table_name text, row_keys text[], reason text) to kw_admin;

-- functions/check_seals.sql

create or replace function kw.check_seals(table_name text default null) returns setof kw.seal_check
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.check_seals(table_name)
$function$;

comment on function kw.check_seals(table_name text) is
'Checks the seal of every row of kw, and of each event that no log has, and returns the rows that do not match theirs: they were changed, moved or added by hand. No row: all match. No KMS is needed but that of the deployment key. For kw_admin, kw_operator and kw_auditor. Errors: KW003, KW101 (no deployment), KW209.';

grant execute on function kw.check_seals(table_name text) to kw_admin, kw_operator, kw_auditor;

-- functions/create_log.sql

create or replace function kw.create_log(host text, signing_keys text[]) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.create_log(host, signing_keys)
$function$;

comment on function kw.create_log(host text, signing_keys text[]) is
'Creates the log of audit events of this deployment and incarnation, and returns its origin, which is the name of its keys too. Its checkpoints are signed by each of these keys. Auditors need kw.log_keys.verifier_key of each. The events that exist already are the first ones to be sealed. For kw_admin. Errors: KW003, KW101, KW102 (already exists, or a key of another scope), KW200 to KW211.';

grant execute on function kw.create_log(host text, signing_keys text[]) to kw_admin;

-- functions/set_log_keys.sql

create or replace function kw.set_log_keys(signing_keys text[]) returns text[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_log_keys(signing_keys)
$function$;

comment on function kw.set_log_keys(signing_keys text[]) is
'Sets the keys that sign checkpoints of the log, and returns their verifier keys. To replace a key, name the old and the new one until auditors have the new verifier key, then the new one alone. The change is an event, which the next checkpoint signs. For kw_admin. Errors: KW003, KW101, KW102 (a key of another scope), KW200 to KW211.';

grant execute on function kw.set_log_keys(signing_keys text[]) to kw_admin;

-- functions/append_audit.sql

create or replace function kw.append_audit(max_events integer default 10000) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.append_audit(max_events)
$function$;

comment on function kw.append_audit(max_events integer) is
'Appends committed events that are not in the log yet, in order of id, and returns how many. An event that commits after one of a higher id is appended later. Writers of events never wait for it. It signs nothing: kw.seal_audit calls it and kw.sign_checkpoint, each in a transaction. For kw_admin and kw_operator. Errors: KW003, KW101 (no log), KW211 (the log was changed).';

grant execute on function kw.append_audit(max_events integer) to kw_admin, kw_operator;

-- functions/append_state.sql

create or replace function kw.append_state() returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.append_state()
$function$;

comment on function kw.append_state() is
'Appends an entry with the state of the sealed rows to the log: the root hash of their change numbers. It is the state that the events of the log have made. Refuses if rows were put back, deleted or added in another way. kw.seal_audit calls it after kw.append_audit. For kw_admin and kw_operator. Errors: KW101 (no log), KW102 (call kw.append_audit first), KW211.';

grant execute on function kw.append_state() to kw_admin, kw_operator;

-- functions/accept_state.sql

create or replace function kw.accept_state(reason text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
api.accept_state(reason)
$function$;

comment on function kw.accept_state(reason text) is
'Has the next state in the log be of the sealed rows as they are, after kw.append_state or kw.check_state found that some are not what the log says. Give rows that do not match their seals new ones first: kw.accept_rows. A comparison with an older checkpoint reports it from then on. Audited, and always in the server log. For kw_admin; requires a superuser. Errors: KW003, KW100, KW101.';

grant execute on function kw.accept_state(reason text) to kw_admin;

-- functions/sign_checkpoint.sql

create or replace function kw.sign_checkpoint(again boolean default false) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.sign_checkpoint(again)
$function$;

comment on function kw.sign_checkpoint(again boolean) is
'Signs a checkpoint of the log by each of its keys, stores it, writes it to the server log, and returns it. If the newest checkpoint has all entries already, returns that one. It checks first that the log continues the newest checkpoint. Refuses in a transaction that appended events, since a checkpoint must not outlive its entries. For kw_admin and kw_operator. Errors: KW101 (no log, or an empty one), KW102 (events were appended in this transaction, or a key does not sign), KW200 to KW209, KW211 (the log, or a row of its keys, was changed).';

grant execute on function kw.sign_checkpoint(again boolean) to kw_admin, kw_operator;

-- functions/seal_audit.sql

-- A procedure that commits cannot have a SET clause: so every name and operator is qualified.
create or replace procedure kw.seal_audit(
    inout size bigint default null,
    inout checkpoint text default null,
    max_events integer default 10000,
    again boolean default false
)
language plpgsql
as $procedure$
declare
    failed pg_catalog.text;
    problem pg_catalog.text;
    details pg_catalog.text;
    advice pg_catalog.text;
begin
    loop
        exit when kw.append_audit(max_events) operator(pg_catalog.<) max_events;
        commit;
    end loop;
    commit;
    -- What was recorded is signed, even where rows are not what it says of them.
    begin
        perform kw.append_state();
    exception
        when sqlstate 'KW211' or sqlstate 'KW102' then
            get stacked diagnostics
                failed = returned_sqlstate, problem = message_text,
                details = pg_exception_detail, advice = pg_exception_hint;
    end;
    commit;
    checkpoint := kw.sign_checkpoint(again);
    size := pg_catalog.split_part(checkpoint, E'\n', 2);
    commit;
    if failed is not null then
        -- Each of these errors has a detail and a hint.
        raise exception using
            errcode = failed, message = problem, detail = details, hint = advice;
    end if;
end;
$procedure$;

comment on procedure kw.seal_audit(inout size bigint, inout checkpoint text, max_events integer, again boolean) is
'Appends every committed event that is not in the log yet, and the state of the sealed rows, signs a checkpoint, and returns the size of the log and the checkpoint. Commits by itself after every batch, and before it signs. If nothing is new, returns the newest checkpoint. For pg_cron, and outside of a transaction block. For kw_admin and kw_operator. If rows are not what the log says, it signs the checkpoint without a state and then fails. Errors: as kw.append_audit, kw.append_state and kw.sign_checkpoint.';

grant execute on procedure kw.seal_audit(inout size bigint, inout checkpoint text, max_events integer, again boolean) to kw_admin, kw_operator;

-- functions/check_state.sql

create or replace function kw.check_state(checkpoint text default null) returns setof kw.seal_check
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.check_state(checkpoint)
$function$;

comment on function kw.check_state(checkpoint text) is
'Compares every sealed row of kw with the log as a checkpoint proves it, and returns the rows that were put back, deleted or added, and those that do not match their seals. No row: all are as the functions of kw left them. Without a checkpoint that was kept elsewhere, a whole database that was put back passes. For kw_admin, kw_operator and kw_auditor. Errors: KW003 (not a checkpoint of this log), KW101 (no log, or no state before the checkpoint), KW211 (the log does not continue the checkpoint).';

grant execute on function kw.check_state(checkpoint text) to kw_admin, kw_operator, kw_auditor;

-- functions/audit_proof.sql

create or replace function kw.audit_proof(event bigint) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.audit_proof(event)
$function$;

comment on function kw.audit_proof(event bigint) is
'Returns a proof that an event is in the log, in the newest checkpoint. It holds the entry, and an auditor verifies it offline with the verifier keys alone. Works on a standby. For kw_admin and kw_auditor. Errors: KW101 (not in the log), KW102 (no checkpoint has it yet, or its text was deleted), KW211 (the log was changed).';

grant execute on function kw.audit_proof(event bigint) to kw_admin, kw_auditor;

-- functions/audit_receipt.sql

create or replace function kw.audit_receipt(wrapper uuid, event bigint default null) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.audit_receipt(wrapper, event)
$function$;

comment on function kw.audit_receipt(wrapper uuid, event bigint) is
'Returns a receipt of one wrapper: what an event of the log says of it, and the proof of the event as kw.audit_proof returns it. An auditor verifies it offline with the verifier keys alone: kwtools receipt verify. It proves which wraps were destroyed if the event is a shred, and which change numbers the row had if the event has sealed changes. Works on a standby. For kw_admin and kw_auditor. Errors: KW101 (not shredded, not in the log, or another wrapper), KW102 (no checkpoint has it yet, or its text was deleted), KW211 (tables were changed).';

grant execute on function kw.audit_receipt(wrapper uuid, event bigint) to kw_admin, kw_auditor;

-- functions/add_witness.sql

create or replace function kw.add_witness(verifier_key text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.add_witness(verifier_key)
$function$;

comment on function kw.add_witness(verifier_key text) is
'Accepts cosignatures of a witness (C2SP tlog-cosignature, Ed25519 or ML-DSA-44) from now on. If it is accepted already, does nothing. For kw_admin. Errors: KW003.';

grant execute on function kw.add_witness(verifier_key text) to kw_admin;

-- functions/remove_witness.sql

create or replace function kw.remove_witness(verifier_key text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.remove_witness(verifier_key)
$function$;

comment on function kw.remove_witness(verifier_key text) is
'Accepts no further cosignatures of a witness. Those that it made stay. For kw_admin. Errors: KW101.';

grant execute on function kw.remove_witness(verifier_key text) to kw_admin;

-- functions/add_cosignatures.sql

create or replace function kw.add_cosignatures(note text) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.add_cosignatures(note)
$function$;

comment on function kw.add_cosignatures(note text) is
'Stores the cosignatures of a checkpoint by witnesses of kw.add_witness, and returns how many are new. Each is verified: one that is not valid refuses the note. Lines of others are ignored. Proofs and exports then have them. For kw_admin and kw_operator. Errors: KW003 (not a checkpoint, or a signature that is not valid), KW101 (not a checkpoint of the log).';

grant execute on function kw.add_cosignatures(note text) to kw_admin, kw_operator;

-- functions/plan_protection.sql

create or replace function kw.plan_protection(
    entity_table text,
    column_name text,
    key_scope text default 'column',
    shown_by text default 'column',
    search text default null,
    normaliser text default 'raw',
    taken_over_from text default null,
    takeover_options jsonb default '{}',
    old_key bytea default null
) returns setof kw.protection_step
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.plan_protection(
    entity_table, column_name, key_scope, shown_by, search, normaliser, taken_over_from, takeover_options, old_key
)
$function$;

comment on function kw.plan_protection(entity_table text, column_name text, key_scope text, shown_by text, search text, normaliser text, taken_over_from text, takeover_options jsonb, old_key bytea) is
'Returns what kw.protect would do with a column, and changes nothing: size and time, locks, the indexes and constraints that are dropped with the plaintext, what depends on the column and stops that, triggers and publications that the backfill fires, roles that may write the column but not encrypt, with shown_by => view also what breaks when a view has the name of the table, and where plaintext remains. Of a takeover it tries each value, as kw.check_takeover. For kw_client; requires the table owner. Errors: KW003, KW100, KW101.';

grant execute on function kw.plan_protection(entity_table text, column_name text, key_scope text, shown_by text, search text, normaliser text, taken_over_from text, takeover_options jsonb, old_key bytea) to kw_client;

-- functions/protect_expand.sql

create or replace function kw.protect_expand(
    entity_table text,
    column_name text,
    key_scope text default 'column',
    policy text default null,
    shown_by text default 'column',
    search text default null,
    normaliser text default 'raw',
    taken_over_from text default null,
    takeover_options jsonb default '{}'
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set lock_timeout = '200ms'
set row_security = off
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.protect_expand(
    entity_table, column_name, key_scope, policy, shown_by, search, normaliser, taken_over_from, takeover_options
)
$function$;

comment on function kw.protect_expand(entity_table text, column_name text, key_scope text, policy text, shown_by text, search text, normaliser text, taken_over_from text, takeover_options jsonb) is
'Begins to protect a column: binds a data key, adds the encrypted column, and a trigger that encrypts what is written from now on; with search => equality also the key of a blind index, and a column and a trigger for its tokens. If the protection has begun or is complete, does nothing, and refuses another key_scope, shown_by, search or normaliser that is not the default (KW102); until the backfill has ended, it takes other takeover_options. Of a takeover the trigger does not encrypt, but empties the ciphertext of a value that changes, for the next backfill. Refused (KW102) if kw.plan_protection has obstacles. Locks the table for milliseconds, and gives up its place among those who wait every 0.2 seconds. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102, and as kw.bind and kw.create_index_key.';

grant execute on function kw.protect_expand(entity_table text, column_name text, key_scope text, policy text, shown_by text, search text, normaliser text, taken_over_from text, takeover_options jsonb) to kw_client;

-- functions/protect_backfill.sql

create or replace function kw.protect_backfill(
    entity_table text,
    column_name text,
    max_rows integer default 1000,
    old_key bytea default null
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD'
set intervalstyle = 'iso_8601'
set timezone = 'UTC'
set extra_float_digits = '1'
set bytea_output = 'hex'
set array_nulls = 'on'
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.protect_backfill(entity_table, column_name, max_rows, old_key)
$function$;

comment on function kw.protect_backfill(entity_table text, column_name text, max_rows integer, old_key bytea) is
'Encrypts the values of the next rows of a column that is being protected, in the order of the primary key. Rows that another transaction holds are left for a later pass. Ends early where the rows of the call have been locked for 0.1 seconds, so that writers do not wait for long. Commit after each call, and call it until it returns 0. Of a takeover, values that do not open fail the call, which names their keys; after the verification, it encrypts values that were written since, and returns 0 where fewer than max_rows were left. Triggers of the table fire, and see dates in the style ISO and time zone UTC. For kw_client; requires the table owner. Errors: KW003, KW100, KW101, KW102, KW300, and as kw.encrypt.';

grant execute on function kw.protect_backfill(entity_table text, column_name text, max_rows integer, old_key bytea) to kw_client;

-- functions/protect_verify.sql

-- row_security = off: rows that a policy hides raise an error, and are not left out.
create or replace function kw.protect_verify(
    entity_table text,
    column_name text,
    max_rows integer default 1000,
    old_key bytea default null
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set datestyle = 'ISO, YMD'
set intervalstyle = 'iso_8601'
set timezone = 'UTC'
set extra_float_digits = '1'
set bytea_output = 'hex'
set array_nulls = 'on'
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.protect_verify(entity_table, column_name, max_rows, old_key)
$function$;

comment on function kw.protect_verify(entity_table text, column_name text, max_rows integer, old_key bytea) is
'Decrypts the next rows of a column that was backfilled, and compares the SHA-256 of each value with that of its plaintext, which of a takeover is opened with the old key. Commit after each call, and call it until it returns 0. If rows differ, the column is not verified: kw.protection_status names their keys, and the next call begins again. For kw_client; requires the table owner. Errors: KW003, KW100, KW101, KW102, and as kw.decrypt.';

grant execute on function kw.protect_verify(entity_table text, column_name text, max_rows integer, old_key bytea) to kw_client;

-- functions/protect_cut_over.sql

-- row_security = off: of a takeover it reads rows, and those that a policy hides raise an error.
create or replace function kw.protect_cut_over(
    entity_table text,
    column_name text,
    old_key bytea default null
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set lock_timeout = '200ms'
set row_security = off
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.protect_cut_over(entity_table, column_name, old_key)
$function$;

comment on function kw.protect_cut_over(entity_table text, column_name text, old_key bytea) is
'Gives the name of a verified column to the encrypted one: from now on writers encrypt. With shown_by => view a protected view takes the name of the table as well, so that readers and writers go on with plaintext; the table is then named with _protected at its end. A trigger keeps the plaintext in step until kw.protect_contract, so that kw.protect_undo loses nothing. If it is cut over, does nothing. Of a takeover it encrypts the last values, 500 at most, under its lock, and a trigger empties the old value of a ciphertext that changes. Locks the table for milliseconds; of a takeover while it reads the table for those values. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW101, KW102, KW300, 55P03 while older transactions could still need the plaintext.';

grant execute on function kw.protect_cut_over(entity_table text, column_name text, old_key bytea) to kw_client;

-- functions/protect_contract.sql

-- row_security = off: of a takeover it reads rows, and those that a policy hides raise an error.
create or replace function kw.protect_contract(entity_table text, column_name text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set lock_timeout = '200ms'
set row_security = off
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.protect_contract(entity_table, column_name)
$function$;

comment on function kw.protect_contract(entity_table text, column_name text) is
'Drops the plaintext column of a column that was cut over, with its trigger. This cannot be undone. Of a takeover it reads the table before it locks it. Refused (KW102) while views, generated columns or other objects depend on the plaintext column. Old tuples keep plaintext until the table is rewritten; a notice says how. Audited. For kw_client; requires the table owner. Errors: KW100, KW101, KW102.';

grant execute on function kw.protect_contract(entity_table text, column_name text) to kw_client;

-- functions/protect_undo.sql

-- row_security = off: of a takeover it reads rows, and those that a policy hides raise an error.
create or replace function kw.protect_undo(
    entity_table text,
    column_name text,
    discard_newer boolean default false
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set lock_timeout = '200ms'
set row_security = off
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.protect_undo(entity_table, column_name, discard_newer)
$function$;

comment on function kw.protect_undo(entity_table text, column_name text, discard_newer boolean) is
'Takes a protection back in any phase before kw.protect_contract: the column has its name, its values and its defaults again, and the encrypted column and the triggers are dropped. What was written meanwhile stays. Of a takeover it is refused (KW102) while values exist only encrypted by kwtools, unless discard_newer is true. The binding of the data key stays, too. Locks the table for milliseconds. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW101, KW102.';

grant execute on function kw.protect_undo(entity_table text, column_name text, discard_newer boolean) to kw_client;

-- functions/protection_status.sql

create or replace function kw.protection_status(entity_table text default null) returns setof kw.protection_progress
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.protection_status(entity_table)
$function$;

comment on function kw.protection_status(entity_table text) is
'Returns how far the protections of columns are, and the statements that make indexes of tokens which they wait for, to be run outside of a transaction block: those of tables that the role owns, and all of them for kw_admin and kw_auditor. For kw_client, kw_admin and kw_auditor. Errors: KW003.';

grant execute on function kw.protection_status(entity_table text) to kw_client, kw_admin, kw_auditor;

-- functions/protect.sql

-- A procedure that commits cannot have a SET clause: so every name and operator is qualified.
create or replace procedure kw.protect(
    entity_table text,
    column_name text,
    key_scope text default 'column',
    policy text default null,
    until text default 'verified',
    max_rows integer default 1000,
    shown_by text default 'column',
    search text default null,
    normaliser text default 'raw',
    taken_over_from text default null,
    takeover_options jsonb default '{}',
    old_key bytea default null
)
language plpgsql
as $procedure$
declare
    phases constant pg_catalog.text[] := array['expanded', 'backfilled', 'verified', 'cut_over', 'contracted'];
    -- 0 for what is not a phase.
    last constant pg_catalog.int4 := coalesce(pg_catalog.array_position(phases, until), 0);
    passed pg_catalog.int4;
begin
    if last operator(pg_catalog.=) 0 then
        raise exception 'until is not a phase of a protection'
            using errcode = 'KW003', hint = 'Use expanded, backfilled, verified, cut_over or contracted.';
    end if;
    perform kw.protect_expand(entity_table, column_name, key_scope, policy, shown_by, search, normaliser, taken_over_from, takeover_options);
    commit;
    if last operator(pg_catalog.>=) 2 then
        loop
            passed := kw.protect_backfill(entity_table, column_name, max_rows, old_key => old_key);
            commit;
            exit when passed operator(pg_catalog.=) 0;
        end loop;
    end if;
    if last operator(pg_catalog.>=) 3 then
        loop
            passed := kw.protect_verify(entity_table, column_name, max_rows, old_key => old_key);
            commit;
            exit when passed operator(pg_catalog.=) 0;
        end loop;
        if exists (select from kw.protection_status(entity_table) s where s.field_name operator(pg_catalog.=) column_name and s.status operator(pg_catalog.=) 'backfilled') then
            raise exception 'rows differ from their ciphertexts'
                using errcode = 'KW102', hint = 'Use kw.protection_status, which names their keys.';
        end if;
    end if;
    if last operator(pg_catalog.>=) 4 then
        -- Of a takeover, what was written during the verification.
        loop
            passed := kw.protect_backfill(entity_table, column_name, max_rows, old_key => old_key);
            commit;
            exit when passed operator(pg_catalog.=) 0;
        end loop;
        perform kw.protect_cut_over(entity_table, column_name, old_key => old_key);
        commit;
    end if;
    if last operator(pg_catalog.>=) 5 then
        perform kw.protect_contract(entity_table, column_name);
        commit;
    end if;
end;
$procedure$;

comment on procedure kw.protect(entity_table text, column_name text, key_scope text, policy text, until text, max_rows integer, shown_by text, search text, normaliser text, taken_over_from text, takeover_options jsonb, old_key bytea) is
'Takes a plaintext column to an encrypted one while it is used, phase by phase, and continues where an earlier call ended: kw.protect_expand, kw.protect_backfill and kw.protect_verify, and, if asked for, kw.protect_cut_over and kw.protect_contract. Commits by itself after each batch and each phase. Call it outside of a transaction block. For kw_client; requires the table owner. Errors: as these functions.';

grant execute on procedure kw.protect(entity_table text, column_name text, key_scope text, policy text, until text, max_rows integer, shown_by text, search text, normaliser text, taken_over_from text, takeover_options jsonb, old_key bytea) to kw_client;

-- functions/grant_field.sql

create or replace function kw.grant_field(
    entity_table text,
    field_name text,
    grantee name,
    may_read boolean default true,
    may_write boolean default false
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.grant_field(entity_table, field_name, grantee, may_read, may_write)
$function$;

comment on function kw.grant_field(entity_table text, field_name text, grantee name, may_read boolean, may_write boolean) is
'Lets a role and its members decrypt (may_read) or encrypt (may_write) a field (null: every field) of a table or external entity. Replaces an earlier grant. Audited. For kw_client and kw_grantor; requires the table owner, or kw_grantor for an external entity. Errors: KW003, KW100, KW101 (role does not exist).';

grant execute on function kw.grant_field(entity_table text, field_name text, grantee name, may_read boolean, may_write boolean) to kw_client, kw_grantor;

-- functions/revoke_field.sql

create or replace function kw.revoke_field(entity_table text, field_name text, grantee name) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.revoke_field(entity_table, field_name, grantee)
$function$;

comment on function kw.revoke_field(entity_table text, field_name text, grantee name) is
'Revokes a grant of kw.grant_field, in every session from the next statement on. Audited. For kw_client and kw_grantor, as kw.grant_field. Errors: KW100, KW101 (grant does not exist).';

grant execute on function kw.revoke_field(entity_table text, field_name text, grantee name) to kw_client, kw_grantor;

-- functions/list_grants.sql

create or replace function kw.list_grants(entity_table text default null)
returns table (
    entity text,
    field_name text,
    grantee text,
    may_read boolean,
    may_write boolean,
    granted_by text,
    created_at timestamptz,
    table_owner text,
    counts boolean,
    reason text
)
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.list_grants(entity_table)
$function$;

comment on function kw.list_grants(entity_table text) is
'Lists the grants of an entity, or all that the caller may see. Shows the role, the table owner at the time of the grant, whether the grant is in force, and the reason if not. For kw_client (the table owner), kw_grantor (external names), kw_admin and kw_auditor (all). Errors: KW003, KW100.';

grant execute on function kw.list_grants(entity_table text) to kw_admin, kw_client, kw_grantor, kw_auditor;

-- functions/check_kms.sql

create or replace function kw.check_kms(kms_key_id bigint default null) returns setof kw.kms_check_result
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.check_kms(kms_key_id)
$function$;

comment on function kw.check_kms(kms_key_id bigint) is
'Probes one KMS key, or every active one, by wrapping and opening a canary. Records and returns whether it is up, degraded (slower than the setting degraded_ms) or down. After a provider does not answer, skips its other keys. Records nothing in a read-only transaction, as on a standby. For kw_admin and kw_operator. Errors: KW101 (key does not exist), KW200 (key cannot wrap).';

grant execute on function kw.check_kms(kms_key_id bigint) to kw_admin, kw_operator;

-- functions/check_algorithms.sql

create or replace function kw.check_algorithms() returns setof kw.algorithm_check
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.check_algorithms()
$function$;

comment on function kw.check_algorithms() is
'Runs a known-answer test of every algorithm of kw.crypto_algorithms with the libraries of the server, and returns a row for each. For kw_admin and kw_auditor.';

grant execute on function kw.check_algorithms() to kw_admin, kw_auditor;

-- functions/doctor.sql

create or replace function kw.doctor() returns setof kw.doctor_result
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.doctor()
$function$;

comment on function kw.doctor() is
'Checks the server: runtime, provider file, keystores and their keys, roles, functions and settings. Returns a row for each check. A row that is ok and has a hint is advice. For kw_admin, kw_operator and kw_auditor.';

grant execute on function kw.doctor() to kw_admin, kw_operator, kw_auditor;

-- functions/version.sql

create or replace function kw.version() returns jsonb
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.version()
$function$;

comment on function kw.version() is
'Returns the versions of extension, runtime, Python, cryptography and OpenSSL. For all roles of kwtools.';

grant execute on function kw.version() to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;

-- functions/sessions_on_older_runtimes.sql

create or replace function kw.sessions_on_older_runtimes() returns integer
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.sessions_on_older_runtimes()
$function$;

comment on function kw.sessions_on_older_runtimes() is
'Returns how many other sessions of this database have loaded the code of another version of kwtools than the database has. They go over to it, or end, at their next call. It reads /proc: null where there is none. For kw_admin and kw_auditor.';

grant execute on function kw.sessions_on_older_runtimes() to kw_admin, kw_auditor;

-- functions/set_setting.sql

create or replace function kw.set_setting(name text, value integer) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.set_setting(name, value)
$function$;

comment on function kw.set_setting(name text, value integer) is
'Sets a setting. cache_seconds: how long a session keeps an opened key (default 300). cache_keys: how many keys it keeps (default 10000; 0: none). branch_grace_seconds: how long an opened branch key may be used after expiry while the KMS above it is unreachable (default 0). degraded_ms: the time after which kw.check_kms calls a key degraded (default 1000). health_days: how long it keeps its results (default 30). audit_log: whether audited actions are also lines in the server log (default 1). audit_days: how long audit events are kept (default 0: for ever). job_attempts: how often a job of the queue is tried before it rests as failed (default 10). job_days: how long finished jobs are kept (default 30; 0: for ever). signature_level: the NIST level that signing keys need to be created, enrolled and to sign, except those of the log (default 0: none). read_audit: which reads are audited of fields without kw.set_read_audit (default 1: raw data keys; 0: none; 2: every statement). metrics_show_names: whether kw.metrics shows the names of KMS keys (default 1; 0: only their ids). For kw_admin. Errors: KW003.';

grant execute on function kw.set_setting(name text, value integer) to kw_admin;

-- functions/check_restore.sql

create or replace function kw.check_restore() returns setof kw.doctor_result
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.check_restore()
$function$;

comment on function kw.check_restore() is
'Checks a restore or logical replication, and returns the results. Checks every foreign key, looks for missing rows, moves sequences past the existing rows, and enables the triggers. If everything is in order, forgets which tables were loaded without checks. If the rows are sealed, also says how to find what the restore lost. For kw_admin.';

grant execute on function kw.check_restore() to kw_admin;

-- functions/acknowledge_restore.sql

create or replace function kw.acknowledge_restore(checkpoint text, reason text) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.acknowledge_restore(checkpoint, reason)
$function$;

comment on function kw.acknowledge_restore(checkpoint text, reason text) is
'Acknowledges that a restore has put the database back, and begins the next incarnation of its deployment: change numbers of their own, and a log of its own with the host and the keys of the one before. It returns the origin of that log. The first entry names the checkpoint, the size and root hash of the restored log, and the reason. Then call kw.seal_audit, give auditors the new verifier keys, and raise the incarnation in the provider file. Audited, and always in the server log. For kw_admin; requires a superuser. Errors: KW003 (not a checkpoint of this log, as after a second call), KW100, KW101 (no deployment, or no log), KW200 to KW209, KW211 (not signed by a key of the log).';

grant execute on function kw.acknowledge_restore(checkpoint text, reason text) to kw_admin;

-- functions/entities_to_reclaim.sql

create or replace function kw.entities_to_reclaim() returns setof kw.entity_to_reclaim
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.entities_to_reclaim()
$function$;

comment on function kw.entities_to_reclaim() is
'Lists the names whose table is not the recorded one, as after a restore, with their owners and grants. problem: why kw.reclaim_entities leaves the name out; null if it does not. For kw_admin and kw_auditor.';

grant execute on function kw.entities_to_reclaim() to kw_admin, kw_auditor;

-- functions/reclaim_entity.sql

create or replace function kw.reclaim_entity(entity_table text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.reclaim_entity(entity_table)
$function$;

comment on function kw.reclaim_entity(entity_table text) is
'Records the present table of a name, after a restore or a re-creation of the table, so that its privileges count again. Requires that the table has the recorded owner, or a superuser. Audited. For kw_admin. Errors: KW100, KW102.';

grant execute on function kw.reclaim_entity(entity_table text) to kw_admin;

-- functions/reclaim_entities.sql

create or replace function kw.reclaim_entities() returns setof kw.entity_to_reclaim
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.reclaim_entities()
$function$;

comment on function kw.reclaim_entities() is
'Re-claims every name that kw.entities_to_reclaim lists without a problem, as kw.reclaim_entity does, and returns the list. A name that another transaction is changing is skipped and listed with that problem. Checks the restore first, and re-claims nothing if it is not complete. Audited. For kw_admin. Errors: KW102.';

grant execute on function kw.reclaim_entities() to kw_admin;

-- functions/confirm_grants.sql

create or replace function kw.confirm_grants(entity_table text default null) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.10.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.10.0']
return api.confirm_grants(entity_table)
$function$;

comment on function kw.confirm_grants(entity_table text) is
'Puts grants into force again after a restore or a re-creation of the table, and returns how many. The recorded owner and grantee must have the same names now. Use kw.list_grants and kw.reclaim_entity first. Without a name: of every entity that the caller may confirm. Audited. For kw_client and kw_grantor; requires the table owner, or kw_grantor for external names. Errors: KW003, KW100.';

grant execute on function kw.confirm_grants(entity_table text) to kw_client, kw_grantor;

-- views/session_metrics.sql

create view kw.session_metrics as
select
    'kwtools_info' as metric, '' as suffix,
    jsonb_build_object('version', v.versions ->> 'extension', 'runtime', v.versions ->> 'runtime') as labels,
    1::double precision as value
from (select kw.version() as versions) v
union all
select 'kwtools_sessions_on_older_runtimes', '', '{}', s.sessions::double precision
from (select kw.sessions_on_older_runtimes() as sessions) s
where s.sessions is not null;

comment on view kw.session_metrics is 'Metrics of versions. It loads the runtime, and looks at every session of the database.';
comment on column kw.session_metrics.metric is 'The metric, as in kw.metric_names.';
comment on column kw.session_metrics.suffix is 'Of a histogram: what follows the name of the metric in the name of the sample.';
comment on column kw.session_metrics.labels is 'Labels and their values.';
comment on column kw.session_metrics.value is 'The value.';

-- views/metrics.sql

create view kw.metrics as
select n.metric || m.suffix as name, n.type, n.help, m.labels, m.value
from (
    select k.metric, k.suffix, k.labels, k.value from kw.key_metrics k
    union all
    select w.metric, w.suffix, w.labels, w.value from kw.wrapper_metrics w
    union all
    select j.metric, j.suffix, j.labels, j.value from kw.job_metrics j
    union all
    select a.metric, a.suffix, a.labels, a.value from kw.audit_metrics a
    union all
    select f.metric, f.suffix, f.labels, f.value from kw.field_metrics f
    union all
    select s.metric, s.suffix, s.labels, s.value from kw.session_metrics s
) m
join kw.metric_names n on n.metric = m.metric;

comment on view kw.metrics is 'The metrics of the database, for tools that read SQL. It reads every wrapper: where that takes too long, read the view of a group, such as kw.key_metrics.';
comment on column kw.metrics.name is 'Name of the sample: the metric, with _bucket, _sum or _count for a histogram.';
comment on column kw.metrics.type is 'gauge, counter or histogram.';
comment on column kw.metrics.help is 'The meaning of the value.';
comment on column kw.metrics.labels is 'Labels and their values.';
comment on column kw.metrics.value is 'The value.';

-- privileges.sql

-- Last: everything belongs to kw_owner, nothing is granted to PUBLIC. The grants of functions
-- stand beside the functions.
do $owner$
declare
    member record;
    -- Set by an upgrade: grants that somebody made on what was there are left alone.
    before text[] := pg_catalog.string_to_array(
        pg_catalog.current_setting('kwtools.members_before', true), ' '
    );
    calls_before jsonb := coalesce(
        nullif(pg_catalog.current_setting('kwtools.calls_before', true), ''), '[]'
    )::jsonb;
    grantee pg_catalog.regrole;
    grantable boolean;
    kind text;
begin
    for member in
        select
            i.type,
            i.identity,
            p.proname,
            pg_catalog.format('%s:%s', d.classid::oid, d.objid) = any (before) as was_there,
            coalesce(c.relowner, p.proowner, t.typowner) as owner,
            coalesce(c.relacl, p.proacl, t.typacl, n.nspacl) as acl
        from pg_catalog.pg_depend d
        join pg_catalog.pg_extension e on e.oid = d.refobjid and e.extname = 'kwtools'
        left join pg_catalog.pg_class c on d.classid = 'pg_catalog.pg_class'::regclass and c.oid = d.objid
        left join pg_catalog.pg_proc p on d.classid = 'pg_catalog.pg_proc'::regclass and p.oid = d.objid
        left join pg_catalog.pg_type t on d.classid = 'pg_catalog.pg_type'::regclass and t.oid = d.objid
        left join pg_catalog.pg_namespace n on d.classid = 'pg_catalog.pg_namespace'::regclass and n.oid = d.objid
        cross join pg_catalog.pg_identify_object(d.classid, d.objid, 0) i
        where d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'e'
            and i.type in ('table', 'view', 'sequence', 'type', 'function', 'procedure', 'schema')
            -- Since PostgreSQL 17 row types and arrays are members, too; they follow their table or type.
            and (t.oid is null or t.typcategory <> 'A' and not exists (
                select from pg_catalog.pg_class r where r.oid = t.typrelid and r.relkind <> 'c'
            ))
    loop
        kind := replace(member.type, 'view', 'table'); -- as GRANT calls it
        -- ALTER TABLE locks a table against its readers, even if nothing changes.
        if member.type in ('table', 'view', 'type', 'function', 'procedure') and member.owner <> 'kw_owner'::regrole then
            execute pg_catalog.format('alter %s %s owner to kw_owner', member.type, member.identity);
        end if;
        execute pg_catalog.format('revoke all on %s %s from public', kind, member.identity);
        -- What ALTER DEFAULT PRIVILEGES of the installing role gave away.
        for grantee in
            select distinct a.grantee
            from pg_catalog.aclexplode(member.acl) a
            where member.was_there is not true and a.grantee not in (0, a.grantor) and (
                member.type not in ('function', 'procedure') or a.grantee not in (
                    'kw_admin'::regrole, 'kw_operator'::regrole, 'kw_client'::regrole,
                    'kw_unwrap'::regrole, 'kw_grantor'::regrole, 'kw_auditor'::regrole, 'kw_signer'::regrole
                )
            )
        loop
            execute pg_catalog.format('revoke all on %s %s from %s', kind, member.identity, grantee);
        end loop;
        -- What was granted on the function that a new one of its name takes the place of.
        for grantee, grantable in
            select b.grantee, pg_catalog.bool_or(b.grantable)
            from pg_catalog.jsonb_to_recordset(calls_before) b(name text, oid oid, grantee oid, grantable boolean)
            where member.type = 'function' and member.was_there is not true and b.name = member.proname
                and not exists (select from pg_catalog.pg_proc f where f.oid = b.oid)
            group by b.grantee
        loop
            execute pg_catalog.format(
                'grant execute on function %s to %s%s',
                member.identity, grantee, case when grantable then ' with grant option' else '' end
            );
        end loop;
    end loop;
end;
$owner$;

grant usage on schema kw to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;

-- Who makes tables and functions with it. Of the type below it nobody: it takes plaintext, and USAGE allows
-- operators on it.
grant usage on type kw.ciphertext to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor;

-- Metadata for those who run the system: no wraps, no ciphertexts of keys.
grant select on
    kw.kms_providers, kw.kms_keys, kw.crypto_algorithms, kw.encryption_policies, kw.policy_kms_keys,
    kw.encryption_bindings, kw.binding_generations, kw.entities, kw.entity_fields, kw.field_grants,
    kw.kms_health_checks, kw.kms_health, kw.rewrap_jobs, kw.settings, kw.audit_events,
    kw.key_dependencies, kw.closed_keys, kw.key_usage, kw.installation, kw.kem_levels, kw.branch_levels,
    kw.wrapper_levels, kw.policy_layer_keys, kw.crypto_inventory, kw.algorithm_statuses, kw.loads_to_check,
    kw.former_wraps, kw.rewrap_progress, kw.shred_receipts, kw.signing_inventory,
    kw.deployments, kw.blind_indexes, kw.import_sources, kw.imported_wrappers, kw.generation_usage, kw.witnesses, kw.log_cosignatures,
    kw.logs, kw.log_keys, kw.log_leaves, kw.log_tiles, kw.log_checkpoints,
    kw.state_buckets, kw.protections, kw.protected_fields, kw.protected_views
to kw_admin, kw_auditor;
grant select (
    id, wrapper_uuid, kms1_key_id, kms2_key_id, crypto_suite, wrap_version, wrap1_version, wrap2_version,
    dek_class, policy_id, status, created_at, rotated_at, owner, owner_name, installation, wrap1_at, wrap2_at,
    change_no, seal
) on kw.key_wrappers to kw_admin, kw_auditor;
grant select (id, key_wrapper_id, layer_no, kms_key_id, kem_algo_id, encap_pubkey, aad, meta, created_at)
on kw.key_wrapper_layers to kw_admin, kw_auditor;
grant select (kms_key_id, sealed_by_key_id, created_at, change_no, seal) on kw.kem_private_keys to kw_admin, kw_auditor;
grant select (
    id, algo_id, name, scope, origin, public_key, kms_key_id, status, created_at, activated_at, retired_at, notes,
    compromised_at, change_no, seal
) on kw.signing_keys to kw_admin, kw_auditor;
grant select on
    kw.metric_names, kw.metric_keys, kw.key_metrics, kw.wrapper_metrics, kw.job_metrics, kw.audit_metrics,
    kw.field_metrics, kw.session_metrics, kw.metrics, kw.probe_buckets, kw.kms_probe_totals
to kw_admin, kw_auditor;
grant select on kw.kms_providers, kw.kms_keys, kw.kms_health_checks, kw.kms_health, kw.rewrap_jobs, kw.rewrap_progress to kw_operator;
