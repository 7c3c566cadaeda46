-- @param status: `active`, `retired` or `disabled`
-- @example
--   select kw.set_kms_key_status(id, 'retired') from kw.kms_keys where external_key_ref = 'users-4';
--   select external_key_ref, status from kw.kms_keys where external_key_ref like 'users-%' order by id;
create or replace function kw.set_kms_key_status(kms_key_id bigint, status text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.set_kms_key_status(kms_key_id, status)
$function$;

comment on function kw.set_kms_key_status(kms_key_id bigint, status text) is
'Sets a KMS key active (wraps and opens), retired (opens) or disabled (neither), in every session from the next statement on. Warns if wrappers can no longer be opened. For kw_admin. Errors: KW003, KW101, KW102.';

grant execute on function kw.set_kms_key_status(kms_key_id bigint, status text) to kw_admin;
