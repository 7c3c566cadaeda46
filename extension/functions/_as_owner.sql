-- SECURITY DEFINER: the way to the key tables for what writes or locks rows. It runs only what the
-- runtime has just left in this session's memory, and refuses when it finds nothing, as every call by
-- hand does. Generic plans, since "= any ($1)" with few elements would else be planned at every call;
-- they are made once, so none may depend on how small a table was then: no sequential scans.
-- Names are compared as they were recorded: never all of them quoted. A limit of waiting, since the
-- transaction that holds a lock may be anybody's and never end.
create or replace function kw._as_owner() returns void
language plpython3u volatile parallel unsafe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
set quote_all_identifiers = off
set lock_timeout = '5s'
as $function$
@RUNTIME@
return api.run_pending()
$function$;

comment on function kw._as_owner() is
'Runs the work that the runtime prepared, as the owner of the key tables. Internal: refuses a direct call. Errors: KW001.';

grant execute on function kw._as_owner() to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;
