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
from kwtools.console.views import BeingRead, Views
from kwtools.output import tell

StartResponse = Callable[[str, list[tuple[str, str]]], object]

_STATIC = {"console.css": "text/css", "console.js": "text/javascript"}
_MOST_PARAMETERS = 20
_NO_TOKEN = Refusal(
    HTTPStatus.FORBIDDEN, "Open the address that kwtools console printed: it has a token."
)
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
            answer = _refused(
                Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "The page failed. The terminal says why.")
            )
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
            return _refused(_BAD_QUERY)
        path = str(environ["PATH_INFO"])
        if path == "/" and self._admission.accepts(query.get("token", "")):
            # So that no page has the token in its address, which people copy and bookmark.
            cookie = ("Set-Cookie", self._admission.cookie())
            return Answer(
                HTTPStatus.SEE_OTHER, b"", more=(("Location", self._admission.root), cookie)
            )
        if not path.startswith(self._admission.root) or not self._admission.knows(environ):
            return _refused(_NO_TOKEN)
        path = path.removeprefix(self._admission.root)
        if path in self._static:
            return self._static[path]
        query.pop("token", None)
        section = self._sections.get(path or self._first)
        database = query.pop("database", self._databases.names()[0])
        if section is None or database not in self._databases.names():
            return _refused(_UNKNOWN)
        return self._page(section, database, query)

    def _page(self, section: Section, database: str, query: Mapping[str, str]) -> Answer:
        def link(name: str, /, **parameters: object) -> str:
            given = {key: value for key, value in parameters.items() if value is not None}
            return f"{self._admission.root}{name}?{urlencode({'database': database, **given})}"

        values: dict[str, Any] = {
            "section": section, "sections": list(self._sections.values()), "database": database,
            "databases": self._databases.names(), "query": query, "link": link,
            "root": self._admission.root,
            "version": sources.version(), "view": None, "why": None, "waiting": "",
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
            status = HTTPStatus.SERVICE_UNAVAILABLE
            more = (("Retry-After", "2"), ("Refresh", "2"))  # a browser asks again by itself
            values["waiting"] = "being read"
        text = self._renderer.render("page.html", values)
        return Answer(status, text.encode("utf-8", "backslashreplace"), "text/html", more)


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
