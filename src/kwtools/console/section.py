"""A section of the console: what it reads of a database, and the template that shows it."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from kwtools.connections import Connection


class Section(NamedTuple):
    """A page of the console, and a chapter of the report.

    ``read`` gets a connection inside a transaction that only reads, and the parameters of the
    address. Its template gets what it returned as ``view``, the parameters as ``query``, and
    ``link(section, **parameters)``, which returns an address.
    """

    name: str
    """In addresses, and the ``id`` of the chapter: lower case letters."""
    title: str
    read: Callable[[Connection, Mapping[str, str]], object]
    template: str
    """Holds only the body; its headings begin at ``h2``."""
    kept_seconds: float | None = None
    """None: it is quick, and read for each page. Else how long what was read is shown again, and
    longer if it was slow to read. The page says its age."""
    begins_transactions: bool = False
    """``read`` begins its own transactions, so it gets a connection outside of any."""
    choose: Callable[[Any, Mapping[str, str]], object] | None = None
    """Makes of what ``read`` returned what the template gets. Only this depends on the
    parameters, so one reading serves many pages."""
    part: str | None = None
    """The parameter that decides what is read, of what is kept."""
    more: "Section | None" = None
    """Read as well, if it has no ``part`` or the address has it, and kept for itself, if at all.
    ``choose`` gets both as a pair."""

    def view(self, connection: Connection, query: Mapping[str, str]) -> object:
        """Return what the template gets."""
        more = self.more.read(connection, query) if self.more and self.asks_more(query) else None
        return self.chosen(self.read(connection, query), more, query)

    def chosen(self, found: object, more: object, query: Mapping[str, str]) -> object:
        """Return what the template gets of what was read."""
        if self.choose is None:
            return found
        return self.choose((found, more) if self.more else found, query)

    def asks_more(self, query: Mapping[str, str]) -> bool:
        """Return whether the address asks for ``more``."""
        if self.more is None:
            return False
        return self.more.part is None or bool(query.get(self.more.part))
