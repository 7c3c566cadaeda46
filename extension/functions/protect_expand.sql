-- @param column_name: the column
-- @param key_scope: what a data key covers: `column`, `table`, `row` or `cell`
-- @param shown_by: what has the name of the column after cut over: `column`: the encrypted column; `view`: a protected view that takes the name of the table
-- @param search: `equality`: adds a column of tokens and a blind index; null: neither
-- @param normaliser: of the blind index ([format.md](format.md#blind-indexes))
-- @returns: the id of the protection
-- @example
--   select kw.protect_expand('patients', 'phone') > 0 as is_expanded;
--   insert into patients values (3, '+1 212 345');
create or replace function kw.protect_expand(
    entity_table text,
    column_name text,
    key_scope text default 'column',
    policy text default null,
    shown_by text default 'column',
    search text default null,
    normaliser text default 'raw'
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set lock_timeout = '200ms'
set row_security = off
as $function$
@RUNTIME@
return api.protect_expand(entity_table, column_name, key_scope, policy, shown_by, search, normaliser)
$function$;

comment on function kw.protect_expand(entity_table text, column_name text, key_scope text, policy text, shown_by text, search text, normaliser text) is
'Begins to protect a column: binds a data key, adds the encrypted column, and a trigger that encrypts what is written from now on; with search => equality also the key of a blind index, and a column and a trigger for its tokens. If the protection has begun or is complete, does nothing. Refused (KW102) if kw.plan_protection has obstacles. Locks the table for milliseconds, and gives up its place among those who wait every 0.2 seconds. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102, and as kw.bind and kw.create_index_key.';

grant execute on function kw.protect_expand(entity_table text, column_name text, key_scope text, policy text, shown_by text, search text, normaliser text) to kw_client;
