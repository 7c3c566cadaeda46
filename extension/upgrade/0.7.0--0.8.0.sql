-- The role kw_signer.
-- @include roles.sql
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
-- @include functions/_keep_signing_times.sql
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
-- @include tables/deployments.sql
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
-- @include tables/generation_usage.sql
-- @include functions/_complete_suite.sql
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
-- @include functions/_complete_bound_as.sql
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
-- @include types/seal_check.sql
-- @include types/recorded_page.sql
-- Data keys that are made elsewhere.
-- @include tables/import_sources.sql
-- @include tables/imported_wrappers.sql
-- @include types/imported_wrapper.sql
-- @include types/exported_bundle.sql
-- The log of audit events.
-- @include functions/_guard_leaf.sql
-- @include tables/logs.sql
-- @include tables/log_lock.sql
-- @include tables/log_keys.sql
-- @include tables/log_leaves.sql
-- @include tables/log_tiles.sql
-- @include tables/state_buckets.sql
-- @include tables/log_checkpoints.sql
-- @include tables/witnesses.sql
-- @include tables/log_cosignatures.sql
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
-- @include functions/_keep_reads.sql
-- @include tables/audited_reads.sql
-- @include tables/guard_writes.sql
-- @include tables/restore_guards.sql
