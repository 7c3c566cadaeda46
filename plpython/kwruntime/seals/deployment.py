"""The deployment key: opened once in its time, and what is sealed with it. Runs as the owner."""

from time import monotonic

from kwruntime.call import Call
from kwruntime.crypto.envelope import DekClass, Origin
from kwruntime.crypto.seals import SealKeys
from kwruntime.errors import KwError, NotAuthentic
from kwruntime.keys import unwrap
from kwruntime.keys.absent import opened_keys
from kwruntime.keys.branch_keys import seconds_to_keep
from kwruntime.kms.provider_file import Configuration
from kwruntime.seals.pins import Deployment, Pin, pinned
from kwruntime.session import Epoch
from kwruntime.store import key_wrappers, sealed_rows
from kwruntime.store.key_wrappers import WrapperRow


class KnownDeployments:
    """The deployments of this epoch, the one in force last; null before they were read."""

    def __init__(self, _: Epoch) -> None:
        self.rows: list[Deployment] | None = None
        self.pin: Pin | None = None


class OpenedDeployments:
    """The deployment keys that were opened in this epoch, by key_no, each with when it expires."""

    def __init__(self, _: Epoch) -> None:
        self.kept: dict[int, tuple[float, SealKeys]] = {}


def current(call: Call) -> Deployment | None:
    """Return the deployment in force; null where none was made."""
    known = call.epoch.of(KnownDeployments)
    if known.rows is None:
        rows = call.execute(sealed_rows.DEPLOYMENTS)
        pin = pinned(call.session.of(Configuration), rows[0]["database"])
        found = [Deployment.of(row) for row in rows if row["key_no"] is not None]
        known.rows = found if pin is None else [*found[:-1], pin.checked(found[-1:])]
        known.pin = pin
    return known.rows[-1] if known.rows else None


def forget(call: Call) -> None:
    """Have the deployments read again: this call has changed them."""
    call.epoch.of(KnownDeployments).rows = None


def seal_keys(call: Call, deployment: Deployment) -> SealKeys:
    """Return what a deployment seals with, opening its wrapper at most once in its time."""
    kept = opened_keys(call).of(OpenedDeployments).kept
    held = kept.get(deployment.key_no)
    if held is not None and monotonic() < held[0]:
        return held[1]
    opened = _opened(call, deployment)
    kept[deployment.key_no] = monotonic() + seconds_to_keep(call), opened
    return opened


def _opened(call: Call, deployment: Deployment) -> SealKeys:
    found = call.execute(key_wrappers.WRAPPERS, [deployment.wrapper_id])
    if not found:
        raise NotAuthentic(f"wrapper {deployment.wrapper_id} of the deployment does not exist")
    row = WrapperRow.of(found[0])
    pin = call.epoch.of(KnownDeployments).pin
    if pin is not None:
        pin.check_commitment(row.commitment)
    opened = unwrap.open_many(call, [row])[0]
    if isinstance(opened, KwError):
        raise opened
    payload = opened.payload
    if payload.dek_class is not DekClass.DEPLOYMENT or payload.origin is not Origin.GENERATED:
        raise NotAuthentic(f"wrapper {row.uuid} is not a deployment key")
    return SealKeys(opened.prk, deployment.uuid, deployment.key_no)
