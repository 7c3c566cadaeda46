-- @param note: a checkpoint of the log with cosignature lines, a signed note
-- @returns: how many cosignatures are new
-- @example
--   select kw.add_cosignatures(kw.sign_checkpoint()); -- as a witness returned it
create or replace function kw.add_cosignatures(note text) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.add_cosignatures(note)
$function$;

comment on function kw.add_cosignatures(note text) is
'Stores the cosignatures of a checkpoint by witnesses of kw.add_witness, and returns how many are new. Each is verified: one that is not valid refuses the note. Lines of others are ignored. Proofs and exports then have them. For kw_admin and kw_operator. Errors: KW003 (not a checkpoint, or a signature that is not valid), KW101 (not a checkpoint of the log).';

grant execute on function kw.add_cosignatures(note text) to kw_admin, kw_operator;
