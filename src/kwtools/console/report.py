"""The report: the sections of the console as one file, of one moment where that can be."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import resources
from typing import Any, NamedTuple

import psycopg
from markupsafe import Markup
from psycopg import IsolationLevel
from psycopg.rows import class_row

from kwtools import sources
from kwtools.connections import Connection, transaction
from kwtools.console.databases import Unreadable, why_unreadable
from kwtools.console.parameters import MOST_ROWS
from kwtools.console.rendering import Renderer
from kwtools.console.section import Section
from kwtools.console.versions import of_runtime
from kwtools.report_signing import Signer

_STATEMENT_TIMEOUT = "300s"
_BOUNDS = "select set_config('statement_timeout', %s, true), set_config('lock_timeout', '5s', true)"
_FACTS = """
select
    current_database()::text as database,
    session_user::text as role,
    current_setting('server_version') as server,
    pg_is_in_recovery() as is_standby,
    (select max(d.deployment_uuid::text) from kw.deployments d) as deployment,
    e.extversion as extension,
    now() as made_at
from pg_extension e
where e.extname = 'kwtools'
"""
_STYLES = ("console.css", "report.css")


class Facts(NamedTuple):
    """Which database it is of, when it was made, and with which versions."""

    database: str
    role: str
    server: str
    is_standby: bool
    deployment: str | None
    extension: str
    made_at: datetime


class Chapter(NamedTuple):
    """A section with what it read, or why it could not be read."""

    section: Section
    view: object
    why: Unreadable | None


class Report(NamedTuple):
    """All that a report shows. ``versions`` is empty where the runtime does not answer."""

    facts: Facts
    versions: dict[str, str]
    chapters: list[Chapter]

    @property
    def unread(self) -> list[tuple[str, Unreadable]]:
        """The titles of chapters that could not be read, and why."""
        return [(one.section.title, one.why) for one in self.chapters if one.why]


def read(connection: Connection, sections: Sequence[Section]) -> Report:
    """Read all sections; one that fails is shown as such."""
    query = {"limit": str(MOST_ROWS)}
    chapters: dict[str, Chapter] = {}
    with transaction(connection, isolation=IsolationLevel.REPEATABLE_READ):
        connection.execute(_BOUNDS, (_STATEMENT_TIMEOUT,))
        with connection.cursor(row_factory=class_row(Facts)) as cursor:
            facts = cursor.execute(_FACTS).fetchone()
        versions = of_runtime(connection).components
        for section in sections:
            if not section.begins_transactions:
                chapters[section.name] = _within(connection, section, query)
    assert facts is not None
    for section in sections:
        if section.begins_transactions:
            chapters[section.name] = _chapter(connection, section, query)
    return Report(facts, versions, [chapters[section.name] for section in sections])


def _within(connection: Connection, section: Section, query: Mapping[str, str]) -> Chapter:
    """Read a section, and go on with the transaction if it fails."""
    try:
        with connection.transaction():
            return Chapter(section, section.view(connection, query), None)
    except psycopg.Error as error:
        if connection.broken:
            raise
        return Chapter(section, None, why_unreadable(error))


def _chapter(connection: Connection, section: Section, query: Mapping[str, str]) -> Chapter:
    try:
        return Chapter(section, section.view(connection, query), None)
    except psycopg.Error as error:
        if connection.broken:
            raise
        return Chapter(section, None, why_unreadable(error))


def render(report: Report, signer: Signer) -> bytes:
    """Return the report as HTML: nothing in it runs, and nothing is loaded."""
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    values: dict[str, Any] = {
        "report": report, "signer": signer, "style": Markup(style), "most_rows": MOST_ROWS,  # noqa: S704
        "policy": f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:;"
        " base-uri 'none'; form-action 'none'",
        "version": sources.version(), "query": {}, "link": _anchor,
        "database": report.facts.database,
    }  # fmt: skip
    return Renderer().render("report.html", values).encode("utf-8", "backslashreplace")


def predicate(report: Report) -> dict[str, Any]:
    """Return what a receipt says of a report, beside its digest."""
    facts = report.facts
    return {
        "made_at": facts.made_at.isoformat(),
        "database": facts.database,
        "deployment": facts.deployment,
        "role": facts.role,
        "versions": {
            **report.versions, "extension": facts.extension, "postgresql": facts.server,
            "command": sources.version(),
        },
        "unread": [title for title, _ in report.unread],
    }  # fmt: skip


def _anchor(section: str, **parameters: object) -> str:
    """Return where a section begins: the report has one page of each."""
    return f"#{section}"


def _style() -> str:
    folder = resources.files("kwtools.console") / "static"
    style = "\n".join((folder / name).read_text("utf-8") for name in _STYLES)
    assert "</" not in style
    return style
