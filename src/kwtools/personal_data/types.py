"""Which types can hold what a name promises, and what a type says by itself."""

import re

from kwtools.personal_data.names import Vocabulary, words

STRING, NUMBER = "string", "number"
"""Families of types whose values are looked at; ``columns`` also has the others below."""

_HOLDS = {
    "number": {
        *("phone number", "postal address", "date of birth", "national id", "tax id", "pay"),
        *("bank account", "payment card", "location of a person"),
    },
    "date": {"date of birth"},
    "network": {"IP address", "device"},
    "other": {"location of a person", "device", "secret or token"},
}
_OF_TYPES = {"inet": "IP address", "macaddr": "device", "macaddr8": "device"}
_MODIFIERS = re.compile(r"\([^()]*\)|\[\]")


def may_hold(family: str, kind: str) -> bool:
    """Return whether a type of a family can hold a kind of data; strings and bytes hold all."""
    return family in (STRING, "bytes") or kind in _HOLDS.get(family, ())


def kind_of_type(
    type_name: str, column: str, vocabulary: Vocabulary, *, is_domain: bool
) -> str | None:
    """Return what the type of a column says: an address of a network, or the name of a domain."""
    plain = _MODIFIERS.sub("", type_name).strip()
    if is_domain:
        return vocabulary.kind_of(plain.rpartition(".")[2])
    return None if vocabulary.networks & set(words(column)) else _OF_TYPES.get(plain)
