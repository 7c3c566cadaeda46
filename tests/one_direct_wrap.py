"""One body wrapped or opened under a key of the server, where the runtime takes many at once."""

from kwruntime.crypto import envelope
from kwruntime.crypto.envelope import Keks
from kwruntime.crypto.formats import NEWEST, Format
from kwruntime.errors import NotAuthentic


def wrap(keks: Keks, wrapper: bytes, body: bytes, aad: bytes, form: Format = NEWEST) -> bytes:
    """Wrap a body."""
    return envelope.direct_wraps(keks, [(wrapper, body, aad, form)])[0]


def unwrap(keks: Keks, wrapper: bytes, data: bytes, aad: bytes, form: Format = NEWEST) -> bytes:
    """Open a wrap; raises ``NotAuthentic``."""
    (opened,) = envelope.direct_unwraps(keks, [(wrapper, data, aad, form)])
    if isinstance(opened, NotAuthentic):
        raise opened
    return opened
