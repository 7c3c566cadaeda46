-- It only collects: a call for each row would encrypt and bind one value at a time. STABLE, as kw._end_view().
-- It has an argument where a column is of a type whose text depends on settings that kw._collect_row() does not look at.
-- To set a search_path would take as long as the rest of this function: so every name and operator is qualified.
create or replace function kw._view_row() returns trigger
language plpgsql stable parallel unsafe
as $function$
declare
    state pg_catalog.int2;
    stored pg_catalog.text;
begin
    -- The texts under the settings in force: most often kw._typed_rows() reads them alike.
    state := kw._collect_row(
        tg_relid, old::pg_catalog.text, new::pg_catalog.text,
        case when tg_nargs operator(pg_catalog.=) 1 then false end
    );
    if state is not null then
        if state operator(pg_catalog.=) 0 then
            state := kw._collect_row(tg_relid, kw._row_text(old), kw._row_text(new), true);
        end if;
        if state operator(pg_catalog.>) 0 then
            stored := kw._write_rows(tg_relid, tg_op);
        end if;
        if state operator(pg_catalog.=) 2 and stored is null then
            return null;
        elsif state operator(pg_catalog.=) 2 and tg_op operator(pg_catalog.<>) 'DELETE' then
            execute pg_catalog.format(
                'select * from kw._typed_rows(null::%I.%I, array[$1])', tg_table_schema, tg_table_name
            ) into new using stored;
            return new;
        end if;
    end if;
    -- The row of a DELETE has no new values.
    return coalesce(new, old);
end;
$function$;

comment on function kw._view_row() is
'Trigger of protected views: collects a row for the end of the statement. Internal. Errors: as kw._end_view().';

grant execute on function kw._view_row() to kw_client, kw_grantor;
