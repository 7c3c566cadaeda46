create type kw.takeover_finding as (
    finding text,
    values bigint,
    example_keys text[]
);
comment on type kw.takeover_finding is 'How many values of a column that another tool encrypted open, or why they do not (kw.check_takeover).';
