-- A type of its own, not a domain over bytea: the operators of bytea would apply to a domain. It has no
-- operators, and a category of its own, so that PostgreSQL finds no conversion to a type that has some.
create type kw.ciphertext_bytes (
    input = kw._ciphertext_in,
    output = kw._ciphertext_out,
    receive = kw._ciphertext_receive,
    send = kw._ciphertext_send,
    like = pg_catalog.bytea,
    category = 'k'
);
create cast (bytea as kw.ciphertext_bytes) without function as assignment;
create cast (kw.ciphertext_bytes as bytea) without function;
comment on type kw.ciphertext_bytes is 'Bytes without operators: the type below kw.ciphertext. For columns use kw.ciphertext, which refuses what is not a ciphertext.';
