"""Bundles of data keys that were made elsewhere, and the notes that sign them (docs/format.md).

The runtime reads them and ``kwtools.sealing`` writes them. Nothing here knows a cipher: a signature
is a function that the caller passes, and an item's body was sealed before.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from struct import Struct
from typing import Any, NamedTuple
from uuid import UUID

from kwshared.algorithms import AEAD_ID, KDF_ID, KEMS, Kem
from kwshared.encoding import lp, parts_of
from kwshared.tlog import notes
from kwshared.tlog.notes import KEY_ID_BYTES, Note, Signature
from kwshared.tlog.text import (
    FormatError,
    base64,
    check_number,
    encoded,
    from_base64,
    lines_of,
    number,
)

LABEL = "kwtools/2 import"
MAX_ITEMS = 10_000
"""Of one bundle: what takes a server some seconds at most, in one transaction."""

RECIPIENT = ("deployment", "key_uuid", "kem", "public_key")
"""The members of a recipient: all texts, the public key in base64."""

_DIGEST_BYTES = 32
_ED25519 = b"\x01"
_OTHERS = b"\xff"
_u32 = Struct(">I")
_u64 = Struct(">Q")
_suite = Struct(">HHH")


class Item(NamedTuple):
    """One data key: its maker's name for it, the KEM key it is sealed to, and what HPKE gave."""

    foreign_uuid: UUID
    key_uuid: UUID
    encapsulation: bytes
    body: bytes

    def __repr__(self) -> str:
        return f"Item({self.foreign_uuid})"


class Statement(NamedTuple):
    """What the maker signs of a bundle."""

    deployment: UUID
    number: int
    valid_until: int
    """The last POSIX second at which the bundle is accepted."""
    items: int
    digest: bytes

    def __str__(self) -> str:
        for one in (self.number, self.valid_until, self.items):
            check_number(one)
        lines = (LABEL, self.deployment, self.number, self.valid_until, self.items)
        return "".join(f"{line}\n" for line in (*lines, base64(self.digest)))


class SignerKey(NamedTuple):
    """A name, a signature algorithm and a public key, as lines of notes name it."""

    name: str
    algorithm: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key)."""
        kind = (
            _ED25519
            if self.algorithm == "Ed25519"
            else _OTHERS + f"kwtools/2 {self.algorithm}".encode()
        )
        return sha256(self.name.encode() + b"\n" + kind + self.public).digest()[:KEY_ID_BYTES]


def recipient_of(members: Any) -> tuple[UUID, UUID, str, bytes]:
    """Read the JSON object of a recipient: deployment, key_uuid, KEM and public key."""
    try:
        if members.keys() == set(RECIPIENT):
            deployment, key_uuid, kem, public_key = (members[name] for name in RECIPIENT)
            if kem in KEMS:
                return UUID(deployment), UUID(key_uuid), kem, from_base64(public_key)
    except (ValueError, TypeError, AttributeError):
        pass
    raise FormatError(f"recipient is not a JSON object of {', '.join(RECIPIENT)}")


# -- items ------------------------------------------------------------------------------------


def info(
    deployment: UUID,
    signer: bytes,
    bundle: int,
    index: int,
    foreign_uuid: UUID,
    key_uuid: UUID,
    kem: Kem,
) -> bytes:
    """Return HPKE's info of an item: where it goes, who made it, and its place."""
    return lp(
        LABEL.encode(),
        deployment.bytes,
        signer,
        _u64.pack(bundle),
        _u32.pack(index),
        foreign_uuid.bytes,
        key_uuid.bytes,
        kem.name.encode(),
        _suite.pack(kem.kem_id, KDF_ID, AEAD_ID),
    )


def written(items: Sequence[Item]) -> bytes:
    """Return the bundle of items."""
    return lp(*(lp(one.foreign_uuid.bytes, one.key_uuid.bytes, *one[2:]) for one in items))


def items_of(bundle: bytes) -> list[Item]:
    """Read a bundle; raises ``FormatError``."""
    try:
        return [_item(parts_of(one)) for one in parts_of(bundle)]
    except ValueError:
        raise FormatError("bundle is not a list of items") from None


def _item(parts: Sequence[bytes]) -> Item:
    foreign, key, encapsulation, body = parts
    return Item(UUID(bytes=foreign), UUID(bytes=key), encapsulation, body)


# -- notes ------------------------------------------------------------------------------------


def statement(
    deployment: UUID, bundle: bytes, items: int, bundle_number: int, valid_until: int
) -> Statement:
    """Return what is to be signed of a bundle."""
    return Statement(deployment, bundle_number, valid_until, items, sha256(bundle).digest())


def signed(text: str, signer: SignerKey, sign: Callable[[bytes], bytes]) -> bytes:
    """Return the note of a statement's text, with one signature."""
    line = Signature(signer.name, signer.key_id, sign(encoded(text)))
    return bytes(Note(text, (line,)))


def note_of(data: bytes) -> tuple[Note, Signature]:
    """Read a note with exactly one signature, which is not verified; raises ``FormatError``."""
    found = notes.parse(data)
    if len(found.signatures) != 1:
        raise FormatError("note requires exactly one signature")
    return found, found.signatures[0]


def statement_of(text: str) -> Statement:
    """Read the text of a note; raises ``FormatError``."""
    lines = lines_of(encoded(text)).split("\n")
    if len(lines) != 7 or lines[0] != LABEL:
        raise FormatError(f'note is not one of "{LABEL}"')
    try:
        deployment = UUID(lines[1])
    except ValueError:
        raise FormatError("note does not name a deployment") from None
    bundle_number, valid_until, items = map(number, lines[2:5])
    found = Statement(deployment, bundle_number, valid_until, items, from_base64(lines[5]))
    if str(found) != text or len(found.digest) != _DIGEST_BYTES:
        raise FormatError("note is not in its canonical form")
    return found
