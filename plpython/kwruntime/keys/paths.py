"""What a key depends on: branches, their legs and layers, and keys that seal private keys."""

from collections.abc import Iterable

from kwruntime.call import Call
from kwruntime.crypto.envelope import DekClass, Mode
from kwruntime.errors import NotAuthentic, ProviderError, ProviderRefused
from kwruntime.keys.keyring import KnownKeys, key, lock_rows, stored_layers
from kwruntime.store import kem_private_keys, key_wrappers
from kwruntime.store.key_wrapper_layers import StoredLayers
from kwruntime.store.key_wrappers import WrapperRow
from kwruntime.store.kms_keys import KmsKey

MAX_DEPTH = 3
MAX_STEPS = 2 * MAX_DEPTH  # from a key to its roots: before each branch may be a sealed KEM key


def lock(call: Call, key_ids: Iterable[int]) -> None:
    """Lock keys, and the branches and keys above them, against a change of status.

    Held to the end of the transaction; a wrap made after it cannot be stranded by a
    change that did not see it.
    """
    wanted = set(key_ids)
    for key_id in tuple(wanted):
        wanted.update(_above(call, key_id, MAX_STEPS))
    lock_rows(call, wanted)


def _above(call: Call, key_id: int, steps: int) -> set[int]:
    if steps == 0:
        return set()
    above: set[int] = set()
    for one in keys_above(call, key(call, key_id)):
        above.add(one)
        above |= _above(call, one, steps - 1)
    return above


def keys_above(call: Call, kms_key: KmsKey) -> set[int]:
    """Return the keys that a key depends on: those of a branch's legs and layers, and the one
    that a private key is sealed by."""
    if kms_key.is_branch:
        row = branch_row(call, kms_key)
        return {*row.keys, *stored_layers(call, [row])[row.id].key_ids}
    if kms_key.is_kem:
        return {
            row["sealed_by_key_id"]
            for row in call.execute(kem_private_keys.PRIVATE_KEY, kms_key.id)
        }
    return set()


def branches_above(call: Call, key_id: int) -> set[str]:
    """Return the wrapper_uuids of the branches that a key is, or depends on."""
    path = {key_id} | _above(call, key_id, MAX_STEPS)
    return {key(call, one).reference for one in path if key(call, one).is_branch}


def branch_row(call: Call, branch: KmsKey) -> WrapperRow:
    """Return the wrapper of a branch key; raises ``ProviderRefused`` or ``NotAuthentic``."""
    rows = call.execute(key_wrappers.WRAPPERS_BY_UUID, [branch.reference])
    if not rows:
        raise ProviderRefused(f"{branch.label} has no wrapper")
    row = WrapperRow.of(rows[0])
    if row.dek_class is not DekClass.BRANCH:
        raise NotAuthentic(f"{branch.label} is not a branch")
    return row


def check_usable(call: Call, key_ids: Iterable[int]) -> None:
    """Raise unless every key, and what is above it, may open now: what a kept key must pass.

    Of a branch that any leg opens, one usable leg is enough.
    """
    usable = call.epoch.of(KnownKeys).usable
    for key_id in key_ids:
        if key_id not in usable:
            try:
                _check_path(call, key(call, key_id), 0)
                usable[key_id] = None
            except ProviderError as error:
                usable[key_id] = error
        failure = usable[key_id]
        if failure is not None:
            raise failure


def _check_path(call: Call, kms_key: KmsKey, steps: int) -> None:
    kms_key.check_opens()
    if steps > MAX_STEPS:
        raise NotAuthentic(f"{kms_key.label} is deeper than {MAX_DEPTH}")
    if not kms_key.is_branch:
        for sealing in keys_above(call, kms_key):
            _check_path(call, key(call, sealing), steps + 1)
        return
    row = branch_row(call, kms_key)
    row.check_status()
    check_row(call, row, stored_layers(call, [row])[row.id], steps + 1)


def check_row(call: Call, row: WrapperRow, stored: StoredLayers, steps: int = 0) -> None:
    """Raise unless every layer is its own, and with as many legs as the mode needs may open now."""
    stored.check(row)
    for key_id in stored.key_ids:
        _check_path(call, key(call, key_id), steps)
    failures: list[ProviderError] = []
    for leg in row.keys:
        try:
            _check_path(call, key(call, leg), steps)
        except ProviderError as error:
            failures.append(error)
    allowed = 1 if row.mode == Mode.EITHER else 0
    if len(failures) > allowed:
        raise failures[0]
