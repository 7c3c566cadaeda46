create view kw.wrapper_levels as
with branches as materialized (
    select b.kms_key_id, max(b.nist_level) as nist_level from kw.branch_levels b group by b.kms_key_id
)
select
    w.id as key_wrapper_id,
    nullif(
        greatest(
            l.nist_level,
            case
                when coalesce(leg1.nist_level, leg2.nist_level) is null then null -- spares the look at mode
                when w.crypto_suite ->> 'mode' = 'both' then greatest(leg1.nist_level, leg2.nist_level)
                when w.kms2_key_id is null then leg1.nist_level
                else least(coalesce(leg1.nist_level, 0), coalesce(leg2.nist_level, 0))
            end
        ),
        0
    )::smallint as nist_level
from kw.key_wrappers w
left join (
    select l.key_wrapper_id, max(k.nist_level) as nist_level
    from kw.key_wrapper_layers l
    join kw.kem_levels k on k.kms_key_id = l.kms_key_id
    group by l.key_wrapper_id
) l on l.key_wrapper_id = w.id
left join branches leg1 on leg1.kms_key_id = w.kms1_key_id
left join branches leg2 on leg2.kms_key_id = w.kms2_key_id;

comment on view kw.wrapper_levels is 'The protection of each wrapper against a quantum computer, by its own layers and those of the branches that it depends on. A leg under a branch has the level of the branch (kw.branch_levels). A leg under any other key has none, because a layer must protect even if that KMS is broken. It holds only if that KMS cannot reach the private keys of the layers.';
comment on column kw.wrapper_levels.key_wrapper_id is 'The wrapper.';
comment on column kw.wrapper_levels.nist_level is 'The NIST category that an attacker must break who can read, or has broken, the wrap of every leg. It assumes that the private keys of the layers and their seals are out of reach. It is the higher of the best layer (kw.kem_levels) and the legs. In mode either the legs give the lower of their two levels, in mode both the higher. Null for none.';
