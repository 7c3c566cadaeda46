-- @param policy: the policy by which the deployment key is wrapped; null: `default`
-- @returns: `kw.deployments.deployment_uuid`
-- @example
--   select kw.create_deployment() is not null as is_made;
create or replace function kw.create_deployment(policy text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.create_deployment(policy)
$function$;

comment on function kw.create_deployment(policy text) is
'Creates the deployment key of this database and returns the deployment_uuid. From then on every change of a row of kw is sealed with it, and kw.seal_rows seals the rows of before. Audited. For kw_admin; requires a superuser. Errors: KW100, KW101 (no such policy), KW102 (exists), KW104, KW200 to KW209.';

grant execute on function kw.create_deployment(policy text) to kw_admin;
