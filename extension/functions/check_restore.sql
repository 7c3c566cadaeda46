-- @returns: one row for each check
-- @example
--   select * from kw.check_restore();
create or replace function kw.check_restore() returns setof kw.doctor_result
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.check_restore()
$function$;

comment on function kw.check_restore() is
'Checks a restore or logical replication, and returns the results. Checks every foreign key, looks for missing rows, moves sequences past the existing rows, and enables the triggers. If everything is in order, forgets which tables were loaded without checks. If the rows are sealed, also says how to find what the restore lost. For kw_admin.';

grant execute on function kw.check_restore() to kw_admin;
