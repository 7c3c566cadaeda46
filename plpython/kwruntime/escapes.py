"""Texts of users and servers as people can see them.

Names come from users, and texts of a KMS from its server: shown as they are they could steer
a terminal or forge a line of the log.
"""

import unicodedata
from collections.abc import Iterable

# Controls, marks of direction and other formats, surrogates, ends of lines and paragraphs.
_ESCAPED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def plain(shown: str) -> str:
    """Return a text with escapes for what steers a terminal or begins a line."""
    if shown.isprintable():
        return shown
    return "".join(
        char.encode("unicode_escape").decode() if unicodedata.category(char) in _ESCAPED else char
        for char in shown
    )


def quoted(names: Iterable[str], separator: str = ", ") -> str:
    """Return names as messages show them: plain, and each in double quotes."""
    return separator.join(f'"{plain(name)}"' for name in names)


def ascii_only(shown: str) -> str:
    """Return a text with everything beyond ASCII escaped."""
    return shown.encode("ascii", "backslashreplace").decode()
