-- Not dumped: it only has to differ from what any session remembers.
create table kw.key_epoch (
    singleton boolean primary key default true check (singleton),
    epoch uuid not null default gen_random_uuid()
) with (fillfactor = 10);
insert into kw.key_epoch default values;

comment on table kw.key_epoch is
'One row that changes with every change of a key, provider, branch, setting, or of what is known of an entity. A session checks what it keeps again when it differs.';
comment on column kw.key_epoch.singleton is 'Keeps it one row.';
comment on column kw.key_epoch.epoch is 'A new random value at every change.';
