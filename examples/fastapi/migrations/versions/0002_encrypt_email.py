"""Encrypts the addresses beside the plaintext, and verifies them."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.protect_column("people", "email", shown_by="view", search="equality", normaliser="email")


def downgrade() -> None:
    op.protect_undo("people", "email")
