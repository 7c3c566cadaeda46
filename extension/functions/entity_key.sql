-- @param parts: the parts of the key, in the order of the primary key's columns
-- @returns: the `entity_pk`
-- @example
--   select kw.entity_key('eu', '7') as two_parts, kw.entity_key('*') as escaped;
create or replace function kw.entity_key(variadic parts text[]) returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
return (
    select
        case
            when array_position(parts, null) is not null or cardinality(parts) = 0 then null
            when char_length(k.key) <= 64 then k.key
            else '#' || translate(encode(sha256(convert_to(k.key, 'UTF8')), 'base64'), '+/=', '-_')
        end
    from (
        select
            case
                when cardinality(parts) > 1 then to_jsonb(parts)::text
                when parts[1] = '*' or left(parts[1], 1) in (E'\\', '[', '#') then E'\\' || parts[1]
                else parts[1]
            end as key
    ) k
);

comment on function kw.entity_key(variadic parts text[]) is
'Builds an entity_pk from the parts of a key. One part stays as it is, escaped if it is ambiguous; several become a JSON array. A result of more than 64 characters is hashed. Null if a part is null. For everybody who may use the schema.';

grant execute on function kw.entity_key(variadic parts text[]) to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor;
