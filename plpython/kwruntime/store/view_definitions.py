"""SQL of what protected views are made from: tables, columns, types, grants."""

from kwruntime.postgres.query import Query

# The name of view $1, $2; whether it shows the table that $3 names; and whether triggers may change the rows of
# that table before they are stored.
BEGUN = Query(
    """
    select
        format('%I.%I', $1, $2) as name,
        exists (
            select
            from pg_rewrite r
            join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
                and d.refclassid = 'pg_class'::regclass and d.refobjid = to_regclass($3)
            where r.ev_class = $4::oid
        ) as shows_table,
        exists (
            select
            from pg_trigger g
            where (
                    g.tgrelid = to_regclass($3)
                    or g.tgrelid in (select p.relid from pg_partition_tree(to_regclass($3)) p)
                )
                and not g.tgisinternal and g.tgtype & 3 = 3 and g.tgtype & 28 <> 0
        ) as changes_rows
    """,
    ("text", "text", "text", "text"),
)
QUOTED = Query("select format('%I.%I', $1, $2) as name", ("text", "text"))
PARSED = Query("select parse_ident($1) as parts", ("text",))
VIEW_ID = Query(
    """
    select c.oid, pg_has_role(c.relowner, 'usage') as is_own
    from pg_class c
    where c.oid = to_regclass($1) and c.relkind = 'v'
    """,
    ("text",),
)
IS_PROTECTED_VIEW = Query(
    "select from pg_trigger t where t.tgrelid = $1 and t.tgfoid = 'kw._begin_view()'::regprocedure",
    ("oid",),
)
# The protected views of table $1.
VIEWS_OF = Query(
    """
    select distinct format('%I.%I', n.nspname, v.relname) as name
    from pg_depend d
    join pg_rewrite r on r.oid = d.objid
    join pg_class v on v.oid = r.ev_class and v.relkind = 'v'
    join pg_namespace n on n.oid = v.relnamespace
    join pg_trigger t on t.tgrelid = v.oid and t.tgfoid = 'kw._begin_view()'::regprocedure
    where d.refclassid = 'pg_class'::regclass and d.refobjid = $1 and d.classid = 'pg_rewrite'::regclass
    order by 1
    """,
    ("oid",),
)
NAMES_OF_COLUMNS = Query(
    """
    select a.attname::text as name
    from pg_attribute a
    where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped
    order by a.attnum
    """,
    ("oid",),
)
# Comments of relation $1 and its columns $3, for a view of the name $2 that has these columns.
COMMENTS = Query(
    """
    select format(
        'comment on %s is %L',
        case when a.attname is null then 'view ' || $2 else format('column %s.%I', $2, a.attname) end, d.description
    ) as text
    from pg_description d
    left join pg_attribute a on a.attrelid = d.objoid and a.attnum = d.objsubid and a.attnum > 0
    where d.classoid = 'pg_class'::regclass and d.objoid = $1
        and (d.objsubid = 0 or a.attname::text = any ($3))
    """,
    ("oid", "text", "text[]"),
)
# The present types of columns $2 of view $1, of those whose types were $3 and have another name or schema now.
# Types of pg_catalog keep theirs. By names of catalogs, which need no privilege of a schema.
RENAMED_TYPES = Query(
    r"""
    select f.name, format_type(a.atttypid, a.atttypmod) as type
    from unnest($2, $3) f (name, type)
    join pg_attribute a on a.attrelid = $1 and a.attname = f.name and not a.attisdropped
    where strpos(f.type, '.') > 0 and not exists (
        select from pg_type t where format_type(t.oid, null) = regexp_replace(f.type, E'\\([^)]*\\)', '')
    )
    """,
    ("oid", "text[]", "text[]"),
)
# Columns $3 of view $1, whose name is $2: their defaults, for a view of that name that is created again.
VIEW_DEFAULTS = Query(
    """
    select format(
        'alter view %s alter column %I %s', $2, a.attname,
        coalesce('set default ' || pg_get_expr(d.adbin, d.adrelid), 'drop default')
    ) as text
    from pg_attribute a
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = $1 and a.attname::text = any ($3)
    """,
    ("oid", "text", "text[]"),
)
# Key types whose text is the same in every session.
_KEY_TYPES = "'{int2,int4,int8,uuid,text,varchar,bpchar,numeric,bool}'::regtype[]"
COLUMNS = Query(
    f"""
    select
        a.attnum as number, a.attname as name, quote_ident(a.attname) as quoted, format_type(a.atttypid, a.atttypmod) as type,
        a.attgenerated <> '' as is_generated, a.attidentity <> '' as is_identity,
        not a.attnotnull and d.oid is null as may_be_left_out,
        case
            when a.attidentity <> '' then format('nextval(%L::pg_catalog.regclass)', s.name)
            when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid)
        end as default_value,
        s.name as sequence,
        t.typname ~ '^_?reg|money' or t.typtype in ('c', 'd') as prints_names,
        a.attnum = any ((i.indkey::int2[])[0:i.indnkeyatts - 1]) is true as is_key,
        a.atttypid = any ({_KEY_TYPES}) or t.typtype = 'e' as can_be_key
    from pg_attribute a
    join pg_type t on t.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
    left join lateral (
        select format('%I.%I', n.nspname, c.relname) as name
        from pg_depend o
        join pg_class c on c.oid = o.objid and c.relkind = 'S'
        join pg_namespace n on n.oid = c.relnamespace
        where o.classid = 'pg_class'::regclass and o.refclassid = 'pg_class'::regclass
            and o.refobjid = a.attrelid and o.refobjsubid = a.attnum and o.deptype = 'i'
        limit 1
    ) s on a.attidentity <> ''
    where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped
    order by a.attnum
    """,
    ("oid",),
)
KEY = Query(
    """
    select array_agg(quote_ident(a.attname) order by k.n) as key
    from pg_index i
    cross join unnest(i.indkey) with ordinality as k (attnum, n)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where i.indrelid = $1 and i.indisprimary and k.n <= i.indnkeyatts
    """,
    ("oid",),
)
TABLE = Query(
    """
    select
        format('%I.%I', n.nspname, c.relname) as quoted, n.nspname as schema,
        c.relname as name, quote_ident(pg_get_userbyid(c.relowner)) as owner
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where c.oid = $1 and c.relkind in ('r', 'p')
    """,
    ("oid",),
)
GRANTS = Query(
    """
    select
        x.privilege_type as privilege, x.column_name, x.is_grantable,
        case when x.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(x.grantee)) end as grantee
    from (
        select a.grantee, a.privilege_type, a.is_grantable, null as column_name
        from pg_class c
        cross join aclexplode(c.relacl) a
        where c.oid = $1 and a.grantee <> c.relowner
        union all
        select a.grantee, a.privilege_type, a.is_grantable, b.attname
        from pg_class c
        join pg_attribute b on b.attrelid = c.oid and b.attnum > 0 and not b.attisdropped
        cross join aclexplode(b.attacl) a
        where c.oid = $1 and a.grantee <> c.relowner
    ) x
    where x.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
    """,
    ("oid",),
)


# The layout that the trigger t carries: who owns it may have made it with no argument, or with more.
_CARRIED = (
    "convert_from(substr(t.tgargs, 1, greatest(position(decode('00', 'hex') in t.tgargs) - 1, 0)),"
    " getdatabaseencoding())"
)
LAYOUT = Query(
    f"""
    select
        {_CARRIED} as layout
    from pg_trigger t
    where t.tgrelid = to_regclass($1) and t.tgfoid = 'kw._begin_view()'::regprocedure
    """,
    ("text",),
)
# Each view that has the triggers of protected views, the table that it shows, and the layout that it carries.
MADE_VIEWS = Query(
    f"""
    select
        format('%I.%I', n.nspname, v.relname) as name, v.oid as id, s.relation,
        {_CARRIED} as layout
    from pg_trigger t
    join pg_class v on v.oid = t.tgrelid and v.relkind = 'v'
    join pg_namespace n on n.oid = v.relnamespace
    left join lateral (
        select min(d.refobjid) as relation
        from pg_rewrite r
        join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
            and d.refclassid = 'pg_class'::regclass and d.refobjid <> v.oid
        where r.ev_class = v.oid
    ) s on true
    where t.tgfoid = 'kw._begin_view()'::regprocedure and 2 = (
        select count(*)
        from pg_trigger o
        where o.tgrelid = v.oid and o.tgenabled in ('O', 'A')
            and o.tgfoid in ('kw._view_row()'::regprocedure, 'kw._end_view()'::regprocedure)
    )
    """
)
# Protected fields that name a column which their table does not have.
ROWS_OF_FIELDS = Query(
    """
    select f.entity_table || '.' || f.field_name as place, c.name as column_name
    from kw.protected_fields f
    join kw.entities e on e.entity_table = f.entity_table
    join pg_class r on r.oid = e.relation
    cross join lateral (
        values (f.ciphertext_column), (f.token_column), (f.tenant_column)
    ) c (name)
    where c.name is not null and not exists (
        select
        from pg_attribute a
        where a.attrelid = r.oid and a.attname = c.name and not a.attisdropped
    )
    order by 1, 2
    """
)
GRANTEES = Query(
    """
    select distinct case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end as grantee
    from pg_class c
    cross join lateral (
        select x.grantee from aclexplode(c.relacl) x
        union all
        select x.grantee from pg_attribute b cross join aclexplode(b.attacl) x where b.attrelid = c.oid
    ) a
    where c.oid = to_regclass($1) and a.grantee <> c.relowner
    """,
    ("text",),
)


def create_view(name: str, values: str, base: str, *, again: bool) -> str:
    """Return the statement that makes a view, which reads with the rights of who uses it."""
    create = "create or replace view" if again else "create view"
    return f"{create} {name} with (security_invoker = true) as select {values} from {base} b"
