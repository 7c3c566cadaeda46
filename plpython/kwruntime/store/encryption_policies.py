"""kw.encryption_policies and kw.policy_kms_keys."""

from kwruntime.postgres.query import Query

POLICIES_OF_TWO = Query(
    """
    select
        e.id, e.policy_name as name, e.mode,
        (
            select array_agg(pk.kms_key_id order by pk.kms_key_id)
            from kw.policy_kms_keys pk
            join kw.kms_keys k on k.id = pk.kms_key_id
            where pk.policy_id = e.id and k.public_key is null
        ) as keys
    from kw.encryption_policies e
    where e.mode <> 'single'
    order by e.id
    """
)
ADD_POLICY = Query(
    """
    insert into kw.encryption_policies (policy_name, mode, notes, min_layers, max_layers)
    values ($1, $2, $3, $4, $4)
    on conflict (policy_name) do nothing
    returning id
    """,
    ("text", "text", "text", "int2"),
)
_POLICY = """
    select
        p.id, p.policy_name as name, p.mode, p.layer_selection, p.min_layers, p.max_layers, p.aad_template
    from kw.encryption_policies p
"""
# Keys and layers in the order of their priorities, as kw.create_policy gives them.
POLICY_AS_MADE = Query(
    """
    select
        p.id, p.mode, p.notes,
        array(
            select k.id
            from kw.policy_kms_keys pk
            join kw.kms_keys k on k.id = pk.kms_key_id and k.public_key is null
            where pk.policy_id = p.id
            order by pk.priority desc, k.id
        ) as keys,
        array(
            select k.id
            from kw.policy_kms_keys pk
            join kw.kms_keys k on k.id = pk.kms_key_id and k.public_key is not null
            where pk.policy_id = p.id
            order by pk.priority desc, k.id
        ) as layers
    from kw.encryption_policies p
    where p.policy_name = $1
    """,
    ("text",),
)
POLICY = Query(f"{_POLICY} where p.policy_name = $1", ("text",))
POLICY_BY_ID = Query(f"{_POLICY} where p.id = $1", ("int8",))
SET_POLICY_LAYERS = Query(
    """
    update kw.encryption_policies
    set min_layers = $2, max_layers = $3, layer_selection = $4, aad_template = $5, allows_experimental = $6
    where id = $1
    """,
    ("int8", "int2", "int2", "text", "jsonb", "bool"),
)
ADD_POLICY_KEY = Query(
    """
    insert into kw.policy_kms_keys (policy_id, kms_key_id, weight, priority) values ($1, $2, $3, $4)
    on conflict (policy_id, kms_key_id)
    do update set weight = excluded.weight, priority = excluded.priority, updated_at = clock_timestamp()
    """,
    ("int8", "int8", "int4", "int4"),
)
POLICY_KEYS = Query(
    """
    select pk.kms_key_id as id, pk.weight, pk.priority
    from kw.policy_kms_keys pk
    join kw.kms_keys k on k.id = pk.kms_key_id and k.status = 'active' and k.public_key is null
    join kw.kms_providers p on p.id = k.provider_id and p.is_enabled
    where pk.policy_id = $1
    order by pk.priority desc, pk.kms_key_id
    """,
    ("int8",),
)
POLICY_LAYER_KEYS = Query(
    """
    select l.kms_key_id as id, l.weight, l.priority
    from kw.policy_layer_keys l
    where l.policy_id = $1
    order by l.priority desc, l.kms_key_id
    """,
    ("int8",),
)
RENEWS_ONE_LEG = Query(
    "select p.id from kw.encryption_policies p where p.id = any($1) and p.renews_one_leg",
    ("int8[]",),
)
IS_NO_AGE = Query("select $1 <= interval '0' as found", ("interval",))
SET_RENEWAL = Query(
    """
    update kw.encryption_policies p
    set max_wrap_age = $2, renews_one_leg = $3
    where p.policy_name = $1
    returning p.id
    """,
    ("text", "interval", "bool"),
)
WITH_MAX_WRAP_AGE = Query(
    """
    select p.id, p.policy_name as name, p.max_wrap_age::text as max_wrap_age
    from kw.encryption_policies p
    where p.max_wrap_age is not null
    order by p.id
    """
)
NEXT_ROUNDS = Query(
    "select nextval('kw.layer_rounds') as round from generate_series(1, $1)", ("int4",)
)
