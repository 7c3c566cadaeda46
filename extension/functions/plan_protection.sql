-- @param column_name: the column
-- @param key_scope: what a data key covers: `column`, `table`, `row` or `cell`
-- @param shown_by: what has the name of the column after cut over: `column`: the encrypted column; `view`: a protected view that takes the name of the table
-- @param search: `equality`: values are found by a blind index; null: not at all
-- @param normaliser: of the blind index ([format.md](format.md#blind-indexes))
-- @param taken_over_from: which tool encrypted the values, as `source` of `kw.takeover_many`; null: they are plaintext
-- @param takeover_options: its options, as those of `kw.takeover_many`; and `nonce_column`, `associated_columns` (an array), `key_column` as of `kw.check_takeover`, and `plaintext_type`: `text` or `bytea`
-- @param old_key: of a takeover, the key of that tool, as `key` of `kw.takeover_many`. Give it as a bind parameter. Null: no value is tried
-- @returns: one row for each thing that the protection does, meets or leaves; the protection cannot begin while one is an obstacle
-- @example
--   create table patients (id bigint primary key, phone text not null);
--   insert into patients values (1, '+49 30 1234'), (2, '+33 1 2345');
--   select kind, name, is_obstacle from kw.plan_protection('patients', 'phone') where kind in ('column', 'lock', 'obstacle');
create or replace function kw.plan_protection(
    entity_table text,
    column_name text,
    key_scope text default 'column',
    shown_by text default 'column',
    search text default null,
    normaliser text default 'raw',
    taken_over_from text default null,
    takeover_options jsonb default '{}',
    old_key bytea default null
) returns setof kw.protection_step
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.plan_protection(
    entity_table, column_name, key_scope, shown_by, search, normaliser, taken_over_from, takeover_options, old_key
)
$function$;

comment on function kw.plan_protection(entity_table text, column_name text, key_scope text, shown_by text, search text, normaliser text, taken_over_from text, takeover_options jsonb, old_key bytea) is
'Returns what kw.protect would do with a column, and changes nothing: size and time, locks, the indexes and constraints that are dropped with the plaintext, what depends on the column and stops that, triggers and publications that the backfill fires, roles that may write the column but not encrypt, with shown_by => view also what breaks when a view has the name of the table, and where plaintext remains. Of a takeover it tries each value, as kw.check_takeover. For kw_client; requires the table owner. Errors: KW003, KW100, KW101.';

grant execute on function kw.plan_protection(entity_table text, column_name text, key_scope text, shown_by text, search text, normaliser text, taken_over_from text, takeover_options jsonb, old_key bytea) to kw_client;
