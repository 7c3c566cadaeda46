"""What ``kwtools doctor`` finds, with remedies."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from kwtools import checks
from kwtools.checks import OK, PROBLEM, UNKNOWN, WARNING, Finding
from kwtools.connections import Connection
from kwtools.console.databases import STATEMENT_TIMEOUT
from kwtools.console.section import Section

_KEPT_SECONDS = 300.0
_ORDER = (PROBLEM, WARNING, UNKNOWN, OK)


class Group(NamedTuple):
    """The findings of one result."""

    result: str
    findings: list[Finding]


class Doctor(NamedTuple):
    """The section."""

    groups: list[Group]
    counts: Mapping[str, int]


def read(connection: Connection, query: Mapping[str, str]) -> Doctor:
    """Run the checks of the database and of its server, the worst findings first."""
    timeout = f"{STATEMENT_TIMEOUT}s"
    found = checks.of_database(connection, statement_timeout=timeout)
    found += checks.of_server(connection, statement_timeout=timeout)
    groups = [Group(result, [one for one in found if one.result == result]) for result in _ORDER]
    return Doctor(
        [group for group in groups if group.findings], Counter(one.result for one in found)
    )


SECTION = Section(
    "doctor", "Doctor", read, "doctor.html", kept_seconds=_KEPT_SECONDS, begins_transactions=True
)
