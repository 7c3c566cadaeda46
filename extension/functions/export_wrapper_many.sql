-- @param recipient: the KEM key of the other deployment, as `kwtools wrappers recipient` prints it there
-- @param signer: the signing key, of scope `export`; the other deployment has its public key, under the same name
-- @param number: the number of the bundle, higher than that of the one before; null: the time in microseconds
-- @param valid_seconds: how long the bundle can be imported
-- @returns: the signed note and the bundle, for `kw.import_wrapper_many` of the other deployment
-- @example
--   select kw.create_signing_key('moves', 'Ed25519', 'export', 1) is not null as made;
--   select number, octet_length(bundle)
--   from kw.export_wrapper_many(
--       array[kw.wrap()],
--       '{"deployment": "7f1b9a52-5f0e-4c1e-9d3a-0c5b6f0e2a11", "key_uuid": "00000000-0000-4000-8000-000000000001",
--         "kem": "X25519", "public_key": "CQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}',
--       'moves', number => 1
--   );
create or replace function kw.export_wrapper_many(
    wrappers uuid[],
    recipient jsonb,
    signer text,
    number bigint default null,
    valid_seconds integer default 86400
) returns kw.exported_bundle
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.export_wrapper_many(wrappers, recipient, signer, number, valid_seconds)
$function$;

comment on function kw.export_wrapper_many(wrappers uuid[], recipient jsonb, signer text, number bigint, valid_seconds integer) is
'Seals the data keys of wrappers to a KEM key of another deployment, signs the bundle, and returns both. There each data key has the uuid of its wrapper here as foreign uuid. The data keys leave the server sealed only. What kw.encrypt made here does not decrypt there: a wrapper there has keys of its own. At most 10,000 wrappers. Audited. For kw_unwrap. Errors: KW003, KW100, KW101, KW102 (the signing key has another scope, or is not activated), KW104 (below signature_level), KW200 to KW212.';

grant execute on function kw.export_wrapper_many(wrappers uuid[], recipient jsonb, signer text, number bigint, valid_seconds integer) to kw_unwrap;
