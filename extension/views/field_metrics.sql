-- Most databases have no floors. Then the gate spares the look at bindings and wrappers.
create view kw.field_metrics as
with floors as materialized (
    select f.id, f.entity_table, f.field_name_norm, f.min_nist_level
    from kw.entity_fields f
    where f.min_nist_level is not null
),
uses as (
    select b.key_wrapper_id, b.entity_table, b.field_name from kw.encryption_bindings b
    union all
    select g.key_wrapper_id, b.entity_table, b.field_name
    from kw.binding_generations g
    join kw.encryption_bindings b on b.id = g.binding_id
    union all
    select i.key_wrapper_id, x.entity_table, x.field_name
    from kw.blind_indexes x
    cross join lateral (values (x.key_wrapper_id), (x.next_wrapper_id)) i (key_wrapper_id)
    where i.key_wrapper_id is not null
)
select
    'kwtools_fields_below_floor' as metric, '' as suffix, '{}'::jsonb as labels,
    (
        select count(distinct f.id)
        from uses u
        left join kw.entities e on e.bound_as = u.entity_table
        join floors f
            on f.entity_table = coalesce(e.entity_table, u.entity_table)
            and (f.field_name_norm = '' or u.field_name is null or u.field_name = f.field_name_norm)
        join kw.key_wrappers w on w.id = u.key_wrapper_id and w.status <> 'invalid'
        join kw.wrapper_levels l on l.key_wrapper_id = w.id
        where coalesce(l.nist_level, 0) < f.min_nist_level and exists (select from floors)
    )::double precision as value;

comment on view kw.field_metrics is 'Metrics of fields. Where a field has a floor, it reads every binding and wrapper.';
comment on column kw.field_metrics.metric is 'The metric, as in kw.metric_names.';
comment on column kw.field_metrics.suffix is 'Of a histogram: what follows the name of the metric in the name of the sample.';
comment on column kw.field_metrics.labels is 'Labels and their values.';
comment on column kw.field_metrics.value is 'The value.';
