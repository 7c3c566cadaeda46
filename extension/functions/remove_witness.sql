-- @param verifier_key: the verifier key of the witness
-- @example
--   select kw.remove_witness('witness.example/w1+d9ed62c5+BO1JKMYo0cLG6ukDOJBZlWEpWSc6XGP5NjbBRhSshzfR');
create or replace function kw.remove_witness(verifier_key text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.remove_witness(verifier_key)
$function$;

comment on function kw.remove_witness(verifier_key text) is
'Accepts no further cosignatures of a witness. Those that it made stay. For kw_admin. Errors: KW101.';

grant execute on function kw.remove_witness(verifier_key text) to kw_admin;
