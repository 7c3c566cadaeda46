"""The columns of a database that nothing protects yet, out of its catalog, with their statistics.

Of statistics only counts leave the server: the texts are matched there, in SQL that fails at no
value, so that no value can stand in an error, a log or the memory of this process.
"""

from collections.abc import Iterator
from typing import NamedTuple

from psycopg.rows import class_row

from kwtools.connections import Connection

MOST_COLUMNS = 100_000
"""How many columns are read at most."""

MOST_WITH_STATISTICS = 1_000
_MOST_VALUES = 60
"""Of a column: the most frequent ones, and bounds of its histogram."""

# Partitions and children of an inheritance have the columns of their parent.
_COLUMNS = """
with protected as materialized (
    select distinct e.relation, f.name
    from kw.entities e
    cross join lateral (
        select b.field_name::name
        from kw.encryption_bindings b
        where b.entity_table = e.bound_as and b.entity_pk = '*' and b.field_name is not null
        union all
        select f.field_name_norm::name
        from kw.entity_fields f
        where f.entity_table = e.entity_table and f.field_name_norm <> '' and f.has_keys
        union all
        select p.name
        from kw.protected_fields f
        cross join lateral (
            values (f.ciphertext_column), (f.token_column), (f.next_token_column)
        ) p (name)
        where f.entity_table = e.entity_table and p.name is not null
    ) f (name)
    where e.relation is not null
), whole_rows as materialized (
    select e.relation
    from kw.entities e
    where exists (
        select
        from kw.entity_fields f
        where f.entity_table = e.entity_table and f.field_name_norm = '' and f.has_keys
    ) or exists (
        select
        from kw.encryption_bindings b
        where b.entity_table = e.bound_as and b.entity_pk = '*' and b.field_name is null
    )
), begun as materialized (
    select distinct
        e.relation, p.token_column::name as token_column,
        case when p.status = 'cut_over' then p.plaintext_column else p.field_name end::name as name
    from kw.protections p
    join kw.entities e on e.entity_table in (p.entity_table, p.base_table)
    where p.status not in ('contracted', 'undone') and e.relation is not null
)
select
    c.oid::bigint as relation, n.nspname::text as schema, c.relname::text as table,
    a.attname::text as column, a.attnum as number, format_type(a.atttypid, null) as type,
    t.typtype = 'd' as is_domain, c.relkind in ('r', 'p') as is_table,
    c.relkind = 'p' as is_partitioned,
    case
        when b.typcategory = 'S' or b.oid = any ('{json,jsonb}'::regtype[]) or b.typname = 'citext'
            then 'string'
        when b.oid = 'bytea'::regtype then 'bytes'
        when b.typcategory = 'N' then 'number'
        when b.oid = any ('{date,timestamp,timestamptz}'::regtype[]) then 'date'
        when b.typcategory = 'I' then 'network'
        when b.oid = any ('{uuid,macaddr,macaddr8,point}'::regtype[]) then 'other'
        when b.typcategory = 'A' and b.typelem = any ('{text,varchar,bpchar}'::regtype[])
            then 'string'
        else ''
    end as family,
    has_column_privilege(c.oid, a.attnum, 'select') and not row_security_active(c.oid) as may_read,
    g.relation is not null as is_begun
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_type t on t.oid = a.atttypid
join pg_type b on b.oid = case when t.typtype = 'd' then t.typbasetype else t.oid end
left join protected p on p.relation = c.oid and p.name = a.attname
left join begun g on g.relation = c.oid and g.name = a.attname
where
    c.relkind in ('r', 'p', 'm', 'f') and c.relpersistence <> 't' and not c.relispartition
    and (a.attislocal or a.attinhcount = 0)
    and n.nspname not in ('kw', 'information_schema') and n.nspname not like 'pg\\_%%'
    and not exists (
        select
        from pg_depend d
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
    )
    and t.oid <> all (array(
        select r.oid from pg_type r where r.typnamespace = 'kw'::regnamespace
    ))
    and (p.relation is null or g.relation is not null)
    and not exists (
        select from begun k where k.relation = c.oid and k.token_column = a.attname
    )
    and (b.oid <> 'bytea'::regtype or c.oid not in (select w.relation from whole_rows w))
order by n.nspname collate "C", c.relname collate "C", a.attnum
limit %s
"""

# Luhn's sum, and the remainder of an IBAN by 97, with its letters as numbers from 10.
_STATISTICS = """
with chosen as materialized (
    select
        s.relation, s.number,
        p.most_common_vals::text::text[] as frequent, p.histogram_bounds::text::text[] as bounds
    from unnest(
        %s::bigint[], %s::smallint[], %s::name[], %s::name[], %s::name[], %s::boolean[]
    ) s (relation, number, schema, "table", "column", is_partitioned)
    join pg_stats p on p.schemaname = s.schema and p.tablename = s.table and p.attname = s.column
        and p.inherited = s.is_partitioned
)
select
    s.relation, s.number, v.looked,
    v.emails as "e-mail address", v.ibans as "bank account", v.cards as "payment card",
    v.phones as "phone number", v.ssns as "national id", v.ips as "IP address"
from chosen s
cross join lateral (
    select
        count(*) as looked,
        count(*) filter (
            where x.value ~ '^[^@\\s<>]+@[^@\\s<>]+\\.[A-Za-z]{2,}$'
        ) as emails,
        count(*) filter (where case when x.plain ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$' then (
            select string_agg(
                case when l.letter ~ '[A-Z]' then (ascii(l.letter) - 55)::text else l.letter end,
                '' order by l.place
            )::numeric %% 97 = 1
            from regexp_split_to_table(substr(x.plain, 5) || left(x.plain, 4), '')
                with ordinality l (letter, place)
        ) end) as ibans,
        count(*) filter (where case when x.plain ~ '^[3-6][0-9]{12,18}$' then (
            select sum(case
                when l.place %% 2 = 1 then l.digit::integer
                when l.digit::integer > 4 then l.digit::integer * 2 - 9
                else l.digit::integer * 2
            end) %% 10 = 0
            from regexp_split_to_table(reverse(x.plain), '') with ordinality l (digit, place)
        ) end) as cards,
        count(*) filter (where x.value ~ '^\\+[0-9][0-9 ()./-]{6,18}[0-9]$') as phones,
        count(*) filter (
            where x.value ~ '^[0-9]{3}-[0-9]{2}-[0-9]{4}$'
        ) as ssns,
        count(*) filter (
            where x.value ~ '^([0-9]{1,2}|[01][0-9]{2}|2[0-5][0-9])(\\.[0-9]{1,3}){3}$'
        ) as ips
    from (
        select left(u.value, 200) as value, translate(upper(left(u.value, 200)), ' -', '') as plain
        from (
            select f.value from unnest(s.frequent) f (value)
            union all
            select h.value from unnest(s.bounds) h (value)
        ) u
        where u.value is not null
        limit %s
    ) x
) v
"""


class Column(NamedTuple):
    """A column that nothing protects; ``may_read``: its statistics may be looked at."""

    relation: int
    schema: str
    table: str
    column: str
    number: int
    type: str
    is_domain: bool
    is_table: bool
    is_partitioned: bool
    family: str
    may_read: bool
    is_begun: bool


class Matches(NamedTuple):
    """How many values of a column's statistics were looked at, and look like each kind."""

    looked: int
    kinds: dict[str, int]


def unprotected(connection: Connection) -> list[Column]:
    """Return the columns, by schema, table and place; one more than ``MOST_COLUMNS`` at most."""
    with connection.cursor(row_factory=class_row(Column)) as cursor:
        return cursor.execute(_COLUMNS, (MOST_COLUMNS + 1,)).fetchall()


def statistics(
    connection: Connection, columns: list[Column]
) -> Iterator[tuple[tuple[int, int], Matches]]:
    """Yield relation and number of each of these columns that has statistics, with its matches."""
    given = [
        [getattr(one, name) for one in columns]
        for name in ("relation", "number", "schema", "table", "column", "is_partitioned")
    ]
    cursor = connection.execute(_STATISTICS, (*given, _MOST_VALUES))
    kinds = [one.name for one in cursor.description or ()][3:]
    for relation, number, looked, *counts in cursor:
        yield (relation, number), Matches(looked, dict(zip(kinds, counts, strict=True)))
