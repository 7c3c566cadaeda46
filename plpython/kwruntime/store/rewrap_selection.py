"""Wrappers that are to be rewrapped, relayered or rotated, as a query of what was given."""

from functools import cache
from typing import Any, NamedTuple

from kwruntime.postgres.query import Query
from kwruntime.store.entities import bound_as

_LAYERS = """
    case jsonb_typeof(w.crypto_suite -> 'layers')
        when 'array' then jsonb_array_length(w.crypto_suite -> 'layers') else 0
    end
"""
_OF_TABLE = """
    w.id in (
        select b.key_wrapper_id from kw.encryption_bindings b
        where b.entity_table = {bound_as} and ({field_name}::text is null or b.field_name = {field_name})
        union all
        select g.key_wrapper_id
        from kw.binding_generations g
        join kw.encryption_bindings b on b.id = g.binding_id
        where b.entity_table = {bound_as} and ({field_name}::text is null or b.field_name = {field_name})
        union all
        select u.id
        from kw.blind_indexes x
        cross join lateral unnest(array[x.key_wrapper_id, x.next_wrapper_id]) u (id)
        where x.entity_table = {bound_as} and ({field_name}::text is null or x.field_name = {field_name})
    )
"""
_HAS_CURRENT = """
    exists (
        select from kw.encryption_bindings b
        where b.key_wrapper_id = w.id and b.status = 'live' and b.entity_table = {bound_as}
            and ({field_name}::text is null or b.field_name = {field_name})
    )
"""


class Selection(NamedTuple):
    """Which wrappers, and what for; null where nothing is given. The names of the SQL functions."""

    kind: str = "rewrap"
    kms_key_id: int | None = None
    provider_id: int | None = None
    policy_id: int | None = None
    entity_table: str | None = None
    field_name: str | None = None
    older_than: str | None = None
    wrappers: list[str] | None = None
    kms1_key_id: int | None = None
    kms2_key_id: int | None = None
    new_kms_key_id: int | None = None
    to_policy_id: int | None = None
    min_layers: int | None = None
    max_layers: int | None = None
    unusable: list[int] | None = None
    """Keys that do not wrap now: what would be wrapped under them is left out."""

    @property
    def values(self) -> tuple[Any, ...]:
        """The parameters of a query by it."""
        return tuple(getattr(self, name) for name in _TYPES)

    @property
    def given(self) -> frozenset[str]:
        """What is not null."""
        return frozenset(name for name in _TYPES if getattr(self, name) is not None)


_TYPES = {
    "kms_key_id": "int8",
    "provider_id": "int8",
    "policy_id": "int8",
    "entity_table": "text",
    "field_name": "text",
    "older_than": "interval",
    "wrappers": "text[]",
    "kms1_key_id": "int8",
    "kms2_key_id": "int8",
    "new_kms_key_id": "int8",
    "to_policy_id": "int8",
    "min_layers": "int4",
    "max_layers": "int4",
    "unusable": "int8[]",
}
_P = {name: f"${number}" for number, name in enumerate(_TYPES, 1)}
_OF_A_LEG = {"kms_key_id", "provider_id", "older_than"}
_MORE = f"${len(_TYPES) + 1}"
_IS_OPEN = "select from kw.rewrap_jobs j where j.key_wrapper_id = w.id and j.finished_at is null"


def _is_older(since: str) -> str:
    """Return whether something is older than was given, which may reach back before all times."""
    age = f"{_P['older_than']}::interval"
    return f"case when {age} > interval '5000 years' then false else {since} < now() - {age} end"


def _leg(number: int, given: frozenset[str]) -> str:
    """Return the condition of a leg that is selected."""
    key = f"w.kms{number}_key_id"
    conditions = [f"{key} is not null"]
    if "kms_key_id" in given:
        conditions.append(f"{key} = {_P['kms_key_id']}")
    if "provider_id" in given:
        conditions.append(
            f"{key} in (select k.id from kw.kms_keys k where k.provider_id = {_P['provider_id']})"
        )
    if "older_than" in given:
        conditions.append(_is_older(f"coalesce(w.wrap{number}_at, w.created_at)"))
    if "new_kms_key_id" in given:
        conditions.append(f"{key} <> {_P['new_kms_key_id']}")
    return " and ".join(conditions)


def _target(number: int, given: frozenset[str]) -> str:
    """Return the target of a leg; null where it does not move."""
    own = f"kms{number}_key_id"
    for target in (own, "new_kms_key_id"):
        if target in given:
            return f"case when {_leg(number, given)} then {_P[target]}::bigint end"
    return "null::bigint"


def _leg_to_renew(given: frozenset[str]) -> str:
    """Return the leg that is renewed under its present key; null for both, or where one moves."""
    if given & {"kms1_key_id", "kms2_key_id", "new_kms_key_id"} or not given & _OF_A_LEG:
        return "null::smallint"
    first, second = _leg(1, given), _leg(2, given)
    return f"case when not ({first}) then 2 when {second} then null else 1 end::smallint"


def _source(kind: str, given: frozenset[str]) -> str:
    """Return the selected wrappers as a source of rows w, with their targets."""
    # A wrapper that is retired stays so. Its wraps have to leave a key, too, before that is destroyed.
    conditions = [
        "w.status <> 'invalid'" if kind == "rewrap" else "w.status in ('active', 'rotated')"
    ]
    first = second = "null::bigint"
    leg = "null::smallint"
    if kind == "rotate":
        conditions.append("w.status = 'active' and w.dek_class = 'field'")
        if "older_than" in given:
            conditions.append(_is_older("w.created_at"))
    elif given & _OF_A_LEG:
        conditions.append(f"(({_leg(1, given)}) or ({_leg(2, given)}))")
    if "policy_id" in given:
        conditions.append(f"w.policy_id = {_P['policy_id']}")
    if "wrappers" in given:
        conditions.append(f"w.wrapper_uuid = any({_P['wrappers']}::bpchar[])")
    if "entity_table" in given:
        conditions.append(
            (_HAS_CURRENT if kind == "rotate" else _OF_TABLE).format(
                bound_as=bound_as(_P["entity_table"]), field_name=_P["field_name"]
            )
        )
    if kind == "rewrap":
        first, second, leg = _target(1, given), _target(2, given), _leg_to_renew(given)
    if given & {"kms1_key_id", "kms2_key_id"}:
        conditions.append(
            f"(w.kms1_key_id <> coalesce({first}, w.kms1_key_id)"
            f" or w.kms2_key_id <> coalesce({second}, w.kms2_key_id))"
        )
    if kind == "relayer":
        conditions.append(
            f"(w.policy_id is distinct from {_P['to_policy_id']}"
            f" or {_LAYERS} not between {_P['min_layers']} and {_P['max_layers']})"
        )
    where = "\n            and ".join(conditions)
    return f"""
        select w.*, {first} as target1, {second} as target2, {leg} as leg, {_LAYERS} as layers
        from kw.key_wrappers w
        where {where}
    """


_IS_STUCK = f"""
    coalesce(
        (w.renews1 and coalesce(w.target1, w.kms1_key_id) = any({_P["unusable"]}))
        or (w.renews2 and coalesce(w.target2, w.kms2_key_id) = any({_P["unusable"]})),
        false
    )
"""


def _wanted(kind: str, given: frozenset[str]) -> str:
    """Return the selected wrappers, with which legs are wrapped again, and whether they can be."""
    no_target = "w.target1 is null and w.target2 is null"
    is_both = "w.crypto_suite ->> 'mode' = 'both'"
    stuck = "false" if kind == "rotate" else _IS_STUCK
    return f"""
        select
            w.*, {stuck} as is_stuck,
            coalesce(coalesce(w.target1, w.kms1_key_id) = coalesce(w.target2, w.kms2_key_id), false) as is_joined
        from (
            select
                w.*, w.target1 is not null or {no_target} and w.leg is distinct from 2 or {is_both} as renews1,
                w.kms2_key_id is not null
                and (w.target2 is not null or {no_target} and w.leg is distinct from 1 or {is_both}) as renews2
            from ({_source(kind, given)}) w
        ) w
    """


@cache
def schedule(kind: str, given: frozenset[str]) -> Query:
    """Return what puts a job into the queue for each selected wrapper that has no open one.

    The unique index tells which have one. A join could be planned to read all jobs for each wrapper,
    by statistics of when the table was empty.
    """
    return Query(
        f"""
        with made as (
            insert into kw.rewrap_jobs (
                key_wrapper_id, target_kms1_key_id, target_kms2_key_id, leg, kind, target_policy_id, is_branch,
                scheduled_at
            )
            select
                w.id, w.target1, w.target2, w.leg, '{kind}', {_P["to_policy_id"]}, w.dek_class = 'branch', {_MORE}
            from ({_wanted(kind, given)}) w
            where not w.is_stuck and not w.is_joined
            order by w.id
            on conflict (key_wrapper_id) where finished_at is null do nothing
            returning 1
        )
        select count(*) as made from made
        """,
        (*_TYPES.values(), "timestamptz"),
    )


# Of wrappers $1, those that have the layers of policy $2, as the selection of its jobs leaves out.
HAVE_LAYERS = Query(
    f"""
    select w.id
    from kw.encryption_policies p
    join kw.key_wrappers w on w.policy_id = p.id
    where p.id = $2 and w.id = any($1) and {_LAYERS} between p.min_layers and p.max_layers
    """,
    ("int8[]", "int8"),
)
UNKNOWN = Query(
    """
    select u.uuid
    from unnest($1) u (uuid)
    where not exists (
        select from kw.key_wrappers w where w.wrapper_uuid = u.uuid::uuid::text::bpchar limit 1
    )
    limit 1
    """,
    ("text[]",),
)


@cache
def left_out(kind: str, given: frozenset[str]) -> Query:
    """Return what counts selected wrappers that get no job, and why; open: those with such a job.

    By look-ups of single wrappers: a join would be planned by what the table had before the jobs.
    """
    other = f"""
        {_IS_OPEN}
            and (j.kind, j.target_kms1_key_id, j.target_kms2_key_id, j.leg, j.target_policy_id)
            is distinct from ('{kind}'::text, w.target1, w.target2, w.leg, {_P["to_policy_id"]})
    """
    return Query(
        f"""
        select
            count(*) filter (where w.is_stuck) as stuck,
            count(*) filter (where w.is_joined and not w.is_stuck) as joined,
            count(*) filter (where exists ({other})) as others,
            count(*) filter (
                where exists ({_IS_OPEN}) and not (w.is_stuck or w.is_joined) and not exists ({other})
            ) as open
        from ({_wanted(kind, given)}) w
        """,
        tuple(_TYPES.values()),
    )


@cache
def plan(kind: str, given: frozenset[str]) -> Query:
    """Return what counts selected wrappers without a job by what those of a batch have in common."""
    return Query(
        f"""
        select
            b.dek_class, b.batch, b.mode, b.layers, b.kms1_key_id, b.kms2_key_id,
            coalesce(b.target1, b.kms1_key_id) as target1, coalesce(b.target2, b.kms2_key_id) as target2,
            b.renews1, b.renews2, b.is_stuck or b.is_joined as is_stuck, count(*)::int as wrappers, sum(b.bytes)::bigint as bytes
        from (
            select
                w.*, w.crypto_suite ->> 'mode' as mode,
                case when w.renews1 then pg_column_size(w.dek_wrap1) else 0 end
                    + case when w.renews2 then pg_column_size(w.dek_wrap2) else 0 end
                    + pg_column_size(w.crypto_suite) as bytes,
                (row_number() over (partition by w.dek_class, w.is_stuck or w.is_joined order by w.id) - 1) / {_MORE} as batch
            from ({_wanted(kind, given)}) w
            where not exists ({_IS_OPEN})
        ) b
        group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        """,
        (*_TYPES.values(), "int4"),
    )
