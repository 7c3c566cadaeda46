-- @returns: one row for each ciphertext, in order; all columns null for null and for what is not a ciphertext
-- @example
--   select d.generation, d.field_name, d.is_current
--   from kw.describe_many(array(select email from users order by id)) d;
create or replace function kw.describe_many(ciphertexts bytea[]) returns setof kw.description
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.describe_many(ciphertexts)
$function$;

comment on function kw.describe_many(ciphertexts bytea[]) is
'Describes many ciphertexts, as kw.describe, with one look-up for all. For kw_client, kw_admin and kw_auditor. Errors: KW003.';

grant execute on function kw.describe_many(ciphertexts bytea[]) to kw_client, kw_admin, kw_auditor;
