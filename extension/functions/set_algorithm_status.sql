-- @param algorithm: the KEM or signature algorithm, a name of `kw.crypto_algorithms`
-- @param status: `active`, `deprecated` or `experimental`
-- @example
--   select kw.set_algorithm_status('P-256', 'deprecated');
create or replace function kw.set_algorithm_status(
    algorithm text,
    status text
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.set_algorithm_status(algorithm, status)
$function$;

comment on function kw.set_algorithm_status(algorithm text, status text) is
'Sets the status of a KEM or signature algorithm of kw.crypto_algorithms, by any of its names. active; deprecated: opens and verifies, but makes no new layer, signature or signing key; experimental, of KEMs only: makes layers only for policies that allow it. For kw_admin. Errors: KW003.';

grant execute on function kw.set_algorithm_status(algorithm text, status text) to kw_admin;
