-- @param verifier_key: the verifier key (vkey) of a cosignature key of the witness
-- @example
--   select kw.add_witness('witness.example/w1+d9ed62c5+BO1JKMYo0cLG6ukDOJBZlWEpWSc6XGP5NjbBRhSshzfR');
create or replace function kw.add_witness(verifier_key text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.add_witness(verifier_key)
$function$;

comment on function kw.add_witness(verifier_key text) is
'Accepts cosignatures of a witness (C2SP tlog-cosignature, Ed25519 or ML-DSA-44) from now on. If it is accepted already, does nothing. For kw_admin. Errors: KW003.';

grant execute on function kw.add_witness(verifier_key text) to kw_admin;
