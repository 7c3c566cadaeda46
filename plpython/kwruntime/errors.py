"""The errors of the interface: SQLSTATE, message, hint.

Class ``KW``. A message names objects, never values: no plaintext, no key bytes.

| SQLSTATE | class | when |
| --- | --- | --- |
| KW001 | ``RuntimeUnavailable`` | the runtime cannot be used here: parallel worker, stale session |
| KW002 | ``InternalError`` | a bug; the type of the Python error is all that is told |
| KW003 | ``BadArgument`` | an argument that no call accepts |
| KW100 | ``NotAllowed`` | the role may not do this |
| KW101 | ``NotFound`` | no such provider, key, policy, wrapper or binding |
| KW102 | ``Conflict`` | it exists already, or the state does not allow it |
| KW103 | ``ModeNotHonest`` | a mode would promise what its keys cannot keep |
| KW104 | ``BelowFloor`` | a wrapper would be below the floor of its field |
| KW200 | ``KeyUnavailable`` | a key's status, or its provider's, forbids its use |
| KW201 | ``KeyLost`` | the provider does not have the key |
| KW202 | ``KeyChanged`` | the provider has another key under the reference |
| KW203 | ``ProviderRefused`` | the provider may not or will not do it |
| KW204 | ``ProviderUnreachable`` | the provider cannot be reached, or does not answer in time |
| KW205 | ``CredentialsRefused`` | the provider does not accept our credentials, or their rights |
| KW206 | ``KeyDisabled`` | the key is disabled, or too old, in its KMS |
| KW207 | ``ContextRefused`` | the KMS says that wrap, key and context do not belong together |
| KW208 | ``Throttled`` | the KMS takes no more requests for now |
| KW209 | ``WrongAnswer`` | the KMS answered what cannot be right |
| KW210 | ``LegFailed`` | a wrapper does not open; the legs and their causes are named |
| KW211 | ``NotAuthentic`` | a wrap, or the row it stands in, was changed or moved |
| KW212 | ``WrapperUnusable`` | the wrapper is retired or invalid |
| KW300 | ``DecryptionFailed`` | the one answer to every ciphertext that does not decrypt |
| KW301 | ``Shredded`` | the key of the cell was destroyed |
| KW302 | ``NotBound`` | no binding covers the cell |
| 55P03 | ``Blocked`` | another transaction holds what is to be changed, for longer than the limit |
| 40001 | ``OldSnapshot`` | the transaction's snapshot is too old for the change: repeat it |
"""

from kwruntime.escapes import plain


class KwError(Exception):
    """An error with its SQLSTATE, for the caller to see. Its texts are plain (see ``shown``)."""

    sqlstate = "KW002"

    is_outage = False
    """Whether all that stood in the way was that a KMS is not there now."""

    def __init__(self, message: str, *, hint: str | None = None, detail: str | None = None) -> None:
        self.message = plain(message)
        self.hint = hint and plain(hint)
        self.detail = detail and plain(detail)
        super().__init__(self.message)


class RuntimeUnavailable(KwError):
    """The runtime cannot be used in this backend."""

    sqlstate = "KW001"


class InternalError(KwError):
    """A bug of ours. Holds the Python error's type only: its text could hold a value."""

    sqlstate = "KW002"


class BadArgument(KwError):
    """An argument that no call accepts."""

    sqlstate = "KW003"


class NotAllowed(KwError):
    """The role in force may not do this."""

    sqlstate = "KW100"


class NotFound(KwError):
    """No such object."""

    sqlstate = "KW101"


class Conflict(KwError):
    """The object exists already, or its state does not allow the change."""

    sqlstate = "KW102"


class ModeNotHonest(KwError):
    """The keys cannot keep what the mode promises."""

    sqlstate = "KW103"


class BelowFloor(KwError):
    """The layers of a wrapper do not reach the NIST category that its field asks for."""

    sqlstate = "KW104"


class ProviderError(KwError):
    """A leg cannot be used: what failover looks for."""


class KeyUnavailable(ProviderError):
    """The status of a key or provider forbids its use."""

    sqlstate = "KW200"


class KeyLost(ProviderError):
    """The provider does not have the key."""

    sqlstate = "KW201"


class KeyChanged(ProviderError):
    """The provider has another key under the reference."""

    sqlstate = "KW202"


class ProviderRefused(ProviderError):
    """The provider may not, or will not, use the key."""

    sqlstate = "KW203"


class ProviderUnreachable(ProviderError):
    """The provider cannot be reached."""

    sqlstate = "KW204"
    is_outage = True


class CredentialsRefused(ProviderError):
    """The KMS does not accept our credentials, or does not let them use the key."""

    sqlstate = "KW205"


class KeyDisabled(ProviderError):
    """The key is there, and its KMS does not let it be used."""

    sqlstate = "KW206"


class ContextRefused(ProviderError):
    """The KMS says that wrap, key and context do not belong together."""

    sqlstate = "KW207"


class Throttled(ProviderError):
    """The KMS takes no more requests for now."""

    sqlstate = "KW208"
    is_outage = True


class WrongAnswer(ProviderError):
    """The KMS answered what cannot be right: truncated, of another form, another key."""

    sqlstate = "KW209"


class NotAuthentic(ProviderError):
    """A wrap, or the row it stands in, was changed or moved."""

    sqlstate = "KW211"


class LegFailed(KwError):
    """A wrapper does not open by any set of legs that its mode allows."""

    sqlstate = "KW210"


class WrapperUnusable(KwError):
    """The wrapper's status does not let it open."""

    sqlstate = "KW212"

    is_destroyed = False
    """Whether it is so for good."""


class DecryptionFailed(KwError):
    """A ciphertext does not decrypt. One error, whatever the cause."""

    sqlstate = "KW300"


class Shredded(KwError):
    """The key of the cell was destroyed."""

    sqlstate = "KW301"


class NotBound(KwError):
    """No binding covers the cell."""

    sqlstate = "KW302"


class OldSnapshot(KwError):
    """The transaction's snapshot does not show what a change concerns. PostgreSQL's own code."""

    sqlstate = "40001"


class Blocked(KwError):
    """Another transaction holds what is to be changed. PostgreSQL's own code."""

    sqlstate = "55P03"
