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
'Returns the binding, generation and suite of a ciphertext, and whether new values use the same ones. It decrypts nothing. Null if the value is not a ciphertext. The columns from entity_table on are null if the binding is unknown, or if the role may not read the field. kw_admin and kw_auditor may see every binding. For kw_client, kw_admin and kw_auditor.';

grant execute on function kw.describe(ciphertext bytea) to kw_client, kw_admin, kw_auditor;
