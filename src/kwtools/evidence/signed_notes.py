"""Signed notes (C2SP signed-note), split into text and signature lines, none verified here."""

from dataclasses import dataclass

from kwtools.evidence.lines import BadForm, check_text, decoded, key_name

MAX_BYTES = 1_000_000
MAX_LINES = 100
_DASH = "— ".encode()


@dataclass(frozen=True)
class Line:
    """A signature: the name and the id of its key, and what follows the id."""

    name: str
    key_id: bytes
    data: bytes


@dataclass(frozen=True)
class SignedNote:
    """A text with its last newline, and its signature lines."""

    text: bytes
    lines: tuple[Line, ...]


def read(data: bytes) -> SignedNote:
    """Split a note at its last blank line."""
    if len(data) > MAX_BYTES:
        raise BadForm(f"it is longer than {MAX_BYTES} bytes")
    check_text(data)
    end = data.rfind(b"\n\n")
    if end < 0:
        raise BadForm("it has no blank line before signatures")
    *lines, rest = data[end + 2 :].split(b"\n")
    if rest or not 1 <= len(lines) <= MAX_LINES:
        raise BadForm(f"it does not end with 1 to {MAX_LINES} signature lines")
    return SignedNote(data[: end + 1], tuple(_line(one) for one in lines))


def _line(line: bytes) -> Line:
    name, blank, value = line.removeprefix(_DASH).partition(b" ")
    if not line.startswith(_DASH) or not blank:
        raise BadForm("it has a line after the blank line that is not a signature")
    data = decoded(value)
    if len(data) < 5:
        raise BadForm("it has a signature that is too short")
    return Line(key_name(name), data[:4], data[4:])
