-- The settings of kw._row_text().
create or replace function kw._typed_rows(sample anyelement, texts text[]) returns setof anyelement
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
-- @typed-encoding
as $function$
begin
    return query execute format(
        'select (t.one).* from ('
        'select u.one::%s as one from unnest($1) with ordinality as u(one, n) order by u.n offset 0'
        ') t',
        pg_typeof(sample)
    ) using texts;
end;
$function$;

comment on function kw._typed_rows(sample anyelement, texts text[]) is
'Returns the rows that kw._row_text() made texts of, in order. Internal: for protected views. Errors: none.';

grant execute on function kw._typed_rows(sample anyelement, texts text[]) to kw_client;
