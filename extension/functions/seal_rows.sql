-- @param most: how many rows to seal at most
-- @returns: how many rows were sealed
-- @example
--   select kw.seal_rows() > 0 as has_sealed;
--   select kw.seal_rows();
create or replace function kw.seal_rows(most integer default 10000) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.seal_rows(most)
$function$;

comment on function kw.seal_rows(most integer) is
'Seals the next rows of kw that have no seal, as they are, and returns how many; 0: none is left. It needs neither the KMS of a wrapper nor its data key. Check the rows first: what it finds is taken for right. Audited. For kw_admin; requires a superuser. Errors: KW003, KW100, KW101 (no deployment), KW102 (already sealed), KW209, KW211.';

grant execute on function kw.seal_rows(most integer) to kw_admin;
