-- @param event: the event, `kw.audit_events.id`
-- @returns: a C2SP tlog-proof, whose `extra` is the entry
-- @example
--   select split_part(kw.audit_proof(min(id)), E'\n', 1) as proof from kw.audit_events;
create or replace function kw.audit_proof(event bigint) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.audit_proof(event)
$function$;

comment on function kw.audit_proof(event bigint) is
'Returns a proof that an event is in the log, in the newest checkpoint. It holds the entry, and an auditor verifies it offline with the verifier keys alone. Works on a standby. For kw_admin and kw_auditor. Errors: KW101 (not in the log), KW102 (no checkpoint has it yet, or its text was deleted), KW211 (the log was changed).';

grant execute on function kw.audit_proof(event bigint) to kw_admin, kw_auditor;
