"""What a key signs of a note, and which of a note's signatures are valid.

Ed25519 signs the text. A cosignature has the POSIX time before it, and signs a checkpoint
(C2SP tlog-cosignature). The caller passes the primitive: this package has none.
"""

from collections.abc import Callable, Iterable
from struct import Struct
from typing import NamedTuple

from kwshared.tlog import checkpoints, keys
from kwshared.tlog.keys import MAX_NAME_BYTES, SignatureType, VerifierKey
from kwshared.tlog.notes import Note, Signature
from kwshared.tlog.text import FormatError, check_number

Sign = Callable[[bytes], bytes]
"""Returns a key's signature of a message."""

IsSigned = Callable[[VerifierKey, bytes, bytes], bool]
"""Says whether a signature (last) of a message is a key's."""

_time = Struct(">Q")
_range = Struct(">QQ")


class SignatureError(ValueError):
    """A known key's signature is not valid, or no known key signed."""


class Signed(NamedTuple):
    """A valid signature: by which key, and at which POSIX time it says so (null for Ed25519)."""

    key: VerifierKey
    time: int | None


def message(key: VerifierKey, text: str, time: int | None) -> bytes:
    """Return what a key signs of the text of a note; a cosignature requires a time."""
    if key.type is SignatureType.ED25519:
        if time is not None:
            raise ValueError("an Ed25519 signature has no time")
        return text.encode()
    if time is None:
        raise ValueError("a cosignature requires a time")
    check_number(time)
    checkpoint = checkpoints.parse(text)
    if key.type is SignatureType.COSIGNATURE_ED25519:
        return f"cosignature/v1\ntime {time}\n{text}".encode()
    return b"".join([
        b"subtree/v1\n\x00", _short(key.name), _time.pack(time), _short(checkpoint.origin),
        _range.pack(0, checkpoint.size), checkpoint.root,
    ])  # fmt: skip


def _short(text: str) -> bytes:
    data = text.encode()
    if len(data) > MAX_NAME_BYTES:
        raise FormatError("origin is too long for ML-DSA-44")
    return bytes([len(data)]) + data


def sign(text: str, key: VerifierKey, signing: Sign, time: int | None = None) -> Signature:
    """Return a key's signature line for the text of a note."""
    keys.check(key)
    made = signing(message(key, text, time))
    if len(made) != key.type.signature_bytes:
        raise ValueError("signature has a wrong length")
    return Signature(key.name, key.key_id, made if time is None else _time.pack(time) + made)


def verify(note: Note, known: Iterable[VerifierKey], is_signed: IsSigned) -> list[Signed]:
    """Return the valid signatures of known keys, each key once, in the order of the lines.

    Lines of other keys are ignored. Every line of a known key must be valid, and there must be one.
    """
    by_line: dict[tuple[str, bytes], VerifierKey] = {}
    for key in known:
        if by_line.setdefault((key.name, key.key_id), key) != key:
            raise ValueError(f'two keys have the name "{key.name}" and the same key id')
    found: dict[VerifierKey, Signed] = {}
    for line in note.signatures:
        named = by_line.get((line.name, line.key_id))
        if named is not None:
            found.setdefault(named, _verified(note.text, line, named, is_signed))
    if not found:
        raise SignatureError("no known key signed the note")
    return list(found.values())


def _verified(text: str, line: Signature, key: VerifierKey, is_signed: IsSigned) -> Signed:
    time, signature = None, line.data
    if key.type is not SignatureType.ED25519:
        time = int.from_bytes(line.data[: _time.size], "big")
        signature = line.data[_time.size :]
    try:
        signed = message(key, text, time)
    except FormatError as error:
        raise SignatureError(f'signature by "{key.name}" is not valid: {error}') from None
    if len(signature) != key.type.signature_bytes or not is_signed(key, signed, signature):
        raise SignatureError(f'signature by "{key.name}" is not valid')
    return Signed(key, time)
