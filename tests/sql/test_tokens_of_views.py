"""Protected views write the tokens of blind indexes: of tenants, and by the next key."""

from collections.abc import Callable

import pytest

from tests.sql.session import Session

Connect = Callable[..., Session]
FIND = (
    "select id from book where email_token = kw.blind_index('clients', 'email', %s, tenant => %s)"
)
GENERATIONS = "select id, get_byte({}, 4) from clients order by id"


@pytest.fixture
def clients(session: Session) -> Session:
    """A view of clients of tenants 1 and 2, each with an index of its own."""
    session.rows(
        "create table clients (id bigint primary key, tenant int default 1, email bytea,"
        " email_token bytea, unique (tenant, email_token))"
    )
    session.rows("select kw.bind('clients', '*', 'email')")
    for tenant in ("1", "2"):
        session.rows(
            "select kw.create_index_key('clients', 'email', 'email', tenant => %s)", tenant
        )
    session.rows(
        "select kw.set_protected_field('clients', 'email', token_column => 'email_token',"
        " tenant_column => 'tenant', next_token_column => 'email_next')"
    )
    session.rows("select kw.create_protected_view('clients', 'book')")
    session.rows(
        "insert into book (id, tenant, email) values (1, 1, 'a@x'), (2, 2, 'a@x'), (3, 2, null)"
    )
    session.rows("insert into book (id, email) values (4, 'b@x')")
    return session


def test_a_token_is_of_the_tenant_of_its_row(clients: Session) -> None:
    assert clients.values(FIND, "A@x", "1") == [1]
    assert clients.values(FIND, "a@x", "2") == [2]
    assert clients.values(FIND, "b@x", "1") == [4]
    clients.refused("23505", "insert into book (id, tenant, email) values (5, 2, 'A@X')")


def test_a_row_that_changes_its_tenant_gets_another_token(clients: Session) -> None:
    before = clients.value("select email_token from clients where id = 4")
    clients.rows("update book set tenant = 2 where id in (3, 4)")
    assert clients.value("select email_token from clients where id = 4") != before
    assert clients.values(FIND, "b@x", "2") == [4]
    assert clients.values(FIND, "b@x", "1") == []
    assert clients.value("select email_token from clients where id = 3") is None


def test_a_tenant_without_an_index_is_refused_where_there_is_a_value(clients: Session) -> None:
    clients.rows("insert into book (id, tenant) values (5, 3)")
    for row in ("(6, 3, 'x')", "(6, null, 'x')"):
        said = clients.refused("KW302", f"insert into book (id, tenant, email) values {row}")
        assert "does not exist" in said


WRITES = (
    "insert into notes values (2, 'n')",
    "update notes set v = 'n' where id = 1",
    """select kw.upsert_protected('notes', '[{"id": 1, "v": "n"}]')""",
    "select kw.blind_index('notes', 'v', 'n')",
    "select kw.blind_index_many('notes', 'v', '{n}')",
)


@pytest.fixture
def notes(session: Session) -> Session:
    """A table whose index key was shredded, below a view that has its name."""
    session.rows("create table notes (id int primary key, v bytea, t bytea unique)")
    session.rows("select kw.bind('notes', '*', 'v'), kw.create_index_key('notes', 'v')")
    session.rows("select kw.set_protected_field('notes', 'v', token_column => 't')")
    session.rows("select kw.create_protected_view('notes', 'notes')")
    session.rows("insert into notes values (1, 'm')")
    session.rows("select kw.shred_index_key('notes', 'v')")
    return session


def test_who_needs_a_token_of_a_shredded_key_is_told_how_to_have_one(notes: Session) -> None:
    for write in WRITES:
        said = notes.refused("KW301", write)
        for step in ("set the stored tokens to null", "kw.create_index_key", "kw.fill_tokens"):
            assert step in said
    notes.rows("update notes_protected set t = null")
    notes.rows("select kw.create_index_key('notes', 'v')")
    notes.rows("select kw.fill_tokens('notes', 'v')")
    find = "select id from notes where t = kw.blind_index('notes', 'v', %s)"
    assert notes.values(find, "m") == [1]
    for write in WRITES:
        notes.rows(write.replace("values (2, 'n')", "values (2, 'o')"))
    assert notes.values(find, "n") == [1]


def test_who_needs_a_token_of_a_shredded_key_can_write_without(notes: Session) -> None:
    said = notes.refused("KW301", WRITES[0])
    assert "kw.set_protected_field without token_column" in said
    notes.rows("select kw.drop_protected_view('notes')")
    notes.rows("alter table notes_protected rename to notes; select kw.rebind('notes', 'notes')")
    notes.rows("select kw.set_protected_field('notes', 'v')")
    notes.rows("select kw.create_protected_view('notes', 'notes', columns => '{id,v}')")
    for write in WRITES[:3]:
        notes.rows(write)
    assert notes.rows("select id, v from notes order by id") == [(1, "n"), (2, "n")]


def test_an_upsert_gives_the_tenant_with_the_value(clients: Session) -> None:
    upsert = "select kw.upsert_protected('book', %s)"
    clients.rows(upsert, '[{"id": 2, "tenant": 1, "email": "z@x"}]')
    assert clients.values(FIND, "z@x", "1") == [2]
    for row in ('[{"id": 2, "email": "y@x"}]', '[{"id": 2, "tenant": 2}]'):
        assert "column email requires tenant" in clients.refused("KW003", upsert, row)


def test_a_view_shows_the_column_of_its_tenants(clients: Session) -> None:
    some = "select kw.create_protected_view('clients', 'short', columns => %s)"
    assert "columns must include" in clients.refused("KW003", some, ["id", "email"])
    clients.rows(some, ["id", "tenant", "email"])
    clients.rows("insert into short values (7, 2, 'g@x')")
    assert clients.values(FIND, "g@x", "2") == [7]


def test_the_column_of_next_tokens_is_filled_and_not_shown(clients: Session) -> None:
    clients.rows("select kw.rotate_index_key('clients', 'email')")
    clients.rows("alter table clients add column email_next bytea")
    clients.refused("42703", "select email_next from book")
    clients.rows("insert into book (id, tenant, email) values (5, 2, 'e@x')")
    clients.rows("update book set email = 'f@x' where id = 4")
    assert clients.rows(GENERATIONS.format("email_token")) == [
        (1, 1), (2, 1), (3, None), (4, 1), (5, 1)
    ]  # fmt: skip
    assert clients.rows(GENERATIONS.format("email_next")) == [
        (1, None), (2, None), (3, None), (4, 2), (5, 2)
    ]  # fmt: skip


def test_a_view_goes_on_after_a_rotation(clients: Session) -> None:
    clients.rows("alter table clients add column later int")
    clients.rows("select kw.rotate_index_key('clients', 'email')")
    clients.rows("alter table clients add column email_next bytea unique")
    clients.rows("update book set tenant = tenant, email = email")
    clients.rows("update book set email = email || ''")
    clients.rows(
        "update clients set email_next = kw.blind_index('clients', 'email',"
        " kw.decrypt_text('clients', id, 'email', email), tenant::text, next_key => true)"
    )
    clients.rows("alter table clients add check (email_token is null or email_next is not null)")
    columns = "select attname from pg_attribute where attrelid = 'book'::regclass order by attnum"
    before = clients.values(columns)
    clients.rows(
        "select kw.finish_index_rotation('clients', 'email', 'email_token', 'email_next',"
        " max_wait_seconds => 5)"
    )
    assert clients.values(FIND, "a@x", "2") == [2]
    clients.rows("insert into book (id, tenant, email, later) values (5, 2, 'e@x', 9)")
    assert clients.values(FIND, "e@x", "2") == [5]
    clients.heard()
    clients.rows("alter table clients drop column email_next")
    clients.rows("alter table clients add column last int")
    assert clients.heard() == ""
    assert clients.values(columns) == [*before, "last"]
    clients.rows("insert into book (id, tenant, email, last) values (6, 2, 'f@x', 7)")
    assert clients.rows(FIND.replace("id", "id, last", 1), "f@x", "2") == [(6, 7)]
    clients.rows("alter table clients rename column email_token to mark")
    assert clients.heard() == ""
    assert clients.value("select mark is not null from book where id = 6")


FILL = """
select passed, filled, skipped, unreadable, position
from kw.fill_tokens('clients', 'email', {}, {})
"""


def filled(clients: Session, max_rows: int = 1000) -> list[tuple[int, int, int]]:
    """Fill tokens until the end of the table; return what each call has done."""
    done, position = [], None
    while True:
        ((*counts, unreadable, position),) = clients.rows(FILL.format("%s", max_rows), position)
        assert unreadable == []
        done.append(tuple(counts))
        if position is None:
            return done


def test_missing_tokens_are_filled_in_batches_and_a_second_fill_has_nothing_to_do(
    clients: Session,
) -> None:
    clients.rows("update clients set email_token = null where id = 1")
    clients.rows("update clients set email_token = '\\xb200000009' where id = 2")
    assert filled(clients, 3) == [(3, 2, 0), (1, 0, 0)]
    assert clients.values(FIND, "a@x", "1") == [1]
    assert clients.values(FIND, "a@x", "2") == [2]
    assert filled(clients, 4) == [(4, 0, 0), (0, 0, 0)]


def test_a_rotation_is_filled_beside_a_writer(clients: Session, connect: Connect) -> None:
    clients.rows("select kw.rotate_index_key('clients', 'email')")
    clients.rows("alter table clients add column email_next bytea unique")
    writer = connect()
    writer.rows("begin; update book set email = 'new' where id = 2")
    assert filled(clients) == [(4, 2, 1)]
    writer.rows("commit")
    assert filled(clients) == [(4, 0, 0)]
    clients.rows("alter table clients add check (email_token is null or email_next is not null)")
    clients.rows(
        "select kw.finish_index_rotation('clients', 'email', 'email_token', 'email_next',"
        " max_wait_seconds => 5)"
    )
    assert clients.values(FIND, "new", "2") == [2]
    assert clients.values(FIND, "b@x", "1") == [4]
    assert filled(clients) == [(4, 0, 0)]


def test_a_fill_names_the_rows_that_have_no_token(clients: Session) -> None:
    clients.rows("update clients set email_token = null")
    clients.rows("update clients set email = (select email from clients where id = 4) where id = 1")
    assert clients.rows(FILL.format("null", 10)) == [(4, 2, 0, ["1"], None)]


def test_a_fill_is_refused_where_it_has_no_column_or_no_right(
    clients: Session, connect: Connect, make_role: Callable[..., str]
) -> None:
    fill = "select kw.fill_tokens('clients', %s)"
    clients.refused("KW101", fill, "tenant")
    connect(make_role("kw_client")).refused("KW100", fill, "email")
    clients.refused("KW003", FILL.format("'{1,2}'", 10))
    clients.refused("KW003", FILL.format("null", 0))
    clients.rows("select kw.set_protected_field('clients', 'email')")
    assert "has no token_column" in clients.refused("KW003", fill, "email")


def test_setting_the_tokens_of_a_field_keeps_its_type_scope_and_column(session: Session) -> None:
    session.rows("create table staff (id bigint primary key, secret bytea, born_token bytea)")
    asked = "select value_type, key_scope, ciphertext_column from kw.protected_fields"
    for given, expected in (
        ("'date', 'cell', ciphertext_column => 'secret'", ("date", "cell", "secret")),
        ("token_column => 'born_token'", ("date", "cell", "secret")),
        (
            "value_type => 'timestamp', key_scope => 'row'",
            ("timestamp without time zone", "row", "secret"),
        ),
    ):
        session.rows(f"select kw.set_protected_field('staff', 'born', {given})")
        assert session.rows(asked) == [expected]
