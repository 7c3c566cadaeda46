create table kw.entity_fields (
    entity_table varchar(64) collate "C" not null,
    field_name_norm varchar(64) collate "C" not null,
    policy_id bigint constraint fk_entity_fields_policy references kw.encryption_policies (id),
    has_keys boolean not null default false,
    has_shredded boolean not null default false,
    min_nist_level smallint check (min_nist_level between 1 and 5),
    primary key (entity_table, field_name_norm)
);

select pg_extension_config_dump('kw.entity_fields', '');

comment on table kw.entity_fields is 'What holds for a field of an entity as a whole: the policy of new bindings, and which look-ups can be spared.';
comment on column kw.entity_fields.entity_table is 'The entity.';
comment on column kw.entity_fields.field_name_norm is 'The field; empty for the whole row.';
comment on column kw.entity_fields.policy_id is 'The policy that new bindings get (kw.bind_policy); null for the default.';
comment on column kw.entity_fields.has_keys is 'Bindings of single keys exist, or did: look them up before the binding of every row.';
comment on column kw.entity_fields.has_shredded is 'Whether a key was ever shredded, one of every row (*) too; else no reader has to look.';
comment on column kw.entity_fields.min_nist_level is 'The NIST category that new wrappers need (kw.set_floor); null for none.';
