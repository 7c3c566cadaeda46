-- @param reason: why the rows are right as they are
-- @example
--   select kw.accept_state('row 17 of kw.settings was restored by hand');
create or replace function kw.accept_state(reason text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
api.accept_state(reason)
$function$;

comment on function kw.accept_state(reason text) is
'Has the next state in the log be of the sealed rows as they are, after kw.append_state or kw.check_state found that some are not what the log says. Give rows that do not match their seals new ones first: kw.accept_rows. A comparison with an older checkpoint reports it from then on. Audited, and always in the server log. For kw_admin; requires a superuser. Errors: KW003, KW100, KW101.';

grant execute on function kw.accept_state(reason text) to kw_admin;
