"""Rows that move between databases, with their bindings: exported, imported and compared."""
