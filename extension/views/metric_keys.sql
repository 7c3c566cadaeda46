-- The labels of a key. Its name is shown only if setting metrics_show_names allows it.
create view kw.metric_keys as
select
    k.id as kms_key_id,
    case
        when coalesce((select s.value from kw.settings s where s.name = 'metrics_show_names'), 1) = 0
            then jsonb_build_object('key', k.id::text)
        else jsonb_build_object('key', k.id::text, 'key_name', p.name || '/' || k.external_key_ref)
    end as labels,
    k.status = 'active' and p.is_enabled and k.purpose <> 'encrypt' as is_probed,
    k.created_at
from kw.kms_keys k
join kw.kms_providers p on p.id = k.provider_id;

comment on view kw.metric_keys is 'The labels that each KMS key has in kw.metrics. Setting metrics_show_names decides whether its name is one of them.';
comment on column kw.metric_keys.kms_key_id is 'The key.';
comment on column kw.metric_keys.labels is 'Labels and their values.';
comment on column kw.metric_keys.is_probed is 'Whether kw.check_kms probes the key: it is active, its provider is enabled, and it wraps or signs.';
comment on column kw.metric_keys.created_at is 'When the key was made.';
