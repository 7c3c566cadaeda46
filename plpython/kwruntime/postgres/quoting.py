"""Texts as SQL writes them."""


def literal(text: str) -> str:
    """Return a text as an SQL literal, which every session reads alike."""
    if "\\" in text:  # else it would depend on standard_conforming_strings
        return " E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return a name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
