"""Wrappers read in pages, to be verified: all of them, or a sample."""

from kwruntime.postgres.query import Query
from kwruntime.store.plain_wrappers import COLUMNS, IS_PLAIN

# $1 after which id, $2 the share of a sample, $3 its seed. The same wrappers each time: by a hash of 53 bits.
_WANTED = """
    w.id > $1 and w.status <> 'invalid' and (
        $2 >= 1
        or (hashtextextended(w.wrapper_uuid::text, $3) & 9007199254740991)::float8 / 9007199254740992 < $2
    )
"""
_TYPES = ("int8", "float8", "int8")
PAGE = Query(
    f"""
    select array_agg(p.id) as ids, array_agg(p.id) filter (where p.status = 'retired') as retired, max(p.id) as last_id
    from (
        select w.id, w.status from kw.key_wrappers w where {_WANTED} order by w.id limit $4
    ) p
    """,
    (*_TYPES, "int4"),
)
COUNT = Query(f"select count(*) as remaining from kw.key_wrappers w where {_WANTED}", _TYPES)
# Also the second wraps of mode either, which nothing else opens but where the first does not.
PLAIN_BY_ID = Query(
    f"""
    select {COLUMNS}, array_agg(w.id) as ids, array_agg(w.dek_wrap2) as every_second_wrap
    from unnest($1) u (id)
    cross join lateral (select * from kw.key_wrappers w where w.id = u.id limit 1) w
    where {IS_PLAIN}
    """,
    ("int8[]",),
)
