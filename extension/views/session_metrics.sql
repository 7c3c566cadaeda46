create view kw.session_metrics as
select
    'kwtools_info' as metric, '' as suffix,
    jsonb_build_object('version', v.versions ->> 'extension', 'runtime', v.versions ->> 'runtime') as labels,
    1::double precision as value
from (select kw.version() as versions) v
union all
select 'kwtools_sessions_on_older_runtimes', '', '{}', s.sessions::double precision
from (select kw.sessions_on_older_runtimes() as sessions) s
where s.sessions is not null;

comment on view kw.session_metrics is 'Metrics of versions. It loads the runtime, and looks at every session of the database.';
comment on column kw.session_metrics.metric is 'The metric, as in kw.metric_names.';
comment on column kw.session_metrics.suffix is 'Of a histogram: what follows the name of the metric in the name of the sample.';
comment on column kw.session_metrics.labels is 'Labels and their values.';
comment on column kw.session_metrics.value is 'The value.';
