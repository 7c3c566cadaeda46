-- SECURITY DEFINER: the way to the key tables for what only reads. As kw._as_owner(), and STABLE, so
-- that its queries run with the snapshot that the runtime makes active: one of now.
create or replace function kw._read_as_owner() returns void
language plpython3u stable parallel unsafe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
set quote_all_identifiers = off
as $function$
@RUNTIME@
return api.run_pending_reading()
$function$;

comment on function kw._read_as_owner() is
'Runs the work that the runtime prepared, as the owner of the key tables. It reads the present state, whatever the snapshot of the transaction. Internal: refuses a direct call. Errors: KW001.';

grant execute on function kw._read_as_owner() to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;
