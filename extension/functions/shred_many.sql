-- @param field_name: the field that is bound; null: every field of each row
-- @param shared: whether to destroy data keys that other bindings share, for these too
-- @returns: how many data keys were destroyed
-- @example
--   select cardinality(kw.bind_many('users', array['11', '12'], 'remarks'));
--   insert into users (id, remarks) select g, kw.encrypt_text('users', g, 'remarks', 'in confidence') from generate_series(11, 12) g;
--   select kw.shred_many_by_bigint('users', array_agg(id), 'remarks') from users where id between 11 and 20;
--   select entity_pk, field_name, shredded_by, digest from kw.shred_receipts where entity_pk in ('11', '12') order by entity_pk;
--   delete from users where id between 11 and 20;
-- @by entity_pks: bigint uuid
create or replace function kw.shred_many(
    entity_table text,
    entity_pks text[],
    field_name text default null,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.shred_many(entity_table, entity_pks, field_name, shared)
$function$;

comment on function kw.shred_many(entity_table text, entity_pks text[], field_name text, shared boolean) is
'Destroys the data keys of many bindings as kw.shred does for one, all or none, and returns how many. What was shredded before is left out, so the call can be repeated. Keys that nothing protects are left out with a notice. It fails (KW302) if a key has no binding of its own but another one protects its values. A null array stands for no keys. Each data key leaves a row in kw.shred_receipts. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102, KW302.';

grant execute on function kw.shred_many(entity_table text, entity_pks text[], field_name text, shared boolean) to kw_client;
