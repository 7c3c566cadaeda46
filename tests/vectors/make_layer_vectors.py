"""Make kwtools-1-layers.json and kwtools-2-layers.json, once: vectors of wrappers with KEM layers.

HPKE draws its encapsulations itself, so that they cannot be made again.
``PYTHONPATH=plpython .venv/bin/python -m tests.vectors.make_layer_vectors`` writes a file
where there is none; the tests open what it holds.
"""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

from kwruntime.crypto.envelope import Mode
from kwruntime.crypto.formats import FORMAT_1, FORMAT_2, Format
from kwshared.algorithms import KEMS

from tests.vectors.make_vectors import Maker, flip

FILES = {
    one: Path(__file__).parent / f"kwtools-{one.version}-layers.json"
    for one in (FORMAT_1, FORMAT_2)
}

# every placeholder, names of one length and of several, and what JSON escapes
TEMPLATE = {
    "id": "{wrapper}/{key}",
    "заметка": 'Schicht {layer} für "{class}" \\ 東京\n\t\x01\x7f',
    "policy": "{policy}",
    "é": "",
    "zz": "/",
}


def _layers(make: Maker) -> None:
    local, other, remote = make.local_key(), make.local_key(), make.remote_key()
    kem_keys = {name: make.kem_key(name) for name in KEMS}
    for name, recipient in kem_keys.items():
        make.wrapper(f"a layer of {name}", Mode.SINGLE, [local], recipients=[recipient])
    make.wrapper(
        "three layers", Mode.BOTH, [local, remote], versions=(2, 5), template=TEMPLATE,
        recipients=[kem_keys[name] for name in ("ML-KEM-768+X25519", "P-256", "ML-KEM-1024")],
    )  # fmt: skip
    sealed = make.kem_key("P-256", sealed_by=local)
    make.wrapper("opened by a sealed private key", Mode.EITHER, [local, other], recipients=[sealed])
    sealed = make.kem_key("X25519", sealed_by=remote)
    make.wrapper(
        "opened by a remotely sealed private key", Mode.SINGLE, [local], recipients=[sealed]
    )
    branch = make.branch("a branch with a layer", Mode.SINGLE, [local], [kem_keys["X25519"]])
    sealed = make.kem_key("X25519", sealed_by=branch)
    make.wrapper(
        "opened by a private key that a branch seals", Mode.SINGLE, [branch], dek=bytes(range(16)),
        recipients=[sealed],
    )  # fmt: skip
    eight = [make.kem_key("X25519") for _ in range(8)]
    make.wrapper("eight layers", Mode.SINGLE, [local], recipients=eight, dek=bytes(range(64)))
    make.wrapper(
        "layers of another wrapper", Mode.SINGLE, [local], recipients=eight[:1], sealed_for=uuid4()
    )["expect"] = None
    two = make.wrapper(
        "two layers", Mode.SINGLE, [local], recipients=eight[:2], template={"a": "{layer}"}
    )
    _damaged(make, two, make.wrapper("two others", Mode.SINGLE, [local], recipients=eight[:2]))


def _damaged(make: Maker, two: dict[str, Any], others: dict[str, Any]) -> None:
    def first(**change: Any) -> Any:
        return lambda wrapper: wrapper["layers"][0].update(change)

    def exchange(wrapper: Any) -> None:
        for layer, number in zip(wrapper["layers"], (2, 1), strict=True):
            layer["layer_no"] = number

    def without(index: int, *, listed: bool) -> Any:
        def remove(wrapper: Any) -> None:
            del wrapper["layers"][index]
            if not listed:
                del wrapper["crypto_suite"]["layers"][index]

        return remove

    def unlayered(wrapper: Any) -> None:
        wrapper["layers"] = wrapper["crypto_suite"]["layers"] = []

    def listed(**change: Any) -> Any:
        return lambda wrapper: wrapper["crypto_suite"]["layers"][0].update(change)

    layer, other = two["layers"][0], others["layers"][0]
    make.damaged("layers exchanged", two, exchange)
    make.damaged("a gap in the numbers", two, lambda w: w["layers"][1].update(layer_no=3))
    make.damaged("a number twice", two, lambda w: w["layers"][1].update(layer_no=1))
    make.damaged("without layer 1", two, without(0, listed=True))
    make.damaged("without layer 2", two, without(1, listed=True))
    make.damaged("without layer 2, nor listed", two, without(1, listed=False))
    make.damaged("without layers, nor listed", two, unlayered)
    make.damaged("layer 1 twice", two, lambda w: w["layers"].append({**layer, "layer_no": 3}))
    make.damaged("layer 1 of another", two, first(**other))
    make.damaged("the layers of another", two, lambda w: w.update(layers=others["layers"]))
    for at in (0, 31):
        flipped = flip(layer["kem_ciphertext"], at)
        make.damaged(f"encapsulation, byte {at} flipped", two, first(kem_ciphertext=flipped))
    make.damaged("another key", two, first(kms_key_uuid=two["layers"][1]["kms_key_uuid"]))
    make.damaged("another public key", two, first(encap_pubkey=two["layers"][1]["encap_pubkey"]))
    make.damaged("another KEM", two, first(kem="P-256"))
    make.damaged("another aad", two, first(aad={"a": "2"}))
    make.damaged("an aad with a member more", two, first(aad={"a": "1", "b": ""}))
    make.damaged("without aad", two, first(aad=None))
    make.damaged("an empty aad in the place of none", others, first(aad={}))
    make.damaged("another KDF", two, first(meta={**layer["meta"], "kdf": 3}))
    make.damaged("another specification", two, first(meta={**layer["meta"], "hpke": "RFC 9181"}))
    make.damaged("without meta", two, first(meta=None))
    make.damaged("another digest listed", two, listed(digest="00" * 32))
    make.damaged("another KEM listed", two, listed(kem="P-256"))
    make.damaged("a member more listed", two, listed(more=1))


def vectors(form: Format) -> str:
    """Return the text of a new file."""
    make = Maker(form)
    _layers(make)
    content = {
        "format": form.name,
        "kms_keys": make.keys,
        "private_keys": make.private_keys,
        "wrappers": make.wrappers,
        "fields": make.fields,
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for form, path in FILES.items():
        if not path.exists():  # never in the place of vectors that were published
            path.write_text(vectors(form))
