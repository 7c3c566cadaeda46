"""One body wrapped or opened under a key of the server, where the runtime takes many at once."""

from kwruntime.crypto import envelope
from kwruntime.crypto.kdf import Prf
from kwruntime.errors import NotAuthentic


def wrap(kek: Prf, wrapper: bytes, body: bytes, aad: bytes) -> bytes:
    """Wrap a body."""
    return envelope.direct_wraps(kek, [(wrapper, body, aad)])[0]


def unwrap(kek: Prf, wrapper: bytes, data: bytes, aad: bytes) -> bytes:
    """Open a wrap; raises ``NotAuthentic``."""
    (opened,) = envelope.direct_unwraps(kek, [(wrapper, data, aad)])
    if isinstance(opened, NotAuthentic):
        raise opened
    return opened
