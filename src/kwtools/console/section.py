"""A section of the console: what it reads of a database, and the template that shows it."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

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
    kept_seconds: float = 0.0
    """How long what was read is shown again, since it is slow to read. The page says its age."""
    begins_transactions: bool = False
    """``read`` begins its own transactions, so it gets a connection outside of any."""
