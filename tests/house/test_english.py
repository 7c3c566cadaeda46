"""No text uses a word that its readers would have to look up, or a phrase that hides the subject.

Readers are in a hurry, and English is the second language of most. To check further files, add a
glob to ``CHECKED``; ``prose`` leaves out what is not prose in a kind of file.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHECKED = (
    *("README.md", "CONTRIBUTING.md", "Makefile", "docs/**/*.md", "scripts/*"),
    *("packaging/**/*", "monitoring/*"),
    *("extension/*.*", "extension/[!r]*/*.sql"),  # not released/, which is frozen
    *("plpython/**/*.py", "src/**/*.py", "tests/**/*.py"),
    *("bench/*.py", "demo/*.py", "testservers/*.py"),
    *("examples/*.md", "examples/**/*.py", "examples/**/*.sql"),
)
UNCHECKED = {"tests/house/test_english.py", "tests/house/test_messages.py"}  # they name the words
AVOIDED = (
    "anew",
    "besides",
    "hang(s|ing)? (on|under)",
    "hung (on|under)",
    "(dis)?honest(ly|y)?",
    "mend(s|ed|ing)?",
    "reckon(s|ed|ing)?",
    "foret(ell|ells|elling|old)",
    "strangers?",
    "whoever",
    "thereof",
    "wherein",
    "is none of",
    "is no(?! longer)",
    "as (it|they) (must|should) be",
    "(that|which) (is|are) meant",
    "beyond its time",
    "what it costs to",
    "the night on call",
    "(taken|gone) for good",
    "forgets? what it protected",
)
_AVOIDED = re.compile(
    r"\b(?:" + "|".join(AVOIDED).replace(" ", r"\s+") + r")\b",
    re.IGNORECASE,
)
_FENCED = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def prose(name: str, text: str) -> str:
    """Return the text of a file with all that is not prose blanked, so that lines stay."""
    if name.endswith(".md"):
        text = _FENCED.sub(lambda block: _blank(block[0]), text)
    return text


def hits(name: str, text: str) -> Iterator[str]:
    """Yield each word or phrase to avoid, with the file and the line where it begins."""
    text = prose(name, text)
    for found in _AVOIDED.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield f"{name}:{line}: {' '.join(found[0].split())}"


def checked() -> dict[str, str]:
    """Return the text of each file that is checked, by its path."""
    paths = {path for glob in CHECKED for path in ROOT.glob(glob) if path.is_file()}
    texts = {str(path.relative_to(ROOT)): path.read_text() for path in sorted(paths)}
    return {name: text for name, text in texts.items() if name not in UNCHECKED}


def test_no_file_uses_a_word_to_avoid() -> None:
    assert [hit for name, text in checked().items() for hit in hits(name, text)] == []


def test_every_glob_finds_a_file() -> None:
    assert [glob for glob in CHECKED if not list(ROOT.glob(glob))] == []


@pytest.mark.parametrize(
    ("text", "line", "phrase"),
    [
        ("It is no ciphertext.", 1, "is no"),
        ("fine\n\nThe key is\n  no KEM.", 3, "is no"),
        ("| a | it Hangs on b |", 1, "Hangs on"),
        ("drawn anew", 1, "anew"),
        ("```sh\nanew\n```\na dishonest mode", 4, "dishonest"),
        ("all is as it must be", 1, "as it must be"),
    ],
)
def test_a_word_to_avoid_is_found_with_its_line(text: str, line: int, phrase: str) -> None:
    assert list(hits("page.md", text)) == [f"page.md:{line}: {phrase}"]


@pytest.mark.parametrize(
    "text",
    [
        "It is not a ciphertext, and is now known. A renamed field is no longer a column.",
        "The amendment that a commander made beside it.",
        "```text\nHINT:  It is no ciphertext of this cell.\n```",
    ],
)
def test_other_words_and_code_are_left_alone(text: str) -> None:
    assert list(hits("page.md", text)) == []
