"""kw.key_dependencies: what depends on keys, and what changes with a branch."""

from kwruntime.postgres.query import Query
from kwruntime.store.entity_fields import min_levels

# One lock for what makes or moves branches and policies, so that two changes cannot close a cycle
# together. Of a table of ours, so that no other role can take it.
LOCK_KEY_GRAPH = Query("lock table kw.key_graph_lock in share row exclusive mode")
HAS_BRANCHES = Query(
    """
    select
        exists (select from kw.kms_providers p where p.provider = 'wrapper')
        and exists (
            select from kw.key_wrappers w where w.wrapper_uuid = any($1::bpchar[]) and w.dek_class = 'branch'
        ) as found
    """,
    ("text[]",),
)
# The keys that are branches, of $1 wrapper_uuids; a KEM key may bear such a name, too.
_BRANCH_KEYS = """
    select k.id
    from kw.kms_keys k
    join kw.kms_providers p on p.id = k.provider_id and p.provider = 'wrapper'
    where k.external_key_ref = any($1) and k.public_key is null
"""
# A branch depends on another one by a leg, or by a layer whose private key is sealed under that.
BRANCH_CHILDREN = Query(
    f"""
    with own as ({_BRANCH_KEYS})
    select coalesce(bool_or(w.dek_class = 'branch'), false) as has_branches
    from kw.key_wrappers w
    where w.status <> 'invalid' and (
        w.kms1_key_id in (select id from own) or w.kms2_key_id in (select id from own)
        or w.id in (
            select l.key_wrapper_id
            from kw.kem_private_keys s
            join kw.key_wrapper_layers l on l.kms_key_id = s.kms_key_id
            where s.sealed_by_key_id in (select id from own)
        )
    )
    """,
    ("text[]",),
)
KEM_LEVELS = Query(
    "select l.kms_key_id as id, l.nist_level as level from kw.kem_levels l where l.kms_key_id = any($1)",
    ("int8[]",),
)
# Keys at or below the branches: those whose wraps change with them. $1 wrapper_uuids.
KEYS_BELOW = Query(
    f"""
    with recursive below (id) as (
        {_BRANCH_KEYS}
        union
        select d.kms_key_id from below b join kw.key_dependencies d on d.depends_on_id = b.id
    )
    select b.id from below b
    """,
    ("text[]",),
)
# Lets no wrap under the branches begin, and waits for none: those in flight hold the missing ones.
LOCK_BRANCH_KEYS = Query(f"{_BRANCH_KEYS} for update of k skip locked", ("text[]",))
BRANCH_KEYS = Query(_BRANCH_KEYS, ("text[]",))
# Kinds of wrappers of two legs under the keys: a row for all that are alike.
PAIRS_UNDER_KEYS = Query(
    """
    select
        w.crypto_suite ->> 'mode' as mode, w.kms1_key_id, w.kms2_key_id,
        min(w.wrapper_uuid::text) as wrapper, count(*) as wrappers
    from kw.key_wrappers w
    where w.status <> 'invalid' and w.crypto_suite ->> 'mode' in ('either', 'both')
        and (w.kms1_key_id = any($1) or w.kms2_key_id = any($1))
    group by 1, 2, 3
    order by 2, 3, 1
    """,
    ("int8[]",),
)
# Kinds of wrappers of two legs among the latest ones.
PAIRS_OF_LATEST = Query(
    """
    select w.mode, w.kms1_key_id, w.kms2_key_id, min(w.wrapper_uuid::text) as wrapper, count(*) as wrappers
    from (
        select w.crypto_suite ->> 'mode' as mode, w.kms1_key_id, w.kms2_key_id, w.wrapper_uuid
        from kw.key_wrappers w
        where w.status <> 'invalid'
        order by w.id desc
        limit 100000
    ) w
    where w.mode in ('either', 'both') and w.kms2_key_id is not null
    group by 1, 2, 3
    order by 2, 3, 1
    """
)
# Of two legs, which may choose one of the keys now.
POLICIES_OF_KEYS = Query(
    """
    select e.id, e.policy_name as name, e.mode
    from kw.encryption_policies e
    where e.mode <> 'single' and exists (
        select
        from kw.policy_kms_keys pk
        join kw.kms_keys k on k.id = pk.kms_key_id and k.status = 'active'
        join kw.kms_providers p on p.id = k.provider_id and p.is_enabled
        where pk.policy_id = e.id and pk.kms_key_id = any($1)
    )
    order by e.id
    """,
    ("int8[]",),
)
# Kinds of wrappers under the keys that have a minimum level: a row for all that are alike.
WITH_MIN_LEVEL_UNDER_KEYS = Query(
    f"""
    with under as materialized (
        select w.id, w.wrapper_uuid, w.crypto_suite ->> 'mode' as mode, w.kms1_key_id, w.kms2_key_id
        from kw.key_wrappers w
        where w.status <> 'invalid' and w.crypto_suite ->> 'mode' in ('single', 'either', 'both') and (
            w.kms1_key_id = any($1) or w.kms2_key_id = any($1)
            or w.id in (
                select l.key_wrapper_id from kw.key_wrapper_layers l where l.kms_key_id = any($1)
            )
        )
    ),
    restricted as ({min_levels("any (select w.id from under w)")}),
    layers as (
        select l.key_wrapper_id as id, array_agg(distinct l.kms_key_id) as key_ids
        from restricted f
        join kw.key_wrapper_layers l on l.key_wrapper_id = f.id
        group by l.key_wrapper_id
    )
    select
        w.mode, w.kms1_key_id, w.kms2_key_id, l.key_ids as layers, f.min_level,
        min(w.wrapper_uuid::text) as wrapper, count(*) as wrappers
    from restricted f
    join under w on w.id = f.id
    left join layers l on l.id = w.id
    group by 1, 2, 3, 4, 5
    """,
    ("int8[]",),
)
