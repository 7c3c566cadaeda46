"""Deployments, and what root's provider file pins of the one of a database.

Who can write the tables can delete or exchange the rows of kw.deployments, but not the pin.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from kwruntime.errors import NotAuthentic, ProviderRefused
from kwruntime.keys import minimum_format
from kwruntime.kms.provider_file import Configuration
from kwruntime.postgres.query import Row

ADOPTING, SEALED = "adopting", "sealed"
NEXT, REPLACING, RECOVERING = "next", "replacing", "recovering"
"""Phases of a deployment key: docs/format.md."""

_MEMBERS = {"deployment_uuid", "commitments", "sealed", "incarnation", minimum_format.MEMBER}
_HINT = "Restore kw.deployments, or have root change [deployments.{}] of the provider file."


class Deployment(NamedTuple):
    """A row of kw.deployments."""

    key_no: int
    uuid: UUID
    wrapper_id: int
    incarnation: int
    phase: str

    @classmethod
    def of(cls, row: Row) -> "Deployment":
        """Take it from a result row."""
        uuid = UUID(row["deployment"])
        return cls(row["key_no"], uuid, row["wrapper_id"], row["incarnation"], row["phase"])

    @property
    def is_sealed(self) -> bool:
        """Whether a row without a seal is refused."""
        return self.phase in (SEALED, REPLACING)


class Pin(NamedTuple):
    """What the provider file says of the deployment of a database."""

    database: str
    uuid: UUID
    commitments: frozenset[str]
    """Of the wrappers of its deployment keys, as hexadecimal text; none: any."""
    is_sealed: bool
    incarnation: int
    """The least one."""

    def checked(self, current: Sequence[Deployment]) -> Deployment:
        """Return the deployment in force as it is pinned; raises ``NotAuthentic``."""
        if not current:
            raise self._failure(f"deployment {self.uuid} is missing")
        (one,) = current
        if one.uuid != self.uuid:
            raise self._failure(f"this database is deployment {one.uuid}, not {self.uuid}")
        if one.incarnation < self.incarnation:
            raise self._failure(
                f"deployment {self.uuid} is incarnation {one.incarnation}, not {self.incarnation}"
            )
        if one.phase == RECOVERING and self.is_sealed:
            raise self._failure(f"deployment {self.uuid} is recovering, and is pinned as sealed")
        return one._replace(phase=SEALED) if self.is_sealed and one.phase == ADOPTING else one

    def has_commitment(self, commitment: str | None) -> bool:
        """Whether a deployment key may be used."""
        return not self.commitments or commitment in self.commitments

    def check_commitment(self, commitment: str | None) -> None:
        """Raise ``NotAuthentic`` for a deployment key that is not pinned."""
        if not self.has_commitment(commitment):
            raise self._failure(f"the key of deployment {self.uuid} is not pinned")

    def _failure(self, message: str) -> NotAuthentic:
        return NotAuthentic(message, hint=_HINT.format(self.database))


def pinned(configuration: Configuration, database: str) -> Pin | None:
    """Return what is pinned of a database; raises ``ProviderRefused`` for what is not a pin."""
    entry = configuration.deployment_entry(database)
    if entry is None:
        return None
    try:
        return _pin(database, entry)
    except (KeyError, TypeError, ValueError) as error:
        raise ProviderRefused(
            f"[deployments.{database}] of the provider file is not a pin: {error}",
            hint="Use the lines that kwtools deployment status prints.",
        ) from None


def _pin(database: str, entry: dict[str, Any]) -> Pin:
    unknown = ", ".join(sorted(entry.keys() - _MEMBERS))
    if unknown:
        raise ValueError(f"it has unknown members: {unknown}")
    commitments, sealed = entry.get("commitments", []), entry.get("sealed", False)
    incarnation = entry.get("incarnation", 0)
    if not isinstance(sealed, bool) or not isinstance(incarnation, int):
        raise TypeError("sealed is true or false, and incarnation a number")
    if not isinstance(commitments, list) or not all(isinstance(one, str) for one in commitments):
        raise TypeError("commitments is a list of texts")
    minimum_format.of_pin(entry)
    uuid = UUID(entry["deployment_uuid"])
    return Pin(database, uuid, frozenset(commitments), sealed, incarnation)
