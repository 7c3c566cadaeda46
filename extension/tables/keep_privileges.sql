create event trigger kwtools_note_privileges on ddl_command_start
when tag in ('GRANT', 'REVOKE')
execute function kw._keep_privileges();
alter event trigger kwtools_note_privileges enable always;
comment on event trigger kwtools_note_privileges is 'Notes the privileges of tables below protected views.';
create event trigger kwtools_keep_privileges on ddl_command_end
when tag in ('GRANT', 'REVOKE')
execute function kw._keep_privileges();
alter event trigger kwtools_keep_privileges enable always;
comment on event trigger kwtools_keep_privileges is 'Has protected views follow the privileges of their tables.';
