-- Locked, never filled, by what makes or changes branches and policies: one at a time. A table and no
-- advisory lock, which any role could take. Not dumped: there is nothing in it.
create table kw.key_graph_lock (
    nothing integer check (nothing is null)
);

comment on table kw.key_graph_lock is 'Empty. A change of key dependencies locks it, so that two changes cannot create a cycle together.';
comment on column kw.key_graph_lock.nothing is 'Not used.';
