create table kw.kem_private_keys (
    kms_key_id bigint primary key constraint fk_kpk_key references kw.kms_keys (id),
    sealed_by_key_id bigint not null constraint fk_kpk_sealed_by references kw.kms_keys (id),
    sealed_key bytea not null,
    created_at timestamptz(6) not null default now(),
    change_no bigint,
    seal bytea
);

-- By row, since the apply of logical replication fires no other trigger.
create trigger touch_key_epoch
after insert or update or delete on kw.kem_private_keys
for each row execute function kw._touch_key_epoch();

create trigger touch_key_epoch_after_truncate
after truncate on kw.kem_private_keys
for each statement execute function kw._touch_key_epoch();

create trigger guard_change_no
before update on kw.kem_private_keys
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.kem_private_keys
    enable always trigger guard_change_no,
    enable always trigger touch_key_epoch,
    enable always trigger touch_key_epoch_after_truncate;

select pg_extension_config_dump('kw.kem_private_keys', '');

comment on table kw.kem_private_keys is 'Private keys of KEM keys, each sealed under another KMS key. Those of provider local are files instead.';
comment on column kw.kem_private_keys.kms_key_id is 'The KEM key.';
comment on column kw.kem_private_keys.sealed_by_key_id is 'The key that its private key is wrapped under.';
comment on column kw.kem_private_keys.sealed_key is 'The private key, wrapped. See docs/format.md.';
comment on column kw.kem_private_keys.created_at is 'When it was made.';
comment on column kw.kem_private_keys.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.kem_private_keys.seal is 'MAC of the row by the deployment key. See docs/format.md.';
