-- Kinds and statuses without jobs are 0, so that an alert compares with something.
create view kw.job_metrics as
with jobs as materialized (
    select
        j.kind, j.status,
        count(*) as jobs,
        min(coalesce(j.scheduled_at, j.created_at)) filter (
            where j.status = 'pending' and coalesce(j.scheduled_at, j.created_at) <= statement_timestamp()
        ) as due_at,
        sum(j.attempts - (j.status = 'running')::integer) filter (where j.status <> 'done') as failed_attempts
    from kw.rewrap_jobs j
    group by j.kind, j.status
),
kinds (kind) as (values ('rewrap'), ('relayer'), ('rotate'))
select
    'kwtools_jobs' as metric, '' as suffix,
    jsonb_build_object('kind', k.kind, 'status', s.status) as labels,
    coalesce(j.jobs, 0)::double precision as value
from kinds k
cross join (values ('pending'), ('running'), ('done'), ('failed')) s (status)
left join jobs j on j.kind = k.kind and j.status = s.status
union all
select
    'kwtools_oldest_pending_job_timestamp_seconds', '', jsonb_build_object('kind', j.kind),
    extract(epoch from j.due_at)::double precision
from jobs j
where j.due_at is not null
union all
select
    'kwtools_jobs_failed_attempts', '', jsonb_build_object('kind', k.kind),
    coalesce(sum(j.failed_attempts), 0)::double precision
from kinds k
left join jobs j on j.kind = k.kind
group by k.kind;

comment on view kw.job_metrics is 'Metrics of the queue.';
comment on column kw.job_metrics.metric is 'The metric, as in kw.metric_names.';
comment on column kw.job_metrics.suffix is 'Of a histogram: what follows the name of the metric in the name of the sample.';
comment on column kw.job_metrics.labels is 'Labels and their values.';
comment on column kw.job_metrics.value is 'The value.';
