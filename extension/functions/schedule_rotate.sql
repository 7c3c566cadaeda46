-- @param field_name: bindings of this field; null: of every field, and of rows and the table
-- @param older_than: data keys that were made longer ago than this; null: of any age
-- @param scheduled_at: not before this time; null: at once
-- @returns: how many jobs were made
-- @example
--   select kw.schedule_rotate('users', 'email');
create or replace function kw.schedule_rotate(entity_table text, field_name text default null, older_than interval default null, scheduled_at timestamptz default null) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.schedule_rotate(entity_table, field_name, older_than, scheduled_at)
$function$;

comment on function kw.schedule_rotate(entity_table text, field_name text, older_than interval, scheduled_at timestamptz) is
'Puts a job into the queue for each data key that bindings of a table encrypt with now, to give these bindings a new one, as kw.rotate does, and returns how many. Existing ciphertexts stay readable. Audited. For kw_admin. Errors: KW003, KW101.';

grant execute on function kw.schedule_rotate(entity_table text, field_name text, older_than interval, scheduled_at timestamptz) to kw_admin;
