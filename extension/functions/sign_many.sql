-- @param name: the name of the key, whose scope is `application:` and a name
-- @param messages: the bytes to sign
-- @param context: the meaning of the messages, such as a media type or a URI, at most 255 bytes
-- @returns: the signatures, in the order of the messages
-- @example
--   select array_length(kw.sign_many('invoices-2027', array['total 12.00', 'total 9.50']::bytea[], 'invoice/1'), 1);
create or replace function kw.sign_many(
    name text,
    messages bytea[],
    context bytea default ''
) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.sign_many(name, messages, context)
$function$;

comment on function kw.sign_many(name text, messages bytea[], context bytea) is
'Signs many messages with one key in one context, in order; null for null. For kw_signer. Errors: as kw.sign.';

grant execute on function kw.sign_many(name text, messages bytea[], context bytea) to kw_signer;
