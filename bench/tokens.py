"""Look-ups by tokens of a blind index. The peer is a look-up of the plaintext by its index."""

import psycopg

from bench.measure import MICRO, Line, Table, compared, cpu_seconds
from bench.server import Server

_ROWS = 1_000_000
_LOOK_UPS = 2000
_TOKENS = 10_000
_GOAL = 3.0
_MAKE = """
create table public.members (id bigint primary key, email text, token bytea);
select kw.create_index_key('members', 'email', 'email');
insert into public.members
select x.id, x.email, x.token
from generate_series(0, %(rows)s - 1, 10000) s (start)
cross join lateral (
    select array_agg(n) as ids, array_agg('member' || n || '@example.org' order by n) as emails
    from generate_series(s.start, s.start + 9999) n
) a
cross join lateral unnest(a.ids, a.emails, kw.blind_index_many('members', 'email', a.emails)) x (id, email, token);
create unique index on public.members (email);
create unique index on public.members (token);
vacuum analyze public.members;
"""  # noqa: E501
_PLAIN = "select id from public.members where email = %s"
_BLIND = "select id from public.members where token = kw.blind_index('public.members', 'email', %s)"


def run(server: Server) -> list[Table]:
    """Look members up by their e-mail addresses."""
    name = server.new_database("tokens")
    rows = server.rows or _ROWS
    with server.place.connect(name, autocommit=True) as connection:
        for statement in _MAKE.split(";\n")[:-1]:
            connection.execute(statement % {"rows": rows})
        with server.place.connect(name, autocommit=True) as beside:
            plain = Line("plaintext, its index", _each(beside, _PLAIN, rows))
        token = compared(
            _each(connection, _BLIND, rows), plain, "kw.blind_index in the statement", _GOAL
        )
        many = (
            "select kw.blind_index_many('members', 'email', array_agg('m' || n))"
            " from generate_series(1, %s) n"
        )
        start = cpu_seconds(connection)
        connection.execute(many, (_TOKENS,))
        made = (cpu_seconds(connection) - start) / _TOKENS * MICRO
    title = f"A look-up among {rows:,} rows"
    lines = (plain, token)
    return [
        Table(title, "µs a statement", lines),
        Table("Tokens", "µs a token", (Line("kw.blind_index_many, 10,000 values", made),)),
    ]


def _each(connection: psycopg.Connection, query: str, rows: int) -> float:
    """Return the µs of CPU time that a prepared statement takes, the least of five rounds."""
    taken = []
    for round_ in range(5):
        start = cpu_seconds(connection)
        for number in range(_LOOK_UPS):
            member = (round_ * _LOOK_UPS + number) * 97 % rows
            value = f"member{member}@example.org"
            assert connection.execute(query, (value,), prepare=True).fetchall() == [(member,)]
        taken.append((cpu_seconds(connection) - start) / _LOOK_UPS * MICRO)
    return min(taken)
