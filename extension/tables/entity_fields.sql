create table kw.entity_fields (
    entity_table varchar(64) collate "C" not null,
    field_name_norm varchar(64) collate "C" not null,
    policy_id bigint constraint fk_entity_fields_policy references kw.encryption_policies (id),
    has_keys boolean not null default false,
    has_shredded boolean not null default false,
    min_nist_level smallint check (min_nist_level between 1 and 5),
    id uuid constraint entity_fields_pkey primary key default gen_random_uuid(),
    is_mark boolean not null default false,
    has_other_spellings boolean not null default false,
    read_audit text collate "C" check (read_audit in ('none', 'keys', 'statements')),
    change_no bigint,
    seal bytea,
    constraint entity_fields_marks check (
        not is_mark or (policy_id is null and min_nist_level is null and read_audit is null)
    )
);
create index entity_fields_of_entity on kw.entity_fields (entity_table, field_name_norm);
-- Marks are not among these: two transactions that make one do not wait for each other.
create unique index entity_fields_once on kw.entity_fields (entity_table, field_name_norm) where not is_mark;

create trigger guard_change_no
before update on kw.entity_fields
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- Which reads are audited belongs to the epoch: an admin sets it, and no reader asks for it in each call.
create trigger touch_key_epoch
after update on kw.entity_fields
for each row when (old.read_audit is distinct from new.read_audit)
execute function kw._touch_key_epoch();
create trigger touch_key_epoch_after_insert
after insert on kw.entity_fields
for each row when (new.read_audit is not null)
execute function kw._touch_key_epoch();
create trigger touch_key_epoch_after_delete
after delete on kw.entity_fields
for each row when (old.read_audit is not null)
execute function kw._touch_key_epoch();
create trigger touch_key_epoch_after_truncate
after truncate on kw.entity_fields
for each statement execute function kw._touch_key_epoch();

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.entity_fields
    enable always trigger guard_change_no,
    enable always trigger touch_key_epoch,
    enable always trigger touch_key_epoch_after_insert,
    enable always trigger touch_key_epoch_after_delete,
    enable always trigger touch_key_epoch_after_truncate;

select pg_extension_config_dump('kw.entity_fields', '');

comment on table kw.entity_fields is 'What holds for a field of an entity as a whole: the policy of new bindings, and which look-ups can be spared. What is said of it by one row or more holds.';
comment on column kw.entity_fields.entity_table is 'The entity.';
comment on column kw.entity_fields.field_name_norm is 'The field; empty for the whole row.';
comment on column kw.entity_fields.policy_id is 'The policy that new bindings get (kw.bind_policy); null for the default.';
comment on column kw.entity_fields.has_keys is 'Bindings of single keys exist, or did: look them up before the binding of every row.';
comment on column kw.entity_fields.has_shredded is 'Whether a key was ever shredded, one of every row (*) too; else no reader has to look.';
comment on column kw.entity_fields.min_nist_level is 'The NIST category that new wrappers need (kw.set_floor); null for none.';
comment on column kw.entity_fields.id is 'Random key of the row.';
comment on column kw.entity_fields.is_mark is 'Whether the row is a mark: it only records that something was found, so a field may have several. The row of its policy and floor is not a mark, and there is at most one.';
comment on column kw.entity_fields.has_other_spellings is 'Of the whole row: keys may be bound in another form than kw.entities.key_form.';
comment on column kw.entity_fields.read_audit is 'Which reads are audited (kw.set_read_audit): none, keys or statements. Null: as the whole row says, then as setting read_audit says.';
comment on column kw.entity_fields.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.entity_fields.seal is 'MAC of the row by the deployment key. See docs/format.md.';
