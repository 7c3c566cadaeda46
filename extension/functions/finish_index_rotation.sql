-- @param token_column: the column of the present tokens
-- @param next_column: the column of the tokens by the next keys
-- @param max_wait_seconds: how long to wait for older transactions and snapshots
-- @param ignore_standbys: whether to go on even if a standby could still show older rows
-- @returns: how many keys were put in force
-- @example
--   select kw.finish_index_rotation('users', 'email', 'email_token', 'email_token_next', max_wait_seconds => 0);
--   alter table users drop column email_token_next;
--   select id from users where email_token = kw.blind_index('users', 'email', 'donald@example.org');
-- It reads and alters the table as the caller. row_security = off: rows that a policy hides raise an error, and are not left out.
create or replace function kw.finish_index_rotation(
    entity_table text,
    field_name text,
    token_column text,
    next_column text,
    max_wait_seconds integer default 60,
    ignore_standbys boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set jit = off
as $function$
@RUNTIME@
return api.finish_index_rotation(entity_table, field_name, token_column, next_column, max_wait_seconds, ignore_standbys)
$function$;

comment on function kw.finish_index_rotation(entity_table text, field_name text, token_column text, next_column text, max_wait_seconds integer, ignore_standbys boolean) is
'Puts the next keys of a field in force, and returns how many. It requires a validated constraint check (token_column is null or next_column is not null), checks the generation of the tokens, waits until no transaction, snapshot or standby is older, exchanges the names of the two columns, has views that name them show the new columns, and destroys the earlier keys, all in one transaction. A query that asks kw.blind_index in the statement finds every row before, meanwhile and after. Writers that fill both columns go on. Call it alone in its transaction. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102 (not being replaced, rows without a next token, other objects depend on the columns), 55P03 (an older transaction or snapshot remains; it is named).';

grant execute on function kw.finish_index_rotation(entity_table text, field_name text, token_column text, next_column text, max_wait_seconds integer, ignore_standbys boolean) to kw_client;
