"""The format that wrappers must have at least, as root's provider file pins it for a database."""

from typing import Any

from kwruntime.call import Call
from kwruntime.crypto.formats import BY_VERSION, Format
from kwruntime.errors import NotAuthentic, ProviderRefused
from kwruntime.kms.provider_file import Configuration
from kwruntime.postgres.query import Query
from kwruntime.session import Epoch

MEMBER = "minimum_format"
_DATABASE = Query("select current_database()::text as name")


class MinimumFormat:
    """The least version of a format in this epoch; null before it was read."""

    def __init__(self, _: Epoch) -> None:
        self.version: int | None = None


def check(call: Call, form: Format, label: str) -> None:
    """Raise ``NotAuthentic`` for a wrapper of an older format than the pinned one."""
    known = call.epoch.of(MinimumFormat)
    if known.version is None:
        database = call.execute(_DATABASE)[0]["name"]
        entry = call.session.of(Configuration).deployment_entry(database) or {}
        try:
            known.version = of_pin(entry)
        except TypeError as error:
            raise ProviderRefused(f"[deployments.{database}] is not a pin: {error}") from None
    if form.version < known.version:
        raise NotAuthentic(
            f"{label} has format {form}, and kwtools/{known.version} is pinned as the least",
            hint=f"Rotate it and re-encrypt its values first, or have root lower {MEMBER} in the "
            "provider file.",
        )


def of_pin(entry: dict[str, Any]) -> int:
    """Return what a pin says; raises ``TypeError`` for what is not the number of a format."""
    number = entry.get(MEMBER, 1)
    if isinstance(number, bool) or number not in BY_VERSION:
        raise TypeError(f"{MEMBER} is 1 or 2")
    return int(number)
