-- Names are compared with what was recorded: without quotes where none are needed.
set local quote_all_identifiers = off;
-- What the extension has already: privileges.sql leaves the grants on it alone.
select pg_catalog.set_config('kwtools.members_before', coalesce(pg_catalog.string_agg(
    pg_catalog.format('%s:%s', d.classid::oid, d.objid), ' '
), ''), true)
from pg_catalog.pg_depend d
join pg_catalog.pg_extension e on e.oid = d.refobjid and e.extname = 'kwtools'
where d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'e';
-- Who may call what: where a function of the same name takes the place of one that the upgrade
-- drops, privileges.sql gives it these.
select pg_catalog.set_config('kwtools.calls_before', coalesce(pg_catalog.jsonb_agg(
    pg_catalog.jsonb_build_object(
        'name', p.proname, 'oid', p.oid::bigint, 'grantee', a.grantee::bigint, 'grantable', a.is_grantable
    )
), '[]')::text, true)
from pg_catalog.pg_proc p
cross join pg_catalog.aclexplode(p.proacl) a
where p.pronamespace = 'kw'::regnamespace and a.grantee not in (0, p.proowner);
-- Every session reads its rows again. So a call of older code that is running calls a function of this release, which ends it.
insert into kw.key_epoch_marks (mark)
values (('x' || pg_catalog.right(pg_catalog.replace(pg_catalog.gen_random_uuid()::text, '-', ''), 16))::bit(64)::bigint);
