-- Locked, never filled, by what appends to a log or signs for it: one at a time. A table and no
-- advisory lock, which any role could take. Not dumped: there is nothing in it.
create table kw.log_lock (
    nothing integer check (nothing is null)
);

comment on table kw.log_lock is 'Empty. The sequencer of the log locks it, so that there is one.';
comment on column kw.log_lock.nothing is 'Not used.';
