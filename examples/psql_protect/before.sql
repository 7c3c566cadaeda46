-- The application's table, with plaintext.
create table people (
    id bigint generated always as identity primary key,
    name text not null,
    email text unique,
    changed_at timestamptz not null default now()
);
create table orders (id bigint generated always as identity primary key, person bigint not null references people);
create function name_of(mail text) returns text language plpgsql stable as $$
declare
    found text;
begin
    select p.name into found from people p where p.email = mail;
    return found;
end;
$$;
insert into people (name, email) select 'Person ' || n, 'person.' || n || '@example.org' from generate_series(1, 3000) n;
insert into orders (person) select id from people where id % 10 = 0;
analyze people;
\getenv app SHOP_APP
grant kw_client to :"app";
grant select, insert, update, delete on people to :"app";
