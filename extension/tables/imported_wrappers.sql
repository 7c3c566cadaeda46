create table kw.imported_wrappers (
    signing_key_id bigint not null
        constraint fk_iw_source references kw.import_sources (signing_key_id) on delete restrict,
    foreign_uuid uuid not null,
    key_wrapper_id bigint not null unique
        constraint fk_iw_kw references kw.key_wrappers (id) on delete restrict,
    number bigint not null check (number > 0),
    primary key (signing_key_id, foreign_uuid)
);

create trigger guard_immutable
before update or delete on kw.imported_wrappers
for each row execute function kw._guard_immutable('A data key that was imported stays known, so that a shredded one does not come back.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.imported_wrappers
    enable always trigger guard_immutable;

select pg_extension_config_dump('kw.imported_wrappers', '');

comment on table kw.imported_wrappers is 'The data keys that were imported, by the uuids that their makers gave them. Rows stay when the data key is shredded.';
comment on column kw.imported_wrappers.signing_key_id is 'The signing key of the maker.';
comment on column kw.imported_wrappers.foreign_uuid is 'The name that the maker gave to the data key.';
comment on column kw.imported_wrappers.key_wrapper_id is 'Its wrapper here.';
comment on column kw.imported_wrappers.number is 'The number of the bundle that held it.';
