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
'Says that new wrappers of a field (null: of every field of the table) need that NIST post-quantum category at least, 1 to 5, by a layer of their own or of a branch that they depend on, as kw.wrapper_levels counts it; null takes the floor away. What is bound already stays as it is, and kw.relayer brings it up; what reaches it is not taken below it by kw.rewrap or kw.relayer, of a branch above neither, and nothing below it is moved there by kw.rebind. A notice tells of a table or column that does not exist. For kw_admin. Errors: KW003.';

grant execute on function kw.set_floor(entity_table text, field_name text, nist_level integer) to kw_admin;
