-- Wrappers are read once, and counted in groups of which there are few.
create view kw.wrapper_metrics as
with grouped as materialized (
    select
        w.crypto_suite ->> 'mode' as mode, w.status, w.crypto_suite ->> 'format' as format,
        w.kms1_key_id, w.kms2_key_id,
        count(*) as wrappers,
        min(coalesce(w.wrap1_at, w.created_at)) as wrapped1_at,
        min(coalesce(w.wrap2_at, w.created_at)) as wrapped2_at
    from kw.key_wrappers w
    group by 1, 2, 3, 4, 5
),
uses as (
    select leg.kms_key_id, g.wrappers, leg.wrapped_at
    from grouped g
    cross join lateral (
        values (g.kms1_key_id, g.wrapped1_at), (g.kms2_key_id, g.wrapped2_at)
    ) leg (kms_key_id, wrapped_at)
    where g.status <> 'invalid' and leg.kms_key_id is not null
    union all
    select l.kms_key_id, count(distinct l.key_wrapper_id), null
    from kw.key_wrapper_layers l
    where l.kms_key_id is not null
    group by l.kms_key_id
),
of_keys as materialized (
    select k.labels, coalesce(sum(u.wrappers), 0) as wrappers, min(u.wrapped_at) as wrapped_at
    from kw.metric_keys k
    left join uses u on u.kms_key_id = k.kms_key_id
    group by k.kms_key_id, k.labels
)
select
    'kwtools_wrappers' as metric, '' as suffix,
    jsonb_build_object('mode', g.mode, 'status', g.status, 'format', g.format) as labels,
    sum(g.wrappers)::double precision as value
from grouped g
group by g.mode, g.status, g.format
union all
select
    'kwtools_wrappers_shredded', '', '{}',
    coalesce(sum(g.wrappers) filter (where g.status = 'invalid'), 0)::double precision
from grouped g
union all
select 'kwtools_key_wrappers', '', k.labels, k.wrappers::double precision
from of_keys k
union all
select
    'kwtools_oldest_wrap_timestamp_seconds', '', k.labels,
    extract(epoch from k.wrapped_at)::double precision
from of_keys k
where k.wrapped_at is not null;

comment on view kw.wrapper_metrics is 'Metrics of wrappers. It reads every wrapper.';
comment on column kw.wrapper_metrics.metric is 'The metric, as in kw.metric_names.';
comment on column kw.wrapper_metrics.suffix is 'Of a histogram: what follows the name of the metric in the name of the sample.';
comment on column kw.wrapper_metrics.labels is 'Labels and their values.';
comment on column kw.wrapper_metrics.value is 'The value.';
