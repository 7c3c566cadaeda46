"""Runs the migrations, each in a transaction of its own, and one run at a time."""

import sqlalchemy as sa
from alembic import context

metadata = sa.MetaData()
people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("email", sa.LargeBinary),
    sa.Column("phone", sa.LargeBinary),
)


def include_name(name: str | None, type_: str, parent_names: object) -> bool:
    """Return whether autogenerate looks at it: kw belongs to the extension."""
    return type_ != "schema" or name != "kw"


engine = sa.create_engine("postgresql+psycopg://", poolclass=sa.pool.NullPool)
with engine.connect() as connection:
    connection.execute(sa.text("select pg_advisory_lock(hashtext('shop migrations'))"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transaction_per_migration=True,
        include_schemas=True,
        include_name=include_name,
    )
    with context.begin_transaction():
        context.run_migrations()
