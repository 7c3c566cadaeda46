-- Not dumped, so a restored database has another id: oids that stand in restored rows are another
-- cluster's, and may by chance be those of other roles here.
create table kw.installation (
    id uuid not null default gen_random_uuid()
);

create trigger keep_installation
before insert on kw.installation
for each row execute function kw._keep_installation();
-- A subscription to all tables copies the publisher's row: that row is left out.
alter table kw.installation enable always trigger keep_installation;

comment on table kw.installation is 'One row: the CREATE EXTENSION that made these tables. Grants are in force only if their oids were recorded here.';
comment on column kw.installation.id is 'Random. The same on standbys and after pg_upgrade, another one after a restore of a dump.';
