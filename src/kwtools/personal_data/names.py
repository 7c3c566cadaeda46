"""What the name of a column says, in several languages: whole words, never parts of words."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any, NamedTuple

PERSON, PLACE = "name of a person", "location of a person"
"""The kinds that depend on the table."""

_WORDS = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Term(NamedTuple):
    """Words in their order, and the kind of data that they name."""

    kind: str
    words: tuple[str, ...]


def words(name: str) -> list[str]:
    """Return the words of a name in snake or camel case, without accents, in lower case."""
    plain = "".join(
        one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one)
    )
    composed = unicodedata.normalize("NFC", _CAMEL.sub("_", plain))
    return [one.casefold() for one in _WORDS.findall(composed)]


class Vocabulary:
    """The words of ``words.toml``, which say what names look like."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._plain_names = frozenset(given["plain_names"])
        self._people = frozenset(given["tables_of_people"])
        self._moves = frozenset(given["tables_of_moves"])
        self._about = frozenset(given["about"])
        self._ambiguous = frozenset(given["ambiguous"])
        self._qualifiers = frozenset(given["qualifiers"])
        self._not_beside = {
            kind: frozenset(one.get("not_beside", ())) for kind, one in given["kinds"].items()
        }
        self._terms = _by_first_word(given["kinds"])
        self.networks = frozenset(given["networks"])

    @classmethod
    def load(cls) -> "Vocabulary":
        """Read the words that come with the command."""
        text = resources.files(__package__).joinpath("words.toml").read_text()
        return cls(tomllib.loads(text))

    def kind_of(self, column: str, table: str = "") -> str | None:
        """Return what the name of a column of a table looks like; null: nothing personal."""
        parts, of_table = words(column), set(words(table))
        if len(parts) == 1 and parts[0] in self._plain_names and self._people & of_table:
            return PERSON
        found: Term | None = None
        for start, word in enumerate(parts):
            for term in self._terms.get(word, ()):
                end = start + len(term.words)
                if tuple(parts[start:end]) != term.words:
                    continue
                if found is not None and len(found.words) > len(term.words):
                    continue
                if term.kind == PLACE and not of_table & (self._people | self._moves):
                    continue
                if self._stands_for(term, {*parts[:start], *parts[end:]}):
                    found = term
        return found and found.kind

    def _stands_for(self, term: Term, beside: set[str]) -> bool:
        """Return whether a term means its kind beside these other words of the name."""
        if beside & (self._about | self._not_beside[term.kind]):
            return False
        is_ambiguous = len(term.words) == 1 and term.words[0] in self._ambiguous
        return not (is_ambiguous and beside - self._qualifiers)


def _by_first_word(kinds: Mapping[str, Any]) -> dict[str, Sequence[Term]]:
    """Return the terms by their first word; those of several words also written as one."""
    found: dict[str, list[Term]] = {}
    for kind, one in kinds.items():
        for term in one["terms"]:
            parts = tuple(words(term))
            for spelled in dict.fromkeys((parts, ("".join(parts),))):
                found.setdefault(spelled[0], []).append(Term(kind, spelled))
    return {word: sorted(terms, key=lambda one: -len(one.words)) for word, terms in found.items()}
