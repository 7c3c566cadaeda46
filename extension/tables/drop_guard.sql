-- PostgreSQL refuses to drop a table with a pending trigger event, and names the table: so its name is the message.
-- Unlogged: never published, and never needed after a crash.
create unlogged table kw."keys live: first set kwtools.allow_drop = 'all keys'" (pid integer not null);

create constraint trigger hold
after insert on kw."keys live: first set kwtools.allow_drop = 'all keys'"
deferrable initially deferred
for each row execute function kw._guard_hold();

comment on table kw."keys live: first set kwtools.allow_drop = 'all keys'" is 'Empty. Keeps DROP EXTENSION from destroying keys (kw._guard_drop).';
comment on column kw."keys live: first set kwtools.allow_drop = 'all keys'".pid is 'The backend whose DROP is running.';

create event trigger kwtools_guard_drop on ddl_command_start
when tag in ('DROP EXTENSION', 'DROP SCHEMA', 'DROP OWNED', 'DROP LANGUAGE')
execute function kw._guard_drop();
alter event trigger kwtools_guard_drop enable always;
comment on event trigger kwtools_guard_drop is 'Refuses to drop the extension kwtools while it has keys.';

create event trigger kwtools_guard_drop_end on ddl_command_end
when tag in ('DROP EXTENSION', 'DROP SCHEMA', 'DROP OWNED', 'DROP LANGUAGE')
execute function kw._guard_drop();
alter event trigger kwtools_guard_drop_end enable always;
comment on event trigger kwtools_guard_drop_end is 'Removes the state of kwtools_guard_drop after the drop of another object.';
