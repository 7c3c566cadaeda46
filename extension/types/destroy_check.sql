create type kw.destroy_check as (
    "check" text,
    ok boolean,
    detail text,
    hint text,
    compare_with timestamptz
);
comment on type kw.destroy_check is 'A piece of evidence on whether a KMS key may be destroyed.';
