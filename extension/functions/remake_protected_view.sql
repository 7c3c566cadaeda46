-- @param view_name: the view
-- @returns: the name of the view
-- @example
--   alter table residents add column ward text default 'A';
--   select kw.remake_protected_view('residents_decrypted');
--   select * from residents_decrypted order by id;
create or replace function kw.remake_protected_view(view_name text) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.remake_protected_view(view_name)
$function$;

comment on function kw.remake_protected_view(view_name text) is
'Makes a protected view again, of the columns, defaults, triggers, privileges and protected fields that the table has now. Renamed columns are renamed, new ones come last. An event trigger calls it after ALTER TABLE. Audited. For kw_client and kw_grantor; requires the owner of view and table. Errors: KW100, KW101, 42P16 if a column changed its type or is gone: then drop the view and create it again.';

grant execute on function kw.remake_protected_view(view_name text) to kw_client, kw_grantor;
