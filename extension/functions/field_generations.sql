-- @param field_name: the column
-- @returns: one row for each kind of value: `current`, `earlier` (of an earlier generation), `shredded` (the key was destroyed), `misplaced` (of a binding that does not cover the field), `unknown` (of a binding or generation that this database does not have) or `plaintext` (not a ciphertext). `scope` says what the binding covers: `cell`, `row`, `column` or `table`. Generations of columns and tables are listed without values, too
-- @example
--   select state, scope, generation, wrapper_status, bindings, values from kw.field_generations('users', 'email');
-- It reads as the caller. row_security = off: rows that a policy hides raise an error, and are not left out.
create or replace function kw.field_generations(entity_table text, field_name text) returns setof kw.field_generation
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set jit = off
as $function$
@RUNTIME@
return api.field_generations(entity_table, field_name)
$function$;

comment on function kw.field_generations(entity_table text, field_name text) is
'Counts the values of a column by generation, and those that are not ciphertexts of the field. It reads the headers of all values and decrypts nothing. Whether a ciphertext belongs to the key of its row is not checked. Null values are not counted. Requires SELECT on the column, and that row-level security hides no row. For kw_client, kw_admin and kw_auditor. Errors: KW003, KW100.';

grant execute on function kw.field_generations(entity_table text, field_name text) to kw_client, kw_admin, kw_auditor;
