-- The counts are sub-queries of their own, so that those who do not ask for them do not pay. What is closed is
-- counted for all keys at once: for each wrapper it would take long, and longer to plan and compile.
create view kw.kms_health as
with counts as materialized (
    select
        u.kms_key_id,
        count(*) filter (where u.is_closed) as closed_wrappers,
        count(*) filter (where not u.is_closed) as wrappers_by_other_leg
    from (
        select c.kms_key_id, u.key_wrapper_id, bool_or(u.is_needed) as is_closed
        from kw.closed_keys c
        join (
            select w.id as key_wrapper_id, leg.key_id, w.crypto_suite ->> 'mode' <> 'either' as is_needed
            from kw.key_wrappers w
            cross join lateral (values (w.kms1_key_id), (w.kms2_key_id)) leg (key_id)
            where w.status <> 'invalid'
            union all
            select w.id, l.kms_key_id, true
            from kw.key_wrapper_layers l
            join kw.key_wrappers w on w.id = l.key_wrapper_id
            where w.status <> 'invalid'
        ) u on u.key_id = c.closed_id
        group by c.kms_key_id, u.key_wrapper_id
    ) u
    group by u.kms_key_id
)
select
    k.id as kms_key_id,
    p.name as provider,
    k.external_key_ref,
    k.status as key_status,
    latest.status,
    latest.latency_ms,
    latest.error,
    latest.checked_at,
    (
        select trunc(100.0 * count(*) filter (where c.status <> 'down') / nullif(count(*), 0), 2)
        from kw.kms_health_checks c
        where c.kms_key_id = k.id
            and c.checked_at between statement_timestamp() - interval '1 day' and statement_timestamp()
    ) as uptime_percent_1d,
    coalesce((select c.closed_wrappers from counts c where c.kms_key_id = k.id), 0) as closed_wrappers,
    coalesce((select c.wrappers_by_other_leg from counts c where c.kms_key_id = k.id), 0) as wrappers_by_other_leg
from kw.kms_keys k
join kw.kms_providers p on p.id = k.provider_id
left join lateral (
    select c.status, c.latency_ms, c.error, c.checked_at
    from kw.kms_health_checks c
    where c.kms_key_id = k.id
    order by c.id desc -- checked_at is of a clock that may have been ahead
    limit 1
) latest on true;

comment on view kw.kms_health is 'Each KMS key with its last result of kw.check_kms. closed_wrappers and wrappers_by_other_leg read every wrapper: omit these columns if that is too slow.';
comment on column kw.kms_health.kms_key_id is 'The key.';
comment on column kw.kms_health.provider is 'Its provider.';
comment on column kw.kms_health.external_key_ref is 'Its name in its KMS.';
comment on column kw.kms_health.key_status is 'The status that an admin gave it.';
comment on column kw.kms_health.status is 'up, degraded or down; null if it was never probed.';
comment on column kw.kms_health.latency_ms is 'How long the last probe took, in milliseconds.';
comment on column kw.kms_health.error is 'SQLSTATE and message of the error.';
comment on column kw.kms_health.checked_at is 'When it was last probed.';
comment on column kw.kms_health.uptime_percent_1d is 'The part of the probes of the last day that did not find it down. Rounded down: 100 if none did.';
comment on column kw.kms_health.closed_wrappers is 'How many wrappers cannot be opened while it is down: by their legs or layers, below branches and sealed private keys too.';
comment on column kw.kms_health.wrappers_by_other_leg is 'How many wrappers depend on their other leg while it is down, below branches too.';
