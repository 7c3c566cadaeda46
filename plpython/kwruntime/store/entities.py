"""kw.entities: what a name was recorded for, and what it stands for now."""

from kwruntime.postgres.query import Query


def bound_as(name: str) -> str:
    """Return the name in the bindings of an entity; null where nothing was ever bound to it."""
    return f"(select e.bound_as from kw.entities e where e.entity_table = {name} limit 1)"


def name_of(bound: str) -> str:
    """Return the present name of the entity of bindings."""
    return f"coalesce((select e.entity_table from kw.entities e where e.bound_as = {bound} limit 1), {bound})"


def _relation_named(quoted: str) -> str:
    """Return the oid of the relation of a quoted name. to_regclass requires USAGE of its schema."""
    return f"""(
        select r.oid
        from parse_ident({quoted}) p (parts)
        join pg_namespace n on n.nspname = p.parts[1]::name
        join pg_class r on r.relnamespace = n.oid and r.relname = p.parts[2]::name
    )"""


# $1 entity, $2 schema, $3 table: what the name was recorded for, and what it stands for now. Where a protected
# view has the name, that is the table below it: quoted_name has its name. An external name has no table below it.
ENTITY = Query(
    f"""
    select
        e.entity_table is not null as is_known,
        e.relation as recorded,
        e.owner_name as recorded_owner,
        c.oid as relation,
        c.relowner as owner,
        pg_get_userbyid(c.relowner) as owner_name,
        coalesce(e.quoted_name, quote_ident($2) || '.' || quote_ident($3)) as quoted_name
    from (select) one
    left join kw.entities e on e.entity_table = $1
    left join pg_namespace n on n.nspname = $2
    left join lateral (
        select r.oid
        from pg_class r
        where r.relnamespace = n.oid and r.relname = $3 and r.relkind in ('r', 'p', 'f', 'v', 'm')
            and (e.relation is null or e.quoted_name = quote_ident($2) || '.' || quote_ident($3))
        union all
        select {_relation_named("e.quoted_name")}
        where e.relation is not null and e.quoted_name <> quote_ident($2) || '.' || quote_ident($3)
    ) r on true
    left join pg_class c on c.oid = r.oid
    """,
    ("text", "text", "text"),
)
IS_ENTITY = Query(
    "select exists (select from kw.entities e where e.entity_table = $1) as allowed", ("text",)
)
# Other names that a relation was recorded under: a protected view, that its table was. $1 relation, $2 its name now.
RECORDED_AS = Query(
    """
    select e.entity_table
    from (
        select $1 as relation
        union
        select c.oid
        from pg_trigger t
        join pg_class v on v.oid = t.tgrelid
        join pg_rewrite r on r.ev_class = t.tgrelid
        join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
            and d.refclassid = 'pg_class'::regclass
        join pg_class c on c.oid = d.refobjid and c.oid <> v.oid and c.relowner = v.relowner
        where t.tgrelid = $1 and t.tgfoid = 'kw._begin_view()'::regprocedure
    ) o
    join kw.entities e on e.relation = o.relation
    where e.entity_table <> $2
    order by e.entity_table
    """,
    ("oid", "text"),
)
# The table of entity $1, where a protected view of it, in its schema, has the name $2 (schema), $3 now, and nothing has
# the name of the entity, $4 (schema), $5, which the view had.
BELOW_RENAMED_VIEW = Query(
    """
    select
        e.relation as recorded, e.owner_name as recorded_owner, c.oid as relation, c.relowner as owner,
        pg_get_userbyid(c.relowner) as owner_name, format('%I.%I', n.nspname, c.relname) as quoted_name
    from kw.entities e
    join pg_class c on c.oid = e.relation
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = $2
    join pg_class v on v.relnamespace = n.oid and v.relname = $3 and v.relkind = 'v' and v.relowner = c.relowner
    where e.entity_table = $1 and e.quoted_name <> quote_ident($4) || '.' || quote_ident($5)
        and exists (
            select
            from pg_trigger t
            join pg_rewrite r on r.ev_class = t.tgrelid
            join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
                and d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid
            where t.tgrelid = v.oid and t.tgfoid = 'kw._begin_view()'::regprocedure
        )
        and not exists (
            select
            from pg_class r
            join pg_namespace s on s.oid = r.relnamespace
            where s.nspname = $4 and r.relname = $5
        )
    """,
    ("text", "text", "text", "text", "text"),
)
# What a name that is not a table's may have meant: capitals or the schema are another. $1 schema, $2 table.
SIMILAR_TABLE = Query(
    """
    select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'f', 'v', 'm') and lower(c.relname) = lower($2)
        and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    order by n.nspname = $1 desc, c.relname = $2 desc, n.nspname, c.relname
    limit 1
    """,
    ("text", "text"),
)
# The table that a search_path finds for a role. $1 schemas, $2 table, $3 role.
FOUND_BY_PATH = Query(
    """
    select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name, n.nspname as schema
    from unnest($1) with ordinality p (schema, place)
    join pg_namespace n
        on n.nspname = case when p.schema = '$user' then pg_get_userbyid($3)::text else p.schema end
    join pg_class c on c.relnamespace = n.oid and c.relname = $2 and c.relkind in ('r', 'p', 'f', 'v', 'm')
    where has_schema_privilege($3::oid, n.oid, 'usage')
    order by p.place
    limit 1
    """,
    ("text[]", "text", "oid"),
)
RELATION_NAME = Query(
    """
    select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where c.oid = $1
    """,
    ("oid",),
)
# A mark says that keys may be bound in another form than the recorded one.
KEY_FORM = """
    case
        when not exists (
            select
            from kw.entity_fields f
            where f.entity_table = e.entity_table and f.field_name_norm = '' and f.has_other_spellings
        ) then e.key_form
    end
"""
ENTITY_RELATION = Query(
    f"""
    select e.relation, {KEY_FORM} as key_form
    from (select) one
    left join kw.entities e on e.entity_table = $1
    """,
    ("text",),
)


# The columns of a relation's primary key, in its order, each by the type below its domains. Only types
# of PostgreSQL itself have a name here: what others do with equal values is not known.
def _key_columns(typmod: str, base: str) -> Query:
    return Query(
        f"""
        select
            i.indexrelid as index,
            case when t.typnamespace = 'pg_catalog'::regnamespace then t.typname end as type_name,
            format_type(a.atttypid, a.atttypmod) as shown,
            {typmod} as typmod,
            t.typtype = 'e' as is_enum,
            t.typtype = 'd' as is_domain,
            coalesce(l.collisdeterministic, true) as is_bytewise
        from pg_index i
        cross join unnest(i.indkey::int2[]) with ordinality k (number, position)
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
        {base}
        left join pg_collation l on l.oid = a.attcollation
        where i.indrelid = $1 and i.indisprimary and k.position <= i.indnkeyatts
        order by k.position
        """,
        ("oid",),
    )


KEY_COLUMNS = _key_columns("a.atttypmod", "join pg_type t on t.oid = a.atttypid")
# For keys with domains, which are few: a first call is short of time, and this takes 2 ms to plan.
KEY_COLUMNS_WITH_DOMAINS = _key_columns(
    "coalesce(nullif(a.atttypmod, -1), d.typmod)",
    """
    cross join lateral (
        with recursive below (id, typmod, depth) as (
            select a.atttypid, -1, 0
            union all
            select o.typbasetype, case when b.typmod = -1 then o.typtypmod else b.typmod end, b.depth + 1
            from below b
            join pg_type o on o.oid = b.id and o.typtype = 'd'
        )
        select b.id, b.typmod from below b order by b.depth desc limit 1
    ) d
    join pg_type t on t.oid = d.id
    """,
)
# Keeps FORGET_ENTITY away until the binding that is made is committed.
KEEP_ENTITY = Query(
    "select e.entity_table from kw.entities e where e.entity_table = $1 for key share", ("text",)
)
# The bindings of a table that was renamed keep its first name.
RECORD_ENTITY = Query(
    """
    insert into kw.entities (entity_table, relation, quoted_name, owner_name, key_form, entity_id, bound_as)
    select
        $1, $2, $3, $4, $5, n.id,
        case
            when exists (select from kw.entities e where e.bound_as = $1)
                then '~.' || translate(encode(uuid_send(n.id), 'base64'), '+/=', '-_')
            else $1
        end
    from (select gen_random_uuid() as id) n
    on conflict do nothing
    returning entity_table
    """,
    ("text", "oid", "text", "name", "text"),
)
SET_KEY_FORM = Query(
    """
    update kw.entities set key_form = $2 where entity_table = $1 and key_form is distinct from $2
    """,
    ("text", "text"),
)
FORGET_SPELLINGS = Query(
    """
    delete from kw.entity_fields f
    where f.entity_table = $1 and f.is_mark and f.has_other_spellings
    returning f.id::text as key, f.change_no
    """,
    ("text",),
)
# No row where another transaction binds something there; what comes later waits.
LOCK_ENTITY_ALONE = Query(
    "select e.entity_table from kw.entities e where e.entity_table = $1 for update skip locked",
    ("text",),
)
# Who adds something to an entity shares it; who changes all that was added waits for them, and they for him.
SHARE_ENTITY = Query(
    "select e.entity_table from kw.entities e where e.entity_table = $1 for share", ("text",)
)
HOLD_ENTITY = Query(
    "select e.entity_table from kw.entities e where e.entity_table = $1 for no key update",
    ("text",),
)
# No row where another transaction changes it.
LOCK_ENTITY = Query(
    """
    select e.entity_table from kw.entities e where e.entity_table = $1 for no key update skip locked
    """,
    ("text",),
)
# A protected view has the name of the entity; the table has another one, or has its own again.
NAME_TABLE = Query(
    "update kw.entities e set quoted_name = $2 where e.entity_table = $1", ("text", "text")
)
# The table that has the entity's own name ($2 schema, $3 table), where that which was recorded for entity $1, below
# a protected view, is gone. Where it has another name, it is the entity's still.
OWN_TABLE = Query(
    """
    select
        c.oid as relation, c.relowner as owner, pg_get_userbyid(c.relowner) as owner_name,
        quote_ident($2) || '.' || quote_ident($3) as quoted_name
    from kw.entities e
    join pg_namespace n on n.nspname = $2
    join pg_class c on c.relnamespace = n.oid and c.relname = $3 and c.relkind in ('r', 'p', 'f')
    where e.entity_table = $1 and e.relation is not null
        and not exists (select from pg_class r where r.oid = e.relation)
    """,
    ("text", "text", "text"),
)
RECLAIM_ENTITY = Query(
    """
    update kw.entities
    set relation = $2, owner_name = $3, quoted_name = $4, claimed_at = clock_timestamp()
    where entity_table = $1
    """,
    ("text", "oid", "name", "text"),
)
# Of names that stand for the table that they were recorded for: its owner of now. Few change it.
_HAS_OTHER_OWNER = """
    e.entity_table = any($1) and c.oid = e.relation and c.oid::regclass::text = e.quoted_name
    and e.owner_name <> pg_get_userbyid(c.relowner)
"""
WITH_OTHER_OWNERS = Query(
    f"select e.entity_table from kw.entities e, pg_class c where {_HAS_OTHER_OWNER}", ("text[]",)
)
RECORD_OWNERS = Query(
    f"""
    update kw.entities e
    set owner_name = pg_get_userbyid(c.relowner)
    from pg_class c
    where {_HAS_OTHER_OWNER}
    """,
    ("text[]",),
)
# Those that something is bound to.
ENTITIES_WITH_TABLES = Query(
    f"""
    select e.entity_table, e.relation, {KEY_FORM} as key_form
    from kw.entities e
    where e.relation::regclass::text = e.quoted_name
        and exists (select from kw.encryption_bindings b where b.entity_table = e.bound_as)
    order by e.entity_table
    """
)
# After a query "gone" of kw.entities: what is recorded of their fields goes, but for what an admin said.
_FIELDS_GO = """gone_fields as (
        delete from kw.entity_fields f
        using gone
        where f.entity_table = gone.entity_table
            and f.policy_id is null and f.min_nist_level is null and f.read_audit is null
        returning f.id, f.change_no
    )"""
_GONE = """
    select false as is_field, g.entity_table as key, g.change_no from gone g
    union all
    select true, g.id::text, g.change_no from gone_fields g
"""
# A name that nothing is bound to any more stands for nothing; what an admin said of it stays. A name
# that somebody binds just now is left.
FORGET_ENTITY = Query(
    f"""
    with free as materialized (
        select e.entity_table from kw.entities e where e.entity_table = $1 for update skip locked
    ),
    gone as (
        delete from kw.entities e
        using free
        where e.entity_table = free.entity_table
            and not exists (select from kw.encryption_bindings b where b.entity_table = e.bound_as)
            and not exists (select from kw.blind_indexes x where x.entity_table = e.bound_as)
        returning e.entity_table, e.change_no
    ),
    {_FIELDS_GO}
    {_GONE}
    """,
    ("text",),
)
# The name $2 takes over the bindings of the name $1, and what is recorded of them; both are locked.
TAKE_BINDINGS = Query(
    f"""
    with gone as (
        delete from kw.entities e where e.entity_table = $1
        returning e.entity_table, e.entity_id, e.bound_as, e.change_no
    ),
    {_FIELDS_GO},
    taken as (
        update kw.entities e
        set entity_id = gone.entity_id, bound_as = gone.bound_as
        from gone
        where e.entity_table = $2
    )
    {_GONE}
    """,
    ("text", "text"),
)
COUNT_BINDINGS = Query(
    f"select count(*) as bindings from kw.encryption_bindings b where b.entity_table = {bound_as('$1')}",
    ("text",),
)
IS_BOUND = Query(
    f"""
    select exists (
        select from kw.encryption_bindings b
        where b.entity_table = {bound_as("$1")} and ($2::text is null or b.field_name = $2)
        union all
        select from kw.blind_indexes x
        where x.entity_table = {bound_as("$1")} and ($2::text is null or x.field_name = $2)
    ) as found
    """,
    ("text", "text"),
)
