-- @param host: the beginning of the name of the log: a host name that you own, and a path if you like
-- @param signing_keys: names of keys of scope `log`: one of Ed25519, and if you like one of ML-DSA-44
-- @returns: the origin of the log, `HOST/kwtools/DEPLOYMENT/INCARNATION`
-- @example
--   select kw.create_signing_key('log-2026', 'Ed25519', 'log', 1) is not null as is_created;
--   select split_part(kw.create_log('db.example.com', '{log-2026}'), '/', 2) as "log of";
create or replace function kw.create_log(host text, signing_keys text[]) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.create_log(host, signing_keys)
$function$;

comment on function kw.create_log(host text, signing_keys text[]) is
'Creates the log of audit events of this deployment and incarnation, and returns its origin, which is the name of its keys too. Its checkpoints are signed by each of these keys. Auditors need kw.log_keys.verifier_key of each. The events that exist already are the first ones to be sealed. For kw_admin. Errors: KW003, KW101, KW102 (already exists, or a key of another scope), KW200 to KW211.';

grant execute on function kw.create_log(host text, signing_keys text[]) to kw_admin;
