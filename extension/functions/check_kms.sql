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
'Probes one KMS key, or every active one, by wrapping and opening a canary. Records and returns whether it is up, degraded (slower than the setting degraded_ms) or down. After a provider does not answer, skips its other keys. Records nothing in a read-only transaction, as on a standby. For kw_admin and kw_operator. Errors: KW101 (key does not exist), KW200 (key cannot wrap).';

grant execute on function kw.check_kms(kms_key_id bigint) to kw_admin, kw_operator;
