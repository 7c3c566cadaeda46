-- See kw._ciphertext_in.
create or replace function kw._ciphertext_receive(value internal) returns kw.ciphertext_bytes
language internal immutable strict parallel safe
as 'bytearecv';

comment on function kw._ciphertext_receive(value internal) is 'Reads kw.ciphertext_bytes from the binary protocol. Internal.';
