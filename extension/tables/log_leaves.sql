-- No foreign key to kw.logs, which would be checked once a leaf.
create table kw.log_leaves (
    log_id bigint,
    leaf_index bigint check (leaf_index >= 0),
    event_id bigint not null,
    entry bytea check (octet_length(entry) between 1 and 65535),
    primary key (log_id, leaf_index)
);

create index log_leaves_event_id on kw.log_leaves (event_id);

-- For retention, which deletes the text.
create trigger guard_immutable
before update on kw.log_leaves
for each row
when (
    old.log_id <> new.log_id or old.leaf_index <> new.leaf_index or old.event_id <> new.event_id
    or new.entry is not null
)
execute function kw._guard_leaf();

create trigger guard_delete
before delete on kw.log_leaves
for each row execute function kw._guard_leaf();

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.log_leaves
    enable always trigger guard_immutable,
    enable always trigger guard_delete;

select pg_extension_config_dump('kw.log_leaves', '');

comment on table kw.log_leaves is 'The entries of the logs, in order.';
comment on column kw.log_leaves.log_id is 'The log.';
comment on column kw.log_leaves.leaf_index is 'Place in the tree, from 0.';
comment on column kw.log_leaves.event_id is 'The event, kw.audit_events.id.';
comment on column kw.log_leaves.entry is 'The bytes that are hashed, see docs/format.md; null: deleted, because of setting audit_days.';
