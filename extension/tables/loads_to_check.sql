-- Without a unique constraint, so that rows which a subscription copies never collide. Not dumped.
create table kw.loads_to_check (
    table_name name not null,
    loaded_at timestamptz(6) not null default now()
);
alter table kw.loads_to_check replica identity full;

-- What a load changed, no session has noticed.
create trigger touch_key_epoch
after delete on kw.loads_to_check
for each statement execute function kw._touch_key_epoch();

comment on table kw.loads_to_check is 'Tables that a restore loaded without checks of foreign keys. kw.check_restore checks and forgets them.';
comment on column kw.loads_to_check.table_name is 'The table.';
comment on column kw.loads_to_check.loaded_at is 'When the load began.';
