-- A log for each incarnation of a deployment. Its size and heads move only under the lock of kw.log_lock.
create table kw.logs (
    id bigint primary key,
    deployment_uuid uuid not null,
    incarnation integer not null check (incarnation >= 0),
    host text not null,
    origin text not null unique,
    size bigint not null default 0 check (size >= 0),
    heads bytea not null default '',
    first_entry bigint not null default 0 check (first_entry between 0 and size),
    state_leaf bigint check (state_leaf >= 0),
    appended_in xid8,
    created_at timestamptz(6) not null default clock_timestamp(),
    constraint logs_origin_check check (
        origin = host || '/kwtools/' || deployment_uuid || '/' || incarnation
    )
);

create trigger guard_immutable
before update on kw.logs
for each row
when (
    old.id <> new.id or old.origin <> new.origin or old.created_at <> new.created_at
    or new.size < old.size or new.first_entry < old.first_entry
)
execute function kw._guard_immutable('A log only grows.');

create trigger guard_delete
before delete on kw.logs
for each row execute function kw._guard_immutable('A log is not deleted.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.logs
    enable always trigger guard_immutable,
    enable always trigger guard_delete;

select pg_extension_config_dump('kw.logs', '');

comment on table kw.logs is 'The Merkle trees of audit events, one for each incarnation of a deployment. See docs/evidence.md.';
comment on column kw.logs.id is 'Number of the log, from 1.';
comment on column kw.logs.deployment_uuid is 'The deployment, kw.deployments.deployment_uuid.';
comment on column kw.logs.incarnation is 'The incarnation of the deployment.';
comment on column kw.logs.host is 'The beginning of the origin, as kw.create_log was given it.';
comment on column kw.logs.origin is 'Name of the log, and of its keys: HOST/kwtools/DEPLOYMENT/INCARNATION.';
comment on column kw.logs.size is 'How many entries the tree has.';
comment on column kw.logs.heads is 'Hashes of the complete subtrees of the tree, the largest first, 32 bytes each.';
comment on column kw.logs.first_entry is 'The texts of earlier entries were deleted, because of setting audit_days. Their hashes stay.';
comment on column kw.logs.state_leaf is 'The entry with the last state of the sealed rows; null: the next state is of all rows as they are.';
comment on column kw.logs.appended_in is 'The transaction that appended last: it must have ended before a checkpoint is signed.';
comment on column kw.logs.created_at is 'When it was made.';
