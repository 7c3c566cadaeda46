"""What the owner switch calls back: bodies of internal functions."""

from kwruntime.call import SESSION
from kwruntime.postgres.server import Server


def run_pending() -> None:
    """Run what was left for ``kw._as_owner()``."""
    SESSION.of(Server).run_pending()


def run_pending_reading() -> None:
    """Run what was left for ``kw._read_as_owner()``."""
    SESSION.of(Server).run_pending_reading()


def run_pending_writing() -> None:
    """Run what was left for ``kw._write_view()``."""
    SESSION.of(Server).run_pending_writing()


def pending_text() -> str | None:
    """Return what was left for ``kw._text()``."""
    return SESSION.of(Server).pending_text()
