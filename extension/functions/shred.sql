-- @param entity_pk: the key that is bound; `*`: every row
-- @param field_name: the field that is bound; null: every field
-- @param whole: must be true to shred a binding of every row (`*`)
-- @param shared: whether to destroy data keys that other bindings share, for these too
-- @returns: how many data keys were destroyed
-- @example
--   update users set remarks = kw.encrypt_text('users', 2, 'remarks', 'in confidence') where id = 2;
--   select kw.shred('users', 2, 'remarks');
--   select kw.decrypt_text('users', 2, 'remarks', remarks) from users where id = 2;
-- @overload entity_pk: text bigint uuid
create or replace function kw.shred(
    entity_table text,
    entity_pk text,
    field_name text default null,
    whole boolean default false,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.shred(entity_table, entity_pk, field_name, whole, shared)
$function$;

comment on function kw.shred(entity_table text, entity_pk text, field_name text, whole boolean, shared boolean) is
'Destroys the data keys of a binding, their earlier generations and those of every binding beneath it, and returns how many. The ciphertext that remains cannot be decrypted, and no wider binding replaces the key. The binding of every row (*) requires whole => true. A key that other bindings share is refused, or with shared => true destroyed for them too. A key that a table of another owner had first stays. Narrower bindings that another transaction is changing are closed: a warning names them, and a second call destroys their keys. Permanent only when backups, WAL and replicas with the wraps have expired. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102, KW301, KW302.';

grant execute on function kw.shred(entity_table text, entity_pk text, field_name text, whole boolean, shared boolean) to kw_client;
