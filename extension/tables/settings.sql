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
