-- @param entity_table: the name under which the bindings are
-- @param to_entity_table: the new name of the table; null: the same
-- @param entity_pk: the old key; null: the bindings of every key
-- @param to_entity_pk: the new key; null: the same
-- @param field_name: the old name of the field; null: the bindings of every field
-- @param to_field_name: the new name of the field; null: the same
-- @returns: how many bindings were moved
-- @example
--   alter table users rename column notes to remarks;
--   select kw.rebind('users', field_name => 'notes', to_field_name => 'remarks');
create or replace function kw.rebind(
    entity_table text,
    to_entity_table text default null,
    entity_pk text default null,
    to_entity_pk text default null,
    field_name text default null,
    to_field_name text default null
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.rebind(entity_table, to_entity_table, entity_pk, to_entity_pk, field_name, to_field_name)
$function$;

comment on function kw.rebind(entity_table text, to_entity_table text, entity_pk text, to_entity_pk text, field_name text, to_field_name text) is
'Moves bindings after a rename of the table, a key or a field, and returns how many. Their ciphertexts stay readable. Ciphertexts of a wider binding require kw.reencrypt; a notice names this case. A binding cannot move to a field whose floor (kw.set_floor) it does not reach. It moves from or to a place beneath a shredded binding only with its whole table. Protected fields, protected views and open protections follow; views and triggers are made again. For kw_client; requires the table owner. Errors: KW003, KW100, KW101, KW102, KW104, KW301.';

grant execute on function kw.rebind(entity_table text, to_entity_table text, entity_pk text, to_entity_pk text, field_name text, to_field_name text) to kw_client;
