alter table kw.settings
    drop constraint settings_name_check,
    add constraint settings_name_check
        check (name in ('cache_seconds', 'cache_keys', 'branch_grace_seconds', 'degraded_ms', 'health_days'));
comment on column kw.settings.name is 'cache_seconds: how long an opened key is kept (default 300). cache_keys: how many a session keeps (default 10000). branch_grace_seconds: how long an opened branch key may serve beyond its time while the KMS above it is not there (default 0). degraded_ms: from when on a KMS key counts as degraded, in milliseconds (default 1000). health_days: how long kw.check_kms keeps what it found (default 30).';
comment on column kw.settings.value is 'The value. 0 turns a cache off.';

-- @include tables/kms_check_result.sql
-- @include tables/kms_health.sql
