-- After encrypt.sql: what looks an e-mail up by its value goes over to tokens, which have an index. Without this it
-- works as well, but decrypts every row after the cut over. An undo takes the tokens, so go back first.
create or replace function name_of(mail text) returns text language plpgsql stable as $$
declare
    found text;
begin
    select p.name into found from people p where p.email_token = kw.blind_index('people', 'email', mail);
    return found;
end;
$$;
