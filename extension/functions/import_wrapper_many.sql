-- @param note: the signed note, as bytes
-- @param bundle: the bundle that it signs, of at most 10,000 data keys
-- @param policy: the policy to wrap by; null: `default`
-- @returns: the wrapper of each data key, in the order of the bundle
-- @example
--   select foreign_uuid, wrapper_uuid from kw.import_wrapper_many(
--       convert_to(E'kwtools/2 import\n\n\u2014 collector c2lnbmVkIG5vdGU=\n', 'UTF8'), ''
--   );
create or replace function kw.import_wrapper_many(
    note bytea,
    bundle bytea,
    policy text default null
) returns setof kw.imported_wrapper
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.import_wrapper_many(note, bundle, policy)
$function$;

comment on function kw.import_wrapper_many(note bytea, bundle bytea, policy text) is
'Imports data keys that were made elsewhere, sealed to KEM keys of this deployment and signed by an enrolled key of scope import (docs/format.md), all or none. Each gets a new wrapper by the policy, which belongs to the calling role until it is bound. Nobody, not the caller either, sees a data key. A note is accepted once: its number must be higher than the last one of its signer. Audited. For kw_unwrap. Errors: KW003, KW100, KW101, KW103, KW104, KW105 (the bundle is refused), KW200 to KW209.';

grant execute on function kw.import_wrapper_many(note bytea, bundle bytea, policy text) to kw_unwrap;
