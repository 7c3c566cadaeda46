-- @returns: the root hash of the state, in hexadecimal; null: the log ends with a state
-- @example
--   select kw.append_state() is null as "is known";
create or replace function kw.append_state() returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.append_state()
$function$;

comment on function kw.append_state() is
'Appends an entry with the state of the sealed rows to the log: the root hash of their change numbers. It is the state that the events of the log have made. Refuses if rows were put back, deleted or added in another way. kw.seal_audit calls it after kw.append_audit. For kw_admin and kw_operator. Errors: KW101 (no log), KW102 (call kw.append_audit first), KW211.';

grant execute on function kw.append_state() to kw_admin, kw_operator;
