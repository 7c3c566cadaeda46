"""Protected columns in Alembic's migrations: docs/use/sqlalchemy.md.

To import it registers the operations.
"""

from kwtools.alembic import operations
from kwtools.alembic.autogenerate import options

__all__ = ["operations", "options"]
