-- @param timeout_seconds: how long to wait for wraps in flight
-- @returns: the answer (`safe to destroy`), then one row for each check. `ok` is null where no query can
--   see: backups, WAL, dumps, replicas and other databases. Wraps under the key existed until
--   `compare_with`; null: no wrap under it is recorded
-- @example
--   select "check", ok from kw.safe_to_destroy(1) where not ok;
create or replace function kw.safe_to_destroy(kms_key_id bigint, timeout_seconds double precision default 10) returns setof kw.destroy_check
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.safe_to_destroy(kms_key_id, timeout_seconds)
$function$;

comment on function kw.safe_to_destroy(kms_key_id bigint, timeout_seconds double precision) is
'Answers whether a KMS key can be destroyed in its KMS, with the evidence. It waits until the transactions that may have wrapped under the key have ended; if they do not end in time, it answers no and names them. It takes no lock. A key that is active, or that anything needs, is not safe to destroy. For kw_admin. Errors: KW003, KW101.';

grant execute on function kw.safe_to_destroy(kms_key_id bigint, timeout_seconds double precision) to kw_admin;
