"""A database of many wrappers: those of a few that the runtime made, copied with other uuids.

Pages only read and count rows, and open none, so copies cost them what others do.
"""

import psycopg

from bench import console

_LAYERED = 40
_BRANCHED = 40
_PROBES = 1_000
"""Of each key, over 30 days."""
_EVENTS = 1_000_000
_OLD_EVENTS = 100_000  # of which a log has its entries
_PLAIN_TABLES, _PLAIN_COLUMNS = 500, 20
_ALGORITHMS = ("X25519", "ML-KEM-768", "ML-KEM-1024", "ML-KEM-768+X25519")
_POLICIES = """
select
    kw.create_policy(
        'layered-' || n, 'either', 2 * n + 1, 2 * n + 2,
        layers => array[kw.create_kms_key(
            'local', 'kem-' || n, algorithm => (%(algorithms)s::text[])[1 + mod(n, 4)]
        )]
    )
from generate_series(1, %(layered)s::int) n
"""
_BRANCHES = """
with branches as (
    select k.id, row_number() over (order by k.id) as number
    from kw.kms_keys k
    join kw.kms_providers p on p.id = k.provider_id and p.provider = 'wrapper'
)
select
    kw.create_policy('branched-' || b.number, 'both', b.id, c.id),
    kw.create_policy('single-' || b.number, 'single', b.id)
from branches b
join branches c on c.number = 1 + mod(b.number, %s)
"""
# Of 100 copies of a field 83 are active, 7 were replaced, 5 are retired and 5 shredded.
_PLAN = """
create temporary table copies as
select
    b.id as source, b.key_wrapper_id as source_wrapper, n,
    (random() * 4e18)::bigint + 1 as binding_id,
    (select max(w.id) from kw.key_wrappers w) + row_number() over () as wrapper_id,
    case
        when n %% 100 < 5 then 'invalid' when n %% 100 < 10 then 'retired'
        when n %% 100 < 17 then 'rotated' else 'active'
    end as status
from kw.encryption_bindings b
cross join generate_series(1, %s::int) n
"""
_WRAPPERS = """
insert into kw.key_wrappers (
    id, wrapper_uuid, kms1_key_id, kms2_key_id, dek_wrap1, dek_wrap2, crypto_suite, wrap_version,
    wrap1_version, wrap2_version, policy_id, status, wrap1_at, wrap2_at
)
select
    c.wrapper_id, gen_random_uuid()::text, w.kms1_key_id, w.kms2_key_id,
    case when c.status <> 'invalid' then w.dek_wrap1 else '' end,
    case when c.status <> 'invalid' or w.dek_wrap2 is null then w.dek_wrap2 else '' end,
    w.crypto_suite, w.wrap_version, w.wrap1_version, w.wrap2_version, w.policy_id, c.status,
    now() - mod(c.n, 400) * interval '1 day', now()
from copies c
join kw.key_wrappers w on w.id = c.source_wrapper
"""
_LAYERS = """
insert into kw.key_wrapper_layers (
    key_wrapper_id, layer_no, kms_key_id, kem_algo_id, kem_ciphertext, encap_pubkey, aad, meta
)
select
    c.wrapper_id, l.layer_no, l.kms_key_id, l.kem_algo_id, l.kem_ciphertext, l.encap_pubkey, l.aad,
    l.meta
from copies c
join kw.key_wrapper_layers l on l.key_wrapper_id = c.source_wrapper
where c.status <> 'invalid'
"""
_BINDINGS = """
insert into kw.encryption_bindings (
    id, entity_table, entity_pk, field_name, key_wrapper_id, status, generation
)
select
    c.binding_id, b.entity_table, c.n::text, b.field_name, c.wrapper_id,
    case c.status when 'invalid' then 'shredded' else 'live' end,
    case when c.n %% 100 between 20 and 26 then 2 else 1 end
from copies c
join kw.encryption_bindings b on b.id = c.source
where c.status <> 'rotated'
"""
_GENERATIONS = """
insert into kw.binding_generations (binding_id, generation, key_wrapper_id)
select later.binding_id, 1, c.wrapper_id
from copies c
join copies later on later.source = c.source and later.n = c.n + 10
where c.status = 'rotated'
"""
_JOBS = """
insert into kw.rewrap_jobs (
    key_wrapper_id, kind, status, attempts, started_at, finished_at, target_kms1_key_id, last_error
)
select
    w.id, case when w.id %% 3 = 0 then 'rotate' else 'rewrap' end, s.status, 1, now(),
    case when s.status in ('done', 'failed') then now() - random() * interval '1 day' end,
    case when w.id %% 3 <> 0 then 1 end,
    case s.status when 'failed' then 'KW204: key ' || w.id %% 7 || ' did not answer' end
from kw.key_wrappers w
cross join lateral (
    select case when w.id %% 50 = 0 then 'failed' when w.id %% 10 = 0 then 'pending' else 'done' end
) s (status)
where w.status = 'active' and w.dek_class = 'field'
"""
_HEALTH = """
insert into kw.kms_health_checks (provider_id, kms_key_id, status, latency_ms, error, checked_at)
select
    k.provider_id, k.id,
    case
        when (k.id + n) %% 97 = 0 then 'down' when (k.id + n) %% 41 = 0 then 'degraded' else 'up'
    end,
    1 + mod(n * k.id, 300), case when (k.id + n) %% 97 = 0 then 'KW204: no answer' end,
    now() - (%(probes)s - n) * interval '30 days' / %(probes)s
from generate_series(1, %(probes)s::int) n
cross join kw.kms_keys k
"""
_AUDIT = """
insert into kw.audit_events (happened_at, acting_role, action, object, details)
select
    now() - interval '2 days', 'kw_admin',
    (array['bind', 'rewrap', 'shred', 'grant_field'])[1 + n %% 4],
    'public.t' || n %% 100 || '.f' || n %% 97, jsonb_build_object('n', n)
from generate_series(1, %s::int) n
"""
_FLOORS = """
select count(kw.set_floor('t' || t, 'f' || f, 1 + mod(f, 5)))
from generate_series(0, %s::int) t
cross join generate_series(0, %s::int, 7) f
"""


def fill(connection: psycopg.Connection, wrappers: int) -> None:
    """Make keys and policies of every kind, fields of each in turn, and copies of their keys."""
    run = connection.execute
    run("select kw.create_deployment()")
    run("select kw.create_signing_key('log', 'Ed25519', 'log', 1)")
    run("select kw.create_log('db.example.com', '{log}')")
    console.make_keys(connection)
    run(_POLICIES, {"layered": _LAYERED, "algorithms": list(_ALGORITHMS)})
    run(_BRANCHES, (_BRANCHED,))
    policies = run("select array_agg(policy_name::text order by id) from kw.encryption_policies")
    console.make_fields(connection, policies.fetchall()[0][0])
    run(_FLOORS, (console.TABLES - 1, console.FIELDS - 1))
    run("set role kw_owner")
    run(_PLAN, (round(wrappers / (console.TABLES * console.FIELDS)) - 1,))
    run("analyze copies")
    for statement in (_WRAPPERS, _LAYERS, _BINDINGS, _GENERATIONS, _JOBS):
        run(statement.replace("%%", "%").encode())
    run(_HEALTH, {"probes": _PROBES})
    run(_AUDIT, (_OLD_EVENTS,))
    run("reset role")
    run("drop table copies")
    run("select setval('kw.key_wrappers_id_seq', max(id)) from kw.key_wrappers")
    run("call kw.seal_audit()")
    run("set role kw_owner")
    run(_AUDIT, (_EVENTS,))
    run("reset role")
    columns = ", ".join(f"email_{number} text" for number in range(_PLAIN_COLUMNS))
    for number in range(_PLAIN_TABLES):
        run(f"create table plain{number} (id bigint primary key, {columns})".encode())
    run("vacuum analyze")
