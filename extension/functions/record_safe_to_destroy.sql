-- @param timeout_seconds: how long to wait for wraps in flight
-- @returns: what `kw.safe_to_destroy` returns, and a row `recorded`, which names the event
-- @example
--   select "check", ok from kw.record_safe_to_destroy(1) where "check" in ('safe to destroy', 'recorded');
create or replace function kw.record_safe_to_destroy(kms_key_id bigint, timeout_seconds double precision default 10) returns setof kw.destroy_check
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.record_safe_to_destroy(kms_key_id, timeout_seconds)
$function$;

comment on function kw.record_safe_to_destroy(kms_key_id bigint, timeout_seconds double precision) is
'Answers as kw.safe_to_destroy does, and records the answer with its evidence as an event, so that it has a receipt. Call it in a transaction of its own: a transaction that has made changes gets no yes. For kw_admin. Errors: KW003, KW101.';

grant execute on function kw.record_safe_to_destroy(kms_key_id bigint, timeout_seconds double precision) to kw_admin;
