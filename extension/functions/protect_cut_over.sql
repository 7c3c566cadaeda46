-- @param column_name: the column
-- @param old_key: of a takeover, where values were written since the backfill: the key of that tool, as `key` of `kw.takeover_many`. Give it as a bind parameter. Nothing stores it
-- @example
--   select kw.protect_cut_over('patients', 'phone');
--   select id, kw.decrypt_text('patients', id, 'phone', phone) as phone from patients order by id;
-- row_security = off: of a takeover it reads rows, and those that a policy hides raise an error.
create or replace function kw.protect_cut_over(
    entity_table text,
    column_name text,
    old_key bytea default null
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set lock_timeout = '200ms'
set row_security = off
as $function$
@RUNTIME@
return api.protect_cut_over(entity_table, column_name, old_key)
$function$;

comment on function kw.protect_cut_over(entity_table text, column_name text, old_key bytea) is
'Gives the name of a verified column to the encrypted one: from now on writers encrypt. With shown_by => view a protected view takes the name of the table as well, so that readers and writers go on with plaintext; the table is then named with _protected at its end. A trigger keeps the plaintext in step until kw.protect_contract, so that kw.protect_undo loses nothing. If it is cut over, does nothing. Of a takeover it encrypts the last values, 500 at most, under its lock, and a trigger empties the old value of a ciphertext that changes. Locks the table for milliseconds; of a takeover while it reads the table for those values. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW101, KW102, KW300, 55P03 while older transactions could still need the plaintext.';

grant execute on function kw.protect_cut_over(entity_table text, column_name text, old_key bytea) to kw_client;
