create or replace function kw._guard_leaf() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    raise exception 'entry % of log % cannot change in this way', old.leaf_index, old.log_id
        using errcode = 'KW102',
        detail = 'Of an entry only its text may be deleted, by setting audit_days.';
end;
$function$;

comment on function kw._guard_leaf() is
'Trigger: refuses changes of entries of the log, except that retention deletes their text. Internal. Errors: KW102.';
