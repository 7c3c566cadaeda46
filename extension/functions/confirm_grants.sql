-- @param entity_table: the table or external name; null: every one that the caller may change
-- @returns: how many grants count again
-- @example
--   select kw.confirm_grants('users');
create or replace function kw.confirm_grants(entity_table text default null) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.confirm_grants(entity_table)
$function$;

comment on function kw.confirm_grants(entity_table text) is
'Lets grants count again after a restore or a re-creation of the table, where the owner and the grantee that were recorded are the same by name, and returns how many. kw.list_grants shows them first; kw.reclaim_entity comes before. Without a name: of every entity that the caller may. Audited. For kw_client and kw_grantor; requires the owner of the table, for external names kw_grantor. Errors: KW003, KW100.';

grant execute on function kw.confirm_grants(entity_table text) to kw_client, kw_grantor;
