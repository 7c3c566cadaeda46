-- @param max_events: how many events to append at most, 1 to 100000
-- @returns: how many were appended; 0: none is left
-- @example
--   select kw.append_audit(5);
create or replace function kw.append_audit(max_events integer default 10000) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.append_audit(max_events)
$function$;

comment on function kw.append_audit(max_events integer) is
'Appends committed events that are not in the log yet, in order of id, and returns how many. An event that commits after one of a higher id is appended later. Writers of events never wait for it. It signs nothing: kw.seal_audit calls it and kw.sign_checkpoint, each in a transaction. For kw_admin and kw_operator. Errors: KW003, KW101 (no log), KW211 (the log was changed).';

grant execute on function kw.append_audit(max_events integer) to kw_admin, kw_operator;
