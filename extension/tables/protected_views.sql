-- Names, as pg_dump writes views. Nothing that reads or writes a row trusts this table: a view has what it needs
-- in its definition and its triggers.
create table kw.protected_views (
    view_name text collate "C" constraint protected_views_pkey primary key,
    entity_table varchar(64) collate "C" not null,
    shredded_as_null boolean not null,
    columns text[],
    created_at timestamptz(6) not null default now()
);

select pg_extension_config_dump('kw.protected_views', '');

comment on table kw.protected_views is 'The views that kw.create_protected_view has made.';
comment on column kw.protected_views.view_name is 'schema.view, quoted where needed.';
comment on column kw.protected_views.entity_table is 'The entity that it shows.';
comment on column kw.protected_views.shredded_as_null is 'Whether it shows null for what is shredded or does not decrypt.';
comment on column kw.protected_views.columns is 'The columns that it shows; null: every column.';
comment on column kw.protected_views.created_at is 'When it was made.';
