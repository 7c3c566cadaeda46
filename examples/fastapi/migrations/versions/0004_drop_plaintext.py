"""Drops the plaintext. This cannot be undone."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.protect_contract("people", "email")


def downgrade() -> None:
    raise NotImplementedError("the plaintext is gone")
