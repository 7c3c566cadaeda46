"""The tables: rows and SQL texts."""
