create view kw.wrapper_levels as
select w.id as key_wrapper_id, l.nist_level
from kw.key_wrappers w
left join (
    select l.key_wrapper_id, max(k.nist_level) as nist_level
    from kw.key_wrapper_layers l
    join kw.kem_levels k on k.kms_key_id = l.kms_key_id
    group by l.key_wrapper_id
) l on l.key_wrapper_id = w.id;

comment on view kw.wrapper_levels is 'What the layers of each wrapper promise against a quantum computer. The legs are left out: what a KMS does behind its interface is not ours to vouch for, and a layer is there for the day that a KMS falls.';
comment on column kw.wrapper_levels.key_wrapper_id is 'The wrapper.';
comment on column kw.wrapper_levels.nist_level is 'The highest NIST category among its layers; null without layers, or where none has one. A layer counts as its key does in kw.kem_levels.';
