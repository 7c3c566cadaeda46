-- How many wrappers stand under each key itself, by a leg, a layer, or a layer whose private key is sealed
-- under it. It reads all wrappers: kw.set_kms_key_status does not wait for that.
create view kw.key_usage as
select
    u.kms_key_id,
    count(*) filter (where u.is_needed) as needed,
    count(*) filter (where not u.is_needed) as other_leg
from (
    select u.kms_key_id, u.key_wrapper_id, bool_or(u.is_needed) as is_needed
    from (
        select w.id as key_wrapper_id, leg.kms_key_id, w.crypto_suite ->> 'mode' <> 'either' as is_needed
        from kw.key_wrappers w
        cross join lateral (values (w.kms1_key_id), (w.kms2_key_id)) leg (kms_key_id)
        where w.status <> 'invalid' and leg.kms_key_id is not null
        union all
        select l.key_wrapper_id, layer.kms_key_id, true
        from kw.key_wrapper_layers l
        left join kw.kem_private_keys s on s.kms_key_id = l.kms_key_id
        cross join lateral (values (l.kms_key_id), (s.sealed_by_key_id)) layer (kms_key_id)
        where layer.kms_key_id is not null
    ) u
    group by u.kms_key_id, u.key_wrapper_id
) u
group by u.kms_key_id;

comment on view kw.key_usage is 'How many wrappers depend directly on each KMS key, and so on disabling it. See kw.closed_keys for dependents through branches. It reads every wrapper.';
comment on column kw.key_usage.kms_key_id is 'The key.';
comment on column kw.key_usage.needed is 'Wrappers that cannot be opened without it.';
comment on column kw.key_usage.other_leg is 'Wrappers of mode either that can be opened by their other leg.';
