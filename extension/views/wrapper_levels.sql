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

comment on view kw.wrapper_levels is 'What layers promise for each wrapper against a quantum computer: its own, and those of the branches that it hangs on. What a KMS does behind its interface is not ours to vouch for, and a layer is there for the day that a KMS falls: so a leg under a branch gives what the branch has (kw.branch_levels), and a leg under any other key nothing. It holds as long as the private keys of the layers lie where that KMS does not reach.';
comment on column kw.wrapper_levels.key_wrapper_id is 'The wrapper.';
comment on column kw.wrapper_levels.nist_level is 'The NIST category that an attacker has to break to open it who can read or has broken the wrap of every leg, as long as the private keys of the layers, and what seals them, are not his: the higher of its best layer''s, each as in kw.kem_levels, and its legs''. In mode either the legs give the lower of the two, in mode both the higher, and one alone what it has. null for none.';
