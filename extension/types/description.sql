create type kw.description as (
    suite text,
    binding_id bigint,
    generation integer,
    entity_table text,
    entity_pk text,
    field_name text,
    status text,
    is_current boolean
);
comment on type kw.description is 'The properties of a ciphertext that are known without decrypting it (kw.describe).';
