-- @param name: the name of the key, whose scope is `application:` and a name
-- @param message: the bytes that were signed
-- @param signature: the signature
-- @param context: the context in which the message was signed
-- @param signed_at: when it was signed, from a source that you trust; null: unknown
-- @returns: whether the signature is good; never null
-- @example
--   select kw.verify_signature('invoices-2027', 'total 12.00', s, 'invoice/1') as good,
--       kw.verify_signature('invoices-2027', 'total 13.00', s, 'invoice/1') as another_message,
--       kw.verify_signature('invoices-2027', 'total 12.00', s, 'receipt/1') as another_context
--   from kw.sign('invoices-2027', 'total 12.00', 'invoice/1') s;
create or replace function kw.verify_signature(
    name text,
    message bytea,
    signature bytea,
    context bytea default '',
    signed_at timestamptz default null
) returns boolean
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
as $function$
@RUNTIME@
return api.verify_signature(name, message, signature, context, signed_at)
$function$;

comment on function kw.verify_signature(name text, message bytea, signature bytea, context bytea, signed_at timestamptz) is
'Returns whether a signature is one of the message in this context by a signing key whose scope is an application. False for null, for a key that is not activated, and for one that is compromised, unless it was signed before compromised_at. With signed_at, false also for signatures made before the key was activated or after it was retired. For all roles of kwtools. Errors: KW003, KW101, KW102 (other scope), KW200 to KW211 (its row was edited, or the deployment key cannot be opened).';

grant execute on function kw.verify_signature(name text, message bytea, signature bytea, context bytea, signed_at timestamptz) to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;
