-- See kw._ciphertext_in. Stable: it follows bytea_output.
create or replace function kw._ciphertext_out(value kw.ciphertext_bytes) returns cstring
language internal stable strict parallel safe
as 'byteaout';

comment on function kw._ciphertext_out(value kw.ciphertext_bytes) is 'Writes kw.ciphertext_bytes as bytea is written. Internal.';
