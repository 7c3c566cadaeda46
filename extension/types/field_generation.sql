create type kw.field_generation as (
    state text,
    scope text,
    generation integer,
    is_current boolean,
    wrapper_status text,
    bindings bigint,
    values bigint
);
comment on type kw.field_generation is 'How many values of a column are of one generation, or are not ciphertexts of the field (kw.field_generations).';
