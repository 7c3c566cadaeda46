create table kw.protected_fields (
    entity_table varchar(64) collate "C" not null,
    field_name varchar(64) collate "C" not null,
    value_type text not null,
    key_scope text collate "C" not null check (key_scope in ('table', 'column', 'row', 'cell')),
    ciphertext_column name not null,
    token_column name,
    index_uuid uuid,
    created_at timestamptz(6) not null default now(),
    constraint protected_fields_pkey primary key (entity_table, field_name)
);

select pg_extension_config_dump('kw.protected_fields', '');

comment on table kw.protected_fields is 'The fields of tables that protected views decrypt and encrypt (kw.set_protected_field). A view keeps a copy from when it was made.';
comment on column kw.protected_fields.entity_table is 'The entity.';
comment on column kw.protected_fields.field_name is 'The field, and the column of views.';
comment on column kw.protected_fields.value_type is 'The type of its values, as SQL writes it. They are encrypted in the typed encoding (docs/format.md).';
comment on column kw.protected_fields.key_scope is 'What one data key protects: the table, the column, a row or a cell. Views bind new keys of rows and cells.';
comment on column kw.protected_fields.ciphertext_column is 'The column of the table that holds the ciphertexts.';
comment on column kw.protected_fields.token_column is 'The column that holds tokens of the blind index; null: none.';
comment on column kw.protected_fields.index_uuid is 'The blind index; null: none.';
comment on column kw.protected_fields.created_at is 'When it was set.';
