-- @returns: the event, `kw.audit_events.id`. Its details have `is_gone`: true if the KMS does not have the
--   key; false if it says that the key is disabled, which is all that some KMSs say of a destroyed key
-- @example
--   select kw.record_destroyed_key(id) from kw.kms_keys where external_key_ref = 'not there';
create or replace function kw.record_destroyed_key(kms_key_id bigint) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.record_destroyed_key(kms_key_id)
$function$;

comment on function kw.record_destroyed_key(kms_key_id bigint) is
'Asks the KMS for a key that was destroyed there, and records its answer as an event, so that it has a receipt. The event names the newest one of kw.record_safe_to_destroy for the key in the last 90 days. For kw_admin. Errors: KW101, KW102 (the key is active, or still works, or no key of its provider works), KW204 and others (the KMS does not answer).';

grant execute on function kw.record_destroyed_key(kms_key_id bigint) to kw_admin;
