-- @param checkpoint: a checkpoint of the log that was kept outside of the database; null: the newest one that the database has
-- @returns: one row for each row of kw that is not what the log says of it, or does not match its seal
-- @example
--   select * from kw.check_state();
create or replace function kw.check_state(checkpoint text default null) returns setof kw.seal_check
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.check_state(checkpoint)
$function$;

comment on function kw.check_state(checkpoint text) is
'Compares every sealed row of kw with the log as a checkpoint proves it, and returns the rows that were put back, deleted or added, and those that do not match their seals. No row: all are as the functions of kw left them. Without a checkpoint that was kept elsewhere, a whole database that was put back passes. For kw_admin, kw_operator and kw_auditor. Errors: KW003 (not a checkpoint of this log), KW101 (no log, or no state before the checkpoint), KW211 (the log does not continue the checkpoint).';

grant execute on function kw.check_state(checkpoint text) to kw_admin, kw_operator, kw_auditor;
