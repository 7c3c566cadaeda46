-- The key state of this database, and its identity in seals, in the log and in imports.
create table kw.deployments (
    key_no integer primary key check (key_no > 0),
    deployment_uuid uuid not null,
    key_wrapper_id bigint not null unique
        constraint fk_dep_kw references kw.key_wrappers (id) on delete restrict,
    incarnation integer not null default 0 check (incarnation between 0 and 8388607),
    phase text not null default 'adopting' check (
        phase in ('adopting', 'next', 'replacing', 'recovering', 'sealed')
    ),
    created_at timestamptz(6) not null default now(),
    change_no bigint,
    seal bytea
);

create trigger guard_immutable
before update on kw.deployments
for each row
when (
    old.key_no <> new.key_no or old.deployment_uuid <> new.deployment_uuid
    or old.key_wrapper_id <> new.key_wrapper_id or old.created_at <> new.created_at
    or new.incarnation < old.incarnation
)
execute function kw._guard_immutable('Only the phase of a deployment changes, and its incarnation, which never falls.');

-- By row, since the apply of logical replication fires no other trigger.
create trigger touch_key_epoch
after insert or update or delete on kw.deployments
for each row execute function kw._touch_key_epoch();

create trigger touch_key_epoch_after_truncate
after truncate on kw.deployments
for each statement execute function kw._touch_key_epoch();

create trigger guard_change_no
before update on kw.deployments
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.deployments
    enable always trigger guard_change_no,
    enable always trigger guard_immutable,
    enable always trigger touch_key_epoch,
    enable always trigger touch_key_epoch_after_truncate;

select pg_extension_config_dump('kw.deployments', '');

create sequence kw.change_numbers;
alter sequence kw.change_numbers owner to kw_owner;
select pg_extension_config_dump('kw.change_numbers', '');

comment on sequence kw.change_numbers is 'Numbers of sealed changes. Incarnation i counts from i * 2^40 + 1.';

comment on table kw.deployments is 'The deployment keys of this database, one a row. The row with the highest key_no that is not of phase next is in force.';
comment on column kw.deployments.key_no is 'Number of the key, from 1. Seals begin with it.';
comment on column kw.deployments.deployment_uuid is 'Random name of the deployment. It is in every seal, in the name of the log and in what may be imported.';
comment on column kw.deployments.key_wrapper_id is 'The wrapper of class deployment that holds the key.';
comment on column kw.deployments.incarnation is 'How often the database was restored on purpose. Each incarnation has a log of its own.';
comment on column kw.deployments.phase is 'adopting: rows without a seal are accepted. sealed: they are refused. next: the key is not in force yet. replacing: seals of the key before are accepted, too. recovering: that key is lost, and its seals are accepted unchecked.';
comment on column kw.deployments.created_at is 'When it was made.';
comment on column kw.deployments.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.deployments.seal is 'MAC of the row by the deployment key. See docs/format.md.';
