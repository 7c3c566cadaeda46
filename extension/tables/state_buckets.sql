-- No foreign key: a restore loads tables in any order.
create table kw.state_buckets (
    table_no smallint check (table_no > 0),
    bucket_no bigint check (bucket_no >= 0),
    digest bytea not null check (octet_length(digest) = 32),
    primary key (table_no, bucket_no)
);

select pg_extension_config_dump('kw.state_buckets', '');

comment on table kw.state_buckets is 'Digests of the change numbers of sealed rows, as the last state of the log has them. Compare them with kw.check_state.';
comment on column kw.state_buckets.table_no is 'Number of the sealed table (docs/format.md).';
comment on column kw.state_buckets.bucket_no is 'The rows: those whose ids, or hashes of keys, begin with it (docs/format.md).';
comment on column kw.state_buckets.digest is 'SHA-256 of the rows of the bucket that have a seal: id, sub and change number of each.';
