"""Write kwruntime/crypto/unicode_14.py: the code points that Unicode 14.0 assigns to no character.

``python3.11 -m scripts.unicode_table`` does it. The source is UnicodeData.txt of Unicode 14.0.0, as
Python 3.11 contains it; another version of Python is refused.
"""

import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

VERSION = "14.0.0"
MODULE = Path(__file__).resolve().parents[1] / "plpython/kwruntime/crypto/unicode_14.py"
_HEAD = '''\
"""The code points that Unicode 14.0 assigns to no character. Written by scripts/unicode_table.py.

Later versions of Python know later versions of Unicode. What a later version does to the characters
of an earlier one is fixed by Unicode's stability policies; what it does to others is not.
"""

from bisect import bisect_right
from functools import cache

UNASSIGNED = """\\
'''
_TAIL = '''\
"""
"""Ranges, in hexadecimal, of UnicodeData.txt 14.0.0: those of category Cn."""


@cache
def _bounds() -> list[int]:
    """Return where ranges begin, and where those that follow them do, in order."""
    found = []
    for one in UNASSIGNED.split():
        first, _, last = one.partition("-")
        found += [int(first, 16), int(last or first, 16) + 1]
    return found


def unassigned(text: str) -> str | None:
    """Return the first character of a text that Unicode 14.0 does not assign; null if none."""
    if text.isascii():
        return None
    bounds = _bounds()
    return next((one for one in text if bisect_right(bounds, ord(one)) % 2), None)
'''


def ranges() -> Iterator[str]:
    """Yield the ranges of code points of category Cn."""
    first = None
    for code in range(sys.maxunicode + 2):
        is_last = code > sys.maxunicode
        is_unassigned = not is_last and unicodedata.category(chr(code)) == "Cn"
        if is_unassigned and first is None:
            first = code
        elif not is_unassigned and first is not None:
            yield f"{first:X}" if first == code - 1 else f"{first:X}-{code - 1:X}"
            first = None


def module() -> str:
    """Return the text of the module."""
    return _HEAD + "\n".join(wrap(" ".join(ranges()), 99, break_on_hyphens=False)) + "\n" + _TAIL


if __name__ == "__main__":
    if unicodedata.unidata_version != VERSION:
        sys.exit(f"Unicode {VERSION} required, not {unicodedata.unidata_version}: use Python 3.11")
    MODULE.write_text(module())
