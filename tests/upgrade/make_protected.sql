-- Columns that kw.protect encrypted: one shown by a view and searched, one on its way. Since 0.9.0.
create table customers (id bigint primary key, email text not null unique, note text);
insert into customers values (1, 'One@example.com', 'uno'), (2, 'two@example.com', null);
call kw.protect(
    'customers', 'email', shown_by => 'view', search => 'equality', normaliser => 'email', until => 'contracted'
);
create table suppliers (id bigint primary key, phone text);
insert into suppliers values (1, '+49 30 1'), (2, null);
call kw.protect('suppliers', 'phone', until => 'verified');
