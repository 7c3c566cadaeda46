-- The name alone: the functions that read and write the type have to exist before it.
create type kw.ciphertext_bytes;
