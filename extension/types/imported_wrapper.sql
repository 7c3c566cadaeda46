create type kw.imported_wrapper as (
    foreign_uuid uuid,
    wrapper_uuid uuid
);
comment on type kw.imported_wrapper is 'A data key that was imported.';
comment on column kw.imported_wrapper.foreign_uuid is 'The name that its maker gave it.';
comment on column kw.imported_wrapper.wrapper_uuid is 'Its wrapper here, kw.key_wrappers.wrapper_uuid.';
