-- A private key that is sealed lies beside what it opens: it is no safer than its seal. So every key
-- that the seal hangs on has to be AES with 256 bits, which is category 5 and so bounds no KEM.
-- SYMMETRIC_DEFAULT is AES-256-GCM except in China, where it is SM4 with 128 bits.
create view kw.wrapper_levels as
with recursive sealing (seal_id, kms_key_id) as (
    select distinct s.sealed_by_key_id, s.sealed_by_key_id from kw.kem_private_keys s
    union
    select s.seal_id, d.depends_on_id
    from sealing s
    join kw.key_dependencies d on d.kms_key_id = s.kms_key_id and d.how = 'leg'
),
seals as (
    select
        s.seal_id,
        bool_and(
            coalesce(
                k.algorithm ~* '^a(es-?)?256' or k.algorithm = 'GOOGLE_SYMMETRIC_ENCRYPTION'
                or k.algorithm = 'SYMMETRIC_DEFAULT' and k.external_key_id not like 'arn:aws-cn:%',
                false
            )
        ) as is_aes256
    from sealing s
    join kw.kms_keys k on k.id = s.kms_key_id
    group by s.seal_id
),
layers as (
    select
        l.key_wrapper_id,
        max(a.nist_level) filter (where p.kms_key_id is null or s.is_aes256) as nist_level
    from kw.key_wrapper_layers l
    join kw.crypto_algorithms a on a.id = l.kem_algo_id
    left join kw.kem_private_keys p on p.kms_key_id = l.kms_key_id
    left join seals s on s.seal_id = p.sealed_by_key_id
    group by l.key_wrapper_id
)
select w.id as key_wrapper_id, l.nist_level
from kw.key_wrappers w
left join layers l on l.key_wrapper_id = w.id;

comment on view kw.wrapper_levels is 'What the layers of each wrapper promise against a quantum computer. The legs are left out: what a KMS does behind its interface is not ours to vouch for, and a layer is there for the day that a KMS falls.';
comment on column kw.wrapper_levels.key_wrapper_id is 'The wrapper.';
comment on column kw.wrapper_levels.nist_level is 'The highest NIST category among its layers; null without layers, or where none has one. A layer counts as its KEM does, and not at all where its private key is sealed under what is not AES-256 all the way up.';
