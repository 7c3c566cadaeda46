create table kw.protected_fields (
    id uuid not null default gen_random_uuid() constraint protected_fields_id_key unique,
    entity_table varchar(64) collate "C" not null,
    field_name varchar(64) collate "C" not null,
    value_type text not null,
    key_scope text collate "C" not null check (key_scope in ('table', 'column', 'row', 'cell')),
    ciphertext_column name not null,
    token_column name,
    index_uuid uuid,
    tenant_column name,
    next_token_column name,
    created_at timestamptz(6) not null default now(),
    change_no bigint,
    seal bytea,
    constraint protected_fields_pkey primary key (entity_table, field_name)
);

create trigger guard_change_no
before update on kw.protected_fields
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.protected_fields
    enable always trigger guard_change_no;

select pg_extension_config_dump('kw.protected_fields', '');

comment on table kw.protected_fields is 'The fields of tables that protected views decrypt and encrypt (kw.set_protected_field). A view keeps a copy from when it was made.';
comment on column kw.protected_fields.id is 'Random name of the row, for its seal.';
comment on column kw.protected_fields.entity_table is 'The entity.';
comment on column kw.protected_fields.field_name is 'The field, and the column of views.';
comment on column kw.protected_fields.value_type is 'The type of its values, as SQL writes it. They are encrypted in the typed encoding (docs/format.md).';
comment on column kw.protected_fields.key_scope is 'What one data key protects: the table, the column, a row or a cell. Views bind new keys of rows and cells.';
comment on column kw.protected_fields.ciphertext_column is 'The column of the table that holds the ciphertexts.';
comment on column kw.protected_fields.token_column is 'The column that holds tokens of the blind index; null: none.';
comment on column kw.protected_fields.index_uuid is 'The blind index; null: none.';
comment on column kw.protected_fields.tenant_column is 'The column that names the tenant of the blind index; null: the index of the whole table.';
comment on column kw.protected_fields.next_token_column is 'The column of the tokens by the next key; null: none. Views fill it if the table has it.';
comment on column kw.protected_fields.created_at is 'When it was set.';
comment on column kw.protected_fields.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.protected_fields.seal is 'MAC of the row by the deployment key. See docs/format.md.';
