select pg_advisory_xact_lock(hashtext('shop migrations'));

-- The column held plain text so far.
select kw.bind('people', '*', 'phone');
select atttypid = 'text'::regtype as is_plain
from pg_attribute where attrelid = 'people'::regclass and attname = 'phone' \gset
\if :is_plain
    alter table people alter column phone type kw.ciphertext using kw.encrypt_text('people', id, 'phone', phone);
\endif
