-- @param field_name: the field; null: every field of the table
-- @param nist_level: the lowest category, 1 to 5; null removes the requirement
-- @example
--   select kw.set_floor('users', 'remarks', 3);
--   select kw.bind('users', 4, 'remarks', policy => 'default');
create or replace function kw.set_floor(entity_table text, field_name text, nist_level integer) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.set_floor(entity_table, field_name, nist_level)
$function$;

comment on function kw.set_floor(entity_table text, field_name text, nist_level integer) is
'Sets the NIST post-quantum category, 1 to 5, that new wrappers of a field require (field null: every field of the table). A layer of the wrapper or of a branch that it depends on gives the category, as kw.wrapper_levels shows. Null removes the floor. Existing bindings stay as they are; use kw.relayer to raise them. kw.rewrap, kw.relayer and kw.rebind cannot take a wrapper below the floor, also not through a branch. A notice names a table or column that does not exist. For kw_admin. Errors: KW003.';

grant execute on function kw.set_floor(entity_table text, field_name text, nist_level integer) to kw_admin;
