-- Rows are only added: who encrypts waits for nobody. No foreign key, which would lock the binding, and no sequence,
-- which a member of pg_write_all_data could set back.
create table kw.generation_usage (
    id uuid primary key default gen_random_uuid(),
    binding_id bigint not null,
    generation integer not null check (generation > 0),
    nonces integer not null check (nonces > 0),
    is_full boolean not null,
    counted_at timestamptz(6) not null default now()
);
create index generation_usage_binding_id_generation on kw.generation_usage (binding_id, generation);
-- Nearly always empty: every call that encrypts looks.
create index generation_usage_full on kw.generation_usage (binding_id, generation) where is_full;

select pg_extension_config_dump('kw.generation_usage', '');

comment on table kw.generation_usage is 'How much the generations of bindings have encrypted with suite 1: one of 1,048,576 values is counted, by its nonce.';
comment on column kw.generation_usage.id is 'Key of the row.';
comment on column kw.generation_usage.binding_id is 'The binding.';
comment on column kw.generation_usage.generation is 'The generation that encrypted.';
comment on column kw.generation_usage.nonces is 'How many nonces of a call began with 20 zero bits.';
comment on column kw.generation_usage.is_full is 'Whether the generation had 3,500 of them by then: it is close to its 2^32 values.';
comment on column kw.generation_usage.counted_at is 'When they were counted.';
