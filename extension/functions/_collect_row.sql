-- As kw._view_row(), it has no search_path of its own: the runtime qualifies every name.
create or replace function kw._collect_row(
    view_id oid, old_row text, new_row text, is_pinned boolean
) returns smallint
language plpython3u stable parallel unsafe
as $function$
@RUNTIME@
return api.collect_row(view_id, old_row, new_row, is_pinned)
$function$;

comment on function kw._collect_row(view_id oid, old_row text, new_row text, is_pinned boolean) is
'Keeps a row of a statement on a protected view. Returns 1 if the rows must be written now, 2 if each row is, else null; 0 if it must be called again with texts that were made under pinned settings. Internal: refuses a direct call. Errors: KW001.';

grant execute on function kw._collect_row(view_id oid, old_row text, new_row text, is_pinned boolean) to kw_client;
