"""What a check found."""

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from kwtools.connections import Connection

OK, WARNING, PROBLEM, UNKNOWN = "ok", "warning", "problem", "unknown"


class Finding(NamedTuple):
    """What a check found: ``result`` is ok, warning, problem, or unknown where it could not run.

    ``detail`` states what, ``hint`` how to put it right, ``why`` what it would lead to.
    """

    check: str
    result: str
    detail: str
    hint: str = ""
    why: str = ""


Check: TypeAlias = Callable[[Connection], Iterator[Finding]]


class Named(NamedTuple):
    """A check with the name that stands for it where it cannot run."""

    name: str
    check: Check
    who: str = "Run it as a superuser, kw_admin, kw_operator or kw_auditor."
    """Said to a role that may not look."""
    needs: tuple[str, ...] = ()
    """What the role must be allowed to use: a check that lacks it does not ask the server."""


SUPERUSER = "Run it as a superuser."
METADATA = "Run it as a superuser, kw_admin or kw_auditor."
