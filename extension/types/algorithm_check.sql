create type kw.algorithm_check as (
    class text,
    name text,
    nist_level smallint,
    status text,
    ok boolean,
    detail text
);
comment on type kw.algorithm_check is 'What a known-answer test of an algorithm showed.';
