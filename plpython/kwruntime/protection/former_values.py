"""The values of a column before: plaintext, or what another tool encrypted."""

import hmac
from collections.abc import Sequence
from hashlib import sha256
from typing import Protocol

from kwruntime.call import Call
from kwruntime.errors import BadArgument, DecryptionFailed
from kwruntime.fields import taking_over
from kwruntime.fields.takeover_columns import Expressions, expressions
from kwruntime.fields.taking_over import Encrypted, Opener
from kwruntime.foreign import findings
from kwruntime.foreign.findings import NotOpened
from kwruntime.postgres.query import Row
from kwruntime.protection import takeovers
from kwruntime.protection.target import State, Target
from kwruntime.store.protected_rows import Rows

_KEYS_SHOWN = 10
_READ_AS = "value", "nonce", "associated", "old_key"
"""The parts of ``Encrypted``. The key of the row has the name ``key``."""
_HINTS = {
    findings.NOT_TEXT: "The key is wrong, or the plaintexts are bytes: then undo the protection, "
    'and begin again with {"plaintext_type": "bytea"} in takeover_options.',
} | dict.fromkeys(
    (findings.IN_THE_CLEAR, findings.KEY_IN_THE_CLEAR),
    "Anybody who could write to the column could have made these values. If they are trustworthy, "
    f"repeat kw.protect_expand with {taking_over.ACCEPT} in takeover_options.",
)


class FormerValues(Protocol):
    """How the values of rows are read, and compared with what was encrypted."""

    def value_of(self, rows: Rows) -> str:
        """Return the columns that ``plaintexts`` needs, as SQL of a row t."""

    def plaintexts(self, found: Sequence[Row]) -> list[bytes]:
        """Return the plaintexts of rows that have a value."""

    def digest_of(self, rows: Rows) -> str:
        """Return the columns that ``are_same`` needs, as SQL of a row t."""

    def are_same(self, found: Sequence[Row], opened: Sequence[bytes | None]) -> list[bool]:
        """Return of each row whether its ciphertext, which was opened, is that of its value."""


def of(call: Call, target: Target, state: State, old_key: bytes | None) -> FormerValues:
    """Return how the values of a column are read. The table has not been cut over."""
    if state.taken_over_from is None:
        if old_key is not None:  # else what another tool encrypted is taken for plaintext
            raise BadArgument(
                f"old_key is given, but {target.place} is protected as plaintext",
                hint="Use kw.protect_undo, and begin again with taken_over_from.",
            )
        return _Plaintexts()
    takeover = takeovers.stored(state)
    opening = takeovers.opener(call, takeover, old_key)
    columns = takeover.columns(state.field_name)
    read = expressions(call, target.entity, target.relation, columns)
    return _Encrypted(opening, read, target.place)


class _Plaintexts:
    """Values that are plaintext. Their digests are made by the server."""

    def value_of(self, rows: Rows) -> str:
        return rows.text

    def plaintexts(self, found: Sequence[Row]) -> list[bytes]:
        return [row["value"].encode() for row in found]

    def digest_of(self, rows: Rows) -> str:
        return rows.digest

    def are_same(self, found: Sequence[Row], opened: Sequence[bytes | None]) -> list[bool]:
        pairs = zip(found, opened, strict=True)
        return [_is_same(row["digest"], value) for row, value in pairs]


class _Encrypted:
    """Values that another tool encrypted, opened with its key."""

    def __init__(self, opening: Opener, read: Expressions, place: str) -> None:
        self._opening = opening
        pairs = zip(_READ_AS, read, strict=True)
        self._read = ", ".join(f"{expression} as {name}" for name, expression in pairs)
        self._place = place

    def value_of(self, _: Rows) -> str:
        return self._read

    def plaintexts(self, found: Sequence[Row]) -> list[bytes]:
        values = [
            Encrypted(row["value"], row["nonce"], row["associated"], row["old_key"])
            for row in found
        ]
        opened = self._opening.open(values)
        failed: dict[str, list[str]] = {}
        plain: list[bytes] = []
        for row, one in zip(found, opened, strict=True):
            if isinstance(one, NotOpened):
                failed.setdefault(one.finding, []).append(row["pk"])
            else:
                plain.append(one)
        if failed:
            raise self._refused(failed)
        return plain

    def digest_of(self, _: Rows) -> str:
        return self._read

    def are_same(self, found: Sequence[Row], opened: Sequence[bytes | None]) -> list[bool]:
        """Return which rows are right.

        A value without a ciphertext was written since, and is encrypted later. A ciphertext
        without a value was written by kwtools alone, so there is nothing to compare it with.
        """
        compared = [row for row in found if None not in (row["value"], row["sealed"])]
        digests = iter([sha256(one).digest() for one in self.plaintexts(compared)])
        return [
            self._is_right(row, None if row["value"] is None else next(digests), value)
            if row["sealed"] is not None
            else True
            for row, value in zip(found, opened, strict=True)
        ]

    @staticmethod
    def _is_right(row: Row, digest: bytes | None, value: bytes | None) -> bool:
        return value is not None if row["value"] is None else _is_same(digest, value)

    def _refused(self, failed: dict[str, list[str]]) -> DecryptionFailed:
        listed = [
            f"{finding}: {', '.join(keys[:_KEYS_SHOWN])}"
            + (f" and {len(keys) - _KEYS_SHOWN} more" if len(keys) > _KEYS_SHOWN else "")
            for finding, keys in failed.items()
        ]
        hints = [_HINTS[finding] for finding in failed if finding in _HINTS]
        count = sum(len(keys) for keys in failed.values())
        return DecryptionFailed(
            f"{takeovers.values_of(count)} of {self._place} cannot be taken over",
            detail=f"Keys of their rows: {'; '.join(listed)}.",
            hint=hints[0] if hints else "Check key and options with kw.check_takeover.",
        )


def _is_same(digest: bytes | None, value: bytes | None) -> bool:
    if digest is None or value is None:
        return digest is value
    return hmac.compare_digest(digest, sha256(value).digest())
