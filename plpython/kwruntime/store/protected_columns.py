"""What the catalogs say of a column that is to be protected, asked as the table's owner."""

from kwruntime.postgres.query import Query

# $1 the relation, $2 the column. A key's type counts where its order is PostgreSQL's own.
COLUMN = Query(
    """
    with keys as (
        select
            array_agg(a.attname::text order by k.place) as names,
            array_agg(format_type(a.atttypid, a.atttypmod) order by k.place) as types,
            bool_and(f.opfnamespace = 'pg_catalog'::regnamespace) as are_ordered,
            bool_or(a.attname = $2) as is_key
        from pg_index i
        cross join lateral unnest(i.indkey::int2[], i.indclass::oid[]) with ordinality k(number, class, place)
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
        join pg_opclass o on o.oid = k.class
        join pg_opfamily f on f.oid = o.opcfamily
        where i.indrelid = $1 and i.indisprimary
    )
    select
        format('%I.%I', n.nspname, c.relname) as table_name, n.nspname::text as schema, c.relkind,
        c.relname::text as relname, a.attcollation <> t.typcollation as has_collation,
        a.attnum, format_type(a.atttypid, a.atttypmod) as value_type, a.attnotnull as is_not_null,
        a.attidentity <> '' as is_identity, a.attgenerated <> '' as is_generated,
        case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end as column_default,
        keys.names as keys, keys.types as key_types, keys.are_ordered, keys.is_key,
        exists (
            select from pg_index i
            where i.indrelid = c.oid and i.indisprimary and a.attnum = any ((i.indkey::int2[])[i.indnkeyatts:])
        ) as is_included,
        exists (
            select from pg_depend s
            join pg_class q on s.classid = 'pg_class'::regclass and q.oid = s.objid and q.relkind = 'S'
            where s.refclassid = 'pg_class'::regclass and s.refobjid = c.oid and s.refobjsubid = a.attnum
                and s.deptype = 'a'
        ) as owns_sequence,
        c.relkind = 'r' and c.relhassubclass as has_children, c.relispartition as is_partition,
        exists (
            select from pg_partitioned_table p where p.partrelid = c.oid and a.attnum = any (p.partattrs::int2[])
        ) as is_partition_key,
        pg_get_userbyid(c.relowner)::text as owner, row_security_active(c.oid) as hides_rows,
        has_schema_privilege($3::oid, n.oid, 'create')
            and has_schema_privilege(c.relowner, n.oid, 'create') as may_create
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attname = $2 and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    cross join keys
    where c.oid = $1
    """,
    ("oid", "text", "oid"),
)
HAS_COLUMN = Query(
    "select from pg_attribute a where a.attrelid = $1 and a.attname = $2 and not a.attisdropped",
    ("oid", "text"),
)
HAS_CHECK = Query(
    "select from pg_constraint c where c.conrelid = $1 and c.conname = $2", ("oid", "text")
)
HAS_TRIGGER = Query(
    "select from pg_trigger t where t.tgrelid = $1 and t.tgname = $2 and t.tgenabled = 'A'",
    ("oid", "text"),
)
# The present names of the columns of a protection of relation $1, which its checks and the condition of its
# trigger follow, and its functions. $2: the names of its two checks, two triggers and two functions.
OF_PROTECTION = Query(
    """
    with checks as (
        select c.conname, c.conkey
        from pg_constraint c
        where c.conrelid = $1 and c.contype = 'c' and c.conname = any ($2[1:2]::name[])
    ),
    own as (
        select t.oid, t.tgname, t.tgfoid
        from pg_trigger t
        where t.tgrelid = $1 and t.tgname = any ($2[3:4]::name[])
    ),
    columns as (
        select
            (select c.conkey[1] from checks c where c.conname = $2[1]) as sealed,
            (
                select d.refobjsubid
                from own t
                join pg_depend d on d.classid = 'pg_trigger'::regclass and d.objid = t.oid
                    and d.refclassid = 'pg_class'::regclass and d.refobjid = $1 and d.refobjsubid > 0
                where t.tgname = $2[3]
                limit 1
            ) as plain,
            (select c.conkey from checks c where c.conname = $2[2]) as filled
    )
    select
        (select a.attname::text from pg_attribute a where a.attrelid = $1 and a.attnum = k.sealed) as sealed,
        (select a.attname::text from pg_attribute a where a.attrelid = $1 and a.attnum = k.plain) as plain,
        (
            select a.attname::text from pg_attribute a
            where a.attrelid = $1 and a.attnum = any (k.filled) and a.attnum <> k.sealed
        ) as token,
        array(
            select distinct p.oid::regprocedure::text
            from own t
            join pg_proc p on p.oid = t.tgfoid and p.proname = any ($2[5:6]::name[])
            join pg_class c on c.oid = $1 and c.relowner = p.proowner
        ) as functions
    from columns k
    """,
    ("oid", "text[]"),
)
# Those of names $2 of relation $1.
INDEXES = Query(
    """
    select c.relname::text as name, i.indisvalid and i.indisready as is_valid
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    where i.indrelid = $1 and c.relname = any($2::name[])
    """,
    ("oid", "text[]"),
)
# The other columns of each unique index of columns, of all rows, that has the column $2 of relation $1,
# and whether it takes nulls, and different texts, for equal.
UNIQUE_INDEXES = Query(
    """
    select distinct
        i.indnullsnotdistinct as has_equal_nulls, array(
            select a.attname::text
            from unnest(i.indkey::int2[]) with ordinality k (number, place)
            join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
            where k.place <= i.indnkeyatts and a.attname <> $2
            order by k.place
        ) as others,
        exists (
            select from pg_attribute a
            join pg_type t on t.oid = a.atttypid
            left join pg_collation c on c.oid = a.attcollation
            where a.attrelid = $1 and a.attname = $2 and (t.typname = 'citext' or not c.collisdeterministic)
        ) as takes_texts_for_equal
    from pg_index i
    where i.indrelid = $1 and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
        and exists (
            select from pg_attribute a
            where a.attrelid = $1 and a.attname = $2
                and a.attnum = any ((i.indkey::int2[])[0:i.indnkeyatts - 1])
        )
    order by others, has_equal_nulls
    """,
    ("oid", "text"),
)
SIZE = Query(
    """
    select
        sum(greatest(c.reltuples, 0))::int8 as rows, sum(pg_table_size(c.oid))::int8 as bytes,
        pg_size_pretty(sum(pg_table_size(c.oid))) as size,
        bool_or(c.reltuples < 0 and pg_relation_size(c.oid) > 0) as is_unknown
    from (select $1::oid as oid union select t.relid from pg_partition_tree($1::oid) t) r
    join pg_class c on c.oid = r.oid
    """,
    ("oid",),
)
# What goes with the column (automatic and internal dependencies), and what stops that it goes. A check
# depends on its columns in both ways, and goes. An index of a constraint is named by the constraint.
DEPENDENTS = Query(
    """
    select
        i.type as kind, i.identity as name, bool_and(d.deptype = 'n') as stops
    from pg_depend d
    cross join lateral (
        select
            case when d.classid = 'pg_rewrite'::regclass then 'pg_class'::regclass else d.classid end as class,
            case
                when d.classid = 'pg_rewrite'::regclass
                    then (select r.ev_class from pg_rewrite r where r.oid = d.objid)
                else d.objid
            end as id
    ) o
    cross join lateral pg_identify_object(o.class, o.id, d.objsubid) i
    where d.refclassid = 'pg_class'::regclass and d.refobjid = $1 and d.refobjsubid = $2
        and d.deptype in ('n', 'a')
        and not (d.classid = 'pg_attrdef'::regclass and exists (
            select from pg_attrdef a where a.oid = d.objid and a.adrelid = $1 and a.adnum = $2
        ))
        and not (d.classid = 'pg_class'::regclass and d.objid = $1)
        and i.identity is not null
        and not (i.type = 'trigger' and i.identity like 'zz_kw_protect_%')
    group by i.type, i.identity
    order by 3, 1, 2
    """,
    ("oid", "int2"),
)
# Triggers that an UPDATE of each row fires (bit 4), and which of them come after ours (bits 0, 1).
TRIGGERS = Query(
    """
    select
        t.tgname::text as name, t.tgtype & 3 = 3 and t.tgname > 'zz_kw_protect_' as is_after_ours
    from pg_trigger t
    where t.tgrelid = $1 and not t.tgisinternal and t.tgtype & 16 = 16 and t.tgenabled <> 'D'
        and t.tgname not like E'zz\\\\_kw\\\\_protect\\\\_%'
    order by 1
    """,
    ("oid",),
)
PUBLICATIONS = Query(
    """
    select distinct p.pubname::text as name
    from pg_publication_tables p
    join pg_class c on c.relname = p.tablename
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = p.schemaname
    where c.oid = $1
    order by 1
    """,
    ("oid",),
)
# Roles that may write the column, and whether they may encrypt ($3: and own the table). Superusers
# are left out, and roles that nobody can be. So are roles of PostgreSQL's own and of ours: their members are not.
WRITERS = Query(
    """
    select r.rolname::text as name
    from pg_roles r
    join pg_class c on c.oid = $1
    where not r.rolsuper and r.rolname not like E'pg\\\\_%'
        and r.rolname not in ('kw_admin', 'kw_operator', 'kw_unwrap', 'kw_grantor', 'kw_auditor', 'kw_signer')
        and (
            r.rolcanlogin or r.oid = c.relowner
            or exists (select from pg_auth_members m where m.roleid = r.oid)
        )
        and has_schema_privilege(r.oid, c.relnamespace, 'usage')
        and has_column_privilege(r.oid, $1::oid, $2::text, 'insert, update')
        and not (
            pg_has_role(r.oid, 'kw_client', 'usage') and (not $3 or pg_has_role(r.oid, c.relowner, 'usage'))
        )
    order by 1
    """,
    ("oid", "text", "bool"),
)
# Roles that may not write the column, and whose INSERT gives it its default: so they would have to encrypt it.
INSERTERS = Query(
    """
    select r.rolname::text as name
    from pg_roles r
    join pg_class c on c.oid = $1
    where not r.rolsuper and r.rolname not like E'pg\\\\_%'
        and (r.rolcanlogin or exists (select from pg_auth_members m where m.roleid = r.oid))
        and has_schema_privilege(r.oid, c.relnamespace, 'usage')
        and has_any_column_privilege(r.oid, $1::oid, 'insert')
        and not has_column_privilege(r.oid, $1::oid, $2::text, 'insert, update')
    order by 1
    """,
    ("oid", "text"),
)
# Roles that use table $1 and could not do so through a view that shows column $2, and why.
CUT_OFF = Query(
    """
    select r.name, r.reason
    from (
        select
            r.rolname::text as name,
            case
                when has_column_privilege(r.oid, $1::oid, $2::text, 'select')
                    and not pg_has_role(r.oid, 'kw_client', 'usage')
                    then 'may read the column, but not decrypt: grant it kw_client'
                when has_any_column_privilege(r.oid, $1::oid, 'select') and not has_table_privilege(r.oid, $1::oid, 'select')
                    then 'may read single columns only, and a view requires SELECT on the table'
                when not has_table_privilege(r.oid, $1::oid, 'select') and (
                    has_any_column_privilege(r.oid, $1::oid, 'update') or has_table_privilege(r.oid, $1::oid, 'delete')
                )
                    then 'may change rows, but not read them, and a view requires SELECT on the table'
            end as reason
        from pg_roles r
        join pg_class c on c.oid = $1
        where not r.rolsuper and r.rolname not like E'pg\\\\_%' and r.rolname not like E'kw\\\\_%'
            and (
                r.rolcanlogin or r.oid = c.relowner
                or exists (select from pg_auth_members m where m.roleid = r.oid)
            )
            and has_schema_privilege(r.oid, c.relnamespace, 'usage')
    ) r
    where r.reason is not null
    order by 1
    """,
    ("oid", "text"),
)
# What uses the type of the rows of relation $1.
OF_ROW_TYPE = Query(
    """
    select distinct i.type as kind, i.identity as name
    from pg_class c
    join pg_type t on t.oid = c.reltype
    join pg_depend d
        on d.refclassid = 'pg_type'::regclass and d.refobjid in (t.oid, t.typarray) and d.deptype = 'n'
    cross join lateral pg_identify_object(d.classid, d.objid, d.objsubid) i
    where c.oid = $1 and i.identity is not null
    order by 1, 2
    """,
    ("oid",),
)
# $1 a schema, $2 a name.
HAS_RELATION = Query(
    """
    select
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = $1 and c.relname = $2
    """,
    ("text", "text"),
)
# The privileges of a column of its own, as statements on the column $3.
COLUMN_GRANTS = Query(
    """
    select format(
        'grant %s (%I) on %s to %s%s', a.privilege_type, $3::text, $4::text,
        case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end,
        case when a.is_grantable then ' with grant option' else '' end
    ) as text
    from pg_attribute c
    cross join lateral aclexplode(c.attacl) a
    where c.attrelid = $1 and c.attname = $2
    order by 1
    """,
    ("oid", "text", "text", "text"),
)
