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
