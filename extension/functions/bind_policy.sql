-- @param field_name: the field; null: every field that has no policy of its own
-- @param policy_name: the policy of new bindings
-- @example
--   select kw.bind_policy('users', 'remarks', 'layered');
create or replace function kw.bind_policy(entity_table text, field_name text, policy_name text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.bind_policy(entity_table, field_name, policy_name)
$function$;

comment on function kw.bind_policy(entity_table text, field_name text, policy_name text) is
'Sets the policy for new bindings of a field (field null: of every field without its own policy). A notice names a table or column that does not exist. For kw_admin. Errors: KW003, KW101.';

grant execute on function kw.bind_policy(entity_table text, field_name text, policy_name text) to kw_admin;
