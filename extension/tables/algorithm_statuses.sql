-- What the extension seeds is not dumped, so the statuses that an admin gave stand apart.
create table kw.algorithm_statuses (
    algorithm_id bigint primary key constraint fk_algo_status_algo references kw.crypto_algorithms (id),
    status text not null check (status in ('active', 'deprecated', 'experimental')),
    updated_at timestamptz(6) not null default now()
);

create trigger keep_algorithm_status
after insert or update on kw.algorithm_statuses
for each row execute function kw._keep_algorithm_status();

select pg_extension_config_dump('kw.algorithm_statuses', '');

comment on table kw.algorithm_statuses is 'The statuses that an admin gave algorithms with kw.set_algorithm_status. kw.crypto_algorithms shows them.';
comment on column kw.algorithm_statuses.algorithm_id is 'The algorithm.';
comment on column kw.algorithm_statuses.status is 'Its status.';
comment on column kw.algorithm_statuses.updated_at is 'When it was set.';
