-- @param policy: the policy of the next keys; null: that of the field, else `default`
-- @returns: the generation of the next keys
-- @example
--   select kw.rotate_index_key('users', 'email');
--   alter table users add column email_token_next bytea;
--   update users
--   set email_token_next = kw.blind_index('users', 'email', kw.decrypt_text('users', id, 'email', email), next_key => true);
--   create unique index on users (email_token_next);
--   alter table users add constraint email_has_next check (email_token is null or email_token_next is not null);
create or replace function kw.rotate_index_key(entity_table text, field_name text, policy text default null) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.rotate_index_key(entity_table, field_name, policy)
$function$;

comment on function kw.rotate_index_key(entity_table text, field_name text, policy text) is
'Begins to replace the keys of all blind indexes of a field, and returns the next generation. Until kw.finish_index_rotation, kw.blind_index goes on with the present keys, and with next_key => true it uses the next ones. Have writers fill a second column of tokens from now on, and fill the rest in batches. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW101, KW102 (already being replaced; the column is being protected; the trigger of kw.protect has no column for the next tokens), KW104, KW302 (no blind index), KW200 to KW209.';

grant execute on function kw.rotate_index_key(entity_table text, field_name text, policy text) to kw_client;
