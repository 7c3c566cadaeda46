-- @param policy: the policy by which the new deployment key is wrapped; null: `default`
-- @param lost: whether the key in force is lost: then rows are taken as they are
-- @param reason: why, for the audit; required with lost
-- @returns: the phase of the new key: `next` while the provider file does not list its commitment, `replacing`, or `recovering` with lost
-- @example
--   select kw.replace_deployment_key();
--   select resealed > 0 as has_resealed from kw.reseal_rows();
--   select kw.seal_deployment();
--   select key_no, phase from kw.deployments order by key_no;
create or replace function kw.replace_deployment_key(
    policy text default null,
    lost boolean default false,
    reason text default null
) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.replace_deployment_key(policy, lost, reason)
$function$;

comment on function kw.replace_deployment_key(policy text, lost boolean, reason text) is
'Creates a new deployment key and puts it in force, and returns its phase. Where the provider file pins commitments, the key waits in phase next until its own is listed, and another call puts it in force. From then on every change is sealed with it; rows sealed by the key before are accepted until kw.seal_deployment ends the replacement. kw.reseal_rows reseals them. During a replacement it changes nothing and returns the phase. With lost, for a key that can no longer be opened, rows are resealed as they are; no pin may list commitments or say sealed meanwhile. Audited, and always in the server log. For kw_admin; requires a superuser. Errors: KW003, KW100, KW101 (no deployment), KW102 (the adoption has not ended, or the key is not lost or pinned), KW104, KW200 to KW209, KW211.';

grant execute on function kw.replace_deployment_key(policy text, lost boolean, reason text) to kw_admin;
