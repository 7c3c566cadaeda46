-- @param wrapper: the carrier, which `kw.import_wrapper` imported
-- @param manifest: what moved
-- @param note: what `kw.sign_move` of the other database returned
-- @example
--   select kw.accept_move(kw.wrap(), 'not a manifest', 'not a note');
create or replace function kw.accept_move(wrapper uuid, manifest bytea, note bytea) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.accept_move(wrapper, manifest, note)
$function$;

comment on function kw.accept_move(wrapper uuid, manifest bytea, note bytea) is
'Checks that an enrolled key of scope import signed the manifest of a move for this deployment and this carrier, and destroys the data key of the carrier. The audit event import_move has the SHA-256 of the manifest and its counts. It does not compare the manifest with what was stored: kwtools wrappers import does, in the same transaction, and then calls it. For kw_unwrap. Errors: KW003, KW100, KW101, KW102, KW104, KW105 (the manifest is refused).';

grant execute on function kw.accept_move(wrapper uuid, manifest bytea, note bytea) to kw_unwrap;
