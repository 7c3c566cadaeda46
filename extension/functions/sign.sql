-- @param name: the name of the key, whose scope is `application:` and a name
-- @param message: the bytes to sign
-- @param context: the meaning of the message, such as a media type or a URI, at most 255 bytes
-- @returns: the signature; its length depends on the algorithm
-- @example
--   select length(kw.sign('invoices-2027', 'total 12.00', 'invoice/1')) as bytes;
create or replace function kw.sign(
    name text,
    message bytea,
    context bytea default ''
) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.sign(name, message, context)
$function$;

comment on function kw.sign(name text, message bytea, context bytea) is
'Signs a message in a context with an active signing key whose scope is an application, and returns the signature; null for null. It verifies in the same context only. For kw_signer. Errors: KW003, KW101, KW102 (other scope, or not activated), KW104 (below signature_level), KW200 to KW209, KW211.';

grant execute on function kw.sign(name text, message bytea, context bytea) to kw_signer;
