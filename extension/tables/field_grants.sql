create table kw.field_grants (
    entity_table varchar(64) collate "C" not null,
    field_name_norm varchar(64) collate "C" not null,
    role_name name not null,
    may_read boolean not null,
    may_write boolean not null,
    granted_by name not null,
    created_at timestamptz(6) not null default now(),
    id uuid constraint field_grants_pkey primary key default gen_random_uuid(),
    relation oid,
    owner oid,
    owner_name name,
    grantee oid,
    installation uuid,
    change_no bigint,
    seal bytea,
    check (may_read or may_write),
    constraint field_grants_once unique (entity_table, field_name_norm, grantee, installation)
);

create trigger guard_change_no
before update on kw.field_grants
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.field_grants
    enable always trigger guard_change_no;

select pg_extension_config_dump('kw.field_grants', '');

comment on table kw.field_grants is 'Explicit grants (kw.grant_field), in addition to the privileges of tables and columns. A grant is in force only while table, table owner and grantee are the recorded ones. See kw.list_grants.';
comment on column kw.field_grants.entity_table is 'The entity.';
comment on column kw.field_grants.field_name_norm is 'The field; empty for every field.';
comment on column kw.field_grants.role_name is 'The name of the grantee when the grant was made or confirmed. The grantee is the role and its members.';
comment on column kw.field_grants.may_read is 'May decrypt.';
comment on column kw.field_grants.may_write is 'May encrypt, bind a cell and rotate it.';
comment on column kw.field_grants.granted_by is 'Who granted it.';
comment on column kw.field_grants.created_at is 'When.';
comment on column kw.field_grants.id is 'Random key of the row.';
comment on column kw.field_grants.relation is 'The oid of the table that it was made for; null for an external name.';
comment on column kw.field_grants.owner is 'The oid of the owner that the table had then; null for an external name.';
comment on column kw.field_grants.owner_name is 'The name of that owner, which kw.confirm_grants compares after a restore.';
comment on column kw.field_grants.grantee is 'The oid of the grantee: a role that is made again under the name has no grant.';
comment on column kw.field_grants.installation is 'The id of kw.installation where these oids were recorded. They mean nothing elsewhere.';
comment on column kw.field_grants.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.field_grants.seal is 'MAC of the row by the deployment key. See docs/format.md.';
