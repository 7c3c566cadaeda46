-- The metrics.
alter table kw.settings
    drop constraint settings_name_check,
    add constraint settings_name_check check (
        name in (
            'cache_seconds', 'cache_keys', 'branch_grace_seconds', 'degraded_ms', 'health_days',
            'audit_log', 'audit_days', 'job_attempts', 'job_days', 'signature_level', 'read_audit',
            'metrics_show_names'
        )
    );
-- Protections have seals.
alter table kw.protections
    add column change_no bigint,
    add column seal bytea;
create trigger guard_change_no
before update on kw.protections
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');
alter table kw.protections
    enable always trigger guard_change_no;
-- @include tables/kms_probe_totals.sql
-- @include tables/guard_writes.sql
-- @include tables/restore_guards.sql
-- Views follow GRANT and REVOKE on their tables.
-- @include functions/_keep_privileges.sql
-- @include tables/keep_privileges.sql
