-- The settings of kw._row_text().
create or replace function kw._typed_rows(sample anyelement, texts text[]) returns setof anyelement
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
-- @typed-encoding
as $function$
declare
    one text;
begin
    foreach one in array texts loop
        sample := one;
        return next sample;
    end loop;
end;
$function$;

comment on function kw._typed_rows(sample anyelement, texts text[]) is
'Returns the rows that kw._row_text() made texts of, in order. Internal: for protected views. Errors: none.';

grant execute on function kw._typed_rows(sample anyelement, texts text[]) to kw_client;
