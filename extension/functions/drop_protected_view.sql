-- @param view_name: the view
-- @example
--   select kw.drop_protected_view('residents_decrypted');
create or replace function kw.drop_protected_view(view_name text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.drop_protected_view(view_name)
$function$;

comment on function kw.drop_protected_view(view_name text) is
'Drops a view that kw.create_protected_view has made. The table and its keys stay. Audited. For kw_client and kw_grantor; requires the view owner. Errors: KW003, KW100, KW101, 2BP01 if something depends on the view.';

grant execute on function kw.drop_protected_view(view_name text) to kw_client, kw_grantor;
