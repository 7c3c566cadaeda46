-- @param view_name: the view; null: the name of the table and _decrypted, in its schema. If it is the name of the table, the table gets another, with _protected at its end.
-- @param shredded_as_null: whether to show null for what is shredded or does not decrypt; else that is an error
-- @param columns: the columns to show, in this order; null: every column. The columns of the primary key must be among them.
-- @returns: the name of the view
-- @example
--   select kw.create_protected_view('residents');
--   insert into residents_decrypted (id, name, born) values (1, 'Ada', '1815-12-10'), (2, 'Alan', '1912-06-23');
--   update residents_decrypted set born = '1912-06-24' where name = 'Alan' returning *;
--   select id, kw.is_ciphertext(born) from residents order by id;
create or replace function kw.create_protected_view(
    entity_table text,
    view_name text default null,
    shredded_as_null boolean default false,
    columns text[] default null
) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.create_protected_view(entity_table, view_name, shredded_as_null, columns)
$function$;

comment on function kw.create_protected_view(entity_table text, view_name text, shredded_as_null boolean, columns text[]) is
'Creates a view of a table that shows its protected fields (kw.set_protected_field) decrypted, and encrypts what is written through it. It has the privileges of the table, is used with the rights of the caller, and belongs to the table owner. Audited. For kw_client and kw_grantor; requires the table owner. Errors: KW003, KW100, KW101 (no protected field), KW102.';

grant execute on function kw.create_protected_view(entity_table text, view_name text, shredded_as_null boolean, columns text[]) to kw_client, kw_grantor;
