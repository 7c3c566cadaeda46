"""Binding and looking up many keys, beside plain SQL on the same rows."""

from bench.measure import ROWS, Table, Workload
from bench.server import Server
from bench.wrap import COLUMNS, VALUES

_INSERTS = "the same INSERTs"
_JOIN = "the same join in SQL"


def _workloads(bindings: int) -> tuple[Workload, ...]:
    keys = f"(select (random() * {bindings - 1})::int as k from generate_series(1, {ROWS})) k"
    return (
        Workload(
            _INSERTS,
            f"""
            with n as (
                select * from bench.new_rows where name = 'bound' and round = %(round)s
            ),
            made as (insert into kw.key_wrappers ({COLUMNS}) select {VALUES} from n),
            bound as (
                insert into kw.encryption_bindings
                    (id, entity_table, entity_pk, field_name, key_wrapper_id)
                select n.binding_id, 'bench.many', n.pk, 'f', n.id from n
                returning id
            )
            select count(*) from bound
            """,
        ),
        Workload(
            "bind_many",
            f"select cardinality(kw.bind_many('bench.many',"
            f" array_agg((2000000000 + %(round)s::bigint * {ROWS} + g)::text), 'f'))"
            f" from generate_series(1, {ROWS}) g",
            _INSERTS,
            1.4,
        ),
        Workload(
            _JOIN,
            f"""
            select count(w.wrapper_uuid)
            from {keys}
            join kw.encryption_bindings b
                on b.entity_table = 'bench.many' and b.entity_pk = k.k::text
                    and b.field_name_norm = 'f'
            join kw.key_wrappers w on w.id = b.key_wrapper_id
            """,
        ),
        Workload(
            "lookup_many, random",
            "select count(*) from unnest((select"
            f" kw.lookup_many('bench.many', array_agg(k::text), 'f') from {keys}))",
            _JOIN,
        ),
    )


def run(server: Server) -> list[Table]:
    """Measure with the bindings that there are."""
    lines = server.in_turn(server.filled, _workloads(server.bindings))
    return [Table(f"Bind and look up, {server.bindings:,} bindings", "µs a key", lines)]
