create type kw.key_dependent as (
    kind text,
    object_id bigint,
    name text,
    status text,
    mode text,
    kms_key_ids bigint[],
    objects bigint,
    opens_without boolean,
    below bigint,
    below_closed bigint
);
comment on type kw.key_dependent is 'What needs a KMS key: one object, or wrappers that are alike.';
