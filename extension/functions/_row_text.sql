-- Pinned settings, so that reading the text gives the same row in every session.
create or replace function kw._row_text(one_row anyelement) returns text
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
-- @typed-encoding
as $function$
begin
    return one_row::text;
end;
$function$;

comment on function kw._row_text(one_row anyelement) is
'Returns a row as text that every session reads alike. Internal: for protected views. Errors: none.';

grant execute on function kw._row_text(one_row anyelement) to kw_client;
