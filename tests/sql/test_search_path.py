"""A name without a schema is public's; where search_path finds another table, a warning says so."""

from collections.abc import Callable

import pytest

from tests.sql.session import Session


@pytest.fixture
def tenants(session: Session) -> Session:
    """Schemas of two tenants, with the tables that public has as a template."""
    session.rows("create table orders (id bigint primary key, note bytea)")
    for tenant in ("a", '"B C"', '"$user"', "postgres"):
        session.rows(f"create schema {tenant}")
    for tenant in ("a", '"B C"'):
        session.rows(f"create table {tenant}.orders (like orders including all)")
    session.bind("orders", "*", "note")
    session.heard()
    return session


SEALED = "kw.encrypt_text('public.orders', 1, 'note', 'x')"
CALLS = [
    "kw.bind('orders', '*', 'note')",
    "kw.bind('orders', 1, 'note')",
    "kw.bind_many('orders', array['1'], 'note')",
    "kw.lookup('orders', 1, 'note')",
    "kw.encrypt_text('orders', 1, 'note', 'x')",
    "kw.encrypt_text_many('orders', array['1'], 'note', array['x'])",
    f"kw.decrypt_text('orders', 1, 'note', {SEALED})",
    f"kw.try_decrypt_text('orders', 1, 'note', {SEALED})",
    f"kw.decrypt_text_many('orders', array['1'], 'note', array[{SEALED}])",
    f"kw.reencrypt('orders', 1, 'note', {SEALED})",
    "kw.rotate('orders', '*', 'note')",
    "kw.grant_field('orders', 'note', 'postgres', true, true)",
    "kw.bind_policy('orders', 'note', 'default')",
    "kw.set_floor('orders', 'note', null)",
]


@pytest.mark.parametrize("call", CALLS)
def test_a_name_that_search_path_finds_elsewhere_is_told_in_every_call(
    tenants: Session, call: str
) -> None:
    tenants.rows(f"select {call}")
    assert tenants.heard() == ""
    for path, other in (("a, public", "a.orders"), ('"B C", public', '"B C".orders')):
        tenants.rows(f"set search_path = {path}")
        for _ in range(2):
            tenants.rows(f"select {call}")
            told = tenants.heard()
            assert told.count("WARNING: ") == 1
            assert f'"orders" means public.orders, but search_path finds {other}' in told
            assert "Write the name with its schema" in told
    tenants.rows(f"select {call.replace(chr(39) + 'orders', chr(39) + 'public.orders')}")
    assert "WARNING" not in tenants.heard()


LOOKUP = "select kw.lookup('orders', 1, 'note')"


@pytest.mark.parametrize(
    "path",
    ["public, a", "public", "pg_catalog, public, a", "no_such, public", '"$user", public', "''"],
)
def test_where_it_is_the_same_table_nothing_is_told(tenants: Session, path: str) -> None:
    tenants.rows(f"set search_path = {path}")
    tenants.rows(LOOKUP)
    assert tenants.heard() == ""


def test_the_path_is_that_of_the_call(
    tenants: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    tenants.rows("create table postgres.orders (like orders including all)")
    tenants.rows(LOOKUP)
    assert "postgres.orders" in tenants.heard()  # by "$user"
    tenants.rows("drop schema postgres cascade; set search_path = public")
    tenants.rows(f"begin; set local search_path = a; {LOOKUP}")
    assert "a.orders" in tenants.heard()
    tenants.rows(f"commit; {LOOKUP}")
    assert tenants.heard() == ""
    tenants.rows(
        f"create function found() returns uuid language sql set search_path = a as $$ {LOOKUP} $$"
    )
    tenants.rows("select found()")
    assert "a.orders" in tenants.heard()
    # once a statement, whatever the number of rows
    tenants.rows("set search_path = a")
    tenants.rows("select kw.lookup('orders', g, 'note') from generate_series(1, 50) g")
    assert tenants.heard().count("WARNING") == 1
    # a schema that the role may not use is not searched
    role = make_role("kw_client")
    tenants.rows(f"grant select on public.orders to {role}")
    client = connect(role)
    client.rows("set search_path = a, public")
    client.rows(LOOKUP)
    assert client.heard() == ""
    tenants.rows(f"grant usage on schema a to {role}")
    other = connect(role)
    other.rows(f"set search_path = a, public; {LOOKUP}")
    assert "a.orders" in other.heard()
