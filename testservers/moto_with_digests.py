"""``moto_server``, whose KMS also signs digests: moto itself hashes every message once more."""

from contextvars import ContextVar

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from moto.kms.responses import KmsResponse
from moto.kms.utils import ECDSAPrivateKey
from moto.server import main

_is_digest = ContextVar("_is_digest", default=False)
_respond, _sign = KmsResponse.sign, ECDSAPrivateKey.sign


def _responding(self: KmsResponse) -> str:
    _is_digest.set(self._get_param("MessageType") == "DIGEST")
    return str(_respond(self))


def _signing(self: ECDSAPrivateKey, message: bytes, signing_algorithm: str) -> bytes:
    if not _is_digest.get():
        return bytes(_sign(self, message, signing_algorithm))
    return bytes(self.private_key.sign(message, ec.ECDSA(Prehashed(hashes.SHA256()))))


if __name__ == "__main__":
    KmsResponse.sign = _responding  # type: ignore[method-assign]
    ECDSAPrivateKey.sign = _signing  # type: ignore[method-assign]
    main()
