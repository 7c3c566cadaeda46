"""A view that decrypts takes the name of the table."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.protect_cut_over("people", "email")


def downgrade() -> None:
    """Nothing: the way back of 0002 undoes both."""
