"""Extension, provider, keys and policy."""

import os

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute("create extension if not exists kwtools version '0.11.0' cascade")
    provider = os.environ["SHOP_PROVIDER"]
    op.execute(
        sa.text("select kw.add_provider(:provider, :kind, if_not_exists => true)").bindparams(
            provider=provider, kind=os.environ["SHOP_KIND"]
        )
    )
    op.execute(
        sa.text(
            """
            select kw.create_policy(
                'default', 'either',
                kw.create_kms_key(:provider, :one, if_not_exists => true),
                kw.create_kms_key(:provider, :two, if_not_exists => true),
                if_not_exists => true
            )
            """
        ).bindparams(
            provider=provider,
            one=f"{os.environ['SHOP_KEY']}-1",
            two=f"{os.environ['SHOP_KEY']}-2",
        )
    )


def downgrade() -> None:
    """Nothing: the keys are needed for as long as anything that they encrypted exists."""
