"""Reading and writing many values in a call, beside pgcrypto on the same rows.

The peer is AES-256-CBC with HMAC-SHA-256. Where each row has its own data key, the peer finds the
wrapped key by what it is bound to, as kwtools does.
"""

from bench.measure import Table, Workload
from bench.server import Server

_ROWS = "(select * from bench.rows order by id) r"


def _many(function: str, field: str, values: str) -> str:
    return (
        "select count(*) from unnest((select"
        f" kw.{function}('bench.rows', array_agg(r.pk), '{field}', array_agg(r.{values}))"
        f" from {_ROWS}))"
    )


_OPEN = "pgcrypto, decrypt, one key"
_SEAL = "pgcrypto, encrypt, one key"
_OPEN_OWN = "pgcrypto, decrypt, wrapped keys by binding"
_SEAL_OWN = "pgcrypto, encrypt, wrapped keys by binding"
_BOUND = f"{_ROWS} join bench.keys k on k.entity = 'bench.rows' and k.pk = r.pk and k.field = 'own'"
_KEY = r"bench.open(k.wrapped, '\x03', '\x04')"
_OWN_PEERS = (
    Workload(_OPEN_OWN, rf"select count(bench.open(r.own_aes, {_KEY}, '\x05')) from {_BOUND}"),
    Workload(_SEAL_OWN, rf"select count(bench.seal(r.v, {_KEY}, '\x05')) from {_BOUND}"),
)
_READ_OWN = _many("decrypt_many", "own", "own")
_WARM = (
    Workload(_OPEN, rf"select count(bench.open(r.aes, '\x01', '\x02')) from {_ROWS}"),
    Workload(_SEAL, rf"select count(bench.seal(r.v, '\x01', '\x02')) from {_ROWS}"),
    Workload("decrypt_many, one DEK", _many("decrypt_many", "ct", "ct"), _OPEN, 1.0),
    Workload(
        "decrypt_many, one DEK, encrypted one at a time",
        _many("decrypt_many", "single", "single"),
        _OPEN,
        1.0,
    ),
    Workload("encrypt_many, one DEK", _many("encrypt_many", "ct", "v"), _SEAL),
    *_OWN_PEERS,
    Workload("decrypt_many, own DEKs, warm", _READ_OWN, _OPEN_OWN, 1.0),
    Workload("encrypt_many, own DEKs, warm", _many("encrypt_many", "own", "v"), _SEAL_OWN),
)
_WRITING = (
    *_OWN_PEERS,
    Workload(
        "decrypt_many, own DEKs, warm, in a transaction that writes",
        f"with w as materialized (select pg_current_xact_id()) {_READ_OWN}, w",
        _OPEN_OWN,
        1.0,
    ),
)
_COLD = (
    *_OWN_PEERS,
    Workload("decrypt_many, own DEKs, nothing kept", _READ_OWN, _OPEN_OWN, 3.5),
    Workload("encrypt_many, own DEKs, nothing kept", _many("encrypt_many", "own", "v"), _SEAL_OWN),
)


def run(server: Server) -> list[Table]:
    """Measure with keys kept, after a commit, and with none kept but the KEKs."""
    warm = server.in_turn(server.filled, _WARM)
    writing = server.in_turn(server.filled, _WRITING)
    with server.place.connect(server.filled) as connection:
        connection.execute("select kw.set_setting('cache_keys', 0)")
        cold = server.in_turn(server.filled, _COLD)
        connection.execute("select kw.set_setting('cache_keys', 10000)")
    return [
        Table("Many values in a call", "µs a row", warm),
        Table("Many values in a call, after a commit", "µs a row", writing),
        Table("Many values in a call, nothing kept", "µs a row", cold),
    ]
