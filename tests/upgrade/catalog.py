"""What an extension is made of, as the catalogs say: two ways of making it must give the same."""

from tests.conftest import Database

# Each gives (name, definition) of members of the extension; ACLs without their order.
_ACL = "(select array_agg(a::text order by a::text) from unnest({}) a)"
_MEMBER = """exists (
    select from pg_depend d join pg_extension e on e.oid = d.refobjid and e.extname = 'kwtools'
    where d.deptype = 'e' and d.classid = '{}'::regclass and d.objid = {}
)"""
_QUERIES = {
    "relation": f"""
        select c.oid::regclass::text, format('%s %s %s %s %s', c.relkind, c.relowner::regrole,
            {_ACL.format("c.relacl")}, c.reloptions, obj_description(c.oid, 'pg_class'))
        from pg_class c where {_MEMBER.format("pg_class", "c.oid")}""",
    "column": f"""
        select format('%s.%s', a.attrelid::regclass, a.attname),
            format('%s %s %s %s %s %s %s %s %s', a.attnum,
                format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
            a.attgenerated, a.attcollation::regcollation, {_ACL.format("a.attacl")},
            pg_get_expr(b.adbin, b.adrelid), col_description(a.attrelid, a.attnum))
        from pg_attribute a left join pg_attrdef b on (b.adrelid, b.adnum) = (a.attrelid, a.attnum)
        where a.attnum > 0 and not a.attisdropped and exists (
            select from pg_class c where c.oid = a.attrelid and c.relkind in ('r', 'v', 'c')
                and c.relnamespace = 'kw'::regnamespace
        )""",
    "constraint": """
        select format('%s %s', conrelid::regclass, conname),
            format('%s %s', pg_get_constraintdef(oid), convalidated)
        from pg_constraint where connamespace = 'kw'::regnamespace""",
    "index": "select indexname, indexdef from pg_indexes where schemaname = 'kw'",
    "trigger": """
        select format('%s %s', tgrelid::regclass, tgname),
            format('%s %s', pg_get_triggerdef(t.oid), tgenabled)
        from pg_trigger t join pg_class c on c.oid = tgrelid
        where not tgisinternal and c.relnamespace = 'kw'::regnamespace""",
    "event trigger": f"""
        select evtname, format('%s %s %s %s %s', evtevent, evtfoid::regprocedure, evtenabled,
            evttags, obj_description(e.oid, 'pg_event_trigger'))
        from pg_event_trigger e where {_MEMBER.format("pg_event_trigger", "e.oid")}""",
    "view": "select viewname, definition from pg_views where schemaname = 'kw'",
    "function": f"""
        select p.oid::regprocedure::text, format('%s %s %s %s', p.proowner::regrole,
            {_ACL.format("p.proacl")}, pg_get_functiondef(p.oid), obj_description(p.oid, 'pg_proc'))
        from pg_proc p where {_MEMBER.format("pg_proc", "p.oid")}""",
    "type": f"""
        select t.oid::regtype::text,
            format('%s %s %s', t.typowner::regrole, {_ACL.format("t.typacl")},
                obj_description(t.oid, 'pg_type'))
        from pg_type t where {_MEMBER.format("pg_type", "t.oid")}""",
    "schema": f"""
        select nspname, {_ACL.format("nspacl")}::text from pg_namespace where nspname = 'kw'""",
    "dumped": """
        select c.oid::regclass::text, e.extcondition[array_position(e.extconfig, c.oid)]
        from pg_extension e join pg_class c on c.oid = any(e.extconfig)
        where e.extname = 'kwtools'""",
    "member": """
        select pg_describe_object(classid, objid, 0), deptype::text from pg_depend d
        join pg_extension e on e.oid = d.refobjid and e.extname = 'kwtools' where deptype = 'e'""",
    "seed": "select id::text, (to_jsonb(a) - 'created_at')::text from kw.crypto_algorithms a",
    "version": "select extname, extversion from pg_extension where extname = 'kwtools'",
}


def catalog_of(db: Database) -> dict[tuple[str, str], str | None]:
    """Return the definition of everything of the extension, by what it is and its name."""
    return {
        (what, name): definition
        for what, query in _QUERIES.items()
        for name, definition in db.sql(query)
    }
