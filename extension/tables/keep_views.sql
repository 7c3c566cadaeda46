create event trigger kwtools_keep_views on ddl_command_end
when tag in ('ALTER TABLE')
execute function kw._keep_views();
alter event trigger kwtools_keep_views enable always;
comment on event trigger kwtools_keep_views is 'Makes the protected views of an altered table again.';
