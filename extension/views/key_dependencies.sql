create view kw.key_dependencies as
select below.id as kms_key_id, above.id as depends_on_id, above.how
from kw.key_wrappers branch
join kw.kms_keys below on branch.wrapper_uuid = below.external_key_ref::bpchar
join kw.kms_providers branches on branches.id = below.provider_id and branches.provider = 'wrapper'
cross join lateral (
    select branch.kms1_key_id as id, 'leg' as how
    union all
    select branch.kms2_key_id, 'leg' where branch.kms2_key_id is not null
    union all
    select l.kms_key_id, 'layer'
    from kw.key_wrapper_layers l
    where l.key_wrapper_id = branch.id and l.kms_key_id is not null
) above
where branch.dek_class = 'branch' and branch.status <> 'invalid'
    and below.public_key is null -- a KEM key may bear the name of a branch
union all
select s.kms_key_id, s.sealed_by_key_id, 'seal' from kw.kem_private_keys s;

comment on view kw.key_dependencies is 'The direct dependencies between KMS keys. Branch keys depend on the keys that wrap them, KEM keys on the key that seals their private key.';
comment on column kw.key_dependencies.kms_key_id is 'The key.';
comment on column kw.key_dependencies.depends_on_id is 'The key that it depends on.';
comment on column kw.key_dependencies.how is 'leg or layer, of a branch; seal, of the private key of a KEM key.';
