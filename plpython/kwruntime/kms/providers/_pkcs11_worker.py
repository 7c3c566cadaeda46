"""What talks to a PKCS#11 module: a process of its own, started by ``_pkcs11``.

A module is native code of a vendor. Here it can hang or crash without harm to the server:
the process is killed, and the next call starts another. It reads requests from stdin and
answers on stdout, each 4 bytes of length (big-endian) and JSON, bytes in it as base64; it
ends with its parent. PKCS #11 v3.1, https://docs.oasis-open.org/pkcs11/pkcs11-spec/v3.1/
"""

import base64
import ctypes
import json
import os
import resource
import signal
import sys
from typing import Any, BinaryIO

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, MechanismFlag, ObjectClass

GCM, KEY_WRAP = 1, 2
"""First byte of a wrapped key: AES-GCM (nonce 12 ‖ ciphertext 32 ‖ tag 16), or RFC 3394 (40)."""

NONCE_BYTES = 12
TAG_BITS = 128
KEY_BITS = 256
_PR_SET_PDEATHSIG = 1
# Other errors that a module or its binding raises.
_OTHERS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)

Item = tuple[bytes, bytes]


class Refused(Exception):  # its name goes to the parent, like those of PKCS#11
    """The token does not permit it; the name says what."""


class KeyFunctionNotPermitted(Refused):
    """The key may not be used for this."""


class PinFinalTry(Refused):
    """One more wrong PIN would lock the token."""


class NoSuchToken(Refused):
    """No token has that label, serial and slot."""


class KeyChanged(Refused):
    """The key has another check value than the one that was registered."""


class MultipleTokensReturned(Refused):
    """Several tokens have; serial and slot of each are told."""

    def __init__(self, tokens: list[str]) -> None:
        super().__init__()
        self.tokens = tokens


class Token:
    """A token that has been logged in to."""

    def __init__(
        self, library: str, label: str, serial: str | None, slot: int | None, pin: str
    ) -> None:
        found = [
            token
            for token in pkcs11.lib(library).get_tokens(token_label=label)
            if serial in (None, _serial(token)) and slot in (None, token.slot.slot_id)
        ]
        if not found:
            raise NoSuchToken
        if len(found) > 1:
            raise MultipleTokensReturned(
                [f"{_serial(token)} {token.slot.slot_id}" for token in found]
            )
        self._token = found[0]
        if self._token.flags & pkcs11.TokenFlag.USER_PIN_FINAL_TRY:
            raise PinFinalTry
        self._session = self._token.open(user_pin=pin)
        self._mechanisms = self._token.slot.get_mechanisms()

    def find(self, label: str | None, key_id: str | None) -> dict[str, Any]:
        """Look a key up by its label, or by its id in hexadecimal."""
        key = self._key(label, key_id)
        return {
            "id": key.id.hex(),
            "bits": key.key_length if key.key_type is KeyType.AES else 0,
            "mode": self._mode(key, Attribute.ENCRYPT, Attribute.WRAP),
            "check_value": _check_value(key),
            "is_local": _flag(key, Attribute.LOCAL) and _flag(key, Attribute.NEVER_EXTRACTABLE),
        }

    def create(self, label: str) -> None:
        """Make an AES key that never leaves the token."""
        flags = MechanismFlag
        has_gcm = Mechanism.AES_GCM in self._mechanisms
        with self._token.open(rw=True) as session:
            session.generate_key(
                KeyType.AES,
                KEY_BITS,
                label=label,
                id=os.urandom(16),
                store=True,
                capabilities=(
                    flags.ENCRYPT | flags.DECRYPT if has_gcm else flags.WRAP | flags.UNWRAP
                ),
                template={Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False},
            )

    def wrap(self, key_id: str, check_value: str, items: list[Item]) -> list[bytes]:
        """Wrap data in its context each."""
        key = self._checked(key_id, check_value)
        mode = self._mode(key, Attribute.ENCRYPT, Attribute.WRAP)
        if mode is None:
            raise KeyFunctionNotPermitted
        return [bytes([mode]) + self._seal(key, mode, *item) for item in items]

    def unwrap(self, key_id: str, check_value: str, items: list[Item]) -> list[bytes | None]:
        """Open wrapped data in its context each; None for what the token refuses."""
        key = self._checked(key_id, check_value)
        allowed = {GCM: key[Attribute.DECRYPT], KEY_WRAP: key[Attribute.UNWRAP]}
        opened: list[bytes | None] = []
        for wrapped, context in items:
            mode = wrapped[0]
            if not allowed[mode]:
                raise KeyFunctionNotPermitted
            try:
                opened.append(self._open(key, mode, wrapped[1:], context))
            except pkcs11.PKCS11Error:
                # Tokens do not agree on the error of a wrong tag; whether the key works tells.
                self._open(key, mode, self._seal(key, mode, bytes(32), b""), b"")
                opened.append(None)
        return opened

    # -- keys that sign -----------------------------------------------------------------------

    def find_signing(self, label: str | None, key_id: str | None) -> dict[str, Any]:
        """Look a private key up, and the public key of its id."""
        key = self._key(label, key_id, ObjectClass.PRIVATE_KEY)
        if not key[Attribute.SIGN]:
            raise KeyFunctionNotPermitted
        public = self._key(None, key.id.hex(), ObjectClass.PUBLIC_KEY)
        is_curve = key.key_type in (KeyType.EC, KeyType.EC_EDWARDS)
        return {
            "id": key.id.hex(),
            "type": key.key_type.name,
            "curve": bytes(key[Attribute.EC_PARAMS]).hex() if is_curve else "",
            "point": bytes(public[Attribute.EC_POINT]).hex() if is_curve else "",
        }

    def create_signing(self, label: str, key_type: str, curve: str) -> None:
        """Make a pair of keys whose private key never leaves the token."""
        kind = KeyType[key_type]
        mechanism = (
            Mechanism.EC_KEY_PAIR_GEN if kind is KeyType.EC else Mechanism.EC_EDWARDS_KEY_PAIR_GEN
        )
        with self._token.open(rw=True) as session:
            parameters = session.create_domain_parameters(
                kind, {Attribute.EC_PARAMS: bytes.fromhex(curve)}, local=True
            )
            parameters.generate_keypair(
                mechanism=mechanism,
                label=label,
                id=os.urandom(16),
                store=True,
                capabilities=MechanismFlag.SIGN | MechanismFlag.VERIFY,
                private_template={Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False},
            )

    def sign(self, key_id: str, items: list[Item]) -> list[bytes]:
        """Sign data each: of an EC key a digest, and all of it otherwise."""
        key = self._key(None, key_id, ObjectClass.PRIVATE_KEY)
        if not key[Attribute.SIGN]:
            raise KeyFunctionNotPermitted
        mechanism = Mechanism.ECDSA if key.key_type is KeyType.EC else Mechanism.EDDSA
        return [key.sign(data, mechanism=mechanism) for data, _ in items]

    def _key(
        self, label: str | None, key_id: str | None, kind: ObjectClass = ObjectClass.SECRET_KEY
    ) -> Any:
        wanted = {"label": label} if label is not None else {"id": bytes.fromhex(key_id or "")}
        return self._session.get_key(object_class=kind, **wanted)

    def _checked(self, key_id: str, check_value: str) -> Any:
        """Return the key of an id; raises ``KeyChanged`` where its check value tells another."""
        key = self._key(None, key_id)
        if check_value and _check_value(key) not in (None, check_value):
            raise KeyChanged
        return key

    def _mode(self, key: Any, encrypts: Attribute, wraps: Attribute) -> int | None:
        if Mechanism.AES_GCM in self._mechanisms and key[encrypts]:
            return GCM
        if Mechanism.AES_KEY_WRAP in self._mechanisms and key[wraps]:
            return KEY_WRAP
        return None

    def _seal(self, key: Any, mode: int, data: bytes, context: bytes) -> bytes:
        if mode == GCM:
            nonce = os.urandom(NONCE_BYTES)
            sealed: bytes = key.encrypt(
                data,
                mechanism=Mechanism.AES_GCM,
                mechanism_param=pkcs11.GCMParams(nonce, context, TAG_BITS),
            )
            return nonce + sealed
        passing = self._session.create_object(
            {
                Attribute.CLASS: ObjectClass.SECRET_KEY,
                Attribute.KEY_TYPE: KeyType.GENERIC_SECRET,
                Attribute.TOKEN: False,
                Attribute.SENSITIVE: False,
                Attribute.EXTRACTABLE: True,
                Attribute.VALUE: data,
            }
        )
        try:
            wrapped: bytes = key.wrap_key(passing, mechanism=Mechanism.AES_KEY_WRAP)
            return wrapped
        finally:
            passing.destroy()

    def _open(self, key: Any, mode: int, wrapped: bytes, context: bytes) -> bytes:
        if mode == GCM:
            data: bytes = key.decrypt(
                wrapped[NONCE_BYTES:],
                mechanism=Mechanism.AES_GCM,
                mechanism_param=pkcs11.GCMParams(wrapped[:NONCE_BYTES], context, TAG_BITS),
            )
            return data
        passing = key.unwrap_key(
            ObjectClass.SECRET_KEY,
            KeyType.GENERIC_SECRET,
            wrapped,
            mechanism=Mechanism.AES_KEY_WRAP,
            store=False,
            template={Attribute.SENSITIVE: False, Attribute.EXTRACTABLE: True},
        )
        try:
            value: bytes = passing[Attribute.VALUE]
            return value
        finally:
            passing.destroy()


def _serial(token: Any) -> str:
    return bytes(token.serial).decode("ascii", "replace").strip()


def _check_value(key: Any) -> str | None:
    """Return the first 3 bytes of 16 zero bytes encrypted, where the token tells them."""
    try:
        value = bytes(key[Attribute.CHECK_VALUE])
    except pkcs11.PKCS11Error:
        return None
    return value[:3].hex() if len(value) >= 3 else None


def _flag(key: Any, attribute: Attribute) -> bool:
    """Return a flag of a key; true where the token does not tell."""
    try:
        return bool(key[attribute])
    except pkcs11.PKCS11Error:
        return True


# -- requests and answers ---------------------------------------------------------------------


def _answer(token: Token | None, request: dict[str, Any]) -> tuple[Token, Any]:
    do = request.pop("do")
    if do == "log in":
        return Token(**request), None
    assert token is not None
    if "items" not in request:
        return token, getattr(token, do)(**request)
    items = request.pop("items")
    items = [(base64.b64decode(one), base64.b64decode(two)) for one, two in items]
    results = getattr(token, do)(items=items, **request)
    return token, [one and base64.b64encode(one).decode() for one in results]


def _read(stream: BinaryIO) -> dict[str, Any] | None:
    head = stream.read(4)
    if len(head) < 4:
        return None
    request: dict[str, Any] = json.loads(stream.read(int.from_bytes(head, "big")))
    return request


def main() -> None:
    """Serve requests until stdin ends."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # even where the module hangs
    if os.getppid() != parent:  # it ended before this took effect
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core would hold keys
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # keep the module's output out of our answers
    token: Token | None = None
    while (request := _read(requests)) is not None:
        try:
            token, result = _answer(token, request)
            content = {"result": result}
        except MultipleTokensReturned as error:
            content = {"failure": type(error).__name__, "tokens": error.tokens}
        except (pkcs11.PKCS11Error, Refused, *_OTHERS) as error:  # only the name is told
            content = {"failure": type(error).__name__}
        data = json.dumps(content).encode()
        answers.write(len(data).to_bytes(4, "big") + data)
        answers.flush()


if __name__ == "__main__":
    main()
