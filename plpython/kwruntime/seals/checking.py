"""Rows that are about to be used: checked against their seals. Runs as the owner.

Where no deployment was made there are no seals, and nothing is refused.
"""

from collections.abc import Iterable, Sequence

from kwruntime.call import Call
from kwruntime.errors import NotAuthentic
from kwruntime.seals import deployment, rows
from kwruntime.seals.changing import broken
from kwruntime.session import Epoch
from kwruntime.store import sealed_rows
from kwruntime.store.sealed_rows import SealedTable

_OF_KEYS = (
    sealed_rows.DEPLOYMENT_ROWS,
    sealed_rows.PROVIDERS,
    sealed_rows.KEYS,
    sealed_rows.PRIVATE_KEYS,
    sealed_rows.POLICIES,
    sealed_rows.POLICY_KEYS,
    sealed_rows.SETTINGS,
    sealed_rows.ALGORITHMS,
)
"""What every wrapper depends on. A change of a row of these is a new epoch."""


class CheckedKeys:
    """Whether what wrappers depend on was checked in this epoch, and what is wrong with it."""

    def __init__(self, _: Epoch) -> None:
        self.is_done = False
        self.failure: NotAuthentic | None = None


def failures(call: Call, table: SealedTable, keys: Iterable[object]) -> dict[str, NotAuthentic]:
    """Return the rows, by what names them, that do not match their seals."""
    current = deployment.current(call)
    named = list(dict.fromkeys(map(str, keys)))
    if current is None or not named:
        return {}
    seal_keys = deployment.seal_keys(call, current)
    check_keys(call)
    return {
        row.key: broken(row)
        for row in rows.read(call, table, named)
        if (row.seal is not None or current.is_sealed) and not row.is_intact(seal_keys)
    }


def check(call: Call, table: SealedTable, keys: Iterable[object]) -> None:
    """Raise ``NotAuthentic`` for the first row that does not match its seal."""
    for error in failures(call, table, keys).values():
        raise error


def check_wrappers(call: Call, uuids: Sequence[str]) -> None:
    """Raise ``NotAuthentic`` for the first wrapper that does not match its seal."""
    if uuids and deployment.current(call) is not None:
        found = call.execute(sealed_rows.IDS_OF_WRAPPERS, list(uuids))
        check(call, sealed_rows.WRAPPERS, [row["id"] for row in found])


def check_keys(call: Call) -> None:
    """Check, once in an epoch, the rows of keys, providers, policies, settings and branches."""
    current = deployment.current(call)
    checked = call.epoch.of(CheckedKeys)
    if current is None:
        return
    if not checked.is_done:
        seal_keys = deployment.seal_keys(call, current)
        checked.is_done = True
        for table in (*_OF_KEYS, sealed_rows.WRAPPERS):
            query = sealed_rows.BRANCHES if table is sealed_rows.WRAPPERS else table.every
            named = [row["key"] for row in call.execute(query)]
            for row in rows.read(call, table, named):
                if (row.seal is not None or current.is_sealed) and not row.is_intact(seal_keys):
                    checked.failure = broken(row)
                    break
    if checked.failure is not None:
        raise checked.failure
