"""Upgrades the extension, if a DBA has not done so before."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute(
        """
        do $$
        begin
            if exists (
                select from pg_extension
                where extname = 'kwtools'
                    and string_to_array(extversion, '.')::int[] < array[0, 11, 0]
            ) then
                alter extension kwtools update to '0.11.0';
            end if;
        end
        $$
        """
    )


def downgrade() -> None:
    """Nothing: the extension has no way back, and reads what its earlier versions wrote."""
