create view kw.policy_layer_keys as
select pk.policy_id, pk.kms_key_id, pk.weight, pk.priority
from kw.policy_kms_keys pk
join kw.encryption_policies e on e.id = pk.policy_id
join kw.kms_keys k on k.id = pk.kms_key_id and k.status = 'active' and k.public_key is not null
join kw.kms_providers p on p.id = k.provider_id and p.is_enabled
join kw.crypto_algorithms a on a.class = 'kem' and a.name = k.algorithm
where a.status = 'active' or a.status = 'experimental' and e.allows_experimental;

comment on view kw.policy_layer_keys is 'Which KEM keys each policy can choose now for the layers of a wrapper.';
comment on column kw.policy_layer_keys.policy_id is 'The policy.';
comment on column kw.policy_layer_keys.kms_key_id is 'The KEM key: active, of an enabled provider, of an algorithm that the policy may use.';
comment on column kw.policy_layer_keys.weight is 'Among keys of one priority, how often it is chosen.';
comment on column kw.policy_layer_keys.priority is 'Higher first.';
