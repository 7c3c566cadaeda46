-- @param wrapper: the carrier of the move
-- @param manifest: what moves, as `kwtools wrappers export` writes it
-- @param signer: the signing key, of scope `export`
-- @returns: the signed note, for `kw.accept_move` of the other database
-- @example
--   select kw.sign_move(kw.wrap(), 'not a manifest', 'moves');
create or replace function kw.sign_move(wrapper uuid, manifest bytea, signer text) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.sign_move(wrapper, manifest, signer)
$function$;

comment on function kw.sign_move(wrapper uuid, manifest bytea, signer text) is
'Signs the manifest of a move (docs/format.md), and destroys the data key of its carrier, which must be exported before. The audit event export_move has the SHA-256 of the manifest and its counts. Used by kwtools wrappers export. For kw_unwrap. Errors: KW003, KW100, KW101, KW102, KW104, KW200 to KW212.';

grant execute on function kw.sign_move(wrapper uuid, manifest bytea, signer text) to kw_unwrap;
