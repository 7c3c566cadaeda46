"""kw.generation_usage: how much the generations of bindings have encrypted with short nonces."""

from kwruntime.postgres.query import Query

IS_READ_ONLY = Query("select current_setting('transaction_read_only')::bool as is_read_only")
# $1 bindings, $2 generations, $3 nonces to add, $4 from how many on a generation is full
COUNT = Query(
    """
    insert into kw.generation_usage (binding_id, generation, nonces, is_full)
    select n.id, n.generation, n.nonces, n.nonces + coalesce(u.nonces, 0) >= $4
    from unnest($1, $2, $3) n (id, generation, nonces)
    cross join lateral (
        select sum(u.nonces) as nonces
        from kw.generation_usage u
        where u.binding_id = n.id and u.generation = n.generation
    ) u
    """,
    ("int8[]", "int4[]", "int4[]", "int4"),
)
