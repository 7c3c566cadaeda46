"""Legs that cannot be opened, by decision or at the last probe, and probes that have ended."""

from collections.abc import Iterator

from kwtools.checks._finding import WARNING, Finding
from kwtools.connections import Connection

_DEAD = """
select
    k.id, pg_catalog.format('key %s ("%s" of provider "%s")', k.id, k.external_key_ref, p.name) as name,
    case
        when k.status = 'disabled' then 'is disabled'
        when not p.is_enabled then 'has a provider that is not enabled'
        else 'was down when it was probed last'
    end as cause
from kw.kms_keys k
join kw.kms_providers p on p.id = k.provider_id
left join lateral (
    select c.status from kw.kms_health_checks c where c.kms_key_id = k.id order by c.id desc limit 1
) latest on true
where k.status = 'disabled' or not p.is_enabled or latest.status = 'down'
"""  # noqa: E501
_IS_ANY_DEAD = f"select exists ({_DEAD})"
# It reads every wrapper once, and is asked only where a key is closed.
_CLOSED = f"""
with dead as (
    select
        c.closed_id as id, min(k.name || ' ' || k.cause) as cause, min(k.id) as key_id
    from ({_DEAD}) k
    join kw.closed_keys c on c.kms_key_id = k.id
    group by c.closed_id
)
select
    d.cause, d.key_id,
    count(*) filter (where w.is_lost),
    count(*) filter (where not w.is_lost)
from (
    select
        w.kms1_key_id, w.kms2_key_id,
        w.crypto_suite ->> 'mode' <> 'either' or (
            exists (select from dead d where d.id = w.kms1_key_id)
            and exists (select from dead d where d.id = w.kms2_key_id)
        ) as is_lost
    from kw.key_wrappers w
    where w.status in ('active', 'rotated')
) w
join dead d on d.id in (w.kms1_key_id, w.kms2_key_id)
group by d.cause, d.key_id
order by d.key_id
"""  # noqa: S608
_PROBES = """
select pg_catalog.to_char(max(c.checked_at), 'YYYY-MM-DD HH24:MI')
from kw.kms_health_checks c
having max(c.checked_at) < pg_catalog.statement_timestamp() - interval '1 day'
"""


def closed_legs(connection: Connection) -> Iterator[Finding]:
    """Yield each key that was closed, or was down, while wrappers have a leg under it."""
    if connection.execute(_IS_ANY_DEAD.encode()).fetchone() == (False,):
        return
    for cause, key, lost, by_other_leg in connection.execute(_CLOSED.encode()):
        yield Finding(
            f"legs of key {key}",
            WARNING,
            f"{cause}: {lost} wrappers cannot be opened, {by_other_leg} depend on their other leg",
            f"Move them: kwtools rewrap schedule --key {key}. Or open the key again"
            " (kw.set_kms_key_status, kw.set_provider_enabled), or repair its KMS and probe it"
            " (kwtools health).",
            "A wrapper of mode either with one leg left is lost with that leg.",
        )


def probes(connection: Connection) -> Iterator[Finding]:
    """Yield a warning where probes have ended."""
    for (latest,) in connection.execute(_PROBES):
        yield Finding(
            "probes",
            WARNING,
            f"no KMS key was probed since {latest} UTC",
            "Call kw.check_kms() regularly: kwtools health, or a job of pg_cron.",
            "A KMS that is down is noticed when values cannot be read.",
        )
