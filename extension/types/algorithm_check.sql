create type kw.algorithm_check as (
    class text,
    name text,
    nist_level smallint,
    status text,
    ok boolean,
    detail text
);
comment on type kw.algorithm_check is 'The result of a known-answer test of an algorithm.';
