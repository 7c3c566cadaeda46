-- @param parts: the parts of the key, in the order of the primary key's columns
-- @returns: the `entity_pk`
-- @example
--   select kw.entity_key('eu', '7') as two_parts, kw.entity_key('*') as escaped;
-- PL/pgSQL: a function in SQL with a pinned search_path is not inlined, and takes three times as long.
create or replace function kw.entity_key(variadic parts text[]) returns text
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $function$
declare
    key text := parts[1];
begin
    if array_position(parts, null) is not null or cardinality(parts) = 0 then
        return null;
    end if;
    if cardinality(parts) > 1 then
        key := to_jsonb(parts)::text;
    elsif key = '*' or left(key, 1) in (E'\\', '[', '#') then
        key := E'\\' || key;
    end if;
    if char_length(key) <= 64 then
        return key;
    end if;
    return '#' || translate(encode(sha256(convert_to(key, 'UTF8')), 'base64'), '+/=', '-_');
end;
$function$;

comment on function kw.entity_key(variadic parts text[]) is
'Builds an entity_pk from the parts of a key. One part stays as it is, escaped if it is ambiguous; several become a JSON array. A result of more than 64 characters is hashed. Null if a part is null. For everybody who may use the schema.';

grant execute on function kw.entity_key(variadic parts text[]) to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor;
