-- What the extension seeds is not dumped, so the statuses that an admin gave stand apart.
create table kw.algorithm_statuses (
    algorithm_id bigint primary key constraint fk_algo_status_algo references kw.crypto_algorithms (id),
    status text not null check (status in ('active', 'deprecated', 'experimental')),
    updated_at timestamptz(6) not null default now(),
    change_no bigint,
    seal bytea
);

create trigger keep_algorithm_status
after insert or update on kw.algorithm_statuses
for each row execute function kw._keep_algorithm_status();

create trigger guard_change_no
before update on kw.algorithm_statuses
for each row
when (new.change_no < old.change_no or (new.change_no is null and old.change_no is not null))
execute function kw._guard_immutable('The change number of a row never falls.');

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.algorithm_statuses
    enable always trigger guard_change_no;

select pg_extension_config_dump('kw.algorithm_statuses', '');

comment on table kw.algorithm_statuses is 'The statuses that an admin gave algorithms with kw.set_algorithm_status. kw.crypto_algorithms shows them.';
comment on column kw.algorithm_statuses.algorithm_id is 'The algorithm.';
comment on column kw.algorithm_statuses.status is 'Its status.';
comment on column kw.algorithm_statuses.updated_at is 'When it was set.';
comment on column kw.algorithm_statuses.change_no is 'Number of the last sealed change of the row; null: not sealed.';
comment on column kw.algorithm_statuses.seal is 'MAC of the row by the deployment key. See docs/format.md.';
