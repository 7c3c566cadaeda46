-- @param field_name: the field whose generations are retired; null: those of the bindings of the table and of whole rows
-- @param max_wait_seconds: how long to wait for older transactions and snapshots
-- @param ignore_standbys: whether to retire even if a standby could still read the old ciphertexts
-- @returns: how many wrappers were retired
-- @example
--   update users set email = kw.reencrypt('users', id, 'email', email);
--   select kw.retire_generations('users', 'email', max_wait_seconds => 0);
--   select state, generation, wrapper_status, values from kw.field_generations('users', 'email');
-- It reads the table as the caller. row_security = off: rows that a policy hides raise an error, and are not left out.
create or replace function kw.retire_generations(
    entity_table text,
    field_name text,
    max_wait_seconds integer default 60,
    ignore_standbys boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set jit = off
as $function$
@RUNTIME@
return api.retire_generations(entity_table, field_name, max_wait_seconds, ignore_standbys)
$function$;

comment on function kw.retire_generations(entity_table text, field_name text, max_wait_seconds integer, ignore_standbys boolean) is
'Retires the wrappers of earlier generations that no value uses any more, and returns how many. It looks for ciphertexts in every bytea column of the table, waits until every transaction, snapshot, prepared transaction and standby that could hold an older one has gone, and looks again. A notice counts the generations that are left: values use them, or their wrapper has other bindings. An admin can put a retired wrapper back with kw.set_wrapper_status. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102 (not a table, a standby without hot_standby_feedback, generations that changed meanwhile), 55P03 (an older transaction or snapshot remains; it is named).';

grant execute on function kw.retire_generations(entity_table text, field_name text, max_wait_seconds integer, ignore_standbys boolean) to kw_client;
