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
