"""What growth costs: a new database whose tables grow while nobody gathers statistics.

A plan that was made while a table was small stays in use until someone analyzes.
"""

from bench.measure import MICRO, ROWS, Line, Table, Workload, compared, in_turn, timed
from bench.server import BIND_BATCH, Server

_BATCHES = 10  # in one transaction
_SMALL = 2_000  # keys bound before


def run(server: Server) -> list[Table]:
    """Bind in batches, and read in another session before and after."""
    name = server.new_database("growth")
    with (
        server.place.connect(name, autocommit=False) as connection,
        server.place.connect(name) as reader,
    ):
        for table in ("small", "grown"):
            reader.execute(f"create table {table} (id bigint primary key, f bytea)")
        keys = "(select array_agg(g::text) from generate_series(%(first)s::int, %(last)s) g)"
        bind = "select kw.bind_many('{}', " + keys + ", 'f')"
        reader.execute(bind.format("small"), {"first": 1, "last": _SMALL})
        reader.execute(
            "insert into small select g, kw.encrypt('small', g, 'f', 'a value')"
            f" from generate_series(1, {ROWS}) g"
        )
        read = Workload(
            f"read {ROWS:,} rows with own DEKs, small database",
            "select count(*) from unnest((select kw.decrypt_many('small', array_agg(id::text), 'f',"
            " array_agg(f)) from small))",
        )
        (before,) = in_turn(reader, reader, [read], server.rounds)
        times = [
            timed(
                connection, bind.format("grown"), {"first": start + 1, "last": start + BIND_BATCH}
            )
            for start in range(0, _BATCHES * BIND_BATCH, BIND_BATCH)
        ]
        connection.commit()
        (after,) = in_turn(reader, reader, [read], server.rounds)
    second, last = (
        Line(f"bind_many of {BIND_BATCH:,}, batch {number}", times[number - 1] / BIND_BATCH * MICRO)
        for number in (2, _BATCHES)
    )
    grown = f"the same, grown {_BATCHES * BIND_BATCH // _SMALL} times"
    lines = (
        second,
        compared(last.value, second, last.name, 1.2),
        before,
        compared(after.value, before, grown, 1.3),
    )
    return [Table("Growth without statistics", "µs a row", lines)]
