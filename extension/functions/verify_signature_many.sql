-- @param name: the name of the key, whose scope is `application:` and a name
-- @param messages: the bytes that were signed
-- @param signatures: the signatures, as many as there are messages
-- @param context: the context in which the messages were signed
-- @param signed_at: when each was signed, from a source that you trust; null: unknown
-- @returns: whether each signature is good, in the order of the messages
-- @example
--   select kw.verify_signature_many('invoices-2027', m, kw.sign_many('invoices-2027', m, 'invoice/1'), 'invoice/1') as good
--   from (select array['total 12.00', 'total 9.50']::bytea[]) x (m);
create or replace function kw.verify_signature_many(
    name text,
    messages bytea[],
    signatures bytea[],
    context bytea default '',
    signed_at timestamptz[] default null
) returns boolean[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
as $function$
@RUNTIME@
return api.verify_signature_many(name, messages, signatures, context, signed_at)
$function$;

comment on function kw.verify_signature_many(name text, messages bytea[], signatures bytea[], context bytea, signed_at timestamptz[]) is
'Verifies many signatures by one key in one context, in order, as kw.verify_signature does. Null for null arrays. For all roles of kwtools. Errors: as kw.verify_signature.';

grant execute on function kw.verify_signature_many(name text, messages bytea[], signatures bytea[], context bytea, signed_at timestamptz[]) to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;
