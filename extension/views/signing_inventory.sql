-- An attacker who breaks the seal of a private key signs with it. So every key that the seal depends on has to be
-- AES with 256 bits, as in kw.kem_levels.
create view kw.signing_inventory as
with recursive reached (signing_key_id, kms_key_id, is_leg) as (
    select s.id, s.kms_key_id, true from kw.signing_keys s where s.kms_key_id is not null
    union
    select r.signing_key_id, d.depends_on_id, r.is_leg and d.how = 'leg'
    from reached r
    join kw.key_dependencies d on d.kms_key_id = r.kms_key_id
),
seals as (
    select
        r.signing_key_id,
        array_agg(distinct k.algorithm::text) as names,
        bool_and(
            coalesce(
                k.algorithm ~* '^a(es-?)?256' or k.algorithm = 'GOOGLE_SYMMETRIC_ENCRYPTION'
                or k.algorithm = 'SYMMETRIC_DEFAULT' and k.external_key_id not like 'arn:aws-cn:%',
                false
            )
        ) filter (where r.is_leg) as is_aes256
    from reached r
    join kw.kms_keys k on k.id = r.kms_key_id
    group by r.signing_key_id
),
levels as (
    select
        s.*,
        a.name::text as algorithm,
        k.names,
        case when s.origin <> 'local' or k.is_aes256 then a.nist_level end as nist_level
    from kw.signing_keys s
    join kw.crypto_algorithms a on a.id = s.algo_id
    left join seals k on k.signing_key_id = s.id
)
select
    l.id as signing_key_id,
    l.name::text as name,
    l.scope::text as scope,
    l.algorithm,
    l.origin,
    l.status,
    l.activated_at,
    l.retired_at,
    l.compromised_at,
    l.kms_key_id,
    array(
        select distinct p.name collate "C"
        from (
            select l.algorithm
            union all
            select 'SHA-256' where l.algorithm = 'ECDSA-P-256'
            union all
            select unnest(array['AES-256-GCM', 'HKDF-SHA-256', 'SHA-256']) where l.origin = 'local'
            union all
            select unnest(l.names)
        ) n (name)
        cross join lateral unnest(string_to_array(n.name, '+') || n.name) p (name)
        order by 1
    ) as algorithms,
    l.nist_level,
    l.nist_level is not null as is_post_quantum
from levels l;

comment on view kw.signing_inventory is 'Every signing key, and the algorithms that it depends on. Keys that are not post-quantum yet: where not is_post_quantum.';
comment on column kw.signing_inventory.signing_key_id is 'The signing key.';
comment on column kw.signing_inventory.name is 'Its name.';
comment on column kw.signing_inventory.scope is 'The objects that it may sign.';
comment on column kw.signing_inventory.algorithm is 'Its signature algorithm.';
comment on column kw.signing_inventory.origin is 'The place of its private key: local, kms or imported.';
comment on column kw.signing_inventory.status is 'active, retired or compromised.';
comment on column kw.signing_inventory.activated_at is 'From when its signatures count; null: not yet.';
comment on column kw.signing_inventory.retired_at is 'When it stopped signing.';
comment on column kw.signing_inventory.compromised_at is 'From when its signatures are bad.';
comment on column kw.signing_inventory.kms_key_id is 'The key that seals or holds the private key.';
comment on column kw.signing_inventory.algorithms is 'All algorithms by name: of its signatures, of the seal of its private key, and of every KMS key up to the root keys.';
comment on column kw.signing_inventory.nist_level is 'The NIST post-quantum category of its signatures. Null if they have none, or if a key above the sealed private key is not AES-256.';
comment on column kw.signing_inventory.is_post_quantum is 'Whether nist_level is not null.';
