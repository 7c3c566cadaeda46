-- @param place: where to go on, as the call before has returned it; null: at the beginning. Returned: where the next call goes on; null: the last row was reached
-- @param most: how many rows to reseal at most
-- @param resealed: returned: how many rows were resealed
-- @example
--   select kw.replace_deployment_key();
--   select place from kw.reseal_rows(most => 1);
--   select place from kw.reseal_rows('deployments/1');
create or replace function kw.reseal_rows(
    inout place text default null,
    most integer default 10000,
    out resealed bigint
)
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.reseal_rows(place, most)
$function$;

comment on function kw.reseal_rows(inout place text, most integer, out resealed bigint) is
'Reseals the next rows, then the audit events that no log has, with the new deployment key, after checking them by the key before, and returns the place to go on from. Change numbers stay. It needs neither the KMS of a wrapper nor its data key. Rows that another transaction has locked are left to kw.seal_deployment. A row that does not match its seal stops it, and is named. For kw_admin; requires a superuser. Errors: KW003, KW100, KW101 (no deployment), KW102 (the key is not being replaced), KW209, KW211.';

grant execute on function kw.reseal_rows(inout place text, most integer, out resealed bigint) to kw_admin;
