-- Of branches alone, of which there are few, so that no wrapper pays for its own way up. Each step
-- looks one branch further up, and no key hangs on more than three of them, one above the other: so
-- a cycle, which can only be made by hand, ends too.
create view kw.branch_levels as
with rows as materialized (
    select k.id, w.id as key_wrapper_id, w.crypto_suite ->> 'mode' as mode, w.kms1_key_id, w.kms2_key_id
    from kw.kms_keys k
    join kw.kms_providers p on p.id = k.provider_id and p.provider = 'wrapper'
    join kw.key_wrappers w on w.wrapper_uuid = k.external_key_ref::bpchar and w.status <> 'invalid'
    where k.public_key is null
),
branches as materialized (
    select b.id, b.mode, b.kms1_key_id, b.kms2_key_id, l.nist_level
    from rows b
    left join (
        select l.key_wrapper_id, max(e.nist_level) as nist_level
        from rows b
        join kw.key_wrapper_layers l on l.key_wrapper_id = b.key_wrapper_id
        join kw.kem_levels e on e.kms_key_id = l.kms_key_id
        group by l.key_wrapper_id
    ) l on l.key_wrapper_id = b.key_wrapper_id
),
one_further_up as materialized (
    select
        b.id, b.mode, b.kms1_key_id, b.kms2_key_id, b.nist_level as own_level,
        greatest(
            b.nist_level,
            case b.mode
                when 'single' then leg1.nist_level
                when 'either' then least(coalesce(leg1.nist_level, 0), coalesce(leg2.nist_level, 0))
                when 'both' then greatest(leg1.nist_level, leg2.nist_level)
            end
        ) as nist_level
    from branches b
    left join branches leg1 on leg1.id = b.kms1_key_id
    left join branches leg2 on leg2.id = b.kms2_key_id
)
select
    b.id as kms_key_id,
    nullif(
        greatest(
            b.own_level,
            case b.mode
                when 'single' then leg1.nist_level
                when 'either' then least(coalesce(leg1.nist_level, 0), coalesce(leg2.nist_level, 0))
                when 'both' then greatest(leg1.nist_level, leg2.nist_level)
            end
        ),
        0
    )::smallint as nist_level
from one_further_up b
left join one_further_up leg1 on leg1.id = b.kms1_key_id
left join one_further_up leg2 on leg2.id = b.kms2_key_id;

comment on view kw.branch_levels is 'What each branch promises against a quantum computer to all that is wrapped under it: what its wrapper has in kw.wrapper_levels. A destroyed branch is left out.';
comment on column kw.branch_levels.kms_key_id is 'The key of the branch.';
comment on column kw.branch_levels.nist_level is 'The NIST category that an attacker has to break to open it, even with every KMS in his hands; null for none.';
