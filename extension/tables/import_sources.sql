-- One row a signer whose bundles were accepted. An import locks it, so that one of two equal bundles is refused.
create table kw.import_sources (
    signing_key_id bigint primary key
        constraint fk_is_sk references kw.signing_keys (id) on delete restrict,
    number bigint not null check (number > 0),
    accepted_at timestamptz(6) not null default now(),
    change_no bigint,
    seal bytea
);

create trigger guard_immutable
before update on kw.import_sources
for each row when (old.signing_key_id <> new.signing_key_id or new.number < old.number)
execute function kw._guard_immutable('The number of a signer only grows: a lower one would let its bundles be replayed.');

create trigger guard_delete
before delete on kw.import_sources
for each row execute function kw._guard_immutable('The number of a signer stays: without it its bundles could be replayed.');

create trigger guard_change_no
before update on kw.import_sources
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.import_sources
    enable always trigger guard_change_no,
    enable always trigger guard_immutable,
    enable always trigger guard_delete;

select pg_extension_config_dump('kw.import_sources', '');

comment on table kw.import_sources is 'The last bundle of data keys that was accepted of each signing key of scope import.';
comment on column kw.import_sources.signing_key_id is 'The signing key.';
comment on column kw.import_sources.number is 'The number of that bundle. The next one requires a higher number.';
comment on column kw.import_sources.accepted_at is 'When it was accepted.';
comment on column kw.import_sources.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.import_sources.seal is 'MAC of the row by the deployment key. See docs/format.md.';
