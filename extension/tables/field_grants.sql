create table kw.field_grants (
    entity_table varchar(64) collate "C" not null,
    field_name_norm varchar(64) collate "C" not null,
    role_name name not null,
    may_read boolean not null,
    may_write boolean not null,
    granted_by name not null,
    created_at timestamptz(6) not null default now(),
    primary key (entity_table, field_name_norm, role_name),
    check (may_read or may_write)
);

select pg_extension_config_dump('kw.field_grants', '');

comment on table kw.field_grants is 'Explicit grants (kw.grant_field), besides the privileges of tables and columns.';
comment on column kw.field_grants.entity_table is 'The entity.';
comment on column kw.field_grants.field_name_norm is 'The field; empty for every field.';
comment on column kw.field_grants.role_name is 'Who may: this role and its members. A name, so that it survives a dump.';
comment on column kw.field_grants.may_read is 'May decrypt.';
comment on column kw.field_grants.may_write is 'May encrypt, bind a cell and rotate it.';
comment on column kw.field_grants.granted_by is 'Who granted it.';
comment on column kw.field_grants.created_at is 'When.';
