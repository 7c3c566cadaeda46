-- Last: everything belongs to kw_owner, nothing is granted to PUBLIC. The grants of functions
-- stand beside the functions.
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
            and i.type in ('table', 'view', 'sequence', 'type', 'function', 'procedure', 'schema')
            -- Since PostgreSQL 17 row types and arrays are members, too; they follow their table or type.
            and (t.oid is null or t.typcategory <> 'A' and not exists (
                select from pg_catalog.pg_class r where r.oid = t.typrelid and r.relkind <> 'c'
            ))
    loop
        kind := replace(member.type, 'view', 'table'); -- as GRANT calls it
        -- ALTER TABLE locks a table against its readers, even if nothing changes.
        if member.type in ('table', 'view', 'type', 'function', 'procedure') and member.owner <> 'kw_owner'::regrole then
            execute pg_catalog.format('alter %s %s owner to kw_owner', member.type, member.identity);
        end if;
        execute pg_catalog.format('revoke all on %s %s from public', kind, member.identity);
        -- What ALTER DEFAULT PRIVILEGES of the installing role gave away.
        for grantee in
            select distinct a.grantee
            from pg_catalog.aclexplode(member.acl) a
            where member.was_there is not true and a.grantee not in (0, a.grantor) and (
                member.type not in ('function', 'procedure') or a.grantee not in (
                    'kw_admin'::regrole, 'kw_operator'::regrole, 'kw_client'::regrole,
                    'kw_unwrap'::regrole, 'kw_grantor'::regrole, 'kw_auditor'::regrole, 'kw_signer'::regrole
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

grant usage on schema kw to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;

-- Who makes tables and functions with it. Of the type below it nobody: it takes plaintext, and USAGE allows
-- operators on it.
grant usage on type kw.ciphertext to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor;

-- Metadata for those who run the system: no wraps, no ciphertexts of keys.
grant select on
    kw.kms_providers, kw.kms_keys, kw.crypto_algorithms, kw.encryption_policies, kw.policy_kms_keys,
    kw.encryption_bindings, kw.binding_generations, kw.entities, kw.entity_fields, kw.field_grants,
    kw.kms_health_checks, kw.kms_health, kw.rewrap_jobs, kw.settings, kw.audit_events,
    kw.key_dependencies, kw.closed_keys, kw.key_usage, kw.installation, kw.kem_levels, kw.branch_levels,
    kw.wrapper_levels, kw.policy_layer_keys, kw.crypto_inventory, kw.algorithm_statuses, kw.loads_to_check,
    kw.former_wraps, kw.rewrap_progress, kw.shred_receipts, kw.signing_inventory,
    kw.deployments, kw.blind_indexes, kw.import_sources, kw.imported_wrappers, kw.generation_usage, kw.witnesses, kw.log_cosignatures,
    kw.logs, kw.log_keys, kw.log_leaves, kw.log_tiles, kw.log_checkpoints,
    kw.state_buckets, kw.protections, kw.protected_fields, kw.protected_views
to kw_admin, kw_auditor;
grant select (
    id, wrapper_uuid, kms1_key_id, kms2_key_id, crypto_suite, wrap_version, wrap1_version, wrap2_version,
    dek_class, policy_id, status, created_at, rotated_at, owner, owner_name, installation, wrap1_at, wrap2_at,
    change_no, seal
) on kw.key_wrappers to kw_admin, kw_auditor;
grant select (id, key_wrapper_id, layer_no, kms_key_id, kem_algo_id, encap_pubkey, aad, meta, created_at)
on kw.key_wrapper_layers to kw_admin, kw_auditor;
grant select (kms_key_id, sealed_by_key_id, created_at, change_no, seal) on kw.kem_private_keys to kw_admin, kw_auditor;
grant select (
    id, algo_id, name, scope, origin, public_key, kms_key_id, status, created_at, activated_at, retired_at, notes,
    compromised_at, change_no, seal
) on kw.signing_keys to kw_admin, kw_auditor;
grant select on
    kw.metric_names, kw.metric_keys, kw.key_metrics, kw.wrapper_metrics, kw.job_metrics, kw.audit_metrics,
    kw.field_metrics, kw.session_metrics, kw.metrics, kw.probe_buckets, kw.kms_probe_totals
to kw_admin, kw_auditor;
grant select on kw.kms_providers, kw.kms_keys, kw.kms_health_checks, kw.kms_health, kw.rewrap_jobs, kw.rewrap_progress to kw_operator;
