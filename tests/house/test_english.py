"""No page uses a word that its readers would have to look up, or a phrase that hides the subject.

Readers are in a hurry, and English is the second language of most. To check further files, add a
glob to ``CHECKED``; ``prose`` leaves out what is not prose in a kind of file.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHECKED = ("README.md", "CONTRIBUTING.md", "extension/README.md", "docs/*.md")
GENERATED = {"docs/functions.md"}  # from the comments of the SQL functions
ASSERTED = {  # by a test, word for word, against a text that is not checked yet
    "docs/command.md": "| 3 | the machine, a server or a connection is not as it must be |\n",
}
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
    asserted = ASSERTED.get(name)
    return text.replace(asserted, _blank(asserted)) if asserted else text


def hits(name: str, text: str) -> Iterator[str]:
    """Yield each word or phrase to avoid, with the file and the line where it begins."""
    text = prose(name, text)
    for found in _AVOIDED.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield f"{name}:{line}: {' '.join(found[0].split())}"


def checked() -> dict[str, str]:
    """Return the text of each file that is checked, by its path."""
    paths = {path for glob in CHECKED for path in ROOT.glob(glob)}
    texts = {str(path.relative_to(ROOT)): path.read_text() for path in sorted(paths)}
    return {name: text for name, text in texts.items() if name not in GENERATED}


def test_no_page_uses_a_word_to_avoid() -> None:
    assert [hit for name, text in checked().items() for hit in hits(name, text)] == []


def test_every_glob_finds_a_file_and_every_exception_is_needed() -> None:
    assert [glob for glob in CHECKED if not list(ROOT.glob(glob))] == []
    for name, asserted in ASSERTED.items():
        assert asserted in checked()[name], f"{name} no longer needs its exception"


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
