-- @param column_name: the column that another tool encrypted, of type bytea or of a type that is read as text
-- @param source: as of `kw.takeover_many`
-- @param key: as of `kw.takeover_many`. Null: values of `pgcrypto-pgp` are only looked at, which finds those that are readable without a key
-- @param options: as of `kw.takeover_many`; `accept_in_the_clear` is ignored
-- @param nonce_column: the column of the nonces or IVs
-- @param associated_columns: the columns whose texts, joined, are the associated data
-- @param key_column: the column of the uuids of pgsodium's keys, where every row has its own
-- @param max_rows: how many rows are read at most; null: every row
-- @returns: one row for each finding: `opens`, `not tried` (no key was given), `null`, `in the clear` (pgcrypto did not encrypt it, CVE-2026-14663), `session key in the clear` (anybody can decrypt it, for the same reason), `does not open` (wrong key or options, or changed) or `not in this format`. `example_keys` has the keys of at most five rows that do not open
-- @example
--   select finding, values, example_keys
--   from kw.check_takeover('users', 'name', 'rails', '{"primary_key": "p", "key_derivation_salt": "s"}');
-- It reads as the caller. row_security = off: rows that a policy hides raise an error, and are not left out.
create or replace function kw.check_takeover(
    entity_table text,
    column_name text,
    source text,
    key bytea default null,
    options jsonb default '{}',
    nonce_column text default null,
    associated_columns text[] default null,
    key_column text default null,
    max_rows bigint default null
) returns setof kw.takeover_finding
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set jit = off
as $function$
@RUNTIME@
return api.check_takeover(
    entity_table, column_name, source, key, options, nonce_column, associated_columns, key_column, max_rows
)
$function$;

comment on function kw.check_takeover(entity_table text, column_name text, source text, key bytea, options jsonb, nonce_column text, associated_columns text[], key_column text, max_rows bigint) is
'Tries to open every value of a column that another tool encrypted, and counts what kw.takeover_many would take and what not, and why. It shows no value and changes nothing. The key is not stored. Requires SELECT on the columns, and that row-level security hides no row. For kw_client. Errors: KW003, KW100, KW101 (the extension is not installed).';

grant execute on function kw.check_takeover(entity_table text, column_name text, source text, key bytea, options jsonb, nonce_column text, associated_columns text[], key_column text, max_rows bigint) to kw_client;
