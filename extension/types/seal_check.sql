create type kw.seal_check as (
    table_name text,
    row_key text,
    sqlstate text,
    problem text
);
comment on type kw.seal_check is 'A row of kw that does not match its seal, or the state in the log.';
