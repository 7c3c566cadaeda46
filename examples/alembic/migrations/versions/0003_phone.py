"""Protects a column that held plain text."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("select kw.bind('people', '*', 'phone')")
    op.alter_column(
        "people",
        "phone",
        type_=sa.LargeBinary,
        postgresql_using="kw.encrypt_text('people', id, 'phone', phone)",
    )


def downgrade() -> None:
    op.alter_column(
        "people",
        "phone",
        type_=sa.Text,
        postgresql_using="kw.decrypt_text('people', id, 'phone', phone)",
    )
