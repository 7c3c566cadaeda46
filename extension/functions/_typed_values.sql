-- The typed encoding of docs/format.md: the text form of a value under these settings.
create or replace function kw._typed_values(statement text, old_rows text[], new_rows text[]) returns text[]
language plpgsql stable parallel unsafe
set search_path = pg_catalog, pg_temp
-- @typed-encoding
as $function$
declare
    found text[];
begin
    execute statement into found using old_rows, new_rows;
    return found;
end;
$function$;

comment on function kw._typed_values(statement text, old_rows text[], new_rows text[]) is
'Runs a query of a protected view under the settings of the typed encoding, with the rights of the caller. Internal. Errors: those of the query.';

grant execute on function kw._typed_values(statement text, old_rows text[], new_rows text[]) to kw_client;
