-- @param column_name: the column
-- @param key_scope: what a data key covers: `column`, `table`, `row` or `cell`
-- @param shown_by: what has the name of the column after cut over: `column`: the encrypted column; `view`: a protected view that takes the name of the table
-- @param search: `equality`: adds a column of tokens and a blind index; null: neither
-- @param normaliser: of the blind index ([format.md](format.md#blind-indexes))
-- @param taken_over_from: which tool encrypted the values, as `source` of `kw.takeover_many`; null: they are plaintext
-- @param takeover_options: its options, as those of `kw.takeover_many`; and `nonce_column`, `associated_columns` (an array), `key_column` as of `kw.check_takeover`, and `plaintext_type`: `text` or `bytea`
-- @returns: the id of the protection
-- @example
--   select kw.protect_expand('patients', 'phone') > 0 as is_expanded;
--   insert into patients values (3, '+1 212 345');
create or replace function kw.protect_expand(
    entity_table text,
    column_name text,
    key_scope text default 'column',
    policy text default null,
    shown_by text default 'column',
    search text default null,
    normaliser text default 'raw',
    taken_over_from text default null,
    takeover_options jsonb default '{}'
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set lock_timeout = '200ms'
set row_security = off
as $function$
@RUNTIME@
return api.protect_expand(
    entity_table, column_name, key_scope, policy, shown_by, search, normaliser, taken_over_from, takeover_options
)
$function$;

comment on function kw.protect_expand(entity_table text, column_name text, key_scope text, policy text, shown_by text, search text, normaliser text, taken_over_from text, takeover_options jsonb) is
'Begins to protect a column: binds a data key, adds the encrypted column, and a trigger that encrypts what is written from now on; with search => equality also the key of a blind index, and a column and a trigger for its tokens. If the protection has begun or is complete, does nothing, and refuses another key_scope, shown_by, search or normaliser that is not the default (KW102); until the backfill has ended, it takes other takeover_options. Of a takeover the trigger does not encrypt, but empties the ciphertext of a value that changes, for the next backfill. Refused (KW102) if kw.plan_protection has obstacles. Locks the table for milliseconds, and gives up its place among those who wait every 0.2 seconds. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102, and as kw.bind and kw.create_index_key.';

grant execute on function kw.protect_expand(entity_table text, column_name text, key_scope text, policy text, shown_by text, search text, normaliser text, taken_over_from text, takeover_options jsonb) to kw_client;
