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
        coalesce(scope = 'log' or scope = 'import' and origin = 'imported' or scope like 'application:_%', false)
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
            'audit_log', 'audit_days', 'job_attempts', 'job_days', 'signature_level'
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
alter table kw.audit_events
    add column changes bytea,
    add column seal bytea;
-- @include tables/guard_writes.sql
-- @include tables/restore_guards.sql
