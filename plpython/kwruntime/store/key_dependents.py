"""What needs KMS keys: wrappers, branches, private keys, signing keys, policies, jobs."""

from kwruntime.postgres.query import Query

# The branches and KEM keys that depend on keys $1 directly (top_id), and what depends on those (id).
BELOW = Query(
    """
    with recursive edges as materialized (
        select distinct d.kms_key_id, d.depends_on_id from kw.key_dependencies d
    ),
    below (top_id, id) as (
        select e.kms_key_id, e.kms_key_id from edges e where e.depends_on_id = any($1)
        union
        select b.top_id, e.kms_key_id from below b join edges e on e.depends_on_id = b.id
    )
    select b.top_id, b.id from below b
    """,
    ("int8[]",),
)
# Kinds of wrappers that need one of the keys, a row for all that are alike, and one for each branch.
# Times are microseconds; has_unknown: of a leg that was last wrapped before times were recorded. "in"
# a subquery, since "= any ($1)" would compare each wrapper with each of many keys.
WRAPPERS_UNDER = Query(
    """
    with keys as materialized (
        select n.id from unnest($1) n (id)
    ),
    under as materialized (
        select
            w.id, case when w.dek_class = 'branch' then w.id end as branch, w.status,
            w.crypto_suite ->> 'mode' as mode, w.kms1_key_id, w.kms2_key_id, w.wrap1_at, w.wrap2_at
        from kw.key_wrappers w
        where w.status <> 'invalid' and (
            w.kms1_key_id in (select k.id from keys k) or w.kms2_key_id in (select k.id from keys k)
            or w.id in (
                select l.key_wrapper_id from kw.key_wrapper_layers l where l.kms_key_id in (select k.id from keys k)
            )
        )
    ),
    layers as (
        select u.id, array_agg(distinct l.kms_key_id order by l.kms_key_id) as key_ids
        from under u
        join kw.key_wrapper_layers l on l.key_wrapper_id = u.id and l.kms_key_id is not null
        group by u.id
    ),
    alike as (
        select
            u.branch, u.status, u.mode, u.kms1_key_id, u.kms2_key_id, l.key_ids as layers,
            count(*) as wrappers, min(u.id) as id,
            (extract(epoch from max(u.wrap1_at)) * 1000000)::int8 as wrapped1,
            (extract(epoch from max(u.wrap2_at)) * 1000000)::int8 as wrapped2,
            bool_or(u.wrap1_at is null) as unknown1,
            bool_or(u.wrap2_at is null and u.kms2_key_id is not null) as unknown2
        from under u
        left join layers l on l.id = u.id
        group by 1, 2, 3, 4, 5, 6
    )
    select a.*, w.wrapper_uuid, b.id as branch_key
    from alike a
    cross join lateral (select w.wrapper_uuid::text from kw.key_wrappers w where w.id = a.id) w
    left join lateral (
        select k.id
        from kw.kms_keys k
        join kw.kms_providers p on p.id = k.provider_id and p.provider = 'wrapper'
        where a.branch is not null and k.external_key_ref = w.wrapper_uuid and k.public_key is null
        order by k.id
        limit 1
    ) b on true
    order by a.kms1_key_id, a.kms2_key_id, a.mode, a.id
    """,
    ("int8[]",),
)
SEALED_KEYS = Query(
    """
    select
        k.id, k.external_key_ref as name, k.status,
        (extract(epoch from s.created_at) * 1000000)::int8 as wrapped
    from kw.kem_private_keys s
    join kw.kms_keys k on k.id = s.kms_key_id
    where s.sealed_by_key_id = any($1)
    order by k.id
    """,
    ("int8[]",),
)
SIGNING_KEYS = Query(
    """
    select
        s.id, s.name, s.status, (extract(epoch from s.created_at) * 1000000)::int8 as wrapped
    from kw.signing_keys s
    where s.kms_key_id = any($1)
    order by s.id
    """,
    ("int8[]",),
)
POLICIES = Query(
    """
    select e.id, e.policy_name as name, e.mode
    from kw.encryption_policies e
    where e.id in (select pk.policy_id from kw.policy_kms_keys pk where pk.kms_key_id = any($1))
    order by e.id
    """,
    ("int8[]",),
)
# Those that are not done: one that failed can be tried again.
JOBS = Query(
    """
    select j.status, min(j.id) as id, count(*) as jobs
    from kw.rewrap_jobs j
    where j.status in ('pending', 'running', 'failed')
        and (j.target_kms1_key_id = any($1) or j.target_kms2_key_id = any($1))
    group by j.status
    order by j.status
    """,
    ("int8[]",),
)
# When wraps under the keys were last replaced or destroyed, and from when such times are complete:
# null where they always were.
TIMES = Query(
    """
    select
        (
            select (extract(epoch from max(f.left_at)) * 1000000)::int8
            from kw.former_wraps f
            where f.kms_key_id = any($1)
        ) as left_at,
        (
            select (extract(epoch from max(k.wrap_times_since)) * 1000000)::int8
            from kw.kms_keys k
            where k.id = any($1) and k.created_at < k.wrap_times_since
        ) as since
    """,
    ("int8[]",),
)
