"""kw.rewrap_jobs: the queue."""

from typing import Any, NamedTuple

from kwruntime.postgres.query import Query
from kwruntime.store import plain_wrappers
from kwruntime.store.plain_wrappers import PlainWrappers

_NOBODYS = "not exists (select from pg_stat_activity a where a.pid = j.worker_pid)"


def _claim(which: str) -> Query:
    """Return the claim of $1 open jobs after wrapper $2 at most, of policy $3 if one is given."""
    return Query(
        f"""
        with free as materialized (
            select j.id
            from kw.rewrap_jobs j
            where j.finished_at is null and j.key_wrapper_id > $2
                and ($3::bigint is null or j.target_policy_id = $3) and {which}
            order by j.key_wrapper_id
            limit $1
            for update skip locked
        )
        update kw.rewrap_jobs j
        set status = 'running', attempts = j.attempts + 1, started_at = now(), worker_pid = pg_backend_pid()
        from free
        where j.id = free.id
        returning j.id, j.attempts, j.key_wrapper_id
        """,
        ("int4", "int8", "int8"),
    )


_IS_DUE = "j.status = 'pending' and (j.scheduled_at is null or j.scheduled_at <= now())"
CLAIM_BRANCHES = _claim(f"j.is_branch and {_IS_DUE}")
CLAIM_DUE = _claim(f"not j.is_branch and {_IS_DUE}")
# Nobody works at a job that can be locked: its worker has ended, or is between its two transactions.
CLAIM_ORPHANED = _claim(f"j.status = 'running' and {_NOBODYS}")
CLAIM_RUNNING = _claim("j.status = 'running'")
FORGET_FINISHED = Query(
    """
    with old as materialized (
        select j.id
        from kw.rewrap_jobs j
        where j.finished_at < now() - make_interval(days => least($1, 1000000))
        for update skip locked
    )
    delete from kw.rewrap_jobs j using old where j.id = old.id
    """,
    ("int4",),
)
# Those that nobody else works at, and their wrappers as they are now, not locked.
LOCK_CLAIMED = Query(
    f"""
    select
        {plain_wrappers.COLUMNS},
        array_agg(w.id) as wrapper_ids, array_agg(w.status) as statuses, array_agg(w.policy_id) as policies,
        array_agg({plain_wrappers.IS_PLAIN}) as are_plain,
        array_agg(j.id) as ids, array_agg(j.attempts) as attempts, array_agg(j.kind) as kinds,
        array_agg(w.dek_class = 'branch') as are_branches,
        array_agg(j.target_kms1_key_id) as first_targets, array_agg(j.target_kms2_key_id) as second_targets,
        array_agg(j.target_policy_id) as target_policies, array_agg(j.leg) as legs
    from (
        select *
        from kw.rewrap_jobs j
        where j.id = any($1) and j.status = 'running'
        order by j.id
        for update skip locked
    ) j
    cross join lateral (select * from kw.key_wrappers w where w.id = j.key_wrapper_id limit 1) w
    """,
    ("int8[]",),
)
ATTEMPTS = Query(
    "select j.id, j.attempts from kw.rewrap_jobs j where j.id = any($1) and j.status = 'running'",
    ("int8[]",),
)
_RENEWED = """
    with {free},
    renewed as (
        update kw.key_wrappers w
        set kms1_key_id = $6, kms2_key_id = $7, dek_wrap1 = coalesce(n.dek_wrap1, w.dek_wrap1),
            dek_wrap2 = coalesce(n.dek_wrap2, w.dek_wrap2), wrap1_version = $8, wrap2_version = $9,
            wrap_version = greatest($8, $9), crypto_suite = n.suite::jsonb,
            wrap1_at = case when n.dek_wrap1 is null then w.wrap1_at else now() end,
            wrap2_at = case when n.dek_wrap2 is null then w.wrap2_at else now() end
        from free n
        where w.id = n.id
        returning n.job_id
    ),
    done as (
        update kw.rewrap_jobs j
        set status = 'done', finished_at = clock_timestamp(), last_error = $10
        from renewed n
        where j.id = n.job_id
    )
    select array_agg(n.job_id) as done from renewed n
"""
_GIVEN = "unnest($1, $2, $3, $4, $5) n (job_id, id, dek_wrap1, dek_wrap2, suite)"
_RENEWED_TYPES = (
    *("int8[]", "int8[]", "bytea[]", "bytea[]", "text[]"),
    *("int8", "int8", "int4", "int4", "text"),
)
# The new wraps of wrappers that are as they were read, and that no other transaction locks. $1 jobs, $2
# wrappers, $10 what the jobs say, $11 and $12 the versions that were read. By id: the row that is locked
# may be newer than the one that the statement sees, and the update then follows it.
RENEW = Query(
    _RENEWED.format(
        free=f"""
    free as materialized (
        select n.*
        from {_GIVEN}
        cross join lateral (
            select o.id
            from kw.key_wrappers o
            where o.id = n.id and o.wrap1_version = $11 and o.wrap2_version is not distinct from $12
                and o.status <> 'invalid'
            limit 1
            for no key update skip locked
        ) o
    )
    """
    ),
    (*_RENEWED_TYPES, "int4", "int4"),
)
# The same, of wrappers that the caller has locked.
RENEW_LOCKED = Query(_RENEWED.format(free=f"free as (select * from {_GIVEN})"), _RENEWED_TYPES)
FINISH = Query(
    """
    update kw.rewrap_jobs j
    set status = 'done', finished_at = clock_timestamp(), last_error = $2
    where j.id = any($1)
    """,
    ("int8[]", "text"),
)
# $2 what the jobs say, $3 whether they rest, $4 in how many seconds they are tried again.
FAIL = Query(
    """
    update kw.rewrap_jobs j
    set status = case when n.rests then 'failed' else 'pending' end, last_error = n.said,
        finished_at = case when n.rests then clock_timestamp() end,
        scheduled_at = case
            when n.rests then j.scheduled_at else clock_timestamp() + make_interval(secs => n.seconds)
        end
    from unnest($1, $2, $3, $4) n (id, said, rests, seconds)
    where j.id = n.id
    """,
    ("int8[]", "text[]", "bool[]", "float8[]"),
)
# What was claimed and not tried. The claim does not count. $2 how often each had been claimed then, null
# where that is not known: a later claim is another worker's. $3 may set when it is due, $4 what it says.
GIVE_BACK = Query(
    """
    with free as materialized (
        select j.id
        from unnest($1, $2) n (id, attempts)
        join kw.rewrap_jobs j on j.id = n.id
        where j.status = 'running' and j.attempts = coalesce(n.attempts, j.attempts)
        order by j.id
        for update of j skip locked
    ),
    given as (
        update kw.rewrap_jobs j
        set status = 'pending', attempts = greatest(j.attempts - 1, 0), last_error = coalesce($4, j.last_error),
            scheduled_at = case
                when $3 > 0 then clock_timestamp() + make_interval(secs => $3) else j.scheduled_at
            end
        from free
        where j.id = free.id
        returning j.id
    )
    select array_agg(g.id) as ids from given g
    """,
    ("int8[]", "int4[]", "float8", "text"),
)


def _chosen(condition: str) -> str:
    """Return jobs that nobody works at, of $1 or all; a wrapper has one open job at most."""
    return f"""
        select j.id
        from kw.rewrap_jobs j
        where ($1::bigint[] is null or j.id = any($1)) and {condition}
        order by j.key_wrapper_id, j.id
        for update skip locked
    """


# Of several jobs of a wrapper the open one, or else the last.
_LATEST = """
    select distinct on (j.key_wrapper_id) j.id
    from kw.rewrap_jobs j
    order by j.key_wrapper_id, j.finished_at is null desc, j.id desc
"""
_RETRIED = f"""
    (
        j.status = 'pending' and j.scheduled_at > now() and j.attempts > 0
        or j.status = 'failed' and j.id in ({_LATEST})
    )
"""
RETRY = Query(
    f"""
    with chosen as materialized ({_chosen(_RETRIED)}),
    retried as (
        update kw.rewrap_jobs j
        set status = 'pending', finished_at = null, scheduled_at = null, attempts = 0
        from chosen
        where j.id = chosen.id
        returning 1
    )
    select count(*) as jobs from retried
    """,
    ("int8[]",),
)
CANCEL = Query(
    f"""
    with chosen as materialized ({_chosen("j.status <> 'done'")}),
    cancelled as (
        delete from kw.rewrap_jobs j using chosen where j.id = chosen.id returning 1
    )
    select count(*) as jobs from cancelled
    """,
    ("int8[]",),
)


class ClaimedJobs(NamedTuple):
    """Jobs that are locked here, and their wrappers, a list a column."""

    ids: list[int]
    attempts: list[int]
    kinds: list[str]
    are_branches: list[bool]
    first_targets: list[int | None]
    second_targets: list[int | None]
    target_policies: list[int | None]
    legs: list[int | None]
    wrapper_ids: list[int]
    statuses: list[str]
    policies: list[int | None]
    are_plain: list[bool]
    wrappers: PlainWrappers
    """The same columns as of plain wrappers, of all; what they lack is read again."""

    def __repr__(self) -> str:
        return f"ClaimedJobs({self.ids})"

    @classmethod
    def of(cls, row: dict[str, Any]) -> "ClaimedJobs":
        """Take them from a row of arrays."""
        columns = {name: row[name] or [] for name in cls._fields[:-1]}
        return cls(**columns, wrappers=PlainWrappers.of(row))
