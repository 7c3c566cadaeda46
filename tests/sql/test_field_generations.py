"""How many values of a column are of which generation, and what else it holds."""

from collections.abc import Callable

import pytest

from tests.sql.session import Session

COUNT = """
select state, scope, generation, wrapper_status, bindings::int, values::int
from kw.field_generations(%s, %s)
"""


def fill(session: Session, first: int, last: int, field: str = "ssn") -> None:
    """Insert people, each with a value under the present generation."""
    session.rows(
        f"insert into people (id, {field}) select n, kw.encrypt_text('people', n, %s, 'v' || n)"
        " from generate_series(%s::bigint, %s) n",
        field,
        first,
        last,
    )


def test_values_of_a_column_are_counted_by_generation(session: Session) -> None:
    session.bind("people", "*", "ssn")
    fill(session, 1, 3)
    session.rows("select kw.rotate('people', '*', 'ssn')")
    fill(session, 4, 5)
    session.rows("select kw.rotate('people', '*', 'ssn')")
    session.rows("insert into people (id) values (9)")
    assert session.rows(COUNT, "people", "ssn") == [
        ("current", "column", 3, "active", 1, 0),
        ("earlier", "column", 2, "rotated", 1, 2),
        ("earlier", "column", 1, "rotated", 1, 3),
    ]
    query = "select is_current from kw.field_generations('people', 'ssn')"
    assert session.values(query) == [True, False, False]


def test_cells_are_counted_together(session: Session) -> None:
    session.rows("select kw.bind_many_by_bigint('people', array[1, 2, 3, 4], 'ssn')")
    fill(session, 1, 4)
    session.rows("select kw.rotate('people', id, 'ssn') from people where id <> 4")
    session.rows("update people set ssn = kw.reencrypt('people', id, 'ssn', ssn) where id = 1")
    assert session.rows(COUNT, "people", "ssn") == [
        ("current", "cell", 2, "active", 1, 1),
        ("current", "cell", 1, "active", 1, 1),
        ("earlier", "cell", 1, "rotated", 2, 2),
    ]


def test_bindings_of_rows_and_of_the_table_count_where_their_values_are(session: Session) -> None:
    session.bind("people", "*")
    fill(session, 1, 2)
    session.bind("people", "3")
    fill(session, 3, 3)
    session.rows("select kw.rotate('people', '3'), kw.rotate('people', '*')")
    assert session.rows(COUNT, "people", "ssn") == [
        ("current", "table", 2, "active", 1, 0),
        ("earlier", "row", 1, "rotated", 1, 1),
        ("earlier", "table", 1, "rotated", 1, 2),
    ]


def test_what_is_not_a_ciphertext_of_the_field_is_counted_apart(session: Session) -> None:
    session.bind("people", "*", "ssn")
    session.bind("people", "1", "ssn")
    session.bind("people", "*", "note")
    fill(session, 1, 3)
    for pk, change in {
        # each shorter, longer or in one byte other than a ciphertext
        10: "substr(ssn, 1, 53)",
        11: "set_byte(ssn, 0, 0)",
        12: "set_byte(ssn, 1, 3)",
        13: "set_byte(ssn, 2, 200)",
        14: "set_byte(ssn, 10, 128)",
        15: "substr(ssn, 1, 2) || '\\x0000000000000000'::bytea || substr(ssn, 11)",
        16: "substr(ssn, 1, 10) || '\\x00000000'::bytea || substr(ssn, 15)",
        17: "''::bytea",
        18: "'plain'::bytea",
    }.items():
        session.rows(
            f"insert into people (id, ssn) select %s, {change} from people where id = 2", pk
        )
    plain = session.value("select count(*)::int from people where not kw.is_ciphertext(ssn)")
    session.rows(
        "insert into people (id, ssn) select 20, set_byte(ssn, 5, get_byte(ssn, 5) # 1)"
        " from people where id = 2"
    )
    session.rows(
        "insert into people (id, ssn) select 21, set_byte(ssn, 13, 9) from people where id = 2"
    )
    session.rows("insert into people (id, ssn) values (22, kw.encrypt('people', 22, 'note', 'x'))")
    session.rows("select kw.shred('people', 1, 'ssn')")
    assert plain == 9
    assert session.rows(COUNT, "people", "ssn") == [
        ("current", "column", 1, "active", 1, 2),
        ("shredded", "cell", 1, "invalid", 1, 1),
        ("misplaced", None, None, None, 1, 1),
        ("unknown", None, None, None, 2, 2),
        ("plaintext", None, None, None, 0, 9),
    ]


def test_partitions_and_children_are_counted_with_their_table(session: Session) -> None:
    session.rows(
        """
        create table "Parts" (id bigint, at date, "Secret" bytea, primary key (id, at))
        partition by range (at);
        create table p1 partition of "Parts" for values from ('2025-01-01') to ('2026-01-01');
        create table p2 partition of "Parts" for values from ('2026-01-01') to ('2027-01-01');
        create table child () inherits (people)
        """
    )
    session.bind("Parts", "*", "Secret")
    session.bind("people", "*", "ssn")
    session.rows(
        """
        insert into "Parts"
        select 1, d, kw.encrypt('Parts', kw.entity_key('1', d::text), 'Secret', 'x')
        from unnest(array['2025-05-05', '2026-06-06']::date[]) d
        """
    )
    session.rows("insert into child (id, ssn) values (1, kw.encrypt('people', 1, 'ssn', 'x'))")
    fill(session, 2, 2)
    expected = [("current", "column", 1, "active", 1, 2)]
    assert session.rows(COUNT, '"Parts"', "Secret") == expected
    assert session.rows(COUNT, "people", "ssn") == expected


def test_a_page_is_larger_than_what_is_classified_at_once(session: Session) -> None:
    session.bind("people", "*", "note")
    session.rows(
        "select kw.bind_many_by_bigint('people', array(select generate_series(1, 10500)), 'ssn')"
    )
    session.rows(
        """
        insert into people (id, ssn)
        select i.id, i.value
        from (select array(select generate_series(1, 10500)::bigint) as ids) k
        cross join unnest(
            k.ids,
            kw.encrypt_text_many_by_bigint('people', k.ids, 'ssn', array_fill('x'::text, '{10500}'))
        ) i (id, value)
        """
    )
    assert session.rows(COUNT, "people", "ssn") == [("current", "cell", 1, "active", 10500, 10500)]


def test_hidden_rows_are_refused_and_not_left_out(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    session.bind("people", "*", "ssn")
    fill(session, 1, 3)
    role = make_role("kw_client")
    owner = make_role("kw_client")
    session.rows(f"grant select on people to {role}")
    session.rows(f"alter table people owner to {owner}")
    assert connect(role).rows(COUNT, "people", "ssn")[0][-1] == 3
    session.rows("alter table people enable row level security")
    session.rows("create policy below on people using (id < 3)")
    session.rows(f"create view seen as select * from people; alter view seen owner to {role}")
    hidden = connect(role)
    said = hidden.refused("KW100", COUNT, "people", "ssn")
    assert "row-level security of public.people hides rows" in said
    hidden.rows("select set_config('row_security', 'on', false)")
    assert "row-level security" in hidden.refused("KW100", COUNT, "people", "ssn")
    session.bind("seen", "*", "ssn")
    assert "row-level security" in hidden.refused("42501", COUNT, "seen", "ssn")
    assert connect(owner).rows(COUNT, "people", "ssn")[0][-1] == 3
    session.rows("alter table people force row level security")
    connect(owner).refused("KW100", COUNT, "people", "ssn")
    assert session.rows(COUNT, "people", "ssn")[0][-1] == 3


def test_it_requires_reading_the_column(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    session.bind("people", "*", "ssn")
    fill(session, 1, 1)
    client, auditor = make_role("kw_client"), make_role("kw_auditor")
    connect(client).refused("KW100", COUNT, "people", "ssn")
    connect(auditor).refused("42501", COUNT, "people", "ssn")
    session.rows(f"select kw.grant_field('people', 'ssn', '{client}')")
    connect(client).refused("42501", COUNT, "people", "ssn")
    session.rows(f"grant select (ssn) on people to {client}, {auditor}")
    for role in (client, auditor):
        assert connect(role).rows(COUNT, "people", "ssn")[0][-1] == 1
    connect(client).refused("KW100", COUNT, "people", "note")


@pytest.mark.parametrize(
    ("table", "field", "state"),
    [
        ("people", None, "KW003"),
        (None, "ssn", "KW003"),
        ("people", "name", "KW003"),
        ("people", "other", "KW003"),
        ("crm.people", "ssn", "KW003"),
        ("nowhere", "ssn", "KW100"),
    ],
)
def test_what_cannot_be_counted_is_refused(
    session: Session, table: str | None, field: str | None, state: str
) -> None:
    session.bind("crm.people", "*", "ssn")
    session.rows("select kw.grant_field('crm.people', 'ssn', 'postgres')")
    session.refused(state, COUNT, table, field)


def test_values_that_are_long_are_not_read(session: Session) -> None:
    """A header is the first slice of a value that is stored apart."""
    # So many chunks bring autovacuum, whose reads would count, too.
    session.rows("alter table people set (autovacuum_enabled = off)")
    session.bind("people", "*", "ssn")
    session.rows(
        "insert into people (id, ssn)"
        " values (1, kw.encrypt('people', 1, 'ssn', decode(repeat('ab', 5000000), 'hex')))"
    )
    session.rows("alter table people add column more bytea")
    assert session.rows(COUNT, "people", "ssn") == [("current", "column", 1, "active", 1, 1)]
    session.rows("select pg_stat_force_next_flush()")
    session.rows("select pg_stat_reset()")
    session.rows(COUNT, "people", "ssn")
    session.rows("select pg_stat_force_next_flush()")
    read = session.value(
        "select coalesce(toast_blks_hit, 0) + coalesce(toast_blks_read, 0)"
        " from pg_statio_user_tables where relname = 'people'"
    )
    assert read < 8


def test_a_domain_is_a_column_of_its_base_type(session: Session) -> None:
    session.rows(
        "create domain sealed as bytea; create domain twice as sealed;"
        " create table d (id bigint primary key, a twice)"
    )
    session.bind("d", "*", "a")
    session.rows("insert into d values (1, kw.encrypt('d', 1, 'a', 'x'))")
    assert session.rows(COUNT, "d", "a") == [("current", "column", 1, "active", 1, 1)]


def test_counting_works_in_a_read_only_transaction(session: Session) -> None:
    session.bind("people", "*", "ssn")
    fill(session, 1, 2)
    session.rows("begin isolation level repeatable read read only")
    assert session.rows(COUNT, "people", "ssn")[0][-1] == 2
    session.rows("commit")
