-- @param field_name: the field; null: every field of the table that has no setting of its own
-- @param reads: none, keys or statements; null: as the table, then setting read_audit says
-- @example
--   select kw.set_read_audit('users', 'remarks', 'statements');
create or replace function kw.set_read_audit(entity_table text, field_name text, reads text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.set_read_audit(entity_table, field_name, reads)
$function$;

comment on function kw.set_read_audit(entity_table text, field_name text, reads text) is
'Sets which reads of a field are audited (field null: of every field of the table without its own setting). none: no reads. keys: raw data keys that leave the server (kw.unwrap) are lines in the server log. statements: each statement that decrypts or looks up values, or unwraps data keys, also writes one audit event at commit, with the role, the field, the function and how many values and bindings it read. Then reads require a transaction that can write (KW106). Null: as the table says, then setting read_audit. A notice names a table or column that does not exist. For kw_admin. Errors: KW003.';

grant execute on function kw.set_read_audit(entity_table text, field_name text, reads text) to kw_admin;
