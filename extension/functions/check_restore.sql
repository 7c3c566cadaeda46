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
'After a restore or a logical replication: checks every foreign key and that nothing is missing, moves sequences past the rows that are there, enables the triggers, and, where all is well, forgets which tables were loaded without checks. Returns what it found. For kw_admin.';

grant execute on function kw.check_restore() to kw_admin;
