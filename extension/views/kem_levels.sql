-- A sealed private key is stored with the wraps that it opens, so its seal must protect it. So every key
-- that the seal depends on has to be AES with 256 bits, which is category 5 and so bounds no KEM.
-- A layer of a branch on that way is not counted in its favour, which errs on the safe side:
-- kw.branch_levels is made of these levels, and the two would go round in a circle.
-- SYMMETRIC_DEFAULT is AES-256-GCM except in China, where it is SM4 with 128 bits.
create view kw.kem_levels as
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
)
select
    k.id as kms_key_id,
    case when p.kms_key_id is null or s.is_aes256 then a.nist_level end as nist_level
from kw.kms_keys k
join kw.crypto_algorithms a on a.class = 'kem' and a.name = k.algorithm
left join kw.kem_private_keys p on p.kms_key_id = k.id
left join seals s on s.seal_id = p.sealed_by_key_id
where k.public_key is not null;

comment on view kw.kem_levels is 'The protection that a layer of each KEM key gives against a quantum computer.';
comment on column kw.kem_levels.kms_key_id is 'The KEM key.';
comment on column kw.kem_levels.nist_level is 'The NIST category of its KEM. Null if the KEM has none, or if a key above its sealed private key is not AES-256.';
