-- The form is that of kw.is_ciphertext. Written out: a function would need EXECUTE of each writer, of a
-- subscription's too, and takes ten times as long.
--
-- Not valid: every value is checked all the same, and there are none from before. The dump of pg_upgrade creates
-- domains, with their valid constraints, before casts: then value::bytea would fail.
create domain kw.ciphertext as kw.ciphertext_bytes;
alter domain kw.ciphertext add constraint is_ciphertext check (
    (
        length(value::bytea) >= 42 and substr(value::bytea, 1, 2) in (decode('c101', 'hex'), decode('c201', 'hex'))
        or length(value::bytea) >= 54 and substr(value::bytea, 1, 2) in (decode('c102', 'hex'), decode('c202', 'hex'))
    )
    and substr(value::bytea, 3, 8) between decode('0000000000000001', 'hex') and decode('7fffffffffffffff', 'hex')
    and substr(value::bytea, 11, 4) between decode('00000001', 'hex') and decode('7fffffff', 'hex')
) not valid;
create cast (kw.ciphertext_bytes as text) with function kw._refuse_text(kw.ciphertext_bytes);
create cast (kw.ciphertext_bytes as varchar) with function kw._refuse_text(kw.ciphertext_bytes);
create cast (kw.ciphertext_bytes as bpchar) with function kw._refuse_text(kw.ciphertext_bytes);
comment on domain kw.ciphertext is 'A field ciphertext, or null. It refuses plaintext, and has no operators: ciphertexts cannot be compared, sorted or indexed. Assign what kw.encrypt returns; read as bytea: column::bytea.';
