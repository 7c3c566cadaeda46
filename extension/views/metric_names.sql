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
