create type kw.protection_progress as (
    id bigint,
    entity_table text,
    field_name text,
    status text,
    key_scope text,
    value_type text,
    shown_by text,
    search text,
    token_column text,
    index_statements text[],
    rows_estimated bigint,
    encrypted bigint,
    verified bigint,
    differing bigint,
    differing_keys text[],
    created_at timestamptz,
    changed_at timestamptz,
    taken_over_from text
);
comment on type kw.protection_progress is 'How far the protection of a column is (kw.protection_status).';
