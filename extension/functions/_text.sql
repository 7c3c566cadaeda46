-- PostgreSQL converts what a function returns: so the runtime learns whether the encoding has a text.
create or replace function kw._text() returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.pending_text()
$function$;

comment on function kw._text() is
'Returns the text that the runtime prepared. Internal: null for a direct call. Errors: 22P05.';

grant execute on function kw._text() to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;
