create type kw.protection_step as (
    kind text,
    name text,
    detail text,
    is_obstacle boolean
);
comment on type kw.protection_step is 'What the protection of a column does, meets or leaves (kw.plan_protection).';
