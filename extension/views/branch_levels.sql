-- Of branches alone, of which there are few beside wrappers, so that no wrapper pays for its own way
-- up. Each step looks one branch further up, and no key depends on more than three of them, one above
-- the other: so a cycle, which can only be made by hand, ends too. Each step is grouped, to a row for
-- each branch: the planner knows that of what is grouped, and of a join to a WITH query it does not.
create view kw.branch_levels as
with branches as materialized (
    select
        k.id as kms_key_id, w.id as key_wrapper_id, w.crypto_suite ->> 'mode' = 'both' as needs_both,
        w.kms1_key_id, w.kms2_key_id
    from kw.kms_keys k
    join kw.kms_providers p on p.id = k.provider_id and p.provider = 'wrapper'
    join kw.key_wrappers w on w.wrapper_uuid = k.external_key_ref::bpchar and w.status <> 'invalid'
    where k.public_key is null
),
parts as materialized ( -- each leg and each layer
    select b.kms_key_id, b.needs_both, u.leg_id, 0 as nist_level
    from branches b
    cross join unnest(array[b.kms1_key_id, b.kms2_key_id]) u (leg_id)
    where u.leg_id is not null
    union all
    select b.kms_key_id, b.needs_both, null, e.nist_level
    from branches b
    join kw.key_wrapper_layers l on l.key_wrapper_id = b.key_wrapper_id
    join kw.kem_levels e on e.kms_key_id = l.kms_key_id
),
by_layers as (
    select p.kms_key_id, max(p.nist_level) as nist_level from parts p group by p.kms_key_id
),
one_further_up as (
    select
        p.kms_key_id,
        greatest(
            max(p.nist_level),
            case
                when bool_and(p.needs_both) then max(above.nist_level)
                else min(coalesce(above.nist_level, 0)) filter (where p.leg_id is not null)
            end
        ) as nist_level
    from parts p
    left join by_layers above on above.kms_key_id = p.leg_id
    group by p.kms_key_id
)
select
    p.kms_key_id,
    nullif(
        greatest(
            max(p.nist_level),
            case
                when bool_and(p.needs_both) then max(above.nist_level)
                else min(coalesce(above.nist_level, 0)) filter (where p.leg_id is not null)
            end
        ),
        0
    )::smallint as nist_level
from parts p
left join one_further_up above on above.kms_key_id = p.leg_id
group by p.kms_key_id;

comment on view kw.branch_levels is 'The protection that each branch gives against a quantum computer: the level of its wrapper in kw.wrapper_levels. Destroyed branches are left out.';
comment on column kw.branch_levels.kms_key_id is 'The key of the branch.';
comment on column kw.branch_levels.nist_level is 'The NIST category that an attacker must break who can read, or has broken, the wrap of every leg. It assumes that the private keys of the layers and their seals are out of reach. Null for none.';
