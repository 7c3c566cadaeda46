"""Rows that are about to be used: checked against their seals. Runs as the owner.

Where no deployment was made there are no seals, and nothing is refused.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.crypto.seals import SealKeys, legs_in
from kwruntime.errors import NotAuthentic
from kwruntime.keys.opening import SealedLegs
from kwruntime.postgres.query import Row
from kwruntime.seals import deployment, rows
from kwruntime.seals.changing import broken
from kwruntime.seals.rows import StoredRow, stored_row, stored_wrapper
from kwruntime.session import Epoch
from kwruntime.store import sealed_rows
from kwruntime.store.key_wrappers import WrapperRow
from kwruntime.store.sealed_tables import SealedTable
from kwruntime.store.signing_keys import SigningKey


class CheckedKeys:
    """Whether what wrappers depend on was checked in this epoch, and what is wrong with it."""

    def __init__(self, _: Epoch) -> None:
        self.is_done = False
        self.failure: NotAuthentic | None = None


class Checks(NamedTuple):
    """What the rows of a sealed database are checked with."""

    keys: SealKeys
    is_required: bool
    """Whether a row without a seal is refused."""

    def row(self, row: StoredRow) -> None:
        """Raise ``NotAuthentic`` unless a row matches its seal."""
        if not row.is_accepted(self.keys, is_required=self.is_required):
            raise broken(row)

    def failure(self, table: SealedTable, row: Row) -> NotAuthentic | None:
        """Return why a row of a result, of a table without wrappers, is refused."""
        stored = stored_row(table, row)
        accepted = stored.is_accepted(self.keys, is_required=self.is_required)
        return None if accepted else broken(stored)

    def wrapper(self, row: WrapperRow) -> SealedLegs:
        """Return the digests that the legs of a wrapper must have; raises ``NotAuthentic``.

        Its tag covers them. A leg is compared when it is opened, so that the other one may answer.
        """
        legs = legs_in(row.seal or b"")
        self.row(stored_wrapper(row, legs if len(legs) == len(row.keys) else ()))
        return legs or None


def in_force(call: Call) -> Checks | None:
    """Return what rows are checked with; null where no deployment was made.

    What every wrapper depends on is then checked. Raises ``NotAuthentic``.
    """
    current = deployment.current(call)
    if current is None:
        return None
    checks = Checks(deployment.seal_keys(call, current), current.is_sealed)
    check_keys(call)
    return checks


def failures(call: Call, table: SealedTable, keys: Iterable[object]) -> dict[str, NotAuthentic]:
    """Return the rows, by what names them, that do not match their seals."""
    named = list(dict.fromkeys(map(str, keys)))
    checks = in_force(call) if named else None
    return {} if checks is None else _failures(call, checks, table, named)


def _failures(
    call: Call, checks: Checks, table: SealedTable, keys: Iterable[object]
) -> dict[str, NotAuthentic]:
    return {
        row.key: broken(row)
        for row in rows.read(call, table, [*map(str, keys)])
        if not row.is_accepted(checks.keys, is_required=checks.is_required)
    }


def check(call: Call, table: SealedTable, keys: Iterable[object]) -> None:
    """Raise ``NotAuthentic`` for the first row that does not match its seal."""
    for error in failures(call, table, keys).values():
        raise error


def check_alone(call: Call, table: SealedTable, keys: Iterable[object]) -> None:
    """Check rows, but nothing that wrappers depend on: an edit there must not stop the log."""
    current = deployment.current(call)
    if current is not None:
        checks = Checks(deployment.seal_keys(call, current), current.is_sealed)
        for error in _failures(call, checks, table, keys).values():
            raise error


def check_signing_key(call: Call, key: SigningKey) -> SigningKey:
    """Return a signing key that matches its seal; raises ``NotAuthentic``.

    Else who can write the tables could exchange the public key, the scope or the status of it.
    """
    check(call, sealed_rows.SIGNING_KEYS, [key.id])
    return key


def check_keys(call: Call) -> None:
    """Check, once in an epoch, the rows of keys, providers, policies, settings and branches."""
    current = deployment.current(call)
    checked = call.epoch.of(CheckedKeys)
    if current is None:
        return
    if not checked.is_done:
        seal_keys = deployment.seal_keys(call, current)
        for row in _rows_of_keys(call):
            if not row.is_accepted(seal_keys, is_required=current.is_sealed):
                checked.failure = broken(row)
                break
        checked.is_done = True  # not so where a query was cancelled

    if checked.failure is not None:
        raise checked.failure


def _rows_of_keys(call: Call) -> Iterator[StoredRow]:
    tables = {table.name: table for table in sealed_rows.TABLES_OF_KEYS}
    for row in call.execute(sealed_rows.ROWS_OF_KEYS):
        yield stored_row(tables[row["table_name"]], row)
    branches = [row["key"] for row in call.execute(sealed_rows.BRANCHES)]
    yield from rows.read(call, sealed_rows.WRAPPERS, branches)
