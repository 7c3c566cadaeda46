-- @param name: the name of the key
-- @param status: `active`, `retired` or `compromised`
-- @param compromised_at: of status `compromised`: from when others may have had the private key; null: since it was activated
-- @example
--   select kw.set_signing_key_status('invoices-2027', 'active');
--   select kw.set_signing_key_status('invoices-2026', 'retired');
--   select name, status, retired_at is not null as is_retired from kw.signing_keys order by id;
create or replace function kw.set_signing_key_status(
    name text,
    status text,
    compromised_at timestamptz default null
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
as $function$
@RUNTIME@
return api.set_signing_key_status(name, status, compromised_at)
$function$;

comment on function kw.set_signing_key_status(name text, status text, compromised_at timestamptz) is
'Sets a signing key active (signs and verifies), retired (verifies) or compromised, in every session from the next statement on. active activates a key that was created with activate => false. A key that is compromised neither signs nor verifies, except signatures that kw.verify_signature is told were made before compromised_at. It stays compromised; the moment can be moved back only. For kw_admin. Errors: KW003, KW101, KW102.';

grant execute on function kw.set_signing_key_status(name text, status text, compromised_at timestamptz) to kw_admin;
