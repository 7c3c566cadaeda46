-- @param view_name: the view
-- @param rows: a JSON array of objects, each with the same columns; the primary key among them
-- @returns: how many rows were inserted or changed
-- @example
--   select kw.upsert_protected(
--       'residents_decrypted',
--       '[{"id": 2, "name": "Alan Turing", "born": "1912-06-23"}, {"id": 3, "name": "Grace", "born": "1906-12-09"}]'
--   );
--   select id, name, born from residents_decrypted order by id;
create or replace function kw.upsert_protected(view_name text, rows jsonb) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.upsert_protected(view_name, rows)
$function$;

comment on function kw.upsert_protected(view_name text, rows jsonb) is
'Inserts rows through a protected view, or changes the given columns of the rows that have their primary key: INSERT ON CONFLICT, which views cannot do. Values are as jsonb_populate_record reads them, dates in ISO form. For kw_client; requires SELECT, INSERT and UPDATE of the table. Errors: KW003, KW101, as kw.encrypt and kw.bind, 21000 if a key is there twice.';

grant execute on function kw.upsert_protected(view_name text, rows jsonb) to kw_client;
