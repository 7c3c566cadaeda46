create view kw.key_metrics as
with probed as materialized (
    select k.labels, latest.status, latest.checked_at
    from kw.metric_keys k
    cross join lateral (
        select c.status, c.checked_at
        from kw.kms_health_checks c
        where c.kms_key_id = k.kms_key_id
        order by c.id desc -- checked_at is of a clock that may have been ahead
        limit 1
    ) latest
    where k.is_in_use
)
select
    'kwtools_kms_key_status' as metric, '' as suffix,
    p.labels || jsonb_build_object('status', s.status) as labels,
    (p.status = s.status)::integer::double precision as value
from probed p
cross join (values ('up'), ('degraded'), ('down')) s (status)
union all
select
    'kwtools_kms_last_probe_timestamp_seconds', '', p.labels,
    extract(epoch from p.checked_at)::double precision
from probed p;

comment on view kw.key_metrics is 'Metrics of KMS keys: what their probes (kw.check_kms) found.';
comment on column kw.key_metrics.metric is 'The metric, as in kw.metric_names.';
comment on column kw.key_metrics.suffix is 'Of a histogram: what follows the name of the metric in the name of the sample.';
comment on column kw.key_metrics.labels is 'Labels and their values.';
comment on column kw.key_metrics.value is 'The value.';
