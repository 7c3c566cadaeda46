-- @param signing_keys: names of keys of scope `log`: all that are to sign from now on
-- @returns: their verifier keys, for auditors
-- @example
--   select kw.create_signing_key('log-2027', 'Ed25519', 'log', 1) is not null as is_created;
--   select cardinality(kw.set_log_keys('{log-2026,log-2027}')) as keys;
create or replace function kw.set_log_keys(signing_keys text[]) returns text[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.set_log_keys(signing_keys)
$function$;

comment on function kw.set_log_keys(signing_keys text[]) is
'Sets the keys that sign checkpoints of the log, and returns their verifier keys. To replace a key, name the old and the new one until auditors have the new verifier key, then the new one alone. The change is an event, which the next checkpoint signs. For kw_admin. Errors: KW003, KW101, KW102 (a key of another scope), KW200 to KW211.';

grant execute on function kw.set_log_keys(signing_keys text[]) to kw_admin;
