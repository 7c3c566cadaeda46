"""Protected views beside the same by hand: INSERT, SELECT, UPDATE and DELETE of 1,000 rows."""

# ruff: noqa: E501

from bench.measure import ROWS, Line, Table, Workload
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


def _first(table: str) -> str:
    return f"(select * from {table} order by id limit {ROWS}) t"


def _reads(table: str, keys: str) -> tuple[Workload, ...]:
    many = f"kw.decrypt_text_many by hand, {keys}"
    return (
        Workload(
            many,
            f"select count(u) from unnest((select kw.decrypt_text_many('{table}', array_agg(id::text), 'email',"
            f" array_agg(email)) from {_first(table)})) u",
        ),
        Workload(
            f"SELECT through the view, {keys}",
            f"select count(email) from {_first(f'{table}_view')}",
            many,
        ),
    )


def _updates(table: str, keys: str) -> tuple[Workload, ...]:
    many = f"by hand, decrypted and encrypted, {keys}"
    by_hand = f"""
        with many as materialized (
            select array_agg(id::text) as ids, array_agg(email) as sealed from {_first(table)}
        ),
        changed as materialized (
            select u.id::bigint, u.email
            from many
            cross join lateral unnest(
                ids,
                kw.encrypt_text_many('{table}', ids, 'email', (
                    select array_agg(upper(e)) from unnest(kw.decrypt_text_many('{table}', ids, 'email', sealed)) e
                ))
            ) u (id, email)
        )
        update {table} s set email = c.email from changed c where s.id = c.id returning 1
    """
    last = f"(select max(id) from {_first(table)})"
    return (
        Workload(many, by_hand),
        Workload(
            f"UPDATE through the view, {keys}",
            f"update {table}_view set email = upper(email) where id <= {last} returning 1",
            many,
        ),
    )


def _deletes(table: str, keys: str) -> tuple[Workload, ...]:
    last = f"(select max(id) from {_first(table)})"
    many = f"DELETE from the table, {keys}"
    return (
        Workload(many, f"delete from {table} where id <= {last} returning 1"),
        Workload(
            f"DELETE through the view, {keys}",
            f"delete from {table}_view where id <= {last} returning 1",
            many,
        ),
    )


_PLAIN_READ = Workload("plaintext", f"select count(email) from {_first('bench.plain')}")
_TABLES = (("bench.staff", "own keys"), ("bench.shared", "one key for the column"))


def run(server: Server) -> list[Table]:
    """Measure with tables of its own."""
    with server.place.connect(server.filled) as connection:
        connection.execute(_SCHEMA)

    def measured(*workloads: Workload) -> tuple[Line, ...]:
        return server.in_turn(server.filled, workloads)

    each = [
        (f"INSERT of {ROWS:,} rows", measured(*_INSERTS)),
        (
            f"SELECT of {ROWS:,} rows",
            measured(_PLAIN_READ, *(one for given in _TABLES for one in _reads(*given))),
        ),
        (
            f"UPDATE of {ROWS:,} rows",
            measured(*(one for given in _TABLES for one in _updates(*given))),
        ),
        (
            f"DELETE of {ROWS:,} rows",
            measured(*(one for given in _TABLES for one in _deletes(*given))),
        ),
    ]
    return [Table(f"{title} through a protected view", "µs a row", lines) for title, lines in each]
