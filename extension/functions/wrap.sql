-- @param dek: the data key, 16 to 64 bytes; null: a new one of 32 bytes
-- @param policy: the policy to wrap by; null: `default`
-- @returns: the wrapper
-- @example
--   select kw.wrap();
create or replace function kw.wrap(dek bytea default null, policy text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.wrap(dek, policy)
$function$;

comment on function kw.wrap(dek bytea, policy text) is
'Wraps a data key by a policy, and returns its wrapper. The key is new (32 bytes) or given (16 to 64 bytes). For kw_client and kw_unwrap; a given key requires kw_unwrap. The wrapper belongs to the calling role until it is bound. Errors: KW003, KW100, KW101, KW103, KW200 to KW209.';

grant execute on function kw.wrap(dek bytea, policy text) to kw_client, kw_unwrap;
