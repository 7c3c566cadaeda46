-- @param max_wait_seconds: how long to wait for calls in progress
-- @example
--   select kw.seal_deployment();
--   select key_no, phase from kw.deployments;
create or replace function kw.seal_deployment(max_wait_seconds integer default 60) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.seal_deployment(max_wait_seconds)
$function$;

comment on function kw.seal_deployment(max_wait_seconds integer) is
'Ends the adoption, or the replacement of the deployment key: from then on a row of kw without a seal by the key in force is refused. It waits for the calls in progress, which could write such rows. After a replacement it reseals the rows that are left, and destroys the wrappers of earlier keys. Audited. For kw_admin; requires a superuser. Errors: KW003, KW100, KW101 (no deployment), KW102 (rows that are not sealed, or not resealed), KW209, KW211 (a row that does not match its seal), 55P03 (a transaction is still in progress; it is named).';

grant execute on function kw.seal_deployment(max_wait_seconds integer) to kw_admin;
