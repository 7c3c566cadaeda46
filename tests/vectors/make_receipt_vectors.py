"""Make kwtools-receipts.json: receipts of events and of wrappers, and some that prove nothing.

``PYTHONPATH=plpython .venv/bin/python -m tests.vectors.make_receipt_vectors`` writes it again.
"""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from kwruntime.crypto import audit_leaf, receipts
from kwruntime.crypto.audit_leaf import Event
from kwruntime.crypto.receipts import Destroyed, Part
from kwshared.changes import Change, packed, records
from kwshared.tlog.proof_files import ProofFile

from tests.signed_log import LOG_ED25519, WITNESS_ED25519, Key, Log

FILE = Path(__file__).parent / "kwtools-receipts.json"
DEPLOYMENT = "0b5a6c7d-8e9f-4a1b-8c2d-3e4f5a6b7c8d"
ORIGIN = f"db.example.com/kwtools/{DEPLOYMENT}/0"
LOG_KEY = Key(ORIGIN, LOG_ED25519.verifier.type, 5)
WITNESS_KEY = WITNESS_ED25519
WRAPPERS = [str(UUID(bytes=sha256(b"wrapper %d" % n).digest()[:16], version=4)) for n in range(5)]
SHRED = 3
"""The place of the entry of the shred, in a log of eight."""

_DESTROYED = [
    Destroyed(one, sha256(one.encode()).digest(), 10**18 + n, n + 1, "public.people", f"{n}", field)
    for n, (one, field) in enumerate(zip(WRAPPERS, (None, "ssn", "ä", "ssn", ""), strict=True))
]
_UNBOUND = Destroyed(WRAPPERS[4], bytes(32), None, None, None, None, None)
_CHANGES = packed(
    change
    for n, one in enumerate(WRAPPERS)
    for change in (
        Change(2, 900 + n, 0, 2 * n + 1, 2 * n + 12),
        Change(1, 40 + n, 0, 2 * n + 2, 2 * n + 13, UUID(one).bytes),
    )
)


def destroyed() -> list[bytes]:
    """Return the records of the shred, in the order of their tree."""
    return receipts.records_of([*_DESTROYED[:4], _UNBOUND])


def _event(number: int) -> Event:
    time, role = f"2026-11-27T10:00:0{number}.000000Z", "someone"
    if number != SHRED:
        return Event(100 + number, time, role, role, "bind", f"object {number}", "{}", None)
    root = receipts.root_of(destroyed()).hex()
    details = json.dumps({"wrappers": 5, "batch": 7, "destroyed_root": root})
    place = "public.people of 5 keys"
    return Event(100 + number, time, "login", role, "shred", place, details, _CHANGES)


def log() -> Log:
    """Return the log of which the receipts are."""
    return Log(
        [audit_leaf.Leaf(_event(number)).entry(DEPLOYMENT, 0) for number in range(8)], ORIGIN
    )


def proof(index: int) -> str:
    """Return the proof of an entry, signed by the log and a witness."""
    made = log()
    note = made.signed(keys=(LOG_KEY, WITNESS_KEY))
    return bytes(ProofFile(index, tuple(made.inclusion(index)), note, made.entries[index])).decode()


def parts(wrapper: str) -> list[Part]:
    """Return what the shred says of a wrapper."""
    own, changes, gone = UUID(wrapper).bytes, list(records(_CHANGES)), destroyed()
    change = next(n for n, one in enumerate(changes) if one.endswith(own))
    return [
        Part("changes", changes, change),
        Part("destroyed", gone, next(n for n, one in enumerate(gone) if one[4:20] == own)),
    ]


def content() -> dict[str, Any]:
    """Return the file's content."""
    both = parts(WRAPPERS[1])
    good = {
        "event": proof(0),
        "wrapper": receipts.written(both, proof(SHRED)),
        "changes only": receipts.written(both[:1], proof(SHRED)),
        "destroyed only": receipts.written(both[1:], proof(SHRED)),
        "unbound wrapper": receipts.written(parts(WRAPPERS[4]), proof(SHRED)),
    }
    bad = {
        "another event": receipts.written(both, proof(0)),
        "two wrappers": receipts.written([both[0], parts(WRAPPERS[2])[1]], proof(SHRED)),
        "record of another tree": receipts.written(
            [Part("destroyed", [b"another record", *destroyed()], 1)], proof(SHRED)
        ),
        "parts exchanged": receipts.written([both[1], both[0]], proof(SHRED)),
        "change of a binding": receipts.written(
            [Part("changes", both[0].records, 0)], proof(SHRED)
        ),
        "part repeated": receipts.written([both[0], both[0]], proof(SHRED)),
        "no part": receipts.written([], proof(SHRED)),
        "right for left": good["changes only"].replace("\nleft ", "\nright ", 1),
        "version 2": good["wrapper"].replace("receipt@v1", "receipt@v2", 1),
    }
    return {
        "key": str(LOG_KEY.verifier),
        "witness": str(WITNESS_KEY.verifier),
        "receipts": [{"name": name, "receipt": text} for name, text in good.items()],
        "refused": [{"name": name, "receipt": text} for name, text in bad.items()],
        "expect": [
            {
                "wrapper": one.wrapper,
                "digest": one.digest.hex(),
                "binding": one.binding and str(one.binding),
                "generation": one.generation,
                "place": [one.entity_table, one.entity_pk, one.field_name],
            }
            for one in (_DESTROYED[1], _UNBOUND)
        ],
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(content(), indent=1) + "\n")
