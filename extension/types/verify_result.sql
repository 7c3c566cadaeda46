create type kw.verify_result as (
    id bigint,
    wrapper uuid,
    leg integer,
    kms_key_id bigint,
    sqlstate text,
    problem text
);
comment on type kw.verify_result is 'A leg of a wrapper, or a signing key, that cannot be opened.';
