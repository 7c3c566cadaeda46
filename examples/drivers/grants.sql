-- psql -v app=ROLE: what the role of the application may do. Salaries are not for it.
grant kw_client to :"app";
grant select (id, name, email), insert (id, name, email), update (name, email) on people to :"app";
grant select, insert, update on visits, rooms to :"app";
grant select, insert, update on contacts, contacts_decrypted to :"app";
