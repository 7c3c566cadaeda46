create table kw.binding_generations (
    binding_id bigint not null
        constraint fk_bind_gen_binding references kw.encryption_bindings (id) on delete cascade,
    generation integer not null check (generation > 0),
    key_wrapper_id bigint not null constraint fk_bind_gen_kw references kw.key_wrappers (id) on delete restrict,
    replaced_at timestamptz(6) not null default now(),
    change_no bigint,
    seal bytea,
    primary key (binding_id, generation)
);
create index binding_generations_key_wrapper_id on kw.binding_generations (key_wrapper_id);

create trigger guard_change_no
before update on kw.binding_generations
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.binding_generations
    enable always trigger guard_change_no;

select pg_extension_config_dump('kw.binding_generations', '');

comment on table kw.binding_generations is 'The earlier wrappers of rotated bindings.';
comment on column kw.binding_generations.binding_id is 'The binding.';
comment on column kw.binding_generations.generation is 'The generation that its ciphertexts carry.';
comment on column kw.binding_generations.key_wrapper_id is 'The wrapper that made them.';
comment on column kw.binding_generations.replaced_at is 'When the next generation took over.';
comment on column kw.binding_generations.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.binding_generations.seal is 'MAC of the row by the deployment key. See docs/format.md.';
