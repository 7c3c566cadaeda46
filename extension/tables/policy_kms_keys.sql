create table kw.policy_kms_keys (
    policy_id bigint not null constraint fk_policy_kms_keys_policy references kw.encryption_policies (id),
    kms_key_id bigint not null constraint fk_policy_kms_keys_key references kw.kms_keys (id),
    weight integer not null default 1 check (weight > 0),
    priority integer not null default 0,
    created_at timestamptz(6) not null default now(),
    updated_at timestamptz(6) not null default now(),
    change_no bigint,
    seal bytea,
    primary key (policy_id, kms_key_id)
);

create trigger guard_change_no
before update on kw.policy_kms_keys
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.policy_kms_keys
    enable always trigger guard_change_no;

select pg_extension_config_dump('kw.policy_kms_keys', '');

comment on table kw.policy_kms_keys is 'The keys that a policy may choose for the legs of a new wrapper.';
comment on column kw.policy_kms_keys.policy_id is 'The policy.';
comment on column kw.policy_kms_keys.kms_key_id is 'The key.';
comment on column kw.policy_kms_keys.weight is 'Among keys of one priority, how often it is chosen.';
comment on column kw.policy_kms_keys.priority is 'Higher first: leg 1 takes the first choice, leg 2 the next.';
comment on column kw.policy_kms_keys.created_at is 'When it was added.';
comment on column kw.policy_kms_keys.updated_at is 'When weight or priority last changed.';
comment on column kw.policy_kms_keys.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.policy_kms_keys.seal is 'MAC of the row by the deployment key. See docs/format.md.';
