create type kw.doctor_result as (
    "check" text,
    ok boolean,
    detail text,
    hint text
);
comment on type kw.doctor_result is 'The result of a check of the server.';
