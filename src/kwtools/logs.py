"""Settings with which PostgreSQL writes statements, and so their literals, where they stay."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple


class Risk(NamedTuple):
    """A setting that could record plaintext: why, and what to do."""

    setting: str
    why: str
    advice: str


_PARAMETERS = "send plaintext as bind parameters, never as literals"


_OFF = frozenset({"off", "of", "no", "n", "false", "fals", "fal", "fa", "f", "0"})


def is_on(value: str) -> bool:
    """Whether a setting is on. ALTER ROLE … SET keeps any spelling that PostgreSQL takes."""
    return value.lower() not in _OFF


def _positive(value: str) -> bool:
    try:
        return float(value) > 0
    except ValueError:
        return True


def _limit(value: str) -> bool:
    return not value.startswith("-")  # with or without a unit, -1 is the only one


def _audits_literals(value: str) -> bool:
    """Whether pgaudit's list of classes has one whose statements take values."""
    classes = set[str]()
    for word in (word.strip(' "').lower() for word in value.split(",")):
        if word.startswith("-"):
            classes -= _OF_VALUES if word == "-all" else {word[1:]}
        else:
            classes |= _OF_VALUES if word == "all" else {word}
    return bool(classes & _OF_VALUES)


_OF_VALUES = {"read", "write", "function", "misc"}

# name: is this value a risk, why, and what to do
_STATEMENTS: Mapping[str, tuple[Callable[[str], bool], str, str]] = {
    "log_statement": (
        lambda value: value.lower() in ("mod", "all"),
        "statements are logged with their literals and parameters",
        "set it to ddl or none",
    ),
    "log_min_duration_statement": (
        _limit,
        "slow statements are logged with their literals and parameters",
        "set it to -1; pg_stat_statements tells what is slow",
    ),
    "log_min_duration_sample": (
        _limit,
        "some slow statements are logged with their literals and parameters",
        "set it to -1",
    ),
    "log_transaction_sample_rate": (
        _positive,
        "some transactions are logged with their literals and parameters",
        "set it to 0",
    ),
    "auto_explain.log_min_duration": (
        _limit,
        "plans are logged with the literals of their statements",
        "set it to -1",
    ),
    "pgaudit.log": (
        _audits_literals,
        "statements are audited with their literals",
        "leave out read, write, function and misc, or set pgaudit.log_statement to off",
    ),
}
_OTHERS: Mapping[str, tuple[Callable[[str], bool], str, str]] = {
    "log_parameter_max_length_on_error": (
        lambda value: re.fullmatch(r"0+ ?[A-Za-z]*", value) is None,
        "the parameters of statements that fail are logged",
        "set it to 0",
    ),
    "log_min_error_statement": (
        lambda value: value.lower() not in ("fatal", "panic"),
        "statements that fail are logged with their literals",
        f"{_PARAMETERS}, or set it to panic",
    ),
    "pgaudit.log_parameter": (
        is_on,
        "the parameters of audited statements are logged",
        "turn it off",
    ),
    "debug_print_parse": (is_on, "parse trees are logged with their constants", "turn it off"),
    "debug_print_rewritten": (
        is_on,
        "parse trees are logged with their constants",
        "turn it off",
    ),
    "debug_print_plan": (is_on, "plans are logged with their constants", "turn it off"),
    "pg_stat_statements.track_utility": (
        is_on,
        "utility statements are kept with their literals",
        f"{_PARAMETERS}, or turn it off",
    ),
}
# Says how much of the parameters a logged statement shows: 0 is none. A risk with the others.
_SHOWN_PARAMETERS = "log_parameter_max_length"

NAMES = (*_STATEMENTS, *_OTHERS, _SHOWN_PARAMETERS, "pgaudit.log_statement")
"""The settings to look at."""


def risks(settings: Mapping[str, str]) -> list[Risk]:
    """Return which of ``settings`` (value by name) could record plaintext."""
    found = [
        risk
        for risk in _find(_STATEMENTS, settings)
        if risk.setting != "pgaudit.log" or is_on(settings.get("pgaudit.log_statement", "on"))
    ]
    if is_on(settings.get("pgaudit.log_statement", "off")) and "pgaudit.log" not in settings:
        found.append(  # set for a role or database, where the server may have turned it off
            Risk("pgaudit.log_statement", "statements may be audited with literals", "turn it off")
        )
    if found and settings.get(_SHOWN_PARAMETERS, "0") != "0":
        found.append(
            Risk(_SHOWN_PARAMETERS, "logged statements show their parameters", "set it to 0")
        )
    return found + _find(_OTHERS, settings)


def _find(
    rules: Mapping[str, tuple[Callable[[str], bool], str, str]], settings: Mapping[str, str]
) -> list[Risk]:
    return [
        Risk(name, why, advice)
        for name, (is_risk, why, advice) in rules.items()
        if name in settings and is_risk(settings[name])
    ]
