"""One call a row, beside one prepared look-up from PL/Python, the least that such a call costs."""

from bench.measure import ROWS, Table, Workload
from bench.server import Server

_CALL = "PL/Python call, trivial"
_LOOK_UP = "one prepared look-up from PL/Python"
_INSERT = "one prepared INSERT of a wrapper from PL/Python"
_ROWS = "(select * from bench.rows order by id) r"
_WRITTEN = "with w as materialized (select pg_current_xact_id())"
_FEW = 100


def _reading(bindings: int) -> tuple[Workload, ...]:
    return (
        Workload(_CALL, f"select count(bench.noop(r.v)) from {_ROWS}"),
        Workload(_LOOK_UP, f"select count(bench.look(r.pk)) from {_ROWS}", _CALL),
        Workload(
            "decrypt, one DEK",
            f"select count(kw.decrypt('bench.rows', r.id, 'ct', r.ct)) from {_ROWS}",
            _LOOK_UP,
            5.0,
        ),
        Workload(
            "decrypt, own DEKs",
            f"select count(kw.decrypt('bench.rows', r.id, 'own', r.own)) from {_ROWS}",
            _LOOK_UP,
            5.0,
        ),
        Workload(
            "encrypt, one DEK",
            f"select count(kw.encrypt('bench.rows', r.id, 'ct', r.v)) from {_ROWS}",
            _LOOK_UP,
            8.0,
        ),
        Workload(
            "encrypt, own DEKs",
            f"select count(kw.encrypt('bench.rows', r.id, 'own', r.v)) from {_ROWS}",
            _LOOK_UP,
            8.0,
        ),
        Workload(
            "lookup, random",
            f"select count(kw.lookup('bench.many', (random() * {bindings - 1})::int, 'f'))"
            f" from generate_series(1, {ROWS})",
            _LOOK_UP,
        ),
        Workload(
            "unwrap",
            "select count(kw.unwrap(u.id)) from (select unnest(ids) as id from bench.wrappers"
            f" where name = 'either' limit {_FEW}) u",
            _LOOK_UP,
            rows=_FEW,
        ),
    )


def _committing() -> tuple[Workload, ...]:
    """Return what writes, and what is read after it: each round ends with commits."""
    return (
        Workload(_LOOK_UP, f"select count(bench.look(r.pk)) from {_ROWS}"),
        Workload(
            "decrypt, own DEKs, each for the first time after a commit",
            f"select count(kw.decrypt('bench.rows', r.id, 'own', r.own)) from {_ROWS}",
            _LOOK_UP,
            5.0,
        ),
        Workload(
            "decrypt, own DEKs, in a transaction that writes",
            f"{_WRITTEN} select count(kw.decrypt('bench.rows', r.id, 'own', r.own))"
            f" from w, {_ROWS}",
            _LOOK_UP,
            5.0,
        ),
        Workload(
            "encrypt, one DEK, in a transaction that writes",
            f"{_WRITTEN} select count(kw.encrypt('bench.rows', r.id, 'ct', r.v)) from w, {_ROWS}",
            _LOOK_UP,
            8.0,
        ),
        Workload(
            _INSERT,
            "select count(bench.insert_wrapper(n.id)) from (select id from bench.new_rows"
            f" where name = 'called' and round = %(round)s limit {_FEW}) n",
            _LOOK_UP,
            rows=_FEW,
        ),
        Workload(
            "wrap", f"select count(kw.wrap()) from generate_series(1, {_FEW})", _INSERT, rows=_FEW
        ),
        Workload(
            "bind",
            f"select count(kw.bind('bench.many', 3000000000 + %(round)s::bigint * {_FEW} + g, 'f'))"
            f" from generate_series(1, {_FEW}) g",
            _INSERT,
            rows=_FEW,
        ),
    )


def run(server: Server) -> list[Table]:
    """Measure in a session that has opened what it reads."""
    reading = server.in_turn(server.filled, _reading(server.bindings))
    committing = server.in_turn(server.filled, _committing())
    return [
        Table("One call a row, warm", "µs a call", reading),
        Table("One call a row, where something commits", "µs a call", committing),
    ]
