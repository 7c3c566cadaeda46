-- @param field_name: the field of the grant; null: the grant of every field
-- @param grantee: the role of the grant
-- @example
--   select kw.revoke_field('users', 'email', 'mailer');
create or replace function kw.revoke_field(entity_table text, field_name text, grantee name) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.revoke_field(entity_table, field_name, grantee)
$function$;

comment on function kw.revoke_field(entity_table text, field_name text, grantee name) is
'Revokes a grant of kw.grant_field, in every session from the next statement on. Audited. For kw_client and kw_grantor, as kw.grant_field. Errors: KW100, KW101 (grant does not exist).';

grant execute on function kw.revoke_field(entity_table text, field_name text, grantee name) to kw_client, kw_grantor;
