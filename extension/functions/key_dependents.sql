-- @returns: one row for each branch (`object_id`: its key), policy, signing key (`object_id`: its id in
--   the table of its kind) and KEM key whose private key is sealed, and one for all wrappers and jobs that
--   are alike (`objects`: how many; `object_id` and `name`: one of them). `kms_key_ids` are the keys of
--   the legs, `opens_without` says whether the other keys would open it as they are now (null: nothing to
--   open), `below` counts the wrappers that depend on a branch or KEM key, and `below_closed` those of
--   them that nothing else would open
-- @example
--   select kind, status, mode, kms_key_ids, objects, opens_without from kw.key_dependents(1);
create or replace function kw.key_dependents(kms_key_id bigint) returns setof kw.key_dependent
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.key_dependents(kms_key_id)
$function$;

comment on function kw.key_dependents(kms_key_id bigint) is
'Returns what needs a KMS key directly: wrappers (by a leg), layers, branches, sealed private keys, signing keys, policies, and jobs that are not done. Shredded wrappers do not count. It reads every wrapper. For kw_admin and kw_auditor. Errors: KW101.';

grant execute on function kw.key_dependents(kms_key_id bigint) to kw_admin, kw_auditor;
