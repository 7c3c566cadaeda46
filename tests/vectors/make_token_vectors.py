"""Make kwtools-2-tokens.json: tokens of blind indexes, one of each normaliser and of odd lengths.

``PYTHONPATH=plpython .venv/bin/python -m tests.vectors.make_token_vectors`` writes the file again.
"""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from kwruntime.crypto.blind_index import IndexKey
from kwruntime.crypto.kdf import Prf

FILE = Path(__file__).parent / "kwtools-2-tokens.json"
PRK = (b"\x2a" * 32).hex()
INDEX = "5b1c8d70-3e2f-4a96-8c14-d0f7a2b3c4e5"
# normaliser, bits, generation, values
CASES: list[tuple[str, int, int, list[str]]] = [
    ("raw", 128, 1, ["", "Ada", "ada", " Ada", "日本"]),
    ("raw", 128, 2, ["Ada"]),
    *(("raw", bits, 1, ["Ada"]) for bits in (8, 9, 15, 16, 33, 127)),
    ("trim", 128, 1, [" Ada\t\r\n\v\f", "\u00a0Ada", "Ada B"]),
    ("digits", 128, 1, ["+49 (170) 12-34", "", "n/a", "0170\u20131234\u00a05"]),
    ("phone", 128, 1, [" +49 (170) 12-34", "49+170", "0170 1234", "\u202f"]),
    ("ascii-lower", 128, 1, ["ÄBCxyZ", "\u0130\u212a"]),
    (
        "unicode-14",
        128,
        1,
        [
            *("STRASSE", "straße", "STRA\u1e9eE", "\uff33\uff34", "\ufb03", "\u0130", "\u0131"),
            *("ΣΑΣ", "σας", "A\u030a", "\u212b", "\u0345\u03b1", "\u13a0\uab70", "\u1f80"),
            *("\u00bd", "\u3392", "e\u0323\u0301", "e\u0301\u0323", "\U0001f600"),
        ],
    ),
    ("email", 128, 1, ["\u00a0Ada@Example.ORG ", "A\u0308@b.de", "a b@c"]),
]


def vectors() -> dict[str, Any]:
    """Return the content of the file."""
    return {
        "prk": PRK,
        "index_uuid": INDEX,
        "tokens": [
            {
                "normaliser": normaliser,
                "bits": bits,
                "generation": generation,
                "value": value,
                "token": IndexKey(
                    Prf(bytes.fromhex(PRK)), UUID(INDEX), normaliser, bits, generation
                )
                .token(value)
                .hex(),
            }
            for normaliser, bits, generation, values in CASES
            for value in values
        ],
        "refused": [
            {"normaliser": "digits", "value": "\u0661"},
            {"normaliser": "phone", "value": "+4a\u00e9"},
            {"normaliser": "unicode-14", "value": "\u0378"},
            {"normaliser": "unicode-14", "value": "a\U0001fae8"},
            {"normaliser": "email", "value": "\uffff"},
        ],
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), indent=1) + "\n")
