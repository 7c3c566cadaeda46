alter table people alter column phone type text using kw.decrypt_text('people', id, 'phone', phone::bytea);
