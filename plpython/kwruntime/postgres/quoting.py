"""Texts as SQL writes them."""

_MAX_NAME_BYTES = 63


def literal(text: str) -> str:
    """Return a text as an SQL literal, which every session reads alike."""
    if "\\" in text:  # else it would depend on standard_conforming_strings
        return " E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return a name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def longer(name: str, suffix: str) -> str:
    """Return a name with a suffix, cut where PostgreSQL would cut it."""
    cut = _MAX_NAME_BYTES - len(suffix) - 1
    return f"{name.encode()[:cut].decode(errors='ignore')}_{suffix}"
