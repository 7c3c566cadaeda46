-- Wrappers are grouped first; what their keys depend on is looked up for each group, not for each wrapper.
create view kw.crypto_inventory as
with recursive reached (kms_key_id, reached_id) as (
    select k.id, k.id from kw.kms_keys k
    union
    select r.kms_key_id, d.depends_on_id
    from reached r
    join kw.key_dependencies d on d.kms_key_id = r.reached_id
),
uses as (
    select
        b.key_wrapper_id, b.id as binding_id, b.entity_table, b.field_name,
        b.suite, true as is_current
    from kw.encryption_bindings b
    union all
    select g.key_wrapper_id, b.id, b.entity_table, b.field_name, b.suite, false
    from kw.binding_generations g
    join kw.encryption_bindings b on b.id = g.binding_id
    union all
    select x.key_wrapper_id, null, x.entity_table, x.field_name, null, true
    from kw.blind_indexes x
    union all
    select x.next_wrapper_id, null, x.entity_table, x.field_name, null, true
    from kw.blind_indexes x
    where x.next_wrapper_id is not null
    union all
    select w.id, null, null, null, null, true
    from kw.key_wrappers w
    where not exists (select from kw.encryption_bindings b where b.key_wrapper_id = w.id)
        and not exists (select from kw.binding_generations g where g.key_wrapper_id = w.id)
        and not exists (select from kw.blind_indexes x where w.id in (x.key_wrapper_id, x.next_wrapper_id))
),
layers as (
    select
        l.key_wrapper_id,
        array_agg(a.name::text order by l.layer_no) as kems,
        array_agg(l.kms_key_id order by l.layer_no) as key_ids
    from kw.key_wrapper_layers l
    join kw.crypto_algorithms a on a.id = l.kem_algo_id
    group by l.key_wrapper_id
),
wrappers as materialized (
    select
        w.id,
        w.dek_class,
        w.status,
        w.crypto_suite ->> 'format' as format,
        w.crypto_suite ->> 'mode' as mode,
        w.crypto_suite ->> 'kdf' as kdf,
        w.crypto_suite #>> '{legs,0,wrap}' as suite1,
        w.crypto_suite #>> '{legs,1,wrap}' as suite2,
        w.kms1_key_id,
        w.kms2_key_id,
        l.kems,
        l.key_ids,
        v.nist_level
    from kw.key_wrappers w
    join kw.wrapper_levels v on v.key_wrapper_id = w.id
    left join layers l on l.key_wrapper_id = w.id
    where w.status <> 'invalid'
),
grouped as (
    select
        coalesce(e.entity_table, u.entity_table) as entity_table,
        u.field_name,
        w.dek_class,
        w.format,
        case u.suite when 1 then 'AES-256-GCM' when 2 then 'XAES-256-GCM' end as field_cipher,
        w.mode,
        w.kdf,
        array_remove(array[w.suite1, w.suite2], null) as leg_suites,
        array_remove(array[w.kms1_key_id, w.kms2_key_id], null) as kms_key_ids,
        coalesce(w.kems, '{}') as layers,
        coalesce(w.key_ids, '{}') as layer_key_ids,
        w.nist_level,
        count(distinct w.id) as wrappers,
        count(distinct w.id) filter (where u.is_current and w.status = 'active') as active_wrappers,
        count(distinct u.binding_id) as bindings
    from uses u
    join wrappers w on w.id = u.key_wrapper_id
    left join kw.entities e on e.bound_as = u.entity_table
    group by
        coalesce(e.entity_table, u.entity_table), u.field_name, u.suite, w.dek_class, w.format, w.mode, w.kdf, w.suite1, w.suite2,
        w.kms1_key_id, w.kms2_key_id, w.kems, w.key_ids, w.nist_level
),
-- Many groups are of one kind: what follows from keys and suites is found out for each kind, not for each group.
ranked as materialized (
    select
        g.*,
        dense_rank() over (
            order by g.kms_key_ids, g.leg_suites, g.layer_key_ids, g.layers, g.kdf, g.field_cipher, g.dek_class
        ) as kind
    from grouped g
),
kinds as materialized (
    select distinct on (r.kind)
        r.kind, r.kms_key_ids, r.leg_suites, r.layer_key_ids, r.layers, r.kdf, r.field_cipher, r.dek_class
    from ranked r
    order by r.kind
),
legs as (
    select k.kind, array_agg(a.algorithm::text order by u.leg) as names
    from kinds k
    cross join lateral unnest(k.kms_key_ids) with ordinality u (kms_key_id, leg)
    join kw.kms_keys a on a.id = u.kms_key_id
    group by k.kind
),
-- What is put together of others is its parts, too; the suite of a leg is nothing but its parts.
algorithms as (
    select n.kind, array_agg(distinct p.name collate "C" order by p.name collate "C") as names
    from (
        select
            k.kind,
            unnest(
                k.leg_suites || k.layers
                || array[k.kdf, k.field_cipher, case k.dek_class when 'index' then 'HMAC-SHA-256' end]
            ) as name
        from kinds k
        union
        select k.kind, a.algorithm::text
        from kinds k
        cross join lateral unnest(k.kms_key_ids || k.layer_key_ids) u (kms_key_id)
        join reached r on r.kms_key_id = u.kms_key_id
        join kw.kms_keys a on a.id = r.reached_id
    ) n
    cross join lateral unnest(
        string_to_array(n.name, '+')
        || case when n.name not like '%HKDF-SHA-256+%' then n.name end
        || case when n.name in ('HKDF-SHA-256', 'HMAC-SHA-256') then 'SHA-256' when n.name = 'XAES-256-GCM' then 'AES-256-GCM' end
    ) p (name)
    where p.name <> 'leg-key'
    group by n.kind
)
select
    g.entity_table,
    g.field_name,
    g.dek_class,
    g.field_cipher,
    g.mode,
    g.leg_suites,
    g.kms_key_ids,
    l.names as kms_algorithms,
    g.layers,
    g.layer_key_ids,
    a.names as algorithms,
    g.nist_level,
    g.nist_level is not null as is_post_quantum,
    g.wrappers,
    g.active_wrappers,
    g.wrappers - g.active_wrappers as earlier_wrappers,
    g.bindings,
    g.format
from ranked g
left join legs l on l.kind = g.kind
left join algorithms a on a.kind = g.kind;

comment on view kw.crypto_inventory is 'The keys and algorithms that protect every field, a row for each combination. Includes everything that can still be opened, earlier generations too, and nothing shredded. Fields that are not post-quantum yet: where not is_post_quantum. Dependents of an algorithm: where ''X25519'' = any (algorithms). It reads every wrapper.';
comment on column kw.crypto_inventory.entity_table is 'The table; null for branches, and for data keys that no binding names.';
comment on column kw.crypto_inventory.field_name is 'The field; null for whole rows, and without a table.';
comment on column kw.crypto_inventory.dek_class is 'field, branch, deployment or index, as of the wrappers.';
comment on column kw.crypto_inventory.field_cipher is 'The cipher of the values, by the suite of the binding: AES-256-GCM or XAES-256-GCM. Null without a table, and of blind indexes, whose values are hashed.';
comment on column kw.crypto_inventory.mode is 'single, either or both.';
comment on column kw.crypto_inventory.leg_suites is 'The suite of each leg, as docs/format.md names it.';
comment on column kw.crypto_inventory.kms_key_ids is 'The key of each leg.';
comment on column kw.crypto_inventory.kms_algorithms is 'The algorithm of the key of each leg, as its KMS names it.';
comment on column kw.crypto_inventory.layers is 'The KEM of each layer, the first next to the data key.';
comment on column kw.crypto_inventory.layer_key_ids is 'The KEM key of each layer.';
comment on column kw.crypto_inventory.algorithms is 'All algorithms by name: of values, legs, layers, and of every KMS key up to the root keys. A combined algorithm is listed with its parts.';
comment on column kw.crypto_inventory.nist_level is 'The NIST post-quantum category of the layers, its own or those of branches above, as in kw.wrapper_levels; null: classical.';
comment on column kw.crypto_inventory.is_post_quantum is 'Whether nist_level is not null.';
comment on column kw.crypto_inventory.wrappers is 'How many wrappers are of this kind.';
comment on column kw.crypto_inventory.active_wrappers is 'How many of them encrypt now.';
comment on column kw.crypto_inventory.earlier_wrappers is 'How many only open earlier ciphertexts, or are retired.';
comment on column kw.crypto_inventory.bindings is 'How many bindings have such a wrapper, now or in an earlier generation.';
comment on column kw.crypto_inventory.format is 'kwtools/1 or kwtools/2, as of the wrappers and their ciphertexts.';
