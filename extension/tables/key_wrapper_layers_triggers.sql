-- What a session keeps counts for a version of the wrapper's row. The runtime changes that row itself.
create trigger touch_after_insert
after insert on kw.key_wrapper_layers
referencing new table as changed
for each statement when (current_user <> 'kw_owner')
execute function kw._touch_layered_wrappers();

create trigger touch_after_delete
after delete on kw.key_wrapper_layers
referencing old table as changed
for each statement when (current_user <> 'kw_owner')
execute function kw._touch_layered_wrappers();

create trigger touch_after_truncate
after truncate on kw.key_wrapper_layers
for each statement when (current_user <> 'kw_owner')
execute function kw._touch_layered_wrappers();

create trigger touch_wrappers_before
after update on kw.key_wrapper_layers
referencing old table as changed
for each statement when (current_user <> 'kw_owner')
execute function kw._touch_layered_wrappers();

create trigger touch_wrappers_after
after update on kw.key_wrapper_layers
referencing new table as changed
for each statement when (current_user <> 'kw_owner')
execute function kw._touch_layered_wrappers();

-- In every session: session_replication_role = replica must not let a change pass unguarded or unnoticed.
alter table kw.key_wrapper_layers
    enable always trigger touch_after_insert,
    enable always trigger touch_after_delete,
    enable always trigger touch_after_truncate,
    enable always trigger touch_wrappers_before,
    enable always trigger touch_wrappers_after;
