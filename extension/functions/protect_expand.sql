-- @param column_name: the column
-- @param key_scope: what a data key covers: `column`, `table`, `row` or `cell`
-- @returns: the id of the protection
-- @example
--   select kw.protect_expand('patients', 'phone') > 0 as is_expanded;
--   insert into patients values (3, '+1 212 345');
create or replace function kw.protect_expand(entity_table text, column_name text, key_scope text default 'column', policy text default null) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set lock_timeout = '200ms'
as $function$
@RUNTIME@
return api.protect_expand(entity_table, column_name, key_scope, policy)
$function$;

comment on function kw.protect_expand(entity_table text, column_name text, key_scope text, policy text) is
'Begins to protect a column: binds a data key, adds the encrypted column, and a trigger that encrypts what is written from now on. If the protection has begun or is complete, does nothing. Refused (KW102) if kw.plan_protection has obstacles. Locks the table for milliseconds, and gives up its place among those who wait every 0.2 seconds. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102, and as kw.bind.';

grant execute on function kw.protect_expand(entity_table text, column_name text, key_scope text, policy text) to kw_client;
