"""Failures of legs and branches: their names, and warnings once a minute."""

from time import monotonic
from uuid import UUID

from kwruntime.call import Call
from kwruntime.errors import KwError, ProviderError, ProviderUnreachable, Throttled
from kwruntime.keys.absent import is_drill
from kwruntime.keys.keyring import about
from kwruntime.postgres.messages import warning
from kwruntime.session import Lifetime, Session
from kwruntime.store.key_wrappers import WrapperRow
from kwruntime.store.kms_keys import KmsKey

_WARN_AGAIN_SECONDS = 60.0


class Unreachable:
    """The providers and keys that failed in this call.

    It waits for a provider once, however many keys of it and branches below them it needs.
    """

    def __init__(self, _: Lifetime) -> None:
        self.providers: dict[str, ProviderUnreachable] = {}
        self.throttled: dict[str, Throttled] = {}
        """Those that took no more requests: they are asked again where nothing else opens."""

        self.asks_again = True
        """Whether a KMS that failed in an earlier call is asked now, where nothing else opens."""

        self.of_keys: dict[int, ProviderError] = {}
        """What the direct lane met: the ordinary way takes it, and does not ask again."""

    def has(self, kms_key: KmsKey) -> bool:
        """Whether a key, or its provider, has failed."""
        of_provider = kms_key.provider in (*self.providers, *self.throttled)
        return of_provider or kms_key.id in self.of_keys


class Warned:
    """When the session may warn again of a key and a cause."""

    def __init__(self, _: Session) -> None:
        self.until: dict[tuple[int | UUID, str], float] = {}


def renamed(error: KwError, message: str, hint: str | None) -> ProviderError:
    """Return the same failure with the message of what it prevents."""
    renamed = ProviderError(message, hint=hint, detail=error.detail)
    renamed.sqlstate = error.sqlstate
    renamed.is_outage = error.is_outage
    return renamed


def as_provider_error(error: KwError) -> ProviderError:
    """Return the failure of a branch as the failure of the legs under it."""
    if isinstance(error, ProviderError):
        return error
    return renamed(error, error.message, error.hint)


def named(call: Call, row: WrapperRow, number: int, failure: ProviderError) -> ProviderError:
    """Return the failure of the only leg of a wrapper."""
    cause = about(call, row.keys[number], failure.message)
    message = f"wrapper {row.uuid} cannot be opened: leg {number + 1}: {cause}"
    return renamed(failure, message, failure.hint)


def warn_of_leg(call: Call, row: WrapperRow, number: int, failure: ProviderError) -> None:
    """Warn of a failed leg, once a minute for one key and cause. A drill foresees failures."""
    if is_drill(call):
        return
    warn_once_a_minute(
        call,
        (row.keys[number], failure.sqlstate),
        f"leg {number + 1} of wrapper {row.uuid} failed, the other leg was used: "
        f"{about(call, row.keys[number], failure.message)}",
        failure.hint,
    )


def warn_of_late_use(call: Call, branch: UUID, failure: KwError) -> None:
    """Warn of a branch key that is used after expiry, once a minute for one cause."""
    warn_once_a_minute(
        call,
        (branch, failure.sqlstate),
        f"branch key {branch} used after expiry (branch_grace_seconds): {failure.message}",
        failure.hint,
    )


def warn_once_a_minute(
    call: Call, about: tuple[int | UUID, str], message: str, hint: str | None
) -> None:
    """Warn, unless the session has just warned about the same."""
    until, now = call.session.of(Warned).until, monotonic()
    if now >= until.get(about, 0.0):
        until[about] = now + _WARN_AGAIN_SECONDS
        warning(message, hint=hint, cause=about[1])
