"""What one shredded cell costs the readers of its field."""

from bench.measure import ROWS, Table, Workload
from bench.server import Server

_CALLS = {
    "decrypt_text, a call a row": "count(kw.decrypt_text('people', id, '{0}', {0}))",
    "decrypt_text_many": (
        "cardinality(kw.decrypt_text_many('people', array_agg(id::text), '{0}', array_agg({0})))"
    ),
}


def run(server: Server) -> list[Table]:
    """Read two fields, of which one has a shredded cell."""
    workloads = []
    for what, call in _CALLS.items():
        query, peer = f"select {call} from people", f"{what}, nothing shredded"
        workloads += [
            Workload(peer, query.format("without")),
            Workload(f"{what}, one cell shredded", query.format("one"), peer),
        ]
    database = server.new_database("shredded")
    with server.place.connect(database) as connection:
        run = connection.execute
        run("create table people (id bigint primary key, without bytea, one bytea)")
        run("select kw.bind('people', '*', 'without'), kw.bind('people', '*', 'one')")
        run(
            "insert into people select g, kw.encrypt_text('people', g, 'without', 'a'),"
            f" kw.encrypt_text('people', g, 'one', 'a') from generate_series(1, {ROWS}) g"
        )
        run("select kw.bind('people', 999999, 'one')")
        run("select kw.shred('people', 999999, 'one')")
    lines = server.in_turn(database, workloads)
    return [Table("A shredded cell in the field", "µs a row", lines)]
