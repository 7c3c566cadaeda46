create type kw.exported_bundle as (
    number bigint,
    note bytea,
    bundle bytea
);
comment on type kw.exported_bundle is 'Data keys that are sealed for another deployment.';
comment on column kw.exported_bundle.number is 'The number of the bundle.';
comment on column kw.exported_bundle.note is 'The signed note.';
comment on column kw.exported_bundle.bundle is 'The bundle that it signs.';
