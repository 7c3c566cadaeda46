"""Rows of evidence: checks, and what is only told."""

from collections.abc import Sequence
from typing import NamedTuple

from kwruntime.errors import KwError
from kwruntime.escapes import quoted

_MOST_NAMED = 5


class Evidence(NamedTuple):
    """A row of kw.safe_to_destroy. One whose ``ok`` is null is not a check."""

    check: str
    ok: bool | None
    detail: str
    hint: str | None = None
    compare_with: str | None = None


def could_not_run(check: str, error: KwError) -> Evidence:
    """Return the row of a check that could not run: it has failed."""
    return Evidence(check, False, f"could not run: {error.message}", error.hint)


def few(names: Sequence[str]) -> str:
    """Return some names, and how many more there are."""
    more = len(names) - _MOST_NAMED
    return quoted(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
