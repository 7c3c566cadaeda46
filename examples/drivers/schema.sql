create table people (id bigint primary key, name text, email bytea, salary bytea);
create table visits (id uuid primary key, note bytea);
create table rooms (code text primary key, door bytea);

select kw.bind('people', '*', 'email');
select kw.bind('people', '*', 'salary');
select kw.bind('visits', '*', 'note');
select kw.bind('rooms', '*', 'door');

-- Person 9 had a key of their own, and asked to be forgotten.
select kw.bind('people', 9, 'email');
insert into people (id, name, email) values (9, 'Eve', kw.encrypt_text('people', 9, 'email', 'eve@example.org'));
select kw.shred('people', 9, 'email');

-- The application uses contacts_decrypted as if it were the table.
create table contacts (id bigint primary key, name text, email kw.ciphertext, email_token bytea unique);
select kw.bind('contacts', '*', 'email');
select kw.create_index_key('contacts', 'email', 'email');
select kw.set_protected_field('contacts', 'email', token_column => 'email_token');
select kw.create_protected_view('contacts');
