-- @param field_name: the column, or another name; null: the row as a whole
-- @returns: the wrapper
-- @example
--   select kw.lookup('users', 1, 'notes') <> kw.lookup('users', 2, 'notes') as own_wrappers,
--       kw.lookup('users', 1, 'email') = kw.lookup('users', 2, 'email') as one_for_the_column;
-- @overload entity_pk: text bigint uuid
create or replace function kw.lookup(entity_table text, entity_pk text, field_name text default null) returns uuid
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.lookup(entity_table, entity_pk, field_name)
$function$;

comment on function kw.lookup(entity_table text, entity_pk text, field_name text) is
'Returns the wrapper of the most specific binding (cell, row, column, table) that covers a cell; null if none does. For kw_client; requires SELECT on the column or a grant. Errors: KW003, KW100, KW301 (shredded).';

grant execute on function kw.lookup(entity_table text, entity_pk text, field_name text) to kw_client;
