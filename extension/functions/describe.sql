-- @returns: one row; all columns null if the value is not a ciphertext
-- @example
--   select d.suite, d.generation, d.entity_table, d.entity_pk, d.field_name, d.status, d.is_current
--   from users, kw.describe(email) d where id = 1;
create or replace function kw.describe(ciphertext bytea) returns kw.description
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.describe(ciphertext)
$function$;

comment on function kw.describe(ciphertext bytea) is
'Tells which binding and generation made a ciphertext, by which suite, and whether new values are made by the same. It opens nothing. Null for what is not a ciphertext. The columns from entity_table on are null where the binding is not known, or where the role may not read the field (kw_admin and kw_auditor may see every binding). For kw_client, kw_admin and kw_auditor.';

grant execute on function kw.describe(ciphertext bytea) to kw_client, kw_admin, kw_auditor;
