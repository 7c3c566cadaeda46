\echo Use "ALTER EXTENSION kwtools UPDATE TO '0.8.0'" to load this file. \quit

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
-- Every session reads its rows again. So a call of older code that is running calls a function of this release, which ends it.
insert into kw.key_epoch_marks (mark)
values (('x' || pg_catalog.right(pg_catalog.replace(pg_catalog.gen_random_uuid()::text, '-', ''), 16))::bit(64)::bigint);

-- upgrade/0.7.0--0.8.0.sql

-- The role kw_signer.
-- The runtime reads the server's memory, which differs between major versions.
do $server$
declare
    major int := pg_catalog.current_setting('server_version_num')::int / 10000;
begin
    if major not in (15, 16, 17, 18) then
        raise exception 'kwtools 0.8.0 does not support PostgreSQL %', major
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
-- New signature algorithms.
insert into kw.crypto_algorithms (id, class, name, nist_level, params)
values
    (11, 'sig', 'ECDSA-P-256', null,
        '{"aliases": ["ECDSA P-256", "ECDSA-P256-SHA256", "ES256"], "public_key_bytes": 65, "signature_bytes": 64, "source": "FIPS 186-5, with SHA-256; RFC 6979"}'),
    (12, 'sig', 'ML-DSA-44', 2,
        '{"aliases": ["MLDSA44"], "public_key_bytes": 1312, "signature_bytes": 2420, "source": "FIPS 204"}'),
    (13, 'sig', 'ML-DSA-87', 5,
        '{"aliases": ["MLDSA87"], "public_key_bytes": 2592, "signature_bytes": 4627, "source": "FIPS 204"}');

-- Signing keys. No release has made one so far.
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
alter table kw.signing_keys
    add column compromised_at timestamptz(6),
    add constraint signing_keys_scope_check check (
        coalesce(
            scope = 'log' or scope = 'import' and origin = 'imported' or scope = 'export' and origin <> 'imported'
            or scope like 'application:_%', false
        )
    ),
    add constraint signing_keys_private_key_check check (
        (private_key_enc is not null) = (origin = 'local') and (kms_key_id is null) = (origin = 'imported')
    ),
    add constraint signing_keys_times_check check (
        (retired_at is null) = (status = 'active') and (compromised_at is null) = (status <> 'compromised')
    );
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

create trigger keep_times
before update on kw.signing_keys
for each row
when (
    old.status <> new.status or old.activated_at is distinct from new.activated_at
    or old.retired_at is distinct from new.retired_at
    or old.compromised_at is distinct from new.compromised_at
)
execute function kw._keep_signing_times();

alter table kw.signing_keys
    enable always trigger guard_immutable,
    enable always trigger keep_times;

alter table kw.settings
    drop constraint settings_name_check,
    add constraint settings_name_check check (
        name in (
            'cache_seconds', 'cache_keys', 'branch_grace_seconds', 'degraded_ms', 'health_days',
            'audit_log', 'audit_days', 'job_attempts', 'job_days', 'signature_level', 'read_audit'
        )
    );

-- Deployments, and what an event of the audit changed.
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
alter table kw.key_wrappers
    drop constraint key_wrappers_dek_class_check,
    add constraint key_wrappers_dek_class_check check (dek_class in ('field', 'branch', 'deployment'));
drop trigger touch_key_epoch on kw.key_wrappers;
create trigger touch_key_epoch
after update or delete on kw.key_wrappers
for each row when (old.dek_class <> 'field')
execute function kw._touch_key_epoch();
alter table kw.key_wrappers enable always trigger touch_key_epoch;
-- How much is encrypted.
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
-- How the values of a binding are encrypted; of every row, as before, with the longer nonces.
alter table kw.encryption_bindings add column suite smallint not null default 1 check (suite in (1, 2));
update kw.encryption_bindings set suite = 2 where entity_pk = '*';
alter table kw.encryption_bindings
    add constraint every_row_has_suite_2 check (entity_pk <> '*' or suite = 2);
drop trigger guard_immutable on kw.encryption_bindings;
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
alter table kw.encryption_bindings
    enable always trigger guard_immutable,
    enable always trigger complete_suite;
alter table kw.audit_events
    add column changes bytea,
    add column seal bytea;

-- Seals. A destroyed wrapper gets one, too.
drop trigger guard_immutable on kw.key_wrappers;
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
alter table kw.key_wrappers enable always trigger guard_immutable;
alter table kw.kms_providers
    add column change_no bigint,
    add column seal bytea;
create trigger guard_change_no
before update on kw.kms_providers
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');
alter table kw.kms_providers enable always trigger guard_change_no;
alter table kw.kms_keys
    add column change_no bigint,
    add column seal bytea;
create trigger guard_change_no
before update on kw.kms_keys
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');
alter table kw.kms_keys enable always trigger guard_change_no;
alter table kw.kem_private_keys
    add column change_no bigint,
    add column seal bytea;
create trigger guard_change_no
before update on kw.kem_private_keys
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');
alter table kw.kem_private_keys enable always trigger guard_change_no;
alter table kw.encryption_policies
    add column change_no bigint,
    add column seal bytea;
create trigger guard_change_no
before update on kw.encryption_policies
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');
alter table kw.encryption_policies enable always trigger guard_change_no;
alter table kw.policy_kms_keys
    add column change_no bigint,
    add column seal bytea;
create trigger guard_change_no
before update on kw.policy_kms_keys
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');
alter table kw.policy_kms_keys enable always trigger guard_change_no;
alter table kw.key_wrappers
    add column change_no bigint,
    add column seal bytea;
create trigger guard_change_no
before update on kw.key_wrappers
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');
alter table kw.key_wrappers enable always trigger guard_change_no;
alter table kw.encryption_bindings
    add column change_no bigint,
    add column seal bytea;
create trigger guard_change_no
before update on kw.encryption_bindings
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');
alter table kw.encryption_bindings enable always trigger guard_change_no;
alter table kw.binding_generations
    add column change_no bigint,
    add column seal bytea;
create trigger guard_change_no
before update on kw.binding_generations
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');
alter table kw.binding_generations enable always trigger guard_change_no;
alter table kw.entities
    add column entity_id uuid not null default gen_random_uuid() unique,
    add column bound_as varchar(64) collate "C" unique,
    add column change_no bigint,
    add column seal bytea;
update kw.entities set bound_as = entity_table;
alter table kw.entities alter column bound_as set not null;
create trigger guard_change_no
before update on kw.entities
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');
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
create trigger complete_bound_as
before insert on kw.entities
for each row when (new.bound_as is null)
execute function kw._complete_bound_as();
alter table kw.entities
    enable always trigger guard_change_no,
    enable always trigger complete_bound_as;
alter table kw.entity_fields
    add column read_audit text collate "C" check (read_audit in ('none', 'keys', 'statements')),
    add column change_no bigint,
    add column seal bytea,
    drop constraint entity_fields_marks,
    add constraint entity_fields_marks check (
        not is_mark or (policy_id is null and min_nist_level is null and read_audit is null)
    );
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
create trigger guard_change_no
before update on kw.entity_fields
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');
alter table kw.entity_fields
    enable always trigger guard_change_no,
    enable always trigger touch_key_epoch,
    enable always trigger touch_key_epoch_after_insert,
    enable always trigger touch_key_epoch_after_delete,
    enable always trigger touch_key_epoch_after_truncate;
alter table kw.field_grants
    add column change_no bigint,
    add column seal bytea;
create trigger guard_change_no
before update on kw.field_grants
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');
alter table kw.field_grants enable always trigger guard_change_no;
alter table kw.settings
    add column change_no bigint,
    add column seal bytea;
create trigger guard_change_no
before update on kw.settings
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');
alter table kw.settings enable always trigger guard_change_no;
alter table kw.algorithm_statuses
    add column change_no bigint,
    add column seal bytea;
create trigger guard_change_no
before update on kw.algorithm_statuses
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');
alter table kw.algorithm_statuses enable always trigger guard_change_no;
alter table kw.signing_keys
    add column change_no bigint,
    add column seal bytea;
create trigger guard_change_no
before update on kw.signing_keys
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');
alter table kw.signing_keys enable always trigger guard_change_no;
create type kw.seal_check as (
    table_name text,
    row_key text,
    sqlstate text,
    problem text
);
comment on type kw.seal_check is 'A row of kw that does not match its seal, or the state in the log.';
create type kw.recorded_page as (
    event bigint,
    checked integer,
    retired integer,
    last_id bigint,
    problems jsonb,
    is_complete boolean
);
comment on type kw.recorded_page is 'The event that records a verification so far, kw.audit_events.id, and of its last page: how many wrappers were opened, how many are retired and were not, the last id (null: nothing was left), what does not open, as in kw.verify_page_result, and whether the verification is complete.';
-- Data keys that are made elsewhere.
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
create type kw.imported_wrapper as (
    foreign_uuid uuid,
    wrapper_uuid uuid
);
comment on type kw.imported_wrapper is 'A data key that was imported.';
comment on column kw.imported_wrapper.foreign_uuid is 'The name that its maker gave it.';
comment on column kw.imported_wrapper.wrapper_uuid is 'Its wrapper here, kw.key_wrappers.wrapper_uuid.';
create type kw.exported_bundle as (
    number bigint,
    note bytea,
    bundle bytea
);
comment on type kw.exported_bundle is 'Data keys that are sealed for another deployment.';
comment on column kw.exported_bundle.number is 'The number of the bundle.';
comment on column kw.exported_bundle.note is 'The signed note.';
comment on column kw.exported_bundle.bundle is 'The bundle that it signs.';
-- The log of audit events.
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
-- Locked, never filled, by what appends to a log or signs for it: one at a time. A table and no
-- advisory lock, which any role could take. Not dumped: there is nothing in it.
create table kw.log_lock (
    nothing integer check (nothing is null)
);

comment on table kw.log_lock is 'Empty. The sequencer of the log locks it, so that there is one.';
comment on column kw.log_lock.nothing is 'Not used.';
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
alter table kw.audit_events
    add column log_id bigint,
    add column leaf_index bigint,
    add constraint audit_events_leaf_check check ((log_id is null) = (leaf_index is null));
create index audit_events_unsealed on kw.audit_events (id) where leaf_index is null;
-- Receipts of one wrapper out of a shred.
alter table kw.shred_receipts add column batch bigint;
create index shred_receipts_batch on kw.shred_receipts (batch);
create index audit_events_batch on kw.audit_events ((details ->> 'batch')) where action = 'shred';
drop trigger guard_immutable on kw.audit_events;
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
alter table kw.audit_events enable always trigger guard_immutable;
comment on column kw.rewrap_outcomes.skipped is 'Jobs that another worker runs or has claimed since, that are not running, or that had nothing to do: the wrapper was destroyed, or has the layers already.';
-- Reads that are audited.
-- SECURITY DEFINER: it writes the audit at commit, whatever role is in force then.
create or replace function kw._keep_reads() returns trigger
language plpython3u volatile parallel unsafe security definer
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.keep_reads(TD['new']['id'])
$function$;

comment on function kw._keep_reads() is
'Trigger: writes the audit events of the reads that the transaction has counted. Internal. Errors: KW001.';
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

-- functions/_guard_drop.sql

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

-- functions/_complete.sql

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

-- tables/settings.sql

comment on column kw.settings.name is 'cache_seconds: how long an opened key is kept (default 300). cache_keys: how many a session keeps (default 10000). branch_grace_seconds: how long an opened branch key may be used after expiry while the KMS above it is unreachable (default 0). degraded_ms: from when on a KMS key counts as degraded, in milliseconds (default 1000). health_days: how long kw.check_kms keeps what it found (default 30). audit_log: whether audited actions are lines in the server log, too (default 1; 0 for no). audit_days: how long audit events are kept (default 0, for ever). job_attempts: how often a job of kw.rewrap_jobs is tried before it rests as failed (default 10). job_days: how long finished jobs are kept (default 30; 0: for ever). signature_level: the NIST level that signing keys need to be made, enrolled and to sign, except those of the log (default 0: none). read_audit: which reads are audited of fields that do not say so themselves (default 1, raw data keys; 0: none; 2: statements).';

comment on column kw.settings.change_no is 'Number of the last sealed change of the row; null: not sealed.';

comment on column kw.settings.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/kms_providers.sql

comment on column kw.kms_providers.change_no is 'Number of the last sealed change of the row; null: not sealed.';

comment on column kw.kms_providers.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/kms_keys.sql

comment on column kw.kms_keys.purpose is 'Its permitted use: wrap, encrypt, both, or sign. A key that signs does nothing else.';

comment on column kw.kms_keys.status is 'active: wraps and opens, or signs. retired: opens. disabled: neither.';

comment on column kw.kms_keys.change_no is 'Number of the last sealed change of the row; null: not sealed.';

comment on column kw.kms_keys.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/kem_private_keys.sql

comment on column kw.kem_private_keys.change_no is 'Number of the last sealed change of the row; null: not sealed.';

comment on column kw.kem_private_keys.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/crypto_algorithms.sql

comment on column kw.crypto_algorithms.status is 'active; deprecated: opens and verifies only; experimental: only where a policy allows it.';

-- tables/algorithm_statuses.sql

comment on column kw.algorithm_statuses.change_no is 'Number of the last sealed change of the row; null: not sealed.';

comment on column kw.algorithm_statuses.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/encryption_policies.sql

comment on column kw.encryption_policies.change_no is 'Number of the last sealed change of the row; null: not sealed.';

comment on column kw.encryption_policies.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/policy_kms_keys.sql

comment on column kw.policy_kms_keys.change_no is 'Number of the last sealed change of the row; null: not sealed.';

comment on column kw.policy_kms_keys.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/key_wrappers.sql

comment on column kw.key_wrappers.dek_class is 'field: its DEK protects fields. branch: it wraps other DEKs, and is never returned. deployment: it seals the rows of kw, and is never returned.';

comment on column kw.key_wrappers.change_no is 'Number of the last sealed change of the row; null: not sealed.';

comment on column kw.key_wrappers.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/encryption_bindings.sql

comment on column kw.encryption_bindings.entity_table is 'The entity: its kw.entities.bound_as, which is its name unless it was renamed.';

comment on column kw.encryption_bindings.suite is 'How its values are encrypted: 1: AES-256-GCM, 2: XAES-256-GCM. Always 2 if the key is *.';

comment on column kw.encryption_bindings.change_no is 'Number of the last sealed change of the row; null: not sealed.';

comment on column kw.encryption_bindings.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/binding_generations.sql

comment on column kw.binding_generations.change_no is 'Number of the last sealed change of the row; null: not sealed.';

comment on column kw.binding_generations.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/entities.sql

comment on column kw.entities.entity_table is 'schema.table: its present name.';

comment on column kw.entities.entity_id is 'Random name of the entity, in the seals of its bindings.';

comment on column kw.entities.bound_as is 'The entity_table of its bindings: the first name, or ~. and a random name where that was taken. A rename of the table leaves it as it is.';

comment on column kw.entities.change_no is 'Number of the last sealed change of the row; null: not sealed.';

comment on column kw.entities.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/entity_fields.sql

comment on column kw.entity_fields.read_audit is 'Which reads are audited (kw.set_read_audit): none, keys or statements. Null: as the whole row says, then as setting read_audit says.';

comment on column kw.entity_fields.change_no is 'Number of the last sealed change of the row; null: not sealed.';

comment on column kw.entity_fields.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/field_grants.sql

comment on column kw.field_grants.change_no is 'Number of the last sealed change of the row; null: not sealed.';

comment on column kw.field_grants.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- tables/audit_events.sql

comment on column kw.audit_events.changes is 'The sealed rows that the action changed, packed as docs/format.md says; null: none.';

comment on column kw.audit_events.seal is 'Seal of the event by the deployment key; null: written without one.';

comment on column kw.audit_events.log_id is 'The log that has the event, kw.logs.id; null: none yet.';

comment on column kw.audit_events.leaf_index is 'Its place in that log, from 0.';

-- tables/shred_receipts.sql

comment on column kw.shred_receipts.batch is 'The same in all rows of a call, and in the details of its event in kw.audit_events. Null: destroyed by a version before 0.8.0.';

-- tables/signing_keys.sql

comment on column kw.signing_keys.scope is 'The objects that it may sign: log, import (public keys only), export (private keys only), or application:NAME. It never changes.';

comment on column kw.signing_keys.origin is 'The place of its private key: local (sealed in this row), kms (held by kms_key_id) or imported (elsewhere).';

comment on column kw.signing_keys.public_key is 'The public key. See docs/format.md.';

comment on column kw.signing_keys.status is 'active: signs and verifies. retired: verifies. compromised: only what is known to have been signed before compromised_at verifies.';

comment on column kw.signing_keys.activated_at is 'From when its signatures count; null: not yet.';

comment on column kw.signing_keys.retired_at is 'When it stopped signing.';

comment on column kw.signing_keys.compromised_at is 'From when others may have had its private key: signatures from then on are bad.';

comment on column kw.signing_keys.change_no is 'Number of the last sealed change of the row; null: not sealed.';

comment on column kw.signing_keys.seal is 'MAC of the row by the deployment key. See docs/format.md.';

-- types/verify_result.sql

comment on type kw.verify_result is 'A leg of a wrapper, or a signing key, that cannot be opened.';

-- types/rewrap_outcomes.sql

comment on column kw.rewrap_outcomes.skipped is 'Jobs that another worker runs or has claimed since, that are not running, or that had nothing to do: the wrapper was destroyed, or has the layers already.';

-- views/crypto_inventory.sql

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
        b.suite, true as is_current
    from kw.encryption_bindings b
    union all
    select g.key_wrapper_id, b.id, b.entity_table, b.field_name, b.suite, false
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
    g.bindings,
    g.format
from grouped g;

comment on column kw.crypto_inventory.dek_class is 'field, branch or deployment, as of the wrappers.';

comment on column kw.crypto_inventory.field_cipher is 'The cipher of the values, by the suite of the binding: AES-256-GCM or XAES-256-GCM. Null without a table.';

comment on column kw.crypto_inventory.format is 'kwtools/1 or kwtools/2, as of the wrappers and their ciphertexts.';

-- views/signing_inventory.sql

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

version = '0.8.0'
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
GD['kwtools 0.8.0'] = api
$function$;

grant execute on function kw._load() to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;

-- functions/_as_owner.sql

create or replace function kw._as_owner() returns void
language plpython3u volatile parallel unsafe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
set quote_all_identifiers = off
set lock_timeout = '5s'
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.run_pending()
$function$;

grant execute on function kw._as_owner() to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;

-- functions/_read_as_owner.sql

create or replace function kw._read_as_owner() returns void
language plpython3u stable parallel unsafe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
set quote_all_identifiers = off
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.run_pending_reading()
$function$;

grant execute on function kw._read_as_owner() to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;

-- functions/_still_stands.sql

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
        if pg_relation_size(2836, 'vm') is null then
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

grant execute on function kw._still_stands(
    oid, text, text, text, oid, tid, xid, text, boolean, bigint, bigint, tid, xid, boolean, boolean, bigint, tid, xid, text, integer
) to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;

-- functions/_text.sql

create or replace function kw._text() returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.pending_text()
$function$;

grant execute on function kw._text() to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;

-- functions/encrypt.sql

create or replace function kw.encrypt(entity_table text, entity_pk text, field_name text, plaintext bytea) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.encrypt(entity_table, entity_pk, field_name, plaintext)
$function$;

create or replace function kw.encrypt(entity_table text, entity_pk bigint, field_name text, plaintext bytea) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.encrypt(entity_table, entity_pk, field_name, plaintext)
$function$;

create or replace function kw.encrypt(entity_table text, entity_pk uuid, field_name text, plaintext bytea) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.encrypt(entity_table, entity_pk, field_name, plaintext)
$function$;

-- functions/encrypt_text.sql

create or replace function kw.encrypt_text(entity_table text, entity_pk text, field_name text, plaintext text) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.encrypt_text(entity_table, entity_pk, field_name, plaintext)
$function$;

create or replace function kw.encrypt_text(entity_table text, entity_pk bigint, field_name text, plaintext text) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.encrypt_text(entity_table, entity_pk, field_name, plaintext)
$function$;

create or replace function kw.encrypt_text(entity_table text, entity_pk uuid, field_name text, plaintext text) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.encrypt_text(entity_table, entity_pk, field_name, plaintext)
$function$;

-- functions/encrypt_many.sql

create or replace function kw.encrypt_many(entity_table text, entity_pks text[], field_name text, plaintexts bytea[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.encrypt_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

create or replace function kw.encrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, plaintexts bytea[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.encrypt_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

create or replace function kw.encrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, plaintexts bytea[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.encrypt_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

-- functions/encrypt_text_many.sql

create or replace function kw.encrypt_text_many(entity_table text, entity_pks text[], field_name text, plaintexts text[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.encrypt_text_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

create or replace function kw.encrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, plaintexts text[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.encrypt_text_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

create or replace function kw.encrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, plaintexts text[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.encrypt_text_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

-- functions/decrypt.sql

create or replace function kw.decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.decrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.decrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

-- functions/decrypt_text.sql

create or replace function kw.decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.decrypt_text(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.decrypt_text(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

-- functions/decrypt_many.sql

create or replace function kw.decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.decrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.decrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

-- functions/decrypt_text_many.sql

create or replace function kw.decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.decrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.decrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

-- functions/try_decrypt.sql

create or replace function kw.try_decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.try_decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.try_decrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.try_decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.try_decrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.try_decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

-- functions/try_decrypt_text.sql

create or replace function kw.try_decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.try_decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.try_decrypt_text(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.try_decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.try_decrypt_text(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.try_decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

-- functions/try_decrypt_many.sql

create or replace function kw.try_decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.try_decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.try_decrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.try_decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.try_decrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.try_decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

-- functions/try_decrypt_text_many.sql

create or replace function kw.try_decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.try_decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.try_decrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.try_decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.try_decrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.try_decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.reencrypt(entity_table, entity_pk, field_name, ciphertext, to_entity_pk, to_field_name)
$function$;

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.reencrypt(entity_table, entity_pk, field_name, ciphertext, to_entity_pk, to_field_name)
$function$;

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.reencrypt(entity_table, entity_pk, field_name, ciphertext, to_entity_pk, to_field_name)
$function$;

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.reencrypt_many(entity_table, entity_pks, field_name, ciphertexts, to_entity_pks, to_field_name)
$function$;

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.reencrypt_many(entity_table, entity_pks, field_name, ciphertexts, to_entity_pks, to_field_name)
$function$;

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.reencrypt_many(entity_table, entity_pks, field_name, ciphertexts, to_entity_pks, to_field_name)
$function$;

-- functions/is_ciphertext.sql

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

-- functions/describe.sql

create or replace function kw.describe(ciphertext bytea) returns kw.description
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.describe(ciphertext)
$function$;

-- functions/describe_many.sql

create or replace function kw.describe_many(ciphertexts bytea[]) returns setof kw.description
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.describe_many(ciphertexts)
$function$;

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.bind(entity_table, entity_pk, field_name, wrapper, policy)
$function$;

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.bind(entity_table, entity_pk, field_name, wrapper, policy)
$function$;

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.bind(entity_table, entity_pk, field_name, wrapper, policy)
$function$;

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.bind_many(entity_table, entity_pks, field_name, policy)
$function$;

create or replace function kw.bind_many_by_bigint(
    entity_table text,
    entity_pks bigint[],
    field_name text default null,
    policy text default null
) returns uuid[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.bind_many(entity_table, entity_pks, field_name, policy)
$function$;

create or replace function kw.bind_many_by_uuid(
    entity_table text,
    entity_pks uuid[],
    field_name text default null,
    policy text default null
) returns uuid[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.bind_many(entity_table, entity_pks, field_name, policy)
$function$;

-- functions/lookup.sql

create or replace function kw.lookup(entity_table text, entity_pk text, field_name text default null) returns uuid
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.lookup(entity_table, entity_pk, field_name)
$function$;

create or replace function kw.lookup(entity_table text, entity_pk bigint, field_name text default null) returns uuid
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.lookup(entity_table, entity_pk, field_name)
$function$;

create or replace function kw.lookup(entity_table text, entity_pk uuid, field_name text default null) returns uuid
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.lookup(entity_table, entity_pk, field_name)
$function$;

-- functions/lookup_many.sql

create or replace function kw.lookup_many(entity_table text, entity_pks text[], field_name text default null) returns uuid[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.lookup_many(entity_table, entity_pks, field_name)
$function$;

create or replace function kw.lookup_many_by_bigint(entity_table text, entity_pks bigint[], field_name text default null) returns uuid[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.lookup_many(entity_table, entity_pks, field_name)
$function$;

create or replace function kw.lookup_many_by_uuid(entity_table text, entity_pks uuid[], field_name text default null) returns uuid[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.lookup_many(entity_table, entity_pks, field_name)
$function$;

-- functions/rotate.sql

create or replace function kw.rotate(entity_table text, entity_pk text, field_name text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.rotate(entity_table, entity_pk, field_name)
$function$;

create or replace function kw.rotate(entity_table text, entity_pk bigint, field_name text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.rotate(entity_table, entity_pk, field_name)
$function$;

create or replace function kw.rotate(entity_table text, entity_pk uuid, field_name text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.rotate(entity_table, entity_pk, field_name)
$function$;

-- functions/field_generations.sql

create or replace function kw.field_generations(entity_table text, field_name text) returns setof kw.field_generation
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set jit = off
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.field_generations(entity_table, field_name)
$function$;

-- functions/retire_generations.sql

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.retire_generations(entity_table, field_name, max_wait_seconds, ignore_standbys)
$function$;

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.rebind(entity_table, to_entity_table, entity_pk, to_entity_pk, field_name, to_field_name)
$function$;

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.shred(entity_table, entity_pk, field_name, whole, shared)
$function$;

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.shred(entity_table, entity_pk, field_name, whole, shared)
$function$;

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.shred(entity_table, entity_pk, field_name, whole, shared)
$function$;

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.shred_many(entity_table, entity_pks, field_name, shared)
$function$;

create or replace function kw.shred_many_by_bigint(
    entity_table text,
    entity_pks bigint[],
    field_name text default null,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.shred_many(entity_table, entity_pks, field_name, shared)
$function$;

create or replace function kw.shred_many_by_uuid(
    entity_table text,
    entity_pks uuid[],
    field_name text default null,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.shred_many(entity_table, entity_pks, field_name, shared)
$function$;

-- functions/wrap.sql

create or replace function kw.wrap(dek bytea default null, policy text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.wrap(dek, policy)
$function$;

-- functions/wrap_many.sql

create or replace function kw.wrap_many(deks bytea[], policy text default null) returns uuid[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.wrap_many(deks, policy)
$function$;

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.give_wrappers(wrappers, new_owner)
$function$;

-- functions/unwrap.sql

create or replace function kw.unwrap(wrapper uuid) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.unwrap(wrapper)
$function$;

-- functions/unwrap_many.sql

create or replace function kw.unwrap_many(wrappers uuid[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.unwrap_many(wrappers)
$function$;

-- functions/rewrap.sql

create or replace function kw.rewrap(wrapper uuid, kms1_key_id bigint default null, kms2_key_id bigint default null) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.rewrap(wrapper, kms1_key_id, kms2_key_id)
$function$;

-- functions/rewrap_many.sql

create or replace function kw.rewrap_many(
    wrappers uuid[],
    kms1_key_id bigint default null,
    kms2_key_id bigint default null
) returns integer[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.rewrap_many(wrappers, kms1_key_id, kms2_key_id)
$function$;

-- functions/relayer.sql

create or replace function kw.relayer(
    wrapper uuid,
    policy text default null
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.relayer(wrapper, policy)
$function$;

-- functions/relayer_many.sql

create or replace function kw.relayer_many(
    wrappers uuid[],
    policy text default null
) returns integer[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.relayer_many(wrappers, policy)
$function$;

-- functions/set_wrapper_status.sql

create or replace function kw.set_wrapper_status(wrapper uuid, status text) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.set_wrapper_status(wrapper, status)
$function$;

-- functions/verify.sql

create or replace function kw.verify(wrapper uuid default null, after bigint default 0, most integer default null) returns setof kw.verify_result
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.verify(wrapper, after, most)
$function$;

comment on function kw.verify(wrapper uuid, after bigint, most integer) is
'Opens wrappers, one or all, by each leg, and returns a row for each leg that cannot be opened. No row: all can be opened. It reads in order of id, from after on, at most most wrappers. After the last one it opens the sealed private keys of signing keys. For kw_admin and kw_operator. Errors: KW101.';

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.verify_page(after, most, sample, seed, without_providers, counted)
$function$;

comment on function kw.verify_page(after bigint, most integer, sample double precision, seed bigint, without_providers text[], counted boolean) is
'Opens the next wrappers by each leg alone and through every layer, as kw.verify does, and returns how far it came. Retired wrappers are counted, not opened. The page that comes to the end opens the sealed private keys of signing keys, too. A KMS that has just failed is not asked again for a short time: its legs fail. With without_providers it opens each wrapper by what remains and returns those that are lost; these providers are not asked, and nothing that they opened is used. For kw_admin and kw_operator. Errors: KW003, KW101.';

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.plan_rewrap(
    kms_key_id, provider, policy, entity_table, field_name, older_than, wrappers, new_kms_key_id,
    kms1_key_id, kms2_key_id, to_policy, max_jobs
)
$function$;

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.schedule_rewrap(
    kms_key_id, provider, policy, entity_table, field_name, older_than, wrappers, new_kms_key_id,
    kms1_key_id, kms2_key_id, to_policy, scheduled_at
)
$function$;

-- functions/schedule_rotate.sql

create or replace function kw.schedule_rotate(entity_table text, field_name text default null, older_than interval default null, scheduled_at timestamptz default null) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.schedule_rotate(entity_table, field_name, older_than, scheduled_at)
$function$;

-- functions/set_policy_renewal.sql

create or replace function kw.set_policy_renewal(policy text, max_wrap_age interval default null, renews_one_leg boolean default false) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.set_policy_renewal(policy, max_wrap_age, renews_one_leg)
$function$;

-- functions/schedule_due_rewraps.sql

create or replace function kw.schedule_due_rewraps() returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.schedule_due_rewraps()
$function$;

-- functions/claim_rewrap_jobs.sql

create or replace function kw.claim_rewrap_jobs(max_jobs integer default 1000, to_policy text default null, running_too boolean default true) returns bigint[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.claim_rewrap_jobs(max_jobs, to_policy, running_too)
$function$;

-- functions/run_rewrap_jobs.sql

create or replace function kw.run_rewrap_jobs(jobs bigint[], max_seconds double precision default null) returns kw.rewrap_outcomes
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.run_rewrap_jobs(jobs, max_seconds)
$function$;

-- functions/retry_rewrap_jobs.sql

create or replace function kw.retry_rewrap_jobs(jobs bigint[] default null) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.retry_rewrap_jobs(jobs)
$function$;

-- functions/cancel_rewrap_jobs.sql

create or replace function kw.cancel_rewrap_jobs(jobs bigint[] default null) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.cancel_rewrap_jobs(jobs)
$function$;

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.create_kms_key(provider, external_key_ref, purpose, algorithm, if_not_exists)
$function$;

comment on function kw.create_kms_key(provider text, external_key_ref text, purpose text, algorithm text, if_not_exists boolean) is
'Creates a key in a KMS, registers it and returns its id. For a provider of kind wrapper it creates a branch key, and external_key_ref names its policy. With purpose sign it creates a key that signs in its KMS, of signature algorithm algorithm, for kw.create_signing_key. For provider local, an algorithm of class kem creates a KEM key, which seals layers. It reuses a key that a rolled-back call of this database left in a keystore. if_not_exists: if the key is already registered with this purpose and algorithm, returns its id. For a branch that is the oldest active one of the policy. A key that exists only in the KMS is registered. For kw_admin. Errors: KW003, KW101, KW102 (already exists, differs, or too deep), KW201 to KW209 (from the KMS).';

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.add_kms_key(provider, external_key_ref, purpose, algorithm, if_not_exists)
$function$;

comment on function kw.add_kms_key(provider text, external_key_ref text, purpose text, algorithm text, if_not_exists boolean) is
'Registers an existing key of a KMS, and returns its id. A key of purpose sign signs in its KMS and is for kw.create_signing_key; it never wraps, and no other key signs there. if_not_exists: if it is already registered with this purpose and, if given, this algorithm, returns its id. For kw_admin. Errors: KW003, KW101 (provider does not exist), KW102 (already exists, or differs), KW201 to KW209 (from the KMS).';

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.create_kem_key(external_key_ref, algorithm, sealed_by_key_id, if_not_exists)
$function$;

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.add_kem_key(provider, external_key_ref, algorithm, public_key, if_not_exists)
$function$;

-- functions/set_kms_key_status.sql

create or replace function kw.set_kms_key_status(kms_key_id bigint, status text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.set_kms_key_status(kms_key_id, status)
$function$;

-- functions/key_dependents.sql

create or replace function kw.key_dependents(kms_key_id bigint) returns setof kw.key_dependent
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.key_dependents(kms_key_id)
$function$;

-- functions/safe_to_destroy.sql

create or replace function kw.safe_to_destroy(kms_key_id bigint, timeout_seconds double precision default 10) returns setof kw.destroy_check
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.safe_to_destroy(kms_key_id, timeout_seconds)
$function$;

-- functions/record_safe_to_destroy.sql

create or replace function kw.record_safe_to_destroy(kms_key_id bigint, timeout_seconds double precision default 10) returns setof kw.destroy_check
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.create_policy(policy_name, mode, kms1_key_id, kms2_key_id, layers, notes, if_not_exists)
$function$;

-- functions/add_policy_key.sql

create or replace function kw.add_policy_key(policy_name text, kms_key_id bigint, priority integer default 0, weight integer default 1) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.add_policy_key(policy_name, kms_key_id, priority, weight)
$function$;

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.set_policy_layers(policy_name, min_layers, max_layers, layer_selection, aad_template, allow_experimental)
$function$;

-- functions/bind_policy.sql

create or replace function kw.bind_policy(entity_table text, field_name text, policy_name text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.bind_policy(entity_table, field_name, policy_name)
$function$;

-- functions/set_floor.sql

create or replace function kw.set_floor(entity_table text, field_name text, nist_level integer) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.set_floor(entity_table, field_name, nist_level)
$function$;

-- functions/set_read_audit.sql

create or replace function kw.set_read_audit(entity_table text, field_name text, reads text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.set_algorithm_status(algorithm, status)
$function$;

comment on function kw.set_algorithm_status(algorithm text, status text) is
'Sets the status of a KEM or signature algorithm of kw.crypto_algorithms, by any of its names. active; deprecated: opens and verifies, but makes no new layer, signature or signing key; experimental, of KEMs only: makes layers only for policies that allow it. For kw_admin. Errors: KW003.';

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.add_provider(name, provider, config, probe, if_not_exists)
$function$;

-- functions/set_provider_enabled.sql

create or replace function kw.set_provider_enabled(name text, enabled boolean) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.set_provider_enabled(name, enabled)
$function$;

-- functions/declare_shared_root.sql

create or replace function kw.declare_shared_root(provider text, other text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.declare_shared_root(provider, other)
$function$;

-- functions/undeclare_shared_root.sql

create or replace function kw.undeclare_shared_root(provider text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.undeclare_shared_root(provider)
$function$;

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.reseal_rows(place, most)
$function$;

comment on function kw.reseal_rows(inout place text, most integer, out resealed bigint) is
'Reseals the next rows, then the audit events that no log has, with the new deployment key, after checking them by the key before, and returns the place to go on from. Change numbers stay. It needs neither the KMS of a wrapper nor its data key. Rows that another transaction has locked are left to kw.seal_deployment. A row that does not match its seal stops it, and is named. For kw_admin; requires a superuser. Errors: KW003, KW100, KW101 (no deployment), KW102 (the key is not being replaced), KW209, KW211.';

grant execute on function kw.reseal_rows(inout place text, most integer, out resealed bigint) to kw_admin;

-- functions/acknowledge_restore.sql

create or replace function kw.acknowledge_restore(checkpoint text, reason text) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.acknowledge_restore(checkpoint, reason)
$function$;

comment on function kw.acknowledge_restore(checkpoint text, reason text) is
'Acknowledges that a restore has put the database back, and begins the next incarnation of its deployment: change numbers of their own, and a log of its own with the host and the keys of the one before. It returns the origin of that log. The first entry names the checkpoint, the size and root hash of the restored log, and the reason. Then call kw.seal_audit, give auditors the new verifier keys, and raise the incarnation in the provider file. Audited, and always in the server log. For kw_admin; requires a superuser. Errors: KW003 (not a checkpoint of this log, as after a second call), KW100, KW101 (no deployment, or no log), KW200 to KW209, KW211 (not signed by a key of the log).';

grant execute on function kw.acknowledge_restore(checkpoint text, reason text) to kw_admin;

-- functions/accept_rows.sql

create or replace function kw.accept_rows(table_name text, row_keys text[], reason text) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
api.accept_state(reason)
$function$;

comment on function kw.accept_state(reason text) is
'Has the next state in the log be of the sealed rows as they are, after kw.append_state or kw.check_state found that some are not what the log says. Give rows that do not match their seals new ones first: kw.accept_rows. A comparison with an older checkpoint reports it from then on. Audited, and always in the server log. For kw_admin; requires a superuser. Errors: KW003, KW100, KW101.';

grant execute on function kw.accept_state(reason text) to kw_admin;

-- functions/check_state.sql

create or replace function kw.check_state(checkpoint text default null) returns setof kw.seal_check
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.check_state(checkpoint)
$function$;

comment on function kw.check_state(checkpoint text) is
'Compares every sealed row of kw with the log as a checkpoint proves it, and returns the rows that were put back, deleted or added, and those that do not match their seals. No row: all are as the functions of kw left them. Without a checkpoint that was kept elsewhere, a whole database that was put back passes. For kw_admin, kw_operator and kw_auditor. Errors: KW003 (not a checkpoint of this log), KW101 (no log, or no state before the checkpoint), KW211 (the log does not continue the checkpoint).';

grant execute on function kw.check_state(checkpoint text) to kw_admin, kw_operator, kw_auditor;

-- functions/sign_checkpoint.sql

create or replace function kw.sign_checkpoint(again boolean default false) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.sign_checkpoint(again)
$function$;

comment on function kw.sign_checkpoint(again boolean) is
'Signs a checkpoint of the log by each of its keys, stores it, writes it to the server log, and returns it. If the newest checkpoint has all entries already, returns that one. It checks first that the log continues the newest checkpoint. Refuses in a transaction that appended events, since a checkpoint must not outlive its entries. For kw_admin and kw_operator. Errors: KW101 (no log, or an empty one), KW102 (events were appended in this transaction, or a key does not sign), KW200 to KW209, KW211 (the log, or a row of its keys, was changed).';

grant execute on function kw.sign_checkpoint(again boolean) to kw_admin, kw_operator;

-- functions/seal_audit.sql

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

-- functions/audit_proof.sql

create or replace function kw.audit_proof(event bigint) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.add_cosignatures(note)
$function$;

comment on function kw.add_cosignatures(note text) is
'Stores the cosignatures of a checkpoint by witnesses of kw.add_witness, and returns how many are new. Each is verified: one that is not valid refuses the note. Lines of others are ignored. Proofs and exports then have them. For kw_admin and kw_operator. Errors: KW003 (not a checkpoint, or a signature that is not valid), KW101 (not a checkpoint of the log).';

grant execute on function kw.add_cosignatures(note text) to kw_admin, kw_operator;

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.grant_field(entity_table, field_name, grantee, may_read, may_write)
$function$;

-- functions/revoke_field.sql

create or replace function kw.revoke_field(entity_table text, field_name text, grantee name) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.revoke_field(entity_table, field_name, grantee)
$function$;

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
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.list_grants(entity_table)
$function$;

-- functions/check_kms.sql

create or replace function kw.check_kms(kms_key_id bigint default null) returns setof kw.kms_check_result
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.check_kms(kms_key_id)
$function$;

-- functions/check_algorithms.sql

create or replace function kw.check_algorithms() returns setof kw.algorithm_check
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.check_algorithms()
$function$;

-- functions/doctor.sql

create or replace function kw.doctor() returns setof kw.doctor_result
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.doctor()
$function$;

-- functions/version.sql

create or replace function kw.version() returns jsonb
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.version()
$function$;

grant execute on function kw.version() to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;

-- functions/set_setting.sql

create or replace function kw.set_setting(name text, value integer) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.set_setting(name, value)
$function$;

comment on function kw.set_setting(name text, value integer) is
'Sets a setting. cache_seconds: how long a session keeps an opened key (default 300). cache_keys: how many keys it keeps (default 10000; 0: none). branch_grace_seconds: how long an opened branch key may be used after expiry while the KMS above it is unreachable (default 0). degraded_ms: the time after which kw.check_kms calls a key degraded (default 1000). health_days: how long it keeps its results (default 30). audit_log: whether audited actions are also lines in the server log (default 1). audit_days: how long audit events are kept (default 0: for ever). job_attempts: how often a job of the queue is tried before it rests as failed (default 10). job_days: how long finished jobs are kept (default 30; 0: for ever). signature_level: the NIST level that signing keys need to be created, enrolled and to sign, except those of the log (default 0: none). read_audit: which reads are audited of fields without kw.set_read_audit (default 1: raw data keys; 0: none; 2: every statement). For kw_admin. Errors: KW003.';

-- functions/check_restore.sql

create or replace function kw.check_restore() returns setof kw.doctor_result
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.check_restore()
$function$;

comment on function kw.check_restore() is
'Checks a restore or logical replication, and returns the results. Checks every foreign key, looks for missing rows, moves sequences past the existing rows, and enables the triggers. If everything is in order, forgets which tables were loaded without checks. If the rows are sealed, also says how to find what the restore lost. For kw_admin.';

-- functions/entities_to_reclaim.sql

create or replace function kw.entities_to_reclaim() returns setof kw.entity_to_reclaim
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.entities_to_reclaim()
$function$;

-- functions/reclaim_entity.sql

create or replace function kw.reclaim_entity(entity_table text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.reclaim_entity(entity_table)
$function$;

-- functions/reclaim_entities.sql

create or replace function kw.reclaim_entities() returns setof kw.entity_to_reclaim
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.reclaim_entities()
$function$;

-- functions/confirm_grants.sql

create or replace function kw.confirm_grants(entity_table text default null) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.8.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
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
    api = GD['kwtools 0.8.0']
return api.confirm_grants(entity_table)
$function$;

-- privileges.sql

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

grant select on
    kw.kms_providers, kw.kms_keys, kw.crypto_algorithms, kw.encryption_policies, kw.policy_kms_keys,
    kw.encryption_bindings, kw.binding_generations, kw.entities, kw.entity_fields, kw.field_grants,
    kw.kms_health_checks, kw.kms_health, kw.rewrap_jobs, kw.settings, kw.audit_events,
    kw.key_dependencies, kw.closed_keys, kw.key_usage, kw.installation, kw.kem_levels, kw.branch_levels,
    kw.wrapper_levels, kw.policy_layer_keys, kw.crypto_inventory, kw.algorithm_statuses, kw.loads_to_check,
    kw.former_wraps, kw.rewrap_progress, kw.shred_receipts, kw.signing_inventory,
    kw.deployments, kw.import_sources, kw.imported_wrappers, kw.generation_usage, kw.witnesses, kw.log_cosignatures,
    kw.logs, kw.log_keys, kw.log_leaves, kw.log_tiles, kw.log_checkpoints,
    kw.state_buckets
to kw_admin, kw_auditor;

grant select (
    id, wrapper_uuid, kms1_key_id, kms2_key_id, crypto_suite, wrap_version, wrap1_version, wrap2_version,
    dek_class, policy_id, status, created_at, rotated_at, owner, owner_name, installation, wrap1_at, wrap2_at,
    change_no, seal
) on kw.key_wrappers to kw_admin, kw_auditor;

grant select (kms_key_id, sealed_by_key_id, created_at, change_no, seal) on kw.kem_private_keys to kw_admin, kw_auditor;

grant select (
    id, algo_id, name, scope, origin, public_key, kms_key_id, status, created_at, activated_at, retired_at, notes,
    compromised_at, change_no, seal
) on kw.signing_keys to kw_admin, kw_auditor;
