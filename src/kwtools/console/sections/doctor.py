"""What ``kwtools doctor`` finds, with remedies."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kwtools import checks
from kwtools.checks import OK, PROBLEM, UNKNOWN, WARNING, Finding
from kwtools.connections import Connection
from kwtools.console.databases import STATEMENT_TIMEOUT
from kwtools.console.section import Section

_KEPT_SECONDS = 300.0
_ORDER = (PROBLEM, WARNING, UNKNOWN, OK)


class Alike(NamedTuple):
    """Findings of one check that have one reason and one remedy."""

    check: str
    result: str
    why: str
    hint: str
    details: list[str]


class Group(NamedTuple):
    """The findings of one result."""

    result: str
    rows: list[Alike]


class Doctor(NamedTuple):
    """The section."""

    groups: list[Group]
    counts: Mapping[str, int]


def read(connection: Connection, query: Mapping[str, str]) -> Doctor:
    """Run the checks of the database and of its server, the worst findings first."""
    timeout = f"{STATEMENT_TIMEOUT}s"
    found = checks.of_database(connection, statement_timeout=timeout)
    found += checks.of_server(connection, statement_timeout=timeout)
    groups = [
        Group(result, alike(one for one in found if one.result == result)) for result in _ORDER
    ]
    return Doctor([group for group in groups if group.rows], Counter(one.result for one in found))


def alike(findings: Iterable[Finding]) -> list[Alike]:
    """Put together what a check says of many objects: of 1,000 keys, that is one remedy."""
    rows: dict[tuple[str, str, str, str], Alike] = {}
    for one in findings:
        key = one.check, one.result, one.why, one.hint
        rows.setdefault(key, Alike(*key, [])).details.append(one.detail)
    return list(rows.values())


SECTION = Section(
    "doctor", "Doctor", read, "doctor.html", kept_seconds=_KEPT_SECONDS, begins_transactions=True
)
