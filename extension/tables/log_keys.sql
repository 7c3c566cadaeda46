create table kw.log_keys (
    log_id bigint constraint fk_lk_log references kw.logs (id),
    signing_key_id bigint constraint fk_lk_key references kw.signing_keys (id),
    verifier_key text not null,
    added_at timestamptz(6) not null default clock_timestamp(),
    removed_at timestamptz(6),
    change_no bigint,
    seal bytea,
    primary key (log_id, signing_key_id)
);

create trigger guard_change_no
before update on kw.log_keys
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.log_keys
    enable always trigger guard_change_no;

select pg_extension_config_dump('kw.log_keys', '');

comment on table kw.log_keys is 'The keys that sign checkpoints of a log.';
comment on column kw.log_keys.log_id is 'The log.';
comment on column kw.log_keys.signing_key_id is 'The key, of scope log.';
comment on column kw.log_keys.verifier_key is 'Name and public key as C2SP signed-note has them (vkey). Auditors keep it.';
comment on column kw.log_keys.added_at is 'From when it signs.';
comment on column kw.log_keys.removed_at is 'When it stopped signing; null: it signs.';
comment on column kw.log_keys.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.log_keys.seal is 'MAC of the row by the deployment key. See docs/format.md.';
