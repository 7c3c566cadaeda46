"""The functions of pgcrypto and pgsodium that open their values, and columns as they are read for that."""

from collections.abc import Sequence
from functools import cache

from kwruntime.postgres.query import Query

# The function $2 with argument types $3 of extension $1. Only one that a superuser owns, or whose extension
# a superuser owns: nobody else can put a function of his own in its place, to be given keys.
FUNCTION = Query(
    """
    select quote_ident(n.nspname) || '.' || quote_ident(p.proname) as name
    from pg_extension e
    join pg_depend d
        on d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid and d.deptype = 'e'
        and d.classid = 'pg_proc'::regclass
    join pg_proc p on p.oid = d.objid
    join pg_namespace n on n.oid = p.pronamespace
    where e.extname = $1 and p.proname = $2 and oidvectortypes(p.proargtypes) = $3
        and exists (select from pg_roles r where r.oid in (p.proowner, e.extowner) and r.rolsuper)
    """,
    ("name", "name", "text"),
)
# The columns $2 of relation $1, in that order: their names, and how each is read as bytes. Of the primary key, if
# $2 is null.
COLUMNS = Query(
    """
    with recursive below (number, type) as (
        select a.attnum, a.atttypid
        from pg_attribute a
        where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped
        union all
        select b.number, t.typbasetype
        from below b
        join pg_type t on t.oid = b.type and t.typtype = 'd'
    )
    select
        a.attname as name, 't.' || quote_ident(a.attname) as quoted_name,
        exists (
            select from below b where b.number = a.attnum and b.type = 'bytea'::regtype
        ) as is_bytea
    from pg_attribute a
    cross join lateral (
        select array_position($2::text[], a.attname::text)
        where $2 is not null
        union all
        select array_position((i.indkey::int2[])[0 : i.indnkeyatts - 1], a.attnum)
        from pg_index i
        where $2 is null and i.indrelid = a.attrelid and i.indisprimary
    ) p (place)
    where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped and p.place is not null
    order by p.place
    """,
    ("oid", "text[]"),
)


@cache
def opened(function: str, arguments: str, kinds: tuple[str, ...], *, of_text: bool) -> Query:
    """Return a query that opens many values ($1, with nonces $2, associated data $3, keys $4), in order.

    ``arguments`` has v.value, v.nonce, v.associated and v.key, and $5 on for what all have in common, of
    the types ``kinds``. Of a function that returns a text it gives the bytes in UTF-8.
    """
    call = f"{function}({arguments})"
    call = f"convert_to({call}, 'UTF8')" if of_text else call
    return Query(
        f"""
        select {call} as plain
        from unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::uuid[])
            with ordinality v (value, nonce, associated, key, place)
        order by v.place
        """,
        ("bytea[]", "bytea[]", "bytea[]", "uuid[]", *kinds),
    )


def values(
    relation: str, read: tuple[str, str, str, str], pk: Sequence[str], most: int | None
) -> str:
    """Return a query of values and what opens them (``read``), and of the keys of their rows."""
    value, nonce, associated, key = read
    parts = ", ".join(f"{part}::text" for part in pk)
    return f"""
    select
        {value} as value, {nonce} as nonce, {associated} as associated, {key} as key,
        {f"kw.entity_key({parts})" if pk else "null::text"} as pk
    from {relation} t
    limit {"all" if most is None else most}
    """
