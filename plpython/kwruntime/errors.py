"""The errors of the interface: SQLSTATE, message, hint.

Class ``KW``. A message names objects, never values: no plaintext, no key bytes.

The first line of each class says when it is raised. docs/functions.md has the table of them all.
"""

from kwruntime.escapes import plain


class KwError(Exception):
    """An error with its SQLSTATE, for the caller to see. Its texts are plain (see ``shown``)."""

    sqlstate = "KW002"

    is_outage = False
    """Whether the only cause is that a KMS is not available now."""

    def __init__(self, message: str, *, hint: str | None = None, detail: str | None = None) -> None:
        self.message = plain(message)
        self.hint = hint and plain(hint)
        self.detail = detail and plain(detail)
        super().__init__(self.message)


class RuntimeUnavailable(KwError):
    """The runtime cannot be used here: parallel worker, stale session."""

    sqlstate = "KW001"


class InternalError(KwError):
    """A bug; the message shows only the type of the Python error, whose text could hold a value."""

    sqlstate = "KW002"


class BadArgument(KwError):
    """An argument is invalid."""

    sqlstate = "KW003"


class NotAllowed(KwError):
    """The role lacks the privilege."""

    sqlstate = "KW100"


class NotFound(KwError):
    """The provider, key, policy, wrapper or binding does not exist."""

    sqlstate = "KW101"


class Conflict(KwError):
    """It exists already, or its state does not allow the call."""

    sqlstate = "KW102"


class KeysNotIndependent(KwError):
    """A mode requires independent keys."""

    sqlstate = "KW103"


class BelowMinLevel(KwError):
    """A wrapper, or a signing key, would have a lower NIST level than is required."""

    sqlstate = "KW104"


class ImportRefused(KwError):
    """A bundle of data keys is not signed as required, was changed or used, or is for another."""

    sqlstate = "KW105"


class ReadNotAudited(KwError):
    """Each read of the field is audited, and the event cannot be written."""

    sqlstate = "KW106"


class ProviderError(KwError):
    """A leg cannot be used. Failover catches these errors."""

    leg: int | None = None
    """Of a wrap: which leg could not be wrapped, 0 or 1."""


class KeyUnavailable(ProviderError):
    """The status of a key, or of its provider, forbids its use."""

    sqlstate = "KW200"


class KeyLost(ProviderError):
    """The provider does not have the key."""

    sqlstate = "KW201"


class KeyChanged(ProviderError):
    """The provider has another key under the reference."""

    sqlstate = "KW202"


class ProviderRefused(ProviderError):
    """The provider may not or will not do it."""

    sqlstate = "KW203"


class ProviderUnreachable(ProviderError):
    """The provider cannot be reached, or does not answer in time."""

    sqlstate = "KW204"
    is_outage = True


class CredentialsRefused(ProviderError):
    """The provider does not accept the credentials, or their rights."""

    sqlstate = "KW205"


class KeyDisabled(ProviderError):
    """The key is disabled, or too old, in its KMS."""

    sqlstate = "KW206"


class ContextRefused(ProviderError):
    """The KMS reports that wrap, key and context do not belong together."""

    sqlstate = "KW207"


class Throttled(ProviderError):
    """The KMS accepts no more requests for now."""

    sqlstate = "KW208"
    is_outage = True


class WrongAnswer(ProviderError):
    """The KMS gave an answer that cannot be right."""

    sqlstate = "KW209"


class NotAuthentic(ProviderError):
    """A wrap, or its row, was changed or moved."""

    sqlstate = "KW211"


class LegFailed(KwError):
    """A wrapper cannot be opened; the legs and their causes are named."""

    sqlstate = "KW210"


class WrapperUnusable(KwError):
    """The wrapper is retired or invalid."""

    sqlstate = "KW212"

    is_destroyed = False
    """Whether the status is permanent."""


class DecryptionFailed(KwError):
    """A ciphertext cannot be decrypted, for any reason."""

    sqlstate = "KW300"


class Shredded(KwError):
    """The key of the cell was destroyed."""

    sqlstate = "KW301"


class NotBound(KwError):
    """No binding covers the cell."""

    sqlstate = "KW302"


class OldSnapshot(KwError):
    """The transaction's snapshot is too old for the change: repeat it."""

    sqlstate = "40001"


class Blocked(KwError):
    """Another transaction holds what is to be changed, for longer than the limit."""

    sqlstate = "55P03"
