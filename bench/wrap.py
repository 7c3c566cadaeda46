"""Wrapping, opening and renewing data keys, beside plain SQL on the same rows and columns.

The peers write rows that were prepared before: with every foreign key, check and index of
``kw.key_wrappers``. The peer of opening is pgcrypto, its wrapped keys found by uuid.
"""

from bench.measure import Table, Workload
from bench.server import Server

COLUMNS = """
    id, wrapper_uuid, kms1_key_id, kms2_key_id, dek_wrap1, dek_wrap2, crypto_suite, wrap2_version,
    policy_id
"""
VALUES = """
    n.id, n.wrapper_uuid, n.kms1_key_id, n.kms2_key_id, n.dek_wrap1, n.dek_wrap2, n.suite::jsonb,
    n.wrap2_version, n.policy_id
"""
_PEER = "pgcrypto, unwrap by uuid"
_UPDATE = "UPDATE of the same columns"


def _ids(name: str) -> str:
    return f"(select ids from bench.wrappers where name = '{name}')"


def _wrapping(mode: str) -> tuple[Workload, Workload]:
    peer = f"INSERT of the same rows, mode {mode}"
    insert = f"""
        with made as (
            insert into kw.key_wrappers ({COLUMNS}, owner, owner_name, installation)
            select {VALUES}, n.owner, n.owner_name, n.installation
            from bench.new_rows n
            where n.name = '{mode}' and n.round = %(round)s
            returning id
        )
        select count(*) from made
    """
    wrap = f"select cardinality(kw.wrap_many(array_fill(null::bytea, array[1000]), '{mode}'))"
    return Workload(peer, insert), Workload(f"wrap_many, mode {mode}", wrap, peer, 1.6)


def _opening(mode: str) -> Workload:
    query = f"select count(*) from unnest(kw.unwrap_many({_ids(mode)}))"
    return Workload(f"unwrap_many, mode {mode}", query, _PEER, 4.5)


_OPENING = (
    Workload(
        _PEER,
        r"select count(bench.open(k.wrapped, '\x03', '\x04')) from bench.keys k where k.uuid ="
        " any(array(select uuid from bench.keys where entity = 'bench.rows'))",
    ),
    *(_opening(mode) for mode in ("single", "either", "both")),
)
_WRAPPING = tuple(one for mode in ("single", "either", "both") for one in _wrapping(mode))
_RENEWING = (
    Workload(
        _UPDATE,
        """
        with changed as (
            update kw.key_wrappers w
            set kms1_key_id = n.kms1_key_id, kms2_key_id = n.kms2_key_id,
                dek_wrap1 = n.dek_wrap1, dek_wrap2 = n.dek_wrap2, crypto_suite = n.suite::jsonb,
                wrap1_version = w.wrap1_version + 1, wrap2_version = w.wrap2_version + 1,
                wrap_version = w.wrap_version + 1
            from bench.new_rows n
            where n.name = 'updated' and w.id = n.id
            returning w.id
        )
        select count(*) from changed
        """,
    ),
    Workload(
        "rewrap_many",
        f"select cardinality(kw.rewrap_many({_ids('rewrapped')}))",
        _UPDATE,
        2.6,
    ),
    Workload(
        "rewrap, a call each",
        f"select count(kw.rewrap(id)) from (select unnest({_ids('rewrapped')}) as id limit 100) r",
        _UPDATE,
        rows=100,
    ),
    Workload(
        "relayer_many, no layers",
        f"select cardinality(kw.relayer_many({_ids('relayered')}))",
        _UPDATE,
    ),
)


def run(server: Server) -> list[Table]:
    """Measure what opens, what makes and what renews wrappers."""
    return [
        Table(title, "µs a DEK", server.in_turn(server.filled, workloads))
        for title, workloads in (
            ("Unwrap", _OPENING),
            ("Wrap and store", _WRAPPING),
            ("Wrap again, each wrap opened before it replaces", _RENEWING),
        )
    ]
