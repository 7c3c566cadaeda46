-- @param after: the primary key after which to begin, a text for each column: `position` of the call before; null: at the beginning
-- @param max_rows: how many rows are read in this call, 1 to 10000
-- @returns: what was done. `skipped` rows are held by other transactions and need another pass. `unreadable` are the keys of rows whose value was shredded or does not decrypt. `position` is null at the end of the table
-- @example
--   create table members (id bigint primary key, email bytea, email_token bytea);
--   select kw.bind('members', '*', 'email'), kw.create_index_key('members', 'email', 'email');
--   insert into members values (1, kw.encrypt_text('members', 1, 'email', 'donald@example.org'));
--   select kw.set_protected_field('members', 'email', token_column => 'email_token');
--   select filled, skipped, "position" from kw.fill_tokens('members', 'email');
-- row_security = off: rows that a policy hides raise an error, and are not left out.
create or replace function kw.fill_tokens(
    entity_table text,
    field_name text,
    after text[] default null,
    max_rows integer default 1000
) returns kw.token_batch
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
-- @typed-encoding
as $function$
@RUNTIME@
return api.fill_tokens(entity_table, field_name, after, max_rows)
$function$;

comment on function kw.fill_tokens(entity_table text, field_name text, after text[], max_rows integer) is
'Fills the tokens that rows of a protected field lack, or that are of another generation, in the order of the primary key: those of token_column, or of next_token_column while the key of the blind index is being replaced. Each value is decrypted in the server. Commit after each call. Rows that another transaction holds are left for another pass. Triggers of the table fire. For kw_client; requires the table owner, who may read the field. Errors: KW003, KW100, KW101, KW102, KW302 (no blind index), and as kw.blind_index.';

grant execute on function kw.fill_tokens(entity_table text, field_name text, after text[], max_rows integer) to kw_client;
