"""The WSGI application: what is refused, which section an address names, and its page."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from importlib import resources
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from kwtools import sources
from kwtools.console.admission import HEADERS, Admission, Refusal
from kwtools.console.databases import Busy, Databases, NotRead
from kwtools.console.rendering import Renderer
from kwtools.console.section import Section
from kwtools.console.summaries import Summaries
from kwtools.console.views import PATIENCE, BeingRead, Views
from kwtools.output import tell

StartResponse = Callable[[str, list[tuple[str, str]]], object]

_STATIC = {"console.css": "text/css", "console.js": "text/javascript"}
_MOST_PARAMETERS = 20
_NO_TOKEN = Refusal(
    HTTPStatus.FORBIDDEN, "Open the address that kwtools console printed: it has a token."
)
_GONE = Refusal(
    HTTPStatus.GONE, "The database was dropped or renamed, or its extension was dropped."
)
_FAILED = Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "The page failed. The terminal says why.")
_DATABASES = "databases"
_SOON = (("Retry-After", "2"), ("Refresh", "2"))  # a browser asks again by itself
_UNKNOWN = Refusal(HTTPStatus.NOT_FOUND, "The console has no such page.")
_BAD_QUERY = Refusal(HTTPStatus.BAD_REQUEST, "The parameters of the address cannot be read.")


class Answer(NamedTuple):
    """A response."""

    status: HTTPStatus
    body: bytes
    kind: str = "text/plain"
    more: tuple[tuple[str, str], ...] = ()


class Application:
    """The console of some databases."""

    def __init__(
        self, databases: Databases, sections: Sequence[Section], admission: Admission
    ) -> None:
        self._databases = databases
        self._sections = {section.name: section for section in sections}
        self._first = sections[0].name
        self._admission = admission
        self._renderer = Renderer()
        self._views = Views(databases)
        self._summaries = Summaries(databases)
        folder = resources.files("kwtools.console") / "static"
        # All that can be asked for is in memory: no address ever names a file.
        self._static = {
            f"static/{name}": Answer(HTTPStatus.OK, (folder / name).read_bytes(), kind)
            for name, kind in _STATIC.items()
        }

    def __call__(
        self, environ: Mapping[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer a request, as WSGI asks."""
        try:
            answer = self._answer(environ)
        except Exception as error:  # a page that fails ends nothing else
            tell(f"console: {type(error).__name__}: {error}")
            answer = self._refused(environ, _FAILED)
        headers = [
            ("Content-Type", f"{answer.kind}; charset=utf-8"),
            ("Content-Length", str(len(answer.body))),
            *HEADERS,
            *answer.more,
        ]
        start_response(f"{answer.status.value} {answer.status.phrase}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

    def _answer(self, environ: Mapping[str, Any]) -> Answer:
        refusal = self._admission.refusal(environ)
        if refusal:
            return _refused(refusal)
        query = _query(environ)
        if query is None:
            return self._refused(environ, _BAD_QUERY)
        path = str(environ["PATH_INFO"])
        if path == "/" and self._admission.accepts(query.get("token", "")):
            # So that no page has the token in its address, which people copy and bookmark.
            cookie = ("Set-Cookie", self._admission.cookie())
            return Answer(
                HTTPStatus.SEE_OTHER, b"", more=(("Location", self._admission.root), cookie)
            )
        if not self._is_admitted(environ):
            return _refused(_NO_TOKEN)
        path = path.removeprefix(self._admission.root)
        if path in self._static:
            return self._static[path]
        query.pop("token", None)
        if path == _DATABASES or (not path and self._are_many()):
            return self._all_databases()
        names = self._databases.names()
        section = self._sections.get(path or self._first)
        database = query.pop("database", names[0] if names else "")
        if section is None or database not in names:
            gone = database in self._databases.gone
            return self._refused(environ, _GONE if gone else _UNKNOWN)
        return self._page(section, database, query)

    def _is_admitted(self, environ: Mapping[str, Any]) -> bool:
        is_below = str(environ["PATH_INFO"]).startswith(self._admission.root)
        return is_below and self._admission.knows(environ)

    def _are_many(self) -> bool:
        return self._databases.are_of_a_cluster or len(self._databases.names()) > 1

    def _refused(self, environ: Mapping[str, Any], refusal: Refusal) -> Answer:
        """Return a refusal: as a page with a way back, to who has the cookie."""
        if self._admission.refusal(environ) or not self._is_admitted(environ):
            return _refused(refusal)
        values = {**self._frame(), "title": refusal.status.phrase, "text": refusal.text}
        return self._html("refused.html", values, refusal.status)

    def _frame(self) -> dict[str, Any]:
        return {"root": self._admission.root, "version": sources.version()}

    def _html(
        self,
        template: str,
        values: Mapping[str, Any],
        status: HTTPStatus = HTTPStatus.OK,
        more: tuple[tuple[str, str], ...] = (),
    ) -> Answer:
        text = self._renderer.render(template, values)
        return Answer(status, text.encode("utf-8", "backslashreplace"), "text/html", more)

    def _all_databases(self) -> Answer:
        looking = self._databases.look()
        if looking:
            looking.join(PATIENCE)

        def link(name: str, /, **parameters: object) -> str:
            return f"{self._admission.root}{name}?{urlencode(parameters)}"

        lines = self._summaries.lines(self._databases.names())
        values = {
            **self._frame(), "link": link, "lines": lines, "gone": self._databases.gone,
            "unknown": self._databases.unknown, "read_at": datetime.now(UTC),
        }  # fmt: skip
        is_whole = all(line.summary or line.why for line in lines)
        return self._html("databases.html", values, more=() if is_whole else _SOON)

    def _page(self, section: Section, database: str, query: Mapping[str, str]) -> Answer:
        def link(name: str, /, **parameters: object) -> str:
            given = {key: value for key, value in parameters.items() if value is not None}
            return f"{self._admission.root}{name}?{urlencode({'database': database, **given})}"

        values: dict[str, Any] = {
            "section": section, "sections": list(self._sections.values()), "database": database,
            "databases": self._databases.names(), "is_of_many": self._are_many(), "query": query,
            "link": link, **self._frame(), "view": None, "why": None, "waiting": "",
            "age": 0.0, "read_at": datetime.now(UTC),
        }  # fmt: skip
        status = HTTPStatus.OK
        more: tuple[tuple[str, str], ...] = ()
        try:
            kept = self._views.of(section, database, query)
            age = time.monotonic() - kept.monotonic
            values.update(view=kept.view, read_at=kept.read_at, age=age)
        except NotRead as error:
            status = HTTPStatus.BAD_GATEWAY
            values["why"] = error.why
        except Busy:
            status = HTTPStatus.SERVICE_UNAVAILABLE
            more = (("Retry-After", "3"),)
            values["waiting"] = "busy"
        except BeingRead:
            status = HTTPStatus.ACCEPTED
            more = _SOON
            values["waiting"] = "being read"
        return self._html("page.html", values, status, more)


def _query(environ: Mapping[str, Any]) -> dict[str, str] | None:
    """Return the parameters of an address; None where they cannot be read."""
    text = str(environ.get("QUERY_STRING", ""))
    try:
        pairs = parse_qsl(text, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except ValueError:  # too many, or not UTF-8
        return None
    query = dict(pairs)
    if len(query) != len(pairs) or any("\0" in part for pair in pairs for part in pair):
        return None
    return query


def _refused(refusal: Refusal) -> Answer:
    return Answer(refusal.status, f"{refusal.text}\n".encode())
