-- A key that nobody has probed counts from when it was made, so that an alert tells of it, too.
create view kw.key_metrics as
with probed as materialized (
    select k.labels, latest.status, coalesce(latest.checked_at, k.created_at) as since
    from kw.metric_keys k
    left join lateral (
        select c.status, c.checked_at
        from kw.kms_health_checks c
        where c.kms_key_id = k.kms_key_id
        order by c.id desc -- checked_at is of a clock that may have been ahead
        limit 1
    ) latest on true
    where k.is_probed
),
totals as materialized (
    select k.labels, t.sqlstate, t.upper_ms, t.probes, t.timed, t.total_ms
    from kw.kms_probe_totals t
    join kw.metric_keys k on k.kms_key_id = t.kms_key_id
)
select
    'kwtools_kms_key_status' as metric, '' as suffix,
    p.labels || jsonb_build_object('status', s.status) as labels,
    (p.status = s.status)::integer::double precision as value
from probed p
cross join (values ('up'), ('degraded'), ('down')) s (status)
where p.status is not null
union all
select
    'kwtools_kms_last_probe_timestamp_seconds', '', p.labels,
    extract(epoch from p.since)::double precision
from probed p
union all
select
    'kwtools_kms_probe_duration_seconds', '_bucket',
    t.labels || jsonb_build_object('le', coalesce((b.upper_ms / 1000.0)::double precision::text, '+Inf')),
    coalesce(sum(t.timed) filter (where b.upper_ms is null or t.upper_ms <= b.upper_ms), 0)::double precision
from totals t
cross join (select b.upper_ms from kw.probe_buckets b union all select null) b
group by t.labels, b.upper_ms
union all
select 'kwtools_kms_probe_duration_seconds', '_sum', t.labels, (sum(t.total_ms) / 1000)::double precision
from totals t
group by t.labels
union all
select 'kwtools_kms_probe_duration_seconds', '_count', t.labels, sum(t.timed)::double precision
from totals t
group by t.labels
union all
select
    'kwtools_kms_probe_failures_total', '', t.labels || jsonb_build_object('sqlstate', t.sqlstate),
    sum(t.probes)::double precision
from totals t
where t.sqlstate <> '00000'
group by t.labels, t.sqlstate;

comment on view kw.key_metrics is 'Metrics of KMS keys: what their probes (kw.check_kms) found.';
comment on column kw.key_metrics.metric is 'The metric, as in kw.metric_names.';
comment on column kw.key_metrics.suffix is 'Of a histogram: what follows the name of the metric in the name of the sample.';
comment on column kw.key_metrics.labels is 'Labels and their values.';
comment on column kw.key_metrics.value is 'The value.';
