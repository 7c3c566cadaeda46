"""The deployment key: opened once in its time, and what is sealed with it. Runs as the owner."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from kwruntime.call import Call
from kwruntime.crypto.envelope import DekClass, Origin
from kwruntime.crypto.kdf import Prf
from kwruntime.crypto.seals import Sealed, SealKeys
from kwruntime.errors import KwError, NotAuthentic, NotFound
from kwruntime.keys import unwrap
from kwruntime.keys.absent import opened_keys
from kwruntime.keys.branch_keys import seconds_to_keep
from kwruntime.kms.provider_file import Configuration
from kwruntime.seals import rows
from kwruntime.seals.pins import NEXT, RECOVERING, REPLACING, Deployment, Pin, pinned
from kwruntime.session import Epoch, Lifetime
from kwruntime.store import deployments, key_wrappers, sealed_rows
from kwruntime.store.key_wrappers import WrapperRow

KEY_NO_BYTES = 4
_RESTORE = (
    "Restore the rows of kw.deployments from a backup. If a key is lost, use kwtools deployment "
    "replace --lost, which takes all rows as they are."
)


class KnownDeployments:
    """The deployments of this epoch, the one in force last; null before they were read."""

    def __init__(self, _: Epoch) -> None:
        self.rows: list[Deployment] | None = None
        self.upcoming: Deployment | None = None
        """Of the key that is to replace the one in force."""
        self.pin: Pin | None = None


class OpenedDeployments:
    """The keys that were opened in this epoch, by key_no and phase, each with when it expires."""

    def __init__(self, _: Epoch) -> None:
        self.kept: dict[tuple[int, str], tuple[float, SealKeys]] = {}


class PutInForce:
    """The key that this call has put in force, if any."""

    def __init__(self, _: Lifetime) -> None:
        self.key_no: int | None = None


class ReplacingKeys(SealKeys):
    """A new key, which seals, while rows have seals of the one before: null if that is lost."""

    def __init__(self, prk: Prf, of: Deployment, before: SealKeys | None) -> None:
        super().__init__(prk, of.uuid, of.key_no)
        self._before = before

    def is_seal(self, sealed: Sealed, change_no: int | None, seal: bytes | None) -> bool:
        """Whether a seal is that of a row. One of a key that is lost is taken for right."""
        key_no = key_no_of(seal)
        if key_no is None or key_no >= self.key_no:
            return super().is_seal(sealed, change_no, seal)
        if self._before is None:
            return True
        return self._before.is_seal(sealed, change_no, seal)

    def is_event_seal(self, entry: bytes, seal: bytes) -> bool:
        """Whether a seal is that of an event. One of a key that is lost is taken for right."""
        if (key_no_of(seal) or 0) >= self.key_no:
            return super().is_event_seal(entry, seal)
        return self._before is None or self._before.is_event_seal(entry, seal)


def key_no_of(seal: bytes | None) -> int | None:
    """Return the number of the deployment key that a seal names."""
    if seal is None or len(seal) < KEY_NO_BYTES:
        return None
    return int.from_bytes(seal[:KEY_NO_BYTES], "big")


def current(call: Call) -> Deployment | None:
    """Return the deployment in force; null where none was made."""
    known = _known(call)
    return known[-1] if known else None


def in_force(call: Call) -> Deployment:
    """Return the deployment in force; raises ``NotFound``."""
    found = current(call)
    if found is None:
        raise NotFound(
            "this database has no deployment",
            hint="Ask a superuser to create one with kw.create_deployment.",
        )
    return found


def upcoming(call: Call) -> Deployment | None:
    """Return the deployment of the key that is to replace the one in force."""
    _known(call)
    return call.epoch.of(KnownDeployments).upcoming


def _known(call: Call) -> list[Deployment]:
    known = call.epoch.of(KnownDeployments)
    if known.rows is None:
        stored = call.execute(deployments.ALL)
        pin = pinned(call.session.of(Configuration), stored[0]["database"])
        every = [Deployment.of(row) for row in stored if row["key_no"] is not None]
        found = [one for one in every if one.phase != NEXT]
        if pin is None and not found and (every or stored[0]["has_log"]):
            raise NotAuthentic("kw.deployments has no key in force", hint=_RESTORE)
        known.rows = found if pin is None else [*found[:-1], pin.checked(found[-1:])]
        known.upcoming = next((one for one in every if one.phase == NEXT), None)
        known.pin = pin
    return known.rows


def pin(call: Call) -> Pin | None:
    """Return what is pinned of this database."""
    _known(call)
    return call.epoch.of(KnownDeployments).pin


def forget(call: Call) -> None:
    """Have the deployments read again: this call has changed them."""
    call.epoch.of(KnownDeployments).rows = None


@contextmanager
def set_aside(call: Call) -> Iterator[None]:
    """Have this call work as if there were no seals: the key is lost."""
    call.epoch.of(KnownDeployments).rows = []
    try:
        yield
    finally:
        forget(call)


def seal_keys(call: Call, deployment: Deployment) -> SealKeys:
    """Return what a deployment seals with, opening its wrapper at most once in its time."""
    kept = opened_keys(call).of(OpenedDeployments).kept
    key = deployment.key_no, deployment.phase
    held = kept.get(key)
    if held is not None and monotonic() < held[0]:
        return held[1]
    opened = _opened(call, deployment)
    kept[key] = monotonic() + seconds_to_keep(call), opened
    return opened


def put_in_force(call: Call, upcoming: Deployment, phase: str) -> None:
    """Put a key in force, whose row is sealed when this call's work ends."""
    call.execute(deployments.SET_PHASE, upcoming.key_no, phase)
    call.of(PutInForce).key_no = upcoming.key_no
    forget(call)


def _opened(call: Call, deployment: Deployment) -> SealKeys:
    """Return the keys that seal, and check seals, in the phase of a deployment."""
    prk = _prk(call, deployment)
    keys = SealKeys(prk, deployment.uuid, deployment.key_no)
    if deployment.phase not in (REPLACING, RECOVERING):
        return keys
    if call.of(PutInForce).key_no != deployment.key_no:
        _check_own_row(call, deployment, keys)
    if deployment.phase == RECOVERING:
        return ReplacingKeys(prk, deployment, None)
    before = [one for one in _known(call) if one.key_no < deployment.key_no]
    if not before:
        raise NotAuthentic(
            f"deployment {deployment.uuid} has no key before {deployment.key_no}", hint=_RESTORE
        )
    old = SealKeys(_prk(call, before[-1]), before[-1].uuid, before[-1].key_no)
    return ReplacingKeys(prk, deployment, old)


def _check_own_row(call: Call, deployment: Deployment, keys: SealKeys) -> None:
    """Raise ``NotAuthentic`` unless the key in force has sealed its phase.

    The phase decides which other seals count, so no other key can vouch for it.
    """
    key_no = str(deployment.key_no)
    if not all(
        row.is_intact(keys) for row in rows.read(call, sealed_rows.DEPLOYMENT_ROWS, [key_no])
    ):
        raise NotAuthentic(
            f"row {key_no} of kw.deployments does not match its seal",
            detail=f"Its phase is {deployment.phase}.",
            hint=_RESTORE,
        )


def _prk(call: Call, deployment: Deployment) -> Prf:
    row = wrapper(call, deployment)
    pinned_here = pin(call)
    if pinned_here is not None:
        pinned_here.check_commitment(row.commitment)
    opened = unwrap.open_many(call, [row])[0]
    if isinstance(opened, KwError):
        opened.detail = opened.detail or (
            "This wrapper has the deployment key. Without it no row is checked, read or changed."
        )
        raise opened
    payload = opened.payload
    if payload.dek_class is not DekClass.DEPLOYMENT or payload.origin is not Origin.GENERATED:
        raise NotAuthentic(f"wrapper {row.uuid} is not a deployment key")
    return opened.prk


def wrapper(call: Call, deployment: Deployment) -> WrapperRow:
    """Return the wrapper of a deployment key; raises ``NotAuthentic``."""
    found = call.execute(key_wrappers.WRAPPERS, [deployment.wrapper_id])
    if not found:
        raise NotAuthentic(
            f"wrapper {deployment.wrapper_id} of the deployment does not exist", hint=_RESTORE
        )
    return WrapperRow.of(found[0])
