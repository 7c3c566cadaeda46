"""People, in plaintext."""

import os

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text, unique=True),
    )
    app = op.get_context().dialect.identifier_preparer.quote(os.environ["PEOPLE_APP"])
    op.execute(f"grant select, insert, update, delete on people to {app}")


def downgrade() -> None:
    op.drop_table("people")
