"""Equality of protected values by their tokens."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from kwtools.sqlalchemy import Searchable, encrypt_rows
from tests.conftest import Database
from tests.sqlalchemy.models import Badge, Employee, Person

COUNT = 1000
BOTH = [pytest.param(Person, id="table"), pytest.param(Employee, id="view")]


@pytest.fixture
def session(engine: sa.Engine, db: Database) -> Iterator[Session]:
    """A session with many rows in the table, and through the view."""
    rows = [{"name": f"n{n}", "email": f"N{n}@example.org"} for n in range(COUNT)]
    with Session(engine) as made:
        made.execute(sa.insert(Person), encrypt_rows(made, Person, rows))
        made.execute(sa.insert(Employee), rows)
        made.add(Badge(owner="n7@example.org"))
        made.commit()
        db.sql("analyze people, staff")
        yield made


def plan(session: Session, statement: sa.Select[Any]) -> str:
    """Return the plan of a statement."""
    compiled = statement.compile(session.get_bind())
    explained = session.connection().exec_driver_sql(f"explain {compiled}", dict(compiled.params))
    return "\n".join(row[0] for row in explained)


@pytest.mark.parametrize("mapped", BOTH)
def test_equality_is_normalised_and_uses_the_index(session: Session, mapped: Any) -> None:
    one = sa.select(mapped.name).where(mapped.email == " n7@EXAMPLE.org")
    some = sa.select(mapped.name).where(
        mapped.email.in_(["n1@example.org", "n2@example.org", None])
    )
    assert session.scalars(one).all() == ["n7"]
    assert sorted(session.scalars(some)) == ["n1", "n2"]
    for statement in (one, some):
        found = plan(session, statement)
        assert re.search(r"Index Scan .*\b(people|staff)_email\b", found)
        assert "Seq Scan" not in found


@pytest.mark.parametrize("mapped", BOTH)
def test_every_form_of_equality_finds_the_rows(session: Session, mapped: Any) -> None:
    def count(*conditions: sa.ColumnElement[bool]) -> int:
        return session.scalars(sa.select(sa.func.count()).where(*conditions)).one()

    assert count(mapped.email != "n7@example.org") == COUNT - 1
    assert count(mapped.email.not_in(["n7@example.org", "n8@example.org"])) == COUNT - 2
    assert count(mapped.email.in_([])) == 0
    assert count(mapped.email.not_in([]), mapped.id > 0) == COUNT
    assert count(mapped.email == sa.bindparam("address", "n7@example.org")) == 1
    assert count(mapped.email == Badge.owner) == 1
    assert count(mapped.email.is_(None), mapped.id > 0) == 0
    assert count(mapped.email == None, mapped.id > 0) == 0  # noqa: E711
    assert count(mapped.email.like("N7_@%"), mapped.id > 0) == 10  # decrypts


@pytest.mark.parametrize("mapped", BOTH)
def test_a_join_compares_tokens(session: Session, mapped: Any) -> None:
    other = aliased(mapped)
    joined = sa.select(other.name).join(mapped, other.email == mapped.email)
    found = joined.where(mapped.email == "n7@example.org", other.email != "n8@example.org")
    assert session.scalars(found).all() == ["n7"]
    assert "kw.decrypt" not in str(found.compile(session.get_bind()))
    inner = sa.select(mapped.email, mapped.email_token).subquery()
    assert session.scalar(sa.select(sa.func.count()).where(inner.c.email == "n1@example.org")) == 1


def test_values_of_different_index_keys_are_never_compared_by_token(session: Session) -> None:
    with pytest.raises(sa.exc.ArgumentError, match="never equal"):
        session.scalars(sa.select(Person.id).where(Person.email == Employee.email))


def test_what_tokens_cannot_answer_is_refused(session: Session) -> None:
    with pytest.raises(sa.exc.ArgumentError, match="requires a list of values"):
        Employee.email.in_(sa.select(Badge.owner))
    inner = sa.select(Employee.email).subquery()
    with pytest.raises(sa.exc.ArgumentError, match='has no column "email_token"'):
        sa.select(inner).where(inner.c.email == "n1@example.org")


@pytest.mark.parametrize("mapped", BOTH)
def test_a_computed_value_has_no_token(session: Session, mapped: Any) -> None:
    """SQLAlchemy gives expressions the type of what they are computed of."""
    for computed in (
        mapped.email + "x",
        sa.func.coalesce(mapped.email, "-"),
        sa.case((mapped.name == "n7", mapped.email), else_="-"),
        sa.cast(mapped.name, mapped.email.type),
        sa.func.min(mapped.email),
        sa.select(mapped.email).limit(1).scalar_subquery(),
    ):
        with pytest.raises(sa.exc.ArgumentError, match="compare the column itself"):
            computed == "n7@example.org"  # noqa: B015
        with pytest.raises(sa.exc.ArgumentError, match="compare the column itself"):
            computed.in_(["n7@example.org"])


@pytest.mark.parametrize("mapped", BOTH)
def test_a_computed_value_is_looked_for_by_its_own_token(session: Session, mapped: Any) -> None:
    other = aliased(mapped)
    of_seven = sa.select(other.email).where(other.name == "n7").scalar_subquery()
    for value in (of_seven, sa.func.coalesce(of_seven, "-"), sa.cast(of_seven, sa.Text)):
        found = sa.select(mapped.name).where(mapped.email == value)
        assert session.scalars(found).all() == ["n7"]
    same = sa.select(mapped.name).where(mapped.email.label("e") == "n7@example.org")
    assert session.scalars(same).all() == ["n7"]


def test_a_blind_index_of_few_bits_is_filtered(engine: sa.Engine, db: Database, app: str) -> None:
    """Values share tokens, of which there are 256: only the decrypted values tell them apart."""
    db.sql("create table few (id bigint primary key, v bytea, v_token bytea)")
    db.sql("select kw.bind('few', '*', 'v'), kw.create_index_key('few', 'v', bits => 8)")
    db.sql("select kw.set_protected_field('few', 'v', token_column => 'v_token')")
    db.sql("select kw.create_protected_view('few')")
    db.sql(f'grant all on few, few_decrypted to "{app}"')
    kind = Searchable("few", "v", recheck=True)
    few = sa.Table("few_decrypted", sa.MetaData(), sa.Column("id", sa.BigInteger), sa.Column("v", kind),
                   sa.Column("v_token", sa.LargeBinary))  # fmt: skip
    with engine.begin() as connection:
        rows = [{"id": n, "v": str(n)} for n in range(600)]
        connection.execute(few.insert(), rows)
        ids = sa.func.array_agg(few.c.id)
        shared = sa.select(ids).group_by(few.c.v_token).order_by(sa.func.count().desc())
        first, second, *_ = connection.scalars(shared.limit(1)).one()
        one = sa.select(few.c.id).where(few.c.v == str(first))
        assert connection.scalars(one).all() == [first]
        some = sa.select(few.c.id).where(few.c.v.in_([str(first), str(second)]))
        assert sorted(connection.scalars(some)) == sorted([first, second])
    with pytest.raises(sa.exc.ArgumentError, match="may have the same token"):
        sa.select(few).where(few.c.v != "7")


def test_tenants_have_tokens_of_their_own(engine: sa.Engine, db: Database, app: str) -> None:
    db.sql("create table shared (id bigint primary key, v bytea, v_token bytea)")
    db.sql("select kw.bind('shared', '*', 'v')")
    for tenant in ("a", "b'c"):
        db.sql("select kw.create_index_key('shared', 'v', tenant => %s)", tenant)
    db.sql(f'grant all on shared to "{app}"')
    db.sql("insert into shared values (1, null, kw.blind_index('shared', 'v', 'x', 'b''c'))")
    for tenant, found in (("a", []), ("b'c", [1])):
        kind = Searchable("shared", "v", tenant=tenant)
        shared = sa.Table("shared", sa.MetaData(), sa.Column("id", sa.BigInteger), sa.Column("v", kind),
                          sa.Column("v_token", sa.LargeBinary))  # fmt: skip
        with engine.begin() as connection:
            assert (
                connection.scalars(sa.select(shared.c.id).where(shared.c.v == "x")).all() == found
            )
