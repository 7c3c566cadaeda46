-- @param value: the value to check
-- @returns: whether the value has the form of a ciphertext
-- @example
--   alter table users add constraint email_is_encrypted check (kw.is_ciphertext(email));
--   insert into users (id, email) values (6, 'plain@example.org');
-- For constraints: it reads no table, so that a restore can check them in any order.
create or replace function kw.is_ciphertext(value bytea) returns boolean
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
return case
    when value is null then null
    -- header, nonce and tag: 14 + 12 + 16 bytes, and with XAES-256-GCM 14 + 24 + 16
    when length(value) < 42 then false
    when get_byte(value, 0) not in (193, 194) or get_byte(value, 1) not in (1, 2) then false
    when get_byte(value, 1) = 2 and length(value) < 54 then false
    -- the id of a binding (63 bits) and its generation (31 bits) are more than 0
    else get_byte(value, 2) < 128 and substr(value, 3, 8) <> decode('0000000000000000', 'hex')
        and get_byte(value, 10) < 128 and substr(value, 11, 4) <> decode('00000000', 'hex')
end;

comment on function kw.is_ciphertext(value bytea) is
'Returns whether a value has the form of a field ciphertext. Use it in a constraint that keeps plaintext out: check (kw.is_ciphertext(ssn)). Null for null. It does not check whether the value can be decrypted. Writing to a table with such a constraint requires EXECUTE on it. For everybody who may use the schema.';

grant execute on function kw.is_ciphertext(value bytea) to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor;
