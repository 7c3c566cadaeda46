-- @param column_name: the column
-- @param discard_newer: of a takeover, lose the values that only kwtools has encrypted
-- @example
--   create table doctors (id bigint primary key, phone text);
--   select kw.protect_expand('doctors', 'phone') > 0 as is_expanded;
--   select kw.protect_undo('doctors', 'phone');
-- row_security = off: of a takeover it reads rows, and those that a policy hides raise an error.
create or replace function kw.protect_undo(
    entity_table text,
    column_name text,
    discard_newer boolean default false
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set lock_timeout = '200ms'
set row_security = off
as $function$
@RUNTIME@
return api.protect_undo(entity_table, column_name, discard_newer)
$function$;

comment on function kw.protect_undo(entity_table text, column_name text, discard_newer boolean) is
'Takes a protection back in any phase before kw.protect_contract: the column has its name, its values and its defaults again, and the encrypted column and the triggers are dropped. What was written meanwhile stays. Of a takeover it is refused (KW102) while values exist only encrypted by kwtools, unless discard_newer is true. The binding of the data key stays, too. Locks the table for milliseconds. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW101, KW102.';

grant execute on function kw.protect_undo(entity_table text, column_name text, discard_newer boolean) to kw_client;
