"""Calls that a branch key under a Vault key costs, counted at a proxy before the KMS."""

from bench.measure import ROWS, Line, Table, compared
from bench.remote import Remote, counted, remote
from bench.server import Server
from tests.providers.proxied_harness import ProxiedHarness

_SESSIONS = 200
_READ = "select kw.decrypt_text('people', id, 'ssn', ssn) from people"


def _bind_rows(place: Remote) -> None:
    """Make rows, each with a data key of its own under the branch."""
    place.db.sql("create table people (id bigint primary key, ssn bytea)")
    place.db.sql(
        "select kw.bind_many('people', array_agg(n::text), 'ssn', policy => 'branch')"
        " from generate_series(1, %s) n",
        ROWS,
    )
    place.db.sql(
        "insert into people select n, kw.encrypt_text('people', n, 'ssn', 'x' || n)"
        " from generate_series(1, %s) n",
        ROWS,
    )


def run(server: Server) -> list[Table]:
    """Read all rows twice in a session, and one row in each of many new sessions."""
    with remote(server.place, "vault", "branches") as place:
        assert isinstance(place.harness, ProxiedHarness)
        _bind_rows(place)
        with counted(place.harness) as requests, place.db.connect() as connection:
            calls = []
            for _ in range(2):
                requests.clear()
                connection.execute(_READ)
                calls.append(len(requests))
            requests.clear()
            for _ in range(_SESSIONS):
                place.db.sql(f"{_READ} where id = 1")
            cold = len(requests)
    floor = Line("a call for the branch, if sessions could share it", 1)
    new, warm = calls
    lines = (
        floor,
        compared(new, floor, f"{ROWS:,} rows with own DEKs, new session", limit=2),
        compared(warm, floor, "the same again", limit=0),
        compared(cold, floor, f"a row in each of {_SESSIONS} new sessions"),
    )
    return [Table("Calls to the KMS by one branch key", "calls", lines)]
