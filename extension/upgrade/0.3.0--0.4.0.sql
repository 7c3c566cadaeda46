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
-- @include tables/key_epoch_marks.sql
-- @include functions/_touch_key_epoch.sql
-- @include tables/key_graph_lock.sql
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
-- @include functions/_keep_installation.sql
-- @include tables/installation.sql

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

-- @include functions/_complete.sql
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
-- @include functions/_keep_algorithm.sql
-- @include functions/_keep_algorithm_status.sql
-- @include functions/_guard_load.sql
-- @include functions/_guard_hold.sql
-- @include functions/_guard_drop.sql
-- @include functions/_keep_triggers.sql
-- The ids to 1000 are the extension's own.
select pg_extension_config_dump('kw.crypto_algorithms', 'where id > 1000');
-- @include tables/algorithm_statuses.sql
insert into kw.algorithm_statuses (algorithm_id, status)
select a.id, a.status from kw.crypto_algorithms a where a.id <= 1000 and a.status <> 'active';
-- @include tables/entity_to_reclaim.sql
-- @include tables/loads_to_check.sql
-- @include tables/drop_guard.sql
-- After every table of this release.
-- @include functions/_guard_writes.sql
-- @include tables/guard_writes.sql
-- Also enables the triggers of earlier releases in every session.
-- @include tables/restore_guards.sql

-- views
-- @include tables/description.sql
-- @replace tables/kms_health.sql
-- @replace tables/crypto_inventory.sql
-- @include tables/key_usage.sql
