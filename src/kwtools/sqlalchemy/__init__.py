"""Protected columns in SQLAlchemy: docs/use/sqlalchemy.md."""

from kwtools.sqlalchemy.encrypted import encrypted
from kwtools.sqlalchemy.protected import Protected
from kwtools.sqlalchemy.searching import Searchable
from kwtools.sqlalchemy.types import Ciphertext
from kwtools.sqlalchemy.views import protected_view, upsert
from kwtools.sqlalchemy.writing import encrypt_rows

__all__ = [
    "Ciphertext",
    "Protected",
    "Searchable",
    "encrypt_rows",
    "encrypted",
    "protected_view",
    "upsert",
]
