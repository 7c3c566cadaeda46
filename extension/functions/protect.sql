-- @param column_name: the column
-- @param key_scope: what a data key covers: `column`, `table`, `row` or `cell`
-- @param until: the last phase: `expanded`, `backfilled`, `verified`, `cut_over` or `contracted`
-- @param max_rows: how many rows are encrypted, or verified, in a transaction
-- @param shown_by: what has the name of the column after cut over: `column`: the encrypted column; `view`: a protected view that takes the name of the table
-- @param search: `equality`: values are found by a blind index; null: not at all
-- @param normaliser: of the blind index ([format.md](format.md#blind-indexes))
-- @param taken_over_from: which tool encrypted the values, as `source` of `kw.takeover_many`; null: they are plaintext
-- @param takeover_options: its options, as those of `kw.takeover_many`; and `nonce_column`, `associated_columns` (an array), `key_column` as of `kw.check_takeover`, and `plaintext_type`: `text` or `bytea`
-- @param old_key: of a takeover, the key of that tool, as `key` of `kw.takeover_many`. Give it as a bind parameter. Nothing stores it
-- @example
--   call kw.protect('doctors', 'phone');
--   call kw.protect('doctors', 'phone', until => 'cut_over');
-- A procedure that commits cannot have a SET clause: so every name and operator is qualified.
create or replace procedure kw.protect(
    entity_table text,
    column_name text,
    key_scope text default 'column',
    policy text default null,
    until text default 'verified',
    max_rows integer default 1000,
    shown_by text default 'column',
    search text default null,
    normaliser text default 'raw',
    taken_over_from text default null,
    takeover_options jsonb default '{}',
    old_key bytea default null
)
language plpgsql
as $procedure$
declare
    phases constant pg_catalog.text[] := array['expanded', 'backfilled', 'verified', 'cut_over', 'contracted'];
    -- 0 for what is not a phase.
    last constant pg_catalog.int4 := coalesce(pg_catalog.array_position(phases, until), 0);
    passed pg_catalog.int4;
begin
    if last operator(pg_catalog.=) 0 then
        raise exception 'until is not a phase of a protection'
            using errcode = 'KW003', hint = 'Use expanded, backfilled, verified, cut_over or contracted.';
    end if;
    perform kw.protect_expand(entity_table, column_name, key_scope, policy, shown_by, search, normaliser, taken_over_from, takeover_options);
    commit;
    if last operator(pg_catalog.>=) 2 then
        loop
            passed := kw.protect_backfill(entity_table, column_name, max_rows, old_key => old_key);
            commit;
            exit when passed operator(pg_catalog.=) 0;
        end loop;
    end if;
    if last operator(pg_catalog.>=) 3 then
        loop
            passed := kw.protect_verify(entity_table, column_name, max_rows, old_key => old_key);
            commit;
            exit when passed operator(pg_catalog.=) 0;
        end loop;
        if exists (select from kw.protection_status(entity_table) s where s.field_name operator(pg_catalog.=) column_name and s.status operator(pg_catalog.=) 'backfilled') then
            raise exception 'rows differ from their ciphertexts'
                using errcode = 'KW102', hint = 'Use kw.protection_status, which names their keys.';
        end if;
    end if;
    if last operator(pg_catalog.>=) 4 then
        -- Of a takeover, what was written during the verification.
        loop
            passed := kw.protect_backfill(entity_table, column_name, max_rows, old_key => old_key);
            commit;
            exit when passed operator(pg_catalog.=) 0;
        end loop;
        perform kw.protect_cut_over(entity_table, column_name, old_key => old_key);
        commit;
    end if;
    if last operator(pg_catalog.>=) 5 then
        perform kw.protect_contract(entity_table, column_name);
        commit;
    end if;
end;
$procedure$;

comment on procedure kw.protect(entity_table text, column_name text, key_scope text, policy text, until text, max_rows integer, shown_by text, search text, normaliser text, taken_over_from text, takeover_options jsonb, old_key bytea) is
'Takes a plaintext column to an encrypted one while it is used, phase by phase, and continues where an earlier call ended: kw.protect_expand, kw.protect_backfill and kw.protect_verify, and, if asked for, kw.protect_cut_over and kw.protect_contract. Commits by itself after each batch and each phase. Call it outside of a transaction block. For kw_client; requires the table owner. Errors: as these functions.';

grant execute on procedure kw.protect(entity_table text, column_name text, key_scope text, policy text, until text, max_rows integer, shown_by text, search text, normaliser text, taken_over_from text, takeover_options jsonb, old_key bytea) to kw_client;
