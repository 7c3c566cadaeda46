"""A table with a protected column."""

import os

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.LargeBinary),
        sa.Column("phone", sa.Text),
    )
    # The name was bound before if the table was dropped and is made again.
    op.execute(
        """
        select kw.reclaim_entity(entity_table)
        from kw.entities_to_reclaim() where entity_table = 'public.people'
        """
    )
    op.execute("select kw.bind('people', '*', 'email')")
    app = op.get_context().dialect.identifier_preparer.quote(os.environ["SHOP_APP"])
    op.execute(f"grant select, insert, update, delete on people to {app}")


def downgrade() -> None:
    op.drop_table("people")
