-- UNLOGGED and not dumped: a row lives as long as its transaction, and nothing of it is needed after a crash.
-- Each transaction has rows of its own, so readers do not wait for each other.
create unlogged table kw.audited_reads (
    id uuid primary key default gen_random_uuid()
);

-- At commit the session writes what it has counted.
create constraint trigger keep_reads
after insert on kw.audited_reads
deferrable initially deferred
for each row execute function kw._keep_reads();

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.audited_reads
    enable always trigger keep_reads;

comment on table kw.audited_reads is 'A row for each transaction in progress that has read fields whose reads are audited. Its trigger writes their audit events at commit.';
comment on column kw.audited_reads.id is 'Key of the row.';
