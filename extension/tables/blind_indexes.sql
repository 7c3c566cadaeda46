-- One row a blind index: tokens of equal values of a field are equal. A shredded one keeps its row.
create table kw.blind_indexes (
    index_uuid uuid primary key default gen_random_uuid(),
    entity_table varchar(64) collate "C" not null check (entity_table like '%_._%'),
    field_name varchar(64) collate "C" not null check (field_name <> ''),
    tenant varchar(64) collate "C" check (tenant <> ''),
    normaliser text collate "C" not null check (
        normaliser in ('raw', 'trim', 'digits', 'phone', 'ascii-lower', 'unicode-14', 'email')
    ),
    bits smallint not null check (bits between 8 and 128),
    generation integer not null default 1 check (generation > 0),
    key_wrapper_id bigint not null unique
        constraint fk_bi_kw references kw.key_wrappers (id) on delete restrict,
    next_wrapper_id bigint unique
        constraint fk_bi_next references kw.key_wrappers (id) on delete restrict,
    status text not null default 'live' check (status in ('live', 'shredded')),
    created_at timestamptz(6) not null default now(),
    change_no bigint,
    seal bytea,
    check (next_wrapper_id <> key_wrapper_id)
);
create index blind_indexes_of_field on kw.blind_indexes (entity_table, field_name, coalesce(tenant, ''));
create unique index blind_indexes_once
on kw.blind_indexes (entity_table, field_name, coalesce(tenant, '')) where status = 'live';

create trigger guard_immutable
before update on kw.blind_indexes
for each row
when (
    old.index_uuid <> new.index_uuid or old.tenant is distinct from new.tenant or old.normaliser <> new.normaliser
    or old.bits <> new.bits or old.created_at <> new.created_at or new.generation < old.generation
    or (old.status = 'shredded' and new.status <> 'shredded')
)
execute function kw._guard_immutable(
    'The uuid, tenant, normaliser and bits of a blind index never change, its generation never falls, and a shredded one stays so: tokens depend on them.'
);

create trigger guard_change_no
before update on kw.blind_indexes
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.blind_indexes
    enable always trigger guard_change_no,
    enable always trigger guard_immutable;

select pg_extension_config_dump('kw.blind_indexes', '');

comment on table kw.blind_indexes is 'Blind indexes: what tokens of a field''s values are made with. See docs/format.md.';
comment on column kw.blind_indexes.index_uuid is 'Random name of the index. Its keys are derived with it.';
comment on column kw.blind_indexes.entity_table is 'The entity, by the name that bindings have (kw.entities.bound_as).';
comment on column kw.blind_indexes.field_name is 'The field whose values get tokens.';
comment on column kw.blind_indexes.tenant is 'Of tokens that only compare within a tenant: which one. Null: of the whole table.';
comment on column kw.blind_indexes.normaliser is 'What is done to a value before its token is made.';
comment on column kw.blind_indexes.bits is 'How many bits of the hash a token has.';
comment on column kw.blind_indexes.generation is 'The generation of the key that makes tokens; each token names it.';
comment on column kw.blind_indexes.key_wrapper_id is 'The wrapper of class index that holds the key.';
comment on column kw.blind_indexes.next_wrapper_id is 'While the key is being replaced: the wrapper of the next generation.';
comment on column kw.blind_indexes.status is 'live; or shredded: no token can be made any more.';
comment on column kw.blind_indexes.created_at is 'When it was made.';
comment on column kw.blind_indexes.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.blind_indexes.seal is 'MAC of the row by the deployment key. See docs/format.md.';
