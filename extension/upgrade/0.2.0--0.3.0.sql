alter table kw.kms_keys add column public_key bytea;
comment on column kw.kms_keys.public_key is 'Of a KEM key: its public key. It seals layers, so that sealing calls no KMS; null for keys that wrap.';
drop trigger guard_immutable on kw.kms_keys;
create trigger guard_immutable
before update on kw.kms_keys
for each row
when (
    old.id <> new.id or old.key_uuid <> new.key_uuid or old.provider_id <> new.provider_id
    or old.external_key_ref <> new.external_key_ref
    or old.external_key_id is distinct from new.external_key_id
    or old.purpose <> new.purpose or old.algorithm is distinct from new.algorithm
    or old.public_key is distinct from new.public_key
)
execute function kw._guard_immutable('Only the status of a key changes: wraps are bound to the rest.');

-- @include tables/kem_private_keys.sql

-- @include functions/_keep_algorithm.sql
create trigger keep_algorithm
before insert on kw.crypto_algorithms
for each row execute function kw._keep_algorithm();
comment on column kw.crypto_algorithms.params is 'Sizes in bytes, other names, ids and source.';
-- @include tables/crypto_algorithms_rows.sql

alter table kw.encryption_policies add column allows_experimental boolean not null default false;
comment on column kw.encryption_policies.allows_experimental is 'Whether layers may be made by algorithms of status experimental.';
comment on column kw.encryption_policies.layer_selection is 'Which of the policy''s KEM keys seal a wrapper''s layers: defined, the highest priority first; round_robin; random, by weight; hash_mod, by the wrapper_uuid.';
comment on column kw.encryption_policies.max_layers is 'At most so many KEM layers: as many as usable KEM keys are there.';
comment on column kw.encryption_policies.aad_template is 'What layers bind besides the context: texts, in which {wrapper}, {policy}, {class}, {layer} and {key} are filled.';
create sequence kw.layer_rounds;
alter sequence kw.layer_rounds owner to kw_owner;
select pg_extension_config_dump('kw.layer_rounds', '');
comment on sequence kw.layer_rounds is 'Where round_robin goes on.';

alter table kw.key_wrapper_layers set (toast_tuple_target = 8160);
-- @include functions/_touch_layered_wrappers.sql
-- @include tables/key_wrapper_layers_triggers.sql

comment on table kw.key_wrapper_layers is 'KEM layers between a DEK and its wraps. docs/format.md says how.';
comment on column kw.key_wrapper_layers.aad is 'What was bound besides the context: the policy''s aad_template, filled.';
comment on column kw.key_wrapper_layers.meta is 'The ids of HPKE: KEM, KDF and AEAD, and the specification.';

alter table kw.entity_fields add column min_nist_level smallint check (min_nist_level between 1 and 5);
comment on column kw.entity_fields.min_nist_level is 'The NIST category that new wrappers need (kw.set_floor); null for none.';

-- @include tables/algorithm_check.sql

-- @include tables/key_dependencies.sql
-- @include tables/closed_keys.sql
-- @replace tables/kms_health.sql
-- @include tables/kem_levels.sql
-- @include tables/branch_levels.sql
-- @include tables/wrapper_levels.sql
-- @include tables/crypto_inventory.sql
