\echo Use "ALTER EXTENSION kwtools UPDATE TO '0.4.0'" to load this file. \quit

-- upgrade/begin.sql

-- Names are compared with what was recorded: without quotes where none are needed.
set local quote_all_identifiers = off;
-- What the extension has already: privileges.sql leaves the grants on it alone.
select pg_catalog.set_config('kwtools.members_before', coalesce(pg_catalog.string_agg(
    pg_catalog.format('%s:%s', d.classid::oid, d.objid), ' '
), ''), true)
from pg_catalog.pg_depend d
join pg_catalog.pg_extension e on e.oid = d.refobjid and e.extname = 'kwtools'
where d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'e';
-- Who may call what: where a function of the same name takes the place of one that the upgrade
-- drops, privileges.sql gives it these.
select pg_catalog.set_config('kwtools.calls_before', coalesce(pg_catalog.jsonb_agg(
    pg_catalog.jsonb_build_object(
        'name', p.proname, 'oid', p.oid::bigint, 'grantee', a.grantee::bigint, 'grantable', a.is_grantable
    )
), '[]')::text, true)
from pg_catalog.pg_proc p
cross join pg_catalog.aclexplode(p.proacl) a
where p.pronamespace = 'kw'::regnamespace and a.grantee not in (0, p.proowner);

-- upgrade/0.3.0--0.4.0.sql

-- Order: settings and epoch, keys and providers, wrappers and bindings, entities and grants, audit, guards, views.
-- before everything: what the upgrade drops
-- Functions that get a further parameter: privileges.sql gives the new ones the grants of the old.
do $replaced$
declare
    replaced text[] := array[
        'kw.add_provider(text, text, jsonb, boolean)',
        'kw.add_kms_key(text, text, text, text)',
        'kw.create_kms_key(text, text, text, text)',
        'kw.create_kem_key(text, text, bigint)',
        'kw.add_kem_key(text, text, text, bytea)',
        'kw.create_policy(text, text, bigint, bigint, bigint[], text)',
        'kw.shred(text, text, text, boolean)',
        'kw.shred(text, bigint, text, boolean)',
        'kw.shred(text, uuid, text, boolean)'
    ];
    -- Tables that get another primary key. These and kw.kms_keys are rewritten, since a column gets a random default.
    with_new_keys oid[] := array['kw.entity_fields', 'kw.field_grants']::pg_catalog.regclass[]::oid[];
    dependents text;
    signature text;
begin
    -- The types of their rows, and what is made of those: arrays, domains, ranges, composite types and views.
    with recursive rows_of (type) as (
        select c.reltype
        from pg_catalog.pg_class c
        where c.oid = any (with_new_keys || 'kw.kms_keys'::pg_catalog.regclass::oid)
        union
        select coalesce(c.reltype, p.objid)
        from rows_of t
        join pg_catalog.pg_depend p on p.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and p.refobjid = t.type
        left join pg_catalog.pg_class c
            on p.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and c.oid = p.objid and p.objsubid > 0
            and c.relkind in ('v', 'c', 'f')
        where c.oid is not null or p.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
    )
    select pg_catalog.string_agg(distinct d.dependent, ', ' order by d.dependent)
    into dependents
    from (
        select case
            when r.oid is not null then pg_catalog.pg_describe_object('pg_catalog.pg_class'::regclass, r.ev_class, 0)
            else pg_catalog.pg_describe_object(p.classid, p.objid, p.objsubid)
        end as dependent
        from pg_catalog.pg_depend p
        left join pg_catalog.pg_rewrite r on p.classid = 'pg_catalog.pg_rewrite'::regclass and r.oid = p.objid
        where p.deptype = 'n' and not exists ( -- of the table itself
            select from pg_catalog.pg_constraint c where c.oid = p.objid and c.conrelid = 'kw.key_epoch'::regclass
        ) and (
            p.refclassid = 'pg_catalog.pg_proc'::regclass
            and p.refobjid = any (replaced::pg_catalog.regprocedure[]::oid[])
            or p.refclassid = 'pg_catalog.pg_class'::regclass and p.refobjid = 'kw.key_epoch'::regclass
            or p.refclassid = 'pg_catalog.pg_type'::regclass
            and p.refobjid in ('kw.key_epoch'::regtype, 'kw.key_epoch[]'::regtype)
            or exists ( -- a view that groups by a key, a foreign key to it
                select
                from pg_catalog.pg_constraint k
                where k.contype = 'p' and k.conrelid = any (with_new_keys)
                    and (p.refclassid, p.refobjid) in (
                        ('pg_catalog.pg_constraint'::regclass, k.oid), ('pg_catalog.pg_class'::regclass, k.conindid)
                    )
            )
            or exists ( -- a column that holds rows: PostgreSQL rewrites no table whose rows are kept elsewhere
                select
                from rows_of t
                join pg_catalog.pg_class c on c.relkind in ('r', 'p', 'm')
                where p.refclassid = 'pg_catalog.pg_type'::regclass and p.refobjid = t.type
                    and p.classid = 'pg_catalog.pg_class'::regclass and c.oid = p.objid and p.objsubid > 0
            )
        )
    ) d;
    if dependents is not null then
        raise exception 'objects depend on functions or tables of kw that the update replaces or rewrites: %', dependents
            using errcode = 'KW102',
            hint = 'Drop them, or give columns another type; update the extension, and create them again where they still fit.';
    end if;
    foreach signature in array replaced loop
        execute 'drop function ' || signature;
    end loop;
end;
$replaced$;

-- epoch and settings
alter table kw.settings drop constraint settings_name_check;
alter table kw.settings add constraint settings_name_check check (
    name in (
        'cache_seconds', 'cache_keys', 'branch_grace_seconds', 'degraded_ms', 'health_days',
        'audit_log', 'audit_days'
    )
);
comment on column kw.settings.name is 'cache_seconds: how long an opened key is kept (default 300). cache_keys: how many a session keeps (default 10000). branch_grace_seconds: how long an opened branch key may be used after expiry while the KMS above it is unreachable (default 0). degraded_ms: from when on a KMS key counts as degraded, in milliseconds (default 1000). health_days: how long kw.check_kms keeps what it found (default 30). audit_log: whether audited actions are lines in the server log, too (default 1; 0 for no). audit_days: how long audit events are kept (default 0, for ever).';
-- Not dumped and without a first row: together the marks only have to differ from what any session
-- remembers. Each writer changes a row that no other holds, so none waits. fillfactor for HOT updates.
create table kw.key_epoch_marks (
    id uuid primary key default gen_random_uuid(),
    mark bigint not null
) with (fillfactor = 10);

comment on table kw.key_epoch_marks is 'Random marks whose XOR changes with every change of a key, provider, branch or setting. A session checks what it keeps again when it differs. kw._touch_key_epoch keeps their number small.';
comment on column kw.key_epoch_marks.id is 'Key of the row.';
comment on column kw.key_epoch_marks.mark is 'Random, set by the transaction that changed something.';
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
'Trigger: a key, a provider, a branch or a setting changed, so every session checks its opened keys again. Waits for no other transaction. Internal.';
-- Locked, never filled, by what makes or changes branches and policies: one at a time. A table and no
-- advisory lock, which any role could take. Not dumped: there is nothing in it.
create table kw.key_graph_lock (
    nothing integer check (nothing is null)
);

comment on table kw.key_graph_lock is 'Empty. A change of what keys depend on locks it, so that two changes cannot close a cycle together.';
comment on column kw.key_graph_lock.nothing is 'Not used.';
drop trigger touch_key_epoch on kw.entities;
drop trigger touch_key_epoch on kw.entity_fields;
do $touch$
declare
    changed text;
begin
    foreach changed in array array['settings', 'kms_providers', 'kms_keys', 'kem_private_keys'] loop
        execute pg_catalog.format('drop trigger touch_key_epoch on kw.%I', changed);
        execute pg_catalog.format(
            'create trigger touch_key_epoch after insert or update or delete on kw.%I '
            'for each row execute function kw._touch_key_epoch()', changed
        );
        execute pg_catalog.format(
            'create trigger touch_key_epoch_after_truncate after truncate on kw.%I '
            'for each statement execute function kw._touch_key_epoch()', changed
        );
    end loop;
end;
$touch$;
drop table kw.key_epoch;

-- keys and providers
alter table kw.kms_providers add column root_group bigint;
comment on column kw.kms_providers.root_group is 'Providers of one number share a root, as an admin declared: their keys count as one.';
alter table kw.kms_keys add column root_uuid uuid not null default gen_random_uuid();
comment on column kw.kms_keys.root_uuid is 'Keys of one value were found to have one key material when they were registered: they count as one root.';
drop trigger guard_immutable on kw.kms_keys;
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
create index kms_health_checks_latest on kw.kms_health_checks (kms_key_id, id);

-- wrappers and bindings
create index encryption_bindings_shredded
on kw.encryption_bindings (entity_table, entity_pk, field_name_norm) where status = 'shredded';

-- Whose an unbound wrapper of an earlier release is, is not known: only a superuser binds it.
alter table kw.key_wrappers
    add column owner oid,
    add column owner_name text collate "C",
    add column installation uuid;
comment on column kw.key_wrappers.owner is 'The oid of the role that made it with kw.wrap, or got it with kw.give_wrappers: only that role may bind it. Without meaning once it is bound.';
comment on column kw.key_wrappers.owner_name is 'The name that the role had then.';
comment on column kw.key_wrappers.installation is 'The id of kw.installation where the oid was recorded. It means nothing elsewhere.';

alter table kw.encryption_bindings add column is_closed boolean not null default false;
comment on column kw.encryption_bindings.is_closed is 'Of a shredded binding: what is beneath it was shredded with it, and nothing beneath it is used again. False where 0.3.0 shredded and left bindings beneath.';
-- entities and grants
create or replace function kw._keep_installation() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    return case when not exists (select from kw.installation) then new end;
end;
$function$;

comment on function kw._keep_installation() is
'Trigger: kw.installation keeps its first row and skips others, as those that logical replication copies. Internal.';
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

insert into kw.installation default values;

comment on table kw.installation is 'One row: which CREATE EXTENSION made these tables. Grants count only where their oids were recorded.';
comment on column kw.installation.id is 'Random. The same on standbys and after pg_upgrade, another one after a restore of a dump.';

alter table kw.field_grants
    drop constraint field_grants_pkey,
    add column id uuid constraint field_grants_pkey primary key default gen_random_uuid(),
    add column relation oid,
    add column owner oid,
    add column owner_name name,
    add column grantee oid,
    add column installation uuid,
    add constraint field_grants_once unique (entity_table, field_name_norm, grantee, installation);
comment on table kw.field_grants is 'Explicit grants (kw.grant_field), in addition to the privileges of tables and columns. A grant counts only while its table, the owner of the table and the grantee are those that it was made for: kw.list_grants tells.';
comment on column kw.field_grants.role_name is 'The name of the grantee when the grant was made or confirmed. The grantee is the role and its members.';
comment on column kw.field_grants.id is 'Random key of the row.';
comment on column kw.field_grants.relation is 'The oid of the table that it was made for; null for an external name.';
comment on column kw.field_grants.owner is 'The oid of the owner that the table had then; null for an external name.';
comment on column kw.field_grants.owner_name is 'The name of that owner, which kw.confirm_grants compares after a restore.';
comment on column kw.field_grants.grantee is 'The oid of the grantee: a role that is made again under the name has no grant.';
comment on column kw.field_grants.installation is 'The id of kw.installation where these oids were recorded. They mean nothing elsewhere.';

-- Under quote_all_identifiers names were recorded with quotes that nothing else writes.
update kw.entities e
set quoted_name = n.quoted_name
from (
    select
        o.entity_table,
        pg_catalog.format(
            '%I.%I', pg_catalog.split_part(o.entity_table, '.', 1),
            pg_catalog.substr(o.entity_table, pg_catalog.strpos(o.entity_table, '.') + 1)
        ) as quoted_name
    from kw.entities o
) n
where n.entity_table = e.entity_table and n.quoted_name <> e.quoted_name;

-- Grants go on counting where the name still stands for the table that it was recorded for, of the
-- owner that was recorded. The others keep what they say of the owner, for kw.confirm_grants.
update kw.field_grants g
set relation = e.relation,
    owner = c.relowner,
    owner_name = e.owner_name,
    grantee = r.oid,
    installation = i.id
from kw.entities e
left join pg_catalog.pg_class c on c.oid = e.relation and c.oid::pg_catalog.regclass::text = e.quoted_name
cross join kw.installation i
cross join pg_catalog.pg_roles r
where e.entity_table = g.entity_table and r.rolname = g.role_name
    and (
        e.relation is null
        or e.owner_name = pg_catalog.pg_get_userbyid(c.relowner)
        -- what was granted before the last claim may be an earlier owner's
        and (g.created_at >= e.claimed_at or g.granted_by = e.owner_name)
    );
-- Low roles record what they find in rows of their own: else they would lock the row of the policy.
alter table kw.entity_fields
    drop constraint entity_fields_pkey,
    add column id uuid constraint entity_fields_pkey primary key default gen_random_uuid(),
    add column is_mark boolean not null default false,
    add column has_other_spellings boolean not null default false,
    add constraint entity_fields_marks check (not is_mark or (policy_id is null and min_nist_level is null));
create index entity_fields_of_entity on kw.entity_fields (entity_table, field_name_norm);
create unique index entity_fields_once on kw.entity_fields (entity_table, field_name_norm) where not is_mark;
comment on table kw.entity_fields is 'What holds for a field of an entity as a whole: the policy of new bindings, and which look-ups can be spared. What is said of it by one row or more holds.';
comment on column kw.entity_fields.has_shredded is 'Whether a key was ever shredded, one of every row (*) too; else no reader has to look.';
comment on column kw.entity_fields.id is 'Random key of the row.';
comment on column kw.entity_fields.is_mark is 'Whether the row is a mark: it only records that something was found, so a field may have several. The row of its policy and floor is not a mark, and there is at most one.';
comment on column kw.entity_fields.has_other_spellings is 'Of the whole row: keys may be bound in another form than kw.entities.key_form.';

-- What this release adds to rows of earlier ones: an upgrade calls it, and kw.check_restore, since a
-- dump of theirs can be loaded into this one.
create or replace function kw._complete() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    insert into kw.entity_fields (entity_table, field_name_norm, is_mark, has_shredded)
    select distinct b.entity_table, b.field_name_norm, true, true
    from kw.encryption_bindings b
    where b.status = 'shredded' and b.entity_pk = '*' and b.field_name is not null
        and not exists (
            select
            from kw.entity_fields f
            where f.entity_table = b.entity_table and f.field_name_norm = b.field_name_norm and f.has_shredded
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
'Adds to rows of earlier releases what this one records: shredded columns, closed bindings, owners of grants. Internal: only kw_owner may call it.';
select kw._complete();
-- A role that is made under the name later is another one: what says so is an installation without a
-- grantee.
update kw.field_grants g
set installation = i.id
from kw.installation i
where g.installation is null
    and not exists (select from pg_catalog.pg_roles r where r.rolname = g.role_name);

-- In which form of the primary key the bound keys are spelled, where that can be told at once.
alter table kw.entities add column key_form text;
comment on column kw.entities.key_form is 'The form of primary key that every bound key is spelled in; null where an older version may have bound another spelling.';
update kw.entities e
set key_form = p.form
from (
    select
        i.indrelid,
        case when a.atttypid = 'pg_catalog.uuid'::pg_catalog.regtype then 'uuid' else 'integer' end as form,
        case
            when a.atttypid = 'pg_catalog.uuid'::pg_catalog.regtype
                then '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
            else '^(0|-?[1-9][0-9]*)$'
        end as spelling
    from pg_catalog.pg_index i
    join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    where i.indisprimary and i.indnkeyatts = 1 and a.atttypid in (
        'pg_catalog.uuid'::pg_catalog.regtype, 'pg_catalog.int2'::pg_catalog.regtype,
        'pg_catalog.int4'::pg_catalog.regtype, 'pg_catalog.int8'::pg_catalog.regtype
    )
) p
where p.indrelid = e.relation and not exists (
    select
    from kw.encryption_bindings b
    where b.entity_table = e.entity_table and b.entity_pk <> '*' and b.entity_pk !~ p.spelling
);

-- audit
create index audit_events_happened_at on kw.audit_events using brin (happened_at);
comment on table kw.audit_events is 'What was changed about keys, policies and grants, and by whom. Written in the transaction that it tells of; the server log has the same at once, so that a rollback hides nothing.';

-- restore, replication and drop guards
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
'Trigger: an algorithm that exists already, as when an older dump is restored or a subscription copies the table, gets only its status. Internal.';
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
'Trigger: the catalogue shows the status that an admin gave an algorithm. Internal.';
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
'Trigger: lets a script of pg_dump or pg_restore load the tables in any order, and records that kw.check_restore has to check them. Internal.';
create or replace function kw._guard_hold() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    return null;
end;
$function$;

comment on function kw._guard_hold() is
'Trigger: does nothing. While it waits to be called, PostgreSQL does not drop its table (kw._guard_drop). Internal.';
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
    if exists (select from kw.key_wrappers w where w.status <> 'invalid')
        or exists (select from kw.kem_private_keys)
        or exists (select from kw.signing_keys s where s.private_key_enc is not null)
    then
        set constraints kw.hold deferred; -- where the transaction said SET CONSTRAINTS ALL IMMEDIATE
        insert into kw."keys live: first set kwtools.allow_drop = 'all keys'" values (pg_backend_pid());
    end if;
end;
$function$;

comment on function kw._guard_drop() is
'Event trigger: while data keys or private keys live, makes PostgreSQL refuse a DROP that reaches the extension. Internal.';
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
'Event trigger: after ENABLE TRIGGER ALL on a table of kw, makes its triggers fire in every session again, and records that kw.check_restore has to check it. Internal.';
-- The ids to 1000 are the extension's own.
select pg_extension_config_dump('kw.crypto_algorithms', 'where id > 1000');
-- What the extension seeds is not dumped, so the statuses that an admin gave stand apart.
create table kw.algorithm_statuses (
    algorithm_id bigint primary key constraint fk_algo_status_algo references kw.crypto_algorithms (id),
    status text not null check (status in ('active', 'deprecated', 'experimental')),
    updated_at timestamptz(6) not null default now()
);

create trigger keep_algorithm_status
after insert or update on kw.algorithm_statuses
for each row execute function kw._keep_algorithm_status();

select pg_extension_config_dump('kw.algorithm_statuses', '');

comment on table kw.algorithm_statuses is 'The statuses that an admin gave algorithms with kw.set_algorithm_status. kw.crypto_algorithms shows them.';
comment on column kw.algorithm_statuses.algorithm_id is 'The algorithm.';
comment on column kw.algorithm_statuses.status is 'Its status.';
comment on column kw.algorithm_statuses.updated_at is 'When it was set.';
insert into kw.algorithm_statuses (algorithm_id, status)
select a.id, a.status from kw.crypto_algorithms a where a.id <= 1000 and a.status <> 'active';
create type kw.entity_to_reclaim as (
    entity_table text,
    recorded_owner name,
    present_owner name,
    grants text[],
    problem text
);
comment on type kw.entity_to_reclaim is 'A name that was recorded for another table than the one that bears it now.';
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
comment on event trigger kwtools_guard_drop is 'Refuses to drop the extension kwtools while its keys live.';

create event trigger kwtools_guard_drop_end on ddl_command_end
when tag in ('DROP EXTENSION', 'DROP SCHEMA', 'DROP OWNED', 'DROP LANGUAGE')
execute function kw._guard_drop();
alter event trigger kwtools_guard_drop_end enable always;
comment on event trigger kwtools_guard_drop_end is 'Clears what kwtools_guard_drop left, where another object was dropped.';
-- After every table of this release.
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
'Trigger: nobody writes a table of kw but kw_owner, through the functions, and superusers. Internal. Errors: KW100.';
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
-- Also enables the triggers of earlier releases in every session.
-- After all tables. What is dumped may be loaded in any order, and every trigger fires in every session.
do $guards$
declare
    one record;
begin
    for one in
        select c.oid::regclass as name
        from pg_catalog.pg_extension e
        join pg_catalog.pg_class c on c.oid = any (e.extconfig) and c.relkind = 'r'
        where e.extname = 'kwtools'
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

-- pg_dump --disable-triggers ends with ENABLE TRIGGER ALL, which would turn ENABLE ALWAYS off.
create event trigger kwtools_keep_triggers on ddl_command_end
when tag in ('ALTER TABLE')
execute function kw._keep_triggers();
alter event trigger kwtools_keep_triggers enable always;
comment on event trigger kwtools_keep_triggers is 'Keeps the triggers of kwtools enabled always.';

-- views
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
comment on type kw.description is 'What is known of a ciphertext without opening it (kw.describe).';
-- The counts are sub-queries of their own, so that those who do not ask for them do not pay. What is closed is
-- counted for all keys at once: for each wrapper it would take long, and longer to plan and compile.
create or replace view kw.kms_health as
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
        select round(100.0 * count(*) filter (where c.status <> 'down') / nullif(count(*), 0), 2)
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

comment on view kw.kms_health is 'Each KMS key and what kw.check_kms last found of it. closed_wrappers and wrappers_by_other_leg read every wrapper: leave them out where that is too much.';
comment on column kw.kms_health.kms_key_id is 'The key.';
comment on column kw.kms_health.provider is 'Its provider.';
comment on column kw.kms_health.external_key_ref is 'What its KMS calls it.';
comment on column kw.kms_health.key_status is 'The status that an admin gave it.';
comment on column kw.kms_health.status is 'up, degraded or down; null where it was never probed.';
comment on column kw.kms_health.latency_ms is 'How long the last probe took, in milliseconds.';
comment on column kw.kms_health.error is 'What was wrong: SQLSTATE and message.';
comment on column kw.kms_health.checked_at is 'When it was last probed.';
comment on column kw.kms_health.uptime_percent_1d is 'The part of the probes of the last day that did not find it down.';
comment on column kw.kms_health.closed_wrappers is 'How many wrappers would not open while it is down: by their legs or layers, below branches and sealed private keys too.';
comment on column kw.kms_health.wrappers_by_other_leg is 'How many wrappers would open by their other leg only, below branches too.';
-- Wrappers are grouped first; what their keys depend on is looked up for each group, not for each wrapper.
create or replace view kw.crypto_inventory as
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
        b.entity_pk = '*' as is_every_row, true as is_current
    from kw.encryption_bindings b
    union all
    select g.key_wrapper_id, b.id, b.entity_table, b.field_name, b.entity_pk = '*', false
    from kw.binding_generations g
    join kw.encryption_bindings b on b.id = g.binding_id
    union all
    select w.id, null, null, null, null, true
    from kw.key_wrappers w
    where not exists (select from kw.encryption_bindings b where b.key_wrapper_id = w.id)
        and not exists (select from kw.binding_generations g where g.key_wrapper_id = w.id)
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
        u.entity_table,
        u.field_name,
        w.dek_class,
        case u.is_every_row when true then 'XAES-256-GCM' when false then 'AES-256-GCM' end as field_cipher,
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
    group by
        u.entity_table, u.field_name, u.is_every_row, w.dek_class, w.mode, w.kdf, w.suite1, w.suite2,
        w.kms1_key_id, w.kms2_key_id, w.kems, w.key_ids, w.nist_level
),
beneath as materialized (
    select r.kms_key_id, array_agg(distinct k.algorithm::text) as names
    from reached r
    join kw.kms_keys k on k.id = r.reached_id
    group by r.kms_key_id
)
select
    g.entity_table,
    g.field_name,
    g.dek_class,
    g.field_cipher,
    g.mode,
    g.leg_suites,
    g.kms_key_ids,
    array(
        select k.algorithm::text
        from unnest(g.kms_key_ids) with ordinality u (kms_key_id, leg)
        join kw.kms_keys k on k.id = u.kms_key_id
        order by u.leg
    ) as kms_algorithms,
    g.layers,
    g.layer_key_ids,
    -- What is put together of others is its parts, too; the suite of a leg is nothing but its parts.
    array(
        select distinct p.name collate "C"
        from (
            select unnest(g.leg_suites || g.layers || array[g.kdf, g.field_cipher])
            union all
            select unnest(b.names) from beneath b where b.kms_key_id = any(g.kms_key_ids || g.layer_key_ids)
        ) n (name)
        cross join lateral unnest(
            string_to_array(n.name, '+')
            || case when n.name not like '%HKDF-SHA-256+%' then n.name end
            || case n.name when 'HKDF-SHA-256' then 'SHA-256' when 'XAES-256-GCM' then 'AES-256-GCM' end
        ) p (name)
        where p.name <> 'leg-key'
        order by 1
    ) as algorithms,
    g.nist_level,
    g.nist_level is not null as is_post_quantum,
    g.wrappers,
    g.active_wrappers,
    g.wrappers - g.active_wrappers as earlier_wrappers,
    g.bindings
from grouped g;

comment on view kw.crypto_inventory is 'What protects every field, a row for each way of it: all that still opens counts, earlier generations too, and nothing that was shredded. Fields that are not post-quantum yet: where not is_post_quantum. What depends on an algorithm: where ''X25519'' = any (algorithms). It reads every wrapper.';
comment on column kw.crypto_inventory.entity_table is 'The table; null for branches, and for data keys that no binding names.';
comment on column kw.crypto_inventory.field_name is 'The field; null for whole rows, and without a table.';
comment on column kw.crypto_inventory.dek_class is 'field or branch, as of the wrappers.';
comment on column kw.crypto_inventory.field_cipher is 'What encrypts the values: AES-256-GCM under bindings of single keys, XAES-256-GCM under those of every row; null without a table.';
comment on column kw.crypto_inventory.mode is 'single, either or both.';
comment on column kw.crypto_inventory.leg_suites is 'The suite of each leg, as docs/format.md names it.';
comment on column kw.crypto_inventory.kms_key_ids is 'The key of each leg.';
comment on column kw.crypto_inventory.kms_algorithms is 'The algorithm of the key of each leg, as its KMS names it.';
comment on column kw.crypto_inventory.layers is 'The KEM of each layer, the first next to the data key.';
comment on column kw.crypto_inventory.layer_key_ids is 'The KEM key of each layer.';
comment on column kw.crypto_inventory.algorithms is 'All that is used, by name: of values, legs, layers, and of every KMS key up to the root keys. What is put together of others stands there with its parts.';
comment on column kw.crypto_inventory.nist_level is 'The NIST post-quantum category that layers promise, their own or those of branches above, as kw.wrapper_levels has it; null: classical.';
comment on column kw.crypto_inventory.is_post_quantum is 'Whether nist_level is there.';
comment on column kw.crypto_inventory.wrappers is 'How many wrappers are of this kind.';
comment on column kw.crypto_inventory.active_wrappers is 'How many of them encrypt now.';
comment on column kw.crypto_inventory.earlier_wrappers is 'How many only open what they encrypted, or are retired.';
comment on column kw.crypto_inventory.bindings is 'How many bindings have such a wrapper, now or in an earlier generation.';
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

comment on view kw.key_usage is 'How many wrappers depend on each KMS key itself: what disabling it closes. What depends on it through branches is told by kw.closed_keys. Reads all wrappers.';
comment on column kw.key_usage.kms_key_id is 'The key.';
comment on column kw.key_usage.needed is 'Wrappers that cannot be opened without it.';
comment on column kw.key_usage.other_leg is 'Wrappers of mode either that open by their other leg.';

-- functions/_guard_status.sql

create or replace function kw._guard_status() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    if not (old.status || '>' || new.status) = any (tg_argv) then
        raise exception 'a row of kw.% cannot go from % to %', tg_table_name, old.status, new.status
            using errcode = 'KW102',
            detail = format('Row %s. Allowed: %s.', old.id, array_to_string(tg_argv, ', '));
    end if;
    return new;
end;
$function$;

comment on function kw._guard_status() is
'Trigger: lets a status change only along the pairs given as arguments (old>new). Internal. Errors: KW102.';

-- functions/_guard_immutable.sql

create or replace function kw._guard_immutable() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    raise exception 'row % of kw.% cannot change in this way', old.id, tg_table_name
        using errcode = 'KW102',
        detail = tg_argv[0];
end;
$function$;

comment on function kw._guard_immutable() is
'Trigger: refuses the update that its WHEN clause found; the argument says what never changes. Internal. Errors: KW102.';

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
'Trigger: a key, a provider, a branch or a setting changed, so every session checks its opened keys again. Waits for no other transaction. Internal.';

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
'Trigger: an algorithm that exists already, as when an older dump is restored or a subscription copies the table, gets only its status. Internal.';

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
'Trigger: kw.installation keeps its first row and skips others, as those that logical replication copies. Internal.';

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
'Trigger: nobody writes a table of kw but kw_owner, through the functions, and superusers. Internal. Errors: KW100.';

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
'Trigger: the catalogue shows the status that an admin gave an algorithm. Internal.';

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
'Trigger: lets a script of pg_dump or pg_restore load the tables in any order, and records that kw.check_restore has to check them. Internal.';

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
'Trigger: does nothing. While it waits to be called, PostgreSQL does not drop its table (kw._guard_drop). Internal.';

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
    if exists (select from kw.key_wrappers w where w.status <> 'invalid')
        or exists (select from kw.kem_private_keys)
        or exists (select from kw.signing_keys s where s.private_key_enc is not null)
    then
        set constraints kw.hold deferred; -- where the transaction said SET CONSTRAINTS ALL IMMEDIATE
        insert into kw."keys live: first set kwtools.allow_drop = 'all keys'" values (pg_backend_pid());
    end if;
end;
$function$;

comment on function kw._guard_drop() is
'Event trigger: while data keys or private keys live, makes PostgreSQL refuse a DROP that reaches the extension. Internal.';

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
'Event trigger: after ENABLE TRIGGER ALL on a table of kw, makes its triggers fire in every session again, and records that kw.check_restore has to check it. Internal.';

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
'Trigger: layers changed by hand, so sessions that hold the cipher of their wrapper open it again. Internal.';

-- functions/_complete.sql

-- What this release adds to rows of earlier ones: an upgrade calls it, and kw.check_restore, since a
-- dump of theirs can be loaded into this one.
create or replace function kw._complete() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    insert into kw.entity_fields (entity_table, field_name_norm, is_mark, has_shredded)
    select distinct b.entity_table, b.field_name_norm, true, true
    from kw.encryption_bindings b
    where b.status = 'shredded' and b.entity_pk = '*' and b.field_name is not null
        and not exists (
            select
            from kw.entity_fields f
            where f.entity_table = b.entity_table and f.field_name_norm = b.field_name_norm and f.has_shredded
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
'Adds to rows of earlier releases what this one records: shredded columns, closed bindings, owners of grants. Internal: only kw_owner may call it.';

-- functions/_load.sql

create or replace function kw._load() returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
# The one place that touches sys.path. The folder was fixed when the extension was installed.
import os
import stat
import sys

version = '0.4.0'
folder = f'MODULE_PATHNAME/{version}/cp{sys.version_info[0]}{sys.version_info[1]}'


def refuse(message, hint):
    # Beyond ASCII it would not cross plpy in every encoding.
    message, hint = (told.encode('ascii', 'backslashreplace').decode() for told in (message, hint))
    plpy.error(message, sqlstate='KW001', hint=hint)


loaded = sys.modules.get('kwruntime')
if loaded is not None and not loaded.__file__.startswith(folder + '/'):
    refuse(
        f'this session runs another version of kwtools than {version}',
        'The extension was updated since the session began: reconnect.',
    )
try:
    found = os.stat(folder)
except OSError as error:
    refuse(f'the runtime of kwtools {version} is not at {folder}: {error.strerror}', 'Run make install on the server.')
if found.st_uid not in (0, os.geteuid()) or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
    refuse(
        f'{folder} can be changed by others than root and the user of the server',
        f'chown -R root {folder}; chmod -R go-w {folder}',
    )
sys.dont_write_bytecode = True
if folder not in sys.path:
    sys.path.insert(0, folder)
import cryptography

if not cryptography.__file__.startswith(folder + '/'):
    refuse(
        f'this session has loaded another cryptography: {cryptography.__file__}',
        'Reconnect, and call kwtools before other PL/Python code that imports it.',
    )
from kwruntime import api

GD['kwtools ' + version] = api
$function$;

comment on function kw._load() is
'Loads the runtime into this session. Internal: every function calls it once. Errors: KW001.';

grant execute on function kw._load() to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor;

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.run_pending()
$function$;

comment on function kw._as_owner() is
'Runs what the runtime left for it as the owner of the key tables. Internal: refuses when called by hand. Errors: KW001.';

grant execute on function kw._as_owner() to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor;

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.run_pending_reading()
$function$;

comment on function kw._read_as_owner() is
'Runs what the runtime left for it as the owner of the key tables, reading as of now whatever the snapshot of the transaction. Internal: refuses when called by hand. Errors: KW001.';

grant execute on function kw._read_as_owner() to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor;

-- functions/_still_stands.sql

-- SECURITY DEFINER: it reads the key tables. For a call of one value whose binding the session has
-- opened before: a look by itself, since the way through a hop in Python takes longer than all of this. It
-- says yes or no, to nobody who does not know the epoch, which is random and which no client can
-- read; where nothing was ever changed it is 0, so then only for a role that the session may take.
-- Rows are found by their places: the same version at the same place with the same id is the same row.
create or replace function kw._still_stands(
    role oid, entity_table text, table_schema text, field_name text, key_index oid,
    entity_place tid, entity_version xid, privileges text, by_grant boolean, epoch bigint,
    binding_id bigint, binding_place tid, binding_version xid, names_key boolean, names_field boolean,
    wrapper_id bigint, wrapper_place tid, wrapper_version xid, entity_pk text
) returns boolean
language plpgsql stable parallel unsafe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
set quote_all_identifiers = off
as $function$
begin
    -- Conditions without a query come first: the server sets up all of a query, needed or not.
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
            return false;
        end if;
    end if;
    -- To encrypt: what is bound more narrowly takes the place of this binding.
    if $8 <> 'select' and not ($14 and $15) then
        if exists (
            select
            from kw.encryption_bindings n
            where n.entity_table = $2 and n.entity_pk in ($19, '*') and n.field_name_norm in ('', coalesce($4, ''))
                and (n.entity_pk <> '*', n.field_name_norm <> '') > ($14, $15)
        ) then
            return false;
        end if;
    end if;
    return exists (
        select
        from kw.entities e, kw.encryption_bindings b, kw.key_wrappers w
        where e.ctid = $6 and e.xmin = $7 and e.entity_table = $2
            and b.ctid = $12 and b.xmin = $13 and b.id = $11
            and w.ctid = $17 and w.xmin = $18 and w.id = $16
            and (select coalesce(bit_xor(m.mark), 0) from kw.key_epoch_marks m) = $10
            and ($10 <> 0 or pg_has_role(session_user, $1, 'member'))
            and (e.relation is null or pg_relation_is_publishable($5) is not null)
            and not exists (
                select
                from kw.entity_fields f
                where f.entity_table = $2 and f.field_name_norm = '' and f.has_other_spellings
            )
            and not exists (
                select
                from kw.encryption_bindings s
                where s.entity_table = $2 and s.entity_pk in ($19, '*') and s.status = 'shredded'
                    and s.field_name_norm in ('', coalesce($4, ''))
            )
            and case
                when $9 then true
                when (e.relation::regclass::text = e.quoted_name) is not true then false
                when not has_schema_privilege($1, $3, 'usage') then false
                when $4 is null then has_table_privilege($1, e.relation, $8)
                else has_column_privilege($1, e.relation, $4, $8)
            end
    );
end;
$function$;

comment on function kw._still_stands(
    oid, text, text, text, oid, tid, xid, text, boolean, bigint, bigint, tid, xid, boolean, boolean, bigint, tid, xid, text
) is
'Returns whether a binding that the session has opened still stands, is the one for a cell, and is open to a role. Internal: false for who does not know the rows.';

grant execute on function kw._still_stands(
    oid, text, text, text, oid, tid, xid, text, boolean, bigint, bigint, tid, xid, boolean, boolean, bigint, tid, xid, text
) to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor;

-- functions/_text.sql

-- PostgreSQL converts what a function returns: so the runtime learns whether the encoding has a text.
create or replace function kw._text() returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.pending_text()
$function$;

comment on function kw._text() is
'Returns the text that the runtime left for it. Internal: null when called by hand. Errors: 22P05.';

grant execute on function kw._text() to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor;

-- functions/entity_key.sql

create or replace function kw.entity_key(variadic parts text[]) returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
return (
    select
        case
            when array_position(parts, null) is not null or cardinality(parts) = 0 then null
            when char_length(k.key) <= 64 then k.key
            else '#' || translate(encode(sha256(convert_to(k.key, 'UTF8')), 'base64'), '+/=', '-_')
        end
    from (
        select
            case
                when cardinality(parts) > 1 then to_jsonb(parts)::text
                when parts[1] = '*' or left(parts[1], 1) in (E'\\', '[', '#') then E'\\' || parts[1]
                else parts[1]
            end as key
    ) k
);

comment on function kw.entity_key(variadic parts text[]) is
'Builds an entity_pk from the parts of a key: one part as it is (escaped where it could be taken for something else), several as a JSON array, and what is longer than 64 characters hashed. Null where a part is null. For everybody who may use the schema.';

grant execute on function kw.entity_key(variadic parts text[]) to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor;

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.add_provider(name, provider, config, probe, if_not_exists)
$function$;

comment on function kw.add_provider(name text, provider text, config jsonb, probe boolean, if_not_exists boolean) is
'Registers a KMS that the server''s providers file names, and returns its id. probe: reach it first, and have its credentials accepted. if_not_exists: where it is registered already, as of this kind, nothing is done and its id returned. Kind wrapper is for branch keys and needs no entry. For kw_admin. Errors: KW003, KW101 (not in the file), KW102 (exists, or exists and differs), KW201 to KW209 (what the probe found).';

grant execute on function kw.add_provider(name text, provider text, config jsonb, probe boolean, if_not_exists boolean) to kw_admin;

-- functions/set_provider_enabled.sql

create or replace function kw.set_provider_enabled(name text, enabled boolean) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.set_provider_enabled(name, enabled)
$function$;

comment on function kw.set_provider_enabled(name text, enabled boolean) is
'Enables a provider, or disables it: its keys then neither wrap nor open, in every session from the next statement on. For kw_admin. Errors: KW101.';

grant execute on function kw.set_provider_enabled(name text, enabled boolean) to kw_admin;

-- functions/declare_shared_root.sql

create or replace function kw.declare_shared_root(provider text, other text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.declare_shared_root(provider, other)
$function$;

comment on function kw.declare_shared_root(provider text, other text) is
'Says that two providers share a root: that who holds the one opens the other, as where keys were restored or imported into both, or the one unseals the other. From the next statement on the keys of both count as one root: policies of mode both or either with them make no new wrappers, and are named in a warning. For kw_admin. Errors: KW003, KW101.';

grant execute on function kw.declare_shared_root(provider text, other text) to kw_admin;

-- functions/undeclare_shared_root.sql

create or replace function kw.undeclare_shared_root(provider text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.undeclare_shared_root(provider)
$function$;

comment on function kw.undeclare_shared_root(provider text) is
'Takes a provider out of the shared root that was declared for it. For kw_admin where the session''s role is a superuser, too: policies that were refused are accepted again. Errors: KW100, KW101, KW102.';

grant execute on function kw.undeclare_shared_root(provider text) to kw_admin;

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.add_kms_key(provider, external_key_ref, purpose, algorithm, if_not_exists)
$function$;

comment on function kw.add_kms_key(provider text, external_key_ref text, purpose text, algorithm text, if_not_exists boolean) is
'Registers a key that exists in a KMS, and returns its id. if_not_exists: where it is registered already, of this purpose and, where one is given, algorithm, nothing is done and its id returned. For kw_admin. Errors: KW003, KW101 (no such provider), KW102 (registered already, or registered and differs), KW201 to KW209 (what the KMS said).';

grant execute on function kw.add_kms_key(provider text, external_key_ref text, purpose text, algorithm text, if_not_exists boolean) to kw_admin;

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.create_kms_key(provider, external_key_ref, purpose, algorithm, if_not_exists)
$function$;

comment on function kw.create_kms_key(provider text, external_key_ref text, purpose text, algorithm text, if_not_exists boolean) is
'Makes a key in a KMS, registers it and returns its id. For a provider of kind wrapper it makes a branch key, and external_key_ref names the policy to wrap it by. For provider local, an algorithm of class kem makes a KEM key, which seals layers. A key that a rolled-back call of this database left in a keystore is taken up. if_not_exists: where it is registered already, of this purpose and algorithm, nothing is done and its id returned (of a branch: that of the oldest active one of the policy); where it exists in the KMS only, it is registered. For kw_admin. Errors: KW003, KW101, KW102 (exists, exists and differs, or too deep), KW201 to KW209 (what the KMS said).';

grant execute on function kw.create_kms_key(provider text, external_key_ref text, purpose text, algorithm text, if_not_exists boolean) to kw_admin;

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.create_kem_key(external_key_ref, algorithm, sealed_by_key_id, if_not_exists)
$function$;

comment on function kw.create_kem_key(external_key_ref text, algorithm text, sealed_by_key_id bigint, if_not_exists boolean) is
'Makes a KEM key, which seals layers, and returns its id. Its private key is stored in kw.kem_private_keys, wrapped under another KMS key or branch; its provider is that one''s. (kw.create_kms_key of provider local makes one whose private key is a file.) if_not_exists: where it is registered already, of this algorithm and sealed so, nothing is done and its id returned. For kw_admin. Errors: KW003, KW101, KW102 (exists, exists and differs, or too deep), KW200 to KW209.';

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.add_kem_key(provider, external_key_ref, algorithm, public_key, if_not_exists)
$function$;

comment on function kw.add_kem_key(provider text, external_key_ref text, algorithm text, public_key bytea, if_not_exists boolean) is
'Registers a KEM key by its public key, and returns its id: this database can seal layers to it and, unless its provider holds the private key here, not open them. if_not_exists: where it is registered already, with this algorithm and public key, nothing is done and its id returned. For kw_admin. Errors: KW003, KW101, KW102 (exists, or exists and differs).';

grant execute on function kw.add_kem_key(provider text, external_key_ref text, algorithm text, public_key bytea, if_not_exists boolean) to kw_admin;

-- functions/set_kms_key_status.sql

create or replace function kw.set_kms_key_status(kms_key_id bigint, status text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.set_kms_key_status(kms_key_id, status)
$function$;

comment on function kw.set_kms_key_status(kms_key_id bigint, status text) is
'Sets a KMS key active (wraps and opens), retired (opens) or disabled (neither), in every session from the next statement on. Warns where wrappers cannot be opened any more. For kw_admin. Errors: KW003, KW101, KW102.';

grant execute on function kw.set_kms_key_status(kms_key_id bigint, status text) to kw_admin;

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.create_policy(policy_name, mode, kms1_key_id, kms2_key_id, layers, notes, if_not_exists)
$function$;

comment on function kw.create_policy(policy_name text, mode text, kms1_key_id bigint, kms2_key_id bigint, layers bigint[], notes text, if_not_exists boolean) is
'Names how to wrap, and returns the policy''s id. Mode single takes one key; either and both take two that depend on different root keys. The policy named default serves calls that name none. layers names KEM keys: every wrapper gets a layer of each, the first next to its data key; kw.set_policy_layers says otherwise. if_not_exists: where it exists already, with this mode, these keys and layers and, where they are given, notes, nothing is done and its id returned. For kw_admin. Errors: KW003, KW101, KW102 (exists, or exists and differs), KW103 (the keys do not keep the promise of the mode).';

grant execute on function kw.create_policy(policy_name text, mode text, kms1_key_id bigint, kms2_key_id bigint, layers bigint[], notes text, if_not_exists boolean) to kw_admin;

-- functions/add_policy_key.sql

create or replace function kw.add_policy_key(policy_name text, kms_key_id bigint, priority integer default 0, weight integer default 1) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.add_policy_key(policy_name, kms_key_id, priority, weight)
$function$;

comment on function kw.add_policy_key(policy_name text, kms_key_id bigint, priority integer, weight integer) is
'Lets a policy choose a further key, or changes its priority and weight. Leg 1 takes the active key of the highest priority, by weight among equals, leg 2 the next. kw.create_policy gives its keys priority 2 and 1. For kw_admin. Errors: KW003, KW101.';

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.set_policy_layers(policy_name, min_layers, max_layers, layer_selection, aad_template, allow_experimental)
$function$;

comment on function kw.set_policy_layers(policy_name text, min_layers integer, max_layers integer, layer_selection text, aad_template jsonb, allow_experimental boolean) is
'Says how new wrappers of a policy get KEM layers: at least and at most so many, each sealed to another of the policy''s KEM keys (create_policy and add_policy_key name them), chosen as layer_selection says: defined, the highest priority first; round_robin; random, by weight; hash_mod, by the wrapper_uuid. aad_template is an object of texts that every layer binds, in which {wrapper}, {policy}, {class}, {layer} and {key} are filled. For kw_admin. Errors: KW003, KW101.';

grant execute on function kw.set_policy_layers(policy_name text, min_layers integer, max_layers integer, layer_selection text, aad_template jsonb, allow_experimental boolean) to kw_admin;

-- functions/set_algorithm_status.sql

create or replace function kw.set_algorithm_status(
    algorithm text,
    status text
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.set_algorithm_status(algorithm, status)
$function$;

comment on function kw.set_algorithm_status(algorithm text, status text) is
'Sets the status of a KEM of kw.crypto_algorithms, by its name or another one of it: active; deprecated, which opens but makes no new layer; experimental, which makes layers only by policies that allow it. For kw_admin. Errors: KW003.';

grant execute on function kw.set_algorithm_status(algorithm text, status text) to kw_admin;

-- functions/bind_policy.sql

create or replace function kw.bind_policy(entity_table text, field_name text, policy_name text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.bind_policy(entity_table, field_name, policy_name)
$function$;

comment on function kw.bind_policy(entity_table text, field_name text, policy_name text) is
'Says by which policy new bindings of a field are made (field null: of every field that has none of its own). A notice tells of a table or column that does not exist. For kw_admin. Errors: KW003, KW101.';

grant execute on function kw.bind_policy(entity_table text, field_name text, policy_name text) to kw_admin;

-- functions/set_floor.sql

create or replace function kw.set_floor(entity_table text, field_name text, nist_level integer) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.set_floor(entity_table, field_name, nist_level)
$function$;

comment on function kw.set_floor(entity_table text, field_name text, nist_level integer) is
'Says that new wrappers of a field (null: of every field of the table) need that NIST post-quantum category at least, 1 to 5, by a layer of their own or of a branch that they depend on, as kw.wrapper_levels counts it; null takes the floor away. What is bound already stays as it is, and kw.relayer brings it up; what reaches it is not taken below it by kw.rewrap or kw.relayer, of a branch above neither, and nothing below it is moved there by kw.rebind. A notice tells of a table or column that does not exist. For kw_admin. Errors: KW003.';

grant execute on function kw.set_floor(entity_table text, field_name text, nist_level integer) to kw_admin;

-- functions/set_setting.sql

create or replace function kw.set_setting(name text, value integer) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.set_setting(name, value)
$function$;

comment on function kw.set_setting(name text, value integer) is
'Sets cache_seconds (how long a session keeps an opened key, default 300), cache_keys (how many, default 10000; 0 turns the cache off), branch_grace_seconds (how long an opened branch key may be used after expiry while the KMS above it is unreachable, default 0), degraded_ms (from when on kw.check_kms calls a key degraded, default 1000) or health_days (how long it keeps what it found, default 30). For kw_admin. Errors: KW003.';

grant execute on function kw.set_setting(name text, value integer) to kw_admin;

-- functions/wrap.sql

create or replace function kw.wrap(dek bytea default null, policy text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.wrap(dek, policy)
$function$;

comment on function kw.wrap(dek bytea, policy text) is
'Wraps a data key by a policy and returns its wrapper: a fresh key of 32 bytes, or a given one of 16 to 64. For kw_client and kw_unwrap; a given key takes kw_unwrap. The wrapper belongs to the calling role until it is bound. Errors: KW003, KW100, KW101, KW103, KW200 to KW209.';

grant execute on function kw.wrap(dek bytea, policy text) to kw_client, kw_unwrap;

-- functions/wrap_many.sql

create or replace function kw.wrap_many(deks bytea[], policy text default null) returns uuid[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.wrap_many(deks, policy)
$function$;

comment on function kw.wrap_many(deks bytea[], policy text) is
'Wraps many data keys, in order; null makes a fresh one. For kw_client and kw_unwrap; given keys take kw_unwrap. The wrappers belong to the calling role until they are bound. Errors: as kw.wrap.';

grant execute on function kw.wrap_many(deks bytea[], policy text) to kw_client, kw_unwrap;

-- functions/give_wrappers.sql

create or replace function kw.give_wrappers(wrappers uuid[], new_owner text) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.give_wrappers(wrappers, new_owner)
$function$;

comment on function kw.give_wrappers(wrappers uuid[], new_owner text) is
'Hands unbound wrappers over to another role, which may then bind them, and returns how many. Audited. For kw_client and kw_unwrap: the role that the wrappers belong to, or a superuser. Errors: KW003, KW100, KW101, KW102 (bound).';

grant execute on function kw.give_wrappers(wrappers uuid[], new_owner text) to kw_client, kw_unwrap;

-- functions/unwrap.sql

create or replace function kw.unwrap(wrapper uuid) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.unwrap(wrapper)
$function$;

comment on function kw.unwrap(wrapper uuid) is
'Opens a wrapper and returns its data key; null for null. Never a branch''s. For kw_unwrap. Errors: KW100, KW101, KW200 to KW212.';

grant execute on function kw.unwrap(wrapper uuid) to kw_unwrap;

-- functions/unwrap_many.sql

create or replace function kw.unwrap_many(wrappers uuid[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.rewrap(wrapper, kms1_key_id, kms2_key_id)
$function$;

comment on function kw.rewrap(wrapper uuid, kms1_key_id bigint, kms2_key_id bigint) is
'Wraps the same data key again and returns the new wrap_version. With no key given both legs are renewed under their keys; with one given that leg moves to it, and in mode either the other leg stays as it is. Mode both always renews both. A branch keeps what modes and floors below it need. For kw_admin. Errors: KW101 to KW104, KW200 to KW212.';

grant execute on function kw.rewrap(wrapper uuid, kms1_key_id bigint, kms2_key_id bigint) to kw_admin;

-- functions/relayer.sql

create or replace function kw.relayer(
    wrapper uuid,
    policy text default null
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.relayer(wrapper, policy)
$function$;

comment on function kw.relayer(wrapper uuid, policy text) is
'Puts a data key behind the layers that a policy wants, or the policy by which the wrapper was made, and returns the new wrap_version: so layers are added, renewed or dropped. The data key, the mode and the keys of the legs stay; both legs are wrapped again. The policy becomes the wrapper''s. A branch keeps what modes and floors below it need. For kw_admin. Errors: KW101 to KW104, KW200 to KW212.';

grant execute on function kw.relayer(wrapper uuid, policy text) to kw_admin;

-- functions/relayer_many.sql

create or replace function kw.relayer_many(
    wrappers uuid[],
    policy text default null
) returns integer[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.relayer_many(wrappers, policy)
$function$;

comment on function kw.relayer_many(wrappers uuid[], policy text) is
'Does what kw.relayer does for many wrappers, and returns their wrap_versions in order: null for those that another transaction is changing or sharing, which are left as they are, with a warning. For kw_admin. Errors: as kw.relayer.';

grant execute on function kw.relayer_many(wrappers uuid[], policy text) to kw_admin;

-- functions/set_wrapper_status.sql

create or replace function kw.set_wrapper_status(wrapper uuid, status text) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.set_wrapper_status(wrapper, status)
$function$;

comment on function kw.set_wrapper_status(wrapper uuid, status text) is
'Retires a wrapper, which then opens nothing, or puts it back (active; rotated where a newer key replaced it). Returns its status. For kw_admin. Errors: KW003, KW101, KW102.';

grant execute on function kw.set_wrapper_status(wrapper uuid, status text) to kw_admin;

-- functions/verify.sql

create or replace function kw.verify(wrapper uuid default null, after bigint default 0, most integer default null) returns setof kw.verify_result
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.verify(wrapper, after, most)
$function$;

comment on function kw.verify(wrapper uuid, after bigint, most integer) is
'Opens wrappers by each leg that they claim, one or all (in order of id, from after on, at most so many), and returns a row for each leg that does not open. No row: all open. For kw_admin and kw_operator. Errors: KW101.';

grant execute on function kw.verify(wrapper uuid, after bigint, most integer) to kw_admin, kw_operator;

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.bind(entity_table, entity_pk, field_name, wrapper, policy)
$function$;

comment on function kw.bind(entity_table text, entity_pk text, field_name text, wrapper uuid, policy text) is
'Binds a key to a cell, a row (field null), a column (key *) or a table (key * and field null), and returns the wrapper: a new one, the given one, or the one that is bound already (null for a role that may not look it up). Beneath a wider binding a new wrapper is made as that one is; another policy, or sharing a given wrapper, requires the owner. A given wrapper that is not bound yet must belong to the calling role. For kw_client; a cell takes INSERT or UPDATE on the column or a grant, all else the owner of the table. Errors: KW003, KW100, KW101, KW102 (bound to another), KW301 (shredded).';

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.bind(entity_table, entity_pk, field_name, wrapper, policy)
$function$;

comment on function kw.bind(entity_table text, entity_pk bigint, field_name text, wrapper uuid, policy text) is
'Binds a key to a cell, a row (field null), a column (key *) or a table (key * and field null), and returns the wrapper: a new one, the given one, or the one that is bound already (null for a role that may not look it up). Beneath a wider binding a new wrapper is made as that one is; another policy, or sharing a given wrapper, requires the owner. A given wrapper that is not bound yet must belong to the calling role. For kw_client; a cell takes INSERT or UPDATE on the column or a grant, all else the owner of the table. Errors: KW003, KW100, KW101, KW102 (bound to another), KW301 (shredded).';

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.bind(entity_table, entity_pk, field_name, wrapper, policy)
$function$;

comment on function kw.bind(entity_table text, entity_pk uuid, field_name text, wrapper uuid, policy text) is
'Binds a key to a cell, a row (field null), a column (key *) or a table (key * and field null), and returns the wrapper: a new one, the given one, or the one that is bound already (null for a role that may not look it up). Beneath a wider binding a new wrapper is made as that one is; another policy, or sharing a given wrapper, requires the owner. A given wrapper that is not bound yet must belong to the calling role. For kw_client; a cell takes INSERT or UPDATE on the column or a grant, all else the owner of the table. Errors: KW003, KW100, KW101, KW102 (bound to another), KW301 (shredded).';

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.bind_many(entity_table, entity_pks, field_name, policy)
$function$;

comment on function kw.bind_many(entity_table text, entity_pks text[], field_name text, policy text) is
'Binds each of many keys to a wrapper of its own, in order. For kw_client. Errors: as kw.bind.';

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.bind_many(entity_table, entity_pks, field_name, policy)
$function$;

comment on function kw.bind_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, policy text) is
'Binds each of many keys to a wrapper of its own, in order. For kw_client. Errors: as kw.bind.';

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.bind_many(entity_table, entity_pks, field_name, policy)
$function$;

comment on function kw.bind_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, policy text) is
'Binds each of many keys to a wrapper of its own, in order. For kw_client. Errors: as kw.bind.';

grant execute on function kw.bind_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, policy text) to kw_client;

-- functions/lookup.sql

create or replace function kw.lookup(entity_table text, entity_pk text, field_name text default null) returns uuid
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.lookup(entity_table, entity_pk, field_name)
$function$;

comment on function kw.lookup(entity_table text, entity_pk text, field_name text) is
'Returns the wrapper of the most specific binding (cell, row, column, table) that covers a cell; null where none does. For kw_client; takes SELECT on the column or a grant. Errors: KW003, KW100, KW301 (shredded).';

grant execute on function kw.lookup(entity_table text, entity_pk text, field_name text) to kw_client;

create or replace function kw.lookup(entity_table text, entity_pk bigint, field_name text default null) returns uuid
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.lookup(entity_table, entity_pk, field_name)
$function$;

comment on function kw.lookup(entity_table text, entity_pk bigint, field_name text) is
'Returns the wrapper of the most specific binding (cell, row, column, table) that covers a cell; null where none does. For kw_client; takes SELECT on the column or a grant. Errors: KW003, KW100, KW301 (shredded).';

grant execute on function kw.lookup(entity_table text, entity_pk bigint, field_name text) to kw_client;

create or replace function kw.lookup(entity_table text, entity_pk uuid, field_name text default null) returns uuid
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.lookup(entity_table, entity_pk, field_name)
$function$;

comment on function kw.lookup(entity_table text, entity_pk uuid, field_name text) is
'Returns the wrapper of the most specific binding (cell, row, column, table) that covers a cell; null where none does. For kw_client; takes SELECT on the column or a grant. Errors: KW003, KW100, KW301 (shredded).';

grant execute on function kw.lookup(entity_table text, entity_pk uuid, field_name text) to kw_client;

-- functions/lookup_many.sql

create or replace function kw.lookup_many(entity_table text, entity_pks text[], field_name text default null) returns uuid[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.lookup_many(entity_table, entity_pks, field_name)
$function$;

comment on function kw.lookup_many(entity_table text, entity_pks text[], field_name text) is
'Looks many keys up, in order; null for null and where nothing is bound. For kw_client. Errors: as kw.lookup.';

grant execute on function kw.lookup_many(entity_table text, entity_pks text[], field_name text) to kw_client;

create or replace function kw.lookup_many_by_bigint(entity_table text, entity_pks bigint[], field_name text default null) returns uuid[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.lookup_many(entity_table, entity_pks, field_name)
$function$;

comment on function kw.lookup_many_by_bigint(entity_table text, entity_pks bigint[], field_name text) is
'Looks many keys up, in order; null for null and where nothing is bound. For kw_client. Errors: as kw.lookup.';

grant execute on function kw.lookup_many_by_bigint(entity_table text, entity_pks bigint[], field_name text) to kw_client;

create or replace function kw.lookup_many_by_uuid(entity_table text, entity_pks uuid[], field_name text default null) returns uuid[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.lookup_many(entity_table, entity_pks, field_name)
$function$;

comment on function kw.lookup_many_by_uuid(entity_table text, entity_pks uuid[], field_name text) is
'Looks many keys up, in order; null for null and where nothing is bound. For kw_client. Errors: as kw.lookup.';

grant execute on function kw.lookup_many_by_uuid(entity_table text, entity_pks uuid[], field_name text) to kw_client;

-- functions/rotate.sql

create or replace function kw.rotate(entity_table text, entity_pk text, field_name text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.rotate(entity_table, entity_pk, field_name)
$function$;

comment on function kw.rotate(entity_table text, entity_pk text, field_name text) is
'Gives a binding a new data key for new writes and returns its wrapper; what the earlier ones encrypted stays readable. For kw_client, as kw.bind. Errors: KW003, KW100, KW301, KW302 (nothing is bound to exactly this).';

grant execute on function kw.rotate(entity_table text, entity_pk text, field_name text) to kw_client;

create or replace function kw.rotate(entity_table text, entity_pk bigint, field_name text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.rotate(entity_table, entity_pk, field_name)
$function$;

comment on function kw.rotate(entity_table text, entity_pk bigint, field_name text) is
'Gives a binding a new data key for new writes and returns its wrapper; what the earlier ones encrypted stays readable. For kw_client, as kw.bind. Errors: KW003, KW100, KW301, KW302 (nothing is bound to exactly this).';

grant execute on function kw.rotate(entity_table text, entity_pk bigint, field_name text) to kw_client;

create or replace function kw.rotate(entity_table text, entity_pk uuid, field_name text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.rotate(entity_table, entity_pk, field_name)
$function$;

comment on function kw.rotate(entity_table text, entity_pk uuid, field_name text) is
'Gives a binding a new data key for new writes and returns its wrapper; what the earlier ones encrypted stays readable. For kw_client, as kw.bind. Errors: KW003, KW100, KW301, KW302 (nothing is bound to exactly this).';

grant execute on function kw.rotate(entity_table text, entity_pk uuid, field_name text) to kw_client;

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.rebind(entity_table, to_entity_table, entity_pk, to_entity_pk, field_name, to_field_name)
$function$;

comment on function kw.rebind(entity_table text, to_entity_table text, entity_pk text, to_entity_pk text, field_name text, to_field_name text) is
'Moves bindings after a rename of the table, of a key or of a field, and returns how many. Their ciphertexts stay readable; what a wider binding encrypted there has to be moved by kw.reencrypt, and a notice says so. Nothing moves under a floor (kw.set_floor) that it is below, and, but with its whole table, nothing out from beneath a shredded binding or to there. For kw_client; takes the owner of the table. Errors: KW003, KW100, KW101, KW102, KW104, KW301.';

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.shred(entity_table, entity_pk, field_name, whole, shared)
$function$;

comment on function kw.shred(entity_table text, entity_pk text, field_name text, whole boolean, shared boolean) is
'Destroys the data keys of a binding for good, the rotated ones too, with those of every binding beneath it, and returns how many. The binding of every row (*) needs whole => true. Keys that other bindings share are refused, or destroyed for these too (shared => true), except those that a table of another owner had first. Narrower bindings that another transaction is changing are closed and not waited for: a warning tells of them, and a second call destroys their keys. Final only once backups, WAL and replicas with the wraps have expired. Audited. For kw_client; takes the owner of the table. Errors: KW003, KW100, KW102, KW301, KW302.';

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.shred(entity_table, entity_pk, field_name, whole, shared)
$function$;

comment on function kw.shred(entity_table text, entity_pk bigint, field_name text, whole boolean, shared boolean) is
'Destroys the data keys of a binding for good, the rotated ones too, with those of every binding beneath it, and returns how many. The binding of every row (*) needs whole => true. Keys that other bindings share are refused, or destroyed for these too (shared => true), except those that a table of another owner had first. Narrower bindings that another transaction is changing are closed and not waited for: a warning tells of them, and a second call destroys their keys. Final only once backups, WAL and replicas with the wraps have expired. Audited. For kw_client; takes the owner of the table. Errors: KW003, KW100, KW102, KW301, KW302.';

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.shred(entity_table, entity_pk, field_name, whole, shared)
$function$;

comment on function kw.shred(entity_table text, entity_pk uuid, field_name text, whole boolean, shared boolean) is
'Destroys the data keys of a binding for good, the rotated ones too, with those of every binding beneath it, and returns how many. The binding of every row (*) needs whole => true. Keys that other bindings share are refused, or destroyed for these too (shared => true), except those that a table of another owner had first. Narrower bindings that another transaction is changing are closed and not waited for: a warning tells of them, and a second call destroys their keys. Final only once backups, WAL and replicas with the wraps have expired. Audited. For kw_client; takes the owner of the table. Errors: KW003, KW100, KW102, KW301, KW302.';

grant execute on function kw.shred(entity_table text, entity_pk uuid, field_name text, whole boolean, shared boolean) to kw_client;

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.grant_field(entity_table, field_name, grantee, may_read, may_write)
$function$;

comment on function kw.grant_field(entity_table text, field_name text, grantee name, may_read boolean, may_write boolean) is
'Lets a role and its members decrypt (may_read) or encrypt (may_write) a field (null: every field) of a table, or of an external entity. Replaces an earlier grant. Audited. For kw_client and kw_grantor; requires the owner of the table, or kw_grantor for an external entity. Errors: KW003, KW100, KW101 (no such role).';

grant execute on function kw.grant_field(entity_table text, field_name text, grantee name, may_read boolean, may_write boolean) to kw_client, kw_grantor;

-- functions/revoke_field.sql

create or replace function kw.revoke_field(entity_table text, field_name text, grantee name) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.revoke_field(entity_table, field_name, grantee)
$function$;

comment on function kw.revoke_field(entity_table text, field_name text, grantee name) is
'Takes back what kw.grant_field gave, in every session from the next statement on. Audited. For kw_client and kw_grantor, as kw.grant_field. Errors: KW100, KW101 (no such grant).';

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.list_grants(entity_table)
$function$;

comment on function kw.list_grants(entity_table text) is
'Lists the grants of an entity, or all that the caller may see: the role, the owner of the table that the grant was made for, whether it counts, and if not, why. For kw_client (the owner of the table), kw_grantor (external names), kw_admin and kw_auditor (all). Errors: KW003, KW100.';

grant execute on function kw.list_grants(entity_table text) to kw_admin, kw_client, kw_grantor, kw_auditor;

-- functions/confirm_grants.sql

create or replace function kw.confirm_grants(entity_table text default null) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.confirm_grants(entity_table)
$function$;

comment on function kw.confirm_grants(entity_table text) is
'Lets grants count again after a restore or a re-creation of the table, where the owner and the grantee that were recorded are the same by name, and returns how many. kw.list_grants shows them first; kw.reclaim_entity comes before. Without a name: of every entity that the caller may. Audited. For kw_client and kw_grantor; requires the owner of the table, for external names kw_grantor. Errors: KW003, KW100.';

grant execute on function kw.confirm_grants(entity_table text) to kw_client, kw_grantor;

-- functions/reclaim_entity.sql

create or replace function kw.reclaim_entity(entity_table text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.reclaim_entity(entity_table)
$function$;

comment on function kw.reclaim_entity(entity_table text) is
'Records again which table a name stands for, after a restore or a re-creation of the table, so that its privileges count again. The table must have the owner that was recorded, or a superuser asks. Audited. For kw_admin. Errors: KW100, KW102.';

grant execute on function kw.reclaim_entity(entity_table text) to kw_admin;

-- functions/entities_to_reclaim.sql

create or replace function kw.entities_to_reclaim() returns setof kw.entity_to_reclaim
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.entities_to_reclaim()
$function$;

comment on function kw.entities_to_reclaim() is
'Lists the names whose table is another one than was recorded, as after a restore, with the owners and the grants beside them. problem: why kw.reclaim_entities leaves the name out; null where it does not. For kw_admin and kw_auditor.';

grant execute on function kw.entities_to_reclaim() to kw_admin, kw_auditor;

-- functions/reclaim_entities.sql

create or replace function kw.reclaim_entities() returns setof kw.entity_to_reclaim
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.reclaim_entities()
$function$;

comment on function kw.reclaim_entities() is
'Re-claims every name that kw.entities_to_reclaim lists without a problem, as kw.reclaim_entity does, and returns the list. A name that another transaction is changing is left and listed with that problem. Checks the restore first, and re-claims nothing where it is not complete. Audited. For kw_admin. Errors: KW102.';

grant execute on function kw.reclaim_entities() to kw_admin;

-- functions/encrypt.sql

create or replace function kw.encrypt(entity_table text, entity_pk text, field_name text, plaintext bytea) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.encrypt(entity_table, entity_pk, field_name, plaintext)
$function$;

comment on function kw.encrypt(entity_table text, entity_pk text, field_name text, plaintext bytea) is
'Encrypts a value under the binding that covers its cell; null for null. For kw_client; takes INSERT or UPDATE on the column or a grant. Errors: KW003, KW100, KW200 to KW212, KW301 (shredded), KW302 (nothing bound).';

grant execute on function kw.encrypt(entity_table text, entity_pk text, field_name text, plaintext bytea) to kw_client;

create or replace function kw.encrypt(entity_table text, entity_pk bigint, field_name text, plaintext bytea) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.encrypt(entity_table, entity_pk, field_name, plaintext)
$function$;

comment on function kw.encrypt(entity_table text, entity_pk bigint, field_name text, plaintext bytea) is
'Encrypts a value under the binding that covers its cell; null for null. For kw_client; takes INSERT or UPDATE on the column or a grant. Errors: KW003, KW100, KW200 to KW212, KW301 (shredded), KW302 (nothing bound).';

grant execute on function kw.encrypt(entity_table text, entity_pk bigint, field_name text, plaintext bytea) to kw_client;

create or replace function kw.encrypt(entity_table text, entity_pk uuid, field_name text, plaintext bytea) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.encrypt(entity_table, entity_pk, field_name, plaintext)
$function$;

comment on function kw.encrypt(entity_table text, entity_pk uuid, field_name text, plaintext bytea) is
'Encrypts a value under the binding that covers its cell; null for null. For kw_client; takes INSERT or UPDATE on the column or a grant. Errors: KW003, KW100, KW200 to KW212, KW301 (shredded), KW302 (nothing bound).';

grant execute on function kw.encrypt(entity_table text, entity_pk uuid, field_name text, plaintext bytea) to kw_client;

-- functions/encrypt_text.sql

create or replace function kw.encrypt_text(entity_table text, entity_pk text, field_name text, plaintext text) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.encrypt_text(entity_table, entity_pk, field_name, plaintext)
$function$;

comment on function kw.encrypt_text(entity_table text, entity_pk text, field_name text, plaintext text) is
'As kw.encrypt, of a text (as UTF-8). For kw_client. Errors: as kw.encrypt.';

grant execute on function kw.encrypt_text(entity_table text, entity_pk text, field_name text, plaintext text) to kw_client;

create or replace function kw.encrypt_text(entity_table text, entity_pk bigint, field_name text, plaintext text) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.encrypt_text(entity_table, entity_pk, field_name, plaintext)
$function$;

comment on function kw.encrypt_text(entity_table text, entity_pk bigint, field_name text, plaintext text) is
'As kw.encrypt, of a text (as UTF-8). For kw_client. Errors: as kw.encrypt.';

grant execute on function kw.encrypt_text(entity_table text, entity_pk bigint, field_name text, plaintext text) to kw_client;

create or replace function kw.encrypt_text(entity_table text, entity_pk uuid, field_name text, plaintext text) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.encrypt_text(entity_table, entity_pk, field_name, plaintext)
$function$;

comment on function kw.encrypt_text(entity_table text, entity_pk uuid, field_name text, plaintext text) is
'As kw.encrypt, of a text (as UTF-8). For kw_client. Errors: as kw.encrypt.';

grant execute on function kw.encrypt_text(entity_table text, entity_pk uuid, field_name text, plaintext text) to kw_client;

-- functions/encrypt_many.sql

create or replace function kw.encrypt_many(entity_table text, entity_pks text[], field_name text, plaintexts bytea[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.encrypt_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

comment on function kw.encrypt_many(entity_table text, entity_pks text[], field_name text, plaintexts bytea[]) is
'Encrypts many values of one field, in order; null for null. Much faster a value than kw.encrypt. For kw_client. Errors: as kw.encrypt.';

grant execute on function kw.encrypt_many(entity_table text, entity_pks text[], field_name text, plaintexts bytea[]) to kw_client;

create or replace function kw.encrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, plaintexts bytea[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.encrypt_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

comment on function kw.encrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, plaintexts bytea[]) is
'Encrypts many values of one field, in order; null for null. Much faster a value than kw.encrypt. For kw_client. Errors: as kw.encrypt.';

grant execute on function kw.encrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, plaintexts bytea[]) to kw_client;

create or replace function kw.encrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, plaintexts bytea[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.encrypt_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

comment on function kw.encrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, plaintexts bytea[]) is
'Encrypts many values of one field, in order; null for null. Much faster a value than kw.encrypt. For kw_client. Errors: as kw.encrypt.';

grant execute on function kw.encrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, plaintexts bytea[]) to kw_client;

-- functions/encrypt_text_many.sql

create or replace function kw.encrypt_text_many(entity_table text, entity_pks text[], field_name text, plaintexts text[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.encrypt_text_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

comment on function kw.encrypt_text_many(entity_table text, entity_pks text[], field_name text, plaintexts text[]) is
'As kw.encrypt_many, of texts. For kw_client. Errors: as kw.encrypt.';

grant execute on function kw.encrypt_text_many(entity_table text, entity_pks text[], field_name text, plaintexts text[]) to kw_client;

create or replace function kw.encrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, plaintexts text[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.encrypt_text_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

comment on function kw.encrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, plaintexts text[]) is
'As kw.encrypt_many, of texts. For kw_client. Errors: as kw.encrypt.';

grant execute on function kw.encrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, plaintexts text[]) to kw_client;

create or replace function kw.encrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, plaintexts text[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.encrypt_text_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

comment on function kw.encrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, plaintexts text[]) is
'As kw.encrypt_many, of texts. For kw_client. Errors: as kw.encrypt.';

grant execute on function kw.encrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, plaintexts text[]) to kw_client;

-- functions/decrypt.sql

create or replace function kw.decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) is
'Decrypts a value of a cell; null for null. For kw_client; takes SELECT on the column or a grant. Errors: KW003, KW100, KW200 to KW212, KW300 (the one answer to whatever does not decrypt), KW301 (shredded).';

grant execute on function kw.decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) to kw_client;

create or replace function kw.decrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.decrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) is
'Decrypts a value of a cell; null for null. For kw_client; takes SELECT on the column or a grant. Errors: KW003, KW100, KW200 to KW212, KW300 (the one answer to whatever does not decrypt), KW301 (shredded).';

grant execute on function kw.decrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) to kw_client;

create or replace function kw.decrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.decrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) is
'Decrypts a value of a cell; null for null. For kw_client; takes SELECT on the column or a grant. Errors: KW003, KW100, KW200 to KW212, KW300 (the one answer to whatever does not decrypt), KW301 (shredded).';

grant execute on function kw.decrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) to kw_client;

-- functions/decrypt_text.sql

create or replace function kw.decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) is
'As kw.decrypt, of a text. For kw_client. Errors: as kw.decrypt; KW300 also if the value is not valid text.';

grant execute on function kw.decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) to kw_client;

create or replace function kw.decrypt_text(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.decrypt_text(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) is
'As kw.decrypt, of a text. For kw_client. Errors: as kw.decrypt; KW300 also if the value is not valid text.';

grant execute on function kw.decrypt_text(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) to kw_client;

create or replace function kw.decrypt_text(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.decrypt_text(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) is
'As kw.decrypt, of a text. For kw_client. Errors: as kw.decrypt; KW300 also if the value is not valid text.';

grant execute on function kw.decrypt_text(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) to kw_client;

-- functions/decrypt_many.sql

create or replace function kw.decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) is
'Decrypts many values of one field, in order; null for null. Much faster a value than kw.decrypt. For kw_client. Errors: as kw.decrypt.';

grant execute on function kw.decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) to kw_client;

create or replace function kw.decrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.decrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) is
'Decrypts many values of one field, in order; null for null. Much faster a value than kw.decrypt. For kw_client. Errors: as kw.decrypt.';

grant execute on function kw.decrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) to kw_client;

create or replace function kw.decrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.decrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) is
'Decrypts many values of one field, in order; null for null. Much faster a value than kw.decrypt. For kw_client. Errors: as kw.decrypt.';

grant execute on function kw.decrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) to kw_client;

-- functions/decrypt_text_many.sql

create or replace function kw.decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) is
'As kw.decrypt_many, of texts. For kw_client. Errors: as kw.decrypt_text.';

grant execute on function kw.decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) to kw_client;

create or replace function kw.decrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.decrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) is
'As kw.decrypt_many, of texts. For kw_client. Errors: as kw.decrypt_text.';

grant execute on function kw.decrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) to kw_client;

create or replace function kw.decrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.decrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) is
'As kw.decrypt_many, of texts. For kw_client. Errors: as kw.decrypt_text.';

grant execute on function kw.decrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) to kw_client;

-- functions/try_decrypt.sql

create or replace function kw.try_decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.try_decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.try_decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) is
'As kw.decrypt, but null for what is shredded or does not decrypt, so that one such row spoils no list. Still an error: a role that may not, a KMS that cannot be reached, a key that is disabled, a wrapper that is retired. For kw_client; takes SELECT on the column or a grant. Errors: KW003, KW100, KW200 to KW212.';

grant execute on function kw.try_decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) to kw_client;

create or replace function kw.try_decrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.try_decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.try_decrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) is
'As kw.decrypt, but null for what is shredded or does not decrypt, so that one such row spoils no list. Still an error: a role that may not, a KMS that cannot be reached, a key that is disabled, a wrapper that is retired. For kw_client; takes SELECT on the column or a grant. Errors: KW003, KW100, KW200 to KW212.';

grant execute on function kw.try_decrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) to kw_client;

create or replace function kw.try_decrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.try_decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.try_decrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) is
'As kw.decrypt, but null for what is shredded or does not decrypt, so that one such row spoils no list. Still an error: a role that may not, a KMS that cannot be reached, a key that is disabled, a wrapper that is retired. For kw_client; takes SELECT on the column or a grant. Errors: KW003, KW100, KW200 to KW212.';

grant execute on function kw.try_decrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) to kw_client;

-- functions/try_decrypt_text.sql

create or replace function kw.try_decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.try_decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.try_decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) is
'As kw.try_decrypt, of a text; null for what is not a text of this encoding, too. For kw_client. Errors: as kw.try_decrypt.';

grant execute on function kw.try_decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) to kw_client;

create or replace function kw.try_decrypt_text(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.try_decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.try_decrypt_text(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) is
'As kw.try_decrypt, of a text; null for what is not a text of this encoding, too. For kw_client. Errors: as kw.try_decrypt.';

grant execute on function kw.try_decrypt_text(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) to kw_client;

create or replace function kw.try_decrypt_text(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.try_decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.try_decrypt_text(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) is
'As kw.try_decrypt, of a text; null for what is not a text of this encoding, too. For kw_client. Errors: as kw.try_decrypt.';

grant execute on function kw.try_decrypt_text(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) to kw_client;

-- functions/try_decrypt_many.sql

create or replace function kw.try_decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.try_decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.try_decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) is
'As kw.try_decrypt, of many values of one field, in order. For kw_client. Errors: as kw.try_decrypt.';

grant execute on function kw.try_decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) to kw_client;

create or replace function kw.try_decrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.try_decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.try_decrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) is
'As kw.try_decrypt, of many values of one field, in order. For kw_client. Errors: as kw.try_decrypt.';

grant execute on function kw.try_decrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) to kw_client;

create or replace function kw.try_decrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.try_decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.try_decrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) is
'As kw.try_decrypt, of many values of one field, in order. For kw_client. Errors: as kw.try_decrypt.';

grant execute on function kw.try_decrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) to kw_client;

-- functions/try_decrypt_text_many.sql

create or replace function kw.try_decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.try_decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.try_decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) is
'As kw.try_decrypt_many, of texts. For kw_client. Errors: as kw.try_decrypt.';

grant execute on function kw.try_decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) to kw_client;

create or replace function kw.try_decrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.try_decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.try_decrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) is
'As kw.try_decrypt_many, of texts. For kw_client. Errors: as kw.try_decrypt.';

grant execute on function kw.try_decrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) to kw_client;

create or replace function kw.try_decrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.try_decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.try_decrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) is
'As kw.try_decrypt_many, of texts. For kw_client. Errors: as kw.try_decrypt.';

grant execute on function kw.try_decrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) to kw_client;

-- functions/is_ciphertext.sql

-- For constraints: it reads no table, so that a restore can check them in any order.
create or replace function kw.is_ciphertext(value bytea) returns boolean
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
return case
    when value is null then null
    -- header, nonce and tag: 14 + 12 + 16 bytes, and with XAES-256-GCM 14 + 24 + 16
    when length(value) < 42 then false
    when get_byte(value, 0) <> 193 or get_byte(value, 1) not in (1, 2) then false
    when get_byte(value, 1) = 2 and length(value) < 54 then false
    -- the id of a binding (63 bits) and its generation (31 bits) are more than 0
    else get_byte(value, 2) < 128 and substr(value, 3, 8) <> decode('0000000000000000', 'hex')
        and get_byte(value, 10) < 128 and substr(value, 11, 4) <> decode('00000000', 'hex')
end;

comment on function kw.is_ciphertext(value bytea) is
'Whether a value has the form of a field ciphertext, for a constraint that keeps plaintext out: check (kw.is_ciphertext(ssn)). Null for null. It does not tell whether the value decrypts. Who writes to a table with such a constraint needs EXECUTE on it. For everybody who may use the schema.';

grant execute on function kw.is_ciphertext(value bytea) to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor;

-- functions/describe.sql

create or replace function kw.describe(ciphertext bytea) returns kw.description
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.describe(ciphertext)
$function$;

comment on function kw.describe(ciphertext bytea) is
'Tells which binding and generation made a ciphertext, by which suite, and whether new values are made by the same. It opens nothing. Null for what is not a ciphertext. The columns from entity_table on are null where the binding is not known, or where the role may not read the field (kw_admin and kw_auditor may see every binding). For kw_client, kw_admin and kw_auditor.';

grant execute on function kw.describe(ciphertext bytea) to kw_client, kw_admin, kw_auditor;

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.reencrypt(entity_table, entity_pk, field_name, ciphertext, to_entity_pk, to_field_name)
$function$;

comment on function kw.reencrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea, to_entity_pk text, to_field_name text) is
'Decrypts a value where it was and encrypts it where it is (the same place by default) under the binding''s newest key. After a change of a key that the binding leaves open, and after kw.rotate. For kw_client; takes what kw.decrypt and kw.encrypt take. Errors: as they.';

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.reencrypt(entity_table, entity_pk, field_name, ciphertext, to_entity_pk, to_field_name)
$function$;

comment on function kw.reencrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea, to_entity_pk text, to_field_name text) is
'Decrypts a value where it was and encrypts it where it is (the same place by default) under the binding''s newest key. After a change of a key that the binding leaves open, and after kw.rotate. For kw_client; takes what kw.decrypt and kw.encrypt take. Errors: as they.';

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.reencrypt(entity_table, entity_pk, field_name, ciphertext, to_entity_pk, to_field_name)
$function$;

comment on function kw.reencrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea, to_entity_pk text, to_field_name text) is
'Decrypts a value where it was and encrypts it where it is (the same place by default) under the binding''s newest key. After a change of a key that the binding leaves open, and after kw.rotate. For kw_client; takes what kw.decrypt and kw.encrypt take. Errors: as they.';

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.reencrypt_many(entity_table, entity_pks, field_name, ciphertexts, to_entity_pks, to_field_name)
$function$;

comment on function kw.reencrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[], to_entity_pks text[], to_field_name text) is
'As kw.reencrypt, of many values, in order. For kw_client. Errors: as kw.reencrypt.';

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.reencrypt_many(entity_table, entity_pks, field_name, ciphertexts, to_entity_pks, to_field_name)
$function$;

comment on function kw.reencrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[], to_entity_pks bigint[], to_field_name text) is
'As kw.reencrypt, of many values, in order. For kw_client. Errors: as kw.reencrypt.';

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
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.reencrypt_many(entity_table, entity_pks, field_name, ciphertexts, to_entity_pks, to_field_name)
$function$;

comment on function kw.reencrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[], to_entity_pks uuid[], to_field_name text) is
'As kw.reencrypt, of many values, in order. For kw_client. Errors: as kw.reencrypt.';

grant execute on function kw.reencrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[], to_entity_pks uuid[], to_field_name text) to kw_client;

-- functions/check_kms.sql

create or replace function kw.check_kms(kms_key_id bigint default null) returns setof kw.kms_check_result
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.check_kms(kms_key_id)
$function$;

comment on function kw.check_kms(kms_key_id bigint) is
'Probes one KMS key, or every active one, by wrapping and opening a canary; records and returns whether it is up, degraded (slower than the setting degraded_ms) or down. A provider that cannot be reached is not asked for its other keys. In a read-only transaction, as on a standby, nothing is recorded. For kw_admin and kw_operator. Errors: KW101 (no such key), KW200 (it may not wrap).';

grant execute on function kw.check_kms(kms_key_id bigint) to kw_admin, kw_operator;

-- functions/check_algorithms.sql

create or replace function kw.check_algorithms() returns setof kw.algorithm_check
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.check_algorithms()
$function$;

comment on function kw.check_algorithms() is
'Runs a known-answer test of every algorithm of kw.crypto_algorithms with the libraries that the server has loaded, and returns a row for each. For kw_admin and kw_auditor.';

grant execute on function kw.check_algorithms() to kw_admin, kw_auditor;

-- functions/doctor.sql

create or replace function kw.doctor() returns setof kw.doctor_result
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.doctor()
$function$;

comment on function kw.doctor() is
'Checks the server''s side: runtime, provider file, the keys of its keystores, roles, functions and settings. Every check has a row. For kw_admin, kw_operator and kw_auditor.';

grant execute on function kw.doctor() to kw_admin, kw_operator, kw_auditor;

-- functions/check_restore.sql

create or replace function kw.check_restore() returns setof kw.doctor_result
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.check_restore()
$function$;

comment on function kw.check_restore() is
'After a restore or a logical replication: checks every foreign key and that nothing is missing, moves sequences past the rows that are there, enables the triggers, and, where all is well, forgets which tables were loaded without checks. Returns what it found. For kw_admin.';

grant execute on function kw.check_restore() to kw_admin;

-- functions/version.sql

create or replace function kw.version() returns jsonb
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.4.0')
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
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.4.0']
return api.version()
$function$;

comment on function kw.version() is
'Returns the versions of extension, runtime, Python, cryptography and OpenSSL. For all roles of kwtools.';

grant execute on function kw.version() to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor;

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
            coalesce(c.relacl, p.proacl, t.typacl, n.nspacl) as acl
        from pg_catalog.pg_depend d
        join pg_catalog.pg_extension e on e.oid = d.refobjid and e.extname = 'kwtools'
        left join pg_catalog.pg_class c on d.classid = 'pg_catalog.pg_class'::regclass and c.oid = d.objid
        left join pg_catalog.pg_proc p on d.classid = 'pg_catalog.pg_proc'::regclass and p.oid = d.objid
        left join pg_catalog.pg_type t on d.classid = 'pg_catalog.pg_type'::regclass and t.oid = d.objid
        left join pg_catalog.pg_namespace n on d.classid = 'pg_catalog.pg_namespace'::regclass and n.oid = d.objid
        cross join pg_catalog.pg_identify_object(d.classid, d.objid, 0) i
        where d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'e'
            and i.type in ('table', 'view', 'sequence', 'type', 'function', 'schema')
            -- Since PostgreSQL 17 row types and arrays are members, too; they follow their table or type.
            and (t.oid is null or t.typcategory <> 'A' and not exists (
                select from pg_catalog.pg_class r where r.oid = t.typrelid and r.relkind <> 'c'
            ))
    loop
        kind := replace(member.type, 'view', 'table'); -- as GRANT calls it
        if member.type in ('table', 'view', 'type', 'function') then
            execute pg_catalog.format('alter %s %s owner to kw_owner', member.type, member.identity);
        end if;
        execute pg_catalog.format('revoke all on %s %s from public', kind, member.identity);
        -- What ALTER DEFAULT PRIVILEGES of the installing role gave away.
        for grantee in
            select distinct a.grantee
            from pg_catalog.aclexplode(member.acl) a
            where member.was_there is not true and a.grantee not in (0, a.grantor) and (
                member.type <> 'function' or a.grantee not in (
                    'kw_admin'::regrole, 'kw_operator'::regrole, 'kw_client'::regrole,
                    'kw_unwrap'::regrole, 'kw_grantor'::regrole, 'kw_auditor'::regrole
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

grant usage on schema kw to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor;

-- Metadata for those who run the system: no wraps, no ciphertexts of keys.
grant select on
    kw.kms_providers, kw.kms_keys, kw.crypto_algorithms, kw.encryption_policies, kw.policy_kms_keys,
    kw.encryption_bindings, kw.binding_generations, kw.entities, kw.entity_fields, kw.field_grants,
    kw.kms_health_checks, kw.kms_health, kw.rewrap_jobs, kw.settings, kw.audit_events,
    kw.key_dependencies, kw.closed_keys, kw.key_usage, kw.installation, kw.kem_levels, kw.branch_levels,
    kw.wrapper_levels, kw.crypto_inventory, kw.algorithm_statuses, kw.loads_to_check
to kw_admin, kw_auditor;
grant select (
    id, wrapper_uuid, kms1_key_id, kms2_key_id, crypto_suite, wrap_version, wrap1_version, wrap2_version,
    dek_class, policy_id, status, created_at, rotated_at, owner, owner_name, installation
) on kw.key_wrappers to kw_admin, kw_auditor;
grant select (id, key_wrapper_id, layer_no, kms_key_id, kem_algo_id, encap_pubkey, aad, meta, created_at)
on kw.key_wrapper_layers to kw_admin, kw_auditor;
grant select (kms_key_id, sealed_by_key_id, created_at) on kw.kem_private_keys to kw_admin, kw_auditor;
grant select (
    id, algo_id, name, scope, origin, public_key, kms_key_id, status, created_at, activated_at, retired_at, notes
) on kw.signing_keys to kw_admin, kw_auditor;
grant select on kw.kms_providers, kw.kms_keys, kw.kms_health_checks, kw.kms_health, kw.rewrap_jobs to kw_operator;
