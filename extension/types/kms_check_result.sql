create type kw.kms_check_result as (
    kms_key_id bigint,
    provider text,
    external_key_ref text,
    status text,
    latency_ms integer,
    error text
);
comment on type kw.kms_check_result is 'The result of a probe of a KMS key.';
