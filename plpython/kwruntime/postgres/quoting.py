"""Texts as SQL writes them."""


def literal(text: str) -> str:
    """Return a text as an SQL literal, for hints that can be copied."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return a name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
