-- @param source: which tool encrypted the values: `pgcrypto-pgp`, `pgcrypto-raw`, `pgsodium-det`, `pgsodium-secretbox`, `lockbox` or `rails`
-- @param key: the key or password of the tool, as the bytes of its text where it is one. Give it as a bind parameter. Null where pgsodium has the key
-- @param ciphertexts: the values; of a column of text their bytes in UTF-8
-- @param options: of the source ([takeover.md](takeover.md) lists them)
-- @param nonces: the nonces or IVs of the values, where they are not in the values
-- @param associated: the associated data of the values, where they have any
-- @param key_uuids: the uuid of each value's key in pgsodium, where every row has its own
-- @returns: the plaintexts, in the order of the values; texts in UTF-8; null for null
-- @example
--   select convert_from(
--       (kw.takeover_many(
--           'lockbox',
--           '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
--           array['74aBXZgp8VdClnuJqzLsR/5dIQn1pL00DdpX5zKFaZX3PEUitaG5wlcnRw==']::bytea[],
--           '{"table": "users", "attribute": "email"}'
--       ))[1],
--       'UTF8'
--   ) as email;
create or replace function kw.takeover_many(
    source text,
    key bytea,
    ciphertexts bytea[],
    options jsonb default '{}',
    nonces bytea[] default null,
    associated bytea[] default null,
    key_uuids uuid[] default null
) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.takeover_many(source, key, ciphertexts, options, nonces, associated, key_uuids)
$function$;

comment on function kw.takeover_many(source text, key bytea, ciphertexts bytea[], options jsonb, nonces bytea[], associated bytea[], key_uuids uuid[]) is
'Decrypts many values that another tool encrypted, with the key of that tool, for kw.encrypt_many. The key is not stored. Values of pgcrypto-pgp, pgsodium-det and pgsodium-secretbox are opened by the extension that wrote them, with the rights of the caller. Fails if a value does not open. For kw_client. Errors: KW003, KW101 (the extension is not installed), KW300.';

grant execute on function kw.takeover_many(source text, key bytea, ciphertexts bytea[], options jsonb, nonces bytea[], associated bytea[], key_uuids uuid[]) to kw_client;
