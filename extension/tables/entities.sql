-- The relation is an oid, not a regclass: pg_dump writes a regclass as a name, and restoring that
-- name would both fail while the table is missing and claim whatever bears it.
create table kw.entities (
    entity_table varchar(64) collate "C" primary key,
    relation oid,
    quoted_name text not null,
    owner_name name,
    claimed_at timestamptz(6) not null default now(),
    key_form text,
    entity_id uuid not null default gen_random_uuid() unique,
    bound_as varchar(64) collate "C" not null unique,
    change_no bigint,
    seal bytea,
    check ((relation is null) = (owner_name is null))
);

create trigger guard_change_no
before update on kw.entities
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

create trigger complete_bound_as
before insert on kw.entities
for each row when (new.bound_as is null)
execute function kw._complete_bound_as();

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.entities
    enable always trigger guard_change_no,
    enable always trigger complete_bound_as;

select pg_extension_config_dump('kw.entities', '');

comment on table kw.entities is 'The table that a name meant when it was first bound. Privileges of a table count only while the name still means it.';
comment on column kw.entities.entity_table is 'schema.table: its present name.';
comment on column kw.entities.relation is 'The oid of the table; null: the name is external, and only grants open it.';
comment on column kw.entities.quoted_name is 'The name of the table as SQL writes it, quoted where needed. Not that of the entity where a protected view has that.';
comment on column kw.entities.owner_name is 'The table owner at that time. Re-claiming requires the same owner.';
comment on column kw.entities.claimed_at is 'When it was recorded.';
comment on column kw.entities.key_form is 'The form of primary key that every bound key is spelled in; null where an older version may have bound another spelling.';
comment on column kw.entities.entity_id is 'Random name of the entity, in the seals of its bindings.';
comment on column kw.entities.bound_as is 'The entity_table of its bindings: the first name, or ~. and a random name where that was taken. A rename of the table leaves it as it is.';
comment on column kw.entities.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.entities.seal is 'MAC of the row by the deployment key. See docs/format.md.';
