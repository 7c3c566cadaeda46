-- @returns: one row for each algorithm
-- @example
--   select class, name, nist_level, status, ok from kw.check_algorithms() where class = 'kem';
create or replace function kw.check_algorithms() returns setof kw.algorithm_check
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.check_algorithms()
$function$;

comment on function kw.check_algorithms() is
'Runs a known-answer test of every algorithm of kw.crypto_algorithms with the libraries of the server, and returns a row for each. For kw_admin and kw_auditor.';

grant execute on function kw.check_algorithms() to kw_admin, kw_auditor;
