-- PostgreSQL's own code for bytea, under the name that CREATE TYPE needs. Strict, since PostgreSQL calls it
-- with null otherwise. It resolves no name, so it has no search_path.
create or replace function kw._ciphertext_in(value cstring) returns kw.ciphertext_bytes
language internal immutable strict parallel safe
as 'byteain';

comment on function kw._ciphertext_in(value cstring) is 'Reads kw.ciphertext_bytes as bytea is read. Internal.';
