-- @param wrapper: the wrapper, `kw.key_wrappers.wrapper_uuid`
-- @param event: an event that changed it, `kw.audit_events.id`; null: the one that shredded it
-- @returns: the receipt, as [format.md](format.md#receipts-of-one-wrapper) has it
-- @example
--   select split_part(kw.audit_receipt(wrapper_uuid::uuid), ' ', 1) as receipt
--   from kw.shred_receipts where entity_pk = '11';
create or replace function kw.audit_receipt(wrapper uuid, event bigint default null) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.audit_receipt(wrapper, event)
$function$;

comment on function kw.audit_receipt(wrapper uuid, event bigint) is
'Returns a receipt of one wrapper: what an event of the log says of it, and the proof of the event as kw.audit_proof returns it. An auditor verifies it offline with the verifier keys alone: kwtools receipt verify. It proves which wraps were destroyed if the event is a shred, and which change numbers the row had if the event has sealed changes. Works on a standby. For kw_admin and kw_auditor. Errors: KW101 (not shredded, not in the log, or another wrapper), KW102 (no checkpoint has it yet, or its text was deleted), KW211 (tables were changed).';

grant execute on function kw.audit_receipt(wrapper uuid, event bigint) to kw_admin, kw_auditor;
