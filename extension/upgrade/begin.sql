-- What the extension has already: privileges.sql leaves the grants on it alone.
select pg_catalog.set_config('kwtools.members_before', coalesce(pg_catalog.string_agg(
    pg_catalog.format('%s:%s', d.classid::oid, d.objid), ' '
), ''), true)
from pg_catalog.pg_depend d
join pg_catalog.pg_extension e on e.oid = d.refobjid and e.extname = 'kwtools'
where d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'e';
