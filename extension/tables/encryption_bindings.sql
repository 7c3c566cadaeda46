-- The id is random (63 bits), not counted: ciphertexts carry it, and it must not be met again
-- after a restore into another database.
create table kw.encryption_bindings (
    id bigint primary key check (id > 0),
    entity_table varchar(64) collate "C" not null check (entity_table like '%_._%'),
    entity_pk varchar(64) collate "C" not null,
    field_name varchar(64) collate "C" check (field_name <> ''),
    field_name_norm varchar(64) collate "C" not null generated always as (coalesce(field_name, '')) stored,
    key_wrapper_id bigint not null
        constraint fk_enc_bind_kw references kw.key_wrappers (id) on delete restrict,
    generation integer not null default 1 check (generation > 0),
    status text not null default 'live' check (status in ('live', 'shredded')),
    created_at timestamptz(6) not null default now(),
    is_closed boolean not null default false,
    suite smallint not null default 1 check (suite in (1, 2)),
    -- The nonces of suite 1 are too short for the values of every row.
    constraint every_row_has_suite_2 check (entity_pk <> '*' or suite = 2),
    change_no bigint,
    seal bytea,
    unique (entity_table, entity_pk, field_name_norm)
);
create index encryption_bindings_key_wrapper_id on kw.encryption_bindings (key_wrapper_id);
-- Small, so that a reader finds out for next to nothing that its key was not shredded.
create index encryption_bindings_shredded
on kw.encryption_bindings (entity_table, entity_pk, field_name_norm) where status = 'shredded';

create trigger guard_immutable
before update on kw.encryption_bindings
for each row
when (
    old.id <> new.id or new.generation < old.generation or old.suite <> new.suite
    or (old.entity_pk = '*') <> (new.entity_pk = '*')
    or (old.field_name is null) <> (new.field_name is null)
)
execute function kw._guard_immutable(
    'The id, the width and the suite of a binding never change, and its generation never falls: ciphertexts depend on them.'
);

create trigger complete_suite
before insert on kw.encryption_bindings
for each row when (new.entity_pk = '*')
execute function kw._complete_suite();

create trigger guard_status
before update on kw.encryption_bindings
for each row when (old.status is distinct from new.status)
execute function kw._guard_status('live>shredded');

create trigger guard_change_no
before update on kw.encryption_bindings
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.encryption_bindings
    enable always trigger guard_change_no,
    enable always trigger guard_immutable,
    enable always trigger complete_suite,
    enable always trigger guard_status;

select pg_extension_config_dump('kw.encryption_bindings', '');

comment on table kw.encryption_bindings is 'The wrapper that protects a cell, a row, a column or a table.';
comment on column kw.encryption_bindings.id is 'Random name of the binding, carried by its ciphertexts.';
comment on column kw.encryption_bindings.entity_table is 'The entity: its kw.entities.bound_as, which is its name unless it was renamed.';
comment on column kw.encryption_bindings.entity_pk is 'The key in its text form (kw.entity_key); * for every row.';
comment on column kw.encryption_bindings.field_name is 'The field; null for the whole row.';
comment on column kw.encryption_bindings.field_name_norm is 'field_name, empty for null, so that the unique constraint holds.';
comment on column kw.encryption_bindings.key_wrapper_id is 'The wrapper that encrypts now.';
comment on column kw.encryption_bindings.generation is 'The number of its present wrapper; ciphertexts contain it. Earlier ones are in kw.binding_generations.';
comment on column kw.encryption_bindings.status is 'live, or shredded: its wraps are destroyed. The row stays, so that no wider binding replaces it.';
comment on column kw.encryption_bindings.created_at is 'When it was made.';
comment on column kw.encryption_bindings.is_closed is 'Of a shredded binding: the bindings beneath it were shredded with it, and nothing can be bound there. False if 0.3.0 shredded it and left bindings beneath.';
comment on column kw.encryption_bindings.suite is 'How its values are encrypted: 1: AES-256-GCM, 2: XAES-256-GCM. Always 2 if the key is *.';
comment on column kw.encryption_bindings.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.encryption_bindings.seal is 'MAC of the row by the deployment key. See docs/format.md.';
