-- See kw._ciphertext_in.
create or replace function kw._ciphertext_send(value kw.ciphertext_bytes) returns bytea
language internal immutable strict parallel safe
as 'byteasend';

comment on function kw._ciphertext_send(value kw.ciphertext_bytes) is 'Writes kw.ciphertext_bytes to the binary protocol. Internal.';
