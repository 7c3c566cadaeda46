-- Deploy shop:phone to pg
-- requires: people
begin;
select kw.bind('people', '*', 'phone');
alter table people alter column phone type kw.ciphertext using kw.encrypt_text('people', id, 'phone', phone);
commit;
