"""Checkpoints (C2SP tlog-checkpoint), and whether the keys that an auditor trusts signed them.

Each type of signature among the log's keys must be there: so a signature by ML-DSA-44 cannot be
taken away by who forges Ed25519, and two keys of one type can overlap while one replaces the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kwtools.evidence import merkle, signed_notes
from kwtools.evidence.lines import LIMIT, BadForm, decimal, decoded
from kwtools.evidence.public_keys import ED25519, TIMED_ED25519, PublicKey
from kwtools.evidence.signed_notes import Line, SignedNote


class NotTrusted(Exception):
    """Signatures do not satisfy what an auditor trusts; the message says why, and names no file."""

    hint = ""


class OtherKeys(NotTrusted):
    """A checkpoint has no signature by the keys that an auditor trusts."""

    hint = (
        "If the log has a new key, give its verifier key, too: kw.log_keys has it, and the event"
        " set_log_keys in an export that the key before has signed. Checkpoints from before need"
        " the key before."
    )


@dataclass(frozen=True)
class Trust:
    """An origin with the log's public keys, and how many of some witnesses must have cosigned."""

    origin: str
    log_keys: tuple[PublicKey, ...]
    witness_keys: tuple[PublicKey, ...] = ()
    min_witnesses: int = 0

    def __post_init__(self) -> None:
        if not self.log_keys or any(key.name != self.origin for key in self.log_keys):
            raise BadForm("the keys of a log have its origin as their name")
        if any(key.kind == ED25519 or key.name == self.origin for key in self.witness_keys):
            raise BadForm("the key of a witness is a cosignature key with a name of its own")


@dataclass(frozen=True)
class Checkpoint:
    """A tree head that trusted keys signed, and when each witness says that it saw it."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()
    witnessed: Mapping[str, int] = field(default_factory=dict)
    """The earliest POSIX time of each witness, by its name."""


def open_checkpoint(data: bytes, trust: Trust) -> Checkpoint:
    """Return what a signed note says, once verified; raises ``BadForm`` and ``NotTrusted``."""
    note = signed_notes.read(data)
    origin, size, root, extensions = _read_text(note.text)
    if origin != trust.origin:
        raise NotTrusted(f'it is of the log "{origin}", not "{trust.origin}"')
    times = {
        key: [_signed_at(key, line, note, (size, root)) for line in _lines_of(key, note)]
        for key in (*trust.log_keys, *trust.witness_keys)
    }
    for kind in sorted({key.kind for key in trust.log_keys}):
        keys = [key for key in trust.log_keys if key.kind == kind]
        if not any(times[key] for key in keys):
            raise OtherKeys(_who_signed(kind, keys, note))
    witnessed: dict[str, int] = {}
    for key in trust.witness_keys:
        for time in times[key]:
            witnessed[key.name] = min(time, witnessed.get(key.name, time))
    if len(witnessed) < trust.min_witnesses:
        raise NotTrusted(f"{len(witnessed)} witnesses cosigned it, not {trust.min_witnesses}")
    return Checkpoint(origin, size, root, extensions, witnessed)


def _read_text(text: bytes) -> tuple[str, int, bytes, tuple[str, ...]]:
    *lines, _ = text.split(b"\n")
    if len(lines) < 3 or b"" in lines:
        raise BadForm("it has fewer than three lines, or an empty one")
    size, root = decimal(lines[1]), decoded(lines[2])
    if len(root) != merkle.HASH_BYTES or (size == 0 and root != merkle.of_nothing()):
        raise BadForm("its root hash is not one of a tree of its size")
    return lines[0].decode(), size, root, tuple(line.decode() for line in lines[3:])


def _who_signed(kind: int, expected: Sequence[PublicKey], note: SignedNote) -> str:
    """Return which keys of the log signed a note, and which one should have."""
    wanted = " or ".join(key.key_id.hex() for key in expected)
    found = [line.key_id.hex() for line in note.lines if line.name == expected[0].name]
    signed = f"signed by {', '.join(found)}" if found else "not signed by the log"
    return f"it has no signature of type {kind} by key {wanted} of the log: it is {signed}"


def _lines_of(key: PublicKey, note: SignedNote) -> list[Line]:
    wanted = (key.name, key.key_id)
    return [line for line in note.lines if (line.name, line.key_id) == wanted]


def _signed_at(key: PublicKey, line: Line, note: SignedNote, head: tuple[int, bytes]) -> int:
    """Return the time of a valid signature, 0 of one without; raises ``NotTrusted``."""
    time = 0
    if key.kind == ED25519:
        message, signature = note.text, line.data
    else:
        signature = line.data[8:]
        time = int.from_bytes(line.data[:8], "big")
        if key.kind == TIMED_ED25519:
            message = b"cosignature/v1\ntime %d\n%s" % (time, note.text)
        else:
            message = _subtree_message(key.name.encode(), note.text.split(b"\n")[0], time, *head)
    if time >= LIMIT or not key.has_signed(message, signature):
        raise NotTrusted(f'its signature by "{key.name}" is not valid')
    return time


def _subtree_message(name: bytes, origin: bytes, time: int, size: int, root: bytes) -> bytes:
    """Return what ML-DSA-44 signs: a ``cosigned_message`` of C2SP tlog-cosignature."""
    if max(len(name), len(origin)) > 255:
        raise NotTrusted("its origin, or the name of a key, is too long for ML-DSA-44")
    message = bytearray(b"subtree/v1\n\0")
    message += b"%c%s" % (len(name), name)
    message += time.to_bytes(8, "big")
    message += b"%c%s" % (len(origin), origin)
    message += bytes(8)  # where a checkpoint's tree starts
    message += size.to_bytes(8, "big")
    return bytes(message) + root
