"""Runs the migrations, each in a transaction of its own, and one run at a time."""

import sqlalchemy as sa
from alembic import context
from models import Base

import kwtools.alembic

engine = sa.create_engine("postgresql+psycopg://", poolclass=sa.pool.NullPool)


def run(connection: sa.Connection | None) -> None:
    context.configure(
        connection=connection,
        dialect_name="postgresql",
        target_metadata=Base.metadata,
        transaction_per_migration=True,
        **kwtools.alembic.options(connection),
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    run(None)
else:
    with engine.connect() as connection:
        connection.execute(sa.text("select pg_advisory_lock(hashtext('people migrations'))"))
        connection.commit()
        run(connection)
