\echo Use "ALTER EXTENSION kwtools UPDATE TO '0.5.0'" to load this file. \quit

-- upgrade/begin.sql

-- Names are compared with what was recorded: without quotes where none are needed.
set local quote_all_identifiers = off;
-- What the extension has already: privileges.sql leaves the grants on it alone.
select pg_catalog.set_config('kwtools.members_before', coalesce(pg_catalog.string_agg(
    pg_catalog.format('%s:%s', d.classid::oid, d.objid), ' '
), ''), true)
from pg_catalog.pg_depend d
join pg_catalog.pg_extension e on e.oid = d.refobjid and e.extname = 'kwtools'
where d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'e';
-- Who may call what: where a function of the same name takes the place of one that the upgrade
-- drops, privileges.sql gives it these.
select pg_catalog.set_config('kwtools.calls_before', coalesce(pg_catalog.jsonb_agg(
    pg_catalog.jsonb_build_object(
        'name', p.proname, 'oid', p.oid::bigint, 'grantee', a.grantee::bigint, 'grantable', a.is_grantable
    )
), '[]')::text, true)
from pg_catalog.pg_proc p
cross join pg_catalog.aclexplode(p.proacl) a
where p.pronamespace = 'kw'::regnamespace and a.grantee not in (0, p.proowner);
-- Every session reads its rows again. A session with older code then calls a function of this release, which says so.
insert into kw.key_epoch_marks (mark)
values (('x' || pg_catalog.right(pg_catalog.replace(pg_catalog.gen_random_uuid()::text, '-', ''), 16))::bit(64)::bigint);

-- upgrade/0.4.0--0.5.0.sql

-- What depends on what the steps drop: all of it is named, before anything is changed.
do $dependents$
declare
    dependents text;
begin
    with dropped (class, id) as (
        select 'pg_catalog.pg_class'::pg_catalog.regclass, v.view::pg_catalog.regclass::oid
        from pg_catalog.unnest(array[]::text[]) v (view)
        union all
        select 'pg_catalog.pg_proc'::pg_catalog.regclass, f.function::pg_catalog.regprocedure::oid
        from pg_catalog.unnest(array['kw._still_stands(oid, text, text, text, oid, tid, xid, text, boolean, bigint, bigint, tid, xid, boolean, boolean, bigint, tid, xid, text)']::text[]) f (function)
    ),
    referred (class, id) as (
        select d.class, d.id from dropped d
        union all
        select 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid
        from dropped d
        join pg_catalog.pg_class c on d.class = 'pg_catalog.pg_class'::pg_catalog.regclass and c.oid = d.id
        join pg_catalog.pg_type t on c.reltype in (t.oid, t.typelem)
    )
    select pg_catalog.string_agg(distinct o.name, ', ' order by o.name)
    into dependents
    from referred d
    join pg_catalog.pg_depend p on p.refclassid = d.class and p.refobjid = d.id and p.deptype = 'n'
    left join pg_catalog.pg_rewrite r on p.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and r.oid = p.objid
    cross join lateral (
        select case
            when r.oid is null then pg_catalog.pg_describe_object(p.classid, p.objid, p.objsubid)
            else pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, r.ev_class, 0)
        end as name
    ) o
    where not exists (select from dropped x where x.id = r.ev_class);
    if dependents is not null then
        raise exception 'objects depend on functions or views of kw that the update replaces: %', dependents
            using errcode = 'KW102',
            hint = 'Drop them, update the extension, and create them again where they still fit.';
    end if;
end;
$dependents$;

-- It returned yes or no; the statements that follow make it again.
drop function kw._still_stands(oid, text, text, text, oid, tid, xid, text, boolean, bigint, bigint, tid, xid, boolean, boolean, bigint, tid, xid, text);

-- Comments in plainer words.
comment on table kw.audit_events is 'Changes of keys, policies and grants, with the role. Written in the transaction of the change. The server log has each event at once, so that a rollback hides nothing.';
comment on column kw.audit_events.object is 'The object of the action.';
comment on event trigger kwtools_guard_drop is 'Refuses to drop the extension kwtools while it has keys.';
comment on event trigger kwtools_guard_drop_end is 'Removes the state of kwtools_guard_drop after the drop of another object.';
comment on table kw.encryption_bindings is 'The wrapper that protects a cell, a row, a column or a table.';
comment on column kw.encryption_bindings.status is 'live, or shredded: its wraps are destroyed. The row stays, so that no wider binding replaces it.';
comment on column kw.encryption_bindings.is_closed is 'Of a shredded binding: the bindings beneath it were shredded with it, and nothing can be bound there. False if 0.3.0 shredded it and left bindings beneath.';
comment on column kw.encryption_bindings.generation is 'The number of its present wrapper; ciphertexts contain it. Earlier ones are in kw.binding_generations.';
comment on table kw.encryption_policies is 'How new wrappers are created. Calls that name no policy use the policy default.';
comment on column kw.encryption_policies.mode is 'single: one key. either: one of two keys is enough. both: two keys are required.';
comment on column kw.encryption_policies.min_layers is 'The minimum number of KEM layers.';
comment on column kw.encryption_policies.max_layers is 'The maximum number of KEM layers. A wrapper gets a layer for each usable KEM key, up to this number.';
comment on column kw.encryption_policies.aad_template is 'Texts that layers bind in addition to the context. {wrapper}, {policy}, {class}, {layer} and {key} are filled in.';
comment on sequence kw.layer_rounds is 'The position of round_robin.';
comment on table kw.entities is 'The table that a name meant when it was first bound. Privileges of a table count only while the name still means it.';
comment on column kw.entities.owner_name is 'The table owner at that time. Re-claiming requires the same owner.';
comment on table kw.field_grants is 'Explicit grants (kw.grant_field), in addition to the privileges of tables and columns. A grant is in force only while table, table owner and grantee are the recorded ones. See kw.list_grants.';
comment on table kw.installation is 'One row: the CREATE EXTENSION that made these tables. Grants are in force only if their oids were recorded here.';
comment on column kw.kem_private_keys.sealed_key is 'The private key, wrapped. See docs/format.md.';
comment on table kw.key_epoch_marks is 'Random marks whose XOR is the epoch: it changes with every change of a key, provider, branch or setting. When it changes, a session checks its caches again. kw._touch_key_epoch keeps the number of marks small.';
comment on table kw.key_graph_lock is 'Empty. A change of key dependencies locks it, so that two changes cannot create a cycle together.';
comment on column kw.key_wrapper_layers.aad is 'The text that was bound in addition to the context: the policy''s aad_template, filled in.';
comment on table kw.key_wrapper_layers is 'KEM layers between a DEK and its wraps. See docs/format.md.';
comment on column kw.key_wrapper_layers.layer_no is 'Its position; 1 is next to the DEK.';
comment on table kw.key_wrappers is 'Data keys, each stored only wrapped. See docs/format.md.';
comment on column kw.key_wrappers.dek_wrap1 is 'The wrap of leg 1.';
comment on column kw.key_wrappers.dek_wrap2 is 'The wrap of leg 2; null in mode single.';
comment on column kw.key_wrappers.crypto_suite is 'Mode, legs, algorithms and commitment. Every opening compares it with the authenticated values of the wraps.';
comment on column kw.key_wrappers.policy_id is 'The policy that decided mode and keys when the wrapper was created.';
comment on column kw.key_wrappers.status is 'active: opens and encrypts. rotated: only opens. retired: cannot be opened until an admin puts it back. invalid: destroyed.';
comment on column kw.key_wrappers.owner is 'The oid of the role that created it with kw.wrap, or received it with kw.give_wrappers. Only that role may bind it. Not used once it is bound.';
comment on table kw.kms_health_checks is 'The results of probes of keys and providers.';
comment on column kw.kms_health_checks.error is 'The error.';
comment on column kw.kms_keys.external_key_ref is 'The name of the key in its KMS; for a branch, the wrapper_uuid.';
comment on column kw.kms_keys.purpose is 'Its permitted use.';
comment on column kw.kms_keys.root_uuid is 'Keys with the same value had the same key material when they were registered. They count as one root.';
comment on table kw.kms_providers is 'The KMSs in use. Addresses and credentials are only in the server''s provider file.';
comment on column kw.kms_providers.name is 'The name of the provider''s entry in the provider file.';
comment on column kw.kms_providers.location is 'Its address, recorded from the provider file for reading only. No call uses it.';
comment on column kw.kms_providers.project_tenant is 'Project, tenant or namespace, recorded from the provider file for reading only.';
comment on column kw.kms_providers.root_group is 'Providers with the same number share a root, as an admin declared. Their keys count as one.';
comment on table kw.settings is 'Settings that an admin changed with kw.set_setting. A setting without a row has its default.';
comment on column kw.signing_keys.scope is 'The objects that it may sign.';
comment on type kw.algorithm_check is 'The result of a known-answer test of an algorithm.';
comment on type kw.description is 'The properties of a ciphertext that are known without decrypting it (kw.describe).';
comment on type kw.doctor_result is 'The result of a check of the server.';
comment on type kw.entity_to_reclaim is 'A name whose table is not the recorded one.';
comment on type kw.kms_check_result is 'The result of a probe of a KMS key.';
comment on type kw.verify_result is 'A leg of a wrapper that cannot be opened.';
comment on view kw.branch_levels is 'The protection that each branch gives against a quantum computer: the level of its wrapper in kw.wrapper_levels. Destroyed branches are left out.';
comment on view kw.closed_keys is 'The KMS keys that cannot be opened while another one is down: the key itself, and the branches and KEM keys that depend on it.';
comment on column kw.closed_keys.closed_id is 'A key that cannot be opened then.';
comment on view kw.crypto_inventory is 'The keys and algorithms that protect every field, a row for each combination. Includes everything that can still be opened, earlier generations too, and nothing shredded. Fields that are not post-quantum yet: where not is_post_quantum. Dependents of an algorithm: where ''X25519'' = any (algorithms). It reads every wrapper.';
comment on column kw.crypto_inventory.field_cipher is 'The cipher of the values: AES-256-GCM under bindings of single keys, XAES-256-GCM under those of every row. Null without a table.';
comment on column kw.crypto_inventory.algorithms is 'All algorithms by name: of values, legs, layers, and of every KMS key up to the root keys. A combined algorithm is listed with its parts.';
comment on column kw.crypto_inventory.nist_level is 'The NIST post-quantum category of the layers, its own or those of branches above, as in kw.wrapper_levels; null: classical.';
comment on column kw.crypto_inventory.is_post_quantum is 'Whether nist_level is not null.';
comment on column kw.crypto_inventory.earlier_wrappers is 'How many only open earlier ciphertexts, or are retired.';
comment on view kw.kem_levels is 'The protection that a layer of each KEM key gives against a quantum computer.';
comment on column kw.kem_levels.nist_level is 'The NIST category of its KEM. Null if the KEM has none, or if a key above its sealed private key is not AES-256.';
comment on view kw.key_dependencies is 'The direct dependencies between KMS keys. Branch keys depend on the keys that wrap them, KEM keys on the key that seals their private key.';
comment on column kw.key_dependencies.depends_on_id is 'The key that it depends on.';
comment on view kw.key_usage is 'How many wrappers depend directly on each KMS key, and so on disabling it. See kw.closed_keys for dependents through branches. It reads every wrapper.';
comment on column kw.key_usage.other_leg is 'Wrappers of mode either that can be opened by their other leg.';
comment on view kw.kms_health is 'Each KMS key with its last result of kw.check_kms. closed_wrappers and wrappers_by_other_leg read every wrapper: omit these columns if that is too slow.';
comment on column kw.kms_health.external_key_ref is 'Its name in its KMS.';
comment on column kw.kms_health.status is 'up, degraded or down; null if it was never probed.';
comment on column kw.kms_health.error is 'SQLSTATE and message of the error.';
comment on column kw.kms_health.closed_wrappers is 'How many wrappers cannot be opened while it is down: by their legs or layers, below branches and sealed private keys too.';
comment on column kw.kms_health.wrappers_by_other_leg is 'How many wrappers depend on their other leg while it is down, below branches too.';
comment on view kw.wrapper_levels is 'The protection of each wrapper against a quantum computer, by its own layers and those of the branches that it depends on. A leg under a branch has the level of the branch (kw.branch_levels). A leg under any other key has none, because a layer must protect even if that KMS is broken. It holds only if that KMS cannot reach the private keys of the layers.';
comment on column kw.wrapper_levels.nist_level is 'The NIST category that an attacker must break who can read, or has broken, the wrap of every leg. It assumes that the private keys of the layers and their seals are out of reach. It is the higher of the best layer (kw.kem_levels) and the legs. In mode either the legs give the lower of their two levels, in mode both the higher. Null for none.';
comment on column kw.branch_levels.nist_level is 'The NIST category that an attacker must break who can read, or has broken, the wrap of every leg. It assumes that the private keys of the layers and their seals are out of reach. Null for none.';

-- functions/_guard_status.sql

create or replace function kw._guard_status() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    if not (old.status || '>' || new.status) = any (tg_argv) then
        raise exception 'status of a row of kw.% cannot change from % to %', tg_table_name, old.status, new.status
            using errcode = 'KW102',
            detail = format('Row %s. Allowed: %s.', old.id, array_to_string(tg_argv, ', '));
    end if;
    return new;
end;
$function$;

comment on function kw._guard_status() is
'Trigger: allows a status to change only along the pairs of its arguments (old>new). Internal. Errors: KW102.';

-- functions/_guard_immutable.sql

comment on function kw._guard_immutable() is
'Trigger: refuses the update that its WHEN clause selects. The argument names the columns that never change. Internal. Errors: KW102.';

-- functions/_touch_key_epoch.sql

comment on function kw._touch_key_epoch() is
'Trigger: makes every session check its opened keys again after a change of a key, provider, branch or setting. Does not wait for other transactions. Internal.';

-- functions/_keep_algorithm.sql

comment on function kw._keep_algorithm() is
'Trigger: updates only the status of an algorithm that already exists, as in an older dump or a subscription. Internal.';

-- functions/_keep_installation.sql

comment on function kw._keep_installation() is
'Trigger: keeps the first row of kw.installation and skips others, such as those of logical replication. Internal.';

-- functions/_guard_writes.sql

comment on function kw._guard_writes() is
'Trigger: allows only kw_owner, through the functions, and superusers to write the tables of kw. Internal. Errors: KW100.';

-- functions/_keep_algorithm_status.sql

comment on function kw._keep_algorithm_status() is
'Trigger: shows the status that an admin gave an algorithm in the catalogue. Internal.';

-- functions/_guard_load.sql

comment on function kw._guard_load() is
'Trigger: lets a script of pg_dump or pg_restore load the tables in any order. Records that kw.check_restore must check them. Internal.';

-- functions/_guard_hold.sql

comment on function kw._guard_hold() is
'Trigger: does nothing. PostgreSQL does not drop the table of a trigger with a pending event (kw._guard_drop). Internal.';

-- functions/_guard_drop.sql

comment on function kw._guard_drop() is
'Event trigger: makes PostgreSQL refuse to drop the extension while data keys or private keys exist. Internal.';

-- functions/_keep_triggers.sql

comment on function kw._keep_triggers() is
'Event trigger: makes the triggers of kw tables fire in every session again after ENABLE TRIGGER ALL. Records that kw.check_restore must check them. Internal.';

-- functions/_touch_layered_wrappers.sql

comment on function kw._touch_layered_wrappers() is
'Trigger: makes sessions open a wrapper again after a direct change of its layers. Internal.';

-- functions/_complete.sql

comment on function kw._complete() is
'Adds the columns of this release to rows of earlier ones: shredded columns, closed bindings, owners of grants. Internal: only kw_owner may call it.';

-- tables/key_epoch_marks.sql

comment on table kw.key_epoch_marks is 'Random marks whose XOR is the epoch: it changes with every change of a key, provider, branch or setting. When it changes, a session checks its caches again. kw._touch_key_epoch keeps the number of marks small.';

-- tables/key_graph_lock.sql

comment on table kw.key_graph_lock is 'Empty. A change of key dependencies locks it, so that two changes cannot create a cycle together.';

-- tables/settings.sql

comment on table kw.settings is 'Settings that an admin changed with kw.set_setting. A setting without a row has its default.';

-- tables/kms_providers.sql

comment on table kw.kms_providers is 'The KMSs in use. Addresses and credentials are only in the server''s provider file.';

comment on column kw.kms_providers.name is 'The name of the provider''s entry in the provider file.';

comment on column kw.kms_providers.location is 'Its address, recorded from the provider file for reading only. No call uses it.';

comment on column kw.kms_providers.project_tenant is 'Project, tenant or namespace, recorded from the provider file for reading only.';

comment on column kw.kms_providers.root_group is 'Providers with the same number share a root, as an admin declared. Their keys count as one.';

-- tables/kms_keys.sql

comment on column kw.kms_keys.external_key_ref is 'The name of the key in its KMS; for a branch, the wrapper_uuid.';

comment on column kw.kms_keys.purpose is 'Its permitted use.';

comment on column kw.kms_keys.root_uuid is 'Keys with the same value had the same key material when they were registered. They count as one root.';

-- tables/kem_private_keys.sql

comment on column kw.kem_private_keys.sealed_key is 'The private key, wrapped. See docs/format.md.';

-- tables/encryption_policies.sql

comment on table kw.encryption_policies is 'How new wrappers are created. Calls that name no policy use the policy default.';

comment on column kw.encryption_policies.mode is 'single: one key. either: one of two keys is enough. both: two keys are required.';

comment on column kw.encryption_policies.min_layers is 'The minimum number of KEM layers.';

comment on column kw.encryption_policies.max_layers is 'The maximum number of KEM layers. A wrapper gets a layer for each usable KEM key, up to this number.';

comment on column kw.encryption_policies.aad_template is 'Texts that layers bind in addition to the context. {wrapper}, {policy}, {class}, {layer} and {key} are filled in.';

comment on sequence kw.layer_rounds is 'The position of round_robin.';

-- tables/key_wrappers.sql

comment on table kw.key_wrappers is 'Data keys, each stored only wrapped. See docs/format.md.';

comment on column kw.key_wrappers.dek_wrap1 is 'The wrap of leg 1.';

comment on column kw.key_wrappers.dek_wrap2 is 'The wrap of leg 2; null in mode single.';

comment on column kw.key_wrappers.crypto_suite is 'Mode, legs, algorithms and commitment. Every opening compares it with the authenticated values of the wraps.';

comment on column kw.key_wrappers.policy_id is 'The policy that decided mode and keys when the wrapper was created.';

comment on column kw.key_wrappers.status is 'active: opens and encrypts. rotated: only opens. retired: cannot be opened until an admin puts it back. invalid: destroyed.';

comment on column kw.key_wrappers.owner is 'The oid of the role that created it with kw.wrap, or received it with kw.give_wrappers. Only that role may bind it. Not used once it is bound.';

-- tables/key_wrapper_layers.sql

comment on table kw.key_wrapper_layers is 'KEM layers between a DEK and its wraps. See docs/format.md.';

comment on column kw.key_wrapper_layers.layer_no is 'Its position; 1 is next to the DEK.';

comment on column kw.key_wrapper_layers.aad is 'The text that was bound in addition to the context: the policy''s aad_template, filled in.';

-- tables/encryption_bindings.sql

comment on table kw.encryption_bindings is 'The wrapper that protects a cell, a row, a column or a table.';

comment on column kw.encryption_bindings.generation is 'The number of its present wrapper; ciphertexts contain it. Earlier ones are in kw.binding_generations.';

comment on column kw.encryption_bindings.status is 'live, or shredded: its wraps are destroyed. The row stays, so that no wider binding replaces it.';

comment on column kw.encryption_bindings.is_closed is 'Of a shredded binding: the bindings beneath it were shredded with it, and nothing can be bound there. False if 0.3.0 shredded it and left bindings beneath.';

-- tables/entities.sql

comment on table kw.entities is 'The table that a name meant when it was first bound. Privileges of a table count only while the name still means it.';

comment on column kw.entities.owner_name is 'The table owner at that time. Re-claiming requires the same owner.';

-- tables/installation.sql

comment on table kw.installation is 'One row: the CREATE EXTENSION that made these tables. Grants are in force only if their oids were recorded here.';

-- tables/field_grants.sql

comment on table kw.field_grants is 'Explicit grants (kw.grant_field), in addition to the privileges of tables and columns. A grant is in force only while table, table owner and grantee are the recorded ones. See kw.list_grants.';

-- tables/audit_events.sql

comment on table kw.audit_events is 'Changes of keys, policies and grants, with the role. Written in the transaction of the change. The server log has each event at once, so that a rollback hides nothing.';

comment on column kw.audit_events.object is 'The object of the action.';

-- tables/kms_health_checks.sql

comment on table kw.kms_health_checks is 'The results of probes of keys and providers.';

comment on column kw.kms_health_checks.error is 'The error.';

-- tables/signing_keys.sql

comment on column kw.signing_keys.scope is 'The objects that it may sign.';

-- tables/drop_guard.sql

comment on event trigger kwtools_guard_drop is 'Refuses to drop the extension kwtools while it has keys.';

comment on event trigger kwtools_guard_drop_end is 'Removes the state of kwtools_guard_drop after the drop of another object.';

-- types/verify_result.sql

comment on type kw.verify_result is 'A leg of a wrapper that cannot be opened.';

-- types/doctor_result.sql

comment on type kw.doctor_result is 'The result of a check of the server.';

-- types/description.sql

comment on type kw.description is 'The properties of a ciphertext that are known without decrypting it (kw.describe).';

-- types/kms_check_result.sql

comment on type kw.kms_check_result is 'The result of a probe of a KMS key.';

-- types/algorithm_check.sql

comment on type kw.algorithm_check is 'The result of a known-answer test of an algorithm.';

-- types/entity_to_reclaim.sql

comment on type kw.entity_to_reclaim is 'A name whose table is not the recorded one.';

-- views/key_dependencies.sql

comment on view kw.key_dependencies is 'The direct dependencies between KMS keys. Branch keys depend on the keys that wrap them, KEM keys on the key that seals their private key.';

comment on column kw.key_dependencies.depends_on_id is 'The key that it depends on.';

-- views/closed_keys.sql

comment on view kw.closed_keys is 'The KMS keys that cannot be opened while another one is down: the key itself, and the branches and KEM keys that depend on it.';

comment on column kw.closed_keys.closed_id is 'A key that cannot be opened then.';

-- views/key_usage.sql

comment on view kw.key_usage is 'How many wrappers depend directly on each KMS key, and so on disabling it. See kw.closed_keys for dependents through branches. It reads every wrapper.';

comment on column kw.key_usage.other_leg is 'Wrappers of mode either that can be opened by their other leg.';

-- views/policy_layer_keys.sql

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

-- views/kms_health.sql

comment on view kw.kms_health is 'Each KMS key with its last result of kw.check_kms. closed_wrappers and wrappers_by_other_leg read every wrapper: omit these columns if that is too slow.';

comment on column kw.kms_health.external_key_ref is 'Its name in its KMS.';

comment on column kw.kms_health.status is 'up, degraded or down; null if it was never probed.';

comment on column kw.kms_health.error is 'SQLSTATE and message of the error.';

comment on column kw.kms_health.closed_wrappers is 'How many wrappers cannot be opened while it is down: by their legs or layers, below branches and sealed private keys too.';

comment on column kw.kms_health.wrappers_by_other_leg is 'How many wrappers depend on their other leg while it is down, below branches too.';

-- views/kem_levels.sql

comment on view kw.kem_levels is 'The protection that a layer of each KEM key gives against a quantum computer.';

comment on column kw.kem_levels.nist_level is 'The NIST category of its KEM. Null if the KEM has none, or if a key above its sealed private key is not AES-256.';

-- views/branch_levels.sql

comment on view kw.branch_levels is 'The protection that each branch gives against a quantum computer: the level of its wrapper in kw.wrapper_levels. Destroyed branches are left out.';

comment on column kw.branch_levels.nist_level is 'The NIST category that an attacker must break who can read, or has broken, the wrap of every leg. It assumes that the private keys of the layers and their seals are out of reach. Null for none.';

-- views/wrapper_levels.sql

comment on view kw.wrapper_levels is 'The protection of each wrapper against a quantum computer, by its own layers and those of the branches that it depends on. A leg under a branch has the level of the branch (kw.branch_levels). A leg under any other key has none, because a layer must protect even if that KMS is broken. It holds only if that KMS cannot reach the private keys of the layers.';

comment on column kw.wrapper_levels.nist_level is 'The NIST category that an attacker must break who can read, or has broken, the wrap of every leg. It assumes that the private keys of the layers and their seals are out of reach. It is the higher of the best layer (kw.kem_levels) and the legs. In mode either the legs give the lower of their two levels, in mode both the higher. Null for none.';

-- views/crypto_inventory.sql

comment on view kw.crypto_inventory is 'The keys and algorithms that protect every field, a row for each combination. Includes everything that can still be opened, earlier generations too, and nothing shredded. Fields that are not post-quantum yet: where not is_post_quantum. Dependents of an algorithm: where ''X25519'' = any (algorithms). It reads every wrapper.';

comment on column kw.crypto_inventory.field_cipher is 'The cipher of the values: AES-256-GCM under bindings of single keys, XAES-256-GCM under those of every row. Null without a table.';

comment on column kw.crypto_inventory.algorithms is 'All algorithms by name: of values, legs, layers, and of every KMS key up to the root keys. A combined algorithm is listed with its parts.';

comment on column kw.crypto_inventory.nist_level is 'The NIST post-quantum category of the layers, its own or those of branches above, as in kw.wrapper_levels; null: classical.';

comment on column kw.crypto_inventory.is_post_quantum is 'Whether nist_level is not null.';

comment on column kw.crypto_inventory.earlier_wrappers is 'How many only open earlier ciphertexts, or are retired.';

-- functions/_load.sql

create or replace function kw._load() returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
# The one place that touches sys.path. The folder was fixed when the extension was installed.
import os
import stat
import sys

version = '0.5.0'
folder = f'MODULE_PATHNAME/{version}/cp{sys.version_info[0]}{sys.version_info[1]}'


def refuse(message, hint):
    # Beyond ASCII it would not cross plpy in every encoding.
    message, hint = (told.encode('ascii', 'backslashreplace').decode() for told in (message, hint))
    plpy.error(message, sqlstate='KW001', hint=hint)


for name in ('kwruntime', 'kwshared'):
    loaded = sys.modules.get(name)
    if loaded is not None and not loaded.__file__.startswith(folder + '/'):
        refuse(
            f'this session runs another version of kwtools than {version}',
            'Reconnect. The extension was updated since the session began.',
        )
try:
    found = os.stat(folder)
except OSError as error:
    refuse(f'runtime of kwtools {version} cannot be read at {folder}: {error.strerror}', 'Run make install on the server.')
if found.st_uid not in (0, os.geteuid()) or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
    refuse(
        f'{folder} can be changed by users other than root and the user of the server',
        f'Run: chown -R root {folder}; chmod -R go-w {folder}',
    )
sys.dont_write_bytecode = True
if folder not in sys.path:
    sys.path.insert(0, folder)
import cryptography

if not cryptography.__file__.startswith(folder + '/'):
    refuse(
        f'this session has loaded another cryptography: {cryptography.__file__}',
        'Reconnect, and call kwtools before other PL/Python code that imports it.',
    )
import gc

# All that is loaded stays, so looking for garbage meanwhile is of no use: 3 of 60 ms.
collects = gc.isenabled()
gc.disable()
try:
    from kwruntime import api
finally:
    if collects:
        gc.enable()

# A body asks for the version in which it last changed.
for used in '0.4.0 0.5.0'.split():
    GD['kwtools ' + used] = api
$function$;

-- functions/_as_owner.sql

create or replace function kw._as_owner() returns void
language plpython3u volatile parallel unsafe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
set quote_all_identifiers = off
set lock_timeout = '5s'
as $function$
api = GD.get('kwtools 0.5.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.5.0']
# 0.5.0: every release replaces this function, so a session with older code gets its error here.
return api.run_pending()
$function$;

comment on function kw._as_owner() is
'Runs the work that the runtime prepared, as the owner of the key tables. Internal: refuses a direct call. Errors: KW001.';

-- functions/_read_as_owner.sql

create or replace function kw._read_as_owner() returns void
language plpython3u stable parallel unsafe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
set quote_all_identifiers = off
as $function$
api = GD.get('kwtools 0.5.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.5.0']
# 0.5.0: every release replaces this function, so a session with older code gets its error here.
return api.run_pending_reading()
$function$;

comment on function kw._read_as_owner() is
'Runs the work that the runtime prepared, as the owner of the key tables. It reads the present state, whatever the snapshot of the transaction. Internal: refuses a direct call. Errors: KW001.';

-- functions/_still_stands.sql

create or replace function kw._still_stands(
    role oid, entity_table text, table_schema text, field_name text, key_index oid,
    entity_place tid, entity_version xid, privileges text, by_grant boolean, epoch bigint,
    binding_id bigint, binding_place tid, binding_version xid, names_key boolean, names_field boolean,
    wrapper_id bigint, wrapper_place tid, wrapper_version xid, entity_pk text, proven integer
) returns integer
language plpgsql stable parallel unsafe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
set quote_all_identifiers = off
as $function$
declare
    found_for integer;
begin
    -- $20: what was proven at this moment of another cell of the field. The rows are left to prove.
    if $20 is not null then
        if not exists (
            select
            from kw.encryption_bindings b, kw.key_wrappers w
            where b.ctid = $12 and b.xmin = $13 and b.id = $11 and w.ctid = $17 and w.xmin = $18 and w.id = $16
        ) then
            return 0;
        end if;
        found_for := $20;
    else
        -- A lock that was not held yet makes the session learn of privileges that others have changed. No client
        -- can keep that of pg_proc's TOAST table.
        if pg_relation_size(2836, 'vm') is null then
            return 0;
        end if;
        -- What not every call needs is asked apart: the server sets up all of a query, needed or not.
        if $9 then
            if not exists (
                select
                from kw.entities e
                join kw.field_grants g
                    on g.entity_table = e.entity_table and g.field_name_norm in ('', coalesce($4, ''))
                join kw.installation i on i.id = g.installation
                join pg_roles r on r.oid = g.grantee
                left join pg_class c on c.oid = e.relation
                where e.entity_table = $2
                    and (e.relation is null or e.relation::regclass::text = e.quoted_name)
                    and g.relation is not distinct from e.relation and g.owner is not distinct from c.relowner
                    and case when $8 = 'select' then g.may_read else g.may_write end
                    and pg_has_role($1, r.oid, 'usage')
            ) then
                return 0;
            end if;
        end if;
        found_for := (
            select
                case
                    when $8 <> 'select' and not ($14 or $15) then 1
                    when exists (
                        select
                        from kw.entity_fields f
                        where f.entity_table = $2 and f.field_name_norm in ('', coalesce($4, ''))
                            and (
                                f.has_other_spellings or f.has_shredded
                                or ($8 <> 'select' and not ($14 and $15) and f.has_keys)
                            )
                    ) then 1
                    else 2
                end
            from kw.entities e, kw.encryption_bindings b, kw.key_wrappers w
            where e.ctid = $6 and e.xmin = $7 and e.entity_table = $2
                and b.ctid = $12 and b.xmin = $13 and b.id = $11
                and w.ctid = $17 and w.xmin = $18 and w.id = $16
                and (select coalesce(bit_xor(m.mark), 0) from kw.key_epoch_marks m) = $10
                and ($10 <> 0 or pg_has_role(session_user, $1, 'member'))
                and (e.relation is null or pg_relation_is_publishable($5) is not null)
                and case
                    when $9 then true
                    when (e.relation::regclass::text = e.quoted_name) is not true then false
                    when not has_schema_privilege($1, $3, 'usage') then false
                    when $4 is null then has_table_privilege($1, e.relation, $8)
                    else has_column_privilege($1, e.relation, $4, $8)
                end
        );
    end if;
    if found_for = 1 then
        if exists (
            select
            from kw.entity_fields f
            where f.entity_table = $2 and f.field_name_norm = '' and f.has_other_spellings
            union all
            select
            from kw.encryption_bindings s
            where s.entity_table = $2 and s.entity_pk in ($19, '*') and s.status = 'shredded'
                and s.field_name_norm in ('', coalesce($4, ''))
        ) then
            return 0;
        end if;
        -- To encrypt: what is bound more narrowly takes the place of this binding.
        if $8 <> 'select' and exists (
            select
            from kw.encryption_bindings n
            where n.entity_table = $2 and n.entity_pk in ($19, '*') and n.field_name_norm in ('', coalesce($4, ''))
                and (n.entity_pk <> '*', n.field_name_norm <> '') > ($14, $15)
        ) then
            return 0;
        end if;
    end if;
    return coalesce(found_for, 0);
end;
$function$;

comment on function kw._still_stands(
    oid, text, text, text, oid, tid, xid, text, boolean, bigint, bigint, tid, xid, boolean, boolean, bigint, tid, xid, text, integer
) is
'Returns whether a binding that the session has opened still stands, is the one for a cell, and is open to a role: 0 no, 1 yes for this key, 2 yes for every key of the field. Internal: 0 for who does not know the rows.';

grant execute on function kw._still_stands(
    oid, text, text, text, oid, tid, xid, text, boolean, bigint, bigint, tid, xid, boolean, boolean, bigint, tid, xid, text, integer
) to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor;

-- functions/_text.sql

comment on function kw._text() is
'Returns the text that the runtime prepared. Internal: null for a direct call. Errors: 22P05.';

-- functions/encrypt.sql

comment on function kw.encrypt(entity_table text, entity_pk text, field_name text, plaintext bytea) is
'Encrypts a value under the binding that covers its cell; null for null. For kw_client; requires INSERT or UPDATE on the column or a grant. Errors: KW003, KW100, KW200 to KW212, KW301 (shredded), KW302 (nothing bound).';

comment on function kw.encrypt(entity_table text, entity_pk bigint, field_name text, plaintext bytea) is
'Encrypts a value under the binding that covers its cell; null for null. For kw_client; requires INSERT or UPDATE on the column or a grant. Errors: KW003, KW100, KW200 to KW212, KW301 (shredded), KW302 (nothing bound).';

comment on function kw.encrypt(entity_table text, entity_pk uuid, field_name text, plaintext bytea) is
'Encrypts a value under the binding that covers its cell; null for null. For kw_client; requires INSERT or UPDATE on the column or a grant. Errors: KW003, KW100, KW200 to KW212, KW301 (shredded), KW302 (nothing bound).';

-- functions/encrypt_text.sql

comment on function kw.encrypt_text(entity_table text, entity_pk text, field_name text, plaintext text) is
'Encrypts a text (as UTF-8), as kw.encrypt. For kw_client. Errors: as kw.encrypt.';

comment on function kw.encrypt_text(entity_table text, entity_pk bigint, field_name text, plaintext text) is
'Encrypts a text (as UTF-8), as kw.encrypt. For kw_client. Errors: as kw.encrypt.';

comment on function kw.encrypt_text(entity_table text, entity_pk uuid, field_name text, plaintext text) is
'Encrypts a text (as UTF-8), as kw.encrypt. For kw_client. Errors: as kw.encrypt.';

-- functions/encrypt_many.sql

comment on function kw.encrypt_many(entity_table text, entity_pks text[], field_name text, plaintexts bytea[]) is
'Encrypts many values of one field, in order; null for null. Much faster for each value than kw.encrypt. For kw_client. Errors: as kw.encrypt.';

comment on function kw.encrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, plaintexts bytea[]) is
'Encrypts many values of one field, in order; null for null. Much faster for each value than kw.encrypt. For kw_client. Errors: as kw.encrypt.';

comment on function kw.encrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, plaintexts bytea[]) is
'Encrypts many values of one field, in order; null for null. Much faster for each value than kw.encrypt. For kw_client. Errors: as kw.encrypt.';

-- functions/encrypt_text_many.sql

comment on function kw.encrypt_text_many(entity_table text, entity_pks text[], field_name text, plaintexts text[]) is
'Encrypts many texts of one field, as kw.encrypt_many. For kw_client. Errors: as kw.encrypt.';

comment on function kw.encrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, plaintexts text[]) is
'Encrypts many texts of one field, as kw.encrypt_many. For kw_client. Errors: as kw.encrypt.';

comment on function kw.encrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, plaintexts text[]) is
'Encrypts many texts of one field, as kw.encrypt_many. For kw_client. Errors: as kw.encrypt.';

-- functions/decrypt.sql

comment on function kw.decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) is
'Decrypts a value of a cell; null for null. For kw_client; requires SELECT on the column or a grant. Errors: KW003, KW100, KW200 to KW212, KW300 (could not decrypt, for any cause), KW301 (shredded).';

comment on function kw.decrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) is
'Decrypts a value of a cell; null for null. For kw_client; requires SELECT on the column or a grant. Errors: KW003, KW100, KW200 to KW212, KW300 (could not decrypt, for any cause), KW301 (shredded).';

comment on function kw.decrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) is
'Decrypts a value of a cell; null for null. For kw_client; requires SELECT on the column or a grant. Errors: KW003, KW100, KW200 to KW212, KW300 (could not decrypt, for any cause), KW301 (shredded).';

-- functions/decrypt_text.sql

comment on function kw.decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) is
'Decrypts a text of a cell, as kw.decrypt. For kw_client. Errors: as kw.decrypt; KW300 also if the value is not valid text.';

comment on function kw.decrypt_text(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) is
'Decrypts a text of a cell, as kw.decrypt. For kw_client. Errors: as kw.decrypt; KW300 also if the value is not valid text.';

comment on function kw.decrypt_text(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) is
'Decrypts a text of a cell, as kw.decrypt. For kw_client. Errors: as kw.decrypt; KW300 also if the value is not valid text.';

-- functions/decrypt_many.sql

comment on function kw.decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) is
'Decrypts many values of one field, in order; null for null. Much faster for each value than kw.decrypt. For kw_client. Errors: as kw.decrypt.';

comment on function kw.decrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) is
'Decrypts many values of one field, in order; null for null. Much faster for each value than kw.decrypt. For kw_client. Errors: as kw.decrypt.';

comment on function kw.decrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) is
'Decrypts many values of one field, in order; null for null. Much faster for each value than kw.decrypt. For kw_client. Errors: as kw.decrypt.';

-- functions/decrypt_text_many.sql

comment on function kw.decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) is
'Decrypts many texts of one field, as kw.decrypt_many. For kw_client. Errors: as kw.decrypt_text.';

comment on function kw.decrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) is
'Decrypts many texts of one field, as kw.decrypt_many. For kw_client. Errors: as kw.decrypt_text.';

comment on function kw.decrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) is
'Decrypts many texts of one field, as kw.decrypt_many. For kw_client. Errors: as kw.decrypt_text.';

-- functions/try_decrypt.sql

comment on function kw.try_decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) is
'Decrypts a value of a cell, as kw.decrypt, but returns null if it is shredded or cannot be decrypted. It still fails if the role lacks the privilege, a KMS is unreachable, a key is disabled or a wrapper is retired. For kw_client; requires SELECT on the column or a grant. Errors: KW003, KW100, KW200 to KW212.';

comment on function kw.try_decrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) is
'Decrypts a value of a cell, as kw.decrypt, but returns null if it is shredded or cannot be decrypted. It still fails if the role lacks the privilege, a KMS is unreachable, a key is disabled or a wrapper is retired. For kw_client; requires SELECT on the column or a grant. Errors: KW003, KW100, KW200 to KW212.';

comment on function kw.try_decrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) is
'Decrypts a value of a cell, as kw.decrypt, but returns null if it is shredded or cannot be decrypted. It still fails if the role lacks the privilege, a KMS is unreachable, a key is disabled or a wrapper is retired. For kw_client; requires SELECT on the column or a grant. Errors: KW003, KW100, KW200 to KW212.';

-- functions/try_decrypt_text.sql

comment on function kw.try_decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) is
'Decrypts a text of a cell, as kw.try_decrypt; null also if it is not valid text in this encoding. For kw_client. Errors: as kw.try_decrypt.';

comment on function kw.try_decrypt_text(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) is
'Decrypts a text of a cell, as kw.try_decrypt; null also if it is not valid text in this encoding. For kw_client. Errors: as kw.try_decrypt.';

comment on function kw.try_decrypt_text(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) is
'Decrypts a text of a cell, as kw.try_decrypt; null also if it is not valid text in this encoding. For kw_client. Errors: as kw.try_decrypt.';

-- functions/try_decrypt_many.sql

comment on function kw.try_decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) is
'Decrypts many values of one field, in order, as kw.try_decrypt. For kw_client. Errors: as kw.try_decrypt.';

comment on function kw.try_decrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) is
'Decrypts many values of one field, in order, as kw.try_decrypt. For kw_client. Errors: as kw.try_decrypt.';

comment on function kw.try_decrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) is
'Decrypts many values of one field, in order, as kw.try_decrypt. For kw_client. Errors: as kw.try_decrypt.';

-- functions/try_decrypt_text_many.sql

comment on function kw.try_decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) is
'Decrypts many texts of one field, in order, as kw.try_decrypt_text. For kw_client. Errors: as kw.try_decrypt.';

comment on function kw.try_decrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) is
'Decrypts many texts of one field, in order, as kw.try_decrypt_text. For kw_client. Errors: as kw.try_decrypt.';

comment on function kw.try_decrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) is
'Decrypts many texts of one field, in order, as kw.try_decrypt_text. For kw_client. Errors: as kw.try_decrypt.';

-- functions/reencrypt.sql

comment on function kw.reencrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea, to_entity_pk text, to_field_name text) is
'Decrypts a value from its old place and encrypts it for its present place (by default the same), under the newest key. Use it after a change of a key within a wider binding, and after kw.rotate. For kw_client; requires the privileges of kw.decrypt and kw.encrypt. Errors: as these.';

comment on function kw.reencrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea, to_entity_pk text, to_field_name text) is
'Decrypts a value from its old place and encrypts it for its present place (by default the same), under the newest key. Use it after a change of a key within a wider binding, and after kw.rotate. For kw_client; requires the privileges of kw.decrypt and kw.encrypt. Errors: as these.';

comment on function kw.reencrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea, to_entity_pk text, to_field_name text) is
'Decrypts a value from its old place and encrypts it for its present place (by default the same), under the newest key. Use it after a change of a key within a wider binding, and after kw.rotate. For kw_client; requires the privileges of kw.decrypt and kw.encrypt. Errors: as these.';

-- functions/reencrypt_many.sql

comment on function kw.reencrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[], to_entity_pks text[], to_field_name text) is
'Reencrypts many values, in order, as kw.reencrypt. For kw_client. Errors: as kw.reencrypt.';

comment on function kw.reencrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[], to_entity_pks bigint[], to_field_name text) is
'Reencrypts many values, in order, as kw.reencrypt. For kw_client. Errors: as kw.reencrypt.';

comment on function kw.reencrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[], to_entity_pks uuid[], to_field_name text) is
'Reencrypts many values, in order, as kw.reencrypt. For kw_client. Errors: as kw.reencrypt.';

-- functions/is_ciphertext.sql

comment on function kw.is_ciphertext(value bytea) is
'Returns whether a value has the form of a field ciphertext. Use it in a constraint that keeps plaintext out: check (kw.is_ciphertext(ssn)). Null for null. It does not check whether the value can be decrypted. Writing to a table with such a constraint requires EXECUTE on it. For everybody who may use the schema.';

-- functions/describe.sql

comment on function kw.describe(ciphertext bytea) is
'Returns the binding, generation and suite of a ciphertext, and whether new values use the same ones. It decrypts nothing. Null if the value is not a ciphertext. The columns from entity_table on are null if the binding is unknown, or if the role may not read the field. kw_admin and kw_auditor may see every binding. For kw_client, kw_admin and kw_auditor.';

-- functions/entity_key.sql

comment on function kw.entity_key(variadic parts text[]) is
'Builds an entity_pk from the parts of a key. One part stays as it is, escaped if it is ambiguous; several become a JSON array. A result of more than 64 characters is hashed. Null if a part is null. For everybody who may use the schema.';

-- functions/bind.sql

comment on function kw.bind(entity_table text, entity_pk text, field_name text, wrapper uuid, policy text) is
'Binds a key to a cell, a row (field null), a column (key *) or a table (key * and field null), and returns the wrapper. The wrapper is new, given, or already bound; null if the role may not look it up. Beneath a wider binding, a new wrapper uses the policy of that binding. Another policy, or sharing a given wrapper, requires the table owner. An unbound given wrapper must belong to the calling role. For kw_client. A cell requires INSERT or UPDATE on the column or a grant; everything else requires the table owner. Errors: KW003, KW100, KW101, KW102 (bound to another), KW301 (shredded).';

comment on function kw.bind(entity_table text, entity_pk bigint, field_name text, wrapper uuid, policy text) is
'Binds a key to a cell, a row (field null), a column (key *) or a table (key * and field null), and returns the wrapper. The wrapper is new, given, or already bound; null if the role may not look it up. Beneath a wider binding, a new wrapper uses the policy of that binding. Another policy, or sharing a given wrapper, requires the table owner. An unbound given wrapper must belong to the calling role. For kw_client. A cell requires INSERT or UPDATE on the column or a grant; everything else requires the table owner. Errors: KW003, KW100, KW101, KW102 (bound to another), KW301 (shredded).';

comment on function kw.bind(entity_table text, entity_pk uuid, field_name text, wrapper uuid, policy text) is
'Binds a key to a cell, a row (field null), a column (key *) or a table (key * and field null), and returns the wrapper. The wrapper is new, given, or already bound; null if the role may not look it up. Beneath a wider binding, a new wrapper uses the policy of that binding. Another policy, or sharing a given wrapper, requires the table owner. An unbound given wrapper must belong to the calling role. For kw_client. A cell requires INSERT or UPDATE on the column or a grant; everything else requires the table owner. Errors: KW003, KW100, KW101, KW102 (bound to another), KW301 (shredded).';

-- functions/bind_many.sql

comment on function kw.bind_many(entity_table text, entity_pks text[], field_name text, policy text) is
'Binds each of many keys to a new wrapper, and returns the wrappers in order. For kw_client. Errors: as kw.bind.';

comment on function kw.bind_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, policy text) is
'Binds each of many keys to a new wrapper, and returns the wrappers in order. For kw_client. Errors: as kw.bind.';

comment on function kw.bind_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, policy text) is
'Binds each of many keys to a new wrapper, and returns the wrappers in order. For kw_client. Errors: as kw.bind.';

-- functions/lookup.sql

comment on function kw.lookup(entity_table text, entity_pk text, field_name text) is
'Returns the wrapper of the most specific binding (cell, row, column, table) that covers a cell; null if none does. For kw_client; requires SELECT on the column or a grant. Errors: KW003, KW100, KW301 (shredded).';

comment on function kw.lookup(entity_table text, entity_pk bigint, field_name text) is
'Returns the wrapper of the most specific binding (cell, row, column, table) that covers a cell; null if none does. For kw_client; requires SELECT on the column or a grant. Errors: KW003, KW100, KW301 (shredded).';

comment on function kw.lookup(entity_table text, entity_pk uuid, field_name text) is
'Returns the wrapper of the most specific binding (cell, row, column, table) that covers a cell; null if none does. For kw_client; requires SELECT on the column or a grant. Errors: KW003, KW100, KW301 (shredded).';

-- functions/lookup_many.sql

comment on function kw.lookup_many(entity_table text, entity_pks text[], field_name text) is
'Looks up many keys, in order; null for null and if nothing is bound. For kw_client. Errors: as kw.lookup.';

comment on function kw.lookup_many_by_bigint(entity_table text, entity_pks bigint[], field_name text) is
'Looks up many keys, in order; null for null and if nothing is bound. For kw_client. Errors: as kw.lookup.';

comment on function kw.lookup_many_by_uuid(entity_table text, entity_pks uuid[], field_name text) is
'Looks up many keys, in order; null for null and if nothing is bound. For kw_client. Errors: as kw.lookup.';

-- functions/rotate.sql

comment on function kw.rotate(entity_table text, entity_pk text, field_name text) is
'Gives a binding a new data key for new values, and returns its wrapper. Existing ciphertexts stay readable. For kw_client, as kw.bind. Errors: KW003, KW100, KW301, KW302 (nothing is bound to exactly this place).';

comment on function kw.rotate(entity_table text, entity_pk bigint, field_name text) is
'Gives a binding a new data key for new values, and returns its wrapper. Existing ciphertexts stay readable. For kw_client, as kw.bind. Errors: KW003, KW100, KW301, KW302 (nothing is bound to exactly this place).';

comment on function kw.rotate(entity_table text, entity_pk uuid, field_name text) is
'Gives a binding a new data key for new values, and returns its wrapper. Existing ciphertexts stay readable. For kw_client, as kw.bind. Errors: KW003, KW100, KW301, KW302 (nothing is bound to exactly this place).';

-- functions/rebind.sql

comment on function kw.rebind(entity_table text, to_entity_table text, entity_pk text, to_entity_pk text, field_name text, to_field_name text) is
'Moves bindings after a rename of the table, a key or a field, and returns how many. Their ciphertexts stay readable. Ciphertexts of a wider binding require kw.reencrypt; a notice names this case. A binding cannot move to a field whose floor (kw.set_floor) it does not reach. It moves from or to a place beneath a shredded binding only with its whole table. For kw_client; requires the table owner. Errors: KW003, KW100, KW101, KW102, KW104, KW301.';

-- functions/shred.sql

comment on function kw.shred(entity_table text, entity_pk text, field_name text, whole boolean, shared boolean) is
'Destroys the data keys of a binding, their earlier generations and those of every binding beneath it, and returns how many. The ciphertext that remains cannot be decrypted, and no wider binding replaces the key. The binding of every row (*) requires whole => true. A key that other bindings share is refused, or with shared => true destroyed for them too. A key that a table of another owner had first stays. Narrower bindings that another transaction is changing are closed: a warning names them, and a second call destroys their keys. Permanent only when backups, WAL and replicas with the wraps have expired. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102, KW301, KW302.';

comment on function kw.shred(entity_table text, entity_pk bigint, field_name text, whole boolean, shared boolean) is
'Destroys the data keys of a binding, their earlier generations and those of every binding beneath it, and returns how many. The ciphertext that remains cannot be decrypted, and no wider binding replaces the key. The binding of every row (*) requires whole => true. A key that other bindings share is refused, or with shared => true destroyed for them too. A key that a table of another owner had first stays. Narrower bindings that another transaction is changing are closed: a warning names them, and a second call destroys their keys. Permanent only when backups, WAL and replicas with the wraps have expired. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102, KW301, KW302.';

comment on function kw.shred(entity_table text, entity_pk uuid, field_name text, whole boolean, shared boolean) is
'Destroys the data keys of a binding, their earlier generations and those of every binding beneath it, and returns how many. The ciphertext that remains cannot be decrypted, and no wider binding replaces the key. The binding of every row (*) requires whole => true. A key that other bindings share is refused, or with shared => true destroyed for them too. A key that a table of another owner had first stays. Narrower bindings that another transaction is changing are closed: a warning names them, and a second call destroys their keys. Permanent only when backups, WAL and replicas with the wraps have expired. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102, KW301, KW302.';

-- functions/wrap.sql

comment on function kw.wrap(dek bytea, policy text) is
'Wraps a data key by a policy, and returns its wrapper. The key is new (32 bytes) or given (16 to 64 bytes). For kw_client and kw_unwrap; a given key requires kw_unwrap. The wrapper belongs to the calling role until it is bound. Errors: KW003, KW100, KW101, KW103, KW200 to KW209.';

-- functions/wrap_many.sql

comment on function kw.wrap_many(deks bytea[], policy text) is
'Wraps many data keys, in order; null creates a new one. For kw_client and kw_unwrap; given keys require kw_unwrap. The wrappers belong to the calling role until they are bound. Errors: as kw.wrap.';

-- functions/give_wrappers.sql

comment on function kw.give_wrappers(wrappers uuid[], new_owner text) is
'Gives unbound wrappers to another role, which may then bind them, and returns how many. Audited. For kw_client and kw_unwrap; requires the role that the wrappers belong to, or a superuser. Errors: KW003, KW100, KW101, KW102 (bound).';

-- functions/unwrap.sql

comment on function kw.unwrap(wrapper uuid) is
'Opens a wrapper and returns its data key; null for null. It never returns the key of a branch. For kw_unwrap. Errors: KW100, KW101, KW200 to KW212.';

-- functions/rewrap.sql

comment on function kw.rewrap(wrapper uuid, kms1_key_id bigint, kms2_key_id bigint) is
'Wraps the same data key again, and returns the new wrap_version. Without keys, both legs are renewed under their keys. With one key, that leg moves to it; in mode either the other leg stays as it is. Mode both always renews both. For a branch, modes and floors of its dependents must still be satisfied. For kw_admin. Errors: KW101 to KW104, KW200 to KW212.';

-- functions/rewrap_many.sql

create or replace function kw.rewrap_many(
    wrappers uuid[],
    kms1_key_id bigint default null,
    kms2_key_id bigint default null
) returns integer[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.5.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        codecs.register_error('strict', strict)
        raise
    api = GD['kwtools 0.5.0']
return api.rewrap_many(wrappers, kms1_key_id, kms2_key_id)
$function$;

comment on function kw.rewrap_many(wrappers uuid[], kms1_key_id bigint, kms2_key_id bigint) is
'Rewraps many wrappers, as kw.rewrap, and returns their wrap_versions in order. Wrappers that another transaction is changing or sharing are skipped, with null and a warning. For kw_admin. Errors: as kw.rewrap.';

grant execute on function kw.rewrap_many(wrappers uuid[], kms1_key_id bigint, kms2_key_id bigint) to kw_admin;

-- functions/relayer.sql

comment on function kw.relayer(wrapper uuid, policy text) is
'Puts a data key behind the layers of a policy (by default the wrapper''s own), and returns the new wrap_version. Layers can so be added, renewed or dropped. The data key, the mode and the keys of the legs stay; both legs are wrapped again. The policy becomes the wrapper''s policy. For a branch, modes and floors of its dependents must still be satisfied. For kw_admin. Errors: KW101 to KW104, KW200 to KW212.';

-- functions/relayer_many.sql

comment on function kw.relayer_many(wrappers uuid[], policy text) is
'Relayers many wrappers, as kw.relayer, and returns their wrap_versions in order. Wrappers that another transaction is changing or sharing are skipped, with null and a warning. For kw_admin. Errors: as kw.relayer.';

-- functions/set_wrapper_status.sql

comment on function kw.set_wrapper_status(wrapper uuid, status text) is
'Retires a wrapper, which then cannot be opened, or puts it back (active; rotated if a newer key replaced it). Returns its status. For kw_admin. Errors: KW003, KW101, KW102.';

-- functions/verify.sql

comment on function kw.verify(wrapper uuid, after bigint, most integer) is
'Opens wrappers, one or all, by each leg, and returns a row for each leg that cannot be opened. No row: all can be opened. It reads in order of id, from after on, at most most wrappers. For kw_admin and kw_operator. Errors: KW101.';

-- functions/create_kms_key.sql

comment on function kw.create_kms_key(provider text, external_key_ref text, purpose text, algorithm text, if_not_exists boolean) is
'Creates a key in a KMS, registers it and returns its id. For a provider of kind wrapper it creates a branch key, and external_key_ref names its policy. For provider local, an algorithm of class kem creates a KEM key, which seals layers. It reuses a key that a rolled-back call of this database left in a keystore. if_not_exists: if the key is already registered with this purpose and algorithm, returns its id. For a branch that is the oldest active one of the policy. A key that exists only in the KMS is registered. For kw_admin. Errors: KW003, KW101, KW102 (already exists, differs, or too deep), KW201 to KW209 (from the KMS).';

-- functions/add_kms_key.sql

comment on function kw.add_kms_key(provider text, external_key_ref text, purpose text, algorithm text, if_not_exists boolean) is
'Registers an existing key of a KMS, and returns its id. if_not_exists: if it is already registered with this purpose and, if given, this algorithm, returns its id. For kw_admin. Errors: KW003, KW101 (provider does not exist), KW102 (already exists, or differs), KW201 to KW209 (from the KMS).';

-- functions/create_kem_key.sql

comment on function kw.create_kem_key(external_key_ref text, algorithm text, sealed_by_key_id bigint, if_not_exists boolean) is
'Creates a KEM key, which seals layers, and returns its id. Its private key is stored in kw.kem_private_keys, wrapped under another KMS key or branch. Its provider is the provider of that key. (With provider local, kw.create_kms_key creates a KEM key whose private key is a file.) if_not_exists: if it is already registered with this algorithm and seal, returns its id. For kw_admin. Errors: KW003, KW101, KW102 (already exists, differs, or too deep), KW200 to KW209.';

-- functions/add_kem_key.sql

comment on function kw.add_kem_key(provider text, external_key_ref text, algorithm text, public_key bytea, if_not_exists boolean) is
'Registers a KEM key by its public key, and returns its id. This database can seal layers to it. It can open them only if its provider has the private key. if_not_exists: if the key is already registered with this algorithm and public key, returns its id. For kw_admin. Errors: KW003, KW101, KW102 (already exists, or differs).';

-- functions/set_kms_key_status.sql

comment on function kw.set_kms_key_status(kms_key_id bigint, status text) is
'Sets a KMS key active (wraps and opens), retired (opens) or disabled (neither), in every session from the next statement on. Warns if wrappers can no longer be opened. For kw_admin. Errors: KW003, KW101, KW102.';

-- functions/create_policy.sql

comment on function kw.create_policy(policy_name text, mode text, kms1_key_id bigint, kms2_key_id bigint, layers bigint[], notes text, if_not_exists boolean) is
'Creates a policy, and returns its id. Mode single requires one key; either and both require two that depend on different root keys. Calls that name no policy use the policy default. layers names KEM keys: every wrapper gets a layer of each, the first next to its data key. kw.set_policy_layers changes that. if_not_exists: if the policy already exists with this mode, keys, layers and, if given, notes, returns its id. For kw_admin. Errors: KW003, KW101, KW102 (already exists, or differs), KW103 (the mode requires independent keys).';

-- functions/add_policy_key.sql

comment on function kw.add_policy_key(policy_name text, kms_key_id bigint, priority integer, weight integer) is
'Adds a key to a policy, or changes its priority and weight. Leg 1 uses the active key of the highest priority, by weight among equals. Leg 2 uses the next. kw.create_policy gives its keys priority 2 and 1. For kw_admin. Errors: KW003, KW101.';

-- functions/set_policy_layers.sql

comment on function kw.set_policy_layers(policy_name text, min_layers integer, max_layers integer, layer_selection text, aad_template jsonb, allow_experimental boolean) is
'Sets the number of KEM layers of new wrappers of a policy, each sealed to another KEM key of the policy. kw.create_policy and kw.add_policy_key name the keys. layer_selection chooses them: defined, the highest priority first; round_robin; random, by weight; hash_mod, by the wrapper_uuid. aad_template is an object of texts that every layer binds; {wrapper}, {policy}, {class}, {layer} and {key} are filled in. For kw_admin. Errors: KW003, KW101.';

-- functions/bind_policy.sql

comment on function kw.bind_policy(entity_table text, field_name text, policy_name text) is
'Sets the policy for new bindings of a field (field null: of every field without its own policy). A notice names a table or column that does not exist. For kw_admin. Errors: KW003, KW101.';

-- functions/set_floor.sql

comment on function kw.set_floor(entity_table text, field_name text, nist_level integer) is
'Sets the NIST post-quantum category, 1 to 5, that new wrappers of a field require (field null: every field of the table). A layer of the wrapper or of a branch that it depends on gives the category, as kw.wrapper_levels shows. Null removes the floor. Existing bindings stay as they are; use kw.relayer to raise them. kw.rewrap, kw.relayer and kw.rebind cannot take a wrapper below the floor, also not through a branch. A notice names a table or column that does not exist. For kw_admin. Errors: KW003.';

-- functions/set_algorithm_status.sql

comment on function kw.set_algorithm_status(algorithm text, status text) is
'Sets the status of a KEM of kw.crypto_algorithms, by any of its names. active; deprecated: opens but makes no new layer; experimental: makes layers only for policies that allow it. For kw_admin. Errors: KW003.';

-- functions/add_provider.sql

comment on function kw.add_provider(name text, provider text, config jsonb, probe boolean, if_not_exists boolean) is
'Registers a KMS that the server''s provider file names, and returns its id. probe: connects first, and checks its credentials. if_not_exists: if it is already registered with this kind, returns its id. Kind wrapper is for branch keys and requires no entry. For kw_admin. Errors: KW003, KW101 (not in the file), KW102 (already exists, or differs), KW201 to KW209 (from the probe).';

-- functions/set_provider_enabled.sql

comment on function kw.set_provider_enabled(name text, enabled boolean) is
'Enables or disables a provider. Keys of a disabled one neither wrap nor open, in every session from the next statement on. For kw_admin. Errors: KW101.';

-- functions/declare_shared_root.sql

comment on function kw.declare_shared_root(provider text, other text) is
'Declares that two providers share a root: one who has the keys of one can open the other. Examples are keys restored or imported into both, or one that unseals the other. From the next statement on, the keys of both count as one root. Policies of mode both or either with such keys make no new wrappers; a warning names them. For kw_admin. Errors: KW003, KW101.';

-- functions/undeclare_shared_root.sql

comment on function kw.undeclare_shared_root(provider text) is
'Removes a provider from its declared shared root. Policies that were refused are accepted again. For kw_admin; requires a superuser. Errors: KW100, KW101, KW102.';

-- functions/grant_field.sql

comment on function kw.grant_field(entity_table text, field_name text, grantee name, may_read boolean, may_write boolean) is
'Lets a role and its members decrypt (may_read) or encrypt (may_write) a field (null: every field) of a table or external entity. Replaces an earlier grant. Audited. For kw_client and kw_grantor; requires the table owner, or kw_grantor for an external entity. Errors: KW003, KW100, KW101 (role does not exist).';

-- functions/revoke_field.sql

comment on function kw.revoke_field(entity_table text, field_name text, grantee name) is
'Revokes a grant of kw.grant_field, in every session from the next statement on. Audited. For kw_client and kw_grantor, as kw.grant_field. Errors: KW100, KW101 (grant does not exist).';

-- functions/list_grants.sql

comment on function kw.list_grants(entity_table text) is
'Lists the grants of an entity, or all that the caller may see. Shows the role, the table owner at the time of the grant, whether the grant is in force, and the reason if not. For kw_client (the table owner), kw_grantor (external names), kw_admin and kw_auditor (all). Errors: KW003, KW100.';

-- functions/check_kms.sql

comment on function kw.check_kms(kms_key_id bigint) is
'Probes one KMS key, or every active one, by wrapping and opening a canary. Records and returns whether it is up, degraded (slower than the setting degraded_ms) or down. After a provider does not answer, skips its other keys. Records nothing in a read-only transaction, as on a standby. For kw_admin and kw_operator. Errors: KW101 (key does not exist), KW200 (key cannot wrap).';

-- functions/check_algorithms.sql

comment on function kw.check_algorithms() is
'Runs a known-answer test of every algorithm of kw.crypto_algorithms with the libraries of the server, and returns a row for each. For kw_admin and kw_auditor.';

-- functions/doctor.sql

comment on function kw.doctor() is
'Checks the server: runtime, provider file, keystores and their keys, roles, functions and settings. Returns a row for each check. For kw_admin, kw_operator and kw_auditor.';

-- functions/set_setting.sql

comment on function kw.set_setting(name text, value integer) is
'Sets a setting. cache_seconds: how long a session keeps an opened key (default 300). cache_keys: how many keys it keeps (default 10000; 0: none). branch_grace_seconds: how long an opened branch key may be used after expiry while the KMS above it is unreachable (default 0). degraded_ms: the time after which kw.check_kms calls a key degraded (default 1000). health_days: how long it keeps its results (default 30). For kw_admin. Errors: KW003.';

-- functions/check_restore.sql

comment on function kw.check_restore() is
'Checks a restore or logical replication, and returns the results. Checks every foreign key, looks for missing rows, moves sequences past the existing rows, and enables the triggers. If everything is in order, forgets which tables were loaded without checks. For kw_admin.';

-- functions/entities_to_reclaim.sql

comment on function kw.entities_to_reclaim() is
'Lists the names whose table is not the recorded one, as after a restore, with their owners and grants. problem: why kw.reclaim_entities leaves the name out; null if it does not. For kw_admin and kw_auditor.';

-- functions/reclaim_entity.sql

comment on function kw.reclaim_entity(entity_table text) is
'Records the present table of a name, after a restore or a re-creation of the table, so that its privileges count again. Requires that the table has the recorded owner, or a superuser. Audited. For kw_admin. Errors: KW100, KW102.';

-- functions/reclaim_entities.sql

comment on function kw.reclaim_entities() is
'Re-claims every name that kw.entities_to_reclaim lists without a problem, as kw.reclaim_entity does, and returns the list. A name that another transaction is changing is skipped and listed with that problem. Checks the restore first, and re-claims nothing if it is not complete. Audited. For kw_admin. Errors: KW102.';

-- functions/confirm_grants.sql

comment on function kw.confirm_grants(entity_table text) is
'Puts grants into force again after a restore or a re-creation of the table, and returns how many. The recorded owner and grantee must have the same names now. Use kw.list_grants and kw.reclaim_entity first. Without a name: of every entity that the caller may confirm. Audited. For kw_client and kw_grantor; requires the table owner, or kw_grantor for external names. Errors: KW003, KW100.';

-- privileges.sql

do $owner$
declare
    member record;
    -- Set by an upgrade: grants that somebody made on what was there are left alone.
    before text[] := pg_catalog.string_to_array(
        pg_catalog.current_setting('kwtools.members_before', true), ' '
    );
    calls_before jsonb := coalesce(
        nullif(pg_catalog.current_setting('kwtools.calls_before', true), ''), '[]'
    )::jsonb;
    grantee pg_catalog.regrole;
    grantable boolean;
    kind text;
begin
    for member in
        select
            i.type,
            i.identity,
            p.proname,
            pg_catalog.format('%s:%s', d.classid::oid, d.objid) = any (before) as was_there,
            coalesce(c.relowner, p.proowner, t.typowner) as owner,
            coalesce(c.relacl, p.proacl, t.typacl, n.nspacl) as acl
        from pg_catalog.pg_depend d
        join pg_catalog.pg_extension e on e.oid = d.refobjid and e.extname = 'kwtools'
        left join pg_catalog.pg_class c on d.classid = 'pg_catalog.pg_class'::regclass and c.oid = d.objid
        left join pg_catalog.pg_proc p on d.classid = 'pg_catalog.pg_proc'::regclass and p.oid = d.objid
        left join pg_catalog.pg_type t on d.classid = 'pg_catalog.pg_type'::regclass and t.oid = d.objid
        left join pg_catalog.pg_namespace n on d.classid = 'pg_catalog.pg_namespace'::regclass and n.oid = d.objid
        cross join pg_catalog.pg_identify_object(d.classid, d.objid, 0) i
        where d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'e'
            and i.type in ('table', 'view', 'sequence', 'type', 'function', 'schema')
            -- Since PostgreSQL 17 row types and arrays are members, too; they follow their table or type.
            and (t.oid is null or t.typcategory <> 'A' and not exists (
                select from pg_catalog.pg_class r where r.oid = t.typrelid and r.relkind <> 'c'
            ))
    loop
        kind := replace(member.type, 'view', 'table'); -- as GRANT calls it
        -- ALTER TABLE locks a table against its readers, even if nothing changes.
        if member.type in ('table', 'view', 'type', 'function') and member.owner <> 'kw_owner'::regrole then
            execute pg_catalog.format('alter %s %s owner to kw_owner', member.type, member.identity);
        end if;
        execute pg_catalog.format('revoke all on %s %s from public', kind, member.identity);
        -- What ALTER DEFAULT PRIVILEGES of the installing role gave away.
        for grantee in
            select distinct a.grantee
            from pg_catalog.aclexplode(member.acl) a
            where member.was_there is not true and a.grantee not in (0, a.grantor) and (
                member.type <> 'function' or a.grantee not in (
                    'kw_admin'::regrole, 'kw_operator'::regrole, 'kw_client'::regrole,
                    'kw_unwrap'::regrole, 'kw_grantor'::regrole, 'kw_auditor'::regrole
                )
            )
        loop
            execute pg_catalog.format('revoke all on %s %s from %s', kind, member.identity, grantee);
        end loop;
        -- What was granted on the function that a new one of its name takes the place of.
        for grantee, grantable in
            select b.grantee, pg_catalog.bool_or(b.grantable)
            from pg_catalog.jsonb_to_recordset(calls_before) b(name text, oid oid, grantee oid, grantable boolean)
            where member.type = 'function' and member.was_there is not true and b.name = member.proname
                and not exists (select from pg_catalog.pg_proc f where f.oid = b.oid)
            group by b.grantee
        loop
            execute pg_catalog.format(
                'grant execute on function %s to %s%s',
                member.identity, grantee, case when grantable then ' with grant option' else '' end
            );
        end loop;
    end loop;
end;
$owner$;

grant select on
    kw.kms_providers, kw.kms_keys, kw.crypto_algorithms, kw.encryption_policies, kw.policy_kms_keys,
    kw.encryption_bindings, kw.binding_generations, kw.entities, kw.entity_fields, kw.field_grants,
    kw.kms_health_checks, kw.kms_health, kw.rewrap_jobs, kw.settings, kw.audit_events,
    kw.key_dependencies, kw.closed_keys, kw.key_usage, kw.installation, kw.kem_levels, kw.branch_levels,
    kw.wrapper_levels, kw.policy_layer_keys, kw.crypto_inventory, kw.algorithm_statuses, kw.loads_to_check
to kw_admin, kw_auditor;
