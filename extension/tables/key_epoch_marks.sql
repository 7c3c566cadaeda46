-- Not dumped and without a first row: together the marks only have to differ from what any session
-- remembers. Each writer changes a row that no other holds, so none waits. fillfactor for HOT updates.
create table kw.key_epoch_marks (
    id uuid primary key default gen_random_uuid(),
    mark bigint not null
) with (fillfactor = 10);

comment on table kw.key_epoch_marks is 'Random marks whose XOR is the epoch: it changes with every change of a key, provider, branch or setting. When it changes, a session checks its caches again. kw._touch_key_epoch keeps the number of marks small.';
comment on column kw.key_epoch_marks.id is 'Key of the row.';
comment on column kw.key_epoch_marks.mark is 'Random, set by the transaction that changed something.';
