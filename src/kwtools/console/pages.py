"""Lists that are shown a page at a time."""

from collections.abc import Mapping
from typing import NamedTuple, Self

from kwtools.console.parameters import MOST_ROWS, limit, number

_MOST = 1_000_000


class Pages(NamedTuple):
    """Which page of a list is shown; ``page`` in the address, from 1."""

    page: int
    per_page: int
    total: int = 0

    @classmethod
    def of(cls, query: Mapping[str, str], per_page: int, most: int = MOST_ROWS) -> Self:
        """Return the page that an address asks for: the first where it is not a number.

        It has ``limit`` rows, if the address says so, but not more than ``most``.
        """
        page = max(1, number(query, "page", 1, _MOST))
        return cls(page, min(limit(query, per_page), most))

    def among(self, total: int) -> Self:
        """Return the same with the length of the whole list."""
        return self._replace(total=total)

    @property
    def skipped(self) -> int:
        """How many rows stand on earlier pages."""
        return (self.page - 1) * self.per_page

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // self.per_page))
