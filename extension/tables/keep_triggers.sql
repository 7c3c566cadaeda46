-- pg_dump --disable-triggers ends with ENABLE TRIGGER ALL, which would turn ENABLE ALWAYS off.
create event trigger kwtools_keep_triggers on ddl_command_end
when tag in ('ALTER TABLE')
execute function kw._keep_triggers();
alter event trigger kwtools_keep_triggers enable always;
comment on event trigger kwtools_keep_triggers is 'Keeps the triggers of kwtools enabled always.';
