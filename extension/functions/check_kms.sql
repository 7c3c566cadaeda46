-- @returns: one row for each key that was probed
-- @example
--   select provider, status, error from kw.check_kms(1);
create or replace function kw.check_kms(kms_key_id bigint default null) returns setof kw.kms_check_result
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.check_kms(kms_key_id)
$function$;

comment on function kw.check_kms(kms_key_id bigint) is
'Probes one KMS key, or every active one, by wrapping and opening a canary; records and returns whether it is up, degraded (slower than the setting degraded_ms) or down. A provider that cannot be reached is not asked for its other keys. In a read-only transaction, as on a standby, nothing is recorded. For kw_admin and kw_operator. Errors: KW101 (no such key), KW200 (it may not wrap).';

grant execute on function kw.check_kms(kms_key_id bigint) to kw_admin, kw_operator;
