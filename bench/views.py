"""Protected views beside the same by hand: INSERT of 1,000 rows, UPDATE, SELECT."""

# ruff: noqa: E501

from bench.measure import ROWS, Table, Workload
from bench.server import Server

_SCHEMA = """
create table bench.staff (id bigint primary key, name text not null, email bytea, born bytea);
create table bench.plain (id bigint primary key, name text not null, email text, born date);
create table bench.shared (id bigint primary key, name text not null, email bytea);
select kw.bind('bench.shared', '*', 'email');
select
    kw.set_protected_field('bench.staff', 'email', 'text', 'cell'),
    kw.set_protected_field('bench.staff', 'born', 'date', 'cell'),
    kw.set_protected_field('bench.shared', 'email', 'text', 'column');
select kw.create_protected_view('bench.staff', 'bench.staff_view');
select kw.create_protected_view('bench.shared', 'bench.shared_view');
"""
_BY_HAND = "by hand, kw.bind_many and kw.encrypt_text_many"
_BY_HAND_SHARED = "by hand, kw.encrypt_text_many, one key for the column"
_PLAIN = "the same INSERT of plaintext"
_DECRYPTED = "kw.decrypt_text_many by hand"


def _new_rows(first: int) -> str:
    return (
        f"select ({first}000000::bigint + %(round)s::bigint) * {ROWS} + g as id, 'name ' || g as name,"
        " 'someone.' || g || '@example.org' as email, date '2000-01-01' + g as born"
        f" from generate_series(1, {ROWS}) g"
    )


def _by_hand(first: int) -> str:
    return f"""
        with new as materialized ({_new_rows(first)}),
        many as materialized (
            select
                array_agg(id::text order by id) as ids, array_agg(name order by id) as names,
                array_agg(email order by id) as emails, array_agg(born::text order by id) as borns
            from new
        ),
        bound as materialized (
            select kw.bind_many('bench.staff', ids, 'email'), kw.bind_many('bench.staff', ids, 'born') from many
        )
        insert into bench.staff
        select u.*
        from many
        cross join (select count(*) from bound) b
        cross join lateral unnest(
            ids::bigint[], names, kw.encrypt_text_many('bench.staff', ids, 'email', emails),
            kw.encrypt_text_many('bench.staff', ids, 'born', borns)
        ) u
        returning 1
    """


def _shared_by_hand(first: int) -> str:
    return f"""
        with many as materialized (
            select
                array_agg(id::text order by id) as ids, array_agg(name order by id) as names,
                array_agg(email order by id) as emails
            from ({_new_rows(first)}) new
        )
        insert into bench.shared
        select u.*
        from many
        cross join lateral unnest(
            ids::bigint[], names, kw.encrypt_text_many('bench.shared', ids, 'email', emails)
        ) u
        returning 1
    """


_INSERTS = (
    Workload(_PLAIN, f"insert into bench.plain {_new_rows(1)} returning 1"),
    Workload(_BY_HAND, _by_hand(1)),
    Workload(
        "INSERT into the view",
        f"insert into bench.staff_view {_new_rows(2)} returning 1",
        _BY_HAND,
        2.0,
    ),
    Workload(_BY_HAND_SHARED, _shared_by_hand(1)),
    Workload(
        "INSERT into the view, one key for the column",
        f"insert into bench.shared_view (id, name, email) select id, name, email from ({_new_rows(2)}) n returning 1",
        _BY_HAND_SHARED,
        2.0,
    ),
)
_READS = (
    Workload(
        "plaintext",
        f"select count(email) from (select email from bench.plain order by id limit {ROWS}) p",
    ),
    Workload(
        _DECRYPTED,
        "select cardinality(kw.decrypt_text_many('bench.staff', array_agg(id::text), 'email', array_agg(email)))"
        f" from (select id, email from bench.staff order by id limit {ROWS}) s",
    ),
    Workload(
        "SELECT through the view",
        f"select count(email) from (select email from bench.staff_view order by id limit {ROWS}) v",
        _DECRYPTED,
    ),
    Workload(
        "UPDATE through the view",
        f"update bench.staff_view set email = upper(email) where id <= 1000001 * {ROWS}::bigint and id > 1000000 * {ROWS}::bigint returning 1",
    ),
)


def run(server: Server) -> list[Table]:
    """Measure with tables of its own."""
    with server.place.connect(server.filled) as connection:
        connection.execute(_SCHEMA)
    inserts = server.in_turn(server.filled, _INSERTS)
    reads = server.in_turn(server.filled, _READS)
    return [
        Table(f"INSERT of {ROWS:,} rows with two protected columns", "µs a row", inserts),
        Table(f"SELECT and UPDATE of {ROWS:,} rows through a protected view", "µs a row", reads),
    ]
