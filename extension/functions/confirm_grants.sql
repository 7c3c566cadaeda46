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
'Puts grants into force again after a restore or a re-creation of the table, and returns how many. The recorded owner and grantee must have the same names now. Use kw.list_grants and kw.reclaim_entity first. Without a name: of every entity that the caller may confirm. Audited. For kw_client and kw_grantor; requires the table owner, or kw_grantor for external names. Errors: KW003, KW100.';

grant execute on function kw.confirm_grants(entity_table text) to kw_client, kw_grantor;
