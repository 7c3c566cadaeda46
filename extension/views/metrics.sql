create view kw.metrics as
select n.metric || m.suffix as name, n.type, n.help, m.labels, m.value
from (
    select k.metric, k.suffix, k.labels, k.value from kw.key_metrics k
    union all
    select w.metric, w.suffix, w.labels, w.value from kw.wrapper_metrics w
    union all
    select j.metric, j.suffix, j.labels, j.value from kw.job_metrics j
    union all
    select a.metric, a.suffix, a.labels, a.value from kw.audit_metrics a
    union all
    select f.metric, f.suffix, f.labels, f.value from kw.field_metrics f
    union all
    select s.metric, s.suffix, s.labels, s.value from kw.session_metrics s
) m
join kw.metric_names n on n.metric = m.metric;

comment on view kw.metrics is 'The metrics of the database, for tools that read SQL. It reads every wrapper: where that takes too long, read the view of a group, such as kw.key_metrics.';
comment on column kw.metrics.name is 'Name of the sample: the metric, with _bucket, _sum or _count for a histogram.';
comment on column kw.metrics.type is 'gauge, counter or histogram.';
comment on column kw.metrics.help is 'The meaning of the value.';
comment on column kw.metrics.labels is 'Labels and their values.';
comment on column kw.metrics.value is 'The value.';
