-- It only collects: a call for each row would encrypt and bind one value at a time. STABLE, as kw._end_view().
-- It has an argument where a column is of a type whose text depends on other settings.
create or replace function kw._view_row() returns trigger
language plpgsql stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
declare
    state smallint;
    stored text;
    -- Texts that kw._typed_rows() reads alike. Pinning the settings takes longer than the rest of this function.
    is_plain boolean := tg_nargs = 0 and current_setting('datestyle') like 'ISO%'
        and current_setting('intervalstyle') <> 'sql_standard' and current_setting('extra_float_digits')::int > 0;
begin
    if is_plain then
        state := kw._collect_row(
            tg_relid, tg_op,
            case when tg_op <> 'INSERT' then old::text end, case when tg_op <> 'DELETE' then new::text end
        );
    elsif tg_op = 'INSERT' then
        state := kw._collect_row(tg_relid, tg_op, null, kw._row_text(new));
    elsif tg_op = 'UPDATE' then
        state := kw._collect_row(tg_relid, tg_op, kw._row_text(old), kw._row_text(new));
    else
        state := kw._collect_row(tg_relid, tg_op, kw._row_text(old), null);
    end if;
    if state > 0 then
        stored := kw._write_rows(tg_relid, tg_op);
        if state > 1 and stored is null then
            return null;
        elsif state > 1 and tg_op <> 'DELETE' then
            execute format(
                'select * from kw._typed_rows(null::%I.%I, array[$1])', tg_table_schema, tg_table_name
            ) into new using stored;
        end if;
    end if;
    if tg_op = 'DELETE' then
        return old;
    end if;
    return new;
end;
$function$;

comment on function kw._view_row() is
'Trigger of protected views: collects a row for the end of the statement. Internal. Errors: as kw._end_view().';

grant execute on function kw._view_row() to kw_client, kw_grantor;
