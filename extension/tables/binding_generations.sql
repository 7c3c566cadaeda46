create table kw.binding_generations (
    binding_id bigint not null
        constraint fk_bind_gen_binding references kw.encryption_bindings (id) on delete cascade,
    generation integer not null check (generation > 0),
    key_wrapper_id bigint not null constraint fk_bind_gen_kw references kw.key_wrappers (id) on delete restrict,
    replaced_at timestamptz(6) not null default now(),
    primary key (binding_id, generation)
);
create index binding_generations_key_wrapper_id on kw.binding_generations (key_wrapper_id);

select pg_extension_config_dump('kw.binding_generations', '');

comment on table kw.binding_generations is 'The earlier wrappers of rotated bindings.';
comment on column kw.binding_generations.binding_id is 'The binding.';
comment on column kw.binding_generations.generation is 'The generation that its ciphertexts carry.';
comment on column kw.binding_generations.key_wrapper_id is 'The wrapper that made them.';
comment on column kw.binding_generations.replaced_at is 'When the next generation took over.';
