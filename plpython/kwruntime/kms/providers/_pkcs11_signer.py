"""Signing keys of provider ``pkcs11``: a pair of keys of one id in a token.

PKCS #11 v3.1, sections 6.3.5 and 6.3.12: CKM_ECDSA of a digest, and CKM_EDDSA.
"""

import base64
import binascii
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from kwshared.algorithms import Signature

from kwruntime.kms.providers._base import KeyDescription, KeyName
from kwruntime.kms.providers._pkcs11 import Pkcs11Provider, check_label, search
from kwruntime.kms.providers._signer import ECDSA, ED25519, Signer, place_of
from kwruntime.kms.strict import shown


class _Kind(NamedTuple):
    """How a token tells the keys of an algorithm: CKA_KEY_TYPE, and CKA_EC_PARAMS."""

    key_type: str
    curves: tuple[str, ...]
    """In hexadecimal; the first is that of new keys."""

    point: str
    """What DER has before the bytes of the public key in CKA_EC_POINT."""


_KINDS = {
    # The object identifier, or a printable string, as PKCS #11 v3.0 had it.
    ED25519: _Kind("EC_EDWARDS", ("06032b6570", "130c656477617264733235353139"), "0420"),
    ECDSA: _Kind("EC", ("06082a8648ce3d030107",), "0441"),
}
_POINT_DIGITS = {ED25519: 64, ECDSA: 130}


class Pkcs11Signer(Signer):
    """The private keys of one token, by label or by id."""

    algorithms = (ED25519, ECDSA)
    provider: Pkcs11Provider

    def describe(self, reference: str) -> KeyDescription:
        """Look a private key up, with the public key of its id."""
        found = self.provider.ask(reference, "find_signing", **search(reference))
        found = self.provider.checked_id(reference, found)
        for algorithm, kind in _KINDS.items():
            if found.get("type") == kind.key_type and found.get("curve") in kind.curves:
                public = self._point(algorithm, found.get("point"))
                return self.described(self.provider.place_of(found["id"]), algorithm, public)
        raise self.not_a_signing_key(reference, shown(found.get("type")))

    def registered(self, key: KeyName) -> KeyDescription:
        """Look the key of the registered id up: a label can be moved."""
        return self.describe(f"id:{_id_of(key)}")

    def create(self, reference: str, algorithm: str) -> KeyDescription:
        """Make a pair of keys; the private one is sensitive and never extractable."""
        check_label(reference)
        self.provider.check_free(reference, lambda: self.describe(reference))
        kind = _KINDS[algorithm]
        self.provider.ask(
            reference,
            "create_signing",
            label=reference,
            key_type=kind.key_type,
            curve=kind.curves[0],
        )
        return self.describe(reference)

    def sign_many(
        self, key: KeyName, algorithm: Signature, data: Sequence[bytes]
    ) -> list[bytes | None]:
        """Have the token sign, all in one request to its process."""
        if algorithm.name == ECDSA:
            data = [sha256(one).digest() for one in data]
        items = [[base64.b64encode(one).decode(), ""] for one in data]
        made = self.provider.ask(key.reference, "sign", key_id=_id_of(key), items=items)
        if not isinstance(made, list) or len(made) != len(data):
            raise self.provider.wrong_answer()
        return [self._bytes(one) for one in made]

    def _bytes(self, text: object) -> bytes:
        try:
            return base64.b64decode(text if isinstance(text, str) else "?", validate=True)
        except (binascii.Error, ValueError):
            raise self.provider.wrong_answer() from None

    def _point(self, algorithm: str, digits: object) -> bytes:
        """Return a public key; tokens give the bytes alone, or as an octet string."""
        if not isinstance(digits, str):
            raise self.provider.wrong_answer()
        if len(digits) != _POINT_DIGITS[algorithm]:
            digits = digits.removeprefix(_KINDS[algorithm].point)
        try:
            return bytes.fromhex(digits)
        except ValueError:
            raise self.provider.wrong_answer() from None


def _id_of(key: KeyName) -> str:
    return place_of(key).rpartition("/")[2]
