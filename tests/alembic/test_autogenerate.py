"""Autogenerate finds what has to be done, and nothing where all is done."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import api, render_python_code
from alembic.operations import Operations, ops
from alembic.runtime.migration import MigrationContext

import kwtools.alembic
from kwtools.sqlalchemy import Ciphertext, Protected, protected_view
from tests.alembic.test_operations import connection, owner, run
from tests.conftest import Database
from tests.sqlalchemy.conftest import url

__all__ = ["connection", "owner"]


TABLE = sa.Table("t", sa.MetaData())


def model(of: Any, *more: sa.Column[Any]) -> sa.MetaData:
    """Return the tables as the application knows them."""
    metadata = sa.MetaData()
    key = sa.Column("id", sa.BigInteger, primary_key=True)
    sa.Table("the people", metadata, key, sa.Column("email", of), *more)
    return metadata


def script(connection: sa.Connection, metadata: sa.MetaData) -> ops.MigrationScript:
    """Return what ``alembic revision --autogenerate`` would write."""
    options = kwtools.alembic.options(connection)
    context = MigrationContext.configure(
        connection, opts={"target_metadata": metadata, "include_schemas": True, **options}
    )
    found = api.produce_migrations(context, metadata)
    options["process_revision_directives"](context, "head", [found])
    connection.rollback()
    return found


def code(connection: sa.Connection, metadata: sa.MetaData) -> str:
    """Return its way forward, as code."""
    return rendered(connection, metadata, script(connection, metadata).upgrade_ops)


def rendered(
    connection: sa.Connection,
    metadata: sa.MetaData,
    found: ops.UpgradeOps | ops.DowngradeOps | None,
) -> str:
    """Return operations as code."""
    assert found is not None
    context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
    options = kwtools.alembic.options(connection)
    lines = render_python_code(
        found,
        migration_context=context,
        render_item=options["render_item"],
        imports=["import sqlalchemy as sa"],
    )
    connection.rollback()
    return "\n".join(
        line for line in lines.splitlines() if not line.strip().startswith("#")
    ).strip()


@pytest.mark.parametrize("search", [None, "equality"])
def test_nothing_is_proposed_in_any_phase_of_a_protection(
    connection: sa.Connection, db: Database, search: str | None
) -> None:
    token = [sa.Column("email_token", sa.LargeBinary)] if search else []
    before, after = model(sa.Text), model(Ciphertext, *token)
    assert code(connection, before) == "pass"
    for until, metadata in (
        ("expanded", before),
        ("verified", before),
        ("cut_over", after),
        ("contracted", after),
    ):
        options = {"until": until, "search": search}
        run(connection, lambda op, given=options: op.protect_column("the people", "email", **given))
        assert code(connection, metadata) == "pass", until


def test_the_old_values_of_a_takeover_stay(connection: sa.Connection, db: Database) -> None:
    key = '{"primary_key": "k", "key_derivation_salt": "s"}'
    protect = "kw.protect('\"the people\"', 'email', taken_over_from => 'rails', old_key => %s,"
    db.sql('delete from "the people"')
    with db.connect() as session:
        session.execute(f"call {protect} until => 'cut_over')", [key.encode()])
    assert code(connection, model(Ciphertext)) == "pass"


def test_a_column_that_became_a_ciphertext_is_protected(
    connection: sa.Connection, db: Database
) -> None:
    written = code(connection, model(Ciphertext))
    assert written == "op.protect_column('the people', 'email', until='cut_over')"
    back = rendered(
        connection, model(Ciphertext), script(connection, model(Ciphertext)).downgrade_ops
    )
    assert back == "op.protect_undo('the people', 'email')"
    run(connection, lambda op: exec(written, {"op": op}))  # noqa: S102
    assert code(connection, model(Ciphertext)) == "pass"


def test_a_column_of_the_type_is_added_once(connection: sa.Connection, db: Database) -> None:
    metadata = model(sa.Text, sa.Column("phone", Ciphertext))
    written = code(connection, metadata)
    assert written == (
        "op.add_column('the people', sa.Column('phone', Ciphertext(), nullable=True))"
    )
    run(connection, lambda op: exec(written, {"op": op, "sa": sa, "Ciphertext": Ciphertext}))  # noqa: S102
    assert db.sql(
        "select atttypid::regtype::text from pg_attribute"
        " where attrelid = 'the people'::regclass and attname = 'phone'".replace(
            "'the people'", "'\"the people\"'"
        )
    ) == [("kw.ciphertext",)]
    assert code(connection, metadata) == "pass"


def test_neither_views_nor_their_tables_are_created_or_dropped(
    connection: sa.Connection, db: Database
) -> None:
    def upgrade(op: Operations) -> None:
        op.execute("create table staff (id bigint primary key, email bytea)")
        op.execute(
            "select kw.bind('staff', '*', 'email'), kw.set_protected_field('staff', 'email')"
        )
        op.create_protected_view("staff")  # type: ignore[attr-defined]
        op.create_protected_view("staff", view_name="shown")  # type: ignore[attr-defined]

    run(connection, upgrade)
    metadata = model(sa.Text)
    for name, options in (("staff_decrypted", {}), ("shown", {}), ("later", protected_view())):
        sa.Table(
            name,
            metadata,
            sa.Column("id", sa.BigInteger, primary_key=True),
            sa.Column("email", Protected()),
            **options,
        )
    assert code(connection, metadata) == "pass"


def test_a_database_without_the_extension_is_compared_as_ever(
    connection: sa.Connection, target: Database
) -> None:
    engine = sa.create_engine(
        "postgresql+psycopg://", creator=lambda: target.connect(autocommit=False)
    )
    with engine.connect() as other:
        assert "create_table" in code(other, model(sa.Text))
    assert kwtools.alembic.options(None)["include_object"](TABLE, "t", "table", True, None)


def test_a_role_without_kwtools_can_compare_too(
    connection: sa.Connection, db: Database, make_role: Callable[..., str]
) -> None:
    run(connection, lambda op: op.protect_column("the people", "email"))
    engine = sa.create_engine(url(db, "psycopg", make_role()))
    with engine.connect() as other:
        assert kwtools.alembic.options(other)["include_object"](TABLE, "t", "table", True, None)
        assert not other.in_transaction()
    engine.dispose()
