-- @param entity_pk: the key of the row; `*`: every row
-- @param field_name: the column, or another name; null: every field
-- @param wrapper: the wrapper to bind; null: make one
-- @returns: the wrapper, `kw.key_wrappers.wrapper_uuid`
-- @example
--   select kw.bind('users', 1, 'notes');
-- @overload entity_pk: text bigint uuid
create or replace function kw.bind(
    entity_table text,
    entity_pk text,
    field_name text default null,
    wrapper uuid default null,
    policy text default null
) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.bind(entity_table, entity_pk, field_name, wrapper, policy)
$function$;

comment on function kw.bind(entity_table text, entity_pk text, field_name text, wrapper uuid, policy text) is
'Binds a key to a cell, a row (field null), a column (key *) or a table (key * and field null), and returns the wrapper. The wrapper is new, given, or already bound; null if the role may not look it up. Beneath a wider binding, a new wrapper uses the policy of that binding. Another policy, or sharing a given wrapper, requires the table owner. An unbound given wrapper must belong to the calling role. For kw_client. A cell requires INSERT or UPDATE on the column or a grant; everything else requires the table owner. Errors: KW003, KW100, KW101, KW102 (bound to another), KW301 (shredded).';

grant execute on function kw.bind(entity_table text, entity_pk text, field_name text, wrapper uuid, policy text) to kw_client;
