"""OpenPGP messages (RFC 4880) as pgcrypto writes them: what they show to a reader without the key.

pgcrypto before August 2026 did not notice that OpenSSL refused a cipher (CVE-2026-14663). It then
combined the plaintext with a block of zeros, so that the "ciphertext" is the plaintext: with its
random prefix, its literal packet and the SHA-1 of it all, which prove what it is. Where only the
cipher of the password (``s2k-cipher-algo``) was refused, the session key is in the clear, and opens
the message.
"""

import zlib
from collections.abc import Iterator
from hashlib import sha1
from hmac import compare_digest
from typing import NamedTuple

from kwruntime.foreign.findings import (
    DOES_NOT_OPEN,
    IN_THE_CLEAR,
    KEY_IN_THE_CLEAR,
    NOT_THIS_FORMAT,
    NotOpened,
)

_PUBLIC_SESSION_KEY, _SESSION_KEY, _COMPRESSED, _ENCRYPTED, _MARKER, _LITERAL, _CHECKED = (
    *(1, 3, 8, 9, 10, 11, 18),
)
_MDC = b"\xd3\x14"  # the header of the packet that holds the SHA-1
_SHA1 = 20
_SALTED = {0: 0, 1: 8, 3: 9}  # of each S2K: bytes after the digest's number
_KEY_BYTES = {2: 24, 7: 16, 8: 24, 9: 32}  # of 3DES and AES, by the cipher's number
_TRIPLE_DES = 2
_MAX_BYTES = 500_000_000


class Message(NamedTuple):
    """An encrypted message: its session key as it stands in it, and its data."""

    session_key: bytes
    is_checked: bool
    data: bytes


class Literal(NamedTuple):
    """What a message held."""

    is_text: bool
    is_utf8: bool
    data: bytes


def read(value: bytes) -> Message:
    """Return the parts of an encrypted message; raises ``NotOpened``."""
    session_key = b""
    for tag, body in _packets(value):
        if tag == _SESSION_KEY:
            session_key = _session_key(body)
        elif tag == _CHECKED and body[:1] == b"\x01":
            return Message(session_key, True, body[1:])
        elif tag == _ENCRYPTED:
            return Message(session_key, False, body)
        elif tag not in (_PUBLIC_SESSION_KEY, _MARKER):
            break
    raise NotOpened(NOT_THIS_FORMAT)


def shown(message: Message) -> tuple[str, Literal] | None:
    """Return how a message is readable without the key, and what it held; None if it is not."""
    for block in (8, 16):
        inner = _inner(message.data, block, is_checked=message.is_checked)
        if inner is not None:
            return IN_THE_CLEAR, inner
    algorithm, key = message.session_key[:1], message.session_key[1:]
    if algorithm and _KEY_BYTES.get(algorithm[0]) == len(key):
        block = 8 if algorithm[0] == _TRIPLE_DES else 16
        data = _decrypted(message, key, block)
        inner = _inner(data, block, is_checked=message.is_checked)
        if inner is not None:
            return KEY_IN_THE_CLEAR, inner
    return None


def _inner(data: bytes, block: int, *, is_checked: bool) -> Literal | None:
    """Return what decrypted data holds if its prefix, and its SHA-1, are right."""
    end = len(data)
    if data[block - 2 : block] != data[block : block + 2] or end < block + 2:
        return None
    if is_checked:
        end -= _SHA1
        digest = sha1(data[:end], usedforsecurity=False).digest()
        if not compare_digest(digest, data[end:]) or data[:end][-2:] != _MDC:
            return None
        end -= len(_MDC)
    try:
        return _literal(data[block + 2 : end])
    except NotOpened:
        return None


def _literal(data: bytes) -> Literal:
    packets = list(_packets(data))
    if len(packets) != 1:
        raise NotOpened(NOT_THIS_FORMAT)
    ((tag, body),) = packets
    if tag == _COMPRESSED:
        return _literal(_inflated(body))
    if tag != _LITERAL or body[:1] not in (b"b", b"t", b"u") or len(body) < 2:
        raise NotOpened(NOT_THIS_FORMAT)
    start = 2 + body[1] + 4  # a name, and a time
    if len(body) < start:
        raise NotOpened(NOT_THIS_FORMAT)
    return Literal(body[:1] != b"b", body[:1] == b"u", body[start:])


def _inflated(body: bytes) -> bytes:
    if body[:1] not in (b"\x01", b"\x02"):
        raise NotOpened(NOT_THIS_FORMAT)
    inflating = zlib.decompressobj(-15 if body[:1] == b"\x01" else 15)
    try:
        data = inflating.decompress(body[1:], _MAX_BYTES)
    except zlib.error:
        raise NotOpened(DOES_NOT_OPEN) from None
    if not inflating.eof:
        raise NotOpened(DOES_NOT_OPEN)
    return data


def _decrypted(message: Message, key: bytes, block: int) -> bytes:
    """Decrypt by a session key that needs no password: CFB from an IV of zeros."""
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
    from cryptography.hazmat.decrepit.ciphers.modes import CFB
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

    cipher = TripleDES(key) if block == 8 else algorithms.AES(key)

    def opened(data: bytes, iv: bytes) -> bytes:
        opening = Cipher(cipher, CFB(iv)).decryptor()
        return opening.update(data) + opening.finalize()

    data = message.data
    if message.is_checked:
        return opened(data, bytes(block))
    # without a checksum, CFB begins again after the prefix
    return opened(data[: block + 2], bytes(block)) + opened(data[block + 2 :], data[2 : block + 2])


# -- packets --------------------------------------------------------------------------------------


def _session_key(body: bytes) -> bytes:
    """Return the encrypted session key of a packet; empty where the password's key is used."""
    if len(body) < 4 or body[0] != 4 or body[2] not in _SALTED:
        raise NotOpened(NOT_THIS_FORMAT)
    return body[4 + _SALTED[body[2]] :]


def _packets(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the packets of a message: tag and body."""
    at = 0
    while at < len(data):
        first = data[at]
        if not first & 0x80:
            raise NotOpened(NOT_THIS_FORMAT)
        if first & 0x40:
            body, at = _new_body(data, at + 1)
            yield first & 0x3F, body
        else:
            body, at = _old_body(data, at + 1, first & 3)
            yield first >> 2 & 0xF, body


def _new_body(data: bytes, at: int) -> tuple[bytes, int]:
    """Return a body of the new format, joined from its parts, and where it ends."""
    parts: list[bytes] = []
    while True:
        first = _number(data, at, 1)
        is_partial = False
        if first < 192:
            length, at = first, at + 1
        elif first < 224:
            length, at = (first - 192 << 8) + _number(data, at + 1, 1) + 192, at + 2
        elif first == 255:
            length, at = _number(data, at + 1, 4), at + 5
        else:
            length, at, is_partial = 1 << (first & 0x1F), at + 1, True
        parts.append(_exactly(data, at, length))
        at += length
        if not is_partial:
            return b"".join(parts), at


def _old_body(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    """Return a body of the old format, and where it ends."""
    if kind == 3:
        return data[at:], len(data)
    size = 1 << kind
    length = _number(data, at, size)
    return _exactly(data, at + size, length), at + size + length


def _number(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(_exactly(data, at, size))


def _exactly(data: bytes, at: int, length: int) -> bytes:
    found = data[at : at + length]
    if len(found) != length:
        raise NotOpened(NOT_THIS_FORMAT)
    return found
