-- Of the newest log. Without a log nothing is sealed, and there is nothing to say.
create view kw.audit_metrics as
with newest as materialized (
    select max(l.id) as log_id from kw.logs l having max(l.id) is not null
),
unsealed as materialized (
    select count(*) as events, min(e.happened_at) as happened_at
    from kw.audit_events e
    where e.leaf_index is null and exists (select from newest)
)
select
    'kwtools_audit_events_unsealed' as metric, '' as suffix, '{}'::jsonb as labels,
    u.events::double precision as value
from unsealed u
where exists (select from newest)
union all
select
    'kwtools_oldest_unsealed_audit_event_timestamp_seconds', '', '{}',
    extract(epoch from u.happened_at)::double precision
from unsealed u
where u.happened_at is not null
union all
select
    'kwtools_checkpoint_timestamp_seconds', '', jsonb_build_object('log', c.log_id::text),
    extract(epoch from max(c.signed_at))::double precision
from kw.log_checkpoints c
join newest n on n.log_id = c.log_id
group by c.log_id;

comment on view kw.audit_metrics is 'Metrics of the log of audit events. Empty without a log (kw.create_log).';
comment on column kw.audit_metrics.metric is 'The metric, as in kw.metric_names.';
comment on column kw.audit_metrics.suffix is 'Of a histogram: what follows the name of the metric in the name of the sample.';
comment on column kw.audit_metrics.labels is 'Labels and their values.';
comment on column kw.audit_metrics.value is 'The value.';
